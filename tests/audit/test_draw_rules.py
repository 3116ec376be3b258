"""Rules that a board could not follow, or that let it choose, are refused before anybody signs them."""

from typing import Any

import msgspec
import pytest
from tests.audit.boxes import BOARD, manifest_of, rules_of, seed_for

from urna.audit.draw_rules import check_commitment
from urna.audit.rounds import draw_round
from urna.audit.sampler import draw_weighted
from urna.audit.seed import BoxWeight, DrawCommitment, Method, Unit, WeightRecord
from urna.audit.tickets import Procedure
from urna.crypto.signatures import SigningKey
from urna.election.definition import NamedKey
from urna.encoding.canonical import digest, encode
from urna.errors import Malformed, Unproven
from urna.verify.audit_draws import check_draws

MANIFEST = manifest_of([10, 10, 7])
OTHER = NamedKey(name="Luis Gil", key_name="urna.example/board/2", key=SigningKey(b"\x2b" * 32).public_hex)


def weights_of(*numbers: int, **changes: Any) -> WeightRecord:
    """Weights of the boxes C-1, C-2 and so on."""
    fields: dict[str, Any] = {
        "election": MANIFEST.election,
        "audit": "RLA-1",
        "manifest": digest(encode(MANIFEST)),
        "weights": tuple(BoxWeight(code=f"C-{n}", weight=each) for n, each in enumerate(numbers, start=1)),
    }
    return WeightRecord(**(fields | changes))


WEIGHTS = weights_of(5, 0, 3)


def macro(weights: WeightRecord | None = WEIGHTS, **changes: Any) -> DrawCommitment:
    """Rules of a draw by weight."""
    fields: dict[str, Any] = {
        "method": Method.MACRO,
        "unit": Unit.CONTAINER,
        "population": 3,
        "procedure": Procedure.COUNTER,
        "replacement": True,
        "sizes": (4, 9),
        "contests": ("NAC",),
        "edition": 1,
        "risk_limit": "5/100",
        "weights": digest(encode(weights)) if weights else None,
    }
    return rules_of(MANIFEST, **(fields | changes))


SHARE: dict[str, Any] = {
    "method": Method.SHARE,
    "unit": Unit.CONTAINER,
    "population": 3,
    "sizes": (),
    "share": "1/2",
    "contests": ("NAC",),
}


def test_each_method_has_rules_that_are_accepted() -> None:
    """A sample of papers, a share of each centre, boxes by weight."""
    check_commitment(rules_of(MANIFEST), MANIFEST)
    check_commitment(rules_of(MANIFEST, **SHARE), MANIFEST)
    check_commitment(macro(), MANIFEST, WEIGHTS)


@pytest.mark.parametrize(
    "changes",
    [
        {"contests": ("NAC",)},
        {"edition": 1},
        {"risk_limit": "5/100"},
        SHARE | {"contests": ()},
        SHARE | {"edition": 1},
        SHARE | {"risk_limit": "5/100"},
        SHARE | {"share": "0/1", "sizes": (1,)},
    ],
)
def test_a_sample_and_a_share_promise_nothing_that_they_do_not_keep(changes: dict[str, Any]) -> None:
    """No outcome and no limit of a sample; no edition and no limit of a share, and never without contests."""
    with pytest.raises(Malformed, match="expected a s"):
        check_commitment(rules_of(MANIFEST, **changes), MANIFEST)


@pytest.mark.parametrize(
    "changes",
    [
        {"contests": ()},
        {"edition": 0},
        {"risk_limit": "0/1"},
        {"risk_limit": "1/1"},
        {"risk_limit": "3/2"},
        {"replacement": False, "sizes": (2, 3)},
        {"procedure": Procedure.CONSISTENT},
        {"unit": Unit.PAPER, "population": 27},
    ],
)
def test_a_draw_by_weight_has_everything_that_its_risk_needs(changes: dict[str, Any]) -> None:
    """With replacement, from boxes, for an edition, under a limit above 0 and below 1."""
    with pytest.raises(Malformed, match="containers drawn by weight"):
        check_commitment(macro(**changes), MANIFEST, WEIGHTS)


