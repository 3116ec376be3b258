"""The centre accepts, repeats, quarantines or refuses; always with a reason, and in public where it matters."""

from functools import cache

import msgspec
import pytest
from tests.tampering.builder import (
    EVENING,
    NIGHT,
    SEED,
    World,
    build,
    move_vote,
    officers_sign,
    station_keys,
    station_signer,
)

from urna.ballot.published import BallotList
from urna.center.centre import Centre
from urna.center.receipt import Receipt, Verdict
from urna.center.standing import TRANSITIONS, Event, step
from urna.election.certification import Revocation, StationDecision
from urna.encoding.canonical import decode, digest, encode
from urna.encoding.document import read_document, sign_document
from urna.errors import Malformed, OutOfOrder, Unproven
from urna.record.bundle import StationBundle
from urna.record.incident import Incident
from urna.record.layout import DEFINITION, ROLL, ballots_path, sheet_path, zero_report_path
from urna.record.withdrawal import Withdrawal
from urna.tally.results import StationState
from urna.tally.rules_votes import ballots_root
from urna.tally.sheet import TallySheet, ZeroReport

CERTIFIED = "certifications/0001.note"
DECIDED = "decisions/0001.note"

replace = msgspec.structs.replace


@cache
def world() -> World:
    """The small world, built once."""
    return build()


def prepared(*, zero_reports: bool = True) -> Centre:
    """A centre that has everything from before the day."""
    files = world().files
    centre = Centre(files[DEFINITION], world().keys.log)
    centre.certify(files[CERTIFIED])
    centre.commit_roll(files[ROLL])
    for path, data in files.items():
        if zero_reports and "/zero-" in path:
            assert centre.receive_zero_report(data).verdict is Verdict.ACCEPTED
    return centre


def send(centre: Centre, sheet: TallySheet | str, sequence: int = 0) -> Receipt:
    """Sends a sheet, the true one of a station or another that its booths sign."""
    if isinstance(sheet, str):
        data, station = world().files[sheet_path(sheet, sequence)], sheet
    else:
        data, station = sign_document(sheet, world().booths(sheet.station)), sheet.station
    return centre.receive_sheet(StationBundle(data, world().files[ballots_path(station)]), NIGHT)


def incidents(centre: Centre) -> list[Incident]:
    """The incidents that the centre would publish now."""
    return [read_document(file.data, Incident) for file in centre.take_files() if file.path.startswith("incidents/")]


def test_the_whole_day_gives_the_results_of_the_record() -> None:
    """Sheets, a correction and a decision lead to the same totals, seats and persons as the record's own."""
    centre = prepared()
    for station in ("B-02", "A-01", "B-01", "A-02"):
        assert send(centre, station).verdict is Verdict.ACCEPTED
    assert send(centre, "A-02", 1).verdict is Verdict.ACCEPTED
    centre.decide(world().files[DECIDED])
    centre.withdraw(world().files["withdrawals/0001.note"])
    results, published = centre.issue_results(NIGHT, status="final", lot_seed=SEED), world().results(2)
    for part in ("stations", "totals", "turnout", "seats", "elected", "status"):
        assert getattr(results, part) == getattr(published, part)


def test_every_file_is_handed_out_once_and_as_it_was_signed() -> None:
    """The centre changes no byte of what others signed."""
    centre = prepared()
    send(centre, "B-01")
    files = {file.path: file.data for file in centre.take_files()}
    assert centre.take_files() == ()
    assert all(files[path] == world().files[path] for path in files)
    assert {DEFINITION, ROLL, CERTIFIED, sheet_path("B-01", 0), ballots_path("B-01")} <= set(files)


def test_the_same_bytes_again_are_harmless() -> None:
    """A station that does not know whether its sheet arrived sends it again."""
    centre = prepared()
    send(centre, "B-01")
    centre.take_files()
    assert send(centre, "B-01").verdict is Verdict.REPEATED
    assert centre.take_files() == ()
    assert centre.state("B-01") is StationState.COUNTED


def test_another_sheet_with_the_same_sequence_is_a_public_incident() -> None:
    """The first one counts; the second is published by its hash, once however often it comes."""
    centre = prepared()
    send(centre, "B-01")
    other = move_vote(world().sheet("B-01"), "REF", "YES", "NO")
    assert send(centre, other).verdict is Verdict.REFUSED
    assert send(centre, other).verdict is Verdict.REFUSED
    found = incidents(centre)
    assert [(each.kind, each.station) for each in found] == [("conflict", "B-01")]
    assert found[0].document == digest(sign_document(other, world().booths("B-01")))
    assert centre.issue_results(NIGHT).stations[2].sheet == digest(world().files[sheet_path("B-01", 0)])


