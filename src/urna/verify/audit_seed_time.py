"""Whether an audit's seed was rolled, by its own clock, before anybody could see the rules that it answers.

The log shows that the rules were published before the seed was. Dice that were rolled in between the two, and kept,
would let the rules, the manifest and the weights be made for them.
"""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from urna.errors import UrnaError
from urna.log.cosignature import read_cosignatures
from urna.record.keys import witness_verifiers
from urna.record.layout import kept_checkpoint_path
from urna.verify.audit_reading import AuditPapers
from urna.verify.authority import Inquiry
from urna.words import Sentence

_LAST = 4102444799
"""The end of 2099, the last that a record's moments can say."""


def caution_on_seed(inquiry: Inquiry, checkpoints: Sequence[int], papers: AuditPapers) -> Iterator[Sentence]:
    """What the witnesses' clocks say of the moment at which the seed was rolled.

    Args:
        inquiry: the record.
        checkpoints: sizes at which the log was published.
        papers: an audit whose rules lie under one of them before its seed.
    """
    seed = papers.seed
    fixed = [
        each.place for each in (papers.commitment, papers.manifest, papers.weights) if each and each.place is not None
    ]
    if seed is None or seed.place is None or not fixed:
        return
    public = [size for size in checkpoints if max(fixed) < size <= seed.place]
    moment = _witnessed_at(inquiry, min(public)) if public else ""
    if moment > seed.record.rolled_at:
        values: dict[str, str | int] = {"audit": papers.code, "rolled": seed.record.rolled_at, "seen": moment}
        yield Sentence(
            "Audit {audit}: its seed was rolled at {rolled}, and its rules were witnessed only at {seen}: whoever made "
            "the rules could know what they draw.",
            values,
        )


def _witnessed_at(inquiry: Inquiry, size: int) -> str:
    """When so many witnesses as are needed had cosigned the checkpoint of this size; "" where that is not known."""
    quorum = inquiry.election.definition.authority.witness_quorum
    path = kept_checkpoint_path(size)
    try:
        found = read_cosignatures(inquiry.folder.read(path), witness_verifiers(inquiry.election), path)
    except UrnaError:
        return ""  # check 8 says so
    times = sorted(each.timestamp_seconds for each in found)
    if not 1 <= quorum <= len(times):
        return ""
    return datetime.fromtimestamp(min(times[quorum - 1], _LAST), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
