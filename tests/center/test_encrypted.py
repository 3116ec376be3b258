"""The centre of an election with guardians: what proves itself counts, what does not is held in public."""

import secrets
from collections.abc import Mapping
from functools import cache

import msgspec
import pytest
from tests.tampering.builder import NIGHT
from tests.verify.encrypted_world import EncryptedWorld, build_encrypted

from urna.center.centre import Centre
from urna.center.receipt import Receipt, Verdict
from urna.encoding.document import sign_document
from urna.errors import OutOfOrder, Unproven
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


def bundle(station: str, sequence: int = 0) -> StationBundle:
    """What a station sends."""
    files = world().files
    styles = [each.style for each in world().election.stations[station].styles]
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


def test_a_count_that_does_not_follow_from_the_ciphertexts_is_held() -> None:
    """Two votes moved from one option to another and signed by every booth: the sums stay, the proof does not."""
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
    forged = bundle("A-01")._replace(sheet=signed(replace(sheet, contests=tuple(contests))))
    assert _is_held(forged)


def test_a_changed_missing_or_foreign_ciphertext_is_held() -> None:
    """One flipped bit, a style left out, another station's file; nothing of it is published."""
    good = bundle("A-01")
    style, data = next(iter(good.ciphertexts.items()))
    flipped = data[:-1] + bytes([data[-1] ^ 1])
    other = world().files[ciphertexts_path("A-02", world().election.stations["A-02"].styles[0].style)]
    for files in ({**good.ciphertexts, style: flipped}, {}, {**good.ciphertexts, style: other}):
        assert _is_held(good._replace(ciphertexts=files))


def test_challenged_ballots_that_are_not_opened_are_held() -> None:
    """The voter was promised to see them."""
    assert _is_held(bundle("A-01")._replace(opened=None))


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


def _is_held(sent: StationBundle) -> bool:
    """Whether the centre holds it, says so in public, and publishes nothing else of it."""
    centre = prepared()
    centre.take_files()
    receipt: Receipt = centre.receive_sheet(sent, NIGHT)
    kinds = [place.kind for file in centre.take_files() if (place := place_of(file.path))]
    is_open = centre.state("A-01") is StationState.REFUSED
    return receipt.verdict is Verdict.QUARANTINED and kinds == [Kind.INCIDENT] and is_open
