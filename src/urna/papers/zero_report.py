"""The zero report: the paper that shows, before anybody votes, that a booth's box holds nothing."""

from urna.election.definition import Contest, Election
from urna.encoding.parts import Kind
from urna.errors import Malformed
from urna.papers.paper import Beside, Block, Digest, Fact, Facts, Heading, Line, Paper, Row, Rule, Signatures, Table
from urna.papers.pen import Pen, codes, digests, look_up, moment
from urna.papers.signers import signers
from urna.tally.sheet import OptionVotes, ZeroReport
from urna.words import Say, Sentence, in_english


def zero_report(
    election: Election, report: ZeroReport, document: bytes, *, say: Say = in_english, language: str = "en"
) -> Paper:
    """The paper of a zero report.

    Args:
        election: the election.
        report: what the booth reports.
        document: the report as the booth signed it; the QR codes carry it.
        say: translates urna's own words into `language`.
        language: the paper's language.

    Raises:
        Malformed: the report does not fit the definition.
    """
    pen = Pen(election, say, language)
    kind = say("Zero report")
    blocks: list[Block] = [
        Heading(text=pen.title(), level=1),
        Heading(text=kind, level=2),
        Beside(left=(Facts(facts=pen.place(report.station)),), right=(Facts(facts=_facts(pen, report)),)),
        Rule(),
    ]
    for contest, votes in _by_contest(election, report):
        blocks += [Heading(text=pen.words(contest.title), level=3), _table(pen, contest, votes)]
    blocks += [
        Rule(),
        Heading(text=say("The signed report, to be photographed"), level=3),
        codes(pen, document, Kind.ZERO_REPORT),
        *digests(pen, document),
        Digest(name=say("Ballot box as filled (SHA-256)"), digits=report.box_sha256),
        Heading(text=say("Signatures"), level=3),
        Line(text=say("We saw the box empty and sealed, and these numbers zero.")),
        Signatures(names=signers(pen)),
    ]
    return Paper(
        form="report",
        name=f"zero-report-{report.station}-{report.booth}",
        title=f"{kind} · {report.station}",
        language=language,
        banner=pen.banner(),
        footer=f"{pen.title()} · {report.station} · {kind}",
        blocks=tuple(blocks),
    )


def _facts(pen: Pen, report: ZeroReport) -> tuple[Fact, ...]:
    return (
        Fact(name=pen.say("Booth"), value=str(report.booth)),
        Fact(name=pen.say("Opened at"), value=moment(report.opened_at)),
        Fact(name=pen.say("Ballots in the box"), value=str(report.ballots)),
        Fact(name=pen.say("Free places in the box"), value=str(report.slots)),
    )


def _table(pen: Pen, contest: Contest, votes: tuple[OptionVotes, ...]) -> Table:
    return Table(
        rows=tuple(
            Row(label=option.name, detail=pen.detail(contest, option), values=(each.votes,))
            for option, each in zip(contest.options, votes, strict=True)
        ),
        halves=True,
    )


def _by_contest(election: Election, report: ZeroReport) -> list[tuple[Contest, tuple[OptionVotes, ...]]]:
    # The report lists every option of the station's contests in one sequence; its order is the definition's.
    look_up(election.stations, report.station)
    contests = election.contests_of_station(report.station)
    if [vote.option for vote in report.votes] != [option.code for each in contests for option in each.options]:
        raise Malformed(
            Sentence("every option of the station's contests, in the definition's order"),
            Sentence("others"),
            Sentence("Check that the definition is the one of this election."),
            report.station,
        )
    parted = []
    start = 0
    for contest in contests:
        parted.append((contest, report.votes[start : start + len(contest.options)]))
        start += len(contest.options)
    return parted
