"""Challenged ballots: opened by their nonces, encrypted again by anyone, and compared."""

from collections.abc import Callable

import msgspec
import pytest
from tests.ballot.dishonest import ballot_of
from tests.ballot.encrypted import CONTEXT, ID, SEED, SHAPE, VOTES, encrypted

from urna.ballot.challenged import check_opened, open_ballot
from urna.ballot.published import OpenedBallot, OpenedOption
from urna.crypto.scalars import L
from urna.encoding.canonical import decode, encode
from urna.errors import Malformed, Unproven

MADE = encrypted()
OPENED = open_ballot(CONTEXT, SEED, ID, VOTES)


def changed(number: int, **fields: object) -> OpenedBallot:
    """The opening with one option changed."""
    options = list(OPENED.options)
    options[number] = msgspec.structs.replace(options[number], **fields)
    return msgspec.structs.replace(OPENED, options=tuple(options))


def reordered(order: Callable[[tuple[OpenedOption, ...]], tuple[OpenedOption, ...]]) -> OpenedBallot:
    """The opening with other options."""
    return msgspec.structs.replace(OPENED, options=order(OPENED.options))


def test_an_honest_opening_is_accepted() -> None:
    """What was encrypted is what is published; and the record round-trips."""
    check_opened(CONTEXT, MADE, decode(encode(OPENED), OpenedBallot))
    assert [(each.contest, each.option) for each in OPENED.options] == [
        (contest.contest, option) for contest in SHAPE.contests for option in contest.options
    ]
    assert tuple(each.votes for each in OPENED.options) == VOTES


def test_a_booth_that_encrypted_another_vote_is_caught() -> None:
    """The voter chose A2 and B; the ciphertext holds A2 and C."""
    with pytest.raises(Unproven, match="contest DEP, option B"):
        check_opened(CONTEXT, ballot_of((0, 1, 0, 1, 0, 0, 2, 1)), OPENED, "ST-1")


@pytest.mark.parametrize("number", range(8))
def test_another_number_of_votes_is_refused(number: int) -> None:
    """For each option; the error names it where the style allows the number."""
    with pytest.raises((Unproven, Malformed), match=OPENED.options[number].contest):
        check_opened(CONTEXT, MADE, changed(number, votes=0 if VOTES[number] else 1))


@pytest.mark.parametrize("number", range(8))
def test_another_nonce_is_refused(number: int) -> None:
    """Even if it is a nonce of the same ballot."""
    with pytest.raises(Unproven):
        check_opened(CONTEXT, MADE, changed(number, nonce=OPENED.options[number - 1].nonce))


def test_a_nonce_in_another_spelling_is_malformed() -> None:
    """It would encrypt to the same ciphertext, and the record would have two hashes."""
    nonce = int.from_bytes(bytes.fromhex(OPENED.options[0].nonce), "little") + L
    with pytest.raises(Malformed):
        check_opened(CONTEXT, MADE, changed(0, nonce=nonce.to_bytes(32, "little").hex()))


@pytest.mark.parametrize(
    "order",
    [
        lambda options: options[:-1],
        lambda options: (*options, options[-1]),
        lambda options: (options[1], options[0], *options[2:]),
        lambda options: (options[0], options[0], *options[2:]),
        lambda _: (),
    ],
    ids=["one left out", "one twice", "exchanged", "one in the place of another", "none"],
)
def test_every_option_stands_once_and_in_order(
    order: Callable[[tuple[OpenedOption, ...]], tuple[OpenedOption, ...]],
) -> None:
    """An opening that leaves an option out would hide what it holds."""
    with pytest.raises(Unproven, match="every option"):
        check_opened(CONTEXT, MADE, reordered(order))


def test_the_opening_of_another_ballot_is_refused() -> None:
    """It is compared with the ciphertext under its own id."""
    other = open_ballot(CONTEXT, SEED, bytes(16), VOTES)
    with pytest.raises(Unproven):
        check_opened(CONTEXT, MADE, other)
    with pytest.raises(Unproven):
        check_opened(CONTEXT, MADE, msgspec.structs.replace(other, id=ID.hex()))


def test_votes_beyond_a_limit_are_refused_although_the_ciphertext_holds_them() -> None:
    """Two cards of one candidate: the opening says what the booth encrypted, and that is not a ballot."""
    votes = (1, 1, 0, 0, 0, 0, 0, 0)
    opened = msgspec.structs.replace(
        OPENED,
        options=tuple(
            msgspec.structs.replace(each, votes=count) for each, count in zip(OPENED.options, votes, strict=True)
        ),
    )
    with pytest.raises(Malformed, match="choice A"):
        check_opened(CONTEXT, ballot_of(votes), opened)


def test_no_opening_is_made_of_votes_beyond_a_limit() -> None:
    """The selections come from a sealed opening, which another machine may have written."""
    with pytest.raises(Malformed):
        open_ballot(CONTEXT, SEED, ID, (1, 1, 0, 0, 0, 0, 0, 0))
