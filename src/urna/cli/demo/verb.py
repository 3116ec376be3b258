"""`urna demo FOLDER`: a whole small election, from the definition to the verification report.

<folder>/index.html     results, turnout, parliament; in Spanish, with English beside it
<folder>/codes/         every ballot by its confirmation code, as a voter finds it
<folder>/record/        the public record
<folder>/papers/        zero reports, tally sheets, the slips of each box
<folder>/stations/      what lies on the machines' media after the day
<folder>/definition/    the definition as an official writes it
<folder>/fingers/       some of the fingers that urna drew
"""

import calendar
import secrets
import shutil
import time
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Annotated

import typer
from PIL import Image
from rich.table import Table

from urna.biometrics.match import warm
from urna.center.centre import Centre
from urna.center.publication import Publication, writes
from urna.center.receipt import Receipt, Verdict
from urna.cli.audit_folder import percent
from urna.cli.audit_report import OUTCOMES
from urna.cli.demo.audits import DemoAudit, hold_audits
from urna.cli.demo.day import PlayedDay, StationTask, play_day
from urna.cli.demo.fingers import DrawnFinger, draw_fingers
from urna.cli.demo.incidents import INCIDENTS, SPOKEN, Incident
from urna.cli.demo.people import voters_of
from urna.cli.demo.preparation import Prepared, prepare
from urna.cli.page import write_pages
from urna.cli.screen import out
from urna.cli.verify import verify_and_show
from urna.cli.words import say
from urna.election.definition import ratio
from urna.encoding.canonical import encode
from urna.errors import OutOfOrder, Unproven
from urna.guardian.rehearsal import open_aggregates
from urna.guardian.request import make_request
from urna.log.cosignature import WitnessSigner
from urna.storage.definition_folder import write_definition_folder
from urna.storage.record import FolderReader, FolderWriter
from urna.tally.aggregates import plan_aggregates
from urna.tally.decryption import AggregateOpening
from urna.tally.results import Results
from urna.words import Sentence

FINGERS = 12
"""In the pool; each is drawn once or twice for the roll, twice for the day, and once too faint: 54 images."""

MARK = ".urna-demo"
"""A file that says: urna made this folder and may remove it."""

_pool: tuple[DrawnFinger, ...] = ()


def run(
    folder: Annotated[Path, typer.Argument(help=say("Where the demo is written; an earlier demo there is replaced."))],
    tamper: Annotated[
        bool, typer.Option(help=say("Change one number in one tally sheet of the demo's record, and verify."))
    ] = False,
    seed: Annotated[int, typer.Option(help=say("The demo's people and votes follow from it; keys never do."))] = 2020,
    jobs: Annotated[int, typer.Option(min=1, max=64, help=say("Processes."))] = 4,
) -> None:
    """Run a whole small election: twelve stations, a day with incidents, totals, seats, record, verification."""
    if tamper:
        from urna.cli.demo.tamper import tamper_and_verify  # noqa: PLC0415 - only this option needs it

        raise typer.Exit(tamper_and_verify(folder))
    _clear(folder)
    started = time.monotonic()
    with _step(say("Drawing {count} fingers and finding their minutiae", count=FINGERS)):
        global _pool  # noqa: PLW0603 - forked workers inherit the pool instead of receiving it by pickle
        warm()
        with ProcessPoolExecutor(jobs) as workers:
            _pool = draw_fingers(seed, FINGERS, workers)
    with ProcessPoolExecutor(jobs) as workers:
        with _step(say("Definition, keys, roll, role cards, override codes")):
            prepared = prepare(_pool, seed, workers)
        with _step(say("Twelve stations open, vote and close")):
            days = list(workers.map(_play, _tasks(prepared, folder, seed)))
    with _step(say("The centre receives, totals and publishes; three guardians open what sheets withhold")):
        desk = _Desk(prepared, folder / "record")
        results = _publish(prepared, days, desk)
    with _step(say("Two audits draw boxes by dice, and two people count the slips of each")):
        audits = hold_audits(prepared, desk.centre, folder, desk.publish, prepared.election.definition.closes_at)
        _write_rest(prepared, results, folder)
    _show_days(days)
    _show_audits(audits)
    proven = verify_and_show(folder / "record")
    _show_next(folder, time.monotonic() - started)
    if not proven:
        raise typer.Exit(1)


