"""Before the demo's day: keys, definition, roll, kits; everything that the authority does."""

import re
import secrets
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from itertools import chain
from typing import NamedTuple

from urna.ballot.keys import JointKeys
from urna.cli.demo.fingers import DrawnFinger
from urna.cli.demo.people import enrolled_roll
from urna.cli.kit import ROLES, StationKit, make_kit
from urna.crypto.kdf import Cost
from urna.crypto.signatures import SigningKey
from urna.election.certification import Certification
from urna.election.definition import Definition, Election, NamedKey
from urna.election.folder import ELECTION, read_folder
from urna.encoding.document import sign_document
from urna.guardian.rehearsal import HeldCeremony, hold_ceremony
from urna.log.note import NoteSigner
from urna.roll.commitment import commit_roll, salted_parts
from urna.roll.elector import Elector, RollPart
from urna.station.cards import Role
from urna.storage.definition_folder import example_files

_KEY_LINE = re.compile(rb'^key = "[0-9a-f]{64}"$', re.MULTILINE)


class AuthorityKeys(NamedTuple):
    """The demo's private keys, drawn afresh: officers, log, witnesses, guardians, in the definition's order."""

    officers: tuple[SigningKey, ...]
    log: SigningKey
    witnesses: tuple[SigningKey, ...]
    guardians: tuple[SigningKey, ...]
    centre_seed: bytes
    """Of the key with which the centre answers the stations' telephone calls."""

    def officer_signers(self, election: Election) -> list[NoteSigner]:
        """As many officers as it takes to act for the authority."""
        authority = election.definition.authority
        pairs = zip(authority.officers, self.officers, strict=True)
        return [_signer(named, key) for named, key in pairs][: authority.threshold]

    def in_order(self) -> Iterator[SigningKey]:
        """All keys that the definition names, as they stand in its file."""
        return chain(self.officers, [self.log], self.witnesses, self.guardians)

    def log_signer(self, election: Election) -> NoteSigner:
        """The centre's log."""
        return _signer(election.definition.authority.log, self.log)


class Prepared(NamedTuple):
    """What is ready on the eve."""

    election: Election
    files: Mapping[str, bytes]
    """The definition as an official would keep it."""
    keys: AuthorityKeys
    ceremony: HeldCeremony
    electors: tuple[Elector, ...]
    kits: tuple[StationKit, ...]
    definition: bytes
    certification: bytes
    roll: bytes


def prepare(pool: tuple[DrawnFinger, ...], seed: int, workers: ProcessPoolExecutor) -> Prepared:
    """Everything up to the eve of the election.

    1. Draw the authority's keys and write them into the example's definition.
    2. Hold the guardians' key ceremony, all of them played by this one process.
    3. Make the roll, salt it, commit to it.
    4. Make the stations' kits; certify their keys.
    """
    keys, files, election = _define()
    ceremony = hold_ceremony(election, keys.guardians, secrets.token_bytes)
    electors = enrolled_roll(election, pool, seed)
    parts = salted_parts(electors, election, secrets.token_bytes)
    officers = keys.officer_signers(election)
    kits = tuple(workers.map(partial(_make_kit, election, keys.centre_seed, ceremony.keys), parts))
    certification = Certification(
        election=election.identity,
        serial=1,
        issued_at=election.definition.opens_at,
        stations=tuple(kit.keys for kit in kits),
    )
    return Prepared(
        election=election,
        files=files,
        keys=keys,
        ceremony=ceremony,
        electors=electors,
        kits=kits,
        definition=sign_document(election.definition, officers),
        certification=sign_document(certification, officers),
        roll=sign_document(commit_roll(parts, election), officers),
    )


def _define() -> tuple[AuthorityKeys, dict[str, bytes], Election]:
    """The example's definition with fresh keys in the place of its published ones."""
    files = example_files()
    sample = read_folder(files)
    keys = _draw_keys(sample)
    lines = (f'key = "{key.public_hex}"'.encode() for key in keys.in_order())
    files[ELECTION] = _KEY_LINE.sub(lambda _: next(lines), files[ELECTION])
    return keys, files, Election(read_folder(files))


def _draw_keys(sample: Definition) -> AuthorityKeys:
    def draw(count: int) -> tuple[SigningKey, ...]:
        return tuple(SigningKey(secrets.token_bytes(32)) for _ in range(count))

    authority = sample.authority
    return AuthorityKeys(
        officers=draw(len(authority.officers)),
        log=draw(1)[0],
        witnesses=draw(len(authority.witnesses)),
        guardians=draw(len(authority.guardians)),
        centre_seed=secrets.token_bytes(32),
    )


def _make_kit(election: Election, centre_seed: bytes, joint_keys: JointKeys, part: RollPart) -> StationKit:
    centre = SigningKey(centre_seed).public_hex
    pins, cost = _pins(ROLES), Cost.INTERACTIVE
    return make_kit(
        election,
        part,
        pins=pins,
        centre=centre,
        entropy=secrets.token_bytes,
        cost=cost,
        joint_keys=joint_keys,
    )


def _pins(roles: Iterable[Role]) -> dict[Role, str]:
    """A PIN of six digits for each role."""
    return {role: f"{secrets.randbelow(1_000_000):06}" for role in roles}


def _signer(named: NamedKey, key: SigningKey) -> NoteSigner:
    return NoteSigner(named.key_name, key)