def test_numbers_that_disagree_are_quarantined_and_named() -> None:
    """The sender reads both numbers; the public reads the rule, and no number of a sheet that is not published."""
    centre = prepared()
    sheet = world().sheet("B-01")
    receipt = send(centre, replace(sheet, booths=(replace(sheet.booths[0], cast=40),)))
    assert receipt.verdict is Verdict.QUARANTINED
    assert "Station B-01: 40 ballots cast, but only 33 people identified." in str(receipt.reason)
    public = incidents(centre)
    assert [each.kind for each in public] == ["quarantined"]
    assert public[0].reason == "Rule 10 of reconciliation is broken: cast_at_most_identified."
    assert centre.state("B-01") is StationState.REFUSED
    assert send(centre, "B-01").verdict is Verdict.ACCEPTED
    assert centre.state("B-01") is StationState.COUNTED


def test_a_sheet_before_its_zero_report_is_refused_without_a_trace() -> None:
    """Nobody saw that the booth began with nothing; whoever sent it may come again with the report."""
    centre = prepared(zero_reports=False)
    centre.take_files()
    receipt = send(centre, "B-01")
    assert receipt.verdict is Verdict.REFUSED
    assert "zero report of booth 1" in str(receipt.reason)
    assert centre.take_files() == ()


def test_what_a_station_did_not_sign_is_refused_without_a_trace() -> None:
    """A stranger cannot fill the public record with incidents."""
    centre = prepared()
    centre.take_files()
    strangers = [station_signer(world().election, "B-01", "booth-1", "/stranger")]
    data = sign_document(world().sheet("B-01"), strangers)
    assert (
        centre.receive_sheet(StationBundle(data, world().files[ballots_path("B-01")]), NIGHT).verdict is Verdict.REFUSED
    )
    assert centre.receive_sheet(StationBundle(b"\xff\xfe", None), NIGHT).verdict is Verdict.REFUSED
    assert centre.take_files() == ()
    assert centre.state("B-01") is StationState.OUTSTANDING


@pytest.mark.parametrize(
    ("changes", "words"), [({"election": "0" * 64}, "election"), ({"station": "Z-99"}, "a station of this election")]
)
def test_a_foreign_sheet_is_refused_with_the_reason(changes: dict[str, str], words: str) -> None:
    """Another election's, or a station's that nobody defined."""
    data = sign_document(replace(world().sheet("B-01"), **changes), world().booths("B-01"))
    receipt = prepared().receive_sheet(StationBundle(data, None), NIGHT)
    assert receipt.verdict is Verdict.REFUSED
    assert words in str(receipt.reason)


def test_a_statement_of_another_station_is_refused() -> None:
    """The poll book of B-02 cannot speak for B-01, even if the booth signs it."""
    sheet = replace(world().sheet("B-01"), statement=world().sheet("B-02").statement)
    assert send(prepared(), sheet).verdict is Verdict.REFUSED


def test_revoked_keys_are_refused() -> None:
    """After a theft nothing that the stolen keys sign is taken."""
    centre = prepared()
    centre.revoke(officers_sign(world(), _revocation("B-01")))
    receipt = send(centre, "B-01")
    assert receipt.verdict is Verdict.REFUSED
    assert "not revoked" in str(receipt.reason)


def _revocation(station: str) -> Revocation:
    return Revocation(
        election=world().election.identity,
        serial=1,
        issued_at=EVENING,
        station=station,
        keys=station_keys(world().election.stations[station]),
        reason="stolen",
        note="Taken from the truck.",
    )


def test_a_correction_waits_for_what_it_corrects() -> None:
    """Sequence 1 before sequence 0 is held; afterwards it counts, and the totals follow it."""
    centre = prepared()
    assert send(centre, "A-02", 1).verdict is Verdict.QUARANTINED
    assert send(centre, "A-02").verdict is Verdict.ACCEPTED
    assert send(centre, "A-02", 1).verdict is Verdict.ACCEPTED
    assert centre.issue_results(NIGHT).stations[1].sequence == 1


