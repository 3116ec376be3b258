"""A secret comparison checked from what was published of it, against the ballots themselves.

The contexts, the order of the rows and the draw are computed here once more, from the specification
(docs/spec/secret-comparison.md); with `audit/secret_comparison` this shares the records and the arithmetic of openings.
"""

import hashlib
from collections.abc import Callable, Sequence

from urna.audit.secret_comparison import OpenedRow, Sample
from urna.audit.secret_rows import ComparisonSet
from urna.ballot.slip_id import check_id
from urna.crypto.group import subtract, times, total
from urna.crypto.joint_opening import Target, check_proof, check_votes
from urna.crypto.mac import join_parts
from urna.crypto.same_factor import Multiplied, check_factor
from urna.crypto.scalars import from_int
from urna.crypto.shuffle import read_rows
from urna.crypto.shuffle_check import Coefficients, check_shuffle
from urna.crypto.shuffle_transcript import Statement, read_proof
from urna.crypto.threshold import evaluate_points, lagrange
from urna.encoding.canonical import encode
from urna.errors import Malformed, Unproven
from urna.verify.drawing_again import smallest
from urna.verify.secret_published import Draw, Keys, KnownBallot, Published, Step
from urna.verify.shuffles import Shuffled
from urna.words import Sentence

_POINT = 32
_OTHER = Sentence("something else")

ShuffleCheck = Callable[[Shuffled, str], None]
"""`verify/shuffles.check_shuffled`, or the same by one sum: `in_kernels`."""


def check_comparison(
    keys: Keys, ballots: Sequence[KnownBallot], published: Published, draw: Draw, check: ShuffleCheck
) -> Sample:
    """What a secret comparison proves.

    1. The rows are those of the ballots whose id is proven to belong to them, sorted.
    2. Each mixer shuffled the rows of the one before.
    3. Guardians blinded the ids and opened them: rows that share an id are named.
    4. The seed draws these rows, just these are opened, and none or enough stay closed.
    5. Each opened part is what the guardians' key gives.

    Args:
        keys: from the ceremony.
        ballots: all cast ballots of the set's stations with the contest.
        published: of the comparison.
        draw: its rules and the seed.
        check: how shuffles are checked.

    Raises:
        Malformed: bytes that are no points, scalars, rows or proofs.
        Unproven: one of the above does not hold.
    """
    identity = hashlib.sha256(encode(published.described)).digest()
    mixed = _check_mixings(keys, identity, _rows_of(keys, ballots, published.described), published, check)
    doubled = _check_ids(keys, identity, mixed, published)
    drawn = _check_drawn(published, draw)
    opened = {number: _check_row(keys, identity, mixed, number, published) for number in published.rows}
    return Sample(published.described, drawn, opened, doubled)


def in_kernels(coefficients: Coefficients) -> ShuffleCheck:
    """The check of a shuffle by one sum.

    Args:
        coefficients: fresh random bytes that no mixer could foresee.
    """

    def check(shuffled: Shuffled, where: str) -> None:
        before, after = (read_rows(data, shuffled.width, where) for data in (shuffled.before, shuffled.after))
        statement = Statement(shuffled.context, shuffled.key, before, after)
        check_shuffle(statement, read_proof(shuffled.proof, before, where), coefficients, where=where)

    return check


# ---------------------------------------------------------------- 1: rows


def _rows_of(keys: Keys, ballots: Sequence[KnownBallot], described: ComparisonSet) -> bytes:
    """The rows before any mixing; a ballot whose id is not proven has none, and counts as a card without one."""
    by_id = {each.ballot: each for each in ballots}
    contests = {each.bound.contest for each in ballots}
    widths = {len(each.options) for each in ballots}
    _require(
        (contests, widths, len(by_id)) == ({described.contest}, {len(described.options)}, len(ballots)),
        Sentence("ballots of contest {contest} alone, each once", {"contest": described.contest}),
    )
    proven = [_row(by_id[ballot]) for ballot in sorted(by_id) if _has_id(keys, by_id[ballot])]
    rows = b"".join(proven)
    found = (described.ballots, described.rows, described.rows_hash)
    _require(
        found == (len(ballots), len(proven), hashlib.sha256(rows).hexdigest()),
        Sentence("{rows} rows of {ballots} cast ballots, sorted", {"rows": len(proven), "ballots": len(ballots)}),
        Sentence("{rows} rows of {ballots}, or others", {"rows": described.rows, "ballots": described.ballots}),
    )
    return rows


def _has_id(keys: Keys, ballot: KnownBallot) -> bool:
    try:
        check_id(keys.joint.votes, ballot.bound, ballot.slip, ballot.ballot.hex())
    except (Malformed, Unproven):
        return False
    return True


def _row(ballot: KnownBallot) -> bytes:
    return b"".join(each.alpha + each.beta for each in (ballot.slip.ciphertext, *ballot.options))


# ---------------------------------------------------------------- 2: mixers


def _check_mixings(keys: Keys, identity: bytes, rows: bytes, published: Published, check: ShuffleCheck) -> bytes:
    width = 1 + len(published.described.options)
    _require(
        len(published.mixings) >= keys.threshold,
        Sentence("rows mixed {count} times or more", {"count": keys.threshold}),
        Sentence("{count} times", {"count": len(published.mixings)}),
    )
    for mixer, mixing in enumerate(published.mixings, 1):
        context = _context("mixing", keys, identity, _number(mixer))
        where = f"mixer {mixer}"
        check(Shuffled(context, keys.joint.votes, width, rows, mixing.rows, mixing.proof), where)
        rows = mixing.rows
    return rows


