"""What `urna center serve` tells while it runs: to people as it goes on, or to programs as lines of JSON on stderr."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, Literal

import typer

from urna.cli.center_lines import Lines, log_lines
from urna.cli.screen import out, show_error
from urna.cli.words import say
from urna.errors import UrnaError
from urna.storage.centre_publisher import Published

Format = Literal["text", "json"]
LogFormat = Annotated[Format, typer.Option(help=say("For people, or one JSON object a line on stderr."))]


class Telling:
    """To people."""

    is_for_programs = False

    def note(self, event: str, **facts: object) -> None:
        """Of what programs are told alone: nothing."""

    def listening(self, address: str) -> None:
        """It answers there now; both forms say this on stdout."""
        out.print(say("Listening at {address}", address=address), markup=False)
        sys.stdout.flush()

    def published(self, published: Published | UrnaError) -> None:
        """A round ended so."""
        if isinstance(published, UrnaError):
            show_error(published)
            return
        out.print(say("Published: {size} leaves, {files} new files.", size=published.size, files=published.files))
        sys.stdout.flush()

    def missing(self, error: UrnaError) -> None:
        """A witness gave no cosignature."""
        show_error(error)

    @contextmanager
    def to_the_end(self) -> Iterator[None]:
        """While it runs; an error that ends it is told by whoever called."""
        yield


class TellingPrograms(Telling):
    """To programs.

    Args:
        lines: that are written.
    """

    is_for_programs = True

    def __init__(self, lines: Lines) -> None:
        self._lines = lines

    def note(self, event: str, **facts: object) -> None:
        """An entry."""
        self._lines(event, **facts)

    def listening(self, address: str) -> None:
        """It answers there now."""
        super().listening(address)
        self._lines("listening", address=address)

    def published(self, published: Published | UrnaError) -> None:
        """A round ended so."""
        if isinstance(published, UrnaError):
            self._lines.error("trouble", published)
        else:
            self._lines("published", leaves=published.size, files=published.files)

    def missing(self, error: UrnaError) -> None:
        """A witness gave no cosignature."""
        self._lines.error("witness_missing", error)

    @contextmanager
    def to_the_end(self) -> Iterator[None]:
        """While it runs; what ends it is the last entry, and exit code 2."""
        try:
            yield
        except UrnaError as error:
            self._lines.error("ended", error)
            raise typer.Exit(2) from error
        self._lines("ended")


def telling_as(log_format: Format) -> Telling:
    """The way that was asked for."""
    return TellingPrograms(log_lines(sys.stderr)) if log_format == "json" else Telling()
