"""An election report of NIST SP 1500-100 version 2, from an edition of the results and the sheets behind it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from urna.election.definition import Contest, ContestKind, Election
from urna.election.elected_persons import Reason
from urna.encoding.canonical import Code
from urna.interop.nist.ballot_definition import election_head, issuer
from urna.interop.nist.codes import InContest
from urna.interop.nist.contests import contest_part, option_part
from urna.interop.nist.parties import candidates, parties, persons
from urna.interop.nist.parts import Format, Part
from urna.interop.nist.places import station_unit, territories
from urna.interop.nist.results.counts import BallotCounts, ContestCounts, cast_counts, seat_counts
from urna.tally.edition import OPEN_STATES
from urna.tally.results import Results, StationResult, StationState, Turnout
from urna.tally.totals import StationCount

STATE = "urna-station-state"
"""What an external identifier says that holds a station's state, which the format has no word for."""

HAND = "urna-hand-count"
"""What an external identifier says that holds the SHA-256 of a hand count that counts."""

UNIT_STATUS = {StationState.COUNTED: "completed", StationState.HAND_COUNT: "completed"}
"""Of a station; any other state has nothing that was processed, and the identifier beside it says why."""


def election_report(
    election: Election, results: Results, counts: Iterable[StationCount], application: str, *, stations: bool = True
) -> Part:
    """The document.

    1. Who issues it, and how final it is.
    2. Territories and stations, with people and how much of them was counted.
    3. Contests with votes, unused votes and seats, unit by unit; who is elected.

    Args:
        election: the definition.
        results: an edition of its results.
        counts: of the stations that are counted in it.
        application: the program and its version.
        stations: whether stations are reported one by one, or territories alone.
    """
    form = Format("ElectionResults", election.rules.languages[0])
    shown = sorted(counts, key=lambda count: count.station) if stations else []
    return form.part(
        "ElectionReport",
        Format="precinct-level" if stations else "summary-contest",
        GeneratedDate=results.issued_at,
        SequenceStart=1,
        SequenceEnd=1,
        Status=status_of(results),
        VendorApplicationId=application,
        **issuer(election),
        ExternalIdentifier=[
            *form.identifier(election.identity, "sha-256"),
            *form.identifier(str(results.edition), "urna-edition"),
        ],
        GpUnit=list(_units(election, results, shown, form, stations=stations)),
        Party=list(parties(election, form)),
        Person=list(persons(election, form)),
        Election=[_election(election, results, shown, form)],
    )


def status_of(results: Results) -> str:
    """The format's word for an edition."""
    if results.status == "final":
        return "certified"
    is_open = any(station.state in OPEN_STATES for station in results.stations)
    return "unofficial-partial" if is_open else "unofficial-complete"


def _units(
    election: Election, results: Results, shown: Sequence[StationCount], form: Format, *, stations: bool
) -> Iterator[Part]:
    people = {each.territory: _people(each, form) for each in results.turnout}
    yield from territories(election, form, people, stations=stations)
    counted = {count.station: count for count in shown}
    for result in results.stations if stations else ():
        yield station_unit(election.stations[result.station], form, _of_station(result, counted, form))


def _people(turnout: Turnout, form: Format) -> dict[str, object]:
    status = "in-process" if turnout.stations_counted else "not-processed"
    if turnout.stations_counted == turnout.stations_expected:
        status = "completed"
    return {
        "VotersRegistered": turnout.registered,
        "VotersParticipated": turnout.identified,
        "SubUnitsReported": turnout.stations_counted,
        "TotalSubUnits": turnout.stations_expected,
        "CountStatus": [form.part("CountStatus", Type="total", Status=status)],
    }


def _of_station(result: StationResult, counted: Mapping[Code, StationCount], form: Format) -> dict[str, object]:
    status = UNIT_STATUS.get(result.state, "not-processed")
    count = counted.get(result.station)
    return {
        "ExternalIdentifier": [
            *form.identifier(result.station),
            *form.identifier(result.state.value, STATE),
            *(form.identifier(result.sheet, "sha-256") if result.sheet else []),
            *(form.identifier(result.hand, HAND) if result.hand else []),
        ],
        "VotersParticipated": count.identified if count and not count.is_by_hand_alone else None,
        "CountStatus": [form.part("CountStatus", Type="total", Status=status)],
    }


def _election(election: Election, results: Results, shown: Sequence[StationCount], form: Format) -> Part:
    numbers = {contest.code: _numbers(contest, results, shown) for contest in election.definition.contests}
    ballots: list[BallotCounts] = [*cast_counts(results, shown)]
    for each in numbers.values():
        ballots += each.withheld()
    return form.part(
        "Election",
        **election_head(election, form),
        BallotCounts=ballots,
        Candidate=list(candidates(election, form, _advancing(election, results) | _outcomes(results))),
        Contest=[
            _contest(election, contest, results, numbers[contest.code], form) for contest in election.contests.values()
        ],
    )


def _numbers(contest: Contest, results: Results, shown: Sequence[StationCount]) -> ContestCounts:
    totals = (total for total in results.totals if total.contest == contest.code)
    parts = ((count.station, count.tallies().get(contest.code)) for count in shown)
    tallies = ((station, both) for station, both in parts if both is not None)
    return ContestCounts(contest, totals, tallies)


def _contest(election: Election, contest: Contest, results: Results, numbers: ContestCounts, form: Format) -> Part:
    won = next((each.seats() for each in results.seats if each.contest == contest.code), {})
    seats = {} if contest.kind is ContestKind.REFERENDUM else seat_counts(contest, won)
    options = [
        option_part(
            contest,
            number,
            form,
            "Selection",
            {"VoteCounts": [*numbers.votes(number), *([seats[number]] if number in seats else [])]},
        )
        for number in range(len(contest.options))
    ]
    own = results.total(contest.code, contest.territory)
    more: dict[str, object] = {"OtherCounts": list(numbers.undervotes())}
    if own is not None:
        more |= {"SubUnitsReported": own.stations_counted, "TotalSubUnits": own.stations_expected}
    return contest_part(election, contest, form, options=options, suffix="Selection", more=more)


def _advancing(election: Election, results: Results) -> dict[InContest, str]:
    """Who goes on to a second round, in final results; the format has no word for it before."""
    found: dict[InContest, str] = {}
    for result in results.seats if results.status == "final" else ():
        going_on = result.second_round.between if result.second_round else ()
        for choice in election.contests[result.contest].choices:
            if choice.code in going_on:
                found |= {InContest(result.contest, person): "advanced-to-runoff" for person in choice.nominees}
    return found


def _outcomes(results: Results) -> dict[InContest, str]:
    """Who holds a seat, goes on to a second round, or withdrew; none other has a word while seats can move."""
    word = "winner" if results.status == "final" else "projected-winner"
    found: dict[InContest, str] = {}
    for contest in results.elected:
        passed = [one for seat in contest.elected for one in seat.passed_over]
        passed += [one for seat in contest.vacant for one in seat.passed_over]
        for one in passed:
            if one.reason in (Reason.WITHDREW_BEFORE, Reason.WITHDREW_AFTER):
                found[InContest(contest.contest, one.person)] = "withdrawn"
    for contest in results.elected:
        found |= {InContest(contest.contest, seat.person): word for seat in contest.elected}
    return found
