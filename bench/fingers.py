"""Fingerprints: what `python -m bench.biometrics` prints, as figures."""

import re
import subprocess
import sys
from collections.abc import Iterator

from bench.figures import Figure, Skipped
from bench.places import ROOT

_LINE = re.compile(r"^ *(?P<what>\S.*?) {2,}(?P<value>[\d.,]+) (?P<unit>%|ms|images/s)(?P<note>.*)$")
_TITLE = re.compile(r"^(?P<title>\S.*): (?P<genuine>\d+) genuine, (?P<impostor>\d+) impostor pairs$")
_DEFAULT = re.compile(
    r"^ *default threshold (?P<at>[\d.]+): FNMR (?P<fnmr>[\d.]+) %, FMR (?P<fmr>[\d.]+) %"
    r"(?:, so at most (?P<most>[\d.]+) % at 95 %)?$"
)


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
        section = f"{title}: " if line.startswith(" ") else ""
        if named := _TITLE.match(line):
            title = named["title"]
            yield Figure(f"{title}: genuine pairs", int(named["genuine"]), "pairs")
            yield Figure(f"{title}: impostor pairs", int(named["impostor"]), "pairs")
        elif found := _LINE.match(line):
            what = " ".join(f"{section}{found['what']}{found['note']}".split())
            yield Figure(what, float(found["value"].replace(",", "")), found["unit"])
        elif rates := _DEFAULT.match(line):
            yield Figure(f"{section}FNMR at the default {rates['at']}", float(rates["fnmr"]), "%")
            yield Figure(f"{section}FMR at the default {rates['at']}", float(rates["fmr"]), "%")
            if rates["most"]:
                yield Figure(f"{section}FMR there at most, 95 %", float(rates["most"]), "%")
