"""The small record with sheets of paper ballots counted by hand, and what an attacker can do to them.

B-03 counts one in place of a sheet that it has not (a decision that it never opened is replaced), A-02 one beside its
sheet, B-02 one of so few ballots that it withholds like its sheet, and B-01 has sent one of which nobody decided.
"""

from collections.abc import Callable, Iterable
from typing import Any

import msgspec
from tests.tampering.builder import EVENING, World, build, officers_sign
from tests.tampering.forgery import Case, Forgery, Tamper

from urna.election.certification import StationDecision
from urna.encoding.canonical import digest
from urna.encoding.document import read_document, sign_document
from urna.record.layout import Kind, hand_count_path, serial_path
from urna.tally.hand_count import HandContest, HandCountReason, HandCountSheet, withhold
from urna.tally.results import StationState
from urna.tally.sheet import OptionVotes

HAND_CASES: list[Case] = []

CENTRE = "the centre's key"
STATION = "the station's keys"
OFFICERS = "the officers' keys"


def hand_case(powers: str, check: int, *names: str, also: Iterable[int] = ()) -> Callable[[Tamper], Tamper]:
    """Registers an attack under the name of its function."""

    def register(tamper: Tamper) -> Tamper:
        HAND_CASES.append(Case(tamper.__name__, powers, tamper, check, frozenset(also), names))
        return tamper

    return register


def counted(world: World, station: str, ballots: int, **changes: Any) -> HandCountSheet:
    """A sheet of so many ballots: one blank, one null, each other one a vote for the first option of each contest."""
    contests = tuple(
        HandContest(
            contest=contest.code,
            votes=tuple(
                OptionVotes(option=option.code, votes=0 if place else held - 2)
                for place, option in enumerate(contest.options)
            ),
            blank=1,
            null=1,
            ballots=held,
        )
        for contest in world.election.contests_of_station(station)
        for held in [ballots if contest.electorate == "ALL" else 2]
    )
    sheet = HandCountSheet(
        election=world.election.identity,
        station=station,
        sequence=0,
        reason=HandCountReason.NO_POWER,
        registered=world.election.stations[station].electors,
        signatures=ballots + 1,
        handed_out=ballots + 2,
        ballots=ballots,
        contests=contests,
        closed_at=EVENING,
    )
    return withhold(world.election, msgspec.structs.replace(sheet, **changes))


def put_hand_count(world: World, sheet: HandCountSheet, *, batch: int = 4, station: str = "", by: str = "") -> str:
    """Puts a sheet at its place, signed by its station's poll book, or another's; returns its hash."""
    place = station or sheet.station
    document = sign_document(sheet, [world.poll_book(by or place)])
    world.add(hand_count_path(place, sheet.sequence), document, batch)
    return digest(document)


def decide(world: World, station: str, hand: str | None, *, officers: int = 2, **changes: Any) -> None:
    """The next decision, that this hand count counts, in place of the machines' sheet unless said otherwise."""
    serial = 1 + sum(path.startswith("decisions/") for path in world.files)
    fields: dict[str, Any] = {"state": "hand_count", "machines": "in_place_of", "reason": "Counted in public."}
    decision = StationDecision(
        election=world.election.identity,
        serial=serial,
        station=station,
        decided_at=EVENING,
        hand=hand,
        **{**fields, **changes},
    )
    world.add(serial_path(Kind.DECISION, serial), officers_sign(world, decision, officers), 4)


def build_hand_counts() -> World:
    """The record."""
    world = build()
    decide(world, "B-03", put_hand_count(world, counted(world, "B-03", 12)), replaces=1)
    decide(world, "A-02", put_hand_count(world, counted(world, "A-02", 12)), machines="added_to")
    decide(world, "B-02", put_hand_count(world, counted(world, "B-02", 4)), machines="added_to")
    put_hand_count(world, counted(world, "B-01", 11))
    world.retotal()
    return world


def recount(forgery: Forgery, station: str, serial: int, change: Callable[[HandCountSheet], HandCountSheet]) -> None:
    """Changes a hand count, signed by its poll book, and the decision that names it, signed by the officers."""
    world = forgery.world
    sheet = change(read_document(world.files[hand_count_path(station, 0)], HandCountSheet))
    hashed = put_hand_count(world, sheet, station=station)
    redecide(forgery, serial, hand=hashed)


