"""What an enrolment asks for: which fingers, how often, how good; and why a finger may be left out."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import NamedTuple

from urna.roll.elector import MAX_IMPRESSIONS
from urna.words import Sentence

POSITIONS = (1, 2, 6, 7)
"""Right thumb, right index, left thumb, left index (ISO/IEC 19794-2:2005, table 2)."""

RECAPTURE_BELOW = 15
"""NFIQ 2. Of pairs whose worse image has less than 10, 10.8 % are missed at a false-match rate of 1 in 1,000; of the
others 1.3 % (eight FVC sets). Between the two lies our margin."""

WARN_BELOW = 30
"""NFIQ 2. From here on 1.0 % are missed; what lies below is kept, and the operators are told."""

TRIES = 3
"""Captures for one impression before the operators decide. Brazil's stations allow four on the day."""

LEAST_MINUTIAE = 8
"""An impression with fewer is never matched on the day (urna.biometrics.decision), so it is never kept."""


class Reason(StrEnum):
    """Why a finger is not enrolled; a closed list, counted in the report."""

    MISSING = "missing"
    """The person does not have it."""
    INJURED = "injured"
    BANDAGED = "bandaged"
    UNREADABLE = "unreadable"
    """It is there and clean, and no capture of it could be used."""
    REFUSED = "refused"
    """The person does not want it captured, which is a right."""
    READER_FAILED = "reader_failed"
    NOT_CAPTURED = "not_captured"
    """A file of another system has no image of it, and does not say why."""


REASONS: Mapping[Reason, Sentence] = MappingProxyType(
    {
        Reason.MISSING: Sentence("the finger is missing"),
        Reason.INJURED: Sentence("the finger is injured"),
        Reason.BANDAGED: Sentence("the finger is bandaged"),
        Reason.UNREADABLE: Sentence("no capture could be used"),
        Reason.REFUSED: Sentence("the person refuses"),
        Reason.READER_FAILED: Sentence("the reader failed"),
        Reason.NOT_CAPTURED: Sentence("no image was handed in"),
    }
)
"""Each reason for people."""

FINGERS: Mapping[int, Sentence] = MappingProxyType(
    {
        1: Sentence("right thumb"),
        2: Sentence("right index finger"),
        3: Sentence("right middle finger"),
        4: Sentence("right ring finger"),
        5: Sentence("right little finger"),
        6: Sentence("left thumb"),
        7: Sentence("left index finger"),
        8: Sentence("left middle finger"),
        9: Sentence("left ring finger"),
        10: Sentence("left little finger"),
    }
)
"""The fingers by their position in the standard."""


class EnrolmentRules(NamedTuple):
    """The numbers of an enrolment.

    `same_finger` is the match score, in millionths, that an impression must reach against the finger's others: half the
    threshold of the day, as a stranger's finger here is a slip of the hand and not an attack, and every refusal costs
    a capture. `presented_twice` is the score from which two positions are taken for one finger: twice that threshold,
    as an honest person's fingers are compared up to 54 times. Both are measured by `python -m bench enrolment`.
    """

    same_finger: int
    presented_twice: int
    positions: tuple[int, ...] = POSITIONS
    impressions: int = MAX_IMPRESSIONS
    tries: int = TRIES
    recapture_below: int = RECAPTURE_BELOW
    warn_below: int = WARN_BELOW
    least_minutiae: int = LEAST_MINUTIAE


def rules_for(score_of_one: int) -> EnrolmentRules:
    """The rules of an election.

    Args:
        score_of_one: the score that one finger must reach on the day, in millionths (the definition's).
    """
    return EnrolmentRules(same_finger=score_of_one // 2, presented_twice=2 * score_of_one)
