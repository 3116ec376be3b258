"""A sheet of paper ballots is shown as it came, and counts by a decision of the officers alone: whole, or refused."""

from functools import cache
from pathlib import Path
from typing import Any

import msgspec
import pytest
from tests.center.parcels import at_work, make
from tests.center.test_encrypted import closed
from tests.tampering.builder import COSIGNED_AT, NIGHT, SEED, World, officers_sign
from tests.tampering.hand_counts import build_hand_counts, counted
from tests.verify.encrypted_world import EncryptedWorld, build_encrypted

from urna.center.centre import Centre
from urna.center.publication import File, Publication, by_edition, writes
from urna.center.receipt import Receipt, Verdict
from urna.election.certification import StationDecision
from urna.encoding.canonical import digest, encode
from urna.encoding.document import read_document, sign_document
from urna.errors import Malformed, OutOfOrder, Unproven
from urna.record.bundle import StationBundle
from urna.record.incident import Incident
from urna.record.layout import DEFINITION, README, ROLL, Kind, ballots_path, hand_count_path, serial_path, sheet_path
from urna.record.reader import RecordInMemory
from urna.record.readme import README_TEXT
from urna.station.sending import Parcel
from urna.tally.aggregates import PlannedAggregate
from urna.tally.decryption import AggregateOpening
from urna.tally.results import StationState
from urna.verify.procedure import verify_record
from urna.verify.report import Check, Status

replace = msgspec.structs.replace


@cache
def world() -> World:
    """The small world with hand counts, built once."""
    return build_hand_counts()


@cache
def encrypted() -> EncryptedWorld:
    """The small world of encrypted ballots, built once."""
    return build_encrypted()


def prepared() -> Centre:
    """A centre that has everything from before the day, and every zero report."""
    files = world().files
    centre = Centre(files[DEFINITION], world().keys.log)
    centre.certify(files["certifications/0001.note"])
    centre.commit_roll(files[ROLL])
    for path, data in files.items():
        if "/zero-" in path:
            centre.receive_zero_report(data)
    return centre


def send(centre: Centre, station: str, sequence: int = 0) -> None:
    """The sheet of a station's machines."""
    bundle = StationBundle(world().files[sheet_path(station, sequence)], world().files[ballots_path(station)])
    assert centre.receive_sheet(bundle, NIGHT).verdict is Verdict.ACCEPTED


def send_hand_count(centre: Centre, station: str) -> Receipt:
    """The hand count of a station, as the record has it."""
    return centre.receive_hand_count(world().files[hand_count_path(station, 0)], NIGHT)


def decision(station: str, serial: int = 1, **changes: Any) -> bytes:
    """That the station's hand count counts in place of a sheet, or something else."""
    fields: dict[str, Any] = {"state": "hand_count", "machines": "in_place_of"} | changes
    hashed = digest(world().files[hand_count_path(station, 0)]) if fields["state"] == "hand_count" else None
    record = StationDecision(
        election=world().election.identity,
        serial=serial,
        station=station,
        reason="Counted in public.",
        decided_at=NIGHT,
        **({"hand": hashed} | fields),
    )
    return officers_sign(world(), record)


def test_the_whole_day_gives_the_results_of_the_record() -> None:
    """In place of a sheet, beside one, and withheld beside one: the totals, seats and persons of the record."""
    centre = prepared()
    for station, sequence in (("A-01", 0), ("A-02", 0), ("B-01", 0), ("B-02", 0), ("A-02", 1)):
        send(centre, station, sequence)
    for station in ("A-02", "B-01", "B-02", "B-03"):
        assert send_hand_count(centre, station).verdict is Verdict.ACCEPTED
    centre.totals()
    for path in sorted(path for path in world().files if path.startswith("decisions/")):
        centre.decide(world().files[path])
    centre.withdraw(world().files["withdrawals/0001.note"])
    centre.issue_results(NIGHT)
    assert replace(centre.issue_results(NIGHT, status="final", lot_seed=SEED), edition=2) == world().results(2)


def test_a_hand_count_without_a_decision_is_shown_and_counts_nowhere() -> None:
    """It proves nothing but its sums, so no program takes it by itself; the same again is harmless."""
    centre = prepared()
    before = centre.issue_results(NIGHT)
    assert send_hand_count(centre, "B-03").verdict is Verdict.ACCEPTED
    assert send_hand_count(centre, "B-03").verdict is Verdict.REPEATED
    assert [each.path for each in centre.take_files() if "/hand-" in each.path] == [hand_count_path("B-03", 0)]
    after = centre.issue_results(NIGHT)
    assert (after.totals, after.turnout, after.stations) == (before.totals, before.turnout, before.stations)
    assert centre.state("B-03") is StationState.OUTSTANDING