def redecide(forgery: Forgery, serial: int, officers: int = 2, **changes: Any) -> None:
    """Changes a decision, signed by the officers again."""
    world, path = forgery.world, serial_path(Kind.DECISION, serial)
    decision = msgspec.structs.replace(read_document(world.files[path], StationDecision), **changes)
    world.files[path] = officers_sign(world, decision, officers)


def with_contest(sheet: HandCountSheet, **changes: Any) -> HandCountSheet:
    """The sheet with its first contest changed."""
    first, *others = sheet.contests
    return msgspec.structs.replace(sheet, contests=(msgspec.structs.replace(first, **changes), *others))


def announce(forgery: Forgery, station: str, **changes: Any) -> None:
    """Changes what the last edition says of a station, and nothing else of it."""
    results = forgery.world.results(2)
    stations = tuple(
        msgspec.structs.replace(each, **changes) if each.station == station else each for each in results.stations
    )
    forgery.world.put_results(msgspec.structs.replace(results, stations=stations))
    forgery.publish(retotal=False)


@hand_case("another station's keys", 29, "hand-0.note", "B-03", "signature")
def hand_count_by_another_poll_book(forgery: Forgery) -> None:
    """A sheet that another station's poll book signed."""
    world = forgery.world
    sheet = read_document(world.files[hand_count_path("B-03", 0)], HandCountSheet)
    hashed = put_hand_count(world, sheet, by="B-01")
    redecide(forgery, 2, hand=hashed)
    forgery.publish()


@hand_case(STATION, 29, "names B-03")
def hand_count_of_another_station(forgery: Forgery) -> None:
    """The sheet of one station in the folder of another, signed there."""
    sheet = read_document(forgery.world.files[hand_count_path("B-03", 0)], HandCountSheet)
    put_hand_count(forgery.world, sheet, station="B-01")
    forgery.publish()


@hand_case(STATION, 29, "another election")
def hand_count_of_another_election(forgery: Forgery) -> None:
    """A sheet of a rehearsal."""
    world = forgery.world
    put_hand_count(world, msgspec.structs.replace(counted(world, "B-01", 11), election="0" * 64))
    forgery.publish()


@hand_case(CENTRE, 29, "sequence 1", "expected 0")
def hand_count_hidden(forgery: Forgery) -> None:
    """Of two hand counts the first one is taken out of the record."""
    world = forgery.world
    put_hand_count(world, msgspec.structs.replace(counted(world, "B-01", 11), sequence=1))
    world.remove(hand_count_path("B-01", 0))
    forgery.publish()


@hand_case(STATION, 29, "B-01 NOM-2", "10")
def vote_invented(forgery: Forgery) -> None:
    """A sheet with more votes than its ballots allow."""
    world = forgery.world
    sheet = counted(world, "B-01", 11)
    votes = (msgspec.structs.replace((sheet.contests[0].votes or ())[0], votes=10),)
    put_hand_count(world, with_contest(sheet, votes=(*votes, *(sheet.contests[0].votes or ())[1:])))
    forgery.publish()


@hand_case(STATION, 29, "B-02 NOM-2", "10 ballots on", also=(20, 21))
def votes_of_few_shown(forgery: Forgery) -> None:
    """A sheet shows the votes of four people."""
    world = forgery.world
    options = world.election.contests["NOM-2"].options
    votes = tuple(OptionVotes(option=each.code, votes=2 * (place == 0)) for place, each in enumerate(options))
    put_hand_count(world, with_contest(counted(world, "B-02", 4), votes=votes, blank=1, null=1), station="B-02")
    forgery.publish(retotal=False)


@hand_case(STATION, 29, "B-01", "50 registered", "90")
def electors_invented(forgery: Forgery) -> None:
    """A sheet says more electors than the definition."""
    put_hand_count(forgery.world, msgspec.structs.replace(counted(forgery.world, "B-01", 11), registered=90))
    forgery.publish()


@hand_case(CENTRE, 29, "decisions/0002.note", "no hand count of B-03", also=(9, 20, 21, 22, 23))
def counted_sheet_gone(forgery: Forgery) -> None:
    """The sheet that is counted is taken out of the folder."""
    del forgery.folder[hand_count_path("B-03", 0)]


