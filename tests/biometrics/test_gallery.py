"""Galleries in columns."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.biometrics.clouds import templates
from tests.biometrics.galleries import encoded, fingers, gallery

from urna.biometrics.blocks import LANES
from urna.biometrics.cylinders import encode
from urna.biometrics.gallery import build_gallery, cylinders_of, gallery_of, join, part_of


@settings(deadline=None, max_examples=40)
@given(st.lists(templates, max_size=4))
def test_every_row_gives_back_the_cylinders_of_its_template(several: list) -> None:  # type: ignore[type-arg]
    """What the full comparison sees is what `encode` gave: same bits, same order, same places."""
    columns = build_gallery(enumerate(several))
    for row, template in enumerate(several):
        for found, expected in zip(cylinders_of(columns, row), encode(template), strict=True):
            assert np.array_equal(found, expected)


def test_an_empty_gallery_has_no_rows() -> None:
    """Nothing in, nothing out."""
    columns = build_gallery([])
    assert len(columns.owners) == 0
    assert columns.offsets.tolist() == [0]


def test_cylinders_stand_in_order_of_direction() -> None:
    """So that a search may skip blocks; empty lanes repeat the last direction and hold no ones."""
    columns = gallery(9)
    for row in range(9):
        start, end, size = int(columns.offsets[row]), int(columns.offsets[row + 1]), int(columns.sizes[row])
        angles = columns.angles[start:end].reshape(-1).astype(int)
        assert (np.diff(angles) >= 0).all()
        assert (columns.norms[start:end].reshape(-1)[size:] == 0).all()
        assert end - start == -(-size // LANES)


@given(st.integers(0, 12), st.integers(0, 12))
def test_a_gallery_cut_in_three_and_joined_is_the_same(one: int, other: int) -> None:
    """Cutting and joining change nothing."""
    columns = gallery(12)
    low, high = sorted((one, other))
    joined = join([part_of(columns, 0, low), part_of(columns, low, high), part_of(columns, high, 12)])
    assert all(np.array_equal(getattr(joined, name), getattr(columns, name)) for name in columns._fields)


def test_columns_cannot_be_written() -> None:
    """A gallery is a value."""
    assert not any(column.flags.writeable for column in gallery(3))
    assert not any(column.flags.writeable for column in part_of(gallery(3), 1, 2))


def test_a_gallery_shows_its_size_alone() -> None:
    """Templates are personal data and stay out of logs."""
    assert repr(gallery_of(enumerate(encoded(fingers(3))))) == "Gallery(3 templates)"


@pytest.mark.parametrize("row", [-1, 3, 10**9])
def test_a_row_that_is_not_there_is_refused(row: int) -> None:
    """Nothing is read beside the columns."""
    with pytest.raises(IndexError):
        cylinders_of(gallery(3), row)
