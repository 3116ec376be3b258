"""`urna roll enrol-folder`: many electors from another system's images; all mistakes, or all electors."""

from pathlib import Path

import pytest
from tests.cli.enrolment_desk import POSITIONS, Desk, Person, SayingExtractor, drawn, make_desk, write_png
from tests.election.officers import election

from urna.biometrics.capture import Extraction
from urna.biometrics.image import FingerImage
from urna.cli.roll_key import open_roll_key
from urna.encoding.document import open_document
from urna.roll.enrolled import EnrolmentRecord
from urna.roll.enrolment_report import EnrolmentReport
from urna.roll.enrolment_rules import Reason
from urna.storage.enrolment_archive import archived
from urna.storage.enrolment_files import read_setup
from urna.storage.roll_files import read_stored


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """A desk that is ready."""
    return make_desk(tmp_path, monkeypatch)


def hand_in(desk: Desk, person: Person, first: int, impressions: int = 3, folder: str = "handed") -> Path:
    """A person's four fingers in a folder of their own."""
    place = desk.folder / folder / person.number
    for index, position in enumerate(POSITIONS):
        for number in range(1, impressions + 1):
            write_png(place / f"{position}_{number}.png", drawn(first + index, number))
    return place


def enrolled(desk: Desk) -> dict[str, list[int]]:
    """The positions of the fingers on the roll, of everybody who was enrolled."""
    key = open_roll_key(desk.folder / "roll", election(), desk.folder / "roll-passphrase")
    found = {}
    for station in election().stations:
        stored = read_stored(desk.folder / "roll", station, key)
        linked = {link.number for link in stored.enrolments}
        for member in stored.part.members:
            if member.elector.number in linked:
                found[member.elector.number] = [each.position for each in member.elector.fingers]
    return found


def report(desk: Desk, file: str = "enrolment-report.note") -> EnrolmentReport:
    """The report that both operators signed."""
    key = open_roll_key(desk.folder / "roll", election(), desk.folder / "roll-passphrase")
    setup = read_setup(desk.folder / "roll", key)
    return open_document((desk.folder / file).read_bytes(), EnrolmentReport, setup.verifiers, 2)


