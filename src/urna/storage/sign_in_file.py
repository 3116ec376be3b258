"""Where wrong PINs are counted: two copies on the poll book's medium, which a power cut leaves whole.

Its key is known to everybody: it gives the file its checksum. Whoever can write the medium could set the counts back,
as he could try PINs on a copy of a card; there the slow hash of each guess stands against him, not this file.
"""

from urna.crypto.kdf import derive_key
from urna.encoding.canonical import decode, encode
from urna.station.cards import Entropy
from urna.station.sign_in import SignInTries
from urna.storage.medium import Medium
from urna.storage.two_copies import TwoCopies

NAME = "sign-in"

_KEY = derive_key(b"urna's counts of wrong card PINs", "urna/sign-in-tries/1/not-a-secret")


class SignInFile:
    """The counts of one station (station/sign_in.TriesStore).

    Args:
        copies: the file, opened.
    """

    def __init__(self, copies: TwoCopies) -> None:
        self._copies = copies

    def read(self) -> SignInTries:
        """The counts."""
        return decode(self._copies.read(), SignInTries, NAME)

    def write(self, tries: SignInTries) -> None:
        """Replaces them, durable when it returns."""
        self._copies.write(encode(tries))


def create_sign_in_file(medium: Medium, entropy: Entropy) -> SignInFile:
    """A new file with no wrong PINs."""
    return SignInFile(TwoCopies.create(medium, NAME, _KEY, entropy, encode(SignInTries(roles={}))))


def open_sign_in_file(medium: Medium, entropy: Entropy) -> SignInFile:
    """The file as it was left.

    Raises:
        Malformed: there is none.
        Unproven: both copies are damaged.
    """
    return SignInFile(TwoCopies.open(medium, NAME, _KEY, entropy))
