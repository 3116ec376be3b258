"""`urna roll enrol`: from fingers on a reader to an elector on the roll, by the commands that operators type."""

from pathlib import Path

import pytest
import typer
from tests.cli.enrolment_desk import (
    ARCHIVE,
    DEFINITION,
    KEEPERS,
    OPERATOR_KEYS,
    POSITIONS,
    ROLL_PASSPHRASE,
    Desk,
    Person,
    drawn,
    make_desk,
    write_png,
)
from tests.election.officers import OFFICERS, election

from urna.biometrics.quality import GOOD_AT_ENROLMENT, LEAST_AT_ENROLMENT
from urna.biometrics.synthetic import SyntheticFinger
from urna.biometrics.template import Template
from urna.cli.main import main
from urna.cli.roll_enrol import read_left_out
from urna.cli.roll_key import open_roll_key
from urna.devices.extractor import LeaderExtractor
from urna.devices.finger_files import read_image
from urna.encoding.document import open_document
from urna.errors import Malformed
from urna.roll.elector import Elector
from urna.roll.enrolled import EnrolmentRecord, open_record
from urna.roll.enrolment_opening import ArchiveOpening
from urna.roll.enrolment_rules import RECAPTURE_BELOW, WARN_BELOW, Reason
from urna.storage.enrolment_archive import archived
from urna.storage.enrolment_files import read_record, read_setup
from urna.storage.roll_files import read_stored


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """A desk that is ready."""
    return make_desk(tmp_path, monkeypatch)


def lay_down(desk: Desk, *images: tuple[int, int, int], folder: str = "images") -> None:
    """Images that the reader will give in this order: finger, impression, quality."""
    for order, (seed, impression, quality) in enumerate(images):
        write_png(desk.folder / folder / f"{order:03}.png", drawn(seed, impression, quality))


def four_fingers(first: int = 1) -> list[tuple[int, int, int]]:
    """Three good impressions of each of four fingers."""
    return [(first + index, impression, 60) for index in range(4) for impression in range(3)]


def elector(desk: Desk, person: Person) -> Elector:
    """How the roll has a person now."""
    key = open_roll_key(desk.folder / "roll", election(), desk.folder / "roll-passphrase")
    members = read_stored(desk.folder / "roll", person.station, key).part.members
    return next(member.elector for member in members if member.elector.number == person.number)


def record(desk: Desk) -> EnrolmentRecord:
    """The one record that there is."""
    key = open_roll_key(desk.folder / "roll", election(), desk.folder / "roll-passphrase")
    (path,) = (desk.folder / "roll" / "enrolments").glob("*.note")
    return open_record(read_record(desk.folder / "roll", path.stem), read_setup(desk.folder / "roll", key))


