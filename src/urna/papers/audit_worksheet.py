"""The audit worksheet: slips of one box counted by hand, stroke by stroke, by two people.

The sheet's own numbers are not printed on it: who counts must not know what is expected. They are written in from the
posted copy when both counts are done.
"""

from urna.election.definition import Contest, Election
from urna.encoding.canonical import Code
from urna.errors import Malformed
from urna.papers.paper import Blanks, Block, Facts, Fields, Heading, Line, Paper, Row, Rule, Signatures, Strokes
from urna.papers.pen import Pen, look_up
from urna.words import Say, Sentence, in_english

STROKES_A_BOX = 5
MOST_BOXES = 600
"""3,000 slips of one option: more than any station has electors."""


def audit_worksheet(
    election: Election,
    station: Code,
    slips: int,
    *,
    contests: tuple[Code, ...] | None = None,
    say: Say = in_english,
    language: str = "en",
) -> Paper:
    """The worksheet of one station.

    Args:
        election: the election.
        station: whose box is opened.
        slips: how many slips a box may hold at most: there are strokes for that many beside each option. The cast
            ballots of the posted sheet, or the electors of the station.
        contests: the contests drawn; None: all.
        say: translates urna's own words into `language`.
        language: the paper's language.

    Raises:
        Malformed: the definition has no such station or contest, or there are more slips than a station can have.
    """
    pen = Pen(election, say, language)
    place = pen.place(station)
    boxes = _boxes(slips)
    kind = say("Audit worksheet")
    blocks: list[Block] = [
        Heading(text=pen.title(), level=1),
        Heading(text=kind, level=2),
        Facts(facts=place),
        Rule(),
        *(Line(text=f"{number}. {say(step)}") for number, step in enumerate(_STEPS, start=1)),
        Blanks(names=(say("Slips in the box, first count"), say("Slips in the box, second count"))),
    ]
    for contest in _drawn(election, station, contests):
        blocks += _contest(pen, contest, boxes)
    blocks += [
        Heading(text=say("Signatures"), level=3),
        Fields(names=(say("First counter"), say("Second counter"))),
        Signatures(names=(say("First counter"), say("Second counter"), *[say("Witness, party")] * 4)),
    ]
    return Paper(
        form="report",
        name=f"audit-worksheet-{station}",
        title=f"{kind} · {station}",
        language=language,
        banner=pen.banner(),
        footer=f"{pen.title()} · {station} · {kind}",
        blocks=tuple(blocks),
    )


_STEPS = (
    Sentence("Open the box before the witnesses and count the slips without unfolding them, twice."),
    Sentence("One person reads a slip aloud and shows it; one makes a stroke, five to a box, the fifth across."),
    Sentence("Change places and count again; write both counts."),
    Sentence("Only then write the numbers of the posted sheet, and the difference."),
)


def _drawn(election: Election, station: Code, wanted: tuple[Code, ...] | None) -> tuple[Contest, ...]:
    there = {contest.code: contest for contest in election.contests_of_station(station)}
    return tuple(there.values()) if wanted is None else tuple(look_up(there, code) for code in wanted)


def _contest(pen: Pen, contest: Contest, boxes: int) -> tuple[Block, ...]:
    options = tuple(Row(label=option.name, detail=pen.detail(contest, option), values=()) for option in contest.options)
    unused = Row(label=pen.say("Votes not used"), values=())
    columns = (pen.say("First count"), pen.say("Second count"), pen.say("Posted sheet"), pen.say("Difference"))
    return (
        Heading(text=pen.words(contest.title), level=2),
        Strokes(rows=(*options, unused), boxes=boxes, blanks=columns),
    )


def _boxes(slips: int) -> int:
    boxes = -(-slips // STROKES_A_BOX)
    if not 1 <= boxes <= MOST_BOXES:
        raise Malformed(
            Sentence("1 to {most} slips", {"most": MOST_BOXES * STROKES_A_BOX}),
            Sentence("{slips}", {"slips": slips}),
            Sentence("Take the cast ballots of the posted sheet."),
        )
    return boxes
