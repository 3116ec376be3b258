"""A file of encrypted ballots: one line that says whose they are, and then rows of one length, sorted by id.

    {"ballots":53,"context":"…","election":"…","form":"committed","row_bytes":3568,"station":"…","style":"…","type":"…"}
    row ‖ row ‖ …

A row is a ballot in its compact or its committed form (docs/spec/protocol.md, Two forms of one ballot). All rows have
one length, so the file can be read in parts, from any row on, in bounded memory. The two forms of a file say the same
ballots: a mirror may carry either, and neither is a leaf of the log, because the station's ballot list, which is one,
has the hash of every ballot's compact form.
"""

from collections.abc import Sequence
from typing import Annotated, Literal

import msgspec

from urna.ballot.context import BallotContext
from urna.ballot.forms import ID_BYTES, committed_bytes, compact_bytes
from urna.ballot.shape import BallotShape
from urna.encoding.canonical import Code, Count, Hash, Record, decode, encode
from urna.errors import Malformed, Unproven
from urna.words import Sentence

Form = Literal["compact", "committed"]

MAX_HEADER_BYTES = 1024

MAX_ROW_BYTES = 64 * 1024 * 1024
"""More than any ballot: one with 5,000 options has 1.4 MB, and its station could not be read if that were too long."""


class BallotFileHeader(Record, frozen=True, kw_only=True, tag_field="type", tag="urna/ballot-file/1"):
    """The first line of the file, which a newline ends."""

    election: Hash
    station: Code
    style: Code
    form: Form
    context: Hash
    """What every ballot of the file is bound to; the reader computes it again and compares."""
    row_bytes: Annotated[int, msgspec.Meta(ge=48, le=MAX_ROW_BYTES)]
    ballots: Count

    @property
    def size(self) -> int:
        """The length of the line, its newline included."""
        return len(encode(self)) + 1

    @property
    def file_bytes(self) -> int:
        """The length of the whole file."""
        return self.size + self.ballots * self.row_bytes

    def offset(self, row: int) -> int:
        """Where a row begins, counted from 0."""
        return self.size + row * self.row_bytes


def row_bytes(shape: BallotShape, form: Form) -> int:
    """The length of a ballot in one of its forms."""
    return committed_bytes(shape) if form == "committed" else compact_bytes(shape)


def header_of(election: Hash, context: BallotContext, form: Form, ballots: int) -> BallotFileHeader:
    """The first line of the file of a station's ballots of one style."""
    return BallotFileHeader(
        election=election,
        station=context.station,
        style=context.shape.style,
        form=form,
        context=context.context.hex(),
        row_bytes=row_bytes(context.shape, form),
        ballots=ballots,
    )


def write_ballot_file(election: Hash, context: BallotContext, rows: Sequence[bytes], form: Form = "committed") -> bytes:
    """The whole file.

    Args:
        election: the election's identity.
        context: of the station and style.
        rows: the ballots in this form, in any order; they are sorted by id, with which each begins.
        form: which one.
    """
    header = header_of(election, context, form, len(rows))
    return b"".join([encode(header), b"\n", *sorted(rows, key=lambda row: row[:ID_BYTES])])


def read_header(start: bytes, where: str = "") -> BallotFileHeader:
    """The header, from the first bytes of a file.

    Args:
        start: the file's first bytes, at least `MAX_HEADER_BYTES` of them if it has so many.
        where: the file.

    Raises:
        Malformed: no such line.
    """
    line, newline, _ = start[:MAX_HEADER_BYTES].partition(b"\n")
    if not newline:
        raise Malformed(
            Sentence("a file of encrypted ballots, its first line at most {limit} bytes", {"limit": MAX_HEADER_BYTES}),
            Sentence("something else"),
            Sentence("Fetch the record again, whole."),
            where,
        )
    return decode(line, BallotFileHeader, where)


def check_header(header: BallotFileHeader, election: Hash, context: BallotContext, size: int, where: str = "") -> None:
    """Returns if a file's header is the one that this place in the record asks for.

    Args:
        header: as it was read.
        election: the election's identity.
        context: of the station and style, computed from the definition and the guardians' keys.
        size: the length of the whole file.
        where: the file.

    Raises:
        Unproven: another election's, station's or style's ballots, or bound to other keys.
        Malformed: the file is longer or shorter than its rows.
    """
    expected = header_of(election, context, header.form, header.ballots)
    if header != expected:
        raise Unproven(_whose(expected), _whose(header), Sentence("Put the station's own file there."), where)
    if size != header.file_bytes:
        raise Malformed(
            Sentence("{size} bytes", {"size": header.file_bytes}),
            Sentence("{size} bytes", {"size": size}),
            Sentence("Fetch the record again, whole."),
            where,
        )


def _whose(header: BallotFileHeader) -> Sentence:
    return Sentence(
        "ballots of election {election}, station {station}, style {style}, context {context}, {size} bytes each",
        {
            "election": header.election[:16],
            "station": header.station,
            "style": header.style,
            "context": header.context[:16],
            "size": header.row_bytes,
        },
    )
