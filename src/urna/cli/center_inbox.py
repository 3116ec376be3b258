"""Papers for a centre that is running: put into its inbox by one command, taken by the running one in its next round.

    inbox/<16 digits of its hash>-<name>     waits
    inbox/taken/…                            was taken, or was there already
    inbox/refused/…, ….txt                   was not taken, and why

Each is signed by whoever it is of, so that it lies in a folder gives it no power.
"""

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from urna.center.papers import Handing, handings, sort_papers
from urna.cli.center_papers import files_in
from urna.encoding.canonical import digest
from urna.errors import UrnaError
from urna.storage.centre_opening import read_settings
from urna.storage.centre_service import CentreService
from urna.storage.definition_folder import read_limited, replace_file

INBOX, TAKEN, REFUSED = "inbox", "taken", "refused"
MOST_NAME = 60


def hand_in(folder: Path, places: Iterable[Path]) -> list[str]:
    """Puts papers into the inbox of a centre; returns their names there.

    Raises:
        OutOfOrder: no centre in that folder.
        Malformed: a file that is no such document.
    """
    read_settings(folder)
    found = {str(path): read_limited(path) for place in places for path in files_in(place)}
    sort_papers(found)
    names = []
    for path, data in found.items():
        names.append(f"{digest(data)[:16]}-{Path(path).name[-MOST_NAME:]}")
        replace_file(folder / INBOX / names[-1], data)
    return names


def take_inbox(service: CentreService, tell: Callable[[UrnaError], None]) -> int:
    """Takes what waits, act by act; returns how many papers were taken."""
    inbox = service.opened.folder / INBOX
    waiting = sorted(path for path in inbox.glob("*") if path.is_file() and not path.name.startswith("."))
    if not waiting:
        return 0
    taken = 0
    try:
        every = handings(sort_papers({path.name: read_limited(path) for path in waiting}))
    except UrnaError as error:
        _put_away(inbox, [path.name for path in waiting], error)
        tell(error)
        return 0
    for handing in every:
        names = [paper.name for paper in handing.papers]
        refusal = _take(service, handing)
        _put_away(inbox, names, refusal)
        if refusal is not None:
            tell(refusal)
        else:
            taken += len(names)
    return taken


def _take(service: CentreService, handing: Handing) -> UrnaError | None:
    try:
        if not service.has_all(handing.papers):
            service.take(handing.take)
    except UrnaError as error:
        return error
    return None


def _put_away(inbox: Path, names: Sequence[str], error: UrnaError | None) -> None:
    place = inbox / (TAKEN if error is None else REFUSED)
    place.mkdir(mode=0o700, exist_ok=True)
    for name in names:
        if (inbox / name).exists():  # one manifest may belong to two audits
            (inbox / name).replace(place / name)
        if error is not None:
            replace_file(place / f"{name}.txt", f"{error}\n".encode())
