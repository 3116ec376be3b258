"""What a station hands to the centre when it has closed: its sheet and what proves it."""

from collections.abc import Mapping
from typing import NamedTuple

from urna.encoding.canonical import Code

NO_CIPHERTEXTS: Mapping[Code, bytes] = {}
"""Of a station without guardians. Not a `MappingProxyType`: bundles are sent between processes."""


class StationBundle(NamedTuple):
    """A station's closing, file by file as the public record shows it."""

    sheet: bytes
    """The signed tally sheet."""
    ballots: bytes | None
    """The canonical bytes of the ballot list; None in a rehearsal of counts."""
    ciphertexts: Mapping[Code, bytes] = NO_CIPHERTEXTS
    """By style, the encrypted ballots as a file (`record/ballot_file`); styles without ballots have none."""
    opened: bytes | None = None
    """The canonical bytes of the opened challenged ballots; None without guardians."""
