"""Attacks on encrypted ballots: booths that encrypt what they like, and mirrors that change files.

Ballots are no leaves of the log, so whoever carries a record can change them without any key.
"""

from collections.abc import Callable

import msgspec
from tests.tampering.encrypted_forgery import NOBODY, STATION, Forgery, case, cut_file
from tests.tampering.encrypted_prover import dishonest_ballot, exchanged, piece_of, unreduced, with_piece
from tests.verify.encrypted_world import Made, make_ballot, options_of, row_of

from urna.ballot.context import ballot_context
from urna.ballot.forms import EncryptedBallot, read_compact
from urna.ballot.shape import BallotShape, ballot_shape
from urna.crypto import scalars
from urna.crypto.group import add
from urna.crypto.ristretto import GENERATOR, IDENTITY
from urna.election.outcomes import BallotState
from urna.encoding.canonical import encode
from urna.record.ballot_file import write_ballot_file
from urna.record.layout import ciphertexts_path

replace = msgspec.structs.replace

VOID, CAST = BallotState.VOID, BallotState.CAST

NO_POINT = b"\xff" * 32
"""Above the prime, so no canonical encoding of anything."""

S1 = ciphertexts_path("A-01", "S1")
A02 = ciphertexts_path("A-02", "S1")


# ---------------------------------------------------------------- booths that encrypt what no voter may choose


def _vote(forgery: Forgery, station: str, votes: dict[str, int], *reopen: str) -> None:
    """A cast ballot of style S1 with these votes, as "NOM-1/ANA", in their contests; all papers follow from it."""
    old = forgery.made(station, style="S1")
    context = forgery.world.context(station, "S1")
    options = options_of(context.shape)
    wanted = {(name.partition("/")[0], name.partition("/")[2]): number for name, number in votes.items()}
    contests = {contest for contest, _ in wanted}
    assert set(wanted) <= set(options)
    numbers = tuple(
        wanted.get(option, 0) if option[0] in contests else before
        for option, before in zip(options, old.votes, strict=True)
    )
    forgery.exchange(station, old, dishonest_ballot(context, numbers, old.id, old.seed), votes=numbers)
    forgery.publish(reopen=reopen)


@case(STATION, 25, "A-01", "style S1 is not proven")
def two_votes_for_one_option(forgery: Forgery) -> None:
    """One ballot gives a card two votes; sheet, sums and totals follow from it."""
    _vote(forgery, "A-01", {"NOM-1/BEA": 2}, "A-01")


@case(STATION, 25, "A-02", "style S1 is not proven")
def a_vote_less_than_none(forgery: Forgery) -> None:
    """One ballot takes a vote away from an option that others chose."""
    _vote(forgery, "A-02", {"REF/YES": -1}, "A-02")


@case(STATION, 25, "A-02", "style S1 is not proven")
def a_thousand_votes(forgery: Forgery) -> None:
    """One ballot gives a thousand votes, in a contest that is withheld there and opened nowhere."""
    _vote(forgery, "A-02", {"NOM-1/CAI": 1000})


@case(STATION, 25, "A-01", "style S1 is not proven")
def too_many_votes_in_a_contest(forgery: Forgery) -> None:
    """A vote for each of two lists, where one is allowed; each option for itself is proven."""
    _vote(forgery, "A-01", {"LIST-N/SUN": 1, "LIST-N/SEA": 1}, "A-01")


@case(STATION, 25, "A-02", "style S1 is not proven")
def every_option_of_a_contest(forgery: Forgery) -> None:
    """One vote for each of three options, where two are allowed, one below the limit of options."""
    _vote(forgery, "A-02", {"NOM-1/ANA": 1, "NOM-1/BEA": 1, "NOM-1/CAI": 1})


@case(STATION, 25, "A-01", "style S1 is not proven")
def two_votes_for_one_candidate(forgery: Forgery) -> None:
    """Both cards of one candidate: within the contest's limit of two, but not within the choice's."""
    _vote(forgery, "A-01", {"NOM-1/ANA": 1, "NOM-1/ANA-BIS": 1}, "A-01")


@case(STATION, 25, "A-02", "style S1 is not proven")
def a_vote_taken_from_one_and_given_to_another(forgery: Forgery) -> None:
    """Two for one answer and one less for the other: the contest's limit is kept, the options' are not."""
    _vote(forgery, "A-02", {"REF/YES": -1, "REF/NO": 2}, "A-02")


