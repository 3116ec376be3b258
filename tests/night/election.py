"""The election of a night: stations that an exact random generator votes at, their papers, and the keys of everybody.

By counts: what a poll book and a booth sign is real, and no ballot passes a booth. The truth is kept as rows of
numbers, which nothing of urna has added up.
"""

import random
from pathlib import Path
from typing import NamedTuple

from urna.crypto.kdf import Cost
from urna.crypto.keyfile import NONCE_BYTES, SALT_BYTES, seal_key
from urna.election.certification import RollCommitment, RollCommitments
from urna.encoding.canonical import Code, encode
from urna.encoding.document import sign_document
from urna.record.layout import DEFINITION
from urna.rehearsal.counts import StationDocuments, certify_all, rehearse_station
from urna.rehearsal.election import RehearsalKeys, rehearsed_election
from urna.rehearsal.mapping import ContestColumns, OptionColumn, StationColumns, TableMapping, TerritoryColumn
from urna.rehearsal.run import Rehearsal, signed_definition
from urna.rehearsal.table import StationCounts, Table
from urna.station.sending import Parcel

SEED = "night"
PASSPHRASE = "maíz barco lluvia siete"  # noqa: S105 - of keys that live as long as a night
OPTIONS = tuple(OptionColumn(column=f"o{n}", name=f"Opción {n}") for n in range(1, 9))
STATES, TOWNS, CENTRE = 8, 5, 3
"""Of the nation, of a state; stations of a centre."""


class Night(NamedTuple):
    """The election, who signs for it, and what each station sends when it closes."""

    rehearsal: Rehearsal
    certification: bytes
    roll: bytes
    commitments: dict[Code, RollCommitment]
    documents: dict[Code, StationDocuments]

    @property
    def keys(self) -> RehearsalKeys:
        """Everybody's."""
        return self.rehearsal.keys

    @property
    def counts(self) -> dict[Code, StationCounts]:
        """The truth: what was voted, by station."""
        return self.rehearsal.counts

    def parcel(self, station: Code) -> bytes:
        """What the station sends."""
        return packed(self.rehearsal.election.identity, station, files_of(self.documents[station]))


def files_of(documents: StationDocuments) -> dict[str, bytes]:
    """The files of a parcel."""
    zero = {f"zero-{booth}.note": each for booth, each in enumerate(documents.zero_reports, 1)}
    return {**zero, "sheet-0.note": documents.bundle.sheet}


def packed(identity: str, station: Code, files: dict[str, bytes]) -> bytes:
    """The bytes of a parcel."""
    return encode(Parcel(election=identity, station=station, files=files))


def night_of(stations: int) -> Night:
    """An election of so many stations, each closed and signed; the same at every call."""
    keys = RehearsalKeys(SEED)
    table = Table(OPTIONS, tuple(_row(number) for number in range(stations)), (), stations)
    rehearsal = Rehearsal(rehearsed_election(table, _mapping(), keys), SEED)
    tasks = rehearsal.tasks()
    commitments = {task.station: rehearsal.commit(task) for task in tasks}
    officers = keys.officers[: rehearsal.election.definition.authority.threshold]
    roll = RollCommitments(election=rehearsal.election.identity, stations=tuple(commitments.values()))
    documents = {task.station: rehearsal.documents(task, commitments[task.station]) for task in tasks}
    certification = certify_all(rehearsal.election, keys)
    return Night(rehearsal, certification, sign_document(roll, officers), commitments, documents)


def other_documents(night: Night, station: Code, row: StationCounts, keys: RehearsalKeys) -> StationDocuments:
    """The documents of a station as if this row had been voted there, signed with these keys."""
    return rehearse_station(night.rehearsal.election, keys, station, row, night.commitments[station])


def write_papers(night: Night, folder: Path) -> None:
    """What officers, log and witnesses hold: signed papers, key files, and the officers' keys for verifiers."""
    papers = folder / "papers"
    papers.mkdir(parents=True)
    election, keys = night.rehearsal.election, night.keys
    (folder / DEFINITION).write_bytes(signed_definition(election, keys))
    (papers / "certification.note").write_bytes(night.certification)
    (papers / "roll.note").write_bytes(night.roll)
    (folder / "words").write_text(PASSPHRASE + "\n")
    for signer in (keys.log, *keys.witnesses):
        data = seal_key(
            signer.name,
            keys.secret(signer.name),
            PASSPHRASE,
            salt=bytes(SALT_BYTES),
            nonce=bytes(NONCE_BYTES),
            cost=Cost.TOY,
        )
        (folder / f"{signer.name.rpartition('/')[2]}.key").write_bytes(data)
    lines = [officer.verifier.vkey() for officer in keys.officers]
    threshold = election.definition.authority.threshold
    (folder / "officers.txt").write_text("\n".join([*lines, f"threshold {threshold}"]) + "\n")


def _row(number: int) -> StationCounts:
    """What was voted at a station: any numbers that add up."""
    draw = random.Random(f"{SEED}/{number}")
    registered = draw.randint(60, 140)
    votes = tuple(draw.randint(0, 12 if option else 20) for option in range(len(OPTIONS)))
    votes = votes if sum(votes) else (1, *votes[1:])
    nulls = draw.randint(0, 5)
    ballots = sum(votes) + nulls
    centre = number // CENTRE
    places = (f"Estado {centre % STATES}", f"Municipio {centre // STATES % TOWNS}", f"Escuela {centre}")
    name = f"Mesa {number % CENTRE + 1}"
    return StationCounts(number + 1, places, name, max(registered, ballots), ballots, votes, nulls)


def _mapping() -> TableMapping:
    levels = (("STATE", "estado"), ("MUNICIPALITY", "municipio"), ("CENTRE", "centro"))
    return TableMapping(
        title={"es": "Ensayo de una noche", "en": "Rehearsal of a night"},
        code="NIGHT",
        day="2020-12-06",
        territory=tuple(TerritoryColumn(kind=kind, column=column) for kind, column in levels),
        station=StationColumns(columns=("mesa",), registered="electores", ballots="votos", valid="v", nulls="n"),
        contest=ContestColumns(code="PRES", title={"es": "Presidencia", "en": "President"}, option=OPTIONS),
    )
