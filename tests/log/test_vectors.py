"""The vectors of transparency-dev/merkle: every valid proof is accepted, every invalid one refused."""

import base64
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.shared import ROOT, shared

from urna.errors import Malformed, Unproven
from urna.log.merkle import verify_consistency, verify_inclusion, verify_subtree, verify_subtree_inclusion

FOLDER = "tlog/merkle-testdata/testdata"
COUNTS = {"inclusion": (98, 6), "consistency": (98, 6), "subtreeinclusion": (204, 12), "subtreeconsistency": (118, 12)}


def _cases(kind: str) -> list[Path]:
    return sorted((ROOT / FOLDER / kind).rglob("*.json")) or [ROOT / FOLDER / kind]


def _name(path: Path) -> str:
    return "/".join(path.parts[-2:])


def _bytes(text: str) -> bytes:
    return base64.b64decode(text, validate=True)


def _run(path: Path, verify: Callable[[dict[str, Any], list[bytes]], None]) -> None:
    case = json.loads(shared(f"{path.relative_to(ROOT)}").read_text())
    hashes = [_bytes(line) for line in case["proof"] or []]
    if case["wantErr"]:
        with pytest.raises((Malformed, Unproven)):
            verify(case, hashes)
    else:
        verify(case, hashes)


@pytest.mark.parametrize("path", _cases("inclusion"), ids=_name)
def test_inclusion_vectors(path: Path) -> None:
    """An inclusion proof is accepted exactly when the vector says so."""
    _run(
        path,
        lambda c, p: verify_inclusion(_bytes(c["leafHash"]), c["leafIdx"], c["treeSize"], p, _bytes(c["root"])),
    )


@pytest.mark.parametrize("path", _cases("consistency"), ids=_name)
def test_consistency_vectors(path: Path) -> None:
    """A consistency proof is accepted exactly when the vector says so."""
    _run(path, lambda c, p: verify_consistency(c["size1"], c["size2"], p, _bytes(c["root1"]), _bytes(c["root2"])))


@pytest.mark.parametrize("path", _cases("subtreeinclusion"), ids=_name)
def test_subtree_inclusion_vectors(path: Path) -> None:
    """A proof of inclusion in a subtree is accepted exactly when the vector says so."""
    _run(
        path,
        lambda c, p: verify_subtree_inclusion(
            _bytes(c["leafHash"]), c["leafIdx"], c["start"], c["end"], proof=p, root=_bytes(c["root"])
        ),
    )


@pytest.mark.parametrize("path", _cases("subtreeconsistency"), ids=_name)
def test_subtree_consistency_vectors(path: Path) -> None:
    """A proof that a subtree is part of a tree is accepted exactly when the vector says so."""
    _run(
        path,
        lambda c, p: verify_subtree(
            c["start"], c["end"], c["size"], proof=p, part_root=_bytes(c["root1"]), root=_bytes(c["root2"])
        ),
    )


@pytest.mark.parametrize("kind", COUNTS)
def test_the_vectors_are_all_there(kind: str) -> None:
    """So many vectors of each kind, so many of them valid: none was lost on the way here."""
    cases = [json.loads(path.read_text()) for path in shared(f"{FOLDER}/{kind}").rglob("*.json")]
    assert (len(cases), sum(not case["wantErr"] for case in cases)) == COUNTS[kind]
