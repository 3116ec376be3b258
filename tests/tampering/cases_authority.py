"""Attacks with officers' keys, fewer than it takes or against their own word; and by who has no certified key."""

import msgspec
from tests.tampering.builder import MORNING, NIGHT, officers_sign, signing_key, station_keys
from tests.tampering.forgery import Forgery, case

from urna.election.certification import Certification, Revocation, RollCommitments, StationDecision
from urna.election.definition import Definition
from urna.encoding.document import read_document, sign_document
from urna.log.note import NoteSigner, NoteVerifier
from urna.record.layout import DEFINITION, ROLL, Kind, serial_path
from urna.verify.pins import Pins

ONE_OFFICER = "one officer's key, where two must sign; the log's key; witnesses that look away"
OFFICERS = "two officers' keys; the log's key; witnesses that look away"

CERTIFIED = serial_path(Kind.CERTIFICATION, 1)


@case(ONE_OFFICER, 2, "2 of 3 keys", "found 1")
def definition_by_one_officer(forgery: Forgery) -> None:
    """The definition is signed by k-1 officers."""
    definition = read_document(forgery.world.files[DEFINITION], Definition)
    forgery.world.files[DEFINITION] = officers_sign(forgery.world, definition, 1)
    forgery.publish()


@case("a whole authority of one's own", 2, "3 officers", "3 who are")
def definition_by_other_officers(forgery: Forgery) -> None:
    """Everything agrees with itself, under officers who are not the country's; only pins can tell."""
    strangers = [NoteSigner(f"cne.example/officer-{n}", signing_key(f"stranger-{n}")) for n in (1, 2, 3)]
    forgery.pins = Pins(tuple(signer.verifier for signer in strangers), 2)


@case("fewer officers' keys than it takes, and a definition that asks for no more", 2, "2 officers", "3")
def definition_that_asks_for_fewer(forgery: Forgery) -> None:
    """The officers are the country's, but the pins say that three must sign."""
    pinned = [NoteVerifier(each.key_name, each.key) for each in forgery.world.election.definition.authority.officers]
    forgery.pins = Pins(tuple(pinned), 3)


@case(OFFICERS, 3, "CIRCUIT-9")
def definition_that_breaks_a_rule(forgery: Forgery) -> None:
    """A contest in a territory that does not exist."""
    definition = read_document(forgery.world.files[DEFINITION], Definition)
    contests = list(definition.contests)
    contests[0] = msgspec.structs.replace(contests[0], territory="CIRCUIT-9")
    changed = msgspec.structs.replace(definition, contests=tuple(contests))
    forgery.world.files[DEFINITION] = officers_sign(forgery.world, changed)
    forgery.publish(retotal=False)


@case(ONE_OFFICER, 4, CERTIFIED, "2 of 3 keys", "found 1", also=(11, 13, 14))
def certification_by_one_officer(forgery: Forgery) -> None:
    """Station keys that k-1 officers certified speak for nobody."""
    certified = read_document(forgery.world.files[CERTIFIED], Certification)
    forgery.world.files[CERTIFIED] = officers_sign(forgery.world, certified, 1)
    forgery.publish()


@case(OFFICERS, 4, "B-01", "2 sets", "1", also=(11, 13, 14))
def second_keys_for_a_station(forgery: Forgery) -> None:
    """A second machine is certified for a station: nobody can say which one is the station's."""
    twin = station_keys(forgery.world.election.stations["B-01"], "/twin")
    again = Certification(election=forgery.world.election.identity, serial=2, issued_at=NIGHT, stations=(twin,))
    forgery.world.add(serial_path(Kind.CERTIFICATION, 2), officers_sign(forgery.world, again), 4)
    forgery.publish()


@case(OFFICERS, 4, "B-01", "B-02", also=(11, 13, 14))
def one_key_for_two_stations(forgery: Forgery) -> None:
    """Station B-02 is certified with the keys of B-01."""
    certified = read_document(forgery.world.files[CERTIFIED], Certification)
    own = certified.stations[2]
    stations = [
        msgspec.structs.replace(own, station="B-02") if keys.station == "B-02" else keys for keys in certified.stations
    ]
    changed = msgspec.structs.replace(certified, stations=tuple(stations))
    forgery.world.files[CERTIFIED] = officers_sign(forgery.world, changed)
    forgery.publish()


@case(OFFICERS, 4, CERTIFIED, "serial 3", "1")
def certification_with_a_gap(forgery: Forgery) -> None:
    """A serial that skips two: what were the others?"""
    certified = read_document(forgery.world.files[CERTIFIED], Certification)
    changed = msgspec.structs.replace(certified, serial=3)
    forgery.world.files[CERTIFIED] = officers_sign(forgery.world, changed)
    forgery.publish()


