"""Searches over shards and processes."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.biometrics.galleries import again, fingers, gallery

from urna.biometrics.hashing import build_index, plan_of
from urna.biometrics.shortlist import search, search_row
from urna.compute.search import search_many, search_rows, search_shards, shards_of

COUNT, KEEP = 6, 4


@pytest.mark.parametrize("indexed", [False, True])
@settings(deadline=None, max_examples=10)
@given(shards=st.integers(1, 45), finger=st.integers(0, 39))
def test_any_number_of_shards_gives_what_one_gives(indexed: bool, shards: int, finger: int) -> None:
    """Rows, owners, scores and order; empty shards included."""
    plan = plan_of([gallery(40)], tables=3) if indexed else None
    index = build_index(gallery(40), plan) if indexed else None
    probe = again(fingers(40)[finger], 8)
    whole = search(gallery(40), index, probe, COUNT, KEEP)
    assert search_shards(shards_of(gallery(40), shards, plan), probe, COUNT, KEEP) == whole


@pytest.mark.parametrize("indexed", [False, True])
@pytest.mark.parametrize("processes", [1, 2])
def test_many_searches_over_processes_give_the_answers_of_one_by_one(indexed: bool, processes: int) -> None:
    """In the order of the probes, with the callers' numbers."""
    index = build_index(gallery(40)) if indexed else None
    probes = [(1000 + number, again(template, number)) for number, template in enumerate(fingers(40))]
    found = list(search_many(gallery(40), index, probes, count=COUNT, keep=KEEP, processes=processes))
    assert found == [(number, search(gallery(40), index, probe, COUNT, KEEP)) for number, probe in probes]


@pytest.mark.parametrize("processes", [1, 2])
def test_all_against_all_over_processes_gives_the_answers_of_one_by_one(processes: int) -> None:
    """In the order of the rows."""
    index = build_index(gallery(40))
    found = list(search_rows(gallery(40), index, range(40), count=COUNT, keep=KEEP, processes=processes))
    assert found == [(row, search_row(gallery(40), index, row, COUNT, KEEP)) for row in range(40)]


def test_indexes_built_by_two_processes_are_those_built_by_one() -> None:
    """The plan decides, not who builds."""
    plan = plan_of([gallery(40)], tables=3)
    for one, two in zip(shards_of(gallery(40), 3, plan, 1), shards_of(gallery(40), 3, plan, 2), strict=True):
        assert one.tables is not None
        assert two.tables is not None
        assert one.tables.postings.tolist() == two.tables.postings.tolist()
        assert one.tables.starts.tolist() == two.tables.starts.tolist()
