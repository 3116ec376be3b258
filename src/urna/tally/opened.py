"""What the guardians' openings add to the totals: votes that tally sheets withhold.

An opening says the votes of a set of stations. Some of them show their votes on their sheets already, and some stand in
a smaller opened set; what is left is the set's own part, and only that is new.

    own part = opened set, without stations whose sheets show the contest, without opened sets inside it
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from urna.election.definition import Contest, Election
from urna.encoding.canonical import Code
from urna.errors import Unproven
from urna.tally.decryption import AggregateOpening
from urna.tally.sheet import ContestTally
from urna.tally.totals import OwnPart, StationCount
from urna.words import Sentence


def own_parts(
    election: Election, openings: Iterable[AggregateOpening], counted: Mapping[Code, StationCount]
) -> Iterator[OwnPart]:
    """The own part of every opened set that has one, smaller sets first.

    Args:
        election: the definition.
        openings: in any order, each verified against its ciphertexts; sets of one contest nested or disjoint.
        counted: what each counted station's sheet says.

    Raises:
        Unproven: an opening contradicts the sheets: it is of a station that is not counted, or has fewer votes than
            its parts.
    """
    by_contest: dict[Code, list[AggregateOpening]] = {}
    for opening in openings:
        by_contest.setdefault(opening.contest, []).append(opening)
    for contest, of_contest in by_contest.items():
        smaller: list[OwnPart] = []
        for opening in sorted(of_contest, key=lambda each: len(each.stations)):
            part = _own_part(election.contests[contest], opening, smaller, counted)
            if part is not None:
                smaller.append(part)
                yield part


def counted_parts(
    election: Election,
    openings: Iterable[AggregateOpening],
    counted: Mapping[Code, StationCount],
    annulled: Mapping[Code, StationCount],
) -> Iterator[OwnPart]:
    """The own parts that the totals add, also when stations were annulled after their votes had been opened.

    What an annulled station had shown is taken off the opened sums like what any sheet shows. An own part in which it
    stands counts no more: its votes cannot be told from those of the others, which are withheld again.

    Args:
        election: the definition.
        openings: as for `own_parts`.
        counted: what the sheets of the stations say that count.
        annulled: what the sheets of stations said that counted once.

    Raises:
        Unproven: as `own_parts`.
    """
    parts = own_parts(election, openings, {**annulled, **counted})
    return (part for part in parts if counted.keys() >= set(part.stations))


def _own_part(
    contest: Contest, opening: AggregateOpening, smaller: Sequence[OwnPart], counted: Mapping[Code, StationCount]
) -> OwnPart | None:
    tallies = {station: _tally(contest.code, station, counted) for station in opening.stations}
    inside = [part for part in smaller if set(part.stations) <= set(opening.stations)]
    within = {station for part in inside for station in part.stations}
    own = tuple(sorted(code for code, tally in tallies.items() if tally.votes is None and code not in within))
    votes = [each.votes for each in opening.options]
    for tally in tallies.values():
        if tally.votes is not None:
            votes = [left - each.votes for left, each in zip(votes, tally.votes, strict=True)]
    for part in inside:
        votes = [left - right for left, right in zip(votes, part.votes, strict=True)]
    ballots = sum(tallies[station].ballots for station in own)
    undervotes = ballots * contest.votes_allowed - sum(votes)
    if undervotes < 0 or any(each < 0 for each in votes) or (not own and any(votes)):
        raise Unproven(
            Sentence("votes of contest {contest} that the sheets and smaller sets leave room for", _named(opening)),
            Sentence("others in opening {serial}", _named(opening)),
            Sentence("Do not publish it; find out which of the two was changed."),
            contest.code,
        )
    return OwnPart(contest.code, own, ballots, tuple(votes), undervotes) if own else None


def _tally(contest: Code, station: Code, counted: Mapping[Code, StationCount]) -> ContestTally:
    found = counted[station].contests if station in counted else ()
    tally = next((each for each in found if each.contest == contest), None)
    if tally is None:
        raise Unproven(
            Sentence("stations whose sheets count contest {contest}", {"contest": contest}),
            Sentence("{station}", {"station": station}),
            Sentence("Open only what was counted."),
            station,
        )
    return tally


def _named(opening: AggregateOpening) -> dict[str, str | int]:
    return {"contest": opening.contest, "serial": opening.serial}
