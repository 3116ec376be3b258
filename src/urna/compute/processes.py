"""Equal, independent tasks spread over processes, the answers in the order of the tasks.

Where the system can fork, processes inherit the work as it is; elsewhere it is sent to each of them once. They begin
when they are asked to, not when the first answer is: whoever asked may do something else meanwhile.
"""

import multiprocessing
import os
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from itertools import chain
from typing import Any, TypeVar

WORTH_IT = 400
"""Fewer tasks than this are done before other processes have started."""

CHUNK = 64
"""Small tasks sent at once."""

AHEAD = 4
"""Chunks under way for each process, so that answers wait for their turn in bounded memory."""

I = TypeVar("I")  # noqa: E741 - an item
O = TypeVar("O")  # noqa: E741 - what comes of it

_work: Callable[[Any], Any] | None = None


def over_processes(
    work: Callable[[I], O],
    items: Sequence[I],
    /,
    processes: int = 0,
    worth_it: int = WORTH_IT,
    chunk: int = CHUNK,
    *,
    ahead: int = 0,
) -> Iterator[O]:
    """What the work gives for each item, in order. Other processes have begun when this returns.

    Args:
        work: can be pickled; each process has it once.
        items: can be pickled; few of them are done in this process.
        processes: how many; 0 for as many as this process may use.
        worth_it: the number of items from which processes are started.
        chunk: items sent at once; 1 if each takes its time.
        ahead: chunks under way at most, all processes together; 0 for `AHEAD` for each. More of them keep processes
            busy while the caller does something else, and more answers may wait in memory.
    """
    processes = processes or len(os.sched_getaffinity(0))
    if len(items) < worth_it or processes == 1:
        return map(work, items)
    chunks = [items[start : start + chunk] for start in range(0, len(items), chunk)]
    answers = _answers(work, chunks, processes, ahead or AHEAD * processes)
    return chain(next(answers), chain.from_iterable(answers))


def _answers(
    work: Callable[[I], O], chunks: Sequence[Sequence[I]], processes: int, ahead: int
) -> Iterator[Sequence[O]]:
    """Nothing, once the processes have begun; then the answers, chunk by chunk."""
    can_fork = "fork" in multiprocessing.get_all_start_methods()
    context = multiprocessing.get_context("fork" if can_fork else "spawn")
    with ProcessPoolExecutor(processes, mp_context=context, initializer=_prepare, initargs=(work,)) as pool:
        try:
            under_way: deque[Future[list[O]]] = deque(pool.submit(_carry_out, some) for some in chunks[:ahead])
            yield ()
            for some in chunks[ahead:]:
                answer = under_way.popleft().result()
                under_way.append(pool.submit(_carry_out, some))
                yield answer
            while under_way:
                yield under_way.popleft().result()
        finally:
            pool.shutdown(cancel_futures=True)


def _prepare(work: Callable[[Any], Any]) -> None:
    global _work  # noqa: PLW0603 - one process does one work, sent to it once
    _work = work


def _carry_out(chunk: Sequence[Any]) -> list[Any]:
    if _work is None:
        raise AssertionError
    return [_work(item) for item in chunk]
