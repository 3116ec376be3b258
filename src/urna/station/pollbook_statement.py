"""From the poll book's counts to the statement that it signs."""

from urna.election.certification import RollCommitment
from urna.election.statement import PollBookStatement
from urna.encoding.canonical import Hash, Moment
from urna.station.people import People, check_may_close


def state(
    people: People, commitment: RollCommitment, *, election: Hash, closed_at: Moment, signatures: int | None
) -> PollBookStatement:
    """What the poll book states of its day.

    Args:
        people: the counts at closing.
        commitment: to the station's electors, as the officers signed it.
        election: the definition's hash.
        closed_at: when the station closed.
        signatures: in the paper book, counted by hand; None when nobody counted.

    Raises:
        OutOfOrder: somebody is waiting or in a booth.
    """
    check_may_close(people)
    return PollBookStatement(
        election=election,
        station=commitment.station,
        registered=commitment.electors,
        roll_root=commitment.root,
        identified=people.identified,
        overrides=people.overrides,
        codes_used=len(people.lines_used),
        telephone_codes_used=people.telephone_codes_used,
        refused_second_attempts=people.refused_second_attempts,
        withdrawn=people.withdrawn,
        readmitted=people.readmitted,
        activations=people.activations,
        endings=people.endings,
        doubtful_decisions=people.doubtful_decisions,
        signatures=signatures,
        closed_at=closed_at,
    )
