"""`urna biometrics`: how well fingers are told apart, what scores are worth, and the rule for a definition."""

import time
from collections.abc import Iterable, Sequence
from functools import partial
from pathlib import Path
from statistics import median
from typing import Annotated

import msgspec
import typer

from urna.biometrics.calibration_fit import RESAMPLINGS, Source, calibrate
from urna.biometrics.calibration_model import rule_of
from urna.biometrics.cylinders import Cylinders, Reals, encode
from urna.biometrics.decision import SHIPPED
from urna.biometrics.evaluation import Row, ScoreMatrix, all_pairs, score_matrix
from urna.biometrics.evaluation_rates import det_curve
from urna.biometrics.evaluation_report import EvaluationReport, Speed, evaluation_report, protocols_of
from urna.biometrics.match import score_cylinders, warm
from urna.biometrics.synthetic_templates import synthetic_template
from urna.cli.biometrics_fingers import Fingers, read_fingers, with_bar
from urna.cli.biometrics_report import report_text, show_calibration, show_report
from urna.cli.det_plot import write_det_plots
from urna.cli.screen import out
from urna.cli.words import say
from urna.devices.extractor import MODEL_SHA256
from urna.election.definition import FingerRule
from urna.encoding.canonical import encode as canonical
from urna.errors import Malformed
from urna.storage.calibration_file import read_calibration, shipped_calibration
from urna.storage.definition_folder import replace_file
from urna.words import Sentence

app = typer.Typer(no_args_is_help=True)

IMPRESSIONS = 3
"""Of each synthetic finger."""

FoldersArgument = Annotated[
    list[Path], typer.Argument(help=say("Folders of images named FINGER_IMPRESSION."), metavar="FOLDER...")
]
ProcessesOption = Annotated[int, typer.Option(min=0, help=say("Processes; 0 for as many as there are cores to use."))]
ResamplingsOption = Annotated[
    int, typer.Option(min=20, max=10_000, help=say("How often the fingers are drawn again for the intervals."))
]


@app.command(help=say("Measure error rates and speed on known fingers, and write a report with a plot."))
def evaluate(
    folder: Annotated[Path, typer.Argument(help=say("Images named FINGER_IMPRESSION."), metavar="FOLDER")],
    report: Annotated[Path, typer.Option("--out", help=say("The folder of the report."))] = Path("evaluation"),
    processes: ProcessesOption = 0,
    resamplings: ResamplingsOption = RESAMPLINGS,
) -> None:
    """Find the minutiae, compare all images, write report.md, report.json, det.svg and det.png."""
    fingers = read_fingers(folder, processes)
    matrix = _compare(_encoded(fingers), processes)
    found = evaluation_report(
        fingers.name,
        MODEL_SHA256,
        matrix,
        _speed(fingers),
        too_poor=_too_poor(fingers, SHIPPED),
        resamplings=resamplings,
    )
    _write_report(report, found, matrix)
    show_report(found)
    out.print(say("Written: {folder}", folder=str(report)), markup=False)


@app.command("calibrate", help=say("Work out what scores are worth, from known fingers: a calibration record."))
def calibrate_command(
    folders: FoldersArgument,
    record: Annotated[Path, typer.Option("--out", help=say("The calibration record."))] = Path("calibration.json"),
    synthetic: Annotated[
        int, typer.Option(min=0, help=say("So many synthetic fingers beside the real ones, for comparison."))
    ] = 0,
    processes: ProcessesOption = 0,
    resamplings: ResamplingsOption = RESAMPLINGS,
) -> None:
    """Compare all images of each folder, fit the tails, write the record."""
    sources = [_source(read_fingers(folder, processes), processes) for folder in folders]
    if synthetic:
        sources.append(_synthetic_source(synthetic, processes))
    found = calibrate(sources, MODEL_SHA256, resamplings)
    replace_file(record, canonical(found))
    show_calibration(found)
    out.print(say("Written: {file}, SHA-256 {identity}", file=str(record), identity=found.identity), markup=False)


