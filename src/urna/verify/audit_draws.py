"""Draws of audits, done again from what is written: the manifest, the rules, the seed, and what was drawn.

A second implementation, plain and slow, that shares no code with `urna.audit`: it reads the documents by
docs/spec/audit-draws.md, hashes text by text (`drawing_again`), and compares every draw.
"""

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import Annotated, Literal

import msgspec

from urna.encoding.canonical import Code, Count, Hash, Moment, Record, decode, digest
from urna.errors import Unproven
from urna.verify.drawing_again import Drawing, consistent, counted, share_of, smallest
from urna.words import Sentence

_Share = Annotated[str, msgspec.Meta(pattern=r"\A(0|[1-9]\d{0,11})/[1-9]\d{0,11}\Z")]


class _Container(Record, frozen=True, kw_only=True):
    code: Code
    centre: Code
    papers: Count
    phantoms: Count


class _Manifest(Record, frozen=True, kw_only=True, tag_field="type", tag="urna/ballot-manifest/1"):
    election: Hash
    bound: Literal["signatures", "registered", "reported"]
    containers: tuple[_Container, ...]
    papers: Count
    phantoms: Count


class _Commitment(Record, frozen=True, kw_only=True, tag_field="type", tag="urna/draw-commitment/1"):
    election: Hash
    audit: Code
    manifest: Hash
    population: Count
    unit: Literal["container", "paper"]
    procedure: Literal["sha256-sorted", "sha256-counter", "consistent-sampler"]
    replacement: bool
    sizes: tuple[Count, ...]
    share: _Share
    rounding: Literal["up", "nearest"]
    seed_kind: Literal["dice", "text"]
    log_size: Count
    log_root: Hash
    decided_at: Moment


class _Seed(Record, frozen=True, kw_only=True, tag_field="type", tag="urna/draw-seed/1"):
    election: Hash
    audit: Code
    commitment: Hash
    kind: Literal["dice", "text"]
    said: str
    seed: str
    place: str
    rolled_at: Moment


class _Drawn(Record, frozen=True, kw_only=True):
    ticket: str
    unit: str
    times: Count


class _Round(Record, frozen=True, kw_only=True, tag_field="type", tag="urna/draw-round/1"):
    election: Hash
    audit: Code
    commitment: Hash
    seed: Hash
    round: Count
    after: Count
    size: Count
    draws: tuple[_Drawn, ...]


def check_draws(manifest: bytes, commitment: bytes, seed: bytes, rounds: Iterable[bytes]) -> int:
    """How many draws were done again, and came out as written.

    1. Read the four kinds of documents.
    2. They name each other by hash, and speak of one election and one audit.
    3. The manifest's containers are in order and its sums right; the population is theirs; the rules can be followed.
    4. The seed is what was read out, and younger than the rules.
    5. The rounds follow each other, with the sizes that were committed.
    6. Every draw is the one that the seed decides.

    Args:
        manifest: canonical bytes; so are the others.
        commitment: the rules.
        seed: what was rolled.
        rounds: in order.

    Raises:
        Malformed: a document that is not what it should be.
        Unproven: one of the steps 2 to 6 fails.
    """
    boxes, rules = decode(manifest, _Manifest, "manifest"), decode(commitment, _Commitment, "commitment")
    rolled = decode(seed, _Seed, "seed")
    written = [decode(each, _Round, f"round {number}") for number, each in enumerate(rounds, start=1)]
    check = _Comparison(rules.audit)
    _check_names(check, boxes, rules, rolled, written)
    for found, expected in ((manifest, rules.manifest), (commitment, rolled.commitment)):
        check.same(Sentence("the document that the next one names by its hash"), digest(found), expected)
    for one in written:
        names = (digest(commitment), digest(seed))
        check.same(Sentence("rules and seed of a round, by their hashes"), (one.commitment, one.seed), names)
    _check_boxes(check, boxes, rules)
    _check_rules(check, rules)
    _check_seed(check, rules, rolled)
    _check_rounds(check, boxes, rules, written)
    drawn = _draw_again(boxes, rules, rolled.seed, written[-1].size if written else 0)
    there = [(each.ticket, each.unit, each.times) for one in written for each in one.draws]
    for number, (expected_draw, found_draw) in enumerate(zip(drawn, there, strict=True), start=1):
        check.same(Sentence("draw {number} as the seed decides it", {"number": number}), found_draw, expected_draw)
    return len(drawn)


def check_logged_order(commitment: int, seed: int, checkpoints: Iterable[int], where: str = "") -> int:
    """The size of a published checkpoint that holds the rules and not yet the seed.

    Args:
        commitment: place of its leaf in the log, from 0.
        seed: place of its leaf.
        checkpoints: sizes of checkpoints that were published, of a log that only grew.
        where: the audit.

    Raises:
        Unproven: there is none; if the seed came first, there can be none.
    """
    between = [size for size in checkpoints if commitment + 1 <= size <= seed]
    if not between:
        raise Unproven(
            Sentence(
                "a checkpoint with leaf {left}, the rules, and without leaf {right}, the seed",
                {"left": commitment, "right": seed},
            ),
            Sentence("none"),
            Sentence("Take the sample as one that somebody may have chosen."),
            where,
        )
    return min(between)


class _Comparison:
    """Refuses what is not as it should be, and says both."""

    def __init__(self, audit: Code) -> None:
        self._audit = audit

    def same(self, what: Sentence, found: object, expected: object) -> None:
        """Raises `Unproven` where they differ."""
        if found != expected:
            values: dict[str, str | int] = {"found": str(found)[:300], "expected": str(expected)[:300]}
            raise self.unproven(what, Sentence("{found} instead of {expected}", values))

    def unproven(self, expected: Sentence, found: Sentence) -> Unproven:
        """The error."""
        remedy = Sentence("Take the sample as not drawn by this seed, and ask the audit board.")
        return Unproven(expected, found, remedy, self._audit)


