"""A role card on paper: a QR code that carries the card, and whose it is.

What the code carries opens nothing without its owner's PIN, and no secret of the station without a second card.
The PIN is on another paper, in another envelope.
"""

import re

from urna.election.definition import Election
from urna.encoding import canonical
from urna.errors import Malformed
from urna.papers.paper import Block, Code, Codes, Facts, Fields, Heading, Line, Paper, Rule
from urna.papers.pen import Pen, look_up
from urna.words import N_, Say, Sentence, in_english

MOST_LETTERS = 1732
"""What a code of at most 70 mm holds in letters and digits: version 28, level M, 137 modules with the quiet zone."""

_ROLES = {
    "president": N_("President"),
    "secretary": N_("Secretary"),
    "member": N_("Member"),
    "technician": N_("Technician"),
}

_KEYS = (
    N_("Opening: brings the poll book's list, together with a second card"),
    N_("Closing: brings the votes, together with a second card"),
)
_SIGN_IN = (N_("Signing in at the poll book"),)
_USES = {"president": _KEYS, "secretary": _KEYS, "member": _KEYS, "technician": _SIGN_IN}

_TEXT = re.compile(rf"[0-9A-Z]{{1,{MOST_LETTERS}}}")


def role_card(
    election: Election,
    station: canonical.Code,
    card: str,
    *,
    role: str,
    say: Say = in_english,
    language: str = "en",
) -> Paper:
    """The paper of one card.

    Args:
        election: the election.
        station: where it is used.
        card: the card as text (`station/card_file.card_text`), capitals and digits; the code carries it as it is.
        role: "president", "secretary", "member" or "technician".
        say: translates urna's own words into `language`.
        language: the paper's language.

    Raises:
        Malformed: a role that no card has, a text that is none or too long for a code, or no such station.
    """
    pen = Pen(election, say, language)
    if not _TEXT.fullmatch(card):
        raise Malformed(
            Sentence("a card of 1 to {limit} capitals and digits", {"limit": MOST_LETTERS}),
            Sentence("{size} signs, or other ones", {"size": len(card)}),
            Sentence("Carry this card on a stick instead of paper."),
            station,
        )
    holder = say(look_up(_ROLES, role))
    kind = say("Role card")
    blocks: list[Block] = [
        Heading(text=pen.title(), level=1),
        Heading(text=f"{kind} · {holder}", level=2),
        Facts(facts=pen.place(station)),
        *(Line(text=say(use), strong=True) for use in look_up(_USES, role)),
        Codes(codes=(Code(data=card.encode(), caption=f"{station} · {holder}"),)),
        Rule(),
        Line(text=say("Hold this code before the poll book's camera, and type your PIN.")),
        Line(text=say("Keep it with you and lend it to nobody. Do not write the PIN on it.")),
        Line(text=say("If it is lost, tell the president at once: it is locked by telephone.")),
        Fields(names=(say("Holder"),)),
    ]
    return Paper(
        form="report",
        name=f"role-card-{station}-{role}",
        title=f"{kind} · {station}",
        language=language,
        banner=pen.banner(),
        footer=f"{pen.title()} · {station} · {kind}",
        blocks=tuple(blocks),
    )
