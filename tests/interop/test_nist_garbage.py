"""Whatever is in a document of others, reading it ends with an answer or with a named refusal, never with a crash."""

import json
from collections.abc import Callable
from functools import cache
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.interop.test_nist_cast_votes import of_the_record
from tests.interop.test_nist_cast_votes import written as cast_votes
from tests.interop.test_nist_voters import ROLL, as_xml, document, record
from tests.web.encrypted import world
from tests.web.examples import example_results

from urna.errors import Malformed
from urna.interop.nist.cast_votes.reading import read_cast_votes
from urna.interop.nist.parts import write_json
from urna.interop.nist.plain import MAX_DEPTH, Repeated, read_plain
from urna.interop.nist.results.reading import read_report
from urna.interop.nist.results.report import election_report
from urna.interop.nist.results.totals import totals_in
from urna.interop.nist.results.xml_writing import write_xml
from urna.interop.nist.voters.reading import read_voters

NUMBERS = ["nan", "inf", "-1", "0.5", "1e400", "", "true", "9" * 400]
values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**70), 2**70) | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=5), inner, max_size=2),
    max_leaves=3,
)


def _report(data: bytes) -> object:
    return totals_in(read_report(data, "x"), example_results()[0], "x")


def _cast(data: bytes) -> object:
    found = read_cast_votes(data, "x")
    return [found.first_marks(each) for each in found.contests], found.strangers()


def _voters(data: bytes) -> object:
    return read_voters(data, "state-id", "x")


@cache
def _source(reader: Callable[[bytes], object]) -> bytes:
    if reader is _cast:
        return cast_votes(world().election, of_the_record()[:2])
    if reader is _voters:
        return document(*map(record, ROLL[:3]))
    return write_json(election_report(*example_results(), (), "x"))


def _places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every place of a document."""
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(place for key, each in inside for place in _places(each, (*path, key)))]


@pytest.mark.parametrize("reader", [_report, _cast, _voters])
@given(data=st.data())
@settings(max_examples=80)
def test_a_document_with_anything_in_any_place_is_read_or_refused(
    reader: Callable[[bytes], object], data: st.DataObject
) -> None:
    """One value is another one: of another type, negative, enormous, or gone."""
    found = json.loads(_source(reader))
    *way, last = data.draw(st.sampled_from(_places(found)[1:]))
    place = found
    for key in way:
        place = place[key]
    if isinstance(place, dict) and data.draw(st.booleans()):
        del place[last]
    else:
        place[last] = data.draw(values)
    try:
        reader(json.dumps(found).encode())
    except Malformed as refused:
        assert str(refused)


@cache
def _lines() -> tuple[bytes, ...]:
    return tuple(write_xml(election_report(*example_results(), (), "x")).splitlines())


@given(st.data())
@settings(max_examples=30)
def test_xml_with_anything_for_a_number_is_read_or_refused(data: st.DataObject) -> None:
    """What is no number, or no finite one."""
    lines = list(_lines())
    number = data.draw(st.sampled_from([n for n, line in enumerate(lines) if line.startswith(b"<Count>")]))
    lines[number] = f"<Count>{data.draw(st.sampled_from(NUMBERS))}</Count>".encode()
    with pytest.raises(Malformed):
        _report(b"\n".join(lines))


@given(st.binary(max_size=40), st.integers(0, 10_000), st.booleans())
@settings(max_examples=150)
def test_bytes_that_are_torn_are_read_or_refused(noise: bytes, place: int, in_xml: bool) -> None:
    """Cut off, or overwritten in the middle."""
    source = _source(_voters)
    whole = as_xml(source) if in_xml else source
    place %= len(whole)
    for torn in (whole[:place], whole[:place] + noise + whole[place + len(noise) :]):
        try:
            _voters(torn)
        except Malformed as refused:
            assert str(refused)


def test_a_document_is_bounded() -> None:
    """In bytes and in depth."""
    with pytest.raises(Malformed, match="at most 10 bytes"):
        read_plain(b'{"a": "too long"}', Repeated(), "x", limit=10)
    deep = MAX_DEPTH + 1
    with pytest.raises(Malformed, match="60 deep"):
        read_plain(b"<a>" * deep + b"</a>" * deep, Repeated(), "x")
    assert read_plain(b"<a>" + b"<b>" * (MAX_DEPTH - 1) + b"</b>" * (MAX_DEPTH - 1) + b"</a>", Repeated(), "x")
    with pytest.raises(Malformed):
        read_plain(b"[" * 100_000, Repeated(), "x")
