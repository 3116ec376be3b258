"""The newest edition of a record's results."""

from urna.encoding.document import read_document
from urna.errors import OutOfOrder
from urna.record.layout import Kind, place_of, results_path
from urna.record.reader import RecordReader, read_placed
from urna.tally.results import Results
from urna.words import Sentence

_FOLDER = "results/"
"""Only paths that begin so are looked at: a nation's record has 100,000 others."""


def newest_results(reader: RecordReader) -> Results:
    """The last edition of a record that was verified before.

    Raises:
        OutOfOrder: there is none yet.
    """
    places = [place_of(path) for path in reader.list().sizes if path.startswith(_FOLDER)]
    editions = [place.number for place in places if place is not None and place.kind is Kind.RESULTS]
    if not editions:
        raise OutOfOrder(
            Sentence("a record with results"),
            Sentence("none yet"),
            Sentence("Come back when the centre has published the first edition."),
        )
    path = results_path(max(editions))
    return read_document(read_placed(reader, path), Results, path)
