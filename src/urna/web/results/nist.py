"""The results as NIST's election report (SP 1500-100 version 2), JSON and XML, among the downloads.

Of an election with too many stations for one file the report has the territories alone; whoever wants them all makes
it from the record: `urna interop nist export results RECORD OUT`.
"""

from collections.abc import Iterator, Mapping, Sequence

import urna
from urna.election.definition import Election
from urna.encoding.canonical import Code
from urna.interop.nist.parts import write_json
from urna.interop.nist.results.record import counts_in
from urna.interop.nist.results.report import election_report
from urna.interop.nist.results.xml_writing import write_xml
from urna.record.reader import RecordReader
from urna.tally.results import Results

REPORT = "data/nist-results"
"""The report's files without their ending, seen from the site's folder."""

MOST_NUMBERS = 100_000
"""Votes of an option in a station: with more of them than these (33 MB of JSON) the report has no stations."""


def has_room(election: Election, stations: Mapping[Code, Sequence[Code]]) -> bool:
    """Whether the report has each station, which follows from the definition alone.

    Args:
        election: the definition.
        stations: of each contest.
    """
    numbers = (len(election.contests[code].options) * len(here) for code, here in stations.items())
    return sum(numbers) <= MOST_NUMBERS


def report_files(
    election: Election, results: Results, reader: RecordReader, *, stations: bool
) -> Iterator[tuple[str, bytes]]:
    """The report's names and bytes; the same edition and release of urna give the same ones.

    Args:
        election: the definition.
        results: the edition.
        reader: the record, verified before; read only where stations are reported.
        stations: whether each one is, or territories alone.
    """
    counts = counts_in(election, reader, results) if stations else ()
    report = election_report(election, results, counts, f"urna {urna.__version__}", stations=stations)
    yield f"{REPORT}.json", write_json(report)
    yield f"{REPORT}.xml", write_xml(report)
