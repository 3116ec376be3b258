"""Which kernels this processor can run."""

from enum import Enum

from urna.crypto.kernels.wide_lanes import native_available


class Tier(Enum):
    """A set of kernels; all of them compute the same."""

    PORTABLE = "portable"
    """Four points at a time, on any 64-bit processor; fast where vectors are 256 bits long."""
    WIDE = "wide"
    """Eight points at a time, with AVX-512 IFMA."""
    WIDE_EMULATED = "wide-emulated"
    """The wide kernels without the instruction: slow, for tests."""


def available() -> tuple[Tier, ...]:
    """The tiers worth using here, the fastest first."""
    return (Tier.WIDE, Tier.PORTABLE) if native_available() else (Tier.PORTABLE,)
