"""What an audit of boxes says after a round, and how it stands in between.

    contest_tables, weights_of     before the draw: assertions, bounds, weights (`contest_tables`)
    report_of                      after a round, or a full count: the report, from the counts alone
    standing_of                    at any time: the same as if every box that is not counted yet agreed

The rules of outcomes and risks are in docs/spec/audits.md.
"""

from collections.abc import Mapping
from fractions import Fraction
from typing import NamedTuple

from urna.audit.box_count import AuditCount, BoxState
from urna.audit.contest_tables import (
    Audited,
    ContestTable,
    contest_tables,
    differences_of,
    weights_of,
)
from urna.audit.full_count import full_verdict
from urna.audit.macro_verdict import Draws, macro_verdict
from urna.audit.polling_verdict import SlipDraws, contest_products, polling_tables, polling_verdict, risk_of
from urna.audit.reading_rules import least_draws
from urna.audit.report import AuditReport, ContestRisk, CountUsed, Difference, Outcome, written_risk
from urna.audit.rounds import DrawRound
from urna.audit.seed import DrawCommitment, Method, SeedRecord, WeightRecord
from urna.audit.share_verdict import boxes_of, share_risk_of, share_verdict
from urna.audit.slip_reading import SlipReading
from urna.audit.verdict import Verdict
from urna.audit.weights import weighted_macro_risk
from urna.election.definition import ratio
from urna.encoding.canonical import Code, Moment, digest, encode
from urna.errors import OutOfOrder
from urna.words import Sentence

__all__ = [
    "AssertionStanding",
    "AuditDocuments",
    "Audited",
    "ContestStanding",
    "ContestTable",
    "Standing",
    "contest_tables",
    "report_of",
    "standing_of",
    "weights_of",
]


class AuditDocuments(NamedTuple):
    """An audit's rules, seed and rounds; its manifest is in `Audited`."""

    commitment: DrawCommitment
    weights: WeightRecord | None
    seed: SeedRecord
    rounds: tuple[DrawRound, ...]
    readings: tuple[SlipReading, ...] = ()
    """Of an audit of slips: what those of rounds 1, 2 and so on say."""

    @property
    def drawn(self) -> tuple[Code, ...]:
        """Every draw's box, in order; with replacement some more than once."""
        return tuple(each.unit.partition(",")[0] for one in self.rounds for each in one.draws)


class AssertionStanding(NamedTuple):
    """One assertion by itself."""

    name: str
    says: Sentence
    risk: Fraction
    """By the boxes counted so far, as if the other drawn ones agreed; of slips by the rounds read so far."""


class ContestStanding(NamedTuple):
    """One contest."""

    contest: Code
    assertions: tuple[AssertionStanding, ...]
    risk: Fraction
    why: Sentence | None
    """Why no sample can confirm it; None if one can."""


class Standing(NamedTuple):
    """An audit between two reports."""

    drawn: tuple[Code, ...]
    """The boxes to count, each once, in the order in which they were drawn."""
    missing: tuple[Code, ...]
    """Of those, the ones that are not counted yet."""
    differences: tuple[Difference, ...]
    lost: tuple[Code, ...]
    overfull: tuple[Code, ...]
    """Stations whose box holds more slips than the manifest allows."""
    contests: tuple[ContestStanding, ...]
    """In the order of the commitment's."""
    outcome: Outcome
    """As if every drawn box that is not counted yet agreed."""
    next_size: int


