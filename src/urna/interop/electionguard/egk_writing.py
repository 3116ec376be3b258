"""Files in egk-ec's layout from keys, encrypted ballots and decryptions of 2.0.0."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from urna.interop.electionguard import egk_files as files
from urna.interop.electionguard.ceremony import Ceremony
from urna.interop.electionguard.decryption import Decryption
from urna.interop.electionguard.egk_json import write_json, write_octets
from urna.interop.electionguard.egk_values import (
    write_data,
    write_element,
    write_pair,
    write_proof,
    write_range,
    write_scalar,
)
from urna.interop.electionguard.encryption import EncryptedBallot
from urna.interop.electionguard.group import Ciphertext, Element
from urna.interop.electionguard.integers import COFACTOR, GENERATOR, ORDER, PRIME
from urna.interop.electionguard.manifest import Contest, Manifest
from urna.interop.electionguard.profile import DataCiphertext

GROUP_NAME = "Integer4096 (low memory use)"
"""egk-ec finds the group by this name."""

CONFIG_VERSION = "2.1.0"
"""Of egk-ec's layout, not of the specification."""


class BallotNames(NamedTuple):
    """How a ballot is filed: id, style, device, the second in which it was encrypted, CAST or CHALLENGED."""

    name: str
    style: str
    device: str
    timestamp: int
    state: str


class OpenedSelection(NamedTuple):
    """One option that was decrypted: t, T = K^t, the ciphertext and the proof."""

    label: str
    votes: int
    power: Element
    ciphertext: Ciphertext
    decryption: Decryption


class OpenedData(NamedTuple):
    """Contest data that was decrypted."""

    plain: files.ContestData
    encrypted: DataCiphertext
    decryption: Decryption


class OpenedContest(NamedTuple):
    """One contest of the tally or of a challenged ballot."""

    label: str
    selections: tuple[OpenedSelection, ...]
    data: OpenedData | None = None


def write_constants() -> bytes:
    """constants.json of the integer group."""
    numbers = {"largePrime": PRIME, "smallPrime": ORDER, "cofactor": COFACTOR, "generator": GENERATOR}
    constants = {name: f"{number:x}" for name, number in numbers.items()}
    return write_json(files.Constants(GROUP_NAME, "IntegerGroup", "v2.0.0", constants))


def write_config(
    hashes: tuple[bytes, bytes, bytes], guardians: int, quorum: int, *, device_data: bytes, is_chained: bool
) -> bytes:
    """election_config.json, with H_P, H_M and H_B."""
    parameter, manifest, election = map(write_octets, hashes)
    return write_json(
        files.Config(
            config_version=CONFIG_VERSION,
            number_of_guardians=guardians,
            quorum=quorum,
            parameter_base_hash=parameter,
            manifest_hash=manifest,
            election_base_hash=election,
            chain_confirmation_codes=is_chained,
            baux0=write_octets(device_data),
            metadata={"Created by": "urna"},
        )
    )


def write_initialized(ceremony: Ceremony, extended_hash: bytes) -> bytes:
    """election_initialized.json."""
    guardians = tuple(
        files.Guardian(
            f"guardian{keys.guardian}",
            keys.guardian,
            tuple(
                files.CoefficientProof(write_element(key), write_scalar(proof.challenge), write_scalar(proof.response))
                for key, proof in zip(keys.commitments, keys.proofs, strict=True)
            ),
        )
        for keys in ceremony.guardians
    )
    return write_json(files.Initialized(write_element(ceremony.joint_key), write_octets(extended_hash), guardians))


def write_ballot(ballot: EncryptedBallot, names: BallotNames, base_hash: bytes, serial: Ciphertext) -> bytes:
    """eballot-<id>.json; `serial` encrypts egk-ec's serial number, which no check looks at."""
    return write_json(
        files.EncryptedBallot(
            ballot_id=names.name,
            ballot_style_id=names.style,
            encrypting_device=names.device,
            timestamp=names.timestamp,
            code_baux=ballot.auxiliary.hex().upper(),
            confirmation_code=write_octets(ballot.code),
            election_id=write_octets(base_hash),
            contests=tuple(
                files.EncryptedContest(
                    contest_id=each.contest.label,
                    sequence_order=each.contest.number,
                    contest_hash=write_octets(each.hash),
                    selections=tuple(
                        files.EncryptedSelection(
                            option.option.label,
                            option.option.number,
                            write_pair(option.ciphertext),
                            write_range(option.proof),
                        )
                        for option in each.options
                    ),
                    proof=write_range(each.proof),
                    encrypted_contest_data=None if each.data is None else write_data(each.data),
                )
                for each in ballot.contests
            ),
            state=names.state,
            encrypted_sn=write_pair(serial),
        )
    )


def write_chain(device: str, own: bytes, ballots: Sequence[str], hashes: tuple[bytes, bytes, bytes]) -> bytes:
    """ballot_chain.json, with H_E, the last code and the closing hash; bytes are signed, as Kotlin has them."""
    base, last, closing = map(write_octets, hashes)
    signed = tuple(each - 256 if each > 127 else each for each in own)
    return write_json(files.BallotChain(device, signed, base, tuple(ballots), last, closing))


def write_encrypted_tally(
    manifest: Manifest, totals: Mapping[tuple[str, str], Ciphertext], cast: Sequence[str], base_hash: bytes
) -> bytes:
    """encrypted_tally.json."""
    contests = tuple(_tallied(contest, totals) for contest in manifest.contests)
    return write_json(files.EncryptedTally("urna", contests, tuple(cast), write_octets(base_hash)))


def _tallied(contest: Contest, totals: Mapping[tuple[str, str], Ciphertext]) -> files.TalliedContest:
    selections = tuple(
        files.TalliedSelection(option.label, option.number, write_pair(totals[contest.label, option.label]))
        for option in contest.options
    )
    return files.TalliedContest(contest.label, contest.number, selections)


def write_decrypted(name: str, contests: Sequence[OpenedContest], base_hash: bytes, ballots: int) -> bytes:
    """tally.json or dballot-<id>.json; egk-ec counts 0 ballots for a tally, 1 for a ballot."""
    return write_json(
        files.Decrypted(
            name,
            tuple(
                files.DecryptedContest(
                    each.label,
                    tuple(_selection(selection) for selection in each.selections),
                    ballots,
                    None if each.data is None else _data(each.data),
                )
                for each in contests
            ),
            write_octets(base_hash),
        )
    )


def _selection(selection: OpenedSelection) -> files.DecryptedSelection:
    return files.DecryptedSelection(
        selection.label,
        selection.votes,
        write_element(selection.power),
        write_pair(selection.ciphertext),
        write_proof(selection.decryption.proof),
    )


def _data(data: OpenedData) -> files.DecryptedContestData:
    proof, factor = write_proof(data.decryption.proof), write_element(data.decryption.factor)
    return files.DecryptedContestData(data.plain, write_data(data.encrypted), proof, factor)
