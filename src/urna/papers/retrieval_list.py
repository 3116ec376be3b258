"""What an audit fetches: one paper for each centre, with the boxes that the seed drew there and lines to sign for them.

A box that came up more than once is fetched once; its draws are in the round's record.
"""

from collections.abc import Sequence
from typing import NamedTuple

from urna.audit.seed import SeedRecord
from urna.election.definition import Election
from urna.encoding.canonical import Code
from urna.papers.paper import Entry, Fact, Facts, Heading, Line, Paper, Register, Signatures
from urna.papers.pen import Pen, look_up, moment
from urna.words import Say, Sentence, in_english


class ToFetch(NamedTuple):
    """A drawn box: its station, and how many slips it may hold."""

    station: Code
    papers: int


def retrieval_list(
    election: Election,
    seed: SeedRecord,
    centre: Code,
    boxes: Sequence[ToFetch],
    *,
    say: Say = in_english,
    language: str = "en",
) -> Paper:
    """The list of one centre.

    Args:
        election: the election.
        seed: what was rolled, for everybody at the door to see that these boxes and no others were drawn.
        centre: where they are.
        boxes: at least one, in any order.
        say: translates urna's own words into `language`.
        language: the paper's language.

    Raises:
        Malformed: the definition has no such centre or station.
    """
    pen = Pen(election, say, language)
    kind = say("Boxes to fetch")
    entries = tuple(
        Entry(cells=(box.station, look_up(election.stations, box.station).name, str(box.papers)))
        for box in sorted(boxes)
    )
    return Paper(
        form="report",
        name=f"boxes-{centre}",
        title=f"{kind} · {centre}",
        language=language,
        banner=pen.banner(),
        footer=f"{pen.title()} · {centre} · {kind}",
        blocks=(
            Heading(text=pen.title(), level=1),
            Heading(text=kind, level=2),
            Facts(
                facts=(
                    Fact(name=say("Centre"), value=f"{centre} · {look_up(election.territories, centre).name}"),
                    Fact(name=say("Audit"), value=seed.audit),
                    Fact(name=say("Seed"), value=seed.seed),
                    Fact(name=say("Rolled in public"), value=f"{seed.place}, {moment(seed.rolled_at)}"),
                )
            ),
            *(Line(text=f"{number}. {say(step)}") for number, step in enumerate(_STEPS, start=1)),
            Register(
                header=(say("Station"), say("Name"), say("Slips expected")),
                entries=entries,
                by_hand=(say("Seal"), say("Whole?"), say("Taken by")),
            ),
            Signatures(names=(say("Audit board"), say("Custodian"), say("Witness, party"), say("Witness, party"))),
        ),
    )


_STEPS = (
    Sentence("Anybody may repeat the draw from the seed: scripts/draw.sh, or urna audit draw."),
    Sentence("Compare each seal's number with the closing record before the box leaves its place."),
    Sentence("A box that is not there is written down as lost; no other one is taken in its place."),
)
