"""Encrypting a ballot with its proofs and its confirmation code, in either version (2.0.0 §3.3-3.4, 2.1.0 §3.3-3.4).

**For test ballots only**: votes and nonces are Python integers, and powers go through tables. Whoever shares the
machine could see which entries are read. Real ballots use urna's own protocol with libsodium.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from urna.errors import Malformed
from urna.interop.electionguard.group import Ciphertext, Element, aggregate
from urna.interop.electionguard.manifest import Contest, Option
from urna.interop.electionguard.profile import ContestName, Context, DataCiphertext, Hashes
from urna.interop.electionguard.proofs import RangeProof, Scalars, prove_range
from urna.words import Sentence

Votes = Mapping[str, Sequence[int]]
"""By contest, the votes of each option in the manifest's order."""

Data = Callable[[Contest, int], bytes | None]
"""The contest data of a contest with so many votes, or none."""


class EncryptedOption(NamedTuple):
    """One option: (α, β) and the proof that it holds 0 to R."""

    option: Option
    ciphertext: Ciphertext
    proof: RangeProof


class EncryptedContest(NamedTuple):
    """One contest: its options, the proof that they sum to 0 to L, its data, its hash."""

    contest: Contest
    options: tuple[EncryptedOption, ...]
    proof: RangeProof
    data: DataCiphertext | None
    hash: bytes

    @property
    def ciphertexts(self) -> tuple[Ciphertext, ...]:
        """Those of the options, in the manifest's order."""
        return tuple(option.ciphertext for option in self.options)


class EncryptedBallot(NamedTuple):
    """A ballot as it is published; `identifier` is what a version binds its hashes to."""

    identifier: bytes
    contests: tuple[EncryptedContest, ...]
    auxiliary: bytes
    """B_aux, or the chaining field B_C."""
    code: bytes


class Encrypter:
    """Encrypts ballots of one election.

    Args:
        context: the election.
        draw: draws the numbers of the proofs.
        data: what contest data to encrypt.
    """

    def __init__(self, context: Context, draw: Scalars, data: Data = lambda contest, votes: None) -> None:
        self._context = context
        self._draw = draw
        self._data = data

    def encrypt(
        self, contests: Sequence[Contest], votes: Votes, *, identifier: bytes, nonce: bytes, auxiliary: bytes
    ) -> EncryptedBallot:
        """A ballot of these contests.

        Args:
            contests: all contests of the ballot's style.
            votes: for every contest.
            identifier: the ballot's selection encryption identifier, 32 random bytes.
            nonce: the ballot's secret nonce ξ_B, 32 random bytes.
            auxiliary: B_aux or B_C.

        Raises:
            Malformed: votes beyond a limit, or for other options.
        """
        hashes = self._context.hashes(identifier)
        found = tuple(self._contest(hashes, contest, votes.get(contest.label, ()), nonce) for contest in contests)
        code = hashes.confirmation_code([contest.hash for contest in found], auxiliary)
        return EncryptedBallot(identifier, found, auxiliary, code)

    def _contest(self, hashes: Hashes, contest: Contest, votes: Sequence[int], nonce: bytes) -> EncryptedContest:
        total = sum(votes)
        _check_votes(contest, votes)
        nonces = [hashes.selection_nonce(contest.number, option.number, nonce) for option in contest.options]
        options = tuple(
            self._option(hashes, contest, option, secret)
            for option, secret in zip(contest.options, zip(votes, nonces, strict=True), strict=True)
        )
        ciphertexts = [option.ciphertext for option in options]
        secret = total, sum(nonces) % self._context.group.order
        whole = aggregate(self._context.group, ciphertexts)
        proof = self._prove(hashes, (contest.number,), whole, secret, contest.limit)
        plain, data = self._data(contest, total), None
        if plain is not None:
            name = ContestName(contest.number, contest.label)
            data = hashes.encrypt_data(name, plain, hashes.data_nonce(contest.number, nonce), self._draw())
        return EncryptedContest(contest, options, proof, data, hashes.contest_hash(contest.number, ciphertexts, data))

    def _option(self, hashes: Hashes, contest: Contest, option: Option, secret: tuple[int, int]) -> EncryptedOption:
        vote, nonce = secret
        ciphertext = encrypt_vote(self._context, vote, nonce)
        proof = self._prove(hashes, (contest.number, option.number), ciphertext, secret, contest.option_limit)
        return EncryptedOption(option, ciphertext, proof)

    def _prove(
        self, hashes: Hashes, indices: tuple[int, ...], ciphertext: Ciphertext, secret: tuple[int, int], limit: int
    ) -> RangeProof:
        vote, nonce = secret

        def ask(commitments: Sequence[Element]) -> int:
            return hashes.range_challenge(indices, ciphertext, commitments)

        key, group = self._context.votes_key, self._context.group
        return prove_range(group, key, ciphertext, value=vote, limit=limit, nonce=nonce, draw=self._draw, ask=ask)


def encrypt_vote(context: Context, vote: int, nonce: int) -> Ciphertext:
    """(α, β) = (g^ξ, K^(σ+ξ)) (2.0.0 eq. 24, 2.1.0 eq. 31)."""
    group = context.group
    return Ciphertext(group.generator**nonce, context.votes_key ** ((vote + nonce) % group.order))


def _check_votes(contest: Contest, votes: Sequence[int]) -> None:
    within = all(0 <= vote <= contest.option_limit for vote in votes) and sum(votes) <= contest.limit
    if len(votes) != len(contest.options) or not within:
        raise Malformed(
            Sentence("votes from 0 to {limit}", {"limit": contest.limit}),
            Sentence("others"),
            Sentence("Encrypt an overvoted contest as one without votes."),
            contest.label,
        )