def test_a_decision_lets_it_count_in_place_of_the_sheet() -> None:
    """The machines' sheet is in no total any more, and its people are nowhere among those identified."""
    centre = prepared()
    send(centre, "A-01")
    send(centre, "B-01")
    send_hand_count(centre, "B-01")
    centre.totals()
    centre.decide(decision("B-01"))
    results = centre.issue_results(NIGHT)
    station = next(each for each in results.stations if each.station == "B-01")
    assert (station.state, station.sheet, station.sequence) == (StationState.HAND_COUNT, None, None)
    assert station.hand == digest(world().files[hand_count_path("B-01", 0)])
    total = results.total("NOM-2", "CIRCUIT-2")
    assert total is not None
    assert (total.ballots, [each.votes for each in total.votes], total.undervotes) == (11, [9, 0, 0], 2)
    nation = results.turnout[0]
    assert (nation.identified, nation.cast) == (world().statement("A-01").identified_total, 49)
    assert (nation.signed_by_hand, nation.ballots_by_hand) == (12, 11)
    assert (nation.stations_counted, nation.registered_counted) == (2, 90)


def test_a_decision_adds_it_to_the_sheet() -> None:
    """Votes add up, those who signed stay apart, and the station is counted once."""
    centre = prepared()
    send(centre, "A-02")
    alone = centre.issue_results(NIGHT)
    send_hand_count(centre, "A-02")
    centre.decide(decision("A-02", machines="added_to"))
    both = centre.issue_results(NIGHT)
    one, two = alone.total("REF", "STATE-A"), both.total("REF", "STATE-A")
    assert one is not None
    assert two is not None
    assert (two.ballots, two.stations_counted) == (one.ballots + 12, one.stations_counted)
    assert [each.votes for each in two.votes] == [one.votes[0].votes + 10, one.votes[1].votes]
    assert both.turnout[0].identified == alone.turnout[0].identified


def test_what_the_poll_book_did_not_sign_is_refused_without_a_trace() -> None:
    """Another station's key, a booth's, a line more, another station's sheet: none of it is shown."""
    centre = prepared()
    centre.take_files()
    sheet = counted(world(), "B-01", 11)
    for data in (
        sign_document(sheet, [world().poll_book("B-02")]),
        sign_document(sheet, world().booths("B-01")),
        sign_document(sheet, [world().poll_book("B-01"), world().keys.log]),
        sign_document(replace(sheet, station="Z-99"), [world().poll_book("B-01")]),
        b"rubbish",
    ):
        receipt = centre.receive_hand_count(data, NIGHT)
        assert receipt.verdict is Verdict.REFUSED
        assert receipt.reason
    assert centre.take_files() == ()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"signatures": 51}, "50 signatures"),
        ({"registered": 49}, "50 registered"),
        ({"ballots": 12}, "12 ballots"),
        ({"sequence": 1}, "sequence 0"),
    ],
)
def test_a_sheet_that_does_not_fit_is_refused_with_the_reason(change: dict[str, int], words: str) -> None:
    """Signed as it should be, and still not shown."""
    centre = prepared()
    centre.take_files()
    sheet = replace(counted(world(), "B-01", 11), **change)
    receipt = centre.receive_hand_count(sign_document(sheet, [world().poll_book("B-01")]), NIGHT)
    assert (receipt.verdict, words in str(receipt.reason)) == (Verdict.REFUSED, True)
    assert centre.take_files() == ()


def test_another_hand_count_with_the_same_sequence_is_a_public_incident() -> None:
    """The first one stays; of the second the hash is published, and none of its numbers."""
    centre = prepared()
    send_hand_count(centre, "B-01")
    centre.take_files()
    other = sign_document(counted(world(), "B-01", 12), [world().poll_book("B-01")])
    assert centre.receive_hand_count(other, NIGHT).verdict is Verdict.REFUSED
    (file,) = centre.take_files()
    incident = read_document(file.data, Incident)
    assert (incident.kind, incident.document, incident.station) == ("conflict", digest(other), "B-01")


