"""The first stage of a sheet, which needs nothing that changes from one sheet to the next, so many run side by side.

    lengths, canonical bytes, signatures, certification, election     or it is refused
    its numbers against each other, the roll and the zero reports     or it will be quarantined
    its encrypted ballots are those of its list, by hash              or it will be refused: nobody signs their files

Whether it counts, and what becomes of it, is the centre's to say, one after the other.
"""

from collections.abc import Mapping
from typing import NamedTuple

from urna.ballot.keys import JointKeys
from urna.ballot.published import BallotList
from urna.center.receipt import Held, broken, no_joint_keys, no_keys
from urna.center.reception import (
    Papers,
    check_lengths,
    check_listed,
    first_breach,
    open_ballots,
    open_sheet,
    station_of,
)
from urna.election.certification import RollCommitment, StationKeys
from urna.election.definition import Election
from urna.election.statement import PollBookStatement
from urna.encoding.canonical import Code, Hash, decode, digest
from urna.encoding.document import read_document
from urna.errors import UrnaError
from urna.record.bundle import StationBundle
from urna.tally.rules_votes import ballots_root
from urna.tally.sheet import TallySheet


class StationFacts(NamedTuple):
    """What the centre knows of a station when a sheet of it is examined."""

    keys: StationKeys | None
    """Those that speak for it; None without any."""
    roll: RollCommitment | None
    zero_reports: Mapping[int, Hash]
    """By booth, those that were accepted."""
    joint_keys: JointKeys | None = None
    """The guardians'."""


class Examined(NamedTuple):
    """A sheet that is properly signed."""

    document: Hash
    papers: Papers
    keys: StationKeys
    """That signed it."""
    listed: BallotList | None
    held: Held | None
    """The rule that its numbers break, if one is broken."""
    zero_reports: Mapping[int, Hash]
    """With which it was compared."""
    has_own_list: bool
    """Whether the ballot list is there that the sheet has signed; True if it has signed none."""
    other_files: str = ""
    """Why the encrypted ballots that came with it are not those of the list; empty if they are."""

    @property
    def station(self) -> Code:
        """Whose it is."""
        return self.papers.sheet.station

    @property
    def sequence(self) -> int:
        """0 is the sheet of the closing."""
        return self.papers.sheet.sequence


def sheet_station(bundle: StationBundle, election: Election) -> Code:
    """Whose sheet it says it is; raises as `station_of`, and Malformed for what no verifier would read."""
    check_lengths(bundle)
    return station_of(bundle.sheet, TallySheet, election)


def examine(bundle: StationBundle, election: Election, facts: StationFacts) -> Examined:
    """The first stage.

    Args:
        bundle: what the station sent; no proof of its encrypted ballots is looked at.
        election: the definition.
        facts: of the station that `sheet_station` names.

    Raises:
        Malformed, Unproven: it is not a sheet that the station's own booths and poll book signed.
    """
    station = sheet_station(bundle, election)
    if facts.keys is None:
        raise no_keys(station)
    papers = open_sheet(bundle.sheet, election, facts.keys)
    listed = open_ballots(bundle.ballots, papers) if bundle.ballots is not None else None
    held = judge(papers, listed, election, facts.roll, facts.zero_reports)
    has_own_list = is_list_of(listed, papers.sheet)
    is_of_list = listed is not None and has_own_list and election.is_encrypted and not papers.sheet.sequence
    other = _other_files(papers, listed, bundle, election, facts.joint_keys) if listed and is_of_list else ""
    return Examined(digest(bundle.sheet), papers, facts.keys, listed, held, facts.zero_reports, has_own_list, other)


def _other_files(
    papers: Papers, listed: BallotList, bundle: StationBundle, election: Election, keys: JointKeys | None
) -> str:
    """Why the encrypted ballots are not those of the list; also if nobody can say so yet."""
    try:
        if keys is None:
            raise no_joint_keys(papers.sheet.station)
        check_listed(election, keys, papers, listed=listed, bundle=bundle)
    except UrnaError as error:
        return str(error)
    return ""


def is_list_of(listed: BallotList | None, sheet: TallySheet) -> bool:
    """Whether a ballot list is the one that a sheet has signed, or there is none and the sheet has signed none."""
    return (ballots_root(listed) if listed is not None else None) == sheet.ballots_root


def judge(
    papers: Papers,
    listed: BallotList | None,
    election: Election,
    roll: RollCommitment | None,
    zero_reports: Mapping[int, Hash],
) -> Held | None:
    """Why the numbers of a sheet do not agree, or None."""
    breach = first_breach(papers, listed, election, roll, zero_reports)
    return broken(breach) if breach is not None else None


def recall(sheet: bytes, ballots: bytes | None, facts: StationFacts) -> Examined:
    """A sheet that was examined before and found right, read again without checking anything again.

    Args:
        sheet: its bytes, from the centre's own store.
        ballots: its ballot list.
        facts: the same as then.
    """
    read = read_document(sheet, TallySheet)
    statement = read_document(read.statement.encode(), PollBookStatement)
    if facts.keys is None:
        raise no_keys(read.station)
    listed = decode(ballots, BallotList) if ballots is not None else None
    return Examined(
        digest(sheet), Papers(read, statement), facts.keys, listed, None, facts.zero_reports, has_own_list=True
    )
