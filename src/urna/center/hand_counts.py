"""Sheets of paper ballots at the centre: reading one, and those of every station with what was decided on them.

A hand count is shown as it came and counts nowhere by itself: it proves its sums alone. It counts from a decision of
the authority on, which names it by its hash.
"""

from typing import NamedTuple

from urna.center.receipt import Held
from urna.center.reception import check_length, check_lines, station_of
from urna.election.certification import StationDecision, StationKeys
from urna.election.definition import Election
from urna.encoding.canonical import Code, Hash
from urna.encoding.document import open_document
from urna.errors import OutOfOrder, Unproven
from urna.record.keys import poll_book_verifier
from urna.record.layout import Kind
from urna.tally.hand_count import HandCountSheet, check_hand_count, count_with
from urna.tally.totals import StationCount
from urna.words import Sentence

MOST_HAND_COUNTS = 20
"""Of one station that are published."""


class HandCount(NamedTuple):
    """A hand count that is shown."""

    document: Hash
    sheet: HandCountSheet


def hand_count_station(document: bytes, election: Election) -> Code:
    """Whose hand count it says it is; raises as `station_of`, and Malformed for what no verifier would read."""
    check_length(document, Kind.HAND_COUNT)
    return station_of(document, HandCountSheet, election)


def open_hand_count(document: bytes, election: Election, keys: StationKeys) -> HandCountSheet:
    """The hand count that the station's poll book signed, and whose sums hold.

    Raises:
        Malformed: not a hand count, with other signature lines than the poll book's, or it does not fit the definition.
        Unproven: not signed by the poll book, of another election or station, or its sums do not hold.
    """
    hand_count_station(document, election)
    poll_book = poll_book_verifier(election, keys)
    sheet = open_document(document, HandCountSheet, [poll_book], 1, keys.station)
    check_lines(document, [poll_book], keys.station)
    check_hand_count(election, sheet)
    return sheet


class HandCounts:
    """The hand counts of an election that are shown, and which of them count.

    Args:
        election: the definition.
    """

    def __init__(self, election: Election) -> None:
        self._election = election
        self._shown: dict[Code, list[HandCount]] = {}
        self._decided: dict[Code, tuple[StationDecision, HandCount]] = {}

    def known(self, station: Code, sequence: int) -> Hash | None:
        """The hash of the hand count that is shown with this sequence."""
        shown = self._shown.get(station, [])
        return shown[sequence].document if sequence < len(shown) else None

    def check_next(self, sheet: HandCountSheet) -> None:
        """Returns if it is the next one of its station; raises `OutOfOrder` for a gap, or for one too many."""
        expected = len(self._shown.get(sheet.station, []))
        if sheet.sequence != expected or expected > MOST_HAND_COUNTS:
            raise OutOfOrder(
                Sentence("the hand count with sequence {sequence}", {"sequence": min(expected, MOST_HAND_COUNTS)}),
                Sentence("sequence {sequence}", {"sequence": sheet.sequence}),
                Sentence("Send the earlier ones first; where there are too many, ask the authority for a decision."),
                sheet.station,
            )

    def add(self, document: Hash, sheet: HandCountSheet) -> None:
        """Notes that it is shown."""
        self._shown.setdefault(sheet.station, []).append(HandCount(document, sheet))

    def shown(self, station: Code) -> tuple[HandCount, ...]:
        """Those of a station, by sequence."""
        return tuple(self._shown.get(station, ()))

    def named(self, decision: StationDecision) -> HandCount:
        """The hand count that a decision names.

        Raises:
            Unproven: none of the station's that are shown.
        """
        for each in self._shown.get(decision.station, []):
            if each.document == decision.hand:
                return each
        raise Unproven(
            Sentence("the SHA-256 of a hand count that station {station} sent", {"station": decision.station}),
            Sentence("{hash}", {"hash": decision.hand or "-"}),
            Sentence("Look up the hash on the station's page; a hand count is decided on after it is published."),
            decision.station,
        )

    def decide(self, decision: StationDecision) -> None:
        """From now on the station counts as this decision says; raises as `named`."""
        self._decided.pop(decision.station, None)
        if decision.state == "hand_count":
            self._decided[decision.station] = (decision, self.named(decision))

    def decided(self, station: Code) -> HandCount | None:
        """The hand count of a station that counts."""
        found = self._decided.get(station)
        return found[1] if found is not None else None

    def counts_machines(self, station: Code) -> bool:
        """Whether the machines' sheet counts beside the hand count that does."""
        found = self._decided.get(station)
        return found is not None and found[0].counts_machines

    def count(self, hand: HandCount, machines: StationCount | None) -> StationCount:
        """What the station adds to the totals; raises as `count_with`."""
        return count_with(self._election, hand.sheet, machines)


def another_hand_count(station: Code, sequence: int) -> Held:
    """A second hand count with the same sequence."""
    reason = Sentence(
        "Station {station} signed two different hand counts with sequence {sequence}; the first one is shown.",
        {"station": station, "sequence": sequence},
    )
    return Held("conflict", reason, reason)


def nothing_to_add_to(station: Code) -> OutOfOrder:
    """The error for a hand count that is to be added to a machines' sheet where none counts."""
    return OutOfOrder(
        Sentence("a machines' sheet that counts, to add the hand count to"),
        Sentence("none"),
        Sentence("Wait for the sheet, or decide that the hand count stands in its place; nothing was changed."),
        station,
    )


def isolating(station: Code) -> Unproven:
    """The error for a hand count beside which opened sums would show the votes of a few."""
    return Unproven(
        Sentence("a hand count beside which no opened sum isolates few ballots"),
        Sentence("one that would"),
        Sentence("Keep it sealed and call the authority: it is not published, and nothing was kept."),
        station,
    )
