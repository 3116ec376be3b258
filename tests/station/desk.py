"""A booth's desk for tests of the channel: it remembers what it was asked, in one process with the test."""

from urna.election.outcomes import Ending
from urna.encoding.canonical import Code, Moment
from urna.errors import OutOfOrder
from urna.station.activation import Armed, BoothSlot, Ended, Free
from urna.station.link import Condition, Presence, Stage
from urna.words import Sentence

CHALLENGE = bytes(range(16))


class RememberingDesk:
    """A booth that does everything at once, and writes down each act that changes something."""

    def __init__(self) -> None:
        self.acts: list[str] = []
        self.slot: BoothSlot = Free()
        self.document = "zero report, número 1\n" * 200

    def condition(self) -> Condition:
        """Zeroed and at rest, or voting."""
        presence = Presence.WAITING if isinstance(self.slot, Free) else Presence.VOTING
        return Condition(stage=Stage.ZEROED, presence=presence, slot=self.slot)

    def challenge(self) -> bytes:
        """Always the same."""
        self.acts.append("challenge")
        return CHALLENGE

    def activate(self, style: Code, answer: bytes) -> None:
        """Armed."""
        self.acts.append(f"activate {style} {answer.hex()[:4]}")
        self.slot = Armed(style=style)

    def acknowledge(self) -> None:
        """Free."""
        self.acts.append("acknowledge")
        self.slot = Free()

    def end(self, ending: Ending) -> None:
        """Ended."""
        self.acts.append(f"end {ending}")
        self.slot = Ended(ending=ending)

    def resume(self) -> None:
        """Refused, as a booth does where no time passed."""
        raise OutOfOrder(
            Sentence("what state {state} of the booth allows", {"state": Presence.VOTING}),
            Sentence("{event}", {"event": "Resumed"}),
            Sentence("Follow what the booth's screen asks for."),
            "S-1 booth 1",
        )

    def test_readiness(self) -> None:
        """Begun."""
        self.acts.append("test_readiness")

    def zero(self, now: Moment) -> None:
        """Begun."""
        self.acts.append(f"zero {now}")

    def zero_document(self) -> bytes:
        """Longer than a message."""
        return self.document.encode()

    def print_zero_report(self, copies: int) -> None:
        """Begun."""
        self.acts.append(f"print {copies}")

    def release(self) -> None:
        """Done."""
        self.acts.append("release")

    def stop(self) -> None:
        """Done."""
        self.acts.append("stop")
