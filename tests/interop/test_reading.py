"""What is read strictly: JSON, base64, contest data, both groups."""

import json
import random
from functools import partial

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.tampering.egk_record import Tampered, own_record

from urna.compute.processes import over_processes
from urna.errors import Malformed, UrnaError
from urna.interop.electionguard.contest_data import contest_data, decode_contest_data, encode_contest_data
from urna.interop.electionguard.curve import CurveElement, curve_group
from urna.interop.electionguard.egk_files import ContestData, EncryptedTally, Guardian, Response
from urna.interop.electionguard.egk_json import read_json, read_octets, write_json, write_octets
from urna.interop.electionguard.egk_values import read_scalar
from urna.interop.electionguard.group import Group
from urna.interop.electionguard.hashing import scalar
from urna.interop.electionguard.integers import ORDER, PRIME, integer_group
from urna.interop.electionguard.procedure import verify_electionguard
from urna.record.reader import RecordInMemory

GROUPS = [integer_group(), curve_group()]


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"{",
        b"[]",
        b'{"challenge": "a"}',
        b'{"challenge": "a", "response": "b", "more": "c"}',
        b'{"challenge": "a", "response": "b", "response": "c"}',
        b'{"challenge": 1, "response": "b"}',
        b'{"challenge": NaN, "response": "b"}',
        '{"challenge": "a", "response": "b"}'.encode("utf-16"),
        b'{"challenge": "\xff", "response": "b"}',
        rb'{"challenge": "\ud800", "response": "b"}',
        b"[" * 100000,
        b"9" * 10000,
    ],
)
def test_what_is_no_such_json_is_malformed(text: bytes) -> None:
    """And never crashes."""
    with pytest.raises(Malformed):
        read_json(text, Response, "file")


def test_json_is_read_as_it_was_written() -> None:
    """The layout of egk-ec: four spaces."""
    value = Response("a", "ñ")
    assert write_json(value) == '{\n    "challenge": "a",\n    "response": "ñ"\n}'.encode()
    assert read_json(write_json(value), Response, "file") == value


@settings(deadline=None)
@given(st.binary(max_size=40))
def test_base64_has_one_spelling(data: bytes) -> None:
    """What was written is read, and with a character more or without padding it is not."""
    text = write_octets(data)
    assert read_octets(text) == data
    for other in (text + "=", text + "\n", "!" + text, text.rstrip("=") + "==="):
        with pytest.raises(Malformed):
            read_octets(other)


def test_base64_with_loose_bits_is_refused() -> None:
    """“QQ==” and “QR==” would be the same byte."""
    assert read_octets("QQ==", 1) == b"A"
    for text, size in (("QR==", 1), ("QQ==", 2), ("QQ", 1)):
        with pytest.raises(Malformed):
            read_octets(text, size)


@pytest.mark.parametrize("group", GROUPS, ids=lambda group: group.name)
def test_numbers_from_q_on_are_refused(group: Group) -> None:
    """And never reduced."""
    assert read_scalar(group, write_octets(scalar(group.order - 1))) == group.order - 1
    for number in (group.order, 2**256 - 1):
        with pytest.raises(Malformed):
            read_scalar(group, write_octets(scalar(number)))


def test_integers_out_of_range_are_no_elements() -> None:
    """0, p and more, and another length."""
    group = integer_group()
    for data in (bytes(512), PRIME.to_bytes(512, "big"), b"\xff" * 512, b"\1", bytes(513)):
        with pytest.raises(Malformed):
            group.read(data)
    assert group.read((PRIME - 1).to_bytes(512, "big")).is_member is False


def test_points_off_the_curve_are_no_elements() -> None:
    """No root, a wrong first byte, x beyond the field, another length."""
    group = curve_group()
    good = bytes(group.generator)
    for data in (b"\2" + scalar(1), b"\4" + good[1:], b"\2" + b"\xff" * 32, good[:-1], bytes(33)):
        with pytest.raises(Malformed):
            group.read(data)
    assert group.read(b"\xff" * 33) == group.identity


