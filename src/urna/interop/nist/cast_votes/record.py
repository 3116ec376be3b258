"""The challenged ballots of a record, and why the others are not written."""

from collections.abc import Iterator

from urna.ballot.published import BallotList, OpenedList
from urna.election.definition import Election
from urna.encoding.canonical import decode
from urna.errors import OutOfOrder
from urna.interop.nist.cast_votes.writing import ChallengedBallot
from urna.record.layout import ballots_path, opened_path
from urna.record.reader import RecordReader, read_placed
from urna.words import Sentence


def refuse_cast_ballots(election: Election) -> OutOfOrder:
    """The error for somebody who asks for the cast ballots of a record one by one."""
    found = Sentence("an election without guardians, whose record has their ids and states and no selection")
    if election.is_encrypted:
        found = Sentence("cast ballots that are encrypted and secret; totals alone are ever opened")
    return OutOfOrder(
        Sentence("ballots that may be shown one by one"),
        found,
        Sentence("Ask with --challenged for those whose voters challenged the machine: they were never counted."),
    )


def challenged_in(reader: RecordReader, election: Election) -> Iterator[ChallengedBallot]:
    """Every challenged ballot of the record with its station and style.

    Args:
        reader: the record, verified before.
        election: its definition.

    Raises:
        Malformed: a list that cannot be read.
    """
    there = reader.list().sizes
    for station in election.stations:
        path = opened_path(station)
        if path in there:
            opened = decode(read_placed(reader, path), OpenedList, path)
            listed = decode(read_placed(reader, ballots_path(station)), BallotList, ballots_path(station))
            styles = {each.id: each.style for each in listed.ballots}
            for ballot in opened.ballots:
                yield ChallengedBallot(station, styles[ballot.id] or "", ballot)
