"""Sums of ciphertexts, option by option: the kernels' sums are libsodium's, in any order and in any parts."""

import random
from collections.abc import Sequence

import numpy as np
import pytest
from tests.ballot.encrypted import CONTEXT, KEYS, SHAPE, encrypted

from urna.ballot.context import ballot_context
from urna.ballot.forms import EncryptedBallot
from urna.ballot.shape import BallotShape, ContestShape
from urna.crypto.elgamal import NOTHING, Ciphertext, read_ciphertexts, sum_ciphertexts
from urna.errors import Malformed
from urna.tally.ballot_sums import OptionOf, StyleSum, merge_sums, options_of, sum_committed

GOVERNOR_ALONE = BallotShape(style="SHORT", contests=(SHAPE.contests[1],))
SHORT = ballot_context(KEYS, "ST-1", GOVERNOR_ALONE)


def some_ballots(count: int) -> list[EncryptedBallot]:
    """Ballots of the long style, with any votes that it allows."""
    chance = random.Random("ballot sums")
    votes = [(1, 0, 1, 0, 0, 1, 2, 1), (0, 0, 0, 0, 0, 0, 0, 0), (0, 1, 0, 1, 1, 0, 0, 2)]
    return [encrypted(votes=chance.choice(votes), ballot=chance.randbytes(16)) for _ in range(count)]


BALLOTS = some_ballots(5)


def plain_sums(shape: BallotShape, ballots: Sequence[EncryptedBallot]) -> dict[OptionOf, Ciphertext]:
    """The same through libsodium, a ciphertext at a time."""
    columns = zip(*(read_ciphertexts(each.ciphertexts) for each in ballots), strict=True)
    return dict(zip(options_of(shape), map(sum_ciphertexts, columns), strict=True))


def test_the_sums_are_those_of_libsodium_in_any_order() -> None:
    """Of one ballot, and of several."""
    forms = [each.committed() for each in BALLOTS]
    assert sum_committed(SHAPE, forms[:1]) == plain_sums(SHAPE, BALLOTS[:1])
    assert sum_committed(SHAPE, forms) == sum_committed(SHAPE, forms[::-1]) == plain_sums(SHAPE, BALLOTS)


def test_a_running_sum_may_be_added_to_in_parts_and_read_between() -> None:
    """Parts may be empty."""
    total = StyleSum(SHAPE)
    for count, ballot in enumerate(BALLOTS, 1):
        row = np.frombuffer(ballot.ciphertexts, np.uint8).reshape(1, -1)
        total.add(row[:0])
        total.add(row)
        assert total.result() == plain_sums(SHAPE, BALLOTS[:count])


def test_no_ballots_sum_to_nothing() -> None:
    """A style in which nobody voted: the identity for each of its options."""
    assert sum_committed(SHAPE, []) == dict.fromkeys(options_of(SHAPE), NOTHING)
    assert sum_committed(SHAPE, iter(())) == StyleSum(SHAPE).result()


def test_sums_of_styles_that_share_a_contest_are_merged() -> None:
    """Its options are added, the others stand alone; the merging order changes nothing."""
    short = [encrypted(SHORT, (1, 0), bytes(16)), encrypted(SHORT, (0, 1), bytes(15) + b"\x01")]
    both = [
        sum_committed(SHAPE, [each.committed() for each in BALLOTS]),
        sum_committed(GOVERNOR_ALONE, [each.committed() for each in short]),
    ]
    merged = merge_sums(both)
    assert merged == merge_sums(both[::-1]) == merge_sums([*both, sum_committed(SHAPE, [])])
    assert merged.keys() == set(options_of(SHAPE))
    for option, total in merged.items():
        parts = [part[option] for part in both if option in part]
        assert len(parts) == (2 if option.contest == "GOV" else 1)
        assert total == sum_ciphertexts(parts)


def test_nothing_is_merged_to_nothing() -> None:
    """No styles, no sums."""
    assert merge_sums([]) == {}


@pytest.mark.parametrize("bad", [b"\xff" * 32, b"\x01" + bytes(31)])
def test_what_is_no_point_is_refused(bad: bytes) -> None:
    """Not a canonical encoding, or a negative one; nothing is summed then."""
    form = BALLOTS[0].committed()
    with pytest.raises(Malformed):
        sum_committed(SHAPE, [form, form[:16] + bad + form[48:]])


def test_options_stand_in_the_order_of_the_ciphertexts() -> None:
    """Contest by contest, as the shape has them; names of options may repeat in another contest."""
    twice = tuple(
        ContestShape(contest=code, options=("YES", "NO"), option_limit=1, choices=(), limit=1) for code in ("A", "B")
    )
    assert [tuple(each) for each in options_of(BallotShape(style="S", contests=twice))] == [
        ("A", "YES"),
        ("A", "NO"),
        ("B", "YES"),
        ("B", "NO"),
    ]
    assert len(options_of(CONTEXT.shape)) == CONTEXT.shape.options
