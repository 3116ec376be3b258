"""A secret comparison for tests: five guardians of whom three are needed, ballots, papers, mixers and openings."""

import hashlib
from collections.abc import Callable, Sequence
from functools import cache
from itertools import count
from typing import NamedTuple

from urna.audit.distinct_ids import alphas, id_column
from urna.audit.secret_comparison import SlipRead
from urna.audit.secret_rows import BallotRow, Comparison, build_rows, describe, draw_rows
from urna.ballot.context import BallotContext, ballot_context
from urna.ballot.encryption import encrypt_ballot
from urna.ballot.keys import JointKeys
from urna.ballot.shape import BallotShape, ContestShape
from urna.ballot.slip_id import Bound, check_id, contest_id, encrypt_id
from urna.crypto.elgamal import read_ciphertexts
from urna.crypto.group import base_times
from urna.crypto.joint_opening import Proof, Target, VotesTable, begin, challenge, combine, finish, respond, votes_point
from urna.crypto.same_factor import Multiplied, multiply_all, prove_factor
from urna.crypto.shuffle import Rows, draw_secret, shuffle
from urna.crypto.shuffle_proof import prove_shuffle
from urna.crypto.shuffle_transcript import Statement
from urna.crypto.threshold import Polynomial, add_shares, draw_scalar, evaluate_points, joint_points, lagrange
from urna.errors import Unproven
from urna.verify.secret_published import Draw, Keys, KnownBallot, Mixing, Published, PublishedRow, Step

K, N = 3, 5
THRESHOLD = 3
OPENERS = (1, 3, 4)
CONTEST, STATION = "MAYOR", "ST-1"
OPTIONS = ("A", "B", "C")
SHAPE = ContestShape(contest=CONTEST, options=OPTIONS, option_limit=1, choices=(), limit=1)
ELECTION = "ab" * 32
SEED = "98765432101234567890"

Entropy = Callable[[int], bytes]


def entropy(label: str) -> Entropy:
    """Bytes that are the same at every run."""
    numbers = count()
    return lambda size: hashlib.shake_256(f"{label} {next(numbers)}".encode()).digest(size)


class Guardians(NamedTuple):
    """What the ceremony ends with, and what each guardian keeps."""

    keys: Keys
    shares: dict[int, bytes]


@cache
def guardians() -> Guardians:
    """The ceremony's arithmetic without its documents."""
    draw = entropy("guardians")
    polynomials = [Polynomial.draw(K, draw) for _ in range(N)]
    points = joint_points([each.points() for each in polynomials])
    shares = {i: add_shares(each.share(i) for each in polynomials) for i in range(1, N + 1)}
    joint = JointKeys(points[0], base_times(draw_scalar(draw)), b"\x09" * 32)
    return Guardians(Keys(joint, points), shares)


@cache
def context() -> BallotContext:
    """One contest of three options, one vote."""
    return ballot_context(guardians().keys.joint, STATION, BallotShape(style="S", contests=(SHAPE,)))


class Cast(NamedTuple):
    """What a voter left behind: the ballot on the record and the paper in the box."""

    known: KnownBallot
    paper: SlipRead


def cast(number: int, vote: str, printed: str | None = None, slip: int | None = None) -> Cast:
    """A ballot for an option, "" for none.

    Args:
        number: makes its random bytes.
        vote: what is encrypted.
        printed: what the paper says, if something else.
        slip: the number of another ballot whose slip id this one takes.
    """
    draw = entropy(f"ballot {number}")
    ballot = draw(16)
    made = encrypt_ballot(context(), [int(option == vote) for option in OPTIONS], ballot, draw(32), draw)
    bound = Bound(context().context, CONTEST, hashlib.sha256(made.compact()).digest())
    own = contest_id(hashlib.sha256(f"slip {number if slip is None else slip}".encode()).digest()[:16], CONTEST)
    encrypted = encrypt_id(context().votes_key, bound, own, draw)
    known = KnownBallot(ballot, bound, encrypted, read_ciphertexts(made.ciphertexts))
    said = vote if printed is None else printed
    return Cast(known, SlipRead(own, {said: 1} if said else {}))


class World(NamedTuple):
    """A comparison with everything that was published."""

    cast: tuple[Cast, ...]
    comparison: Comparison
    published: Published
    draw: Draw

    @property
    def ballots(self) -> tuple[KnownBallot, ...]:
        """As the record has them."""
        return tuple(each.known for each in self.cast)

    @property
    def papers(self) -> tuple[SlipRead, ...]:
        """As they lie in the box."""
        return tuple(each.paper for each in self.cast)


