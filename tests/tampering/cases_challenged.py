"""Attacks on challenged ballots: what a machine that had cheated would have to hide, and what must never be opened."""

from collections.abc import Callable, Sequence

import msgspec
from tests.tampering.encrypted_forgery import CENTRE, NOBODY, STATION, Forgery, case, replace
from tests.tampering.encrypted_prover import dishonest_ballot, unreduced
from tests.verify.encrypted_world import make_ballot

from urna.ballot.challenged import open_ballot
from urna.ballot.published import OpenedBallot, OpenedList, OpenedOption
from urna.crypto import scalars
from urna.election.outcomes import BallotState
from urna.encoding.canonical import encode
from urna.record.layout import opened_path

CHALLENGED, VOID = BallotState.CHALLENGED, BallotState.VOID

Options = Callable[[tuple[OpenedOption, ...]], Sequence[OpenedOption]]


def _ballots(forgery: Forgery, change: Callable[[tuple[OpenedBallot, ...]], Sequence[OpenedBallot]]) -> None:
    """Opens other ballots at A-01."""
    forgery.opened("A-01", lambda opened: replace(opened, ballots=tuple(change(opened.ballots))))
    forgery.publish()


def _options(forgery: Forgery, change: Options) -> None:
    """Opens the challenged ballot of A-01 otherwise."""
    _ballots(forgery, lambda ballots: [replace(ballots[0], options=tuple(change(ballots[0].options)))])


def _option(forgery: Forgery, change: Callable[[OpenedOption], OpenedOption]) -> None:
    """Opens the first option otherwise."""
    _options(forgery, lambda options: [change(options[0]), *options[1:]])


# ---------------------------------------------------------------- which ballots are opened


@case(STATION, 26, "A-01", "is not opened")
def challenge_without_an_answer(forgery: Forgery) -> None:
    """The challenged ballot is not opened."""
    _ballots(forgery, lambda _: [])


@case(STATION, 26, "stations/A-01/opened.json is missing")
def openings_left_out(forgery: Forgery) -> None:
    """The file is left out."""
    forgery.world.remove(opened_path("A-01"))
    forgery.publish()


@case(STATION, 26, "A-01", "2 ballots with 1 different ids")
def ballot_opened_twice(forgery: Forgery) -> None:
    """One ballot, opened twice."""
    _ballots(forgery, lambda ballots: [*ballots, *ballots])


@case(STATION, 26, "A-02", "its state is cast")
def cast_ballot_opened(forgery: Forgery) -> None:
    """Somebody's vote in public, truly opened."""
    cast, context = forgery.made("A-02"), forgery.world.context("A-02", "S1")
    opened = open_ballot(context, cast.seed, cast.id, cast.votes)
    forgery.opened(
        "A-02",
        lambda each: replace(each, ballots=tuple(sorted((*each.ballots, opened), key=lambda ballot: ballot.id))),
    )
    forgery.publish()


@case(STATION, 26, "A-02", "its state is void")
def void_ballot_opened(forgery: Forgery) -> None:
    """What somebody nearly voted, in public."""
    void, context = forgery.made("A-02", VOID), forgery.world.context("A-02", "S1")
    opened = open_ballot(context, void.seed, void.id, void.votes)
    forgery.opened(
        "A-02",
        lambda each: replace(each, ballots=tuple(sorted((*each.ballots, opened), key=lambda ballot: ballot.id))),
    )
    forgery.publish()


@case(STATION, 26, "A-01", "is not opened")
def opening_of_another_id(forgery: Forgery) -> None:
    """The opening bears an id that no ballot has."""
    _ballots(forgery, lambda ballots: [replace(ballots[0], id="0" * 32)])


@case(STATION, 26, "A-01", "its state is -")
def ballot_opened_that_was_never_made(forgery: Forgery) -> None:
    """A ballot beside the challenged one, made for the occasion."""
    context = forgery.world.context("A-01", "S1")
    invented = open_ballot(context, bytes(32), bytes(16), (0,) * 9)
    _ballots(forgery, lambda ballots: [invented, *ballots])


@case(STATION, 26, "A-01", "a ciphertext of something else")
def opening_of_another_challenged_ballot(forgery: Forgery) -> None:
    """Votes and nonces of a ballot that another machine can open, under the id of one that it cannot."""
    other = make_ballot(forgery.world, "A-01", "S1-IND", CHALLENGED, "another")
    opened = open_ballot(forgery.world.context("A-01", "S1-IND"), other.seed, other.id, other.votes)
    _options(forgery, lambda _: opened.options)


# ---------------------------------------------------------------- what they are said to hold


@case(STATION, 26, "A-01", "a ciphertext of something else")
def votes_that_were_not_encrypted(forgery: Forgery) -> None:
    """The voter's choice is announced; the machine had encrypted another."""

    def change(options: tuple[OpenedOption, ...]) -> Sequence[OpenedOption]:
        last, other = options[-1], options[-2]
        return [*options[:-2], replace(other, votes=0), replace(last, votes=1 - last.votes)]

    _options(forgery, change)


