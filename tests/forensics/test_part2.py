"""Defects of part 2 that a hostile review proved on 2026-11-25, each with the test that kept it mended since."""

import base64
import os
import secrets
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest
from tests.center.test_encrypted import bundle, closed, prepared
from tests.processor import within
from tests.tampering.builder import EVENING, NIGHT, SEED, officers_sign
from tests.tampering.encrypted_forgery import Forgery, voted, without_nonces
from tests.verify.encrypted_world import EncryptedWorld, build_encrypted

from urna.ballot.confirmation import confirmation_code
from urna.ballot.encryption import encrypt_ballot
from urna.ballot.published import BallotList, PublishedBallot
from urna.center.centre import Centre
from urna.center.receipt import Verdict
from urna.center.stations import MOST_CORRECTIONS, MOST_INCIDENTS
from urna.election.certification import StationDecision
from urna.election.outcomes import BallotState
from urna.encoding.canonical import decode, encode
from urna.encoding.document import read_document, sign_document
from urna.errors import Malformed, Unproven
from urna.record.ballot_file import BallotFileHeader, read_header
from urna.record.bundle import StationBundle
from urna.record.layout import (
    DEFINITION,
    JOINT_KEY,
    Kind,
    ballots_path,
    ciphertexts_path,
    coefficients_path,
    commitment_path,
    opened_path,
    results_path,
    serial_path,
    sheet_path,
    zero_report_path,
)
from urna.record.reader import RecordInMemory
from urna.storage.record import FolderReader
from urna.tally.results import Results, StationState
from urna.tally.sheet import OptionVotes, TallySheet, ZeroReport
from urna.verify.ballot_boxes import box_bytes, boxes_of
from urna.verify.code_search import find_code, open_for_codes
from urna.verify.pins import Pins
from urna.verify.procedure import verify_record
from urna.verify.report import Check, Report
from urna.verify.station_files import BallotFile
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


# ---------------------------------------------------------------- what a station's keys can do to the whole record


def verdict(centre: Centre, world: EncryptedWorld, station: str, sequence: int = 0) -> Verdict:
    """What the centre says to the papers of a station of a world."""
    files, styles = world.files, [each.style for each in world.election.stations[station].styles]
    ciphertexts = {} if sequence else {style: files[ciphertexts_path(station, style)] for style in styles}
    opened = None if sequence else files[opened_path(station)]
    sent = StationBundle(files[sheet_path(station, sequence)], files[ballots_path(station)], ciphertexts, opened)
    return centre.receive_sheet(sent, NIGHT).verdict


def corrected(station: str, change: Callable[[TallySheet], TallySheet]) -> EncryptedWorld:
    """The good world with one more correction of a station, which its booths signed."""
    forgery = Forgery()
    sequence = 1 + max(number for number in range(3) if sheet_path(station, number) in forgery.world.files)
    last = without_nonces(forgery.world.sheet(station, sequence - 1), sequence)
    forgery.world.put_sheet(change(last), 5)
    return forgery.world


def move_one(votes: list[OptionVotes]) -> list[OptionVotes]:
    """One vote from the first option that has some to the next one."""
    place = next(number for number, each in enumerate(votes) if each.votes)
    other = (place + 1) % len(votes)
    moved = {place: votes[place].votes - 1, other: votes[other].votes + 1}
    return [msgspec.structs.replace(each, votes=moved.get(number, each.votes)) for number, each in enumerate(votes)]


def taken_back(sheet: TallySheet) -> TallySheet:
    """The sheet without any votes, as if the closing cards had been lost."""
    bare = tuple(msgspec.structs.replace(each, votes=None, undervotes=None) for each in sheet.contests)
    return msgspec.structs.replace(sheet, contests=bare, opened=False)


@pytest.mark.parametrize(
    ("station", "change"),
    [("A-01", voted("LIST-N", move_one)), ("A-01", taken_back), ("B-02", voted("REF", move_one))],
)
def test_the_centre_holds_a_correction_that_nothing_proves(
    station: str, change: Callable[[TallySheet], TallySheet]
) -> None:
    """It counted such votes, and published a sheet with which no record verifies any more."""
    world, centre = corrected(station, change), centre_with_openings()
    sequence = max(number for number in range(4) if sheet_path(station, number) in world.files)
    assert verdict(centre, world, station, sequence) is Verdict.QUARANTINED


def test_the_centre_takes_a_correction_of_the_lost_cards_when_the_votes_are_opened() -> None:
    """Before the opening nothing proves its votes; after it the same bytes are welcome."""
    world, centre = build_encrypted(), closed()
    assert verdict(centre, world, "B-02", 1) is Verdict.QUARANTINED
    for serial in world.serials():
        centre.open_aggregate(world.aggregate(serial))
    assert verdict(centre, world, "B-02", 1) is Verdict.ACCEPTED


