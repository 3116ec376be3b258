"""`urna station kit`: from the authority's signed papers to kits that load."""

import hashlib
import secrets
from pathlib import Path
from typing import NamedTuple

import msgspec
import pytest
from PIL import Image
from tests.pollbook.world import template
from tests.station.cards_of import officer_of
from tests.station.small import STATION, always_a_match, entropy_from, small_election

from urna.cli.machines import open_booth_machine
from urna.cli.main import main
from urna.cli.poll_book_machine import open_poll_book_machine
from urna.crypto.kdf import Cost
from urna.crypto.keyfile import seal_key
from urna.crypto.signatures import SigningKey
from urna.devices.photo_files import plain_photo
from urna.election.definition import Election
from urna.election.signing import open_certification
from urna.encoding.document import sign_document
from urna.guardian.rehearsal import hold_ceremony
from urna.roll.at_rest import RollKey, lock_roll_key
from urna.roll.commitment import commit_roll, salted_parts
from urna.roll.elector import Elector, Finger
from urna.roll.synthetic import synthesize_roll
from urna.storage.roll_files import write_roll

WORDS = "four words that fit"
CENTRE = SigningKey(bytes(32)).public_hex


class Office(NamedTuple):
    """The authority's papers in a folder."""

    folder: Path
    election: Election
    joint_keys: object

    def run(self, *more: str) -> int:
        """The command with all it needs; what comes later counts."""
        at = self.folder
        words = ["--passphrase-file", f"{at}/words", "--roll-passphrase-file", f"{at}/words"]
        papers = ["--key", f"{at}/officer.key", "--note", f"{at}/roll.note", "--guardians", f"{at}/guardians"]
        plain = ["--centre", CENTRE, "--serial", "1", "--out", f"{at}/kits", "--cost", "toy", "--codes", "2"]
        return main(["station", "kit", f"{at}/definition.note", f"{at}/roll", *papers, *words, *plain, *more])


@pytest.fixture
def office(tmp_path: Path) -> Office:
    """Definition, roll, commitments and ceremony of the small election, signed by its officer and guardians."""
    election = small_election(12, 2, has_guardians=True)
    officer, draw = officer_of(election), entropy_from("office")
    seed = hashlib.sha256(b"officer").digest()
    (tmp_path / "words").write_text(WORDS)
    key = seal_key(officer.name, seed, WORDS, salt=draw(16), nonce=draw(12), cost=Cost.TOY)
    (tmp_path / "officer.key").write_bytes(key)
    (tmp_path / "definition.note").write_bytes(sign_document(election.definition, [officer]))
    parts = salted_parts(_people(election), election, draw)
    (tmp_path / "roll.note").write_bytes(sign_document(commit_roll(parts, election), [officer]))
    secret = draw(32)
    locked = lock_roll_key(secret, election.identity, WORDS, salt=draw(16), nonce=draw(12), cost=Cost.TOY)
    write_roll(tmp_path / "roll", parts, RollKey(secret, election.identity), locked, draw)
    return Office(tmp_path, election, _ceremony(tmp_path / "guardians", election))


def _people(election: Election) -> list[Elector]:
    """Nobody has fingers but the first."""
    first, *others = synthesize_roll(election, 3)
    finger = Finger(position=2, templates=(template("president", 2).to_iso(),))
    return [msgspec.structs.replace(first, fingers=(finger,)), *others]


def _presidents(office: Office, *rows: str) -> tuple[str, str]:
    """The option with a table of these rows."""
    path = office.folder / "presidents.csv"
    path.write_text("\n".join(["station,number,votes_at", *rows, ""]))
    return "--presidents", str(path)


def _ceremony(folder: Path, election: Election) -> object:
    """Its papers, where `urna guardian join` would have put them."""
    keys = [SigningKey(hashlib.sha256(f"guardian-{number}".encode()).digest()) for number in (1, 2, 3)]
    held = hold_ceremony(election, keys, secrets.token_bytes)
    for kind, documents in (("commitments", held.commitments), ("coefficients", held.coefficients)):
        (folder / kind).mkdir(parents=True)
        for number, document in enumerate(documents, 1):
            (folder / kind / f"{number}.note").write_bytes(document)
    (folder / "joint-key.note").write_bytes(held.joint)
    return held.keys


def test_a_kit_is_made_certified_loaded_and_checked(office: Office, capsys: pytest.CaptureFixture[str]) -> None:
    """Each part lies in a folder for another hand; the booths encrypt to the ceremony's keys."""
    assert office.run() == 0
    kits, kit = office.folder / "kits", office.folder / "kits" / STATION
    assert sorted(path.name for path in kit.iterdir()) == ["cards", "codes", "package", "pins", "seeds.json"]
    assert len(list((kit / "pins").iterdir())) == 4
    assert len((kit / "codes" / "codes.txt").read_text().splitlines()) == 2
    assert (kit / "codes" / "codes.pdf").read_bytes().startswith(b"%PDF")
    assert {path.suffix for path in (kit / "cards").iterdir()} == {".urna-card", ".txt", ".pdf"}
    certified = open_certification((kits / "certification.note").read_bytes(), office.election)
    assert [each.station for each in certified.stations] == [STATION]
    station = office.folder / "station"
    assert main(["station", "load", str(kit), str(station)]) == 0
    assert main(["station", "check", str(station)]) == 0
    assert "is right" in capsys.readouterr().out
    assert open_booth_machine(station, 2, secrets.token_bytes).identity.keys == office.joint_keys


