"""Which slips an audit looks at: one paper for each centre, box by box, by their places in the pile from the top.

A slip that the round drew more than once counts as often; one that an earlier round drew is read again. Nothing of what
it says is written here.
"""

from collections.abc import Mapping, Sequence

from urna.audit.seed import SeedRecord
from urna.audit.slip_sums import DrawnSlip
from urna.election.definition import Election
from urna.encoding.canonical import Code
from urna.papers.paper import Entry, Fact, Facts, Heading, Line, Paper, Register, Signatures
from urna.papers.pen import Pen, look_up, moment
from urna.words import Say, Sentence, in_english


def slip_list(
    election: Election,
    seed: SeedRecord,
    centre: Code,
    boxes: Mapping[Code, Sequence[DrawnSlip]],
    round_number: int,
    *,
    say: Say = in_english,
    language: str = "en",
) -> Paper:
    """The list of one centre and round.

    Args:
        election: the election.
        seed: what was rolled, for everybody at the table to see that these slips and no others were drawn.
        centre: where the boxes are.
        boxes: by station, its drawn slips (`slip_sums.slips_by_box`).
        round_number: from 1.
        say: translates urna's own words into `language`.
        language: the paper's language.

    Raises:
        Malformed: the definition has no such centre or station.
    """
    pen = Pen(election, say, language)
    kind = say("Slips to read")
    facts = (
        (say("Centre"), f"{centre} · {look_up(election.territories, centre).name}"),
        (say("Audit"), seed.audit),
        (say("Round"), str(round_number)),
        (say("Seed"), seed.seed),
        (say("Rolled in public"), f"{seed.place}, {moment(seed.rolled_at)}"),
    )
    return Paper(
        form="report",
        name=f"slips-{seed.audit}-{round_number}-{centre}",
        title=f"{kind} · {centre}",
        language=language,
        banner=pen.banner(),
        footer=f"{pen.title()} · {centre} · {kind} · {round_number}",
        blocks=(
            Heading(text=pen.title(), level=1),
            Heading(text=kind, level=2),
            Facts(facts=tuple(Fact(name=name, value=value) for name, value in facts)),
            *(Line(text=f"{number}. {say(step)}") for number, step in enumerate(_STEPS, start=1)),
            Register(
                header=(say("Station"), say("Place in the pile"), say("Draws")),
                entries=tuple(_entry(pen, box, slip) for box in sorted(boxes) for slip in boxes[box]),
                by_hand=(say("Read, or not found"),),
            ),
            Signatures(names=(say("Audit board"), say("Custodian"), say("Witness, party"), say("Witness, party"))),
        ),
    )


_STEPS = (
    Sentence("Anybody may repeat the draw from the seed: urna audit draw."),
    Sentence(
        "Each box was mixed and piled once, before the seed, and its slips were counted. Keep every pile in its order."
    ),
    Sentence(
        "Take each slip by its place, counted from the top, read it aloud and show it, and put it back at its place."
    ),
    Sentence("A slip that counts twice gets two strokes. A place beyond the last slip of the pile is: not found."),
    Sentence("Write what slips say on the tally sheet of the whole round alone, never beside a slip or a box."),
)


def _entry(pen: Pen, box: Code, slip: DrawnSlip) -> Entry:
    again = (pen.say("again"),) if slip.is_again else ()
    return Entry(cells=(box, str(slip.position), " · ".join((f"×{slip.draws}", *again))))
