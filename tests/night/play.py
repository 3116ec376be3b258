"""A night from the definition to a final result, while the centre is killed and its database is restarted."""

import random
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

from tests.databases import Postgres
from tests.night.deliveries import Delivery, Shares, deliveries
from tests.night.election import Night, night_of, write_papers
from tests.night.processes import KeptCentre, Running, free_port, urna, web_server
from tests.night.senders import Answer, Senders

from urna.record.layout import DEFINITION

Tell = Callable[[str], None]
PUBLISH_SECONDS, RESULTS_SECONDS = 1, 5
PROOF_SECONDS = 120
PATIENCE_SECONDS = 30
"""A monitor's: a centre may be killed, and its database be away, between the log and the files that it names."""


class Plan(NamedTuple):
    """How large a night is and what happens in it."""

    stations: int = 2000
    kills: int = 5
    restarts: int = 2
    shares: Shares = Shares()
    at_once: int = 16
    """Senders."""
    processes: int = 2
    """That examine for the centre."""
    encrypted: bool = False
    """Whether the election has guardians, and every sheet has to be proven from encrypted ballots."""
    seed: int = 2020
    """Of the order, the instants and the mishaps."""


class Played(NamedTuple):
    """What is left of a night, for whoever judges it."""

    night: Night
    plan: Plan
    folder: Path
    database: str
    answers: list[Answer]
    centre: KeptCentre
    restarts: list[str]
    """How PostgreSQL ended each time that it was started again."""
    seconds: dict[str, float]
    monitor_code: int
    witness_codes: list[int]
    said: dict[str, str]
    """What each command said, by name."""
    standings: dict[str, int]
    """How many stations stood how, before the centre was told to end."""

    @property
    def record(self) -> Path:
        """The public record."""
        return self.folder / "centre" / "record"


def play(plan: Plan, folder: Path, server: Postgres, tell: Tell) -> Played:
    """Plays a night in a folder.

    1. Stations close, and the centre has the papers of before the day.
    2. Witnesses, the centre and a monitor begin.
    3. Everything is sent, while mishaps happen.
    4. The centre is told to end, and issues and publishes the final results.
    5. The monitor looks at every file again, and the record is verified.
    """
    seconds: dict[str, float] = {}
    started = time.monotonic()
    night = night_of(plan.stations, encrypted=plan.encrypted)
    every = deliveries(night, plan.shares, random.Random(plan.seed))
    seconds["stations make their papers"] = time.monotonic() - started
    tell(f"{plan.stations} stations closed; {len(every)} parcels are on their way")
    hall = _Hall(night, plan, folder, server)
    with hall:
        hall.begin()
        tell("Witnesses, centre and monitor are at work")
        started = time.monotonic()
        answers, restarts = hall.send(every, tell)
        seconds["until everything was answered"] = time.monotonic() - started
        started = time.monotonic()
        standings = hall.wait_until_proven()
        seconds["then until every sheet was proven"] = time.monotonic() - started
        started = time.monotonic()
        said, monitor_code, witness_codes = hall.end()
        seconds["final results, published and verified"] = time.monotonic() - started
    return Played(
        night,
        plan,
        folder,
        hall.database,
        answers,
        hall.centre,
        restarts,
        seconds,
        monitor_code,
        witness_codes,
        said,
        standings,
    )


