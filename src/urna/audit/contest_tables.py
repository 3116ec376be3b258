"""Boxes against their sheets, in columns: what an audit compares.

    contest_tables    each contest's assertions, and its sheets in columns, a row for each container of the manifest
    outcome_assertions   the assertions alone, for slips that are compared with no sheet
    weights_of        by what the boxes are drawn
    hands_of          what the hand counts say of each draw
    differences_of    every option that a sheet and its box do not count alike

Rows are the containers of the manifest, in its order; a container is a station's box. What a sheet withholds, and a
station whose sheet does not count, is blank as reported (docs/spec/audits.md).
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from urna.audit.assertions import Assertion, Votes
from urna.audit.box_count import AuditCount, BoxState, HandLine
from urna.audit.contest_assertions import of_contest
from urna.audit.manifest import BallotManifest
from urna.audit.report import Difference
from urna.audit.risk.batches import Bounds, Hand, Sheets, bounds, sheets
from urna.audit.seed import BoxWeight, WeightRecord
from urna.audit.weights import draw_weights
from urna.election.allocation_result import SeatResult
from urna.election.definition import Contest, Election
from urna.encoding.canonical import Code, digest, encode
from urna.errors import Malformed, Unproven
from urna.tally.results import Results, StationState
from urna.tally.sheet import ContestTally, OptionVotes, TallySheet
from urna.tally.totals import votes_by_choice
from urna.words import Sentence


class Audited(NamedTuple):
    """What an audit looks at."""

    election: Election
    results: Results | None
    """The edition whose outcome is audited; None of a hot audit before the first one."""
    sheets: Mapping[Code, TallySheet]
    """By station, those that count in the edition; without one those of the closing."""
    manifest: BallotManifest


class ContestTable(NamedTuple):
    """One contest of an audit."""

    contest: Contest
    assertions: tuple[Assertion, ...]
    """None where no sample can confirm the outcome."""
    table: Sheets
    bounds: tuple[Bounds, ...]
    """Of each assertion."""
    why: Sentence | None
    """Why there are no assertions; None if there are."""


def contest_tables(audited: Audited, contests: Collection[Code]) -> tuple[ContestTable, ...]:
    """The tables of these contests.

    Raises:
        Unproven: a contest or a container that the definition does not have.
        Malformed: a sheet with more votes than the manifest has cards for.
    """
    election = audited.election
    for code in contests:
        if code not in election.contests:
            raise _unknown(Sentence("contests of the definition"), code)
    for each in audited.manifest.containers:
        if each.code not in election.stations:
            raise _unknown(Sentence("containers that are stations of the definition"), each.code)
    have = {
        each.code: frozenset(one.code for one in election.contests_of_station(each.code))
        for each in audited.manifest.containers
    }
    return tuple(_table(audited, election.contests[code], have) for code in contests)


def weights_of(audited: Audited, audit: Code, tables: Sequence[ContestTable]) -> WeightRecord:
    """The weights of a draw of all these contests together; without any assertion each box weighs 1.

    Raises:
        NoMargin: a margin so thin that every box has to be counted.
    """
    of_all = [bound for table in tables for bound in table.bounds]
    containers = audited.manifest.containers
    weights = draw_weights(of_all) if of_all else (1,) * len(containers)
    return WeightRecord(
        election=audited.election.identity,
        audit=audit,
        manifest=digest(encode(audited.manifest)),
        weights=tuple(
            BoxWeight(code=each.code, weight=weight) for each, weight in zip(containers, weights, strict=True)
        ),
    )


def tally_of(sheet: TallySheet | None, contest: Code) -> ContestTally | None:
    """A contest on a sheet; None if it is not there."""
    return next((each for each in sheet.contests if each.contest == contest), None) if sheet else None


def reported(audited: Audited, station: Code, contest: Contest) -> Votes | None:
    """What a station's sheet says, by choice; {} if it has no such sheet or contest, None if it withholds it."""
    tally = tally_of(audited.sheets.get(station), contest.code)
    if tally is None:
        return {}
    return None if tally.votes is None else votes_by_choice(contest, tally.votes)


def found_in(count: AuditCount, contest: Contest) -> Votes | None:
    """What a count found, by choice; {} if the station does not have the contest, None of a lost or withheld one."""
    if count.state is BoxState.LOST or contest.code in count.withheld:
        return None
    lines = (OptionVotes(option=each.option, votes=each.votes) for each in lines_of(count, contest.code))
    return votes_by_choice(contest, lines)


def lines_of(count: AuditCount, contest: Code) -> Iterator[HandLine]:
    """A count's lines of one contest."""
    return (each for each in count.lines if each.contest == contest)


def hands_of(
    audited: Audited, contest: Contest, drawn: Iterable[Code], counts: Mapping[Code, AuditCount]
) -> list[Hand]:
    """What is known of each draw's box, in order; a box that is not counted yet is as its sheet says.

    Raises:
        Unproven: a draw of a container that the manifest does not have.
    """
    rows = {each.code: row for row, each in enumerate(audited.manifest.containers)}
    apart = {
        station: (missing_slips(audited, rows[station], count), extra_slips(audited, rows[station], count))
        for station, count in counts.items()
        if station in rows and contest in audited.election.contests_of_station(station)
    }
    hands = []
    for station in drawn:
        if station not in rows:
            raise _unknown(Sentence("containers of the manifest"), station)
        count = counts.get(station)
        found = reported(audited, station, contest) if count is None else found_in(count, contest)
        hands.append(Hand(rows[station], found, *apart.get(station, (0, 0))))
    return hands


