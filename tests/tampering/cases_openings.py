"""Attacks by guardians who open what they like, k of them together, and by the centre that publishes openings."""

from collections.abc import Callable, Sequence

from tests.tampering.builder import EVENING, signing_key
from tests.tampering.encrypted_forgery import (
    CENTRE,
    EVERYBODY,
    GUARDIANS,
    NOBODY,
    Forgery,
    aggregate_path,
    case,
    replace,
)
from tests.tampering.encrypted_prover import unreduced
from tests.verify.encrypted_world import Made

from urna.crypto import scalars
from urna.crypto.group import subtract
from urna.election.certification import StationDecision
from urna.election.outcomes import BallotState
from urna.encoding.document import sign_document
from urna.log.note import NoteSigner
from urna.record.layout import Kind, results_path, serial_path
from urna.tally.decryption import AggregateOpening, OpenedVotes

NATION = 3
"""The serial of the opening of LIST-N over all stations."""

Options = Callable[[tuple[OpenedVotes, ...]], Sequence[OpenedVotes]]


def _options(forgery: Forgery, change: Options, *, retotal: bool = False) -> None:
    """Other options in the opening of the nation; the editions follow from it where they can."""
    forgery.aggregate(NATION, lambda opening: replace(opening, options=tuple(change(opening.options))))
    forgery.publish(retotal=retotal)


def _first(forgery: Forgery, change: Callable[[OpenedVotes], OpenedVotes]) -> None:
    """Another first option in the opening of the nation, which no total follows."""
    _options(forgery, lambda options: [change(options[0]), *options[1:]])


def _later(forgery: Forgery, change: Callable[[AggregateOpening], AggregateOpening]) -> None:
    """The nation opened once more, which shows nothing new, changed and published after the last results."""
    again = forgery.world.open_aggregate(replace(forgery.world.aggregate(NATION).planned, serial=6))
    forgery.publish_later(change(again))


# ---------------------------------------------------------------- votes and proofs


@case(GUARDIANS, 28, "aggregates/0003.note", "option 1")
def opening_with_another_number(forgery: Forgery) -> None:
    """The share is right, the number is not; a vote moves between lists, and the totals follow."""
    _options(
        forgery,
        lambda options: [
            replace(options[0], votes=options[0].votes + 1),
            replace(options[1], votes=options[1].votes - 1),
            *options[2:],
        ],
        retotal=True,
    )


def _voted(votes: int) -> Callable[[AggregateOpening], AggregateOpening]:
    """So many votes for the first option."""

    def change(opening: AggregateOpening) -> AggregateOpening:
        first, *others = opening.options
        return replace(opening, options=(replace(first, votes=votes), *others))

    return change


@case(GUARDIANS, 28, "aggregates/0006.note", "40")
def opening_with_more_votes_than_ballots(forgery: Forgery) -> None:
    """More votes than there are ballots in the sum."""
    _later(forgery, _voted(40))


@case(GUARDIANS, 28, "aggregates/0006.note", str(2**53 - 1))
def opening_with_an_enormous_number(forgery: Forgery) -> None:
    """A number at the end of what a count can be."""
    _later(forgery, _voted(2**53 - 1))


@case(GUARDIANS, 28, "aggregates/0003.note", "option 1")
def opening_with_a_false_response(forgery: Forgery) -> None:
    """A response that answers nothing."""
    other = scalars.from_int(3).hex()
    _first(forgery, lambda option: replace(option, response=other))


@case(GUARDIANS, 28, "aggregates/0003.note", "option 1")
def opening_with_a_false_challenge(forgery: Forgery) -> None:
    """A challenge that is no hash of anything."""
    other = scalars.from_int(3).hex()
    _first(forgery, lambda option: replace(option, challenge=other))


@case(GUARDIANS, 28, "aggregates/0003.note", "option 1")
def opening_with_another_share(forgery: Forgery) -> None:
    """The share and the number fit each other, one vote more: M - K in M's place."""

    def change(option: OpenedVotes) -> OpenedVotes:
        moved = subtract(bytes.fromhex(option.share), forgery.world.joint.votes)
        return replace(option, share=moved.hex(), votes=option.votes + 1)

    _options(forgery, lambda options: [change(options[0]), *options[1:]], retotal=True)


@case(GUARDIANS, 28, "aggregates/0003.note")
def opening_with_a_share_that_is_no_point(forgery: Forgery) -> None:
    """A share that decodes to nothing."""
    _first(forgery, lambda option: replace(option, share="ff" * 32))


@case(GUARDIANS, 28, "aggregates/0003.note")
def opening_with_an_unreduced_response(forgery: Forgery) -> None:
    """The right response as a number above the order."""
    _first(forgery, lambda option: replace(option, response=unreduced(bytes.fromhex(option.response)).hex()))


