"""The tally sheet of a round of slips: strokes for what the drawn slips of all boxes say together.

Nobody can tell from it what a slip or a box says. Two people fill in one each and type it, each alone.
"""

from collections.abc import Sequence

from urna.audit.reading_rules import draws_with
from urna.audit.rounds import DrawRound
from urna.election.definition import Contest, Election
from urna.papers.audit_worksheet import MOST_BOXES, STROKES_A_BOX
from urna.papers.paper import Block, Fact, Facts, Fields, Heading, Line, Paper, Row, Rule, Signatures, Strokes
from urna.papers.pen import Pen
from urna.words import Say, Sentence, in_english


def slip_worksheet(
    election: Election, drawn: DrawRound, asked: Sequence[Contest], *, say: Say = in_english, language: str = "en"
) -> Paper:
    """The tally sheet of a round.

    Args:
        election: the election.
        drawn: the round.
        asked: the contests that are read (`few_slips.contests_read`).
        say: translates urna's own words into `language`.
        language: the paper's language.
    """
    pen = Pen(election, say, language)
    kind = say("Tally of drawn slips")
    facts = ((say("Audit"), drawn.audit), (say("Round"), str(drawn.round)), (say("Draws"), str(len(drawn.draws))))
    blocks: list[Block] = [
        Heading(text=pen.title(), level=1),
        Heading(text=kind, level=2),
        Facts(facts=tuple(Fact(name=name, value=value) for name, value in facts)),
        Rule(),
        *(Line(text=f"{number}. {say(step)}") for number, step in enumerate(_STEPS, start=1)),
    ]
    for each in asked:
        blocks += _contest(pen, each, draws_with(election, drawn, each.code))
    blocks += [Fields(names=(say("Who made these strokes"),)), Signatures(names=(say("Audit board"),) * 2)]
    return Paper(
        form="report",
        name=f"slip-tally-{drawn.audit}-{drawn.round}",
        title=f"{kind} · {drawn.audit} · {drawn.round}",
        language=language,
        banner=pen.banner(),
        footer=f"{pen.title()} · {drawn.audit} · {kind} · {drawn.round}",
        blocks=tuple(blocks),
    )


_STEPS = (
    Sentence("Two people make strokes, each on a sheet of their own, while a third reads the slips aloud."),
    Sentence("A stroke for each draw: a slip that counts twice gets two strokes."),
    Sentence("A slip with several votes gets a stroke for each; one without a vote, or not found, one stroke there."),
    Sentence("Both type their sums, each alone: urna audit read. Then the sheets are destroyed."),
)


def _contest(pen: Pen, contest: Contest, draws: int) -> tuple[Block, ...]:
    boxes = min(MOST_BOXES, max(1, -(-draws // STROKES_A_BOX)))
    said = Sentence("Draws of boxes with this contest: {draws}", {"draws": draws})
    rows = [Row(label=option.name, detail=pen.detail(contest, option), values=()) for option in contest.options]
    rows += [Row(label=pen.say("Without a valid vote"), values=()), Row(label=pen.say("Not found"), values=())]
    return (
        Heading(text=pen.words(contest.title), level=2),
        Line(text=pen.say(said)),
        Strokes(rows=tuple(rows), boxes=boxes, blanks=(pen.say("Sum"),)),
    )
