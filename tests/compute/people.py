"""A few people with made-up fingers, some of them enrolled twice, for tests of searches."""

from tests.biometrics import clouds

from urna.biometrics.template import Template
from urna.compute.impressions import Impressions, impressions_of

POSITIONS = (1, 2, 6, 7)


def finger(person: int, position: int, impression: int) -> Template:
    """One of a person's four fingers; each impression lies and is seen a little otherwise."""
    skin = clouds.finger(4 * person + POSITIONS.index(position))
    if not impression:
        return skin
    return clouds.moved(clouds.jittered(skin, impression, 1.0), 5 * impression, -4 * impression, 0.1 * impression)


def prints_of(people: list[tuple[int, int]], positions: tuple[int, ...] = POSITIONS) -> dict[int, Impressions]:
    """The fingers of people: who each of them is, and the impression that was taken."""
    return {
        at: impressions_of((number, finger(who, at, which).to_iso()) for number, (who, which) in enumerate(people))
        for at in positions
    }
