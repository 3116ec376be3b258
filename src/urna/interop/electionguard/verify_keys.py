"""Boxes 1 to 4 of 2.0.0, and the checks S2 and S7: parameters, manifest, guardians, joint key, base hashes.

Whatever fails here leaves nothing to check the rest against, so nothing after it is looked at.
"""

from collections import Counter
from collections.abc import Callable, Sequence
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
from urna.interop.electionguard.report import Notebook
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

INTEGERS = {
    "1.B": ("largePrime", integers.PRIME),
    "1.C": ("smallPrime", integers.ORDER),
    "1.D": ("cofactor", integers.COFACTOR),
    "1.E": ("generator", integers.GENERATOR),
}
"""The constants of the integer group, by the condition that minds them."""

CURVE = {
    "a": curve.A,
    "b": curve.B,
    "primeModulus": curve.FIELD,
    "g.x": curve.GENERATOR_X,
    "g.y": curve.GENERATOR_Y,
    "h": 1,
}
"""The constants of P-256, in the order in which they are hashed; the order q is minded by 1.C."""

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
    constants = _read(reader, book, CONSTANTS, Constants)
    config = _read(reader, book, CONFIG, Config)
    initialized = _read(reader, book, INITIALIZED, Initialized)
    manifest_file = _read(reader, book, MANIFEST, ManifestFile)
    if constants is None or config is None or initialized is None or manifest_file is None:
        return None
    group = curve.curve_group() if constants.type == "EllipticCurve" else integers.integer_group()
    hashes = _check_parameters(constants, config, reader.read(MANIFEST, MAX_BYTES[MANIFEST]), book)
    manifest = _check_manifest(manifest_file, book)
    keys = _check_guardians(group, hashes.parameter, config, initialized.guardians, book)
    key = _check_joint_key(group, initialized, keys, book)
    if key is None or manifest is None:
        return None
    extended = extended_base_hash(hashes.election, key)
    _check_hash(book, "4.A", INITIALIZED, initialized.extended_base_hash, extended, "H_E")
    book.checked("4")
    device_data = book.attempt("S1", CONFIG, lambda: read_octets(config.baux0))
    if book.findings or device_data is None:
        return None
    return RecordKeys(manifest, Context200(group, key, extended), config.chain_confirmation_codes, device_data)


def _read(reader: RecordReader, book: Notebook, path: str, kind: type[T]) -> T | None:
    return book.attempt("S1", path, lambda: read_json(reader.read(path, MAX_BYTES[path]), kind, path))


class _Hashes(NamedTuple):
    parameter: bytes
    election: bytes


def _check_parameters(constants: Constants, config: Config, manifest: bytes, book: Notebook) -> _Hashes:
    """Box 1: everything is computed from our own parameters, and compared with what the record says."""
    version = VERSIONS[constants.type]
    expected = Sentence("{version}", {"version": version})
    book.demand("1.A", CONSTANTS, holds=constants.protocolVersion == version, expected=expected)
    if constants.type == "IntegerGroup":
        _check_constants(constants, INTEGERS, book)
        sizes = integers.BYTES
        parameters = (integers.PRIME.to_bytes(sizes, "big"), scalar(integers.ORDER))
        parameter = parameter_base_hash(version, *parameters, integers.GENERATOR.to_bytes(sizes, "big"))
    else:
        _check_constants(
            constants, {"1.C": ("order", curve.ORDER)} | {f"1.{name}": (name, CURVE[name]) for name in CURVE}, book
        )
        parameter = parameter_base_hash(version, *(scalar(number) for number in CURVE.values()))
    of_manifest = manifest_hash(parameter, manifest)
    election = election_base_hash(parameter, of_manifest, config.number_of_guardians, config.quorum)
    _check_hash(book, "1.F", CONFIG, config.parameter_base_hash, parameter, "H_P")
    _check_hash(book, "1.G", CONFIG, config.manifest_hash, of_manifest, "H_M")
    _check_hash(book, "1.H", CONFIG, config.election_base_hash, election, "H_B")
    book.checked("1", detail=Sentence("{name}, {version}", {"name": constants.type, "version": version}))
    return _Hashes(parameter, election)


def _check_constants(constants: Constants, wanted: dict[str, tuple[str, int]], book: Notebook) -> None:
    """Each number is the one of the specification, and there is no other."""
    for condition, (name, number) in wanted.items():
        stated = constants.constants.get(name, "")
        box = condition if condition in INTEGERS else "1.B"
        holds = stated.lower().lstrip("0") == f"{number:x}"
        book.demand(box, CONSTANTS, holds=holds, expected=Sentence("the standard parameters"), where=name)
    others = set(constants.constants) - {name for name, _ in wanted.values()}
    book.demand("S1", CONSTANTS, holds=not others, expected=Sentence("the standard parameters"))


def _check_hash(book: Notebook, condition: str, file: str, stated: str, computed: bytes, letter: str) -> None:
    """One of the base hashes, as it follows from what it hashes."""
    expected = Sentence("{letter} as it is computed", {"letter": letter})
    read = book.attempt(condition, file, lambda: read_hash(stated))
    if read is not None:
        book.demand(condition, file, holds=read == computed, expected=expected)


