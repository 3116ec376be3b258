"""The election that a results table describes: its definition, and keys derived from a seed.

Keys that follow from a seed protect nothing: they make a rehearsal repeatable, and its definition says
"rehearsal" in its signed text, so nothing made with them can pass for an election.
"""

import hashlib
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from urna.crypto.sealing import SealingKey
from urna.crypto.signatures import SigningKey
from urna.election.certification import StationKeys
from urna.election.check import valid_election
from urna.election.definition import (
    Authority,
    BallotStyle,
    Candidate,
    Choice,
    Contest,
    ContestKind,
    Definition,
    Election,
    NamedKey,
    Option,
    Rules,
    SeatRule,
    Station,
    StyleElectors,
    Territory,
)
from urna.encoding.canonical import Code, decode, encode
from urna.log.note import NoteSigner
from urna.rehearsal.mapping import OptionColumn, TableMapping
from urna.rehearsal.table import StationCounts, Table

STYLE = "ALL"
OFFICERS = 3
THRESHOLD = 2
WITNESSES = 2


class RehearsalKeys:
    """Every key of a rehearsal, by role, each SHA-256 of the seed and its role's name."""

    def __init__(self, seed: str) -> None:
        self._seed = seed
        self.officers = tuple(self.signer(f"urna/rehearsal/officer-{n}") for n in range(1, OFFICERS + 1))
        self.log = self.signer("urna/rehearsal/log")
        self.witnesses = tuple(self.signer(f"urna/rehearsal/witness-{n}") for n in range(1, WITNESSES + 1))

    def secret(self, role: str) -> bytes:
        """32 bytes that follow from the seed and the role."""
        return hashlib.sha256(f"urna/rehearsal/1\n{self._seed}\n{role}".encode()).digest()

    def signer(self, name: str) -> NoteSigner:
        """The signer under this key name."""
        return NoteSigner(name, self.signing_key(name))

    def signing_key(self, name: str) -> SigningKey:
        """The private key under this name."""
        return SigningKey(self.secret(name))

    def station(self, election: Election, station: Code, role: str) -> NoteSigner:
        """The signer of a station's part, under the name that the election gives it."""
        return NoteSigner(election.key_name(station, role), SigningKey(self.secret(f"{station}/{role}")))

    def closing(self, station: Code) -> SealingKey:
        """The station's closing key."""
        return SealingKey(self.secret(f"{station}/closing"))

    def station_keys(self, election: Election, station: Code) -> StationKeys:
        """The public keys of a station with one booth."""
        return StationKeys(
            station=station,
            poll_book=self.station(election, station, "poll-book").verifier.public_hex,
            booths=(self.station(election, station, "booth-1").verifier.public_hex,),
            closing=self.closing(station).public_hex,
        )

    def authority(self, guardians: Sequence[NamedKey] = (), guardian_threshold: int = 0) -> Authority:
        """The authority of a rehearsal: any two of three officers, and the guardians that it is given."""
        return Authority(
            name="Rehearsal authority",
            officers=_named("Officer", self.officers),
            threshold=THRESHOLD,
            log=NamedKey(name="Rehearsal log", key_name=self.log.name, key=self.log.verifier.public_hex),
            witnesses=_named("Witness", self.witnesses),
            witness_quorum=WITNESSES,
            guardians=tuple(guardians),
            guardian_threshold=guardian_threshold,
        )


class RehearsedElection(NamedTuple):
    """An election and, per station code, the row of the table that it will reproduce."""

    election: Election
    counts: dict[Code, StationCounts]


