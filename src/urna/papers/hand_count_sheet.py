"""The hand-count sheet: a station's result where people voted with paper ballots.

It says in its title and on every page that it is a hand count: nothing on it proves itself, and the box is what
decides. Its code carries the document that the poll book signed, with a kind of its own.
"""

from urna.election.definition import Contest, Election
from urna.encoding.parts import Kind
from urna.papers.paper import (
    Beside,
    Block,
    Fact,
    Facts,
    Heading,
    Line,
    Paper,
    Plain,
    Row,
    Rule,
    Signatures,
    Table,
)
from urna.papers.pen import Pen, codes, digests, moment
from urna.papers.signers import signers
from urna.tally.hand_count import HandContest, HandCountReason, HandCountSheet, check_hand_count
from urna.words import N_, Say, Sentence, in_english

REASONS = {
    HandCountReason.MACHINE_FAILED: N_("The machine failed and no spare could go on"),
    HandCountReason.PACKAGE_REFUSED: N_("The station's package was refused"),
    HandCountReason.NO_POWER: N_("There was no power"),
    HandCountReason.LATE_MATERIAL: N_("The machine did not arrive"),
    HandCountReason.ORDERED: N_("Ordered by the authority"),
}


def hand_count_sheet(
    election: Election,
    sheet: HandCountSheet,
    document: bytes,
    *,
    copy: int = 1,
    copies: int = 1,
    say: Say = in_english,
    language: str = "en",
) -> Paper:
    """The paper of a hand count.

    Args:
        election: the election.
        sheet: what the members counted.
        document: the sheet as it is sent, signed with the poll book's key; the code carries it whole.
        copy: which copy this is, from 1.
        copies: how many are printed.
        say: translates urna's own words into `language`.
        language: the paper's language.

    Raises:
        Malformed: the sheet does not fit the definition.
        Unproven: its sums do not hold.
    """
    check_hand_count(election, sheet)
    pen = Pen(election, say, language)
    kind, number = say("Hand-count sheet"), say(Sentence("Copy {copy} of {copies}", {"copy": copy, "copies": copies}))
    blocks: list[Block] = [
        Heading(text=pen.title(), level=1),
        Heading(text=f"{kind} · {number}", level=2),
        Line(text=say("PAPER BALLOTS, COUNTED BY HAND. This is not a machine's sheet."), size="large", strong=True),
        Beside(left=(Facts(facts=pen.place(sheet.station)),), right=(Facts(facts=_facts(pen, sheet)),)),
        Rule(),
        *_people(pen, sheet),
    ]
    for counted in sheet.contests:
        blocks += _contest(pen, election.contests[counted.contest], counted)
    blocks += [
        Rule(),
        codes(pen, document, Kind.HAND_COUNT),
        *digests(pen, document),
        Heading(text=say("Signatures"), level=3),
        Line(text=say("We counted these ballots by hand before the witnesses.")),
        Signatures(names=signers(pen)),
    ]
    return Paper(
        form="report",
        name=f"hand-count-{sheet.station}-{sheet.sequence}-copy-{copy}",
        title=f"{kind} · {sheet.station}",
        language=language,
        banner=pen.banner(),
        footer=f"{pen.title()} · {sheet.station} · {kind} · {number}",
        blocks=tuple(blocks),
    )


def _facts(pen: Pen, sheet: HandCountSheet) -> tuple[Fact, ...]:
    return (
        Fact(name=pen.say("Closed at"), value=moment(sheet.closed_at)),
        Fact(name=pen.say("Why by hand"), value=pen.say(REASONS[sheet.reason])),
    )


def _people(pen: Pen, sheet: HandCountSheet) -> tuple[Plain, ...]:
    rows = (
        (pen.say("Registered"), sheet.registered, False),
        (pen.say("Signatures in the book (hand count)"), sheet.signatures, True),
        (pen.say("Ballots handed out"), sheet.handed_out, False),
        (pen.say("Ballots in the box"), sheet.ballots, True),
        (pen.say("Ballots more (+) or fewer (-) than signatures"), sheet.difference, False),
    )
    table = Table(rows=tuple(Row(label=label, values=(value,), strong=strong) for label, value, strong in rows))
    return (Heading(text=pen.say("People and ballots"), level=3), table)


def _contest(pen: Pen, contest: Contest, counted: HandContest) -> tuple[Block, ...]:
    title = Heading(text=pen.words(contest.title), level=3)
    if counted.votes is None:
        return (title, Line(text=pen.say(_withheld(pen.election, counted))))
    options = tuple(
        Row(label=option.name, detail=pen.detail(contest, option), values=(each.votes,))
        for option, each in zip(contest.options, counted.votes, strict=True)
    )
    sums = (
        Row(label=pen.say("Ballots with a vote"), values=(counted.valid,)),
        Row(label=pen.say("Blank ballots"), values=(counted.blank,)),
        Row(label=pen.say("Null ballots"), values=(counted.null,)),
        Row(label=pen.say("Ballots, in all"), values=(counted.ballots,), strong=True),
    )
    return (title, Table(rows=options, halves=True), Table(rows=sums))


def _withheld(election: Election, counted: HandContest) -> Sentence:
    return Sentence(
        "{ballots} ballots were counted here, fewer than {threshold}: the votes are withheld and counted nowhere;"
        " the paper ballots stay in the box.",
        {"ballots": counted.ballots, "threshold": election.rules.secrecy_threshold},
    )
