"""A centre at work as its addresses see it, with what Prometheus asks for. No number names a station or an elector."""

import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

from prometheus_client import CollectorRegistry, Histogram, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric

from urna.center.longest import Longest
from urna.storage.centre_service import Answer, CentreService
from urna.web.center.app import Health

_BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)


class ServedCentre:
    """The `Reception` of a centre.

    Args:
        service: the centre.
        steady: a clock that never goes back, in seconds.
    """

    def __init__(self, service: CentreService, steady: Callable[[], float] = time.monotonic) -> None:
        self._service = service
        self._steady = steady
        self._longest = Longest(service.election)
        self._registry = CollectorRegistry()
        self._registry.register(self)
        self._seconds = Histogram(
            "urna_reception_seconds",
            "From a whole parcel to its durable answer",
            buckets=_BUCKETS,
            registry=self._registry,
        )

    def receive(self, station: str, parcel: bytes | Path, sha256: str = "") -> Answer:
        """Takes a parcel."""
        began = self._steady()
        answer = self._service.receive(station, parcel, sha256)
        self._seconds.observe(self._steady() - began)
        return answer

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
        yield GaugeMetricFamily("urna_ready", "1 while the centre can write", int(self.health().is_ready))
