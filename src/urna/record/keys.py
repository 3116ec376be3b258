"""Whose keys count: the certified ones that are not revoked, station by station."""

from collections.abc import Iterable

from urna.election.certification import Certification, Revocation, StationKeys
from urna.election.definition import Election, NamedKey
from urna.encoding.canonical import Code
from urna.log.cosignature import WitnessVerifier
from urna.log.note import NoteVerifier


class Keyring:
    """The keys of all stations after some certifications and revocations.

    A revoked set of keys counts for nothing, whatever it signed and whenever. Where two sets of one station
    are certified and not revoked, neither counts: nobody can say which machine is the station's.
    """

    def __init__(self, certifications: Iterable[Certification], revocations: Iterable[Revocation]) -> None:
        self._revoked: dict[Code, list[StationKeys]] = {}
        self._certified: dict[Code, list[StationKeys]] = {}
        for revocation in revocations:
            self._revoked.setdefault(revocation.station, []).append(revocation.keys)
        for certification in certifications:
            for keys in certification.stations:
                self._certified.setdefault(keys.station, []).append(keys)

    def standing(self, station: Code) -> list[StationKeys]:
        """The sets of keys that are certified and not revoked: exactly one, if all is well."""
        revoked = self._revoked.get(station, [])
        return [keys for keys in self._certified.get(station, []) if keys not in revoked]

    def revoked(self, station: Code) -> list[StationKeys]:
        """The sets of keys of a station that are revoked."""
        return list(self._revoked.get(station, []))

    def of(self, station: Code) -> StationKeys | None:
        """The keys that speak for a station; None if there are none, or more than one set."""
        standing = self.standing(station)
        return standing[0] if len(standing) == 1 else None

    def stations(self) -> set[Code]:
        """Every station that is named in a certification."""
        return set(self._certified)


def booth_verifiers(election: Election, keys: StationKeys) -> list[NoteVerifier]:
    """The booths' keys under their names, booth 1 first."""
    return [
        NoteVerifier(election.key_name(keys.station, f"booth-{number}"), key)
        for number, key in enumerate(keys.booths, start=1)
    ]


def poll_book_verifier(election: Election, keys: StationKeys) -> NoteVerifier:
    """The poll book's key under its name."""
    return NoteVerifier(election.key_name(keys.station, "poll-book"), keys.poll_book)


def officer_verifiers(officers: Iterable[NamedKey]) -> list[NoteVerifier]:
    """The officers' keys under their names."""
    return [NoteVerifier(officer.key_name, officer.key) for officer in officers]


def log_verifier(election: Election) -> NoteVerifier:
    """The key of the centre's log, which signs checkpoints, results and incidents."""
    log = election.definition.authority.log
    return NoteVerifier(log.key_name, log.key)


def witness_verifiers(election: Election) -> tuple[WitnessVerifier, ...]:
    """The witnesses' keys under their names."""
    return tuple(WitnessVerifier(one.key_name, one.key) for one in election.definition.authority.witnesses)
