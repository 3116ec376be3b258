"""The drawn slips of one box in one round, as a table: who may do what when, and when their sums stand.

    waiting ─ SlipsEntered → typed once ─ SlipsEntered, the same → counted
                             typed once ─ SlipsEntered, others   → different
    different ─ SlipsAgain → waiting          different ─ SlipsDecided → decided
    decided ─ SlipsAgreed → counted           decided ─ SlipsAgain → waiting
    counted ─ SlipsAgain → waiting, while the round is open

What is typed reaches this module as sums over the box's drawn slips, and leaves the audit as sums over the round alone.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from enum import StrEnum
from types import MappingProxyType
from typing import NamedTuple

from urna.audit.board_acts import Slip, SlipsAgain, SlipsAgreed, SlipsDecided, SlipsEntered
from urna.audit.board_box import STAGES, Stage
from urna.audit.box_count import BoxState
from urna.audit.count_rules import MOST_REASON
from urna.audit.examination import check_no_identity
from urna.audit.reading_rules import check_sums
from urna.audit.slip_reading import ContestReading, SlipReading
from urna.audit.slip_sums import add_sums, not_found_sums
from urna.election.definition import Contest
from urna.encoding.canonical import Code
from urna.encoding.letters import letters_of
from urna.errors import Malformed, OutOfOrder
from urna.words import Sentence

PullAct = SlipsEntered | SlipsAgain | SlipsDecided | SlipsAgreed

PULL_TRANSITIONS: Mapping[tuple[Stage, type[PullAct]], tuple[Stage, ...]] = MappingProxyType(
    {
        (Stage.WAITING, SlipsEntered): (Stage.TYPED_ONCE,),
        (Stage.TYPED_ONCE, SlipsEntered): (Stage.COUNTED, Stage.DIFFERENT),
        (Stage.DIFFERENT, SlipsAgain): (Stage.WAITING,),
        (Stage.DIFFERENT, SlipsDecided): (Stage.DECIDED,),
        (Stage.DECIDED, SlipsAgreed): (Stage.COUNTED,),
        (Stage.DECIDED, SlipsAgain): (Stage.WAITING,),
        (Stage.COUNTED, SlipsAgain): (Stage.WAITING,),
    }
)
"""Everything that may happen to a pull, and what may come of it. Any other pair is out of order."""


class PullForm(NamedTuple):
    """What may be typed of a box's slips in any round."""

    contests: tuple[Contest, ...]
    """The audited ones that a slip of this station may have, in ballot order."""
    papers: int
    """Slips that were counted in this box for the manifest; a draw beyond them finds none."""
    most: int
    """Slips that the manifest has room for in this box."""

    def of(self, read: Collection[Code]) -> "PullForm":
        """With only those contests that are read in a round."""
        return self._replace(contests=tuple(each for each in self.contests if each.code in read))


class PullEntry(NamedTuple):
    """What one person said of a pull."""

    person: str
    """The short name."""
    full_name: str
    state: BoxState
    is_overfull: bool
    contests: tuple[ContestReading, ...]
    reason: str


class Pull(NamedTuple):
    """The drawn slips of one box in one round."""

    station: Code
    round: int
    slips: tuple[Slip, ...]
    form: PullForm
    """Its contests are those that are read in this round."""
    stage: Stage = Stage.WAITING
    attempt: int = 1
    entries: tuple[PullEntry, ...] = ()
    """Of this attempt, at most two; nobody sees them before both are there."""
    decision: PullEntry | None = None
    agreed: PullEntry | None = None
    """What both said; forgotten when the round is closed."""
    typed_by: tuple[str, ...] = ()
    """Both, once they agree."""
    is_lost: bool = False
    """Both looked for the box and did not find it."""
    reason: str = ""
    """How it was lost, or why the coordinator decided so."""

    @property
    def draws(self) -> int:
        """For how many the slips count."""
        return sum(each.draws for each in self.slips)


class LineKind(StrEnum):
    """What a line of a pull says."""

    BOX = "box"
    """Whether the box is there, and not too full."""
    OPTION = "option"
    WITHOUT_VOTE = "without_vote"
    NOT_FOUND = "not_found"


