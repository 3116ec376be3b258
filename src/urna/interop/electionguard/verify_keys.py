"""Boxes 1 to 4 of 2.0.0, and the checks S2 and S7: parameters, manifest, guardians, joint key, base hashes.

Whatever fails here leaves nothing to check the rest against, so nothing after it is looked at.
"""

from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple, TypeVar

from urna.errors import Malformed
from urna.interop.electionguard import curve, integers
from urna.interop.electionguard.egk_files import (
    CONFIG,
    CONSTANTS,
    INITIALIZED,
    MANIFEST,
    MAX_BYTES,
    Config,
    Constants,
    Guardian,
    Initialized,
    ManifestContest,
    ManifestFile,
)
from urna.interop.electionguard.egk_json import AS_WRITTEN, read_json, read_octets
from urna.interop.electionguard.egk_values import read_element, read_hash, read_member, read_scalar
from urna.interop.electionguard.group import Element, Group
from urna.interop.electionguard.hashing import scalar
from urna.interop.electionguard.manifest import Contest, Manifest, Option
from urna.interop.electionguard.proofs import Proof, knowledge_commitment
from urna.interop.electionguard.report import Notebook, Page
from urna.interop.electionguard.v2_0_0 import (
    Context200,
    coefficient_challenge,
    election_base_hash,
    extended_base_hash,
    manifest_hash,
    parameter_base_hash,
)
from urna.record.reader import RecordReader
from urna.words import Sentence

T = TypeVar("T")

PROOF = Sentence("the challenge that the proof's hash gives")

STANDARD = Sentence("the standard parameters")


class Constant(NamedTuple):
    """A constant of the group, and the condition that minds it."""

    condition: str
    value: int


INTEGERS = {
    "largePrime": Constant("1.B", integers.PRIME),
    "smallPrime": Constant("1.C", integers.ORDER),
    "cofactor": Constant("1.D", integers.COFACTOR),
    "generator": Constant("1.E", integers.GENERATOR),
}

CURVE = {
    "a": Constant("1.B", curve.A),
    "b": Constant("1.B", curve.B),
    "primeModulus": Constant("1.B", curve.FIELD),
    "order": Constant("1.C", curve.ORDER),
    "g.x": Constant("1.E", curve.GENERATOR_X),
    "g.y": Constant("1.E", curve.GENERATOR_Y),
    "h": Constant("1.D", 1),
}
"""P-256 under the conditions that mind the same for integers: field, order, cofactor, generator."""

VERSIONS = {"IntegerGroup": "v2.0.0", "EllipticCurve": "v2.1.0"}
"""What egk-ec calls the version; its records over P-256 are of 2.0.0, too, and only the label differs."""


class RecordKeys(NamedTuple):
    """What boxes 1 to 4 leave for the rest: manifest, context, chaining."""

    manifest: Manifest
    context: Context200
    is_chained: bool
    device_data: bytes
    """B_aux,0 for all devices; empty: each device's own name."""

    @property
    def group(self) -> Group:
        """The group of all elements."""
        return self.context.group


def check_keys(reader: RecordReader, book: Notebook) -> RecordKeys | None:
    """1. Read. 2. Parameters and hashes. 3. Manifest. 4. Guardians. 5. Joint key. 6. Extended base hash."""
    files = _read_files(reader, book)
    if files is None:
        return None
    group = curve.curve_group() if files.constants.type == "EllipticCurve" else integers.integer_group()
    hashes = _check_parameters(files, book)
    manifest = _check_manifest(files.manifest, book)
    keys = _check_guardians(group, hashes.parameter, files, book)
    key = _check_joint_key(group, files.initialized, keys, book.page(INITIALIZED))
    if key is None or manifest is None:
        return None
    extended = extended_base_hash(hashes.election, key)
    _check_hash(book.page(INITIALIZED), "4.A", files.initialized.extended_base_hash, extended, "H_E")
    book.checked("4")
    device_data = book.page(CONFIG).attempt("S1", lambda: read_octets(files.config.baux0))
    if book.findings or device_data is None:
        return None
    return RecordKeys(manifest, Context200(group, key, extended), files.config.chain_confirmation_codes, device_data)


class _Files(NamedTuple):
    constants: Constants
    config: Config
    initialized: Initialized
    manifest: ManifestFile
    manifest_bytes: bytes


