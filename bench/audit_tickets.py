"""Tickets of audits: those of a nation's papers, beside bare SHA-256 of the same texts; and shares of its centres."""

import csv
import time
from collections.abc import Iterator
from fractions import Fraction
from hashlib import sha256
from itertools import islice

from bench.figures import Figure, Skipped, of_runs, ratio, timed
from bench.places import TABLE_2012
from urna.audit.manifest import BallotManifest, Bound, Counted, make_manifest
from urna.audit.sampler import draw_papers
from urna.audit.shares import Rounding, draw_shares
from urna.audit.tickets import Procedure, sorted_ticket
from urna.verify.drawing_again import smallest

SEED = "42661399991234567890"
PAPERS, BOXES = 25_000_000, 30_000
DRAWN = 500
PLAIN = 1_000_000
SHARE = Fraction(54, 100)


def run(runs: int) -> Iterator[Figure]:
    """A draw of 500 out of 25 million papers in 30,000 boxes on one core, every ticket computed."""
    manifest = _manifest()
    draw_papers(Procedure.SORTED, SEED, manifest, 1)  # compiles
    sorted_seconds, decimal_seconds, bare_seconds = [], [], []
    for _ in range(runs):
        sorted_seconds.append(_seconds(manifest, Procedure.SORTED))
        bare_seconds.append(_bare(manifest))
        decimal_seconds.append(_seconds(manifest, Procedure.CONSISTENT))
    drawn, bare = (
        f"{DRAWN} of {PAPERS:,} papers, by sorted tickets",
        "bare SHA-256 of the same texts by hashlib, one by one",
    )
    yield of_runs(drawn, sorted_seconds)
    yield of_runs(bare, bare_seconds)
    yield ratio(f"{drawn} ÷ {bare}", sorted_seconds, bare_seconds)
    yield of_runs(f"{DRAWN} of {PAPERS:,} papers, by consistent sampling", decimal_seconds)
    yield timed(
        f"{DRAWN} of {PLAIN:,} papers again, by the verifier's own way", lambda: _again(manifest), runs, unit="s"
    )


def shares(runs: int) -> Iterator[Figure]:
    """54 % of every centre's stations, over the presidential table of 2012, with either rounding."""
    centres = _centres_2012()
    yield Figure("centres of 2012", len(centres), "centres")
    yield Figure("their stations", sum(map(len, centres.values())), "stations")
    for rounding in Rounding:
        drawn = draw_shares(SEED, centres, SHARE, rounding)
        yield Figure(f"54 % of each centre, rounded {rounding}", sum(map(len, drawn.values())), "stations")
    yield timed("their draw", lambda: draw_shares(SEED, centres, SHARE, Rounding.UP), runs)


def _manifest() -> BallotManifest:
    least, more = divmod(PAPERS, BOXES)
    counted = [Counted(f"{n:05}-01", "CENTRE", least + (n < more)) for n in range(BOXES)]
    return make_manifest("00" * 32, counted, {each.code: each.papers for each in counted}, Bound.SIGNATURES, PAPERS)


def _seconds(manifest: BallotManifest, procedure: Procedure) -> float:
    started = time.perf_counter()
    draw_papers(procedure, SEED, manifest, DRAWN)
    return time.perf_counter() - started


def _bare(manifest: BallotManifest) -> float:
    """The hashing alone: the texts are made before the clock runs, box by box, since all would need 2 GB."""
    seconds = 0.0
    for box in manifest.containers:
        texts = [f"{SEED},{box.code},{place}".encode() for place in range(1, box.size + 1)]
        started = time.perf_counter()
        for text in texts:
            sha256(text).digest()
        seconds += time.perf_counter() - started
    return seconds


def _again(manifest: BallotManifest) -> None:
    names = (f"{box.code},{place}" for box in manifest.containers for place in range(1, box.size + 1))
    found = smallest(SEED, islice(names, PLAIN), DRAWN)
    if found[0][0] != sorted_ticket(SEED, found[0][1]):
        raise RuntimeError("the verifier's ticket is another")


def _centres_2012() -> dict[str, list[str]]:
    if not TABLE_2012.exists():
        raise Skipped(f"{TABLE_2012} is absent (set URNA_SHARED to the shared material)")
    with TABLE_2012.open(encoding="utf-8") as lines:
        rows = [row["Número de Actas Procesadas."] for row in csv.DictReader(lines)]
    return {
        f"C{n:05}": [f"C{n:05}-{m:02}" for m in range(int(count))] for n, count in enumerate(rows) if count.isdigit()
    }