def test_an_elector_is_enrolled_with_four_fingers(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    """Twelve templates that say which finger they are; the other electors are as before; nobody is shown."""
    person, other = desk.people[:2]
    before = elector(desk, other)
    lay_down(desk, *four_fingers())
    assert [desk.enrol(person.number), desk.check()] == [0, 0]
    fingers = elector(desk, person).fingers
    assert [(each.position, len(each.templates)) for each in fingers] == [(at, 3) for at in POSITIONS]
    for each in fingers:
        assert {Template.from_iso(template).finger for template in each.templates} == {each.position}
    assert elector(desk, other) == before
    shown = "".join(capsys.readouterr())
    assert not [text for text in (person.number, person.name) if text in shown]
    made = record(desk)
    assert [each.qualities for each in made.fingers] == [(60, 60, 60)] * 4
    assert made.left_out == ()


def test_poor_captures_are_taken_again_and_the_best_is_kept(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    """Two poor and a good one: the good one. Three poor ones: the best, recorded; and what helps is said."""
    rest = [image for image in four_fingers(2) if image[0] < 5]
    lay_down(desk, (1, 0, 5), (1, 1, 6), (1, 2, 40), (1, 3, 7), (1, 4, 9), (1, 5, 8), (1, 6, 60), *rest)
    assert desk.enrol(desk.people[0].number) == 0
    thumb = record(desk).fingers[0]
    assert (thumb.qualities, thumb.captures) == ((40, 9, 60), 7)
    assert "too dry" in capsys.readouterr().out


def test_another_finger_is_refused_and_asked_for_again(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    """A stranger's second impression; the right one follows. The record counts the refusal."""
    images = four_fingers()
    lay_down(desk, images[0], (77, 1, 60), *images[1:])
    assert desk.enrol(desk.people[0].number) == 0
    assert [each.refused for each in record(desk).fingers] == [1, 0, 0, 0]
    assert "not the finger that was captured before" in capsys.readouterr().out


def test_one_finger_for_two_is_refused(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    """The thumb laid down again for the index finger, three times: the index finger is left out."""
    thumb = four_fingers()[:3]
    lay_down(desk, *thumb, *[(1, impression, 60) for impression in (7, 8, 9)], *four_fingers(3)[:6])
    assert desk.enrol(desk.people[0].number) == 0
    assert [each.position for each in record(desk).fingers] == [1, 6, 7]
    assert [(each.position, each.reason) for each in record(desk).left_out] == [(2, Reason.UNREADABLE)]
    assert "enrolled already as another one" in capsys.readouterr().out


def test_a_finger_may_be_left_out_with_a_reason(desk: Desk) -> None:
    """Bandaged on the command line; a finger for which no image came; a person without fingers."""
    lay_down(desk, *[image for image in four_fingers() if image[0] in {1, 3}])
    assert desk.enrol(desk.people[0].number, "--leave-out", "2=bandaged") == 0
    reasons = [(each.position, each.reason) for each in record(desk).left_out]
    assert reasons == [(2, Reason.BANDAGED), (7, Reason.NOT_CAPTURED)]
    everything = [word for at in POSITIONS for word in ("--leave-out", f"{at}=missing")]
    assert [desk.enrol(desk.people[1].number, *everything), desk.check()] == [0, 0]
    assert elector(desk, desk.people[1]).fingers == ()
    assert len(archived(desk.folder / "archive")) == 1


def test_who_is_enrolled_is_left_alone_until_that_is_asked(desk: Desk) -> None:
    """The second command changes nothing; with --again the first images and record are replaced."""
    person = desk.people[0]
    lay_down(desk, *four_fingers())
    assert desk.enrol(person.number) == 0
    before, first = desk.files(), record(desk).enrolment
    assert desk.enrol(person.number) == 0
    assert desk.files() == before
    assert [desk.enrol(person.number, "--again"), desk.check()] == [0, 0]
    assert record(desk).enrolment != first
    assert archived(desk.folder / "archive") == [record(desk).enrolment]


def test_a_number_that_is_not_on_the_roll_is_refused(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    """Without repeating it."""
    lay_down(desk, *four_fingers())
    before = desk.files()
    assert desk.enrol("V99999999") == 2
    assert "V99999999" not in "".join(capsys.readouterr())
    assert desk.files() == before


@pytest.mark.parametrize("keys", [("ana", "ana"), ("ana", "carla"), ("ana",), ("ana", "berta", "carla")])
def test_two_operators_of_this_roll_are_needed(desk: Desk, keys: tuple[str, ...]) -> None:
    """One person twice, one who may not enrol, one alone, three: nothing is written."""
    lay_down(desk, *four_fingers())
    before = desk.files()
    words = [word for key in keys for word in ("--key", f"{key}.key", "--passphrase-file", "passphrase")]
    asked = ["enrol", "roll", desk.people[0].number, *DEFINITION, *ARCHIVE, *words, *ROLL_PASSPHRASE]
    assert desk.roll(*asked, "--reader", "images:images", "--yes") == 2
    assert desk.files() == before


def test_a_roll_without_an_archive_key_enrols_nobody(desk: Desk) -> None:
    """Images would have nowhere to go."""
    lay_down(desk, *four_fingers())
    (desk.folder / "roll" / "enrolment.box").unlink()
    operators = ("--operator", "ana.json", "--operator", "berta.json")
    assert desk.roll("enrol-setup", "roll", *DEFINITION, *ROLL_PASSPHRASE, *operators) == 0
    assert desk.enrol(desk.people[0].number) == 2


def test_a_person_is_registered_once(desk: Desk) -> None:
    """Ana with a second key, under the same name, is refused: she could sign as two."""
    text = (desk.folder / "carla.json").read_text()
    (desk.folder / "carla.json").write_text(text.replace('"name":"Carla"', '"name":"ANA"'))
    assert desk.roll("enrol-setup", "roll", *DEFINITION, *ROLL_PASSPHRASE, "--operator", "carla.json") == 2


def test_operators_make_keys_that_can_be_registered(desk: Desk) -> None:
    """The private file opens with the passphrase; the public one is accepted."""
    made = ["operator-keygen", "desk.example/dora", "--person", "Dora", "--out", "dora.key"]
    assert desk.roll(*made, "--passphrase-file", "passphrase") == 0
    assert desk.roll("enrol-setup", "roll", *DEFINITION, *ROLL_PASSPHRASE, "--operator", "dora.json") == 0
    (desk.folder / "dora.key").rename(desk.folder / "kept.key")
    assert desk.roll(*made, "--passphrase-file", "passphrase") == 2
    assert not (desk.folder / "dora.key").exists()  # no private half of a public one that is another's


def test_the_operators_answer_at_the_keyboard(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Capture, a reason by its number, more tries, the finger again, review with a finger taken again, two yeses."""
    images = [(1, 0, 60), *[(77, 1, 60)] * 3, (1, 1, 60), (1, 2, 60)]  # thumb; a stranger three times: more tries
    images += [(3, 0, 60), *[(78, 1, 60)] * 3]  # left thumb, a stranger three times: go on with one impression
    images += [(4, 0, 60), *[(79, 1, 60)] * 3, (5, 0, 60), (5, 1, 60), (5, 2, 60)]  # left index: from the first again
    images += [(6, 0, 60), (6, 1, 60), (6, 2, 60)]  # the left thumb again, at the review
    lay_down(desk, *images)
    answers = iter(["", "", "3", "", "+", "", "-", "", "6", "", ""])
    yeses = iter([True, False, True, True])
    monkeypatch.setattr(typer, "prompt", lambda *_args, **_kwargs: next(answers))
    monkeypatch.setattr(typer, "confirm", lambda *_args, **_kwargs: next(yeses))
    asked = ["enrol", "roll", *DEFINITION, *ARCHIVE, *OPERATOR_KEYS, *ROLL_PASSPHRASE, "--reader", "images:images"]
    answers = iter([desk.people[0].number, *answers])
    assert [desk.roll(*asked), desk.check()] == [0, 0]
    made = record(desk)
    assert {each.position: len(each.qualities) for each in made.fingers} == {1: 3, 6: 3, 7: 3}
    assert [(each.position, each.reason) for each in made.left_out] == [(2, Reason.BANDAGED)]
    assert list(yeses) == []


def test_the_operators_may_stop(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """0 before a capture: nothing was written."""
    lay_down(desk, *four_fingers())
    before = desk.files()
    answers = iter([desk.people[0].number, "0", "V99999999", ""])
    monkeypatch.setattr(typer, "prompt", lambda *_args, **_kwargs: next(answers))
    asked = ["enrol", "roll", *DEFINITION, *ARCHIVE, *OPERATOR_KEYS, *ROLL_PASSPHRASE, "--reader", "images:images"]
    assert desk.roll(*asked) == 0
    assert desk.files() == before


def test_a_changed_roll_record_or_archive_does_not_check(desk: Desk) -> None:
    """A record exchanged or gone, one too many, images changed; each is found."""
    for number, person in enumerate(desk.people[:2]):
        lay_down(desk, *four_fingers(1 + 4 * number), folder=f"images-{number}")
        assert desk.enrol(person.number, images=f"images-{number}") == 0
    assert desk.check() == 0
    one, other = sorted((desk.folder / "roll" / "enrolments").glob("*.note"))
    images = next((desk.folder / "archive").glob("*.images"))
    for path, bad in ((one, other.read_bytes()), (one, b""), (images, images.read_bytes()[:-1])):
        good = path.read_bytes()
        path.write_bytes(bad)
        assert desk.check() == 2
        path.write_bytes(good)
    one.rename(one.with_name("0" * 32 + ".note"))
    assert desk.check() == 2


def open_archive(desk: Desk, *words: str, officers: tuple[int, ...] = (0, 1), out: str = "opened") -> int:
    """The exit code of opening the archive."""
    keys = [word for n in officers for word in ("--key", f"officer-{n}.key", "--passphrase-file", "passphrase")]
    own = (*DEFINITION, "--archive-key", "archive.key", *KEEPERS, *keys, "--reason", "order 12/2026", "--out", out)
    return desk.roll("archive-open", "archive", *words, *own)


def test_two_officers_read_one_electors_images_back(desk: Desk) -> None:
    """Pixel for pixel, nobody else's; and what they did is on record, signed by both, without the elector."""
    for number, person in enumerate(desk.people[:2]):
        lay_down(desk, *four_fingers(1 + 4 * number), folder=f"images-{number}")
        assert desk.enrol(person.number, images=f"images-{number}") == 0
    person = desk.people[1]
    assert open_archive(desk, person.number) == 0
    names = sorted(path.name for path in (desk.folder / "opened").iterdir())
    assert names == [f"{at}_{number}.png" for at in POSITIONS for number in (1, 2, 3)]
    for index, position in enumerate(POSITIONS):
        for number in (1, 2, 3):
            assert read_image(desk.folder / "opened" / f"{position}_{number}.png") == drawn(5 + index, number - 1)
    (note,) = (desk.folder / "archive" / "openings").iterdir()
    opening = open_document(note.read_bytes(), ArchiveOpening, [each.verifier for each in OFFICERS], 2)
    assert (opening.images, opening.reason) == (12, "order 12/2026")
    assert person.number not in note.read_text()


def test_the_archive_is_opened_by_two_officers_and_two_keepers_only(desk: Desk) -> None:
    """One officer twice, an operator, a keeper's wrong words, an elector without images: no image, no record."""
    lay_down(desk, *four_fingers())
    person = desk.people[0]
    assert desk.enrol(person.number) == 0
    assert [open_archive(desk, person.number, officers=one) for one in ((0, 0), (0,))] == [2, 2]
    assert open_archive(desk, desk.people[1].number) == 2
    (desk.folder / "keeper-2").write_text("first keeper's words\n")
    assert open_archive(desk, person.number) == 2
    assert not (desk.folder / "opened").exists()
    assert not (desk.folder / "archive" / "openings").exists()


def test_two_numbers_of_one_session_and_a_commitment_after_it(desk: Desk) -> None:
    """The fingers are in the roll that the officers commit to, and cannot be exchanged afterwards."""
    lay_down(desk, *four_fingers(), *four_fingers(5))
    assert desk.enrol(desk.people[0].number, desk.people[1].number) == 0
    for number in range(2):
        key = ("--key", f"officer-{number}.key", "--passphrase-file", "passphrase", "--yes")
        assert desk.roll("commit", "roll", *DEFINITION, *key, *ROLL_PASSPHRASE) == 0
    assert desk.roll("check", "roll", *DEFINITION, *ROLL_PASSPHRASE) == 0
    lay_down(desk, *four_fingers(9), folder="later")
    assert desk.enrol(desk.people[0].number, "--again", images="later") == 0
    assert desk.roll("check", "roll", *DEFINITION, *ROLL_PASSPHRASE) == 2


def test_left_out_is_a_position_and_a_reason_of_the_list() -> None:
    """And nothing else."""
    assert read_left_out("2=bandaged") == (2, Reason.BANDAGED)
    for wrong in ("", "2", "2=", "11=missing", "x=missing", "2=tired"):
        with pytest.raises(Malformed):
            read_left_out(wrong)


def test_the_limits_are_those_of_image_quality() -> None:
    """One number in two places that may not import each other."""
    assert (RECAPTURE_BELOW, WARN_BELOW) == (LEAST_AT_ENROLMENT, GOOD_AT_ENROLMENT)
    assert main(["roll", "enrol", "--help"]) == 0


@pytest.mark.slow
def test_drawn_fingers_are_enrolled_by_the_real_extractor(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two fingers of three impressions through LEADER, NFIQ 2 and the matcher; the first finger again is refused."""
    monkeypatch.setattr("urna.cli.roll_enrol_session.make_extractor", lambda: LeaderExtractor(threads=1))
    thumb, index = SyntheticFinger(1), SyntheticFinger(2)
    images = [thumb.impression(number) for number in range(3)]
    images += [thumb.impression(3), *(index.impression(number) for number in range(3))]
    for order, image in enumerate(images):
        write_png(desk.folder / "images" / f"{order}.png", image)
    left_out = ("--leave-out", "6=missing", "--leave-out", "7=refused")
    assert [desk.enrol(desk.people[0].number, *left_out), desk.check()] == [0, 0]
    assert [(each.position, each.captures, each.refused) for each in record(desk).fingers] == [(1, 3, 0), (2, 4, 1)]
    fingers = elector(desk, desk.people[0]).fingers
    assert [len(each.templates) for each in fingers] == [3, 3]