def missing_slips(audited: Audited, row: int, count: AuditCount) -> int:
    """Slips that the manifest counted in a box, or its sheet did, whichever are more, and the hand count did not find.

    Never more than the manifest has for the box.
    """
    container, sheet = audited.manifest.containers[row], audited.sheets.get(count.station)
    ballots = max((each.ballots for each in sheet.contests), default=0) if sheet is not None else 0
    return max(0, min(container.size, max(container.papers, ballots)) - count.papers)


def extra_slips(audited: Audited, row: int, count: AuditCount) -> int:
    """Slips that the hand count found beyond those that the manifest has for the box."""
    return max(0, count.papers - audited.manifest.containers[row].size)


def differences_of(audited: Audited, counts: Mapping[Code, AuditCount]) -> tuple[Difference, ...]:
    """Every option that a sheet and its box do not count alike, ascending by station, contest and option.

    Raises:
        Unproven: a count of a station whose sheet does not count, unless its box is lost.
    """
    found: list[Difference] = []
    for station in sorted(counts):
        if counts[station].state is BoxState.LOST:
            continue
        if station not in audited.sheets:
            raise _no_sheet(station)
        found += _differences(audited.sheets[station], counts[station])
    return tuple(sorted(found, key=lambda each: (each.station, each.contest, each.option)))


def seats_of(results: Results | None, contest: Code) -> SeatResult | None:
    """The allocation of a contest in an edition; None if it fills no seats by a rule."""
    return next((each for each in results.seats if each.contest == contest), None) if results else None


def _table(audited: Audited, contest: Contest, have: Mapping[Code, frozenset[Code]]) -> ContestTable:
    choices = tuple(choice.code for choice in contest.choices)
    containers = audited.manifest.containers
    votes = [reported(audited, each.code, contest) or {} for each in containers]
    cards = [each.size if contest.code in have[each.code] else 0 for each in containers]
    for each, found, most in zip(containers, votes, cards, strict=True):
        if sum(found.values()) > most * contest.votes_allowed:
            raise Malformed(
                Sentence(
                    "at most {most} votes on the sheet, for which the manifest has cards",
                    {"most": most * contest.votes_allowed},
                ),
                Sentence("{votes} in {contest}", {"votes": sum(found.values()), "contest": contest.code}),
                Sentence("Make the manifest again: a box may hold at least as many slips as its sheet accounts for."),
                each.code,
            )
    table = sheets(choices, [[found.get(choice, 0) for choice in choices] for found in votes], cards)
    try:
        _check_complete(audited, contest)
        assertions = _assertions(audited, contest)
        of_all = tuple(bounds(assertion, table) for assertion in assertions)
    except Malformed as error:
        return ContestTable(contest, (), table, (), _sentence(error.found))
    why = None if assertions else Sentence("a contest in which nobody can lose")
    return ContestTable(contest, assertions, table, of_all, why)


def outcome_assertions(audited: Audited, contest: Contest) -> tuple[tuple[Assertion, ...], Sentence | None]:
    """What makes a contest's outcome right by the edition's totals, or nothing and why no sample can say."""
    try:
        _check_complete(audited, contest)
        assertions = _assertions(audited, contest)
    except Malformed as error:
        return (), _sentence(error.found)
    return assertions, None if assertions else Sentence("a contest in which nobody can lose")


def _sentence(said: Sentence | str) -> Sentence:
    return said if isinstance(said, Sentence) else Sentence("{said}", {"said": said})


def _check_complete(audited: Audited, contest: Contest) -> None:
    """Every station whose votes are in the outcome has its box in the manifest.

    Raises:
        Malformed: one has not, so that its votes could not be compared.
    """
    boxes = {each.code for each in audited.manifest.containers}
    stations = audited.results.stations if audited.results else ()
    apart = [
        each.station
        for each in stations
        if each.state is StationState.HAND_COUNT or (each.state is StationState.COUNTED and each.station not in boxes)
    ]
    here = [code for code in apart if contest in audited.election.contests_of_station(code)]
    if here:
        raise Malformed(
            Sentence("a box in the manifest for each station that counts, and a machine's sheet"),
            Sentence("{count} stations without, {first} among them", {"count": len(here), "first": here[0]}),
            Sentence("Count this contest by hand in full."),
            contest.code,
        )


def _assertions(audited: Audited, contest: Contest) -> tuple[Assertion, ...]:
    result = seats_of(audited.results, contest.code)
    if result is None:
        raise Malformed(
            Sentence("an outcome by the contest's seat rule"),
            Sentence("no edition of the results")
            if audited.results is None
            else Sentence("a contest that fills no seats by a rule"),
            Sentence("Count this contest by hand in full: there is no rule to confirm."),
            contest.code,
        )
    return of_contest(result, contest.votes_allowed)


def _differences(sheet: TallySheet, count: AuditCount) -> Iterator[Difference]:
    for tally in sheet.contests:
        if tally.votes is None:
            continue
        found = {each.option: each.votes for each in lines_of(count, tally.contest)}
        for option in tally.votes:
            if option.option in found and found[option.option] != option.votes:
                yield Difference(
                    station=count.station,
                    contest=tally.contest,
                    option=option.option,
                    sheet=option.votes,
                    box=found[option.option],
                )


def _no_sheet(station: Code) -> Unproven:
    return Unproven(
        Sentence("a sheet to compare the box with"),
        Sentence("none that counts"),
        Sentence("Wait for the station's sheet, or let the authority decide on the station first."),
        station,
    )


def _unknown(expected: Sentence, found: str) -> Unproven:
    return Unproven(
        expected,
        Sentence("{found}", {"found": found}),
        Sentence("Check the code in the definition."),
        found,
    )
