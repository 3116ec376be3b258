"""The guardians' request made from a public record: what follows from its sheets, and the sums of its ciphertexts.

Every guardian makes it on a machine of their own from a copy of the record that verifies (`verify/procedure`); here
nothing is verified again but the ballots that are added up. A sum over anything else would open what nobody may see.
"""

from collections.abc import Iterator

import msgspec

from urna.ballot.keys import JointKeys
from urna.ballot.published import BallotList
from urna.election.definition import Election
from urna.encoding.canonical import Code, decode, digest
from urna.encoding.document import read_document
from urna.errors import OutOfOrder, Unproven
from urna.guardian.request import OpeningRequest, make_request
from urna.record.layout import Kind, Place, ballots_path, opened_path, place_of, sheet_path
from urna.record.reader import RecordReader, read_placed
from urna.tally.aggregates import AggregatePlan, CountedContest, CountedSheet, plan_aggregates
from urna.tally.decryption import AggregateOpening
from urna.tally.edition import OPEN_STATES
from urna.tally.results import Results, StationResult
from urna.tally.sheet import TallySheet
from urna.verify.ballot_boxes import BoxInspector, boxes_of
from urna.verify.ballot_files import Keyed, look_at_files
from urna.verify.cast_sums import CastSums
from urna.verify.engines import Engine
from urna.verify.station_files import BallotFile, StationPapers
from urna.verify.work import Spread, in_turn
from urna.words import Sentence


class VerifiedRecord:
    """A record that verifies, and of which every station is settled.

    Args:
        reader: the record.
        election: its definition.
        keys: the guardians' joint keys.

    Raises:
        OutOfOrder: there are no results, or a station is still outstanding.
    """

    def __init__(self, reader: RecordReader, election: Election, keys: JointKeys) -> None:
        self._keyed = Keyed(reader, election, keys)
        self._sizes = reader.list().sizes
        placed = ((path, place_of(path)) for path in self._sizes)
        self._places: dict[str, Place] = {path: place for path, place in placed if place is not None}
        self._counted = [each for each in self._results().stations if each.sheet is not None]

    def sheets(self) -> list[CountedSheet]:
        """What the plan takes from each sheet that counts; votes that an earlier sheet showed are shown."""
        return [self._sheet(each) for each in self._counted]

    def opened(self) -> list[AggregateOpening]:
        """What the guardians opened already."""
        paths = self._numbered(Kind.AGGREGATE)
        return [read_document(read_placed(self._keyed.reader, path), AggregateOpening, path) for path in paths]

    def sums(self, stations: frozenset[Code], engine: Engine, spread: Spread = in_turn) -> CastSums:
        """The sums of the cast ballots of these stations, every ballot checked while it is added.

        Raises:
            Unproven: a ballot or a file is not right; the station is named.
        """
        files = [file for station in sorted(stations) for file in self._files(station)]
        found = CastSums(self._keyed.election, engine)
        for seen in spread(BoxInspector(self._keyed, engine), list(boxes_of(files, engine.box_rows))):
            for finding in seen.findings:
                raise _not_whole(finding.station)
            for each in seen.sums:
                found.add(each)
        return found

    def _results(self) -> Results:
        paths = self._numbered(Kind.RESULTS)
        if not paths:
            raise OutOfOrder(
                Sentence("a record with results"), Sentence("none"), Sentence("Wait until the centre has totalled.")
            )
        results = read_document(read_placed(self._keyed.reader, paths[-1]), Results, paths[-1])
        still_open = [each.station for each in results.stations if each.state in OPEN_STATES]
        if still_open:
            raise OutOfOrder(
                Sentence("a sheet or a decision for every station"),
                Sentence("none for {count}, {first} among them", {"count": len(still_open), "first": still_open[0]}),
                Sentence("Open nothing before: a station that comes late could not be hidden any more."),
            )
        return results

    def _numbered(self, kind: Kind) -> list[str]:
        """The files of a kind in the order of their numbers."""
        found = sorted((place.number, path) for path, place in self._places.items() if place.kind is kind)
        return [path for _, path in found]

    def _sheet(self, counted: StationResult) -> CountedSheet:
        last = counted.sequence or 0
        sheets = [self._read_sheet(counted.station, sequence) for sequence in range(last + 1)]
        present = [sheet for sheet in sheets if sheet is not None]
        shown = {each.contest for sheet in present for each in sheet.contests if each.votes is not None}
        return CountedSheet(
            station=counted.station,
            ballots_root=present[-1].ballots_root,
            contests=tuple(
                CountedContest(contest=each.contest, ballots=each.ballots, shown=each.contest in shown)
                for each in present[-1].contests
            ),
        )

    def _read_sheet(self, station: Code, sequence: int) -> TallySheet | None:
        path = sheet_path(station, sequence)
        if path not in self._places:
            return None
        return read_document(read_placed(self._keyed.reader, path), TallySheet, path)

    def _files(self, station: Code) -> tuple[BallotFile, ...]:
        listed = read_placed(self._keyed.reader, ballots_path(station))
        opened = opened_path(station)
        papers = StationPapers(
            station,
            decode(listed, BallotList, ballots_path(station)),
            digest(listed),
            read_placed(self._keyed.reader, opened) if opened in self._places else None,
            dict(self._ciphertexts(station)),
            must_open=opened in self._places,
        )
        seen = look_at_files(self._keyed, papers)
        if seen.findings or not seen.is_whole:
            raise _not_whole(station)
        return seen.files

    def _ciphertexts(self, station: Code) -> Iterator[tuple[str, int]]:
        for path, place in self._places.items():
            if (place.kind, place.station) == (Kind.CIPHERTEXTS, station):
                yield path, self._sizes[path]


def request_of_record(
    record: VerifiedRecord, election: Election, engine: Engine, spread: Spread = in_turn
) -> OpeningRequest:
    """What the guardians are still to open.

    1. Plan from the sheets that count.
    2. Leave out what the record shows as opened; number the rest after it.
    3. Add up the ciphertexts.

    Args:
        record: verified.
        election: its definition.
        engine: checks ballots and adds points.
        spread: carries out boxes of ballots.

    Raises:
        OutOfOrder: nothing is left to open.
        Unproven: a ballot is not right; the station is named.
    """
    sheets, opened = record.sheets(), record.opened()
    known = {(each.contest, each.stations) for each in opened}
    left = [each for each in plan_aggregates(election, sheets).aggregates if (each.contest, each.stations) not in known]
    if not left:
        raise OutOfOrder(
            Sentence("sums to open"),
            Sentence("none"),
            Sentence("There is nothing for the guardians to do: every vote is on a sheet or stays closed."),
        )
    numbered = tuple(
        msgspec.structs.replace(each, serial=serial) for serial, each in enumerate(left, start=len(opened) + 1)
    )
    stations = frozenset(station for each in left for station in each.stations)
    sums = record.sums(stations, engine, spread)
    plan = AggregatePlan(numbered, ())
    return make_request(election, sheets, plan, lambda each: sums.of_contest(each.contest, each.stations))


def _not_whole(station: Code) -> Unproven:
    return Unproven(
        Sentence("encrypted ballots that are all proven and whole"),
        Sentence("others at {station}", {"station": station}),
        Sentence("Open nothing; verify the record: urna verify."),
        station,
    )
