"""A station killed at random instants: poll book, booth and printer, alone and together, over the real channel.

The printer is the simulated thermal one at its own line, with a mishap in one paper of ten besides. Each day has 30
instants; after it every invariant is checked (tests/station/killed_day), and a day that breaks one fails the benchmark,
so no figure says so: no vote, paper or person was left unaccounted for. The channel's own times come first.
"""

import secrets
import time
from collections import Counter
from collections.abc import Iterator

from tests.station.desk import RememberingDesk
from tests.station.killed_day import KilledDay

from bench.figures import Figure, of_runs, timed
from bench.places import WORK, emptied
from urna.devices.activation_server import ActivationServer
from urna.devices.remote_booth import RemoteBooth
from urna.station.link_session import Ends

KILLS_A_DAY = 30
ENDS = Ends("ab" * 32, "S-1", 1, b"\7" * 32)


def run(instants: int) -> Iterator[Figure]:
    """So many instants of death."""
    yield from _channel()
    days = [_day(number) for number in range(-(-instants // KILLS_A_DAY))]
    died: Counter[str] = sum((day.deaths for day, _ in days), Counter())
    yield Figure("instants of death", sum(day.instants.total() for day, _ in days), "instants")
    yield Figure("parts killed: booth / poll book / printer", died.total(), "deaths")
    yield Figure("ballots cast meanwhile, each as its screen said", sum(day.cast.total() for day, _ in days), "ballots")
    yield Figure("papers whole", sum(len(day.whole) for day, _ in days), "papers")
    yield Figure("papers torn", sum(len(day.torn) for day, _ in days), "papers")
    yield of_runs("a day of 30 instants with its checks", [seconds for _, seconds in days], "s")


def _day(number: int) -> tuple[KilledDay, float]:
    """One day, checked: anything that does not hold raises."""
    folder = emptied(WORK / "station-killed")
    folder.mkdir()
    began = time.perf_counter()
    day = KilledDay(folder, f"bench {number}", ("encrypted", "plain")[number % 2], KILLS_A_DAY)
    day.check(day.play())
    emptied(folder)
    return day, time.perf_counter() - began


def _channel() -> Iterator[Figure]:
    """A question and its answer over the Unix socket, and a connection with its hello."""
    folder = emptied(WORK / "channel")
    folder.mkdir()
    address = folder / "booth-1.socket"
    server = ActivationServer(address, ENDS, RememberingDesk(), entropy=secrets.token_bytes, report=lambda alarm: None)
    server.start()
    link = RemoteBooth(address, ENDS, secrets.token_bytes)
    link.condition()
    yield timed("a booth's condition asked for over the channel", link.condition, 9, times=200)

    def reconnect() -> None:
        link.close()
        link.condition()

    yield timed("the same on a new connection, both sides proven", reconnect, 9, times=50)
    link.close()
    server.close()
    emptied(folder)