def test_a_folder_of_electors_is_enrolled(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    """At two stations, with records and images that check, and a report; nobody is shown."""
    people = [desk.people[0], desk.people[1], desk.people[-1]]
    for number, person in enumerate(people):
        hand_in(desk, person, 1 + 4 * number)
    assert [desk.enrol_folder(), desk.check()] == [0, 0]
    assert enrolled(desk) == {person.number: list(POSITIONS) for person in people}
    found = report(desk)
    assert (found.electors, found.fingers, found.impressions, found.left_aside) == (3, 12, 36, 0)
    shown = "".join(capsys.readouterr())
    assert not [person for person in people if person.number in shown or person.name in shown]


def test_one_mistake_and_nothing_is_written(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    """Each mistake with its file: a stranger's image, one finger for two, no image, an unknown elector."""
    places = [hand_in(desk, person, 1 + 4 * number) for number, person in enumerate(desk.people[:4])]
    write_png(places[0] / "1_2.png", drawn(77, 2))
    for number in (1, 2, 3):
        write_png(places[1] / f"2_{number}.png", drawn(5, number + 10))
    (places[2] / "6_1.png").write_bytes(b"no image")
    stranger = Person("V99999999", "Nobody", "")
    hand_in(desk, stranger, 40)
    before = desk.files()
    assert desk.enrol_folder() == 1
    assert desk.files() == before
    assert not (desk.folder / "enrolment-report.note").exists()
    said = capsys.readouterr().err
    order = sorted([*(place.name for place in places), stranger.number])
    for name, file in ((places[0].name, "1_2.png"), (places[1].name, "2_1.png"), (places[2].name, "6_1.png")):
        assert f"handed/[{order.index(name) + 1}]/{file}" in said
    assert f"handed/[{order.index(stranger.number) + 1}]/1_1.png" in said
    assert "6 mistakes" in said
    assert not [each for each in order if each in said]


def test_electors_with_mistakes_may_be_left_aside(desk: Desk) -> None:
    """The others are enrolled, and the report counts who was not."""
    good, bad = (hand_in(desk, person, 1 + 4 * number) for number, person in enumerate(desk.people[:2]))
    (bad / "notes.txt").write_text("x")
    assert [desk.enrol_folder("--skip-bad"), desk.check()] == [0, 0]
    assert list(enrolled(desk)) == [good.name]
    assert (report(desk).electors, report(desk).left_aside) == (1, 1)


def test_poor_and_missing_images_are_failures_to_enrol_with_reasons(desk: Desk) -> None:
    """By a manifest: a poor impression is kept, an unreadable finger and one without image are left out."""
    person = desk.people[0]
    rows = ["number,position,impression,file,left_out"]
    for number, quality in ((1, 60), (2, 5), (3, 20)):
        write_png(desk.folder / "handed" / f"{number}.png", drawn(1, number, quality))
        rows.append(f"{person.number},1,{number},{number}.png,")
    write_png(desk.folder / "handed" / "void.png", drawn(0, 1))
    rows += [f"{person.number},2,1,void.png,", f"{person.number},6,,,missing"]
    (desk.folder / "handed" / "manifest.csv").write_text("\n".join(rows) + "\n")
    assert [desk.enrol_folder(), desk.check()] == [0, 0]
    assert enrolled(desk) == {person.number: [1]}
    found = report(desk)
    assert (found.impressions, found.impressions_below_recapture, found.impressions_below_warning) == (3, 1, 2)
    wanted = {Reason.UNREADABLE: 1, Reason.MISSING: 1, Reason.NOT_CAPTURED: 1}
    assert found.left_out == {reason: wanted.get(reason, 0) for reason in Reason}


def test_a_second_run_takes_up_where_the_first_ended(desk: Desk) -> None:
    """Who is enrolled stays as they are; the report of the second run counts the others."""
    hand_in(desk, desk.people[0], 1)
    assert desk.enrol_folder() == 0
    before = desk.files()
    hand_in(desk, desk.people[1], 5)
    assert desk.enrol_folder() == 2
    assert desk.files() == before
    assert [desk.enrol_folder("--report", "second.note"), desk.check()] == [0, 0]
    assert (report(desk, "second.note").electors, len(enrolled(desk)), len(archived(desk.folder / "archive"))) == (
        1,
        2,
        2,
    )


def test_a_copy_is_no_second_impression(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    """The same bytes under two names are a mistake."""
    place = hand_in(desk, desk.people[0], 1)
    (place / "7_3.png").write_bytes((place / "7_1.png").read_bytes())
    assert desk.enrol_folder() == 1
    assert "handed/[1]/7_3.png" in capsys.readouterr().err
    assert enrolled(desk) == {}


class ChangingExtractor(SayingExtractor):
    """Looks at an image and exchanges a file behind the command's back."""

    victim: Path

    def extract(self, image: FingerImage) -> Extraction:
        """As its parent, and then the harm."""
        write_png(self.victim, drawn(200, 9))
        return super().extract(image)


def test_an_image_exchanged_after_it_was_looked_at_is_refused(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Or the archive would hold another finger than the roll; nobody of the station is enrolled, nothing is left."""
    person = desk.people[0]
    ChangingExtractor.victim = hand_in(desk, person, 1) / "1_1.png"
    monkeypatch.setattr("urna.cli.roll_enrol_folder.make_extractor", ChangingExtractor)
    assert desk.enrol_folder() == 2
    assert enrolled(desk) == {}
    monkeypatch.setattr("urna.cli.roll_enrol_folder.make_extractor", SayingExtractor)
    for path in ChangingExtractor.victim.parent.iterdir():
        path.unlink()
    hand_in(desk, person, 1)
    assert [desk.enrol_folder(), desk.check()] == [0, 0]
    assert enrolled(desk) == {person.number: list(POSITIONS)}


def test_processes_give_what_one_process_gives(desk: Desk) -> None:
    """The same fingers, qualities and left-out ones, whatever the number of processes."""
    people = desk.people[:5]
    for number, person in enumerate(people):
        hand_in(desk, person, 1 + 4 * number, impressions=1)
    assert desk.enrol_folder("--processes", "2") == 0
    assert enrolled(desk) == {person.number: list(POSITIONS) for person in people}
    notes = (desk.folder / "roll" / "enrolments").glob("*.note")
    key = open_roll_key(desk.folder / "roll", election(), desk.folder / "roll-passphrase")
    setup = read_setup(desk.folder / "roll", key)
    records = [open_document(path.read_bytes(), EnrolmentRecord, setup.verifiers, 2) for path in notes]
    assert [[finger.qualities for finger in each.fingers] for each in records] == [[(60,)] * 4] * 5
