"""Records in egk-ec's layout to be changed, and what an attacker can do who holds keys.

The real records are cut to a few ballots, so that a verification takes a second; the cut one is decrypted again with
the secrets that egk-ec's test data brings along.
"""

import base64
import json
import random
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache, partial
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from tests.shared import shared

from urna.interop.electionguard.curve import curve_group
from urna.interop.electionguard.decryption import Decryption, count_votes
from urna.interop.electionguard.egk_files import ManifestFile
from urna.interop.electionguard.egk_json import read_json
from urna.interop.electionguard.egk_writing import OpenedContest, OpenedSelection, write_decrypted
from urna.interop.electionguard.encryption import EncryptedBallot, Encrypter
from urna.interop.electionguard.group import Ciphertext, Element, Group
from urna.interop.electionguard.hashing import scalar
from urna.interop.electionguard.integers import BYTES, ORDER, PRIME, integer_group
from urna.interop.electionguard.manifest import Manifest
from urna.interop.electionguard.procedure import verify_electionguard
from urna.interop.electionguard.proofs import Proof, prove_knowledge
from urna.interop.electionguard.report import Report
from urna.interop.electionguard.small_election import Chance, Plan, run_small_election
from urna.interop.electionguard.v2_0_0 import Context200, coefficient_challenge
from urna.interop.electionguard.verify_ballot import SeenBallot
from urna.interop.electionguard.verify_keys import manifest_of
from urna.record.reader import RecordInMemory

I = TypeVar("I")  # noqa: E741 - an item
O = TypeVar("O")  # noqa: E741 - what comes of it

BALLOTS = "encrypted_ballots/runWorkflowDevice/eballot-{}.json"
OPENINGS = "challenged_ballots/dballot-{}.json"
CHAINED = "encrypted_ballots/device1/eballot-{}.json"
CHAIN = "encrypted_ballots/device1/ballot_chain.json"

KEPT = {"id-4": "CAST", "id-14": "CAST", "id-17": "CAST", "id-10": "CHALLENGED", "id-11": "CHALLENGED"}
"""Of the 42 ballots: three cast ones of one style, two challenged ones of another."""

HUGE = base64.b64encode(b"\xff" * 32).decode()
"""A number of 32 bytes beyond q."""


class Tampered:
    """A record being changed, and what whoever changes it holds.

    Args:
        files: a copy of a good record.
        holder: the guardians' secret key, if the attack has it.
    """

    def __init__(self, files: dict[str, bytes], holder: "KeyHolder | None" = None) -> None:
        self.files = files
        self._holder = holder

    @property
    def holder(self) -> "KeyHolder":
        """All guardians together."""
        assert self._holder is not None
        return self._holder

    def read(self, path: str) -> Any:
        """What a file holds."""
        return json.loads(self.files[path])

    def write(self, path: str, value: Any) -> None:
        """Puts a value into a file."""
        self.files[path] = json.dumps(value, indent=4).encode()

    @contextmanager
    def edit(self, path: str) -> Iterator[Any]:
        """Changes what a file holds."""
        value = self.read(path)
        yield value
        self.write(path, value)

    def change(self, path: str, *steps: str | int, to: Any) -> None:
        """Changes one value of a file, found by these steps."""
        with self.edit(path) as value:
            place = _follow(value, steps[:-1])
            assert place[steps[-1]] != to
            place[steps[-1]] = to

    def remove(self, path: str, *steps: str | int) -> None:
        """Takes one value out of a file."""
        with self.edit(path) as value:
            del _follow(value, steps[:-1])[steps[-1]]

    def swap(self, path: str, one: Sequence[str | int], other: Sequence[str | int]) -> None:
        """Exchanges two values of a file."""
        with self.edit(path) as value:
            first, second = _follow(value, one[:-1]), _follow(value, other[:-1])
            first[one[-1]], second[other[-1]] = second[other[-1]], first[one[-1]]


def _follow(value: Any, steps: Sequence[str | int]) -> Any:
    """What the steps lead to."""
    for step in steps:
        value = value[step]
    return value


