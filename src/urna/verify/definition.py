"""Checks 2 and 3: who signed the definition, and whether an election can be held by it."""

from urna.election.check import check_definition
from urna.election.check_sums import check_sums
from urna.election.definition import Authority, Definition, Election
from urna.encoding.document import open_document, read_document
from urna.errors import UrnaError
from urna.log.note import NoteVerifier
from urna.record.keys import officer_verifiers
from urna.record.layout import DEFINITION
from urna.verify.folder import Folder
from urna.verify.pins import Pins
from urna.verify.report import Check, Notebook, in_a_sentence
from urna.words import Sentence


def check_definition_document(folder: Folder, pins: Pins, notebook: Notebook) -> Election | None:
    """The election, if its definition can be read and breaks no rule.

    1. Read it.
    2. Its officers are the pinned ones, if there are pins; enough of them signed it.
    3. It breaks no rule; only then does anything else make sense.
    """
    data = _read(folder, notebook)
    if data is None:
        return None
    try:
        definition = read_document(data, Definition, DEFINITION)
    except UrnaError as error:
        notebook.find(Check.DEFINITION_SIGNED, in_a_sentence(error), file=DEFINITION)
        notebook.checked(Check.DEFINITION_SIGNED)
        return None
    _check_signatures(data, definition.authority, pins, notebook)
    return _check_sound(definition, notebook)


def _read(folder: Folder, notebook: Notebook) -> bytes | None:
    if not folder.has(DEFINITION):
        return None
    try:
        return folder.read(DEFINITION)
    except UrnaError as error:
        notebook.find(Check.FOLDER, in_a_sentence(error), file=DEFINITION)
        return None


def _check_signatures(data: bytes, authority: Authority, pins: Pins, notebook: Notebook) -> None:
    """Without pins the officers are those that the definition names of itself, and the report says so."""
    try:
        officers = officer_verifiers(authority.officers)
        open_document(data, Definition, officers, authority.threshold, DEFINITION)
        if pins.officers:
            _compare_officers(officers, authority.threshold, pins, notebook)
            open_document(data, Definition, pins.officers, pins.threshold or authority.threshold, DEFINITION)
    except UrnaError as error:
        notebook.find(Check.DEFINITION_SIGNED, in_a_sentence(error), file=DEFINITION)
    if not pins.officers:
        notebook.remarks.append(
            Sentence(
                "The officers' keys are the record's own; get them elsewhere and give them with --authority.",
                {},
            )
        )
    notebook.checked(
        Check.DEFINITION_SIGNED,
        detail=Sentence(
            "{threshold} of {count} officers",
            {"threshold": authority.threshold, "count": len(authority.officers)},
        ),
    )


def _compare_officers(officers: list[NoteVerifier], threshold: int, pins: Pins, notebook: Notebook) -> None:
    """Other officers, or fewer who must sign, would be another authority."""
    named, pinned = ({each.vkey() for each in keys} for keys in (officers, pins.officers))
    if named != pinned:
        values: dict[str, str | int] = {"left": len(named - pinned), "right": len(pinned - named)}
        notebook.find(
            Check.DEFINITION_SIGNED,
            Sentence("The definition names {left} officers who are not pinned, and misses {right} who are.", values),
            file=DEFINITION,
        )
    if pins.threshold is not None and threshold != pins.threshold:
        values = {"left": threshold, "right": pins.threshold}
        notebook.find(
            Check.DEFINITION_SIGNED,
            Sentence("The definition asks for {left} officers' signatures, the pins for {right}.", values),
            file=DEFINITION,
        )


def _check_sound(definition: Definition, notebook: Notebook) -> Election | None:
    mistakes = check_definition(definition)
    election = None if mistakes else Election(definition)
    mistakes += check_sums(election) if election is not None else ()
    for mistake in mistakes:
        notebook.find(Check.DEFINITION_SOUND, mistake.problem, file=DEFINITION)
    counts: dict[str, str | int] = {
        "stations": len(definition.stations),
        "contests": len(definition.contests),
    }
    notebook.checked(Check.DEFINITION_SOUND, detail=Sentence("stations: {stations}, contests: {contests}", counts))
    return None if mistakes else election
