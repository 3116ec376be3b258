"""`urna sheet`: a photo of the paper is the document, verified without a network; what does not verify is named."""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import msgspec
import pytest
from tests.papers.every_paper import hand_count
from tests.papers.examples import STATION, Day, day, key

from urna.cli.main import main
from urna.cli.words import speak
from urna.devices.printer_codes import code_dots
from urna.election.certification import Certification, Revocation, StationKeys
from urna.encoding.document import sign_document
from urna.encoding.parts import Kind, split
from urna.log.note import NoteSigner

TODAY = day()
KEYS = StationKeys(
    station=STATION,
    poll_book=key("poll-book").public_hex,
    booths=(key("booth-1").public_hex, key("booth-2").public_hex),
    closing=key("closing").public_hex,
)


class Place(NamedTuple):
    """A folder like the public record's, and one for everything else."""

    record: Path
    desk: Path

    def read(self, *arguments: Path | str) -> int:
        """`urna sheet read` with the record's definition."""
        return main(["sheet", "read", *map(str, arguments), "--definition", str(self.record / "definition.note")])

    def print_again(self, document: bytes, *arguments: str) -> int:
        """`urna sheet print` of a document with the record's definition."""
        path = self.desk / "document.note"
        path.write_bytes(document)
        definition = str(self.record / "definition.note")
        return main(["sheet", "print", str(path), "--definition", definition, "--out", str(self.desk), *arguments])

    def photo(self, code: bytes, name: str) -> Path:
        """A picture of one QR code."""
        path = self.desk / name
        code_dots(code, 4).save(path)
        return path

    def photos(self, document: bytes, kind: Kind = Kind.TALLY_SHEET) -> list[Path]:
        """Pictures of the codes of a document."""
        return [self.photo(part, f"{number}.png") for number, part in enumerate(split(document, kind))]


def officers(of: Day = TODAY) -> list[NoteSigner]:
    """The officers of the example."""
    return [NoteSigner(each.key_name, key(each.name)) for each in of.election.definition.authority.officers]


