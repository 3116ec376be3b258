"""A voter who touches the face without a browser, and the ways into every step."""

import time

from tests.booth.sample import ELECTION
from tests.booth_face.scene import Scene, SteppedClock

from urna.election.definition import Election
from urna.election.outcomes import Ending
from urna.station.link import Stage
from urna.web.booth.steps import Step

CHOICES = ("choose:DEP-1", "choose:DEP-2", "choose:DEP-3", "next", "choose:LIST-RED", "next", "choose:REF-YES", "next")


class Voter:
    """Touches a face as its page would."""

    def __init__(self, election: Election = ELECTION, **settings: float) -> None:
        self.clock = SteppedClock()
        self.scene = Scene(election, clock=self.clock, **settings)  # type: ignore[arg-type]  # seconds by their names
        self.face = self.scene.face
        self.face.open()

    def touch(self, *acts: str) -> Step:
        """One after another, each on the page that the one before it left."""
        for does in acts:
            self.face.touch(self.face.look().turn, does)
            self.wait()
        return self.step

    def wait(self) -> None:
        """Until the work beside the screen is done."""
        until = time.monotonic() + 60
        while time.monotonic() < until:
            with self.face.lock:
                if not self.face._jobs:
                    return
            time.sleep(0.002)
        raise AssertionError("the work beside the screen does not end")

    def pass_time(self, seconds: float) -> Step:
        """The clock goes on and the face looks at it."""
        self.clock.now += seconds
        self.face.tick()
        self.wait()
        return self.step

    @property
    def step(self) -> Step:
        return self.face.look().step

    def stands(self, step: Step) -> bool:
        """Whether the screen shows this step."""
        return self.step is step

    @property
    def note(self) -> str:
        return str(self.face.look().note or "")


def voter_in(step: Step) -> Voter:
    """A voter in this step."""
    voter = Voter()
    if step is Step.PREPARED:
        voter = Voter.__new__(Voter)
        voter.clock = SteppedClock()
        voter.scene = Scene(ELECTION, clock=voter.clock, stage=Stage.SEALED)
        voter.face = voter.scene.face
        voter.face.open()
        return voter
    ways: dict[Step, tuple[str, ...]] = {
        Step.CONTEST: (),
        Step.REVIEW: CHOICES,
        Step.UNUSED: ("next", "next", "next", "vote"),
        Step.QUESTION: (*CHOICES, "vote"),
        Step.SURE: (*CHOICES, "vote", "challenge"),
        Step.VOID: (*CHOICES, "vote", "no"),
        Step.CHALLENGED: (*CHOICES, "vote", "challenge", "sure"),
        Step.CAST: (*CHOICES, "vote", "yes"),
        Step.HELP: ("help",),
    }
    if step is Step.CLOSED:
        voter.face.release()
        return voter
    if step is Step.WAITING:
        return voter
    voter.scene.activate()
    voter.touch(*ways.get(step, ()))
    if step is Step.SILENT:
        voter.pass_time(121)
    if step in {Step.EXPIRED, Step.ENDED}:
        voter.pass_time(400)
    if step is Step.ENDED:
        voter.face.end(Ending.EXPIRED)
    if step is Step.STOPPED:
        voter.scene.running.breaks = voter.scene.machine.cannot_start = True
        voter.touch(*CHOICES, "vote")
    return voter
