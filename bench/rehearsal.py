"""Rehearsals of the presidential election of 2012: the nation by counts, a municipality ballot by ballot."""

from collections.abc import Iterator

from bench.figures import Figure, of_runs, rate_of_runs
from bench.places import NATION, WORK, rehearse_2012

CENTRES, BALLOTS = 13_517, 14_968_747
TOVAR = ("--where", "Estado=EDO. MERIDA", "--where", "Municipio=MP. TOVAR")
TOVAR_BALLOTS = 22_077


def nation(runs: int) -> Iterator[Figure]:
    """Every centre of 2012 by counts: `urna rehearse … --leave-out-bad-rows`, start to end."""
    ended = [rehearse_2012(NATION) for _ in range(runs)]
    files = [path for path in NATION.rglob("*") if path.is_file()]
    yield Figure("centres", CENTRES, "stations")
    yield Figure("ballots, taken as counts", BALLOTS, "ballots")
    yield of_runs("whole rehearsal, 4 processes", [each.seconds for each in ended])
    yield Figure("record", len(files), "files")
    yield Figure("record", sum(path.stat().st_size for path in files) / 1e6, "MB")
    yield Figure("memory of the largest process", max(each.megabytes for each in ended), "MB")


def ballots(runs: int) -> Iterator[Figure]:
    """One municipality, every vote through the booth's transition table (`--ballots`), medium in memory."""
    alone = [rehearse_2012(WORK / "tovar", "--ballots", "--jobs", "1", *TOVAR).seconds for _ in range(runs)]
    together = [rehearse_2012(WORK / "tovar", "--ballots", "--jobs", "4", *TOVAR).seconds for _ in range(runs)]
    yield Figure("ballots", TOVAR_BALLOTS, "ballots")
    yield of_runs("whole rehearsal, 1 process", alone)
    yield of_runs("whole rehearsal, 4 processes", together)
    yield rate_of_runs("start to end, 1 process", TOVAR_BALLOTS, alone, "ballots/s")
    yield rate_of_runs("start to end, 4 processes", TOVAR_BALLOTS, together, "ballots/s")
