"""The other papers of a station: what stands on each, and what never does."""

import io
import re
import subprocess
import sys
from collections.abc import Iterable

import msgspec
import pytest
from PIL import Image
from tests.devices.escpos_paper import print_out
from tests.papers.every_paper import CARD, CODES, DAY, FOUND, NOT_READY, REHEARSAL, electors, hand_count, papers
from tests.papers.examples import STATION

from urna.devices.camera import codes_on
from urna.devices.printer_codes import code_modules
from urna.devices.printer_escpos import paper_escpos
from urna.devices.printer_typst import paper_pictures
from urna.encoding.canonical import encode
from urna.encoding.parts import Kind, read_part
from urna.errors import Malformed, OutOfOrder, Unproven
from urna.papers.audit_worksheet import audit_worksheet
from urna.papers.code_sheet import code_sheet
from urna.papers.hand_count_sheet import hand_count_sheet
from urna.papers.incident_sheet import IncidentKind, incident_sheet
from urna.papers.paper import (
    Block,
    Check,
    Checks,
    Codes,
    Entry,
    Fields,
    Line,
    Paper,
    Register,
    Row,
    Strokes,
    Table,
    Writing,
)
from urna.papers.poll_book_list import PollBookRow, poll_book_list
from urna.papers.readiness_report import Readiness, readiness_report
from urna.papers.reprint import reprint
from urna.papers.role_card import MOST_LETTERS, role_card
from urna.tally.hand_count import HandContest

ELECTION = DAY.election
ENGLISH = papers("en")
SPANISH = papers("es")


def of_kind(paper: Paper, kind: type[Block]) -> Iterable[Block]:
    """All blocks of a kind."""
    return [block for block in paper.blocks if isinstance(block, kind)]


def rows(paper: Paper) -> dict[str, tuple[int | None, ...]]:
    """All rows of all tables."""
    return {row.label: row.values for block in paper.blocks if isinstance(block, Table) for row in block.rows}


def register(paper: Paper) -> Register:
    """The one list of a paper."""
    (found,) = [block for block in paper.blocks if isinstance(block, Register)]
    return found


def checks(paper: Paper) -> list[Check]:
    """All boxes to tick."""
    return [check for block in paper.blocks if isinstance(block, Checks) for check in block.checks]


def lines(paper: Paper) -> list[str]:
    """All paragraphs."""
    return [block.text for block in paper.blocks if isinstance(block, Line)]


@pytest.mark.parametrize("name", list(ENGLISH))
def test_every_paper_is_in_both_languages_and_of_one_shape(name: str) -> None:
    """Block by block; only words differ."""
    assert [type(block) for block in ENGLISH[name].blocks] == [type(block) for block in SPANISH[name].blocks]
    assert encode(ENGLISH[name]) != encode(SPANISH[name])


@pytest.mark.parametrize("name", list(ENGLISH))
def test_the_same_contents_are_the_same_paper(name: str) -> None:
    """On a roll too, byte for byte."""
    assert paper_escpos(papers("en")[name]) == paper_escpos(ENGLISH[name])


@pytest.mark.parametrize("name", list(ENGLISH))
def test_every_paper_of_a_rehearsal_says_so(name: str) -> None:
    """None can be taken for an election's."""
    assert papers("en", of=REHEARSAL)[name].banner == "REHEARSAL - NOT AN ELECTION"
    assert ENGLISH[name].banner == ""


def test_nobody_who_may_vote_is_named_but_in_the_poll_book() -> None:
    """Numbers of the example's electors, on any other paper."""
    numbers = [row.number for row in electors()]
    named = {name for name, paper in ENGLISH.items() if any(number in encode(paper).decode() for number in numbers)}
    assert named == {"poll-book-to-sign", "poll-book-marked"}


def test_a_time_of_day_is_on_reports_of_poll_workers_acts_alone() -> None:
    """Opening, closing, the test of a machine, a seed rolled in public."""
    timed = {name for name, paper in ENGLISH.items() if re.search(r"\d\d:\d\d UTC", encode(paper).decode())}
    assert timed == {
        "zero-report",
        "tally-sheet",
        "tally-sheet-reprint",
        "hand-count",
        "readiness",
        "readiness-failed",
        "audit-boxes",
        "audit-slips",
        "audit-report",
        "audit-report-differing",
    }