@case("a stolen station's keys, revoked since", 13, "B-01", "revoked", also=(11, 14))
def revoked_keys(forgery: Forgery) -> None:
    """A sheet signed with keys that the authority revoked."""
    keys = station_keys(forgery.world.election.stations["B-01"])
    revoked = Revocation(
        election=forgery.world.election.identity,
        serial=1,
        issued_at=NIGHT,
        station="B-01",
        keys=keys,
        reason="stolen",
        note="Taken from the truck.",
    )
    forgery.world.add(serial_path(Kind.REVOCATION, 1), officers_sign(forgery.world, revoked), 0)
    forgery.publish()


@case(OFFICERS, 4, "B-02", "never certified")
def revocation_of_other_keys(forgery: Forgery) -> None:
    """A revocation that names keys which were never certified revokes nothing."""
    keys = station_keys(forgery.world.election.stations["B-02"], "/other")
    revoked = Revocation(
        election=forgery.world.election.identity,
        serial=1,
        issued_at=NIGHT,
        station="B-02",
        keys=keys,
        reason="lost",
        note="Which?",
    )
    forgery.world.add(serial_path(Kind.REVOCATION, 1), officers_sign(forgery.world, revoked), 0)
    forgery.publish()


@case("a machine that nobody certified", 13, "B-01", "signature")
def uncertified_key(forgery: Forgery) -> None:
    """A sheet signed by a machine with the booth's name and another key."""
    signer = NoteSigner(forgery.world.election.key_name("B-01", "booth-1"), signing_key("another machine"))
    sheet = forgery.world.sheet("B-01")
    forgery.world.files["stations/B-01/sheet-0.note"] = sign_document(sheet, [signer])
    forgery.publish()


@case(OFFICERS, 5, "B-01", "70", "50", also=(15,))
def roll_enlarged(forgery: Forgery) -> None:
    """Twenty electors more at one station than the definition has."""
    roll = read_document(forgery.world.files[ROLL], RollCommitments)
    stations = [
        msgspec.structs.replace(each, electors=70) if each.station == "B-01" else each for each in roll.stations
    ]
    changed = msgspec.structs.replace(roll, stations=tuple(stations))
    forgery.world.files[ROLL] = officers_sign(forgery.world, changed)
    forgery.publish()


@case(OFFICERS, 5, "4 stations", "5", also=(15, 21))
def roll_without_a_station(forgery: Forgery) -> None:
    """A station whose electors were never committed."""
    roll = read_document(forgery.world.files[ROLL], RollCommitments)
    changed = msgspec.structs.replace(roll, stations=roll.stations[1:])
    forgery.world.files[ROLL] = officers_sign(forgery.world, changed)
    forgery.publish(retotal=False)


@case(OFFICERS, 15, "B-01", "0" * 64)
def roll_exchanged(forgery: Forgery) -> None:
    """Other electors, as many as before: another root than the station's."""
    roll = read_document(forgery.world.files[ROLL], RollCommitments)
    stations = [
        msgspec.structs.replace(each, root="0" * 64) if each.station == "B-01" else each for each in roll.stations
    ]
    changed = msgspec.structs.replace(roll, stations=tuple(stations))
    forgery.world.files[ROLL] = officers_sign(forgery.world, changed)
    forgery.publish()


@case(ONE_OFFICER, 5, ROLL, "2 of 3 keys", also=(15, 21))
def roll_by_one_officer(forgery: Forgery) -> None:
    """The roll's commitments, signed by k-1 officers."""
    roll = read_document(forgery.world.files[ROLL], RollCommitments)
    forgery.world.files[ROLL] = officers_sign(forgery.world, roll, 1)
    forgery.publish()


@case(ONE_OFFICER, 12, "decisions/0001.note", "2 of 3 keys", also=(19,))
def decision_by_one_officer(forgery: Forgery) -> None:
    """A station is declared never opened by k-1 officers."""
    decision = read_document(forgery.world.files["decisions/0001.note"], StationDecision)
    forgery.world.files["decisions/0001.note"] = officers_sign(forgery.world, decision, 1)
    forgery.publish()


@case(OFFICERS, 12, "B-01", "1 sheets", "0")
def opened_station_declared_closed(forgery: Forgery) -> None:
    """A station whose sheet is in the record is declared never opened."""
    decision = StationDecision(
        election=forgery.world.election.identity,
        serial=2,
        station="B-01",
        state="not_opened",
        reason="It rained.",
        decided_at=MORNING,
    )
    forgery.world.add("decisions/0002.note", officers_sign(forgery.world, decision), 4)
    forgery.publish()
