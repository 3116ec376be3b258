"""Pages where a voter finds a ballot by its confirmation code: static files beside the results, in a folder codes/.

    codes/index.html, codes/index.<language>.html           what a code is, and the stations
    codes/<STATION>.html, codes/<STATION>.<language>.html   every code of a station, and what became of its ballot
    codes/find.js                                           jumps to a typed code; the pages are whole without it

A code is computed again from the encrypted ballot in the record, never copied from a list: whoever finds a code here
has found a ballot that is there. The codes stand in their own order, which says nothing of when anybody voted.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from importlib.resources import files
from itertools import groupby
from typing import NamedTuple

from urna.ballot.confirmation import write_code
from urna.ballot.published import BallotList, OpenedBallot, OpenedList, PublishedBallot
from urna.election.definition import Election, Option
from urna.election.outcomes import BallotState
from urna.encoding.canonical import BallotId, Code, Hash, decode, encode
from urna.encoding.document import read_document
from urna.errors import Unproven
from urna.log.merkle import MerkleTree, leaf_hash, verify_inclusion
from urna.log.shape import climb
from urna.record.layout import ballots_path, opened_path, sheet_path
from urna.tally.results import Results, StationResult, StationState
from urna.tally.sheet import TallySheet
from urna.verify.code_search import Opened, codes_of_station
from urna.web.results.contests import in_language
from urna.web.results.frame import Language, Languages, environment, frame
from urna.web.results.lookup import Lookup
from urna.web.results.places import STATE_WORDS
from urna.words import N_, Say, Sentence

ONE_GROUP = 60
"""So many codes stand in one table; more of them in one for each first character."""

STATIONS_IN_INDEX = 150
"""With more stations the index leads to the pages of territories, which list them."""

SCRIPT = "find.js"

CODE_WORDS = {
    BallotState.CAST: N_("cast: the sheet counts it"),
    BallotState.VOID: N_("void: its paper was refused; not counted"),
    BallotState.CHALLENGED: N_("opened in public to test the machine; not counted"),
}
"""What became of a ballot, in a line."""


class CodeRow(NamedTuple):
    """A ballot with its code, and the proof that the station's signed list has it."""

    code: str
    """As it is printed: eight groups of four."""
    state: BallotState
    ballot: str
    """Its id, 32 hexadecimal digits."""
    hash: Hash
    leaf: int
    """Its place in the list, from 0."""
    line: str
    """Its text in the list: what is hashed."""
    proof: tuple[str, ...]
    """From the leaf up: L or R, the side on which it is put, and 64 hexadecimal digits."""

    @property
    def anchor(self) -> str:
        """The code without spaces: its place on the page, for links."""
        return self.code.replace(" ", "")

    @property
    def word(self) -> str:
        """What became of it, in English, to be said."""
        return CODE_WORDS[self.state]


class StationCodes(NamedTuple):
    """All codes of a station."""

    station: Code
    rows: tuple[CodeRow, ...]
    """Sorted by code; none while the record has no list of its ballots."""
    root: str
    """Of the list, on the sheet that every booth signed; empty without a list."""
    opened: tuple[OpenedBallot, ...]


class CodeGroup(NamedTuple):
    """The codes that begin with one character, or all of them."""

    first: str
    """Empty for all."""
    rows: tuple[CodeRow, ...]

    @property
    def starts(self) -> list[tuple[str, str]]:
        """The first four characters of each code, once, with the place of the first code that has them."""
        return list({row.code[:4]: row.anchor for row in reversed(self.rows)}.items())[::-1]


class Marked(NamedTuple):
    """An option that an opened ballot gives votes."""

    name: str
    party: str
    """The short name of the card's party; empty without one."""
    votes: int


class OpenedContest(NamedTuple):
    """A contest of an opened ballot; nothing is marked where the voter left it blank."""

    title: str
    marked: tuple[Marked, ...]


class OpenedView(NamedTuple):
    """A challenged ballot as it was opened in public."""

    row: CodeRow
    contests: tuple[OpenedContest, ...]


class StationLine(NamedTuple):
    """A station in the index."""

    code: Code
    name: str
    counts: Mapping[str, int]
    """How many ballots ended in each state."""


def station_codes(opened: Opened, station: Code) -> StationCodes:
    """A station's codes, read from a record.

    Args:
        opened: a record that was verified before: signatures and proofs of ballots are not looked at again.
        station: of the election.

    Raises:
        Malformed: an unknown station, or a file that cannot be read.
        Unproven: as `prove_codes`.
    """
    codes = {ballot.id: code for ballot, code in codes_of_station(opened, station)}
    return prove_codes(_listed(opened, station), codes, _sheet_root(opened, station), _opened(opened, station))


