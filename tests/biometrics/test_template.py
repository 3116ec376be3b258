"""Templates are ISO/IEC 19794-2:2005 records, read strictly."""

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.biometrics.clouds import finger, templates
from tests.shared import shared

from urna.biometrics.template import Kind, Minutia, Template
from urna.errors import Malformed

ONE = Template(
    width=300,
    height=400,
    minutiae=(Minutia(165, 48, 107, Kind.BIFURCATION, 7),),
    finger=2,
    quality=80,
)
ONE_HEX = (
    "464d5200 20323000 00000024 0000 012c 0190 00c5 00c5 01 00"  # header
    "02 00 50 01"  # view: right index, first view, quality 80, one minutia
    "80a5 0030 6b 07"  # bifurcation at (165, 48), direction 107, quality 7
    "0000"  # no extended data
)


def test_a_record_is_the_bytes_of_the_standard() -> None:
    """Written out by hand from the standard's tables."""
    assert ONE.to_iso() == bytes.fromhex(ONE_HEX)
    assert Template.from_iso(bytes.fromhex(ONE_HEX)) == ONE


@given(templates)
def test_what_is_written_is_read_again(template: Template) -> None:
    """Every field survives."""
    assert Template.from_iso(template.to_iso()) == template


@given(st.data())
def test_a_mutated_record_is_refused_or_is_another_record(data: st.DataObject) -> None:
    """No change of a byte or of the length crashes the reader, or gives the same template."""
    record = bytearray(finger(1, 12).to_iso())
    place = data.draw(st.integers(0, len(record) - 1))
    record[place] ^= data.draw(st.integers(1, 255))
    cut = data.draw(st.integers(0, 3))
    try:
        read = Template.from_iso(bytes(record[: len(record) - cut]))
    except Malformed:
        return
    assert cut == 0
    assert read != finger(1, 12)
    assert read.to_iso() == bytes(record)


@given(st.binary(max_size=200))
def test_noise_is_refused(noise: bytes) -> None:
    """Random bytes are no template."""
    with pytest.raises(Malformed):
        Template.from_iso(noise)


def _patched(offset: int, form: str, value: int) -> bytes:
    record = bytearray.fromhex(ONE_HEX)
    struct.pack_into(form, record, offset, value)
    return bytes(record)


@pytest.mark.parametrize(
    ("record", "found"),
    [
        (_patched(8, ">I", 10 * 2**30 % 2**32), "claims 2147483648 of 36 bytes"),
        (_patched(8, ">I", 35), "claims 35 of 36"),
        (_patched(27, ">B", 255), "255 minutiae, which do not fill it"),
        (_patched(27, ">B", 0), "0 minutiae, which do not fill it"),
        (_patched(34, ">H", 60000), "do not fill it"),
        (_patched(4, ">B", 0x30), "another beginning"),
        (_patched(14, ">H", 65535), "a side of 65535"),
        (_patched(14, ">H", 0), "a side of 0"),
        (_patched(18, ">H", 394), "394 x 197 pixels per centimetre"),
        (_patched(22, ">B", 2), "2 finger views"),
        (_patched(24, ">B", 11), "a finger position of 11"),
        (_patched(25, ">B", 0x10), "not number 0"),
        (_patched(26, ">B", 101), "a quality of 101"),
        (_patched(28, ">H", 0xC0A5), "reserved bits"),
        (_patched(28, ">H", 0x812C), "an x of 300"),
        (_patched(30, ">H", 0x4030), "reserved bits"),
        (_patched(30, ">H", 400), "a y of 400"),
        (_patched(33, ">B", 101), "a quality of 101"),
        (bytes.fromhex(ONE_HEX) + b"\0", "claims 36 of 37"),
        (b"", "0 bytes"),
        (b"\0" * 100_000, "100000 bytes"),
    ],
)
def test_a_hostile_record_is_refused_with_the_reason(record: bytes, found: str) -> None:
    """Lengths, counts and ranges are checked before anything is taken from them; the error names the file."""
    with pytest.raises(Malformed, match=found) as caught:
        Template.from_iso(record, "finger.iso")
    assert caught.value.where == "finger.iso"


def test_extended_data_are_read_over() -> None:
    """Ridge counts and cores of other makers do not hinder."""
    record = bytearray(ONE.to_iso())
    record[-2:] = b"\x00\x04"
    record += b"\x00\x03\x00\x04"
    struct.pack_into(">I", record, 8, len(record))
    assert Template.from_iso(bytes(record)) == ONE


def test_a_template_out_of_range_cannot_exist() -> None:
    """A value that exists is valid."""
    with pytest.raises(Malformed, match="an x of 300"):
        Template(width=300, height=400, minutiae=(Minutia(300, 0, 0, Kind.ENDING, 0),))
    with pytest.raises(Malformed, match="a number of minutiae of 256"):
        Template(width=300, height=400, minutiae=(Minutia(0, 0, 0, Kind.ENDING, 0),) * 256)


def test_a_template_does_not_show_itself() -> None:
    """No minutia stands in a log line."""
    assert repr(ONE) == str(ONE) == "Template(finger=2, minutiae=1, quality=80)"


def test_templates_of_another_maker_are_read_and_written_alike() -> None:
    """The eighty records beside FVC2002 DB1_B survive byte by byte."""
    records = [path.read_bytes() for path in shared("fingerprints/fvc2002_db1_b").glob("*.iso")]
    assert len(records) == 80
    read = [Template.from_iso(record) for record in records]
    assert [template.to_iso() for template in read] == records
    assert sum(len(template.minutiae) for template in read) == 2719
