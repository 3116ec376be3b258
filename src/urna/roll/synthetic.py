"""A roll of people who do not exist, for demonstrations and rehearsals.

Names are birds of the tropics with family names that nobody bears; numbers begin with F, as no identity card
does. Everything follows from the seed: no chance, no clock.
"""

from collections.abc import Iterator
from functools import cache
from hashlib import sha256

from urna.election.definition import Election
from urna.roll.elector import EVERYBODY, Elector
from urna.roll.rows import COLUMNS
from urna.roll.styles import groups_of_style

_GIVEN = (
    "Alondra", "Arrendajo", "Azulejo", "Canario", "Cardenal", "Colibrí", "Conoto", "Corocora", "Cristofué",
    "Flamenco", "Gallito", "Garza", "Gavilán", "Golondrina", "Guacamaya", "Guácharo", "Jilguero", "Lechuza",
    "Loro", "Martín", "Mirla", "Paují", "Perico", "Petirrojo", "Querrequerre", "Tángara", "Tijereta", "Tucán",
    "Turpial", "Zorzal",
)  # fmt: skip
_FAMILY = (
    "Aguamansa", "Altocielo", "Brisaleve", "Campoluz", "Claroscuro", "Cumbrefría", "Doñasol", "Fuentenube",
    "Granizal", "Hojaseca", "Islaverde", "Lagoquieto", "Lluviafina", "Lunaclara", "Marabierto", "Mediodía",
    "Niebladulce", "Nuberroja", "Ondalenta", "Palmarrubia", "Piedraviva", "Puertoviento", "Rioeterno",
    "Rocanegra", "Salalegre", "Selvamar", "Sinsol", "Solnaciente", "Tierrabuena", "Vientoflojo",
)  # fmt: skip


def synthesize_roll(election: Election, seed: int) -> tuple[Elector, ...]:
    """Electors as many as the definition says, for every style of every station.

    Args:
        election: the definition.
        seed: the same seed gives the same roll, names and numbers.

    Returns:
        The electors, sorted by station in the definition's order, then by number. No fingers: whoever draws
        synthetic fingers adds them (`msgspec.structs.replace`).
    """
    electors: list[Elector] = []
    for station in election.definition.stations:
        places = [each.style for each in station.styles for _ in range(each.electors)]
        here = []
        for index, style in enumerate(places):
            group = min(groups_of_style(election, style), default=EVERYBODY)
            number = fictional_number(len(electors) + index, seed)
            name = fictional_name(number, seed)
            here.append(Elector(number=number, name=name, station=station.code, group=group, style=style))
        electors += sorted(here, key=lambda elector: elector.number)
    return tuple(electors)


def fictional_number(index: int, seed: int) -> str:
    """The number of the elector with this index, from 0; unlike for unlike indexes, and in no visible order."""
    # A multiplication by a number prime to the size of the range only changes the order.
    return f"F{(index * 38_196_601 + _shift(seed)) % 100_000_000:08d}"


def fictional_name(number: str, seed: int) -> str:
    """The name of the elector with this number: two given names, two family names."""
    drawn = _draw(seed, number)
    first, second = _GIVEN[drawn[0] % len(_GIVEN)], _GIVEN[drawn[1] % len(_GIVEN)]
    father, mother = _FAMILY[drawn[2] % len(_FAMILY)], _FAMILY[drawn[3] % len(_FAMILY)]
    given = first if first == second else f"{first} {second}"
    return f"{given} {father} {mother}"


def as_csv(electors: tuple[Elector, ...], election: Election) -> bytes:
    """The roll as the file that `roll/rows` reads; names here need no quotes."""
    return ("\n".join([",".join(COLUMNS), *_lines(electors, election)]) + "\n").encode()


def _lines(electors: tuple[Elector, ...], election: Election) -> Iterator[str]:
    for elector in electors:
        centre = election.stations[elector.station].centre
        group = "" if elector.group == EVERYBODY else elector.group
        yield ",".join((elector.number, elector.name, centre, elector.station, group))


@cache
def _shift(seed: int) -> int:
    return int.from_bytes(_draw(seed, "numbers")[:8], "big")


def _draw(seed: int, what: str) -> bytes:
    return sha256(f"urna/synthetic-roll/1|{seed}|{what}".encode()).digest()