def test_a_correction_is_shown_beside_the_first_and_decided_on_by_its_hash() -> None:
    """A second decision names the first one, and the corrected sheet counts from then on."""
    centre = prepared()
    send_hand_count(centre, "B-01")
    centre.decide(decision("B-01"))
    corrected = sign_document(replace(counted(world(), "B-01", 12), sequence=1), [world().poll_book("B-01")])
    assert centre.receive_hand_count(corrected, NIGHT).verdict is Verdict.ACCEPTED
    with pytest.raises(OutOfOrder, match="replaces 1"):
        centre.decide(decision("B-01", 2, hand=digest(corrected)))
    centre.decide(decision("B-01", 2, hand=digest(corrected), replaces=1))
    assert centre.issue_results(NIGHT).turnout[0].ballots_by_hand == 12


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"hand": "0" * 64}, Unproven),
        ({"machines": "added_to"}, OutOfOrder),
        ({"replaces": 1}, OutOfOrder),
        ({"serial": 2}, OutOfOrder),
    ],
    ids=["of no sheet", "added to nothing", "replaces nothing", "another serial"],
)
def test_a_decision_that_does_not_fit_is_refused_whole(changes: dict[str, Any], error: type[Exception]) -> None:
    """Nothing counts otherwise than before, and the next decision has the same serial."""
    centre = prepared()
    send_hand_count(centre, "B-03")
    with pytest.raises(error):
        centre.decide(decision("B-03", **changes))
    assert centre.state("B-03") is StationState.OUTSTANDING
    centre.decide(decision("B-03"))
    assert centre.state("B-03") is StationState.HAND_COUNT


@pytest.mark.parametrize(
    "changes", [{"hand": None}, {"machines": None}, {"state": "annulled", "hand": "0" * 64}, {"machines": "both"}]
)
def test_a_decision_says_all_of_it_or_is_none(changes: dict[str, Any]) -> None:
    """A hand count without its hash, or without how it counts, or of a station that is annulled."""
    made = msgspec.json.decode(decision("B-03").partition(b"\n")[0])
    text = msgspec.json.encode({key: value for key, value in {**made, **changes}.items() if value is not None})
    with pytest.raises((Malformed, msgspec.ValidationError)):
        msgspec.json.decode(text, type=StationDecision)


def test_more_ballots_than_electors_are_never_added_together() -> None:
    """22 ballots of machines and 24 of paper, where 40 electors are registered."""
    centre = prepared()
    send(centre, "A-02")
    document = sign_document(counted(world(), "A-02", 24), [world().poll_book("A-02")])
    assert centre.receive_hand_count(document, NIGHT).verdict is Verdict.ACCEPTED
    with pytest.raises(Unproven, match="at most 40 ballots"):
        centre.decide(decision("A-02", machines="added_to", hand=digest(document)))
    centre.decide(decision("A-02", hand=digest(document)))
    assert centre.issue_results(NIGHT).turnout[0].ballots_by_hand == 24


def test_after_the_decision_no_machines_sheet_slips_in() -> None:
    """It is held in public; the station stays as it was decided."""
    centre = prepared()
    send_hand_count(centre, "B-01")
    centre.decide(decision("B-01"))
    bundle = StationBundle(world().files[sheet_path("B-01", 0)], world().files[ballots_path("B-01")])
    assert centre.receive_sheet(bundle, NIGHT).verdict is Verdict.QUARANTINED
    assert centre.state("B-01") is StationState.HAND_COUNT
    assert centre.issue_results(NIGHT).turnout[0].cast == 0


def test_an_annulled_station_adds_nothing_any_more() -> None:
    """Its hand count, too, counts until the officers annul it, by name."""
    centre = prepared()
    send_hand_count(centre, "B-03")
    centre.totals()
    centre.decide(decision("B-03"))
    centre.decide(decision("B-03", 2, state="annulled", machines=None, replaces=1))
    results = centre.issue_results(NIGHT)
    assert (results.turnout[0].stations_counted, results.turnout[0].ballots_by_hand) == (0, 0)
    assert centre.state("B-03") is StationState.ANNULLED


def test_whatever_is_decided_between_editions_the_record_verifies() -> None:
    """Counted by machines, then by hand in their place, corrected, annulled: each edition stands as it was issued."""
    centre, publication, folder = prepared(), Publication(world().keys.log), {README: README_TEXT}

    def publish() -> None:
        centre.issue_results(NIGHT)
        # Hand counts, decisions and the edition are logged in the order in which they came, as the sequencer does.
        for some in by_edition(centre.take_shown()):
            batch = publication.prepare([File(each.path, each.data) for each in some if each.data is not None])
            lines = [each.cosign(batch.checkpoint, COSIGNED_AT) for each in world().keys.witnesses]
            folder.update(dict(writes(batch, lines)))
        report = verify_record(RecordInMemory(folder))
        assert [str(each.sentence) for check in report.checks for each in check.findings] == []

    send(centre, "B-01")
    publish()
    send_hand_count(centre, "B-01")
    publish()
    centre.decide(decision("B-01"))
    publish()
    corrected = sign_document(replace(counted(world(), "B-01", 12), sequence=1), [world().poll_book("B-01")])
    centre.receive_hand_count(corrected, NIGHT)
    centre.decide(decision("B-01", 2, hand=digest(corrected), replaces=1))
    publish()
    centre.decide(decision("B-01", 3, state="annulled", machines=None, replaces=2))
    publish()
    last = verify_record(RecordInMemory(folder))
    assert last.checks[Check.HAND_COUNTS - 1].status is Status.PASSED


