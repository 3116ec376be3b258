"""A paper: a sequence of blocks that any printer can set, on A4 or on an 80 mm roll.

    Paper
    ├── Heading, Line, Rule, Space        words
    ├── Facts                             names and their values, one a line
    ├── Table of Rows                     words at the left, whole numbers at the right
    ├── Digest                            a hash that people compare by eye
    ├── Codes                             QR codes, each with what it carries
    ├── Blanks, Fields, Checks, Writing   what people fill in by hand: numbers, words, ticks, sentences
    ├── Strokes                           what people count by strokes, five to a box
    ├── Register of Entries               a list of people or codes, with columns to sign in
    ├── Signatures                        lines to sign on
    └── Beside                            two halves, next to each other where the paper is wide

A paper holds no date, number or id of its own: the same contents are the same paper, byte for byte.
"""

from typing import Literal

from urna.encoding.canonical import Record


class Heading(Record, frozen=True, kw_only=True, tag_field="block", tag="heading"):
    """A heading: 1 the paper's title, 2 a part, 3 a part of a part."""

    text: str
    level: Literal[1, 2, 3] = 2


class Line(Record, frozen=True, kw_only=True, tag_field="block", tag="line"):
    """A paragraph."""

    text: str
    size: Literal["small", "normal", "large"] = "normal"
    strong: bool = False


class Rule(Record, frozen=True, kw_only=True, tag_field="block", tag="rule"):
    """A line across the paper."""


class Space(Record, frozen=True, kw_only=True, tag_field="block", tag="space"):
    """An empty line."""


class Fact(Record, frozen=True, kw_only=True):
    """A name and its value."""

    name: str
    value: str


class Facts(Record, frozen=True, kw_only=True, tag_field="block", tag="facts"):
    """Names and their values, one a line."""

    facts: tuple[Fact, ...]


class Row(Record, frozen=True, kw_only=True):
    """A line of a table.

    `values` are people, ballots or votes; None is a number that is not known or not shown, a dash on paper.
    """

    label: str
    detail: str = ""
    """Said after the label, smaller."""
    values: tuple[int | None, ...]
    strong: bool = False
    """A sum."""


class Table(Record, frozen=True, kw_only=True, tag_field="block", tag="table"):
    """Rows with as many values each as the header has words after its first; no header, one value."""

    header: tuple[str, ...] = ()
    rows: tuple[Row, ...]
    halves: bool = False
    """Whether a wide paper sets the rows in two columns, the first half at the left."""


class Digest(Record, frozen=True, kw_only=True, tag_field="block", tag="digest"):
    """A hash in hexadecimal digits, set in groups."""

    name: str
    digits: str


class Code(Record, frozen=True, kw_only=True):
    """A QR code in byte mode and the words under it."""

    data: bytes
    caption: str


class Codes(Record, frozen=True, kw_only=True, tag_field="block", tag="codes"):
    """QR codes, side by side where the paper is wide."""

    codes: tuple[Code, ...]


class Blanks(Record, frozen=True, kw_only=True, tag_field="block", tag="blanks"):
    """Numbers that people count and write in by hand."""

    names: tuple[str, ...]


class Fields(Record, frozen=True, kw_only=True, tag_field="block", tag="fields"):
    """Names, each with a line behind it to write a few words on."""

    names: tuple[str, ...]


class Check(Record, frozen=True, kw_only=True):
    """A statement with a box before it."""

    text: str
    ticked: bool = False


class Checks(Record, frozen=True, kw_only=True, tag_field="block", tag="checks"):
    """Statements of which some are true: crossed in print where that is known, by hand otherwise."""

    checks: tuple[Check, ...]


class Writing(Record, frozen=True, kw_only=True, tag_field="block", tag="writing"):
    """Empty lines for handwriting."""

    lines: int


class Strokes(Record, frozen=True, kw_only=True, tag_field="block", tag="strokes"):
    """A row for each thing that is counted by strokes: boxes of five strokes, then blanks for the numbers."""

    rows: tuple[Row, ...]
    """Label and detail; no values, since whoever counts must not know what is expected."""
    boxes: int
    """Boxes beside each row."""
    blanks: tuple[str, ...]
    """What is written at the end of each row."""


class Entry(Record, frozen=True, kw_only=True):
    """A line of a register."""

    cells: tuple[str, ...]


class Register(Record, frozen=True, kw_only=True, tag_field="block", tag="register"):
    """A list over many pages, its header on each of them."""

    header: tuple[str, ...]
    entries: tuple[Entry, ...]
    by_hand: tuple[str, ...] = ()
    """Columns that people fill in."""
    finger: bool = False
    """Whether the last of those is a box for a fingerprint."""
    codes: bool = False
    """Whether the last cell is a code, set so that its symbols cannot be mistaken."""


class Signatures(Record, frozen=True, kw_only=True, tag_field="block", tag="signatures"):
    """Lines to sign on, each with who signs there."""

    names: tuple[str, ...]


Plain = (
    Heading
    | Line
    | Rule
    | Space
    | Facts
    | Table
    | Digest
    | Codes
    | Blanks
    | Fields
    | Checks
    | Writing
    | Strokes
    | Register
    | Signatures
)


class Beside(Record, frozen=True, kw_only=True, tag_field="block", tag="beside"):
    """Two halves: next to each other where the paper is wide, one after the other on a roll."""

    left: tuple[Plain, ...]
    right: tuple[Plain, ...]


Block = Plain | Beside


class Paper(Record, frozen=True, kw_only=True):
    """Everything that stands on one paper."""

    form: Literal["report", "slip"]
    """A report is A4 or a roll; a slip is always 80 mm wide and set in large letters."""
    name: str
    """A short name for a file, without blanks: it says what the paper is, never which ballot."""
    title: str
    language: str
    banner: str = ""
    """Words that stand out on every page: that this is a rehearsal."""
    mark: str = ""
    """Words in a frame on every page: that this is a reprint."""
    footer: str = ""
    """Words at the foot of every page of a report."""
    blocks: tuple[Block, ...]

    def __repr__(self) -> str:
        """The name alone: a slip's blocks are somebody's choices."""
        return f"Paper({self.name})"

    def __rich_repr__(self) -> list[tuple[str, str]]:
        """The same for rich, which would list the fields otherwise."""
        return [("name", self.name)]