class _Hall:
    """Where the night is, and its processes; left, none of them runs."""

    def __init__(self, night: Night, plan: Plan, folder: Path, server: Postgres) -> None:
        self._night, self._plan, self._server = night, plan, server
        self.folder = folder
        self.database = server.new_database()
        self._place = folder / "centre"
        self.record = self._place / "record"
        self._signing = ("--log-key", folder / "log.key", "--passphrase-file", folder / "words")
        self._witnesses: list[Running] = []
        self._named: list[object] = []
        self._addresses: list[object] = []
        self._monitor: Running | None = None
        self._web: subprocess.Popen[bytes] | None = None
        self.centre: KeptCentre

    def __enter__(self) -> None:
        """Nothing runs yet."""

    def __exit__(self, *_: object) -> None:
        """Whatever happened, its processes end."""
        running = [*self._witnesses, *([self._monitor] if self._monitor else [])]
        for each in running:
            if each.process.poll() is None:
                each.stop(signal.SIGKILL)
        if self._web is not None:
            self._web.kill()
            self._web.wait()
        if hasattr(self, "centre"):
            self.centre.stop()

    def begin(self) -> None:
        """Papers, witnesses, centre, monitor."""
        write_papers(self._night, self.folder)
        definition = self.folder / DEFINITION
        urna("center", "init", self._place, "--definition", definition, "--database", self.database, *self._signing)
        urna("center", "load", self._place, self.folder / "papers", *self._signing)
        for signer in self._night.keys.witnesses:
            self._begin_witness(signer.name)
        options = (*self._named, "--every", PUBLISH_SECONDS, "--results-every", RESULTS_SECONDS)
        many = ("--processes", self._plan.processes)
        said = self.folder / "centre.said"
        self.centre = KeptCentre(said, free_port(), self._place, *options, *many, *self._signing)
        self.centre.wait_until_ready()
        while not (self.record / "log" / "checkpoint").exists():
            time.sleep(0.05)
        port = free_port()
        self._web = web_server(self.record, port)
        looking = ("--definition", definition, "--every", 1, "--patience", PATIENCE_SECONDS, *self._addresses)
        address = f"http://127.0.0.1:{port}"
        seen = self.folder / "seen"
        self._monitor = Running(self.folder / "monitor.said", "observe", address, "--state", seen, *looking)
        # Its first look is done before anything is sent: a later one may wait for a file as long as its patience.
        self._monitor.wait_until_said("✓")

    def send(self, every: Sequence[Delivery], tell: Tell) -> tuple[list[Answer], list[str]]:
        """Everything, while mishaps happen; returns when everything is answered and every mishap is over."""
        mishaps = Mishaps(self._plan, len(every), self.centre, self._server, tell)
        election, keys = self._night.rehearsal.election, self._night.keys
        senders = Senders(
            self.centre.port,
            self.folder / "queues",
            self._plan.at_once,
            lambda station: keys.station(election, station, "poll-book"),
        )
        mishaps.start()
        answers = senders.send_all(every, mishaps.one_more)
        mishaps.join()
        return answers, mishaps.restarts

    def wait_until_proven(self) -> dict[str, int]:
        """Returns when no sheet waits for its proof, or after some time; how the stations stand then."""
        end = time.monotonic() + PROOF_SECONDS
        while True:
            standings = self.centre.standings()
            if "received" not in standings or time.monotonic() > end:
                return standings
            time.sleep(0.1)

    def end(self) -> tuple[dict[str, str], int, list[int]]:
        """The centre ends in order; final results, published, looked at and verified, each by its command."""
        said = {"serve": str(self.centre.stop())}
        final = ("--status", "final", "--lot-seed", "46113")
        said["results"] = urna("center", "results", self._place, *final, *self._signing)
        said["publish"] = urna("center", "publish", self._place, *self._named, *self._signing)
        assert self._monitor is not None
        code = self._monitor.stop(signal.SIGINT)
        said["observe"] = urna("observe", self.record, "--state", self.folder / "seen", "--whole", *self._addresses)
        said["verify"] = urna("verify", self.record, "--authority", self.folder / "officers.txt")
        return said, code, [witness.stop() for witness in self._witnesses]

    def _begin_witness(self, name: str) -> None:
        short = name.rpartition("/")[2]
        place = self.folder / short
        urna("witness", "init", place, "--key", self.folder / f"{short}.key")
        urna("witness", "watch", place, "--definition", self.folder / DEFINITION)
        words = ("--passphrase-file", self.folder / "words")
        witness = Running(self.folder / f"{short}.said", "witness", "serve", place, "--port", 0, *words)
        self._witnesses.append(witness)
        address = witness.address()
        self._named += ["--witness", f"{name}={address}"]
        self._addresses += ["--witness", address]


class Mishaps(threading.Thread):
    """Kills the centre and restarts its database, each after so many answers as its generator says.

    Args:
        plan: how many of each.
        parcels: how many answers there will be.
        centre: that is killed.
        server: that is restarted.
        tell: is told.
    """

    def __init__(self, plan: Plan, parcels: int, centre: KeptCentre, server: Postgres, tell: Tell) -> None:
        super().__init__(daemon=True)
        self._draw = random.Random(plan.seed + 1)
        self._what = ["kill"] * plan.kills + [("immediate", "fast")[number % 2] for number in range(plan.restarts)]
        self._draw.shuffle(self._what)
        many = len(self._what)
        self._when = [int(parcels * 0.95 * (number + self._draw.random()) / many) for number in range(many)]
        self._centre, self._server, self._tell = centre, server, tell
        self._answered = 0
        self._more = threading.Condition()
        self.restarts: list[str] = []

    def one_more(self, _: Answer) -> None:
        """A parcel was answered."""
        with self._more:
            self._answered += 1
            self._more.notify()

    def run(self) -> None:
        """One after the other."""
        for what, when in zip(self._what, self._when, strict=True):
            with self._more:
                self._more.wait_for(lambda when=when: self._answered >= when)  # type: ignore[misc]
            time.sleep(self._draw.random() / 5)
            answered = self._answered
            if what == "kill":
                self._centre.kill()
                self._tell(
                    f"after {answered:5} answers: centre killed, back in {self._centre.restart_seconds[-1]:.1f} s"
                )
            else:
                self._server.stop(what)
                time.sleep(self._draw.random())
                self._server.start()
                self.restarts.append(what)
                self._tell(f"after {answered:5} answers: PostgreSQL ended ({what}) and started again")
