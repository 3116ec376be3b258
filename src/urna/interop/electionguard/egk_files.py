"""The files of a record as egk-ec lays them out (its docs/JsonSerializationSpec2.1.md and docs/ElectionRecordJson.md).

    constants.json                               the group
    manifest.json                                contests, options, styles
    election_config.json                         n, k, base hashes, chaining
    election_initialized.json                    the joint key, the guardians' commitments and proofs
    encrypted_ballots/<device>/eballot-<id>.json every ballot, cast or challenged
    encrypted_ballots/<device>/ballot_chain.json the device's list of ballots, if codes are chained
    challenged_ballots/dballot-<id>.json         the opening of each challenged ballot
    encrypted_tally.json                         the products of the cast ballots
    tally.json                                   their decryption

Numbers are base64 of their full length, only `code_baux` is hexadecimal. Types here say what is well formed; whether it
is right is for the checks. Fields that a proof needs may be absent, so that the absence fails the proof's own check.
"""

import re
from typing import Annotated, Any, Literal, NamedTuple

import msgspec

CONSTANTS = "constants.json"
MANIFEST = "manifest.json"
CONFIG = "election_config.json"
INITIALIZED = "election_initialized.json"
ENCRYPTED_TALLY = "encrypted_tally.json"
TALLY = "tally.json"

BALLOT = re.compile(r"encrypted_ballots/(?:(?P<device>[^/]+)/)?eballot-(?P<name>[^/]+)\.json")
CHAIN = re.compile(r"encrypted_ballots/(?P<device>[^/]+)/ballot_chain\.json")
OPENED = re.compile(r"challenged_ballots/dballot-(?P<name>[^/]+)\.json")

MEBIBYTE = 1024 * 1024

MAX_BYTES = {
    CONSTANTS: MEBIBYTE,
    MANIFEST: 16 * MEBIBYTE,
    CONFIG: MEBIBYTE,
    INITIALIZED: 16 * MEBIBYTE,
    ENCRYPTED_TALLY: 64 * MEBIBYTE,
    TALLY: 64 * MEBIBYTE,
}
"""A selection has some 3 KiB, a coefficient 1 KiB."""

MAX_BALLOT_BYTES = 16 * MEBIBYTE
MAX_CHAIN_BYTES = 64 * MEBIBYTE

CAST = "CAST"
CHALLENGED = "CHALLENGED"

Label = Annotated[str, msgspec.Meta(min_length=1, max_length=500)]
Small = Annotated[int, msgspec.Meta(ge=-(2**31), lt=2**31)]
"""A 32-bit integer, as a Kotlin Int."""
Total = Annotated[int, msgspec.Meta(ge=0, lt=2**31)]
Guardians = Annotated[int, msgspec.Meta(ge=1, le=1000)]
Limit = Annotated[int, msgspec.Meta(ge=1, le=1000)]
SignedByte = Annotated[int, msgspec.Meta(ge=-128, le=127)]