def prove_codes(
    listed: BallotList, codes: Mapping[BallotId, bytes], root: str, opened: tuple[OpenedBallot, ...]
) -> StationCodes:
    """The codes of a station's listed ballots, each with the proof that the signed list has it.

    1. Every listed ballot has a code: its ciphertext is in the record.
    2. The root of the list is the one on the sheet.
    3. The proof of each ballot leads to that root.

    Args:
        listed: the station's ballots; none while the record has no list.
        codes: 20 bytes each, by the ballot's id.
        root: on the sheet that every booth signed, 64 hexadecimal digits.
        opened: the challenged ballots.

    Raises:
        Unproven: a listed ballot is missing, or the list is not the sheet's.
    """
    if not listed.ballots:
        return StationCodes(listed.station, (), "", ())
    missing = [ballot.id for ballot in listed.ballots if ballot.id not in codes]
    if missing:
        raise _unproven(Sentence("ballot {ballot}", {"ballot": missing[0]}), Sentence("none"), listed.station)
    tree = MerkleTree(encode(ballot) for ballot in listed.ballots)
    found = tree.root().hex()
    if found != root:
        expected = Sentence("the root {root}", {"root": root})
        raise _unproven(expected, Sentence("the root {root}", {"root": found}), listed.station)
    rows = [_row(leaf, ballot, codes[ballot.id], tree) for leaf, ballot in enumerate(listed.ballots)]
    return StationCodes(listed.station, tuple(sorted(rows, key=lambda row: row.code)), root, opened)


def _listed(opened: Opened, station: Code) -> BallotList:
    path = ballots_path(station)
    if not opened.folder.has(path):
        return BallotList(election=opened.keyed.election.identity, station=station, ballots=())
    return decode(opened.folder.read(path), BallotList, path)


def _opened(opened: Opened, station: Code) -> tuple[OpenedBallot, ...]:
    path = opened_path(station)
    return decode(opened.folder.read(path), OpenedList, path).ballots if opened.folder.has(path) else ()


def _sheet_root(opened: Opened, station: Code) -> str:
    path = sheet_path(station, 0)
    sheet = read_document(opened.folder.read(path), TallySheet, path) if opened.folder.has(path) else None
    return sheet.ballots_root or "" if sheet else ""


def _row(leaf: int, ballot: PublishedBallot, code: bytes, tree: MerkleTree) -> CodeRow:
    line, proof = encode(ballot), tree.inclusion_proof(leaf)
    verify_inclusion(leaf_hash(line), leaf, tree.size, proof, tree.root())
    sides = ("L" if step.on_left else "R" for step in climb(leaf, tree.size - 1))
    return CodeRow(
        code=write_code(code),
        state=ballot.state,
        ballot=ballot.id,
        hash=ballot.hash or "",
        leaf=leaf,
        line=line.decode(),
        proof=tuple(side + hashed.hex() for side, hashed in zip(sides, proof, strict=True)),
    )


def _unproven(expected: Sentence, found: Sentence, station: Code) -> Unproven:
    return Unproven(expected, found, Sentence("Verify the whole record: urna verify."), ballots_path(station))


def codes_site(
    election: Election,
    results: Results,
    stations: Iterable[StationCodes],
    languages: Mapping[str, Say],
    record: str = "record",
) -> Iterator[tuple[str, bytes]]:
    """The files of the codes' pages, one after another: those of a nation never are in memory together.

    Args:
        election: the definition, with its identity; it has guardians.
        results: the edition that the results pages show.
        stations: in the order of the index.
        languages: how each language is spoken; the same ones, in the same order, as for the results pages.
        record: the record's folder as seen from the results pages.

    Yields:
        A file's name, seen from the results pages, and its bytes.
    """
    site = CodesSite(Lookup(election, results), Languages(languages), record)
    lines = []
    for station in stations:
        yield from site.station(station)
        name = election.stations[station.station].name
        lines.append(StationLine(station.station, name, Counter(row.state.value for row in station.rows)))
    yield from site.index(lines)
    yield f"codes/{SCRIPT}", script()


def script() -> bytes:
    """The script that jumps to a typed code."""
    return (files("urna.web.results") / "templates" / SCRIPT).read_bytes()


