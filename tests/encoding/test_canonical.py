"""A record has one spelling."""

import json

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from urna.encoding.canonical import Code, Count, Record, decode, encode
from urna.errors import Malformed


class Example(Record, frozen=True, kw_only=True, tag_field="type", tag="test/1"):
    """A record for these tests."""

    name: str
    votes: Count
    code: Code = "A"


@given(name=st.text(), votes=st.integers(0, 2**53 - 1))
def test_a_record_reads_back_as_it_was_written(name: str, votes: int) -> None:
    """Round trip, for any text that UTF-8 can hold."""
    try:
        name.encode()
    except UnicodeEncodeError:
        return
    record = Example(name=name, votes=votes)
    assert decode(encode(record), Example) == record


@pytest.mark.parametrize(
    "spelling",
    [
        b'{"code":"A","name":"x","type":"test/1","votes":1} ',
        b'{"name":"x","code":"A","type":"test/1","votes":1}',
        b'{"code":"A","name":"\\u0078","type":"test/1","votes":1}',
        b'{"code":"A","name":"x","type":"test/1","votes":1,"votes":1}',
        b'{"code":"A","name":"x","type":"test/1","votes":1,"more":1}',
        b'{"code":"A","name":"x","type":"test/1","votes":1.0}',
        b'{"code":"A","name":"x","type":"test/1","votes":-1}',
        b'{"code":"A\\n","name":"x","type":"test/1","votes":1}',
        b'{"code":"A","name":"x","type":"test/2","votes":1}',
        b'\xef\xbb\xbf{"code":"A","name":"x","type":"test/1","votes":1}',
        b'{"code":"A","name":"\xff","type":"test/1","votes":1}',
        b"[" * 100_000,
        b"",
    ],
)
def test_another_spelling_is_refused(spelling: bytes) -> None:
    """White space, order, escapes, doubled or unknown fields, floats, wrong tags, marks: all refused."""
    with pytest.raises(Malformed):
        decode(spelling, Example)


def test_the_canonical_form_is_plain_sorted_json() -> None:
    """Any JSON tool reads it, and Python's json with sorted keys writes the same bytes."""
    data = encode(Example(name="Año", votes=3))
    again = json.dumps(json.loads(data), sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    assert again == data
    assert msgspec.json.decode(data)["name"] == "Año"
