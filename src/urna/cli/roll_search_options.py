"""The options that searches of a roll and of captures share, and how a search is told."""

import re
from pathlib import Path
from typing import Annotated, NamedTuple

import typer

from urna.cli.screen import out
from urna.cli.words import say
from urna.election.definition import Ratio
from urna.errors import Malformed
from urna.roll.elector import MAX_FINGERS
from urna.storage.worklist import WorkList
from urna.words import Sentence

CaseKeyOption = Annotated[
    str, typer.Option("--case-key", metavar="FILE|HEX", help=say("The case key: its file, or its public half."))
]
Processes = Annotated[int, typer.Option(min=0, help=say("How many processes; 0 for as many as there are cores."))]
ClusterOption = Annotated[
    str, typer.Option("--cluster", metavar="HOST:PORT", help=say("Use the Ray cluster with its head there."))
]
WireOption = Annotated[
    bool,
    typer.Option("--wire-is-safe", help=say("The cluster's network is protected otherwise than by Ray's TLS.")),
]
ScoresOption = Annotated[
    str,
    typer.Option("--scores", metavar="N,N,N,N", help=say("Thresholds for 1 to 4 fingers, set by hand.")),
]
RateOption = Annotated[
    str, typer.Option("--false-match-rate", metavar="N/N", help=say("The share of pairs of strangers that are cases."))
]
CalibrationOption = Annotated[
    Path | None, typer.Option("--calibration", help=say("The calibration record; without it, the one of urna."))
]
DEFAULT_RATE = "1/1000000000"
WorkOption = Annotated[Path, typer.Option("--out", help=say("The folder of the work list."))]
ResumeOption = Annotated[bool, typer.Option("--resume", help=say("Go on with a work list that was begun."))]
Candidates = Annotated[int, typer.Option(min=1, max=1000, help=say("Fingers compared in full for each."))]
ExactOption = Annotated[
    bool, typer.Option("--exact", help=say("Scan all fingers for each, without the index: slow, and misses least."))
]
Slices = Annotated[
    int, typer.Option(min=1, max=10_000, help=say("Search in so many slices, one after another, to need less memory."))
]
PartSize = Annotated[int, typer.Option(min=1, help=say("People in one part of the work."))]


def tell_search(list_: WorkList) -> None:
    """What was searched and how many cases there are; nobody's number."""
    head, parts = list_.head, list_.parts_done()
    counts = {"people": head.people, "searchable": head.searchable, "templates": head.templates}
    out.print(
        say("{people} people, {searchable} of them searched by their fingers, {templates} impressions.", **counts)
    )
    if head.left_out:
        out.print(say("{count} impressions with too few minutiae were left out.", count=head.left_out), style="yellow")
    compared = sum(part.comparisons for part in parts)
    out.print(say("{count} fingers compared in full.", count=compared))
    rule = head.rule
    if rule.provisional:
        out.print(say("The thresholds are provisional: see docs/deduplication.md."), style="yellow")
    out.print(say("{count} cases for two people.", count=len(list_.case_names())), style="bold")
    out.print(say("Next: urna roll cases list {folder}", folder=str(list_.folder)), markup=False)


class Threshold(NamedTuple):
    """From which sum of scores two people are a case: a rate and a calibration, or scores that somebody set."""

    false_match_rate: Ratio
    scores: tuple[int, ...]
    """Four, or none."""
    calibration: Path | None
    """None for the one that comes with urna."""


def threshold_of(scores: str, false_match_rate: str, calibration: Path | None) -> Threshold:
    """What was asked for.

    Raises:
        Malformed: no rate, or scores that are not four numbers.
    """
    if not re.fullmatch(r"[1-9][0-9]{0,11}/[1-9][0-9]{0,11}", false_match_rate, re.ASCII):
        raise _not_these(Sentence("a false match rate as 1/1000000000"), false_match_rate)
    wanted = Sentence("four thresholds in millionths, as 85000,100000,115000,130000")
    numbers = _numbers(scores, wanted) if scores else ()
    if scores and len(numbers) != MAX_FINGERS:
        raise _not_these(wanted, scores)
    return Threshold(false_match_rate, numbers, calibration)


def positions_of(text: str) -> tuple[int, ...]:
    """The positions that a text lists.

    Raises:
        Malformed: not positions, or one twice.
    """
    wanted = Sentence("positions of fingers from 1 to 10, each once, as 1,6")
    numbers = _numbers(text, wanted)
    if not all(1 <= number <= 10 for number in numbers) or len(set(numbers)) < len(numbers):
        raise _not_these(wanted, text)
    return numbers


def _numbers(text: str, wanted: Sentence) -> tuple[int, ...]:
    if not re.fullmatch(r"\d{1,7}(,\d{1,7})*", text, re.ASCII):
        raise _not_these(wanted, text)
    return tuple(map(int, text.split(",")))


def _not_these(wanted: Sentence, text: str) -> Malformed:
    return Malformed(wanted, Sentence("{text}", {"text": repr(text[:80])}), Sentence("Write it so."))
