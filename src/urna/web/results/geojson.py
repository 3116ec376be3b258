"""Outlines of territories from a GeoJSON file that an official supplies beside the definition.

It is part of no signed document: it draws a picture, and no number depends on it.
"""

from collections.abc import Iterable, Mapping, Sequence
from math import ceil, cos, radians, sqrt
from typing import Annotated, Any, NamedTuple

import msgspec

from urna.encoding.canonical import Code, digest
from urna.errors import Malformed
from urna.web.results.lookup import Lookup
from urna.words import Sentence

WIDTH = 720
MOST_POINTS = 2600
"""Corners of all outlines together: about 20 kB of the overview."""

MAX_GEO_BYTES = 20 * 1024 * 1024

Position = tuple[float, float]


class GeoMap(NamedTuple):
    """Outlines by territory, in units of the picture."""

    key: str
    height: int
    outlines: Mapping[Code, str]
    """The `d` of an SVG path, for each territory."""
    middles: Mapping[Code, tuple[int, int]]
    """Where a sign stands on each: the middle of its longest outline."""


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
    height, simple = _fit(rings)
    return GeoMap(
        digest(data),
        height,
        {code: _path(each) for code, each in simple.items()},
        {code: _middle(each) for code, each in simple.items()},
    )


def _rings(geometry: _Geometry) -> list[list[Position]]:
    polygons = {"Polygon": [geometry.coordinates], "MultiPolygon": geometry.coordinates}[geometry.type]
    rings = [[_position(*point) for point in ring] for polygon in polygons for ring in polygon]
    if not any(len(ring) > 2 for ring in rings):
        raise ValueError("an outline without corners")
    return rings


def _position(longitude: float, latitude: float, *_: float) -> Position:
    """A corner in degrees; raises `ValueError` or `TypeError` for what is none."""
    if not (-180 <= longitude <= 180 and -90 <= latitude <= 90):
        raise ValueError(f"{longitude}, {latitude}")
    return (float(longitude), float(latitude))


def _fit(rings: Mapping[Code, Sequence[Sequence[Position]]]) -> tuple[int, dict[Code, list[list[Position]]]]:
    """The outlines in the picture's units: degrees, the longer side of a degree at the middle latitude kept."""
    points = [point for each in rings.values() for ring in each for point in ring]
    west, east = min(x for x, _ in points), max(x for x, _ in points)
    south, north = min(y for _, y in points), max(y for _, y in points)
    narrower = cos(radians((south + north) / 2))
    scale = WIDTH / max((east - west) * narrower, 1e-9)
    placed = {
        code: [[((x - west) * narrower * scale, (north - y) * scale) for x, y in ring] for ring in each]
        for code, each in rings.items()
    }
    tolerance = 0.5
    while True:
        simple = {code: [_simplified(ring, tolerance) for ring in each] for code, each in placed.items()}
        if sum(len(ring) for each in simple.values() for ring in each) <= MOST_POINTS or tolerance > 64:
            break
        tolerance *= 1.4
    return ceil((north - south) * scale), simple


def _middle(rings: Iterable[Sequence[Position]]) -> tuple[int, int]:
    longest = max(rings, key=len)
    xs, ys = [x for x, _ in longest], [y for _, y in longest]
    return round((min(xs) + max(xs)) / 2), round((min(ys) + max(ys)) / 2)


def _simplified(ring: Sequence[Position], tolerance: float) -> list[Position]:
    """Fewer corners: those farther than the tolerance from the line between kept ones (Douglas, Peucker 1973)."""
    if len(ring) < 5:
        return list(ring)
    keep = {0, len(ring) // 2, len(ring) - 1}
    spans = [(0, len(ring) // 2), (len(ring) // 2, len(ring) - 1)]
    while spans:
        start, end = spans.pop()
        distances = [_distance(ring[n], ring[start], ring[end]) for n in range(start + 1, end)]
        if distances and max(distances) > tolerance:
            far = start + 1 + distances.index(max(distances))
            keep.add(far)
            spans += [(start, far), (far, end)]
    return [ring[n] for n in sorted(keep)]


def _distance(point: Position, start: Position, end: Position) -> float:
    """From a point to the line through two others."""
    (x, y), (a, b), (c, d) = point, start, end
    length = sqrt((c - a) ** 2 + (d - b) ** 2)
    if not length:
        return sqrt((x - a) ** 2 + (y - b) ** 2)
    return abs((c - a) * (b - y) - (a - x) * (d - b)) / length


def _path(rings: Iterable[Sequence[Position]]) -> str:
    return "".join("M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in ring) + "Z" for ring in rings if len(ring) > 2)


def _refused(expected: Sentence, found: str, where: str) -> Malformed:
    remedy = Sentence("Mend the map's file, or leave it out: the territories are tiles then.")
    return Malformed(expected, Sentence("{found}", {"found": found}), remedy, where)