class KeyHolder:
    """Whoever has the joint secret key: all guardians together, who decrypt what they like and prove it.

    Args:
        context: the election.
        manifest: its contests.
        secret: s.
        chance: draws nonces.
    """

    def __init__(self, context: Context200, manifest: Manifest, secret: int, chance: Chance) -> None:
        self.context = context
        self.manifest = manifest
        self.chance = chance
        self._secret = secret

    def open(self, label: str, ciphertext: Ciphertext, most: int = 100) -> OpenedSelection:
        """What a ciphertext holds, with a proof that verifies."""
        group, key, pad = self.context.group, self.context.votes_key, ciphertext.pad
        factor, u = pad**self._secret, self.chance.scalar()
        challenge = self.context.decryption_challenge((0, 0), ciphertext, group.generator**u, pad**u, factor)
        proof = Proof(challenge, (u - challenge * self._secret) % group.order)
        power = ciphertext.data / factor
        return OpenedSelection(label, count_votes(key, power, most), power, ciphertext, Decryption(factor, proof))

    def tally_again(self, record: Tampered, left_out: Iterable[str] = ()) -> None:
        """Adds up every contest that any cast ballot lists, as egk-ec does, and decrypts the sums."""
        one = self.context.group.identity
        places = [(contest.label, option.label) for contest in self.manifest.contests for option in contest.options]
        totals = {place: Ciphertext(one, one) for place in places}
        cast = [record.read(path) for path in sorted(record.files) if "/eballot-" in path]
        cast = [ballot for ballot in cast if ballot["state"] == "CAST"]
        for ballot in cast:
            if ballot["ballot_id"] not in left_out:
                for contest in ballot["contests"]:
                    for selection in contest["selections"]:
                        place = contest["contest_id"], selection["selection_id"]
                        totals[place] = totals[place].times(read_pair(self.context.group, selection["encrypted_vote"]))
        with record.edit("encrypted_tally.json") as tally:
            tally["cast_ballot_ids"] = [ballot["ballot_id"] for ballot in cast]
            for contest in tally["contests"]:
                for selection in contest["selections"]:
                    pair = totals[contest["contest_id"], selection["selection_id"]]
                    selection["encrypted_vote"] = {"pad": text(bytes(pair.pad)), "data": text(bytes(pair.data))}
        contests = [
            OpenedContest(
                contest.label,
                tuple(self.open(option.label, totals[contest.label, option.label]) for option in contest.options),
            )
            for contest in self.manifest.contests
        ]
        record.files["tally.json"] = write_decrypted("urna", contests, self.context.base_hash, 0)


def text(data: bytes) -> str:
    """Base64."""
    return base64.b64encode(data).decode()


def octets(data: str) -> bytes:
    """The bytes of base64."""
    return base64.b64decode(data)


def flipped(data: str, bit: int = 3) -> str:
    """Base64 of the bytes with one bit of the last byte changed."""
    read = bytearray(octets(data))
    read[-1] ^= 1 << bit
    return text(bytes(read))


def negated(data: str) -> str:
    """P - x: a number in range that is no member of the group."""
    return text((PRIME - int.from_bytes(octets(data), "big")).to_bytes(BYTES, "big"))


def read_pair(group: Group, pair: dict[str, str]) -> Ciphertext:
    """(α, β) of a file."""
    return Ciphertext(group.read(octets(pair["pad"])), group.read(octets(pair["data"])))


def reseal(record: Tampered, path: str, context: Context200) -> None:
    """The device computes contest hashes and confirmation code of a ballot again, as egk-ec checks them."""
    with record.edit(path) as ballot:
        hashes = []
        for contest in ballot["contests"]:
            pairs = [read_pair(context.group, each["encrypted_vote"]) for each in contest["selections"]]
            hashes.append(context.contest_hash(contest["sequence_order"], pairs, None))
            contest["contest_hash"] = text(hashes[-1])
        ballot["confirmation_code"] = text(context.confirmation_code(hashes, bytes.fromhex(ballot["code_baux"])))


def read_folder(folder: Path) -> dict[str, bytes]:
    """The files of a folder, private ones left out."""
    paths = (path for path in sorted(folder.rglob("*")) if path.is_file())
    found = {str(path.relative_to(folder)): path.read_bytes() for path in paths}
    return {path: data for path, data in found.items() if not path.startswith("private_data/")}


