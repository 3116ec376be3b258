"""Short lists, and full comparison of what is on them."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from tests.biometrics.galleries import again, fingers, gallery

from urna.biometrics.cylinders import encode
from urna.biometrics.hashing import HashIndex, build_index
from urna.biometrics.match import score
from urna.biometrics.shortlist import (
    Candidate,
    best_candidates,
    filtered,
    merged,
    search,
    search_row,
    shortlist,
)

scores = arrays(np.float32, st.integers(0, 60), elements=st.sampled_from([0.0, 0.25, 0.25, 0.5, 1.0, 3.0, 1e-3]))
reals = arrays(np.float32, st.integers(0, 60), elements=st.floats(0, 1e4, width=32))


@given(st.one_of(scores, reals), st.integers(0, 70))
def test_a_short_list_is_the_beginning_of_the_sorted_scores(values: np.ndarray, count: int) -> None:
    """Whatever shortcut finds it; rows without a score are left out, equal scores go by row."""
    expected = sorted((row for row in range(len(values)) if values[row] > 0), key=lambda row: (-values[row], row))
    found = shortlist(values, count)
    assert found.rows.tolist() == expected[:count]
    assert found.scores.tolist() == values[expected[:count]].tolist()


@given(scores, st.integers(0, 60), st.integers(0, 60), st.integers(0, 20))
def test_short_lists_of_parts_merge_to_that_of_the_whole(values: np.ndarray, one: int, other: int, count: int) -> None:
    """However the rows are cut."""
    low, high = sorted((min(one, len(values)), min(other, len(values))))
    parts = [values[:low], values[low:high], values[high:]]
    found = merged([shortlist(part, count) for part in parts], [0, low, high], count)
    assert found.rows.tolist() == shortlist(values, count).rows.tolist()


@pytest.mark.parametrize("indexed", [False, True])
def test_the_right_finger_comes_first_with_the_full_score(indexed: bool) -> None:
    """What a search gives is the matcher's own score of the two templates, to the last bit."""
    index = build_index(gallery(40)) if indexed else None
    for row in (6, 12, 24, 31):
        probe = again(fingers(40)[row], 7)
        best = search(gallery(40), index, probe, 10, 3)
        assert best[0] == Candidate(row, 100 + row, score(probe, fingers(40)[row]))
        assert best == sorted(best, key=lambda each: (-each.score, each.row))
        assert len(best) == 3


@pytest.mark.parametrize("indexed", [False, True])
@settings(deadline=None, max_examples=12)
@given(row=st.integers(0, 39))
def test_all_against_all_looks_at_later_rows_only(indexed: bool, row: int) -> None:
    """Each pair once."""
    index = build_index(gallery(40)) if indexed else None
    assert all(each.row > row for each in search_row(gallery(40), index, row, 50, 50))


def test_both_filters_leave_out_nothing_when_the_list_is_long_enough() -> None:
    """Every later template is on the list of the scan."""
    probe = encode(again(fingers(40)[20], 7))
    assert sorted(filtered(gallery(40), None, probe, 99, after=30).rows.tolist()) == list(range(31, 40))


def test_equal_scores_are_ordered_by_row() -> None:
    """The same answer every time."""
    tied = [Candidate(5, 1, 0.5), Candidate(2, 1, 0.5), Candidate(9, 1, 0.7)]
    assert [each.row for each in best_candidates(tied, 2)] == [9, 2]
    assert shortlist(np.array([0.5, 0.7, 0.5, 0.5], np.float32), 3).rows.tolist() == [1, 0, 2]
    assert len(merged([], [], 3).rows) == 0


def test_the_index_is_optional_and_types_agree() -> None:
    """Both filters give rows and scores of the same kinds."""
    index: HashIndex = build_index(gallery(40))
    probe = encode(fingers(40)[9])
    one, other = filtered(gallery(40), index, probe, 5), filtered(gallery(40), None, probe, 5)
    assert (one.rows.dtype, one.scores.dtype) == (other.rows.dtype, other.scores.dtype)
