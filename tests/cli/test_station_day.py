"""A loaded station's real processes, from sealed to closed over the channel, without a browser."""

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from secrets import token_bytes

import pytest
from tests.cli.loaded_station import LoadedStation, load_small_station
from tests.cli.printer_line import printer_line
from tests.cli.test_station_serve import Served
from tests.station.small import always_a_match

from urna.cli.poll_book_machine import open_poll_book_machine
from urna.cli.station_booth import open_printer
from urna.cli.station_closer import close_in_process
from urna.cli.station_log import read_logs
from urna.cli.station_poll_book import links
from urna.cli.station_process import ProcessSettings
from urna.cli.station_serve import BOOTH_FACE, POLL_BOOK_FACE, plan_of
from urna.devices.remote_booth import RemoteBooth
from urna.election.outcomes import Ending
from urna.encoding.document import open_document, read_document
from urna.errors import Malformed
from urna.log.note import NoteVerifier
from urna.roll.synthetic import synthesize_roll
from urna.station.cards import Role
from urna.station.closing_order import CardAndPin, ClosingOrder
from urna.station.day import DayEvent
from urna.station.link import Condition, Presence, Stage, Work
from urna.station.station import Station
from urna.storage.out_folder import read_bundle, read_out
from urna.storage.station_folder import StationFolder, open_package
from urna.tally.sheet import TallySheet, ZeroReport

ROLES = (Role.PRESIDENT, Role.SECRETARY)
BALLOTS = ("urna.ballot", "urna.tally", "urna.station.booth", "urna.storage.ballot_box", "urna.web.booth")
ELECTORS = ("urna.roll", "urna.biometrics", "urna.station.pollbook", "urna.station.people", "urna.web.pollbook")


@pytest.fixture
def loaded(tmp_path: Path) -> LoadedStation:
    """One booth."""
    return load_small_station(tmp_path, electors=3, booths=1)


@pytest.fixture
def served(loaded: LoadedStation) -> Iterator[Served]:
    """Its booth's process, with a simulated printer on a cable."""
    with printer_line() as printer:
        (booth,) = plan_of(loaded.folder, 1, "booth-1", [printer], "", "", "", 0, [])
        running = Served(loaded.folder, booth)
        running.wait(lambda: running.ready("booth-1"))
        yield running
        running.stop()


def rest(booth: RemoteBooth, then: Callable[[Condition], bool]) -> Condition:
    """Waits until the booth has done its work."""
    deadline = time.monotonic() + 120
    while (now := booth.condition()).work is not Work.NONE or not then(now):
        assert now.trouble is None, now.trouble
        assert time.monotonic() < deadline, now
        time.sleep(0.02)
    return now


@pytest.mark.slow
def test_a_station_goes_from_sealed_to_closed_over_the_channel(loaded: LoadedStation, served: Served) -> None:
    """Readiness test, zeroing, report, activation, an ending without a vote, release, closing: each process its own."""
    election, cards = loaded.election, [loaded.card(role) for role in ROLES]
    machine = open_poll_book_machine(loaded.folder, token_bytes)
    booth = links(ProcessSettings(folder=str(loaded.folder), face=POLL_BOOK_FACE, port=0), machine)[1]
    assert booth.condition().stage is Stage.SEALED
    booth.test_readiness()
    rest(booth, lambda now: now.readiness_tested)
    machine.prepare_day(DayEvent.TEST_READINESS)
    booth.zero(election.definition.opens_at)
    rest(booth, lambda now: now.stage is Stage.ZEROED)
    key = NoteVerifier(election.key_name("S-1", "booth-1"), loaded.kit.keys.booths[0])
    assert open_document(booth.zero_document(), ZeroReport, [key]).ballots == 0
    booth.print_zero_report(2)
    rest(booth, lambda now: now.zero_reports == 2)
    machine.prepare_day(DayEvent.PRINT_ZERO_REPORT)
    unlocked = machine.sign_ins.unlock(cards[0], cards[1], election.definition.opens_at)
    station = Station(machine.unlock(unlocked, always_a_match), {1: booth})
    station.poll_book.advance(DayEvent.OPEN)
    elector = next(iter(synthesize_roll(election, 7)))
    station.poll_book.identify(elector.number, None)
    station.activate(1, elector.style)
    assert booth.condition().presence is Presence.VOTING
    booth.end(Ending.LEFT)
    station.record_ending(1)
    station.poll_book.advance(DayEvent.CLOSE)
    statement = machine.statement(station.poll_book, election.definition.closes_at, 1)
    booth.release()
    assert booth.condition().stage is Stage.RELEASED
    order = ClosingOrder(
        statement=statement.decode(), cards=tuple(CardAndPin(card=card.decode(), pin=pin) for card, pin in cards)
    )
    lines = list(close_in_process(loaded.folder, order))
    assert lines[-1].sheet is not None
    assert {"event-log-booth-1.jsonl", "event-log-booth-1.note"} <= set(read_out(loaded.folder / "out"))
    (log,) = read_logs(loaded.folder)[-1:]
    assert (log.machine, log.is_torn) == ("booth-1", False)
    sheet = read_document(read_bundle(loaded.folder / "out").sheet, TallySheet)
    assert (sheet.cast, sheet.booths[0].made) == (0, 0)
    booth.stop()
    booth.close()
    machine.close()


@pytest.mark.slow
@pytest.mark.parametrize(("side", "forbidden"), [("station_poll_book", BALLOTS), ("station_booth", ELECTORS)])
def test_no_process_loads_the_other_side(side: str, forbidden: tuple[str, ...]) -> None:
    """What is not in a process's memory cannot be joined there."""
    program = f"import sys, urna.cli.{side}; print(*sorted(sys.modules))"
    said = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    loaded = said.stdout.split()
    assert len(loaded) > 100
    found = [name for name in loaded for each in forbidden if name == each or name.startswith((f"{each}.", f"{each}_"))]
    assert found == []


@pytest.mark.parametrize("spec", ["pdf:papers", "cups:office"])
def test_a_booth_refuses_a_printer_that_keeps_what_it_prints(loaded: LoadedStation, spec: str) -> None:
    """Files and spools have an order; it is said before anybody votes."""
    with pytest.raises(Malformed, match="keeps what it prints"):
        open_printer(spec, open_package(StationFolder(loaded.folder)))


def test_a_real_booth_asks_for_a_printer(loaded: LoadedStation) -> None:
    """On a station that counts, nobody votes on a printer that throws papers away."""
    served = Served(loaded.folder, ProcessSettings(folder=str(loaded.folder), booth=1, face=BOOTH_FACE, port=0))
    served.wait(lambda: any("expected a printer for this booth" in line for line in served.lines))
    served.stop()
