"""Fingers that urna draws itself, so that a demo, a rehearsal and a test need nobody's prints.

    finger = SyntheticFinger(seed)      one finger: its skin grows from the seed
    finger.impression(number)           that finger on a reader, once: another number, another try

Two impressions of one finger differ as they do in life: which part of the skin touches, where and how it is
laid, how it is pulled and twisted, how hard it presses, how dry it is (after Cappelli, Maio, Maltoni, "Synthetic
fingerprint-image generation", ICPR 2000, and "Modelling plastic distortion in fingerprint images", ICAPR 2001,
simplified). How near they come to real ones is measured: docs/synthetic-fingers.md. Same seed and number, same
image. Error rates of synthetic fingers say nothing about real ones.
"""

from functools import cached_property

import numpy as np
from numpy.random import PCG64, Generator, SeedSequence

from urna.biometrics.image import FingerImage
from urna.biometrics.ridges import Field, grow
from urna.biometrics.synthetic_print import HEIGHT, WIDTH, Marks, Touch, make_marks, print_skin

__all__ = ["FAINT", "HEIGHT", "WIDTH", "SyntheticFinger", "Touch"]

FAINT = Touch(right=0.0, down=0.0, turn=0.0, pressure=-2.0, dryness=2.0, stretch=2.0)
"""A finger hardly touching and very dry: an image too poor to match, whoever's it is."""

_IN_HASTE = 0.15
"""Share of careless touches."""


class SyntheticFinger:
    """A finger that nobody has.

    Args:
        seed: names the finger, 0 or more. Different seeds, different fingers.
    """

    def __init__(self, seed: int) -> None:
        self.seed = seed

    @cached_property
    def skin(self) -> Field:
        """The whole fingertip, flat: +1 on a ridge, -1 in a valley; grown once (about 0.2 s)."""
        return grow(_generator(self.seed, 0))

    @cached_property
    def marks(self) -> Marks:
        """What every impression of the finger shows beside its ridges: its size, pores, wrinkles."""
        return make_marks(Generator(PCG64(SeedSequence([self.seed, 0, 1]))))

    def impression(self, number: int) -> FingerImage:
        """The finger on a reader for the time `number`, 0 or more, laid as people lay it."""
        random = _generator(self.seed, 1 + number)
        return print_skin(self.skin, self.marks, _usual_touch(random), random)

    def press(self, number: int, touch: Touch) -> FingerImage:
        """The finger on a reader, laid in a given way: a finger far off, pale or broken, for tests of those."""
        return print_skin(self.skin, self.marks, touch, _generator(self.seed, 1 + number))


def _generator(seed: int, purpose: int) -> Generator:
    return Generator(PCG64(SeedSequence([seed, purpose])))


def _usual_touch(random: Generator) -> Touch:
    """What people do when nobody tells them how to lay a finger, now and then in haste; fitted on real ones."""
    haste = 1.0 if random.random() < _IN_HASTE else 0.0
    loose = 1.0 + haste
    return Touch(
        right=float(random.normal(0.0, 17.0)),
        down=float(random.normal(0.0, 44.0)),
        turn=float(random.normal(0.0, 0.15)),
        pressure=float(np.clip(random.normal(0.05, 0.45), -1.1, 1.1)),
        dryness=float(random.beta(0.8, 2.9) + 0.4 * haste),
        stretch=1.0 * loose,
        pull_right=float(random.normal(0.0, 3.5 * loose)),
        pull_down=float(random.normal(0.0, 4.5 * loose)),
        twist=float(random.normal(0.0, 0.035 * loose)),
        gaps=float(random.beta(0.8, 2.2)),
    )
