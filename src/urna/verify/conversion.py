"""Encrypted ballots in their other form, for a mirror: proven first, so that nothing false is written.

A compact file is half as long, a committed one is verified faster. Both say the same ballots, and the list binds both.
"""

from typing import NamedTuple

from urna.encoding.canonical import encode
from urna.record.ballot_file import Form, header_of
from urna.record.layout import ciphertexts_path
from urna.verify.ballot_boxes import Box, BoxInspector, box_bytes, split_rows
from urna.verify.ballot_files import Keyed
from urna.verify.engines import Engine
from urna.verify.report import Finding
from urna.verify.station_files import BallotFile


class Converted(NamedTuple):
    """Some rows of a file in the form that was asked for; none if something is wrong with them."""

    findings: tuple[Finding, ...]
    rows: bytes
    ballots: int


class BoxConverter:
    """Converts boxes; it can be sent to other processes.

    Args:
        keyed: the record, its election and joint keys.
        engine: how proofs are checked.
        form: the form that is asked for; rows that have it stay as they are.
    """

    def __init__(self, keyed: Keyed, engine: Engine, form: Form) -> None:
        self._keyed = keyed
        self._engine = engine
        self._form = form
        self._inspect = BoxInspector(keyed, engine)
        self.box_rows = engine.box_rows

    def __call__(self, box: Box) -> Converted:
        """The box, inspected as the verification of a record does it, and converted."""
        file = box.file
        findings = self._inspect((box,)).findings
        if findings:
            return Converted(findings, b"", box.rows)
        data = self._keyed.reader.read_part(file.path, file.start + box.first * file.row_bytes, box_bytes(box))
        if file.form != self._form:
            context = self._keyed.context(file.station, file.style)
            data = b"".join(self._engine.convert(context, file.form, split_rows(data, file.row_bytes)))
        return Converted((), data, box.rows)


def converted_path(file: BallotFile, form: Form) -> str:
    """Where the file lies in the record of the mirror."""
    return ciphertexts_path(file.station, file.style, form)


def converted_header(keyed: Keyed, file: BallotFile, form: Form) -> bytes:
    """The first line of the file in its other form, its newline included."""
    context = keyed.context(file.station, file.style)
    return encode(header_of(keyed.election.identity, context, form, file.rows)) + b"\n"
