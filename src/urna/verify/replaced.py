"""What was said once and counts no more: it verifies, and nobody should have to find it by comparing files.

Hand counts that others replaced, decisions that others replaced, final results that later ones replaced, keys that
came when the day had begun, candidates who were withdrawn.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

from urna.encoding.canonical import Code
from urna.record.layout import Kind
from urna.verify.authority import Authorized, Inquiry
from urna.verify.hand_counts import HandSeen, Standing
from urna.verify.leaves import Leaf
from urna.verify.results import Edition
from urna.words import Sentence


def hand_counts_of(station: Code, hands: Sequence[HandSeen], decided: Sequence[Standing]) -> Iterator[Sentence]:
    """A station's hand counts that were corrected, or that no decision speaks of, and decisions that were replaced."""
    for before, after in pairwise(hands):
        values: dict[str, str | int] = {"station": station, "left": before.path, "right": after.path}
        yield Sentence("Station {station}: the hand count {left} was corrected by {right}.", values)
    named = {standing.decision.hand for standing in decided}
    if hands and not any(each.sha256 in named for each in hands):
        values = {"station": station, "count": len(hands)}
        yield Sentence("Station {station} has {count} hand counts, and no decision counts one.", values)
    for first, second in pairwise(decided):
        values = {"station": station, "left": first.decision.serial, "right": second.decision.serial}
        yield Sentence("Station {station}: decision {right} replaces decision {left}.", values)


def final_results(editions: Sequence[Edition]) -> Iterator[Sentence]:
    """Editions that said that they were final, and were not the last."""
    last = editions[-1].results if editions else None
    for each in editions[:-1]:
        if each.results.status == "final" and last is not None:
            values: dict[str, str | int] = {"edition": each.results.edition, "newest": last.edition}
            yield Sentence("Edition {edition} said that it was final; the newest is {newest}.", values)


def late_keys(inquiry: Inquiry, authorized: Authorized, leaves: Mapping[str, Leaf]) -> Iterator[Sentence]:
    """Stations that speak by keys certified after the first paper of a station came: whose machine it was changed."""
    places = inquiry.folder.places
    first = min((leaf.place for path, leaf in leaves.items() if path in places and places[path].station), default=None)
    late = [
        station
        for station, path in sorted(authorized.certified_in.items())
        if first is not None and path in leaves and leaves[path].place > first
    ]
    if late:
        values: dict[str, str | int] = {"count": len(late), "first": late[0]}
        yield Sentence(
            "Stations whose keys were certified when the day had begun: {count}, {first} among them.", values
        )


def withdrawals(inquiry: Inquiry, authorized: Authorized) -> Iterator[Sentence]:
    """Candidates whose seats go to others by decision of the officers."""
    paths = [path for _, path in inquiry.folder.numbered(Kind.WITHDRAWAL) if path in authorized.withdrawals]
    if paths:
        first = authorized.withdrawals[paths[0]]
        values: dict[str, str | int] = {"count": len(paths), "first": first.candidate, "reason": first.reason}
        yield Sentence("Candidates withdrawn by decision: {count}, {first} among them: {reason}", values)
