"""Audits on the site: what was drawn in public, what the boxes said, with which risk; and what was examined besides."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import NamedTuple

from urna.audit.box_count import AuditCount
from urna.audit.examination import Examination
from urna.audit.report import AuditReport, Difference
from urna.audit.rounds import DrawRound
from urna.audit.seed import DrawCommitment, Method, SeedRecord
from urna.election.definition import Election, ratio
from urna.encoding.canonical import Code
from urna.papers.audit_report import METHOD_WORDS, outcome_words, percent
from urna.papers.examination_report import KINDS
from urna.record.layout import Kind, place_of
from urna.web.results.contests import in_language
from urna.web.results.evidence import Evidence, Leaf
from urna.web.results.figures import day
from urna.web.results.frame import Language
from urna.web.results.names import Names

DIFFERENCES_SHOWN = 500
STATIONS_SHOWN = 300

_KINDS = (
    Kind.AUDIT_MANIFEST,
    Kind.AUDIT_WEIGHTS,
    Kind.AUDIT_COMMITMENT,
    Kind.AUDIT_SEED,
    Kind.AUDIT_ROUND,
    Kind.AUDIT_READING,
    Kind.AUDIT_COUNT,
    Kind.AUDIT_REPORT,
)


class Audit(NamedTuple):
    """One audit as far as it is published."""

    code: Code
    files: tuple[Leaf, ...]
    """All but the counts, in the order of the log."""
    commitment: DrawCommitment
    seed: SeedRecord | None
    rounds: tuple[DrawRound, ...]
    counts: tuple[tuple[Leaf, AuditCount], ...]
    """By station and sequence."""
    report: AuditReport | None
    """The newest."""

    @property
    def drawn(self) -> tuple[Code, ...]:
        """Boxes that were drawn, or of which slips were, each once, ascending."""
        return tuple(sorted({draw.unit.partition(",")[0] for one in self.rounds for draw in one.draws}))

    @property
    def draws(self) -> int:
        """Of slips, how many draws there are; 0 of an audit of boxes."""
        return self.rounds[-1].size if self.rounds and self.commitment.method is Method.POLLING else 0

    @property
    def counted(self) -> frozenset[Code]:
        """Stations whose box was counted, or is known to be lost."""
        return frozenset(count.station for _, count in self.counts)


class Audits(NamedTuple):
    """What the record has beside the results."""

    audits: tuple[Audit, ...]
    """By code."""
    examinations: tuple[tuple[Leaf, Examination], ...]
    """In the order of their serials."""


class RiskLine(NamedTuple):
    """A contest and its risk, in words."""

    title: str
    place: str
    risk: str
    is_below: bool
    """Whether it is at or below the limit."""


def audits_of(evidence: Evidence) -> Audits:
    """Every audit whose rules are published, and every examination."""
    files: dict[Code, list[Leaf]] = {}
    for kind in _KINDS:
        for leaf in evidence.of_kind(kind):
            if place := place_of(leaf.path):
                files.setdefault(place.audit, []).append(leaf)
    known = evidence.documents(Kind.AUDIT_COMMITMENT, DrawCommitment)
    audits = tuple(_audit(evidence, rules, files[rules.audit]) for _, rules in known)
    return Audits(audits, tuple(evidence.documents(Kind.EXAMINATION, Examination)))


def audits_page(names: Names, language: Language, audits: Audits) -> Mapping[str, object]:
    """What the page of audits shows."""
    lookup = names.lookup
    return {
        "versions": names.versions("audits"),
        "audits": audits.audits,
        "examinations": audits.examinations,
        "risks": lambda audit: _risks(lookup.election, audit, language),
        "unspoken": lambda audit: _unspoken(lookup.election, audit),
        "headline": lambda audit: _headline(audit, language),
        "method": lambda audit: language.say(METHOD_WORDS[audit.commitment.method]),
        "limit": lambda audit: percent(ratio(audit.commitment.risk_limit), language.say),
        "kinds": {kind: language.say(word) for kind, word in KINDS.items()},
        "option_of": partial(_option_of, lookup.election),
        "name_of": lambda code: lookup.election.stations[code].name if code in lookup.election.stations else code,
        "station_page": partial(names.station, language),
        "differences_shown": DIFFERENCES_SHOWN,
        "stations_shown": STATIONS_SHOWN,
        "day": partial(day, language=language.code),
    }


def _audit(evidence: Evidence, rules: DrawCommitment, files: Sequence[Leaf]) -> Audit:
    def of(kind: Kind) -> list[Leaf]:
        return [leaf for leaf in files if (place := place_of(leaf.path)) and place.kind is kind]

    seeds = [evidence.document(leaf, SeedRecord) for leaf in of(Kind.AUDIT_SEED)]
    rounds = [evidence.document(leaf, DrawRound) for leaf in of(Kind.AUDIT_ROUND)]
    counts = [(leaf, evidence.document(leaf, AuditCount)) for leaf in of(Kind.AUDIT_COUNT)]
    reports = [evidence.document(leaf, AuditReport) for leaf in of(Kind.AUDIT_REPORT)]
    counted = {leaf.path for leaf, _ in counts}
    return Audit(
        code=rules.audit,
        files=tuple(sorted((leaf for leaf in files if leaf.path not in counted), key=lambda leaf: leaf.number)),
        commitment=rules,
        seed=seeds[0] if seeds else None,
        rounds=tuple(sorted(rounds, key=lambda each: each.round)),
        counts=tuple(sorted(counts, key=lambda each: (each[1].station, each[1].sequence))),
        report=max(reports, key=lambda each: each.round, default=None),
    )


def _headline(audit: Audit, language: Language) -> tuple[str, str]:
    """How the audit stands, and what that means."""
    say = language.say
    if audit.report is not None:
        headline, meaning = outcome_words(audit.commitment, audit.report)
        return say(headline), say(meaning)
    if not audit.rounds:
        return say("Under way"), say("The rules are published; the seed is rolled in public after them.")
    if audit.commitment.method is Method.SAMPLE:
        return say("Drawn to be looked at"), say("What was found is among the examinations below.")
    if audit.commitment.method is Method.POLLING:
        return say("Under way"), say("The slips are drawn; they are being read.")
    return say("Under way"), say("The boxes are drawn; they are being fetched and counted.")


def _risks(election: Election, audit: Audit, language: Language) -> list[RiskLine]:
    limit = ratio(audit.commitment.risk_limit)
    lines = []
    for each in audit.report.risks if audit.report else ():
        contest = election.contests[each.contest]
        said = percent(ratio(each.risk), language.say) if each.assertions else language.say("no sample can say")
        place = election.territories[contest.territory].name
        is_below = bool(limit) and ratio(each.risk) <= limit
        lines.append(RiskLine(in_language(contest.title, language.code), place, said, is_below))
    return lines


def _unspoken(election: Election, audit: Audit) -> int:
    """Contests of which a report says nothing, while it speaks of others."""
    named = {each.contest for each in audit.report.risks} if audit.report else set()
    return len(election.contests) - len(named) if named else 0


def _option_of(election: Election, difference: Difference) -> str:
    options = {option.code: option.name for option in election.contests[difference.contest].options}
    return options.get(difference.option, difference.option)
