"""The longest parcel that a station can have to send, from its electors and styles: a longer one is refused unread.

Whoever sends it need not sign anything to have it read, so its length is bounded by what is known before.
"""

from urna.ballot.forms import committed_bytes
from urna.ballot.shape import ballot_shape
from urna.election.definition import Election
from urna.encoding.canonical import Code

BESIDE_BYTES = 48 * 1024 * 1024
"""Sheet, zero reports, event logs, and what came beside them."""

READMISSIONS = 2
"""Every elector may be admitted once more by the president."""

_ROW_BYTES, _OPENED_OPTION_BYTES = 512, 512
"""Of the ballot list, and of an option in the list of opened ballots, at most."""


class Longest:
    """By station.

    Args:
        election: the definition.
    """

    def __init__(self, election: Election) -> None:
        self._election = election
        rules = election.definition.rules
        self._of_elector: dict[Code, int] = {}
        for style in election.styles:
            shape = ballot_shape(election, style)
            ballots = rules.attempts * (committed_bytes(shape) + _ROW_BYTES)
            opened = rules.challenges * (shape.options * _OPENED_OPTION_BYTES + _ROW_BYTES)
            self._of_elector[style] = READMISSIONS * (ballots + opened)

    def of(self, station: Code) -> int:
        """Bytes of the whole parcel, whose files are in base64."""
        styles = self._election.stations[station].styles
        content = BESIDE_BYTES + sum(each.electors * self._of_elector[each.style] for each in styles)
        return content * 4 // 3
