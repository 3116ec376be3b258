"""The guardians' joint keys as a file of a station's package: what the booths encrypt to.

The authority reads them from the documents of the ceremony, with every proof in it (`urna station kit`), and the
manifest of the package fixes them. So a booth takes them on the manifest's word, and only looks whether they are of
its election and are points at all.
"""

from urna.ballot.keys import JointKeys
from urna.crypto.group import FixedPoint
from urna.election.definition import Election
from urna.encoding.canonical import Hash, Record, decode, encode
from urna.errors import Malformed, OutOfOrder, Unproven
from urna.words import Sentence

MAX_BYTES = 4096

_IDENTITY = bytes(32)
"""The neutral point, to which nobody encrypts."""


class JointKeysFile(Record, frozen=True, kw_only=True, tag_field="type", tag="urna/joint-keys/1"):
    """Two points and the hash of how they were made, in hexadecimal."""

    election: Hash
    votes: Hash
    data: Hash
    base_hash: Hash


def write_joint_keys(election: Election, keys: JointKeys) -> bytes:
    """The bytes of the file."""
    votes, data, base_hash = (each.hex() for each in keys)
    return encode(JointKeysFile(election=election.identity, votes=votes, data=data, base_hash=base_hash))


def read_joint_keys(data: bytes | None, election: Election, where: str = "") -> JointKeys | None:
    """The keys in a package; None where the election has no guardians.

    Args:
        data: the file's bytes; None if there is no such file.
        election: whose guardians they are.
        where: the file to name in an error.

    Raises:
        OutOfOrder: guardians without a file, or a file without guardians.
        Malformed: no such file's bytes, or a key that is no point.
        Unproven: of another election.
    """
    if (data is not None) != election.is_encrypted:
        raise OutOfOrder(
            Sentence("joint keys in an election that has guardians, and in no other"),
            Sentence("the contrary"),
            Sentence("Take the package that the authority made for this definition."),
            where,
        )
    if data is None:
        return None
    file = decode(data, JointKeysFile, where, MAX_BYTES)
    if file.election != election.identity:
        raise Unproven(
            Sentence("the joint keys of election {id}", {"id": election.identity[:16]}),
            Sentence("those of election {id}", {"id": file.election[:16]}),
            Sentence("This is the wrong package: take the one with this station's name, or call the centre."),
            where,
        )
    keys = JointKeys(*(bytes.fromhex(each) for each in (file.votes, file.data, file.base_hash)))
    for point in (keys.votes, keys.data):
        _check_point(point, where)
    return keys


def _check_point(point: bytes, where: str) -> None:
    FixedPoint(point, where)
    if point == _IDENTITY:
        raise Malformed(
            Sentence("a key of the guardians"),
            Sentence("the neutral point"),
            Sentence("Do not open with this package: call the centre."),
            where,
        )
