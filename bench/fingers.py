"""Fingerprints: what `python -m bench.biometrics` prints, as figures."""

import re
import subprocess
import sys
from collections.abc import Iterator

from bench.figures import Figure, Skipped
from bench.places import ROOT

_LINE = re.compile(r"^ *(?P<what>\S.*?) {2,}(?P<value>[\d.,]+) (?P<unit>%|ms|images/s)(?P<note>.*)$", re.MULTILINE)
_DEFAULT = re.compile(
    r"^ *(?P<what>default threshold [\d.]+): FNMR (?P<fnmr>[\d.]+) %, FMR (?P<fmr>[\d.]+) %(?P<note>.*)$"
)
_TITLE = re.compile(r"^(?P<title>\S.*): (?P<pairs>\d+ genuine, \d+ impostor pairs)$", re.MULTILINE)


def run(runs: int) -> Iterator[Figure]:
    """Speed, and error rates over all pairs; the rates do not change from run to run, so it runs once."""
    del runs
    command = [sys.executable, "-m", "bench.biometrics"]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if missing := re.search(r"^ModuleNotFoundError: (.*)$", ended.stderr, re.MULTILINE):
        raise Skipped(f"{missing[1]} (pip install 'urna[biometrics]')")
    if ended.returncode != 0:
        raise RuntimeError(ended.stderr[-2000:])
    yield from _figures(ended.stdout)


def _figures(said: str) -> Iterator[Figure]:
    """Indented lines belong to the set of fingers named above them."""
    title = ""
    for line in said.splitlines():
        if named := _TITLE.match(line):
            title = f"{named['title']} ({named['pairs']}): "
            continue
        section = title if line.startswith(" ") else ""
        if found := _LINE.match(line):
            yield Figure(
                f"{section}{found['what']}{found['note']}", float(found["value"].replace(",", "")), found["unit"]
            )
        elif rates := _DEFAULT.match(line):
            yield Figure(f"{section}{rates['what']}: FNMR", float(rates["fnmr"]), "%")
            yield Figure(f"{section}{rates['what']}: FMR{rates['note']}", float(rates["fmr"]), "%")
