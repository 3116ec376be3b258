"""Audits of single slips are done again from the record: true ones pass, every attack is noticed by its check alone."""

import random

import pytest
from tests.audit.slips import piles_of, swap
from tests.tampering.builder import World, build
from tests.verify.audit_attacks import Attack
from tests.verify.audited_world import BOXES, AuditMaker, audited_world, polled, sheets_of
from tests.verify.slip_attacks import SLIP_ATTACKS
from tests.verify.test_audits import status, verify

from urna.audit.report import Outcome
from urna.audit.seed import Method
from urna.verify.report import AUDIT_CHECKS, Check, Status


def _is_proven(world: World) -> bool:
    report = verify(world)
    assert report.failed == frozenset(), [each for check in report.checks for each in check.findings]
    return report.is_proven


def test_a_true_audit_of_slips_passes() -> None:
    """It goes on once, and is confirmed; its outcome is said in a sentence."""
    report = verify(audited_world("SLIPS"))
    assert report.is_proven
    assert {number: status(report)[number] for number in AUDIT_CHECKS} == dict.fromkeys(AUDIT_CHECKS, Status.PASSED)
    said = [str(remark) for remark in report.remarks]
    assert "Audit SLIPS: confirmed, risk 1.1 % at a limit of 5 %, 210 draws of slips." in said


@pytest.mark.parametrize("case", SLIP_ATTACKS, ids=lambda case: case.name)
def test_an_attack_is_noticed(case: Attack) -> None:
    """The check for this attack fails and names what it must; no check fails that has no reason to."""
    world = audited_world("SLIPS")
    case.tamper(world)
    report = verify(world)
    findings = [finding for check in report.checks for finding in check.findings]
    text = "\n".join(f"{each.rule} {each.file} {each.station} {each.sentence}" for each in findings)
    assert report.failed == case.checks, text
    assert [name for name in case.names if name not in text] == [], text
    assert not report.is_proven
    says = [str(remark) for remark in report.remarks if str(remark).startswith("Audit SLIPS")]
    assert [remark for remark in says if "confirmed, risk" in remark] == []


def test_draws_that_count_as_not_found_are_said() -> None:
    """With a lost box so few slips of a contest are left that none of its draws is shown; the remark says so."""
    world = build()
    audit = AuditMaker(world, "SLIPS")
    audit.commit(Method.POLLING, ("NOM-2",), (130,))
    audit.roll()
    drawn = audit.draw()
    shown = {box: () if box.startswith("B") else pile for box, pile in piles_of(audit.sheets, world.election).items()}
    audit.read(shown, lost=("B-01",), reason="The river took it.")
    audit.report()
    report = verify(world)
    assert report.failed == frozenset()
    draws = sum(draw.unit.startswith("B") for draw in drawn.draws)
    said = [str(remark) for remark in report.remarks]
    assert f"Audit SLIPS: {draws} draws of a contest count as not found" in "\n".join(said)


def test_a_reading_in_an_audit_of_boxes_is_noticed() -> None:
    """Single slips are read only where the rules say so."""
    world = audited_world("RLA-1", "SLIPS")
    files = {path: data for path, data in world.files.items() if path.endswith("reading-1.note")}
    ((_, data),) = files.items()
    world.add("audits/RLA-1/reading-1.note", data)
    assert verify(world).failed == {Check.AUDIT_COUNTS}


@pytest.mark.parametrize("seed", range(6))
def test_whatever_the_slips_say_is_done_again(seed: int) -> None:
    """Any contests, any sizes, slips of other options, missing ones: planner and verifier say the same."""
    chance = random.Random(seed)
    world = build()
    piles = piles_of(sheets_of(world), world.election)
    if seed % 2:
        piles["A-01"] = swap(piles["A-01"], "NOM-1", "CAI", "BEA")
        piles["B-01"] = swap(piles["B-01"], "LIST-N", "SUN", "SKY")
    piles["A-02"] = piles["A-02"][: chance.randint(0, 22)]
    contests = tuple(sorted(chance.sample(["IND", "LIST-N", "NOM-1", "NOM-2", "REF"], chance.choice((1, 2)))))
    first = chance.choice((20, 70, 150))
    polled(world, piles, contests, (first, first + chance.choice((20, 70))))
    assert _is_proven(world)


def _altered(world: World) -> AuditMaker:
    """In the box of B-01 those two have each other's votes."""
    piles = piles_of(sheets_of(world), world.election)
    piles["B-01"] = swap(piles["B-01"], "NOM-2", "DEL-BIS", "EVA")
    return polled(world, piles, ("NOM-2",), (130,))


@pytest.mark.parametrize(("votes", "outcome"), [(24, Outcome.REFUTED), (3, Outcome.CONFIRMED)])
def test_a_full_count_follows_slips_that_say_no(votes: int, outcome: Outcome) -> None:
    """Every box is counted, as in an audit of boxes; they refute the outcome, or the slips were misread."""
    world = build()
    audit = _altered(world)
    assert audit.reports[-1].outcome is Outcome.FULL_COUNT
    world.batches.append([])
    apart = votes - 3
    changes = {("NOM-2", "EVA"): apart, ("NOM-2", "DEL-BIS"): -min(15, apart), ("NOM-2", "DEL"): -max(0, apart - 15)}
    for box in BOXES:
        audit.count(box, changes if box == "B-01" else None)
    assert audit.report().outcome is outcome
    assert _is_proven(world)


def test_an_audit_that_has_only_begun_passes() -> None:
    """Rules, a seed, a round, a reading: each is whole without the next."""
    world = build()
    audit = AuditMaker(world, "SLIPS")
    audit.commit(Method.POLLING, ("NOM-1",), (70,))
    assert verify(world).is_proven
    audit.roll()
    audit.draw()
    assert verify(world).is_proven
    audit.read(piles_of(audit.sheets, world.election))
    report = verify(world)
    assert report.is_proven
    said = [str(remark) for remark in report.remarks]
    assert "Audit SLIPS has no report yet: 70 draws of slips, 1 of 1 rounds read." in said
