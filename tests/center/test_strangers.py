"""Who has copies of a station's signed papers can send them, but not as other papers, and not in the station's way."""

import base64
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import msgspec
import pytest
from tests.center.parcels import at_work, make, parcel_of
from tests.tampering.builder import World, build

from urna.center.journal import ActKind
from urna.center.receipt import Verdict
from urna.encoding.canonical import decode, encode
from urna.encoding.document import read_document, sign_document
from urna.station.sending import Parcel
from urna.storage.centre_service import CentreService
from urna.tally.results import StationState
from urna.tally.sheet import TallySheet

SHEET, ZERO, BALLOTS = "sheet-0.note", "zero-1.note", "ballots.json"


@cache
def world() -> World:
    """The small world without guardians."""
    return build()


@pytest.fixture
def service(tmp_path: Path) -> Iterator[CentreService]:
    """A centre at work that has everything from before the day."""
    make(world(), tmp_path / "centre")
    with at_work(world(), tmp_path / "centre") as running:
        yield running


def papers(station: str = "B-01") -> dict[str, bytes]:
    """What a station sends, by name."""
    return dict(decode(parcel_of(world(), station), Parcel).files)


def parcel(files: dict[str, bytes], station: str = "B-01") -> bytes:
    """A parcel of these files."""
    return encode(Parcel(election=world().election.identity, station=station, files=files))


def junk(number: int) -> bytes:
    """A signature line of a key that nobody knows."""
    return f"— nobody {base64.b64encode(number.to_bytes(8, 'big')).decode()}\n".encode()


def kinds(service: CentreService) -> Counter[ActKind]:
    """The centre's acts by kind."""
    return Counter(act.kind for act in service.opened.store.acts())


def test_a_published_sheet_with_lines_of_strangers_is_no_second_sheet(service: CentreService) -> None:
    """However many are sent: each is refused, nothing is public, and the station's incidents are not used up."""
    service.receive("B-01", parcel_of(world(), "B-01"))
    before = service.opened.store.serial
    for number in range(25):
        answer = service.receive("B-01", parcel({**papers(), SHEET: papers()[SHEET] + junk(number)}))
        assert (answer.verdict, answer.is_conflict) == (Verdict.REFUSED, False)
    assert "one signature line of each" in str(answer.reason)
    assert "2 lines" in str(answer.reason)
    assert service.opened.store.serial == before


def test_a_sheet_that_a_stranger_sends_first_with_one_more_line_is_refused(service: CentreService) -> None:
    """The station's own counts afterwards, without an incident."""
    assert service.receive("B-01", parcel({**papers(), SHEET: papers()[SHEET] + junk(1)})).verdict is Verdict.REFUSED
    assert service.receive("B-01", parcel_of(world(), "B-01")).verdict is Verdict.ACCEPTED
    assert kinds(service)[ActKind.HELD] == 0


def test_a_zero_report_with_one_more_line_does_not_take_the_place_of_the_booths_own(service: CentreService) -> None:
    """It is refused and kept nowhere; the station is counted when it sends."""
    answer = service.receive("B-01", parcel({ZERO: papers()[ZERO] + junk(1)}))
    assert answer.verdict is Verdict.REFUSED
    assert kinds(service)[ActKind.ZERO_REPORT] == 0
    assert service.receive("B-01", parcel_of(world(), "B-01")).verdict is Verdict.ACCEPTED
    assert service.opened.centre.state("B-01") is StationState.COUNTED


def test_signature_lines_are_each_there_once_and_in_order(service: CentreService) -> None:
    """A line twice, or two booths' lines exchanged, is no other document of the station."""
    text, _, tail = papers("A-01")[SHEET].rpartition(b"\n\n")
    first, second = tail.splitlines(keepends=True)
    for lines in (second + first, first + second + first):
        changed = {**papers("A-01"), SHEET: text + b"\n\n" + lines}
        assert service.receive("A-01", parcel(changed, "A-01")).verdict is Verdict.REFUSED
    assert service.receive("A-01", parcel_of(world(), "A-01")).verdict is Verdict.ACCEPTED


def test_a_statement_with_a_strangers_line_is_refused_inside_a_sheet(service: CentreService) -> None:
    """Though the booths signed that sheet: the poll book did not write it so."""
    sheet = read_document(papers()[SHEET], TallySheet)
    changed = msgspec.structs.replace(sheet, statement=sheet.statement + junk(1).decode())
    document = sign_document(changed, world().booths("B-01"))
    assert service.receive("B-01", parcel({**papers(), SHEET: document})).verdict is Verdict.REFUSED
    assert kinds(service)[ActKind.HELD] == 0


@pytest.mark.parametrize("missing", [{ZERO, BALLOTS}, {ZERO}, {BALLOTS}])
def test_a_sheet_alone_is_refused_and_makes_no_incident(service: CentreService, missing: set[str]) -> None:
    """Whoever read its QR code has no more of the station's; the station's own is accepted when it comes."""
    alone = {name: data for name, data in papers().items() if name not in missing}
    answer = service.receive("B-01", parcel(alone))
    assert (answer.verdict, answer.is_conflict) == (Verdict.REFUSED, False)
    assert "Come again with all files" in str(answer.reason)
    assert kinds(service)[ActKind.HELD] == 0
    assert service.opened.centre.state("B-01") is StationState.OUTSTANDING
    assert service.receive("B-01", parcel_of(world(), "B-01")).verdict is Verdict.ACCEPTED


def test_a_sheet_with_a_list_that_it_did_not_sign_is_refused_and_makes_no_incident(service: CentreService) -> None:
    """Ballot lists are not signed themselves, so anybody can make one; the sheet has the root of the station's."""
    other = papers("B-02")[BALLOTS].replace(b'"B-02"', b'"B-01"')
    assert service.receive("B-01", parcel({**papers(), BALLOTS: other})).verdict is Verdict.REFUSED
    assert kinds(service)[ActKind.HELD] == 0
    assert service.receive("B-01", parcel_of(world(), "B-01")).verdict is Verdict.ACCEPTED
