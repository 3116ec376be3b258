"""Templates of fingers that nobody has, without any image: minutiae by the hundred thousand, for load tests.

    template = synthetic_template(seed, finger, impression)

1. Choose the finger's flow, and strew minutiae over its skin: nearest neighbours keep their distance, more lie
   near cores and deltas, each points along its ridge, to the side that its neighbourhood prefers.
2. Lay the finger down: move, turn, and stretch the skin; keep what the contact shows.
3. See it as an extractor does: miss the faint minutiae, shift and turn the others a little, report some that
   are not there.

The same three numbers give the same template, whatever was asked before; a person's four fingers are four
finger numbers. The parameters were fitted so that scores of these templates are distributed as those of drawn
fingers (`urna.biometrics.synthetic`): docs/synthetic-fingers.md says how near they come. For tests and
benchmarks only: their error rates say nothing about real fingers.
"""

import math
from collections.abc import Iterable, Iterator
from typing import NamedTuple

import numpy as np
from numpy.random import PCG64, Generator, SeedSequence
from numpy.typing import NDArray

from urna.biometrics.kernel import compiled
from urna.biometrics.synthetic_flow import HEIGHT, WIDTH, Flow, choose_flow, direction_at
from urna.biometrics.template import Kind, Minutia, Template

Reals = NDArray[np.float64]
Rows = NDArray[np.int64]

IMAGE_WIDTH, IMAGE_HEIGHT = 388, 374
"""The size that the templates claim, pixels."""

_DARTS = 420
"""Places that are tried; those too near an earlier one are passed over."""

_NEAREST = 9.0
"""No two minutiae are nearer, pixels."""

_EXTRAS = 24
"""Minutiae that are not there: at most so many are tried on an impression."""


_KINDS = tuple(Kind)


class Skin(NamedTuple):
    """The minutiae of a whole fingertip.

    `x`, `y` in pixels from the skin's centre, y up; `angle` in radians; `ending` 1 or 0; `clear` 0 to 1, how
    well it is seen. Shapes (n,).
    """

    x: Reals
    y: Reals
    angle: Reals
    ending: Reals
    clear: Reals


class Touch(NamedTuple):
    """How the finger is laid down, once: pixels and radians; `poor` is 0 for a clean print, 1 for a bad one."""

    right: float
    up: float
    turn: float
    wide: float
    high: float
    poor: float


def synthetic_template(seed: int, finger: int, impression: int) -> Template:
    """One impression of one finger that nobody has.

    Args:
        seed: names a collection of fingers, 0 or more.
        finger: which finger of it, 0 or more; different numbers are different fingers.
        impression: which impression of the finger, 0 or more.
    """
    rows = _see(seed, finger, impression)
    minutiae = tuple(Minutia(x, y, angle, _KINDS[kind], quality) for x, y, angle, kind, quality in rows.tolist())
    quality = int(rows[:, 4].sum()) // max(1, len(rows))
    return Template(width=IMAGE_WIDTH, height=IMAGE_HEIGHT, minutiae=minutiae, quality=quality)


def synthetic_templates(seed: int, fingers: Iterable[int], impression: int) -> Iterator[Template]:
    """One impression of each of many fingers, in their order."""
    return (synthetic_template(seed, finger, impression) for finger in fingers)


def _see(seed: int, finger: int, impression: int) -> Rows:
    """The minutiae as rows of x, y, angle, kind and quality, the clearest first."""
    own, random = _generator(seed, finger, 0), _generator(seed, finger, 1 + impression)
    flow = choose_flow(own)
    skin = _strew(flow, own.random((_DARTS, 6)))
    touch = _lay(random)
    stretch = random.normal(0.0, 1.0, (4, 4))
    noise = random.normal(0.0, 1.0, (len(skin.x), 3))
    luck = random.random((len(skin.x), 2))
    seen = _press(skin, touch, stretch, noise, luck)
    extras = _invent(flow, touch, random.random((_EXTRAS, 5)), seen)
    return _to_rows(np.concatenate((seen, extras)))


def _generator(seed: int, finger: int, purpose: int) -> Generator:
    return Generator(PCG64(SeedSequence([seed, finger, purpose])))


def _lay(random: Generator) -> Touch:
    right, up, turn, pressure = random.normal(0.0, 1.0, 4)
    return Touch(
        right=float(20.0 * right),
        up=float(20.0 * up),
        turn=float(0.12 * turn),
        wide=float(130.0 + 10.0 * pressure),
        high=float(165.0 + 10.0 * pressure),
        poor=float(random.beta(1.5, 3.0)),
    )


