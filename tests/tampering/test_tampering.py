"""Every attack in the corpus is noticed by the check that is there for it, and by no check that is not."""

import random
from functools import cache

import pytest
from tests.tampering import cases_authority, cases_folder, cases_log, cases_results, cases_station
from tests.tampering.builder import World, build
from tests.tampering.forgery import CASES, Case, Forgery
from tests.tampering.signed_fuzz import forge

from urna.record.layout import README
from urna.record.reader import RecordInMemory
from urna.verify.procedure import verify_record
from urna.verify.report import AUDIT_CHECKS, ENCRYPTED_CHECKS, Check, Report, Status

FAMILIES = (cases_authority, cases_folder, cases_log, cases_results, cases_station)
"""Importing them fills CASES."""

ELSEWHERE = {*ENCRYPTED_CHECKS, Check.HAND_COUNTS, *AUDIT_CHECKS, Check.EXAMINATIONS}
"""Checks of what is not in this record; each has a corpus of its own."""


@cache
def good() -> tuple[World, dict[str, bytes]]:
    """The good world and its folder, built once; cases get copies."""
    world = build()
    return world, world.publish()


def forgery() -> Forgery:
    """A good record to change."""
    world, folder = good()
    return Forgery(world.copy(), dict(folder))


def verify(forged: Forgery) -> Report:
    """The report on a forged record."""
    return verify_record(forged.record(), forged.pins)


def test_a_good_record_passes_every_check() -> None:
    """Nothing is found in a true record, and only what guardians would add is absent."""
    report = verify(forgery())
    assert report.is_proven
    assert [check for check in report.checks if check.findings] == []
    assert {check.number for check in report.checks if check.status is Status.ABSENT} == ELSEWHERE
    passed = {check.number for check in report.checks if check.status is Status.PASSED}
    assert passed == set(Check) - ELSEWHERE


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_an_attack_is_noticed_by_its_check(case: Case) -> None:
    """The check for this attack fails and names what it must; no check fails that has no reason to."""
    forged = forgery()
    case.tamper(forged)
    report = verify(forged)
    findings = report.checks[case.check - 1].findings
    text = "\n".join(f"{each.file} {each.station} {each.sentence}" for each in findings)
    assert not report.is_proven
    assert report.failed == {case.check} | case.also
    assert [name for name in case.names if name not in text] == [], text


def test_every_check_has_an_attack() -> None:
    """No check is there that nothing in the corpus needs; of what is in other records there are other corpora."""
    assert {case.check for case in CASES} == set(Check) - ELSEWHERE


def test_the_corpus_is_large() -> None:
    """At least 25 attacks are asked for; names are used once."""
    assert len({case.name for case in CASES}) == len(CASES) >= 100


def _flip(forged: Forgery, chance: random.Random) -> str:
    """One bit of one byte anywhere in the folder, each byte as likely as any other."""
    paths = sorted(forged.folder)
    path = chance.choices(paths, [len(forged.folder[path]) for path in paths])[0]
    data = bytearray(forged.folder[path])
    place = chance.randrange(len(data))
    data[place] ^= 1 << chance.randrange(8)
    forged.folder[path] = bytes(data)
    return f"{path} byte {place}"


def _assert_flips_are_noticed(seed: int, count: int) -> None:
    chance = random.Random(seed)
    for _ in range(count):
        forged = forgery()
        what = _flip(forged, chance)
        assert not verify(forged).is_proven, what


def test_no_flipped_bit_passes() -> None:
    """Wherever one bit of a record is flipped, some check fails and nothing crashes."""
    _assert_flips_are_noticed(seed=1, count=150)


@pytest.mark.slow
def test_no_flipped_bit_passes_in_a_large_sample() -> None:
    """The same at 1,000 places."""
    _assert_flips_are_noticed(seed=2, count=1000)


@pytest.mark.parametrize("path", sorted(build().publish()))
def test_no_file_can_be_missing_empty_or_cut(path: str) -> None:
    """Each file of the record, deleted, emptied, cut in half or doubled in length, is noticed."""
    for change in (None, b"", 0.5, 2):
        forged = forgery()
        data = forged.folder.pop(path)
        if isinstance(change, bytes):
            forged.folder[path] = change
        elif change is not None:
            forged.folder[path] = (data * 2)[: int(len(data) * change)]
        report = verify(forged)
        superseded = change is None and path.startswith("log/") and not report.failed
        assert superseded or not report.is_proven, (path, change)
        assert not superseded or _may_be_dropped(path), path


def _may_be_dropped(path: str) -> bool:
    """Partial tiles and checkpoints of earlier sizes: C2SP lets a log drop them, and nothing rests on them."""
    return path.startswith("log/") and ".p/22" not in path and path not in {"log/checkpoint", "log/checkpoints/22"}


@pytest.mark.parametrize("seed", range(20))
def test_no_two_files_can_be_exchanged(seed: int) -> None:
    """Two files in each other's place are noticed, whichever they are."""
    forged = forgery()
    first, second = random.Random(seed).sample(sorted(set(forged.folder) - {README}), 2)
    files = forged.folder
    files[first], files[second] = files[second], files[first]
    if files[first] != files[second]:
        assert not verify(forged).is_proven, (first, second)


def test_an_empty_record_is_not_proven() -> None:
    """A folder without files passes nothing, and the checks that were not carried out say so."""
    report = verify_record(RecordInMemory({}))
    assert not report.is_proven
    assert report.checks[Check.TOTALS - 1].status is Status.NOT_CHECKED


def _assert_signed_changes_never_crash(seed: int, count: int) -> None:
    chance = random.Random(seed)
    for _ in range(count):
        forged = forgery()
        what = forge(forged, chance)
        try:
            verify(forged)
        except Exception as error:
            raise AssertionError(what) from error


def test_whatever_a_signer_signs_nothing_crashes() -> None:
    """Any document of the record, changed at random and signed again by whom it takes, leads to findings at most."""
    _assert_signed_changes_never_crash(seed=1, count=60)


@pytest.mark.slow
def test_whatever_a_signer_signs_nothing_crashes_in_a_large_sample() -> None:
    """The same 500 times."""
    _assert_signed_changes_never_crash(seed=2, count=500)