@cache
def seeded(seed: int) -> Chance:
    """Repeatable numbers; nothing here is secret."""
    chance = random.Random(seed)
    return Chance(chance.randbytes, chance)


@cache
def holder() -> KeyHolder:
    """egk-ec's guardians, whose secrets lie beside its record."""
    folder = shared("electionguard/egk-records/allAvailable")
    initialized = json.loads((folder / "election_initialized.json").read_text())
    group = integer_group()
    key = group.read(octets(initialized["joint_public_key"]))
    context = Context200(group, key, octets(initialized["extended_base_hash"]))
    trustees = [json.loads(path.read_text()) for path in sorted((folder / "private_data/trustees").iterdir())]
    secret = sum(int.from_bytes(octets(each["polynomial_coefficients"][0]), "big") for each in trustees) % ORDER
    assert group.generator**secret == key
    manifest = manifest_of(read_json((folder / "manifest.json").read_bytes(), ManifestFile, "manifest.json"))
    return KeyHolder(context, manifest, secret, seeded(1))


@cache
def whole_record() -> dict[str, bytes]:
    """egk-ec's record of 42 ballots."""
    return read_folder(shared("electionguard/egk-records/allAvailable"))


@cache
def cut_record() -> dict[str, bytes]:
    """The same with five ballots, decrypted again by its own guardians."""
    files = whole_record()
    kept = {BALLOTS.format(name) for name in KEPT} | {OPENINGS.format(name) for name in KEPT}
    record = Tampered({path: data for path, data in files.items() if "ballot-" not in path or path in kept})
    holder().tally_again(record)
    return record.files


@cache
def whole_chain() -> dict[str, bytes]:
    """egk-ec's chained record over P-256: twelve ballots, no tally."""
    return read_folder(shared("electionguard/egk-records/testBallotChain"))


@cache
def cut_chain() -> dict[str, bytes]:
    """The same with the first three ballots, and the chain closed after them."""
    record = Tampered(dict(whole_chain()))
    chain = record.read(CHAIN)
    for name in chain["ballot_ids"][3:]:
        del record.files[CHAINED.format(name)]
    close_chain(record, chain["ballot_ids"][:3])
    return record.files


def close_chain(record: Tampered, names: list[str]) -> None:
    """The device says that these are its ballots, and closes its chain after the last one; it needs no key for it."""
    initialized = record.read("election_initialized.json")
    context = chain_context(initialized["joint_public_key"], initialized["extended_base_hash"])
    with record.edit(CHAIN) as chain:
        last = octets(record.read(CHAINED.format(names[-1]))["confirmation_code"])
        chain["ballot_ids"] = names
        chain["last_confirmation_code"] = text(last)
        chain["closing_hash"] = text(context.chain_end(last, b"device1"))


@cache
def chain_context(key: str, base_hash: str) -> Context200:
    """The election over P-256."""
    return Context200(curve_group(), curve_group().read(octets(key)), octets(base_hash))


OWN_MANIFEST = {
    "ballot_styles": [{"object_id": "style", "geopolitical_unit_ids": ["here"]}],
    "contests": [
        {
            "object_id": name,
            "sequence_order": number,
            "electoral_district_id": "here",
            "votes_allowed": limit,
            "ballot_selections": [
                {"object_id": f"{name}-{place}", "sequence_order": place} for place in range(1, options + 1)
            ],
            "option_selection_limit": 1,
        }
        for number, (name, options, limit) in enumerate([("mayor", 2, 1), ("council", 3, 2)], start=1)
    ],
}
"""Two contests, one with two votes."""

OWN_BALLOTS = "encrypted_ballots/urna/eballot-id-{}.json"


@cache
def own_record() -> dict[str, bytes]:
    """A record of urna's own, chained: three ballots, the first one challenged, 2 of 3 guardians."""
    manifest = json.dumps(OWN_MANIFEST, indent=4).encode()
    plan = Plan(guardians=3, quorum=2, ballots=3, challenged=1, is_chained=True)
    return run_small_election(manifest, plan, seeded(2), 1700000000)


