"""A booth's face on a real booth in memory, served on loopback, and a poll book that activates it."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from tests.booth.running import RunningBooth
from tests.booth.sample import PAIRING_KEY, STATION
from tests.booth_face.ears import Ears
from tests.kiosk.serving import serving

from urna.cli.words import say_in
from urna.devices.speech import RecordingSpeaker
from urna.election.definition import Election
from urna.encoding.canonical import Moment
from urna.errors import OutOfOrder
from urna.station.activation import Ended, answer
from urna.station.booth import Booth
from urna.station.booth_ports import Show
from urna.station.link import Stage
from urna.web.booth.app import Door, booth_app
from urna.web.booth.face import BoothFace
from urna.web.booth.photos import NO_PHOTOS, Photos
from urna.web.kiosk.display import DEFAULT, Display
from urna.web.kiosk.frame import Pages
from urna.words import Sentence

LAUNCH_KEY = "launch"


class BoothInMemory(RunningBooth):
    """A booth whose printer may be slow, or break so that the booth stops."""

    breaks = False

    def __init__(self, election: Election) -> None:
        self.gate = threading.Event()
        """The printer waits for it."""
        self.gate.set()
        super().__init__(election, slots=256)

    def _print(self, what: str) -> None:
        self.gate.wait(120)
        if self.breaks:
            raise RuntimeError("a secret that no log may hold")
        super()._print(what)


class MachineInMemory:
    """The port `Machine` on a booth in memory. What a test wants to go wrong, it sets."""

    def __init__(self, running: BoothInMemory, stage: Stage = Stage.ZEROED) -> None:
        self.running = running
        self.stage_now = stage
        self.starts = 0
        self.cannot_start = False
        self.released = False
        self.printer = "ready"
        self.problems: tuple[str, ...] = ()
        self.printed_reports = 0
        self.tested = 0
        self.gate = threading.Event()
        """Long work waits for it."""
        self.gate.set()

    def stage(self) -> Stage:
        return self.stage_now

    def start(self, show: Show) -> Booth:
        self.starts += 1
        if self.cannot_start:
            raise OutOfOrder(Sentence("a medium"), Sentence("none"), Sentence("Put it in."))
        self.running.show = show  # type: ignore[method-assign, assignment]  # the screen is the face's
        booth = self.running.restart()
        booth.warm()
        return booth

    def test_readiness(self) -> None:
        self.gate.wait(120)
        self.tested += 1

    def zero(self, now: Moment) -> None:
        self.gate.wait(120)
        self.stage_now = Stage.ZEROED

    def zero_document(self) -> bytes:
        return b"zero"

    def print_zero_report(self, copies: int) -> None:
        self.gate.wait(120)
        self.printed_reports += copies

    def release(self) -> None:
        self.released = True

    def printer_word(self) -> str:
        return self.printer

    def health(self) -> tuple[str, ...]:
        return self.problems

    def stop(self) -> None:
        self.released = True


class SteppedClock:
    """Seconds that pass when told to."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


class Scene:
    """Everything around one face."""

    def __init__(
        self,
        election: Election,
        *,
        clock: Callable[[], float] = time.monotonic,
        display: Display = DEFAULT,
        stage: Stage = Stage.ZEROED,
        settle_seconds: float = 0.0,
        linger_seconds: float = 0.0,
        photos: Photos = NO_PHOTOS,
    ) -> None:
        self.running = BoothInMemory(election)
        self.machine = MachineInMemory(self.running, stage)
        self.speaker = RecordingSpeaker()
        self.ears = Ears(self.speaker)
        self.pages = Pages("urna.web.booth", {"es": say_in("es"), "en": say_in("en")}, display)
        self.face = BoothFace(
            self.machine,
            election,
            1,
            languages=("es", "en"),
            display=display,
            utterances=self.ears,
            clock=clock,
            linger_seconds=linger_seconds,
            settle_seconds=settle_seconds,
            photos=photos,
        )

    def activate(self, style: str = "FULL") -> None:
        """The poll book's part."""
        challenge = self.face.challenge()
        given = answer(
            PAIRING_KEY, challenge, election=self.face.election.identity, station=STATION, booth=1, style=style
        )
        self.face.activate(style, given)

    def acknowledge(self) -> None:
        """The poll book has recorded the ending, if there is one."""
        if isinstance(self.face.condition().slot, Ended):
            self.face.acknowledge()


@contextmanager
def served(scene: Scene) -> Iterator[str]:
    """The face on a port of its own; the address at which its browser enters."""
    with serving(lambda origin: booth_app(scene.face, scene.pages, Door("booth-1", origin, LAUNCH_KEY))) as origin:
        yield origin