def report_of(
    documents: AuditDocuments,
    audited: Audited,
    counts: Mapping[Code, AuditCount],
    now: Moment,
    number: int | None = None,
) -> AuditReport:
    """The report that follows from sheets, draws and counts.

    1. Find which boxes it rests on: those of the rounds up to its number, or all of them in a full count; of slips
       the readings of these rounds.
    2. Each has a count, and nothing else is looked at.
    3. Compare them with their sheets.
    4. Work out risk and outcome by the commitment's method.

    Args:
        documents: the audit's, drawn again and compared before (`record.audit_record`).
        audited: the edition, the sheets that count in it, the manifest.
        counts: the newest count of each station; more of them than the report needs do no harm.
        now: when it is made.
        number: of the report; by default that of the last round, or one more where boxes are counted that were
            not drawn.

    Raises:
        OutOfOrder: no round yet, a method without a report, boxes without a count, or a round that is not read.
        Unproven, Malformed: as `contest_tables`.
    """
    _check_method(documents)
    number = _default_number(documents, counts) if number is None else number
    is_full = documents.commitment.method.keeps_limit and number > len(documents.rounds)
    resting = documents._replace(rounds=documents.rounds[:number], readings=documents.readings[:number])
    used = _used(resting, audited, counts, is_full=is_full)
    verdict = _verdict(resting, audited, used)
    return AuditReport(
        election=audited.election.identity,
        audit=documents.commitment.audit,
        commitment=digest(encode(documents.commitment)),
        seed=digest(encode(documents.seed)),
        round=number,
        edition=audited.results.edition if audited.results else 0,
        counts=tuple(
            CountUsed(station=each.station, sequence=each.sequence, count=digest(encode(each)))
            for each in used.values()
        ),
        differences=differences_of(audited, used),
        lost=_lost(resting, used),
        overfull=_overfull(resting, audited, used),
        withheld=tuple(each.station for each in used.values() if each.withheld),
        risks=tuple(
            ContestRisk(
                contest=table.contest.code,
                assertions=tuple(each.name for each in table.assertions),
                risk=written_risk(risk),
            )
            for table, risk in zip(verdict.tables, verdict.risks, strict=True)
        ),
        outcome=verdict.outcome,
        next_size=verdict.next_size,
        made_at=now,
    )


def standing_of(documents: AuditDocuments, audited: Audited, counts: Mapping[Code, AuditCount]) -> Standing:
    """How an audit stands with the counts so far, as if every drawn box that is not counted yet agreed.

    Args:
        documents: the audit's.
        audited: what it looks at.
        counts: the newest count of each station that has one.

    Raises:
        Unproven, Malformed: as `contest_tables`.
    """
    drawn = tuple(dict.fromkeys(documents.drawn))
    there = {
        code: counts[code] for code in sorted(counts) if code in audited.sheets or counts[code].state is BoxState.LOST
    }
    verdict = _verdict(documents, audited, there)
    is_read = documents.commitment.method is Method.POLLING
    return Standing(
        drawn=drawn,
        missing=() if is_read else tuple(code for code in drawn if code not in counts),
        differences=differences_of(audited, there),
        lost=_lost(documents, there),
        overfull=_overfull(documents, audited, there),
        contests=tuple(
            ContestStanding(
                contest=table.contest.code,
                assertions=_each_assertion(documents, audited, table.contest.code, there),
                risk=risk,
                why=table.why,
            )
            for table, risk in zip(verdict.tables, verdict.risks, strict=True)
        ),
        outcome=verdict.outcome,
        next_size=verdict.next_size,
    )


def _verdict(documents: AuditDocuments, audited: Audited, counts: Mapping[Code, AuditCount]) -> Verdict:
    commitment = documents.commitment
    if commitment.method is Method.POLLING:
        return _polling_verdict(documents, audited, counts)
    if commitment.method is not Method.MACRO:
        return share_verdict(audited, commitment.contests, documents.drawn, counts)
    tables = contest_tables(audited, commitment.contests)
    if all(each.code in counts for each in audited.manifest.containers):
        return full_verdict(audited, tables, counts)
    draws = Draws(_weights(documents), len(documents.drawn), tuple(commitment.sizes))
    columns = tuple(boxes_of(audited, table, documents.drawn, counts) for table in tables)
    return macro_verdict(tables, columns, draws, ratio(commitment.risk_limit))


def _polling_verdict(documents: AuditDocuments, audited: Audited, counts: Mapping[Code, AuditCount]) -> Verdict:
    """By the rounds that are read; once every box is counted, by these."""
    rules = documents.commitment
    tables = polling_tables(audited, rules.contests)
    if counts and all(each.code in counts for each in audited.manifest.containers):
        return full_verdict(audited, tuple(each.table for each in tables), counts)
    read = documents.rounds[: len(documents.readings)]
    size, least = read[-1].size if read else 0, least_draws(audited.election)
    draws = SlipDraws(size, tuple(rules.sizes), rules.population, least)
    return polling_verdict(tables, documents.readings, draws, ratio(rules.risk_limit))


