"""The list of benchmarks; to add one, write a function from a number of runs to figures, and a line here."""

from collections.abc import Iterator
from importlib import import_module
from typing import NamedTuple

from bench.figures import Bench, Figure, Skipped


class Entry(NamedTuple):
    """A benchmark: its name, where it is, how often each thing is measured, and how long the whole takes."""

    name: str
    place: str
    """module:function."""
    runs: int
    about: str
    """Time of the whole on four cores, for whoever waits."""

    def measure(self, runs: int = 0) -> Iterator[Figure]:
        """Its figures as they come; with `runs` other than 0, so many runs.

        Raises:
            Skipped: it cannot run here.
        """
        module, _, function = self.place.partition(":")
        try:
            bench: Bench = getattr(import_module(module), function)
        except ModuleNotFoundError as error:
            if (error.name or "").partition(".")[0] in {"", "bench", "urna"}:
                raise
            raise Skipped(f"the package {error.name} is absent (pip install 'urna[station,center]')") from error
        return bench(runs or self.runs)


ENTRIES = (
    Entry("seats", "bench.seats:run", 9, "2 s"),
    Entry("log", "bench.log:run", 5, "5 s"),
    Entry("booth", "bench.booth:run", 5, "3 s"),
    Entry("ballots", "bench.ballots:run", 5, "40 s"),
    Entry("wide-model", "bench.wide_model:run", 1, "30 s"),
    Entry("ballot-file", "bench.ballot_file:run", 1, "3 min, once more 3 to make it"),
    Entry("electionguard", "bench.electionguard_env:run", 3, "40 s"),
    Entry("poll-book", "bench.poll_book:run", 10, "5 s"),
    Entry("station-killed", "bench.station_killed:run", 1000, "4 min"),
    Entry("poll-book-screen", "bench.poll_book_screen:run", 34, "1 min"),
    Entry("booth-screen", "bench.booth_screen:run", 20, "1 min"),
    Entry("voice", "bench.voice:run", 9, "5 s"),
    Entry("printer", "bench.printer:run", 9, "10 s"),
    Entry("verify-demo", "bench.verification:demo", 5, "35 s"),
    Entry("sheet", "bench.sheet:run", 5, "10 s"),
    Entry("rehearsal-ballots", "bench.rehearsal:ballots", 3, "30 s"),
    Entry("rehearsal-nation", "bench.rehearsal:nation", 3, "115 s"),
    Entry("verify-nation", "bench.verification:nation", 3, "45 s"),
    Entry("center-load", "bench.center_load:run", 1, "3 min; URNA_LOAD_STATIONS=30000 for a nation"),
    Entry("center-load-ballots", "bench.center_load_ballots:run", 1, "8 min, once more 5 to make them"),
    Entry("center-totals", "bench.center_totals:run", 9, "15 s"),
    Entry("public-site", "bench.public_site:run", 1, "4 min"),
    Entry("extraction", "bench.extraction:run", 3, "40 s"),
    Entry("extraction-errors", "bench.extraction:tables", 1, "3 min"),
    Entry("enrolment", "bench.enrolment:run", 5, "60 s"),
    Entry("readers", "bench.readers:run", 9, "5 s"),
    Entry("biometrics", "bench.fingers:run", 5, "80 s"),
    Entry("synthetic", "bench.synthetic:run", 5, "3 min"),
    Entry("search-scan", "bench.search:run", 7, "2 min, once more 1 to make the gallery"),
    Entry("search-accuracy", "bench.search_accuracy:run", 1, "4 min"),
    Entry("search-sizes", "bench.search_sizes:run", 3, "4 min, once more 4 to make the gallery"),
    Entry("deduplication", "bench.deduplication:run", 1, "3 min"),
    Entry("audit-tickets", "bench.audit_tickets:run", 3, "4 min"),
    Entry("audit-shares", "bench.audit_tickets:shares", 9, "2 s"),
    Entry("audit-risk", "bench.audit_risk:run", 9, "15 s"),
    Entry("audit-type-one", "bench.audit_type_one:run", 10_000, "5 min"),
    Entry("audit-wrongs", "bench.audit_wrongs:run", 1000, "10 s"),
    Entry("shuffles", "bench.shuffles:run", 3, "1 min"),
)
