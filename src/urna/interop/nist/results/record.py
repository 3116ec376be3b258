"""What a report needs of a record besides the results: the counts of the stations that they count."""

from collections.abc import Iterator

from urna.election.statement import PollBookStatement
from urna.encoding.document import read_document
from urna.record.layout import sheet_path
from urna.record.reader import RecordReader, read_placed
from urna.tally.results import Results
from urna.tally.sheet import TallySheet
from urna.tally.totals import StationCount, count_of


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
