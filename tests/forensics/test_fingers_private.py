"""Nothing that a demo day leaves behind holds a finger or a person in the clear.

The search is proved first: a template, an image, a name and a number are planted in every form that it claims to
find. Then everything that a demo wrote is searched: record, pages, papers, machines' media, databases and their
journals, output, temporary files. Only `fingers/` may show fingers: drawn ones, published for looking. Everything
else about a person is in sealed boxes.
"""

import base64
import gzip
import hashlib
import io
import json
import sqlite3
import zipfile
import zlib
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing
from functools import cache
from multiprocessing import get_context
from pathlib import Path

import msgspec
import numpy as np
import pytest
from PIL import Image
from tests.cli.demo_once import SEED, demo_folder
from tests.forensics.personal_data import Search, image_needles, person_needles, template_needles

from urna.biometrics.cylinders import encode
from urna.biometrics.image import FingerImage
from urna.biometrics.synthetic import SyntheticFinger
from urna.biometrics.synthetic_templates import synthetic_template
from urna.biometrics.template import Template
from urna.cli.demo.fingers import draw_fingers
from urna.devices.extractor import LeaderExtractor
from urna.devices.finger_files import read_folder
from urna.devices.printer_typst import paper_pdf
from urna.election.definition import Definition, Election
from urna.encoding.canonical import encode as canonical
from urna.encoding.document import read_document
from urna.papers.paper import Line, Paper
from urna.roll.synthetic import synthesize_roll

NAME, NUMBER = "Colibrí Tucán Doñasol Cumbrefría", "F00287757"
NOISE = np.random.default_rng(8).integers(0, 256, 300_000, np.uint8).tobytes()


@cache
def image() -> FingerImage:
    """A finger that nobody has."""
    return SyntheticFinger(8).impression(0)


@cache
def template() -> Template:
    """A template of nobody."""
    return synthetic_template(8, 1, 0)


@cache
def record() -> bytes:
    """The same as an ISO record."""
    return template().to_iso()


@cache
def small_search() -> Search:
    """For these, and for a person who does not exist."""
    return Search([*person_needles([NAME], [NUMBER]), *template_needles([record()]), *image_needles([image()])])


def _png() -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(image().pixels).save(buffer, "PNG", optimize=True)
    return buffer.getvalue()


def _pdf() -> bytes:
    return paper_pdf(
        Paper(name="example", title="Example", form="report", language="es", blocks=(Line(text=f"De {NAME}"),))
    )


def _archive() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a/b", record())
    return buffer.getvalue()


def _database(folder: Path, value: object) -> None:
    with closing(sqlite3.connect(folder / "some.db")) as database:
        database.execute("CREATE TABLE t (a, b)")
        database.execute("INSERT INTO t VALUES (?, ?)", (bytes(9000), value))
        database.commit()


def planted() -> dict[str, tuple[str, bytes]]:
    """What is planted: its kind, and the file that holds it."""
    return {
        "a record": ("template", record()),
        "a record in noise": ("template", NOISE + record() + NOISE),
        "a record in hex": ("template", b"log: " + record().hex().encode()),
        "a record in base64": ("template", json.dumps({"a": base64.b64encode(b"?" + record()).decode()}).encode()),
        "a record in base64 for addresses": ("template", base64.urlsafe_b64encode(b"??" + record())),
        "the head of an unknown record": ("template", synthetic_template(9, 2, 0).to_iso()[:12]),
        "a record as JSON text": ("template", json.dumps(record().decode("latin-1")).encode()),
        "a template as a document": ("template", canonical(template())),
        "minutiae without their head": ("template", NOISE[:777] + record()[40:100] + NOISE[:99]),
        "minutiae in another order": (
            "template",
            msgspec.structs.replace(template(), minutiae=tuple(sorted(template().minutiae))).to_iso()[28:],
        ),
        "cylinders": ("template", encode(template()).bits.tobytes()),
        "a record compressed": ("template", NOISE[:3000] + zlib.compress(record())),
        "a record in a gzip": ("template", gzip.compress(NOISE[:50] + record())),
        "a record in an archive": ("template", _archive()),
        "an image as pixels": ("image", NOISE + image().pixels.tobytes()),
        "an inverted image as pixels": ("image", (255 - image().pixels).tobytes()),
        "an image as a picture": ("image", _png()),
        "a picture in a page": ("image", b'<img src="data:image/png;base64,' + base64.b64encode(_png()) + b'">'),
        "pixels as digits": ("image", image().pixels.tobytes().hex().encode()),
        "a name in a log": ("name", f"admitted {NAME}\n".encode()),
        "a name in capitals": ("name", NAME.upper().encode()),
        "a name for a printer": ("name", b"\x1b@" + NAME.encode("cp858")),
        "a name as a program holds it": ("name", NAME.encode("utf-16-le")),
        "a name in JSON": ("name", json.dumps([NAME]).encode()),
        "a name on a paper": ("name", _pdf()),
        "a number": ("number", b"," + NUMBER.encode() + b","),
        "a number hashed": ("number", hashlib.sha256(NUMBER.encode()).hexdigest().encode()),
    }