def parcel(files: dict[str, bytes], station: str = "B-03") -> bytes:
    """A parcel of these files."""
    return encode(Parcel(election=world().election.identity, station=station, files=files))


def test_a_parcel_brings_it_and_a_restart_keeps_it(tmp_path: Path) -> None:
    """Alone, without a sheet; what was decided stands after a restart, and the parcel again is harmless."""
    folder, sent = tmp_path / "centre", parcel({"hand-0.note": world().files[hand_count_path("B-03", 0)]})
    make(world(), folder)
    with at_work(world(), folder) as service:
        assert service.receive("B-03", sent).verdict is Verdict.ACCEPTED
        service.take(lambda centre: centre.decide(decision("B-03")))
        before = service.issue_results()
    with at_work(world(), folder) as service:
        assert service.opened.centre.state("B-03") is StationState.HAND_COUNT
        assert service.receive("B-03", sent).verdict is Verdict.ACCEPTED
        after = service.issue_results()
        row = service.opened.store.station("B-03")
    assert (after.totals, after.turnout, after.stations) == (before.totals, before.turnout, before.stations)
    assert row is not None
    assert row.standing == "hand_count"


def test_a_parcel_with_a_bad_hand_count_says_why(tmp_path: Path) -> None:
    """Nothing of it is kept."""
    folder = tmp_path / "centre"
    make(world(), folder)
    bad = sign_document(counted(world(), "B-03", 12), [world().poll_book("B-01")])
    with at_work(world(), folder) as service:
        answer = service.receive("B-03", parcel({"hand-0.note": bad}))
        assert (answer.verdict, len(answer.notes)) == (Verdict.REFUSED, 1)
        assert not any("hand" in each.path for each in service.opened.store.leaves())


def opening_of_two(serial: int = 1) -> AggregateOpening:
    """A-02, of few ballots, and B-02, whose cards were lost: its votes are on no sheet."""
    plan = PlannedAggregate(
        election=encrypted().election.identity,
        serial=serial,
        contest="LIST-N",
        territory="NATION",
        stations=("A-02", "B-02"),
        ballots=sum(sheet.contests[-2].ballots for sheet in map(encrypted().sheet, ("A-02", "B-02"))),
    )
    return encrypted().open_aggregate(plan)


def slips_of_b02() -> bytes:
    """The slips of that station, counted by hand."""
    sheet = counted(encrypted(), "B-02", encrypted().sheet("B-02").cast)
    return sign_document(sheet, [encrypted().poll_book("B-02")])


def test_slips_counted_by_hand_isolate_nobody_in_a_sum_that_was_opened() -> None:
    """B-02 by hand, taken off the sum of both, would show six people's votes: it is not published."""
    centre = closed()
    centre.open_aggregate(opening_of_two())
    centre.take_files()
    receipt = centre.receive_hand_count(slips_of_b02(), NIGHT)
    assert (receipt.verdict, "isolates" in str(receipt.reason)) == (Verdict.REFUSED, True)
    assert centre.take_files() == ()


def test_no_sum_is_opened_that_a_hand_count_would_break_apart() -> None:
    """The same the other way round."""
    centre = closed()
    assert centre.receive_hand_count(slips_of_b02(), NIGHT).verdict is Verdict.ACCEPTED
    with pytest.raises(Unproven, match="difference of two numbers"):
        centre.open_aggregate(opening_of_two())


def test_the_verifier_finds_a_sum_that_a_hand_count_breaks_apart() -> None:
    """Check 28, also where centre and guardians looked away."""
    plain, broken = encrypted().copy(), encrypted().copy()
    for made in (plain, broken):
        for serial in made.serials():
            made.remove(serial_path(Kind.AGGREGATE, serial))
        made.remove(sheet_path("B-02", 1))
        made.put_aggregate(opening_of_two(), 5)
        made.retotal()
    broken.add(hand_count_path("B-02", 0), slips_of_b02(), 4)
    reports = [verify_record(RecordInMemory(made.publish())) for made in (plain, broken)]
    assert [Check.AGGREGATES in report.failed for report in reports] == [False, True]
