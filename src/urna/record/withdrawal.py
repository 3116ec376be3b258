"""A candidate's withdrawal, as the authority decides it: signed by k of n officers, in public, in order."""

from collections.abc import Iterable
from typing import Literal

from urna.election.definition import Text
from urna.encoding.canonical import Code, Count, Hash, Moment, Record
from urna.tally.winners import Withdrawn


class Withdrawal(Record, frozen=True, kw_only=True, tag_field="type", tag="urna/withdrawal/1"):
    """A person who stood and takes no seat, or gives one up."""

    election: Hash
    serial: Count
    """Of the withdrawals, counted from 1; their order is the order in which seats are filled again."""
    candidate: Code
    when: Literal["before", "after"]
    """`before`: the person is passed over when seats are filled (died, resigned, was barred); `after`: the person's
    seat is filled again. Votes and the seats of lists stay as they are."""
    reason: Text
    decided_at: Moment


def withdrawn_of(withdrawals: Iterable[Withdrawal]) -> Withdrawn:
    """The candidates of some withdrawals, given in the order of their serials; each person's first one counts."""
    first: dict[Code, str] = {}
    for each in withdrawals:
        first.setdefault(each.candidate, each.when)
    before = tuple(candidate for candidate, when in first.items() if when == "before")
    after = tuple(candidate for candidate, when in first.items() if when == "after")
    return Withdrawn(before, after)