@case(STATION, 26, "A-01", "a ciphertext of something else")
def machine_that_encrypted_something_else(forgery: Forgery) -> None:
    """The machine encrypts another choice, is challenged, and opens what the voter had chosen with its own nonces."""
    context, old = forgery.world.context("A-01", "S1-IND"), forgery.made("A-01", CHALLENGED)
    chosen = forgery.world.files[opened_path("A-01")]
    cheated = (*old.votes[:-1], 1 - old.votes[-1]) if not old.votes[-2] else (*old.votes[:-2], 0, 1)
    forgery.exchange("A-01", old, dishonest_ballot(context, cheated, old.id, old.seed), votes=cheated)
    forgery.world.files[opened_path("A-01")] = chosen
    forgery.publish()


@case(STATION, 26, "A-01", "a ciphertext of something else")
def nonce_that_does_not_open(forgery: Forgery) -> None:
    """Another nonce than the ciphertext was made with."""
    other = scalars.from_int(5).hex()
    _option(forgery, lambda option: replace(option, nonce=other))


@case(STATION, 26, "A-01", "a ciphertext of something else")
def nonces_of_two_options_exchanged(forgery: Forgery) -> None:
    """Two nonces in each other's place."""
    _options(
        forgery,
        lambda options: [
            replace(options[0], nonce=options[1].nonce),
            replace(options[1], nonce=options[0].nonce),
            *options[2:],
        ],
    )


@case(STATION, 26, "A-01", "opened.json")
def nonce_in_a_second_spelling(forgery: Forgery) -> None:
    """The right nonce as a number above the order."""
    _option(forgery, lambda option: replace(option, nonce=unreduced(bytes.fromhex(option.nonce)).hex()))


@case(STATION, 26, "A-01", "0 to 1 votes")
def two_votes_opened(forgery: Forgery) -> None:
    """An opening that says two votes for one option."""
    _option(forgery, lambda option: replace(option, votes=2))


@case(STATION, 26, "A-01", "0 to 2 votes")
def more_votes_opened_than_allowed(forgery: Forgery) -> None:
    """An opening that says a vote for every card."""
    _options(
        forgery,
        lambda options: [replace(each, votes=1) if each.option != "ANA-BIS" else each for each in options],
    )


@case(STATION, 26, "A-01", "every option of style S1-IND")
def option_left_out(forgery: Forgery) -> None:
    """The option in which the machine cheated is not opened."""
    _options(forgery, lambda options: options[1:])


@case(STATION, 26, "A-01", "every option of style S1-IND")
def option_opened_twice(forgery: Forgery) -> None:
    """One option twice, and another not at all."""
    _options(forgery, lambda options: [options[0], *options[:-1]])


@case(STATION, 26, "A-01", "every option of style S1-IND")
def options_in_another_order(forgery: Forgery) -> None:
    """All options, in another order."""
    _options(forgery, lambda options: options[::-1])


@case(STATION, 26, "A-01", "every option of style S1-IND")
def options_renamed(forgery: Forgery) -> None:
    """Two options under each other's name: the vote for one is shown as a vote for the other."""
    _options(
        forgery,
        lambda options: [
            replace(options[0], option=options[1].option),
            replace(options[1], option=options[0].option),
            *options[2:],
        ],
    )


@case(STATION, 26, "A-01", "every option of style S1-IND")
def opened_as_another_style(forgery: Forgery) -> None:
    """The options of the style without the indigenous contest."""
    _options(forgery, lambda options: [each for each in options if each.contest != "IND"])


# ---------------------------------------------------------------- the file


@case(STATION, 26, "A-01", "A-02")
def openings_of_another_station(forgery: Forgery) -> None:
    """A file that names another station."""
    forgery.opened("A-01", lambda opened: replace(opened, station="A-02"))
    forgery.publish()


@case(STATION, 26, "A-01", "another election")
def openings_of_another_election(forgery: Forgery) -> None:
    """A file that names another election."""
    forgery.opened("A-01", lambda opened: replace(opened, election="0" * 64))
    forgery.publish()


@case(CENTRE, 26, "A-01", "A-02")
def openings_in_each_others_place(forgery: Forgery) -> None:
    """Two stations' openings exchanged."""
    files = forgery.world.files
    one, other = opened_path("A-01"), opened_path("A-02")
    files[one], files[other] = files[other], files[one]
    forgery.publish()


@case(STATION, 26, "opened.json")
def openings_in_another_spelling(forgery: Forgery) -> None:
    """A space that says nothing makes another file."""
    path = opened_path("A-01")
    forgery.world.files[path] = forgery.world.files[path].replace(b'"ballots":', b'"ballots": ', 1)
    forgery.publish()


@case(STATION, 26, "opened.json")
def openings_with_a_negative_vote(forgery: Forgery) -> None:
    """One vote less than none."""
    path = opened_path("A-01")
    assert b'"votes":0' in forgery.world.files[path]
    forgery.world.files[path] = forgery.world.files[path].replace(b'"votes":0', b'"votes":-1', 1)
    forgery.publish()


@case(NOBODY, 9, "stations/A-01/opened.json", also=(26,))
def openings_changed_by_a_mirror(forgery: Forgery) -> None:
    """An opening that says something else than was logged."""
    path = opened_path("A-01")
    opened = msgspec.json.decode(forgery.folder[path], type=OpenedList)
    forgery.folder[path] = encode(replace(opened, ballots=()))