@app.command(help=say("Print the table rules.fingers of a definition, for a false match rate and a number of tries."))
def thresholds(
    record: Annotated[
        Path | None, typer.Argument(help=say("A calibration record; without one, the one of urna."), metavar="RECORD")
    ] = None,
    rate: Annotated[
        str, typer.Option(help=say("Share of impostors who may be taken for the elector with all their tries."))
    ] = SHIPPED.false_match_rate,
    tries: Annotated[int, typer.Option(min=1, max=10, help=say("Tries for each enrolled finger."))] = SHIPPED.tries,
) -> None:
    """The table as it is pasted into election.toml."""
    calibration = shipped_calibration() if record is None else read_calibration(record)
    rule = rule_of(calibration, _ratio(rate), tries)
    out.print("[rules.fingers]", markup=False)
    for name, value in msgspec.structs.asdict(rule).items():
        shown = f'"{value}"' if isinstance(value, str) else str(value).lower()
        out.print(f"{name} = {shown}", markup=False)


def _ratio(text: str) -> str:
    """The rate, if it is one.

    Raises:
        Malformed: not a fraction such as 1/1000.
    """
    try:
        return msgspec.convert({"false_match_rate": text}, FingerRule).false_match_rate
    except msgspec.ValidationError as error:
        raise Malformed(
            Sentence("a fraction such as 1/1000"), Sentence("{text}", {"text": text}), Sentence("Write it so.")
        ) from error


def _encoded(fingers: Fingers) -> list[list[Cylinders]]:
    return [[encode(seen.extraction.template) for seen in own] for own in fingers.seen]


def _compare(fingers: Sequence[Sequence[Cylinders]], processes: int) -> ScoreMatrix:
    """All images with all others, over processes: the last rows are the longest, so each goes alone."""
    return score_matrix(fingers, partial(_with_bar, processes))


def _with_bar(processes: int, work: Row, items: Sequence[int]) -> Iterable[Reals]:
    return with_bar(say("Comparisons"), work, items, processes)


def _source(fingers: Fingers, processes: int) -> Source:
    return Source(fingers.name, False, fingers.images, all_pairs(_compare(_encoded(fingers), processes)))


def _synthetic_source(count: int, processes: int) -> Source:
    """Fingers that nobody has, the same ones each time."""
    made = [[encode(synthetic_template(1, finger, each)) for each in range(IMPRESSIONS)] for finger in range(count)]
    name = f"synthetic templates, seed 1, fingers 0 to {count - 1}"
    return Source(name, True, count * IMPRESSIONS, all_pairs(_compare(made, processes)))


def _too_poor(fingers: Fingers, rule: FingerRule) -> int:
    """Images that could not be enrolled."""
    return sum(
        seen.extraction.quality < rule.least_quality or len(seen.extraction.template.minutiae) < rule.least_minutiae
        for own in fingers.seen
        for seen in own
    )


def _speed(fingers: Fingers) -> Speed:
    """Medians over the images, on this core; extraction was timed where it was done."""
    warm()
    every = [seen for own in fingers.seen for seen in own]
    encoding, comparing, before = [], [], None
    for seen in every:
        started = time.perf_counter()
        cylinders = encode(seen.extraction.template)
        encoded = time.perf_counter()
        score_cylinders(cylinders, before or cylinders)
        encoding.append(encoded - started)
        comparing.append(time.perf_counter() - encoded)
        before = cylinders
    extract, coded, compared = (
        round(1e6 * median(each)) for each in ([seen.seconds for seen in every], encoding, comparing)
    )
    return Speed(extract=extract, encode=coded, compare=compared)


def _write_report(folder: Path, report: EvaluationReport, matrix: ScoreMatrix) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    curves = {name: det_curve(pairs) for name, pairs in protocols_of(matrix).items()}
    write_det_plots(folder, report.name, curves)
    replace_file(folder / "report.json", canonical(report))
    replace_file(folder / "report.md", report_text(report).encode())
