"""The candidates' photos beside a definition, as the authority reads them: all mistakes, or what was found.

What officers compare is the SHA-256 of the files as they are, so that it is the same on every desk, whatever version
of the decoder stands there.
"""

from collections.abc import Collection, Mapping
from pathlib import Path
from typing import NamedTuple

from urna.cli.screen import groups_of_four, out
from urna.cli.words import say
from urna.election.definition import Election
from urna.election.folder_photos import PHOTOS, mistake_in, people_on, photos_of
from urna.encoding.canonical import Code, Hash, digest
from urna.errors import Finding, Findings, Malformed
from urna.storage.photo_folder import photo_names, read_photo
from urna.words import N_, Sentence

SHOWN = 12
"""Candidates without a photo that are named; of more only the number is said."""


class Photos(NamedTuple):
    """What was read: photos in plain form, and what stands for all files of the folder."""

    plain: Mapping[Code, bytes]
    identity: Hash
    """SHA-256 over a line for each file: its SHA-256 and the candidate's code, in the order of the codes."""


def photos_beside(folder: Path) -> Path | None:
    """The folder of photos of a definition's folder; None where there is none."""
    found = folder / PHOTOS
    return found if found.exists() else None


def read_photos(folder: Path, election: Election, wanted: Collection[Code] | None = None) -> Photos:
    """Every photo of a folder, looked at; those that are wanted in plain form.

    Args:
        folder: of the photos.
        election: the definition whose candidates they show.
        wanted: candidates; all of them if left out. The other files are hashed alone.

    Raises:
        Findings: names or files that cannot be used; all of them at once.
        Malformed: there is no such folder.
    """
    # Only desks that make kits have an image library: whoever verifies needs none.
    from urna.devices.photo_files import MAX_FILE_BYTES, plain_photo  # noqa: PLC0415 - Pillow, which other checks do without

    files, mistakes = photo_names(folder)
    names, unknown = photos_of(files, election.definition.candidates)
    mistakes += unknown
    plain: dict[Code, bytes] = {}
    lines: list[str] = []
    for code, name in sorted(names.items()):
        data = read_photo(folder, name, MAX_FILE_BYTES)
        lines.append(f"{digest(data)}  {code}\n")
        if wanted is not None and code not in wanted:
            continue
        try:
            plain[code] = plain_photo(data, name)
        except Malformed as error:
            mistakes.append(_cannot_be_used(name, error))
    if mistakes:
        raise Findings(sorted(mistakes, key=lambda finding: finding.file))
    return Photos(plain, digest("".join(lines).encode()))


def tell_of_photos(photos: Photos, election: Election) -> None:
    """How many of those who are pressed have a photo, who has none, and what to compare."""
    pressed = dict.fromkeys(people_on(election.definition.contests).values())
    without = [code for code in pressed if code not in photos.plain]
    found = len(pressed) - len(without)
    out.print(say("{found} of {count} candidates on cards have a photo.", found=found, count=len(pressed)))
    if without and found:
        listed = ", ".join(without[:SHOWN]) + (" …" if len(without) > SHOWN else "")
        text = say("Without one, a drawn outline stands in its place: {codes}.", codes=listed)
        out.print(text, style="yellow", markup=False)
    tell_identity(photos)


def tell_identity(photos: Photos) -> None:
    """What the officers compare before photos are signed into packages."""
    out.print(say("Photos (SHA-256), to compare by telephone:"))
    out.print(f"  {groups_of_four(photos.identity)}", style="bold")


def _cannot_be_used(name: str, error: Malformed) -> Finding:
    problem = N_("The photo cannot be used: expected {expected}; found {found}.")
    told = mistake_in(name, problem, "", expected=say(error.expected), found=say(error.found))
    return told._replace(remedy=Sentence("{text}", {"text": say(error.remedy)}))
