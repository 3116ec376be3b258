"""Two signals at once end a station's processes like one: `timeout` and `make` send one each, people press twice."""

import sys
import threading
from pathlib import Path
from types import FrameType
from typing import Any

from urna.cli.station_process import ProcessSettings
from urna.cli.station_supervisor import Supervisor
from urna.words import in_english


def test_a_signal_in_the_middle_of_another_one_stops_it_too(tmp_path: Path) -> None:
    """At every line that `stop` runs, in whatever module, a second signal's handler calls it once more."""
    plan = [ProcessSettings(folder=str(tmp_path), booth=0, face="none:none", port=0)]
    supervisor = Supervisor(plan, in_english, lambda _: None)
    interrupted: list[int] = []

    def interrupt(frame: FrameType, event: str, _: Any) -> Any:
        if event == "line":
            sys.settrace(None)
            interrupted.append(frame.f_lineno)
            supervisor.stop()
            sys.settrace(interrupt)
        return interrupt

    def stop() -> None:
        sys.settrace(interrupt)
        supervisor.stop()
        sys.settrace(None)

    stopping = threading.Thread(target=stop, daemon=True)
    stopping.start()
    stopping.join(20)
    assert not stopping.is_alive()
    assert interrupted
    supervisor.run()
    assert supervisor.kept[0].pid == 0
