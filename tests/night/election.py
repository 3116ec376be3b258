"""The election of a night: stations that an exact random generator votes at, their papers, and the keys of everybody.

By counts: what a poll book and a booth sign is real, and no ballot passes a booth. Or with guardians: then each station
hands in as many encrypted ballots as its row counts (`bench/quick_stations`). The truth is kept as rows of numbers,
which nothing of urna has added up.
"""

import random
from functools import partial
from pathlib import Path
from typing import NamedTuple

from bench.quick_stations import (
    THRESHOLD,
    guardian_keys,
    guardian_papers,
    papers_of,
    quick_station,
    with_ballots_of,
)

from urna.cli.machines import memory_booth
from urna.compute.processes import over_processes
from urna.crypto.kdf import Cost
from urna.crypto.kernels.engine import warm
from urna.crypto.keyfile import NONCE_BYTES, SALT_BYTES, seal_key
from urna.election.certification import RollCommitment, RollCommitments
from urna.encoding.canonical import Code, encode
from urna.encoding.document import sign_document
from urna.record.layout import DEFINITION
from urna.rehearsal.counts import StationDocuments, certify_all, rehearse_station
from urna.rehearsal.election import RehearsalKeys, rehearsed_election
from urna.rehearsal.mapping import ContestColumns, OptionColumn, StationColumns, TableMapping, TerritoryColumn
from urna.rehearsal.run import Rehearsal, StationTask, signed_definition
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
    def is_encrypted(self) -> bool:
        """Whether stations send encrypted ballots."""
        return self.rehearsal.guardians is not None

    @property
    def counts(self) -> dict[Code, StationCounts]:
        """The truth: what was voted, by station."""
        return self.rehearsal.counts

    def parcel(self, station: Code) -> bytes:
        """What the station sends."""
        return packed(self.rehearsal.election.identity, station, files_of(self.documents[station]))


def files_of(documents: StationDocuments) -> dict[str, bytes]:
    """The files of a parcel, named as in the record."""
    bundle = documents.bundle
    files = {f"zero-{booth}.note": each for booth, each in enumerate(documents.zero_reports, 1)}
    files |= {f"ballots-{style}.committed": each for style, each in bundle.ciphertexts.items()}
    files |= {"ballots.json": bundle.ballots} if bundle.ballots is not None else {}
    files |= {"opened.json": bundle.opened} if bundle.opened is not None else {}
    return {**files, "sheet-0.note": bundle.sheet}


def packed(identity: str, station: Code, files: dict[str, bytes]) -> bytes:
    """The bytes of a parcel."""
    return encode(Parcel(election=identity, station=station, files=files))


def night_of(stations: int, *, encrypted: bool = False) -> Night:
    """An election of so many stations, each closed and signed; the same at every call.

    Args:
        stations: how many.
        encrypted: whether it has guardians, and some twenty encrypted ballots a station.
    """
    keys = RehearsalKeys(SEED)
    most = 3 if encrypted else 12
    table = Table(OPTIONS, tuple(_row(number, most) for number in range(stations)), (), stations)
    rehearsed = rehearsed_election(table, _mapping(keys if encrypted else None), keys)
    guardians = guardian_papers(rehearsed.election, keys) if encrypted else None
    rehearsal = Rehearsal(rehearsed, SEED, booths=memory_booth if encrypted else None, guardians=guardians)
    tasks = rehearsal.tasks()
    commitments = {task.station: rehearsal.commit(task) for task in tasks}
    officers = keys.officers[: rehearsal.election.definition.authority.threshold]
    roll = RollCommitments(election=rehearsal.election.identity, stations=tuple(commitments.values()))
    close = partial(_close, rehearsal)
    each = [(task, commitments[task.station]) for task in tasks]
    if encrypted:
        warm()
    documents = dict(zip(commitments, over_processes(close, each, worth_it=40, chunk=4), strict=True))
    certification = certify_all(rehearsal.election, keys)
    return Night(rehearsal, certification, sign_document(roll, officers), commitments, documents)


def other_documents(night: Night, station: Code, row: StationCounts, keys: RehearsalKeys) -> StationDocuments:
    """The documents of a station as if this row had been voted there, signed with these keys; with its own ballots."""
    election = night.rehearsal.election
    other = rehearse_station(election, keys, station, row, night.commitments[station])
    if not night.is_encrypted:
        return other
    return with_ballots_of(night.documents[station], other, keys.station(election, station, "booth-1"))


def _close(rehearsal: Rehearsal, one: tuple[StationTask, RollCommitment]) -> StationDocuments:
    return quick_station(rehearsal, *one) if rehearsal.guardians is not None else rehearsal.documents(*one)


def write_papers(night: Night, folder: Path) -> None:
    """What officers, log and witnesses hold: signed papers, key files, and the officers' keys for verifiers."""
    papers = folder / "papers"
    papers.mkdir(parents=True)
    election, keys = night.rehearsal.election, night.keys
    (folder / DEFINITION).write_bytes(signed_definition(election, keys))
    (papers / "certification.note").write_bytes(night.certification)
    (papers / "roll.note").write_bytes(night.roll)
    guardians = night.rehearsal.guardians
    for name, data in papers_of(guardians).items() if guardians is not None else ():
        (papers / name).write_bytes(data)
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


def _row(number: int, most: int) -> StationCounts:
    """What was voted at a station: any numbers that add up; `most` for each option, the first may have more."""
    draw = random.Random(f"{SEED}/{number}")
    registered = draw.randint(60, 140)
    votes = tuple(draw.randint(0, most if option else most * 5 // 3) for option in range(len(OPTIONS)))
    votes = votes if sum(votes) else (1, *votes[1:])
    nulls = draw.randint(0, 5)
    ballots = sum(votes) + nulls
    centre = number // CENTRE
    places = (f"Estado {centre % STATES}", f"Municipio {centre // STATES % TOWNS}", f"Escuela {centre}")
    name = f"Mesa {number % CENTRE + 1}"
    return StationCounts(number + 1, places, name, max(registered, ballots), ballots, votes, nulls)


def _mapping(guarded: RehearsalKeys | None) -> TableMapping:
    """With guardians, if their keys are given."""
    levels = (("STATE", "estado"), ("MUNICIPALITY", "municipio"), ("CENTRE", "centro"))
    return TableMapping(
        title={"es": "Ensayo de una noche", "en": "Rehearsal of a night"},
        code="NIGHT",
        day="2020-12-06",
        territory=tuple(TerritoryColumn(kind=kind, column=column) for kind, column in levels),
        station=StationColumns(columns=("mesa",), registered="electores", ballots="votos", valid="v", nulls="n"),
        contest=ContestColumns(code="PRES", title={"es": "Presidencia", "en": "President"}, option=OPTIONS),
        guardian_threshold=THRESHOLD if guarded else 0,
        guardian=guardian_keys(guarded) if guarded else (),
    )
