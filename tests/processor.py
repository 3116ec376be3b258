"""How long a processor works for something; other programs, slow disks and waiting do not count."""

import gc
import time
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """Fails where this thread worked for longer; what earlier tests left, threads and garbage, does not count either.

    Args:
        seconds: some ten times what it takes, so that only another order of growth comes near.
    """
    gc.disable()
    try:
        began = time.thread_time()
        yield
        spent = time.thread_time() - began
    finally:
        gc.enable()
    assert spent < seconds, f"it took {spent:.1f} s of a processor"
