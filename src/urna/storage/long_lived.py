"""Python's search for garbage, in a process that keeps a whole election in memory and goes on for days."""

import gc

YOUNG = 50_000
"""New objects until the youngest are searched; Python's own 700 would search them at nearly every parcel."""

MIDDLE, OLD = 50, 100
"""Searches of one age until the next older one is searched too."""


def keep_out_of_search() -> None:
    """What is in memory now is never searched for garbage again, and what comes later less often.

    A centre's state only grows. Python would go through all of it again and again: of 30,000 stations, for about a
    tenth of the time (`python -m bench center-load`). Nothing is freed later by it but cycles of objects, which the
    requests of the addresses leave behind in small numbers.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG, MIDDLE, OLD)
