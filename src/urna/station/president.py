"""The president's own fingers in a station's package: sealed under the data key, for who authorizes exceptions.

Two role cards bring the data key; until then nobody learns anything of them but that they are there. The box names
no elector: it holds fingers alone, and all boxes have one length.
"""

from collections.abc import Sequence
from typing import Annotated

import msgspec

from urna.biometrics.fusion import StoredFinger
from urna.biometrics.template import Template
from urna.crypto.kdf import derive_key
from urna.crypto.mac import join_parts
from urna.crypto.secretbox import open_box, seal_box
from urna.encoding.canonical import Code, Hash, Record, decode, encode
from urna.encoding.padding import pad, unpad
from urna.roll.elector import MAX_FINGERS, Finger

BOX_BYTES = 36 * 1024
"""As long as the longest: four fingers of three impressions. The length does not tell how many there are."""

_PURPOSE = "urna/president/1"


class PresidentFingers(Record, frozen=True, kw_only=True, tag_field="type", tag=_PURPOSE):
    """What is in the box."""

    fingers: Annotated[tuple[Finger, ...], msgspec.Meta(min_length=1, max_length=MAX_FINGERS)]

    def __repr__(self) -> str:
        """How many."""
        return f"PresidentFingers({len(self.fingers)})"


def seal_president(fingers: Sequence[Finger], data_key: bytes, nonce: bytes, election: Hash, station: Code) -> bytes:
    """The box with these fingers.

    Args:
        fingers: of the elector who presides, at least one.
        data_key: the station's.
        nonce: 12 random bytes.
        election: the definition's hash.
        station: where the elector presides.
    """
    content = pad(encode(PresidentFingers(fingers=tuple(fingers))), BOX_BYTES)
    return seal_box(_key(data_key), content, nonce, _label(election, station))


def open_president(sealed: bytes, data_key: bytes, election: Hash, station: Code) -> tuple[StoredFinger, ...]:
    """The fingers of a box, to compare with; none of an empty one: then two members authorize.

    Raises:
        Unproven: another key, station or election, or a changed box.
    """
    if not sealed:
        return ()
    content = unpad(open_box(_key(data_key), sealed, _label(election, station), station))
    found = decode(content, PresidentFingers, station)
    return tuple(StoredFinger(each.position, tuple(map(Template.from_iso, each.templates))) for each in found.fingers)


def _key(data_key: bytes) -> bytes:
    return derive_key(data_key, _PURPOSE)


def _label(election: Hash, station: Code) -> bytes:
    return join_parts(_PURPOSE.encode(), election.encode(), station.encode())
