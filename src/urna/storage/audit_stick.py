"""A stick between the places of one audit: a board at a centre, and the coordinator's table.

    audit-RLA-1-<hash of the key's name>.note   all acts of one place, signed by its key
    photos/<hash>                               photographs, under their SHA-256

Each place writes its own file and reads those of the others. Whatever was read already is known by its number and hash,
so a stick may be read twice, or an old one after a newer one.
"""

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from urna.audit.board_acts import ActChain, BoardMade, Pictured
from urna.encoding.canonical import Code, digest
from urna.encoding.document import open_document, read_document, sign_document
from urna.errors import Malformed, OutOfOrder, Unproven
from urna.log.note import NoteSigner, NoteVerifier
from urna.storage.audit_journal import MOST_PHOTO_BYTES, PHOTOS, AuditJournal, Imported
from urna.storage.definition_folder import read_limited, replace_file
from urna.words import Sentence

MOST_CHAIN_BYTES = 64 * 1024 * 1024


class Exported(NamedTuple):
    """What was written to a stick."""

    path: Path
    acts: int
    photos: int


class Brought(NamedTuple):
    """What one place's file on a stick brought."""

    place: str
    acts: Imported
    photos: int
    """New ones."""
    missing: int
    """Photographs of this place that are neither here nor on the stick."""


def chain_name(audit: Code, place: str) -> str:
    """The name of a place's file."""
    return f"audit-{audit}-{hashlib.sha256(place.encode()).hexdigest()[:12]}.note"


def export_stick(journal: AuditJournal, signers: Sequence[NoteSigner], stick: Path) -> Exported:
    """Writes this place's acts and photographs; a file of the same place that was there is replaced.

    Raises:
        OutOfOrder: nothing was done here yet.
    """
    chain = journal.chain()
    if not chain.acts:
        raise OutOfOrder(
            Sentence("acts of this place"),
            Sentence("none yet"),
            Sentence("Make accounts and type boxes first; a board's place first reads the coordinator's stick."),
            journal.place,
        )
    photos = 0
    for photo in _photos_of(chain):
        data = journal.photo(photo)
        if data is not None and not (stick / PHOTOS / photo).exists():
            replace_file(stick / PHOTOS / photo, data)
            photos += 1
    path = stick / chain_name(chain.audit, chain.place)
    replace_file(path, sign_document(chain, signers))
    return Exported(path, len(chain.acts), photos)


def import_stick(journal: AuditJournal, board: Sequence[NoteVerifier], stick: Path) -> list[Brought]:
    """Reads the files of all places on a stick; each is taken whole or not at all.

    Args:
        journal: of this place.
        board: the audit board's keys; each signs for the place of its own name.
        stick: the folder.

    Raises:
        Malformed: no such file, or a photograph that is none.
        Unproven: a file that its place's key did not sign; acts that contradict those that are here.
        OutOfOrder: an older folder of this place itself.
    """
    audit = journal.frame.drawing.audit
    # Files alone: a pipe that somebody put there would keep whoever reads it waiting for ever.
    paths = sorted(path for path in stick.glob(f"audit-{audit}-*.note") if path.is_file())
    if not paths:
        raise Malformed(
            Sentence("a file audit-{audit}-….note", {"audit": audit}),
            Sentence("none"),
            Sentence("Write one at the other place: urna audit export."),
            str(stick),
        )
    chains = [_read(path, board) for path in paths]
    # The coordinator's first, where boards are made; a chain that is known already moves nothing.
    chains.sort(key=lambda each: (_comes_later(journal, each), each.place))
    return [_bring(journal, each, stick) for each in chains]


def _comes_later(journal: AuditJournal, chain: ActChain) -> bool:
    """Whether it is not the coordinator's, by what is here; in a new folder, by who made boards."""
    with journal.reading() as board:
        main = board.main
    return chain.place != main if main else not any(isinstance(act.what, BoardMade) for act in chain.acts)


def _read(path: Path, board: Sequence[NoteVerifier]) -> ActChain:
    data = read_limited(path, MOST_CHAIN_BYTES)
    place = read_document(data, ActChain, str(path)).place
    keys = [each for each in board if each.name == place]
    if not keys:
        raise Unproven(
            Sentence("a place whose key is of the audit board"),
            Sentence("{place}", {"place": place}),
            Sentence("Only keys that the rules of the audit name sign acts."),
            str(path),
        )
    chain = open_document(data, ActChain, keys, 1, str(path))
    others = [act for act in chain.acts if act.place != place]
    if others:
        raise Unproven(
            Sentence("acts of {place}", {"place": place}),
            Sentence("one of {place}", {"place": others[0].place}),
            Sentence("A place signs its own acts alone: write the stick again."),
            str(path),
        )
    return chain


def _bring(journal: AuditJournal, chain: ActChain, stick: Path) -> Brought:
    """The photographs first: an act that names one then finds it."""
    new, missing = 0, 0
    for photo in _photos_of(chain):
        if journal.has_photo(photo):
            continue
        path = stick / PHOTOS / photo
        if not path.is_file():
            missing += 1
            continue
        data = read_limited(path, MOST_PHOTO_BYTES)
        if digest(data) != photo:
            raise Unproven(
                Sentence("the photograph {hash}", {"hash": photo[:16]}),
                Sentence("another file"),
                Sentence("Write the stick again."),
                str(path),
            )
        journal.put_photo(data)
        new += 1
    return Brought(chain.place, journal.import_chain(chain), new, missing)


def _photos_of(chain: ActChain) -> list[str]:
    return list(dict.fromkeys(act.what.photo for act in chain.acts if isinstance(act.what, Pictured)))
