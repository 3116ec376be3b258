"""A station's page: what its signed sheet says, number by number, and how anyone checks the sheet."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from urna.encoding.canonical import Code
from urna.papers.paper import Heading, Table
from urna.papers.pen import Pen
from urna.papers.people import activations, people
from urna.record.incident import Incident
from urna.record.layout import Kind, place_of
from urna.tally.sheet import TallySheet
from urna.web.results.contests import ContestView
from urna.web.results.evidence import Evidence, Leaf, LeafProof, StationSheet
from urna.web.results.frame import Language
from urna.web.results.hand_counts import HandView, contest_views, hand_views
from urna.web.results.lookup import Lookup
from urna.web.results.names import Names
from urna.web.results.places import state_word
from urna.words import N_, Sentence

FILE_WORDS = {
    Kind.SHEET: N_("tally sheet"),
    Kind.HAND_COUNT: N_("hand-count sheet"),
    Kind.ZERO_REPORT: N_("zero report"),
    Kind.BALLOTS: N_("list of ballots"),
    Kind.OPENED: N_("opened ballots"),
}


class CountTable(NamedTuple):
    """Whole numbers of the sheet under a heading, as its paper has them."""

    title: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, tuple[int | None, ...], bool], ...]
    """Label, values, and whether it is a sum."""


class FileLine(NamedTuple):
    """A file of the station in the record."""

    leaf: Leaf
    word: str
    """What it is, in English, to be said."""
    number: int
    """Of the booth, or of the correction; 0 without."""


class StationView(NamedTuple):
    """Everything that a station's page shows."""

    word: str
    """Its state, in English, to be said."""
    state: str
    sheet: TallySheet | None
    """The one that counts; of a station that does not count, the last one that its machines signed."""
    is_counted: bool
    """Whether that sheet counts."""
    hands: tuple[HandView, ...]
    """Its sheets of paper ballots, by sequence."""
    identified: int
    registered: int
    contests: tuple[ContestView, ...]
    withheld: tuple[Code, ...]
    """Contests whose votes the sheet withholds."""
    tables: tuple[CountTable, ...]
    proof: LeafProof | None
    files: tuple[FileLine, ...]
    incidents: tuple[tuple[Leaf, Incident], ...]
    picture: str
    """Of the paper, seen from the results; empty where none was rendered."""
    paper: str
    """The paper as a PDF, likewise."""


class Pictures(NamedTuple):
    """Names of the pictures and papers that were rendered when sheets were accepted, seen from the results."""

    names: frozenset[str] = frozenset()

    def of(self, station: Code, sequence: int, ending: str) -> str:
        """The name, if it is there."""
        name = picture_name(station, sequence, ending)
        return name if name in self.names else ""


NO_PICTURES = Pictures()


def picture_name(station: Code, sequence: int, ending: str) -> str:
    """Where the picture of a sheet lies, seen from the results; it never changes, for a sheet never does."""
    return f"sheets/{station}-{sequence}.{ending}"


def shown_sequence(lookup: Lookup, evidence: Evidence, station: Code) -> int | None:
    """The sheet that a station's page shows: the one that counts, else the last one; None without any."""
    result = lookup.states[station]
    if result.sheet is not None:
        return result.sequence or 0
    return max(evidence.sheets_of(station), default=None)


def station_page(
    names: Names,
    evidence: Evidence,
    code: Code,
    language: Language,
    *,
    incidents: Sequence[tuple[Leaf, Incident]],
    pictures: Pictures,
) -> Mapping[str, object]:
    """What a station's page shows, with its frame."""
    election = names.lookup.election
    station = election.stations[code]
    above = [election.territories[each] for each in reversed(election.chain(station.centre))]
    if names.territory(language, station.centre) == names.station(language, code):
        above.pop()  # the centre of one station has no other page
    return {
        "up": "../",
        "versions": names.versions(f"stations/{code}"),
        "station": station,
        "above": [(each.name, names.territory(language, each.code)) for each in above],
        "view": station_view(names.lookup, evidence, code, language, incidents=incidents, pictures=pictures),
        "codes_page": names.languages.codes_file(code, language),
    }


def station_view(
    lookup: Lookup,
    evidence: Evidence,
    station: Code,
    language: Language,
    *,
    incidents: Sequence[tuple[Leaf, Incident]] = (),
    pictures: Pictures = NO_PICTURES,
) -> StationView:
    """What a station's page shows.

    Args:
        lookup: the results.
        evidence: the record.
        station: of the election.
        language: of the page.
        incidents: those of the station.
        pictures: what was rendered.
    """
    sequence = shown_sequence(lookup, evidence, station)
    read = evidence.sheet(station, sequence) if sequence is not None else None
    return StationView(
        word=state_word(lookup, station),
        state="received" if station in lookup.received else lookup.states[station].state.value,
        sheet=read.sheet if read else None,
        is_counted=lookup.states[station].sheet is not None,
        hands=hand_views(lookup, evidence, station, language),
        identified=read.statement.identified_total if read else 0,
        registered=read.statement.registered if read else lookup.election.stations[station].electors,
        contests=contest_views(lookup, station, read.sheet.contests, language) if read else (),
        withheld=tuple(each.contest for each in read.sheet.contests if each.votes is None) if read else (),
        tables=_tables(lookup, read, language) if read else (),
        proof=evidence.proof_of(read.leaf) if read else None,
        files=tuple(map(_file_line, evidence.of_station(station))),
        incidents=tuple(incidents),
        picture=pictures.of(station, sequence, "png") if sequence is not None else "",
        paper=pictures.of(station, sequence, "pdf") if sequence is not None else "",
    )


def _tables(lookup: Lookup, read: StationSheet, language: Language) -> tuple[CountTable, ...]:
    """People and activations from the poll book, ballots from the booths, in the words of the paper."""
    pen = Pen(lookup.election, language.say, language.code)
    blocks = (*people(pen, read.statement), *activations(pen, read.statement))
    found: list[CountTable] = []
    title = ""
    for block in blocks:
        if isinstance(block, Heading):
            title = block.text
        elif isinstance(block, Table):
            rows = tuple((row.label, row.values, row.strong) for row in block.rows)
            found.append(CountTable(title, block.header, rows))
    return (*found, _booths(read.sheet, language))


def _booths(sheet: TallySheet, language: Language) -> CountTable:
    say = language.say
    rows = [
        (say(Sentence("Booth {number}", {"number": booth.booth})), (booth.cast, booth.void, booth.challenged), False)
        for booth in sheet.booths
    ]
    sums = tuple(sum(values) for values in zip(*(row[1] for row in rows), strict=True))
    head = (say("Booth"), say("Cast"), say("Void"), say("Challenged"))
    return CountTable(say("Ballots (booths)"), head, (*rows, (say("In all"), sums, True)))


def _file_line(leaf: Leaf) -> FileLine:
    place = place_of(leaf.path)
    if place is None:
        raise ValueError(leaf.path)
    return FileLine(leaf, FILE_WORDS.get(place.kind, str(place.kind)), place.number)
