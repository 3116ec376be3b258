"""territories.csv and parties.csv: the tree with its circuits, and whose cards there are."""

from typing import NamedTuple

from urna.election.definition import Party, Territory
from urna.election.folder_csv import Column, Row
from urna.election.folder_findings import Place
from urna.election.folder_values import CODE, COLOR, TEXT, called, whole

TERRITORY_COLUMNS = (
    Column("code", structural=True),
    Column("kind", structural=True),
    Column("name"),
    Column("parent", structural=True),
    Column("seats", required=False),
    Column("votes_allowed", required=False),
)
PARTY_COLUMNS = (
    Column("code", structural=True),
    Column("name"),
    Column("short_name"),
    Column("color", required=False),
)

NOT_WRITTEN = -1
"""In place of a number that is left to somewhere else."""


class TerritoryRow(NamedTuple):
    """A territory, and the numbers that a contest over territories of its kind takes from it."""

    place: Place
    territory: Territory
    seats: int
    votes_allowed: int


def read_territory(row: Row) -> TerritoryRow:
    """One row of territories.csv; the root has no parent."""
    territory = Territory(
        code=row.code(), kind=row.take("kind", CODE), name=row.take("name", TEXT), parent=row.raw("parent") or None
    )
    seats = row.take_or(NOT_WRITTEN, "seats", whole(1, 10_000))
    return TerritoryRow(row.place, territory, seats, row.take_or(NOT_WRITTEN, "votes_allowed", whole(1, 100)))


def read_party(row: Row) -> Party:
    """One row of parties.csv."""
    code = row.code()
    return Party(
        code=code,
        name=row.take("name", called(code)),
        short_name=row.take("short_name", called(code)),
        color=row.take("color", COLOR, "#808080"),
    )
