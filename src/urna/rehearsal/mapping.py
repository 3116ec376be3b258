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
columns = ["mesa"]                  # what tells stations of one centre apart; none where a row is a centre
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

guardian_threshold = 3              # at the top of the file; with guardians the ballots are encrypted
[[guardian]]                        # as `urna guardian keygen` prints them
name = "Court"
key_name = "court.example/guardian"
key = "…"
"""

from datetime import date
from typing import Annotated, Literal

import msgspec

from urna.election.definition import NamedKey, Text, Words
from urna.encoding.canonical import Code, Record
from urna.errors import Malformed
from urna.words import Sentence

NUMBER = "{number}"
"""Where the number of a remaining column stands in its name."""


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

    @property
    def counts(self) -> tuple[str, str, str, str]:
        """The four columns of counts."""
        return self.registered, self.ballots, self.valid, self.nulls


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
    day: Annotated[str, msgspec.Meta(pattern=r"\A\d{4}-\d\d-\d\d\Z")]
    format: Literal["csv", "jsonl"] = "csv"
    missing: tuple[str, ...] = ("",)
    territory: tuple[TerritoryColumn, ...]
    station: StationColumns
    contest: ContestColumns
    guardian_threshold: Annotated[int, msgspec.Meta(ge=0, le=100)] = 0
    guardian: tuple[NamedKey, ...] = ()

    def __post_init__(self) -> None:
        """A mapping has territories, options in one of the two ways, a day that exists, and each column once."""
        if not self.territory or bool(self.contest.option) == bool(self.contest.remaining):
            raise _another_shape(
                Sentence("at least one [[territory]], and either [[contest.option]] or contest.remaining"),
                Sentence("another shape"),
            )
        named = [*self.known_columns(), *(option.column for option in self.contest.option)]
        if len(set(named)) != len(named):
            twice = next(column for column in named if named.count(column) > 1)
            raise _another_shape(Sentence("one meaning for each column"), Sentence("two for {name}", {"name": twice}))
        if self.contest.remaining and self.contest.remaining.count(NUMBER) != 1:
            found = Sentence("{name}", {"name": self.contest.remaining})
            raise _another_shape(Sentence("a name for the remaining columns, with {part}", {"part": NUMBER}), found)
        try:
            date.fromisoformat(self.day)
        except ValueError as error:
            raise _another_shape(Sentence("a day as 2026-12-06"), Sentence("{day}", {"day": self.day})) from error

    def known_columns(self) -> tuple[str, ...]:
        """The columns of places and counts, which every row has."""
        return (*(level.column for level in self.territory), *self.station.columns, *self.station.counts)

    def options(self, columns: tuple[str, ...]) -> tuple[OptionColumn, ...]:
        """The options of a table with these columns, in the mapping's order or the table's."""
        if self.contest.option:
            return self.contest.option
        known = {*self.contest.ignore, *self.known_columns()}
        rest = [column for column in columns if column not in known]
        return tuple(
            OptionColumn(column=column, name=self.contest.remaining.replace(NUMBER, str(number)))
            for number, column in enumerate(rest, 1)
        )


def _another_shape(expected: Sentence, found: Sentence) -> Malformed:
    return Malformed(expected, found, Sentence("See docs/rehearsal.md for an example."))


def read_mapping(data: bytes, where: str) -> TableMapping:
    """The mapping that a TOML file holds.

    Raises:
        Malformed: not UTF-8, not TOML, an unknown or missing key, a wrong type, a rule of the mapping broken.
    """
    try:
        return msgspec.toml.decode(data, type=TableMapping)
    except Malformed as error:
        error.where = where
        raise
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Malformed(
            Sentence("a mapping file as docs/rehearsal.md shows it"),
            Sentence("{reason}", {"reason": str(error)}),
            Sentence("Mend that place."),
            where,
        ) from error
