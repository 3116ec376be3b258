"""What officers write about stations: certifications, revocations, decisions, each checked before it is signed."""

from collections.abc import Iterable
from typing import Literal

from urna.election.certification import Certification, Revocation, StationDecision, StationKeys
from urna.election.definition import Election
from urna.election.signing import check_station_keys
from urna.encoding.canonical import Code, Hash, Moment, decode
from urna.errors import Malformed, Unproven
from urna.words import Sentence

Reason = Literal["stolen", "lost", "broken", "mistaken"]
Decision = Literal["not_opened", "annulled", "hand_count"]
Machines = Literal["in_place_of", "added_to"]


def require_station(election: Election, station: Code) -> None:
    """Returns if the election has this station; raises `Unproven` otherwise."""
    if station not in election.stations:
        raise Unproven(
            Sentence("a station of this election"),
            Sentence("{station}", {"station": station}),
            Sentence("Check the station's code in the definition."),
            station,
        )


def read_station_keys(data: bytes, where: str = "") -> StationKeys:
    """The public keys of one station, as its preparation wrote them: canonical bytes, and at most a newline after.

    Raises:
        Malformed: they are not that.
    """
    return decode(data.removesuffix(b"\n"), StationKeys, where)


def new_certification(election: Election, keys: Iterable[StationKeys], serial: int, issued_at: Moment) -> Certification:
    """A certification of these keys, the stations in the definition's order.

    Args:
        election: whose stations they are.
        keys: of each station once.
        serial: of the election's certifications, from 1.
        issued_at: now.

    Raises:
        Malformed: no keys, or a serial below 1.
        Unproven: keys that cannot be certified together.
    """
    listed = list(keys)
    if not listed or serial < 1:
        raise Malformed(
            Sentence("keys of at least one station, and a serial from 1"),
            Sentence("keys of {count} stations, serial {serial}", {"count": len(listed), "serial": serial}),
            Sentence("Collect the stations' public keys in one folder; count the certifications from 1."),
        )
    check_station_keys(election, listed)
    order = {code: number for number, code in enumerate(election.stations)}
    listed.sort(key=lambda each: order[each.station])
    return Certification(election=election.identity, serial=serial, issued_at=issued_at, stations=tuple(listed))


def new_revocation(
    certification: Certification, station: Code, *, serial: int, issued_at: Moment, reason: Reason, note: str
) -> Revocation:
    """A revocation of the keys that a certification gives a station.

    Args:
        certification: the one in which the keys stand.
        station: whose keys.
        serial: of the election's revocations, from 1.
        issued_at: now.
        reason: what happened.
        note: in words, with the place and the report's number.

    Raises:
        Unproven: the station is not in that certification.
    """
    for keys in certification.stations:
        if keys.station == station:
            return Revocation(
                election=certification.election,
                serial=serial,
                issued_at=issued_at,
                station=station,
                keys=keys,
                reason=reason,
                note=note,
            )
    raise Unproven(
        Sentence("a certification of {station}", {"station": station}),
        Sentence("{count} other stations", {"count": len(certification.stations)}),
        Sentence("Look for the certification in which its keys stand."),
        station,
    )


def new_decision(
    election: Election,
    station: Code,
    *,
    state: Decision,
    serial: int,
    decided_at: Moment,
    reason: str,
    hand: Hash | None = None,
    machines: Machines | None = None,
    replaces: int = 0,
) -> StationDecision:
    """A decision that a station counts otherwise than by its machines' sheet.

    Args:
        election: whose station it is.
        station: its code.
        state: how it counts.
        serial: of the election's decisions, from 1.
        decided_at: now.
        reason: in words, for everybody.
        hand: the SHA-256 of the hand count that counts.
        machines: whether that is in place of the machines' sheet or added to it.
        replaces: the serial of the station's decision that stands; 0 if there is none.

    Raises:
        Malformed: a hand count's hash without the rest of such a decision, or with another one.
        Unproven: the election has no such station.
    """
    require_station(election, station)
    return StationDecision(
        election=election.identity,
        serial=serial,
        station=station,
        state=state,
        reason=reason,
        decided_at=decided_at,
        hand=hand,
        machines=machines,
        replaces=replaces,
    )
