"""One station's roll under the station's data key: what lies on the station before it opens.

The data key is split over the role cards (station/cards); until two of them come together, the roll is noise.
"""

from urna.crypto.kdf import derive_key
from urna.crypto.mac import join_parts
from urna.crypto.secretbox import open_box, seal_box
from urna.election.certification import RollCommitment
from urna.encoding.canonical import Code, Hash, decode, encode
from urna.roll.commitment import open_commitment
from urna.roll.elector import RollPart

_PURPOSE = "urna/roll-part/1"


def seal_part(part: RollPart, data_key: bytes, nonce: bytes) -> bytes:
    """The part as a sealed box.

    Args:
        part: the station's electors.
        data_key: 32 random bytes, one key a station.
        nonce: 12 random bytes.
    """
    return seal_box(_key(data_key), encode(part), nonce, _label(part.election, part.station))


def open_part(sealed: bytes, data_key: bytes, election: Hash, commitment: RollCommitment) -> RollPart:
    """The part that was sealed, once it is shown to be the one that was committed to.

    Raises:
        Unproven: another key, station or election; a changed box; or another roll than the committed one.
    """
    data = open_box(_key(data_key), sealed, _label(election, commitment.station), commitment.station)
    part = decode(data, RollPart, commitment.station)
    open_commitment(commitment, part)
    return part


def _key(data_key: bytes) -> bytes:
    return derive_key(data_key, _PURPOSE)


def _label(election: Hash, station: Code) -> bytes:
    return join_parts(_PURPOSE.encode(), election.encode(), station.encode())