@pytest.mark.parametrize("group", GROUPS, ids=lambda group: group.name)
def test_the_laws_of_a_group_hold(group: Group) -> None:
    """Powers add, tables agree with plain powers, the order is the order, encodings are read back."""
    chance = random.Random(3)
    for _ in range(3):
        x, y = chance.randrange(group.order), chance.randrange(group.order)
        one, other = group.generator**x, group.generator**y
        assert one * other == group.generator ** ((x + y) % group.order)
        assert one / other == group.generator ** ((x - y) % group.order)
        assert one.prepared() ** y == one**y == group.generator ** (x * y % group.order)
        assert group.read(bytes(one)) == one
    assert group.generator.prepared() ** 0 == group.identity == one / one
    assert one * group.identity == one == group.identity * one
    assert one * one == one**2
    assert one.is_member
    assert isinstance(one, CurveElement) or one.secret_power(y) == one**y


def test_curve_points_are_those_of_another_library() -> None:
    """Multiples of the generator as `cryptography` computes them."""
    chance = random.Random(4)
    group = curve_group()
    for secret in (1, 2, group.order - 1, *(chance.randrange(group.order) for _ in range(5))):
        numbers = ec.derive_private_key(secret, ec.SECP256R1()).public_key().public_numbers()
        assert bytes(group.generator**secret) == bytes([2 + numbers.y % 2]) + scalar(numbers.x)


STATUSES = st.sampled_from(["normal", "null_vote", "over_vote", "under_vote"])


@settings(max_examples=50, deadline=None)
@given(st.lists(st.integers(0, 2**31 - 1), max_size=4), st.lists(st.text(max_size=20), max_size=3), STATUSES)
def test_contest_data_comes_back(over: list[int], names: list[str], status: str) -> None:
    """Whatever was overvoted and written in."""
    try:
        data = ContestData(tuple(over), tuple(names), status)  # type: ignore[arg-type] # one of the four
        assert decode_contest_data(encode_contest_data(data, 20)) == data
    except UnicodeEncodeError:
        assert any("\ud800" <= letter <= "\udfff" for name in names for letter in name)


def test_contest_data_is_as_egk_writes_it() -> None:
    """62 bytes for a contest with one vote, as its records have it."""
    assert encode_contest_data(contest_data(1, 1), 1) == b"\0\0\6normal".ljust(62, b"\0")
    assert [contest_data(votes, 2).status for votes in range(3)] == ["null_vote", "under_vote", "normal"]


@settings(deadline=None)
@given(st.binary(max_size=70))
def test_any_bytes_are_contest_data_or_malformed(data: bytes) -> None:
    """Nothing else happens."""
    try:
        decode_contest_data(data)
    except Malformed:
        return


def test_a_folder_without_constants_is_no_record() -> None:
    """Said at once, not as a finding."""
    with pytest.raises(Malformed, match=r"constants\.json"):
        verify_electionguard(RecordInMemory({"other.json": b"{}"}))


@settings(max_examples=20, deadline=None)
@given(st.data())
def test_arbitrary_files_never_crash(data: st.DataObject) -> None:
    """Whatever JSON stands in a file, there is a report."""
    files = dict(own_record())
    path = data.draw(st.sampled_from(["constants.json", "election_config.json", "election_initialized.json"]))
    values = st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=5),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    )
    files[path] = json.dumps(data.draw(values)).encode("utf-8", "surrogatepass")
    try:
        assert not verify_electionguard(RecordInMemory(files)).is_proven
    except UrnaError as error:
        raise AssertionError(path) from error


def test_ballots_can_be_examined_in_other_processes() -> None:
    """The report is the same, finding for finding."""
    files = dict(own_record())
    changed = Tampered(files)
    changed.change("encrypted_ballots/urna/eballot-id-2.json", "contests", 0, "proof", to=None)
    here = verify_electionguard(RecordInMemory(files))
    there = verify_electionguard(RecordInMemory(files), partial(over_processes, processes=2, worth_it=1, chunk=1))
    assert here.broken == {"6.D"}
    assert there == here


def test_types_say_what_they_are() -> None:
    """A 32-bit integer and a tuple: JSON's own would be other types."""
    with pytest.raises(Malformed):
        read_json(b'{"guardian_id": "g", "x_coordinate": 2147483648, "coefficient_proofs": []}', Guardian, "f")
    with pytest.raises(Malformed):
        read_json(b'{"tally_id": "", "contests": {}, "cast_ballot_ids": [], "election_id": ""}', EncryptedTally, "f")
    assert ORDER == 2**256 - 189
