"""What a guardian does, and in which order: the key ceremony before the election, openings after it.

`TRANSITIONS` is the whole rule; the diagram in docs/guardians.md is drawn from it. What an act needs besides (the
others' files, all of them right) is checked by whoever does the act, before the step is taken.
"""

from enum import StrEnum
from types import MappingProxyType

from urna.errors import OutOfOrder
from urna.words import Sentence


class Stage(StrEnum):
    """How far a guardian has come."""

    COMMITTED = "committed"
    """The polynomials are drawn, and their hash is published."""
    SHOWN = "shown"
    """Everybody had committed; the coefficients' points are published."""
    DEALT = "dealt"
    """Everybody's points are proven; each other guardian's share lies in a sealed box."""
    READY = "ready"
    """All shares were right; the joint key is signed, and only the own sums of shares are kept."""
    PROMISED = "promised"
    """An opening has begun: the hash of the own part is published."""
    REVEALED = "revealed"
    """Everybody had promised; the own part is published, and one answer is left."""


class Act(StrEnum):
    """What a guardian does; the words of `urna guardian`."""

    COEFFICIENTS = "coefficients"
    SHARES = "shares"
    ACCEPT = "accept"
    OPEN_COMMIT = "open-commit"
    OPEN_REVEAL = "open-reveal"
    OPEN_RESPOND = "open-respond"


TRANSITIONS = MappingProxyType(
    {
        (Stage.COMMITTED, Act.COEFFICIENTS): Stage.SHOWN,
        # A file that was lost is written again, byte by byte the same.
        (Stage.SHOWN, Act.COEFFICIENTS): Stage.SHOWN,
        (Stage.SHOWN, Act.SHARES): Stage.DEALT,
        # The same shares in new boxes.
        (Stage.DEALT, Act.SHARES): Stage.DEALT,
        (Stage.DEALT, Act.ACCEPT): Stage.READY,
        # No way back from here: the polynomials are gone. The signature can be written again.
        (Stage.READY, Act.ACCEPT): Stage.READY,
        (Stage.READY, Act.OPEN_COMMIT): Stage.PROMISED,
        # Somebody was lost on the way: begin again, with fresh random numbers.
        (Stage.PROMISED, Act.OPEN_COMMIT): Stage.PROMISED,
        (Stage.REVEALED, Act.OPEN_COMMIT): Stage.PROMISED,
        (Stage.PROMISED, Act.OPEN_REVEAL): Stage.REVEALED,
        (Stage.REVEALED, Act.OPEN_REVEAL): Stage.REVEALED,
        # One answer for one promise: a second one would give the guardian's share away.
        (Stage.REVEALED, Act.OPEN_RESPOND): Stage.READY,
    }
)
"""Every step that a guardian can take; there is no other."""

FIRST = Stage.COMMITTED


def step(stage: Stage, act: Act, where: str = "") -> Stage:
    """The stage after the act.

    Raises:
        OutOfOrder: the table has no such step; the sentence names the acts that it has for this stage.
    """
    after = TRANSITIONS.get((stage, act))
    if after is None:
        acts = " / ".join(each for before, each in TRANSITIONS if before is stage)
        raise OutOfOrder(
            Sentence("{acts} by a guardian who has {stage}", {"acts": acts, "stage": stage}),
            Sentence("{act}", {"act": act}),
            Sentence("Do the steps in their order; docs/guardians.md shows them."),
            where,
        )
    return after


def diagram() -> str:
    """The table as a Mermaid state diagram."""
    steps = [f"    {before} --> {after}: {act}" for (before, act), after in TRANSITIONS.items()]
    return "\n".join(["stateDiagram-v2", f"    [*] --> {FIRST}: commit", *steps]) + "\n"
