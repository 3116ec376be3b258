"""An encrypted ballot as a slot of the box keeps it: its style and its committed form, at one length for all styles.

    2    number of the style among the station's styles, from 0, big-endian
    …    the committed form of that style (docs/spec/protocol.md, Two forms of one ballot)
    …    zeros up to the length of the station's longest style

The style stands beside the ciphertext because whoever publishes the ballots without the closing key has to know it;
it is published with each ballot. On the medium all of this lies inside the slot's AES-GCM box.
"""

from typing import NamedTuple

from urna.ballot.forms import ID_BYTES, committed_bytes
from urna.ballot.shape import ballot_shape
from urna.election.definition import Election
from urna.encoding.canonical import Code
from urna.errors import Malformed
from urna.words import Sentence

__all__ = ["ID_BYTES", "StoredForm", "pack_stored", "stored_bytes", "unpack_stored"]

_STYLE_BYTES = 2


class StoredForm(NamedTuple):
    """A ballot's style and its committed form."""

    style: Code
    committed: bytes

    def __repr__(self) -> str:
        """The style alone."""
        return f"StoredForm({self.style})"


def stored_bytes(election: Election, station: Code) -> int:
    """The length of every encrypted ballot in the station's boxes; 0 without guardians."""
    if not election.is_encrypted:
        return 0
    styles = election.stations[station].styles
    return _STYLE_BYTES + max(committed_bytes(ballot_shape(election, each.style)) for each in styles)


def pack_stored(election: Election, station: Code, form: StoredForm) -> bytes:
    """What goes into the slot.

    Args:
        election: with guardians.
        station: whose box it is.
        form: of one of the station's styles.
    """
    styles = [each.style for each in election.stations[station].styles]
    number = styles.index(form.style).to_bytes(_STYLE_BYTES, "big")
    return (number + form.committed).ljust(stored_bytes(election, station), b"\x00")


def unpack_stored(election: Election, station: Code, stored: bytes, where: str = "") -> StoredForm:
    """What `pack_stored` was given.

    Raises:
        Malformed: a style that the station does not have, another length, or anything after the ballot.
    """
    styles = election.stations[station].styles
    number = int.from_bytes(stored[:_STYLE_BYTES], "big")
    if len(stored) != stored_bytes(election, station) or number >= len(styles):
        raise _not_a_ballot(station, where)
    style = styles[number].style
    end = _STYLE_BYTES + committed_bytes(ballot_shape(election, style))
    if stored[end:].strip(b"\x00"):
        raise _not_a_ballot(station, where)
    return StoredForm(style, stored[_STYLE_BYTES:end])


def _not_a_ballot(station: Code, where: str) -> Malformed:
    return Malformed(
        Sentence("an encrypted ballot of a style of station {station}", {"station": station}),
        Sentence("something else"),
        Sentence("Keep the medium as it is and call the authority."),
        where,
    )
