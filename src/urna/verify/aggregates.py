"""Check 28: what the guardians opened is what the ciphertexts hold, and no published set isolates few ballots."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from urna.ballot.keys import JointKeys
from urna.election.definition import Election
from urna.encoding.canonical import Code
from urna.encoding.document import open_document
from urna.errors import Unproven, UrnaError
from urna.record.keys import log_verifier
from urna.record.layout import Kind
from urna.tally.aggregates import CountedContest, CountedSheet, check_plan
from urna.tally.decryption import AggregateOpening, check_opening
from urna.tally.opened import counted_parts, own_parts
from urna.tally.totals import OwnPart, StationCount
from urna.verify.authority import Inquiry, another_election
from urna.verify.cast_sums import CastSums
from urna.verify.leaves import Leaf
from urna.verify.report import Check, in_a_sentence
from urna.words import Sentence


class SheetsCounted(NamedTuple):
    """A station's sheets, as the aggregates are compared with them."""

    adds: StationCount
    """What the sheet that counts says."""
    shown: frozenset[Code]
    """Contests whose votes one of the sheets shows: what was published once is known for ever."""
    leaf: int | None = None
    """Of the sheet of the closing, with which the station's ballots were fixed; None if it is not in the log."""


class Opened(NamedTuple):
    """An opening that can be read, with its place in the record."""

    path: str
    leaf: int
    opening: AggregateOpening


def read_openings(inquiry: Inquiry, leaves: Mapping[str, Leaf]) -> tuple[Opened, ...]:
    """The openings by serial: those that the log's key signed, that are in the log, and whose votes can be added."""
    folder, election, notebook = inquiry
    verifier = log_verifier(election)
    found: list[Opened] = []
    for place, (number, path) in enumerate(folder.numbered(Kind.AGGREGATE), start=1):
        try:
            opening = open_document(folder.read(path), AggregateOpening, [verifier], 1, path)
        except UrnaError as error:
            notebook.find(Check.AGGREGATES, in_a_sentence(error), file=path)
            continue
        if opening.election != election.identity:
            notebook.find(Check.AGGREGATES, another_election(path), file=path)
            continue
        values: dict[str, str | int] = {"file": path, "left": opening.serial, "right": place}
        if not opening.serial == number == place:
            notebook.find(Check.AGGREGATES, Sentence("{file} has serial {left}, expected {right}.", values), file=path)
        if not _has_options(election, opening):
            values |= {"contest": opening.contest, "left": len(opening.options)}
            sentence = Sentence("{file} lists {left} options, not those of contest {contest} in ballot order.", values)
            notebook.find(Check.AGGREGATES, sentence, file=path)
        elif path in leaves:
            found.append(Opened(path, leaves[path].place, opening))
    return tuple(found)


def _has_options(election: Election, opening: AggregateOpening) -> bool:
    """Whether the opening has the options of a contest of the election, so that adding its votes means something."""
    contest = election.contests.get(opening.contest)
    return contest is not None and [each.option for each in opening.options] == [one.code for one in contest.options]


def check_aggregates(
    inquiry: Inquiry, keys: JointKeys, openings: Sequence[Opened], counted: Sequence[SheetsCounted], sums: CastSums
) -> tuple[AggregateOpening, ...]:
    """The openings that verify.

    1. Each opening was logged when the sheets of all its stations had been (check 10).
    2. No published set of a contest isolates few ballots: sheets that show votes, and openings, all together.
    3. Each opening's votes are those of its stations' ciphertexts.
    4. What an opening has beyond sheets and smaller openings can be votes of the ballots that are left.

    Args:
        inquiry: the record.
        keys: the guardians' joint keys.
        openings: as they were read.
        counted: of every station whose sheets are judged.
        sums: of the cast ballots of every station.
    """
    find = inquiry.notebook.find
    for path, sentence in _too_early(openings, counted):
        find(Check.ORDER, sentence, file=path)
    for path, sentence in _isolating(inquiry, openings, counted):
        find(Check.AGGREGATES, sentence, file=path)
    proven: list[AggregateOpening] = []
    for each in openings:
        try:
            _check_proofs(inquiry, keys, each, sums)
            proven.append(each.opening)
        except UrnaError as error:
            find(Check.AGGREGATES, in_a_sentence(error), file=each.path)
    try:
        list(own_parts(inquiry.election, proven, {each.adds.station: each.adds for each in counted}))
    except UrnaError as error:
        find(Check.AGGREGATES, in_a_sentence(error))
    inquiry.notebook.checked(Check.AGGREGATES, detail=Sentence("openings: {count}", {"count": len(openings)}))
    return tuple(proven)


