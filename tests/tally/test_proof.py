"""The sheet that proves itself: its own votes and sums of nonces are accepted, and no others."""

from collections.abc import Mapping, Sequence

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.ballot.encrypted import DATA_SECRET, KEYS

from urna.crypto import scalars
from urna.crypto.elgamal import NOTHING, Ciphertext, encrypt, sum_ciphertexts
from urna.crypto.group import FixedPoint, base_times
from urna.errors import Malformed, Unproven
from urna.tally.ballot_sums import OptionOf
from urna.tally.proof import check_sheet_proof, check_sum, unproven_options
from urna.tally.sheet import ContestTally, OptionVotes, TallySheet

K = FixedPoint(KEYS.votes)
A, B, C = OptionOf("MAYOR", "A"), OptionOf("MAYOR", "B"), OptionOf("COUNCIL", "C")

nonces = st.binary(min_size=64, max_size=64).map(scalars.reduce_wide)
small_ballots = st.lists(st.tuples(st.integers(0, 1), nonces), max_size=5)


def opened(ballots: Sequence[tuple[int, bytes]]) -> tuple[Ciphertext, int, bytes]:
    """The sum of such ciphertexts, the votes in it, and R."""
    total = sum_ciphertexts([encrypt(K, votes, nonce) for votes, nonce in ballots])
    nonce = scalars.ZERO
    for _, each in ballots:
        nonce = scalars.add(nonce, each)
    return total, sum(votes for votes, _ in ballots), nonce


TRUE = opened([(1, scalars.from_int(11)), (0, scalars.from_int(22)), (1, scalars.from_int(33))])
SUMS: Mapping[OptionOf, Ciphertext] = {A: TRUE[0], B: NOTHING, C: opened([(1, scalars.from_int(5))])[0]}


def line(option: str, votes: int, nonce: bytes | None) -> OptionVotes:
    """A line of the sheet."""
    return OptionVotes(option=option, votes=votes, nonce=None if nonce is None else nonce.hex())


def sheet(*contests: ContestTally) -> TallySheet:
    """A sheet that says only this."""
    return TallySheet(
        election="ab" * 32,
        station="ST-1",
        sequence=0,
        statement="-",
        booths=(),
        styles=(),
        contests=contests,
        ballots_root="cd" * 32,
        closed_at="2026-12-06T22:00:00Z",
    )


MAYOR = ContestTally(
    contest="MAYOR", ballots=3, votes=(line("A", 2, scalars.from_int(66)), line("B", 0, scalars.ZERO)), undervotes=1
)
COUNCIL = ContestTally(contest="COUNCIL", ballots=3, votes=(line("C", 1, scalars.from_int(5)),), undervotes=2)
SHEET = sheet(MAYOR, COUNCIL)


@settings(max_examples=25, deadline=None)
@given(ballots=small_ballots, votes=st.integers(0, 2**53 - 1), other=nonces)
def test_the_votes_and_nonces_of_the_ballots_are_accepted_and_no_others(
    ballots: list[tuple[int, bytes]], votes: int, other: bytes
) -> None:
    """Also of no ballots: then both are 0."""
    total, true_votes, nonce = opened(ballots)
    check_sum(KEYS, total, true_votes, nonce)
    if votes != true_votes:
        with pytest.raises(Unproven):
            check_sum(KEYS, total, votes, nonce)
    if other != nonce:
        with pytest.raises(Unproven):
            check_sum(KEYS, total, true_votes, other)


def test_a_vote_moved_into_the_nonce_is_refused() -> None:
    """(t - 1, R + 1) keeps R + t, but then Σα is not R·G."""
    total, votes, nonce = TRUE
    with pytest.raises(Unproven):
        check_sum(KEYS, total, votes - 1, scalars.add(nonce, scalars.ONE))


def test_the_two_halves_of_a_sum_are_not_exchanged() -> None:
    """Nor is a sum for another key, or of another set of ballots."""
    total, votes, nonce = TRUE
    other_key = KEYS._replace(votes=base_times(DATA_SECRET))
    for keys, wrong in (
        (KEYS, Ciphertext(total.beta, total.alpha)),
        (KEYS, sum_ciphertexts([total, encrypt(K, 0, scalars.ONE)])),
        (other_key, total),
    ):
        with pytest.raises(Unproven):
            check_sum(keys, wrong, votes, nonce)


@pytest.mark.parametrize("nonce", [scalars.L.to_bytes(32, "little"), b"\xff" * 32, b"", bytes(31), bytes(33)])
def test_a_sum_of_nonces_has_one_spelling(nonce: bytes) -> None:
    """L or more, or another length, is refused; L itself would be another way to write 0."""
    with pytest.raises(Malformed):
        check_sum(KEYS, NOTHING, 0, nonce)


def test_an_honest_sheet_proves_itself() -> None:
    """Options without votes have R too; with sums beyond those of the sheet nothing changes."""
    check_sheet_proof(SHEET, KEYS, SUMS)
    check_sheet_proof(SHEET, KEYS, {**SUMS, OptionOf("OTHER", "X"): NOTHING})
    assert list(unproven_options(SHEET, KEYS, SUMS)) == []


@pytest.mark.parametrize(
    "changed",
    [
        line("A", 3, scalars.from_int(66)),
        line("A", 2, scalars.from_int(67)),
        line("A", 2, None),
        line("A", 2, (scalars.L + 66).to_bytes(32, "little")),
        line("D", 2, scalars.from_int(66)),
    ],
    ids=["votes", "nonce", "no nonce", "another spelling of R", "an option without a sum"],
)
def test_exactly_the_line_that_does_not_follow_is_named(changed: OptionVotes) -> None:
    """One line of three is wrong, whatever is wrong with it."""
    assert MAYOR.votes
    wrong = sheet(msgspec.structs.replace(MAYOR, votes=(changed, MAYOR.votes[1])), COUNCIL)
    assert list(unproven_options(wrong, KEYS, SUMS)) == [OptionOf("MAYOR", changed.option)]
    with pytest.raises(Unproven, match=f"ST-1: expected votes for {changed.option} in MAYOR"):
        check_sheet_proof(wrong, KEYS, SUMS)


def test_two_options_cannot_exchange_their_votes() -> None:
    """Not even with their sums of nonces."""
    assert MAYOR.votes
    first, second = MAYOR.votes
    exchanged = tuple(
        msgspec.structs.replace(each, votes=other.votes, nonce=other.nonce)
        for each, other in ((first, second), (second, first))
    )
    wrong = sheet(msgspec.structs.replace(MAYOR, votes=exchanged), COUNCIL)
    assert list(unproven_options(wrong, KEYS, SUMS)) == [A, B]


def test_a_contest_that_shows_no_votes_is_passed_over() -> None:
    """Below the secrecy threshold, and where the closing cards were lost."""
    withheld = msgspec.structs.replace(MAYOR, votes=None, undervotes=None)
    check_sheet_proof(sheet(withheld, COUNCIL), KEYS, {C: SUMS[C]})
