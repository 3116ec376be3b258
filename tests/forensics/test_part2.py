"""Defects of part 2 that a hostile review proved on 2026-11-25, each with the test that kept it mended since."""

import secrets

import pytest
from tests.center.test_encrypted import bundle, closed
from tests.tampering.builder import EVENING, NIGHT, SEED, officers_sign
from tests.verify.encrypted_world import EncryptedWorld, build_encrypted

from urna.center.centre import Centre
from urna.center.receipt import Verdict
from urna.election.certification import StationDecision
from urna.encoding.document import read_document
from urna.record.layout import Kind, results_path, serial_path
from urna.record.reader import RecordInMemory
from urna.tally.results import Results, StationState
from urna.verify.procedure import verify_record
from urna.verify.report import Report
from urna.verify.work import BallotWork


def verified(files: dict[str, bytes]) -> Report:
    """The report on a record."""
    return verify_record(RecordInMemory(files), ballots=BallotWork("fast", secrets.token_bytes))


# ---------------------------------------------------------------- a station is annulled after the guardians opened


def annulled_late(station: str) -> tuple[EncryptedWorld, Results]:
    """The good record and a third edition, before which the officers annul a station; made by the centre."""
    world, centre = build_encrypted(), centre_with_openings()
    decision = StationDecision(
        election=world.election.identity,
        serial=1,
        station=station,
        state="annulled",
        reason="A court found that the booth stood open.",
        decided_at=EVENING,
    )
    document = officers_sign(world, decision)
    centre.decide(document)
    centre.issue_results(NIGHT, status="final", lot_seed=SEED)
    results = centre.issue_results(NIGHT, status="final", lot_seed=SEED)
    world.batches += [[], []]
    world.add(serial_path(Kind.DECISION, 1), document, -2)
    world.put_results(results)
    return world, results


def centre_with_openings() -> Centre:
    """A centre that counted every station and took all openings, with one edition behind it."""
    centre, world = closed(), build_encrypted()
    for serial in world.serials():
        centre.open_aggregate(world.aggregate(serial))
    assert centre.receive_sheet(bundle("B-02", 1), NIGHT).verdict is Verdict.ACCEPTED
    centre.issue_results(NIGHT, lot_seed=SEED)
    return centre


@pytest.mark.parametrize("station", ["A-01", "A-02", "B-02"])
def test_a_station_annulled_after_its_votes_were_opened_leaves_results_that_verify(station: str) -> None:
    """Sums that hold its votes stay in the record; the centre went on strike, and no verifier believed anybody."""
    world, results = annulled_late(station)
    assert {each.station: each.state for each in results.stations}[station] is StationState.ANNULLED
    report = verified(world.publish())
    assert report.is_proven, [finding.sentence for check in report.checks for finding in check.findings]


def test_votes_opened_together_with_an_annulled_station_are_withheld_again() -> None:
    """A-02 and B-01 are below the threshold and opened as one: without A-02 nobody may say what B-01 holds."""
    world, results = annulled_late("A-02")
    nation = next(each for each in results.totals if (each.contest, each.territory) == ("LIST-N", "NATION"))
    assert (nation.withheld_ballots, nation.stations_withheld) == (7, 1)
    before = read_document(world.files[results_path(2)], Results)
    whole = next(each for each in before.totals if (each.contest, each.territory) == ("LIST-N", "NATION"))
    assert (whole.withheld_ballots, whole.stations_withheld) == (0, 0)


def test_what_an_annulled_station_had_shown_is_taken_off_the_opened_sum() -> None:
    """A-01 showed its votes itself: without it the part of A-02 and B-01 still counts in the nation."""
    _, results = annulled_late("A-01")
    nation = next(each for each in results.totals if (each.contest, each.territory) == ("LIST-N", "NATION"))
    assert (nation.withheld_ballots, nation.ballots) == (0, 23)
