"""The calibration record: what scores are worth, with the evidence they rest on.

    Calibration               urna/finger-calibration/1, canonical JSON; its SHA-256 stands in the definition
    ├── extractor, matcher    what made the scores: the network's SHA-256, the matcher's name
    ├── ScoreSet              a set of fingers: its scores in bars, its tail, whether they are real
    └── Row                   for one to four fingers: the score at a false match rate, and the false non-match rate

Everything is whole numbers: scores in millionths, rates of the model in 10^-12, and what was counted as counts.
Whoever has the record can work out every threshold again (`urna.biometrics.calibration_model`).
"""

from typing import Annotated, NamedTuple

import msgspec

from urna.biometrics.tail import Tail
from urna.election.definition import Ratio, Text
from urna.encoding.canonical import Count, Hash, Record, digest, encode
from urna.errors import Malformed
from urna.words import Sentence

CELL = 200
"""Width of a bar, in millionths of a score."""

CELLS = 1_000_000 // CELL
PAIRS_NEEDED = 200_000
"""Pairs of different real fingers from which on a calibration is not provisional."""

Bar = tuple[Annotated[int, msgspec.Meta(ge=0, le=CELLS)], Annotated[int, msgspec.Meta(ge=1, le=2**53 - 1)]]
"""A cell's number and how many scores lie in it."""

BILLION = 1_000_000_000
Signed = Annotated[int, msgspec.Meta(ge=-10 * BILLION, le=10 * BILLION)]


class TailFit(Record, frozen=True, kw_only=True):
    """The tail of a set's impostor scores (`urna.biometrics.tail`)."""

    start: Annotated[int, msgspec.Meta(ge=1, le=CELLS)]
    """The cell whose upper edge is the start."""
    excesses: Count
    """Impostor scores above it."""
    scale: Annotated[int, msgspec.Meta(ge=1, le=BILLION)]
    """In billionths."""
    shape: Signed
    """In billionths."""
    misfit: Annotated[int, msgspec.Meta(ge=0, le=1_000_000)]
    """The greatest distance between fitted and counted distribution, in millionths."""

    @property
    def tail(self) -> Tail:
        """As numbers."""
        return Tail(self.start * CELL / 1e6, self.scale / BILLION, self.shape / BILLION)


class ScoreSet(Record, frozen=True, kw_only=True):
    """Scores of known pairs of one set of fingers, every impression against every other."""

    name: Text
    is_synthetic: bool
    fingers: Count
    images: Count
    genuine: tuple[Bar, ...]
    """Scores of one finger's impressions: a bar holds those from its lower edge up to, but without, its upper edge."""
    impostor: tuple[Bar, ...]
    """Scores of different fingers: a bar holds those above its lower edge, up to and with its upper edge: cell n is
    (n - 1) · CELL to n · CELL millionths, cell 0 the score 0."""
    tail: TailFit

    @property
    def genuine_pairs(self) -> int:
        """How many were counted."""
        return sum(count for _, count in self.genuine)

    @property
    def impostor_pairs(self) -> int:
        """How many were counted."""
        return sum(count for _, count in self.impostor)

    def __post_init__(self) -> None:
        """Bars in order, each once; the tail's excesses are the bars above its start."""
        above = sum(count for cell, count in self.impostor if cell > self.tail.start)
        cells = [[cell for cell, _ in bars] for bars in (self.genuine, self.impostor)]
        if above != self.tail.excesses or any(each != sorted(set(each)) or not each for each in cells):
            raise Malformed(
                Sentence("bars in order, with {count} pairs in the tail", {"count": self.tail.excesses}),
                Sentence("others, with {count}", {"count": above}),
                Sentence("Use the record as urna biometrics calibrate wrote it."),
            )


class Row(Record, frozen=True, kw_only=True):
    """What so many fingers must reach at a false match rate, by one set; `low` to `high` hold 95 % of resamplings."""

    set: Text
    fingers: Annotated[int, msgspec.Meta(ge=1, le=4)]
    false_match_rate: Ratio
    """Of one comparison of so many fingers."""
    score: Count
    score_low: Count
    score_high: Count
    false_non_match: Count
    """In millionths, at `score`."""
    false_non_match_low: Count
    false_non_match_high: Count


class Calibration(Record, frozen=True, kw_only=True, tag_field="type", tag="urna/finger-calibration/1"):
    """What `urna biometrics calibrate` writes."""

    extractor: Hash
    """SHA-256 of the network that found the minutiae."""
    matcher: Text
    resamplings: Count
    """How often the fingers were drawn again for the intervals."""
    sets: Annotated[tuple[ScoreSet, ...], msgspec.Meta(min_length=1)]
    rows: tuple[Row, ...]
    provisional: bool

    def __post_init__(self) -> None:
        """The mark follows from the pairs; nobody takes it off."""
        if self.provisional != (self.real_pairs < PAIRS_NEEDED):
            raise Malformed(
                Sentence("the mark provisional below {needed} pairs of real fingers", {"needed": PAIRS_NEEDED}),
                Sentence("{pairs} pairs and another mark", {"pairs": self.real_pairs}),
                Sentence("Use the record as urna biometrics calibrate wrote it."),
            )

    @property
    def real_pairs(self) -> int:
        """Pairs of different real fingers behind it."""
        return sum(each.impostor_pairs for each in self.sets if not each.is_synthetic)

    @property
    def deciding(self) -> tuple[ScoreSet, ...]:
        """The sets whose scores decide: the real ones; the synthetic ones only where there are no real ones."""
        return tuple(each for each in self.sets if not each.is_synthetic) or self.sets

    @property
    def identity(self) -> str:
        """SHA-256 of its canonical bytes."""
        return digest(encode(self))


class Scores(NamedTuple):
    """What one, two, three and four fingers must reach, in millionths."""

    one: int
    two: int
    three: int
    four: int
