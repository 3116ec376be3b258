"""The verification of a public record, from one folder, on one machine, believing nobody."""

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING

from urna.election.certification import StationDecision, check_succession
from urna.election.definition import Election
from urna.encoding.canonical import Code
from urna.errors import UrnaError
from urna.log.merkle import MerkleTree
from urna.record.layout import Kind, ballots_path, place_of
from urna.record.reader import RecordReader
from urna.tally.results import Results, StationState
from urna.verify.audit_order import LogSeen
from urna.verify.audit_sheets import Grounds
from urna.verify.audits import check_audits
from urna.verify.authority import Authorized, Inquiry, check_authority
from urna.verify.definition import check_definition_document
from urna.verify.examinations import check_examinations
from urna.verify.folder import check_folder
from urna.verify.hand_counts import Standing, check_decided
from urna.verify.incidents import check_incidents
from urna.verify.leaves import Leaf, check_leaves, check_order
from urna.verify.pins import Pins
from urna.verify.replaced import final_results, hand_counts_of, late_keys, withdrawals
from urna.verify.report import ENCRYPTED_CHECKS, Check, Notebook, Report
from urna.verify.results import RESULT_CHECKS, Decided, Edition, check_edition, open_editions
from urna.verify.station import Known, SheetSeen, StationBegun, StationSeen, inspect_station
from urna.verify.stations import (
    BallotIds,
    check_ballot_ids,
    check_decisions,
    check_station_once,
    check_unknown_stations,
)
from urna.verify.transparency import check_log
from urna.verify.work import BallotWork, Progress, Spread, in_turn
from urna.words import N_, Sentence

if TYPE_CHECKING:
    from urna.verify.encrypted import EncryptedRecord

__all__ = ["Progress", "Spread", "in_turn", "verify_record"]

STATION_CHECKS = (
    Check.ZERO_REPORTS,
    Check.STATIONS_ONCE,
    Check.BOOTH_SIGNATURES,
    Check.POLL_BOOK_SIGNATURES,
    Check.RECONCILIATION,
    Check.BALLOT_LISTS,
    Check.SECRECY_THRESHOLD,
)


ENCRYPTED_KINDS = (
    Kind.GUARDIAN_COMMITMENT,
    Kind.GUARDIAN_COEFFICIENTS,
    Kind.JOINT_KEY,
    Kind.CIPHERTEXTS,
    Kind.OPENED,
    Kind.AGGREGATE,
)

LARGE_BYTES = 1024 * 1024
"""Of a ballot list, some 7,000 ballots: its ballots are worth checking while the rest of its station is inspected."""

MOST_STATIONS = 100
"""Few enough not to be spread over processes themselves."""

MOST_LIST_BYTES = 64 * 1024 * 1024
"""Of all ballot lists together that are held at once, some 440,000 ballots: decoded they take some 200 MB."""

_STILL_OPEN = {
    StationState.OUTSTANDING: N_("Stations from which nothing has come yet: {count}, {first} among them."),
    StationState.REFUSED: N_("Stations whose papers were refused: {count}, {first} among them."),
}


def verify_record(
    reader: RecordReader,
    pins: Pins | None = None,
    progress: Progress | None = None,
    *,
    spread: Spread = in_turn,
    ballots: BallotWork | None = None,
) -> Report:
    """Every check on a record.

    1. The folder holds a record's files and nothing else.                      check 1
    2. The definition: signed, and sound. Without it nothing else means much.   checks 2 and 3
    3. The authority's documents: station keys, the roll, decisions.            checks 4 and 5
    4. The log: checkpoint, tree, growth; leaves and files; the order.          checks 6 to 10
    5. The guardians' joint keys, in an election that has guardians.            check 27
    6. The stations, one by one: zero reports, signatures, numbers, ballots.    checks 11 to 16, 18 and 29
    7. Encrypted ballots, what was opened, and that the sheets follow.          checks 17, 25, 26 and 28
    8. The results, edition by edition, and what was not counted.               checks 19 to 24
    9. Audits, done again from the record, and examinations.                    checks 30 to 33

    Args:
        reader: the record.
        pins: what the reader knows from elsewhere; see `verify/pins`.
        progress: told after each station.
        spread: carries out the inspection of the stations.
        ballots: how encrypted ballots are checked, in an election that has guardians.

    Raises:
        Malformed: there is no record to read.
    """
    notebook = Notebook()
    pins = pins or Pins()
    ballots = ballots or BallotWork(spread_stations=spread)
    folder = check_folder(reader, notebook)
    election = check_definition_document(folder, pins, notebook)
    if election is not None:
        inquiry = Inquiry(folder, election, notebook)
        authorized = check_authority(inquiry)
        entries = check_log(inquiry, pins.seen)
        leaves = check_leaves(inquiry, entries)
        check_order(inquiry, leaves, authorized.certified_in)
        encrypted = _open_encrypted(inquiry, leaves, ballots)
        seen = _check_stations_and_results(inquiry, authorized, leaves, encrypted, progress=progress, spread=spread)
        tree = MerkleTree(entries if Kind.AUDIT_COMMITMENT in folder.kinds else ())
        log = LogSeen(tree, [size for size, _ in folder.numbered(Kind.OLD_CHECKPOINT)])
        audits = check_audits(inquiry, Grounds(leaves, log, authorized.keyring, *seen))
        check_examinations(inquiry, leaves, audits)
    return _report(notebook, election)


