"""`urna reader`: the technician's look at a fingerprint reader, before the day.

An image of a finger is shown to nobody and kept nowhere, unless `show --out` asks for a file.
"""

import io
import os
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer
from PIL import Image
from rich.text import Text

from urna.biometrics.capture import Extraction
from urna.biometrics.image import FingerImage
from urna.cli.screen import out
from urna.cli.words import say
from urna.devices.extractor import LeaderExtractor
from urna.devices.libfprint import list_devices
from urna.devices.reader_selftest import CAPTURES, examine_reader
from urna.devices.reader_verdicts import Line, Status
from urna.devices.readers import TIMEOUT_SECONDS, is_simulated, open_reader
from urna.storage.definition_folder import write_secret_file
from urna.words import Sentence

app = typer.Typer(no_args_is_help=True)

SpecArgument = Annotated[
    str,
    typer.Argument(
        metavar="READER",
        help=say("libfprint, libfprint:DRIVER, folder:PATH, images:PATH or synthetic:SEED; see docs/readers.md."),
    ),
]
TimeoutOption = Annotated[
    float, typer.Option("--timeout", min=1.0, max=600.0, help=say("Seconds to wait for a finger."))
]

_MARKS = {
    Status.PASSED: "[green]✓[/]",
    Status.FAILED: "[red]✗[/]",
    Status.ADVICE: "[yellow]![/]",
    Status.NOT_TESTED: "–",
}

_SPOKEN = {
    Status.PASSED: Sentence("passed"),
    Status.FAILED: Sentence("failed"),
    Status.ADVICE: Sentence("advice"),
    Status.NOT_TESTED: Sentence("not tested"),
}


@app.command("list", help=say("List the readers that libfprint sees, and the names by which others are opened."))
def list_() -> None:
    """Devices that give no images are listed too, and said to be of no use."""
    devices = list_devices(os.environ.get("FP_VIRTUAL_IMAGE", ""))
    for device in devices:
        use = say("usable") if device.captures else say("gives no images, of no use")
        way = say("slide the finger") if device.swipe else say("lay the finger down")
        kind = say(", virtual: for tests only") if device.is_virtual else ""
        out.print(f"libfprint:{device.driver}  {device.name}  ({use}, {way}{kind})", markup=False)
    if not devices:
        out.print(say("libfprint sees no reader. Is it plugged in, and may this account use it? See docs/readers.md."))
    out.print(say("Others: folder:PATH for a maker's program; images:PATH and synthetic:SEED without a device."))


@app.command(help=say("Test a reader: empty window, images of one finger, resolution, quality, repeatability, speed."))
def test(
    spec: SpecArgument,
    captures: Annotated[int, typer.Option(min=2, max=10, help=say("Captures of one finger."))] = CAPTURES,
    timeout: TimeoutOption = TIMEOUT_SECONDS,
) -> None:
    """Exit code 0 when nothing failed, 1 when a line failed, 2 when the reader does not work at all."""
    with out.status(say("Loading the minutiae network")):
        extractor = LeaderExtractor(threads=2)
        extractor.warm()
    failed = 0
    for line in examine_reader(spec, extractor, _tell, captures=captures, timeout_seconds=timeout):
        _show(line)
        failed += line.status is Status.FAILED
    if failed:
        out.print(say("The reader is not fit for the day: {count} lines failed.", count=failed), style="red")
        raise typer.Exit(1)
    if is_simulated(spec):
        out.print(say("Nothing failed; but a simulated reader is for tests, and of no use on the day."))
    else:
        out.print(say("The reader is fit for the day."), style="green")


@app.command(help=say("Capture one finger and say how good the image is; write the image only when asked to."))
def show(
    spec: SpecArgument,
    file: Annotated[
        Path | None, typer.Option("--out", help=say("Write the image to this new PNG file: personal data."))
    ] = None,
    timeout: TimeoutOption = TIMEOUT_SECONDS,
) -> None:
    """Numbers and advice on the screen, never the finger."""
    image = _capture(spec, timeout, lambda: _tell(Sentence("Lay a finger down.")))
    extraction = LeaderExtractor(threads=2).extract(image)
    _show_image(image, extraction)
    if file is not None:
        write_secret_file(file, _png(image))
        out.print(
            say("{file} is an image of a person's finger: delete it when you have looked.", file=str(file)),
            style="yellow",
            markup=False,
        )


def _capture(spec: str, timeout: float, ready: Callable[[], None]) -> FingerImage:
    reader = open_reader(spec, timeout, ready)
    try:
        return reader.capture()
    finally:
        reader.close()


def _show_image(image: FingerImage, extraction: Extraction) -> None:
    sizes = {"width": image.width, "height": image.height, "count": len(extraction.template.minutiae)}
    out.print(say("{width} x {height} pixels at 500 dots an inch, {count} minutiae.", **sizes))
    out.print(say("Quality (NFIQ 2): {score} of 100.", score=extraction.quality))
    for hint in extraction.hints:
        out.print(say(hint.advice))


def _png(image: FingerImage) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(image.pixels).save(buffer, "PNG", dpi=(500, 500))
    return buffer.getvalue()


def _tell(sentence: Sentence | str) -> None:
    out.print(Text(f"  → {say(sentence)}", style="bold"))


def _show(line: Line) -> None:
    mark = Text.from_markup(_MARKS[line.status])
    words = f" {say(line.name)}: {say(line.found)} ({say(_SPOKEN[line.status])})"
    out.print(Text.assemble(mark, words))
    if line.remedy:
        out.print(Text(f"    {say(line.remedy)}"))