@compiled
def _strew(flow: Flow, darts: Reals) -> Skin:
    """Throws darts at the skin; one too near an earlier one, or where minutiae are rare, is passed over."""
    kept = np.empty((len(darts), 5))
    count = 0
    for dart in range(len(darts)):
        x = (darts[dart, 0] - 0.5) * WIDTH
        y = (darts[dart, 1] - 0.5) * HEIGHT
        if darts[dart, 2] < _density(x, y, flow) and _is_free(x, y, kept, count, _NEAREST):
            angle = direction_at(x, y, flow)
            preference = math.sin(0.021 * x + flow.waves[0, 2]) + math.sin(0.019 * y + flow.waves[1, 2])
            if darts[dart, 3] < 1.0 / (1.0 + math.exp(-1.5 * preference)):
                angle += math.pi
            kept[count] = x, y, angle, 1.0 if darts[dart, 4] < 0.6 else 0.0, darts[dart, 5]
            count += 1
    return Skin(*(kept[:count, 0].copy(), kept[:count, 1].copy(), kept[:count, 2].copy(),
                  kept[:count, 3].copy(), kept[:count, 4].copy()))  # fmt: skip


@compiled
def _density(x: float, y: float, flow: Flow) -> float:
    """How readily minutiae lie at a place, 0 to 1: most near cores and deltas."""
    nearest = 1e9
    for index in range(len(flow.cores)):
        nearest = min(nearest, math.hypot(x - flow.cores[index, 0], y - flow.cores[index, 1]))
    for index in range(len(flow.deltas)):
        nearest = min(nearest, math.hypot(x - flow.deltas[index, 0], y - flow.deltas[index, 1]))
    return 0.5 + 0.5 * math.exp(-nearest / 60.0)


@compiled
def _is_free(x: float, y: float, places: Reals, count: int, least: float) -> bool:
    nearest = least * least
    for index in range(count):
        nearest = min(nearest, (x - places[index, 0]) ** 2 + (y - places[index, 1]) ** 2)
    return nearest >= least * least


@compiled
def _press(skin: Skin, touch: Touch, stretch: Reals, noise: Reals, luck: Reals) -> Reals:
    """Moves, stretches and turns the skin, drops what is not seen, and shifts what is: rows (x, y, angle, …)."""
    kept = np.empty((len(skin.x), 5))
    count = 0
    cosine, sine = math.cos(touch.turn), math.sin(touch.turn)
    for m in range(len(skin.x)):
        x, y = skin.x[m] - touch.right, skin.y[m] - touch.up
        clear = skin.clear[m] * (1.0 - 0.6 * touch.poor)
        inside = abs(x / touch.wide) ** 2.4 + abs(y / touch.high) ** 2.4 < 1.0
        if inside and luck[m, 0] < 0.35 + 0.75 * clear:
            for wave in range(len(stretch)):
                slow = 0.02 * (1 + wave % 2)
                x += 1.2 * stretch[wave, 0] * math.sin(slow * y + 3.0 * stretch[wave, 1])
                y += 1.2 * stretch[wave, 2] * math.sin(slow * x + 3.0 * stretch[wave, 3])
            spread = 0.6 + 0.9 * touch.poor
            kept[count, 0] = cosine * x - sine * y + spread * noise[m, 0]
            kept[count, 1] = sine * x + cosine * y + spread * noise[m, 1]
            kept[count, 2] = skin.angle[m] + touch.turn + 0.06 * (1.0 + touch.poor) * noise[m, 2]
            kept[count, 3] = skin.ending[m] if luck[m, 1] > 0.15 else 1.0 - skin.ending[m]
            kept[count, 4] = 0.3 + 0.65 * math.sqrt(clear)
            count += 1
    return kept[:count]


@compiled
def _invent(flow: Flow, touch: Touch, luck: Reals, seen: Reals) -> Reals:
    """Minutiae that are not there: more on a bad print, along the ridges, faint."""
    kept = np.empty((len(luck), 5))
    count = 0
    for extra in range(len(luck)):
        x, y = (2.0 * luck[extra, 0] - 1.0) * touch.wide, (2.0 * luck[extra, 1] - 1.0) * touch.high
        inside = abs(x / touch.wide) ** 2.4 + abs(y / touch.high) ** 2.4 < 1.0
        if inside and luck[extra, 2] < 0.1 + 0.4 * touch.poor and _is_free(x, y, seen, len(seen), _NEAREST):
            angle = direction_at(x + touch.right, y + touch.up, flow) + touch.turn
            kept[count] = x, y, angle + (math.pi if luck[extra, 3] < 0.5 else 0.0), 1.0, 0.3 + 0.3 * luck[extra, 4]
            count += 1
    return kept[:count]


@compiled
def _to_rows(points: Reals) -> Rows:
    """The integers of the standard, the clearest first; those outside the image are dropped."""
    rows = np.empty((len(points), 5), np.int64)
    count = 0
    for index in np.argsort(-points[:, 4], kind="mergesort"):
        x, y, angle, ending, clear = points[index]
        column, row = round(x + IMAGE_WIDTH / 2), round(IMAGE_HEIGHT / 2 - y)
        if 0 <= column < IMAGE_WIDTH and 0 <= row < IMAGE_HEIGHT:
            steps = round(angle * (256.0 / (2.0 * math.pi))) % 256
            rows[count] = column, row, steps, 1 if ending > 0.5 else 2, min(100, max(1, round(100.0 * clear)))
            count += 1
    return rows[:count]
