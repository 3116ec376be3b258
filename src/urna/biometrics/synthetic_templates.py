"""Templates of fingers that nobody has, without any image: minutiae by the hundred thousand, for load tests.

    template = synthetic_template(seed, finger, impression)

1. Choose the finger's flow, and strew minutiae over its skin: nearest neighbours keep their distance, some
   places are richer than others, each points along its ridge, to the side that its neighbourhood prefers.
2. Lay the finger down: move, turn, pull, twist and stretch the skin; keep what the contact and the window show.
3. See it as an extractor does: miss the faint minutiae, more on a poor print; shift and turn the others a
   little; report some that are not there.

The same three numbers give the same template, whatever was asked before; a person's four fingers are four
finger numbers. The habits below were fitted on the development set, so that scores of these templates are
distributed as real ones and as those of drawn fingers (`urna.biometrics.synthetic`): docs/synthetic-fingers.md
says how near they come. For tests and benchmarks only: their error rates say nothing about real fingers.
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
"""The size of the reader's window, pixels."""

_DARTS = 420
"""Places that are tried on a skin; those too near an earlier one are passed over."""

_EXTRAS = 24
"""Minutiae that are not there: at most so many are tried on an impression."""

_KINDS = tuple(Kind)


class Habits(NamedTuple):
    """How fingers are made and laid down, and how an extractor errs. Pixels and radians; spreads are deviations."""

    rich: float
    """Share of darts that stay, where minutiae are neither rare nor dense."""
    rich_spread: float
    """How much fingers differ in that, as a deviation of its logarithm."""
    patchy: float
    """How much places of one finger differ in that."""
    nearest: float
    """No two minutiae of a skin are nearer."""
    facing: float
    """Share of close pairs that face opposite ways."""
    coherent: float
    """How firmly neighbours point to the same side of their ridges."""
    wide: float
    high: float
    """Half the sides of the contact."""
    grows: float
    """How much the contact grows with the pressure."""
    right: float
    up: float
    turn: float
    """Spread of the place and direction of a finger."""
    pull: float
    twist: float
    stretch: float
    """Spread of the skin's distortions: its edge against its middle, and slow waves."""
    good: float
    """How rare poor prints are: an exponent, 1 for as many of each kind."""
    miss: float
    miss_poor: float
    """Share of minutiae that are missed on a clean print, and how many more on the poorest."""
    extra: float
    extra_poor: float
    """The same for those that are not there, as a share of `_EXTRAS`."""
    shift: float
    shift_poor: float
    """How far minutiae are seen from where they are, and how much farther on the poorest print."""
    askew: float
    """How far directions are off; twice as much on the poorest print."""


FITTED = Habits(
    rich=0.54,
    rich_spread=0.34,
    patchy=0.5,
    nearest=9.0,
    facing=0.55,
    coherent=1.2,
    wide=113.0,
    high=160.0,
    grows=28.0,
    right=17.0,
    up=42.0,
    turn=0.15,
    pull=3.0,
    twist=0.025,
    stretch=1.4,
    good=1.8,
    miss=0.06,
    miss_poor=0.6,
    extra=0.03,
    extra_poor=0.25,
    shift=0.25,
    shift_poor=0.6,
    askew=0.02,
)
"""Found by a random search and then by hand, on the development set alone (docs/synthetic-fingers.md)."""


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
    """How the finger is laid down, once: pixels and radians; `poor` is 0 for a clean print, 1 for the worst."""

    right: float
    up: float
    turn: float
    wide: float
    high: float
    pull_right: float
    pull_up: float
    twist: float
    poor: float


def synthetic_template(seed: int, finger: int, impression: int) -> Template:
    """One impression of one finger that nobody has; its quality is the mean of its minutiae's.

    Args:
        seed: names a collection of fingers, 0 or more.
        finger: which finger of it, 0 or more; different numbers are different fingers.
        impression: which impression of the finger, 0 or more.
    """
    rows = _see(seed, finger, impression, FITTED)
    minutiae = tuple(Minutia(x, y, angle, _KINDS[kind], quality) for x, y, angle, kind, quality in rows.tolist())
    quality = int(rows[:, 4].sum()) // max(1, len(rows))
    return Template(width=IMAGE_WIDTH, height=IMAGE_HEIGHT, minutiae=minutiae, quality=quality)


