"""A station's out folder: what its closing wrote, to be printed, transmitted and archived.

    zero-1.note …            each booth's zero report
    ballots.json             ids and states of the ballots
    ballots-<STYLE>.committed    the encrypted ballots of a style
    opened.json              the challenged ballots, opened
    event-log-booth-1.jsonl, .note    each machine's event log and its signed head; the poll book's with the parcel
    hand-0.note              the sheet of paper ballots, where there were any, signed by the poll book
    sheet-0.note             the tally sheet; written last: where it stands, everything does

The names are those of the public record. Each file is durable, whole, under its own name or not there at all.
"""

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from urna.record.bundle import StationBundle
from urna.storage.definition_folder import read_limited
from urna.storage.medium import DiskMedium
from urna.storage.zero_document import write_whole

SHEET = "sheet-0.note"
HAND_COUNT = "hand-0.note"
BALLOTS, OPENED = "ballots.json", "opened.json"
MAX_OUT_BYTES = 512 * 1024 * 1024
NO_LOGS: Mapping[str, bytes] = MappingProxyType({})

_CIPHERTEXTS = ("ballots-", ".committed")


def write_out(
    folder: Path, bundle: StationBundle, zero_reports: Mapping[int, bytes], logs: Mapping[str, bytes] = NO_LOGS
) -> None:
    """Everything that leaves the station, the sheet last. Done again after a kill it writes the same bytes.

    Args:
        folder: the out folder; made where it is missing.
        bundle: what the closing made.
        zero_reports: each booth's, by number.
        logs: event logs and their heads, by file name.
    """
    folder.mkdir(mode=0o700, exist_ok=True)
    files = {**logs, **{f"zero-{number}.note": document for number, document in zero_reports.items()}}
    files |= {style.join(_CIPHERTEXTS): data for style, data in bundle.ciphertexts.items()}
    files |= {name: data for name, data in ((BALLOTS, bundle.ballots), (OPENED, bundle.opened)) if data is not None}
    medium = _OutMedium(folder)
    for name, data in {**files, SHEET: bundle.sheet}.items():
        write_whole(medium, name, data)


def read_out(folder: Path) -> dict[str, bytes]:
    """The files of a closing by name; without the sheet it is not whole, and is written again."""
    if not folder.is_dir():
        return {}
    names = sorted(path.name for path in folder.iterdir() if path.is_file() and not path.name.endswith(".part"))
    return {name: read_limited(folder / name, MAX_OUT_BYTES) for name in names if _is_of_closing(name)}


def read_bundle(folder: Path) -> StationBundle:
    """The closing as it leaves the station; `KeyError` where there is no sheet yet."""
    files = read_out(folder)
    head, tail = _CIPHERTEXTS
    styles = {
        name.removeprefix(head).removesuffix(tail): data
        for name, data in files.items()
        if name.startswith(head) and name.endswith(tail)
    }
    return StationBundle(files[SHEET], files.get(BALLOTS), styles, files.get(OPENED))


def _is_of_closing(name: str) -> bool:
    head, tail = _CIPHERTEXTS
    is_zero = name.startswith("zero-") and name.endswith(".note")
    is_log = name.startswith("event-log-") and name.endswith((".jsonl", ".note"))
    return (
        name in {SHEET, HAND_COUNT, BALLOTS, OPENED}
        or is_zero
        or is_log
        or (name.startswith(head) and name.endswith(tail))
    )


class _OutMedium(DiskMedium):
    """The out folder as a medium; its files are named by ballot styles, in capitals."""

    def _path(self, name: str) -> Path:
        return self._directory / name
