"""What a dishonest guardian does: a share that is wrong, signed and sealed as a right one is."""

import msgspec

from urna.crypto.scalars import from_int, to_int
from urna.crypto.sealing import SealingKey, seal
from urna.crypto.signatures import SigningKey
from urna.encoding.document import read_document, sign_document
from urna.guardian.ceremony import GuardianShare
from urna.guardian.private import unlock_state
from urna.log.note import NoteSigner, parse_note


def wrong_box(private: bytes, box: bytes, passphrase: str, giver: SigningKey) -> bytes:
    """The box with another value in it.

    Args:
        private: the receiver's private file, since a test may read what the giver sealed.
        box: the honest box.
        passphrase: of the private file.
        giver: the giver's signing key.
    """
    key = SealingKey(unlock_state(private, passphrase).communication)
    document = key.unseal(box)
    share = read_document(document, GuardianShare)
    changed = msgspec.structs.replace(share, votes=from_int(to_int(bytes.fromhex(share.votes)) + 1).hex())
    signer = NoteSigner(parse_note(document).signatures[0].name, giver)
    return seal(key.public_hex, sign_document(changed, [signer]), b"\x05" * 32)