def _read_files(reader: RecordReader, book: Notebook) -> _Files | None:
    def read(path: str, kind: type[T]) -> T | None:
        return book.page(path).attempt("S1", lambda: read_json(reader.read(path, MAX_BYTES[path]), kind, path))

    constants, config = read(CONSTANTS, Constants), read(CONFIG, Config)
    initialized, manifest = read(INITIALIZED, Initialized), read(MANIFEST, ManifestFile)
    if constants is None or config is None or initialized is None or manifest is None:
        return None
    return _Files(constants, config, initialized, manifest, reader.read(MANIFEST, MAX_BYTES[MANIFEST]))


class _Hashes(NamedTuple):
    parameter: bytes
    election: bytes


def _check_parameters(files: _Files, book: Notebook) -> _Hashes:
    """Box 1: everything is computed from our own parameters, and compared with what the record says."""
    constants, config = files.constants, files.config
    version, page = VERSIONS[constants.type], book.page(CONFIG)
    expected, holds = Sentence("{label}", {"label": version}), constants.protocolVersion == version
    book.page(CONSTANTS).demand("1.A", holds=holds, expected=expected)
    parameter = parameter_base_hash(version, *_parameters(constants, book.page(CONSTANTS)))
    of_manifest = manifest_hash(parameter, files.manifest_bytes)
    election = election_base_hash(parameter, of_manifest, config.number_of_guardians, config.quorum)
    _check_hash(page, "1.F", config.parameter_base_hash, parameter, "H_P")
    _check_hash(page, "1.G", config.manifest_hash, of_manifest, "H_M")
    _check_hash(page, "1.H", config.election_base_hash, election, "H_B")
    book.checked("1", detail=Sentence("{name}, {version}", {"name": constants.type, "version": version}))
    return _Hashes(parameter, election)


def _parameters(constants: Constants, page: Page) -> tuple[bytes, ...]:
    """1.B to 1.E for each constant, and no other constant; what is hashed into H_P."""
    is_curve = constants.type == "EllipticCurve"
    wanted = CURVE if is_curve else INTEGERS
    for name, constant in wanted.items():
        holds = constants.constants.get(name, "").lower().lstrip("0") == f"{constant.value:x}"
        page.demand(constant.condition, holds=holds, expected=STANDARD, where=name)
    page.demand("S1", holds=not constants.constants.keys() - wanted.keys(), expected=STANDARD)
    if is_curve:
        return tuple(scalar(CURVE[name].value) for name in ("a", "b", "primeModulus", "g.x", "g.y", "h"))
    size = integers.BYTES
    return integers.PRIME.to_bytes(size, "big"), scalar(integers.ORDER), integers.GENERATOR.to_bytes(size, "big")


def _check_hash(page: Page, condition: str, stated: str, computed: bytes, letter: str) -> None:
    """One of the base hashes, as it follows from what it hashes."""
    read = page.attempt(condition, lambda: read_hash(stated))
    if read is not None:
        expected = Sentence("{letter} as it is computed", {"letter": letter})
        page.demand(condition, holds=read == computed, expected=expected)


def _check_manifest(manifest: ManifestFile, book: Notebook) -> Manifest | None:
    """S7: labels once each, numbers ascending from 1, limits that can be kept."""
    found = book.page(MANIFEST).attempt("S7", lambda: manifest_of(manifest))
    if found is not None:
        book.checked("S7", detail=Sentence("contests: {count}", {"count": len(found.contests)}))
    return found


def manifest_of(manifest: ManifestFile) -> Manifest:
    """Contests and styles as the rest uses them.

    Raises:
        Malformed: a label twice, numbers in another order, or limits that cannot be kept.
    """
    contests = tuple(_contest(contest) for contest in manifest.contests)
    _once([contest.label for contest in contests], "contest_id")
    _once([style.object_id for style in manifest.ballot_styles], "ballot_style_id")
    _ascending([contest.number for contest in contests], MANIFEST)
    districts = {style.object_id: frozenset(style.geopolitical_unit_ids) for style in manifest.ballot_styles}
    styles = {
        style: frozenset(each.object_id for each in manifest.contests if each.electoral_district_id in of_style)
        for style, of_style in districts.items()
    }
    return Manifest(contests, styles)


def _contest(contest: ManifestContest) -> Contest:
    options = tuple(Option(each.object_id, each.sequence_order) for each in contest.ballot_selections)
    _once([option.label for option in options], contest.object_id)
    _ascending([option.number for option in options], contest.object_id)
    if not options or contest.option_selection_limit > contest.votes_allowed:
        raise Malformed(
            Sentence("options, with a limit for one that is not above the limit for all"),
            Sentence("a contest without, or with another limit"),
            AS_WRITTEN,
            contest.object_id,
        )
    limits = contest.option_selection_limit, contest.votes_allowed
    return Contest(contest.object_id, contest.sequence_order, options, *limits)


