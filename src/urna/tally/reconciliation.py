"""Reconciliation: every number of a station's sheet against every other that must agree with it.

    rules  1- 9   people                what the poll book counted, against the roll and against itself
    rules 10-18   people and ballots    the poll book against the booths, and the booths against themselves
    rules 19-24   votes                 each contest against its ballots
    rules 25-27   the ballot list       the published ids against the booths' counts
    rules 28-31   encrypted ballots     what proves the votes, and what the list says of ciphertexts

A broken rule names the station and both numbers. What is counted by hand (signatures in the paper book) is
compared and reported, and is never a reason to refuse a sheet.
"""

from collections.abc import Iterator
from typing import NamedTuple

from urna.encoding.canonical import Code
from urna.tally import rules_ballots, rules_people, rules_votes
from urna.tally.rule import Case, Rule
from urna.words import Sentence

RULES: tuple[Rule, ...] = (*rules_people.RULES, *rules_ballots.RULES, *rules_votes.RULES)
"""Every rule, in the order of the numbers; the numbers never change."""

BALLOT_LIST_RULES = frozenset({25, 26, 27, 30, 31})
SECRECY_RULE = 21


class Breach(NamedTuple):
    """A rule that a station's papers break: one sentence with the station and both numbers."""

    rule: int
    name: str
    station: Code
    sentence: Sentence


class Reconciliation(NamedTuple):
    """What reconciliation found: broken rules, and differences that are only reported."""

    breaches: tuple[Breach, ...]
    remarks: tuple[Sentence, ...]


def reconcile(case: Case) -> Reconciliation:
    """Every rule on one station's papers."""
    return Reconciliation(tuple(_breaches(case)), tuple(_remarks(case)))


def _breaches(case: Case) -> Iterator[Breach]:
    station = case.sheet.station
    for rule in RULES:
        for values in rule.find(case):
            yield Breach(rule.number, rule.name, station, Sentence(rule.sentence, {"station": station, **values}))


def _remarks(case: Case) -> Iterator[Sentence]:
    """Differences that people explain: hand counts, papers that machines spoiled, the president's decisions."""
    signatures, identified = case.statement.signatures, case.statement.identified_total
    station = case.sheet.station
    made = sum(booth.made for booth in case.sheet.booths)
    allowed = case.statement.activations * case.election.rules.attempts
    if made > allowed:
        yield Sentence(
            "Station {station}: {left} papers printed, {right} by its activations; jams and power cuts spoil more.",
            {"station": station, "left": made, "right": allowed},
        )
    if doubtful := case.statement.doubtful_decisions:
        yield Sentence(
            "Station {station}: {count} cases after a crash that the president decided.",
            {"station": station, "count": doubtful},
        )
    if signatures is None:
        yield Sentence("Station {station}: nobody counted the signatures in the paper book.", {"station": station})
    if signatures is not None and signatures != identified:
        yield Sentence(
            "Station {station}: {left} signatures in the paper book, {right} people identified.",
            {"station": case.sheet.station, "left": signatures, "right": identified},
        )
