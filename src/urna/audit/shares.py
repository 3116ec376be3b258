"""Shares: so many stations of every voting centre, drawn by the public seed (citizen verification, the hot audit).

Within each centre the stations with the smallest SHA-256 of "seed,station" are drawn. A centre's draw depends on
nothing but the seed and its own stations, so people at the door of a centre can repeat it with sha256sum.
"""

from collections import Counter
from collections.abc import Collection, Mapping
from enum import StrEnum
from fractions import Fraction

from urna.audit.sampler import Draw, draw_units
from urna.audit.tickets import Procedure
from urna.encoding.canonical import Code
from urna.errors import Malformed
from urna.words import Sentence


class Rounding(StrEnum):
    """What becomes of a part of a station."""

    UP = "up"
    """Every centre has at least the share: 54 % of 3 stations are 2, of 2 stations both."""
    NEAREST = "nearest"
    """To the nearest whole number, halves up: 54 % of 2 stations are 1; the nation comes close to the share."""


def stations_of_share(stations: int, share: Fraction, rounding: Rounding) -> int:
    """How many of a centre's stations are drawn: the share of them, at least one; none if the share is 0.

    Args:
        stations: of the centre, at least 1.
        share: 0 to 1.
        rounding: of what is not whole.

    Raises:
        Malformed: no station, or a share out of range.
    """
    if stations < 1 or not 0 <= share <= 1:
        raise Malformed(
            Sentence("a share from 0 to 1 of at least one station"),
            Sentence("{share} of {stations}", {"share": str(share), "stations": stations}),
            Sentence("Mend the share, or leave out centres without stations."),
            "draw",
        )
    whole, part = divmod(share * stations, 1)
    up = part > 0 if rounding is Rounding.UP else part >= Fraction(1, 2)
    return max(1, whole + up) if share else 0


def draw_shares(
    seed: str, centres: Mapping[Code, Collection[Code]], share: Fraction, rounding: Rounding
) -> dict[Code, tuple[Draw, ...]]:
    """The stations that each centre opens, in the order of their tickets; centres in the order of their codes.

    Args:
        seed: the public seed.
        centres: every centre with its stations, in any order.
        share: 0 to 1.
        rounding: of what is not whole.

    Raises:
        Malformed: a centre without stations, a station listed twice, or a share out of range.
    """
    _check_once(centres)
    drawn: dict[Code, tuple[Draw, ...]] = {}
    for centre in sorted(centres):
        stations = sorted(centres[centre])
        size = stations_of_share(len(stations), share, rounding)
        drawn[centre] = draw_units(Procedure.SORTED, seed, stations, size) if size else ()
    return drawn


def _check_once(centres: Mapping[Code, Collection[Code]]) -> None:
    often = Counter(station for stations in centres.values() for station in stations)
    if twice := sorted(station for station, times in often.items() if times > 1):
        raise Malformed(
            Sentence("every station in one centre, once"),
            Sentence("{station} twice", {"station": twice[0]}),
            Sentence("Take the stations from the definition."),
            "draw",
        )
