"""A definition as large as a nation: 24 states, 96 circuits, about 14,000 centres and 38,000 stations."""

import csv
import io
from collections.abc import Iterable, Iterator

from urna.election.folder import TABLES
from urna.storage.definition_folder import example_files

Cells = tuple[object, ...]

STATES, CIRCUITS, MUNICIPALITIES, PARISHES, CENTRES, LISTS = 24, 4, 14, 3, 14, 14


def nation() -> dict[str, bytes]:
    """The folder's files."""
    files = example_files()
    toml = files["election.toml"].decode()
    start, end = toml.index("# The indigenous"), toml.index("# Who signs")
    return files | {
        "election.toml": (toml[:start] + toml[end:]).encode(),
        "territories.csv": _table("territories.csv", _territories()),
        "parties.csv": _table("parties.csv", ((f"P{n:02}", f"Party {n}", f"P{n}", "#112233") for n in range(40))),
        "candidates.csv": _table("candidates.csv", _candidates()),
        "cards.csv": _table("cards.csv", _cards()),
        "stations.csv": _table("stations.csv", _stations()),
    }


def _table(file: str, rows: Iterable[Cells]) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(column.name for column in TABLES[file])
    writer.writerows(rows)
    return text.getvalue().encode()


def _centres() -> Iterator[tuple[str, str, int, int]]:
    """Code, parish, municipality's and state's number of every centre."""
    for state in range(STATES):
        for town in range(MUNICIPALITIES):
            for parish in range(PARISHES):
                for centre in range(CENTRES):
                    yield f"{state:02}{town:02}{parish}{centre:03}", f"P{state:02}{town:02}{parish}", town, state


def _territories() -> Iterator[Cells]:
    yield "LUM", "NATION", "Lumara", "", "", ""
    for state in range(STATES):
        yield f"S{state:02}", "STATE", f"State {state}", "LUM", 4, ""
        for circuit in range(CIRCUITS):
            yield f"S{state:02}-C{circuit}", "CIRCUIT", f"Circuit {circuit}", f"S{state:02}", 2, ""
        for town in range(MUNICIPALITIES):
            yield f"M{state:02}{town:02}", "MUNICIPALITY", f"Town {town}", f"S{state:02}", "", ""
            for parish in range(PARISHES):
                yield f"P{state:02}{town:02}{parish}", "PARISH", f"Parish {parish}", f"M{state:02}{town:02}", "", ""
    for code, above, _, _ in _centres():
        yield code, "CENTRE", f"Centre {code}", above, "", ""


def _candidates() -> Iterator[Cells]:
    for state in range(STATES):
        for circuit in range(CIRCUITS):
            for party in range(LISTS):
                for seat in (1, 2):
                    code = f"S{state:02}-C{circuit}-{party}-{seat}"
                    yield code, f"Person {code}", f"NOM-S{state:02}-C{circuit}", f"P{party:02}", "", ""
        for party in range(LISTS):
            for place in range(1, 7):
                code = f"R{state:02}-{party}-{place}"
                yield code, f"Person {code}", f"REG-S{state:02}", f"P{party:02}", place, ""
    for party in range(LISTS):
        for place in range(1, 49):
            yield f"N{party}-{place}", f"Person N{party}-{place}", "NAC", f"P{party:02}", place, ""


def _cards() -> Iterator[Cells]:
    """Three parties' cards for each person, one for each list."""
    for state in range(STATES):
        for circuit in range(CIRCUITS):
            contest = f"S{state:02}-C{circuit}"
            for party in range(LISTS):
                for seat in (1, 2):
                    for ally in range(3):
                        yield f"NOM-{contest}", f"P{(party + 13 * ally) % 40:02}", f"{contest}-{party}-{seat}"
        for party in range(LISTS):
            yield f"REG-S{state:02}", f"P{party:02}", f"P{party:02}"
    for party in range(LISTS):
        yield "NAC", f"P{party:02}", f"P{party:02}"


def _stations() -> Iterator[Cells]:
    """One to three stations in each centre."""
    for code, _, town, state in _centres():
        for table in range(1, 4 if int(code) % 8 else 2):
            yield f"{code}.{table}", f"Centre {code}, {table}", code, f"S{state:02}-C{town % CIRCUITS}", "690", 1