@pytest.fixture(autouse=True)
def _in_english(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    yield
    speak("en")


@pytest.fixture
def place(tmp_path: Path) -> Place:
    """A record with its definition and one certification."""
    found = Place(tmp_path / "record", tmp_path / "desk")
    (found.record / "certifications").mkdir(parents=True)
    found.desk.mkdir()
    election = TODAY.election
    (found.record / "definition.note").write_bytes(sign_document(election.definition, officers()[:2]))
    certification = Certification(
        election=election.identity, serial=1, issued_at="2030-11-01T00:00:00Z", stations=(KEYS,)
    )
    (found.record / "certifications" / "0001.note").write_bytes(sign_document(certification, officers()[1:]))
    return found


def test_a_printed_sheet_is_read_verified_and_saved(place: Place, capsys: pytest.CaptureFixture[str]) -> None:
    """Printed as PNG, read from all its pages, shown with its numbers; the saved document is the signed one."""
    assert place.print_again(TODAY.sheet_document, "--format", "png", "--copies", "2") == 0
    pages = sorted(place.desk.glob("*copy-2-page-*.png"))
    capsys.readouterr()
    assert place.read(*pages, "--save", place.desk / "saved") == 0
    shown = capsys.readouterr().out
    assert "Signed by all booths and by the poll book" in shown
    for words in ("Identified, in all", "611", "María de los Ángeles", "Zero report of booth 2"):
        assert words in shown
    (saved,) = (place.desk / "saved").iterdir()
    assert saved.read_bytes() == TODAY.sheet_document


def test_sheet_and_zero_report_on_one_desk_are_sorted_out(place: Place, capsys: pytest.CaptureFixture[str]) -> None:
    """In whatever order the pictures come."""
    sheet = place.photos(TODAY.sheet_document)
    zero = place.photo(split(TODAY.zero_document, Kind.ZERO_REPORT)[0], "zero.png")
    assert place.read(sheet[1], zero, sheet[0]) == 0
    shown = capsys.readouterr().out
    assert "Zero report" in shown
    assert "Tally sheet" in shown


def test_without_a_definition_the_numbers_are_shown_and_said_to_be_unverified(
    place: Place, capsys: pytest.CaptureFixture[str]
) -> None:
    """Numbers alone prove nothing."""
    assert main(["sheet", "read", *map(str, place.photos(TODAY.sheet_document))]) == 0
    assert "NOT VERIFIED" in capsys.readouterr().out


def test_a_foreign_signature_is_refused(place: Place, capsys: pytest.CaptureFixture[str]) -> None:
    """A sheet with other numbers, signed with a key that nobody certified under the booths' names."""
    changed = msgspec.structs.replace(TODAY.sheet, closed_at="2030-12-01T22:30:00Z")
    forged = [NoteSigner(TODAY.election.key_name(STATION, f"booth-{n}"), key("forger")) for n in (1, 2)]
    document = sign_document(changed, forged)
    assert place.read(*place.photos(document)) == 1
    printed = capsys.readouterr()
    assert "signature" in printed.err
    assert "✓" not in printed.out
    assert place.print_again(document) == 1
    assert not list(place.desk.glob("*.pdf"))


def test_one_booth_cannot_sign_for_all(place: Place) -> None:
    """Each booth signs the sheet."""
    assert place.read(*place.photos(sign_document(TODAY.sheet, [TODAY.signer("booth-1")]))) == 1


def test_a_statement_of_somebody_else_is_refused(place: Place) -> None:
    """The poll book's own key signs people."""
    statement = sign_document(TODAY.statement, [NoteSigner(TODAY.signer("poll-book").verifier.name, key("booth-1"))])
    sheet = msgspec.structs.replace(TODAY.sheet, statement=statement.decode())
    assert place.read(*place.photos(sign_document(sheet, [TODAY.signer("booth-1"), TODAY.signer("booth-2")]))) == 1


def test_keys_that_are_revoked_or_were_never_certified_speak_for_nobody(place: Place) -> None:
    """A stolen station's sheet does not verify any more."""
    revocation = Revocation(
        election=TODAY.election.identity,
        serial=1,
        issued_at="2030-12-01T12:00:00Z",
        station=STATION,
        keys=KEYS,
        reason="stolen",
        note="On the road",
    )
    (place.record / "revocations").mkdir()
    (place.record / "revocations" / "0001.note").write_bytes(sign_document(revocation, officers()[:2]))
    photos = place.photos(TODAY.sheet_document)
    assert place.read(*photos) == 1
    (place.record / "revocations" / "0001.note").unlink()
    assert place.read(*photos) == 0
    (place.record / "certifications" / "0001.note").unlink()
    assert place.read(*photos) == 1


def test_a_sheet_of_another_election_is_refused(place: Place, capsys: pytest.CaptureFixture[str]) -> None:
    """A rehearsal's sheet never passes for the election's."""
    assert place.read(*place.photos(day("rehearsal").sheet_document)) == 1
    assert "election" in capsys.readouterr().err


def test_a_missing_code_is_named(place: Place, capsys: pytest.CaptureFixture[str]) -> None:
    """The sentence says which one to photograph, and nothing is written."""
    assert place.read(place.photos(TODAY.sheet_document)[0], "--save", place.desk / "saved") == 2
    assert "part 2 of 2 is missing" in capsys.readouterr().err
    assert not (place.desk / "saved").exists()


def test_a_code_whose_bytes_were_cut_off_is_named(place: Place, capsys: pytest.CaptureFixture[str]) -> None:
    """A truncated QR code."""
    first, second = split(TODAY.sheet_document, Kind.TALLY_SHEET)
    photos = [place.photo(first, "a.png"), place.photo(second[:-20], "b.png")]
    assert place.read(*photos) == 2
    assert "cut off" in capsys.readouterr().err


def test_other_codes_in_the_picture_are_passed_over(place: Place) -> None:
    """A poster on the wall is no sheet."""
    poster = place.photo(b"https://example.org/vote", "poster.png")
    assert place.read(*place.photos(TODAY.sheet_document), poster) == 0
    assert place.read(poster) == 2


def test_a_file_that_is_no_picture_or_not_there_is_refused(place: Place, capsys: pytest.CaptureFixture[str]) -> None:
    """With its name."""
    (place.desk / "letter.png").write_text("Dear Sir or Madam")
    assert place.read(place.desk / "letter.png") == 2
    assert "letter.png" in capsys.readouterr().err
    assert place.read(place.desk / "absent.png") == 2


@pytest.mark.parametrize("form", ["pdf", "png", "escpos"])
def test_a_zero_report_is_printed_in_every_format(place: Place, form: str) -> None:
    """The file's name says what it is."""
    assert place.print_again(TODAY.zero_document, "--format", form) == 0
    assert list(place.desk.glob(f"zero-report-{STATION}-1*.{form}"))


def test_papers_come_in_spanish(place: Place, capsys: pytest.CaptureFixture[str]) -> None:
    """`--lang es` before the verb; titles of contests too."""
    photos = map(str, place.photos(TODAY.sheet_document))
    definition = str(place.record / "definition.note")
    assert main(["--lang", "es", "sheet", "read", *photos, "--definition", definition]) == 0
    shown = capsys.readouterr().out
    assert "Firmas en el cuaderno" in shown
    assert "Diputados nominales, circuito 1 de Caracas" in shown


def test_a_hand_count_is_read_and_said_to_be_one(place: Place, capsys: pytest.CaptureFixture[str]) -> None:
    """With the definition its signature and its sums are checked; without it is a hand count, not verified."""
    document = sign_document(hand_count(), [TODAY.signer("poll-book")])
    photos = place.photos(document, Kind.HAND_COUNT)
    assert place.read(*photos) == 0
    assert "Signed by the poll book" in (shown := capsys.readouterr().out)
    assert "The paper ballots in the box decide." in shown
    assert main(["sheet", "read", *map(str, photos)]) == 0
    assert "HAND COUNT" in (shown := capsys.readouterr().out)
    assert "NOT VERIFIED" in shown
    assert place.print_again(document) == 0


@pytest.mark.parametrize(
    ("changes", "signer"), [({"signatures": 743}, "poll-book"), ({}, "booth-1")], ids=["sums", "another key"]
)
def test_a_hand_count_that_does_not_hold_is_not_shown(
    place: Place, capsys: pytest.CaptureFixture[str], changes: dict[str, int], signer: str
) -> None:
    """Sums that cannot be, or another key than the poll book's."""
    document = sign_document(hand_count(**changes), [TODAY.signer(signer)])
    assert place.read(*place.photos(document, Kind.HAND_COUNT)) == 1
    assert "HAND" not in capsys.readouterr().out
