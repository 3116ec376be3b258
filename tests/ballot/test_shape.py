"""The shape of an encrypted ballot follows from the definition alone."""

import msgspec
import pytest
from tests.booth.sample import ELECTION

from urna.ballot.shape import BallotShape, ContestShape, ballot_shape
from urna.election.definition import Choice, Contest, Definition, Election, Option
from urna.encoding.canonical import decode, encode
from urna.errors import Malformed


def with_contest(contest: Contest) -> Election:
    """The sample election with one contest in the place of the one that has its code."""
    definition = ELECTION.definition
    contests = tuple(contest if each.code == contest.code else each for each in definition.contests)
    return Election(msgspec.structs.replace(definition, contests=contests))


def two_cards(votes_allowed: int) -> Contest:
    """The first contest with two candidates, the first of them on two cards."""
    options = (("A1", "A"), ("A2", "A"), ("B1", "B"))
    return msgspec.structs.replace(
        ELECTION.definition.contests[0],
        votes_allowed=votes_allowed,
        options=tuple(Option(code=code, name=code, choice=choice) for code, choice in options),
        choices=tuple(Choice(code=code, name=code) for code in "AB"),
    )


def first_contest(votes_allowed: int) -> ContestShape:
    """The shape of that contest."""
    return ballot_shape(with_contest(two_cards(votes_allowed)), "FULL").contests[0]


@pytest.mark.parametrize("style", ["FULL", "SHORT"])
def test_every_contest_and_option_of_the_style_stands_once_in_ballot_order(style: str) -> None:
    """Nothing of the style is missing, double or moved, and the record round-trips."""
    shape = ballot_shape(ELECTION, style)
    contests = ELECTION.contests_of_style(style)
    assert [each.contest for each in shape.contests] == [each.code for each in contests]
    assert [each.options for each in shape.contests] == [tuple(o.code for o in each.options) for each in contests]
    assert [each.limit for each in shape.contests] == [each.votes_allowed for each in contests]
    assert decode(encode(shape), BallotShape) == shape


def test_two_cards_of_a_choice_share_a_limit_where_there_are_several_votes() -> None:
    """Otherwise a ballot could give one candidate two votes through two cards."""
    (choice,) = first_contest(votes_allowed=2).choices
    assert (choice.choice, choice.options, choice.limit) == ("A", ("A1", "A2"), 1)


def test_with_one_vote_the_contest_limit_is_enough() -> None:
    """No proof is made that says what another says already."""
    assert first_contest(votes_allowed=1).choices == ()


def test_sizes_of_a_ballot_of_twelve_options_and_one_vote() -> None:
    """The numbers of docs/spec/protocol.md: 12 range proofs and a limit, counted by hand."""
    contest = ContestShape(contest="C", options=tuple(f"O{n}" for n in range(12)), option_limit=1, choices=(), limit=1)
    shape = BallotShape(style="S", contests=(contest,))
    assert shape.proof_limits == (1,) * 13
    assert (shape.ciphertext_bytes, shape.response_bytes, shape.commitment_bytes) == (768, 13 * 96, 13 * 128)


def test_another_definition_has_another_shape() -> None:
    """One option more, one vote more or two contests exchanged change the bytes that the context hashes."""
    base = encode(ballot_shape(ELECTION, "FULL"))
    swapped: Definition = msgspec.structs.replace(
        ELECTION.definition,
        styles=tuple(
            msgspec.structs.replace(each, contests=each.contests[::-1]) for each in ELECTION.definition.styles
        ),
    )
    others = [encode(ballot_shape(with_contest(two_cards(votes)), "FULL")) for votes in (1, 2, 3)]
    shapes = [base, encode(ballot_shape(Election(swapped), "FULL")), *others]
    assert len(set(shapes)) == len(shapes)


def with_data(data_bytes: int) -> BallotShape:
    """Two contests of one option, the second with so many bytes of data."""
    one = ContestShape(contest="C", options=("O",), option_limit=1, choices=(), limit=1)
    return BallotShape(style="S", contests=(one, msgspec.structs.replace(one, contest="D", data_bytes=data_bytes)))


def test_contest_data_add_a_point_their_bytes_and_a_proof() -> None:
    """32 bytes of point, the data, one response and one commitment."""
    plain, longer = with_data(0), with_data(64)
    assert (plain.data_proofs, plain.data_bytes_total) == (0, 0)
    assert (longer.data_proofs, longer.data_bytes_total) == (1, 32 + 64)
    assert longer.response_bytes == plain.response_bytes + 32
    assert longer.commitment_bytes == plain.commitment_bytes + 32
    assert longer.ciphertext_bytes == plain.ciphertext_bytes
    assert encode(plain) != encode(longer)


@pytest.mark.parametrize("data_bytes", [-32, 1, 33, 1056])
def test_contest_data_have_a_length_in_steps_of_32_bytes(data_bytes: int) -> None:
    """Up to 1024: a shape with another length is not read."""
    with pytest.raises(Malformed):
        decode(encode(with_data(data_bytes)), BallotShape)
