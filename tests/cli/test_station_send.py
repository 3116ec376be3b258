"""What stations wrote on a stick reaches the centre from elsewhere, in the station's own place if it announced it."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from tests.center.parcels import make, parcel_of
from tests.tampering.builder import signing_key
from tests.web.center.serving import Served, own_certificate, served
from tests.web.center.test_announced import has_answer
from tests.web.center.test_crowds import ADDRESSES, opened, wait_until
from tests.web.center.test_station_lines import listening, own_key, world

from urna.cli.center_stick import read_stick
from urna.cli.main import main
from urna.devices.stick_sender import StickSender
from urna.encoding.canonical import decode, digest
from urna.log.note import NoteSigner
from urna.station.announcement import announce
from urna.station.sending import Parcel
from urna.web.center.limits import BodyLimits, Limits


@pytest.fixture
def centre(tmp_path: Path) -> Iterator[Served]:
    """One place for strangers."""
    make(world(), tmp_path / "centre")
    bodies = BodyLimits(at_once=1, idle_seconds=300.0, grace_seconds=300.0)
    with served(world(), tmp_path / "centre", Limits(bodies=bodies)) as found:
        yield found


@pytest.fixture
def stick(tmp_path: Path) -> Path:
    """Of two stations, both of which announced their parcels."""
    found = tmp_path / "stick"
    found.mkdir()
    for station in ("A-01", "B-01"):
        write(found, station)
    return found


def write(stick: Path, station: str, key: str = "") -> None:
    """A station's parcel, announced by its key or another one."""
    election, signing = world().election, signing_key(key) if key else own_key(station)
    signer = NoteSigner(election.key_name(station, "poll-book"), signing)
    sender = StickSender(lambda: stick, lambda data: announce(election.identity, station, data, signer))
    sender.send(decode(parcel_of(world(), station), Parcel))


def send(stick: Path, address: str, queue: Path, *more: str) -> int:
    """The command."""
    return main(["station", "send", str(stick), address, "--queue", str(queue), *more])


def test_a_stick_is_sent_though_strangers_crowd(
    centre: Served, stick: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Both of its stations have places; once more, nothing is sent."""
    with ExitStack() as lines:
        strangers = [lines.enter_context(opened(centre, each)) for each in ADDRESSES[:2]]
        wait_until(lambda: any(map(has_answer, strangers)))  # there was no place for the second one
        assert send(stick, centre.stations, tmp_path / "queue") == 0
    assert capsys.readouterr().out.splitlines() == ["A-01: arrived.", "B-01: arrived."]
    assert centre.service.standings()["counted"] == 2
    assert send(stick, "http://127.0.0.1:9/stations", tmp_path / "queue") == 0


def test_a_stick_waits_while_there_is_no_line(
    centre: Served, stick: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """What did not arrive is said, and is sent with the next try."""
    queue = tmp_path / "queue"
    assert send(stick, "http://127.0.0.1:9/stations", queue) == 1
    assert capsys.readouterr().err.count("no answer of the centre") == 2
    assert send(stick, centre.stations, queue) == 0
    assert {path.suffix for path in queue.iterdir()} == {".receipt"}


def test_what_lies_beside_a_folder_counts_for_its_parcel_alone(stick: Path) -> None:
    """Another parcel's, rubbish, or none: it is sent without one."""
    first, second = read_stick(stick)
    assert first.announcement is not None
    assert second.announcement is not None
    beside = {path.name.split("-", 2)[2]: path for path in stick.glob("*.announcement")}
    beside["A-01.announcement"].write_bytes(second.announcement)
    beside["B-01.announcement"].write_bytes(b"rubbish" * 1000)
    assert [each.announcement for each in read_stick(stick)] == [None, None]
    for path in beside.values():
        path.unlink()
    assert [each.announcement for each in read_stick(stick)] == [None, None]
    assert [digest(each.parcel) for each in read_stick(stick)] == [digest(first.parcel), digest(second.parcel)]


def test_one_stations_folder_is_found_with_what_lies_beside_it(stick: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also by a path that does not name it."""
    (folder,) = stick.glob("urna-*-B-01")
    monkeypatch.chdir(folder)
    ((station, _, announcement),) = read_stick(Path())
    assert station == "B-01"
    assert announcement is not None


def test_a_stick_with_a_forged_announcement_is_sent_all_the_same(centre: Served, stick: Path, tmp_path: Path) -> None:
    """As a stranger's: its files are what is judged."""
    write(stick, "B-01", key="somebody")
    assert send(stick, centre.stations, tmp_path / "queue") == 0
    assert centre.service.standings()["counted"] == 2


def test_the_centre_is_known_by_its_issuer(stick: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The machine's own issuers do not know it, and a file that holds none is refused."""
    (tmp_path / "other").mkdir()
    stranger, _ = own_certificate(tmp_path / "other")
    with listening(tmp_path, own_lines=False) as hall:
        address = f"{hall.address}/stations"
        assert send(stick, address, tmp_path / "a") == 1
        assert send(stick, address, tmp_path / "b", "--issuer", str(stranger)) == 1
        assert send(stick, address, tmp_path / "c", "--issuer", str(hall.issuer)) == 0
        assert hall.service.standings()["counted"] == 2
    rubbish = tmp_path / "rubbish.pem"
    rubbish.write_text("rubbish")
    assert send(stick, address, tmp_path / "d", "--issuer", str(rubbish)) == 2
    assert "a file of certificates" in capsys.readouterr().err
