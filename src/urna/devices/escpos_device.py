"""The library python-escpos, opened as a device that keeps its bytes, without what its import does besides.

Importing it makes a folder in /tmp for a pickle, which nobody removes, and gives the root logger a handler.
docs/adr/0061-python-escpos.md
"""

import logging
import os
import shutil
from functools import cache
from importlib import import_module
from typing import Literal, Protocol, cast

from PIL import Image

PROFILE = "TM-T20II"
"""An 80 mm printer of 203 dpi as most are: 576 dots, 48 columns, code page 858."""

CODE_PAGE = "CP858"


class Device(Protocol):
    """What is used of `escpos.printer.Dummy`, which has no types of its own."""

    @property
    def output(self) -> bytes:
        """Everything that was sent."""
        ...

    def hw(self, hw: Literal["INIT"]) -> None:
        """ESC @: forget all settings."""
        ...

    def charcode(self, code: str) -> None:
        """ESC t: the code page of all text that follows."""
        ...

    def set(
        self,
        *,
        align: Literal["left", "center"] | None = None,
        bold: bool | None = None,
        invert: bool | None = None,
        custom_size: bool | None = None,
        width: int | None = None,
        height: int | None = None,
    ) -> None:
        """ESC a, ESC E, GS B, GS !: how the text that follows is set; None leaves it as it is."""
        ...

    def textln(self, txt: str) -> None:
        """Text and a line feed."""
        ...

    def image(self, img_source: Image.Image) -> None:
        """GS v 0: a picture."""
        ...

    def cut(self) -> None:
        """ESC d, GS V: feed past the knife and cut."""
        ...


class _Opener(Protocol):
    def __call__(self, *, profile: str) -> Device: ...


def open_device() -> Device:
    """A device that keeps what is sent to it, reset and set to the code page."""
    device = _library()(profile=PROFILE)
    device.hw("INIT")
    device.charcode(CODE_PAGE)
    return device


@cache
def _library() -> _Opener:
    quiet = logging.NullHandler()
    logging.root.addHandler(quiet)  # with one there, the library's basicConfig() adds none
    try:
        capabilities = import_module("escpos.capabilities")
        opener = cast(_Opener, import_module("escpos.printer").Dummy)
    finally:
        logging.root.removeHandler(quiet)
    if "ESCPOS_CAPABILITIES_PICKLE_DIR" not in os.environ:
        shutil.rmtree(capabilities.pickle_dir, ignore_errors=True)
    return opener