class PullLine(NamedTuple):
    """One number of a pull."""

    kind: LineKind
    contest: Code = ""
    name: str = ""
    """The option."""


def pull_step(pull: Pull, act: PullAct, person: tuple[str, str]) -> Pull:
    """The pull after an act.

    1. The act has to be one of the pull's stage, and of the round and attempt that are open.
    2. What was typed has to be whole and possible.
    3. Two that say the same stand; two that do not stay side by side.

    Args:
        pull: as it is.
        act: what somebody did.
        person: the short and the full name.

    Raises:
        OutOfOrder: not now.
        Malformed: numbers that cannot be, or the same person twice.
    """
    _check_turn(pull, act)
    if isinstance(act, SlipsAgain):
        return Pull(pull.station, pull.round, pull.slips, pull.form, attempt=pull.attempt + 1)
    if isinstance(act, SlipsAgreed):
        decision = pull.decision
        assert decision is not None  # noqa: S101 - `PULL_TRANSITIONS` takes this act only at the stage that has one
        return _agreed(pull, decision, (decision.full_name, person[1]), decision.reason)
    reason = " ".join(act.reason.split())
    entry = PullEntry(*person, act.state, act.is_overfull, act.contests, reason)
    _check_entry(pull, entry, needs_reason=isinstance(act, SlipsDecided))
    if isinstance(act, SlipsDecided):
        return pull._replace(stage=Stage.DECIDED, decision=entry)
    return _entered(pull, entry)


def differing_lines(pull: Pull) -> tuple[PullLine, ...]:
    """The lines in which two entries differ; empty unless two are there."""
    if len(pull.entries) != 2:
        return ()
    first, second = (dict(_lines(each)) for each in pull.entries)
    return tuple(line for line in dict.fromkeys((*first, *second)) if first.get(line) != second.get(line))


class RoundSums(NamedTuple):
    """What all pulls of a round say together: all that is ever published of them."""

    contests: tuple[ContestReading, ...]
    """Ascending."""
    typed_by: tuple[str, ...]
    lost: tuple[Code, ...]
    overfull: tuple[Code, ...]
    reason: str
    """How boxes were lost; cut off if there are too many words. Without codes, some of which look like card numbers."""


def round_sums(pulls: Iterable[Pull]) -> RoundSums:
    """The sums over pulls that all stand."""
    found = sorted(pulls)
    agreed = {each.station: each.agreed for each in found if each.agreed is not None}
    parts: dict[Code, list[ContestReading]] = {}
    for entry in agreed.values():
        for each in entry.contests:
            parts.setdefault(each.contest, []).append(each)
    lost = [each for each in found if each.is_lost]
    reason = " · ".join(dict.fromkeys(each.reason for each in lost))
    if len(reason) > MOST_REASON:
        reason = f"{reason[: MOST_REASON - 2].rpartition(' ')[0]} …"
    return RoundSums(
        tuple(add_sums(parts[code]) for code in sorted(parts)),
        tuple(sorted({name.casefold(): name for each in found for name in each.typed_by}.values())),
        tuple(each.station for each in lost),
        tuple(code for code, entry in agreed.items() if entry.is_overfull),
        reason,
    )


def is_of_pulls(reading: SlipReading, pulls: Collection[Pull]) -> bool:
    """Whether a reading says what all pulls of a round say together.

    Of a contest it may say nothing, so that all its draws are not found: where few slips were found (`few_slips`).
    """
    said = round_sums(pulls)
    about = (reading.typed_by, reading.lost, reading.overfull, reading.reason)
    if about != said[1:] or len(reading.contests) != len(said.contests):
        return False
    pairs = zip(reading.contests, said.contests, strict=True)
    return all(found in (sums, _nothing_found(sums.contest, pulls)) for found, sums in pairs)


def _nothing_found(contest: Code, pulls: Iterable[Pull]) -> ContestReading:
    there = [(each, pull.draws) for pull in pulls for each in pull.form.contests if each.code == contest]
    return not_found_sums(there[0][0], sum(draws for _, draws in there))


