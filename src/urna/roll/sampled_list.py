"""The electors that were drawn for comparison with documents: a list that two officers open together, and nobody alone.

    urna roll-sample 1
    election 90f2…
    audit ROLL-2026
    cost moderate
    salt …
    box …

The box under the first officer's passphrase holds the same file once more, locked with the second one's. What comes
back from the field is the same table with a result in each line; of that only counts are kept.
"""

import csv
import io
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from enum import StrEnum

from urna.crypto.kdf import Cost
from urna.crypto.lockedfile import NONCE_BYTES, SALT_BYTES, Kind, lock_file, read_locked, unlock
from urna.encoding.canonical import Code, Hash
from urna.errors import Finding, Findings, Malformed, Unproven
from urna.roll.elector import Elector
from urna.roll.examination import Odd
from urna.words import Sentence

COLUMNS = ("unit", "number", "name", "group", "result")
MOST_LIST_BYTES = 16 * 1024 * 1024

_REMEDY = Sentence("Make the list with: urna audit before roll-sample.")
_KIND = Kind("roll-sample", ("election", "audit"), _REMEDY)

Entropy = Callable[[int], bytes]


class Compared(StrEnum):
    """What somebody found who compared an elector's line with documents."""

    AGREES = "agrees"
    DIFFERS = "differs"
    NOT_FOUND = "not_found"
    """No document, or nobody there who knows of this person."""


def write_list(drawn: Iterable[tuple[str, Elector]]) -> bytes:
    """The table to take along, its results empty."""
    return _table((unit, each, "") for unit, each in drawn)


def write_odd(odd: Iterable[Odd]) -> bytes:
    """The lines of the roll that somebody should look at, with the reason in the last column."""
    return _table((each.unit, each.elector, each.oddity.value) for each in odd)


def read_list(data: bytes, where: str = "") -> list[list[str]]:
    """The lines of an opened list, without the header; errors as for `count_results`."""
    return [row for _, row in _rows(data, where)] if data != _table([]) else []


def seal_list(
    listed: bytes,
    election: Hash,
    audit: Code,
    *,
    passphrases: tuple[str, str],
    entropy: Entropy,
    cost: Cost = Cost.MODERATE,
) -> bytes:
    """The list under two passphrases; errors as for `lock_file`, and Malformed for one passphrase twice."""
    if passphrases[0] == passphrases[1]:
        raise Malformed(
            Sentence("two passphrases"),
            Sentence("the same one twice"),
            Sentence("Let each officer choose a passphrase that the other does not see."),
        )
    lines = {"election": election, "audit": audit}
    for passphrase in reversed(passphrases):
        salt, nonce = entropy(SALT_BYTES), entropy(NONCE_BYTES)
        listed = lock_file(_KIND, lines, listed, passphrase, salt=salt, nonce=nonce, cost=cost)
    return listed


def open_list(sealed: bytes, election: Hash, passphrases: tuple[str, str], where: str = "") -> bytes:
    """The list, by both officers' passphrases in the order in which they were given.

    Raises:
        Malformed: no such list.
        Unproven: of another election, or a passphrase that does not open it.
    """
    for passphrase in passphrases:
        locked = read_locked(sealed[: MOST_LIST_BYTES + 1], _KIND, where)
        if locked.lines["election"] != election:
            raise Unproven(
                Sentence("a list of election {election}", {"election": election[:16]}),
                Sentence("one of election {election}", {"election": locked.lines["election"][:16]}),
                Sentence("Take the list of this election."),
                where,
            )
        sealed = bytes(unlock(locked, passphrase, where))
    return sealed


def count_results(data: bytes, units: Sequence[str], where: str) -> Counter[Compared]:
    """How many of the drawn electors agree, differ or were not found; nothing else is taken from the table.

    Args:
        data: the table with a result in each line.
        units: what was drawn.
        where: the file to name.

    Raises:
        Malformed: not such a table.
        Findings: a line without a result or of somebody who was not drawn, or a drawn one that is missing; lines are
            named by their units.
    """
    rows = _rows(data, where)
    findings: list[Finding] = []
    counts: Counter[Compared] = Counter()
    wanted = set(units)
    for line, row in rows:
        unit, result = row[0], row[-1]
        if len(row) != len(COLUMNS) or unit not in wanted or result not in set(Compared):
            problem = Sentence("line {line} is no result of a drawn elector.", {"line": line})
            remedy = Sentence("Write agrees, differs or not_found in the last column, once for each drawn line.")
            findings.append(Finding(where, line, problem, remedy))
            continue
        wanted.remove(unit)
        counts[Compared(result)] += 1
    for unit in sorted(wanted):
        problem = Sentence("{unit} was drawn and is not in the table.", {"unit": unit})
        findings.append(Finding(where, 0, problem, Sentence("Write not_found for whom nobody could look up.")))
    if findings:
        raise Findings(findings)
    return counts


def _table(lines: Iterable[tuple[str, Elector, str]]) -> bytes:
    target = io.StringIO(newline="")
    table = csv.writer(target, lineterminator="\n")
    table.writerow(COLUMNS)
    table.writerows((unit, each.number, each.name, each.group, said) for unit, each, said in lines)
    return target.getvalue().encode()


def _rows(data: bytes, where: str) -> list[tuple[int, list[str]]]:
    try:
        reader = csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""), strict=True)
        rows = [(reader.line_num, [cell.strip() for cell in row]) for row in reader if row]
    except (UnicodeDecodeError, csv.Error):
        rows = []
    if len(rows) < 2 or tuple(rows[0][1]) != COLUMNS:
        raise Malformed(
            Sentence(
                "the table that urna audit before roll-list wrote, with results: {columns}",
                {"columns": ",".join(COLUMNS)},
            ),
            Sentence("something else"),
            Sentence("Fill in the list itself, as a CSV file in UTF-8."),
            where,
        )
    return rows[1:]
