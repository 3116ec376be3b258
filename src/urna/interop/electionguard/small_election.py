"""A small election of 2.0.0, from a manifest to a whole record in egk-ec's layout, for others' tools to check.

**A test election**: secrets are Python integers and powers go through GMP (`integers`). Randomness comes in as
arguments; the command line draws it from the operating system.
"""

import random
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import NamedTuple

from urna.errors import Malformed
from urna.interop.electionguard import egk_files as files
from urna.interop.electionguard.ceremony import Ceremony, hold_ceremony, public_share
from urna.interop.electionguard.contest_data import contest_data, decode_contest_data, encode_contest_data
from urna.interop.electionguard.decryption import Quorum, count_votes
from urna.interop.electionguard.egk_json import read_json
from urna.interop.electionguard.egk_writing import (
    BallotNames,
    OpenedContest,
    OpenedData,
    OpenedSelection,
    write_ballot,
    write_chain,
    write_config,
    write_constants,
    write_decrypted,
    write_encrypted_tally,
    write_initialized,
)
from urna.interop.electionguard.encryption import EncryptedBallot, EncryptedContest, Encrypter, encrypt_vote
from urna.interop.electionguard.group import Ciphertext
from urna.interop.electionguard.hashing import scalar
from urna.interop.electionguard.integers import BYTES, GENERATOR, ORDER, PRIME, integer_group
from urna.interop.electionguard.manifest import Contest, Manifest
from urna.interop.electionguard.profile import ContestName
from urna.interop.electionguard.v2_0_0 import (
    Context200,
    election_base_hash,
    extended_base_hash,
    manifest_hash,
    parameter_base_hash,
)
from urna.interop.electionguard.verify_keys import manifest_of
from urna.words import Sentence

DEVICE = "urna"


class Plan(NamedTuple):
    """What election to run."""

    guardians: int = 3
    quorum: int = 2
    ballots: int = 6
    challenged: int = 2
    """How many of the ballots are challenged."""
    is_chained: bool = False


class Chance(NamedTuple):
    """Where the election's secrets and votes come from.

    For secrets `bytes_` is `secrets.token_bytes`.
    """

    bytes_: Callable[[int], bytes]
    votes: random.Random

    def scalar(self) -> int:
        """A uniform number below q: one of 40 bytes modulo q, which no one can tell from it."""
        return int.from_bytes(self.bytes_(40), "big") % ORDER


class _Filed(NamedTuple):
    ballot: EncryptedBallot
    names: BallotNames
    serial: Ciphertext


def run_small_election(manifest: bytes, plan: Plan, chance: Chance, now: int) -> dict[str, bytes]:
    """1. Parameters. 2. Guardians. 3. Ballots. 4. The encrypted tally. 5. Its decryption. 6. Challenged ballots.

    Args:
        manifest: manifest.json; every style must have a contest.
        plan: how many guardians and ballots.
        chance: random bytes and votes.
        now: seconds since 1970, for the ballots.

    Returns:
        The files of the record, by path.

    Raises:
        Malformed: a manifest or a plan that cannot be carried out.
    """
    _check(plan)
    read = manifest_of(read_json(manifest, files.ManifestFile, files.MANIFEST))
    parameter, of_manifest, election = _hashes(manifest, plan)
    ceremony = hold_ceremony(integer_group(), parameter, plan.guardians, plan.quorum, chance.scalar)
    extended = extended_base_hash(election, ceremony.joint_key)
    context = Context200(integer_group(), ceremony.joint_key, extended)
    device_data = b"" if plan.is_chained else DEVICE.encode()
    hashes = parameter, of_manifest, election
    record = {
        files.CONSTANTS: write_constants(),
        files.MANIFEST: manifest,
        files.CONFIG: write_config(
            hashes, plan.guardians, plan.quorum, device_data=device_data, is_chained=plan.is_chained
        ),
        files.INITIALIZED: write_initialized(ceremony, extended),
    }
    ballots = list(_encrypt(context, read, plan, chance, now))
    record |= dict(_ballot_files(context, plan, ballots))
    opener = Opener(context, ceremony, plan, chance)
    return record | dict(_decrypted_files(context, read, ballots, opener))


def _check(plan: Plan) -> None:
    if not 1 <= plan.quorum <= plan.guardians or not 0 <= plan.challenged <= plan.ballots:
        raise Malformed(
            Sentence("a quorum k of at most n, and not more ballots challenged than encrypted"),
            Sentence("other numbers"),
            Sentence("Name numbers that fit."),
        )


def _hashes(manifest: bytes, plan: Plan) -> tuple[bytes, bytes, bytes]:
    """H_P, H_M and H_B."""
    numbers = PRIME.to_bytes(BYTES, "big"), scalar(ORDER), GENERATOR.to_bytes(BYTES, "big")
    parameter = parameter_base_hash("v2.0.0", *numbers)
    of_manifest = manifest_hash(parameter, manifest)
    return parameter, of_manifest, election_base_hash(parameter, of_manifest, plan.guardians, plan.quorum)


