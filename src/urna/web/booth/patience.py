"""The voter's time: the limit of the rules, a word a minute before it, and the question "are you still there?".

Nothing is cast and nothing annulled when the time is over: the booth asks for a poll worker (VVSG 2.0, 7.2-O).
Seconds come in from a clock that only goes forward.
"""

from enum import StrEnum

from urna.election.definition import Rules

WARNING_SECONDS = 60
"""Before the limit; less where the limit is short."""

ANSWER_SECONDS = 30
"""To answer the question; the standard asks for 20 to 45."""


class Time(StrEnum):
    """What the time says."""

    ENOUGH = "enough"
    LAST_MINUTE = "last_minute"
    OVER = "over"


class Patience:
    """The time of one activation.

    Args:
        rules: the definition's.
        now: seconds of the clock at the activation.
    """

    def __init__(self, rules: Rules, now: float) -> None:
        self._rules = rules
        self._deadline = now + rules.time_limit_seconds
        self._touched = now

    def touch(self, now: float) -> None:
        """The voter is there."""
        self._touched = now

    def listen(self, now: float) -> None:
        """The voter asked to hear something. A question that stands is not answered by it, but waits anew."""
        self._touched = now - self._rules.inactivity_seconds if self.is_silent(now) else now

    def resume(self, now: float) -> None:
        """A poll worker gave the whole time once more."""
        self._deadline = now + self._rules.time_limit_seconds
        self._touched = now

    def wait(self, seconds: float, now: float) -> None:
        """The machine kept the voter waiting: that time is given back."""
        self._deadline += seconds
        self._touched = now

    def time(self, now: float) -> Time:
        """What the limit says."""
        left = self._deadline - now
        if left <= 0 or now - self._touched >= self._rules.inactivity_seconds + ANSWER_SECONDS:
            return Time.OVER
        return Time.LAST_MINUTE if left <= min(WARNING_SECONDS, self._rules.time_limit_seconds / 3) else Time.ENOUGH

    def is_silent(self, now: float) -> bool:
        """Whether the voter has not touched anything for so long that the booth asks."""
        return now - self._touched >= self._rules.inactivity_seconds