# ---------------------------------------------------------------- 3: ids


def _check_ids(keys: Keys, identity: bytes, mixed: bytes, published: Published) -> frozenset[int]:
    """Blinded in turn from the mixed rows' first column, then decrypted by k guardians."""
    row = 2 * _POINT * (1 + len(published.described.options))
    column = b"".join(mixed[at : at + 2 * _POINT] for at in range(0, len(mixed), row))
    _require_guardians(keys, published.blindings)
    for step in published.blindings:
        context = _context("blinding", keys, identity, hashlib.sha256(mixed).digest(), _number(step.guardian))
        _check_step(Multiplied(context, step.public, column, step.multiples), step)
        column = step.multiples
    points = _cut(column)
    blinded = hashlib.sha256(column).digest()
    for step in published.decryptions:
        context = _context("unblinding", keys, identity, blinded, _number(step.guardian))
        _require(
            step.public == evaluate_points(keys.points, step.guardian),
            Sentence("guardian {guardian}'s own share of the key", {"guardian": step.guardian}),
        )
        _check_step(Multiplied(context, step.public, b"".join(points[0::2]), step.multiples), step)
    return _shared(points[1::2], _decrypted(keys, published.decryptions))


def _check_step(statement: Multiplied, step: Step) -> None:
    check_factor(statement, step.proof, f"guardian {step.guardian}")


def _decrypted(keys: Keys, steps: Sequence[Step]) -> list[bytes]:
    """P(0)·A of each row, by Lagrange."""
    _require_guardians(keys, steps)
    weights = lagrange([step.guardian for step in steps])
    weighted = [[times(from_int(weights[step.guardian]), point) for point in _cut(step.multiples)] for step in steps]
    return [total(row) for row in zip(*weighted, strict=True)]


def _require_guardians(keys: Keys, steps: Sequence[Step]) -> None:
    """As many different ones as open anything."""
    guardians = {step.guardian for step in steps}
    _require(
        len(guardians) == len(steps) and len(steps) >= keys.threshold,
        Sentence("ids blinded and opened by {count} guardians or more, each once", {"count": keys.threshold}),
        Sentence("guardians {indices}", {"indices": ", ".join(str(step.guardian) for step in steps)}),
    )


def _shared(betas: Sequence[bytes], shares: Sequence[bytes]) -> frozenset[int]:
    rows: dict[bytes, list[int]] = {}
    for number, (beta, share) in enumerate(zip(betas, shares, strict=True), 1):
        rows.setdefault(subtract(beta, share), []).append(number)
    return frozenset(number for numbers in rows.values() if len(numbers) > 1 for number in numbers)


# ---------------------------------------------------------------- 4 and 5: drawn rows


def _check_drawn(published: Published, draw: Draw) -> tuple[int, ...]:
    described = published.described
    cards = max(draw.bound, described.ballots)
    units = (f"{described.contest},{number}" for number in range(1, cards + 1))
    drawn = tuple(int(unit.rpartition(",")[2]) for _, unit, _ in smallest(draw.seed, units, draw.size))
    wanted = {number for number in drawn if number <= described.rows}
    _require(
        wanted == set(published.rows),
        Sentence("the {count} rows that the seed draws opened, and no others", {"count": len(wanted)}),
        Sentence("{count} rows opened, or others", {"count": len(published.rows)}),
    )
    closed = described.rows - len(wanted)
    _require(
        described.rows >= draw.threshold and (closed == 0 or closed >= draw.threshold),
        Sentence("at least {threshold} rows, and none or as many that stay closed", {"threshold": draw.threshold}),
        Sentence("{rows} rows, of which {closed} stay closed", {"rows": described.rows, "closed": closed}),
    )
    return drawn


def _check_row(keys: Keys, identity: bytes, mixed: bytes, number: int, published: Published) -> OpenedRow:
    where = f"row {number}"
    opened, width = published.rows[number], 1 + len(published.described.options)
    description = _context("opening", keys, identity, hashlib.sha256(mixed).digest(), _number(number))
    size = 2 * _POINT * width
    points = _cut(mixed[(number - 1) * size : number * size])
    targets = [
        Target(keys.joint.base_hash, keys.joint.votes, description, column, *points[2 * column : 2 * column + 2])
        for column in range(width)
    ]
    _require(
        (len(opened.proofs), len(opened.votes)) == (width, width - 1),
        Sentence("a proof for the id and for each of {count} options", {"count": width - 1}),
        Sentence("{count} proofs", {"count": len(opened.proofs)}),
        where,
    )
    for target, proof in zip(targets, opened.proofs, strict=True):
        check_proof(target, proof, where)
    for target, proof, votes in zip(targets[1:], opened.proofs[1:], opened.votes, strict=True):
        check_votes(target, proof.share, votes, where)
    return OpenedRow(number, subtract(targets[0].beta, opened.proofs[0].share), opened.votes)


# ---------------------------------------------------------------- small things


def _context(name: str, keys: Keys, identity: bytes, *parts: bytes) -> bytes:
    label = f"urna/secret-comparison/1/{name}".encode()
    return hashlib.sha256(join_parts(label, keys.joint.base_hash, identity, *parts)).digest()


def _cut(data: bytes) -> list[bytes]:
    return [data[at : at + _POINT] for at in range(0, len(data), _POINT)]


def _number(number: int) -> bytes:
    return number.to_bytes(4, "big")


def _require(holds: bool, expected: Sentence, found: Sentence = _OTHER, where: str = "") -> None:
    if not holds:
        raise Unproven(
            expected,
            found,
            Sentence("Ask the audit's coordinator for the files as the mixers and guardians made them."),
            where,
        )
