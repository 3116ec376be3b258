"""A practice station is made, and its people vote at it with what lies in its folder; it can never be a real one."""

import secrets
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest

from urna.biometrics.decision import decide
from urna.biometrics.synthetic import FAINT, SyntheticFinger
from urna.cli.demo.fingers import DrawnFinger, RememberingExtractor
from urna.cli.machines import open_booth_machine
from urna.cli.main import main
from urna.cli.poll_book_machine import open_poll_book_machine
from urna.cli.station_practice import STATION, Practice, make_practice
from urna.devices.extractor import LeaderExtractor
from urna.devices.finger_files import read_image
from urna.election.folder_photos import people_on
from urna.errors import OutOfOrder
from urna.station.cards import Role
from urna.station.day import DayEvent
from urna.station.photos import is_photo
from urna.station.pollbook import Step
from urna.station.telephone import answer_challenge, check_response, draw_challenge
from urna.storage.station_folder import StationFolder, open_package

NOW = datetime(2026, 11, 27, 9, 30, tzinfo=UTC)


class Made:
    """A practice station with a pool of fingers that differ in their second impression only in name."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        extractor = LeaderExtractor(threads=1)
        self.pool = tuple(_drawn(seed, extractor) for seed in range(5))
        self.practice: Practice = make_practice(folder, STATION, self.pool, 1, NOW)

    def card(self, role: Role) -> tuple[bytes, str]:
        """What lies in the folder for this role."""
        pin = (self.folder / "pins" / f"{role}.txt").read_text().strip()
        return (self.folder / "cards" / f"{role}.txt").read_bytes(), pin


def _drawn(seed: int, extractor: LeaderExtractor) -> DrawnFinger:
    finger = SyntheticFinger(900 + seed)
    image, faint = finger.impression(0), finger.press(2, FAINT)
    seen = extractor.extract(image)
    return DrawnFinger((seen.template.to_iso(),), (image,), (seen,), faint, seen)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    """One for all tests of this file: its fingers take seconds."""
    return Made(tmp_path_factory.mktemp("practice") / "station")


@pytest.mark.slow
def test_an_elector_of_a_practice_station_is_identified_with_a_finger_of_its_folder(made: Made) -> None:
    """Cards and PINs open it, `urna station finger` lays the finger down, and the poll book admits."""
    machine = open_poll_book_machine(made.folder, secrets.token_bytes)
    book = machine.unlock(machine.sign_ins.unlock(made.card(Role.PRESIDENT), made.card(Role.MEMBER), _moment()), decide)
    for event in (DayEvent.TEST_READINESS, DayEvent.PRINT_ZERO_REPORT):
        machine.prepare_day(event)
    book.advance(DayEvent.OPEN)
    elector = next(each for each in made.practice.electors if each.fingers)
    assert main(["station", "finger", str(made.folder), elector.number]) == 0
    (image,) = (made.folder / "reader").glob("*.png")
    extraction = RememberingExtractor(made.pool).extract(read_image(image))
    assert book.identify(elector.number, extraction).step is Step.ADMITTED
    machine.close()


@pytest.mark.slow
def test_a_practice_station_is_whole_and_says_what_it_is(made: Made, capsys: pytest.CaptureFixture[str]) -> None:
    """Its package is signed, its day is today, its booths open, and `check` says that it is for practice."""
    identity = open_package(StationFolder(made.folder))
    assert identity.is_practice
    assert identity.election.definition.opens_at == "2026-11-27T09:00:00Z"
    assert identity.election.rules.receipts
    open_booth_machine(made.folder, 2, secrets.token_bytes).zero(_moment())
    assert main(["station", "check", str(made.folder)]) == 0
    assert "for practice" in capsys.readouterr().out


@pytest.mark.slow
def test_a_practice_stations_president_has_a_finger(made: Made) -> None:
    """From the package, as on a real station, and not before two cards came; a stranger's finger is nobody's."""
    machine = open_poll_book_machine(made.folder, secrets.token_bytes)
    assert machine.president_fingers() == ()
    key = machine.sign_ins.unlock(made.card(Role.PRESIDENT), made.card(Role.MEMBER), _moment())
    machine.unlock(key, decide)
    (finger,) = machine.president_fingers()
    machine.close()
    assert finger.templates[0].to_iso() == made.pool[0].enrolled[0]
    assert all(made.pool[-1].enrolled != each.templates for one in made.practice.electors for each in one.fingers)


@pytest.mark.slow
def test_some_people_of_a_practice_station_have_no_finger_stored(made: Made) -> None:
    """The two with the highest numbers, so that every practice has somebody whom the president admits."""
    by_number = sorted(made.practice.electors, key=lambda each: each.number)
    assert not any(each.fingers for each in by_number[-2:])
    assert any(each.fingers for each in by_number[:-2])


@pytest.mark.slow
def test_a_days_rules_are_given(tmp_path: Path, made: Made) -> None:
    """Short limits for a day that is played; without them the example's."""
    rules = msgspec.structs.replace(made.practice.election.rules, time_limit_seconds=30, inactivity_seconds=30)
    short = make_practice(tmp_path / "station", STATION, made.pool, 1, NOW, rules)
    assert open_package(StationFolder(tmp_path / "station")).election.rules == rules
    assert made.practice.election.rules.time_limit_seconds == 360
    assert short.kit.package.centre == short.centre.public_hex


@pytest.mark.slow
def test_the_centre_answers_a_practice_station_by_telephone(made: Made) -> None:
    """With the key that was made with it, and that no repr shows."""
    election, station = made.practice.election.identity, made.practice.kit.station
    challenge = draw_challenge(secrets.token_bytes)
    response = answer_challenge(made.practice.centre, election, station, challenge)
    check_response(made.practice.kit.package.centre, election, station, challenge, response)
    assert "centre" not in repr(made.practice)


@pytest.mark.slow
def test_who_is_not_there_lays_no_finger(made: Made, capsys: pytest.CaptureFixture[str]) -> None:
    """Nobody of this number: said, and nothing is laid down."""
    assert main(["station", "finger", str(made.folder), "F00000000"]) == 2
    assert "people.csv" in capsys.readouterr().err
    for who in ("president", "stranger", "faint"):
        assert main(["station", "finger", str(made.folder), who]) == 0


@pytest.mark.slow
def test_a_practice_station_is_made_over_nothing(made: Made) -> None:
    """A folder with files is left alone."""
    with pytest.raises(OutOfOrder):
        make_practice(made.folder, STATION, made.pool, 1, NOW)


def _moment() -> str:
    return NOW.strftime("%Y-%m-%dT%H:%M:%SZ")


@pytest.mark.slow
def test_a_practice_station_shows_photos_of_the_examples_candidates(tmp_path: Path, made: Made) -> None:
    """Those who stand at the station, and a file of nobody makes no station."""
    people = people_on(made.practice.election.contests_of_station(STATION))
    here = sorted(set(people.values()))[0]
    photos = {here: b"photo", "MON-1-AURORA-1": b"of another circuit"}
    make_practice(tmp_path / "station", STATION, made.pool, 1, NOW, photos=photos)
    identity = open_package(StationFolder(tmp_path / "station"))
    assert [name for name in identity.files if is_photo(name)] == [f"photo-{here}.jpg"]
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos" / "NOBODY.jpg").write_bytes(b"")
    assert main(["station", "practice", str(tmp_path / "other"), "--photos", str(tmp_path / "photos")]) == 1
    assert not (tmp_path / "other").exists()
