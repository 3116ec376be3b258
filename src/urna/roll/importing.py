"""From the registry's CSV file to the electors of every station: all of it, or a list of all its mistakes."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from urna.election.definition import Election
from urna.encoding.canonical import Code
from urna.errors import Finding, Findings
from urna.roll.allotment import Place, allot
from urna.roll.elector import Elector
from urna.roll.rows import Row, read_rows
from urna.roll.styles import styles_for
from urna.words import Sentence

MAX_FINDINGS = 1000
"""A file in the wrong encoding has a mistake on every other line; more than these help nobody."""


def import_roll(data: bytes, election: Election, file: str) -> tuple[Elector, ...]:
    """The electors of a roll file, sorted by station and number.

    1. Read the rows.
    2. Find doubled numbers.
    3. Place the electors whom the file names a station for.
    4. Allot the others to the stations of their centre.
    5. Compare the numbers per station and style with the definition's.

    Args:
        data: the CSV file as it is described in roll/rows.
        election: the definition that the roll is for.
        file: the file's name, for the findings.

    Raises:
        Findings: every mistake with its line, the first 1,000 of them; nothing was taken from the file.
    """
    rows, findings = read_rows(data, file)
    findings += find_doubled(rows, file)
    places, mistakes = place_named(rows, election, file)
    findings += mistakes
    places |= allot_unnamed(rows, election, places)
    findings += find_unplaced(rows, election, places, file)
    if not findings:
        findings += compare_with_definition(places.values(), election, file)
    if findings:
        raise Findings(shorten(sorted(findings, key=lambda finding: finding.line), file))
    electors = (elector_of(row, places[row.line]) for row in rows)
    return tuple(sorted(electors, key=lambda elector: (elector.station, elector.number)))


def find_doubled(rows: Iterable[Row], file: str) -> Iterator[Finding]:
    """A finding for each number that stood on an earlier line."""
    first: dict[str, int] = {}
    for row in rows:
        line = first.setdefault(row.number, row.line)
        if line != row.line:
            yield Finding(
                file,
                row.line,
                Sentence("the number of this elector stands on line {line} too.", {"line": line}),
                Sentence("Find out which line is right and take the other out; nobody votes twice."),
            )


def place_named(rows: Iterable[Row], election: Election, file: str) -> tuple[dict[int, Place], list[Finding]]:
    """The places of the rows that name a station, by line, and what is wrong with the others of them."""
    places, findings = {}, []
    for row in rows:
        if row.station is None:
            continue
        place = place_of(row, row.station, election)
        if isinstance(place, Place):
            places[row.line] = place
        else:
            remedy = Sentence("Correct the line, or leave the station empty.")
            findings.append(Finding(file, row.line, place, remedy))
    return places, findings


def place_of(row: Row, code: Code, election: Election) -> Place | Sentence:
    """The place of a row at the station that it names, or why it has none there."""
    station = election.stations.get(code)
    if station is None:
        return Sentence("station {station} is not in the definition.", {"station": code})
    if row.centre not in (None, station.centre):
        codes = {"station": code, "centre": station.centre, "given": row.centre or ""}
        return Sentence("station {station} is in centre {centre}, not in {given}.", codes)
    styles = styles_for(election, code, row.group)
    if len(styles) != 1:
        numbers: dict[str, str | int] = {"group": row.group, "count": len(styles), "station": code}
        return Sentence("group {group} has {count} ballot styles at station {station} instead of one.", numbers)
    return Place(code, styles[0])


def allot_unnamed(rows: Iterable[Row], election: Election, named: dict[int, Place]) -> dict[int, Place]:
    """The places of the rows that name only a centre, by line."""
    return allot((row for row in rows if row.station is None), election, named.values())


def find_unplaced(rows: Iterable[Row], election: Election, places: dict[int, Place], file: str) -> Iterator[Finding]:
    """A finding for each row that names only a centre, and that no station there can take."""
    centres = {station.centre for station in election.definition.stations}
    for row in rows:
        if row.station is not None or row.line in places:
            continue
        if row.centre not in centres:
            problem = Sentence("centre {centre} has no station in the definition.", {"centre": row.centre or ""})
        else:
            codes = {"centre": row.centre or "", "group": row.group}
            problem = Sentence("no station of centre {centre} has places for group {group}.", codes)
        yield Finding(file, row.line, problem, Sentence("Correct the line, or the definition before it is signed."))


def compare_with_definition(places: Iterable[Place], election: Election, file: str) -> Iterator[Finding]:
    """A finding for each station and style whose electors are not as many as the definition says."""
    found = Counter(places)
    for station in election.definition.stations:
        for each in station.styles:
            count = found[Place(station.code, each.style)]
            if count != each.electors:
                numbers: dict[str, str | int] = {
                    "station": station.code, "style": each.style, "expected": each.electors, "count": count
                }  # fmt: skip
                yield Finding(
                    file,
                    0,
                    Sentence("station {station}, style {style}: {count} electors instead of {expected}.", numbers),
                    Sentence("Correct the roll, or the definition before it is signed."),
                )


def shorten(findings: Sequence[Finding], file: str) -> Sequence[Finding]:
    """The first of the findings, and a last one that says how many more there are."""
    if len(findings) <= MAX_FINDINGS:
        return findings
    more = Sentence("{count} more mistakes.", {"count": len(findings) - MAX_FINDINGS})
    return [*findings[:MAX_FINDINGS], Finding(file, 0, more, Sentence("Mend these first."))]


def elector_of(row: Row, place: Place) -> Elector:
    """The elector of a row at a place, without fingers yet."""
    return Elector(number=row.number, name=row.name, station=place.station, group=row.group, style=place.style)
