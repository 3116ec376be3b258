"""Whether a count of a box can be what was found: against the definition, the station's sheet, and the manifest."""

from collections.abc import Collection, Iterable, Sequence

from urna.audit.box_count import AuditCount, BoxState
from urna.audit.contest_tables import found_in, lines_of
from urna.audit.examination import check_no_identity
from urna.election.definition import Contest, Election
from urna.encoding.canonical import Code, printable
from urna.encoding.letters import letters_of
from urna.errors import Malformed
from urna.tally.sheet import ContestTally
from urna.words import Sentence

MOST_REASON = 500
"""Letters."""

MOST_SLIPS = 1_000_000
"""In one box, however full; so that sums of weights stay within 64 bits."""


def withheld_on(tallies: Iterable[ContestTally], audited: Collection[Code] | None = None) -> tuple[Code, ...]:
    """The contests, of those audited, that a sheet withholds, ascending: their count is not published either."""
    hidden = (each.contest for each in tallies if each.votes is None)
    return tuple(sorted(code for code in hidden if audited is None or code in audited))


def contests_counted(election: Election, audited: Collection[Code], station: Code) -> tuple[Contest, ...]:
    """The contests of a station that an audit counts there: those that it audits; all others stay in the box."""
    return tuple(each for each in election.contests_of_station(station) if each.code in audited)


def check_count(count: AuditCount, contests: Sequence[Contest], tallies: Sequence[ContestTally]) -> None:
    """Returns if the count is of these contests and possible; more slips than there may be are a finding, no mistake.

    1. Two different people typed it. A lost box has no slips and no lines, and a reason; a count that replaces another
       one has a reason: one line, without the number of anybody's card.
    2. Withheld is what the sheet withholds; every option of every other contest has one line.
    3. No contest has more votes than its slips allow, and no choice more than there are slips.

    Args:
        count: of a station.
        contests: as `contests_counted`.
        tallies: of its sheet.

    Raises:
        Malformed: one of these fails.
    """
    _check_people(count)
    if count.state is BoxState.LOST:
        if count.papers or count.lines or count.withheld:
            raise _refused(count, Sentence("a lost box without slips and lines"), Sentence("some"))
        return
    if count.papers > MOST_SLIPS:
        most = Sentence("at most {most} slips in a box", {"most": MOST_SLIPS})
        raise _refused(count, most, Sentence("{found}", {"found": count.papers}))
    _check_lines(count, contests, tallies)
    for contest in contests:
        if contest.code not in count.withheld:
            _check_votes(count, contest)


def _check_people(count: AuditCount) -> None:
    first, second = map(letters_of, count.typed_by)
    if not first or not second or first == second or not all(map(str.isprintable, count.typed_by)):
        people = printable(", ".join(count.typed_by))
        raise _refused(count, Sentence("two people who typed"), Sentence("{people}", {"people": people}))
    if not count.reason and (count.state is BoxState.LOST or count.sequence > 1):
        raise _refused(count, Sentence("a reason"), Sentence("none"))
    if len(count.reason) > MOST_REASON or (count.reason and not count.reason.isprintable()):
        raise _refused(
            count,
            Sentence("a reason of one line, at most {most} letters", {"most": MOST_REASON}),
            Sentence("{count} letters", {"count": len(count.reason)}),
        )
    check_no_identity((count.reason, *count.typed_by), count.station)


def _check_lines(count: AuditCount, contests: Sequence[Contest], tallies: Sequence[ContestTally]) -> None:
    withheld = withheld_on(tallies, {contest.code for contest in contests})
    if count.withheld != withheld:
        raise _refused(
            count,
            Sentence("withheld what the sheet withholds: {contests}", {"contests": ", ".join(withheld) or "-"}),
            Sentence("{contests}", {"contests": ", ".join(count.withheld) or "-"}),
        )
    expected = sorted(
        (contest.code, option.code)
        for contest in contests
        if contest.code not in withheld
        for option in contest.options
    )
    found = [(line.contest, line.option) for line in count.lines]
    if found != expected:
        others = sorted(set(found) ^ set(expected)) or [("", "")]
        raise _refused(
            count,
            Sentence("one line for each of the {count} options, in order", {"count": len(expected)}),
            Sentence(
                "{count} lines; missing or too many: {contest}, {option}",
                {"count": len(found), "contest": others[0][0], "option": others[0][1]},
            ),
        )


def _check_votes(count: AuditCount, contest: Contest) -> None:
    votes = sum(line.votes for line in lines_of(count, contest.code))
    most = max((found_in(count, contest) or {"": 0}).values(), default=0)
    if votes > count.papers * contest.votes_allowed or most > count.papers:
        raise _refused(
            count,
            Sentence(
                "at most {votes} votes in {contest}, and {papers} for one choice",
                {"votes": count.papers * contest.votes_allowed, "contest": contest.code, "papers": count.papers},
            ),
            Sentence("{votes}, and {most}", {"votes": votes, "most": most}),
        )


def _refused(count: AuditCount, expected: Sentence, found: Sentence) -> Malformed:
    remedy = Sentence(
        "Count the box again. If it cannot be what the manifest says, record it as lost, with the reason."
    )
    return Malformed(expected, found, remedy, count.station)
