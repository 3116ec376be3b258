"""Check 29: sheets of paper ballots counted by hand, and the decisions by which they count.

29.1    the sheet is signed by the certified poll book of its station
29.2    it is of this election and station, and its sequence is that of its name, without a gap
29.3    it fits the definition, and its sums hold; of few ballots it shows no votes
29.4    a decision that lets one count names a sheet of the station that was in the log before
29.5    such a decision names the one that it replaces, if there is one
29.6    it adds the sheet only to machines' sheets that count, and ballots are never more than electors
29.7    an edition counts a hand count exactly where a decision before it says so
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from urna.election.certification import StationDecision, StationKeys, check_succession
from urna.election.definition import Election
from urna.encoding.canonical import Code, Hash, digest
from urna.encoding.document import open_document, read_document
from urna.errors import UrnaError
from urna.record.keys import poll_book_verifier
from urna.tally.hand_count import HandCountSheet, check_hand_count, count_with
from urna.tally.results import StationResult
from urna.tally.totals import StationCount
from urna.verify.report import Check, Finding, Notebook, finding, in_a_sentence
from urna.words import Sentence


class HandSeen(NamedTuple):
    """A hand count of a station as it stands in the record, whether or not anything about it verifies."""

    path: str
    sha256: Hash
    leaf: int | None
    """Its place in the log; None if it is not there."""
    sheet: HandCountSheet | None
    """None if nothing can be added up from it."""


class Standing(NamedTuple):
    """A decision on a station."""

    place: int
    """Its leaf."""
    path: str
    decision: StationDecision


def inspect_hand_count(
    election: Election, station: Code, path: str, data: bytes, *, number: int, expected: int, keys: StationKeys | None
) -> tuple[HandCountSheet | None, list[Finding]]:
    """Rules 1 to 3 on one sheet: what it says, if it can be added up, and what is wrong.

    Args:
        election: the definition.
        station: in whose folder it lies.
        path: where.
        data: its bytes.
        number: the sequence that its name says.
        expected: the sequence that it must have.
        keys: those that speak for the station; None without any.
    """
    found: list[Finding] = []

    def find(rule: int, sentence: Sentence) -> None:
        found.append(finding(Check.HAND_COUNTS, sentence, file=path, station=station, rule=_rule(rule)))

    try:
        sheet = read_document(data, HandCountSheet, path)
    except UrnaError as error:
        find(1, in_a_sentence(error))
        return None, found
    values: dict[str, str | int] = {"station": station, "other": sheet.station}
    if keys is None:
        find(1, Sentence("Station {station} has no keys that speak for it, and a hand count.", values))
    else:
        try:
            open_document(data, HandCountSheet, [poll_book_verifier(election, keys)], 1, path)
        except UrnaError as error:
            find(1, in_a_sentence(error))
    if (sheet.election, sheet.station) != (election.identity, station):
        find(2, Sentence("A hand count in the folder of {station} names {other}, or another election.", values))
        return None, found
    if not sheet.sequence == number == expected:
        values = {"station": station, "left": sheet.sequence, "right": expected}
        find(2, Sentence("Station {station}: a hand count has sequence {left}, expected {right}.", values))
    try:
        check_hand_count(election, sheet)
    except UrnaError as error:
        find(3, in_a_sentence(error))
        return None, found
    return sheet, found


def check_successions(decisions: Mapping[str, StationDecision], notebook: Notebook) -> None:
    """Rule 5, on every station with a decision on a hand count, or with one that says that it replaces another."""
    judged = {each.station for each in decisions.values() if each.state == "hand_count" or each.replaces}
    standing: dict[Code, StationDecision] = {}
    for path, decision in decisions.items():
        try:
            if decision.station in judged:
                check_succession(standing.get(decision.station), decision)
            standing[decision.station] = decision
        except UrnaError as error:
            _find(notebook, 5, in_a_sentence(error), path, decision.station)


def check_decided(
    election: Election,
    decided: Iterable[Standing],
    hands: Sequence[HandSeen],
    machines: StationCount | None,
    notebook: Notebook,
) -> None:
    """Rules 4 and 6 on the decisions on one station.

    Args:
        election: the definition.
        decided: every decision on the station.
        hands: its hand counts.
        machines: what its machines' newest sheet says; None if there is none.
        notebook: where findings are written down.
    """
    for place, path, decision in decided:
        if decision.state != "hand_count":
            continue
        values: dict[str, str | int] = {"file": path, "station": decision.station, "hash": (decision.hand or "-")[:16]}
        hand = named_by(decision, hands, place)
        if hand is None:
            sentence = Sentence("{file}: no hand count of {station} with hash {hash} was in the log before.", values)
            _find(notebook, 4, sentence, path, decision.station)
        elif decision.counts_machines and machines is None:
            sentence = Sentence("{file} adds a hand count to a sheet of {station}, which has none.", values)
            _find(notebook, 6, sentence, path, decision.station)
        elif hand.sheet is not None:
            try:
                count_with(election, hand.sheet, machines if decision.counts_machines else None)
            except UrnaError as error:
                _find(notebook, 6, in_a_sentence(error), path, decision.station)


def named_by(decision: StationDecision, hands: Iterable[HandSeen], before: int) -> HandSeen | None:
    """The hand count that a decision names, if it was in the log before a leaf."""
    logged = (each for each in hands if each.leaf is not None and each.leaf < before)
    return next((each for each in logged if each.sha256 == decision.hand), None)


def counted_with(
    election: Election, decision: StationDecision, hand: HandSeen | None, machines: StationCount | None
) -> StationCount | None:
    """What the station adds by a decision; None where that cannot be told, which is found elsewhere."""
    beside = machines if decision.counts_machines else None
    if hand is None or hand.sheet is None:
        return beside
    try:
        return count_with(election, hand.sheet, beside)
    except UrnaError:
        return beside


def is_by_hand(said: StationResult | None, expected: StationResult) -> bool:
    """Whether a difference between what the results say of a station and what they should is one about a hand count."""
    return expected.hand is not None or (said is not None and said.hand is not None)


def check_said(edition: str, said: StationResult | None, expected: StationResult, notebook: Notebook) -> None:
    """Rule 7 on a station in an edition."""
    values: dict[str, str | int] = {"station": expected.station, "left": _spell(said), "right": _spell(expected)}
    sentence = Sentence("Station {station}: the results count {left}, the decisions say {right}.", values)
    _find(notebook, 7, sentence, edition, expected.station)


def remark_on(decision: StationDecision) -> Sentence:
    """What every reader should know of a station that is counted by hand."""
    values: dict[str, str | int] = {"station": decision.station, "reason": decision.reason}
    if decision.counts_machines:
        return Sentence("Station {station}: a hand count, which proves its sums alone, is added: {reason}", values)
    return Sentence("Station {station}: a hand count, which proves its sums alone, counts alone: {reason}", values)


def hand_seen(path: str, data: bytes, leaf: int | None, sheet: HandCountSheet | None) -> HandSeen:
    """A hand count as it was read."""
    return HandSeen(path, digest(data), leaf, sheet)


def _spell(result: StationResult | None) -> str:
    if result is None:
        return "-"
    hand = f" by hand {result.hand[:16]}" if result.hand is not None else ""
    sheet = f" sheet-{result.sequence} {result.sheet[:16]}" if result.sheet is not None else ""
    return f"{result.state.value}{hand}{sheet}"


def _rule(rule: int) -> str:
    return f"{int(Check.HAND_COUNTS)}.{rule}"


def _find(notebook: Notebook, rule: int, sentence: Sentence, path: str, station: Code) -> None:
    notebook.find(Check.HAND_COUNTS, sentence, file=path, station=station, rule=_rule(rule))
