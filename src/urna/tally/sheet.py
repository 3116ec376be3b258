"""The tally sheet (acta) and the zero report: what a station signs.

A sheet is a signed document (`encoding/document`) by every booth of the station; inside it stands, whole, the
signed document of the poll book's statement, so that one paper carries both independent counts.
"""

from urna.ballot.published import Nonce
from urna.encoding.canonical import Code, Count, Hash, Moment, Record


class OptionVotes(Record, frozen=True, kw_only=True, omit_defaults=True):
    """Votes for one option."""

    option: Code
    votes: Count
    nonce: Nonce | None = None
    """R, the sum of the encryption nonces over the cast ballots, which proves the votes (docs/spec/protocol.md).

    Only the sheet of the closing carries it: a second sum would open the difference of two sets of ballots.
    """


class ContestTally(Record, frozen=True, kw_only=True):
    """One contest at one station.

    votes + undervotes = ballots × votes allowed. Below the secrecy threshold `votes` and `undervotes` are
    None: withheld, and opened later only inside an aggregate.
    """

    contest: Code
    ballots: Count
    """Cast ballots of the styles that hold the contest."""
    votes: tuple[OptionVotes, ...] | None
    """In ballot order, every option once."""
    undervotes: Count | None


class StyleBallots(Record, frozen=True, kw_only=True):
    """Cast ballots of one style."""

    style: Code
    cast: Count


class BoothCounts(Record, frozen=True, kw_only=True):
    """Ballots that one booth printed a paper for, by what became of them."""

    booth: Count
    """From 1."""
    zero_report: Hash
    """SHA-256 of the booth's signed zero report."""
    cast: Count
    void: Count
    challenged: Count

    @property
    def made(self) -> int:
        """Ballots made, and so papers printed."""
        return self.cast + self.void + self.challenged


class TallySheet(Record, frozen=True, kw_only=True, omit_defaults=True, tag_field="type", tag="urna/tally-sheet/1"):
    """A station's result."""

    election: Hash
    station: Code
    sequence: Count
    """0 for the sheet of the closing; a correction has the next number."""
    statement: str
    """The poll book's signed statement, the whole document."""
    booths: tuple[BoothCounts, ...]
    styles: tuple[StyleBallots, ...]
    """Every style of the station, in the definition's order."""
    contests: tuple[ContestTally, ...]
    """Every contest of the station, in the definition's order."""
    ballots_root: Hash | None
    """Merkle root of all ballots with their states, sorted by id; None only in a rehearsal of counts."""
    closed_at: Moment
    opened: bool = True
    """False where the closing cards were lost: people, ballots and root alone; the guardians open the votes."""

    @property
    def cast(self) -> int:
        """Cast ballots of all booths."""
        return sum(booth.cast for booth in self.booths)


class ZeroReport(Record, frozen=True, kw_only=True, tag_field="type", tag="urna/zero-report/1"):
    """What a booth's box holds at opening: nothing. Signed by the booth; anything but zero blocks the opening."""

    election: Hash
    station: Code
    booth: Count
    """From 1."""
    slots: Count
    """Slots of the ballot box file, all of them free."""
    ballots: Count
    """0."""
    votes: tuple[OptionVotes, ...]
    """Every option of the station's contests, in order, with 0 votes."""
    box_sha256: Hash
    """SHA-256 of the whole ballot box file as it lies on the medium, random filling included."""
    opened_at: Moment
