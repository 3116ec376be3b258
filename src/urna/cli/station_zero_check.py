"""The poll book's end of the verification of zero reports, which `station_zero` does in a process of its own."""

import os
import subprocess
import sys
from pathlib import Path

from urna.errors import Unproven
from urna.words import Sentence

_VARIABLES = ("PATH", "PYTHONPATH", "LD_LIBRARY_PATH", "LANG", "TMPDIR")


def check_zero_in_process(station: Path, number: int, document: bytes) -> None:
    """The same in a process of its own."""
    environment = {name: os.environ[name] for name in _VARIABLES if name in os.environ}
    command = [sys.executable, "-P", "-m", "urna.cli.station_zero", str(station), str(number)]
    ended = subprocess.run(command, input=document, capture_output=True, env=environment, check=False)  # noqa: S603 - our own module
    if ended.returncode != 0:
        raise not_zero(station.name, number)


def not_zero(station: str, number: int) -> Unproven:
    """The error of a report that blocks the opening."""
    return Unproven(
        Sentence("this booth's signed report of an empty box"),
        Sentence("another one"),
        Sentence("Do not open. Keep the machine as it is, call the technician, and take a spare."),
        f"{station} booth {number}",
    )
