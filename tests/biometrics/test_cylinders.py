"""Cylinders are those of the paper: a slow reading of its equations gives the same bits."""

import math

import numpy as np
from hypothesis import given, settings
from numpy.typing import NDArray
from tests.biometrics.clouds import finger, templates

from urna.biometrics.cylinders import BITS, CELLS, encode
from urna.biometrics.template import Kind, Minutia, Template


def test_a_cylinder_has_the_cells_of_the_paper() -> None:
    """208 of the 16 x 16 cells lie in the circle, six sections each."""
    assert (CELLS, BITS) == (208, 1248)


def test_compiled_cylinders_agree_with_the_equations() -> None:
    """Bits and valid cells of two random fingers, against plain Python written from eq. 1 to 10 and 25."""
    for seed in range(2):
        template = finger(seed, 20)
        got = encode(template)
        expected = _by_the_book(template)
        assert len(got.x) == len(expected) > 10
        for index, (bits, valid) in enumerate(expected):
            assert np.array_equal(_unpack(got.valid[index]), valid)
            assert np.array_equal(_unpack(got.bits[index]), bits)


@settings(max_examples=60, deadline=None)
@given(templates)
def test_any_template_has_cylinders(template: Template) -> None:
    """Doubled points, points on a line, none at all: bits are set only where cells are valid."""
    cylinders = encode(template)
    assert len(cylinders.bits) == len(cylinders.valid) == len(cylinders.x) <= len(template.minutiae)
    assert not (cylinders.bits & ~cylinders.valid).any()


def test_a_lonely_minutia_gives_no_cylinder() -> None:
    """Two neighbours are the least."""
    pair = tuple(Minutia(x, 100, 0, Kind.ENDING, 50) for x in (100, 110))
    assert len(encode(Template(width=200, height=200, minutiae=pair)).x) == 0


def _unpack(words: NDArray[np.uint64]) -> NDArray[np.bool_]:
    return np.unpackbits(words.view(np.uint8), bitorder="little")[:BITS].astype(bool)


def _by_the_book(template: Template) -> list[tuple[NDArray[np.bool_], NDArray[np.bool_]]]:
    """Slow and literal: hull by trying every half plane, contributions one at a time."""
    points = [(m.x, -m.y, m.angle * math.tau / 256) for m in template.minutiae]
    turns = np.arange(0.0, math.tau, math.tau / 3600)
    normal = np.stack([np.cos(turns), np.sin(turns)])
    reach = (np.array([p[:2] for p in points]) @ normal).max(axis=0) + 50.0
    found = []
    for mx, my, mt in points:
        bits, valid = [], []
        near = sum(0 < math.dist((mx, my), p[:2]) <= 98 for p in points)
        for i in range(1, 17):
            for j in range(1, 17):
                u, v = (i - 8.5) * 8.75, (j - 8.5) * 8.75
                if u * u + v * v > 4900:
                    continue
                px, py = mx + math.cos(mt) * u - math.sin(mt) * v, my + math.sin(mt) * u + math.cos(mt) * v
                # in no direction does the place lie more than 50 pixels beyond every minutia
                inside = bool((px * normal[0] + py * normal[1] <= reach).all())
                for k in range(1, 7):
                    phi = -math.pi + (k - 0.5) * math.tau / 6
                    total = sum(_contribution(px, py, phi, mt, p) for p in points if p[:2] != (mx, my))
                    bits.append(inside and total > 0.01)
                    valid.append(inside)
        if near >= 2 and sum(valid) >= 0.75 * 1248:
            found.append((np.array(bits), np.array(valid)))
    return found


def _contribution(px: float, py: float, phi: float, mt: float, point: tuple[float, float, float]) -> float:
    sigma_s, sigma_d = 28 / 3, math.tau / 9
    distance = math.dist((px, py), point[:2])
    if distance > 3 * sigma_s:
        return 0.0
    spatial = math.exp(-((distance / sigma_s) ** 2) / 2) / (sigma_s * math.sqrt(math.tau))
    alpha = _wrap(phi - _wrap(mt - point[2]))
    steps = [alpha - math.pi / 6 + math.pi / 3 * (n + 0.5) / 100 for n in range(100)]
    bell = [math.exp(-((s / sigma_d) ** 2) / 2) / (sigma_d * math.sqrt(math.tau)) for s in steps]
    return spatial * sum(bell) * math.pi / 3 / 100


def _wrap(angle: float) -> float:
    return math.remainder(angle, math.tau)
