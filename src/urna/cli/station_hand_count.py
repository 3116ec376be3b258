"""Builds and reads the sheet of paper ballots for the poll book, which loads nothing of tallies itself.

python -m urna.cli.station_hand_count STATION < order > the record, or the paper of a signed sheet
"""

import sys
from pathlib import Path

from urna.cli.station_hand_counts import MAX_ORDER_BYTES, HandAnswer, HandOrder
from urna.cli.words import say_in
from urna.election.definition import Election
from urna.encoding.canonical import decode, encode
from urna.encoding.document import read_document
from urna.errors import UrnaError
from urna.papers.hand_count_sheet import hand_count_sheet
from urna.station.hand_entry import ContestEntry
from urna.station.link_messages import trouble_of
from urna.storage.station_folder import StationFolder, StationIdentity, open_package
from urna.tally.hand_count import HandContest, HandCountReason, HandCountSheet, check_sums, withhold
from urna.tally.sheet import OptionVotes


def main(arguments: list[str]) -> int:
    """Answers one order."""
    order = decode(sys.stdin.buffer.read(MAX_ORDER_BYTES), HandOrder, "order", MAX_ORDER_BYTES)
    try:
        found = answer(open_package(StationFolder(Path(arguments[0]))), order)
    except UrnaError as error:
        found = HandAnswer(trouble=trouble_of(error))
    sys.stdout.buffer.write(encode(found))
    return 0


def answer(identity: StationIdentity, order: HandOrder) -> HandAnswer:
    """The record to be signed; of a signed sheet, its paper.

    Raises:
        Malformed: it does not fit the definition.
        Unproven: its sums do not hold.
    """
    if order.document:
        signed = read_document(order.document.encode(), HandCountSheet)
        say, language = say_in(order.language), order.language
        paper = hand_count_sheet(identity.election, signed, order.document.encode(), say=say, language=language)
        return HandAnswer(paper=paper)
    counted = build(identity, order)
    check_sums(identity.election, counted)
    sheet = withhold(identity.election, counted)
    return HandAnswer(record=encode(sheet).decode())


def build(identity: StationIdentity, order: HandOrder) -> HandCountSheet:
    """Everything that was typed; what of it leaves the station `withhold` says."""
    entry, election, station = order.entry, identity.election, identity.station
    return HandCountSheet(
        election=election.identity,
        station=station,
        sequence=0,
        reason=HandCountReason(entry.reason),
        registered=election.stations[station].electors,
        signatures=entry.signatures,
        handed_out=entry.handed_out,
        ballots=entry.ballots,
        contests=tuple(_contest(election, each) for each in entry.contests),
        closed_at=order.closed_at,
    )


def _contest(election: Election, counted: ContestEntry) -> HandContest:
    options = election.contests[counted.contest].options
    votes = zip(options, counted.votes, strict=True)
    return HandContest(
        contest=counted.contest,
        votes=tuple(OptionVotes(option=option.code, votes=count) for option, count in votes),
        blank=counted.blank,
        null=counted.null,
        ballots=counted.ballots,
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