def test_a_readiness_report_says_what_was_compared_and_that_it_passed() -> None:
    """Decks, ballots, positions, parts, the package's hash."""
    paper = ENGLISH["readiness"]
    assert rows(paper)["Decks of known ballots pressed"] == (6,)
    assert rows(paper)["Ballots pressed, in all"] == (64,)
    assert rows(paper)["Positions compared with what was pressed"] == (322,)
    assert "The machine passed. It may open on the day." in lines(paper)
    assert all(check.ticked for check in checks(paper))
    assert FOUND.package in encode(paper).decode()


@pytest.mark.parametrize("found", [NOT_READY, FOUND._replace(zeroed=False), FOUND._replace(parts=NOT_READY.parts)])
def test_a_machine_that_failed_anything_must_not_open(found: Readiness) -> None:
    """And the first thing that differs is named."""
    paper = readiness_report(ELECTION, found)
    assert "The machine did NOT pass. It must not open." in lines(paper)
    assert "The machine passed. It may open on the day." not in lines(paper)


def test_a_part_that_failed_says_so_in_words() -> None:
    """An empty box could be one that nobody looked at."""
    (failed,) = [check for check in checks(ENGLISH["readiness-failed"]) if not check.ticked]
    assert failed.text == "FAILED · Printer: its test paper is whole and legible · no paper"


def test_an_incident_sheet_lists_every_kind_and_ticks_those_that_are() -> None:
    """The list is closed."""
    found = checks(ENGLISH["incident"])
    assert len(found) == len(IncidentKind)
    assert [check.text for check in found if check.ticked] == ["Voting was interrupted", "The power failed"]
    assert not any(check.ticked for check in checks(ENGLISH["incident-blank"]))


def test_an_incident_sheet_has_room_to_write_and_no_time() -> None:
    """The hour is written by hand."""
    for name in ("incident", "incident-blank"):
        assert of_kind(ENGLISH[name], Writing)
        assert "2030-" not in encode(ENGLISH[name]).decode()


def test_words_of_an_incident_keep_their_paragraphs() -> None:
    """And are never a command to a printer."""
    paper = incident_sheet(ELECTION, STATION, number=1, what_happened="One.\n\nTwo #panic().\x1d")
    assert {"One.", "Two #panic()."} <= {line.rstrip("\x1d") for line in lines(paper)}


def test_a_worksheet_has_strokes_for_every_slip_and_none_of_the_sheets_numbers() -> None:
    """Who counts must not know what is expected."""
    paper = audit_worksheet(ELECTION, STATION, 600)
    strokes = [block for block in paper.blocks if isinstance(block, Strokes)]
    assert [block.boxes * 5 for block in strokes] == [600] * 4
    labels = [row.label for block in strokes for row in block.rows]
    options = [option.name for contest in ELECTION.contests_of_station(STATION) for option in contest.options]
    assert [label for label in labels if label != "Votes not used"] == options
    assert all(row.values == () for block in strokes for row in block.rows)
    assert strokes[0].blanks == ("First count", "Second count", "Posted sheet", "Difference")


@pytest.mark.parametrize("slips", [0, -1, 3001])
def test_a_worksheet_for_no_slips_or_too_many_is_refused(slips: int) -> None:
    """A box of a station."""
    with pytest.raises(Malformed, match="slips"):
        audit_worksheet(ELECTION, STATION, slips)


def test_a_poll_book_is_sorted_by_number_whatever_order_it_came_in() -> None:
    """By the value of digits: V-9 comes before V-10."""
    given = [PollBookRow(number, "X") for number in ("V-10", "E-3", "V-9", "V-100")]
    expected = ["E-3", "V-9", "V-10", "V-100"]
    for order in (given, given[::-1]):
        assert [entry.cells[0] for entry in register(poll_book_list(ELECTION, STATION, order)).entries] == expected


