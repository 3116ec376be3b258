"""A roll that was imported once is checked again wherever it is about to be used: signed, or loaded.

The CSV import lists every mistake with its line; here the first is enough, because a roll that passed the
import and fails here was changed in between.
"""

from collections import Counter
from collections.abc import Iterable

from urna.election.definition import Election
from urna.errors import Unproven
from urna.roll.elector import Elector, RollPart
from urna.roll.styles import styles_for
from urna.words import Sentence


def check_roll(parts: Iterable[RollPart], election: Election) -> None:
    """Returns if every part is right and nobody is in two of them.

    Raises:
        Unproven: as `check_part`, or a number at two stations.
    """
    known: set[str] = set()
    for part in parts:
        check_part(part, election)
        numbers = {member.elector.number for member in part.members}
        if known & numbers:
            raise _changed(
                Sentence("electors of one station each"), Sentence("a number that another station has too"), part
            )
        known |= numbers


def check_part(part: RollPart, election: Election) -> None:
    """Returns if this is a roll that the definition allows at this station.

    1. The election and the station are the definition's, and all electors are of this station.
    2. Numbers are sorted, each once.
    3. Every elector's style is the one of the elector's group.
    4. Every style has as many electors as the definition says.

    Raises:
        Unproven: one of these does not hold.
    """
    electors = [member.elector for member in part.members]
    _check_place(part, electors, election)
    _check_numbers(part, electors)
    _check_styles(part, electors, election)
    _check_counts(part, electors, election)


def _check_place(part: RollPart, electors: Iterable[Elector], election: Election) -> None:
    stations = {elector.station for elector in electors} | {part.station}
    if part.election != election.identity or stations != {part.station} or part.station not in election.stations:
        raise _changed(
            Sentence("electors of one station of this election"), Sentence("another election or station"), part
        )


def _check_numbers(part: RollPart, electors: Iterable[Elector]) -> None:
    numbers = [elector.number for elector in electors]
    if numbers != sorted(set(numbers)):
        raise _changed(Sentence("electors sorted by number, each once"), Sentence("another order or a double"), part)


def _check_styles(part: RollPart, electors: Iterable[Elector], election: Election) -> None:
    for group, style in sorted({(elector.group, elector.style) for elector in electors}):
        if styles_for(election, part.station, group) != [style]:
            codes = {"style": style, "group": group}
            raise _changed(
                Sentence("the ballot style of each elector's group"),
                Sentence("style {style} for group {group}", codes),
                part,
            )


def _check_counts(part: RollPart, electors: Iterable[Elector], election: Election) -> None:
    found = Counter(elector.style for elector in electors)
    for each in election.stations[part.station].styles:
        if found[each.style] != each.electors:
            numbers: dict[str, str | int] = {"count": each.electors, "style": each.style}
            raise _changed(
                Sentence("{count} electors on style {style}", numbers),
                Sentence("{count}", {"count": found[each.style]}),
                part,
            )


def _changed(expected: Sentence, found: Sentence, part: RollPart) -> Unproven:
    remedy = Sentence("The roll does not fit the definition: import it again, and make the packages again.")
    return Unproven(expected, found, remedy, part.station)
