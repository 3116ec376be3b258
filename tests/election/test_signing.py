"""Enough officers sign one text, and a station is believed under the keys that they certified last."""

import msgspec
import pytest
from tests.election.officers import NOW, OFFICERS, definition, election, signer, station_keys

from urna.election.certification import Certification, Revocation, StationKeys
from urna.election.signing import (
    check_station_keys,
    join_signature,
    open_certification,
    open_definition,
    open_revocation,
    sign_first,
    signed_by,
    trusted_keys,
)
from urna.encoding.document import sign_document
from urna.errors import Findings, OutOfOrder, Unproven

ELECTION = election()
AUTHORITY = ELECTION.definition.authority
FIRST, SECOND = "MON-AL-1-1", "MON-VA-1-1"


def certification(*keys: StationKeys, serial: int = 1, of: str = ELECTION.identity) -> Certification:
    """A certification of these keys."""
    return Certification(election=of, serial=serial, issued_at=NOW, stations=keys)


def revocation(keys: StationKeys) -> Revocation:
    """A revocation of these keys: the station was stolen."""
    return Revocation(
        election=ELECTION.identity,
        serial=1,
        issued_at=NOW,
        station=keys.station,
        keys=keys,
        reason="stolen",
        note="from the van",
    )


def test_a_definition_signed_by_enough_officers_opens() -> None:
    """The second officer joins the first one's signature; the identity is the hash of the text."""
    document = sign_first(definition(), AUTHORITY, OFFICERS[0])
    document = join_signature(document, definition(), AUTHORITY, OFFICERS[2])
    assert open_definition(document).identity == ELECTION.identity
    assert [officer.name for officer in signed_by(document, AUTHORITY)] == ["Officer 0", "Officer 2"]


def test_too_few_officers_do_not_make_an_election() -> None:
    """One of two is not enough, and neither is one who signs twice."""
    document = sign_first(definition(), AUTHORITY, OFFICERS[0])
    with pytest.raises(Unproven):
        open_definition(document)
    with pytest.raises(Unproven):
        open_definition(document + document.splitlines(keepends=True)[-1])
    with pytest.raises(OutOfOrder):
        join_signature(document, definition(), AUTHORITY, OFFICERS[0])


def test_an_officer_does_not_sign_another_text() -> None:
    """What the colleague signed differs in one word from what lies here."""
    other = msgspec.structs.replace(definition(), code="AN-2027")
    document = sign_first(other, AUTHORITY, OFFICERS[0])
    with pytest.raises(Unproven, match="Do not sign"):
        join_signature(document, definition(), AUTHORITY, OFFICERS[1])


def test_a_stranger_cannot_sign() -> None:
    """A key that is no officer's is refused before anything is written."""
    with pytest.raises(Unproven):
        sign_first(definition(), AUTHORITY, signer(7))
    assert signed_by(sign_document(definition(), [signer(7)]), AUTHORITY) == ()


def test_a_signed_definition_with_a_mistake_does_not_open() -> None:
    """Signatures do not mend a definition that no election can be held by."""
    bad = msgspec.structs.replace(definition(), closes_at=definition().opens_at)
    with pytest.raises(Findings):
        open_definition(sign_document(bad, OFFICERS))


def test_certified_keys_are_trusted() -> None:
    """Each station's own, from whichever certification."""
    one, two = station_keys(ELECTION, FIRST), station_keys(ELECTION, SECOND)
    trusted = trusted_keys(ELECTION, [certification(one), certification(two, serial=2)])
    assert trusted == {FIRST: one, SECOND: two}


def test_revoked_keys_speak_for_nobody() -> None:
    """The spare is trusted in place of the stolen one; without a spare the station has no keys."""
    stolen, spare = station_keys(ELECTION, FIRST), station_keys(ELECTION, FIRST, "spare")
    before = certification(stolen)
    assert trusted_keys(ELECTION, [before], [revocation(stolen)]) == {}
    after = [before, certification(spare, serial=2)]
    assert trusted_keys(ELECTION, after, [revocation(stolen)]) == {FIRST: spare}


def test_one_revoked_key_in_a_new_set_revokes_the_set() -> None:
    """A spare that kept the stolen poll book's key is the thief's as well."""
    stolen, spare = station_keys(ELECTION, FIRST), station_keys(ELECTION, FIRST, "spare")
    mixed = msgspec.structs.replace(spare, poll_book=stolen.poll_book)
    documents = [certification(stolen), certification(mixed, serial=2)]
    assert trusted_keys(ELECTION, documents, [revocation(stolen)]) == {}


def test_two_sets_of_keys_for_one_station_are_refused() -> None:
    """Nobody can say which machine is the station's."""
    both = [station_keys(ELECTION, FIRST), station_keys(ELECTION, FIRST, "spare")]
    with pytest.raises(Unproven, match="two for MON-AL-1-1"):
        trusted_keys(ELECTION, [certification(*both)])


def test_a_revocation_of_uncertified_keys_is_refused() -> None:
    """It would hide a mistake in copying: the stolen station would still be believed."""
    with pytest.raises(Unproven, match="certified for the station"):
        trusted_keys(
            ELECTION, [certification(station_keys(ELECTION, SECOND))], [revocation(station_keys(ELECTION, FIRST))]
        )


@pytest.mark.parametrize(
    "keys",
    [
        [msgspec.structs.replace(station_keys(ELECTION, FIRST), station="NOWHERE-1")],
        [msgspec.structs.replace(station_keys(ELECTION, FIRST), booths=())],
        [
            station_keys(ELECTION, FIRST),
            msgspec.structs.replace(station_keys(ELECTION, SECOND), closing=station_keys(ELECTION, FIRST).closing),
        ],
        [msgspec.structs.replace(station_keys(ELECTION, FIRST), poll_book=station_keys(ELECTION, FIRST).booths[0])],
    ],
    ids=["unknown station", "no booths", "one key at two stations", "one key for two machines"],
)
def test_keys_that_cannot_be_certified_are_refused(keys: list[StationKeys]) -> None:
    """Before they are signed, and again by whoever reads them."""
    with pytest.raises(Unproven):
        check_station_keys(ELECTION, keys)
    with pytest.raises(Unproven):
        trusted_keys(ELECTION, [certification(*keys)])


def test_documents_of_another_election_are_refused() -> None:
    """The same officers, the same stations, another identity."""
    other = certification(station_keys(ELECTION, FIRST), of="0" * 64)
    with pytest.raises(Unproven, match="a document of the election"):
        open_certification(sign_document(other, OFFICERS), ELECTION)
    with pytest.raises(Unproven):
        trusted_keys(ELECTION, [other])


def test_signed_certifications_and_revocations_open() -> None:
    """With two officers, not with one."""
    keys = station_keys(ELECTION, FIRST)
    assert open_certification(sign_document(certification(keys), OFFICERS[:2]), ELECTION).stations == (keys,)
    assert open_revocation(sign_document(revocation(keys), OFFICERS[1:]), ELECTION).keys == keys
    with pytest.raises(Unproven):
        open_revocation(sign_document(revocation(keys), OFFICERS[:1]), ELECTION)