def _open_encrypted(inquiry: Inquiry, leaves: dict[str, Leaf], work: BallotWork) -> "EncryptedRecord | None":
    """The encrypted ballots, if the election has any."""
    if not inquiry.election.is_encrypted:
        _refuse_encrypted(inquiry)
        return None
    from urna.verify.encrypted import EncryptedRecord  # noqa: PLC0415 - loads the kernels; most records need none
    from urna.verify.guardians import check_guardians  # noqa: PLC0415

    return EncryptedRecord(inquiry, check_guardians(inquiry), leaves, work)


def _refuse_encrypted(inquiry: Inquiry) -> None:
    """Without guardians nothing that guardians or encrypted ballots leave behind is in the folder."""
    for kind in ENCRYPTED_KINDS:
        for path in inquiry.folder.kinds.get(kind, ()):
            sentence = Sentence("{file} has no place in the record of an election without guardians.", {"file": path})
            inquiry.notebook.find(Check.FOLDER, sentence, file=path)
    inquiry.notebook.absent(*ENCRYPTED_CHECKS, detail=Sentence("this election has no guardians", {}))


def _check_stations_and_results(
    inquiry: Inquiry,
    authorized: Authorized,
    leaves: dict[str, Leaf],
    encrypted: "EncryptedRecord | None",
    *,
    progress: Progress | None,
    spread: Spread,
) -> tuple[dict[int, Edition], dict[Code, tuple[SheetSeen, ...]]]:
    """1. What is decided besides sheets. 2. Each station, once. 3. The ballots. 4. What only all together show.

    Returns the editions by number, and the sheets of each station if there are audits that compare with them.
    """
    election = inquiry.election
    check_unknown_stations(inquiry)
    check_decisions(inquiry, authorized.decisions)
    decided = _decided(inquiry, authorized, leaves)
    editions = open_editions(inquiry, leaves, authorized.roll)
    excused = _never_counted(decided, leaves)
    look = encrypted.look_at_files if encrypted else None
    by_hand = frozenset(code for code in decided.decisions if _is_by_hand(decided.decision(code)))
    known = Known(inquiry.folder, election, authorized.keyring, authorized.roll, leaves, excused, look, by_hand)
    ids = BallotIds()
    sheets = hands = 0
    compared: dict[Code, tuple[SheetSeen, ...]] = {}
    for done, seen in enumerate(_inspect_stations(known, encrypted, spread), start=1):
        _take(inquiry, seen, decided, editions)
        if encrypted is not None:
            encrypted.take(seen, is_judged=seen.station not in excused)
        ids.add(seen.station, seen.ballot_ids)
        sheets += len(seen.sheets)
        hands += len(seen.hands)
        if Kind.AUDIT_COMMITMENT in inquiry.folder.kinds:
            compared[seen.station] = seen.sheets
        if progress is not None:
            progress(done, len(election.stations))
    check_ballot_ids(inquiry, ids)
    if encrypted is not None:
        encrypted.carry_out()
        for edition in editions:
            edition.open(encrypted.parts_before(edition.counted, edition.place, edition.path))
    for edition in editions:
        check_edition(inquiry, edition, decided)
    _conclude(inquiry, editions, sheets, ids.total)
    inquiry.notebook.first += [*late_keys(inquiry, authorized, leaves), *withdrawals(inquiry, authorized)]
    _conclude_hand_counts(inquiry, hands, len(by_hand))
    return {edition.results.edition: edition for edition in editions}, compared


def _inspect_stations(known: Known, encrypted: "EncryptedRecord | None", spread: Spread) -> Iterable[StationSeen]:
    """What each station says, in their order.

    Many stations are spread over processes. One of a hundred thousand ballots cannot be, and other processes would wait
    while this one reads its papers: if there are few and large ones, their encrypted ballots are begun with first.
    """
    stations = list(known.election.stations)
    if encrypted is None or not _are_few_and_large(known, stations):
        return spread(partial(inspect_station, known), stations)
    begun = deque(StationBegun(known, station) for station in stations)
    encrypted.begin([each for each in begun if each.station not in known.annulled])
    return (begun.popleft().finish() for _ in stations)


def _are_few_and_large(known: Known, stations: Iterable[Code]) -> bool:
    sizes = [known.folder.sizes.get(ballots_path(station), 0) for station in stations]
    return len(sizes) <= MOST_STATIONS and max(sizes, default=0) >= LARGE_BYTES and sum(sizes) <= MOST_LIST_BYTES