def test_before_the_day_there_is_a_line_and_a_box_and_after_it_a_mark() -> None:
    """In the same order."""
    before, after = register(ENGLISH["poll-book-to-sign"]), register(ENGLISH["poll-book-marked"])
    assert before.by_hand == ("Signature", "Finger")
    assert before.finger
    assert after.by_hand == ()
    assert [entry.cells[:2] for entry in after.entries] == [entry.cells for entry in before.entries]
    assert rows(ENGLISH["poll-book-marked"])["Marked as having voted"] == (20,)
    assert [entry.cells[2] for entry in after.entries][:3] == ["-", "Voted", "Voted"]


@pytest.mark.parametrize(
    "rows_given",
    [
        [],
        [PollBookRow("V-1", "A"), PollBookRow("V-1", "B")],
        [PollBookRow("V-1", "A"), PollBookRow("V-2", "B", has_voted=True)],
    ],
    ids=["nobody", "a number twice", "marks on some"],
)
def test_a_list_that_is_not_one_is_refused_and_names_nobody(rows_given: list[PollBookRow]) -> None:
    """Neither does a row's repr."""
    with pytest.raises(Malformed) as caught:
        poll_book_list(ELECTION, STATION, rows_given)
    assert "V-1" not in str(caught.value)
    assert repr(PollBookRow("V-1", "A")) == "PollBookRow()"


def test_a_code_sheet_has_every_code_once_with_a_line_to_sign() -> None:
    """And says that no elector is written beside it."""
    found = register(ENGLISH["code-sheet"])
    assert found.entries[6] == Entry(cells=("07", CODES[6].partition(" ")[2]))
    assert found.codes
    assert found.by_hand == ("Used: the president's initials",)
    assert "Write no voter's name or number beside a code." in lines(ENGLISH["code-sheet"])


@pytest.mark.parametrize("codes", [[], ["K7QFM 2XR9T"], ["07"], ["07 A", "07 B"]])
def test_a_code_sheet_that_is_none_is_refused_without_showing_a_code(codes: list[str]) -> None:
    """A code in a message would be a code in a log."""
    with pytest.raises(Malformed) as caught:
        code_sheet(ELECTION, STATION, codes)
    assert "K7QFM" not in str(caught.value)


def test_a_role_cards_code_carries_the_card_letter_for_letter() -> None:
    """And its name says whose it is."""
    (block,) = [block for block in ENGLISH["role-card"].blocks if isinstance(block, Codes)]
    assert block.codes[0].data == CARD.encode()
    assert ENGLISH["role-card"].name == f"role-card-{STATION}-president"


@pytest.mark.parametrize("dots_per_inch", [203, 300])
def test_a_role_card_is_read_from_its_sheet(dots_per_inch: int) -> None:
    """One code of at most 70 mm on A4; on a roll it fits too."""
    (page,) = paper_pictures(SPANISH["role-card"], dots_per_inch)
    assert codes_on(Image.open(io.BytesIO(page)).convert("L")) == [CARD.encode()]
    for length in (len(CARD), MOST_LETTERS):
        assert code_modules(b"A" * length) * 0.5 <= 70
        assert code_modules(b"A" * length) * 4 <= 576


@pytest.mark.parametrize(
    ("card", "role"), [("", "president"), ("A" * (MOST_LETTERS + 1), "president"), (CARD, "voter"), ("urna1", "member")]
)
def test_a_role_card_that_no_code_holds_or_nobody_has_is_refused(card: str, role: str) -> None:
    """A longer one is carried on a stick."""
    with pytest.raises(Malformed):
        role_card(ELECTION, STATION, card, role=role)


def test_a_hand_count_says_that_it_is_one() -> None:
    """In its title, in its first line and on every page."""
    paper = ENGLISH["hand-count"]
    assert lines(paper)[0].startswith("PAPER BALLOTS, COUNTED BY HAND.")
    assert "Hand-count sheet" in paper.footer
    ((code,),) = [block.codes for block in paper.blocks if isinstance(block, Codes)]
    assert read_part(code.data).whole.kind is Kind.HAND_COUNT
    assert rows(paper)["Ballots more (+) or fewer (-) than signatures"] == (-1,)