def synthetic_templates(seed: int, fingers: Iterable[int], impression: int) -> Iterator[Template]:
    """One impression of each of many fingers, in their order."""
    return (synthetic_template(seed, finger, impression) for finger in fingers)


def _see(seed: int, finger: int, impression: int, habits: Habits) -> Rows:
    """The minutiae as rows of x, y, angle, kind and quality, the clearest first."""
    own, random = _generator(seed, finger, 0), _generator(seed, finger, 1 + impression)
    flow = choose_flow(own)
    size = 1.0 + 0.07 * own.standard_normal()
    rich = habits.rich * math.exp(habits.rich_spread * own.standard_normal())
    skin = _strew(flow, rich, own.random((_DARTS, 6)), habits)
    touch = _lay(random, size, habits)
    waves = random.standard_normal((4, 4))
    seen = _press(skin, touch, waves, random.standard_normal((len(skin.x), 5)), habits)
    extras = _invent(flow, touch, random.random((_EXTRAS, 5)), seen, habits)
    return _to_rows(np.concatenate((seen, extras)))


def _generator(seed: int, finger: int, purpose: int) -> Generator:
    return Generator(PCG64(SeedSequence([seed, finger, purpose])))


def _lay(random: Generator, size: float, habits: Habits) -> Touch:
    right, up, turn, pressure, pull_right, pull_up, twist = random.standard_normal(7).tolist()
    return Touch(
        right=habits.right * right,
        up=habits.up * up,
        turn=habits.turn * turn,
        wide=max(60.0, size * habits.wide + 0.6 * habits.grows * pressure),
        high=max(80.0, size * habits.high + habits.grows * pressure),
        pull_right=habits.pull * pull_right,
        pull_up=habits.pull * pull_up,
        twist=habits.twist * twist,
        poor=random.random() ** habits.good,
    )


@compiled
def _strew(flow: Flow, rich: float, darts: Reals, habits: Habits) -> Skin:
    """Throws darts at the skin; one too near an earlier one, or where minutiae are rare, is passed over."""
    kept = np.empty((len(darts), 5))
    count = 0
    for dart in range(len(darts)):
        x, y = (darts[dart, 0] - 0.5) * WIDTH, (darts[dart, 1] - 0.5) * HEIGHT
        if darts[dart, 2] < rich * _density(x, y, flow, habits.patchy):
            near, distance = _nearest(x, y, kept, count)
            if distance >= habits.nearest:
                angle = direction_at(x, y, flow)
                if distance < 18.0:
                    side = math.cos(angle - kept[near, 2]) > 0.0
                    facing = darts[dart, 3] < habits.facing
                    angle += math.pi if side == facing else 0.0
                elif darts[dart, 3] < _preference(x, y, flow, habits.coherent):
                    angle += math.pi
                kept[count] = x, y, angle, 1.0 if darts[dart, 4] < 0.65 else 0.0, darts[dart, 5]
                count += 1
    rows = kept[:count].T.copy()
    return Skin(rows[0], rows[1], rows[2], rows[3], rows[4])


@compiled
def _density(x: float, y: float, flow: Flow, patchy: float) -> float:
    """How readily minutiae lie at a place: most near cores and deltas, and in the finger's own rich places."""
    nearest = 1e9
    for index in range(len(flow.cores)):
        nearest = min(nearest, math.hypot(x - flow.cores[index, 0], y - flow.cores[index, 1]))
    for index in range(len(flow.deltas)):
        nearest = min(nearest, math.hypot(x - flow.deltas[index, 0], y - flow.deltas[index, 1]))
    own = math.sin(0.043 * x + 0.02 * y + flow.waves[2, 2]) + math.sin(0.037 * y - 0.02 * x + flow.waves[3, 2])
    return (0.6 + 0.6 * math.exp(-nearest / 60.0)) * math.exp(patchy * own)


@compiled
def _preference(x: float, y: float, flow: Flow, coherent: float) -> float:
    """The share of minutiae at a place that point to one side of their ridge."""
    own = math.sin(0.021 * x + flow.waves[0, 2]) + math.sin(0.019 * y + flow.waves[1, 2])
    return 1.0 / (1.0 + math.exp(-coherent * own))


