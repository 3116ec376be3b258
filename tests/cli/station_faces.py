"""Tiny faces for tests of the station's processes: a page that says who it is, and a booth's desk that remembers."""

import os
from pathlib import Path

from fastapi import FastAPI
from tests.station.desk import RememberingDesk

from urna.cli.station_process import Door, Face, ProcessSettings
from urna.errors import OutOfOrder
from urna.station.link import Alarm
from urna.station.link_session import Ends
from urna.web.kiosk.guard import Guard
from urna.words import Sentence

ENDS = Ends("ab" * 32, "S-1", 1, b"\7" * 32)


class EndingDesk(RememberingDesk):
    """Ends its process when it is asked to."""

    def __init__(self, end: object) -> None:
        super().__init__()
        self.end_process = end

    def stop(self) -> None:
        """The process ends."""
        assert callable(self.end_process)
        self.end_process()


def make_face(settings: ProcessSettings, door: Door, stop: object) -> Face:
    """A page with the process's number; a booth also has a desk, and writes its alarms into its folder."""
    app = FastAPI(openapi_url=None)

    @app.get("/")
    def page() -> dict[str, str | int]:
        return {"name": settings.name, "process": os.getpid()}

    guarded = Guard(app, name=settings.name, origin=door.origin, launch_key=door.launch_key)
    log = Path(settings.folder) / settings.name

    def note(word: str) -> None:
        with (log / "noted").open("a") as file:
            file.write(f"{word}\n")

    if not settings.booth:
        return Face(guarded, lambda: note("closed"))

    def alarm(kind: Alarm) -> None:
        note(kind)

    return Face(guarded, lambda: note("closed"), EndingDesk(stop), ENDS._replace(booth=settings.booth), alarm)


def refuse(settings: ProcessSettings, door: Door, stop: object) -> Face:
    """A face whose medium is not fit."""
    raise OutOfOrder(Sentence("a medium"), Sentence("none"), Sentence("Put the medium in."))