def forgotten(pull: Pull) -> Pull:
    """A pull of a closed round: that it was read, and by whom, without what was read."""
    return pull._replace(entries=(), decision=None, agreed=None)


def _lines(entry: PullEntry) -> Iterable[tuple[PullLine, object]]:
    yield PullLine(LineKind.BOX), (entry.state, entry.is_overfull)
    for each in entry.contests if entry.state is BoxState.COUNTED else ():
        for option in each.options:
            yield PullLine(LineKind.OPTION, each.contest, option.option), option.draws
        yield PullLine(LineKind.WITHOUT_VOTE, each.contest), each.without_vote
        yield PullLine(LineKind.NOT_FOUND, each.contest), each.not_found


def _check_turn(pull: Pull, act: PullAct) -> None:
    if (pull.stage, type(act)) not in PULL_TRANSITIONS:
        raise OutOfOrder(_EXPECTED[type(act)], STAGES[pull.stage], _LOOK, pull.station)
    if (act.round, act.attempt) != (pull.round, pull.attempt):
        raise OutOfOrder(
            Sentence("round {round}, attempt {attempt}", {"round": pull.round, "attempt": pull.attempt}),
            Sentence("round {round}, attempt {attempt}", {"round": act.round, "attempt": act.attempt}),
            _LOOK,
            pull.station,
        )


def _check_entry(pull: Pull, entry: PullEntry, *, needs_reason: bool) -> None:
    contests = sorted(pull.form.contests, key=lambda each: each.code)
    if (found := [each.contest for each in entry.contests]) != [each.code for each in contests]:
        raise Malformed(
            Sentence("sums of {contests}", {"contests": ", ".join(each.code for each in contests) or "-"}),
            Sentence("sums of {contests}", {"contests": ", ".join(found)[:200] or "-"}),
            _LOOK,
            pull.station,
        )
    for contest, sums in zip(contests, entry.contests, strict=True):
        check_sums(contest, sums, pull.draws)
    is_lost = entry.state is BoxState.LOST
    is_whole = not is_lost or (not entry.is_overfull and all(each.not_found == pull.draws for each in entry.contests))
    has_reason = bool(entry.reason) and entry.reason.isprintable()
    if not is_whole or has_reason != (is_lost or needs_reason):
        raise Malformed(
            Sentence("of a lost box, how it was lost, and none of its slips"),
            Sentence("{letters} letters", {"letters": len(entry.reason)}),
            Sentence("Write in a sentence where the box was looked for."),
            pull.station,
        )
    check_no_identity((entry.reason,), pull.station)


def _entered(pull: Pull, entry: PullEntry) -> Pull:
    if not pull.entries:
        return pull._replace(stage=Stage.TYPED_ONCE, entries=(entry,))
    first = pull.entries[0]
    if first.person == entry.person or letters_of(first.full_name) == letters_of(entry.full_name):
        raise Malformed(
            Sentence("a second person"),
            Sentence("{person} again", {"person": entry.full_name}),
            Sentence("Let somebody else of the board type it, without seeing the first numbers."),
            pull.station,
        )
    both = pull._replace(stage=Stage.DIFFERENT, entries=(first, entry))
    if differing_lines(both):
        return both
    reason = " · ".join(dict.fromkeys((first.reason, entry.reason)))
    return _agreed(pull, entry, (first.full_name, entry.full_name), reason)


def _agreed(pull: Pull, entry: PullEntry, people: Sequence[str], reason: str) -> Pull:
    return pull._replace(
        stage=Stage.COUNTED,
        entries=(),
        decision=None,
        agreed=entry,
        typed_by=tuple(people),
        is_lost=entry.state is BoxState.LOST,
        reason=reason,
    )


_LOOK = Sentence("Open the box's page again: somebody did something meanwhile.")
_EXPECTED: Mapping[type[PullAct], Sentence] = {
    SlipsEntered: Sentence("a box that waits to be typed"),
    SlipsAgain: Sentence("a box of which something is typed twice"),
    SlipsDecided: Sentence("a box whose two counts differ"),
    SlipsAgreed: Sentence("a box that the coordinator has decided"),
}
