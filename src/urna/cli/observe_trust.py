"""Before the first look: whose log it is, from a definition that enough officers signed."""

from pathlib import Path

from urna.cli.screen import groups_of_four, out
from urna.cli.words import in_spoken, say
from urna.election.definition import Definition, Election
from urna.election.signing import open_definition
from urna.encoding.document import open_document
from urna.errors import Unproven
from urna.observer.memory import Memory, begin
from urna.observer.reading import Source
from urna.record.layout import DEFINITION, MAX_BYTES, Kind
from urna.storage.definition_folder import read_limited
from urna.verify.pins import MAX_PIN_BYTES, Pins, read_pins
from urna.words import Sentence


def begin_with(source: Source, definition: Path | None, authority: Path | None) -> Memory:
    """A monitor that has seen nothing, and trusts the log that the definition names.

    1. The definition that was given, else the record's own.
    2. Its officers signed it; if their keys were given, exactly those officers.
    3. Its identity is shown, to be compared with other people's.

    Raises:
        Malformed: not a definition.
        Unproven: not signed by enough officers, or by others than those whose keys were given.
        OutOfOrder: no answer now.
    """
    if definition is not None:
        data, where = read_limited(definition), str(definition)
    else:
        data, where = source.read(DEFINITION, MAX_BYTES[Kind.DEFINITION]), DEFINITION
    election = open_definition(data, where)
    if authority is not None:
        _check_pins(data, election, read_pins(read_limited(authority, MAX_PIN_BYTES), str(authority)), where)
    out.print(in_spoken(election.definition.title), groups_of_four(election.identity), markup=False)
    if definition is None and authority is None:
        line = say("Its keys are from the record itself: compare the number above with what the officers announced.")
        out.print(line, style="yellow")
    return begin(election)


def _check_pins(data: bytes, election: Election, pins: Pins, where: str) -> None:
    named = {officer.key for officer in election.definition.authority.officers}
    if named != {officer.public_hex for officer in pins.officers}:
        raise Unproven(
            Sentence("a definition of the officers whose keys you gave"),
            Sentence("one of others"),
            Sentence("Check the keys, and whose record this is."),
            where,
        )
    open_document(data, Definition, pins.officers, pins.threshold or 1, where)
