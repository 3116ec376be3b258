"""The processes that examine and prove for a centre; or none, and then the work is done where it is asked for.

Those that examine and those that prove are apart, so that a long station never keeps a short sheet waiting. A process
that dies is replaced, and its work is done again.
"""

import multiprocessing
import os
import threading
from collections.abc import Callable
from concurrent.futures import CancelledError, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path
from typing import TypeVar

from urna.center.proving import Proof
from urna.center.receipt import Held
from urna.storage.centre_work import (
    CentreWork,
    Examination,
    ParcelTask,
    ProofTask,
    begin,
    examine_elsewhere,
    prove_elsewhere,
)
from urna.storage.long_lived import keep_out_of_search

MOST_TRIES = 3

T = TypeVar("T")
R = TypeVar("R")


class Workers:
    """Work for one centre.

    Args:
        definition: the signed definition.
        folder: of its long files.
        processes: for each of the two kinds of work; 0 for none.
    """

    def __init__(self, definition: bytes, folder: Path, processes: int = 0) -> None:
        self._given = (definition, folder)
        self._here = CentreWork(definition, folder)
        self.processes = processes
        self.provers = max(1, processes)
        self._pools: dict[str, ProcessPoolExecutor] = {}
        self._lock = threading.Lock()
        self._is_closed = False

    def begin(self) -> None:
        """Returns when every process has read the definition: the first parcels need not wait for that."""
        if not self.processes:
            return
        for kind in ("examine", "prove"):
            pool = self._pool(kind)
            # As many at once as there are processes, so that each is started.
            for answer in [pool.submit(_is_begun) for _ in range(self.processes)]:
                answer.result()

    def examine(self, task: ParcelTask) -> Examination:
        """`CentreWork.examine`."""
        if not self.processes:
            return self._here.examine(task)
        return self._elsewhere("examine", examine_elsewhere, task)

    def prove(self, task: ProofTask) -> Proof | Held | None:
        """`CentreWork.prove`; None if the workers were closed before it was done."""
        if self._is_closed:
            return None
        if not self.processes:
            return self._here.prove(task)
        try:
            return self._elsewhere("prove", prove_elsewhere, task)
        except (CancelledError, RuntimeError):
            if not self._may_be_closed():
                raise
            return None

    def _may_be_closed(self) -> bool:
        return self._is_closed

    def close(self) -> None:
        """Ends the processes; what they have not begun is not done."""
        self._is_closed = True
        with self._lock:
            pools, self._pools = list(self._pools.values()), {}
        for pool in pools:
            pool.shutdown(cancel_futures=True)

    def _elsewhere(self, kind: str, work: Callable[[T], R], task: T) -> R:
        for attempt in range(1, MOST_TRIES + 1):
            pool = self._pool(kind)
            try:
                return pool.submit(work, task).result()
            except BrokenProcessPool:
                self._forget(kind, pool)
                if attempt == MOST_TRIES:
                    raise
        raise AssertionError

    def _pool(self, kind: str) -> ProcessPoolExecutor:
        with self._lock:
            if self._is_closed:
                raise CancelledError
            if kind not in self._pools:
                # Not forked: this process has threads, whose locks a fork would copy as they are.
                context = multiprocessing.get_context("spawn")
                self._pools[kind] = ProcessPoolExecutor(
                    self.processes, mp_context=context, initializer=_begin, initargs=(kind, *self._given)
                )
            return self._pools[kind]

    def _forget(self, kind: str, pool: ProcessPoolExecutor) -> None:
        with self._lock:
            if self._pools.get(kind) is pool:
                del self._pools[kind]
        pool.shutdown(wait=False, cancel_futures=True)


def _begin(kind: str, definition: bytes, folder: Path) -> None:
    threading.Thread(target=_end_with_centre, daemon=True).start()
    if kind == "prove":
        os.nice(5)
    begin(definition, folder)
    keep_out_of_search()


def _is_begun() -> bool:
    return True


def _end_with_centre() -> None:
    """A centre that is killed tells nobody; whoever works for it would wait for ever."""
    centre = multiprocessing.parent_process()
    if centre is not None:
        centre.join()
        os._exit(1)
