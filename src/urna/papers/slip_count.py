"""A box counted from photographs: what a machine read, what two people say of the rest, and the sum of both.

Every photograph is one slip, and every slip of the box has one. A photograph that the machine cannot read is looked at
by two people, each for themselves; only what both say counts. A file of theirs has a line for each choice on such a
slip, photo,contest,option; a slip without any choice has one line with neither contest nor option.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping

from urna.audit.typed_table import read_table
from urna.ballot.selections import Selections, choose
from urna.election.definition import Election
from urna.encoding.canonical import Code
from urna.errors import Finding, Findings, Malformed
from urna.words import Sentence

COLUMNS = ["photo", "contest", "option"]

Said = Mapping[str, frozenset[tuple[Code, Code]]]
"""By photograph, contest and option of each choice."""

_LOOK_AGAIN = Sentence("Look at the slip again, each for yourself, and type it anew.")


def read_said(data: bytes, where: str) -> Said:
    """What one person says of some photographs.

    Raises:
        Malformed: no table in UTF-8 with these three columns.
        Findings: lines that are none; all of them.
    """
    said: dict[str, set[tuple[Code, Code]]] = defaultdict(set)
    findings = []
    for number, cells in read_table(data, COLUMNS, where, may_be_empty=True):
        if len(cells) != len(COLUMNS) or not cells[0] or bool(cells[1]) != bool(cells[2]):
            line = {"line": ",".join(cells)[:80]}
            findings.append(Finding(where, number, Sentence("this is no choice: {line}.", line), _LINE))
        else:
            said[cells[0]].update([(cells[1], cells[2])] if cells[1] else [])
    if findings:
        raise Findings(findings)
    return {photo: frozenset(choices) for photo, choices in said.items()}


_LINE = Sentence("Write photo,contest,option; for a slip without any choice leave the last two empty.")


def agreed(
    election: Election, station: Code, unread: Iterable[str], first: Said, second: Said
) -> dict[str, Selections]:
    """What two people say alike of the photographs that no machine could read.

    Raises:
        Findings: a photograph that one of them left out or that was read, what they say differently, and choices that
            no slip of the station can have.
    """
    wanted = sorted(unread)
    findings: list[Finding] = []
    decided: dict[str, Selections] = {}
    for photo in sorted({*wanted, *first, *second}):
        if photo not in wanted:
            findings.append(
                _finding(photo, Sentence("This photograph was read by the machine, or is none."), _LEAVE_OUT)
            )
        elif photo not in first or photo not in second:
            findings.append(_finding(photo, Sentence("One of the two people says nothing of it."), _LOOK_AGAIN))
        elif first[photo] != second[photo]:
            findings.append(_finding(photo, _two_sayings(first[photo], second[photo]), _LOOK_AGAIN))
        elif (selections := _possible(election, station, first[photo])) is None:
            findings.append(_finding(photo, Sentence("No slip of this station can say that."), _LOOK_AGAIN))
        else:
            decided[photo] = selections
    if findings:
        raise Findings(findings)
    return decided


_LEAVE_OUT = Sentence("Leave it out of the file.")


def count_slips(election: Election, station: Code, slips: Iterable[Selections]) -> dict[tuple[Code, Code], int]:
    """Votes by contest and option, of every option of every contest of the station."""
    votes: Counter[tuple[Code, Code]] = Counter()
    for selections in slips:
        votes.update((each.contest, option) for each in selections.contests for option in each.options)
    contests = election.contests_of_station(station)
    return {(each.code, option.code): votes[each.code, option.code] for each in contests for option in each.options}


def check_slips(photographs: int, slips: int, station: Code) -> None:
    """Returns if there are as many photographs as slips were counted in the box.

    Raises:
        Malformed: there are not.
    """
    if photographs != slips:
        raise Malformed(
            Sentence("one photograph of each of the {slips} slips", {"slips": slips}),
            Sentence("{photographs}", {"photographs": photographs}),
            Sentence("Count the slips again, and look for one that was photographed twice or not at all."),
            station,
        )


def _possible(election: Election, station: Code, said: frozenset[tuple[Code, Code]]) -> Selections | None:
    chosen: dict[Code, list[Code]] = defaultdict(list)
    for contest, option in sorted(said):
        chosen[contest].append(option)
    for each in election.stations[station].styles:
        try:
            return choose(election, each.style, chosen)
        except Malformed:
            continue
    return None


def _two_sayings(first: frozenset[tuple[Code, Code]], second: frozenset[tuple[Code, Code]]) -> Sentence:
    one, other = (
        ", ".join(":".join(each) for each in sorted(said)) or "-" for said in (first - second, second - first)
    )
    return Sentence("Only the first says {one}; only the second says {other}.", {"one": one, "other": other})


def _finding(photo: str, problem: Sentence, remedy: Sentence) -> Finding:
    return Finding(photo, 0, problem, remedy)
