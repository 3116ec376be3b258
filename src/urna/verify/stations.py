"""Check 12 and the part of check 16 that no station can answer alone: each once, none unknown, no id twice."""

from collections.abc import Iterator, Mapping
from itertools import pairwise

from urna.election.certification import StationDecision
from urna.encoding.canonical import Code
from urna.verify.authority import Inquiry, unknown_station
from urna.verify.hand_counts import check_successions, remark_on
from urna.verify.report import Check
from urna.verify.station import StationSeen
from urna.words import Sentence

ID_BYTES = 16
_BUCKETS = 256


class BallotIds:
    """All ballot ids of an election, to find one that stands twice.

    20 bytes for each are kept: a nation of 12 million ballots takes 240 MB. They are sorted in 256 parts.
    """

    def __init__(self) -> None:
        self._buckets = [bytearray() for _ in range(_BUCKETS)]
        self._stations: list[Code] = []
        self.total = 0

    def add(self, station: Code, ids: bytes) -> None:
        """Adds the ids of one station, 16 bytes each."""
        owner = len(self._stations).to_bytes(4, "big")
        self._stations.append(station)
        self.total += len(ids) // ID_BYTES
        for start in range(0, len(ids), ID_BYTES):
            self._buckets[ids[start]] += ids[start : start + ID_BYTES] + owner

    def doubled(self) -> Iterator[tuple[str, Code, Code]]:
        """Each id that stands twice, with the two stations that list it."""
        width = ID_BYTES + 4
        for bucket in self._buckets:
            rows = sorted(bytes(bucket[start : start + width]) for start in range(0, len(bucket), width))
            for before, after in pairwise(rows):
                if before[:ID_BYTES] == after[:ID_BYTES]:
                    owners = [self._stations[int.from_bytes(row[ID_BYTES:], "big")] for row in (before, after)]
                    yield before[:ID_BYTES].hex(), owners[0], owners[1]


def check_unknown_stations(inquiry: Inquiry) -> None:
    """No folder of a station that the definition does not have."""
    for station, paths in inquiry.folder.stations.items():
        if station not in inquiry.election.stations:
            inquiry.notebook.find(Check.STATIONS_ONCE, unknown_station(station), file=paths[0], station=station)


def check_decisions(inquiry: Inquiry, decisions: Mapping[str, StationDecision]) -> None:
    """At most one decision for each station of the definition, those on hand counts apart (check 29)."""
    decided: dict[Code, str] = {}
    by_hand = {each.station for each in decisions.values() if each.state == "hand_count"}
    for path, decision in decisions.items():
        station = decision.station
        if station not in inquiry.election.stations:
            inquiry.notebook.find(Check.STATIONS_ONCE, unknown_station(station), file=path, station=station)
        if station in decided and station not in by_hand:
            values: dict[str, str | int] = {"station": station, "left": decided[station], "right": path}
            sentence = Sentence("Station {station} has two decisions: {left} and {right}.", values)
            inquiry.notebook.find(Check.STATIONS_ONCE, sentence, file=path, station=station)
        decided[station] = path
    check_successions(decisions, inquiry.notebook)


def check_station_once(inquiry: Inquiry, seen: StationSeen, decision: StationDecision | None) -> None:
    """A station that never opened has no sheet; an annulled one is named, since its papers are not judged."""
    values: dict[str, str | int] = {"station": seen.station, "left": len(seen.sheets), "right": 0}
    if decision is None:
        return
    if decision.state == "annulled":
        inquiry.notebook.first.append(
            Sentence("Station {station} is annulled: {reason}", {"station": seen.station, "reason": decision.reason})
        )
    elif decision.state == "hand_count":
        inquiry.notebook.first.append(remark_on(decision))
    elif seen.sheets:
        sentence = Sentence("Station {station} never opened by decision, but has {left} sheets, not {right}.", values)
        inquiry.notebook.find(Check.STATIONS_ONCE, sentence, station=seen.station)


def check_ballot_ids(inquiry: Inquiry, ids: BallotIds) -> None:
    """No ballot id twice, in one station or in two: the same ballot would be counted twice."""
    for ballot, first, second in ids.doubled():
        values: dict[str, str | int] = {"ballot": ballot, "left": first, "right": second}
        sentence = Sentence("Ballot {ballot} is listed at station {left} and again at station {right}.", values)
        inquiry.notebook.find(Check.BALLOT_LISTS, sentence, station=second)
