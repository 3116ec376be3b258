"""What the authority signs, k of n: the definition, the certification of stations' keys, and their revocation.

    sign_first, join_signature   one officer after another signs the same text, each on a machine of their own
    open_definition              the election of a definition that enough of its own officers signed
    open_certification           keys that enough officers certified for this election
    trusted_keys                 which keys speak for which station, after revocations

The officers' keys stand in the definition itself; who compares them with keys known from elsewhere (the
verifier's `--authority`) knows whose election it is, and who does not knows only that it agrees with itself.
"""

from collections.abc import Iterable, Sequence
from typing import TypeVar

import msgspec

from urna.election.certification import Certification, Revocation, StationKeys
from urna.election.check import valid_election
from urna.election.definition import Authority, Definition, Election, NamedKey
from urna.encoding.canonical import Code, digest, encode
from urna.encoding.document import open_document, read_document, sign_document
from urna.errors import OutOfOrder, Unproven
from urna.log.note import NoteSigner, NoteVerifier, open_note, parse_note
from urna.words import Sentence

R = TypeVar("R", Certification, Revocation)


def officers_of(authority: Authority) -> list[NoteVerifier]:
    """The officers' keys under their names in notes, in the definition's order."""
    return [NoteVerifier(officer.key_name, officer.key) for officer in authority.officers]


def require_officer(authority: Authority, signer: NoteSigner, where: str = "") -> NamedKey:
    """The officer whose key this is.

    Raises:
        Unproven: it is no officer's.
    """
    for officer in authority.officers:
        if (officer.key_name, officer.key) == (signer.name, signer.verifier.public_hex):
            return officer
    raise Unproven(
        Sentence("the key of one of {count} officers", {"count": len(authority.officers)}),
        Sentence("the key {vkey}", {"vkey": signer.verifier.vkey()}),
        Sentence("Put it under [[authority.officer]] in election.toml, or sign with an officer's key."),
        where,
    )


def sign_first(record: msgspec.Struct, authority: Authority, signer: NoteSigner) -> bytes:
    """The document with its first officer's signature.

    Raises:
        Unproven: the key is no officer's.
    """
    require_officer(authority, signer)
    return sign_document(record, [signer])


def join_signature(
    document: bytes, record: msgspec.Struct, authority: Authority, signer: NoteSigner, where: str = ""
) -> bytes:
    """The document with one more officer's signature under the same text.

    Args:
        document: as the officers before signed it.
        record: what this officer has read and means to sign.
        authority: names the officers.
        signer: the officer's key.
        where: the file to name in an error.

    Raises:
        Malformed: not a document.
        Unproven: its text is another one, or the key is no officer's.
        OutOfOrder: this officer has signed it already.
    """
    require_officer(authority, signer, where)
    note = parse_note(document, where)
    if note.text.encode() != encode(record) + b"\n":
        raise Unproven(
            Sentence("the text with the hash {hash}", {"hash": digest(encode(record))}),
            Sentence("the hash {hash}", {"hash": digest(note.text[:-1].encode())}),
            Sentence("Do not sign: the others signed something else. Compare what you have with them."),
            where,
        )
    signature = signer.sign(note.text.encode())
    if any((known.name, known.key_id) == (signature.name, signature.key_id) for known in note.signatures):
        raise OutOfOrder(
            Sentence("a document that {name} has not signed", {"name": signer.name}),
            Sentence("that signature"),
            Sentence("Pass it on to the next officer."),
            where,
        )
    return document + signature.line().encode()


def signed_by(document: bytes, authority: Authority, where: str = "") -> tuple[NamedKey, ...]:
    """The officers whose signatures under a document verify; nobody, if there are none of theirs.

    Raises:
        Malformed: not a document.
        Unproven: an officer's signature that fails.
    """
    note = parse_note(document, where)
    officers = {(key.name, key.key_id): key for key in officers_of(authority)}
    if not any((known.name, known.key_id) in officers for known in note.signatures):
        return ()
    _, verified = open_note(document, list(officers.values()), where)
    names = {(key.name, key.public_hex) for key in verified}
    return tuple(officer for officer in authority.officers if (officer.key_name, officer.key) in names)


def open_definition(data: bytes, where: str = "definition.note") -> Election:
    """The election of a definition that enough of the officers it names signed, and that breaks no rule.

    Raises:
        Malformed: not a definition.
        Findings: it breaks a rule.
        Unproven: too few officers signed, or a signature fails.
    """
    definition = read_document(data, Definition, where)
    election = valid_election(definition, where)
    authority = definition.authority
    open_document(data, Definition, officers_of(authority), authority.threshold, where)
    return election


