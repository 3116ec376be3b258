"""The leaf hashes that a monitor saw, in a file of 32 bytes an entry beside its state.

They are used only after they were checked against the state's own hashes: a torn write costs a proof and no more.
"""

from collections.abc import Sequence
from pathlib import Path

from urna.log.shape import HASH_BYTES
from urna.log.tiles import MAX_TILE_BYTES


class LeavesFile:
    """Leaf hashes by bundle.

    Args:
        path: the file; made when the first are kept.
    """

    def __init__(self, path: Path) -> None:
        self._path = path

    def of_bundle(self, index: int) -> Sequence[bytes]:
        """Those of a bundle, as many as were kept; none if there is no file."""
        try:
            with self._path.open("rb") as file:
                file.seek(index * MAX_TILE_BYTES)
                data = file.read(MAX_TILE_BYTES)
        except FileNotFoundError:
            return ()
        return [data[at : at + HASH_BYTES] for at in range(0, len(data), HASH_BYTES)]

    def keep(self, index: int, leaves: Sequence[bytes]) -> None:
        """Keeps those of a bundle at its place."""
        self._path.touch()
        with self._path.open("r+b") as file:
            file.seek(index * MAX_TILE_BYTES)
            file.write(b"".join(leaves))
