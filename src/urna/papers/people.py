"""The part of a tally sheet that counts people: the poll book's statement, line by line."""

from urna.election.outcomes import Ending, Outcome, OverrideReason
from urna.election.statement import PollBookStatement
from urna.papers.paper import Heading, Plain, Row, Table
from urna.papers.pen import Pen
from urna.words import N_

OUTCOMES = {
    Outcome.MATCH: N_("Finger matched"),
    Outcome.NO_MATCH: N_("Finger did not match"),
    Outcome.NOTHING_STORED: N_("No fingerprint on the roll"),
    Outcome.NO_FINGERS: N_("No finger to read"),
    Outcome.POOR_IMAGE: N_("Image too poor"),
}
REASONS = {
    OverrideReason.DOCUMENT_CHECKED: N_("Document checked"),
    OverrideReason.FINGER_INJURED: N_("Finger injured"),
    OverrideReason.READER_FAILED: N_("Reader failed"),
    OverrideReason.KNOWN_TO_MEMBERS: N_("Known to the members"),
}
ENDINGS = {
    Ending.CAST: N_("Ended with a vote cast"),
    Ending.EXPIRED: N_("Ended: time ran out"),
    Ending.LEFT: N_("Ended: voter left"),
    Ending.FAILURE: N_("Ended: machine failed"),
}


def people(pen: Pen, statement: PollBookStatement) -> tuple[Plain, ...]:
    """Who was registered, how they were identified, who was let in without a match and why."""
    return (
        Heading(text=pen.say("People (poll book)"), level=3),
        Table(
            rows=(
                _row(pen.say("Registered"), statement.registered),
                *(_row(pen.say(OUTCOMES[outcome]), statement.identified.get(outcome, 0)) for outcome in Outcome),
                _row(pen.say("Identified, in all"), statement.identified_total, strong=True),
                _row(pen.say("Second attempts refused"), statement.refused_second_attempts),
                _row(pen.say("Signatures in the book (hand count)"), statement.signatures, strong=True),
            )
        ),
        Heading(text=pen.say("Let in without a match, by the president"), level=3),
        Table(
            rows=(
                *(_row(pen.say(REASONS[reason]), statement.overrides.get(reason, 0)) for reason in OverrideReason),
                _row(pen.say("Codes of the sealed sheet used"), statement.codes_used),
                _row(pen.say("Codes by telephone used"), statement.telephone_codes_used),
            )
        ),
    )


def activations(pen: Pen, statement: PollBookStatement) -> tuple[Plain, ...]:
    """How often a booth was unlocked, and how that ended."""
    return (
        Heading(text=pen.say("Activations (poll book)"), level=3),
        Table(
            rows=(
                _row(pen.say("Withdrew before voting"), statement.withdrawn),
                _row(pen.say("Let in again by the president"), statement.readmitted),
                _row(pen.say("Activations of a booth"), statement.activations, strong=True),
                *(_row(pen.say(ENDINGS[ending]), statement.endings.get(ending, 0)) for ending in Ending),
                _row(pen.say("Doubtful cases decided by the president"), statement.doubtful_decisions),
            )
        ),
    )


def _row(label: str, value: int | None, *, strong: bool = False) -> Row:
    return Row(label=label, values=(value,), strong=strong)
