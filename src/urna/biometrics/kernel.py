"""The one place that names the compiler: loops over bits and pixels, written in Python, compiled by numba.

A compiled kernel computes exactly what its Python text says (no fast-math), lets other threads run, and is
cached on disk beside the source, so that only the first run on a machine compiles. The cache looks at a
kernel's own file only: after changing a kernel that other files call, delete `__pycache__`. docs/adr/0022-numba.md
"""

from collections.abc import Callable
from typing import TypeVar, cast

import numba
import numpy as np

F = TypeVar("F", bound=Callable[..., object])

_M1 = np.uint64(0x5555555555555555)
_M2 = np.uint64(0x3333333333333333)
_M4 = np.uint64(0x0F0F0F0F0F0F0F0F)
_H01 = np.uint64(0x0101010101010101)
_S1, _S2, _S4, _S56 = np.uint64(1), np.uint64(2), np.uint64(4), np.uint64(56)


def compiled(function: F) -> F:
    """The function, compiled at its first call, with its type unchanged.

    Where no folder can hold the cache (a sealed disk, a user without a home), each start compiles anew.
    """
    try:
        kernel = numba.njit(cache=True, nogil=True, error_model="numpy")(function)
    except RuntimeError:
        kernel = numba.njit(nogil=True, error_model="numpy")(function)
    return cast(F, kernel)


@compiled
def ones(word: np.uint64) -> np.uint64:
    """How many of the 64 bits are set; the compiler turns this idiom into one instruction."""
    word = word - ((word >> _S1) & _M1)
    word = (word & _M2) + ((word >> _S2) & _M2)
    word = (word + (word >> _S4)) & _M4
    return (word * _H01) >> _S56
