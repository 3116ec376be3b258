"""A small value that survives any power cut, in two copies that are overwritten in place.

    write   copy 0, sync, copy 1, sync
    read    copy 0 if it is whole, else copy 1

At most one copy is ever in doubt. A whole copy 0 is never older than copy 1, so there is no generation number to
read an order from, and after a write nothing of the former value is left: not in the other copy, and not in free
space, because nothing is renamed. Both copies are boxes of one size under fresh nonces, so what was written does
not show without the key.
"""

from collections.abc import Callable

from urna.crypto.secretbox import NONCE_BYTES, OVERHEAD_BYTES, open_box, seal_box
from urna.encoding.padding import pad, unpad
from urna.errors import Malformed, Unproven
from urna.storage.medium import File, Medium
from urna.words import Sentence

COPY_BYTES = 1024
"""One copy, two sectors."""

Entropy = Callable[[int], bytes]
"""That many fresh random bytes; `secrets.token_bytes` outside tests."""


class TwoCopies:
    """A value on a medium. Reading it makes it durable first, so that nobody acts on what a cut may still take.

    Args:
        file: of 2 × `COPY_BYTES`.
        name: the file's name, bound into both copies.
        key: 32 bytes.
        entropy: for nonces.
    """

    def __init__(self, file: File, name: str, key: bytes, entropy: Entropy) -> None:
        self._file = file
        self._name = name
        self._key = key
        self._entropy = entropy

    @classmethod
    def create(cls, medium: Medium, name: str, key: bytes, entropy: Entropy, value: bytes) -> "TwoCopies":
        """A new file with its first value; under another name until it is whole and durable."""
        part = f"{name}.part"
        if part in medium.names():
            medium.unlink(part)
        copies = cls(medium.create(part, 2 * COPY_BYTES), name, key, entropy)
        copies.write(value)
        medium.rename(part, name)
        medium.sync_directory()
        return copies

    @classmethod
    def open(cls, medium: Medium, name: str, key: bytes, entropy: Entropy) -> "TwoCopies":
        """The value of an existing file, both copies made whole again.

        Raises:
            Malformed: a file of another size.
            Unproven: both copies are damaged, or of another key.
        """
        copies = cls(medium.open(name), name, key, entropy)
        copies.mend()
        return copies

    def read(self) -> bytes:
        """The value.

        Raises:
            Unproven: both copies are damaged, or of another key.
        """
        return self._find()[0]

    def write(self, value: bytes) -> None:
        """Replaces the value; durable when it returns, and nothing of the former value is left."""
        self._overwrite(0, value)
        self._overwrite(1, value)

    def mend(self) -> None:
        """Makes both copies whole and the same: a cut may have left one torn, or newer than the other.

        The copy that is read is made durable and left alone, and the other is written from it, so a second cut in the
        middle of this finds it whole.
        """
        if self._file.size != 2 * COPY_BYTES:
            raise Malformed(
                Sentence("a file of {size} bytes", {"size": 2 * COPY_BYTES}),
                Sentence("{size} bytes", {"size": self._file.size}),
                Sentence("Keep the medium as it is and call the technician."),
                self._name,
            )
        self._file.sync()
        value, whole = self._find()
        self._overwrite(1 - whole, value)

    def _find(self) -> tuple[bytes, int]:
        """The value, and which copy it is from."""
        try:
            return self._read(0), 0
        except (Unproven, Malformed):
            return self._read(1), 1

    def _overwrite(self, copy: int, value: bytes) -> None:
        self._file.write(copy * COPY_BYTES, self._seal(copy, value))
        self._file.sync()

    def _seal(self, copy: int, value: bytes) -> bytes:
        padded = pad(value, COPY_BYTES - OVERHEAD_BYTES)
        return seal_box(self._key, padded, self._entropy(NONCE_BYTES), self._label(copy))

    def _read(self, copy: int) -> bytes:
        data = self._file.read(copy * COPY_BYTES, COPY_BYTES)
        return unpad(open_box(self._key, data, self._label(copy), self._name), self._name)

    def _label(self, copy: int) -> bytes:
        return f"urna/two-copies/1/{self._name}/{copy}".encode()
