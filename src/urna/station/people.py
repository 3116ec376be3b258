"""The people of a station's day as counts, and the rules by which they change. No elector is in here.

    identified + readmitted = activations + withdrawn + waiting        at every instant
    activations             = endings + booths that are armed
    admitted without match  = overrides by reason = codes used + telephone codes used
    readmitted             <= ended without a vote + withdrawn

A `People` that exists satisfies them: they are checked when it is built, and so with every act. Each act is a
function from one to the next, and whoever calls it makes the next durable in the same transaction as whatever
goes with it (station/pollbook).
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import TypeVar

import msgspec

from urna.election.definition import Station
from urna.election.outcomes import Ending, Outcome, OverrideReason
from urna.encoding.canonical import Code, Count, Record
from urna.errors import Malformed, OutOfOrder
from urna.station.activation import Armed, Free, PollBookSlot
from urna.station.codes import MAX_WRONG_CODES, Line
from urna.words import Sentence

K = TypeVar("K")


class WithdrawalReason(StrEnum):
    """Why somebody who was admitted left before a booth was activated."""

    WILL_NOT_WAIT = "will_not_wait"
    UNWELL = "unwell"
    CALLED_AWAY = "called_away"
    REFUSES_MACHINE = "refuses_machine"
    NOT_STATED = "not_stated"


class Companion(StrEnum):
    """Why a voter brings somebody into the booth. Counted by kind; who it was is not kept."""

    BLIND = "blind"
    """The voter cannot see the screen."""
    OTHER = "other"
    """Cannot read, cannot use the hands, and the like."""


class People(Record, frozen=True, kw_only=True, tag_field="type", tag="urna/people/1"):
    """Every count of the poll book, and its slot for each booth."""

    identified: dict[Outcome, Count]
    overrides: dict[OverrideReason, Count]
    lines_used: tuple[Line, ...] = ()
    """Lines of the code sheet, sorted: which, not when."""
    wrong_codes: Count = 0
    telephone_codes_used: Count = 0
    refused_second_attempts: Count = 0
    withdrawn: Count = 0
    withdrawals: dict[WithdrawalReason, Count]
    """The same, by reason."""
    companions: dict[Companion, Count]
    readmitted: Count = 0
    waiting: dict[Code, Count]
    """Admitted and not yet activated, by style: every style of the station is a key."""
    activations: Count = 0
    endings: dict[Ending, Count]
    doubtful_decisions: Count = 0
    slots: tuple[PollBookSlot, ...]
    """One a booth, booth 1 first."""
    settled: tuple[Count, ...] = ()
    """Booths, sorted, whose last activation was ended by decision and which have not yet said how it ended there."""
    corrected: Count = 0
    """Votes that such a booth held, and that are counted as cast and no failure any more."""
    late_votes: Count = 0
    """Votes that such a booth held when it was too late to count them as cast: the person had been let in again, or
    the statement was made."""
    is_stated: bool = False
    """Whether the statement of the day was made of these counts: its endings do not change any more."""

    def __post_init__(self) -> None:
        """Checks the rules of the module's first paragraph."""
        admitted = sum(self.identified.values())
        overridden = sum(self.overrides.values())
        without_match = admitted - self.identified[Outcome.MATCH]
        armed = sum(isinstance(slot, Armed) for slot in self.slots)
        _check(
            "identified + readmitted = activations + withdrawn + waiting",
            admitted + self.readmitted == self.activations + self.withdrawn + sum(self.waiting.values()),
        )
        _check("activations = endings + armed", self.activations == sum(self.endings.values()) + armed)
        _check("admitted without match = overrides", without_match == overridden)
        _check("overrides = codes used", overridden == len(self.lines_used) + self.telephone_codes_used)
        _check("readmitted <= ended without a vote + withdrawn", self.may_readmit >= 0)
        _check("withdrawn = withdrawals by reason", self.withdrawn == sum(self.withdrawals.values()))
        _check("settled booths sorted, each once and free", list(self.settled) == self._settled_and_free())
        _check("lines sorted, each once", list(self.lines_used) == sorted(set(self.lines_used)))

    @property
    def ended_without_vote(self) -> int:
        """Activations that ended, and not with a ballot cast."""
        return sum(count for ending, count in self.endings.items() if ending is not Ending.CAST)

    def _settled_and_free(self) -> list[int]:
        free = {number for number, slot in enumerate(self.slots, 1) if isinstance(slot, Free)}
        return sorted(free.intersection(self.settled))

    @property
    def may_readmit(self) -> int:
        """How many may be let in again now."""
        return self.ended_without_vote + self.withdrawn - self.readmitted