def _play(task: StationTask) -> PlayedDay:
    return play_day(task, _pool)


def _tasks(prepared: Prepared, folder: Path, seed: int) -> Iterator[StationTask]:
    """One task a station, with its incidents."""
    for number, kit in enumerate(prepared.kits):
        here = [elector for elector in prepared.electors if elector.station == kit.station]
        incidents = [INCIDENTS[number % len(INCIDENTS)], INCIDENTS[(number + 5) % len(INCIDENTS)]]
        if number % 4 == 0:
            incidents.append(Incident.CHALLENGE)
        yield StationTask(
            election=prepared.election,
            kit=kit,
            voters=voters_of(prepared.election, here, _pool, seed),
            incidents=tuple(incidents),
            folder=folder / "stations" / kit.station,
            papers=folder / "papers" / kit.station,
            president_finger=number % len(_pool),
            centre_seed=prepared.keys.centre_seed,
        )


class _Desk:
    """The centre, its log, and the witnesses, who cosign everything before it is shown.

    Args:
        prepared: the election and its keys.
        record: where the record is written.
    """

    def __init__(self, prepared: Prepared, record: Path) -> None:
        election, keys = prepared.election, prepared.keys
        self.centre = Centre(prepared.definition, keys.log_signer(election), secrets.token_bytes)
        self._publication = Publication(keys.log_signer(election))
        pairs = zip(election.definition.authority.witnesses, keys.witnesses, strict=True)
        self._witnesses = [WitnessSigner(named.key_name, key) for named, key in pairs]
        self._writer = FolderWriter(record)

    def publish(self, second: int) -> None:
        """Everything that the centre has taken until now; the witnesses sign at this second since 1970."""
        batch = self._publication.prepare(self.centre.take_files())
        for file in writes(batch, [witness.cosign(batch.checkpoint, second) for witness in self._witnesses]):
            self._writer.write(file.path, file.data)
        self.centre.note_published(self._publication.size)


def _publish(prepared: Prepared, days: Sequence[PlayedDay], desk: _Desk) -> Results:
    """The centre's work: everything is a leaf of the witnessed log before it is shown.

    1. Before the day: definition, certification, roll.
    2. At opening: the zero reports.
    3. At night: sheets with their ballots, then provisional results.
    4. The guardians open the aggregates; the final results count what they opened.
    """
    election, centre, publish = prepared.election, desk.centre, desk.publish
    centre.certify(prepared.certification)
    centre.commit_roll(prepared.roll)
    ceremony = prepared.ceremony
    centre.take_commitments(ceremony.commitments)
    publish(_seconds(election.definition.opens_at) - 172_800)
    centre.take_keys(ceremony.coefficients, ceremony.joint)
    publish(_seconds(election.definition.opens_at) - 86_400)
    _expect_accepted(centre.receive_zero_report(report) for day in days for report in day.documents.zero_reports)
    publish(_seconds(election.definition.opens_at))
    now = election.definition.closes_at
    _expect_accepted(centre.receive_sheet(day.documents.bundle, now) for day in days)
    centre.issue_results(now)
    publish(_seconds(now))
    for opening in _open(prepared, centre):
        centre.open_aggregate(opening)
    results = centre.issue_results(now, status="final", lot_seed="4 2 6 1 5 3")
    publish(_seconds(now) + 3600)
    return results


def _open(prepared: Prepared, centre: Centre) -> tuple[AggregateOpening, ...]:
    """What as many guardians as it takes open: the last of them, so that nobody thinks it must be the first."""
    election, authority = prepared.election, prepared.election.definition.authority
    sheets = centre.sheets()
    plan = plan_aggregates(election, sheets)
    request = make_request(election, sheets, plan, lambda one: centre.sums_of(one.contest, one.stations))
    count = len(authority.guardians)
    chosen = range(count - authority.guardian_threshold + 1, count + 1)
    _, openings = open_aggregates(election, prepared.ceremony, request, list(chosen), secrets.token_bytes)
    return openings