def _once(labels: Sequence[str], where: str) -> None:
    twice = [label for label, count in Counter(labels).items() if count > 1]
    if twice:
        raise Malformed(
            Sentence("each label once"), Sentence("{label} twice", {"label": repr(twice[0])}), AS_WRITTEN, where
        )


def _ascending(numbers: Sequence[int], where: str) -> None:
    if any(number < 1 for number in numbers) or any(one >= other for one, other in pairwise(numbers)):
        raise Malformed(Sentence("numbers in ascending order, from 1"), Sentence("another order"), AS_WRITTEN, where)


def _check_guardians(group: Group, parameter_hash: bytes, files: _Files, book: Notebook) -> list[Element] | None:
    """S2, then box 2 for every coefficient of every guardian; the guardians' keys K_i0, if all can be read."""
    page, guardians = book.page(INITIALIZED), files.initialized.guardians
    _check_seats(files, page)
    book.checked("S2")
    found: list[Element | None] = []
    for guardian in guardians:
        coefficients = range(len(guardian.coefficient_proofs))
        keys = [_check_coefficient(group, parameter_hash, guardian, j, page) for j in coefficients]
        found.append(keys[0] if keys else None)
    values: dict[str, str | int] = {"quorum": files.config.quorum, "count": len(guardians)}
    book.checked("2", detail=Sentence("{quorum} of {count} guardians", values))
    known = [key for key in found if key is not None]
    return known if len(known) == len(found) and known else None


def _check_seats(files: _Files, page: Page) -> None:
    """A guardian with index 0 would hold the key itself; with fewer coefficients fewer than k could open a ballot."""
    count, quorum, guardians = files.config.number_of_guardians, files.config.quorum, files.initialized.guardians
    expected = Sentence("guardians {first} to {last}, once each", {"first": 1, "last": count})
    seats = sorted(guardian.x_coordinate for guardian in guardians)
    page.demand("S2", holds=seats == list(range(1, count + 1)), expected=expected)
    names = {guardian.guardian_id for guardian in guardians}
    page.demand("S2", holds=len(names) == len(guardians), expected=expected)
    page.demand("S2", holds=quorum <= count, expected=Sentence("a quorum k of at most n"))
    expected = Sentence("{count} coefficients", {"count": quorum})
    for guardian in guardians:
        size, where = len(guardian.coefficient_proofs), guardian.guardian_id
        found = Sentence("{count} coefficients", {"count": size})
        page.demand("S2", holds=size == quorum, expected=expected, found=found, where=where)


def _check_coefficient(
    group: Group, parameter_hash: bytes, guardian: Guardian, coefficient: int, page: Page
) -> Element | None:
    """Box 2: K_ij is a member (A), v_ij in Z_q (B), c_ij the hash (C)."""
    stated, where = guardian.coefficient_proofs[coefficient], f"{guardian.guardian_id}/{coefficient}"
    key = page.attempt("2.A", lambda: read_member(group, stated.public_key, where))
    response = page.attempt("2.B", lambda: read_scalar(group, stated.response, where))
    challenge = page.attempt("2.C", lambda: read_scalar(group, stated.challenge, where))
    seat = guardian.x_coordinate
    if key is None or response is None or challenge is None or seat < 0:
        return key
    commitment = knowledge_commitment(group, key, Proof(challenge, response))
    holds = challenge == coefficient_challenge(group, parameter_hash, (seat, coefficient), key, commitment)
    page.demand("2.C", holds=holds, expected=PROOF, where=where)
    return key


def _check_joint_key(group: Group, initialized: Initialized, keys: list[Element] | None, page: Page) -> Element | None:
    """Box 3: no K_i is 1 (A), K is their product and not 1 (B)."""
    joint = page.attempt("3.B", lambda: read_element(group, initialized.joint_public_key))
    if keys is None or joint is None:
        return None
    is_one = any(key == group.identity for key in keys)
    page.demand("3.A", holds=not is_one, expected=Sentence("keys other than 1"))
    holds = joint == group.product(keys) and joint != group.identity
    page.demand("3.B", holds=holds, expected=Sentence("the product of the guardians' keys"))
    page.book.checked("3")
    return joint
