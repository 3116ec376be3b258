"""How a kernel is compiled: no Python objects, no fast-math, lock released, cached on disk where a folder allows.

The cache is keyed by a kernel's own file, so after changing a file that other kernels build on, delete
`__pycache__`; `engine.warm` ends with a sum whose value is known, so that a stale cache cannot go unnoticed.
Writing that cache is the compiler's doing and the one exception from the purity of the core (docs/adr/0022-numba.md).
"""

from collections.abc import Callable
from inspect import Parameter, Signature
from typing import Any, TypeVar, cast

import numba
from numba.extending import intrinsic

_NO_WRAPPERS: dict[str, Any] = {"no_cpython_wrapper": True, "no_cfunc_wrapper": True}
"""Parts of kernels are not called from Python, so nothing is compiled for that."""

F = TypeVar("F", bound=Callable[..., Any])

Emit = Callable[..., Any]
"""Writes LLVM instructions: (builder, values…) -> value."""


def compiled(function: F) -> F:
    """An entry point: compiled at its first call and cached, with its type unchanged.

    Where no folder can hold the cache (a sealed disk, a user without a home) numba refuses as soon as it is asked
    to cache, and each start compiles anew.
    """
    try:
        kernel = numba.njit(cache=True, nogil=True, error_model="numpy")(function)
    except RuntimeError:
        kernel = numba.njit(nogil=True, error_model="numpy")(function)
    return cast(F, kernel)


def inlined(function: F) -> F:
    """A part of kernels whose text is compiled into each place that calls it."""
    return cast(F, numba.njit(forceinline=True, error_model="numpy", **_NO_WRAPPERS)(function))


def called(function: F) -> F:
    """A part of kernels that is compiled once and called: smaller code, where a few nanoseconds do not matter."""
    return cast(F, numba.njit(forceinline=False, error_model="numpy", **_NO_WRAPPERS)(function))


def written(function: Any) -> Any:
    """Use numba's own way to write LLVM's instructions, for operations on arrays, whose type is known late."""
    return intrinsic(function)


def emitted(result: Any, *arguments: Any) -> Callable[[Emit], Any]:
    """An operation for kernels that is written in LLVM's own instructions.

    Args:
        result: numba's type of the result.
        arguments: numba's types of the values.
    """

    def operation(emit: Emit) -> Any:
        def typed(typing_context: Any, *_given: Any) -> tuple[Any, Any]:
            def generate(_context: Any, builder: Any, _signature: Any, values: Any) -> Any:
                return emit(builder, *values)

            return result(*arguments), generate

        typed.__name__ = emit.__name__
        typed.__doc__ = emit.__doc__
        typed.__signature__ = _positional(1 + len(arguments))  # type: ignore[attr-defined]
        return intrinsic(typed)

    return operation


def _positional(count: int) -> Signature:
    """A signature of so many arguments: numba would otherwise fold them into one tuple."""
    return Signature([Parameter(f"value_{place}", Parameter.POSITIONAL_ONLY) for place in range(count)])
