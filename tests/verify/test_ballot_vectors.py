"""docs/spec/ballots.md and its vectors say what the code does; both engines take the ballot and refuse the others."""

import json
import re
import secrets
from pathlib import Path

import pytest
from tests.verify.ballot_vectors import FILE, SHAPE, context, vectors

from urna.ballot.forms import committed_bytes
from urna.ballot.plain_check import check_ballot_plainly
from urna.errors import Malformed
from urna.verify.engines import Engine, Plain
from urna.verify.fast_engine import Fast

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "spec" / "ballots.md").read_text()
VECTORS = json.loads(FILE.read_text())
ENGINES = [pytest.param(Fast(secrets.token_bytes), id="fast"), pytest.param(Plain(), id="plain")]


def test_the_vectors_are_made_again_to_the_byte() -> None:
    """From the seed and a stream of bytes that the file's maker names."""
    assert vectors() == VECTORS


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("form", ["committed", "compact"])
def test_the_ballot_is_proven_in_both_forms(engine: Engine, form: str) -> None:
    """With the hash that the list has, and each form makes the other."""
    other = {"committed": "compact", "compact": "committed"}[form]
    row = bytes.fromhex(VECTORS[form])
    examined = engine.examine(context(), form, [row])
    assert (dict(examined.doubts), examined.hashes[0].hex()) == ({}, VECTORS["hash"])
    assert engine.convert(context(), form, [row]) == [bytes.fromhex(VECTORS[other])]


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("case", VECTORS["refused"], ids=lambda case: case["name"])
def test_a_changed_ballot_is_refused(engine: Engine, case: dict[str, str]) -> None:
    """Each by both engines; another length is never cut or filled up."""
    row = bytes.fromhex(case["committed"])
    if len(row) != committed_bytes(SHAPE):
        with pytest.raises(Malformed):
            check_ballot_plainly(context(), row)
    else:
        assert list(engine.examine(context(), "committed", [row]).doubts) == [0]


def test_the_page_shows_the_vectors_first_values() -> None:
    """As they stand in the file."""
    shown = dict(re.findall(r"^(\w+)\s+(.+)$", re.findall(r"```text\n(.+?)```", PAGE, re.DOTALL)[-1], re.MULTILINE))
    assert shown == {name: str(VECTORS[name]) for name in shown}
    assert {"context", "challenge", "code", "hash"} <= set(shown)


def test_the_page_shows_a_header() -> None:
    """A line of JSON that the vector's file begins with."""
    assert VECTORS["committed_header"] in PAGE
