"""What is left when somebody's images were taken out of the archive: who took them, when and why, signed by two."""

from urna.election.definition import Text
from urna.encoding.canonical import Count, Hash, Moment, PublicKey, Record
from urna.errors import Malformed
from urna.roll.at_rest import EnrolmentId
from urna.words import Sentence


class ArchiveOpening(Record, frozen=True, kw_only=True, tag_field="type", tag="urna/archive-opening/1"):
    """One opening of one enrolment's images. It names no elector."""

    election: Hash
    enrolment: EnrolmentId
    images: Count
    reason: Text
    """Such as the number of a court's order; never a person's name or number."""
    opened_at: Moment
    officers: tuple[PublicKey, PublicKey]
    """Sorted."""

    def __post_init__(self) -> None:
        """Two officers are two."""
        if not self.officers[0] < self.officers[1]:
            raise Malformed(
                Sentence("the keys of two officers"),
                Sentence("one key twice"),
                Sentence("Open the archive with a second officer."),
            )
