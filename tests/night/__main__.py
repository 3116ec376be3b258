"""An election night on a real PostgreSQL: python -m tests.night [--encrypted] [STATIONS] [FOLDER]."""

import argparse
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from statistics import median

from tests.databases import postgres_server
from tests.night.judge import announced, cosigned, differences, looks
from tests.night.play import Plan, Played, play

STATIONS, ENCRYPTED_STATIONS = 2000, 200


def main(arguments: Sequence[str] | None = None) -> int:
    """Plays it, and reports; 2 where there is no PostgreSQL."""
    asked = _arguments(arguments)
    stations = asked.stations or (ENCRYPTED_STATIONS if asked.encrypted else STATIONS)
    server = postgres_server()
    if server is None:
        tell("PostgreSQL is not installed (/usr/lib/postgresql/*/bin), or there is no user to run it")
        return 2
    with tempfile.TemporaryDirectory(prefix="urna-night-") as temporary:
        plan = Plan(stations=stations, encrypted=asked.encrypted)
        played = play(plan, Path(asked.folder or temporary), server, tell)
        wrong = differences(played)
        for line in (*report(played), *wrong[:40]):
            tell(line)
    tell("FAIL" if wrong else "PASS")
    return 1 if wrong else 0


def _arguments(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser("python -m tests.night", description=__doc__)
    parser.add_argument("stations", nargs="?", type=int, default=0, help=f"{STATIONS}; encrypted {ENCRYPTED_STATIONS}")
    parser.add_argument("folder", nargs="?", default="", help="where everything is kept; otherwise nothing is")
    parser.add_argument("--encrypted", action="store_true", help="with guardians, and encrypted ballots")
    return parser.parse_args(arguments)


def report(played: Played) -> Iterator[str]:
    """What came, what it was answered, and what happened meanwhile."""
    yield ""
    yield f"{'what came':<38} {'many':>5}  answered"
    answered: dict[str, Counter[str]] = defaultdict(Counter)
    for each in played.answers:
        answered[each.delivery.kind][f"{each.verdict} ({each.status})"] += 1
    for kind, verdicts in sorted(answered.items()):
        said = ", ".join(f"{count} {verdict}" for verdict, count in sorted(verdicts.items()))
        yield f"{kind:<38} {verdicts.total():>5}  {said}"
    ways = Counter(each.way for each in played.answers)
    yield f"Sent {', '.join(f'{way}: {count}' for way, count in sorted(ways.items()))}"
    yield from _meanwhile(played)
    results, _ = announced(played)
    nation = next(each for each in results["totals"] if each["territory"] == "ALL")
    yield (
        f"Totals: {nation['ballots']} ballots of {nation['stations_counted']} stations in "
        f"{len(results['totals'])} territories, edition {results['edition']}"
    )


def _meanwhile(played: Played) -> Iterator[str]:
    seconds = sorted(each.seconds for each in played.answers)
    again = sum(each.tries > 1 for each in played.answers)
    back = ", ".join(f"{each:.1f}" for each in played.centre.restart_seconds)
    yield (
        f"Until answered: middle {median(seconds):.2f} s, 99th percentile {seconds[len(seconds) * 99 // 100]:.1f} s, "
        f"longest {seconds[-1]:.1f} s; {again} parcels were sent more than once"
    )
    yield f"Centre killed {played.centre.kills} times; it took parcels again after {back} s"
    yield f"PostgreSQL restarted {len(played.restarts)} times: {', '.join(played.restarts)}"
    for witness in played.night.keys.witnesses:
        short = witness.name.rpartition("/")[2]
        yield f"{short} cosigned {cosigned((played.folder / f'{short}.said').read_text())} checkpoints"
    yield f"The monitor saw {looks(played)} times that the log only grew and its files are right"
    yield from (f"{what}: {spent:.1f} s" for what, spent in played.seconds.items())


def tell(line: str) -> None:
    """At once, since a night is long."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