def _encrypt(context: Context200, manifest: Manifest, plan: Plan, chance: Chance, now: int) -> Iterator[_Filed]:
    """Ballots with random votes, styles in turn, the first ones challenged."""
    encrypter = Encrypter(context, chance.scalar, _data)
    styles = [style for style in manifest.styles if manifest.of_style(style)]
    own = DEVICE.encode()
    last = context.chain_start(own)
    for number in range(plan.ballots):
        style = styles[number % len(styles)]
        contests = manifest.of_style(style)
        votes = {contest.label: _votes(contest, chance.votes) for contest in contests}
        auxiliary = last + own if plan.is_chained else own
        nonce = chance.bytes_(32)
        ballot = encrypter.encrypt(contests, votes, identifier=b"", nonce=nonce, auxiliary=auxiliary)
        last = ballot.code
        state = files.CHALLENGED if number < plan.challenged else files.CAST
        serial = encrypt_vote(context, int.from_bytes(chance.bytes_(7), "big"), context.serial_nonce(nonce))
        yield _Filed(ballot, BallotNames(f"id-{number + 1}", style, DEVICE, now, state), serial)


def _votes(contest: Contest, chance: random.Random) -> list[int]:
    """0 to L options, each with one vote."""
    count = min(chance.randint(0, contest.limit), len(contest.options))
    chosen = chance.sample(range(len(contest.options)), count)
    return [int(place in chosen) for place in range(len(contest.options))]


def _data(contest: Contest, votes: int) -> bytes:
    return encode_contest_data(contest_data(votes, contest.limit), contest.limit)


def _ballot_files(context: Context200, plan: Plan, ballots: Sequence[_Filed]) -> Iterator[tuple[str, bytes]]:
    folder = f"encrypted_ballots/{DEVICE}"
    for ballot, names, serial in ballots:
        yield f"{folder}/eballot-{names.name}.json", write_ballot(ballot, names, context.base_hash, serial)
    if plan.is_chained:
        own = DEVICE.encode()
        last = ballots[-1].ballot.code if ballots else context.chain_start(own)
        hashes = context.base_hash, last, context.chain_end(last, own)
        yield f"{folder}/ballot_chain.json", write_chain(DEVICE, own, [each.names.name for each in ballots], hashes)


def _decrypted_files(
    context: Context200, manifest: Manifest, ballots: Sequence[_Filed], opener: "Opener"
) -> Iterator[tuple[str, bytes]]:
    """The tally, encrypted and opened, and the challenged ballots, opened."""
    cast = [each for each in ballots if each.names.state == files.CAST]
    totals = _totals(context, manifest, [each.ballot for each in cast])
    names = [each.names.name for each in cast]
    yield files.ENCRYPTED_TALLY, write_encrypted_tally(manifest, totals, names, context.base_hash)
    contests = [opener.open_contest(contest, totals, len(cast) * contest.option_limit) for contest in manifest.contests]
    yield files.TALLY, write_decrypted("urna", contests, context.base_hash, 0)
    for ballot, filed, _ in ballots:
        if filed.state == files.CHALLENGED:
            opened = [opener.open_encrypted(contest) for contest in ballot.contests]
            path = f"challenged_ballots/dballot-{filed.name}.json"
            yield path, write_decrypted(filed.name, opened, context.base_hash, 1)


def _totals(
    context: Context200, manifest: Manifest, cast: Iterable[EncryptedBallot]
) -> Mapping[tuple[str, str], Ciphertext]:
    one = context.group.identity
    totals = {
        (contest.label, option.label): Ciphertext(one, one)
        for contest in manifest.contests
        for option in contest.options
    }
    for ballot in cast:
        for contest in ballot.contests:
            for option in contest.options:
                place = contest.contest.label, option.option.label
                totals[place] = totals[place].times(option.ciphertext)
    return totals


class Opener:
    """k guardians who open ciphertexts of an election.

    Args:
        context: the election.
        ceremony: its guardians; the first k of them are present.
        plan: says k.
        chance: draws nonces.
    """

    def __init__(self, context: Context200, ceremony: Ceremony, plan: Plan, chance: Chance) -> None:
        self._context = context
        columns = zip(*(keys.commitments for keys in ceremony.guardians), strict=True)
        commitments = [context.group.product(column) for column in columns]
        shares = ceremony.shares[: plan.quorum]
        public = {share.guardian: public_share(context.group, commitments, share.guardian) for share in shares}
        self._quorum = Quorum(context.group, shares, public_shares=public, quorum=plan.quorum, draw=chance.scalar)

    def open_contest(self, contest: Contest, totals: Mapping[tuple[str, str], Ciphertext], most: int) -> OpenedContest:
        """Every option of a contest, with at most so many votes each."""
        selections = (self._open(option.label, totals[contest.label, option.label], most) for option in contest.options)
        return OpenedContest(contest.label, tuple(selections))

    def open_encrypted(self, contest: EncryptedContest) -> OpenedContest:
        """Every option of a contest of one ballot, and its data."""
        most = contest.contest.option_limit
        selections = (self._open(each.option.label, each.ciphertext, most) for each in contest.options)
        return OpenedContest(contest.contest.label, tuple(selections), self._open_data(contest))

    def _open(self, label: str, ciphertext: Ciphertext, most: int) -> OpenedSelection:
        ask = partial(self._context.decryption_challenge, (0, 0), ciphertext)
        decryption = self._quorum.decrypt(ciphertext.pad, ask)
        power = ciphertext.data / decryption.factor
        votes = count_votes(self._context.votes_key, power, most)
        return OpenedSelection(label, votes, power, ciphertext, decryption)

    def _open_data(self, contest: EncryptedContest) -> OpenedData | None:
        data, name = contest.data, ContestName(contest.contest.number, contest.contest.label)
        if data is None:
            return None
        decryption = self._quorum.decrypt(data.c0, partial(self._context.data_challenge, name.number, data))
        plain = decode_contest_data(self._context.decrypt_data(name, data, decryption.factor))
        return OpenedData(plain, data, decryption)
