"""Check 27: the joint keys are the ones that follow from what every guardian committed to, showed and signed."""

from collections.abc import Iterator, Mapping

from urna.ballot.ceremony import GuardianCoefficients, GuardianCommitment, GuardianRecord, read_ceremony
from urna.ballot.keys import JointKeys
from urna.encoding.document import read_document
from urna.errors import UrnaError
from urna.record.layout import JOINT_KEY, Kind
from urna.verify.authority import Inquiry
from urna.verify.report import Check, in_a_sentence
from urna.words import N_, Sentence


def check_guardians(inquiry: Inquiry) -> JointKeys | None:
    """The joint keys, if every document of the ceremony is there and verifies.

    1. As many commitments and coefficients as the definition has guardians, and one joint key.
    2. What they say together (`ballot/ceremony.read_ceremony`).
    3. Each guardian's documents lie under its own number. If they do not, the keys are right all the same.
    """
    notebook, authority = inquiry.notebook, inquiry.election.definition.authority
    numbers: dict[str, str | int] = {"threshold": authority.guardian_threshold, "count": len(authority.guardians)}
    notebook.checked(Check.GUARDIANS, detail=Sentence("{threshold} of {count} guardians", numbers))
    missing = list(_missing(inquiry, len(authority.guardians)))
    for path, sentence in missing:
        notebook.find(Check.GUARDIANS, sentence, file=path)
    if missing:
        return None
    try:
        commitments, coefficients = (_read_all(inquiry, kind) for kind in _KINDS)
        keys = read_ceremony(inquiry.election, commitments, coefficients, inquiry.folder.read(JOINT_KEY))
        for path, sentence in _misplaced(inquiry):
            notebook.find(Check.GUARDIANS, sentence, file=path)
    except UrnaError as error:
        notebook.find(Check.GUARDIANS, in_a_sentence(error))
        return None
    return keys


_KINDS: Mapping[Kind, type[GuardianRecord]] = {
    Kind.GUARDIAN_COMMITMENT: GuardianCommitment,
    Kind.GUARDIAN_COEFFICIENTS: GuardianCoefficients,
}
"""What each guardian publishes one of."""

_OTHER_NUMBERS = {
    Kind.GUARDIAN_COMMITMENT: N_(
        "{left} documents of the kind “guardian's commitment”; there must be one of each of {right} guardians."
    ),
    Kind.GUARDIAN_COEFFICIENTS: N_(
        "{left} documents of the kind “guardian's coefficients”; there must be one of each of {right} guardians."
    ),
}
"""What is said where a guardian's document is not there, or one too many."""


def _missing(inquiry: Inquiry, guardians: int) -> Iterator[tuple[str, Sentence]]:
    """What is not there, or there beyond the guardians of the definition."""
    folder = inquiry.folder
    for kind in _KINDS:
        found = folder.numbered(kind)
        if [number for number, _ in found] != list(range(1, guardians + 1)):
            values: dict[str, str | int] = {"left": len(found), "right": guardians}
            path = found[-1][1] if found else ""
            yield path, Sentence(_OTHER_NUMBERS[kind], values)
    if not folder.has(JOINT_KEY):
        yield JOINT_KEY, Sentence("{file} is missing.", {"file": JOINT_KEY})


def _misplaced(inquiry: Inquiry) -> Iterator[tuple[str, Sentence]]:
    """Documents of a guardian under another's number: the same ceremony would have two spellings."""
    for kind, record in _KINDS.items():
        for number, path in inquiry.folder.numbered(kind):
            guardian = read_document(inquiry.folder.read(path), record, path).guardian
            if guardian != number:
                values: dict[str, str | int] = {"file": path, "left": guardian, "right": number}
                yield path, Sentence("{file} is of guardian {left}, its name says {right}.", values)


def _read_all(inquiry: Inquiry, kind: Kind) -> list[bytes]:
    return [inquiry.folder.read(path) for _, path in inquiry.folder.numbered(kind)]
