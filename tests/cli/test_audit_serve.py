"""`urna audit serve`, `people`, `export`, `import`: an audit by its pages, a board at a centre, and the record."""

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import httpx2
import pytest
from tests.cli.audit_place import Place
from tests.cli.test_center import listening
from tests.tampering.builder import build

from urna.audit.board_acts import Entered
from urna.audit.board_box import Box, Stage
from urna.audit.box_count import BoxState
from urna.audit.report import Outcome
from urna.cli.audit_place import AuditPlace, open_place
from urna.cli.center_papers import read_papers
from urna.cli.center_server import now
from urna.record.audit_record import read_audit
from urna.storage.audit_out import OUT
from urna.storage.record import FolderReader
from urna.web.audit.typing_page import hand_lines, keys_of

PASSWORD = "cuatro palabras que nadie dice"  # noqa: S105 - of nobody
MAIN, FAR = "board.example/ana", "board.example/eva"
PEOPLE = {
    "maria": ("María Paz", "coordinator", ""),
    "rosa": ("Rosa Sol", "counter", "T1"),
    "luis": ("Luis Mar", "counter", "T1"),
    "jose": ("José Río", "counter", "T2"),
    "ines": ("Inés Luz", "counter", "T2"),
}


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Place:
    """A centre whose record has the rules of an audit and its seed."""
    folder = tmp_path_factory.mktemp("audit")
    found = Place(folder, build())
    found.hold_the_day()
    assert found.manifest() == 0
    assert found.commit("--method", "macro", "--limit", "1/5", "--contest", "NOM-1", "--size", "14") == 0
    found.load()
    assert found.roll() == 0
    found.load()
    (folder / "password.txt").write_text(PASSWORD)
    return found


def add(place: Place, folder: Path, name: str, *options: str) -> int:
    """`urna audit people add`."""
    full_name, role, board = PEOPLE[name]
    words = ["--role", role, "--full-name", full_name, *(["--board", board] if board else [])]
    given = ["--password-file", str(place.folder / "password.txt"), *options]
    return place.audit("people", "add", str(folder), name, *words, *given)


@contextmanager
def pages(place: Place, folder: Path, who: Sequence[str], *options: str) -> Iterator[str]:
    """The address of the pages while `urna audit serve` runs."""
    with listening(
        "--lang", "en", "audit", "serve", str(folder), "--port", "0", *place.signed(*who), *options
    ) as found:
        yield found.removesuffix("/audit")


class Browser:
    """Somebody signed in, who reads English."""

    def __init__(self, client: httpx2.Client, name: str) -> None:
        self.client = client
        client.cookies.set("urna-audit-language", "en")
        answer = self.client.post("/audit/sign-in", data={"person": name, "password": PASSWORD})
        assert answer.status_code == 303, answer.text

    def act(self, path: str, **fields: object) -> httpx2.Response:
        """A form with this session's token."""
        home = self.client.get("/audit/", follow_redirects=True).text
        found = re.search(r'name="form" value="([0-9a-f]{64})"', home)
        assert found is not None
        return self.client.post(f"/audit{path}", data={"form": found[1], **fields})

    def page(self, path: str) -> str:
        """What is read there."""
        return self.client.get(f"/audit{path}").text


@contextmanager
def signed_in(origin: str, name: str) -> Iterator[Browser]:
    """Somebody in a browser of their own."""
    with httpx2.Client(base_url=origin, timeout=60, headers={"Origin": origin}) as client:
        yield Browser(client, name)


def type_open(found: AuditPlace, people: tuple[str, str], board_code: str) -> int:
    """Both type the board's open boxes as the sheet says; how many."""
    with found.journal.reading() as board:
        mine = [each for each in board.work_of(board_code) if isinstance(each, Box)]
        boxes = [box for box in mine if box.stage is Stage.WAITING]
    for box in boxes:
        votes = found.case.sheet(box.station)
        numbers = {key: votes[key] for key in keys_of(box.form) if key[0]}
        what = Entered(
            station=box.station,
            sequence=box.sequence,
            attempt=box.attempt,
            state=BoxState.COUNTED,
            papers=max(sum(n for key, n in numbers.items() if key[0] == each.contest) for each in box.form.contests),
            lines=hand_lines(numbers),
            reason="",
        )
        for person in people:
            found.journal.do(person, what, now())
    return len(boxes)