@hand_case(CENTRE, 29, "decisions/0002.note", "no hand count of B-03")
def counted_sheet_logged_late(forgery: Forgery) -> None:
    """The sheet is published after the decision that names it."""
    world = forgery.world
    path = hand_count_path("B-03", 0)
    for batch in world.batches:
        batch[:] = [each for each in batch if each != path]
    world.batches[-1].append(path)
    late = world.batches[-1]
    world.batches[-1:] = [[each for each in late if each == path], [each for each in late if each != path]]
    forgery.publish(retotal=False)


@hand_case(OFFICERS, 29, "decisions/0002.note", "replaces 1", also=(20, 21, 22, 23))
def decision_that_names_no_earlier_one(forgery: Forgery) -> None:
    """A second decision on a station as if there had been none."""
    redecide(forgery, 2, replaces=0)
    forgery.publish(retotal=False)


@hand_case(OFFICERS, 29, "decisions/0005.note", "replaces 3")
def second_hand_count_decided(forgery: Forgery) -> None:
    """A second decision on a hand count that does not name the first: it would count otherwise."""
    world = forgery.world
    hashed = digest(world.files[hand_count_path("A-02", 0)])
    decide(world, "A-02", hashed)
    forgery.publish(retotal=False)


@hand_case(OFFICERS, 29, "decisions/0002.note", "which has none")
def added_to_nothing(forgery: Forgery) -> None:
    """A hand count is added to a sheet that does not exist."""
    world = forgery.world
    for path in [each for each in world.files if each.startswith("decisions/")]:
        world.remove(path)
    for station in ("A-02", "B-03"):
        decide(world, station, digest(world.files[hand_count_path(station, 0)]), machines="added_to")
    forgery.publish()


@hand_case("the officers' and the station's keys", 29, "decisions/0003.note", "40", "46", also=(20, 21, 22, 23))
def more_ballots_than_electors(forgery: Forgery) -> None:
    """Paper ballots are added until there are more ballots than electors."""
    sheet = counted(forgery.world, "A-02", 24)
    recount(forgery, "A-02", 3, lambda _: sheet)
    announce(forgery, "A-02", hand=digest(forgery.world.files[hand_count_path("A-02", 0)]))


@hand_case("one officer's key, and the log's", 12, "decisions/0002.note", "2 of 3 keys", also=(20, 21, 22, 23, 29))
def hand_count_decided_by_one_officer(forgery: Forgery) -> None:
    """One officer lets a hand count count."""
    redecide(forgery, 2, officers=1)
    forgery.publish(retotal=False)


@hand_case(CENTRE, 29, "B-01", "hand_count", "sheet-0")
def counted_without_a_decision(forgery: Forgery) -> None:
    """The results count a hand count that nobody decided on."""
    hashed = digest(forgery.world.files[hand_count_path("B-01", 0)])
    announce(forgery, "B-01", state=StationState.HAND_COUNT, hand=hashed, sheet=None, sequence=None)


@hand_case(CENTRE, 29, "B-03", "not_opened", "hand_count")
def decision_ignored(forgery: Forgery) -> None:
    """The results leave out a hand count that the officers decided on."""
    announce(forgery, "B-03", state=StationState.NOT_OPENED, hand=None)


@hand_case(CENTRE, 29, "A-02", "sheet-1")
def machines_sheet_left_out(forgery: Forgery) -> None:
    """The results count the hand count alone that was to be added."""
    announce(forgery, "A-02", sheet=None, sequence=None)


@hand_case(CENTRE, 20, "NOM-2", "STATE-B")
def votes_of_a_hand_count_changed(forgery: Forgery) -> None:
    """The totals have another number of votes than the sheets of machines and hands together."""
    results = forgery.world.results(2)
    totals = list(results.totals)
    place = next(n for n, each in enumerate(totals) if each.contest == "NOM-2" and each.territory == "STATE-B")
    totals[place] = msgspec.structs.replace(totals[place], undervotes=totals[place].undervotes + 1)
    forgery.world.put_results(msgspec.structs.replace(results, totals=tuple(totals)))
    forgery.publish(retotal=False)


@hand_case(CENTRE, 21, "signed_by_hand")
def signatures_of_hand_counts_hidden(forgery: Forgery) -> None:
    """The turnout does not say how many signed for a paper ballot."""
    results = forgery.world.results(2)
    turnout = tuple(msgspec.structs.replace(each, signed_by_hand=0) for each in results.turnout)
    forgery.world.put_results(msgspec.structs.replace(results, turnout=turnout))
    forgery.publish(retotal=False)
