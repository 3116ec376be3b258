"""A share of each centre's boxes: what such a draw achieves for each contest; no limit is kept.

Docs: docs/spec/audits.md, "Share".
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from fractions import Fraction

from urna.audit.box_count import AuditCount
from urna.audit.contest_tables import Audited, ContestTable, contest_tables, hands_of
from urna.audit.report import Outcome
from urna.audit.risk.batches import Boxes, boxes
from urna.audit.shared_risk import share_risk
from urna.audit.verdict import Verdict
from urna.audit.weights import largest_bounds, largest_overstatements
from urna.encoding.canonical import Code


def share_verdict(
    audited: Audited, contests: Collection[Code], drawn: Sequence[Code], counts: Mapping[Code, AuditCount]
) -> Verdict:
    """Contest by contest; only the names of its assertions are kept, since a nation's tables together are large.

    Args:
        audited: what is looked at.
        contests: those that are audited.
        drawn: the boxes.
        counts: what was found in them.

    Raises:
        Unproven, Malformed: as `contest_tables`.
    """
    tables, risks = [], []
    for code in contests:
        (table,) = contest_tables(audited, [code])
        risks.append(share_risk_of(audited, table, drawn, counts))
        tables.append(table._replace(bounds=()))
    return Verdict(tuple(tables), tuple(risks), Outcome.COMPARED)


def share_risk_of(
    audited: Audited, table: ContestTable, drawn: Sequence[Code], counts: Mapping[Code, AuditCount]
) -> Fraction:
    """What a share of each centre achieves for one contest; 1 without assertions."""
    if not table.bounds:
        return Fraction(1)
    found = boxes_of(audited, table, drawn, counts)
    overstated = largest_overstatements(table.bounds, [found] * len(table.bounds))
    by_row: dict[int, Fraction] = dict(zip(found.rows.tolist(), overstated, strict=True))
    centres: dict[Code, list[int]] = {}
    for row, each in enumerate(audited.manifest.containers):
        centres.setdefault(each.centre, []).append(row)
    strata = [(rows, sum(row in by_row for row in rows)) for rows in centres.values()]
    return share_risk(largest_bounds(table.bounds), strata, by_row)


def boxes_of(audited: Audited, table: ContestTable, drawn: Iterable[Code], counts: Mapping[Code, AuditCount]) -> Boxes:
    """What is known of a contest in the drawn boxes, in columns."""
    return boxes(table.table, hands_of(audited, table.contest, drawn, counts))
