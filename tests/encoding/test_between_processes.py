"""Records as they are sent between processes: the same records, whole, with all that is inside them."""

import copy
import pickle
from typing import Any

import pytest

from urna.encoding.canonical import Code, Count, Record, encode


class Line(Record, frozen=True, kw_only=True):
    """One line of a page."""

    option: Code
    votes: Count


class Page(Record, frozen=True, kw_only=True, tag_field="type", tag="urna/test-page/1"):
    """A page with a tag, tuples, a dictionary and something that may be absent."""

    lines: tuple[Line, ...]
    files: dict[str, bytes]
    note: str | None = None


class Sum(Record, frozen=True, kw_only=True):
    """A number without limits."""

    number: int


PAGE = Page(lines=tuple(Line(option=f"O{n}", votes=n) for n in range(60)), files={"a": b"\0\xff"}, note="ñ")


@pytest.mark.parametrize("record", [PAGE, PAGE.lines[3], Page(lines=(), files={})])
def test_a_record_arrives_as_it_was_sent(record: Record) -> None:
    """Equal, of the same type, with the same bytes."""
    there: Any = pickle.loads(pickle.dumps((record, [record])))  # noqa: S301 - our own bytes
    assert there == (record, [record])
    assert type(there[0]) is type(record)
    assert encode(there[0]) == encode(record)
    assert copy.deepcopy(record) == record


def test_records_inside_are_not_taken_apart() -> None:
    """The name of their type is not in what is sent."""
    assert b"Line" not in pickle.dumps(PAGE)


def test_numbers_of_any_length_arrive() -> None:
    """As they do in what is written down."""
    record = Sum(number=-(2**300))
    assert pickle.loads(pickle.dumps(record)) == record  # noqa: S301 - our own bytes
