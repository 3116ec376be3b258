"""The work of the enrolment commands: from a finger on the reader to an elector on the roll, signed by two.

1. Find the elector on the roll.
2. Capture, by what the state machine asks for (roll/enrolment).
3. Seal the images to the archive; make the record; both operators sign.
4. Write it (storage/enrolment_files), whole or not at all.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from urna.biometrics.capture import Extractor, Reader
from urna.cli.roll_enrol_fingers import Fingers, take
from urna.cli.roll_enrol_screen import Desk
from urna.cli.screen import show_error
from urna.election.definition import Election
from urna.encoding.canonical import Code, Hash, Moment, PublicKey
from urna.errors import OutOfOrder, Unproven
from urna.log.note import NoteSigner
from urna.roll.at_rest import EnrolmentId, StoredPart
from urna.roll.elector import Member
from urna.roll.enrolled import EnrolmentRecord, EnrolmentSetup, enrolled, require_operators, sign_record
from urna.roll.enrolment import Enrolment, Event, NothingCaptured, Stage, begin
from urna.roll.enrolment_capsule import ArchivedImages, ArchiveEntry
from urna.roll.enrolment_rules import rules_for
from urna.storage.enrolment_archive import seal_enrolment
from urna.storage.enrolment_files import Enrolled, Place, write_enrolled
from urna.storage.roll_files import read_stored
from urna.words import Sentence

ENROLMENT_ID_BYTES = 16


class Office(NamedTuple):
    """Everything that an enrolment needs but the elector."""

    election: Election
    place: Place
    archive_key: PublicKey
    signers: Sequence[NoteSigner]


class Done(NamedTuple):
    """An enrolment ready to be written, and its record."""

    enrolled: Enrolled
    record: EnrolmentRecord


def open_office(election: Election, place: Place, setup: EnrolmentSetup, signers: Sequence[NoteSigner]) -> Office:
    """The office of two operators.

    Raises:
        Unproven: they are not two, or not operators of this roll.
        OutOfOrder: nobody said yet to whose key images are sealed.
    """
    require_operators(setup, signers)
    if setup.archive is None:
        raise OutOfOrder(
            Sentence("a roll that knows the archive's key"),
            Sentence("none"),
            Sentence("Enter it with: urna roll enrol-setup ROLL --archive-key archive.json."),
            str(place.roll),
        )
    return Office(election, place, setup.archive, signers)


def stations_of_electors(place: Place, election: Election) -> dict[str, Code]:
    """At which station each elector of the roll is, by number. Opens every box once."""
    return {
        member.elector.number: station
        for station in election.stations
        for member in read_stored(place.roll, station, place.key).part.members
    }


def member_of(stored: StoredPart, number: str) -> Member:
    """The elector with this number at a station."""
    return next(member for member in stored.part.members if member.elector.number == number)


def capture_fingers(reader: Reader, extractor: Extractor, desk: Desk, election: Election) -> tuple[Enrolment, Fingers]:
    """Captures one elector's fingers, until the operators confirm or stop.

    Args:
        reader: where the fingers are laid.
        extractor: finds minutiae and quality.
        desk: answers for the operators.
        election: its rule of fingers gives the threshold.
    """
    state, fingers = begin(rules_for(election.rules.fingers.score_of_one)), Fingers()
    while state.stage not in {Stage.CONFIRMED, Stage.ABANDONED}:
        if state.stage is Stage.CAPTURING:
            state = _capture(reader, extractor, desk, state, fingers)
        else:
            asked = desk.decide if state.stage is Stage.DECIDING else desk.review
            state, _ = fingers.follow(state, asked(state))
    return state, fingers


def _capture(reader: Reader, extractor: Extractor, desk: Desk, state: Enrolment, fingers: Fingers) -> Enrolment:
    """The state after one capture, or after what the operators said instead of it."""
    finger = state.finger
    if not finger.captures and (said := desk.before(state)) is not None:
        return fingers.follow(state, said).state
    try:
        taken = take(reader.capture(), extractor)
    except OutOfOrder as error:
        show_error(error)
        taken = None
    event: Event = NothingCaptured() if taken is None else fingers.compare(taken, finger.position)
    after = fingers.follow(state, event, taken)
    if after.verdict is not None:
        desk.captured(state, after.verdict, taken)
    return after.state


class Result(NamedTuple):
    """Confirmed fingers of one elector, wherever they came from."""

    state: Enrolment
    templates: Mapping[int, Sequence[bytes]]
    images: Callable[[EnrolmentId, Hash], ArchivedImages]
    """Gives the images, once the enrolment has its name."""

    def __repr__(self) -> str:
        """How many fingers."""
        return f"Result(fingers={len(self.templates)})"


def finish(office: Office, result: Result, member: Member, now: Moment) -> Done:
    """The enrolment of confirmed fingers: images sealed, record signed; nothing is written yet."""
    identity, entropy = office.election.identity, office.place.entropy
    enrolment = entropy(ENROLMENT_ID_BYTES).hex()
    images = result.images(enrolment, identity)
    entry = ArchiveEntry(enrolment=enrolment, election=identity, number=member.elector.number)
    sealed = seal_enrolment(images, entry, office.archive_key, entropy) if images.images else None
    outcome = enrolled(
        result.state,
        member,
        result.templates,
        election=identity,
        enrolment=enrolment,
        archive=sealed.sha256 if sealed else None,
        signers=office.signers,
        now=now,
    )
    record = sign_record(outcome.record, office.signers)
    return Done(Enrolled(outcome.member, enrolment, record, sealed), outcome.record)


def enrol_one(
    office: Office, number: str, stations: Mapping[str, Code], reader: Reader, extractor: Extractor, desk: Desk
) -> EnrolmentRecord | None:
    """Enrols one elector at the desk; None if the operators stopped, and then nothing was written.

    Raises:
        Unproven: the number is not on the roll.
    """
    if number not in stations:
        raise not_on_roll(office.place.roll)
    state, fingers = capture_fingers(reader, extractor, desk, office.election)
    if state.stage is Stage.ABANDONED:
        return None
    stored = read_stored(office.place.roll, stations[number], office.place.key)
    result = Result(state, fingers.templates(), fingers.archived)
    done = finish(office, result, member_of(stored, number), moment())
    write_enrolled(office.place, stored, [done.enrolled])
    return done.record


def not_on_roll(folder: Path) -> Unproven:
    """What is answered to a number of nobody; it is not repeated, as it may be somebody's."""
    return Unproven(
        Sentence("the number of an elector on this roll"),
        Sentence("another one"),
        Sentence("Read the number again from the identity card; if it is right, the roll has to be corrected first."),
        str(folder),
    )


def moment() -> Moment:
    """Now, to the second."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
