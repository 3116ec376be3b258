"""A record whose president is elected in two rounds: verified, forged, and audited over boxes."""

from collections.abc import Callable
from functools import cache

import msgspec
import pytest
from tests.tampering.builder import Keys, World, build, definition, move_vote, nominal
from tests.verify.audit_attacks import change as change_note
from tests.verify.audited_world import BOXES, AuditMaker

from urna.audit.contest_tables import contest_tables
from urna.audit.report import AuditReport, Outcome
from urna.audit.seed import Method
from urna.election.definition import Candidate, Definition, SeatRule
from urna.election.seats import SeatResult, SecondRound, SecondRoundPlaces, allocate_seats
from urna.record.reader import RecordInMemory
from urna.tally.results import Results
from urna.verify.assertions_again import claims_of
from urna.verify.procedure import verify_record
from urna.verify.report import Check, Report

replace = msgspec.structs.replace
PEOPLE = ("PAU", "QUE", "ROS", "SOL")


def two_rounds(keys: Keys) -> Definition:
    """The small election with a president on every ballot; no station withholds its votes."""
    small = definition(keys)
    president = nominal("PRES", "NATION", PEOPLE)
    rule = SeatRule(method="majority", seats=1, second_round=SecondRound())
    return replace(
        small,
        rules=replace(small.rules, secrecy_threshold=2),
        candidates=(*small.candidates, *(Candidate(code=code, name=code) for code in PEOPLE)),
        contests=(*small.contests, replace(president, seat_rule=rule)),
        styles=tuple(replace(each, contests=(*each.contests, "PRES")) for each in small.styles),
    )


@cache
def _good() -> World:
    return build(two_rounds)


def world() -> World:
    """The record; PAU and QUE go on."""
    return _good().copy()


def verify(record: World) -> Report:
    """What verification says."""
    return verify_record(RecordInMemory(record.publish()))


def president(record: World) -> SeatResult:
    """The last edition's."""
    return next(each for each in record.results(2).seats if each.contest == "PRES")


def forged(change: Callable[[SeatResult], SeatResult]) -> World:
    """The record with another result of the president, announced under the log's key."""
    record = world()
    results: Results = record.results(2)
    seats = tuple(change(each) if each.contest == "PRES" else each for each in results.seats)
    record.put_results(replace(results, seats=seats))
    return record


def votes_of(record: World) -> dict[str, int]:
    """The president's votes."""
    return {one.code: one.votes for one in president(record).lists}


def sentences(report: Report, check: Check) -> str:
    """What a check found."""
    found = next(each.findings for each in report.checks if each.number == check)
    return " ".join(str(each.sentence) for each in found)


def test_the_record_is_proven_and_two_go_on() -> None:
    """Nobody has more than half, so nobody is elected, and the seat is not called vacant."""
    result = president(world())
    assert result.second_round is not None
    assert result.second_round.between == ("PAU", "QUE")
    elected = next(each for each in world().results(2).elected if each.contest == "PRES")
    assert (elected.elected, elected.vacant, elected.undecided) == ((), (), 0)
    report = verify(world())
    assert report.is_proven
    assert not [each for each in report.remarks if "PRES" in str(each)]


def other_pair(result: SeatResult) -> SeatResult:
    """The third goes on in place of the second."""
    assert result.second_round is not None
    first, second = result.second_round.places
    return replace(result, second_round=SecondRoundPlaces(places=(first, replace(second, code="ROS"))))


def elected_at_once(result: SeatResult) -> SeatResult:
    """The most voted is elected, as if the law had a lesser share."""
    rule = replace(result.rule, second_round=SecondRound(share="1/4"))
    return allocate_seats("PRES", rule, {one.code: one.votes for one in result.lists})


def nobody_goes_on(result: SeatResult) -> SeatResult:
    """As if the law had no second round."""
    rule = replace(result.rule, second_round=None)
    return allocate_seats("PRES", rule, {one.code: one.votes for one in result.lists}, seed=result.seed)


def other_votes(result: SeatResult) -> SeatResult:
    """The right two, with other votes."""
    assert result.second_round is not None
    first, second = result.second_round.places
    return replace(result, second_round=SecondRoundPlaces(places=(replace(first, figure="99/1"), second)))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (other_pair, "to a second round go PAU, ROS in the results, PAU, QUE by the votes and the rule"),
        (nobody_goes_on, "to a second round go - in the results, PAU, QUE by the votes and the rule"),
        (elected_at_once, "PAU: 1 seats in the results, 0 by the votes and the rule"),
        (other_votes, "not how the results explain them"),
    ],
)
def test_another_second_round_than_by_the_votes_is_found(change: Callable[[SeatResult], SeatResult], said: str) -> None:
    """Check 22 names the contest, who was announced, and who it is."""
    report = verify(forged(change))
    assert not report.is_proven
    assert said in sentences(report, Check.SEATS)


def test_a_lot_for_the_second_place_is_remarked_on() -> None:
    """No sum shows where its seed came from."""
    record = world()
    for _ in range(votes_of(record)["QUE"] - votes_of(record)["ROS"]):
        record.put_sheet(move_vote(record.sheet("A-01"), "PRES", "QUE", ""))
    record.retotal()
    report = verify(record)
    assert report.is_proven
    said = "a lot with the public seed 46113 decided who goes on to the second round"
    assert said in " ".join(map(str, report.remarks))


def audit(record: World, apart: dict[tuple[str, str], int]) -> AuditMaker:
    """Every box of the president counted; A-01 holds these votes more or fewer than its sheet says."""
    maker = AuditMaker(record, "RLA-P")
    maker.commit(Method.MACRO, ("PRES",), (4,))
    maker.roll()
    for box in sorted(set(maker.draw().to_fetch)):
        maker.count(box, apart if box == "A-01" else None)
    maker.report()
    record.batches.append([])
    for box in sorted(set(BOXES) - set(maker.counts)):
        maker.count(box, apart if box == "A-01" else None)
    maker.report(2)
    return maker


def test_what_an_audit_looks_at_is_that_these_two_go_on() -> None:
    """Both above all others, and both below half: by the planner and the verifier, each by its own code."""
    record = world()
    (table,) = contest_tables(AuditMaker(record, "RLA-P").audited, ("PRES",))
    names = {each.name for each in table.assertions}
    assert names == {"PAU > ROS", "PAU > SOL", "QUE > ROS", "QUE > SOL", "PAU < 1/2", "QUE < 1/2"}
    assert {each.name for each in claims_of(record.election.contests["PRES"], president(record))} == names


def test_the_paper_confirms_who_goes_on() -> None:
    """Every box as its sheet says."""
    maker = audit(world(), {})
    assert maker.reports[-1].outcome is Outcome.CONFIRMED
    assert verify(maker.world).failed == frozenset()


def test_the_paper_refutes_a_pair_although_nobody_is_elected_by_it_either() -> None:
    """The third was the second: no seat moves, and the outcome is another."""
    votes = votes_of(world())
    apart = votes["QUE"] - votes["ROS"]
    maker = audit(world(), {("PRES", "QUE"): -apart, ("PRES", "ROS"): apart})
    assert maker.reports[-1].outcome is Outcome.REFUTED
    assert verify(maker.world).failed == frozenset()
    change_note(maker.world, "audits/RLA-P/report-2.note", AuditReport, outcome=Outcome.CONFIRMED)
    assert verify(maker.world).failed == {Check.AUDIT_RISK}
