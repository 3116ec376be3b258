"""Cast-vote records that others have published, and a comparison audit of them on simulated paper.

Of a ranked contest only first choices are read, as if it were a plurality: its legal outcome is another question.
"""

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from fractions import Fraction
from itertools import count
from pathlib import Path
from typing import Any, NamedTuple

from openpyxl import load_workbook  # type: ignore[import-untyped]

from urna.audit.assertions import Assertion, Votes
from urna.audit.risk.bets import FixedShare
from urna.audit.risk.comparison import Compared, compare, record_population, record_values
from urna.audit.risk.martingale import course, draws_needed
from urna.audit.sampler import draw_units
from urna.audit.tickets import Procedure

ALASKA = "data/cvr-exports/dominion-alaska-2024-partial"
MINNEAPOLIS = "data/cvr-exports/minneapolis-2013-mayor-ess"
BET = FixedShare(Fraction(9, 10))
FIRST_CHOICE = 1

Records = dict[str, dict[str, Votes]]
"""By contest, then by card; {} for a card that is blank or overvoted. Cards without the contest are left out."""


class Bad(ValueError):
    """An export that is not what it should be; nothing of it is used."""


def dominion(folder: Path) -> tuple[list[str], Records]:
    """All cards of an export in one folder, as tabulator-batch-record, and their votes.

    Raises:
        Bad: a card twice, without a number, corrected by hand, or with a contest or candidate that no manifest has.
    """
    contests, candidates = _names(folder, "Contest"), _names(folder, "Candidate")
    cards: list[str] = []
    records: Records = {}
    for path in sorted(folder.glob("CvrExport*.json")):
        for session in _read(path)["Sessions"]:
            card = _card(session, path)
            cards.append(card)
            for each in session["Original"]["Cards"][0]["Contests"]:
                if each["Id"] not in contests:
                    raise Bad(f"{path.name}, card {card}: contest {each['Id']}, expected one of ContestManifest.json")
                records.setdefault(contests[each["Id"]], {})[card] = _votes(each["Marks"], candidates, card)
    if twice := [card for card, times in Counter(cards).items() if times > 1]:
        raise Bad(f"card {twice[0]} twice, expected each card once")
    return cards, records


def _card(session: Mapping[str, Any], path: Path) -> str:
    if not isinstance(session["RecordId"], int):
        raise Bad(f"{path.name}: record {session['RecordId']!r}, expected a number: papers cannot be found without")
    card = f"{session['TabulatorId']}-{session['BatchId']}-{session['RecordId']}"
    original = session["Original"]
    if not original["IsCurrent"] or len(original["Cards"]) != 1:
        raise Bad(f"{path.name}, card {card}: corrected or of several sheets, expected one current sheet")
    return card


def _votes(marks: Sequence[Mapping[str, Any]], candidates: Mapping[int, str], card: str) -> Votes:
    chosen = [mark["CandidateId"] for mark in marks if mark["IsVote"] and mark["Rank"] == FIRST_CHOICE]
    if unknown := [one for one in chosen if one not in candidates]:
        raise Bad(f"card {card}: candidate {unknown[0]}, expected one of CandidateManifest.json")
    return {candidates[chosen[0]]: 1} if len(chosen) == 1 else {}


def _names(folder: Path, kind: str) -> dict[int, str]:
    return {each["Id"]: each["Description"] for each in _read(folder / f"{kind}Manifest.json")["List"]}


def _read(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8-sig"))
    return found


def first_choices(path: Path, ranks: int = 1) -> dict[str, Votes]:
    """The first choices of a workbook with one row for each card, by the row's number; {} if blank or overvoted.

    Args:
        path: the workbook.
        ranks: how many are looked at for the first one that is not skipped; with 2, round 1 of the ranked count.

    Raises:
        Bad: another header, or a row that stands for more than one card.
    """
    with closing(load_workbook(path, read_only=True)) as book:
        return _first_choices(book.worksheets[0].iter_rows(values_only=True), path, ranks)


def _first_choices(rows: Iterator[tuple[Any, ...]], path: Path, ranks: int) -> dict[str, Votes]:
    header = next(rows)
    if header[0] != "Precinct" or not str(header[1]).startswith("1ST CHOICE"):
        raise Bad(f"{path.name}: header {header[:2]}, expected Precinct and 1ST CHOICE")
    found: dict[str, Votes] = {}
    for number, row in zip(count(2), rows, strict=False):
        if row[4] != 1:
            raise Bad(f"{path.name}, row {number}: stands for {row[4]!r} cards, expected 1")
        marked = [str(choice) for choice in row[1 : 1 + ranks] if choice != "undervote"]
        found[str(number)] = {marked[0]: 1} if marked and marked[0] != "overvote" else {}
    return found


def totals(records: Mapping[str, Votes]) -> Counter[str]:
    """First choices of all cards."""
    found: Counter[str] = Counter()
    for votes in records.values():
        found.update(votes)
    return found


class Paper(NamedTuple):
    """The slips of one contest, against their records."""

    records: Mapping[str, Votes]
    slips: Mapping[str, Votes | None]
    """What a hand reads; None for a slip that is not there. Cards left out have no such contest."""
    cards: int
    """The bound: all cards, phantoms included."""


def order(seed: str, cards: Sequence[str], phantoms: int = 0) -> list[str]:
    """All cards and phantoms in the order that a seed gives."""
    names = [*cards, *(f"phantom-{number}" for number in range(1, phantoms + 1))]
    return [draw.unit for draw in draw_units(Procedure.SORTED, seed, names, len(names))]


def slips_needed(assertions: Sequence[Assertion], paper: Paper, drawn: Sequence[str], limit: Fraction) -> int | None:
    """After how many slips every assertion keeps the limit; None if one never does, not even when all are drawn."""
    reported = totals(paper.records)
    needed = []
    for assertion in assertions:
        margin = assertion.margin(reported, paper.cards)
        values = record_values(assertion, margin, [_compared(assertion, paper, card) for card in drawn])
        risks = course(values, record_population(assertion, margin, paper.cards), BET)
        if risks[-1] > limit:
            return None
        needed.append(draws_needed(risks, limit))
    return max((size for size in needed if size is not None), default=0)


def _compared(assertion: Assertion, paper: Paper, card: str) -> Compared:
    slip = None if card.startswith("phantom-") else paper.slips.get(card, {})
    return compare(assertion, paper.records.get(card, {}), slip)
