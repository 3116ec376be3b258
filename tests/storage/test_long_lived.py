"""What a centre keeps is not searched for garbage, and cycles that come later are freed all the same."""

import subprocess
import sys

PROGRAM = """
import gc, weakref
from urna.storage.long_lived import YOUNG, keep_out_of_search

class Knot:
    def __init__(self):
        self.own = self

kept = [Knot() for _ in range(1000)]
keep_out_of_search()
assert gc.get_freeze_count() > 1000 and not any(isinstance(each, Knot) for each in gc.get_objects())
lost = weakref.ref(Knot())
assert lost() is not None
later = [[] for _ in range(2 * YOUNG)]
assert lost() is None and len(kept) == 1000
"""


def test_what_is_kept_is_not_searched_and_later_cycles_are_freed() -> None:
    """In a process of its own: what is frozen stays so."""
    ended = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr
