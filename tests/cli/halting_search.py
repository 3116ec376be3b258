"""`urna roll deduplicate` that goes no further than some finished parts, so that whoever kills it is never too late.

Run as `python -m tests.cli.halting_search PARTS deduplicate …`.
"""

import signal
import sys

from urna.cli.main import main
from urna.roll.deduplication_report import PartDone
from urna.storage.worklist import WorkList

_finish = WorkList.finish_part


def halt_after(parts: int) -> None:
    """The process stands still once so many parts were finished, earlier ones of a work list included."""

    def finish(self: WorkList, done: PartDone) -> None:
        _finish(self, done)
        while len(self.parts_done()) >= parts:
            signal.pause()

    WorkList.finish_part = finish  # type: ignore[method-assign]  # of this process alone, which ends by a kill


if __name__ == "__main__":
    halt_after(int(sys.argv[1]))
    sys.exit(main(["roll", *sys.argv[2:]]))
