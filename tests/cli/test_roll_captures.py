"""`urna roll search-captures`: a finger used under two numbers becomes a case; forged files are refused."""

from pathlib import Path

import msgspec
import pytest
from tests.cli.test_roll_deduplicate import WORDS, officers_election, urna
from tests.compute.people import finger
from tests.election.officers import OFFICERS
from tests.pollbook.world import Drawn

from urna.crypto.kdf import Cost
from urna.crypto.sealing import SealingKey
from urna.crypto.signatures import SigningKey
from urna.election.certification import Certification, StationKeys
from urna.election.definition import Election
from urna.encoding.document import sign_document
from urna.log.note import NoteSigner
from urna.roll.case_key import seal_case_key
from urna.roll.deduplication import Person, Source
from urna.station.captures import CaptureSeal
from urna.storage.worklist import WorkList

CAPTURES, CASES = SealingKey(b"\x41" * 32), SealingKey(b"\x42" * 32)
STATIONS = ("S1", "S2", "S3")


def poll_book(election: Election, station: str) -> NoteSigner:
    """The poll book's signer of a station."""
    seed = bytes([90 + STATIONS.index(station)] * 32)
    return NoteSigner(election.key_name(station, "poll-book"), SigningKey(seed))


def keys_of(election: Election, station: str) -> StationKeys:
    """A station's certified keys."""
    number = STATIONS.index(station)
    booths = tuple(f"{10 * number + booth:064x}" for booth in range(election.stations[station].booths))
    book = poll_book(election, station).verifier.public_hex
    return StationKeys(station=station, poll_book=book, booths=booths, closing=f"{100 + number:064x}")


@pytest.fixture
def election(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Election:
    """A folder with a definition that has captures kept, certified keys, and both private keys."""
    monkeypatch.chdir(tmp_path)
    plain = officers_election().definition
    rules = msgspec.structs.replace(plain.rules, captures_key=CAPTURES.public_hex)
    held = Election(msgspec.structs.replace(plain, rules=rules))
    Path("definition.note").write_bytes(sign_document(held.definition, OFFICERS[:2]))
    stations = tuple(keys_of(held, station) for station in STATIONS)
    certified = Certification(election=held.identity, serial=1, issued_at="2020-11-01T00:00:00Z", stations=stations)
    Path("certification.note").write_bytes(sign_document(certified, OFFICERS[:2]))
    Path("words").write_text(WORDS)
    for file, byte in (("captures.key", b"\x41"), ("case.key", b"\x42")):
        data = seal_case_key("desk", byte * 32, WORDS, salt=byte * 16, nonce=byte * 12, cost=Cost.TOY)
        Path(file).write_bytes(data)
    return held


def write_captures(election: Election, station: str, people: dict[str, tuple[int, int]], file: str = "") -> None:
    """A station's file: each number with whose finger it was, and which impression."""
    seal = CaptureSeal(CAPTURES.public_hex, election.identity, station, Drawn(station))
    rows = [seal.finger(number, finger(who, 2, impression)) for number, (who, impression) in people.items()]
    rows += [seal.nothing() for _ in range(3)]
    document = sign_document(seal.gather(rows), [poll_book(election, station)])
    Path(file or f"{station}.captures").write_bytes(document)


def searched(*files: str) -> int:
    """The exit code of a search in these files."""
    opened = ("--captures-key", "captures.key", "--captures-passphrase-file", "words", "--case-key", CASES.public_hex)
    papers = ("--definition", "definition.note", "--certification", "certification.note")
    return urna("search-captures", *files, *opened, *papers, "--processes", "1", "--candidates", "4")


def test_one_finger_at_two_stations_is_a_case(election: Election, capsys: pytest.CaptureFixture[str]) -> None:
    """Two numbers, at different stations; all others are themselves. Nobody is named on the screen."""
    write_captures(election, "S1", {f"F1{at}": (at, 0) for at in range(6)})
    write_captures(election, "S2", {f"F2{at}": (10 + at, 0) for at in range(5)})
    write_captures(election, "S3", {"F30": (20, 0), "F31": (3, 1)})
    assert searched("S1.captures", "S2.captures", "S3.captures") == 0
    shown = capsys.readouterr().out
    assert "13 people" in shown
    assert "F13" not in shown
    work = WorkList(Path("cases"))
    ((_, case),) = work.cases(CASES)
    assert case.source is Source.CAPTURES
    assert (case.one, case.other) == (Person(number="F13", station="S1"), Person(number="F31", station="S3"))


def test_files_that_no_certified_station_signed_are_refused(election: Election) -> None:
    """A station twice, a stranger's signature, another captures key: nothing is searched."""
    write_captures(election, "S1", {"F11": (1, 0)})
    Path("again.captures").write_bytes(Path("S1.captures").read_bytes())
    assert searched("S1.captures", "again.captures") == 2
    data = Path("S1.captures").read_bytes()
    forged = data.replace(b'"station":"S1"', b'"station":"S2"')
    Path("forged.captures").write_bytes(forged)
    assert searched("forged.captures") == 2
    Path("cut.captures").write_bytes(data[:-5])
    assert searched("cut.captures") == 2
    other = seal_case_key("desk", b"\x55" * 32, WORDS, salt=b"\1" * 16, nonce=b"\1" * 12, cost=Cost.TOY)
    Path("captures.key").write_bytes(other)
    assert searched("S1.captures") == 2
    assert not Path("cases").exists()