def _each_assertion(
    documents: AuditDocuments, audited: Audited, contest: Code, counts: Mapping[Code, AuditCount]
) -> tuple[AssertionStanding, ...]:
    """Each assertion by itself, by the same draw."""
    if documents.commitment.method is Method.POLLING:
        (read,) = polling_tables(audited, [contest])
        products = zip(read.bets, contest_products(read, documents.readings), strict=True)
        return tuple(AssertionStanding(bet.assertion.name, bet.assertion.says, risk_of(one)) for bet, one in products)
    (table,) = contest_tables(audited, [contest])
    found = boxes_of(audited, table, documents.drawn, counts)
    risks = []
    for place, bound in enumerate(table.bounds):
        if documents.commitment.method is Method.MACRO:
            risks.append(weighted_macro_risk([bound], _weights(documents), [found]))
        else:
            alone = table._replace(assertions=(table.assertions[place],), bounds=(bound,))
            risks.append(share_risk_of(audited, alone, documents.drawn, counts))
    pairs = zip(table.assertions, risks, strict=True)
    return tuple(AssertionStanding(each.name, each.says, risk) for each, risk in pairs)


def _weights(documents: AuditDocuments) -> tuple[int, ...]:
    return tuple(each.weight for each in documents.weights.weights) if documents.weights else ()


def _lost(documents: AuditDocuments, counts: Mapping[Code, AuditCount]) -> tuple[Code, ...]:
    if not counts:
        return tuple(sorted({code for reading in documents.readings for code in reading.lost}))
    return tuple(each.station for each in counts.values() if each.state is BoxState.LOST)


def _overfull(documents: AuditDocuments, audited: Audited, counts: Mapping[Code, AuditCount]) -> tuple[Code, ...]:
    if not counts:
        return tuple(sorted({code for reading in documents.readings for code in reading.overfull}))
    most = {each.code: each.size for each in audited.manifest.containers}
    return tuple(station for station in sorted(counts) if counts[station].papers > most.get(station, 0))


def _default_number(documents: AuditDocuments, counts: Mapping[Code, AuditCount]) -> int:
    drawn = () if documents.commitment.method is Method.POLLING else documents.drawn
    goes_beyond = bool(counts.keys() - set(drawn))
    return len(documents.rounds) + (goes_beyond and documents.commitment.method.keeps_limit)


def _used(
    documents: AuditDocuments, audited: Audited, counts: Mapping[Code, AuditCount], *, is_full: bool
) -> dict[Code, AuditCount]:
    """The counts that a report rests on, ascending by station."""
    if documents.commitment.method is Method.POLLING and not is_full:
        _check_read(documents)
        return {}
    needed = [each.code for each in audited.manifest.containers] if is_full else sorted(set(documents.drawn))
    if missing := [code for code in needed if code not in counts]:
        raise OutOfOrder(
            Sentence("a count of each of the {count} boxes", {"count": len(needed)}),
            Sentence("none of {count}, {first} among them", {"count": len(missing), "first": missing[0]}),
            Sentence("Count them, or record that they are lost, and report then."),
            documents.commitment.audit,
        )
    return {code: counts[code] for code in needed}


def _check_read(documents: AuditDocuments) -> None:
    if len(documents.readings) < len(documents.rounds):
        raise OutOfOrder(
            Sentence("the readings of {count} rounds", {"count": len(documents.rounds)}),
            Sentence("{count}", {"count": len(documents.readings)}),
            Sentence("Read the slips of each round first: urna audit read."),
            documents.commitment.audit,
        )


def _check_method(documents: AuditDocuments) -> None:
    if documents.commitment.method is Method.SAMPLE or not documents.rounds:
        raise OutOfOrder(
            Sentence("a round of an audit that compares boxes with sheets"),
            Sentence(
                "{method}, {count} rounds", {"method": documents.commitment.method, "count": len(documents.rounds)}
            ),
            Sentence("Draw first. What a sample found is written down as an examination."),
            documents.commitment.audit,
        )
