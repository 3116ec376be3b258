"""Known decks and the sheets of the machines that voted them: read, checked, compared."""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from urna.audit.examination import Evidence, Result, Subject
from urna.audit.known_deck import KnownDeck, compare_deck, read_deck
from urna.cli.audit_examination import evidence_of
from urna.election.definition import Election
from urna.encoding.canonical import Code
from urna.errors import Malformed, Unproven
from urna.storage.definition_folder import read_limited
from urna.tally.sheet import TallySheet
from urna.words import Sentence

MAX_DECK_BYTES = 32 * 1024 * 1024


def require_test(election: Election, tested: Election, stations: Iterable[Code], where: str) -> None:
    """Returns if what was voted on is a rehearsal with the ballots of the election.

    Raises:
        Malformed: the definition of an election: the sheets of a test would count.
        Unproven: other ballots than the election has at one of these stations.
    """
    if tested.definition.purpose != "rehearsal" or tested.identity == election.identity:
        raise Malformed(
            Sentence("a test under the definition of a rehearsal"),
            Sentence("one of an election"),
            Sentence("Never test with the election's own keys: what a machine signs with them counts."),
            where,
        )
    for station in stations:
        if _ballots(election, station) != _ballots(tested, station):
            raise Unproven(
                Sentence("the ballots of {station} as in the election", {"station": station}),
                Sentence("others"),
                Sentence("Make the rehearsal's definition from the election's, with throwaway keys."),
                where,
            )


def read_decks(
    folder: Path, election: Election, stations: Iterable[Code], evidence: list[Evidence]
) -> dict[Code, KnownDeck]:
    """The decks in a folder, STATION.csv for each; a station without one is left out.

    Raises:
        Malformed, Findings: as `read_deck`.
    """
    decks = {}
    for station in stations:
        file = folder / f"{station}.csv"
        if file.is_file():
            data = read_limited(file, MAX_DECK_BYTES)
            decks[station] = read_deck(data, election, station, str(file))
            evidence.append(evidence_of(file, data, f"deck {file.name}"))
    if not decks:
        raise Malformed(
            Sentence("at least one deck, named STATION.csv"),
            Sentence("none of the stations that are examined"),
            Sentence("Write one with: urna audit during deck."),
            str(folder),
        )
    return decks


def deck_subjects(
    election: Election, stations: Iterable[Code], decks: Mapping[Code, KnownDeck], sheets: Mapping[Code, TallySheet]
) -> Iterator[Subject]:
    """Each station: option by option what its sheet says of its deck; without sheet or deck it is not examined."""
    for station in stations:
        missing = [name for name, there in (("deck", decks), ("sheet", sheets)) if station not in there]
        if missing:
            found = f"no {' and no '.join(missing)}"
            yield Subject(subject=station, result=Result.NOT_EXAMINED, expected="deck and sheet", found=found)
        else:
            sheet, deck = sheets[station], decks[station]
            same = sheet.cast == len(deck.ballots)
            yield Subject(
                subject=f"{station} ballots",
                result=Result.PASSED if same else Result.FAILED,
                expected=str(len(deck.ballots)),
                found=str(sheet.cast),
            )
            yield from compare_deck(election, deck, sheet.contests)


def _ballots(election: Election, station: Code) -> object:
    """What a voter sees at a station: styles, contests, options, and how many may be pressed."""
    if station not in election.stations:
        return None
    return {
        each.style: [
            (contest.code, contest.votes_allowed, [option.code for option in contest.options])
            for contest in election.contests_of_style(each.style)
        ]
        for each in election.stations[station].styles
    }
