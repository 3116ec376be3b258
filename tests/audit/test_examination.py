"""An examination's record: what it may say, in which order, and of whom it says nothing."""

from fractions import Fraction

import msgspec
import pytest

from urna.audit.examination import (
    BoundFigure,
    Evidence,
    Examination,
    ExaminationKind,
    Figure,
    Result,
    Subject,
    check_examination,
    check_no_identity,
    rounded_up,
)
from urna.encoding.canonical import decode, encode
from urna.errors import Malformed

RIGHT = Subject(subject="S1", result=Result.PASSED, expected="equal", found="equal")
WRONG = Subject(subject="S2", result=Result.FAILED, expected="equal", found="by 2")

EXAMINATION = Examination(
    election="ab" * 32,
    serial=1,
    kind=ExaminationKind.PARALLEL,
    draw="PARALLEL-1",
    held_at="2026-12-06T14:00:00Z",
    place="Liceo Caracas",
    present=("Ana Rojas", "Luis Pérez"),
    subjects=(RIGHT, WRONG),
    figures=(Figure(name="looks", number=3), Figure(name="stations", number=2)),
    bounds=(BoundFigure(name="at_most", ratio="1/20"),),
    evidence=(Evidence(name="deck", sha256="cd" * 32, size=12),),
    conclusion="One of two stations is right.",
)


def changed(**fields: object) -> Examination:
    """The examination with other fields."""
    return msgspec.structs.replace(EXAMINATION, **fields)


def test_an_examination_comes_back_as_it_was_written() -> None:
    """Bytes to record and back, and its own rules hold."""
    assert decode(encode(EXAMINATION), Examination) == EXAMINATION
    check_examination(EXAMINATION)
    assert (EXAMINATION.failed, EXAMINATION.unexamined) == ((WRONG,), ())


@pytest.mark.parametrize(
    "fields",
    [
        {"subjects": (WRONG, RIGHT)},
        {"subjects": (RIGHT, RIGHT)},
        {"figures": EXAMINATION.figures[::-1]},
        {"bounds": EXAMINATION.bounds * 2},
        {"evidence": EXAMINATION.evidence * 2},
        {"present": ("Ana Rojas", "ana  rojas")},
        {"subjects": (), "figures": ()},
        {"conclusion": "V-12.345.678 was not let in."},
        {"place": "Call 0414-5551234"},
        {"present": ("Ana Rojas 12345678",)},
    ],
)
def test_lists_out_of_order_nothing_at_all_and_peoples_numbers_are_refused(fields: dict[str, object]) -> None:
    """Each of them breaks a rule of the record, and is said to."""
    with pytest.raises(Malformed):
        check_examination(changed(**fields))


@pytest.mark.parametrize(
    "fields",
    [
        {"serial": 0},
        {"present": ()},
        {"conclusion": ""},
        {"conclusion": "two\nlines"},
        {"draw": "small"},
        {"place": ""},
    ],
)
def test_a_field_out_of_its_range_is_no_examination(fields: dict[str, object]) -> None:
    """It is not even read."""
    with pytest.raises(Malformed):
        decode(encode(changed(**fields)), Examination)


@pytest.mark.parametrize("text", ["10,000 slips", "centre 130101001", "seal A1234567B", "2026-12-06", "410 of 30,026"])
def test_counts_codes_and_days_are_no_persons_number(text: str) -> None:
    """What officials write about machines and places may stand."""
    check_no_identity([text])


@pytest.mark.parametrize("text", ["V12345678", "v 12.345.678", "E-84521", "cédula 9876543", "5551234"])
def test_numbers_of_cards_and_telephones_are_found(text: str) -> None:
    """With and without letter, grouped or not."""
    with pytest.raises(Malformed, match="number of a person"):
        check_no_identity([text])


def test_a_share_is_never_written_below_what_it_is() -> None:
    """1/3 has no end; its record is above it, by less than a billionth."""
    written = Fraction(rounded_up(Fraction(1, 3)))
    assert Fraction(1, 3) < written < Fraction(1, 3) + Fraction(1, 10**9)
    assert rounded_up(Fraction(1, 20)) == "1/20"
