"""The public seed: what is fixed before it, how it is written down, and that it came after.

1. The officers commit themselves to the rules of the draw (`DrawCommitment`): which manifest, how many, by which
   procedure. The document is logged.
2. Witnesses cosign a checkpoint of the log that holds it.
3. Dice are rolled in public; what was read out is logged as a `SeedRecord`.
4. Anyone draws (`urna.audit.rounds`) and compares.

Whether rules can be followed is checked in `urna.audit.draw_rules`.

Whoever chooses rules after the seed, or the seed after the sheets, chooses the sample. So a draw counts only if the log
shows this order (`require_committed_first`). A seed is text, never a number: a leading zero is a digit like any
other, and no reader's integers cut it short.
"""

import re
import unicodedata
from collections.abc import Sequence
from enum import StrEnum
from typing import Annotated

import msgspec

from urna.audit.shares import Rounding
from urna.audit.tickets import Procedure
from urna.election.definition import NamedKey, Ratio, Text
from urna.encoding.canonical import Code, Count, Hash, Moment, Record, digest, encode
from urna.errors import Malformed, OutOfOrder, Unproven
from urna.log.checkpoint import Checkpoint
from urna.log.log import Log
from urna.log.reading import verify_earlier
from urna.words import Sentence

LEAST_DIGITS = 20
"""Of a dice seed: twenty throws of a ten-sided die are 66 bits."""

MOST_LETTERS = 200

_APART = re.compile(r"[ \t\r\n,;.-]+")
_DIGITS = re.compile(r"\A[0-9]{20,200}\Z")
_HIDDEN = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})

Seed = Annotated[str, msgspec.Meta(min_length=1, max_length=MOST_LETTERS)]
"""A seed as `seed_of` gives it."""


class SeedKind(StrEnum):
    """What is read out."""

    DICE = "dice"
    """Digits of public dice, 20 or more."""
    TEXT = "text"
    """Any words, agreed upon in public."""


class Unit(StrEnum):
    """What is drawn."""

    CONTAINER = "container"
    PAPER = "paper"


class Method(StrEnum):
    """What the draw is for."""

    SAMPLE = "sample"
    """To look at what is drawn; no risk is stated (machines for parallel testing, media to read)."""
    SHARE = "share"
    """A share of each centre's boxes, counted in public right after the closing: the hot audit."""
    MACRO = "macro"
    """Boxes against their sheets, drawn in proportion to their error bounds, with replacement."""
    POLLING = "polling"
    """Single slips from all boxes, read and compared with nothing, with replacement."""

    @property
    def keeps_limit(self) -> bool:
        """Whether it goes on to every box until a risk limit is kept."""
        return self in {Method.MACRO, Method.POLLING}


MOST_BOARD = 100
"""Keys of one audit board."""


class DrawCommitment(Record, frozen=True, kw_only=True, tag_field="type", tag="urna/draw-commitment/1"):
    """The rules of a draw, signed by k of n officers and logged before the seed is rolled."""

    election: Hash
    audit: Code
    """Name of the audit, which has one commitment and one seed."""
    manifest: Hash
    """SHA-256 of the manifest's canonical bytes."""
    population: Count
    """Containers of the manifest, or its papers and phantoms."""
    unit: Unit
    procedure: Procedure
    replacement: bool
    sizes: tuple[Count, ...]
    """Draws in all after each planned round, rising; a later round may have any larger size. None with a share."""
    share: Ratio
    """Of the containers of each centre; 0/1 for a draw over the whole population."""
    rounding: Rounding
    seed_kind: SeedKind
    log_size: Count
    """The log's size when the rules were fixed: what is drawn from is below it."""
    log_root: Hash
    """The log's root at that size."""
    method: Method
    contests: tuple[Code, ...]
    """Those whose outcome is audited, ascending; none of a sample."""
    edition: Count
    """The edition of the results whose outcome is audited; 0 if the draw is not of results."""
    risk_limit: Ratio
    """Below 1; 0/1 if no risk limit is kept."""
    weights: Hash | None
    """SHA-256 of the canonical bytes of the weights (`WeightRecord`) by which boxes are drawn; None: all alike."""
    board: Annotated[tuple[NamedKey, ...], msgspec.Meta(min_length=1, max_length=MOST_BOARD)]
    """The audit board: whose signatures make the manifest, the weights, the seed, rounds, counts and reports."""
    quorum: Annotated[int, msgspec.Meta(ge=1, le=MOST_BOARD)]
    """How many of the board sign each."""
    decided_at: Moment


class BoxWeight(Record, frozen=True, kw_only=True):
    """How many consecutive numbers a box owns in a draw by weight."""

    code: Code
    weight: Count


class WeightRecord(Record, frozen=True, kw_only=True, tag_field="type", tag="urna/draw-weights/1"):
    """The weights by which boxes are drawn: their error bounds, from the sheets that the commitment's log holds."""

    election: Hash
    audit: Code
    manifest: Hash
    weights: tuple[BoxWeight, ...]
    """Of every container of the manifest, in its order; 0 for one that cannot hold an error."""


class SeedRecord(Record, frozen=True, kw_only=True, tag_field="type", tag="urna/draw-seed/1"):
    """What was rolled, and the seed that it is."""

    election: Hash
    audit: Code
    commitment: Hash
    """SHA-256 of the commitment's canonical bytes."""
    kind: SeedKind
    said: Text
    """As it was read out and written down."""
    seed: Seed
    """`said` by the rule of its kind."""
    place: Text
    rolled_at: Moment


