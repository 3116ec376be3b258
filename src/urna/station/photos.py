"""The candidates' photos in a station's package: a file for each person who is pressed at this station.

    photo-MON-1-AURORA-1.jpg    JPEG, 320 x 320, no metadata: as devices/photo_files made it

The manifest has the SHA-256 of each, so a photo is the one that the officers signed, beside the name for which they
signed it; one that is missing or changed blocks the package as any other file does.
"""

from collections.abc import Iterable, Mapping

from urna.election.definition import Contest
from urna.election.folder_photos import CardPlace, people_on
from urna.encoding.canonical import Code
from urna.errors import Malformed
from urna.words import Sentence

PREFIX, ENDING = "photo-", ".jpg"
PHOTO_PATTERN = r"photo-[A-Z0-9](?:[A-Z0-9._-]{0,38}[A-Z0-9])?\.jpg"
"""A candidate's code between the two."""

MAX_PHOTO_BYTES = 256 * 1024
"""Of one photo in plain form; even noise of the hardest kind stays below."""

MOST_PHOTOS = 300
"""At a station: the manifest that names them is still below 64 kB."""


def is_photo(name: str) -> bool:
    """Whether a file of a package is a photo, by its name."""
    return name.startswith(PREFIX) and name.endswith(ENDING)


def photo_files(photos: Mapping[Code, bytes], contests: Iterable[Contest]) -> dict[str, bytes]:
    """The photos of those who stand in a station's contests, by the names that they have in its package.

    Args:
        photos: in plain form, by candidate; others' are left out.
        contests: the station's.

    Raises:
        Malformed: more than a package holds.
    """
    standing = set(people_on(contests).values())
    found = {f"{PREFIX}{code}{ENDING}": data for code, data in photos.items() if code in standing}
    if len(found) > MOST_PHOTOS:
        raise Malformed(
            Sentence("at most {limit} photos at a station", {"limit": MOST_PHOTOS}),
            Sentence("{count}", {"count": len(found)}),
            Sentence("Take the photos of one contest out of the folder, of everybody in it."),
        )
    return found


def photos_on_cards(files: Mapping[str, bytes], contests: Iterable[Contest]) -> dict[CardPlace, bytes]:
    """The photo of each card that has one, from a package's files."""
    names = {card: f"{PREFIX}{person}{ENDING}" for card, person in people_on(contests).items()}
    return {card: files[name] for card, name in names.items() if name in files}
