"""Each test is run once, whatever the order, and what takes long is begun first by every process."""

import pytest
from tests.order import SECONDS, TOGETHER, in_parts

TESTS = [(f"tests/file_{number // 10}.py", number) for number in range(100)]
"""Ten tests in each of ten files."""


def ordered(parts: int) -> list[tuple[str, int]]:
    """With one slow test in three of the files."""
    return in_parts(TESTS, lambda test: test[0], lambda test: test[1] in {45, 71, 99}, parts)


@pytest.mark.parametrize("parts", [1, 2, 3, 7, 100])
def test_every_test_is_there_once(parts: int) -> None:
    """However many processes there are."""
    assert sorted(ordered(parts)) == TESTS


def test_each_part_begins_with_files_of_slow_tests() -> None:
    """Whole, and in parts as long as xdist makes them."""
    found = ordered(3)
    assert [[test[0] for test in found[start : start + 10]] for start in (0, 33, 66)] == [
        [f"tests/file_{number}.py"] * 10 for number in (4, 7, 9)
    ]


def test_the_rest_stays_in_its_order() -> None:
    """Files share what they have made within a process."""
    rest = [test for test in ordered(3) if test[0] not in {f"tests/file_{number}.py" for number in (4, 7, 9)}]
    assert rest == sorted(rest)


def test_files_that_wait_for_one_thing_are_one() -> None:
    """Though another file stands between them."""
    names = sorted([*TOGETHER, "tests/day/test_day.py"])
    assert in_parts([name for name in names for _ in "ab"], str, lambda _: True, 2) == [
        *(name for name in sorted(TOGETHER) for _ in "ab"), *["tests/day/test_day.py"] * 2,
    ]  # fmt: skip


def test_named_files_exist(pytestconfig: pytest.Config) -> None:
    """A file that was renamed loses its place."""
    assert [
        name for name in {*SECONDS, *TOGETHER} - {*TOGETHER.values()} if not (pytestconfig.rootpath / name).is_file()
    ] == []