def station_line(opened: Opened, station: Code) -> StationLine:
    """A station's line in the index, from its list alone."""
    counts = Counter(ballot.state.value for ballot in _listed(opened, station).ballots)
    return StationLine(station, opened.keyed.election.stations[station].name, counts)


class CodesSite:
    """The codes' pages of one edition, in all languages.

    Args:
        lookup: the results.
        languages: of the site.
        record: the record's folder as seen from the results pages.
        places: title and file of the other pages of the site, in a language; none if left out.
    """

    def __init__(
        self,
        lookup: Lookup,
        languages: Languages,
        record: str,
        places: Callable[[Language], list[tuple[str, str]]] = lambda _: [],
    ) -> None:
        self._lookup = lookup
        self._languages = languages
        self._record = record
        self._places = places
        self._templates = {language.code: environment(language) for language in languages.all}
        self._states = {each.station: each for each in lookup.results.stations}

    def station(self, codes: StationCodes) -> Iterator[tuple[str, bytes]]:
        """A station's page in each language."""
        result = self._states[codes.station]
        for language in self._languages.all:
            view = {
                "station": self._lookup.election.stations[codes.station],
                "codes": codes,
                "counts": Counter(row.state.value for row in codes.rows),
                "groups": groups_of(codes.rows),
                "opened": opened_views(self._lookup.election, codes, language),
                "opened_ids": {ballot.id for ballot in codes.opened},
                "not_counted": "" if _is_counted(result) else STATE_WORDS[result.state],
                "list_path": ballots_path(codes.station),
                "sheet_path": sheet_path(codes.station, 0),
            }
            yield self._page(codes.station, "codes_station.html", language, view)

    def index(self, lines: list[StationLine]) -> Iterator[tuple[str, bytes]]:
        """The index in each language; that of a nation leads to its territories, whose pages list the stations.

        Args:
            lines: of all stations; of a nation they are not looked at, and may be left out.
        """
        root = self._lookup.root.code
        is_short = len(self._lookup.election.stations) <= STATIONS_IN_INDEX
        for language in self._languages.all:
            view = {
                "lines": lines if is_short else [],
                "page_of": lambda station, language=language: self._languages.file(station, language),
                "territories": [] if is_short else self._lookup.children(root),
            }
            yield self._page("index", "codes_index.html", language, view)

    def _page(self, stem: str, template: str, language: Language, view: Mapping[str, object]) -> tuple[str, bytes]:
        shared = frame(self._lookup, self._languages, language, self._record)
        here = {
            "up": "../",
            "places": self._places(language),
            "versions": self._languages.versions(stem),
            "index": self._languages.file("index", language),
        }
        text = self._templates[language.code].get_template(template).render({**shared, **here, **view})
        return self._languages.codes_file(stem, language), text.encode()


def groups_of(rows: Sequence[CodeRow]) -> list[CodeGroup]:
    """Sorted codes in tables that are not too long to look through."""
    if len(rows) <= ONE_GROUP:
        return [CodeGroup("", tuple(rows))] if rows else []
    return [CodeGroup(first, tuple(group)) for first, group in groupby(rows, key=lambda row: row.code[0])]


def opened_views(election: Election, codes: StationCodes, language: Language) -> list[OpenedView]:
    """The ballots that were opened, in the order of their codes, with what they say in a language."""
    by_id = {ballot.id: ballot for ballot in codes.opened}
    return [
        OpenedView(row, tuple(_opened_contests(election, by_id[row.ballot], language)))
        for row in codes.rows
        if row.ballot in by_id
    ]


def _opened_contests(election: Election, ballot: OpenedBallot, language: Language) -> Iterator[OpenedContest]:
    """The ballot's contests in its own order, each with the options that have votes."""
    for code, options in groupby(ballot.options, key=lambda each: each.contest):
        contest = election.contests[code]
        named = {option.code: option for option in contest.options}
        marked = [_marked(election, named[each.option], each.votes) for each in options if each.votes]
        yield OpenedContest(in_language(contest.title, language.code), tuple(marked))


def _marked(election: Election, option: Option, votes: int) -> Marked:
    party = election.parties.get(option.party or "")
    name = party.short_name if party else ""
    return Marked(option.name, "" if name in option.name else name, votes)


def _is_counted(result: StationResult) -> bool:
    """Whether the machines' sheet counts, be it beside a hand count."""
    return result.sheet is not None and result.state in {StationState.COUNTED, StationState.HAND_COUNT}