def honest_ballot_of_the_dishonest_prover(forgery: Forgery) -> None:
    """No attack: with allowed votes the prover of these attacks makes ballots that verify."""
    _vote(forgery, "A-01", {"NOM-1/ANA": 1, "NOM-1/CAI": 1, "REF/NO": 1}, "A-01")


def honest(forgery: Forgery, station: str, old: Made, seed: bytes) -> EncryptedBallot:
    """The same choice under the same id, encrypted with other nonces."""
    return dishonest_ballot(forgery.world.context(station, old.style), old.votes, old.id, seed)


# ---------------------------------------------------------------- parts that are moved, changed or left out


def _change(station: str, change: Callable[[EncryptedBallot], EncryptedBallot]) -> Callable[[Forgery], None]:
    """Another void ballot than was made, listed under its own hash: it is in no sum, so only its proofs can tell."""

    def tamper(forgery: Forgery) -> None:
        old = forgery.made(station, VOID)
        forgery.exchange(station, old, change(old.encrypted))
        forgery.publish()

    return tamper


def _changed(forgery: Forgery, **parts: Callable[[bytes], bytes]) -> None:
    """The first void ballot of A-01 with other parts."""

    def change(ballot: EncryptedBallot) -> EncryptedBallot:
        return ballot._replace(**{name: part(getattr(ballot, name)) for name, part in parts.items()})

    _change("A-01", change)(forgery)


@case(STATION, 25, "A-01", "is not proven")
def ciphertexts_of_two_options_exchanged(forgery: Forgery) -> None:
    """A vote for one is turned into a vote for the other."""
    _changed(forgery, ciphertexts=lambda data: exchanged(data, [(0, 2), (1, 3)]))


@case(STATION, 25, "A-01", "is not proven")
def options_exchanged_with_their_proofs(forgery: Forgery) -> None:
    """Ciphertexts, responses and commitments of two options in each other's place: each proof is beside its own."""
    _changed(
        forgery,
        ciphertexts=lambda data: exchanged(data, [(0, 2), (1, 3)]),
        responses=lambda data: exchanged(data, [(0, 3), (1, 4), (2, 5)]),
        commitments=lambda data: exchanged(data, [(0, 4), (1, 5), (2, 6), (3, 7)]),
    )


@case(STATION, 25, "A-01", "is not proven")
def halves_of_a_ciphertext_exchanged(forgery: Forgery) -> None:
    """α and β in each other's place."""
    _changed(forgery, ciphertexts=lambda data: exchanged(data, [(0, 1)]))


@case(STATION, 25, "A-01", "is not proven")
def branches_of_a_proof_exchanged(forgery: Forgery) -> None:
    """The commitments of 0 and of 1 in each other's place: a ballot that would say that it holds what it does not."""
    _changed(forgery, commitments=lambda data: exchanged(data, [(0, 2), (1, 3)]))


