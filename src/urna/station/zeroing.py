"""The zero report: what a booth states of itself at opening. Anything but an empty box blocks the opening."""

from urna.election.definition import Election
from urna.encoding.canonical import Code, Hash, Moment
from urna.errors import OutOfOrder
from urna.tally.sheet import OptionVotes, ZeroReport
from urna.words import Sentence


def zero_report(
    election: Election, station: Code, number: int, *, slots: int, ballots: int, box_sha256: Hash, now: Moment
) -> ZeroReport:
    """What a booth states at opening.

    Args:
        election: the definition.
        station: the station's code.
        number: the booth's number.
        slots: slots of the ballot box file.
        ballots: slots of it that are not free.
        box_sha256: SHA-256 of the whole file as it lies on the medium.
        now: the opening.

    Raises:
        OutOfOrder: the box is not empty; that blocks the opening.
    """
    if ballots:
        raise OutOfOrder(
            Sentence("an empty ballot box"),
            Sentence("{ballots} ballots", {"ballots": ballots}),
            Sentence("Do not open. Keep the machine as it is, call the technician, and take a spare."),
            f"{station} booth {number}",
        )
    options = [option.code for contest in election.contests_of_station(station) for option in contest.options]
    return ZeroReport(
        election=election.identity,
        station=station,
        booth=number,
        slots=slots,
        ballots=0,
        votes=tuple(OptionVotes(option=option, votes=0) for option in options),
        box_sha256=box_sha256,
        opened_at=now,
    )
