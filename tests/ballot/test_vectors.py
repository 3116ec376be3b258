"""The vectors of the protocol, as a second implementation would use them."""

import json
from typing import Any

import pytest
from tests.ballot.encrypted import CONTEXT
from tests.ballot.write_vectors import FILE, vectors

from urna.ballot.forms import read_committed, read_compact
from urna.ballot.plain_check import check_ballot_plainly
from urna.errors import Malformed, Unproven

VECTORS: dict[str, Any] = json.loads(FILE.read_text())
FAILURES = {"malformed": Malformed, "unproven": Unproven}
VALID = VECTORS["valid"][0]


def test_the_file_is_what_the_code_makes() -> None:
    """Every byte of it; a change of the protocol has to be written down here."""
    assert vectors() == VECTORS


def test_a_valid_ballot_is_read_from_both_forms() -> None:
    """The two forms give each other, and the plain check accepts them."""
    compact, committed = bytes.fromhex(VALID["compact"]), bytes.fromhex(VALID["committed"])
    assert read_compact(CONTEXT, compact).committed() == committed
    assert read_committed(CONTEXT, committed).compact() == compact
    check_ballot_plainly(CONTEXT, committed)


@pytest.mark.parametrize("case", VECTORS["invalid"], ids=lambda case: case["name"])
def test_a_changed_ballot_is_refused_for_its_reason(case: dict[str, Any]) -> None:
    """Malformed where the bytes are no point or scalar, unproven where an equation is false."""
    committed = bytearray.fromhex(VALID["committed"])
    change = bytes.fromhex(case["bytes"])
    committed[case["offset"] : case["offset"] + len(change)] = change
    with pytest.raises(FAILURES[case["failure"]]):
        check_ballot_plainly(CONTEXT, bytes(committed))