def seed_of(kind: SeedKind, said: str) -> str:
    """The seed that was read out, in its one spelling.

    DICE: the digits 0 to 9 in their order, what parts them (spaces, commas, semicolons, dots, hyphens) left out;
    leading zeros stay. TEXT: Unicode's form NFC, runs of white space as one space, none at the ends; capitals stay.

    Args:
        kind: what the commitment asked for.
        said: as it was written down.

    Raises:
        Malformed: fewer than 20 digits, or something else among them; no letter, more than 200, or one that
            cannot be seen.
    """
    return _dice(said) if kind is SeedKind.DICE else _text(said)


def _dice(said: str) -> str:
    seed = _APART.sub("", said)
    if not _DIGITS.match(seed):
        raise _malformed(
            Sentence("{least} to {most} digits from 0 to 9", {"least": LEAST_DIGITS, "most": MOST_LETTERS}),
            Sentence("{count} characters: {said}", {"count": len(seed), "said": repr(said[:80])}),
        )
    return seed


def _text(said: str) -> str:
    seed = " ".join(unicodedata.normalize("NFC", said).split())
    if not 1 <= len(seed) <= MOST_LETTERS or any(unicodedata.category(letter) in _HIDDEN for letter in seed):
        raise _malformed(
            Sentence("1 to {most} letters that can be seen", {"most": MOST_LETTERS}),
            Sentence("{count}: {said}", {"count": len(seed), "said": ascii(said[:80])}),
        )
    return seed


def check_seed(commitment: DrawCommitment, record: SeedRecord) -> None:
    """Returns if this seed answers these rules.

    Raises:
        Malformed: the seed is not what was read out, by the rule of its kind.
        OutOfOrder: rolled before the rules were fixed, by the record's own clock.
        Unproven: of another audit, commitment or kind.
    """
    expected = (commitment.election, commitment.audit, digest(encode(commitment)), commitment.seed_kind)
    if (record.election, record.audit, record.commitment, record.kind) != expected:
        raise Unproven(
            Sentence("a seed of kind {kind} for the commitment {hash}", {"kind": expected[3], "hash": expected[2]}),
            Sentence("one of kind {kind} for {hash}", {"kind": record.kind, "hash": record.commitment}),
            Sentence("Roll a seed for the rules that were committed."),
            record.audit,
        )
    if seed_of(record.kind, record.said) != record.seed:
        raise _malformed(
            Sentence("the seed {seed}", {"seed": seed_of(record.kind, record.said)}),
            Sentence("{seed}", {"seed": record.seed}),
            record.audit,
        )
    if record.rolled_at <= commitment.decided_at:
        raise OutOfOrder(
            Sentence("a seed rolled after {moment}", {"moment": commitment.decided_at}),
            Sentence("one of {moment}", {"moment": record.rolled_at}),
            Sentence("Commit to rules again, and roll a new seed after that."),
            record.audit,
        )


def require_committed_first(
    log: Log, commitment_entry: bytes, seed_entry: bytes, commitment: DrawCommitment, checkpoints: Sequence[Checkpoint]
) -> Checkpoint:
    """The checkpoint that shows the rules in the log, and the seed not yet.

    1. Both documents are entries of the log, each once.
    2. The log was, at the size that the commitment names, what the commitment says; the commitment came later.
    3. The commitment's leaf precedes the seed's.
    4. A checkpoint was published between them: without one, both may have been written at the same moment.

    Args:
        log: the whole log, verified.
        commitment_entry: the entry that names the commitment's document.
        seed_entry: the one that names the seed's.
        commitment: the rules.
        checkpoints: signed and witnessed ones, kept in the record or by the reader.

    Raises:
        OutOfOrder: 3 fails.
        Unproven: 1, 2 or 4 fails.
    """
    first, second = _leaf(log, commitment_entry, commitment.audit), _leaf(log, seed_entry, commitment.audit)
    root = bytes.fromhex(commitment.log_root)
    verify_earlier(log, Checkpoint(origin=log.origin, size=commitment.log_size, root=root), commitment.audit)
    if not commitment.log_size <= first < second:
        raise OutOfOrder(
            Sentence(
                "a commitment after the {size} leaves that it names, and before the seed, which is leaf {seed}",
                {"size": commitment.log_size, "seed": second},
            ),
            Sentence("it as leaf {commitment}", {"commitment": first}),
            Sentence("A draw whose rules followed its seed shows nothing: commit again, and roll a new seed."),
            commitment.audit,
        )
    for checkpoint in checkpoints:
        if first < checkpoint.size <= second:
            verify_earlier(log, checkpoint, commitment.audit)
            return checkpoint
    raise Unproven(
        Sentence(
            "a checkpoint of {least} to {most} leaves, published before the seed was rolled",
            {"least": first + 1, "most": second},
        ),
        Sentence("none"),
        Sentence("Publish the commitment and let witnesses cosign it, then roll a new seed."),
        commitment.audit,
    )


def _leaf(log: Log, entry: bytes, where: str) -> int:
    places = [place for place, found in enumerate(log.entries) if found == entry]
    if len(places) != 1:
        raise Unproven(
            Sentence("commitment and seed in the log, each once"),
            Sentence("one of them {count} times", {"count": len(places)}),
            Sentence("Publish both, the commitment first."),
            where,
        )
    return places[0]


def _malformed(expected: Sentence, found: Sentence, where: str = "seed") -> Malformed:
    return Malformed(expected, found, Sentence("Write it as it was said in public, and nothing else."), where)