def world(ballots: Sequence[Cast], drawn: int, bound: int = 0) -> World:
    """The whole comparison, done honestly on these ballots.

    Args:
        ballots: those cast.
        drawn: rows to draw.
        bound: of papers; the ballots, if it is less.
    """
    keys = guardians().keys.joint
    rows = rows_of([each.known for each in ballots])
    comparison = Comparison(keys, describe(ELECTION, SHAPE, (STATION,), len(ballots), rows))
    mixings, mixed = _mix(comparison, rows)
    blindings, blinded = _blind(comparison, mixed)
    decryptions = _decrypt(comparison, blinded)
    numbers = draw_rows(comparison.described, SEED, bound, drawn)
    opened = {number: open_row(comparison, mixed, number) for number in numbers if number <= rows.size}
    published = Published(comparison.described, mixings, blindings, decryptions, opened)
    return World(tuple(ballots), comparison, published, Draw(SEED, bound, drawn, THRESHOLD))


def rows_of(ballots: Sequence[KnownBallot]) -> Rows:
    """Of those with a proven id."""
    return build_rows(BallotRow(each.ballot, each.slip.ciphertext, each.options) for each in ballots if _proven(each))


def _proven(ballot: KnownBallot) -> bool:
    try:
        check_id(guardians().keys.joint.votes, ballot.bound, ballot.slip)
    except Unproven:
        return False
    return True


def _mix(comparison: Comparison, rows: Rows) -> tuple[tuple[Mixing, ...], Rows]:
    mixings = []
    for mixer in range(1, K + 1):
        draw = entropy(f"mixer {mixer}")
        secret = draw_secret(rows, draw)
        after = shuffle(context().votes_key, rows, secret)
        statement = Statement(comparison.mixing_context(mixer), comparison.keys.votes, rows, after)
        mixings.append(Mixing(after.data, prove_shuffle(statement, secret, draw).written()))
        rows = after
    return tuple(mixings), rows


def _blind(comparison: Comparison, mixed: Rows) -> tuple[tuple[Step, ...], bytes]:
    column, steps = id_column(mixed), []
    for guardian in OPENERS:
        draw = entropy(f"blinder {guardian}")
        factor = draw_scalar(draw)
        steps.append(step(comparison.blinding_context(mixed, guardian), guardian, factor, column, draw))
        column = steps[-1].multiples
    return tuple(steps), column


def _decrypt(comparison: Comparison, blinded: bytes) -> tuple[Step, ...]:
    return tuple(
        step(
            comparison.unblinding_context(blinded, guardian),
            guardian,
            guardians().shares[guardian],
            alphas(blinded),
            entropy(f"decrypting {guardian}"),
        )
        for guardian in OPENERS
    )


def step(bound: bytes, guardian: int, factor: bytes, points: bytes, draw: Entropy) -> Step:
    """A guardian's multiples with their proof."""
    statement = Multiplied(bound, base_times(factor), points, multiply_all(factor, points))
    return Step(guardian, statement.public, statement.multiples, prove_factor(statement, factor, draw))


def open_row(comparison: Comparison, mixed: Rows, number: int) -> PublishedRow:
    """A row opened by three guardians; its votes are found by trying."""
    targets = comparison.row_targets(mixed, number)
    proofs = tuple(open_target(each, f"row {number} {each.option}") for each in targets)
    table = VotesTable(comparison.keys.votes, 1)
    votes = [
        table.find(votes_point(*each)) for each in zip(targets[1:], [one.share for one in proofs[1:]], strict=True)
    ]
    return PublishedRow(proofs, tuple(votes))


def open_target(target: Target, label: str) -> Proof:
    """One ciphertext opened by three guardians."""
    draw, shares = entropy(label), guardians().shares
    nonces = {i: draw_scalar(draw) for i in OPENERS}
    partials = {i: begin(shares[i], nonces[i], target) for i in OPENERS}
    weights, c = lagrange(OPENERS), challenge(target, combine(partials))
    return finish(target, partials, {i: respond(shares[i], nonces[i], c, weights[i]) for i in OPENERS})


def public_share(guardian: int) -> bytes:
    """P(i)·G."""
    return evaluate_points(guardians().keys.points, guardian)
