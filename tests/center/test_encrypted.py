"""The centre of an election with guardians: what proves itself counts, what does not is held in public."""

import dataclasses
import secrets
from collections.abc import Mapping
from functools import cache

import msgspec
import pytest
from tests.tampering.builder import NIGHT
from tests.verify.encrypted_world import EncryptedWorld, Made, build_encrypted

from urna.ballot.forms import ID_BYTES
from urna.ballot.published import OpenedList
from urna.center.centre import Centre
from urna.center.receipt import Receipt, Verdict
from urna.election.outcomes import BallotState
from urna.encoding.canonical import decode, encode
from urna.encoding.document import sign_document
from urna.errors import OutOfOrder, Unproven
from urna.record.ballot_file import read_header
from urna.record.bundle import StationBundle
from urna.record.layout import (
    DEFINITION,
    JOINT_KEY,
    ROLL,
    Kind,
    ballots_path,
    ciphertexts_path,
    coefficients_path,
    commitment_path,
    opened_path,
    place_of,
    sheet_path,
)
from urna.tally.results import StationState
from urna.tally.sheet import TallySheet

replace = msgspec.structs.replace


@cache
def world() -> EncryptedWorld:
    """The small world of encrypted ballots, built once."""
    return build_encrypted()


def prepared(*, keys: bool = True) -> Centre:
    """A centre that has everything from before the closing."""
    files = world().files
    centre = Centre(files[DEFINITION], world().keys.log, secrets.token_bytes)
    centre.certify(files["certifications/0001.note"])
    centre.commit_roll(files[ROLL])
    numbers = range(1, len(world().guardians) + 1)
    centre.take_commitments([files[commitment_path(number)] for number in numbers])
    if keys:
        centre.take_keys([files[coefficients_path(number)] for number in numbers], files[JOINT_KEY])
    for path, data in files.items():
        if "/zero-" in path:
            assert centre.receive_zero_report(data).verdict is Verdict.ACCEPTED
    return centre


def bundle(station: str, sequence: int = 0, of: EncryptedWorld | None = None) -> StationBundle:
    """What a station sends, of the small world or another one."""
    made = of or world()
    files = made.files
    styles = [each.style for each in made.election.stations[station].styles]
    ciphertexts = {style: files[ciphertexts_path(station, style)] for style in styles}
    opened = files.get(opened_path(station))
    return StationBundle(files[sheet_path(station, sequence)], files[ballots_path(station)], ciphertexts, opened)


def closed() -> Centre:
    """A centre that has every station's first sheet."""
    centre = prepared()
    for station in world().election.stations:
        assert centre.receive_sheet(bundle(station), NIGHT).verdict is Verdict.ACCEPTED
    return centre


def signed(sheet: TallySheet) -> bytes:
    """A sheet that the station's own booths sign, whatever it says."""
    return sign_document(sheet, world().booths(sheet.station))


def test_a_whole_day_publishes_what_the_record_has() -> None:
    """Ceremony, ciphertexts, opened ballots and aggregates, byte for byte; results count what was opened."""
    centre = closed()
    for serial in world().serials():
        centre.open_aggregate(world().aggregate(serial))
    assert centre.receive_sheet(bundle("B-02", 1), NIGHT).verdict is Verdict.ACCEPTED
    results = centre.issue_results(NIGHT, status="final", lot_seed="46113")
    published = {file.path: file.data for file in centre.take_files()}
    made: Mapping[str, bytes] = world().files
    kinds = {Kind.CIPHERTEXTS, Kind.OPENED, Kind.JOINT_KEY, Kind.GUARDIAN_COMMITMENT, Kind.GUARDIAN_COEFFICIENTS}
    paths = [path for path in made if (place := place_of(path)) is not None and place.kind in kinds]
    assert {path: published[path] for path in paths} == {path: made[path] for path in paths}
    nation = results.total("LIST-N", world().election.contests["LIST-N"].territory)
    assert nation is not None
    assert (nation.withheld_ballots, nation.stations_withheld) == (0, 0)
    assert sum(each.votes for each in nation.votes) + nation.undervotes == nation.ballots


def with_moved_vote() -> StationBundle:
    """A-01's papers with a vote moved from one option to another, signed by every booth: the sums stay."""
    sheet = world().sheet("A-01")
    place = next(number for number, tally in enumerate(sheet.contests) if tally.votes is not None)
    tally = sheet.contests[place]
    assert tally.votes is not None
    giver = next(number for number, each in enumerate(tally.votes) if each.votes)
    taker = (giver + 1) % len(tally.votes)
    votes = list(tally.votes)
    votes[giver] = replace(votes[giver], votes=votes[giver].votes - 1)
    votes[taker] = replace(votes[taker], votes=votes[taker].votes + 1)
    contests = list(sheet.contests)
    contests[place] = replace(tally, votes=tuple(votes))
    return bundle("A-01")._replace(sheet=signed(replace(sheet, contests=tuple(contests))))


def test_a_count_that_does_not_follow_from_the_ciphertexts_is_held() -> None:
    """The sums are right, and the proof is not."""
    assert _is_held(with_moved_vote())


