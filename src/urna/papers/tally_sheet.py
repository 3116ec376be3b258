"""The tally sheet on paper: people, ballots and votes of one station, as signed, in a number of copies."""

from urna.election.definition import Contest, Election
from urna.election.statement import PollBookStatement
from urna.encoding.canonical import Code
from urna.encoding.parts import Kind
from urna.errors import Malformed
from urna.papers.paper import (
    Beside,
    Blanks,
    Block,
    Digest,
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
from urna.papers.pen import Pen, codes, digests, look_up, moment
from urna.papers.people import activations, people
from urna.papers.signers import signers
from urna.tally.sheet import ContestTally, OptionVotes, TallySheet
from urna.words import Say, Sentence, in_english


def tally_sheet(
    election: Election,
    sheet: TallySheet,
    statement: PollBookStatement,
    document: bytes,
    *,
    copy: int = 1,
    copies: int = 1,
    say: Say = in_english,
    language: str = "en",
) -> Paper:
    """The paper of a tally sheet.

    Args:
        election: the election.
        sheet: what the booths signed.
        statement: what the poll book signed, the one inside the sheet.
        document: the sheet as signed; the QR codes carry it whole.
        copy: which copy this is, from 1.
        copies: how many are printed.
        say: translates urna's own words into `language`.
        language: the paper's language.

    Raises:
        Malformed: the sheet does not fit the definition.
    """
    pen = Pen(election, say, language)
    kind, number = say("Tally sheet"), Sentence("Copy {copy} of {copies}", {"copy": copy, "copies": copies})
    blocks: list[Block] = [
        Heading(text=pen.title(), level=1),
        Heading(text=f"{kind} · {say(number)}", level=2),
        Beside(left=(Facts(facts=pen.place(sheet.station)),), right=(Facts(facts=_facts(pen, sheet)),)),
        Rule(),
        Beside(left=people(pen, statement), right=(*activations(pen, statement), *_ballots(pen, sheet))),
        Rule(),
    ]
    for tally in sheet.contests:
        blocks += _contest(pen, tally)
    blocks += [
        Rule(),
        Heading(text=say("The signed sheet, to be photographed"), level=3),
        codes(pen, document, Kind.TALLY_SHEET),
        *_digests(pen, sheet, statement, document),
        Heading(text=say("Counted by hand"), level=3),
        Blanks(names=(say("Slips in the box"), say("Spoiled slips"))),
        Heading(text=say("Signatures"), level=3),
        Signatures(names=signers(pen)),
    ]
    return Paper(
        form="report",
        name=f"tally-sheet-{sheet.station}-{sheet.sequence}-copy-{copy}",
        title=f"{kind} · {sheet.station}",
        language=language,
        banner=pen.banner(),
        footer=f"{pen.title()} · {sheet.station} · {say(number)}",
        blocks=tuple(blocks),
    )


def _facts(pen: Pen, sheet: TallySheet) -> tuple[Fact, ...]:
    which = (
        Sentence("Correction {number}", {"number": sheet.sequence})
        if sheet.sequence
        else Sentence("Sheet of the closing")
    )
    return (
        Fact(name=pen.say("Closed at"), value=moment(sheet.closed_at)),
        Fact(name=pen.say("Sheet"), value=pen.say(which)),
    )


def _ballots(pen: Pen, sheet: TallySheet) -> tuple[Plain, ...]:
    rows = [
        Row(
            label=pen.say(Sentence("Booth {number}", {"number": booth.booth})),
            values=(booth.cast, booth.void, booth.challenged, booth.made),
        )
        for booth in sheet.booths
    ]
    columns = zip(*(row.values for row in rows), strict=True)
    total = Row(label=pen.say("In all"), values=tuple(sum(v or 0 for v in column) for column in columns), strong=True)
    header = (pen.say("Booth"), pen.say("Cast"), pen.say("Void"), pen.say("Challenged"), pen.say("Slips printed"))
    return (
        Heading(text=pen.say("Ballots (booths)"), level=3),
        Table(header=header, rows=(*rows, total)),
        *_styles(pen, sheet),
    )


def _styles(pen: Pen, sheet: TallySheet) -> tuple[Plain, ...]:
    if len(sheet.styles) < 2:
        return ()
    rows = [
        Row(label=pen.say(Sentence("Ballot style {style}", {"style": each.style})), values=(each.cast,))
        for each in sheet.styles
    ]
    return (Heading(text=pen.say("Cast ballots by style"), level=3), Table(rows=tuple(rows)))


def _contest(pen: Pen, tally: ContestTally) -> list[Block]:
    contest = look_up(pen.election.contests, tally.contest)
    title = Heading(text=pen.words(contest.title), level=3)
    if tally.votes is None:
        return [title, Line(text=pen.say(_withheld(pen.election, tally)))]
    votes = _votes(contest, tally.votes)
    options = tuple(
        Row(label=option.name, detail=pen.detail(contest, option), values=(votes[option.code],))
        for option in contest.options
    )
    return [title, Table(rows=options, halves=True), *_shared_cards(pen, contest, votes), _sums(pen, tally, votes)]


def _withheld(election: Election, tally: ContestTally) -> Sentence:
    return Sentence(
        "{ballots} ballots were cast here, fewer than {threshold}: the votes are withheld, and are opened"
        " only together with those of other stations.",
        {"ballots": tally.ballots, "threshold": election.rules.secrecy_threshold},
    )


def _votes(contest: Contest, votes: tuple[OptionVotes, ...]) -> dict[Code, int]:
    found = {vote.option: vote.votes for vote in votes}
    if list(found) != [option.code for option in contest.options] or len(found) != len(votes):
        raise Malformed(
            Sentence("every option of the contest once, in the definition's order"),
            Sentence("others"),
            Sentence("Check that the definition is the one of this election."),
            contest.code,
        )
    return found


def _shared_cards(pen: Pen, contest: Contest, votes: dict[Code, int]) -> list[Block]:
    # Several cards may count for one candidate: people who copy the sheet want the candidate's sum.
    rows = []
    for choice in contest.choices:
        cards = [votes[option.code] for option in contest.options if option.choice == choice.code]
        if len(cards) > 1:
            label = pen.say(Sentence("{name}, {count} cards", {"name": choice.name, "count": len(cards)}))
            rows.append(Row(label=label, values=(sum(cards),), strong=True))
    return [Table(rows=tuple(rows), halves=True)] if rows else []


def _sums(pen: Pen, tally: ContestTally, votes: dict[Code, int]) -> Table:
    total = sum(votes.values())
    undervotes = tally.undervotes or 0
    values = (tally.ballots, total, undervotes, total + undervotes)
    return Table(
        header=("", pen.say("Ballots"), pen.say("Votes"), pen.say("Not used"), pen.say("Votes and not used")),
        rows=(Row(label=pen.say("Sums"), values=values, strong=True),),
    )


def _digests(pen: Pen, sheet: TallySheet, statement: PollBookStatement, document: bytes) -> tuple[Digest, ...]:
    zero = [
        Digest(
            name=pen.say(Sentence("Zero report of booth {number} (SHA-256)", {"number": booth.booth})),
            digits=booth.zero_report,
        )
        for booth in sheet.booths
    ]
    root = [Digest(name=pen.say("All ballots (Merkle root)"), digits=sheet.ballots_root)] if sheet.ballots_root else []
    roll = Digest(name=pen.say("Electors (Merkle root of the roll)"), digits=statement.roll_root)
    return (*digests(pen, document), *root, roll, *zero)
