"""What the public learns of a search for people who are twice on the roll: counts, and nobody.

The head of a work list says how it was searched; the report adds how many cases there were and how they were
decided. A third thing, the list for the registry, names electors and stays sealed.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Annotated

import msgspec

from urna.election.definition import Ratio
from urna.encoding.canonical import Count, Hash, Moment, PublicKey, Record
from urna.errors import Malformed
from urna.roll.deduplication import FINAL, Case, Position, Source, Standing
from urna.roll.elector import MAX_FINGERS, MAX_IMPRESSIONS
from urna.words import Sentence

MILLION = 1_000_000


class DuplicateRule(Record, frozen=True, kw_only=True):
    """From which score on two electors become a case, in integers so that a report can print them.

    `scores` has the threshold for one, two, three and four fingers that both have, each in millionths of the
    sum of their scores, a finger's being the best over its impressions, at most `impressions`; about
    `false_match_rate` of all pairs of different people reach it, by the evidence of `calibration`.
    """

    scores: Annotated[tuple[Count, ...], msgspec.Meta(min_length=MAX_FINGERS, max_length=MAX_FINGERS)]
    false_match_rate: Ratio
    impressions: Annotated[int, msgspec.Meta(ge=1, le=MAX_IMPRESSIONS)] = 1
    calibration: Hash | None = None
    """Of the record that the scores are taken from; None for scores that somebody set by hand."""
    provisional: bool = True
    """Whether the calibration rests on fewer than 200,000 pairs, or on a model of what lies beyond them."""

    def __post_init__(self) -> None:
        """A threshold of nothing would make everybody a case; more fingers never need less."""
        if not self.scores[0] or list(self.scores) != sorted(self.scores):
            raise Malformed(
                Sentence("thresholds from 1 millionth on, rising with the number of fingers"),
                Sentence("{scores}", {"scores": " / ".join(map(str, self.scores))}),
                Sentence("Take the thresholds of the calibration."),
            )

    def is_case(self, score: float, fingers: int) -> bool:
        """Whether two electors with this sum of scores over so many common fingers are a case."""
        return fingers > 0 and score * MILLION >= self.scores[min(fingers, MAX_FINGERS) - 1]


class WorkListHead(Record, frozen=True, kw_only=True, tag_field="type", tag="urna/work-list/1"):
    """How a work list comes about: fixed when the search begins, the same when it is taken up again."""

    election: Hash
    source: Source
    made_at: Moment
    searched: Hash
    """Of all that is searched; another roll is another work list."""
    key: PublicKey
    """The case key (X25519) to which cases and decisions are sealed."""
    rule: DuplicateRule
    positions: tuple[Position, ...]
    """The fingers by which candidates are looked for; a pair found by one is compared in all."""
    across: bool = False
    """Whether fingers are compared across positions too."""
    exact: bool = False
    """Whether every template was scanned for each finger, instead of those that the index gave."""
    candidates: Count
    """How many of the most similar fingers of others are compared for each finger."""
    people: Count
    """Electors, or captures."""
    with_fingers: Count
    """Of them, those with at least one finger."""
    searchable: Count
    """Of them, those with a finger in a searched position: the others are found in nobody's search."""
    templates: Count
    """Impressions of fingers that take part: those with at least `least_minutiae`."""
    least_minutiae: Count
    left_out: Count
    """Impressions with fewer: chance alone makes a few minutiae look alike."""
    part_size: Count
    """People in one part of the work; the last part of a slice may have fewer."""
    slices: Annotated[int, msgspec.Meta(ge=1, le=10_000)] = 1
    """In how many slices the people are cut; in each, those who come before its end are looked for."""

    @property
    def parts(self) -> int:
        """In how many parts the work is done."""
        ends = (self.people * (place + 1) // self.slices for place in range(self.slices))
        return sum(-(-end // self.part_size) for end in ends)


class PartDone(Record, frozen=True, kw_only=True, tag_field="type", tag="urna/work-list-part/1"):
    """What was done for one part: counts."""

    part: Count
    probes: Count
    """Fingers for which candidates were looked for."""
    comparisons: Count
    """Fingers that were compared in full, each with one other."""


class DecidedCounts(Record, frozen=True, kw_only=True):
    """How the cases ended."""

    same_person: Count
    different_people: Count
    referred: Count
    undecided: Count


class DeduplicationReport(Record, frozen=True, kw_only=True, tag_field="type", tag="urna/deduplication-report/1"):
    """The public account of a search and its cases."""

    search: WorkListHead
    is_complete: bool
    probes: Count
    comparisons: Count
    pairs: Count
    """Of people, that the search stands for: each with each."""
    cases: Count
    decided: DecidedCounts


class RegistryList(Record, frozen=True, kw_only=True, tag_field="type", tag="urna/registry-list/1"):
    """The decided cases that the registry has to look into; sealed, as it names electors. It removes nobody."""

    election: Hash
    same_person: tuple[Case, ...]
    referred: tuple[Case, ...]

    def __repr__(self) -> str:
        """How many, not who."""
        return f"RegistryList(same_person={len(self.same_person)}, referred={len(self.referred)})"


def make_report(head: WorkListHead, parts: Sequence[PartDone], standings: Iterable[Standing]) -> DeduplicationReport:
    """The report of a work list as it stands.

    Args:
        head: how it was searched.
        parts: the parts that are done, each once.
        standings: of every case.
    """
    found = Counter(standing if standing in FINAL else Standing.OPEN for standing in standings)
    return DeduplicationReport(
        search=head,
        is_complete={each.part for each in parts} == set(range(head.parts)),
        probes=sum(each.probes for each in parts),
        comparisons=sum(each.comparisons for each in parts),
        pairs=head.people * (head.people - 1) // 2,
        cases=found.total(),
        decided=DecidedCounts(
            same_person=found[Standing.SAME_PERSON],
            different_people=found[Standing.DIFFERENT_PEOPLE],
            referred=found[Standing.REFERRED],
            undecided=found[Standing.OPEN],
        ),
    )


def make_registry_list(election: Hash, cases: Iterable[tuple[Case, Standing]]) -> RegistryList:
    """The cases for the registry, the most alike first; what two people called different stays out."""
    ranked = sorted(cases, key=lambda each: (-each[0].score, each[0].one.number, each[0].other.number))
    same, referred = (
        tuple(case for case, standing in ranked if standing is wanted)
        for wanted in (Standing.SAME_PERSON, Standing.REFERRED)
    )
    return RegistryList(election=election, same_person=same, referred=referred)
