"""Draws of audits, done again from what is written: the manifest, the rules, the seed, and what was drawn.

A second implementation, plain and slow, that shares no code with `urna.audit`: it reads the documents by
docs/spec/audit-draws.md, hashes text by text (`drawing_again`), and compares every draw.
"""

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from urna.encoding.canonical import Code, decode, digest
from urna.errors import Unproven
from urna.verify.audit_papers import Commitment, Manifest, Round, Seed, Weights
from urna.verify.drawing_again import Drawing, consistent, counted, share_of, smallest, weighted
from urna.words import Sentence


def check_draws(
    manifest: bytes, commitment: bytes, seed: bytes | None, rounds: Iterable[bytes], weights: bytes | None = None
) -> int:
    """How many draws were done again, and came out as written.

    1. Read the five kinds of documents.
    2. They name each other by hash, and speak of one election and one audit.
    3. The manifest's containers are in order and its sums right; the population is theirs; the rules can be followed.
    4. The seed is what was read out, and younger than the rules.
    5. The rounds follow each other, with the sizes that were committed.
    6. Every draw is the one that the seed decides.

    Args:
        manifest: canonical bytes; so are the others.
        commitment: the rules.
        seed: what was rolled; None before it is, then there are no rounds.
        rounds: in order.
        weights: by which boxes are drawn; None if all are drawn alike.

    Raises:
        Malformed: a document that is not what it should be.
        Unproven: one of the steps 2 to 6 fails.
    """
    boxes, rules = decode(manifest, Manifest, "manifest"), decode(commitment, Commitment, "commitment")
    heavy = None if weights is None else decode(weights, Weights, "weights")
    written = [decode(each, Round, f"round {number}") for number, each in enumerate(rounds, start=1)]
    check = _Comparison(rules.audit)
    check.same(Sentence("rules for the manifest's election"), rules.election, boxes.election)
    _check_named(check, ((manifest, rules.manifest), (weights, rules.weights)))
    _check_boxes(check, boxes, rules)
    _check_rules(check, rules)
    _check_weights(check, boxes, rules, heavy)
    if seed is None:
        check.same(Sentence("no round before the seed"), len(written), 0)
        return 0
    rolled = decode(seed, Seed, "seed")
    _check_named(check, ((commitment, rolled.commitment),))
    _check_names(check, rules, rolled, written)
    for one in written:
        names = (digest(commitment), digest(seed))
        check.same(Sentence("rules and seed of a round, by their hashes"), (one.commitment, one.seed), names)
    _check_seed(check, rules, rolled)
    _check_rounds(check, boxes, rules, written)
    drawn = _draw_again(boxes, rules, heavy, rolled.seed, written[-1].size if written else 0)
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


def _check_named(check: _Comparison, documents: Iterable[tuple[bytes | None, str | None]]) -> None:
    for data, name in documents:
        found = None if data is None else digest(data)
        check.same(Sentence("the document that the next one names by its hash"), found, name)


def _check_names(check: _Comparison, rules: Commitment, rolled: Seed, written: Sequence[Round]) -> None:
    documents: tuple[Seed | Round, ...] = (rolled, *written)
    for each in documents:
        one = Sentence("one election and one audit in all documents")
        check.same(one, (each.election, each.audit), (rules.election, rules.audit))


def _check_boxes(check: _Comparison, boxes: Manifest, rules: Commitment) -> None:
    codes = [each.code for each in boxes.containers]
    check.same(Sentence("containers in order, each once"), codes, sorted(set(codes)))
    sums = sum(each.papers for each in boxes.containers), sum(each.phantoms for each in boxes.containers)
    check.same(Sentence("sums of papers and phantoms"), (boxes.papers, boxes.phantoms), sums)
    population = len(codes) if rules.unit == "container" else sum(sums)
    check.same(Sentence("the population of the manifest"), rules.population, population)
    check.same(Sentence("something to draw from, and no more than a billion"), 0 < population <= 10**9, expected=True)


