"""The file of a simulated secure element, on the medium of whoever owns it: a booth or a poll book."""

from urna.crypto.kdf import derive_key
from urna.storage.medium import Medium
from urna.storage.two_copies import Entropy, TwoCopies

ELEMENT = "secure-element"

TWIN_KEY = derive_key(b"urna's simulated secure elements", "urna/simulated-element/1/not-a-secret")
"""Not a secret: it gives the twin's file its checksum. Whoever has the file has the keys in it."""


def create_element_file(medium: Medium, first_value: bytes, entropy: Entropy) -> TwoCopies:
    """The twin's file, at preparation."""
    return TwoCopies.create(medium, ELEMENT, TWIN_KEY, entropy, first_value)


def open_element_file(medium: Medium, entropy: Entropy) -> TwoCopies:
    """The twin's file, after a start."""
    return TwoCopies.open(medium, ELEMENT, TWIN_KEY, entropy)
