"""Where the shared material lies: real data, specifications and vectors that are not part of the product."""

import os
from pathlib import Path

import pytest

ROOT = Path(os.environ.get("URNA_SHARED", Path(__file__).resolve().parents[2] / "shared"))


def shared(path: str) -> Path:
    """The file or folder below ../shared, or a skip that says why."""
    found = ROOT / path
    if not found.exists():
        pytest.skip(f"needs the shared material: {found} is absent (set URNA_SHARED to its folder)")
    return found