def _check_weights(check: _Comparison, boxes: Manifest, rules: Commitment, heavy: Weights | None) -> None:
    if heavy is None:
        return
    found = (heavy.election, heavy.audit, heavy.manifest)
    check.same(Sentence("weights of this audit and its manifest"), found, (rules.election, rules.audit, rules.manifest))
    codes = [each.code for each in heavy.weights]
    check.same(Sentence("a weight of each container, in order"), codes, [each.code for each in boxes.containers])
    heaviest = max((each.weight for each in heavy.weights), default=0)
    check.same(Sentence("a weight above 0"), min(1, heaviest), 1)


def _check_rules(check: _Comparison, rules: Commitment) -> None:
    if rules.procedure == "sha256-sorted":
        check.same(Sentence("sorted tickets without replacement"), rules.replacement, expected=False)
    if _is_share(rules):
        above, below = (int(part) for part in rules.share.split("/"))
        check.same(Sentence("a share of at most all"), max(above, below), below)
        found = (rules.unit, rules.procedure, rules.sizes)
        check.same(Sentence("a share of containers by sorted tickets"), found, ("container", "sha256-sorted", ()))
    else:
        rising = sorted({each for each in rules.sizes if each})
        check.same(Sentence("sizes that rise from 1 on"), [len(rising) > 0, *rules.sizes], [True, *rising])
    _check_method(check, rules)
    keys, names = {each.key for each in rules.board}, {each.key_name for each in rules.board}
    members = len(rules.board)
    check.same(Sentence("a board of different keys and names"), (len(keys), len(names)), (members, members))
    check.same(Sentence("a quorum of one to all of the board"), 1 <= rules.quorum <= members, expected=True)
    check.same(Sentence("contests in order, each once"), list(rules.contests), sorted(set(rules.contests)))


def _check_method(check: _Comparison, rules: Commitment) -> None:
    """What a method needs: contests, an edition, a limit, weights, a share."""
    above, below = (int(part) for part in rules.risk_limit.split("/"))
    check.same(Sentence("a risk limit below 1"), above < below, expected=True)
    found = (bool(rules.contests), bool(rules.edition), bool(above), rules.weights is not None)
    if rules.method == "macro":
        check.same(Sentence("contests, an edition, a risk limit and weights"), found, (True, True, True, True))
        draw = (rules.unit, rules.procedure, rules.replacement, rules.share)
        expected = ("container", "sha256-counter", True, rules.share if not _is_share(rules) else "0/1")
        check.same(Sentence("boxes by sha256-counter with replacement"), draw, expected)
    elif rules.method == "polling":
        check.same(Sentence("contests, an edition and a risk limit, no weights"), found, (True, True, True, False))
        slips = (rules.unit, rules.procedure, rules.replacement, _is_share(rules))
        expected_slips = ("paper", "sha256-counter", True, False)
        check.same(Sentence("slips by sha256-counter with replacement"), slips, expected_slips)
    else:
        needs = rules.method == "share"
        check.same(Sentence("no edition, risk limit or weights"), found, (needs, False, False, False))
    if rules.method == "share":
        check.same(Sentence("a share of each centre"), _is_share(rules), expected=True)


def _check_seed(check: _Comparison, rules: Commitment, rolled: Seed) -> None:
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


def _check_rounds(check: _Comparison, boxes: Manifest, rules: Commitment, written: Sequence[Round]) -> None:
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


def _is_share(rules: Commitment) -> bool:
    return not rules.share.startswith("0/")


def _share_sizes(boxes: Manifest, rules: Commitment) -> dict[Code, int]:
    above, below = (int(part) for part in rules.share.split("/"))
    stations: dict[Code, int] = {}
    for each in sorted(boxes.containers, key=lambda box: box.centre):
        stations[each.centre] = stations.get(each.centre, 0) + 1
    return {centre: share_of(here, above, below, rules.rounding) for centre, here in stations.items()}


def _draw_again(boxes: Manifest, rules: Commitment, heavy: Weights | None, seed: str, most: int) -> list[Drawing]:
    if heavy is not None:
        return weighted(seed, [(each.code, each.weight) for each in heavy.weights], most)
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


def _names(boxes: Manifest, rules: Commitment) -> Iterator[str]:
    for each in boxes.containers:
        if rules.unit == "container":
            yield each.code
        else:
            yield from (f"{each.code},{place}" for place in range(1, each.papers + each.phantoms + 1))
