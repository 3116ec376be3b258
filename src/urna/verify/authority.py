"""Checks 4 and 5: what the authority signed besides the definition: station keys, the roll, decisions, withdrawals."""

from collections.abc import Iterator
from typing import NamedTuple, Protocol, TypeVar

from urna.election.certification import (
    Certification,
    Revocation,
    RollCommitment,
    RollCommitments,
    StationDecision,
    StationKeys,
)
from urna.election.definition import Election
from urna.encoding.canonical import Code, Count, Hash
from urna.encoding.document import open_document
from urna.errors import UrnaError
from urna.record.keys import Keyring, officer_verifiers
from urna.record.layout import ROLL, Kind
from urna.record.withdrawal import Withdrawal
from urna.verify.folder import Folder
from urna.verify.report import Check, Notebook, in_a_sentence
from urna.words import Sentence


class Authorized(NamedTuple):
    """What the authority's documents say, as far as they verify."""

    keyring: Keyring
    certified_in: dict[Code, str]
    """The path of the certification that holds the keys which speak for a station."""
    roll: dict[Code, RollCommitment]
    decisions: dict[str, StationDecision]
    """By path."""
    withdrawals: dict[str, Withdrawal]
    """By path, in the order of their serials."""


class Inquiry(NamedTuple):
    """A record under verification: its files, its election, and where findings are written down."""

    folder: Folder
    election: Election
    notebook: Notebook


class _Numbered(Protocol):
    @property
    def election(self) -> Hash: ...

    @property
    def serial(self) -> Count: ...


N = TypeVar("N", bound=_Numbered)


def check_authority(inquiry: Inquiry) -> Authorized:
    """Reads the authority's documents.

    1. Certifications and revocations, each signed by enough officers, with serials that leave no gap.
    2. One set of keys for each station that sent anything, and no key twice.
    3. The roll's commitments: each station once, with the definition's electors.
    4. Decisions on stations, and candidates' withdrawals.
    """
    certified = _read_all(inquiry, Kind.CERTIFICATION, Certification, Check.STATION_KEYS)
    revoked = _read_all(inquiry, Kind.REVOCATION, Revocation, Check.STATION_KEYS)
    keyring = Keyring(certified.values(), revoked.values())
    _check_keys(inquiry, certified, keyring)
    _check_revocations(revoked, certified, inquiry.notebook)
    counts: dict[str, str | int] = {"certified": len(keyring.stations()), "revoked": len(revoked)}
    inquiry.notebook.checked(
        Check.STATION_KEYS, detail=Sentence("stations: {certified}, revocations: {revoked}", counts)
    )
    roll = _check_roll(inquiry)
    decisions = _read_all(inquiry, Kind.DECISION, StationDecision, Check.STATIONS_ONCE)
    withdrawals = _read_all(inquiry, Kind.WITHDRAWAL, Withdrawal, Check.ELECTED)
    certified_in = {
        keys.station: path
        for path, certification in certified.items()
        for keys in certification.stations
        if keyring.of(keys.station) == keys
    }
    return Authorized(keyring, certified_in, roll, decisions, _of_candidates(inquiry, withdrawals))


def _read_all(inquiry: Inquiry, kind: Kind, record: type[N], check: Check) -> dict[str, N]:
    """The documents of a kind that verify, by path, in the order of their serials."""
    folder, election, notebook = inquiry
    authority = election.definition.authority
    officers = officer_verifiers(authority.officers)
    found: dict[str, N] = {}
    for place, (number, path) in enumerate(folder.numbered(kind), start=1):
        try:
            document = open_document(folder.read(path), record, officers, authority.threshold, path)
        except UrnaError as error:
            notebook.find(check, in_a_sentence(error), file=path)
            continue
        if document.election != election.identity:
            notebook.find(check, another_election(path), file=path)
            continue
        if not document.serial == number == place:
            values: dict[str, str | int] = {"file": path, "left": document.serial, "right": place}
            notebook.find(check, Sentence("{file} has serial {left}, expected {right}.", values), file=path)
        found[path] = document
    return found


def _of_candidates(inquiry: Inquiry, withdrawals: dict[str, Withdrawal]) -> dict[str, Withdrawal]:
    """The withdrawals of people who are candidates."""
    found = {}
    for path, withdrawal in withdrawals.items():
        if withdrawal.candidate not in inquiry.election.candidates:
            values: dict[str, str | int] = {"file": path, "candidate": withdrawal.candidate}
            sentence = Sentence("{file} names {candidate}, who is not a candidate.", values)
            inquiry.notebook.find(Check.ELECTED, sentence, file=path)
        else:
            found[path] = withdrawal
    return found