class File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A file, or an object in one."""


class Constants(File, frozen=True):
    """constants.json: the group, numbers in hexadecimal."""

    name: str
    type: Literal["IntegerGroup", "EllipticCurve"]
    protocolVersion: str  # noqa: N815 - the name in the file
    constants: dict[str, str]


class Config(File, frozen=True):
    """election_config.json."""

    config_version: str
    number_of_guardians: Guardians
    quorum: Guardians
    parameter_base_hash: str
    manifest_hash: str
    election_base_hash: str
    chain_confirmation_codes: bool
    baux0: str
    metadata: dict[str, str] = {}


class CoefficientProof(File, frozen=True):
    """K_ij with its proof (c_ij, v_ij)."""

    public_key: str
    challenge: str
    response: str


class Guardian(File, frozen=True):
    """A guardian: i is the x coordinate."""

    guardian_id: Label
    x_coordinate: Small
    coefficient_proofs: tuple[CoefficientProof, ...]


class Initialized(File, frozen=True, omit_defaults=True):
    """election_initialized.json."""

    joint_public_key: str
    extended_base_hash: str
    guardians: tuple[Guardian, ...]
    metadata: dict[str, str] = {}


class Pair(File, frozen=True):
    """(α, β), or (A, B)."""

    pad: str
    data: str


class Response(File, frozen=True):
    """(c, v)."""

    challenge: str
    response: str


class RangeResponses(File, frozen=True):
    """One (c_j, v_j) for each value of the range."""

    proofs: tuple[Response, ...]


class HashedPair(File, frozen=True):
    """(C_0, C_1, C_2) of contest data, and the length of the plain text."""

    c0: str
    c1: str
    c2: str
    numBytes: Total  # noqa: N815 - the name in the file


class EncryptedSelection(File, frozen=True):
    """One option of one contest of a ballot."""

    selection_id: Label
    sequence_order: Small
    encrypted_vote: Pair
    proof: RangeResponses | None = None


class EncryptedContest(File, frozen=True):
    """One contest of a ballot."""

    contest_id: Label
    sequence_order: Small
    contest_hash: str
    selections: tuple[EncryptedSelection, ...]
    proof: RangeResponses | None = None
    encrypted_contest_data: HashedPair | None = None


class EncryptedBallot(File, frozen=True):
    """eballot-<id>.json; ballots encrypted before the election are not read."""

    ballot_id: Label
    ballot_style_id: Label
    encrypting_device: Label
    timestamp: int
    code_baux: str
    confirmation_code: str
    election_id: str
    contests: tuple[EncryptedContest, ...]
    state: str
    encrypted_sn: Pair | None = None
    is_preencrypt: Literal[False] = False


class BallotChain(File, frozen=True, omit_defaults=True):
    """ballot_chain.json; the "election base hash" in it is the extended one."""

    encrypting_device: Label
    baux0: tuple[SignedByte, ...]
    election_base_hash: str
    ballot_ids: tuple[Label, ...]
    last_confirmation_code: str
    closing_hash: str = ""
    metadata: dict[str, str] = {}


class TalliedSelection(File, frozen=True):
    """The product of one option over the cast ballots."""

    selection_id: Label
    sequence_order: Small
    encrypted_vote: Pair


class TalliedContest(File, frozen=True):
    """The products of one contest; egk-ec writes 0 ballots, so the number says nothing."""

    contest_id: Label
    sequence_order: Small
    selections: tuple[TalliedSelection, ...]
    ballot_count: Total = 0


class EncryptedTally(File, frozen=True):
    """encrypted_tally.json."""

    tally_id: str
    contests: tuple[TalliedContest, ...]
    cast_ballot_ids: tuple[Label, ...]
    election_id: str


class DecryptedSelection(File, frozen=True):
    """t and T = K^t, the ciphertext, and the proof of its decryption."""

    selection_id: Label
    tally: Small
    b_over_m: str
    encrypted_vote: Pair
    proof: Response | None = None


class ContestData(File, frozen=True):
    """What egk-ec keeps of a contest beside the votes."""

    over_votes: tuple[Total, ...]
    write_ins: tuple[str, ...]
    status: Literal["normal", "null_vote", "over_vote", "under_vote"]


class DecryptedContestData(File, frozen=True):
    """Contest data in plain and encrypted, and the proof of its decryption."""

    contest_data: ContestData
    encrypted_contest_data: HashedPair
    proof: Response | None
    beta: str


class DecryptedContest(File, frozen=True, omit_defaults=True):
    """One contest of the tally, or of a challenged ballot."""

    contest_id: Label
    selections: tuple[DecryptedSelection, ...]
    ballot_count: Total | None = None
    decrypted_contest_data: DecryptedContestData | None = None


class Decrypted(File, frozen=True):
    """tally.json, and dballot-<id>.json."""

    id: Label
    contests: tuple[DecryptedContest, ...]
    election_id: str


class ManifestSelection(msgspec.Struct, frozen=True):
    """An option; what else the manifest says of it is not our business."""

    object_id: Label
    sequence_order: Small
    candidate_id: str = ""


class ManifestContest(msgspec.Struct, frozen=True):
    """A contest, with its limits L and R."""

    object_id: Label
    sequence_order: Small
    electoral_district_id: Label
    votes_allowed: Limit
    ballot_selections: tuple[ManifestSelection, ...]
    option_selection_limit: Limit = 1


class ManifestStyle(msgspec.Struct, frozen=True):
    """A style: it has the contests of its districts."""

    object_id: Label
    geopolitical_unit_ids: tuple[Label, ...]


class ManifestFile(msgspec.Struct, frozen=True):
    """manifest.json, as far as it is read: the whole file is hashed."""

    ballot_styles: tuple[ManifestStyle, ...]
    contests: tuple[ManifestContest, ...]


class WrittenManifest(File, frozen=True):
    """manifest.json as it is written, with everything that egk-ec asks for."""

    election_scope_id: str
    spec_version: str
    type: str
    start_date: str
    end_date: str
    geopolitical_units: list[dict[str, Any]]
    ballot_styles: list[dict[str, Any]]
    contests: list[dict[str, Any]]
    candidates: list[dict[str, Any]]
    contact_information: dict[str, Any]
    name: list[dict[str, Any]]
    parties: list[dict[str, Any]]


class BallotPlace(NamedTuple):
    """What the path of a ballot says: its device, or none, and its id."""

    device: str
    name: str


def ballot_place(path: str) -> BallotPlace | None:
    """The device and id of an encrypted ballot's path; None for another path."""
    match = BALLOT.fullmatch(path)
    return BallotPlace(match["device"] or "", match["name"]) if match else None
