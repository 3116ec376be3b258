"""What a report needs of a record besides the results: the counts of the stations that they count."""

from collections.abc import Iterator

from urna.election.definition import Election
from urna.election.statement import PollBookStatement
from urna.encoding.canonical import Hash, digest
from urna.encoding.document import read_document
from urna.record.layout import Kind, place_of, sheet_path
from urna.record.reader import RecordReader, read_placed
from urna.tally.hand_count import HandCountSheet, count_with
from urna.tally.results import Results
from urna.tally.sheet import TallySheet
from urna.tally.totals import StationCount, count_of


def counts_in(election: Election, reader: RecordReader, results: Results) -> Iterator[StationCount]:
    """What each counted station adds, read from its sheet, its hand count, or both.

    Args:
        election: the definition.
        reader: the record, verified before: signatures and hashes are not looked at again.
        results: the edition.

    Raises:
        Malformed: a sheet that cannot be read.
    """
    hands = dict(_hand_counts(reader, results))
    for station in results.stations:
        count = None
        if station.sequence is not None:
            path = sheet_path(station.station, station.sequence)
            sheet = read_document(read_placed(reader, path), TallySheet, path)
            count = count_of(sheet, read_document(sheet.statement.encode(), PollBookStatement, path))
        if station.hand is not None and station.hand in hands:
            count = count_with(election, hands[station.hand], count)
        if count is not None:
            yield count


def _hand_counts(reader: RecordReader, results: Results) -> Iterator[tuple[Hash, HandCountSheet]]:
    """The hand counts that an edition counts, by hash; the folder is listed only where there is one."""
    counting = {each.station for each in results.stations if each.hand is not None}
    for path in reader.list().sizes if counting else ():
        place = place_of(path)
        if place is not None and place.kind is Kind.HAND_COUNT and place.station in counting:
            document = read_placed(reader, path)
            yield digest(document), read_document(document, HandCountSheet, path)