def test_ballots_that_the_signed_list_does_not_name_are_refused_without_a_trace() -> None:
    """Any bit of any part of a ballot; a style left out, or another's; another station's file; rows exchanged."""
    good = bundle("A-01")
    style, data = next(iter(good.ciphertexts.items()))
    header = read_header(data)
    row = header.row_bytes
    places = (header.offset(1), header.offset(1) + ID_BYTES, header.offset(2) - 1, len(data) - 1, header.offset(0) - 2)
    changed = [data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :] for at in places]
    changed += [data[: header.offset(0)] + data[header.offset(1) :] + data[header.offset(0) :][:row], data[:-row]]
    other = world().files[ciphertexts_path("A-02", world().election.stations["A-02"].styles[0].style)]
    files = [{**good.ciphertexts, style: each} for each in (*changed, other)]
    for each in (*files, {}, {style: data}, {**good.ciphertexts, "OTHER": data}):
        assert _is_refused(good._replace(ciphertexts=each)), len(each)


def test_openings_that_are_not_those_of_the_challenged_ballots_are_refused_without_a_trace() -> None:
    """None, one left out, or one of another vote: the true ones follow from the ballots that the station listed."""
    good = bundle("A-01")
    assert good.opened is not None
    opened = decode(good.opened, OpenedList)
    ballot = opened.ballots[0]
    option = replace(ballot.options[0], votes=1 - ballot.options[0].votes)
    changed = replace(ballot, options=(option, *ballot.options[1:]))
    for ballots in ((), (changed, *opened.ballots[1:])):
        assert _is_refused(good._replace(opened=encode(replace(opened, ballots=ballots))))
    assert _is_refused(good._replace(opened=None))


def test_what_a_stranger_sends_first_does_the_station_no_harm() -> None:
    """Its sheet and list with other ballots, again and again: the station's own counts, and no incident was made."""
    centre, good = prepared(), bundle("A-01")
    centre.take_files()
    for bad in (good._replace(ciphertexts={}), good._replace(opened=None)) * 3:
        assert centre.receive_sheet(bad, NIGHT).verdict is Verdict.REFUSED
    assert centre.receive_sheet(good, NIGHT).verdict is Verdict.ACCEPTED
    kinds = {place.kind for file in centre.take_files() if (place := place_of(file.path))}
    assert Kind.INCIDENT not in kinds


def test_a_ballot_that_the_station_listed_and_that_is_not_proven_is_held() -> None:
    """Its list has the ballot's hash and its sheet the list's root, so it is the station's own; in public."""
    forged = world().copy()

    def unproven(made: list[Made]) -> list[Made]:
        first = next(number for number, each in enumerate(made) if each.state is BallotState.CAST)
        responses = bytes([made[first].encrypted.responses[0] ^ 1]) + made[first].encrypted.responses[1:]
        encrypted = made[first].encrypted._replace(responses=responses)
        made[first] = dataclasses.replace(made[first], encrypted=encrypted)
        return made

    forged.remake("A-01", unproven)
    assert _is_held(bundle("A-01", of=forged))


def test_no_sheet_counts_before_the_guardians_keys_are_there() -> None:
    """Nobody could say whether it follows from its ciphertexts."""
    receipt = prepared(keys=False).receive_sheet(bundle("A-01"), NIGHT)
    assert receipt.verdict is Verdict.QUARANTINED


def test_an_opening_comes_once_and_in_order() -> None:
    """Another serial is out of order; a changed number of votes is unproven, and nothing is published of either."""
    centre = closed()
    first = world().aggregate(1)
    centre.take_files()
    with pytest.raises(OutOfOrder, match="opening 1"):
        centre.open_aggregate(replace(first, serial=2))
    options = (replace(first.options[0], votes=first.options[0].votes + 1), *first.options[1:])
    with pytest.raises(Unproven):
        centre.open_aggregate(replace(first, options=options))
    assert centre.take_files() == ()


def test_without_openings_withheld_votes_are_in_no_total() -> None:
    """And the results say how many ballots that is."""
    results = closed().issue_results(NIGHT)
    nation = results.total("LIST-N", world().election.contests["LIST-N"].territory)
    assert nation is not None
    assert nation.withheld_ballots > 0


def _is_refused(sent: StationBundle) -> bool:
    """Whether the centre refuses it, asks for all files, and changes and publishes nothing."""
    centre = prepared()
    centre.take_files()
    centre.take_acts()
    receipt = centre.receive_sheet(sent, NIGHT)
    is_open = centre.state("A-01") is StationState.OUTSTANDING
    is_silent = centre.take_files() == () and centre.take_acts() == ()
    return receipt.verdict is Verdict.REFUSED and "Come again" in str(receipt.reason) and is_open and is_silent


def _is_held(sent: StationBundle) -> bool:
    """Whether the centre holds it, says so in public, and publishes nothing else of it."""
    centre = prepared()
    centre.take_files()
    receipt: Receipt = centre.receive_sheet(sent, NIGHT)
    kinds = [place.kind for file in centre.take_files() if (place := place_of(file.path))]
    is_open = centre.state("A-01") is StationState.REFUSED
    return receipt.verdict is Verdict.QUARANTINED and kinds == [Kind.INCIDENT] and is_open