def another_election(path: str) -> Sentence:
    """The sentence for a document of another election."""
    return Sentence("{file} belongs to another election.", {"file": path})


def _check_keys(inquiry: Inquiry, certified: dict[str, Certification], keyring: Keyring) -> None:
    folder, election, notebook = inquiry
    authority = election.definition.authority
    named = (*authority.officers, authority.log, *authority.witnesses)
    owners: dict[str, str] = {each.key: each.key_name for each in named}
    for path, certification in certified.items():
        for keys in certification.stations:
            for sentence in _mistakes_of(keys, election, owners):
                notebook.find(Check.STATION_KEYS, sentence, file=path, station=keys.station)
    for station in folder.stations:
        standing = len(keyring.standing(station))
        if standing > 1 or (not standing and station in election.stations and not keyring.revoked(station)):
            values: dict[str, str | int] = {"station": station, "left": standing, "right": 1}
            sentence = Sentence("Station {station} has {left} sets of certified keys, expected {right}.", values)
            notebook.find(Check.STATION_KEYS, sentence, station=station)


def _mistakes_of(keys: StationKeys, election: Election, owners: dict[str, str]) -> Iterator[Sentence]:
    """What is wrong with one station's keys; remembers whose each key is."""
    station = election.stations.get(keys.station)
    if station is None:
        yield unknown_station(keys.station)
        return
    if len(keys.booths) != station.booths:
        values: dict[str, str | int] = {"station": keys.station, "left": len(keys.booths), "right": station.booths}
        yield Sentence("Station {station} has keys for {left} booths, and {right} booths.", values)
    for key in (keys.poll_book, *keys.booths, keys.closing):
        if key in owners:
            values = {"station": keys.station, "other": owners[key], "key": key[:16]}
            yield Sentence("Station {station} is certified with the key {key}…, which is {other}'s already.", values)
        owners[key] = keys.station


def _check_revocations(revoked: dict[str, Revocation], certified: dict[str, Certification], notebook: Notebook) -> None:
    listed: dict[Code, list[StationKeys]] = {}
    for each in certified.values():
        for keys in each.stations:
            listed.setdefault(keys.station, []).append(keys)
    for path, revocation in revoked.items():
        if revocation.keys.station != revocation.station or revocation.keys not in listed.get(revocation.station, []):
            values: dict[str, str | int] = {"file": path, "station": revocation.station}
            sentence = Sentence("{file} revokes keys that station {station} was never certified with.", values)
            notebook.find(Check.STATION_KEYS, sentence, file=path, station=revocation.station)


def _check_roll(inquiry: Inquiry) -> dict[Code, RollCommitment]:
    folder, election, notebook = inquiry
    if not folder.has(ROLL):
        return {}
    authority = election.definition.authority
    officers = officer_verifiers(authority.officers)
    try:
        roll = open_document(folder.read(ROLL), RollCommitments, officers, authority.threshold, ROLL)
    except UrnaError as error:
        notebook.find(Check.ROLL, in_a_sentence(error), file=ROLL)
        notebook.checked(Check.ROLL)
        return {}
    if roll.election != election.identity:
        notebook.find(Check.ROLL, another_election(ROLL), file=ROLL)
    for station, sentence in _mistakes_of_roll(roll, election):
        notebook.find(Check.ROLL, sentence, file=ROLL, station=station)
    electors = sum(each.electors for each in roll.stations)
    values: dict[str, str | int] = {"stations": len(roll.stations), "electors": electors}
    notebook.checked(Check.ROLL, detail=Sentence("stations: {stations}, electors: {electors}", values))
    return {each.station: each for each in roll.stations}


def _mistakes_of_roll(roll: RollCommitments, election: Election) -> Iterator[tuple[Code, Sentence]]:
    listed = [each.station for each in roll.stations]
    for station in dict.fromkeys(listed):
        if station not in election.stations:
            yield station, unknown_station(station)
    if listed != list(election.stations):
        values: dict[str, str | int] = {"left": len(listed), "right": len(election.stations)}
        yield (
            "",
            Sentence(
                "The roll commits {left} stations; it must be the {right} of the definition, in its order.", values
            ),
        )
    for each in roll.stations:
        electors = election.stations[each.station].electors if each.station in election.stations else each.electors
        if each.electors != electors:
            values = {"station": each.station, "left": each.electors, "right": electors}
            yield (
                each.station,
                Sentence("Station {station}: {left} electors on the roll, {right} in the definition.", values),
            )


def unknown_station(station: Code) -> Sentence:
    """The sentence for a station that the definition does not have."""
    return Sentence("Station {station} is not in the definition.", {"station": station})
