"""Print every figure that README and docs quote: `python -m bench`, or some: `python -m bench seats log`.

A benchmark that cannot run here (no shared tables, a package absent) says so and is passed over.
Exit codes: 0 all that could run did; 1 one of them failed; 2 an unknown name.
"""

import argparse
import sys
import traceback
from collections.abc import Sequence
from datetime import UTC, datetime

from bench.entries import ENTRIES, Entry
from bench.figures import Figure, Skipped, machine
from bench.page import write_rows


def main(arguments: Sequence[str] | None = None) -> int:
    """1. Say where this runs. 2. Measure. 3. If asked to, write the figures into docs/benchmarks.md."""
    asked = _arguments(arguments)
    place = f"Measured on {datetime.now(UTC):%Y-%m-%d}: {machine()}."
    print(place, flush=True)
    measured: dict[str, list[Figure]] = {}
    failed = []
    for entry in ENTRIES:
        if not asked.names or entry.name in asked.names:
            try:
                figures = _measure(entry, asked.runs)
            except Exception:  # whatever it is, the other figures are still wanted
                traceback.print_exc()
                failed.append(entry.name)
            else:
                measured |= {entry.name: figures} if figures else {}
    if asked.markdown:
        write_rows(measured, place)
        print(f"\ndocs/benchmarks.md: {', '.join(measured)}")
    if failed:
        print(f"\nfailed: {', '.join(failed)}", file=sys.stderr)
    return 1 if failed else 0


def _measure(entry: Entry, runs: int) -> list[Figure]:
    """Prints each figure when it is known; nothing for the page where something was skipped."""
    print(f"\n{entry.name}", flush=True)
    figures = []
    try:
        for figure in entry.measure(runs):
            print(f"  {figure.what:<52} {figure.text()}", flush=True)
            figures.append(figure)
    except Skipped as reason:
        print(f"  skipped: {reason}", flush=True)
        return []
    return figures


def _arguments(arguments: Sequence[str] | None) -> argparse.Namespace:
    names = [entry.name for entry in ENTRIES]
    listed = "\n".join(f"  {entry.name:<18} {entry.runs} runs, about {entry.about}" for entry in ENTRIES)
    parser = argparse.ArgumentParser(
        "python -m bench",
        description=f"Every figure that README and docs quote.\n\n{listed}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("names", nargs="*", metavar="NAME", help="only these")
    parser.add_argument("--runs", type=int, default=0, help="how often each thing is measured")
    parser.add_argument("--markdown", action="store_true", help="also write the figures into docs/benchmarks.md")
    asked = parser.parse_args(arguments)
    if unknown := [name for name in asked.names if name not in names]:
        parser.error(f"no benchmark {', '.join(unknown)}; there are: {', '.join(names)}")
    return asked


if __name__ == "__main__":
    sys.exit(main())