@case(GUARDIANS, 28, "aggregates/0003.note", "option 2")
def opening_with_the_proof_of_another_option(forgery: Forgery) -> None:
    """Shares and proofs of two options in each other's place."""

    def change(options: tuple[OpenedVotes, ...]) -> Sequence[OpenedVotes]:
        first, second, third = options
        return [first, replace(third, option=second.option), replace(second, option=third.option)]

    _options(forgery, change, retotal=True)


@case(GUARDIANS, 28, "aggregates/0003.note", "option 1")
def opening_by_one_guardian_alone(forgery: Forgery) -> None:
    """One guardian less than k answers; nobody knows what the sum holds."""
    alone = forgery.open_over(forgery.world.aggregate(NATION), _in_states(forgery, BallotState.CAST), (1,))
    forgery.world.put_aggregate(alone)
    forgery.publish()


def _in_states(forgery: Forgery, *states: BallotState) -> list[Made]:
    """Every ballot in one of these states, station by station."""
    return [each for made in forgery.world.ballots_made.values() for each in made if each.state in states]


# ---------------------------------------------------------------- what is said to be opened


@case(GUARDIANS, 28, "aggregates/0006.note lists 2 options")
def opened_option_left_out(forgery: Forgery) -> None:
    """One list's votes are not opened."""
    _later(forgery, lambda opening: replace(opening, options=opening.options[:-1]))


@case(GUARDIANS, 28, "aggregates/0006.note lists 4 options")
def opened_option_twice(forgery: Forgery) -> None:
    """One list's votes stand twice."""
    _later(forgery, lambda opening: replace(opening, options=(*opening.options, opening.options[0])))


@case(GUARDIANS, 28, "aggregates/0006.note lists 3 options")
def opened_options_in_another_order(forgery: Forgery) -> None:
    """All lists, in another order."""
    _later(forgery, lambda opening: replace(opening, options=opening.options[::-1]))


@case(GUARDIANS, 28, "aggregates/0006.note", "contest XXX")
def opening_of_an_unknown_contest(forgery: Forgery) -> None:
    """A contest that the definition does not have."""
    _later(forgery, lambda opening: replace(opening, contest="XXX"))


@case(GUARDIANS, 28, "aggregates/0006.note", "option 1")
def opening_of_another_contests_sum(forgery: Forgery) -> None:
    """The answer to one question is published as the answer to another, option by option."""
    answer, names = forgery.world.aggregate(2), [each.option for each in forgery.world.aggregate(1).options]
    options = [replace(each, option=name) for each, name in zip(answer.options, names, strict=True)]
    forgery.publish_later(replace(answer, serial=6, contest="NOM-2", options=tuple(options)))


@case(GUARDIANS, 28, "aggregates/0006.note", "LIST-N")
def opened_station_twice(forgery: Forgery) -> None:
    """A station stands in the sum twice, with ballots and votes that fit."""
    planned = forgery.planned("LIST-N", "A-01", "A-01", "A-02", "B-01", "B-02")
    forgery.publish_later(forgery.world.open_aggregate(planned))


@case(GUARDIANS, 28, "aggregates/0006.note", "LIST-N")
def opened_stations_out_of_order(forgery: Forgery) -> None:
    """The same stations in another order: two spellings of one set."""
    planned = forgery.planned("LIST-N", "B-02", "B-01", "A-02", "A-01")
    forgery.publish_later(forgery.world.open_aggregate(planned))


@case(GUARDIANS, 28, "aggregates/0006.note", "LIST-N")
def opening_of_an_unknown_station(forgery: Forgery) -> None:
    """A station that nobody defined."""
    _later(forgery, lambda opening: replace(opening, stations=(*opening.stations, "Z-99")))


@case(GUARDIANS, 28, "aggregates/0003.note")
def opening_with_other_ballots(forgery: Forgery) -> None:
    """It says more ballots than the sheets."""
    world = forgery.world
    planned = replace(world.aggregate(NATION).planned, ballots=40)
    world.put_aggregate(world.open_aggregate(planned))
    forgery.publish()


@case(GUARDIANS, 28, "aggregates/0006.note", "A-02")
def opening_of_a_contest_that_the_station_does_not_have(forgery: Forgery) -> None:
    """A sum over a station of another circuit."""
    opening = forgery.world.aggregate(1)
    other = replace(opening, serial=6, stations=("A-02", "B-02"))
    forgery.publish_later(other)


@case(GUARDIANS, 28, "aggregates/0006.note")
def opening_of_no_station(forgery: Forgery) -> None:
    """A sum over nothing, rightly proven to hold nothing."""
    forgery.open_more("LIST-N")


