"""The tables of election.toml: each key is asked for by name and kind, and what nobody asked for is a mistake."""

import re
import tomllib
from collections.abc import Mapping
from typing import Any, TypeVar

import msgspec

from urna.election.folder_findings import Ledger, Place, meant
from urna.election.folder_lines import line_of, toml_lines
from urna.election.folder_values import Kind, Unfit, fields_of, fit
from urna.election.mistake import Path
from urna.words import N_

T = TypeVar("T")
R = TypeVar("R", bound=msgspec.Struct)


class Table:
    """One table of a TOML file, its keys with their lines.

    Args:
        file: the file's name, for the findings.
        values: the table as the standard reader gives it.
        path: from the top of the file.
        lines: of the whole file.
        ledger: takes the findings.
        absent: the table itself is missing, which is said once, not for each of its keys.
    """

    def __init__(
        self,
        file: str,
        values: Mapping[str, Any],
        path: Path,
        lines: dict[Path, int],
        ledger: Ledger,
        *,
        absent: bool = False,
    ) -> None:
        self._file, self._values, self._path, self._lines, self._ledger = file, values, path, lines, ledger
        self._absent = absent
        self._asked: list[str] = []
        self._missing: list[str] = []
        self._is_refused = False

    @property
    def place(self) -> Place:
        """Where the table begins."""
        return Place(self._file, line_of(self._lines, self._path))

    def place_of(self, key: str) -> Place:
        """Where a key stands, or the table if it does not."""
        return Place(self._file, line_of(self._lines, (*self._path, key)))

    def has(self, key: str) -> bool:
        """Whether the key is written."""
        return key in self._values

    def take(self, key: str, kind: Kind[T], default: T | None = None) -> T:
        """The key's value; one that is not written is the default, and a mistake where there is none."""
        self._asked.append(key)
        if key not in self._values:
            if default is None:
                self._missing.append(key)
            return kind.stand_in if default is None else default
        try:
            return fit(kind, self._values[key])
        except Unfit:
            values = {"key": key, "found": _short(self._values[key]), **kind.remedy.values}
            self.refuse(key, N_("`{key}` cannot be {found}."), kind.remedy.template, **values)
            return kind.stand_in if default is None else default

    def take_or(self, absent: T, key: str, kind: Kind[T]) -> T:
        """The key's value, or `absent` where it is not written, which is no mistake."""
        if key in self._values:
            return self.take(key, kind)
        self._asked.append(key)
        return absent

    def record(self, kind: type[R], **read: msgspec.Struct) -> R:
        """A record whose fields are this table's keys, but for those that were `read` before; closes the table.

        One with a mistake is not spoken of again: a key that stands in for another says nothing.
        """
        defaults = {field.name: field.default for field in msgspec.structs.fields(kind) if not field.required}
        kinds = fields_of(kind, tuple(read))
        values = {name: self.take(name, each, defaults.get(name)) for name, each in kinds.items()}
        self.close()
        if self._is_refused:
            self._ledger.blame(self.place)
        return kind(**values, **read)

    def table(self, key: str, required: bool = False) -> "Table":
        """The table under a key; one that is not written is empty, and a mistake where it is required."""
        self._asked.append(key)
        found = self._values.get(key, {})
        absent = key not in self._values
        if absent and required:
            self._missing.append(key)
        if not isinstance(found, dict):
            self.refuse(key, N_("`{key}` is not a table."), N_("Write it as [{key}], its keys below."), key=key)
            found, absent = {}, True
        return Table(self._file, found, (*self._path, key), self._lines, self._ledger, absent=absent)

    def tables(self, key: str) -> list["Table"]:
        """The tables of an array, [[key]]."""
        self._asked.append(key)
        found = self._values.get(key, [])
        if not isinstance(found, list) or not all(isinstance(each, dict) for each in found):
            self.refuse(key, N_("`{key}` is not a list of tables."), N_("Write each of them as [[{key}]]."), key=key)
            found = []
        return [
            Table(self._file, each, (*self._path, key, number), self._lines, self._ledger)
            for number, each in enumerate(found)
        ]

    def refuse(self, key: str, problem: str, remedy: str, /, **values: str | int) -> None:
        """Report a mistake at a key."""
        self._ledger.add(self.place_of(key), problem, remedy, **values)
        self._is_refused = True

    def close(self) -> None:
        """Report the keys that nobody asked for, and those that were asked for and are not there."""
        for key in self._values:
            if key not in self._asked:
                self._refuse_unknown(key)
        for key in () if self._absent else self._missing:
            self.refuse("", N_("`{key}` is missing."), N_("Add it; docs/definition.md says what it means."), key=key)

    def _refuse_unknown(self, key: str) -> None:
        guess = meant(key, [name for name in self._asked if name not in self._values])
        if guess in self._missing:
            self._missing.remove(guess)
        if guess:
            problem = N_("There is no key `{key}`; did you mean `{guess}`?")
            self.refuse(key, problem, N_("Rename it to `{guess}`."), key=key, guess=guess)
        else:
            names = ", ".join(dict.fromkeys(self._asked))
            self.refuse(
                key,
                N_("There is no key `{key}` here."),
                N_("Take it out; the keys are: {names}."),
                key=key,
                names=names,
            )


def read_toml(file: str, data: bytes, ledger: Ledger) -> Table:
    """The top table of a TOML file; bytes that are not TOML are reported, and read as an empty table."""
    try:
        text = data.decode("utf-8-sig")
        return Table(file, tomllib.loads(text), (), toml_lines(text.replace("\r\n", "\n")), ledger)
    except UnicodeDecodeError as error:
        place = Place(file, data.count(b"\n", 0, error.start) + 1)
        problem = N_("Byte {offset} of the file is not UTF-8 text.")
        ledger.add(place, problem, N_("Save the file again with the encoding UTF-8."), offset=error.start + 1)
    except (ValueError, RecursionError) as error:
        at = re.search(r"\(at line (\d+), column \d+\)", str(error))
        place = Place(file, int(at[1]) if at else 0)
        problem = N_("The file is not TOML from here on ({reason}).")
        ledger.add(
            place, problem, N_("Check quotes, brackets and equal signs."), reason=str(error).partition(" (at")[0]
        )
    ledger.unreadable.add(file)
    return absent_table(file, ledger)


def absent_table(file: str, ledger: Ledger) -> Table:
    """The top table of a file that cannot be read: nothing is in it, and nothing of it is missed."""
    return Table(file, {}, (), {(): 1}, ledger, absent=True)


def _short(value: object) -> str:
    """A value as it may be shown in a sentence."""
    return "true" if value is True else "false" if value is False else repr(value)[:60]