@compiled
def _nearest(x: float, y: float, places: Reals, count: int) -> tuple[int, float]:
    """The nearest of the first so many places, and how far it is."""
    near, least = 0, 1e12
    for index in range(count):
        square = (x - places[index, 0]) ** 2 + (y - places[index, 1]) ** 2
        if square < least:
            near, least = index, square
    return near, math.sqrt(least)


@compiled
def _press(skin: Skin, touch: Touch, waves: Reals, noise: Reals, habits: Habits) -> Reals:
    """Moves, stretches and turns the skin, drops what is not seen, shifts what is: rows x, y, angle, ending, clear."""
    kept = np.empty((len(skin.x), 5))
    count = 0
    cosine, sine = math.cos(touch.turn), math.sin(touch.turn)
    spread = habits.shift + habits.shift_poor * touch.poor
    for m in range(len(skin.x)):
        x, y = skin.x[m], skin.y[m]
        from_x, from_y = x - 0.45 * touch.right, y - 0.45 * touch.up
        outness = abs(from_x / touch.wide) ** 2.4 + abs(from_y / touch.high) ** 2.4
        dull = math.sin(0.05 * x + 3.0 * waves[0, 0]) + math.sin(0.045 * y + 3.0 * waves[1, 0])
        missed = habits.miss + habits.miss_poor * touch.poor * (1.0 + 0.7 * dull) + 0.5 * max(0.0, outness - 0.8)
        if outness < 1.0 and missed < 0.35 + 0.65 * skin.clear[m] + 0.15 * noise[m, 3]:
            free = min(1.2, max(0.0, (outness - 0.05) / 0.9))
            x -= free * (touch.pull_right - touch.twist * from_y) + touch.right
            y -= free * (touch.pull_up + touch.twist * from_x) + touch.up
            x += habits.stretch * (
                waves[0, 1] * math.sin(0.04 * y + 3.0 * waves[0, 2]) + waves[1, 1] * math.sin(0.03 * x)
            )
            y += habits.stretch * (
                waves[2, 1] * math.sin(0.04 * x + 3.0 * waves[2, 2]) + waves[3, 1] * math.sin(0.03 * y)
            )
            kept[count, 0] = cosine * x - sine * y + spread * noise[m, 0]
            kept[count, 1] = sine * x + cosine * y + spread * noise[m, 1]
            kept[count, 2] = skin.angle[m] + touch.turn + habits.askew * (1.0 + touch.poor) * noise[m, 2]
            kept[count, 3] = skin.ending[m] if noise[m, 4] < 1.0 else 1.0 - skin.ending[m]
            kept[count, 4] = 0.97 - 0.1 * abs(noise[m, 3]) - 0.6 * missed * (1.0 - skin.clear[m])
            count += 1
    return kept[:count]


@compiled
def _invent(flow: Flow, touch: Touch, luck: Reals, seen: Reals, habits: Habits) -> Reals:
    """Minutiae that are not there: more on a poor print, along the ridges, faint."""
    kept = np.empty((len(luck), 5))
    count = 0
    for extra in range(len(luck)):
        x, y = (2.0 * luck[extra, 0] - 1.0) * touch.wide, (2.0 * luck[extra, 1] - 1.0) * touch.high
        outness = abs(x / touch.wide) ** 2.4 + abs(y / touch.high) ** 2.4
        if outness < 1.0 and luck[extra, 2] < habits.extra + habits.extra_poor * touch.poor:
            angle = direction_at(x + 0.45 * touch.right, y + 0.45 * touch.up, flow) + touch.turn
            x, y = x - 0.55 * touch.right, y - 0.55 * touch.up
            if _nearest(x, y, seen, len(seen))[1] >= habits.nearest:
                angle += math.pi if luck[extra, 3] < 0.5 else 0.0
                kept[count] = x, y, angle, 1.0, 0.3 + 0.5 * luck[extra, 4]
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
            rows[count] = column, row, steps, 1 if ending > 0.5 else 2, min(100, max(30, round(100.0 * clear)))
            count += 1
    return rows[:count]
