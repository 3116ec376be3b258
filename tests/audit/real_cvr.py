"""Cast-vote records that others have published, and a comparison audit of them on simulated paper.

Of a ranked contest only first choices are read, as if it were a plurality: its legal outcome is another question.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from fractions import Fraction
from pathlib import Path
from typing import NamedTuple

from urna.audit.assertions import Assertion, Votes
from urna.audit.risk.bets import FixedShare
from urna.audit.risk.comparison import Compared, compare, record_population, record_values
from urna.audit.risk.martingale import course, draws_needed
from urna.audit.sampler import draw_units
from urna.audit.tickets import Procedure
from urna.interop.cvr.choices import read_first_choices
from urna.interop.cvr.dominion import read_export

ALASKA = "data/cvr-exports/dominion-alaska-2024-partial"
MINNEAPOLIS = "data/cvr-exports/minneapolis-2013-mayor-ess"
BET = FixedShare(Fraction(9, 10))

Records = dict[str, Mapping[str, Votes]]
"""By contest, then by card; {} for a card that is blank or overvoted. Cards without the contest are left out."""


def files_of(folder: Path) -> dict[str, bytes]:
    """An export's folder."""
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def dominion(folder: Path) -> tuple[tuple[str, ...], Records]:
    """All cards of an export in one folder, and their votes in the contests that any of them has."""
    export = read_export(files_of(folder))
    return export.cards, {name: one.records for name, one in export.contests.items() if one.records}


def first_choices(path: Path, skipped: int = 0) -> Mapping[str, Votes]:
    """The first choices of a workbook, by the row's number."""
    (contest,) = read_first_choices(path.read_bytes(), path.name, skipped=skipped).contests.values()
    return contest.records


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