@case(GUARDIANS, 28, "aggregates/0003.note", "STATE-A")
def opening_replayed_for_another_territory(forgery: Forgery) -> None:
    """The votes of the nation as those of one state; the proof is bound to the territory."""
    forgery.aggregate(NATION, lambda opening: replace(opening, territory="STATE-A"))
    forgery.publish()


@case(GUARDIANS, 28, "aggregates/0003.note", "STATE-A")
def opening_made_for_another_territory(forgery: Forgery) -> None:
    """The same with a proof that is made for it: the guardians themselves say a false name."""
    world = forgery.world
    world.put_aggregate(world.open_aggregate(replace(world.aggregate(NATION).planned, territory="STATE-A")))
    forgery.publish()


@case(GUARDIANS, 28, "aggregates/0003.note", "ATLANTIS")
def opening_for_an_unknown_territory(forgery: Forgery) -> None:
    """A territory that nobody defined."""
    world = forgery.world
    world.put_aggregate(world.open_aggregate(replace(world.aggregate(NATION).planned, territory="ATLANTIS")))
    forgery.publish()


@case(GUARDIANS, 28, "aggregates/0006.note")
def opening_replayed_under_another_number(forgery: Forgery) -> None:
    """An opening once more, with the next serial; the proof is bound to its own."""
    forgery.publish_later(replace(forgery.world.aggregate(NATION), serial=6))


@case(GUARDIANS, 28, "aggregates/0006.note", "another election")
def opening_of_another_election(forgery: Forgery) -> None:
    """An opening that names another election."""
    _later(forgery, lambda opening: replace(opening, election="0" * 64))


@case(GUARDIANS, 28, "aggregates/0003.note")
def opening_to_another_key(forgery: Forgery) -> None:
    """Proofs that are bound to another ceremony."""
    world, before = forgery.world, forgery.world.joint
    world.joint = before._replace(base_hash=bytes(32))
    opening = world.open_aggregate(world.aggregate(NATION).planned)
    world.joint = before
    world.put_aggregate(opening)
    forgery.publish()


@case(EVERYBODY, 28, "aggregates/0003.note", "option 1")
def void_ballots_opened_with_the_cast(forgery: Forgery) -> None:
    """The opened sum is over void ballots, too, and says the votes of cast and void together."""
    both = _in_states(forgery, BallotState.CAST, BallotState.VOID)
    forgery.world.put_aggregate(forgery.open_over(forgery.world.aggregate(NATION), both))
    forgery.publish()


@case(EVERYBODY, 28, "aggregates/0003.note", "option 1")
def cast_ballot_left_out_of_the_opening(forgery: Forgery) -> None:
    """The opened sum leaves out a cast ballot of a station that withholds its votes."""
    left_out = forgery.made("B-01")
    kept = [each for each in _in_states(forgery, BallotState.CAST) if each is not left_out]
    forgery.world.put_aggregate(forgery.open_over(forgery.world.aggregate(NATION), kept))
    forgery.publish()


# ---------------------------------------------------------------- small sets


@case(GUARDIANS, 28, "LIST-N", "6 of A-02")
def few_ballots_opened(forgery: Forgery) -> None:
    """Six ballots of one station, alone."""
    forgery.open_more("LIST-N", "A-02")


@case(GUARDIANS, 28, "LIST-N", "6 of A-02")
def few_ballots_by_difference_to_a_sheet(forgery: Forgery) -> None:
    """Two stations together, one of which shows its votes: the difference is six ballots."""
    forgery.open_more("LIST-N", "A-01", "A-02")


@case(GUARDIANS, 28, "REF", "7 of B-01")
def few_ballots_by_difference_to_an_opening(forgery: Forgery) -> None:
    """All stations but one are opened beside all of them: the difference is seven ballots."""
    forgery.open_more("REF", "A-01", "B-01", "B-02")


@case(GUARDIANS, 28, "LIST-N", "cuts through")
def opening_that_cuts_through_another(forgery: Forgery) -> None:
    """Two sets that overlap: what they share, or what each has alone, could be few."""
    forgery.open_more("LIST-N", "A-01", "B-02")
    forgery.open_more("LIST-N", "A-02", "B-01", "B-02")


@case(GUARDIANS, 28, "NOM-1", "6 of A-02")
def closed_remainder_opened(forgery: Forgery) -> None:
    """What the plan leaves closed for ever, since it is below the threshold even in the whole circuit."""
    forgery.open_more("NOM-1", "A-01", "A-02", territory="CIRCUIT-1")


@case(GUARDIANS, 28, "IND", "4 of A-01")
def contest_of_few_opened(forgery: Forgery) -> None:
    """Four people's votes in the contest that only they have."""
    forgery.open_more("IND", "A-01", territory="CIRCUIT-1")


