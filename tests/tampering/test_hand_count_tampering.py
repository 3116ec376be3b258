"""Every attack on hand counts is noticed by the check that is there for it, and a true record with them passes."""

import random
from functools import cache

import pytest
from tests.tampering.builder import World
from tests.tampering.forgery import Case, Forgery
from tests.tampering.hand_counts import HAND_CASES, build_hand_counts
from tests.tampering.signed_fuzz import forge

from urna.verify.procedure import verify_record
from urna.verify.report import ENCRYPTED_CHECKS, Check, Report, Status


@cache
def good() -> tuple[World, dict[str, bytes]]:
    """The good world and its folder, built once; cases get copies."""
    world = build_hand_counts()
    return world, world.publish()


def forgery() -> Forgery:
    """A good record to change."""
    world, folder = good()
    return Forgery(world.copy(), dict(folder))


def verify(forged: Forgery) -> Report:
    """The report on a forged record."""
    return verify_record(forged.record(), forged.pins)


def test_a_true_record_with_hand_counts_passes() -> None:
    """In place of a sheet, beside one, withheld, and one of which nobody decided."""
    report = verify(forgery())
    assert [str(each.sentence) for check in report.checks for each in check.findings] == []
    passed = {check.number for check in report.checks if check.status is Status.PASSED}
    assert passed >= set(range(1, Check.HAND_COUNTS + 1)) - set(ENCRYPTED_CHECKS)


@pytest.mark.parametrize("case", HAND_CASES, ids=lambda case: case.name)
def test_an_attack_on_hand_counts_is_noticed_by_its_check(case: Case) -> None:
    """The check for this attack fails and names what it must; no check fails that has no reason to."""
    forged = forgery()
    case.tamper(forged)
    report = verify(forged)
    findings = report.checks[case.check - 1].findings
    text = "\n".join(f"{each.file} {each.station} {each.rule} {each.sentence}" for each in findings)
    assert not report.is_proven
    assert report.failed == {case.check} | case.also, [
        f"{each.rule} {each.sentence}" for check in report.checks for each in check.findings
    ]
    assert [name for name in case.names if name not in text] == [], text


def test_every_rule_of_the_check_has_an_attack() -> None:
    """29.1 to 29.7: none is there that nothing in the corpus needs."""
    found = set()
    for case in HAND_CASES:
        forged = forgery()
        case.tamper(forged)
        found |= {each.rule for each in verify(forged).checks[Check.HAND_COUNTS - 1].findings}
    assert found == {f"29.{rule}" for rule in range(1, 8)}


def test_whatever_a_signer_signs_of_hand_counts_nothing_crashes() -> None:
    """Any document of the record, changed at random and signed again by whom it takes, leads to findings at most."""
    chance = random.Random(3)
    for _ in range(60):
        forged = forgery()
        what = forge(forged, chance)
        try:
            verify(forged)
        except Exception as error:
            raise AssertionError(what) from error


@pytest.mark.parametrize("path", sorted(each for each in good()[1] if "/hand-" in each or "decisions/" in each))
def test_no_paper_of_hand_counts_can_be_missing_or_cut(path: str) -> None:
    """Each of them, deleted, emptied or cut in half, is noticed."""
    for change in (None, b"", good()[1][path][: len(good()[1][path]) // 2]):
        forged = forgery()
        del forged.folder[path]
        if change is not None:
            forged.folder[path] = change
        assert not verify(forged).is_proven
