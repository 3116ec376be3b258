"""The printed report of an examination, and the list of drawn electors."""

import msgspec
from tests.audit.test_examination import EXAMINATION, RIGHT, WRONG
from tests.election.officers import election

from urna.audit.examination import ExaminationKind, Result, Subject
from urna.devices.printer_typst import paper_pdf
from urna.papers.elector_sample import elector_sample
from urna.papers.examination_report import MOST_RIGHT, examination_report
from urna.papers.paper import Digest, Line, Paper, Register, Signatures

UNSEEN = Subject(subject="S0", result=Result.NOT_EXAMINED, expected="equal", found="nobody counted")


def report(*subjects: Subject, kind: ExaminationKind = ExaminationKind.PARALLEL) -> Paper:
    """The paper of an examination with these subjects."""
    changed = msgspec.structs.replace(EXAMINATION, subjects=subjects, kind=kind)
    return examination_report(election(), changed)


def lines(paper: Paper) -> list[tuple[str, ...]]:
    """The rows of its list."""
    return [entry.cells for block in paper.blocks if isinstance(block, Register) for entry in block.entries]


def test_what_is_wrong_comes_first_then_what_nobody_examined_then_what_is_right() -> None:
    """With what was expected where it is not what was found."""
    assert lines(report(UNSEEN, RIGHT, WRONG)) == [
        ("WRONG", "S2: expected equal; found by 2"),
        ("not examined", "S0: expected equal; found nobody counted"),
        ("correct", "S1: equal"),
    ]


def test_of_many_right_ones_a_part_is_printed_and_of_wrong_ones_every_one() -> None:
    """The record has all of them, and the paper says so."""
    many = [msgspec.structs.replace(RIGHT, subject=f"R{number:04}") for number in range(MOST_RIGHT + 3)]
    wrong = [msgspec.structs.replace(WRONG, subject=f"W{number:04}") for number in range(MOST_RIGHT + 3)]
    paper = report(*many, *wrong)
    assert [len([row for row in lines(paper) if row[0] == word]) for word in ("WRONG", "correct")] == [
        MOST_RIGHT + 3,
        MOST_RIGHT,
    ]
    assert any(isinstance(block, Line) and block.text.startswith("And 3 more") for block in paper.blocks)


def test_the_report_has_its_hash_and_a_line_for_everybody_present_and_can_be_printed() -> None:
    """So that whoever signs by hand signs this document."""
    paper = report(RIGHT)
    assert [block.names for block in paper.blocks if isinstance(block, Signatures)] == [EXAMINATION.present]
    assert any(isinstance(block, Digest) and block.digits == election().identity for block in paper.blocks)
    assert paper_pdf(paper).startswith(b"%PDF")


def test_a_manifest_lists_and_judges_nothing() -> None:
    """Its files are not right or wrong by being there."""
    texts = [block.text for block in report(RIGHT, kind=ExaminationKind.MANIFEST).blocks if isinstance(block, Line)]
    assert not [text for text in texts if "not examined" in text]
    assert [each.text for each in report(RIGHT).blocks if isinstance(each, Line) and "not examined" in each.text]


def test_the_list_of_drawn_electors_says_that_it_is_destroyed() -> None:
    """With unit, name, number and group, and room for the result; its repr names nobody."""
    paper = elector_sample(election(), [["S1,4", "V12345678", "Ana Paz", "ALL", ""]])
    assert lines(paper) == [("S1,4", "Ana Paz", "V12345678", "ALL")]
    assert any(isinstance(block, Line) and "Destroy it" in block.text for block in paper.blocks)
    assert "Ana" not in repr(paper)