class _Memory:
    """Does work on ballots once; a ballot whose bytes, and whose election, are the same gives the same again."""

    def __init__(self) -> None:
        self._known: dict[object, Any] = {}

    def __call__(self, work: Callable[[I], O], items: Sequence[I], /) -> Iterable[O]:
        """What the work gives for each item."""
        assert isinstance(work, partial)
        keys, reader = work.args
        election = (keys.context.base_hash, bytes(keys.context.votes_key), keys.manifest.contests, keys.is_chained)
        for item in items:
            path, ballot = (item, None) if isinstance(item, str) else item  # type: ignore[misc]
            seen = (ballot.digest, ballot.path, ballot.name) if isinstance(ballot, SeenBallot) else ballot
            known = work.func, election, keys.device_data, path, reader.read(path, 2**30), seen
            if known not in self._known:
                self._known[known] = work(item)
            yield self._known[known]


MEMORY = _Memory()


def verify(files: dict[str, bytes]) -> Report:
    """The report on a record; ballots that were seen before are not computed again."""
    return verify_electionguard(RecordInMemory(files), MEMORY)


def rogue_guardian(record: Tampered, place: int, index: int, secrets: Sequence[int]) -> None:
    """The guardian at this place of the list proves anew, with an index and secrets of its choice."""
    group, chance = integer_group(), seeded(3)
    parameter_hash = octets(record.read("election_config.json")["parameter_base_hash"])
    proofs = []
    for j, secret in enumerate(secrets):
        key = group.generator**secret
        ask = partial(coefficient_challenge, group, parameter_hash, (index, j), key)
        proof = prove_knowledge(group, secret, chance.scalar, ask) if secret else _prove_zero(chance, ask)
        numbers = text(scalar(proof.challenge)), text(scalar(proof.response))
        proofs.append({"public_key": text(bytes(key)), "challenge": numbers[0], "response": numbers[1]})
    with record.edit("election_initialized.json") as initialized:
        initialized["guardians"][place]["x_coordinate"] = index
        initialized["guardians"][place]["coefficient_proofs"] = proofs


def _prove_zero(chance: Chance, ask: Callable[[Element], int]) -> Proof:
    """For the key 1 = g^0 the response is the nonce itself."""
    nonce = chance.scalar()
    return Proof(ask(integer_group().generator ** nonce), nonce)


def trustee_secrets(number: int) -> list[int]:
    """The coefficients of one of egk-ec's guardians."""
    folder = shared("electionguard/egk-records/allAvailable/private_data/trustees")
    read = json.loads((folder / f"decryptingTrustee-guardian{number}.json").read_text())
    return [int.from_bytes(octets(each), "big") for each in read["polynomial_coefficients"]]


class Device(NamedTuple):
    """A device that encrypts what it likes with limits of its own."""

    holder: KeyHolder

    def ballot(self, style: str, votes: dict[str, list[int]], option_limit: int, limit: int) -> EncryptedBallot:
        """A ballot of a style with these votes, and proofs of these limits."""
        contests = [
            contest._replace(option_limit=option_limit, limit=limit) if contest.label in votes else contest
            for contest in self.holder.manifest.of_style(style)
        ]
        chosen = {contest.label: votes.get(contest.label, [0] * len(contest.options)) for contest in contests}
        encrypter = Encrypter(self.holder.context, self.holder.chance.scalar)
        nonce = self.holder.chance.bytes_(32)
        return encrypter.encrypt(contests, chosen, identifier=b"", nonce=nonce, auxiliary=b"device information")


def put_ballot(record: Tampered, path: str, ballot: EncryptedBallot) -> None:
    """Puts the ciphertexts, proofs and code of a ballot into the file of another one, contest data left as it was."""
    with record.edit(path) as stated:
        for contest, made in zip(stated["contests"], ballot.contests, strict=True):
            contest["contest_hash"] = text(made.hash)
            contest["proof"] = {"proofs": _branches(made.proof)}
            for selection, option in zip(contest["selections"], made.options, strict=True):
                pair = option.ciphertext
                selection["encrypted_vote"] = {"pad": text(bytes(pair.pad)), "data": text(bytes(pair.data))}
                selection["proof"] = {"proofs": _branches(option.proof)}
        stated["confirmation_code"] = text(ballot.code)


def _branches(proof: Sequence[Proof]) -> list[dict[str, str]]:
    return [{"challenge": text(scalar(each.challenge)), "response": text(scalar(each.response))} for each in proof]
