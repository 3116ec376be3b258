"""What `urna interop nist read` shows: every contest with its totals; of cast vote records nothing but sums."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping

from rich.table import Table
from rich.text import Text

from urna.cli.screen import out
from urna.cli.words import say
from urna.interop.nist.cast_votes.reading import CastVotes
from urna.interop.nist.results.reading import ReportNumbers


def show_report(report: ReportNumbers) -> None:
    """A table a contest, with the numbers of its own district; a dash where they are withheld or not there."""
    out.print(Text(f"{report.title} · {report.issuer} · {report.status} · {report.generated}", style="bold"))
    if report.is_test:
        out.print(say("A REHEARSAL, not an election."), style="bold yellow")
    for contest in report.contests.values():
        table = _table(f"{contest.name} · {report.units[contest.district].name}", say("votes"), say("seats"))
        is_told = contest.district not in contest.withheld
        votes = contest.votes.get(contest.district, {}) if is_told else {}
        for name, label in _labels(contest.selections):
            table.add_row(Text(label), _number(votes.get(name)), _number(contest.seats.get(name)))
        table.add_row(say("undervotes"), _number(contest.undervotes.get(contest.district)), "", style="dim")
        out.print(table)


def show_cast_votes(cast: CastVotes, *, as_json: bool) -> None:
    """Sums by contest and selection; votes for selections that no contest has are named."""
    if as_json:
        out.out(json.dumps(_plain_sums(cast), ensure_ascii=False, indent=1))
        return
    out.print(Text(f"{cast.title} · {cast.generated}", style="bold"))
    out.print(say("Cast vote records: {count}", count=len(cast.records)))
    for code, contest in cast.contests.items():
        table, marks = _table(contest.name, say("marks")), cast.first_marks(code)
        for name, label in _labels(contest.selections):
            table.add_row(Text(label), str(marks[name]))
        out.print(table)
    for (contest_id, selection), count in cast.strangers().items():
        sentence = say(
            "Contest {contest} has no selection {selection}, which {count} marks are for.",
            contest=contest_id,
            selection=selection,
            count=count,
        )
        out.print(Text(sentence, style="red"))


def as_plain(report: ReportNumbers) -> dict[str, object]:
    """The numbers as JSON has them, by the file's own ids."""
    return {
        "title": report.title,
        "status": report.status,
        "generated": report.generated,
        "issuer": report.issuer,
        "is_test": report.is_test,
        "units": {name: unit._asdict() for name, unit in report.units.items()},
        "ballots": [[unit, kind, count] for (unit, kind), count in report.ballots.items()],
        "contests": {
            name: {**contest._asdict(), "withheld": sorted(contest.withheld)}
            for name, contest in report.contests.items()
        },
    }


def _plain_sums(cast: CastVotes) -> dict[str, object]:
    return {
        "title": cast.title,
        "generated": cast.generated,
        "records": len(cast.records),
        "contests": {
            code: {"name": contest.name, "marks": dict(cast.first_marks(code))}
            for code, contest in cast.contests.items()
        },
        "strangers": [[*place, count] for place, count in cast.strangers().items()],
    }


def _labels(selections: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Each selection's id with its name; of two with one name (two cards of a person) the id tells which is which."""
    count = Counter(selections.values())
    for name, label in selections.items():
        yield name, label if count[label] == 1 else f"{label} ({name})"


def _table(title: str, *numbers: str) -> Table:
    table = Table(title=Text(title), title_justify="left", box=None)
    table.add_column("")
    for name in numbers:
        table.add_column(name, justify="right")
    return table


def _number(value: int | None) -> str:
    return "-" if value is None else str(value)
