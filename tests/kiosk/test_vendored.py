"""The file from npm is the one that lock/npm.txt names."""

import hashlib
from pathlib import Path

ROOT = Path(__file__).parents[2]
HTMX_SHA256 = "22283ef68cb7545914f0a88a1bdedc7256a703d1d580c1d255217d0a50d31313"
"""Of dist/htmx.min.js in htmx.org 2.0.8, as `scripts/fetch-npm htmx.org` writes it after checking the package."""


def test_htmx_is_the_file_of_its_package() -> None:
    """Nobody changed it in the repository."""
    line = next(line for line in (ROOT / "lock/npm.txt").read_text().splitlines() if line.startswith("htmx.org "))
    package, version, inside, target, _ = line.split()
    assert (package, version, inside) == ("htmx.org", "2.0.8", "dist/htmx.min.js")
    assert hashlib.sha256((ROOT / target).read_bytes()).hexdigest() == HTMX_SHA256