def test_an_audit_by_its_pages_and_a_board_at_a_centre(place: Place, capsys: pytest.CaptureFixture[str]) -> None:
    """Accounts, boards, a draw, a stick there and back, the report, and the record takes every note."""
    main, far, stick = place.folder / "main", place.folder / "far", place.folder / "stick"
    where = ["--record", str(place.record), "--audit", "RLA-1"]
    assert add(place, main, "maria", *where, "--place", MAIN) == 0
    with pages(place, main, ("ana", "luis")) as origin, signed_in(origin, "maria") as maria:
        for board, key in (("T1", MAIN), ("T2", FAR)):
            maria.act("/boards", board=board, title=f"Table {board[1]}", place=key)
        for name in ("rosa", "luis"):
            assert add(place, main, name) == 0
        assert add(place, main, "jose") == 2  # of a board that types elsewhere
        maria.act("/draw")
        maria.act("/assign", board="T1", station=["A-01"])
        maria.act("/assign", board="T2", station=["A-02"])
        assert place.audit("export", str(main), str(stick), *place.signed("ana")) == 0

        # The board at the centre: its own folder and key, and the coordinator's acts from the stick.
        assert place.audit("serve", str(far), "--offline", *where, *place.signed("eva")) == 2
        assert place.audit("import", str(far), str(stick), *where, "--place", FAR) == 0
        for name in ("jose", "ines"):
            assert add(place, far, name) == 0
        with pages(place, far, ("eva",), "--offline") as there, signed_in(there, "jose") as jose:
            assert "A-02" in jose.page("/mine")
            assert type_open(open_place(far), ("jose", "ines"), "T2") == 1
            assert "Counted" in jose.page("/boxes/A-02")
        assert not (far / OUT).exists()
        assert place.audit("export", str(far), str(stick), *place.signed("eva")) == 0
        assert place.audit("import", str(main), str(stick)) == 0
        said = capsys.readouterr().out
        assert f"{FAR}: 4 new acts, 0 known ones" in said
        assert place.audit("import", str(main), str(stick)) == 0
        assert f"{FAR}: 0 new acts, 4 known ones" in capsys.readouterr().out

        assert type_open(open_place(main), ("rosa", "luis"), "T1") == 1
        maria.act("/close")
        assert "Confirmed" in maria.page("/reports/1")
        pdf = maria.client.get("/audit/reports/1/pdf")
        assert pdf.content.startswith(b"%PDF-")

    assert place.audit("people", "block", str(main), "rosa") == 0
    assert place.audit("people", "list", str(main)) == 0
    listed = capsys.readouterr().out
    assert "rosa  Rosa Sol  counter  T1  blocked" in listed
    assert f"jose  José Río  counter  T2  {FAR}" in listed

    # The record takes what the pages wrote.
    place.out = main / OUT
    assert len(read_papers([place.out])) > 0
    place.load()
    papers = read_audit(FolderReader(place.record), "RLA-1").papers
    assert [each.outcome for each in papers.reports] == [Outcome.CONFIRMED]
    assert {code: count.typed_by for code, count in papers.counts.items()} == {
        "A-01": ("Rosa Sol", "Luis Mar"),
        "A-02": ("José Río", "Inés Luz"),
    }
    # Another folder would begin the same audit again, and is told so.
    again = ["serve", str(place.folder / "again"), *where, *place.signed("ana")]
    assert place.audit(*again) == 2
    assert "made in this folder" in capsys.readouterr().err
    with pages(place, main, ("ana", "luis")) as origin, signed_in(origin, "maria") as maria:
        assert "Confirmed" in maria.page("/progress")


def test_a_folder_is_of_one_audit_and_one_place(place: Place, capsys: pytest.CaptureFixture[str]) -> None:
    """It has to be named once, by a key of the board; another one later is refused, and so is a weak password."""
    folder = place.folder / "one"
    assert add(place, folder, "maria") == 2
    assert "at the first command" in capsys.readouterr().err
    where = ["--record", str(place.record), "--audit", "RLA-1"]
    assert add(place, folder, "maria", *where, "--place", "board.example/nobody") == 2
    assert "a key of the audit board" in capsys.readouterr().err
    short = place.folder / "short.txt"
    short.write_text("elevenletter")
    words = ["people", "add", str(folder), "maria", "--role", "coordinator", "--full-name", "María Paz", *where]
    assert place.audit(*words, "--place", MAIN, "--password-file", str(short)) == 2
    assert "no guessing program" in capsys.readouterr().err
    short.write_text("seven brown llamas knit")
    assert place.audit(*words, "--place", MAIN, "--password-file", str(short)) == 0
    assert add(place, folder, "rosa", "--place", FAR) == 2
    assert "Take another folder" in capsys.readouterr().err
    assert place.audit("people", "password", str(folder), "nobody", "--password-file", str(short)) == 2
    assert place.audit("people", "password", str(folder), "maria", "--password-file", str(short)) == 0
    assert place.audit("export", str(folder), str(place.folder / "s"), *place.signed("eva")) == 2
    assert place.audit("import", str(folder), str(place.folder / "nothing")) == 2
