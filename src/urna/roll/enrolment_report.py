"""What many enrolments have in common: counts for a report, no person in it."""

from collections import Counter
from collections.abc import Sequence

from urna.encoding.canonical import Count, Hash, Moment, PublicKey, Record
from urna.roll.enrolled import EnrolmentRecord, records_hash
from urna.roll.enrolment_rules import RECAPTURE_BELOW, WARN_BELOW, Reason


class EnrolmentReport(Record, frozen=True, kw_only=True, tag_field="type", tag="urna/enrolment-report/1"):
    """A batch of enrolments in numbers; signed by the two operators of the batch."""

    election: Hash
    electors: Count
    without_fingers: Count
    """Electors of whom no finger could be enrolled: the failures to enrol."""
    fingers: Count
    impressions: Count
    impressions_below_recapture: Count
    impressions_below_warning: Count
    left_out: dict[Reason, Count]
    """Fingers that are not on the roll, by reason."""
    left_aside: Count
    """Electors of the batch with mistakes, who were not enrolled."""
    records: Hash
    """Over the records of the batch."""
    operators: tuple[PublicKey, PublicKey]
    made_at: Moment


def report_of(
    records: Sequence[EnrolmentRecord],
    *,
    election: Hash,
    left_aside: int,
    operators: tuple[PublicKey, PublicKey],
    now: Moment,
) -> EnrolmentReport:
    """The report of a batch.

    Args:
        records: of the electors enrolled.
        election: the election's identity.
        left_aside: how many electors had mistakes and were left aside.
        operators: the keys that sign, sorted.
        now: when.
    """
    fingers = [finger for record in records for finger in record.fingers]
    qualities = [quality for finger in fingers for quality in finger.qualities]
    reasons = Counter(each.reason for record in records for each in record.left_out)
    return EnrolmentReport(
        election=election,
        electors=len(records),
        without_fingers=sum(not record.fingers for record in records),
        fingers=len(fingers),
        impressions=len(qualities),
        impressions_below_recapture=sum(quality < RECAPTURE_BELOW for quality in qualities),
        impressions_below_warning=sum(quality < WARN_BELOW for quality in qualities),
        left_out={reason: reasons[reason] for reason in Reason},
        left_aside=left_aside,
        records=records_hash(records),
        operators=operators,
        made_at=now,
    )
