"""The code sheet: the single-use codes with which a president lets somebody in without a matching finger.

Printed by the authority, folded and sealed. Each code is struck out by hand when it is used; no elector is written
beside it. The sheet in an envelope is the only place where the codes stand: the package holds slow hashes of them.
"""

from collections.abc import Sequence

from urna.election.definition import Election
from urna.encoding.canonical import Code
from urna.errors import Malformed
from urna.papers.paper import Block, Entry, Facts, Heading, Line, Paper, Register, Signatures
from urna.papers.pen import Pen
from urna.words import Say, Sentence, in_english


def code_sheet(
    election: Election, station: Code, lines: Sequence[str], *, say: Say = in_english, language: str = "en"
) -> Paper:
    """The paper of a station's codes.

    Args:
        election: the election.
        station: whose codes they are.
        lines: each code as people type it, its line first: "07 K7QFM 2XR9T".
        say: translates urna's own words into `language`.
        language: the paper's language.

    Raises:
        Malformed: no code, one without its line, a line twice, or no such station.
    """
    pen = Pen(election, say, language)
    entries = tuple(_entry(line, station) for line in lines)
    _check(entries, station)
    kind = say("Sheet of codes")
    blocks: list[Block] = [
        Heading(text=pen.title(), level=1),
        Heading(text=kind, level=2),
        Facts(facts=pen.place(station)),
        Line(text=say("Sealed until the station opens. One code lets one person in, once; then strike it out.")),
        Line(text=say("Write no voter's name or number beside a code."), strong=True),
        Register(
            header=(say("Line"), say("Code")),
            entries=entries,
            by_hand=(say("Used: the president's initials"),),
            codes=True,
        ),
        Line(text=say("After the closing this sheet goes back to the authority, with the codes that are left.")),
        Signatures(names=(say("President"), say("Secretary"))),
    ]
    return Paper(
        form="report",
        name=f"code-sheet-{station}",
        title=f"{kind} · {station}",
        language=language,
        banner=pen.banner(),
        footer=f"{pen.title()} · {station} · {kind}",
        blocks=tuple(blocks),
    )


def _entry(line: str, station: Code) -> Entry:
    number, _, code = line.partition(" ")
    if not (number.isdecimal() and code):
        raise _malformed(Sentence("a line's number and its code"), Sentence("something else"), station)
    return Entry(cells=(number, code))


def _check(entries: tuple[Entry, ...], station: Code) -> None:
    if not entries:
        raise _malformed(Sentence("at least one code"), Sentence("none"), station)
    if len({entry.cells[0] for entry in entries}) != len(entries):
        raise _malformed(Sentence("every line once"), Sentence("a line twice"), station)


def _malformed(expected: Sentence, found: Sentence, station: Code) -> Malformed:
    return Malformed(expected, found, Sentence("Make the sheet again; a code is never mended by hand."), station)
