"""`urna station archive` and `urna station wipe`: what stays of a station after its day, and what does not.

The archive has the signed outputs, the papers and the public part of the package, and their hashes; it is read back
before it is said to be written. No elector is in it: the poll book stays where it is until the legal period is over
(`urna roll wipe`), and its sealed roll is left out of the package too.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from urna.cli.kit_folder import needs_new
from urna.cli.poll_book_machine import STATEMENT
from urna.cli.screen import out
from urna.cli.words import say
from urna.encoding.canonical import digest
from urna.errors import Malformed, OutOfOrder, Unproven
from urna.station.day import Day, is_over
from urna.station.manifest import POLL_BOOK as ROLL_FILE
from urna.storage.booth_medium import ELEMENT
from urna.storage.definition_folder import read_limited, replace_file
from urna.storage.durable import sync_folder
from urna.storage.pollbook import open_store
from urna.storage.station_folder import PAIRING, STORE, StationFolder, StationIdentity, open_package, read_pairing
from urna.storage.wiping import wipe_file
from urna.words import Sentence

SUMS = "SHA256SUMS"
SHEET = "sheet-0.note"

_KEYS = frozenset({ELEMENT, PAIRING})

StationArgument = Annotated[Path, typer.Argument(help=say("The station's folder."), metavar="STATION")]


def archive(
    station: StationArgument,
    folder: Annotated[Path, typer.Option("--out", help=say("The new folder to write the archive to."))],
) -> None:
    """Copy, hash, read back."""
    count = write_archive(StationFolder(station), folder)
    out.print(
        say("{count} files archived in {folder}; each was read back.", count=count, folder=str(folder)), markup=False
    )
    out.print(say("Anyone can check it: cd {folder} && sha256sum -c SHA256SUMS", folder=str(folder)), markup=False)


def wipe(
    station: StationArgument,
    archived: Annotated[
        Path | None, typer.Option("--archive", help=say("The archive of this station; a practice station needs none."))
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help=say("Do not ask before wiping."))] = False,
) -> None:
    """Booths' memories and volatile files of a station that is over; of a practice station everything."""
    place = StationFolder(station)
    identity = open_package(place)
    if identity.is_practice:
        check_is_all_practice(place, identity)
    else:
        check_may_wipe(place, archived)
    files = list(_to_wipe(place, identity))
    out.print(say("{count} files will be wiped.", count=len(files)))
    if not yes and not typer.confirm(say("Wipe them? Nothing brings them back."), err=True):
        out.print(say("Nothing was wiped."))
        raise typer.Exit(2)
    wipe_station(place, identity)
    out.print(say("{count} files wiped, their keys first.", count=len(files)), style="green")
    if not identity.is_practice:
        line = say(
            "The poll book is kept until the legal period is over: urna roll wipe {folder}", folder=str(place.poll_book)
        )
        out.print(line, markup=False)


def write_archive(station: StationFolder, folder: Path) -> int:
    """The archive in a new folder, read back; returns the number of files.

    Raises:
        OutOfOrder: the day is not over, or the folder has files already.
        Malformed: no tally sheet in the station's out folder.
        Unproven: what was read back is not what was written.
    """
    check_over(station)
    needs_new(folder)
    sums = {}
    for name, path in _to_archive(station):
        data = read_limited(path)
        replace_file(folder / name, data)
        sums[name] = digest(data)
    replace_file(folder / SUMS, "".join(f"{each}  {name}\n" for name, each in sorted(sums.items())).encode())
    sync_folder(folder)
    for name, expected in sums.items():
        _check_same(folder / name, expected)
    return len(sums)


def check_over(station: StationFolder) -> None:
    """Returns if the station's sheet is printed and lies in its out folder; errors as for `write_archive`."""
    store = open_store(station.poll_book / STORE)
    try:
        day = Day(store.day())
    finally:
        store.close()
    if not is_over(day) or day is Day.CLOSED:
        raise OutOfOrder(
            Sentence("a station whose tally sheet is printed"),
            Sentence("one in state {state}", {"state": day}),
            Sentence("Close the station and print the first copy of its sheet."),
            str(station.root),
        )
    if not (station.out / SHEET).is_file():
        raise Malformed(
            Sentence("the signed tally sheet {name}", {"name": SHEET}),
            Sentence("none"),
            Sentence("Close the station once more: the same sheet is written again."),
            str(station.out),
        )


def check_may_wipe(station: StationFolder, archived: Path | None) -> None:
    """Returns if everything that stays of the station is in its archive.

    Raises:
        OutOfOrder: the day is not over, the sheet is not transmitted, or no archive was named.
        Unproven: the archive lacks a file, or has another one.
    """
    check_over(station)
    store = open_store(station.poll_book / STORE)
    try:
        is_sent = store.day() == Day.TRANSMITTED
    finally:
        store.close()
    if not is_sent or archived is None:
        raise OutOfOrder(
            Sentence("a station whose sheet is transmitted, and its archive"),
            Sentence("one without"),
            Sentence("Transmit the sheet, then: urna station archive STATION --out FOLDER."),
            str(station.root),
        )
    for name, path in _to_archive(station):
        _check_same(archived / name, digest(read_limited(path)))


def check_is_all_practice(station: StationFolder, identity: StationIdentity) -> None:
    """Returns if every medium belongs to the practice package, and nothing runs.

    Raises:
        Unproven: a medium of another station: somebody put a practice package into its folder.
        OutOfOrder: the station still runs.
    """
    for folder in (station.poll_book, *map(station.booth, station.booths())):
        if (folder / PAIRING).is_file() or not folder.is_dir() or any(folder.iterdir()):
            read_pairing(folder, identity)
    open_store(station.poll_book / STORE).close()


def wipe_station(station: StationFolder, identity: StationIdentity) -> None:
    """Overwrites and removes what `wipe` says, elements and pairing keys first. May be done again after a crash."""
    for path in _to_wipe(station, identity):
        wipe_file(path)
    roots = [station.root] if identity.is_practice else [station.run, *map(station.booth, station.booths())]
    for root in roots:
        for path in sorted(root.rglob("*"), reverse=True):
            path.rmdir()
        root.rmdir()


def _to_archive(station: StationFolder) -> Iterator[tuple[str, Path]]:
    """What stays: name in the archive, and where it lies now."""
    for place in (station.out, station.papers, station.package):
        for path in sorted(place.rglob("*")):
            if path.is_file() and not path.is_symlink() and path.name != ROLL_FILE:
                yield path.relative_to(station.root).as_posix(), path
    if (statement := station.poll_book / STATEMENT).is_file():
        yield statement.relative_to(station.root).as_posix(), statement


def _to_wipe(station: StationFolder, identity: StationIdentity) -> Iterator[Path]:
    """Keys first and a package last; in an election the poll book, the package and what is archived stay."""
    roots = [station.root] if identity.is_practice else [station.run, *map(station.booth, station.booths())]
    files = [path for root in roots for path in sorted(root.rglob("*")) if path.is_file() and not path.is_symlink()]
    yield from sorted(files, key=lambda path: (path.parent == station.package, path.name not in _KEYS))


def _check_same(path: Path, expected: str) -> None:
    found = digest(read_limited(path)) if path.is_file() else ""
    if found != expected:
        raise Unproven(
            Sentence("the file {name} with the hash {hash}", {"name": path.name, "hash": expected[:16]}),
            Sentence("another one, or none"),
            Sentence("Write the archive again, to another medium."),
            str(path),
        )
