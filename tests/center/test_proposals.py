"""Two people decide, one of them about what stood on the page; everything else is refused."""

from itertools import product

import msgspec
import pytest

from urna.center.proposals import (
    TRANSITIONS,
    Proposal,
    ProposalEvent,
    ProposalKind,
    ProposalState,
    confirm,
    step,
    withdraw,
)
from urna.errors import OutOfOrder, Unproven

OPEN = ProposalState.OPEN


def proposal(**changes: str) -> Proposal:
    """A finding by maria."""
    made = Proposal(
        election="0" * 64,
        kind=ProposalKind.FINDING,
        station="A-01",
        reason="The president telephoned.",
        proposed_by="maria",
        proposed_at="2020-12-06T23:00:00Z",
        once="1" * 64,
    )
    return msgspec.structs.replace(made, **changes)


def test_another_person_confirms_what_stood_on_the_page() -> None:
    """With the proposal's own hash it is confirmed."""
    assert confirm(proposal(), OPEN, "jose", proposal().hash) is ProposalState.CONFIRMED


def test_nobody_confirms_an_own_proposal() -> None:
    """Not even with the right hash."""
    with pytest.raises(OutOfOrder, match="another person"):
        confirm(proposal(), OPEN, "maria", proposal().hash)


@pytest.mark.parametrize("change", [{"reason": "Something else."}, {"station": "A-02"}, {"election": "1" * 64}])
def test_what_stood_on_another_page_is_not_confirmed(change: dict[str, str]) -> None:
    """Any field that differs changes the hash."""
    with pytest.raises(Unproven):
        confirm(proposal(), OPEN, "jose", proposal(**change).hash)


def test_only_the_proposer_withdraws() -> None:
    """Another person leaves it open."""
    assert withdraw(proposal(), OPEN, "maria") is ProposalState.WITHDRAWN
    with pytest.raises(OutOfOrder, match="who proposed"):
        withdraw(proposal(), OPEN, "jose")


@pytest.mark.parametrize(("state", "event"), sorted(set(product(ProposalState, ProposalEvent)) - set(TRANSITIONS)))
def test_what_is_not_in_the_table_is_refused(state: ProposalState, event: ProposalEvent) -> None:
    """A proposal that ended stays as it ended."""
    with pytest.raises(OutOfOrder):
        step(state, event)