def test_the_centre_holds_a_ballot_with_the_id_of_another_station() -> None:
    """Ids of stations that closed earlier are public: one copied made the whole record contradict itself."""
    forgery, centre = Forgery(), prepared()
    taken = forgery.made("A-01", BallotState.CAST)
    old = forgery.made("A-02", BallotState.CAST)
    context = forgery.world.context("A-02", old.style)
    again = encrypt_ballot(context, old.votes, taken.id, old.seed, secrets.token_bytes)
    forgery.exchange("A-02", old, again)
    assert verdict(centre, forgery.world, "A-01") is Verdict.ACCEPTED
    assert verdict(centre, forgery.world, "A-02") is Verdict.QUARANTINED


def test_the_centre_refuses_a_ballot_list_in_another_order() -> None:
    """Sorted within each style it suited the files beside it; a list that is not sorted could tell who voted when."""
    forgery, centre = Forgery(), prepared()
    forgery.listed("A-01", lambda listed: msgspec.structs.replace(listed, ballots=by_style(listed)))
    assert verdict(centre, forgery.world, "A-01") is Verdict.REFUSED


def by_style(listed: BallotList) -> tuple[PublishedBallot, ...]:
    """The ballots style by style, sorted by id within each."""
    return tuple(sorted(listed.ballots, key=lambda ballot: (ballot.style or "", ballot.id)))


def test_the_centre_refuses_a_sheet_that_no_verifier_would_read() -> None:
    """A note carries signatures of anybody, of any length: five megabytes of one made a sheet too long to be read."""
    centre, sent = prepared(), bundle("A-02")
    junk = base64.b64encode(bytes(5_000_000)).decode()
    signed = sent._replace(sheet=sent.sheet + f"— junk.example {junk}\n".encode())
    assert centre.receive_sheet(signed, NIGHT).verdict is Verdict.REFUSED
    assert centre.receive_sheet(sent, NIGHT).verdict is Verdict.ACCEPTED


def test_the_centre_refuses_documents_of_a_guardian_that_no_verifier_would_read() -> None:
    """One guardian's junk signature made the joint key of all unverifiable, once it was published."""
    files, numbers = build_encrypted().files, range(1, 4)
    junk = f"— junk.example {base64.b64encode(bytes(1_000_000)).decode()}\n".encode()
    centre = Centre(files[DEFINITION], build_encrypted().keys.log, secrets.token_bytes)
    commitments = [files[commitment_path(number)] for number in numbers]
    coefficients = [files[coefficients_path(number)] for number in numbers]
    with pytest.raises(Malformed, match="bytes"):
        centre.take_commitments([*commitments[:2], commitments[2] + junk])
    centre.take_commitments(commitments)
    with pytest.raises(Malformed, match="bytes"):
        centre.take_keys([*coefficients[:2], coefficients[2] + junk], files[JOINT_KEY])
    assert centre.take_keys(coefficients, files[JOINT_KEY]) == build_encrypted().joint


def test_a_station_cannot_fill_the_record_with_incidents() -> None:
    """Each sheet that its keys sign was one more file of the record, which may have a million and no more."""
    world, centre = build_encrypted(), closed()
    for number in range(2 * MOST_INCIDENTS):
        other = msgspec.structs.replace(world.sheet("A-02"), closed_at=f"2020-12-06T23:00:{number:02}Z")
        sent = bundle("A-02")._replace(sheet=sign_document(other, world.booths("A-02")))
        assert centre.receive_sheet(sent, NIGHT).verdict is Verdict.REFUSED
    incidents = [file for file in centre.take_files() if file.path.startswith("incidents/")]
    assert len(incidents) == MOST_INCIDENTS


def test_a_station_cannot_fill_the_record_with_corrections() -> None:
    """Each was true, said nothing new, and was one more file of up to four megabytes."""
    world, centre = build_encrypted(), closed()
    sheet, verdicts = without_nonces(world.sheet("A-01"), 0), []
    for sequence in range(1, MOST_CORRECTIONS + 2):
        again = sign_document(msgspec.structs.replace(sheet, sequence=sequence), world.booths("A-01"))
        verdicts.append(centre.receive_sheet(bundle("A-01")._replace(sheet=again), NIGHT).verdict)
    assert verdicts == [Verdict.ACCEPTED] * MOST_CORRECTIONS + [Verdict.QUARANTINED]