def _check_names(
    check: _Comparison, boxes: _Manifest, rules: _Commitment, rolled: _Seed, written: Sequence[_Round]
) -> None:
    check.same(Sentence("rules for the manifest's election"), rules.election, boxes.election)
    documents: tuple[_Seed | _Round, ...] = (rolled, *written)
    for each in documents:
        one = Sentence("one election and one audit in all documents")
        check.same(one, (each.election, each.audit), (rules.election, rules.audit))


def _check_boxes(check: _Comparison, boxes: _Manifest, rules: _Commitment) -> None:
    codes = [each.code for each in boxes.containers]
    check.same(Sentence("containers in order, each once"), codes, sorted(set(codes)))
    sums = sum(each.papers for each in boxes.containers), sum(each.phantoms for each in boxes.containers)
    check.same(Sentence("sums of papers and phantoms"), (boxes.papers, boxes.phantoms), sums)
    population = len(codes) if rules.unit == "container" else sum(sums)
    check.same(Sentence("the population of the manifest"), rules.population, population)


def _check_rules(check: _Comparison, rules: _Commitment) -> None:
    if rules.procedure == "sha256-sorted":
        check.same(Sentence("sorted tickets without replacement"), rules.replacement, expected=False)
    if _is_share(rules):
        above, below = (int(part) for part in rules.share.split("/"))
        check.same(Sentence("a share of at most all"), max(above, below), below)
        found = (rules.unit, rules.procedure, rules.sizes)
        check.same(Sentence("a share of containers by sorted tickets"), found, ("container", "sha256-sorted", ()))


def _check_seed(check: _Comparison, rules: _Commitment, rolled: _Seed) -> None:
    check.same(Sentence("the kind of seed that was committed"), rolled.kind, rules.seed_kind)
    if rolled.kind == "dice":
        seed = "".join(letter for letter in rolled.said if letter not in " \t\r\n,;.-")
        fits = set(seed) <= set("0123456789") and 20 <= len(seed) <= 200
    else:
        seed = " ".join(unicodedata.normalize("NFC", rolled.said).split())
        hidden = {"Cc", "Cf", "Cs", "Zl", "Zp"}
        fits = 1 <= len(seed) <= 200 and not any(unicodedata.category(letter) in hidden for letter in seed)
    if not fits:
        said = Sentence("{said}", {"said": repr(rolled.said[:80])})
        raise check.unproven(Sentence("20 to 200 digits, or a text of 1 to 200 letters"), said)
    check.same(Sentence("the seed as it was read out"), rolled.seed, seed)
    if rolled.rolled_at <= rules.decided_at:
        moment = Sentence("{moment}", {"moment": rolled.rolled_at})
        raise check.unproven(Sentence("a seed rolled after {moment}", {"moment": rules.decided_at}), moment)


def _check_rounds(check: _Comparison, boxes: _Manifest, rules: _Commitment, written: Sequence[_Round]) -> None:
    ends = [one.size for one in written]
    if _is_share(rules):
        planned = [sum(_share_sizes(boxes, rules).values())]
        check.same(Sentence("one round, of the share of each centre"), ends, planned[: len(ends)])
    else:
        planned = list(rules.sizes[: len(ends)])
        check.same(Sentence("the sizes that were committed"), ends[: len(planned)], planned)
    for number, (one, (after, size)) in enumerate(zip(written, pairwise([0, *ends]), strict=True), start=1):
        found = (one.round, one.after, len(one.draws))
        check.same(Sentence("a round's number, beginning and length"), found, (number, after, max(1, size - after)))
    if ends and ends[-1] > rules.population and not rules.replacement:
        many = Sentence("{count}", {"count": ends[-1]})
        raise check.unproven(Sentence("at most {most} draws", {"most": rules.population}), many)


def _is_share(rules: _Commitment) -> bool:
    return not rules.share.startswith("0/")


def _share_sizes(boxes: _Manifest, rules: _Commitment) -> dict[Code, int]:
    above, below = (int(part) for part in rules.share.split("/"))
    stations: dict[Code, int] = {}
    for each in sorted(boxes.containers, key=lambda box: box.centre):
        stations[each.centre] = stations.get(each.centre, 0) + 1
    return {centre: share_of(here, above, below, rules.rounding) for centre, here in stations.items()}


def _draw_again(boxes: _Manifest, rules: _Commitment, seed: str, most: int) -> list[Drawing]:
    if _is_share(rules) and most:
        stations: dict[Code, list[Code]] = {}
        for each in boxes.containers:
            stations.setdefault(each.centre, []).append(each.code)
        sizes = _share_sizes(boxes, rules)
        return [drawn for centre, size in sizes.items() for drawn in smallest(seed, stations[centre], size)]
    if rules.procedure == "sha256-counter":
        return counted(seed, _names(boxes, rules), rules.population, most, replacement=rules.replacement)
    if rules.procedure == "consistent-sampler":
        return consistent(seed, _names(boxes, rules), most, replacement=rules.replacement)
    return smallest(seed, _names(boxes, rules), most)


def _names(boxes: _Manifest, rules: _Commitment) -> Iterator[str]:
    for each in boxes.containers:
        if rules.unit == "container":
            yield each.code
        else:
            yield from (f"{each.code},{place}" for place in range(1, each.papers + each.phantoms + 1))
