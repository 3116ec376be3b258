"""Ballot styles: which contests an elector of a station decides, derived from territories and electorates.

An elector of group G at a station decides the contests of the station's territories whose electorate is ALL or
G. So a style is a set of contests, and whoever reads a definition can derive it again.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from urna.election.definition import Contest

EVERYBODY = "ALL"
"""The electorate that every elector belongs to."""

LONGEST_CODE = 40


class Ballot(NamedTuple):
    """The contests of one kind of elector, by their codes in the definition's order, and the kind's group."""

    contests: tuple[str, ...]
    group: str


class Coverage:
    """Which contests are decided where.

    Args:
        contests: in the definition's order, the order on every ballot.
    """

    def __init__(self, contests: Sequence[Contest]) -> None:
        first = {contest.code: contest for contest in reversed(contests)}
        self._order = {contest.code: number for number, contest in enumerate(contests)}
        self._at: dict[str, list[Contest]] = {}
        for contest in first.values():
            self._at.setdefault(contest.territory, []).append(contest)

    def contests(self, places: Sequence[str]) -> list[Contest]:
        """The contests decided in any of these territories, in ballot order."""
        found = [contest for place in places for contest in self._at.get(place, ())]
        return sorted(found, key=lambda contest: self._order[contest.code])

    def ballot(self, places: Sequence[str], group: str) -> Ballot:
        """What an elector of a group decides in these territories; a group without a contest there is like all."""
        suited = [contest for contest in self.contests(places) if contest.electorate in {EVERYBODY, group}]
        own = any(contest.electorate == group for contest in suited)
        return Ballot(tuple(contest.code for contest in suited), group if own else EVERYBODY)


def name_styles(ballots: Mapping[Ballot, int], contests: Sequence[Contest]) -> dict[Ballot, str]:
    """A readable code for each distinct ballot: its narrowest territory, and the group if there is one.

    Ballots that share their narrowest territory add the next one, until they differ. The codes depend on the
    definition alone, so the same folder gives the same codes.

    Args:
        ballots: each with the number of stations that use it; different in contests.
        contests: in the definition's order.
    """
    territory = {contest.code: contest.territory for contest in contests}
    stations = Counter[str]()
    for ballot, count in ballots.items():
        stations.update(dict.fromkeys({territory[code] for code in ballot.contests}, count))
    narrow = {ballot: _narrowest(ballot, territory, stations) for ballot in ballots}
    names: dict[Ballot, str] = {}
    for length in range(1, 1 + max((len(places) for places in narrow.values()), default=0)):
        spelled = {ballot: _spell(ballot, narrow[ballot][:length]) for ballot in ballots if ballot not in names}
        shared = Counter([*spelled.values(), *names.values()])
        names |= {ballot: name for ballot, name in spelled.items() if shared[name] == 1 and len(name) <= LONGEST_CODE}
    return {ballot: names.get(ballot, f"STYLE-{number}") for number, ballot in enumerate(ballots, start=1)}


def _narrowest(ballot: Ballot, territory: Mapping[str, str], stations: Mapping[str, int]) -> list[str]:
    """A ballot's territories, those with the fewest stations first, then in ballot order."""
    places = list(dict.fromkeys(territory[code] for code in ballot.contests))
    return sorted(places, key=lambda place: stations[place])


def _spell(ballot: Ballot, places: Sequence[str]) -> str:
    return "-".join(places if ballot.group == EVERYBODY else (*places, ballot.group))
