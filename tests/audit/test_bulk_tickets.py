"""The smallest tickets of many papers are those of the slow way, whatever falls where."""

import hashlib

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from urna.audit import bulk_tickets
from urna.audit.bulk_tickets import Stack, smallest, ticket_heads
from urna.audit.tickets import Procedure, first_ticket, sorted_ticket

SLOW = {Procedure.SORTED: sorted_ticket, Procedure.CONSISTENT: first_ticket}
SEEDS = st.text(st.characters(exclude_categories=["Cs"]), max_size=80)


def _slow(procedure: Procedure, seed: str, stacks: list[Stack]) -> list[tuple[str, str]]:
    units = [f"{stack.name},{place}" for stack in stacks for place in range(1, stack.size + 1)]
    return sorted((SLOW[procedure](seed, unit), unit) for unit in units)


@given(st.sampled_from(list(SLOW)), SEEDS, st.lists(st.integers(0, 40), min_size=1, max_size=5), st.integers(1, 60))
def test_the_smallest_are_those_of_hashlib(procedure: Procedure, seed: str, sizes: list[int], count: int) -> None:
    """For every seed, whatever its letters."""
    stacks = [Stack(f"BOX-{place}", size) for place, size in enumerate(sizes)]
    assert smallest(procedure, seed, stacks, count) == _slow(procedure, seed, stacks)[:count]


@pytest.mark.parametrize("procedure", SLOW)
@pytest.mark.parametrize("count", [1, 7, 2_000])
def test_nothing_is_lost_where_many_chunks_are_cut_down(
    procedure: Procedure, count: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Small chunks, so that the limit falls again and again."""
    monkeypatch.setattr(bulk_tickets, "_CHUNK", 64)
    stacks = [Stack("A", 1_500), Stack("B", 0), Stack("C", 1), Stack("D", 900)]
    assert (
        smallest(procedure, "42661399991234567890", stacks, count)
        == _slow(procedure, "42661399991234567890", stacks)[:count]
    )


@pytest.mark.parametrize("procedure", SLOW)
def test_equal_first_parts_are_told_apart_by_the_whole_ticket(
    procedure: Procedure, monkeypatch: pytest.MonkeyPatch
) -> None:
    """First parts of one bit: half of all are equal, and the order is still exact."""

    def blunt(*arguments: object) -> bulk_tickets.Heads:
        heads = ticket_heads(*arguments)  # type: ignore[arg-type]
        return heads // np.uint64(2**63 if procedure is Procedure.SORTED else 500_000_000)

    monkeypatch.setattr(bulk_tickets, "ticket_heads", blunt)
    stacks = [Stack("A", 300), Stack("B", 300)]
    assert smallest(procedure, "seed", stacks, 20) == _slow(procedure, "seed", stacks)[:20]


def test_first_parts_are_the_beginning_of_tickets() -> None:
    """64 bits of a hash; nine digits of a fraction."""
    sorted_heads = ticket_heads(Procedure.SORTED, "seed", "BOX", 9, 3)
    expected = [hashlib.sha256(f"seed,BOX,{place}".encode()).digest()[:8] for place in (9, 10, 11)]
    assert [int(head).to_bytes(8, "big") for head in sorted_heads] == expected
    decimal_heads = ticket_heads(Procedure.CONSISTENT, "seed", "BOX", 9, 3)
    assert [f"0.{head:09}" for head in decimal_heads] == [first_ticket("seed", f"BOX,{n}")[:11] for n in (9, 10, 11)]
