"""A role card on paper: a QR code that carries the card, and whose it is.

What the code carries opens nothing without its owner's PIN, and no secret of the station without a second card.
The PIN is on another paper, in another envelope.
"""

from urna.election.definition import Election
from urna.encoding import canonical
from urna.errors import Malformed
from urna.papers.paper import Block, Code, Codes, Facts, Fields, Heading, Line, Paper, Rule
from urna.papers.pen import Pen, look_up
from urna.words import N_, Say, Sentence, in_english

MOST_BYTES = 779
"""What a code holds that a thermal printer and a cheap camera still manage (encoding/parts)."""

_ROLES = {
    "president": N_("President"),
    "secretary": N_("Secretary"),
    "member": N_("Member"),
    "technician": N_("Technician"),
}

_PURPOSES = {
    "data_key": N_("Opening: brings the poll book's list, together with a second card"),
    "closing_key": N_("Closing: brings the votes, together with a second card"),
    "sign_in": N_("Signing in at the poll book"),
}


def role_card(
    election: Election,
    station: canonical.Code,
    card: bytes,
    *,
    role: str,
    purpose: str,
    say: Say = in_english,
    language: str = "en",
) -> Paper:
    """The paper of one card.

    Args:
        election: the election.
        station: where it is used.
        card: the card's bytes, which are text; the code carries them as they are.
        role: "president", "secretary", "member" or "technician".
        purpose: "data_key", "closing_key" or "sign_in".
        say: translates urna's own words into `language`.
        language: the paper's language.

    Raises:
        Malformed: a role or purpose that no card has, too many bytes for a code, or no such station.
    """
    pen = Pen(election, say, language)
    if not 1 <= len(card) <= MOST_BYTES:
        raise Malformed(
            Sentence("a card of 1 to {limit} bytes", {"limit": MOST_BYTES}),
            Sentence("{size} bytes", {"size": len(card)}),
            Sentence("Carry this card on a stick instead of paper."),
            station,
        )
    holder = say(look_up(_ROLES, role))
    kind = say("Role card")
    blocks: list[Block] = [
        Heading(text=pen.title(), level=1),
        Heading(text=f"{kind} · {holder}", level=2),
        Facts(facts=pen.place(station)),
        Line(text=say(look_up(_PURPOSES, purpose)), size="large", strong=True),
        Codes(codes=(Code(data=card, caption=f"{station} · {holder}"),)),
        Rule(),
        Line(text=say("Hold this code before the poll book's camera, and type your PIN.")),
        Line(text=say("Keep it with you and lend it to nobody. Do not write the PIN on it.")),
        Line(text=say("If it is lost, tell the president at once: it is locked by telephone.")),
        Fields(names=(say("Holder"),)),
    ]
    return Paper(
        form="report",
        name=f"role-card-{station}-{role}-{purpose}".replace("_", "-"),
        title=f"{kind} · {station}",
        language=language,
        banner=pen.banner(),
        footer=f"{pen.title()} · {station} · {kind}",
        blocks=tuple(blocks),
    )