def nobody(station: Station) -> People:
    """The counts at the beginning of a station's day."""
    return People(
        identified=dict.fromkeys(Outcome, 0),
        overrides=dict.fromkeys(OverrideReason, 0),
        waiting={each.style: 0 for each in station.styles},
        withdrawals=dict.fromkeys(WithdrawalReason, 0),
        companions=dict.fromkeys(Companion, 0),
        endings=dict.fromkeys(Ending, 0),
        slots=(Free(),) * station.booths,
    )


def admit(people: People, style: Code) -> People:
    """An elector is identified by a finger and waits for a booth."""
    return msgspec.structs.replace(
        people, identified=_one_more(people.identified, Outcome.MATCH), waiting=_one_more(people.waiting, style)
    )


def admit_by_override(
    people: People, style: Code, outcome: Outcome, reason: OverrideReason, line: Line | None
) -> People:
    """The president admits an elector without a match.

    Args:
        people: the counts before.
        style: the elector's ballot style.
        outcome: how the identification had ended.
        reason: the president's.
        line: of the sheet's code, or None for a code by telephone.

    Raises:
        OutOfOrder: that line is used already.
    """
    if line is not None:
        check_line_unused(people, line)
    return msgspec.structs.replace(
        people,
        identified=_one_more(people.identified, outcome),
        overrides=_one_more(people.overrides, reason),
        waiting=_one_more(people.waiting, style),
        lines_used=tuple(sorted((*people.lines_used, line))) if line is not None else people.lines_used,
        telephone_codes_used=people.telephone_codes_used + (line is None),
    )


def check_line_unused(people: People, line: Line) -> None:
    """Returns if the code on this line was not used yet; raises `OutOfOrder` otherwise."""
    if line in people.lines_used:
        raise OutOfOrder(
            Sentence("a code that was not used yet"),
            Sentence("the code of line {line}, used before", {"line": line}),
            Sentence("Take the next line of the sheet."),
        )


def check_sheet_open(people: People) -> None:
    """Returns unless so many wrong codes were tried that the sheet is locked; raises `OutOfOrder` then."""
    if people.wrong_codes >= MAX_WRONG_CODES:
        raise OutOfOrder(
            Sentence("fewer than {most} wrong codes in the day", {"most": MAX_WRONG_CODES}),
            Sentence("{count}", {"count": people.wrong_codes}),
            Sentence("The sheet is locked; ask the centre for a code by telephone."),
        )


def count_wrong_code(people: People) -> People:
    """Somebody typed a code that is not on the sheet."""
    return msgspec.structs.replace(people, wrong_codes=people.wrong_codes + 1)


def refuse_second_attempt(people: People) -> People:
    """An elector who is marked already came again."""
    return msgspec.structs.replace(people, refused_second_attempts=people.refused_second_attempts + 1)


def withdraw(people: People, style: Code, reason: WithdrawalReason = WithdrawalReason.NOT_STATED) -> People:
    """Somebody who waits leaves.

    Raises:
        OutOfOrder: nobody waits with this style.
    """
    return msgspec.structs.replace(
        people,
        waiting=_one_less(people.waiting, style),
        withdrawn=people.withdrawn + 1,
        withdrawals=_one_more(people.withdrawals, reason),
    )


def bring_companion(people: People, companion: Companion) -> People:
    """A voter brings somebody into the booth."""
    return msgspec.structs.replace(people, companions=_one_more(people.companions, companion))


def readmit(people: People, style: Code) -> People:
    """The president lets a marked elector in again.

    Raises:
        OutOfOrder: as many were let in again as ended without a vote or withdrew.
    """
    if people.may_readmit < 1:
        raise OutOfOrder(
            Sentence("an activation without a vote, or a withdrawal, for which nobody was let in again"),
            Sentence("none"),
            Sentence("The elector is marked; nobody is let in twice without such a case."),
        )
    return msgspec.structs.replace(people, readmitted=people.readmitted + 1, waiting=_one_more(people.waiting, style))