def test_what_does_not_fit_makes_no_kit(office: Office, capsys: pytest.CaptureFixture[str]) -> None:
    """A roll that was changed after its commitment, an unknown station, a centre's key that is none, no ceremony."""
    assert office.run("--station", "S-9") == 2
    assert "S-9" in capsys.readouterr().err
    assert office.run("--centre", "nobody") == 2
    (office.folder / "guardians" / "joint-key.note").write_bytes(b"")
    assert office.run() == 2
    assert not (office.folder / "kits").exists()


def test_another_roll_than_the_committed_one_makes_no_kit(office: Office) -> None:
    """The same people with other salts are another roll."""
    draw, election = entropy_from("other salts"), office.election
    parts = salted_parts(synthesize_roll(election, 3), election, draw)
    note = sign_document(commit_roll(parts, election), [officer_of(election)])
    (office.folder / "roll.note").write_bytes(note)
    assert office.run() == 2
    assert not (office.folder / "kits").exists()


def test_kits_are_made_over_nothing(office: Office) -> None:
    """Cards and seeds that were handed out are never replaced by accident."""
    assert office.run() == 0
    before = (office.folder / "kits" / STATION / "seeds.json").read_bytes()
    assert office.run() == 2
    assert (office.folder / "kits" / STATION / "seeds.json").read_bytes() == before


def test_the_presidents_fingers_come_out_of_the_package_with_two_cards(
    office: Office, capsys: pytest.CaptureFixture[str]
) -> None:
    """The table names an elector, the roll has the fingers, and before the cards nobody has them."""
    president, *_ = _people(office.election)
    assert office.run(*_presidents(office, f"{STATION},{president.number},")) == 0
    assert "two members authorize" not in capsys.readouterr().out
    kit, station = office.folder / "kits" / STATION, office.folder / "station"
    assert main(["station", "load", str(kit), str(station)]) == 0
    machine = open_poll_book_machine(station, secrets.token_bytes)
    assert machine.president_fingers() == ()
    cards = [
        ((kit / "cards" / f"{role}.txt").read_bytes(), (kit / "pins" / f"{role}.txt").read_text().strip())
        for role in ("president", "secretary")
    ]
    key = machine.sign_ins.unlock(cards[0], cards[1], office.election.definition.opens_at)
    machine.unlock(key, always_a_match)
    (finger,) = machine.president_fingers()
    assert (finger.position, finger.templates[0].to_iso()) == (2, president.fingers[0].templates[0])
    machine.close()


def test_a_station_whose_president_has_no_finger_in_the_roll_is_named(
    office: Office, capsys: pytest.CaptureFixture[str]
) -> None:
    """Two members authorize there."""
    _, second, *_ = _people(office.election)
    assert office.run(*_presidents(office, f"{STATION},{second.number},{STATION}")) == 0
    assert f"two members authorize there: {STATION}" in capsys.readouterr().out


@pytest.mark.parametrize(
    "row", ["{station},F99999999,", "S-9,{number},", "{station},{number},S-9", "{station},", "{station},,"]
)
def test_a_table_of_presidents_that_does_not_fit_makes_no_kit(
    office: Office, capsys: pytest.CaptureFixture[str], row: str
) -> None:
    """And no message shows a number."""
    number = _people(office.election)[0].number
    assert office.run(*_presidents(office, row.format(station=STATION, number=number))) == 2
    said = capsys.readouterr().err
    assert "presidents.csv:2" in said
    assert number not in said
    assert "F99999999" not in said
    assert not (office.folder / "kits").exists()


def test_photos_of_the_station_s_candidates_come_into_the_package(
    office: Office, capsys: pytest.CaptureFixture[str]
) -> None:
    """Made anew from the pixels; what the officers compare is said. A file that is none makes no kit."""
    folder = office.folder / "photos"
    folder.mkdir()
    Image.new("RGB", (200, 200), "red").save(folder / "MAYOR-2.png")
    (folder / "MAYOR-1.jpg").write_bytes(b"no picture")
    assert office.run("--photos", str(folder)) == 1
    assert "photos/MAYOR-1.jpg: The photo cannot be used" in capsys.readouterr().err
    assert not (office.folder / "kits").exists()
    (folder / "MAYOR-1.jpg").unlink()
    assert office.run("--photos", str(folder)) == 0
    assert "Photos (SHA-256), to compare by telephone:" in capsys.readouterr().out
    station = office.folder / "station"
    assert main(["station", "load", str(office.folder / "kits" / STATION), str(station)]) == 0
    photos = list((station / "package").glob("photo-*"))
    assert [path.name for path in photos] == ["photo-MAYOR-2.jpg"]
    assert photos[0].read_bytes() == plain_photo((folder / "MAYOR-2.png").read_bytes())
