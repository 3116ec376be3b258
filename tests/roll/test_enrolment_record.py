"""The record of an enrolment, who may sign it, and the roll at rest."""

import itertools
from pathlib import Path

import msgspec
import pytest
from tests.roll.enrolling import ELECTION, KEY, OPERATORS, SETUP, STRANGER, an_enrolment, new_roll, station

from urna.crypto.kdf import Cost
from urna.crypto.signatures import SigningKey
from urna.encoding.canonical import encode
from urna.errors import Malformed, Unproven, UrnaError
from urna.log.note import NoteSigner
from urna.roll.at_rest import EnrolmentLink, RollKey, StoredPart, lock_roll_key, read_roll_key, unlock_roll_key
from urna.roll.enrolled import (
    EnrolledFinger,
    EnrolmentRecord,
    check_record,
    open_record,
    records_hash,
    require_operators,
    sign_record,
)
from urna.roll.enrolment_report import report_of
from urna.roll.enrolment_rules import Reason
from urna.storage.enrolment_files import Place


@pytest.fixture
def place(tmp_path: Path) -> Place:
    """A roll and an archive."""
    return new_roll(tmp_path)


def test_a_record_names_fingers_and_operators_and_nobody_else(place: Place) -> None:
    """What both operators signed opens, fits the elector, and holds neither name, number, salt nor template."""
    each = an_enrolment(place)
    record = open_record(each.record, SETUP)
    check_record(record, each.member)
    assert [finger.position for finger in record.fingers] == [1, 2, 6]
    assert [(left.position, left.reason) for left in record.left_out] == [(7, Reason.BANDAGED)]
    assert record.operators == tuple(sorted(signer.verifier.public_hex for signer in OPERATORS))
    elector, salt = each.member.elector, each.member.salt
    templates = [template for finger in elector.fingers for template in finger.templates]
    hidden = [elector.name, elector.number, salt, *(template.hex() for template in templates)]
    assert not [text for text in hidden if text in each.record.decode()]
    assert not [text for text in hidden if text in repr((each, each.member, record, station(place)))]


def test_a_record_needs_both_operators(place: Place) -> None:
    """One signature, a stranger's, or one operator with two names in the record is refused."""
    record = open_record(an_enrolment(place).record, SETUP)
    for signers in (OPERATORS[:1], OPERATORS[1:], (OPERATORS[0], STRANGER)):
        with pytest.raises(Unproven):
            open_record(sign_record(record, signers), SETUP)
    with pytest.raises(Malformed):
        msgspec.structs.replace(record, operators=(record.operators[0],) * 2)


def test_a_record_whose_signers_are_not_the_operators_it_names_is_refused(place: Place) -> None:
    """Three operators may enrol; a record that names the first and the third is signed by the first and the second."""
    third = SETUP.operators[0].__class__(name="Third", key_name=STRANGER.name, key=STRANGER.verifier.public_hex)
    three = SETUP.with_operators([third])
    record = open_record(an_enrolment(place).record, SETUP)
    named = sorted([OPERATORS[0].verifier.public_hex, third.key])
    other = msgspec.structs.replace(record, operators=(named[0], named[1]))
    with pytest.raises(Unproven):
        open_record(sign_record(other, OPERATORS), three)
    assert open_record(sign_record(other, (OPERATORS[0], STRANGER)), three) == other


def test_a_changed_record_is_refused(place: Place) -> None:
    """Any bit of the text or of a signature."""
    data = an_enrolment(place).record
    for at in range(0, len(data), 37):
        with pytest.raises(UrnaError):
            open_record(data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :], SETUP)


def test_a_record_of_other_fingers_does_not_fit(place: Place) -> None:
    """A template exchanged on the roll after the enrolment, or another elector's record."""
    one, other = an_enrolment(place, 0), an_enrolment(place, 1)
    record = open_record(one.record, SETUP)
    finger = one.member.elector.fingers[0]
    swapped = msgspec.structs.replace(finger, templates=finger.templates[::-1])
    elector = msgspec.structs.replace(one.member.elector, fingers=(swapped, *one.member.elector.fingers[1:]))
    for member in (msgspec.structs.replace(one.member, elector=elector), other.member):
        with pytest.raises(Unproven):
            check_record(record, member)


