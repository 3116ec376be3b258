"""The code slip on paper: the confirmation code in letters that can be read out, and in a QR code with its signature.

The voter keeps it. It says nothing of what was chosen, so it proves a vote to nobody; it holds no time and no number,
so it orders no ballots.
"""

from urna.ballot.code_slip import CodeSlip
from urna.election.definition import Election
from urna.encoding.parts import Kind
from urna.papers.paper import Block, Heading, Line, Paper, Rule
from urna.papers.pen import Pen, codes
from urna.words import Say, Sentence, in_english

_GROUPS_A_LINE = 2
"""Four lines that fit in any letters: a code of wide ones would break inside its line otherwise."""


def code_slip(
    election: Election, slip: CodeSlip, document: bytes, *, say: Say = in_english, language: str = "en"
) -> Paper:
    """The paper of a code slip.

    Args:
        election: the election.
        slip: what the booth signed.
        document: the slip as signed; the QR code carries it whole.
        say: translates urna's own words into `language`.
        language: the station's language, the same on all its papers.
    """
    pen = Pen(election, say, language)
    blocks: list[Block] = [
        Heading(text=pen.title(), level=1),
        Line(text=say(Sentence("Station {station}", {"station": slip.station}))),
        Rule(),
        Heading(text=say("Your confirmation code"), level=2),
        *(Line(text=line, size="large", strong=True) for line in _lines(slip.code)),
        codes(pen, document, Kind.CODE_SLIP),
        Line(text=say("Keep this slip. It does not say what you chose.")),
        Line(text=say("After the closing, find your code in the public record, with what became of the ballot.")),
    ]
    return Paper(
        form="slip",
        name="code-slip",
        title=pen.title(),
        language=language,
        banner=pen.banner(),
        blocks=tuple(blocks),
    )


def _lines(code: str) -> list[str]:
    """The eight groups, two a line."""
    groups = code.split(" ")
    return [" ".join(groups[at : at + _GROUPS_A_LINE]) for at in range(0, len(groups), _GROUPS_A_LINE)]
