"""What stays when the power goes: the names in a folder, which are kept apart from what is in the files."""

import os
from pathlib import Path


def sync_folder(folder: Path) -> None:
    """Waits until a folder's own entries are on the medium.

    Raises:
        OSError: it cannot be opened, or its file system does not keep it.
    """
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