def opened_alone(openings: Iterable[AggregateOpening]) -> dict[Code, dict[Code, tuple[int, ...]]]:
    """Votes that were opened of exactly one station: by station and contest, in ballot order."""
    found: dict[Code, dict[Code, tuple[int, ...]]] = {}
    for each in openings:
        if len(each.stations) == 1:
            found.setdefault(each.stations[0], {})[each.contest] = tuple(option.votes for option in each.options)
    return found


def parts_before(
    inquiry: Inquiry,
    openings: Iterable[Opened],
    counted: Mapping[Code, StationCount],
    judged: Iterable[SheetsCounted],
    *,
    before: int,
    edition: str,
) -> tuple[OwnPart, ...]:
    """What the openings before a leaf of the log add to an edition of the results; nothing if that contradicts it.

    Stations that are judged and that the edition does not count were annulled after an earlier one.
    """
    earlier = [each.opening for each in openings if each.leaf < before]
    try:
        annulled = {each.adds.station: each.adds for each in judged}
        return tuple(counted_parts(inquiry.election, earlier, counted, annulled))
    except UrnaError as error:
        inquiry.notebook.find(Check.AGGREGATES, in_a_sentence(error), file=edition)
        return ()


def _too_early(openings: Iterable[Opened], counted: Iterable[SheetsCounted]) -> Iterator[tuple[str, Sentence]]:
    """Openings of stations whose ballots were not yet fixed: a station could fit its list to what was opened."""
    leaves = {each.adds.station: each.leaf for each in counted if each.leaf is not None}
    for path, leaf, opening in openings:
        for station in opening.stations:
            if leaves.get(station, leaf) > leaf:
                values: dict[str, str | int] = {
                    "file": path,
                    "left": leaf,
                    "station": station,
                    "right": leaves[station],
                }
                sentence = "{file} is leaf {left}; the sheet of station {station}, which it opens, is leaf {right}."
                yield path, Sentence(sentence, values)


def _isolating(
    inquiry: Inquiry, openings: Sequence[Opened], counted: Sequence[SheetsCounted]
) -> Iterator[tuple[str, Sentence]]:
    """Openings that break the rule for themselves; if none does, the contest whose openings break it together."""
    election, sheets = inquiry.election, [_counted_sheet(each) for each in counted]
    by_contest: dict[Code, list[Opened]] = {}
    for each in openings:
        by_contest.setdefault(each.opening.contest, []).append(each)
    for of_contest in by_contest.values():
        try:
            check_plan(election, sheets, [each.opening.planned for each in of_contest])
        except UrnaError as together:
            alone = list(_alone(election, sheets, of_contest))
            yield from alone or [(of_contest[-1].path, in_a_sentence(together))]


def _alone(
    election: Election, sheets: Sequence[CountedSheet], openings: Iterable[Opened]
) -> Iterator[tuple[str, Sentence]]:
    for each in openings:
        try:
            check_plan(election, sheets, [each.opening.planned])
        except UrnaError as error:
            yield each.path, in_a_sentence(error)


def _counted_sheet(counted: SheetsCounted) -> CountedSheet:
    contests = tuple(
        CountedContest(contest=each.contest, ballots=each.ballots, shown=each.contest in counted.shown)
        for each in counted.adds.contests
    )
    return CountedSheet(station=counted.adds.station, ballots_root=None, contests=contests)


def _check_proofs(inquiry: Inquiry, keys: JointKeys, opened: Opened, sums: CastSums) -> None:
    opening, election = opened.opening, inquiry.election
    broken = [station for station in opening.stations if not sums.is_whole(station)]
    if broken:
        raise Unproven(
            Sentence("ciphertexts of contest {contest} that can be added up", {"contest": opening.contest}),
            Sentence("none at {count} of its stations", {"count": len(broken)}),
            Sentence("Look at the other findings on these stations first."),
            opened.path,
        )
    _check_territory(inquiry, opened)
    check_opening(election, keys, opening, sums.of_contest(opening.contest, opening.stations), opened.path)


def _check_territory(inquiry: Inquiry, opened: Opened) -> None:
    """There are stations, and all of them lie in the territory that the opening names, or it would be misread."""
    territory, election = opened.opening.territory, inquiry.election
    known = [station for station in opened.opening.stations if station in election.stations]
    outside = [each for each in known if territory not in election.territories_of_station(each)]
    if outside or not known:
        raise Unproven(
            Sentence("stations of territory {territory}", {"territory": territory}),
            Sentence("{station}", {"station": outside[0] if outside else "-"}),
            Sentence("Ask the centre for the opening as the guardians made it."),
            opened.path,
        )