def rehearsed_election(
    table: Table, mapping: TableMapping, keys: RehearsalKeys, secrecy_threshold: int = 1
) -> RehearsedElection:
    """The election of a table: a tree of its territories, one contest, one station per good row.

    Args:
        table: read rows; those with findings are not in it.
        mapping: titles, kinds of territories, the day.
        keys: the rehearsal's keys.
        secrecy_threshold: 1 by default, since the table is public already.

    Raises:
        Malformed: the table or the mapping describes no election that urna could hold.
    """
    tree = _Tree(mapping)
    stations, counts = [], {}
    for row in table.stations:
        centre = tree.place(row.places)
        code = tree.next_station(centre)
        stations.append(_station(code, centre, row))
        counts[code] = row
    definition = Definition(
        code=mapping.code,
        title=mapping.title,
        purpose="rehearsal",
        opens_at=f"{mapping.day}T10:00:00Z",
        closes_at=f"{mapping.day}T22:00:00Z",
        authority=keys.authority(mapping.guardian, mapping.guardian_threshold),
        rules=Rules(
            secrecy_threshold=secrecy_threshold, languages=tuple(mapping.title), receipts=bool(mapping.guardian)
        ),
        territories=tuple(tree.territories),
        parties=(),
        candidates=tuple(Candidate(code=code, name=option.name) for code, option in _named_options(table)),
        contests=(_contest(table, mapping),),
        styles=(BallotStyle(code=STYLE, contests=(mapping.contest.code,)),),
        stations=tuple(stations),
    )
    # Read back as any verifier will read it: names come from the table, and it may say anything.
    return RehearsedElection(valid_election(decode(encode(definition), Definition), mapping.code), counts)


class _Tree:
    """Territories numbered in the order in which the table first names them: 01, then 01-03, then 01-03-02."""

    def __init__(self, mapping: TableMapping) -> None:
        self.territories = [Territory(code="ALL", kind="NATION", name=next(iter(mapping.title.values()), "?"))]
        self._kinds = [level.kind for level in mapping.territory]
        self._codes: dict[tuple[str, ...], Code] = {(): "ALL"}
        self._children: dict[Code, int] = {}

    def place(self, names: tuple[str, ...]) -> Code:
        """The code of the territory with these names from the top, made when it is new."""
        if names not in self._codes:
            parent = self.place(names[:-1])
            code = self._next(parent, "" if parent == "ALL" else f"{parent}-")
            self._codes[names] = code
            kind = self._kinds[len(names) - 1]
            self.territories.append(Territory(code=code, kind=kind, name=_line(names[-1]), parent=parent))
        return self._codes[names]

    def next_station(self, centre: Code) -> Code:
        """The code of the next station of a centre."""
        return self._next(centre, f"{centre}.")

    def _next(self, parent: Code, prefix: str) -> Code:
        self._children[parent] = number = self._children.get(parent, 0) + 1
        return f"{prefix}{number:02}"


def _line(name: str) -> str:
    """A name on one line, at most 200 characters: tables carry stray breaks, tabs and control characters."""
    printable = "".join(sign if sign.isprintable() else " " for sign in name)
    return " ".join(printable.split())[:200].strip() or "?"


def _station(code: Code, centre: Code, row: StationCounts) -> Station:
    electors = (StyleElectors(style=STYLE, electors=row.registered),)
    return Station(code=code, name=_line(f"{row.places[-1]} {row.name}"), centre=centre, styles=electors)


def _named_options(table: Table) -> list[tuple[Code, OptionColumn]]:
    return [(f"O{number:02}", option) for number, option in enumerate(table.options, 1)]


def _contest(table: Table, mapping: TableMapping) -> Contest:
    named = _named_options(table)
    return Contest(
        code=mapping.contest.code,
        kind=ContestKind.NOMINAL,
        title=mapping.contest.title,
        territory="ALL",
        options=tuple(Option(code=code, name=option.name, choice=code) for code, option in named),
        choices=tuple(Choice(code=code, name=option.name, nominees=(code,)) for code, option in named),
        seat_rule=SeatRule(method="plurality", seats=1),
    )


def _named(title: str, signers: Iterable[NoteSigner]) -> tuple[NamedKey, ...]:
    return tuple(
        NamedKey(name=f"{title} {number}", key_name=signer.name, key=signer.verifier.public_hex)
        for number, signer in enumerate(signers, 1)
    )