def test_the_centre_refuses_a_zero_report_that_verifiers_doubt() -> None:
    """Without an option it is not of this election; the centre looked at the zeros alone, and published it."""
    world = build_encrypted()
    files = world.files
    centre = Centre(files[DEFINITION], world.keys.log, secrets.token_bytes)
    centre.certify(files[serial_path(Kind.CERTIFICATION, 1)])
    report = read_document(files[zero_report_path("A-02", 1)], ZeroReport)
    short = sign_document(msgspec.structs.replace(report, votes=report.votes[1:]), world.booths("A-02"))
    assert centre.receive_zero_report(short).verdict is Verdict.REFUSED
    assert centre.receive_zero_report(files[zero_report_path("A-02", 1)]).verdict is Verdict.ACCEPTED


# ---------------------------------------------------------------- files of ballots, which nobody signs


def test_a_file_of_ballots_that_nobody_listed_is_not_read_for_days(tmp_path: Path) -> None:
    """A sparse file costs a forger nothing; two million rows of zeros are named by their number, in a second."""
    path = ciphertexts_path("A-02", "S1")
    for name, data in build_encrypted().publish().items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(data)
    header = msgspec.structs.replace(read_header((tmp_path / path).read_bytes()), ballots=2_000_000)
    (tmp_path / path).write_bytes(encode(header) + b"\n")
    os.truncate(tmp_path / path, header.file_bytes)
    with within(seconds=20):
        report = verify_record(FolderReader(tmp_path), ballots=BallotWork("fast", secrets.token_bytes))
    assert Check.CIPHERTEXTS in report.failed


def test_a_box_of_long_ballots_has_fewer_rows() -> None:
    """A thousand ballots of a megabyte each, decoded, are more than a laptop holds; every row is in one box."""
    file = BallotFile("A-01", "S1", "", "committed", 200, 1024 * 1024, 100, "", None)
    boxes = [box for task in boxes_of([file], 1024) for box in task]
    assert max(map(box_bytes, boxes)) <= 32 * 1024 * 1024
    assert [row for box in boxes for row in range(box.first, box.first + box.rows)] == list(range(100))


# ---------------------------------------------------------------- a mirror that makes an honest booth look guilty


def _without_file(files: dict[str, bytes], path: str, row: bytes) -> None:
    del files[path]


def _with_one_bit(files: dict[str, bytes], path: str, row: bytes) -> None:
    place = files[path].index(row) + len(row) - 1
    files[path] = files[path][:place] + bytes([files[path][place] ^ 1]) + files[path][place + 1 :]


def _without_row(files: dict[str, bytes], path: str, row: bytes) -> None:
    header = read_header(files[path])
    left = files[path][header.size :].replace(row, b"")
    files[path] = encode(msgspec.structs.replace(header, ballots=header.ballots - 1)) + b"\n" + left


def _without_line(files: dict[str, bytes], path: str, row: bytes) -> None:
    listed = decode(files[ballots_path("A-02")], BallotList)
    left = tuple(each for each in listed.ballots if each.id != row[:16].hex())
    files[ballots_path("A-02")] = encode(msgspec.structs.replace(listed, ballots=left))
    _without_row(files, path, row)


@pytest.mark.parametrize("spoil", [_without_file, _with_one_bit, _without_row, _without_line])
def test_a_code_that_a_mirror_lost_accuses_no_booth(spoil: Callable[[dict[str, bytes], str, bytes], None]) -> None:
    """Nobody signs the files of ballots: one bit there made a true slip a “public proof” against its booth."""
    world = build_encrypted()
    files = world.publish()
    made = next(each for each in world.ballots_made["A-02"] if each.state is BallotState.CAST)
    code = confirmation_code(world.context("A-02", made.style).context, made.id, made.encrypted.challenge)
    whole = open_for_codes(RecordInMemory(files), Pins())
    assert find_code(whole, code, "A-02") is not None
    assert find_code(whole, bytes(20), "A-02") is None
    spoil(files, ciphertexts_path("A-02", made.style), made.encrypted.committed())
    with pytest.raises(Unproven, match="all ballots that station A-02 listed"):
        find_code(open_for_codes(RecordInMemory(files), Pins()), code, "A-02")


def test_the_file_of_a_very_long_ballot_can_be_read() -> None:
    """A contest of 5,000 options passes the definition's checks; its rows were longer than any reader took."""
    header = BallotFileHeader(
        election="0" * 64,
        station="A-01",
        style="S1",
        form="committed",
        context="0" * 64,
        row_bytes=1_443_056,
        ballots=1,
    )
    assert read_header(encode(header) + b"\n") == header