def _seconds(moment: str) -> int:
    return calendar.timegm(time.strptime(moment, "%Y-%m-%dT%H:%M:%SZ"))


def _expect_accepted(receipts: Iterable[Receipt]) -> None:
    for receipt in receipts:
        if receipt.verdict is not Verdict.ACCEPTED:
            raise Unproven(
                Sentence("documents that the centre accepts"),
                Sentence("{verdict}: {reason}", {"verdict": receipt.verdict.value, "reason": str(receipt.reason)}),
                Sentence("This is a fault of urna's demo: please report it."),
            )


def _write_rest(prepared: Prepared, results: Results, folder: Path) -> None:
    """The pages of results and codes, the definition as an official keeps it, and some fingers to look at."""
    write_pages(FolderReader(folder / "record"), prepared.election, results, folder, now=results.issued_at)
    write_definition_folder(folder / "definition", prepared.files)
    (folder / "station-keys").mkdir()
    for kit in prepared.kits:
        (folder / "station-keys" / f"{kit.station}.json").write_bytes(encode(kit.keys))
    (folder / "fingers").mkdir()
    for number, finger in enumerate(islice(_pool, 4), 1):
        for touch, image in enumerate((*finger.captures, finger.faint), 1):
            Image.fromarray(image.pixels).save(folder / "fingers" / f"finger-{number}-touch-{touch}.png")


def _show_days(days: Sequence[PlayedDay]) -> None:
    table = Table(title=say("The day"), title_justify="left")
    for name in (say("Station"), say("Slips in the box"), say("What happened there")):
        table.add_column(name, justify="right" if name == say("Slips in the box") else "left")
    for day in days:
        table.add_row(day.station, str(day.slips), "\n".join(say(SPOKEN[each]) for each in day.happened))
    out.print(table)


def _show_audits(audits: Sequence[DemoAudit]) -> None:
    """What each audit found, and what it says."""
    table = Table(title=say("The audits"), title_justify="left")
    for name in (say("Audit"), say("Boxes opened"), say("Differences"), say("Largest risk"), say("Outcome")):
        table.add_column(name)
    for code, boxes, report in audits:
        risk = percent(max(ratio(each.risk) for each in report.risks))
        table.add_row(code, str(boxes), str(len(report.differences)), risk, say(OUTCOMES[report.outcome]))
    out.print(table)


def _show_next(folder: Path, seconds: float) -> None:
    out.print()
    out.print(say("The whole election took {seconds} s. What to look at next:", seconds=f"{seconds:.0f}"))
    for path, words in (
        ("index.html", say("results, turnout and the parliament: open it in a browser")),
        ("codes/index.html", say("every ballot by its confirmation code, as a voter finds it")),
        ("record", say("the public record; check it with: urna verify {record}", record=str(folder / "record"))),
        ("papers", say("zero reports and tally sheets; photograph one: urna sheet read")),
        ("stations", say("the machines' media after the day: nothing there opens a ballot any more")),
        ("definition", say("the definition as an official writes it")),
    ):
        out.print(f"  {folder / path}  [dim]{words}[/]")
    tamper = say("changes one number in one tally sheet, and a check turns red")
    out.print(f"  make tamper  [dim]{tamper}[/]")


@contextmanager
def _step(words: str) -> Iterator[None]:
    """Says what is done, and how long it took."""
    started = time.monotonic()
    with out.status(words):
        yield
    out.print(f"[green]✓[/] {words} [dim]({time.monotonic() - started:.1f} s)[/]")


def _clear(folder: Path) -> None:
    """Removes an earlier demo, and nothing else."""
    if folder.exists() and any(folder.iterdir()):
        if not (folder / MARK).exists():
            raise OutOfOrder(
                Sentence("a new folder, or one with an earlier demo"),
                Sentence("one with other files in it"),
                Sentence("Name another folder; nothing was removed."),
                str(folder),
            )
        shutil.rmtree(folder)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / MARK).write_text("urna demo\n")
