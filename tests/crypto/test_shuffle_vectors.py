"""The vectors of shuffles, as a second implementation would use them."""

import json
import secrets
from typing import Any

import pytest
from tests.crypto.shuffled import prove_plainly
from tests.crypto.write_shuffle_vectors import FILE, vectors

from urna.crypto.group import base_times
from urna.crypto.shuffle import read_rows
from urna.crypto.shuffle_check import check_shuffle
from urna.crypto.shuffle_transcript import Statement, read_proof
from urna.errors import Malformed, Unproven
from urna.verify.shuffles import Shuffled, check_shuffled

VECTORS: dict[str, Any] = json.loads(FILE.read_text())
FAILURES = {"malformed": Malformed, "unproven": Unproven}


def given(valid: dict[str, Any]) -> dict[str, bytes]:
    """What is published of a valid case."""
    own = {name: bytes.fromhex(valid[name]) for name in ("before", "after", "proof")}
    return own | {name: bytes.fromhex(VECTORS[name]) for name in ("context", "key")}


def in_kernels(width: int, parts: dict[str, bytes]) -> None:
    """The check by one sum."""
    before = read_rows(parts["before"], width)
    statement = Statement(parts["context"], parts["key"], before, read_rows(parts["after"], width))
    check_shuffle(statement, read_proof(parts["proof"], before), secrets.token_bytes)


def plainly(width: int, parts: dict[str, bytes]) -> None:
    """The check equation by equation."""
    check_shuffled(Shuffled(width=width, **parts))


def test_the_file_is_what_the_code_makes() -> None:
    """Every byte of it; a change of the protocol has to be written down here."""
    assert vectors() == VECTORS
    assert base_times(bytes.fromhex(VECTORS["key_secret"])).hex() == VECTORS["key"]


@pytest.mark.parametrize("verify", [in_kernels, plainly])
@pytest.mark.parametrize("valid", VECTORS["valid"], ids=lambda case: f"{case['rows']}x{case['width']}")
def test_valid_shuffles_are_accepted(valid: dict[str, Any], verify: Any) -> None:
    """By both verifiers."""
    verify(valid["width"], given(valid))


@pytest.mark.parametrize("valid", VECTORS["valid"], ids=lambda case: f"{case['rows']}x{case['width']}")
def test_the_second_prover_makes_the_same_bytes(valid: dict[str, Any]) -> None:
    """From the order, the factors and the random bytes of the file."""
    parts, drawn = given(valid), iter(valid["random"])
    before, after = (read_rows(parts[name], valid["width"]) for name in ("before", "after"))
    factors = [[bytes.fromhex(each) for each in row] for row in valid["factors"]]
    statement = Statement(parts["context"], parts["key"], before, after)
    made = prove_plainly(statement, valid["order"], factors, lambda _: bytes.fromhex(next(drawn)))
    assert made == parts["proof"]
    assert next(drawn, None) is None


@pytest.mark.parametrize("verify", [in_kernels, plainly])
@pytest.mark.parametrize("case", VECTORS["invalid"], ids=lambda case: case["name"])
def test_a_changed_shuffle_is_refused_for_its_reason(case: dict[str, Any], verify: Any) -> None:
    """Malformed where the bytes are no point, scalar or key, unproven where an equation is false."""
    valid = VECTORS["valid"][case["valid"]]
    parts, change = given(valid), bytes.fromhex(case["bytes"])
    changed = bytearray(parts[case["changed"]])
    changed[case["offset"] : case["offset"] + len(change)] = change
    assert bytes(changed) != parts[case["changed"]]
    with pytest.raises(FAILURES[case["failure"]]):
        verify(valid["width"], parts | {case["changed"]: bytes(changed)})
