"""What a report needs of a record: the newest results, and the counts of the stations that they count."""

from collections.abc import Iterator

from urna.election.statement import PollBookStatement
from urna.encoding.document import read_document
from urna.errors import OutOfOrder
from urna.record.layout import Kind, place_of, results_path, sheet_path
from urna.record.reader import RecordReader, read_placed
from urna.tally.results import Results
from urna.tally.sheet import TallySheet
from urna.tally.totals import StationCount, count_of
from urna.words import Sentence


def counts_in(reader: RecordReader, results: Results) -> Iterator[StationCount]:
    """What each counted station adds, read from its sheet.

    Args:
        reader: the record, verified before: signatures and hashes are not looked at again.
        results: the edition.

    Raises:
        Malformed: a sheet that cannot be read.
    """
    for station in results.stations:
        if station.sequence is not None:
            path = sheet_path(station.station, station.sequence)
            sheet = read_document(read_placed(reader, path), TallySheet, path)
            yield count_of(sheet, read_document(sheet.statement.encode(), PollBookStatement, path))


def newest_results(reader: RecordReader) -> Results:
    """The last edition of a record that was verified before.

    Raises:
        OutOfOrder: there is none yet.
    """
    places = [place_of(path) for path in reader.list().sizes]
    editions = [place.number for place in places if place is not None and place.kind is Kind.RESULTS]
    if not editions:
        raise OutOfOrder(
            Sentence("a record with results"),
            Sentence("none yet"),
            Sentence("Come back when the centre has published the first edition."),
        )
    path = results_path(max(editions))
    return read_document(read_placed(reader, path), Results, path)
