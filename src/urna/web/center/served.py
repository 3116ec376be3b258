"""A centre at work as its addresses see it, with what Prometheus asks for. No number names a station or an elector."""

import time
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from shutil import disk_usage

from prometheus_client import CollectorRegistry, Histogram, generate_latest
from prometheus_client import Counter as Counted
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric

from urna.center.longest import Longest
from urna.crypto.station_certificate import check_line
from urna.election.certification import StationKeys
from urna.log.note import NoteVerifier
from urna.station.announcement import Announcement, open_announcement, read_header
from urna.storage.centre_opening import last_backup, read_published
from urna.storage.centre_service import Answer, CentreService
from urna.web.center.reception import Health
from urna.web.center.request_log import Note, say_nothing
from urna.words import Sentence

_BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)


class ServedCentre:
    """The `Reception` of a centre.

    Args:
        service: the centre.
        steady: a clock that never goes back, in seconds.
        note: writes an entry of the log for each parcel.
    """

    def __init__(
        self, service: CentreService, steady: Callable[[], float] = time.monotonic, note: Note = say_nothing
    ) -> None:
        self._service = service
        self._steady = steady
        self._note = note
        self._longest = Longest(service.election)
        self._registry = CollectorRegistry()
        self._registry.register(self)
        self._seconds = Histogram(
            "urna_reception_seconds",
            "From a whole parcel to its durable answer",
            buckets=_BUCKETS,
            registry=self._registry,
        )
        self._requests = Counted(
            "urna_requests", "Requests answered since the start", ("method", "route", "status"), registry=self._registry
        )
        self._request_seconds = Histogram(
            "urna_request_seconds",
            "From a request's head to the end of its answer, body and all",
            ("method", "route"),
            buckets=_BUCKETS,
            registry=self._registry,
        )

    def receive(self, station: str, parcel: bytes | Path, sha256: str = "") -> Answer:
        """Takes a parcel."""
        began = self._steady()
        answer = self._service.receive(station, parcel, sha256)
        self._seconds.observe(self._steady() - began)
        self._note("parcel", **_facts(answer))
        return answer

    def count_request(self, method: str, route: str, status: int, seconds: float) -> None:
        """Counts it by its route, in which no code, hash or link is, and by the hundred of its status."""
        self._requests.labels(method, route, f"{status // 100}xx" if status else "none").inc()
        self._request_seconds.labels(method, route).observe(seconds)

    def check_line(self, station: str, certificate: bytes) -> None:
        """Returns if a line's certificate is signed by a key that speaks for the station now; raises Unproven."""
        keys = self._keys(station)
        speak = (keys.poll_book, *keys.booths) if keys is not None else ()
        check_line(certificate, station, speak, datetime.now(UTC))

    def open_announcement(self, station: str, text: str) -> Announcement:
        """What a station announced, signed by its poll book's key that speaks now.

        Args:
            station: in whose name something comes.
            text: as the request shows it.

        Raises:
            Malformed: it is no announcement.
            Unproven: it is of another election or station, or not signed by such a key.
        """
        document, election = read_header(text), self._service.election
        keys = self._keys(station)
        name = election.key_name(station, "poll-book")
        verifiers = [NoteVerifier(name, keys.poll_book)] if keys is not None else []
        return open_announcement(document, election.identity, station, verifiers)

    def _keys(self, station: str) -> StationKeys | None:
        """Those that speak for a station now; None of a station that nobody defined, or certified."""
        with self._service.sequencer.state():
            return self._service.opened.centre.facts(station).keys if self.knows(station) else None

    def knows(self, station: str) -> bool:
        """Whether the election has such a station."""
        return station in self._service.election.stations

    def longest(self, station: str) -> int:
        """The bytes of the longest parcel that a station can have to send."""
        return self._longest.of(station)

    def health(self) -> Health:
        """Alive while its writer is; ready while that can write."""
        sequencer = self._service.sequencer
        is_alive = sequencer.is_running
        return Health(is_alive, is_alive and not sequencer.is_waiting_for_database)

    def standings(self) -> Counter[str]:
        """How many stations stand how."""
        return self._service.standings()

    def metrics(self) -> str:
        """Prometheus's text."""
        return generate_latest(self._registry).decode()

    def collect(self) -> Iterator[Metric]:
        """What is counted elsewhere; for the registry."""
        answers = CounterMetricFamily("urna_answers", "Parcels answered since the start", labels=["verdict"])
        for verdict, count in self._service.counted.items():
            answers.add_metric([str(verdict)], count)
        stations = GaugeMetricFamily("urna_stations", "Stations by how they stand", labels=["standing"])
        for standing, count in self._service.standings().items():
            stations.add_metric([standing], count)
        store = self._service.opened.store
        yield answers
        yield stations
        yield CounterMetricFamily("urna_broken_proofs", "Proofs that broke the program", self._service.broken_proofs)
        yield GaugeMetricFamily("urna_journal_serial", "The newest act of the journal", store.serial)
        yield GaugeMetricFamily("urna_leaves", "Leaves of the log, published or not", store.leaf_count)
        folder = self._service.opened.folder
        yield GaugeMetricFamily("urna_published_leaves", "Leaves of the log in the record", read_published(folder))
        yield GaugeMetricFamily("urna_free_bytes", "Of the medium of the centre's folder", disk_usage(folder).free)
        if (backup := last_backup(folder)) is not None:
            yield GaugeMetricFamily("urna_backup_serial", "The newest act that is in the last backup", backup.serial)
            yield GaugeMetricFamily("urna_backup_seconds", "When it was made, since 1970", backup.seconds)
        yield GaugeMetricFamily("urna_ready", "1 while the centre can write", int(self.health().is_ready))


def _facts(answer: Answer) -> dict[str, object]:
    """Of a parcel, for the log; a reason as its template: the numbers in it may be votes of a small station."""
    reason = answer.reason if answer.reason is not None else next(iter(answer.notes), None)
    said = reason.template if isinstance(reason, Sentence) else reason
    facts: dict[str, object] = {"station": answer.station, "verdict": answer.verdict.value, "sheet": answer.document}
    return facts | ({"reason": said} if said is not None else {}) | ({"conflict": True} if answer.is_conflict else {})
