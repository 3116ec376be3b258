"""Compiles every kernel once, before tests run in several processes, each of which would compile the same.

    python -m tests.kernels

A minute or two where the cache is empty, some seconds where it is not.
"""

from urna.biometrics import match
from urna.biometrics.cylinders import encode
from urna.biometrics.gallery import build_gallery
from urna.biometrics.scan import scan
from urna.biometrics.synthetic import SyntheticFinger
from urna.biometrics.synthetic_templates import synthetic_template
from urna.crypto.kernels import engine
from urna.crypto.kernels.sha256 import sha256_numbered
from urna.crypto.kernels.tier import Tier, available


def compile_all() -> None:
    """1. Of ballots, one tier of which only tests use, and of tickets. 2. Of fingers: made, compared and searched."""
    for tier in (*available(), Tier.WIDE_EMULATED):
        engine.warm(tier=tier)
    sha256_numbered(b"", 1, 1)
    match.warm()
    SyntheticFinger(1).impression(0)
    template = synthetic_template(1, 0, 0)
    scan(build_gallery([(0, template)]), encode(template))


if __name__ == "__main__":
    compile_all()