def _check_manifest(manifest: ManifestFile, book: Notebook) -> Manifest | None:
    """S7: labels and indices once each, indices ascending from 1, limits that can be kept, districts that exist."""

    def convert() -> Manifest:
        contests = tuple(_contest(contest) for contest in manifest.contests)
        _once([contest.label for contest in contests], "contest_id")
        _once([style.object_id for style in manifest.ballot_styles], "ballot_style_id")
        _ascending([contest.index for contest in contests], MANIFEST)
        styles = {
            style.object_id: frozenset(
                contest.object_id
                for contest in manifest.contests
                if contest.electoral_district_id in districts
            )
            for style in manifest.ballot_styles
            for districts in [frozenset(style.geopolitical_unit_ids)]
        }
        return Manifest(contests, styles)

    found = book.attempt("S7", MANIFEST, convert)
    if found is not None:
        book.checked("S7", detail=Sentence("contests: {count}", {"count": len(found.contests)}))
    return found


def _contest(contest: ManifestContest) -> Contest:
    options = tuple(Option(each.object_id, each.sequence_order) for each in contest.ballot_selections)
    _once([option.label for option in options], contest.object_id)
    _ascending([option.index for option in options], contest.object_id)
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


def _ascending(indices: Sequence[int], where: str) -> None:
    if any(index < 1 for index in indices) or any(one >= next_ for one, next_ in pairwise(indices)):
        raise Malformed(
            Sentence("indices in ascending order, from 1"), Sentence("another order of indices"), AS_WRITTEN, where
        )


def _check_guardians(
    group: Group, parameter_hash: bytes, config: Config, guardians: Sequence[Guardian], book: Notebook
) -> list[Element] | None:
    """S2, then box 2 for every coefficient of every guardian; the guardians' keys K_i0, if all can be read."""
    count, quorum = config.number_of_guardians, config.quorum
    _check_seats(guardians, count, quorum, book)
    found: list[Element | None] = []
    for guardian in guardians:
        keys = [
            _check_coefficient(group, parameter_hash, guardian, j, book)
            for j in range(len(guardian.coefficient_proofs))
        ]
        found.append(keys[0] if keys else None)
    book.checked("2", detail=Sentence("{quorum} of {count} guardians", {"quorum": quorum, "count": count}))
    keys = [key for key in found if key is not None]
    return keys if len(keys) == len(found) and keys else None


def _check_seats(guardians: Sequence[Guardian], count: int, quorum: int, book: Notebook) -> None:
    """A guardian with index 0 would hold the key itself; with fewer coefficients fewer than k could open a ballot."""
    expected = Sentence("guardians {first} to {last}, once each", {"first": 1, "last": count})
    seats = sorted(guardian.x_coordinate for guardian in guardians)
    book.demand("S2", INITIALIZED, holds=seats == list(range(1, count + 1)), expected=expected)
    names = {guardian.guardian_id for guardian in guardians}
    book.demand("S2", INITIALIZED, holds=len(names) == len(guardians), expected=expected)
    book.demand("S2", CONFIG, holds=quorum <= count, expected=Sentence("a quorum k of at most n"))
    for guardian in guardians:
        found = Sentence("{count} coefficients", {"count": len(guardian.coefficient_proofs)})
        book.demand(
            "S2",
            INITIALIZED,
            holds=len(guardian.coefficient_proofs) == quorum,
            expected=Sentence("{count} coefficients", {"count": quorum}),
            found=found,
            where=guardian.guardian_id,
        )
    book.checked("S2")


def _check_coefficient(
    group: Group, parameter_hash: bytes, guardian: Guardian, coefficient: int, book: Notebook
) -> Element | None:
    """Box 2: K_ij is a member (A), v_ij in Z_q (B), c_ij the hash (C)."""
    stated, where = guardian.coefficient_proofs[coefficient], f"{guardian.guardian_id}/{coefficient}"

    def within(condition: str, act: Callable[[], T]) -> T | None:
        return book.attempt(condition, INITIALIZED, act)

    key = within("2.A", lambda: read_member(group, stated.public_key, where))
    response = within("2.B", lambda: read_scalar(group, stated.response, where))
    challenge = within("2.C", lambda: read_scalar(group, stated.challenge, where))
    if key is None or response is None or challenge is None:
        return key
    commitment = knowledge_commitment(group, key, Proof(challenge, response))
    seat = guardian.x_coordinate
    holds = 0 <= seat and challenge == coefficient_challenge(
        group, parameter_hash, seat, coefficient, key, commitment
    )
    book.demand("2.C", INITIALIZED, holds=holds, expected=PROOF, where=where)
    return key


PROOF = Sentence("the challenge that the proof's hash gives")


def _check_joint_key(
    group: Group, initialized: Initialized, keys: list[Element] | None, book: Notebook
) -> Element | None:
    """Box 3: no K_i is 1 (A), K is their product and not 1 (B)."""
    joint = book.attempt("3.B", INITIALIZED, lambda: read_element(group, initialized.joint_public_key))
    if keys is None or joint is None:
        return None
    is_one = any(key == group.identity for key in keys)
    book.demand("3.A", INITIALIZED, holds=not is_one, expected=Sentence("keys other than 1"))
    holds = joint == group.product(keys) and joint != group.identity
    book.demand("3.B", INITIALIZED, holds=holds, expected=Sentence("the product of the guardians' keys"))
    book.checked("3")
    return joint
