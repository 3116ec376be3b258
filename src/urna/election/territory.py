"""The territory tree: chains from a place to the root, and what can be wrong with it.

Circuits and constituencies are territories too. A place lies in those of its chain (centre, parish, …, nation)
and in those that its station names beside the tree.
"""

from collections.abc import Iterator, Sequence

from urna.election.definition import Station, Territory
from urna.election.mistake import Mistake, doubled_codes, wrong
from urna.words import N_


class Tree:
    """The territories by code, tolerant of mistakes: the first of two with one code counts."""

    def __init__(self, territories: Sequence[Territory]) -> None:
        self.territories = {territory.code: territory for territory in reversed(territories)}
        self.parents = {territory.parent for territory in territories}
        self._chains: dict[str, tuple[str, ...]] = {}

    def chain(self, code: str) -> tuple[str, ...]:
        """A territory and those that contain it, up to the root; empty where the way up is broken."""
        if code not in self._chains:
            way = self._way_up(code)
            unbroken = bool(way) and self.territories[way[-1]].parent is None
            for start in range(len(way)):
                if way[start] in self._chains:
                    break  # and so is everything above it
                self._chains[way[start]] = tuple(way[start:]) if unbroken else ()
        return self._chains.get(code, ())

    def places(self, station: Station) -> tuple[str, ...]:
        """Every territory that contains a station, each once; empty where the tree is broken."""
        chain = self.chain(station.centre)
        if not chain or any(not self.chain(code) for code in station.within):
            return ()
        return tuple(dict.fromkeys((*chain, *station.within)))

    def cycle(self, code: str) -> tuple[str, ...]:
        """The territories that contain each other in a circle, met on the way up from this one."""
        way = self._way_up(code)
        last = self.territories[way[-1]].parent if way else None
        return tuple(way[way.index(last) :]) if last in way else ()

    def _way_up(self, code: str) -> list[str]:
        """The codes from this one up, as far as they are known and new."""
        way: dict[str, None] = {}
        step: str | None = code
        while step is not None and step in self.territories and step not in way:
            way[step] = None
            step = self.territories[step].parent
        return list(way)


def check_territories(territories: Sequence[Territory], tree: Tree) -> Iterator[Mistake]:
    """Codes are used once, parents are known, nothing contains itself, and there is one root."""
    codes = [territory.code for territory in territories]
    yield from doubled_codes("territories", codes, N_("The territory {code} is there twice."), _GIVE_ANOTHER)
    for index, territory in enumerate(territories):
        if territory.parent is not None and territory.parent not in tree.territories:
            yield wrong(
                ("territories", index),
                N_("The territory {code} lies in {parent}, which is not a territory."),
                N_("Correct the parent, or add {parent} as a territory."),
                code=territory.code,
                parent=territory.parent,
            )
    yield from _check_cycles(territories, tree)
    yield from _check_root(territories)


def _check_cycles(territories: Sequence[Territory], tree: Tree) -> Iterator[Mistake]:
    """Each circle is named once, at its first territory."""
    index = {territory.code: number for number, territory in reversed(list(enumerate(territories)))}
    seen: set[str] = set()
    for territory in territories:
        if tree.chain(territory.code) or not (circle := tree.cycle(territory.code)) or circle[0] in seen:
            continue
        seen.update(circle)
        yield wrong(
            ("territories", min(index[code] for code in circle)),
            N_("These territories contain each other in a circle: {circle}."),
            N_("Correct the parent of one of them."),
            circle=", ".join(sorted(circle, key=lambda code: index[code])),
        )


def _check_root(territories: Sequence[Territory]) -> Iterator[Mistake]:
    roots = [index for index, territory in enumerate(territories) if territory.parent is None]
    for index in roots[1:]:
        yield wrong(
            ("territories", index),
            N_("The territory {code} has no parent, and neither has {first}: only one can contain all others."),
            N_("Give {code} a parent."),
            code=territories[index].code,
            first=territories[roots[0]].code,
        )
    if not territories:
        yield wrong(
            ("territories",),
            N_("There is no territory."),
            N_("List the nation, its parts down to the polling centres, and the circuits."),
        )


_GIVE_ANOTHER = N_("Give one of them another code.")
