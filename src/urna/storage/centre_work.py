"""What other processes do for a centre: examine parcels as they arrive, and prove sheets from their ballots.

They read the definition once. Long files go from them to the medium and back by their hash; what is sent between
processes is short.
"""

import secrets
from pathlib import Path
from typing import NamedTuple

from urna.ballot.keys import JointKeys
from urna.ballot.published import BallotList
from urna.center.admission import Admission
from urna.center.arrival import ParcelSeen, look_at, sort_files
from urna.center.evidence import Evidence, Piece
from urna.center.examination import StationFacts
from urna.center.longest import Longest
from urna.center.proving import Proof, prove
from urna.center.receipt import Held, Receipt, Verdict
from urna.center.reception import Papers
from urna.encoding.canonical import Code, Hash, decode, digest
from urna.errors import Malformed, UrnaError
from urna.record.bundle import StationBundle
from urna.station.sending import Parcel
from urna.storage.centre_files import INLINE_BYTES, CentreFiles, forget_drafts, write_draft
from urna.storage.definition_folder import read_limited
from urna.words import Sentence

MOST_PARCEL_BYTES = 1024 * 1024 * 1024


class ParcelTask(NamedTuple):
    """A parcel to be examined: its bytes, or the file in which it was put down."""

    station: Code
    parcel: bytes | Path
    facts: StationFacts
    sha256: Hash = ""
    """What the sender says it is; empty if it does not say."""


class Examination(NamedTuple):
    """What came of it."""

    sha256: Hash
    seen: ParcelSeen | None
    refused: Receipt | None
    """Why it is no parcel of this station at all."""
    drafts: Path | None = None
    """Where its long files lie until it is decided on; whoever decides removes the folder."""


class ProofTask(NamedTuple):
    """A sheet to be proven; its encrypted ballots are read by their hash."""

    keys: JointKeys
    papers: Papers
    ballots: bytes
    evidence: Evidence
    short: dict[Hash, bytes]
    """The files that lie in the database."""


class CentreWork:
    """The work, in this process or in others.

    Args:
        definition: the signed definition.
        folder: of the long files.
    """

    def __init__(self, definition: bytes, folder: Path) -> None:
        self._election = Admission(definition).election
        self._longest = Longest(self._election)
        self._files = CentreFiles(folder)

    def examine(self, task: ParcelTask) -> Examination:
        """The first stage of a parcel; its long files are drafts on the medium afterwards."""
        named = task.sha256
        try:
            most = min(self._longest.of(task.station), MOST_PARCEL_BYTES)
            data = task.parcel if isinstance(task.parcel, bytes) else read_limited(task.parcel, most)
            named = digest(data)
            if task.sha256 not in {"", named}:
                raise _another_parcel(task.sha256, named)
            parcel = decode(data, Parcel, task.station, most)
            self._check_parcel(parcel, task.station)
            seen = look_at(task.station, sort_files(task.station, parcel.files), self._election, task.facts)
        except UrnaError as error:
            return Examination(named, None, Receipt(Verdict.REFUSED, named, str(error)))
        return Examination(named, *self._put_down(seen))

    def prove(self, task: ProofTask) -> Proof | Held:
        """The second stage, from the files alone."""

        def read(piece: Piece) -> bytes:
            return task.short[piece.sha256] if piece.sha256 in task.short else self._files.read(piece.sha256)

        evidence = task.evidence
        bundle = StationBundle(
            b"",  # it was examined
            task.ballots,
            {style: read(piece) for style, piece in evidence.ciphertexts.items()},
            read(evidence.opened) if evidence.opened else None,
        )
        listed = decode(task.ballots, BallotList)
        outcome = prove(
            self._election,
            task.keys,
            task.papers,
            listed=listed,
            bundle=bundle,
            coefficients=secrets.token_bytes,
        )
        return outcome.portable() if isinstance(outcome, Held) else outcome

    def _check_parcel(self, parcel: Parcel, station: Code) -> None:
        if (parcel.election, parcel.station) != (self._election.identity, station):
            raise Malformed(
                Sentence("a parcel of station {station} of this election", {"station": station}),
                Sentence(
                    "one of {station} of election {election}",
                    {"station": parcel.station, "election": parcel.election[:16]},
                ),
                Sentence("Send it to the centre of its own election, under its own station."),
                station,
            )

    def _put_down(self, seen: ParcelSeen) -> tuple[ParcelSeen, None, Path | None]:
        """Long files become drafts; never the sheet: if it is refused, its sums of nonces are kept nowhere."""
        proofs = seen.evidence
        pieces = [proofs.ballots, *proofs.ciphertexts.values(), proofs.opened] if proofs is not None else []
        long = [each.data for each in (*pieces, *seen.others.values()) if each is not None and _is_long(each)]
        if not long:
            return seen, None, None
        drafts = self._files.new_drafts()
        try:
            for data in long:
                write_draft(drafts, data or b"")
        except BaseException:
            forget_drafts(drafts)
            raise
        evidence = _shorten(proofs) if proofs is not None else None
        others = {name: _without_long(piece) for name, piece in seen.others.items()}
        return seen._replace(evidence=evidence, others=others), None, drafts


def _shorten(evidence: Evidence) -> Evidence:
    """The evidence without the bytes of long files, to be sent between processes."""
    return Evidence(
        evidence.sheet,
        _without_long(evidence.ballots) if evidence.ballots else None,
        {style: _without_long(piece) for style, piece in evidence.ciphertexts.items()},
        _without_long(evidence.opened) if evidence.opened else None,
    )


def _without_long(piece: Piece) -> Piece:
    return piece.name if _is_long(piece) else piece


def _is_long(piece: Piece) -> bool:
    return piece.data is not None and len(piece.data) > INLINE_BYTES


def _another_parcel(said: Hash, found: Hash) -> Malformed:
    return Malformed(
        Sentence("a parcel with the hash {name}", {"name": said[:16]}),
        Sentence("one with {name}", {"name": found[:16]}),
        Sentence("Send it once more: it did not arrive as it was sent."),
    )


_work: CentreWork | None = None


def begin(definition: bytes, folder: Path) -> None:
    """Begins a process that does this work."""
    global _work  # noqa: PLW0603 - one process does one work, sent to it once
    _work = CentreWork(definition, folder)


def examine_elsewhere(task: ParcelTask) -> Examination:
    """`CentreWork.examine` in a process that was begun."""
    if _work is None:
        raise AssertionError
    return _work.examine(task)


def prove_elsewhere(task: ProofTask) -> Proof | Held:
    """`CentreWork.prove` in a process that was begun."""
    if _work is None:
        raise AssertionError
    return _work.prove(task)