def _is_by_hand(decision: StationDecision | None) -> bool:
    return decision is not None and decision.state == "hand_count"


def _never_counted(decided: Decided, leaves: dict[str, Leaf]) -> frozenset[Code]:
    """The stations whose machines' sheets counted no more before any results: annulled, or counted by hand instead.

    An edition that counted a bad sheet is not excused afterwards.
    """
    places = {path: place_of(path) for path in leaves}
    editions = (leaves[path].place for path, place in places.items() if place and place.kind is Kind.RESULTS)
    first = min(editions, default=len(leaves))
    standing = {station: decided.standing(station, first) for station in decided.decisions}
    return frozenset(
        station
        for station, found in standing.items()
        if found is not None and found.decision.state != "not_opened" and not found.decision.counts_machines
    )


def _decided(inquiry: Inquiry, authorized: Authorized, leaves: dict[str, Leaf]) -> Decided:
    """The decisions on each station and its first incident, those that are in the log.

    Two decisions on one station are a finding of check 12; then the first one stands, as at every centre.
    """
    decisions: dict[Code, tuple[Standing, ...]] = {}
    first_incidents: dict[Code, int] = {}
    for path, decision in authorized.decisions.items():
        if path in leaves:
            before = decisions.get(decision.station, ())
            if not before or _may_follow(before[-1].decision, decision):
                decisions[decision.station] = (*before, Standing(leaves[path].place, path, decision))
    for path, incident in check_incidents(inquiry).items():
        if path in leaves:
            first_incidents.setdefault(incident.station, leaves[path].place)
    withdrawals = [(leaves[path].place, each) for path, each in authorized.withdrawals.items() if path in leaves]
    return Decided(decisions, first_incidents, tuple(withdrawals))


def _may_follow(before: StationDecision, decision: StationDecision) -> bool:
    try:
        check_succession(before, decision)
    except UrnaError:
        return False
    return True


def _take(inquiry: Inquiry, seen: StationSeen, decided: Decided, editions: Iterable[Edition]) -> None:
    """What one station says, added to everything that all stations say together."""
    inquiry.notebook.take(*seen.findings)
    inquiry.notebook.remarks += seen.remarks
    check_station_once(inquiry, seen, decided.decision(seen.station))
    standing = decided.decisions.get(seen.station, ())
    inquiry.notebook.first += hand_counts_of(seen.station, seen.hands, standing)
    machines = seen.sheets[-1].adds if seen.sheets else None
    check_decided(inquiry.election, standing, seen.hands, machines, inquiry.notebook)
    for edition in editions:
        edition.add(inquiry, seen, decided)


def _conclude(inquiry: Inquiry, editions: Sequence[Edition], sheets: int, ballots: int) -> None:
    notebook = inquiry.notebook
    stations: dict[str, str | int] = {"stations": len(inquiry.election.stations), "sheets": sheets}
    notebook.checked(*STATION_CHECKS, detail=Sentence("stations: {stations}, sheets: {sheets}", stations))
    if ballots:
        notebook.checked(Check.BALLOT_LISTS, detail=Sentence("ballots: {ballots}", {"ballots": ballots}))
    else:
        notebook.checked(Check.BALLOT_LISTS, detail=Sentence("a rehearsal of counts lists no ballots", {}))
    if editions:
        last = editions[-1].results
        values: dict[str, str | int] = {"count": len(editions), "status": last.status}
        notebook.checked(*RESULT_CHECKS, detail=Sentence("editions: {count}, last: {status}", values))
        notebook.first += final_results(editions)
        notebook.remarks += _still_open(last)
    else:
        notebook.remarks.append(Sentence("The record has no results yet."))


def _conclude_hand_counts(inquiry: Inquiry, shown: int, counted: int) -> None:
    if shown or counted or inquiry.notebook.found(Check.HAND_COUNTS):
        values: dict[str, str | int] = {"shown": shown, "counted": counted}
        detail = Sentence("hand counts: {shown}, stations that count one: {counted}", values)
        inquiry.notebook.checked(Check.HAND_COUNTS, detail=detail)
    else:
        detail = Sentence("no station counted paper ballots", {})
        inquiry.notebook.absent(Check.HAND_COUNTS, detail=detail)


def _still_open(results: Results) -> Iterator[Sentence]:
    """Stations that a later sheet or decision can still change, counted and the first of them named."""
    for state in (StationState.OUTSTANDING, StationState.REFUSED):
        stations = [each.station for each in results.stations if each.state is state]
        if stations:
            values: dict[str, str | int] = {"count": len(stations), "first": stations[0]}
            yield Sentence(_STILL_OPEN[state], values)


def _report(notebook: Notebook, election: Election | None) -> Report:
    if election is None:
        return Report(notebook.outcomes(), notebook.said(), "", {}, "")
    definition = election.definition
    return Report(notebook.outcomes(), notebook.said(), election.identity, definition.title, definition.purpose)
