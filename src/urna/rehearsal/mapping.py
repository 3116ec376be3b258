"""The mapping file: which column of a results table means what.

title = {es = "Ensayo", en = "Rehearsal"}
code = "REHEARSAL-2012"
day = "2012-10-07"
format = "csv"                      # or "jsonl": one JSON object a line
missing = ["N/A", ""]               # spellings of "no value"

[[territory]]                       # from large to small; the last is the centre
kind = "STATE"
column = "Estado"

[station]
columns = ["mesa"]                  # what tells stations of one centre apart; [] where a row is a centre
registered = "Electores"
ballots = "Votos escrutados"
valid = "Votos válidos"
nulls = "Votos nulos"               # become undervotes

[contest]
code = "PRES"
title = {es = "Presidencia", en = "President"}
ignore = ["Actas"]                  # columns that are no option
remaining = "List {number}"         # every other column is an option, under this name; or:
[[contest.option]]
column = "A"
name = "Party A"
"""

from typing import Literal

import msgspec

from urna.election.definition import Text, Words
from urna.encoding.canonical import Code, Record
from urna.errors import Malformed
from urna.words import Sentence


class TerritoryColumn(Record, frozen=True, kw_only=True):
    """A level of the territory tree and the column that names it."""

    kind: Code
    column: str


class StationColumns(Record, frozen=True, kw_only=True):
    """Columns that count a station's people and ballots. valid + nulls = ballots ≤ registered."""

    columns: tuple[str, ...] = ()
    registered: str
    ballots: str
    valid: str
    nulls: str


class OptionColumn(Record, frozen=True, kw_only=True):
    """A column of votes and the name under which the rehearsal shows it."""

    column: str
    name: Text


class ContestColumns(Record, frozen=True, kw_only=True):
    """The one contest of the table: options named one by one, or all columns that mean nothing else."""

    code: Code
    title: Words
    option: tuple[OptionColumn, ...] = ()
    remaining: Text = ""
    ignore: tuple[str, ...] = ()


class TableMapping(Record, frozen=True, kw_only=True):
    """A mapping file, read."""

    title: Words
    code: Code
    day: str
    format: Literal["csv", "jsonl"] = "csv"
    missing: tuple[str, ...] = ("",)
    territory: tuple[TerritoryColumn, ...]
    station: StationColumns
    contest: ContestColumns

    def __post_init__(self) -> None:
        """A mapping has territories, and options in one of the two ways."""
        if not self.territory or bool(self.contest.option) == bool(self.contest.remaining):
            raise Malformed(
                Sentence("at least one [[territory]], and either [[contest.option]] or contest.remaining"),
                Sentence("another shape"),
                Sentence("See docs/rehearsal.md for an example."),
            )

    def options(self, columns: tuple[str, ...]) -> tuple[OptionColumn, ...]:
        """The options of a table with these columns, in the mapping's order or the table's."""
        if self.contest.option:
            return self.contest.option
        known = {*self.contest.ignore, *self.station.columns, *(level.column for level in self.territory)}
        known |= {self.station.registered, self.station.ballots, self.station.valid, self.station.nulls}
        rest = [column for column in columns if column not in known]
        return tuple(
            OptionColumn(column=column, name=self.contest.remaining.format(number=number))
            for number, column in enumerate(rest, 1)
        )


def read_mapping(data: bytes, where: str) -> TableMapping:
    """The mapping that a TOML file holds.

    Raises:
        Malformed: not UTF-8, not TOML, an unknown or missing key, a wrong type.
    """
    try:
        return msgspec.toml.decode(data, type=TableMapping)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise Malformed(
            Sentence("a mapping file as docs/rehearsal.md shows it"),
            Sentence("{reason}", {"reason": str(error)}),
            Sentence("Mend that place."),
            where,
        ) from error
