"""Every attack on a record in egk-ec's layout breaks exactly the conditions that are there for it."""

import random
from collections.abc import Iterator

import pytest
from tests.tampering.egk_cases import CASES, WHOLE, Case
from tests.tampering.egk_record import (
    KEPT,
    Tampered,
    cut_chain,
    cut_record,
    holder,
    own_record,
    verify,
    whole_chain,
    whole_record,
)

from urna.interop.electionguard.report import TITLES
from urna.verify.report import Status


def _forged(case: Case) -> Tampered:
    files = dict(case.record())
    needs_keys = case.record in {cut_record, whole_record}
    return Tampered(files, holder() if needs_keys else None)


def _attack(case: Case) -> None:
    forged = _forged(case)
    case.tamper(forged)
    assert forged.files != case.record()
    report = verify(forged.files)
    assert report.broken == case.breaks
    assert report.is_proven == (not case.breaks)


@pytest.mark.parametrize("case", [case for case in CASES if case.record is own_record], ids=lambda case: case.name)
def test_an_attack_on_our_own_record_breaks_its_conditions(case: Case) -> None:
    """No condition fails that has no reason to, and the report says so."""
    _attack(case)


@pytest.mark.slow
@pytest.mark.parametrize("case", [case for case in CASES if case.record is not own_record], ids=lambda case: case.name)
def test_an_attack_on_a_real_record_breaks_its_conditions(case: Case) -> None:
    """The same on the records of egk-ec, cut to a few ballots."""
    _attack(case)


@pytest.mark.slow
def test_the_whole_records_pass_and_the_two_attacks_that_pass_egk_fail() -> None:
    """Every box that applies, on both of egk-ec's records; then the attacks on its 42 ballots, as it published them.

    One test, so that one process examines the ballots once.
    """
    report = verify(whole_record())
    assert report.is_proven
    assert {each.check for each in report.outcomes if each.status is Status.PASSED} == set(TITLES) - {"11"}
    for case in WHOLE:
        _attack(case)
    report = verify(whole_chain())
    assert report.is_proven
    absent = {"8", "9", "10", "11", "12", "13", "14", "S5", "S6"}
    assert {each.check for each in report.outcomes if each.status is Status.PASSED} == set(TITLES) - absent


def test_the_corpus_is_large_and_every_check_has_an_attack() -> None:
    """At least 40 attacks were asked for; box 11 is about contest data of cast ballots, which no record opens."""
    assert len({case.name for case in CASES}) == len(CASES) >= 120
    checks = {condition.partition(".")[0] for case in CASES for condition in case.breaks}
    assert checks == set(TITLES) - {"11"}


@pytest.mark.parametrize(
    "record", [own_record, *(pytest.param(each, marks=pytest.mark.slow) for each in (cut_record, cut_chain))]
)
def test_a_good_record_passes(record: object) -> None:
    """Nothing is found in a true record."""
    assert callable(record)
    report = verify(record())
    assert report.is_proven
    assert report.broken == frozenset()


@pytest.mark.slow
def test_the_cut_record_has_the_real_keys_and_ballots() -> None:
    """Cutting changes the tally only."""
    whole, cut = whole_record(), cut_record()
    assert {path for path, data in cut.items() if data != whole[path]} == {"encrypted_tally.json", "tally.json"}
    assert sum("eballot" in path for path in cut) == len(KEPT)


def _places(value: object, steps: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """The way to every value inside a value."""
    if isinstance(value, dict):
        for name, each in value.items():
            yield from [(*steps, name), *_places(each, (*steps, name))]
    elif isinstance(value, list):
        for place, each in enumerate(value):
            yield from [(*steps, place), *_places(each, (*steps, place))]


STRANGE: tuple[object, ...] = (
    None,
    True,
    -1,
    2**31,
    10**400,
    "",
    "\x00",
    "AAAA",
    [],
    {},
    ["contest"],
    {"pad": "AAAA", "data": "AAAA"},
)


def _assert_strange_values_never_crash(seed: int, count: int) -> None:
    chance = random.Random(seed)
    for _ in range(count):
        record = Tampered(dict(own_record()))
        path = chance.choice(sorted(record.files))
        place = chance.choice(list(_places(record.read(path))))
        what = chance.choice(STRANGE)
        with record.edit(path) as value:
            for step in place[:-1]:
                value = value[step]  # noqa: PLW2901 - the way down
            value[place[-1]] = what
        try:
            verify(record.files)
        except Exception as error:
            raise AssertionError((path, place, what)) from error


def test_no_strange_value_crashes() -> None:
    """Any value of any file, exchanged for something else, leads to findings at most."""
    _assert_strange_values_never_crash(seed=1, count=12)


@pytest.mark.slow
def test_no_strange_value_crashes_in_a_large_sample() -> None:
    """The same 150 times."""
    _assert_strange_values_never_crash(seed=2, count=150)


@pytest.mark.parametrize("seed", range(12))
def test_no_flipped_byte_passes_or_crashes(seed: int) -> None:
    """One bit of one byte anywhere in urna's own record, white space and names that no check minds left aside."""
    chance = random.Random(seed)
    files = dict(own_record())
    path = chance.choice(sorted(files))
    data = bytearray(files[path])
    place = chance.randrange(len(data))
    data[place] ^= 1 << chance.randrange(7)
    files[path] = bytes(data)
    changed = Tampered(files)
    report = verify(files)
    try:
        says_the_same = _minded(path, changed.read(path)) == _minded(path, Tampered(own_record()).read(path))
    except ValueError:
        says_the_same = False
    assert report.is_proven == says_the_same, (path, place)


def _minded(path: str, value: object) -> object:
    """A file's value without what nothing rests on: times, names of files' makers, serial numbers, and counts of 0."""
    if isinstance(value, dict):
        unminded = {"timestamp", "metadata", "tally_id", "encrypted_sn", "name", "config_version", "ballot_count"}
        if path == "tally.json":
            unminded |= {"id"}
        return {name: _minded(path, each) for name, each in value.items() if name not in unminded}
    if isinstance(value, list):
        return [_minded(path, each) for each in value]
    return value