def test_a_correction_cannot_bring_other_ballots() -> None:
    """The ballots of a closed station never change: a signed correction with others is held, one with none refused."""
    centre = prepared()
    send(centre, "A-02")
    correction = world().files[sheet_path("A-02", 1)]
    assert centre.receive_sheet(StationBundle(correction, None), NIGHT).verdict is Verdict.REFUSED
    others = decode(world().files[ballots_path("A-02")], BallotList)
    others = replace(others, ballots=others.ballots[1:])
    sheet = replace(read_document(correction, TallySheet), ballots_root=ballots_root(others))
    bundle = StationBundle(sign_document(sheet, world().booths("A-02")), encode(others))
    assert centre.receive_sheet(bundle, NIGHT).verdict is Verdict.QUARANTINED


def test_another_zero_report_of_a_booth_is_refused() -> None:
    """The first one is published already; the same again is harmless."""
    centre = prepared()
    path = zero_report_path("B-01", 1)
    assert centre.receive_zero_report(world().files[path]).verdict is Verdict.ACCEPTED
    assert centre.receive_zero_report(b"nothing").verdict is Verdict.REFUSED


def test_a_zero_report_that_is_not_zero_is_refused() -> None:
    """Anything but zero blocks the booth."""
    report = read_document(world().files[zero_report_path("B-01", 1)], ZeroReport)
    data = sign_document(replace(report, ballots=3), world().booths("B-01"))
    receipt = prepared(zero_reports=False).receive_zero_report(data)
    assert receipt.verdict is Verdict.REFUSED
    assert "found 3" in str(receipt.reason)


def test_no_final_results_while_a_station_is_open() -> None:
    """Provisional ones may be issued at any time."""
    centre = prepared()
    assert centre.issue_results(NIGHT).status == "provisional"
    with pytest.raises(OutOfOrder):
        centre.issue_results(NIGHT, status="final")
    assert centre.issue_results(NIGHT).edition == 2


def test_a_decision_closes_a_station() -> None:
    """A station declared never opened has no sheet any more; one with a sheet can only be annulled."""
    centre = prepared()
    centre.decide(world().files[DECIDED])
    assert centre.state("B-03") is StationState.NOT_OPENED
    send(centre, "B-01")
    identity = world().election.identity

    def decision(state: str) -> bytes:
        return officers_sign(
            world(),
            StationDecision(
                election=identity,
                serial=2,
                station="B-01",
                state="annulled" if state == "annulled" else "not_opened",
                reason="Fire.",
                decided_at=NIGHT,
            ),
        )

    with pytest.raises(OutOfOrder):
        centre.decide(decision("not_opened"))
    centre.decide(decision("annulled"))
    assert centre.state("B-01") is StationState.ANNULLED
    assert centre.issue_results(NIGHT).turnout[0].stations_counted == 0


def test_the_authority_needs_its_officers_and_its_serials() -> None:
    """Too few signatures, a serial twice, a second roll: nothing of it is taken."""
    centre = prepared()
    files = world().files
    with pytest.raises(OutOfOrder):
        centre.certify(files[CERTIFIED])
    with pytest.raises(OutOfOrder):
        centre.commit_roll(files[ROLL])
    with pytest.raises(Malformed):
        centre.decide(files[ROLL])
    decision = read_document(files[DECIDED], StationDecision)
    with pytest.raises(Unproven):
        centre.decide(officers_sign(world(), decision, 1))
    with pytest.raises(Unproven):
        centre.decide(officers_sign(world(), replace(decision, station="Z-99")))
    assert centre.state("B-03") is StationState.OUTSTANDING


def test_a_withdrawal_is_of_a_candidate_and_in_order() -> None:
    """Of somebody who stands, with the next serial, by enough officers."""
    centre, path = prepared(), "withdrawals/0001.note"
    withdrawal = read_document(world().files[path], Withdrawal)
    with pytest.raises(Unproven):
        centre.withdraw(officers_sign(world(), replace(withdrawal, candidate="XAVIER")))
    with pytest.raises(OutOfOrder):
        centre.withdraw(officers_sign(world(), replace(withdrawal, serial=2)))
    centre.withdraw(world().files[path])
    assert centre.take_files()[-1].path == path


def test_a_definition_needs_its_officers() -> None:
    """A centre does not start on a definition that k-1 officers signed."""
    with pytest.raises(Unproven):
        Centre(officers_sign(world(), world().election.definition, 1), world().keys.log)


def test_nothing_happens_that_is_not_in_the_table() -> None:
    """Every pair of state and event is either a transition or refused."""
    for state in StationState:
        for event in Event:
            if (state, event) in TRANSITIONS:
                assert step(state, event, "A-01") is TRANSITIONS[state, event]
            else:
                with pytest.raises(OutOfOrder):
                    step(state, event, "A-01")