@case(STATION, 25, "A-01", "is not proven")
def proof_that_proves_nothing(forgery: Forgery) -> None:
    """Every response 0 and every commitment the identity."""
    _changed(
        forgery,
        responses=lambda data: bytes(len(data)),
        commitments=lambda data: IDENTITY * (len(data) // len(IDENTITY)),
    )


@case(STATION, 25, "A-01", "is not proven")
def commitments_chosen_for_a_known_challenge(forgery: Forgery) -> None:
    """The commitments of one proof fit the challenge of before, which moves with them: the weak transform of 2012."""
    ballot = forgery.made("A-01", VOID).encrypted
    double = scalars.add(piece_of(ballot.responses, 1), scalars.ONE)
    context = forgery.world.context("A-01", "S1")
    shifted = with_piece(ballot.responses, 1, double)
    moved = _commitments_for(context.keys.votes, ballot.commitments)
    _changed(forgery, responses=lambda _: shifted, commitments=lambda _: moved)


def _commitments_for(key: bytes, commitments: bytes) -> bytes:
    """The first pair of commitments moved by G and K, as the moved response asks for."""
    first, second = piece_of(commitments, 0), piece_of(commitments, 1)
    return with_piece(with_piece(commitments, 0, add(first, GENERATOR)), 1, add(second, key))


@case(STATION, 25, "A-01", "is not proven")
def response_of_one_branch_changed(forgery: Forgery) -> None:
    """One more in one response."""
    _changed(forgery, responses=lambda data: with_piece(data, 1, scalars.add(piece_of(data, 1), scalars.ONE)))


@case(STATION, 25, "A-01", "is not proven")
def parts_of_the_challenge_moved(forgery: Forgery) -> None:
    """One proof's part of the challenge in another proof's place."""
    _changed(forgery, responses=lambda data: exchanged(data, [(0, 3)]))


@case(STATION, 25, "A-01", "is not proven")
def unreduced_response(forgery: Forgery) -> None:
    """The right response as a number above the order: a ballot with two spellings has two hashes."""
    _changed(forgery, responses=lambda data: with_piece(data, 1, unreduced(piece_of(data, 1))))


@case(STATION, 25, "A-01", "is not proven")
def unreduced_part_of_the_challenge(forgery: Forgery) -> None:
    """The same with a part of the challenge."""
    _changed(forgery, responses=lambda data: with_piece(data, 0, unreduced(piece_of(data, 0))))


@case(STATION, 25, "A-01", "is not proven")
def commitment_that_is_no_point(forgery: Forgery) -> None:
    """A commitment that decodes to nothing."""
    _changed(forgery, commitments=lambda data: with_piece(data, 5, NO_POINT))


@case(STATION, 25, "A-01", "is not proven")
def negative_commitment(forgery: Forgery) -> None:
    """An odd encoding, which libraries that are not strict take for its negative."""
    _changed(forgery, commitments=lambda data: with_piece(data, 0, bytes([data[0] | 1]) + data[1:32]))


@case(STATION, 25, "A-01", "is not proven")
def ciphertext_that_is_no_point(forgery: Forgery) -> None:
    """A void ballot whose ciphertext decodes to nothing."""
    _changed(forgery, ciphertexts=lambda data: with_piece(data, 3, NO_POINT))


@case(STATION, 25, "A-02", "is not proven", also=(28,))
def cast_ciphertext_that_is_no_point(forgery: Forgery) -> None:
    """A cast ballot that cannot be added up, at a station whose sums are opened."""
    old = forgery.made("A-02")
    broken = old.encrypted._replace(ciphertexts=with_piece(old.encrypted.ciphertexts, 3, NO_POINT))
    forgery.exchange("A-02", old, broken)
    forgery.publish()


@case(STATION, 25, "A-02", "is not proven")
def ciphertexts_of_two_ballots_exchanged(forgery: Forgery) -> None:
    """The first option's ciphertext of two cast ballots in each other's place: their sums stay the same."""
    one, other = forgery.made("A-02", number=0), forgery.made("A-02", number=1)
    first, second = one.encrypted.ciphertexts, other.encrypted.ciphertexts
    forgery.exchange("A-02", one, one.encrypted._replace(ciphertexts=second[:64] + first[64:]))
    other = forgery.made("A-02", number=1)
    forgery.exchange("A-02", other, other.encrypted._replace(ciphertexts=first[:64] + second[64:]))
    forgery.publish()


@case(STATION, 25, "A-02", "is not proven")
def responses_of_another_ballot(forgery: Forgery) -> None:
    """Proofs of somebody else's ballot."""
    one, other = forgery.made("A-02", number=0), forgery.made("A-02", number=1)
    forgery.exchange("A-02", one, one.encrypted._replace(responses=other.encrypted.responses))
    forgery.publish()


# ---------------------------------------------------------------- ballots of somebody or somewhere else


@case(STATION, 25, "A-02", "is not proven")
def ballot_copied_under_another_id(forgery: Forgery) -> None:
    """Somebody's ciphertexts and proofs once more: a replayed vote, which would also show what the first one was."""
    one, other = forgery.made("A-02", number=0), forgery.made("A-02", number=1)
    forgery.exchange("A-02", one, other.encrypted._replace(ballot=one.id), votes=other.votes)
    forgery.publish(reopen=["A-02"])


@case(STATION, 25, "A-02", "is not proven")
def ballot_of_another_station(forgery: Forgery) -> None:
    """A ballot that a booth of another station made, of the same style."""
    old, context = forgery.made("A-02"), forgery.world.context("A-01", "S1")
    forgery.exchange("A-02", old, dishonest_ballot(context, old.votes, old.id, old.seed))
    forgery.publish()


@case(STATION, 25, "A-01", "is not proven")
def ballot_of_another_election(forgery: Forgery) -> None:
    """A void ballot to another election's keys, with proofs that hold there."""
    old, keys = forgery.made("A-01", VOID), forgery.world.joint
    foreign = keys._replace(base_hash=bytes(32))
    context = ballot_context(foreign, "A-01", forgery.world.context("A-01", "S1").shape)
    forgery.exchange("A-01", old, dishonest_ballot(context, old.votes, old.id, old.seed))
    forgery.publish()


@case(STATION, 25, "A-01", "is not proven")
def ballot_to_another_key(forgery: Forgery) -> None:
    """A void ballot to a key that the booth knows, bound to this election by name."""
    old, keys = forgery.made("A-01", VOID), forgery.world.joint
    context = ballot_context(keys._replace(votes=keys.data), "A-01", forgery.world.context("A-01", "S1").shape)
    forgery.exchange("A-01", old, dishonest_ballot(context, old.votes, old.id, old.seed))
    forgery.publish()


@case(STATION, 25, "A-01", "is not proven")
def ballot_with_a_contest_left_out(forgery: Forgery) -> None:
    """A ballot of the style with four contests, the indigenous one cut out, as a ballot of the style with three."""
    world = forgery.world
    wide, narrow = world.context("A-01", "S1-IND").shape, world.context("A-01", "S1").shape
    old = forgery.made("A-01", VOID, style="S1")
    full = make_ballot(world, "A-01", "S1-IND", VOID, "cut").encrypted
    parts = full._replace(
        ballot=old.id,
        ciphertexts=_without_ind(wide, full.ciphertexts, 2),
        responses=_without_proofs(wide, full.responses, lambda limit: 2 * limit + 1),
        commitments=_without_proofs(wide, full.commitments, lambda limit: 2 * (limit + 1)),
    )
    assert len(parts.ciphertexts) == narrow.ciphertext_bytes
    assert (len(parts.responses), len(parts.commitments)) == (narrow.response_bytes, narrow.commitment_bytes)
    forgery.exchange("A-01", old, parts)
    forgery.publish()


def _without_ind(shape: BallotShape, data: bytes, pieces: int) -> bytes:
    kept = [n for n, (contest, _) in enumerate(options_of(shape)) if contest != "IND"]
    return b"".join(data[32 * pieces * n : 32 * pieces * (n + 1)] for n in kept)


def _without_proofs(shape: BallotShape, data: bytes, length: Callable[[int], int]) -> bytes:
    kept, at, limits = b"", 0, iter(shape.proof_limits)
    for contest in shape.contests:
        for _ in range(len(contest.options) + len(contest.choices) + 1):
            end = at + 32 * length(next(limits))
            kept, at = kept + (b"" if contest.contest == "IND" else data[at:end]), end
    return kept


def _as_shape(forgery: Forgery, shape: BallotShape) -> None:
    """The file of A-02 with ballots of another shape, each listed under its hash; its header says their length."""
    world = forgery.world
    context = ballot_context(world.joint, "A-02", shape)
    made: list[Made] = world.ballots_made["A-02"]
    rows = [
        dishonest_ballot(context, (0,) * shape.options, each.id, each.seed).committed()
        for each in sorted(made, key=lambda each: each.id)
    ]
    world.files[A02] = write_ballot_file(world.election.identity, context, rows)
    forgery.publish()


@case(STATION, 17, "A-02", "style S1", also=(28,))
def contest_six_times(forgery: Forgery) -> None:
    """Ballots that list one contest six times, every time within its limit: six votes for each voter."""
    shape = ballot_shape(forgery.world.election, "S1")
    _as_shape(forgery, replace(shape, contests=(*shape.contests, *shape.contests[:1] * 5)))


@case(STATION, 17, "A-02", "style S1", also=(28,))
def choice_limit_left_out(forgery: Forgery) -> None:
    """Ballots without the proof that a candidate with two cards gets one vote."""
    shape = ballot_shape(forgery.world.election, "S1")
    contests = tuple(replace(each, choices=()) for each in shape.contests)
    assert contests != shape.contests
    _as_shape(forgery, replace(shape, contests=contests))


@case(STATION, 17, "A-02", "style S1", also=(28,))
def contest_limit_raised(forgery: Forgery) -> None:
    """Ballots that prove at most three votes where two are allowed."""
    shape = ballot_shape(forgery.world.election, "S1")
    _as_shape(forgery, replace(shape, contests=tuple(replace(each, limit=each.limit + 1) for each in shape.contests)))


@case(STATION, 17, "A-02", "context", also=(28,))
def contests_in_another_order(forgery: Forgery) -> None:
    """Ballots of the same length, with contests in another order."""
    shape = ballot_shape(forgery.world.election, "S1")
    _as_shape(forgery, replace(shape, contests=shape.contests[::-1]))


# ---------------------------------------------------------------- compact ballots


def _compact(forgery: Forgery, change: Callable[[EncryptedBallot], EncryptedBallot]) -> None:
    """A void ballot of a record in compact form, changed and listed under its new hash."""
    old = forgery.made("A-01", VOID)
    changed = change(old.encrypted)
    forgery.world.to_form("compact")
    made = forgery.world.ballots_made["A-01"]
    forgery.world.ballots_made["A-01"] = [
        each if each is not old else Made(old.style, old.state, old.votes, old.seed, changed) for each in made
    ]
    forgery.rewrite("A-01")
    forgery.publish()


@case(STATION, 25, "A-01", "is not proven")
def compact_challenge_changed(forgery: Forgery) -> None:
    """Another challenge than the hash of the ballot's contents: every false proof has one that fits."""
    _compact(forgery, lambda ballot: ballot._replace(challenge=scalars.add(ballot.challenge, scalars.ONE)))


@case(STATION, 25, "A-01", "is not proven")
def compact_challenge_of_another_ballot(forgery: Forgery) -> None:
    """The challenge of a true ballot."""
    other = forgery.made("A-01", CAST).encrypted.challenge
    _compact(forgery, lambda ballot: ballot._replace(challenge=other))


@case(STATION, 25, "A-01", "is not proven")
def compact_unreduced_challenge(forgery: Forgery) -> None:
    """The right challenge as a number above the order."""
    _compact(forgery, lambda ballot: ballot._replace(challenge=unreduced(ballot.challenge)))


@case(STATION, 25, "A-01", "is not proven")
def compact_ciphertext_that_is_no_point(forgery: Forgery) -> None:
    """A ciphertext that decodes to nothing, so that no commitment can be computed."""
    _compact(forgery, lambda ballot: ballot._replace(ciphertexts=with_piece(ballot.ciphertexts, 0, NO_POINT)))


@case(STATION, 25, "A-01", "is not proven")
def compact_votes_chosen_at_will(forgery: Forgery) -> None:
    """Two votes for a card; the challenge is the one that its commitments make."""
    old, context = forgery.made("A-01", VOID), forgery.world.context("A-01", "S1")
    _compact(forgery, lambda _: dishonest_ballot(context, (2,) + (0,) * 8, old.id, old.seed))


# ---------------------------------------------------------------- files, changed by whoever carries them


def _void_row(forgery: Forgery, station: str = "A-01") -> bytes:
    return row_of(forgery.made(station, VOID, style="S1").encrypted, "committed")


@case(NOBODY, 17, "A-01", "row 0")
def rows_out_of_order(forgery: Forgery) -> None:
    """Two ballots change places: an order could say something, so there is only one."""
    forgery.rows("A-01", "S1", lambda rows: [rows[1], rows[0], *rows[2:]])


@case(NOBODY, 17, "9 encrypted ballots in the file, 8 in the list", also=(28,))
def row_twice(forgery: Forgery) -> None:
    """The last ballot of a file stands there twice."""
    forgery.rows("A-02", "S1", lambda rows: [*rows, rows[-1]])


@case(NOBODY, 17, "A-01", "row")
def void_row_dropped(forgery: Forgery) -> None:
    """A void ballot is missing: it is in no sum, but somebody has its slip."""
    row = _void_row(forgery)
    forgery.rows("A-01", "S1", lambda rows: [each for each in rows if each != row])


@case(NOBODY, 17, "A-02", "7 encrypted ballots in the file", also=(28,))
def cast_row_dropped(forgery: Forgery) -> None:
    """A cast ballot is missing."""
    row = row_of(forgery.made("A-02").encrypted, "committed")
    forgery.rows("A-02", "S1", lambda rows: [each for each in rows if each != row])


@case(NOBODY, 17, "A-02", "9 encrypted ballots in the file, 8 in the list")
def row_added(forgery: Forgery) -> None:
    """A ballot that is proven and nobody lists."""
    extra = make_ballot(forgery.world, "A-02", "S1", CAST, "stuffed").encrypted.committed()
    forgery.rows("A-02", "S1", lambda rows: sorted([*rows, extra]))


@case(NOBODY, 17, "A-01", "hash")
def ballot_exchanged_for_another(forgery: Forgery) -> None:
    """A proven void ballot with the same id and other content: exchanged after the sheet was signed."""
    old, context = forgery.made("A-01", VOID, style="S1"), forgery.world.context("A-01", "S1")
    new = dishonest_ballot(context, (0,) * context.shape.options, old.id, bytes(32)).committed()
    forgery.rows("A-01", "S1", lambda rows: [new if row[:16] == old.id else row for row in rows])


@case(NOBODY, 17, "A-02", "hash", also=(28,))
def cast_ballot_exchanged_for_another(forgery: Forgery) -> None:
    """The same with a cast one: the sums that were opened are others then."""
    old, context = forgery.made("A-02"), forgery.world.context("A-02", "S1")
    new = dishonest_ballot(context, (0,) * context.shape.options, old.id, bytes(32)).committed()
    forgery.rows("A-02", "S1", lambda rows: [new if row[:16] == old.id else row for row in rows])


@case(NOBODY, 17, "A-02", "hash")
def proofs_drawn_again(forgery: Forgery) -> None:
    """The same ciphertexts of a cast ballot, proven anew by whoever knows its nonces: another hash, another code."""
    old, context = forgery.made("A-02"), forgery.world.context("A-02", "S1")
    new = dishonest_ballot(context, old.votes, old.id, old.seed)
    assert new.ciphertexts == old.encrypted.ciphertexts
    assert new.challenge != old.encrypted.challenge
    forgery.rows("A-02", "S1", lambda rows: [new.committed() if row[:16] == old.id else row for row in rows])


@case(NOBODY, 17, "A-02", "A-01", also=(28,))
def file_of_another_station(forgery: Forgery) -> None:
    """One station's ballots in another's place."""
    forgery.folder[A02] = forgery.folder[S1]


@case(NOBODY, 17, "A-01", "style S1-IND", also=(28,))
def file_of_another_style(forgery: Forgery) -> None:
    """One style's ballots in another's place."""
    forgery.folder[S1] = forgery.folder[ciphertexts_path("A-01", "S1-IND")]


@case(NOBODY, 17, "A-02", "of which")
def file_of_a_style_that_nobody_lists(forgery: Forgery) -> None:
    """Ballots of a style that the station does not have."""
    forgery.folder[ciphertexts_path("A-02", "S2")] = forgery.folder[ciphertexts_path("B-01", "S2")]


@case(NOBODY, 17, "A-01", "style S1: 0 files", also=(28,))
def file_missing(forgery: Forgery) -> None:
    """All ballots of a style are left out."""
    del forgery.folder[S1]


def _compacted(forgery: Forgery, station: str = "A-02", style: str = "S1") -> bytes:
    """A published file in its compact form."""
    context = forgery.world.context(station, style)
    made = [each for each in forgery.world.ballots_made[station] if each.style == style]
    rows = [row_of(each.encrypted, "compact") for each in made]
    assert all(read_compact(context, row) for row in rows[:1])
    return write_ballot_file(forgery.world.election.identity, context, rows, "compact")


@case(NOBODY, 17, "2 files of encrypted ballots")
def both_forms(forgery: Forgery) -> None:
    """The same ballots twice: a reader could be shown one and a verifier the other."""
    forgery.folder[ciphertexts_path("A-02", "S1", "compact")] = _compacted(forgery)


@case(NOBODY, 17, "A-02", "the form compact", also=(28,))
def compact_ballots_in_a_committed_file(forgery: Forgery) -> None:
    """A file whose name says another form than its first line."""
    forgery.folder[A02] = _compacted(forgery)


@case(NOBODY, 17, "A-02", "bytes", also=(28,))
def header_counts_more(forgery: Forgery) -> None:
    """A first line that says a ballot more than there is."""
    forgery.header("A-02", "S1", ballots=9)


@case(NOBODY, 17, "A-02", "bytes", also=(28,))
def header_counts_very_many(forgery: Forgery) -> None:
    """A first line that promises more ballots than any memory holds."""
    forgery.header("A-02", "S1", ballots=2**53 - 1)


@case(NOBODY, 17, "A-02", "election 0000000000000000", also=(28,))
def header_of_another_election(forgery: Forgery) -> None:
    """A first line that names another election."""
    forgery.header("A-02", "S1", election="0" * 64)


@case(NOBODY, 17, "A-02", "context 0000000000000000", also=(28,))
def header_with_another_context(forgery: Forgery) -> None:
    """A first line that names another context."""
    forgery.header("A-02", "S1", context="0" * 64)


@case(NOBODY, 17, "A-02", "48 bytes each", also=(28,))
def header_with_another_row_length(forgery: Forgery) -> None:
    """A first line that cuts the rows elsewhere."""
    forgery.header("A-02", "S1", row_bytes=48)


@case(NOBODY, 17, "ballots-S1.committed", also=(28,))
def header_with_another_spelling(forgery: Forgery) -> None:
    """A first line with a space in it says the same, and is another file."""
    forgery.folder[A02] = forgery.folder[A02].replace(b'"ballots":', b'"ballots": ', 1)


@case(NOBODY, 17, "ballots-S1.committed", also=(28,))
def header_with_more_in_it(forgery: Forgery) -> None:
    """A field that no header has."""
    forgery.folder[A02] = forgery.folder[A02].replace(b'{"ballots":', b'{"a":1,"ballots":', 1)


@case(NOBODY, 17, "bytes", also=(28,))
def file_cut(forgery: Forgery) -> None:
    """The last byte is lost."""
    forgery.folder[A02] = forgery.folder[A02][:-1]


@case(NOBODY, 17, "bytes", also=(28,))
def file_longer(forgery: Forgery) -> None:
    """A byte after the last ballot."""
    forgery.folder[A02] += b"\0"


@case(NOBODY, 17, "ballots-S1.committed", also=(28,))
def file_empty(forgery: Forgery) -> None:
    """A file without a byte."""
    forgery.folder[A02] = b""


@case(NOBODY, 17, "0 encrypted ballots in the file, 8 in the list", also=(28,))
def file_without_rows(forgery: Forgery) -> None:
    """A first line that is right, and no ballot."""
    header, _ = cut_file(forgery.folder[A02])
    forgery.folder[A02] = encode(replace(header, ballots=0)) + b"\n"


@case(NOBODY, 25, "is not proven", also=(17, 26))
def ids_of_two_ballots_exchanged(forgery: Forgery) -> None:
    """Two voters' slips would lead to each other's ballot."""
    void, challenged = forgery.made("A-02", VOID).id, forgery.made("A-02", BallotState.CHALLENGED).id
    other = {void: challenged, challenged: void}
    forgery.rows("A-02", "S1", lambda rows: sorted(other.get(row[:16], row[:16]) + row[16:] for row in rows))


def _flip(forgery: Forgery, place: int) -> None:
    """One bit of a void ballot of A-01, style S1, this many bytes from its beginning or its end."""
    row = _void_row(forgery)

    def flip(rows: list[bytes]) -> list[bytes]:
        changed = bytearray(row)
        changed[place] ^= 2
        return [bytes(changed) if each == row else each for each in rows]

    forgery.rows("A-01", "S1", flip)


@case(NOBODY, 25, "is not proven", also=(17,))
def bit_of_an_id(forgery: Forgery) -> None:
    """One bit of a void ballot's id, at its end so that the order stays."""
    _flip(forgery, 15)


@case(NOBODY, 25, "is not proven", also=(17,))
def bit_of_a_ciphertext(forgery: Forgery) -> None:
    """One bit of a void ballot's first ciphertext."""
    _flip(forgery, 20)


@case(NOBODY, 25, "is not proven", also=(17,))
def bit_of_a_response(forgery: Forgery) -> None:
    """One bit of a void ballot's first response."""
    _flip(forgery, 16 + 64 * 9 + 40)


@case(NOBODY, 25, "is not proven", also=(17,))
def bit_of_a_commitment(forgery: Forgery) -> None:
    """One bit of a void ballot's last commitment."""
    _flip(forgery, -9)