@pytest.mark.parametrize("contests", [("NAC", "IND"), ("NAC", "NAC")])
def test_contests_ascend(contests: tuple[str, ...]) -> None:
    """Each once, so that a report's order is one."""
    with pytest.raises(Malformed, match="contests ascending"):
        check_commitment(macro(contests=contests), MANIFEST, WEIGHTS)


@pytest.mark.parametrize(
    "changes",
    [
        {"quorum": 2},
        {"board": (*BOARD, *BOARD)},
        {"board": (*BOARD, msgspec.structs.replace(OTHER, key=BOARD[0].key))},
        {"board": (*BOARD, msgspec.structs.replace(OTHER, key_name=BOARD[0].key_name))},
    ],
)
def test_a_board_is_of_different_keys_and_can_reach_its_quorum(changes: dict[str, Any]) -> None:
    """Nobody counts twice, under whatever name."""
    with pytest.raises(Malformed, match="an audit board of different keys"):
        check_commitment(rules_of(MANIFEST, **changes), MANIFEST)
    check_commitment(rules_of(MANIFEST, board=(*BOARD, OTHER), quorum=2), MANIFEST)


@pytest.mark.parametrize(
    ("weights", "error"),
    [
        (weights_of(5, 0, 4), Unproven),
        (None, Unproven),
        (weights_of(5, 0, 3, audit="RLA-2"), Unproven),
    ],
)
def test_weights_are_those_that_were_committed(weights: WeightRecord | None, error: type[Exception]) -> None:
    """Others would draw others."""
    with pytest.raises(error, match="Draw by the weights that were committed"):
        check_commitment(macro(), MANIFEST, weights)


@pytest.mark.parametrize("wrong", [weights_of(5, 3), weights_of(0, 0, 0), weights_of(1, 1, 1, 1)])
def test_weights_are_of_every_container_and_some_box_can_be_drawn(wrong: WeightRecord) -> None:
    """In the manifest's order."""
    with pytest.raises(Malformed, match="a weight for each container"):
        check_commitment(macro(wrong), MANIFEST, wrong)
    foreign = weights_of(5, 0, 3, audit="RLA-2")
    with pytest.raises(Unproven):
        check_commitment(macro(foreign), MANIFEST, foreign)


def test_rounds_by_weight_are_one_sample() -> None:
    """Two rounds, as the sampler draws them at once; a box that weighs nothing never comes up."""
    rules = macro()
    seed = seed_for(rules)
    first = draw_round(rules, seed, MANIFEST, weights=WEIGHTS)
    second = draw_round(rules, seed, MANIFEST, first, weights=WEIGHTS)
    whole = draw_weighted(seed.seed, {"C-1": 5, "C-2": 0, "C-3": 3}, 9)
    assert [(each.ticket, each.unit, each.times) for one in (first, second) for each in one.draws] == [
        tuple(each) for each in whole
    ]
    assert (first.size, second.after, second.size) == (4, 4, 9)
    assert {each.unit for each in whole} == {"C-1", "C-3"}
    with pytest.raises(Unproven, match="the weights that were committed"):
        draw_round(rules, seed, MANIFEST, first)


def test_a_population_that_nobody_could_draw_from_again_is_refused() -> None:
    """A manifest of a million million papers would keep every verifier busy for ever."""
    huge = manifest_of([10**12])
    rules = rules_of(huge, method=Method.SAMPLE, unit=Unit.PAPER, population=huge.size, sizes=(3,))
    with pytest.raises(Malformed, match="at most 1000000000 units"):
        check_commitment(rules, huge)
    with pytest.raises(Unproven, match="no more than a billion"):
        check_draws(encode(huge), encode(rules), None, ())
