"""When personal data may be wiped, and the record that it was.

A roll, an archive and a poll book are kept until complaints and courts are done with them: so many days after the
close of polls, by the definition (`personal_data_days`). Before that day they are evidence, and wiping them is
refused; from that day on there is no reason to have them.
"""

from datetime import UTC, datetime, timedelta
from enum import StrEnum

from urna.election.definition import Election
from urna.encoding.canonical import Count, Hash, Moment, Record
from urna.errors import OutOfOrder
from urna.words import Sentence

_FORM = "%Y-%m-%dT%H:%M:%SZ"


class Holding(StrEnum):
    """What kind of folder it is."""

    ROLL = "roll"
    ARCHIVE = "archive"
    WORK_LIST = "work_list"
    """Of a search for people who are on the roll twice."""
    POLL_BOOK = "poll_book"


class WipedFolder(Record, frozen=True, kw_only=True):
    """A folder that is no more, in numbers."""

    holding: Holding
    keys: Count
    """Key files that were destroyed before anything else."""
    files: Count
    """All files, keys among them."""
    bytes: Count


class WipeRecord(Record, frozen=True, kw_only=True, tag_field="type", tag="urna/wipe/1"):
    """What was wiped; signed by the officers who act for the authority. It names no person."""

    election: Hash
    folders: tuple[WipedFolder, ...]
    allowed_from: Moment
    wiped_at: Moment


def wiping_day(election: Election) -> Moment:
    """The first instant at which personal data may be wiped."""
    closes = datetime.strptime(election.definition.closes_at, _FORM).replace(tzinfo=UTC)
    return (closes + timedelta(days=election.rules.personal_data_days)).strftime(_FORM)


def check_due(election: Election, now: Moment) -> None:
    """Returns if the legal period is over.

    Raises:
        OutOfOrder: it is not; the sentence says when.
    """
    day = wiping_day(election)
    if now < day:
        raise OutOfOrder(
            Sentence("a day from {day} on", {"day": day}),
            Sentence("{now}", {"now": now}),
            Sentence("Keep the data until then: complaints and courts may need them."),
        )
