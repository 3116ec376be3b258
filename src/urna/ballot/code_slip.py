"""The code slip: what a voter takes home, signed by the booth, so that a code missing in the record is a public proof.

A slip names the election, the station and the confirmation code of one ballot, and nothing else: no time, no number, no
style, no choice. The booth signs before it asks for the casting, so the slip says that a ballot was made, and the
record says what became of it: cast, void or challenged.
"""

from typing import Annotated, Protocol

import msgspec

from urna.ballot.confirmation import read_code
from urna.election.certification import StationKeys
from urna.election.definition import Election
from urna.encoding.canonical import Code, Hash, Record
from urna.encoding.document import open_document, read_document, sign_document
from urna.errors import Unproven
from urna.log.note import NoteSigner, NoteVerifier
from urna.words import Sentence

PrintedCode = Annotated[str, msgspec.Meta(pattern=r"\A[0-9A-HJKMNP-TV-Z]{4}(?: [0-9A-HJKMNP-TV-Z]{4}){7}\Z")]
"""A confirmation code as `ballot/confirmation.write_code` prints it: one spelling."""


class CodeSlip(Record, frozen=True, kw_only=True, tag_field="type", tag="urna/code-slip/1"):
    """What a booth says of a ballot when its paper is printed."""

    election: Hash
    station: Code
    code: PrintedCode

    @property
    def code_bytes(self) -> bytes:
        """The confirmation code, 20 bytes, as the record is searched for it."""
        return read_code(self.code)


class CertifiedKeys(Protocol):
    """Whose keys count (`record/keys.Keyring`)."""

    def of(self, station: Code) -> StationKeys | None:
        """The keys that speak for a station; None if there are none, or more than one set."""
        ...


def sign_code_slip(slip: CodeSlip, signer: NoteSigner) -> bytes:
    """The slip as the QR code carries it.

    Args:
        slip: of this booth's station.
        signer: the booth's key in its secure element, under its name in notes.
    """
    return sign_document(slip, [signer])


def read_code_slip(document: bytes, election: Election, keys: CertifiedKeys, where: str = "") -> CodeSlip:
    """The slip that a voter brings, if a booth of the station signed it.

    1. It names this election.
    2. Its station has certified keys.
    3. One of the station's booths signed it.

    Raises:
        Malformed: not a code slip.
        Unproven: one of these does not hold; such a slip proves nothing.
    """
    claimed = read_document(document, CodeSlip, where)
    if claimed.election != election.identity:
        raise Unproven(
            Sentence("a code slip of election {election}", {"election": election.identity[:16]}),
            Sentence("one of election {election}", {"election": claimed.election[:16]}),
            Sentence("Look for the code in the record of that election."),
            where,
        )
    certified = keys.of(claimed.station)
    if certified is None:
        raise Unproven(
            Sentence("certified keys of station {station}", {"station": claimed.station}),
            Sentence("none"),
            Sentence("Check that the record is whole: its certifications say which keys count."),
            where,
        )
    return check_code_slip(document, election, certified, where)


def check_code_slip(document: bytes, election: Election, keys: StationKeys, where: str = "") -> CodeSlip:
    """The slip, if a booth with these keys signed it for its own election and station.

    Raises:
        Malformed: not a code slip.
        Unproven: no booth of the station signed it, or it is of another election or station.
    """
    booths = [
        NoteVerifier(election.key_name(keys.station, f"booth-{number}"), key)
        for number, key in enumerate(keys.booths, start=1)
    ]
    slip = open_document(document, CodeSlip, booths, where=where)
    if (slip.election, slip.station) != (election.identity, keys.station):
        raise Unproven(
            Sentence("a code slip of station {station}", {"station": keys.station}),
            Sentence("one of station {station}", {"station": slip.station}),
            Sentence("Keep the slip and show it to the authority: a booth signed for another place."),
            where,
        )
    return slip
