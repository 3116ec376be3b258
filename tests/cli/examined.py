"""A desk at which officers examine: a signed definition, their key files, and draws of stations or electors."""

import hashlib
import re
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import msgspec
from tests.audit.boxes import BOARD, BOARD_KEY, rules_of, seed_for

from urna.audit.examination import Examination, Subject, check_examination
from urna.audit.examination_words import FIGURES, sentence_of
from urna.audit.manifest import BallotManifest, Bound, Counted, make_manifest
from urna.audit.rounds import draw_round
from urna.audit.seed import Unit
from urna.cli.main import main
from urna.crypto.kdf import Cost
from urna.crypto.keyfile import seal_key
from urna.crypto.signatures import SigningKey
from urna.election.definition import Definition, Election, NamedKey
from urna.election.signing import officers_of
from urna.encoding.canonical import encode
from urna.encoding.document import open_document, sign_document
from urna.log.note import NoteSigner

WORDS = "correct horse battery"
SEEDS = tuple(hashlib.sha256(f"examiner {number}".encode()).digest() for number in range(3))
OFFICERS = tuple(NoteSigner(f"council.example/officer-{number}", SigningKey(seed)) for number, seed in enumerate(SEEDS))
NAMES = tuple(each.name for each in OFFICERS)


def unspoken(subject: Subject) -> list[str]:
    """Texts with words in them that no reader has in another language."""
    return [
        text
        for text in (subject.subject, subject.expected, subject.found)
        if sentence_of(text).template == "{text}" and re.search("[a-z]{2} |^[a-z]{4,}$", text)
    ]


class Desk(NamedTuple):
    """Where it lies, and the election."""

    folder: Path
    election: Election

    @property
    def note(self) -> Path:
        """The signed definition."""
        return self.folder / "definition.note"

    def common(self, serial: int, officers: Sequence[int] = (0, 1)) -> list[object]:
        """What every examination is told."""
        people = ["--place", "Liceo", "--present", "Ana Rojas", "--present", "Luis Paz"]
        keys = [word for number in officers for word in ("--officer", self.folder / f"officer-{number}.key")]
        words = [word for _ in officers for word in ("--passphrase-file", self.folder / "words")]
        return ["--serial", serial, *people, *keys, *words, "--yes"]

    def run(self, *command: object, serial: int = 1, officers: Sequence[int] = (0, 1)) -> int:
        """`urna audit …` with two officers' keys; the exit code."""
        return main([str(each) for each in ("audit", *command, *self.common(serial, officers))])

    def opened(self, name: str = "out.note") -> Examination:
        """An examination that enough officers signed, and that keeps its own rules."""
        authority = self.election.definition.authority
        data = (self.folder / name).read_bytes()
        found = open_document(data, Examination, officers_of(authority), authority.threshold)
        check_examination(found)
        assert [text for each in found.subjects for text in unspoken(each)] == []
        assert {each.name for each in found.figures} | {each.name for each in found.bounds} <= FIGURES.keys()
        return found

    def results(self, name: str = "out.note") -> dict[str, str]:
        """By subject what was found of it."""
        return {each.subject: each.result.value for each in self.opened(name).subjects}

    def draw(self, size: int, unit: Unit = Unit.CONTAINER, name: str = "round-1.json") -> tuple[str, ...]:
        """Draws stations, or electors by position, from the definition's numbers; what was drawn."""
        manifest = self.manifest()
        population = manifest.size if unit is Unit.PAPER else len(manifest.containers)
        rules = rules_of(manifest, audit="SAMPLE-1", unit=unit, population=population, sizes=(size,))
        drawn = draw_round(rules, seed_for(rules), manifest)
        board = [NoteSigner(BOARD[0].key_name, BOARD_KEY)]
        data = sign_document(drawn, board) if name.endswith(".note") else encode(drawn)
        (self.folder / name).write_bytes(data)
        return drawn.to_fetch

    def manifest(self) -> BallotManifest:
        """Stations as containers, electors as papers."""
        stations = self.election.definition.stations
        counted = [Counted(each.code, each.centre, each.electors) for each in stations]
        bounds = {each.code: each.electors for each in stations}
        return make_manifest(self.election.identity, counted, bounds, Bound.REGISTERED, sum(bounds.values()))


def with_officers(definition: Definition) -> Definition:
    """The definition with officers who sit at this desk; two of three sign."""
    named = tuple(
        NamedKey(name=f"Officer {number}", key_name=each.name, key=each.verifier.public_hex)
        for number, each in enumerate(OFFICERS)
    )
    authority = msgspec.structs.replace(definition.authority, officers=named, threshold=2)
    return msgspec.structs.replace(definition, authority=authority)


def set_up(
    folder: Path,
    definition: Definition,
    *,
    document: bytes = b"",
    seeds: Sequence[bytes] = SEEDS,
    names: Sequence[str] = NAMES,
) -> Desk:
    """A desk in a folder; `document`, where the definition is signed already by officers with these seeds."""
    (folder / "definition.note").write_bytes(document or sign_document(definition, OFFICERS[:2]))
    (folder / "words").write_text(f"{WORDS}\n")
    for number, (seed, name) in enumerate(zip(seeds, names, strict=True)):
        one = bytes([number])
        data = seal_key(name, seed, WORDS, salt=one * 16, nonce=one * 12, cost=Cost.TOY)
        (folder / f"officer-{number}.key").write_bytes(data)
    return Desk(folder, Election(definition))