def open_certification(data: bytes, election: Election, where: str = "") -> Certification:
    """A certification of this election that enough officers signed.

    Raises:
        Malformed: not a certification.
        Unproven: of another election, too few officers, or a signature that fails.
    """
    return _open(data, Certification, election, where)


def open_revocation(data: bytes, election: Election, where: str = "") -> Revocation:
    """A revocation of this election that enough officers signed; errors as for a certification."""
    return _open(data, Revocation, election, where)


def _open(data: bytes, kind: type[R], election: Election, where: str) -> R:
    authority = election.definition.authority
    record = open_document(data, kind, officers_of(authority), authority.threshold, where)
    if record.election != election.identity:
        raise _of_another_election(election, record.election, where)
    return record


def check_station_keys(election: Election, keys: Sequence[StationKeys], where: str = "") -> None:
    """Returns if these can be certified together: known stations, each once, as many booths, no key twice.

    Raises:
        Unproven: they cannot.
    """
    seen: dict[str, Code] = {}
    for each in keys:
        _check_station(election, each, where)
        for key in (each.poll_book, *each.booths, each.closing):
            if key in seen:
                raise Unproven(
                    Sentence("each key once"),
                    Sentence(
                        "the key {key} at {first} and {again}", {"key": key, "first": seen[key], "again": each.station}
                    ),
                    Sentence("Make new keys for one of them: a key that two hold speaks for neither."),
                    where or each.station,
                )
            seen[key] = each.station


def trusted_keys(
    election: Election, certifications: Iterable[Certification], revocations: Iterable[Revocation] = ()
) -> dict[Code, StationKeys]:
    """The keys that speak for each station: certified once, and not revoked, whatever they signed and whenever.

    1. All documents are of this election, and what was revoked had been certified.
    2. Take away the revoked keys.
    3. No station has two sets of keys left, and no key is left in two hands.

    Args:
        election: whose stations they are.
        certifications: verified, in any order.
        revocations: verified, in any order.

    Returns:
        The keys by station; a station without certified keys is not in it.

    Raises:
        Unproven: one of the above does not hold, a station is unknown or has another number of booths.
    """
    certified, revoked = list(certifications), list(revocations)
    documents: list[Certification | Revocation] = [*certified, *revoked]
    for document in documents:
        if document.election != election.identity:
            raise _of_another_election(election, document.election, "")
    listed = [keys for certification in certified for keys in certification.stations]
    for revocation in revoked:
        _check_revocation(revocation, listed)
    gone = {key for revocation in revoked for key in _signing_keys(revocation.keys)}
    standing = [keys for keys in listed if not gone & _signing_keys(keys)]
    trusted: dict[Code, StationKeys] = {}
    for keys in standing:
        if keys.station in trusted:
            raise Unproven(
                Sentence("one certified set of keys for each station"),
                Sentence("two for {station}", {"station": keys.station}),
                Sentence("Revoke the one that is not in use."),
                keys.station,
            )
        trusted[keys.station] = keys
    check_station_keys(election, standing)
    return trusted


def _signing_keys(keys: StationKeys) -> set[str]:
    """The keys that a thief could sign with; each of them is revoked, in whatever set it comes again."""
    return {keys.poll_book, *keys.booths, keys.closing}


def _check_revocation(revocation: Revocation, listed: Sequence[StationKeys]) -> None:
    if revocation.station != revocation.keys.station or revocation.keys not in listed:
        raise Unproven(
            Sentence("a revocation of keys that were certified for the station"),
            Sentence("others, for {station}", {"station": revocation.station}),
            Sentence("Copy the keys from the certification that they stand in."),
            revocation.station,
        )


def _check_station(election: Election, keys: StationKeys, where: str) -> None:
    station = election.stations.get(keys.station)
    if station is None:
        raise Unproven(
            Sentence("keys of a station of this election"),
            Sentence("the station {station}", {"station": keys.station}),
            Sentence("Check that the keys belong to this election."),
            where or keys.station,
        )
    if len(keys.booths) != station.booths:
        raise Unproven(
            Sentence("keys of {count} booths at {station}", {"count": station.booths, "station": keys.station}),
            Sentence("keys of {count}", {"count": len(keys.booths)}),
            Sentence("Prepare the station again with the right number of booths."),
            where or keys.station,
        )


def _of_another_election(election: Election, found: str, where: str) -> Unproven:
    return Unproven(
        Sentence("a document of the election {identity}", {"identity": election.identity[:16]}),
        Sentence("one of the election {identity}", {"identity": found[:16]}),
        Sentence("Check which election this file belongs to."),
        where,
    )