def arm(people: People, booth: int, style: Code) -> People:
    """Somebody who waits with this style gets a booth.

    Raises:
        OutOfOrder: the booth's slot is not free, or nobody waits with this style.
    """
    if isinstance(slot_of(people, booth), Armed):
        raise OutOfOrder(
            Sentence("a free booth"),
            Sentence("booth {booth}, armed", {"booth": booth}),
            Sentence("Let the voter there finish first, or take another booth."),
        )
    waiting = _one_less(people.waiting, style)
    return msgspec.structs.replace(
        people,
        waiting=waiting,
        slots=_with_slot(people, booth, Armed(style=style)),
        settled=_without(people.settled, booth),
        activations=people.activations + 1,
    )


def end(people: People, booth: int, ending: Ending) -> People:
    """The activation of a booth ended in this way; a free slot stays free, so that telling it twice counts once."""
    if isinstance(slot_of(people, booth), Free):
        return _end_settled(people, booth, ending)
    return msgspec.structs.replace(
        people, slots=_with_slot(people, booth, Free()), endings=_one_more(people.endings, ending)
    )


def settle(people: People, booth: int) -> People:
    """The president decides what no crash leaves, or what is open at a booth that does not go on.

    A failure, if the booth was armed; until the booth says otherwise it is `settled`. What is carried out at such a
    booth when it comes back is the same decision, counted once.
    """
    if booth in people.settled:
        return people
    settled = people.settled
    if isinstance(slot_of(people, booth), Armed):
        people, settled = end(people, booth, Ending.FAILURE), tuple(sorted((*settled, booth)))
    return msgspec.structs.replace(people, settled=settled, doubtful_decisions=people.doubtful_decisions + 1)


def _end_settled(people: People, booth: int, ending: Ending) -> People:
    """A settled booth says how it ended there: a vote is cast and no failure, and nobody is let in again for it.

    Where somebody was let in again already, or the statement is made, the failure stays, and the vote is late.
    """
    if booth not in people.settled:
        return people
    people = msgspec.structs.replace(people, settled=_without(people.settled, booth))
    if ending is not Ending.CAST:
        return people
    if people.may_readmit < 1 or people.is_stated:
        return msgspec.structs.replace(people, late_votes=people.late_votes + 1)
    failures = {**people.endings, Ending.FAILURE: people.endings[Ending.FAILURE] - 1}
    return msgspec.structs.replace(people, endings=_one_more(failures, Ending.CAST), corrected=people.corrected + 1)


def close_counts(people: People) -> People:
    """The statement is made: what a booth still says is counted beside it."""
    return msgspec.structs.replace(people, is_stated=True)


def slot_of(people: People, booth: int) -> PollBookSlot:
    """The slot of a booth.

    Raises:
        Malformed: the station has no such booth.
    """
    if not 1 <= booth <= len(people.slots):
        raise Malformed(
            Sentence("a booth from 1 to {count}", {"count": len(people.slots)}),
            Sentence("{booth}", {"booth": booth}),
            Sentence("Choose one of the station's booths."),
        )
    return people.slots[booth - 1]


def check_may_close(people: People) -> None:
    """Returns if nobody waits and every booth is free; raises `OutOfOrder` otherwise."""
    waiting, armed = sum(people.waiting.values()), sum(isinstance(slot, Armed) for slot in people.slots)
    if waiting or armed:
        raise OutOfOrder(
            Sentence("nobody waiting and every booth free"),
            Sentence("{waiting} waiting, {armed} in booths", {"waiting": waiting, "armed": armed}),
            Sentence("Let them vote, or record their withdrawal, before closing."),
        )


def _one_more(counts: Mapping[K, int], key: K) -> dict[K, int]:
    return {**counts, key: counts[key] + 1}


def _one_less(counts: Mapping[Code, int], style: Code) -> dict[Code, int]:
    if counts.get(style, 0) < 1:
        raise OutOfOrder(
            Sentence("somebody waiting with style {style}", {"style": style}),
            Sentence("nobody"),
            Sentence("Identify the elector first."),
        )
    return {**counts, style: counts[style] - 1}


def _without(booths: tuple[int, ...], booth: int) -> tuple[int, ...]:
    return tuple(each for each in booths if each != booth)


def _with_slot(people: People, booth: int, slot: PollBookSlot) -> tuple[PollBookSlot, ...]:
    return (*people.slots[: booth - 1], slot, *people.slots[booth:])


def _check(rule: str, holds: bool) -> None:
    if not holds:
        raise Malformed(
            Sentence("counts with {rule}", {"rule": rule}),
            Sentence("others"),
            Sentence("Stop using this poll book and call the authority."),
        )