def test_the_paper_of_a_hand_count_withholds_what_the_sheet_withholds() -> None:
    """Of nine ballots of a contest it says that they are nine, and no vote, blank or null one."""
    sheet = hand_count()
    few = HandContest(contest=sheet.contests[0].contest, votes=None, blank=None, null=None, ballots=9)
    counted = [
        few,
        *(HandContest(contest=c.contest, votes=None, blank=None, null=None, ballots=9) for c in sheet.contests[1:]),
    ]
    paper = hand_count_sheet(ELECTION, hand_count(signatures=9, ballots=9, contests=tuple(counted)), b"x")
    assert sum("9 ballots were counted here, fewer than 10" in line for line in lines(paper)) == len(counted)
    assert not {"Blank ballots", "Null ballots", "Ballots with a vote"} & set(rows(paper))


def test_a_hand_count_whose_sums_do_not_hold_is_not_printed() -> None:
    """A paper with wrong sums would be signed by tired people."""
    with pytest.raises(Unproven, match="signatures"):
        hand_count_sheet(ELECTION, hand_count(signatures=743), b"")


def test_a_reprint_is_the_same_paper_with_a_mark_and_a_name_of_its_own() -> None:
    """Its codes and numbers are the same."""
    first, second = ENGLISH["tally-sheet"], ENGLISH["tally-sheet-reprint"]
    assert second.mark == "REPRINT 1"
    assert second.name == f"{first.name}-reprint-1"
    assert msgspec.structs.replace(second, mark="", name=first.name) == first


def test_a_slip_is_never_printed_again() -> None:
    """A second slip of one ballot would be a second vote in the box."""
    for name in ("slip", "code-slip"):
        with pytest.raises(OutOfOrder):
            reprint(ENGLISH[name])


def test_the_poll_books_papers_and_any_printer_know_nothing_of_ballots() -> None:
    """Its process prints them."""
    program = (
        "import sys, urna.papers.incident_sheet, urna.papers.poll_book_list, urna.papers.code_sheet,"
        " urna.papers.role_card,"
        " urna.papers.readiness_report, urna.papers.reprint, urna.devices.printer_spec, urna.devices.printer_twin_line;"
        "print([name for name in sys.modules if name.startswith(('urna.ballot', 'urna.tally', 'urna.roll'))])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def test_long_names_wrap_on_every_form_and_nothing_runs_over_the_margin() -> None:
    """The outer 15 mm of the pages stay white, whatever people are called."""
    name = "Concepción del Carmen Urdaneta y Villavicencio " * 4 + "Ñ" * 70
    row = Row(label=name, detail=name, values=())
    entry = Entry(cells=("V-12345678901", name))
    blocks: tuple[Block, ...] = (
        Fields(names=(name, name)),
        Checks(checks=(Check(text=name, ticked=True),) * 4),
        Strokes(rows=(row,), boxes=70, blanks=("First count", "Second count", "Posted sheet", "Difference")),
        Register(header=("Number", "Name"), entries=(entry,), by_hand=("Signature", "Finger"), finger=True),
        Register(header=("Number", "Name", "Mark"), entries=(Entry(cells=("1", name, "Voted")),)),
    )
    paper = Paper(form="report", name="t", title="t", language="es", footer=name, blocks=blocks)
    for page in paper_pictures(paper, 80):
        picture = Image.open(io.BytesIO(page)).convert("L")
        margin = int(15 / 25.4 * 80)
        for left in (0, picture.width - margin):
            assert picture.crop((left, 0, left + margin, picture.height)).getextrema() == (255, 255)
    assert print_out(paper_escpos(paper)).cuts == 1


def test_no_row_of_a_table_has_more_values_than_its_header() -> None:
    """Whatever the paper."""
    for paper in ENGLISH.values():
        for block in paper.blocks:
            if isinstance(block, Table) and block.header:
                assert {len(row.values) for row in block.rows} == {len(block.header) - 1}
    assert Row(label="x", values=()).values == ()
