"""What an evaluation or a calibration says: on the terminal, and as a page in Markdown."""

from collections.abc import Iterator
from fractions import Fraction

from rich.table import Table
from rich.text import Text

from urna.biometrics.calibration import Calibration
from urna.biometrics.evaluation_report import ALL_PAIRS, ENROLLED_3, FVC, EvaluationReport, RateFound
from urna.cli.screen import out
from urna.cli.words import say
from urna.words import N_

_PROTOCOLS = {
    ALL_PAIRS: N_("every image against every other"),
    FVC: N_("FVC: impostors by first impressions alone"),
    ENROLLED_3: N_("three impressions enrolled, the best counts"),
}


def show_report(report: EvaluationReport) -> None:
    """Counts and a table of rates."""
    out.print(_counts(report), markup=False)
    table = Table(header_style="dim")
    for column, justify in _columns():
        table.add_column(column, justify="right" if justify else "left")
    for row in _rows(report):
        table.add_row(*map(Text, row))
    out.print(table)
    out.print(_speed(report), markup=False)


def report_text(report: EvaluationReport) -> str:
    """The page report.md."""
    columns = [name for name, _ in _columns()]
    marks = ["---:" if is_number else "---" for _, is_number in _columns()]
    lines = [f"| {' | '.join(row)} |" for row in (columns, marks, *_rows(report))]
    notes = (
        say("Rates are of counted pairs; in brackets, the interval of 95 %: where {count} resamplings of the fingers "
            "lie.", count=report.resamplings),
        say("FMR100, FMR1000, ZeroFMR: the false non-match rate where at most 1/100, 1/1000, none of the pairs of "
            "different fingers match."),
        say("Extractor {extractor}, matcher {matcher}.", extractor=report.extractor, matcher=report.matcher),
    )  # fmt: skip
    title = say("Fingerprints of {name}", name=report.name)
    parts = (f"# {title}", _counts(report), "\n".join(lines), _speed(report), *notes, "![DET](det.svg)")
    return "\n\n".join(parts) + "\n"


def show_calibration(calibration: Calibration) -> None:
    """The sets, and for each number of fingers the score and the misses at each false match rate."""
    for scored in calibration.sets:
        kind = say("synthetic") if scored.is_synthetic else say("real")
        out.print(
            say(
                "{name} ({kind}): {fingers} fingers, {images} images, {genuine} pairs of one finger, "
                "{impostor} of two; tail above {start} with {excesses} pairs, shape {shape}, misfit {misfit}.",
                name=scored.name,
                kind=kind,
                fingers=scored.fingers,
                images=scored.images,
                genuine=f"{scored.genuine_pairs:,}",
                impostor=f"{scored.impostor_pairs:,}",
                start=f"{scored.tail.tail.start:.4f}",
                excesses=scored.tail.excesses,
                shape=f"{scored.tail.tail.shape:.3f}",
                misfit=f"{scored.tail.misfit / 1e6:.3f}",
            ),
            markup=False,
        )
    out.print(_calibration_table(calibration))
    if calibration.provisional:
        out.print(
            say("Provisional: {pairs} pairs of different real fingers, 200,000 are needed.",
                pairs=f"{calibration.real_pairs:,}"),
            style="yellow",
        )  # fmt: skip


def _calibration_table(calibration: Calibration) -> Table:
    table = Table(header_style="dim")
    for name in (say("set"), say("fingers"), say("false match rate"), say("score"), say("false non-matches")):
        table.add_column(name, justify="left" if name == say("set") else "right")
    for row in calibration.rows:
        table.add_row(
            Text(row.set),
            str(row.fingers),
            Text(row.false_match_rate),
            Text(f"{row.score / 1e6:.4f} ({row.score_low / 1e6:.4f} … {row.score_high / 1e6:.4f})"),
            Text(
                f"{row.false_non_match / 1e4:.2f} % "
                f"({row.false_non_match_low / 1e4:.2f} … {row.false_non_match_high / 1e4:.2f})"
            ),
        )
    return table


def _columns() -> tuple[tuple[str, bool], ...]:
    """Names, and whether they hold numbers."""
    rates = (say("equal error rate"), "FMR100", "FMR1000", "ZeroFMR")
    pairs = (say("pairs of one finger"), say("of two"))
    return ((say("protocol"), False), *((name, True) for name in (*pairs, *rates)))


def _rows(report: EvaluationReport) -> Iterator[tuple[str, ...]]:
    for each in report.protocols:
        rates = (each.equal_error, each.fmr100, each.fmr1000, each.zero_fmr)
        counts = (f"{each.genuine_pairs:,}", f"{each.impostor_pairs:,}")
        yield (say(_PROTOCOLS[each.protocol]), *counts, *map(_percent, rates))


def _percent(found: RateFound) -> str:
    rate, low, high = (100 * float(Fraction(each)) for each in (found.rate, found.low, found.high))
    return f"{rate:.2f} % ({low:.2f} … {high:.2f})"


def _counts(report: EvaluationReport) -> str:
    return say(
        "{name}: {images} images of {fingers} fingers, {poor} of them too poor to be enrolled.",
        name=report.name,
        images=report.images,
        fingers=report.fingers,
        poor=report.too_poor,
    )


def _speed(report: EvaluationReport) -> str:
    extract, encode, compare = (
        f"{each / 1000:,.2f}" for each in (report.speed.extract, report.speed.encode, report.speed.compare)
    )
    return say(
        "On one core: {extract} ms to find an image's minutiae, {encode} ms to encode, {compare} ms to compare.",
        extract=extract,
        encode=encode,
        compare=compare,
    )