def test_what_is_planted_is_found(tmp_path: Path) -> None:
    """Each form alone in a file of an innocent name, and nothing else is found."""
    (tmp_path / "below").mkdir()
    (tmp_path / "noise").write_bytes(NOISE)
    for what, (kind, data) in planted().items():
        (tmp_path / "below" / "innocent").write_bytes(data)
        found = small_search().folder(tmp_path)
        assert kind in {finding.kind for finding in found}, what
        assert {finding.place.split(" ")[0] for finding in found} == {"below/innocent"}, what


def test_a_database_is_searched_row_by_row_and_in_its_journal(tmp_path: Path) -> None:
    """A record that lies over two pages, and a name that is still in the journal."""
    (tmp_path / "over-pages").mkdir()
    long = bytes(4000) + record()
    _database(tmp_path / "over-pages", long)
    database = sqlite3.connect(tmp_path / "journal.db")
    database.execute("PRAGMA journal_mode=WAL")
    database.execute("CREATE TABLE t (a)")
    database.execute("INSERT INTO t VALUES (?)", (NAME,))
    database.commit()
    found = small_search().folder(tmp_path)
    database.close()
    assert "template" in {finding.kind for finding in found if finding.place == "over-pages/some.db > row"}
    assert "name" in {finding.kind for finding in found if finding.place == "journal.db-wal"}
    assert "name" in {finding.kind for finding in found if finding.place == "journal.db > row"}


def test_a_file_named_after_a_person_is_found(tmp_path: Path) -> None:
    """As some makers' programs do."""
    (tmp_path / f"{NUMBER}.bmp").write_bytes(b"")
    assert {finding.kind for finding in small_search().folder(tmp_path)} == {"number"}


def test_nothing_is_found_where_there_is_nothing(tmp_path: Path) -> None:
    """Noise, other people's names, and a sealed box; and no finding shows what it found."""
    (tmp_path / "noise").write_bytes(NOISE * 3)
    (tmp_path / "others").write_text("Loro Zorzal Sinsol Selvamar F00287758", "utf-8")
    assert small_search().folder(tmp_path) == []
    (tmp_path / "others").write_text(NAME, "utf-8")
    assert not any(NAME in str(finding) or NUMBER in str(finding) for finding in small_search().folder(tmp_path))


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo that all tests share."""
    return demo_folder(tmp_path_factory)


@pytest.fixture(scope="module")
def search(demo: Path) -> Search:
    """For every elector of the demo, all its published images, and the templates of two of its fingers.

    The fingers are drawn again by the demo's own function, so they are the enrolled and the captured ones. Any other
    template would still be found by the head of its record.
    """
    election = Election(read_document((demo / "record" / "definition.note").read_bytes(), Definition))
    electors = synthesize_roll(election, SEED)
    public = {candidate.name for candidate in election.definition.candidates}
    with ProcessPoolExecutor(2, get_context("spawn")) as workers:
        drawn = draw_fingers(SEED, 2, workers)
    images = read_folder(demo / "fingers")
    assert set(images) >= {image for finger in drawn for image in finger.captures}, "other fingers than the demo's"
    captured = [each.template.to_iso() for finger in drawn for each in (*finger.extractions, finger.faint_extraction)]
    enrolled = [template for finger in drawn for template in finger.enrolled]
    return Search(
        [
            *person_needles(
                [elector.name for elector in electors if elector.name not in public],
                [elector.number for elector in electors],
            ),
            *template_needles([*captured, *enrolled]),
            *image_needles(images),
        ]
    )


@pytest.mark.slow
def test_no_finger_and_no_person_is_in_anything_that_a_demo_left(demo: Path, search: Search) -> None:
    """Record, pages, papers, media, databases, output, and the folders for temporary files."""
    assert search.folder(demo.parent, leave_out=("demo/fingers",)) == []


@pytest.mark.slow
def test_the_search_finds_a_demos_fingers_where_they_are_shown_and_where_they_are_planted(
    demo: Path, search: Search, tmp_path: Path
) -> None:
    """In the drawings, which are published; and an enrolled template planted in a copy of a machine's medium."""
    shown = search.folder(demo / "fingers")
    assert {finding.kind for finding in shown} == {"image"}
    found = {finding.place.partition(" > ")[0] for finding in shown}  # some in two ways
    assert found == {path.name for path in (demo / "fingers").iterdir()}
    medium = next((demo / "stations").glob("*/poll-book/poll-book.db")).read_bytes()
    extraction = LeaderExtractor(threads=1).extract(read_folder(demo / "fingers")[0])
    half = len(medium) // 2
    (tmp_path / "medium").write_bytes(medium[:half] + extraction.template.to_iso()[40:80] + medium[half:])
    assert {finding.kind for finding in search.folder(tmp_path)} == {"template"}
