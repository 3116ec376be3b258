"""`urna station log` shows what is written, exports it, and refuses what was changed."""

import json
from pathlib import Path

import pytest
from tests.station.cards_of import officer_of
from tests.station.log_of import ELECTION, STATION
from tests.station.small import small_election, small_kit

from urna.cli.station_log import log
from urna.crypto.signatures import SigningKey
from urna.election.certification import Certification
from urna.encoding.canonical import encode
from urna.encoding.document import sign_document
from urna.errors import Malformed, OutOfOrder, Unproven
from urna.log.note import NoteSigner
from urna.station.event_entry import first_line
from urna.station.event_log import EventLog
from urna.station.event_words import Actor, LogEvent
from urna.station.manifest import CERTIFICATION, DEFINITION, MANIFEST, POLL_BOOK, make_manifest
from urna.storage.event_log import EVENT_LOG, LogFile, export_lines, export_names, read_content
from urna.storage.medium import DiskMedium
from urna.storage.station_folder import StationFolder

NOW = "2026-11-22T10:00:00Z"


@pytest.fixture
def station(tmp_path: Path) -> Path:
    """A station whose machines have logs."""
    for machine in ("poll-book", "booth-1", "booth-2"):
        folder = tmp_path / machine
        folder.mkdir()
        file = LogFile.create(DiskMedium(folder), first_line(ELECTION, STATION, machine))
        written = EventLog(file)
        written.start(NOW)
        written.act(LogEvent.READINESS_PASSED, Actor.TECHNICIAN, NOW)
        written.fault(LogEvent.PRINTER_OUT_OF_PAPER, NOW)
        file.close()
    return tmp_path


def test_the_log_of_every_machine_is_shown_and_its_chain_is_checked(
    station: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Poll book first."""
    log(station)
    shown = capsys.readouterr().out
    assert shown.index("ST-1 poll-book") < shown.index("ST-1 booth-1") < shown.index("ST-1 booth-2")
    assert shown.count("The printer has no paper.") == 3
    assert shown.count("The chain of 3 entries holds.") == 3


def test_the_logs_and_their_words_are_exported_once(station: Path, tmp_path: Path) -> None:
    """Three devices; a file that is there is not overwritten."""
    files = tmp_path / "log.json", tmp_path / "words.json"
    log(station, *files)
    document = json.loads(files[0].read_text("utf-8"))
    assert [device["Id"] for device in document["Device"]] == ["ST-1/poll-book", "ST-1/booth-1", "ST-1/booth-2"]
    assert json.loads(files[1].read_text("utf-8"))["DeviceManufacturer"] == "urna"
    with pytest.raises(OutOfOrder, match="Choose another name; nothing was overwritten"):
        log(station, files[0])


def test_a_changed_log_is_refused_with_its_place(station: Path) -> None:
    """Another moment in an entry: the next one no longer fits."""
    path = station / "booth-1" / EVENT_LOG
    path.write_bytes(path.read_bytes().replace(NOW.encode(), b"2026-11-22T09:00:00Z", 1))
    with pytest.raises(Unproven) as caught:
        log(station)
    assert "booth-1" in caught.value.where


def test_the_signed_end_of_a_log_is_checked_with_the_certified_key(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A log that was cut off after its machine signed it is refused; one that goes on is not."""
    station, written = certified_station(tmp_path)
    log(station)
    assert "the first 2" in capsys.readouterr().out
    written.act(LogEvent.SHEET_TRANSMITTED, Actor.PRESIDENT, NOW, way="network")
    log(station)
    assert "The chain of 3 entries holds; this machine signed the first 2." in capsys.readouterr().out
    path = station / "booth-1" / EVENT_LOG
    kept = export_lines(read_content(path.read_bytes()).lines[:2])
    path.write_bytes(kept + bytes(path.stat().st_size - len(kept)))
    with pytest.raises(Unproven, match="as its machine signed it"):
        log(station)


def certified_station(root: Path) -> tuple[Path, EventLog]:
    """A station with its package, and booth 1 whose log of two entries is signed."""
    election = small_election()
    kit = small_kit(election)
    officer = officer_of(election)
    files = {
        DEFINITION: sign_document(election.definition, [officer]),
        CERTIFICATION: sign_document(
            Certification(election=election.identity, serial=1, issued_at=NOW, stations=(kit.keys,)), [officer]
        ),
        POLL_BOOK: encode(kit.package),
    }
    manifest = make_manifest(election, kit.station, files, (), serial=1)
    folder = StationFolder(root)
    folder.make(1)
    folder.write_package({**files, MANIFEST: sign_document(manifest, [officer])})
    file = LogFile.create(folder.medium(1), first_line(election.identity, kit.station, "booth-1"))
    written = EventLog(file)
    written.start(NOW)
    written.act(LogEvent.SHEET_SIGNED, Actor.PRESIDENT, NOW)
    name = election.key_name(kit.station, "booth-1")
    head = written.sign_head(NoteSigner(name, SigningKey(kit.booth_seeds[0])), NOW)
    (folder.out / export_names("booth-1")[1]).write_bytes(head)
    return root, written


def test_reading_changes_nothing_even_where_a_cut_tore_an_entry(
    station: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """It is said, and left to the machine."""
    path = station / "booth-2" / EVENT_LOG
    data = path.read_bytes()
    end = read_content(data).end
    torn = data[:end] + b'{"before"' + data[end + 9 :]
    path.write_bytes(torn)
    log(station)
    assert "unfinished entry" in capsys.readouterr().out
    assert path.read_bytes() == torn


def test_a_folder_without_logs_is_no_station(tmp_path: Path) -> None:
    """It says which folder to name."""
    with pytest.raises(Malformed, match="poll-book/"):
        log(tmp_path)