# ---------------------------------------------------------------- openings in the record


@case(CENTRE, 28, "aggregates/0006.note", "serial 6, expected 5")
def opening_left_out(forgery: Forgery) -> None:
    """A number is left out: what was opened under it is not shown."""
    world, opening = forgery.world, forgery.world.aggregate(5)
    world.remove(aggregate_path(5))
    world.put_aggregate(world.open_aggregate(replace(opening.planned, serial=6)))
    forgery.publish()


@case(CENTRE, 28, "aggregates/0002.note", "expected 2")
def openings_under_each_others_number(forgery: Forgery) -> None:
    """Two openings in each other's place."""
    files = forgery.world.files
    one, other = aggregate_path(2), aggregate_path(4)
    files[one], files[other] = files[other], files[one]
    forgery.publish(retotal=False)


@case("a stranger's key", 28, "aggregates/0006.note", "cne.example/log")
def opening_signed_by_a_stranger(forgery: Forgery) -> None:
    """An opening that the log's key did not sign."""
    forgery.open_more("LIST-N", "A-01", "A-02", "B-01", "B-02")
    stranger = NoteSigner("cne.example/log", signing_key("stranger"))
    forgery.world.files[aggregate_path(6)] = sign_document(forgery.world.aggregate(6), [stranger])
    forgery.publish()


@case(CENTRE, 10, "aggregates/0001.note")
def openings_logged_out_of_order(forgery: Forgery) -> None:
    """The first opening is logged after the others."""
    forgery.world.batches[5].remove(aggregate_path(1))
    forgery.world.batches.insert(6, [aggregate_path(1)])
    forgery.publish()


@case(GUARDIANS, 10, "aggregates/0001.note", "B-02")
def opened_before_the_sheets(forgery: Forgery) -> None:
    """The guardians open a station's sum before its sheet and its root are in the log."""
    forgery.world.batches[5].remove(aggregate_path(1))
    forgery.world.batches[2].append(aggregate_path(1))
    forgery.publish()


@case(CENTRE, 20, "LIST-N", "NATION", also=(22, 23))
def results_without_an_opening(forgery: Forgery) -> None:
    """Results that leave out what the guardians had opened before."""
    kept = forgery.world.aggregate(NATION)
    forgery.world.batches[5].remove(aggregate_path(NATION))
    forgery.world.batches.append([aggregate_path(NATION)])
    forgery.world.retotal()
    results = forgery.world.files[results_path(2)]
    forgery.world.batches.pop()
    forgery.world.batches[5].append(aggregate_path(NATION))
    forgery.world.put_aggregate(kept)
    forgery.world.files[results_path(2)] = results
    forgery.publish(retotal=False)


@case(CENTRE, 20, "LIST-N", "NATION")
def results_with_another_part_opened(forgery: Forgery) -> None:
    """The opening is right, the totals give one of its votes to another list."""
    results = forgery.world.results(2)
    changed = []
    for total in results.totals:
        if (total.contest, total.territory) == ("LIST-N", "NATION"):
            first, second, *others = total.votes
            votes = (replace(first, votes=first.votes + 1), replace(second, votes=second.votes - 1), *others)
            changed.append(replace(total, votes=votes))
        else:
            changed.append(total)
    forgery.world.put_results(replace(results, totals=tuple(changed)))
    forgery.publish(retotal=False)


@case(GUARDIANS, 28, "aggregates/0003.note", "LIST-N")
def opening_of_a_station_that_never_counted(forgery: Forgery) -> None:
    """A station was annulled before any results; the guardians open its ballots all the same."""
    world = forgery.world
    decision = StationDecision(
        election=world.election.identity,
        serial=1,
        station="B-02",
        state="annulled",
        reason="Two boxes.",
        decided_at=EVENING,
    )
    world.add(serial_path(Kind.DECISION, 1), sign_document(decision, world.keys.officers[:2]), 3)
    for edition in (1, 2):
        world.remove(results_path(edition))
    forgery.publish(retotal=False)


@case(NOBODY, 9, "aggregates/0003.note", also=(20, 22, 23, 28))
def opening_changed_by_a_mirror(forgery: Forgery) -> None:
    """Another number in a published opening."""
    path = aggregate_path(NATION)
    assert b'"votes":9' in forgery.folder[path]
    forgery.folder[path] = forgery.folder[path].replace(b'"votes":9', b'"votes":8', 1)


@case(NOBODY, 9, "aggregates/0006.note", also=(28,))
def opening_beside_the_log(forgery: Forgery) -> None:
    """An opening in the folder that no leaf names."""
    forgery.folder[aggregate_path(6)] = forgery.folder[aggregate_path(5)]
