"""Papers for a centre that is running: put into its inbox by one command, taken by the running one in its next round.

    inbox/<16 digits of its hash>-<name>     waits
    inbox/taken/…                            was taken, or was there already
    inbox/refused/…, ….txt                   was not taken, and why

Each is signed by whoever it is of, so that it lies in a folder gives it no power.
"""

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from urna.center.papers import Handing, Paper, apart, handings, sort_papers
from urna.cli.center_papers import files_in
from urna.encoding.canonical import digest
from urna.errors import Malformed, UrnaError
from urna.storage.centre_opening import read_settings
from urna.storage.centre_service import CentreService
from urna.storage.definition_folder import read_limited, replace_file
from urna.words import Sentence

INBOX, TAKEN, REFUSED = "inbox", "taken", "refused"
MOST_NAME = 60

Refuse = Callable[[Sequence[str], UrnaError], None]
"""Puts papers away, by their names in the inbox, and tells why."""


def hand_in(folder: Path, places: Iterable[Path]) -> list[str]:
    """Puts papers into the inbox of a centre; returns their names there.

    Raises:
        OutOfOrder: no centre in that folder.
        Malformed: a file that is no such document.
    """
    read_settings(folder)
    found = {str(path): read_limited(path) for place in places for path in files_in(place)}
    sort_papers(found)
    inbox, names = folder / INBOX, []
    for path, data in found.items():
        names.append(f"{digest(data)[:16]}-{Path(path).name[-MOST_NAME:]}")
        replace_file(inbox / f".{names[-1]}", data)
    for name in dict.fromkeys(names):  # once all are written, so that a round hardly sees some without the others
        (inbox / f".{name}").replace(inbox / name)
    return names


def take_inbox(service: CentreService, tell: Callable[[UrnaError], None]) -> int:
    """Takes what waits, act by act; returns how many papers were taken.

    A file that is none, and papers that do not belong together, are put away with the reason; the others are taken.
    """
    inbox = service.opened.folder / INBOX

    def refuse(names: Sequence[str], error: UrnaError) -> None:
        _put_away(inbox, names, error)
        tell(error)

    taken = 0
    for handing in _waiting(inbox, refuse):
        names = [paper.name for paper in handing.papers]
        refusal = _take(service, handing)
        if refusal is not None:
            refuse(names, refusal)
        else:
            _put_away(inbox, names, None)
            taken += len(names)
    return taken


def _waiting(inbox: Path, refuse: Refuse) -> list[Handing]:
    """What to do with the papers that wait, in the order of all of them; what cannot be done is refused by itself."""
    papers: list[Paper] = []
    for path in sorted(inbox.glob("*")):
        if path.is_file() and not path.name.startswith("."):
            try:
                papers += sort_papers({path.name: _read(path)})
            except UrnaError as error:
                refuse([path.name], error)
    every: list[Handing] = []
    for group in apart(sorted(papers, key=lambda paper: paper[:3])):
        try:
            every += handings(group)
        except UrnaError as error:
            refuse([paper.name for paper in group], error)
    return sorted(every, key=lambda handing: handing.papers[0].kind)


def _read(path: Path) -> bytes:
    """Its bytes; of another trouble with the medium than this the file is innocent, and waits.

    Raises:
        Malformed: too long, or of somebody who lets nobody read it.
    """
    try:
        return read_limited(path)
    except PermissionError as error:
        raise Malformed(
            Sentence("a file that the centre may read"),
            Sentence("one that it may not"),
            Sentence("Hand it in again as the user that the centre runs as."),
            path.name,
        ) from error


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