def test_two_operators_are_two_people() -> None:
    """Both keys must be of operators, and not one key twice; who is registered twice is refused when entered."""
    assert len(require_operators(SETUP, OPERATORS)) == 2
    for signers in ((OPERATORS[0],), (OPERATORS[0],) * 2, (OPERATORS[0], STRANGER), (*OPERATORS, STRANGER)):
        with pytest.raises(Unproven):
            require_operators(SETUP, signers)
    impostor = NoteSigner(OPERATORS[1].name, SigningKey(b"z" * 32))
    with pytest.raises(Unproven):
        require_operators(SETUP, (OPERATORS[0], impostor))
    person = SETUP.operators[0]
    for change in ({"name": "Somebody"}, {"name": "OPERATOR 0", "key_name": "other", "key": "cd" * 32}):
        with pytest.raises(Malformed):
            SETUP.with_operators([msgspec.structs.replace(person, **change)])
    assert SETUP.with_operators([person]) == SETUP


def test_a_report_counts_what_the_records_say(place: Place) -> None:
    """Fingers, impressions below each limit, reasons; whatever the order of the records."""
    records = [open_record(an_enrolment(place, index).record, SETUP) for index in range(3)]
    poor = EnrolledFinger(position=1, qualities=(5, 14, 29), captures=9, refused=0)
    records[0] = msgspec.structs.replace(records[0], fingers=(poor, *records[0].fingers[1:]))
    records[1] = msgspec.structs.replace(records[1], fingers=())
    report = report_of(
        records, election=ELECTION.identity, left_aside=2, operators=records[0].operators, now="2020-11-03T00:00:00Z"
    )
    assert (report.electors, report.without_fingers, report.left_aside) == (3, 1, 2)
    assert (report.fingers, report.impressions) == (6, 18)
    assert (report.impressions_below_recapture, report.impressions_below_warning) == (2, 3)
    assert report.left_out == {reason: 3 * (reason is Reason.BANDAGED) for reason in Reason}
    assert {records_hash(order) for order in itertools.permutations(records)} == {report.records}


def test_a_box_opens_only_in_its_place(place: Place) -> None:
    """Not under another station's name, another election's key, or with a bit changed."""
    stored = station(place)
    box = KEY.seal_part(stored, b"n" * 12)
    assert KEY.open_part("S1", box) == stored
    other = RollKey(b"k" * 32, "0" * 64)
    for key, name, data in (
        (KEY, "S2", box),
        (other, "S1", box),
        (RollKey(b"q" * 32, ELECTION.identity), "S1", box),
        (KEY, "S1", box[:-1] + bytes([box[-1] ^ 1])),
        (KEY, "S2", KEY.seal("S2", encode(stored), b"m" * 12)),
        (KEY, "S1", b""),
    ):
        with pytest.raises(Unproven):
            key.open_part(name, data)


def test_links_are_of_electors_of_the_station(place: Place) -> None:
    """Sorted, each once; and an enrolment of nobody there is refused."""
    part = station(place).part
    numbers = [member.elector.number for member in part.members]
    for wrong in (numbers[1::-1], numbers[:1] * 2, ["F99999999"]):
        links = tuple(EnrolmentLink(number=number, enrolment="0" * 32) for number in wrong)
        with pytest.raises(Malformed):
            StoredPart(part=part, enrolments=links)


def test_a_roll_key_opens_with_its_passphrase_and_for_its_election() -> None:
    """And is refused with another, for another election, or when its file is changed."""
    data = lock_roll_key(b"k" * 32, ELECTION.identity, "word", salt=b"s" * 16, nonce=b"n" * 12, cost=Cost.TOY)
    key = unlock_roll_key(read_roll_key(data, ELECTION.identity), "word")
    assert key.open("S1", KEY.seal("S1", b"x", b"n" * 12)) == b"x"
    assert "6b6b" not in repr(key)
    with pytest.raises(Unproven):
        unlock_roll_key(read_roll_key(data, ELECTION.identity), "wörd")
    with pytest.raises(Unproven):
        read_roll_key(data, "0" * 64)
    forged = data.replace(ELECTION.identity.encode(), b"0" * 64)
    with pytest.raises(Unproven):
        unlock_roll_key(read_roll_key(forged, "0" * 64), "word")
    with pytest.raises(Malformed):
        read_roll_key(b"urna key 1\n", ELECTION.identity)


def test_an_enrolment_record_is_canonical(place: Place) -> None:
    """One spelling, so one hash."""
    record = open_record(an_enrolment(place).record, SETUP)
    assert isinstance(record, EnrolmentRecord)
    assert encode(record).startswith(b'{"archive":')
