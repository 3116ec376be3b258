"""An audit of single slips by its pages and a board at a centre: from the draw to what the record takes."""

from collections.abc import Sequence
from pathlib import Path

import pytest
from tests.audit.slips import Pile, piles_of
from tests.cli.audit_place import STATIONS, Place
from tests.cli.test_audit_serve import FAR, MAIN, PASSWORD, add, pages, signed_in
from tests.tampering.builder import build

from urna.audit.board_acts import SlipsEntered
from urna.audit.board_pull import Pull
from urna.audit.box_count import BoxState
from urna.audit.report import Outcome
from urna.cli.audit_place import AuditPlace, open_place
from urna.cli.center_server import now
from urna.record.audit_record import read_audit
from urna.storage.audit_out import OUT
from urna.storage.record import FolderReader
from urna.web.audit.slip_form import TypedSlip


@pytest.fixture
def place(tmp_path: Path) -> Place:
    """A centre whose record has the rules of an audit of slips and its seed."""
    found = Place(tmp_path, build())
    found.hold_the_day()
    lines = [f"{station},{len(pile)}" for station, pile in _piles(found).items()]
    (tmp_path / "signatures.csv").write_text("\n".join(["station,signatures", *lines]) + "\n")
    assert found.manifest("--signatures", str(tmp_path / "signatures.csv")) == 0
    rules = ("--method", "polling", "--limit", "1/5", "--contest", "NOM-1", "--size", "80")
    assert found.commit(*rules) == 0
    found.load()
    assert found.roll() == 0
    found.load()
    (tmp_path / "password.txt").write_text(PASSWORD)
    return found


def _piles(place: Place) -> dict[str, Pile]:
    sheets = {station: place.world.sheet(station, 1 if station == "A-02" else 0) for station in STATIONS}
    return piles_of(sheets, place.world.election)


def type_pulls(place: Place, found: AuditPlace, people: Sequence[str], board_code: str) -> int:
    """Both type the slips of the board's boxes as they lie in the piles; how many boxes."""
    piles = _piles(place)
    with found.journal.reading() as board:
        pulls = [each for each in board.work_of(board_code) if isinstance(each, Pull)]
    for pull in pulls:
        slips = [
            TypedSlip(slip.draws, True, {code: tuple(marks) for code, marks in _marks(piles, pull, slip.position)})
            for slip in pull.slips
        ]
        what = SlipsEntered(
            station=pull.station,
            round=pull.round,
            attempt=pull.attempt,
            state=BoxState.COUNTED,
            is_overfull=False,
            contests=found.case.slip_sums(pull, slips),
            reason="",
        )
        for person in people:
            found.journal.do(person, what, now())
    return len(pulls)


def _marks(piles: dict[str, Pile], pull: Pull, position: int) -> list[tuple[str, frozenset[str]]]:
    slip = piles[pull.station][position - 1]
    return [(each.code, slip.get(each.code, frozenset())) for each in pull.form.contests]


@pytest.mark.slow
def test_slips_by_the_pages_and_a_board_at_a_centre(place: Place, capsys: pytest.CaptureFixture[str]) -> None:
    """A draw, a stick there and back, sums and report; the record takes them, and no other folder begins anew."""
    main, far, stick = place.folder / "main", place.folder / "far", place.folder / "stick"
    where = ["--record", str(place.record), "--audit", "RLA-1"]
    assert add(place, main, "maria", *where, "--place", MAIN) == 0
    with pages(place, main, ("ana", "luis")) as origin, signed_in(origin, "maria") as maria:
        for board, key in (("T1", MAIN), ("T2", FAR)):
            maria.act("/boards", board=board, title=f"Table {board[1]}", place=key)
        for name in ("rosa", "luis"):
            assert add(place, main, name) == 0
        maria.act("/draw")
        maria.act("/assign", board="T1", station=["A-01", "B-01"])
        maria.act("/assign", board="T2", station=["A-02", "B-02"])
        assert place.audit("export", str(main), str(stick), *place.signed("ana")) == 0
        assert place.audit("import", str(far), str(stick), *where, "--place", FAR) == 0
        for name in ("jose", "ines"):
            assert add(place, far, name) == 0
        assert type_pulls(place, open_place(far), ("jose", "ines"), "T2") == 2
        assert place.audit("export", str(far), str(stick), *place.signed("eva")) == 0
        assert place.audit("import", str(main), str(stick)) == 0
        assert type_pulls(place, open_place(main), ("rosa", "luis"), "T1") == 2
        maria.act("/close")
        assert "Confirmed" in maria.page("/reports/1")
        assert maria.client.get("/audit/reports/1/pdf").content.startswith(b"%PDF-")
    assert not (far / OUT).exists()
    assert {each.name for each in (main / OUT).iterdir()} == {"round-1.note", "reading-1.note", "report-1.note"}

    place.out = main / OUT
    place.load()
    papers = read_audit(FolderReader(place.record), "RLA-1").papers
    assert [each.outcome for each in papers.reports] == [Outcome.CONFIRMED]
    assert [each.typed_by for each in papers.readings] == [("Inés Luz", "José Río", "Luis Mar", "Rosa Sol")]
    again = ["serve", str(place.folder / "again"), *where, *place.signed("ana")]
    assert place.audit(*again) == 2
    assert "sums of slips were all made in this folder" in capsys.readouterr().err
