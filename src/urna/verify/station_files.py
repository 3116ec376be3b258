"""What a station's folder holds of encrypted ballots, as the verification hands it on: no bytes of a ballot are in it.

This stands apart from `verify/ballot_files`, which looks at the files, so that an election without guardians is
verified without loading what computes with ciphertexts.
"""

from collections.abc import Callable, Mapping
from typing import NamedTuple

from urna.ballot.published import BallotList
from urna.encoding.canonical import Code, Hash
from urna.verify.report import Finding


class StationPapers(NamedTuple):
    """What is read of a station before its encrypted ballots are."""

    station: Code
    listed: BallotList
    listed_hash: Hash
    """SHA-256 of the ballot list's file."""
    opened: bytes | None
    """The opened challenged ballots as they were read; None if there is no such file."""
    sizes: Mapping[str, int]
    """Sizes in bytes of the station's files of encrypted ballots, by path."""
    must_open: bool = True
    """False where the closing cards were lost, as the sheet says: then nobody could open the challenged ballots."""


class BallotFile(NamedTuple):
    """A file of encrypted ballots whose first line is right: where its rows are, and what they are compared with."""

    station: Code
    style: Code
    path: str
    form: str
    """"committed" or "compact"."""
    start: int
    """Where the first row begins, in bytes."""
    row_bytes: int
    rows: int
    listed: Hash
    """SHA-256 of the station's ballot list: whoever reads it again reads the same."""
    opened: Hash | None
    """SHA-256 of the station's opened ballots; None if none can be read."""


class StationFiles(NamedTuple):
    """A station's encrypted ballots, file by file, and what is wrong with them at first sight."""

    findings: tuple[Finding, ...]
    files: tuple[BallotFile, ...]
    is_whole: bool
    """Whether there is a file for every listed style, so that sums over the files mean something."""


LookAtFiles = Callable[[StationPapers], StationFiles]
"""Looks at a station's files of encrypted ballots; it can be sent to other processes."""
