"""Random minutiae for tests, and the same finger moved, without any image."""

import math

import numpy as np
from hypothesis import strategies as st
from numpy.random import PCG64, Generator

from urna.biometrics.template import Kind, Minutia, Template

SIDE = 500

points = st.builds(
    Minutia,
    x=st.integers(0, SIDE - 1),
    y=st.integers(0, SIDE - 1),
    angle=st.integers(0, 255),
    kind=st.sampled_from(Kind),
    quality=st.integers(0, 100),
)

templates = st.builds(
    lambda minutiae, finger, impression, quality, device: Template(
        width=SIDE,
        height=SIDE,
        minutiae=tuple(minutiae),
        finger=finger,
        impression=impression,
        quality=quality,
        device=device,
    ),
    st.lists(points, max_size=40),
    st.integers(0, 10),
    st.integers(0, 15),
    st.integers(0, 100),
    st.integers(0, 65535),
)


def finger(seed: int, count: int = 40) -> Template:
    """A finger's worth of minutiae, 200 pixels around the middle."""
    random = Generator(PCG64(seed))
    places = random.integers(150, 350, (count, 2))
    angles = random.integers(0, 256, count)
    rows = zip(places.tolist(), angles.tolist(), strict=True)
    minutiae = tuple(Minutia(x, y, angle, Kind.ENDING, 50) for (x, y), angle in rows)
    return Template(width=SIDE, height=SIDE, minutiae=minutiae)


def moved(template: Template, right: int, down: int, turn: float) -> Template:
    """The same finger laid down elsewhere, turned counter-clockwise by `turn` radians about the middle."""
    cosine, sine = math.cos(turn), math.sin(turn)
    minutiae = []
    for m in template.minutiae:
        x, y = m.x - SIDE / 2, SIDE / 2 - m.y
        new_x, new_y = cosine * x - sine * y + SIDE / 2 + right, SIDE / 2 - (sine * x + cosine * y) + down
        angle = round(m.angle + turn * 256 / math.tau) % 256
        minutiae.append(m._replace(x=round(new_x), y=round(new_y), angle=angle))
    return Template(width=SIDE, height=SIDE, minutiae=tuple(minutiae))


def jittered(template: Template, seed: int, pixels: float) -> Template:
    """The same finger with every minutia a little off."""
    shifts = Generator(PCG64(seed)).normal(0.0, pixels, (len(template.minutiae), 2))
    rounded = np.rint(shifts).astype(int).tolist()
    pairs = zip(template.minutiae, rounded, strict=True)
    minutiae = tuple(m._replace(x=m.x + dx, y=m.y + dy) for m, (dx, dy) in pairs)
    return Template(width=SIDE, height=SIDE, minutiae=minutiae)
