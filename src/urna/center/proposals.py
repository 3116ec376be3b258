"""Decisions of two people at the centre, as a transition table: one proposes, another who sees the same text confirms.

    open ──confirm──▶ confirmed ──done──▶ done
     └──withdraw──▶ withdrawn  └──refused──▶ refused

What is confirmed is the hash of the proposal's canonical bytes, so nobody confirms anything but what was on the page.
"""

from enum import StrEnum
from hmac import compare_digest
from typing import Literal

from urna.encoding.canonical import Hash, Moment, Record, digest, encode
from urna.errors import OutOfOrder, Unproven
from urna.words import Sentence

MOST_LETTERS = 2000
"""Of a reason."""


class ProposalKind(StrEnum):
    """What is proposed."""

    PAPER = "paper"
    """Hand a document that the authority's officers signed to the centre."""
    EDITION = "edition"
    """Issue the next edition of the results."""
    FINDING = "finding"
    """Write down what was found about a station; changes nothing else."""


class ProposalState(StrEnum):
    """How a proposal stands."""

    OPEN = "open"
    WITHDRAWN = "withdrawn"
    CONFIRMED = "confirmed"
    """Two people want it; it is being done."""
    DONE = "done"
    REFUSED = "refused"
    """Two people wanted it, and the centre's rules forbid it; nothing was changed."""


class ProposalEvent(StrEnum):
    """What happens to a proposal."""

    CONFIRM = "confirm"
    WITHDRAW = "withdraw"
    DONE = "done"
    REFUSED = "refused"


_S, _E = ProposalState, ProposalEvent

TRANSITIONS: dict[tuple[ProposalState, ProposalEvent], ProposalState] = {
    (_S.OPEN, _E.CONFIRM): _S.CONFIRMED,
    (_S.OPEN, _E.WITHDRAW): _S.WITHDRAWN,
    (_S.CONFIRMED, _E.DONE): _S.DONE,
    (_S.CONFIRMED, _E.REFUSED): _S.REFUSED,
}
"""Everything that is not here is refused."""


class Proposal(Record, frozen=True, kw_only=True, tag_field="type", tag="urna/proposal/1"):
    """What one person wants and another one has to confirm."""

    election: Hash
    kind: ProposalKind
    station: str = ""
    document: str = ""
    """SHA-256 of the authority's signed document."""
    paper: Literal["", "decision", "withdrawal", "revocation"] = ""
    """What that document is."""
    status: Literal["", "provisional", "final"] = ""
    """Of the edition that is to be issued."""
    reason: str
    proposed_by: str
    proposed_at: Moment
    once: str
    """The form's own random number: the same form sent twice is one proposal."""

    @property
    def hash(self) -> Hash:
        """What both people see."""
        return digest(encode(self))


def step(state: ProposalState, event: ProposalEvent) -> ProposalState:
    """The next state.

    Raises:
        OutOfOrder: the table does not allow it.
    """
    if (state, event) not in TRANSITIONS:
        raise OutOfOrder(
            Sentence("a proposal that is open"),
            Sentence("one that is {state}", {"state": state.value}),
            Sentence("Nothing was changed; look at the proposal as it is now."),
        )
    return TRANSITIONS[state, event]


def confirm(proposal: Proposal, state: ProposalState, by: str, seen: Hash) -> ProposalState:
    """The state after another person confirmed.

    Args:
        proposal: what is confirmed.
        state: how it stands.
        by: who confirms.
        seen: the hash that stood on this person's page.

    Raises:
        OutOfOrder: it is not open, or the same person proposed it.
        Unproven: something else stood on the page.
    """
    if by == proposal.proposed_by:
        raise OutOfOrder(
            Sentence("another person than the one who proposed it"),
            Sentence("the same person"),
            Sentence("Ask a colleague to look at it and to confirm."),
        )
    if not compare_digest(seen.encode(), proposal.hash.encode()):
        raise Unproven(
            Sentence("the hash of this proposal"),
            Sentence("another one"),
            Sentence("Open the proposal again and read what it says now."),
        )
    return step(state, ProposalEvent.CONFIRM)


def withdraw(proposal: Proposal, state: ProposalState, by: str) -> ProposalState:
    """The state after its own proposer took it back.

    Raises:
        OutOfOrder: it is not open, or somebody else proposed it.
    """
    if by != proposal.proposed_by:
        raise OutOfOrder(
            Sentence("the person who proposed it"),
            Sentence("another person"),
            Sentence("Leave it open: without a second person nothing comes of it."),
        )
    return step(state, ProposalEvent.WITHDRAW)
