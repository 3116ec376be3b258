"""The second stage of a sheet in an election with guardians: from the ballots that were uploaded, and nothing else.

Every proof of every ballot is verified, the ciphertexts of the cast ones are added up here, and the sheet has to open
that sum. A station never supplies a sum, so no sheet is proven by what its station says.
"""

from collections.abc import Callable, Mapping
from typing import Annotated, NamedTuple

import msgspec

from urna.ballot.keys import JointKeys
from urna.ballot.published import BallotList
from urna.center.receipt import Held, unproven
from urna.center.reception import Papers, check_own_bundle
from urna.crypto.elgamal import Ciphertext
from urna.election.definition import Election
from urna.encoding.canonical import Code, Record, decode, encode
from urna.errors import UrnaError
from urna.record.bundle import StationBundle
from urna.tally.ballot_sums import OptionOf, Sums

Point = Annotated[str, msgspec.Meta(pattern=r"\A[0-9a-f]{64}\Z")]


class Proof(NamedTuple):
    """What a proven sheet leaves behind: the sums of its cast ciphertexts, and its ballots' ids."""

    sums: Sums
    ids: frozenset[bytes]
    """16 bytes each."""


def prove(
    election: Election,
    keys: JointKeys,
    papers: Papers,
    *,
    listed: BallotList,
    bundle: StationBundle,
    coefficients: Callable[[int], bytes],
) -> Proof | Held:
    """The second stage.

    Args:
        election: the definition.
        keys: the guardians' joint keys.
        papers: the sheet of the closing, examined before.
        listed: its ballot list.
        bundle: the files as they were uploaded.
        coefficients: fresh random bytes that the station cannot foresee.
    """
    try:
        sums = check_own_bundle(election, keys, papers, listed=listed, bundle=bundle, coefficients=coefficients)
        return Proof(sums, ids_of(listed))
    except UrnaError as error:
        return unproven(error)


def ids_of(listed: BallotList | None) -> frozenset[bytes]:
    """The ids of all ballots of a list."""
    return frozenset(bytes.fromhex(ballot.id) for ballot in listed.ballots) if listed else frozenset()


class OptionSum(Record, frozen=True, kw_only=True):
    """The sum of one option's ciphertexts."""

    contest: Code
    option: Code
    alpha: Point
    beta: Point


class StationSums(Record, frozen=True, kw_only=True, tag_field="type", tag="urna/station-sums/1"):
    """The sums of a proven sheet, kept so that nothing is added up again when the centre starts again."""

    station: Code
    sums: tuple[OptionSum, ...]


def write_sums(station: Code, sums: Sums) -> bytes:
    """The sums as the centre keeps them."""
    each = tuple(
        OptionSum(contest=of.contest, option=of.option, alpha=total.alpha.hex(), beta=total.beta.hex())
        for of, total in sorted(sums.items())
    )
    return encode(StationSums(station=station, sums=each))


def read_sums(data: bytes) -> Mapping[OptionOf, Ciphertext]:
    """The sums that `write_sums` wrote."""
    return {
        OptionOf(each.contest, each.option): Ciphertext(bytes.fromhex(each.alpha), bytes.fromhex(each.beta))
        for each in decode(data, StationSums).sums
    }
