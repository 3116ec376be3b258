"""Outlines of territories from a GeoJSON file that an official supplies beside the definition.

It is part of no signed document: it draws a picture, and no number depends on it.
"""

from collections.abc import Iterable, Mapping
from itertools import pairwise
from typing import Annotated, Any, NamedTuple

import msgspec

from urna.encoding.canonical import Code, digest
from urna.errors import Malformed
from urna.web.results.lookup import Lookup
from urna.web.results.outlines import Middle, Position, Ring, drawing, middle
from urna.words import Sentence

MAX_GEO_BYTES = 20 * 1024 * 1024


class GeoMap(NamedTuple):
    """Outlines by territory, in units of the picture."""

    key: str
    width: int
    height: int
    outlines: Mapping[Code, str]
    """The `d` of an SVG path, for each territory."""
    middles: Mapping[Code, Middle]
    """Where a sign stands on each."""


class _Geometry(msgspec.Struct):
    type: str
    coordinates: Any = None


class _Feature(msgspec.Struct):
    type: str
    properties: dict[str, Any] | None
    geometry: _Geometry | None


class _Collection(msgspec.Struct):
    type: str
    features: Annotated[list[_Feature], msgspec.Meta(max_length=100_000)]


def read_map(data: bytes, lookup: Lookup, where: str = "") -> GeoMap:
    """Outlines from a GeoJSON FeatureCollection (RFC 7946), whose features have the territory's `code` as a property.

    Only the territories directly below the root are taken, simplified to what a phone shows.

    Raises:
        Malformed: not that, or too large.
    """
    wanted = {each.code for each in lookup.children(lookup.root.code)}
    if len(data) > MAX_GEO_BYTES:
        raise _refused(Sentence("at most {size} bytes", {"size": MAX_GEO_BYTES}), str(len(data)), where)
    try:
        collection = msgspec.json.decode(data, type=_Collection)
        rings = {
            str((each.properties or {}).get("code")): _rings(each.geometry)
            for each in collection.features
            if each.geometry is not None and (each.properties or {}).get("code") in wanted
        }
    except (msgspec.DecodeError, TypeError, ValueError, LookupError) as error:
        raise _refused(Sentence("a GeoJSON FeatureCollection of polygons"), str(error)[:200], where) from error
    if not rings:
        raise _refused(Sentence("features whose property `code` is a territory's"), "none", where)
    drawn = drawing(rings)
    return GeoMap(
        digest(data),
        drawn.width,
        drawn.height,
        {code: _path(each) for code, each in drawn.rings.items()},
        {code: middle(each) for code, each in drawn.rings.items()},
    )


def _rings(geometry: _Geometry) -> list[list[Position]]:
    polygons = {"Polygon": [geometry.coordinates], "MultiPolygon": geometry.coordinates}[geometry.type]
    rings = [[_position(*point) for point in ring] for polygon in polygons for ring in polygon]
    closed = [ring if ring[0] == ring[-1] else [*ring, ring[0]] for ring in rings if len(ring) > 2]
    if not closed:
        raise ValueError("an outline without corners")
    return closed


def _position(longitude: float, latitude: float, *_: float) -> Position:
    """A corner in degrees; raises `ValueError` or `TypeError` for what is none."""
    if not (-180 <= longitude <= 180 and -90 <= latitude <= 90):
        raise ValueError(f"{longitude}, {latitude}")
    return (float(longitude), float(latitude))


def _path(rings: Iterable[Ring]) -> str:
    """The rings in tenths of a unit, each corner seen from the one before, which takes half as many digits."""
    return "".join(map(_closed, rings))


def _closed(ring: Ring) -> str:
    places = [(round(10 * x), round(10 * y)) for x, y in ring[:-1]]
    moves = (f"{(x - a) / 10:g} {(y - b) / 10:g}" for (a, b), (x, y) in pairwise(places))
    return f"M{places[0][0] / 10:g} {places[0][1] / 10:g}l{' '.join(moves)}z"


def _refused(expected: Sentence, found: str, where: str) -> Malformed:
    remedy = Sentence("Mend the map's file, or leave it out: the territories are tiles then.")
    return Malformed(expected, Sentence("{found}", {"found": found}), remedy, where)
