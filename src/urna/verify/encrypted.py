"""Checks 17 and 25 to 28: an election whose ballots are encrypted, from the ciphertexts up.

The centre asks the same of one station's files at reception (`inspect_bundle`), with the same code; and at its door
whether they are the station's at all (`inspect_listed`).
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from typing import NamedTuple

from urna.ballot.keys import JointKeys
from urna.ballot.published import BallotList
from urna.crypto.elgamal import Ciphertext
from urna.election.definition import Election
from urna.encoding.canonical import Code, digest, encode
from urna.errors import OutOfOrder
from urna.record.layout import ballots_path, ciphertexts_path, opened_path
from urna.record.reader import RecordInMemory
from urna.tally.sheet import TallySheet
from urna.tally.totals import OwnPart, StationCount
from urna.verify.aggregates import (
    Opened,
    SheetsCounted,
    check_aggregates,
    opened_alone,
    parts_before,
    read_openings,
)
from urna.verify.authority import Inquiry
from urna.verify.ballot_boxes import BoxesSeen, BoxInspector, Listing, boxes_of
from urna.verify.ballot_files import Keyed, look_at_files
from urna.verify.cast_sums import CastSums
from urna.verify.engines import Engine, Plain, Unproved
from urna.verify.leaves import Leaf
from urna.verify.report import Check, Finding
from urna.verify.sheet_proofs import SheetClaim, SheetSaid, prove_sheets
from urna.verify.station import StationBegun, StationSeen
from urna.verify.station_files import BallotFile, LookAtFiles, StationPapers
from urna.verify.work import BallotWork, Coefficients, EngineName
from urna.words import Sentence


def engine_of(name: EngineName, coefficients: Coefficients | None) -> Engine:
    """The engine of this name.

    Args:
        name: "fast" or "plain".
        coefficients: fresh random bytes; only the plain engine does without.

    Raises:
        OutOfOrder: the fast engine without random bytes.
    """
    if name == "plain":
        return Plain()
    if coefficients is None:
        raise OutOfOrder(
            Sentence("random bytes of the verifier's own for the fast engine"),
            Sentence("none"),
            Sentence("Give them, or use the plain engine."),
        )
    from urna.verify.fast_engine import Fast  # noqa: PLC0415 - the plain engine needs no kernel

    return Fast(coefficients)


def inspect_bundle(  # noqa: PLR0917 - the parts of a bundle, in the order in which a bundle has them
    election: Election,
    keys: JointKeys,
    sheet: TallySheet,
    listed: BallotList,
    ciphertexts: Mapping[Code, bytes],
    opened: bytes | None,
    *,
    coefficients: Coefficients | None,
    engine: EngineName = "fast",
) -> tuple[Finding, ...]:
    """What is wrong with the encrypted ballots of one station, as everybody will find it in the record.

    1. Its files: one for each listed style, each of this election, station and style; the opened ballots.
    2. Every ballot: proven, listed under its hash, the challenged ones opened to what was encrypted.
    3. The votes on the sheet follow from the cast ballots.

    Args:
        election: the definition, with guardians.
        keys: the guardians' joint keys.
        sheet: the station's sheet, its signatures checked.
        listed: the station's ballot list, under the root on the sheet.
        ciphertexts: by style, the file of encrypted ballots in its committed form.
        opened: the canonical bytes of the opened challenged ballots; None if there are none.
        coefficients: fresh random bytes that the station cannot foresee; None is enough for the plain engine.
        engine: how proofs are checked.

    Returns:
        Nothing if all is right.
    """
    return inspect_and_sum(
        election, keys, sheet, listed, ciphertexts, opened, coefficients=coefficients, engine=engine
    ).findings


class BundleSeen(NamedTuple):
    """What the encrypted ballots of one station say."""

    findings: tuple[Finding, ...]
    sums: Mapping[Code, Sequence[Ciphertext]] | None
    """By contest, for each option in ballot order, over the cast ballots; None if they cannot be made."""


def inspect_and_sum(  # noqa: PLR0917 - as `inspect_bundle`
    election: Election,
    keys: JointKeys,
    sheet: TallySheet,
    listed: BallotList,
    ciphertexts: Mapping[Code, bytes],
    opened: bytes | None,
    *,
    coefficients: Coefficients | None,
    engine: EngineName = "fast",
) -> BundleSeen:
    """`inspect_bundle`, with the sums that it made."""
    station, checker = sheet.station, engine_of(engine, coefficients)
    keyed, papers = _bundle(election, keys, sheet, listed, ciphertexts, opened)
    seen = look_at_files(keyed, papers)
    findings, sums = list(seen.findings), CastSums(election, checker)
    if not seen.is_whole:
        sums.break_off(station)
    for boxes in map(BoxInspector(keyed, checker), boxes_of(seen.files, checker.box_rows)):
        findings += boxes.findings
        for total in boxes.sums:
            sums.add(total)
    totals = sums.of_station(station) if sums.is_whole(station) else None
    claim = SheetClaim(station, (SheetSaid(sheet.sequence, sheet.contests),), totals, {})
    return BundleSeen((*findings, *prove_sheets(keys, claim)), totals)


def inspect_listed(  # noqa: PLR0917 - as `inspect_bundle`
    election: Election,
    keys: JointKeys,
    sheet: TallySheet,
    listed: BallotList,
    ciphertexts: Mapping[Code, bytes],
    opened: bytes | None,
) -> tuple[Finding, ...]:
    """Why these are not the encrypted ballots that a station listed: by files, ids, hashes and openings, by no proof.

    Nobody signs the files themselves. What is found here says nothing of the station: anybody may have made them.
    If nothing is found, these are the ballots whose hashes it signed, and whatever else is wrong with them is its own.

    Args:
        election: as of `inspect_bundle`, and so are the others.
        keys: of the guardians.
        sheet: of the station.
        listed: its ballots.
        ciphertexts: by style.
        opened: its challenged ballots.
    """
    keyed, papers = _bundle(election, keys, sheet, listed, ciphertexts, opened)
    seen = look_at_files(keyed, papers)
    if seen.findings:
        return seen.findings
    engine = Unproved()
    boxes = map(BoxInspector(keyed, engine), boxes_of(seen.files, engine.box_rows))
    return tuple(found for box in boxes for found in box.findings)


def _bundle(  # noqa: PLR0917 - as `inspect_bundle`
    election: Election,
    keys: JointKeys,
    sheet: TallySheet,
    listed: BallotList,
    ciphertexts: Mapping[Code, bytes],
    opened: bytes | None,
) -> tuple[Keyed, StationPapers]:
    """A station's files as a record has them."""
    station, named = sheet.station, encode(listed)
    files = {ciphertexts_path(station, style): data for style, data in ciphertexts.items()}
    sizes = {path: len(data) for path, data in files.items()}
    papers = StationPapers(station, listed, digest(named), opened, sizes, must_open=sheet.opened)
    files[ballots_path(station)] = named
    files |= {} if opened is None else {opened_path(station): opened}
    return Keyed(RecordInMemory(files), election, keys), papers


class EncryptedRecord:
    """The encrypted ballots of a whole record: stations are added while they are inspected, then everything is checked.

    Args:
        inquiry: the record.
        keys: the guardians' joint keys; None if they do not verify. Then no ballot can be checked, and no check on
            them counts as carried out; what was opened is in the totals as it stands.
        leaves: of the log, by path.
        work: how the ballots are checked.

    Raises:
        OutOfOrder: the fast engine without random bytes.
    """

    def __init__(self, inquiry: Inquiry, keys: JointKeys | None, leaves: Mapping[str, Leaf], work: BallotWork) -> None:
        self._inquiry = inquiry
        self._keyed = Keyed(inquiry.folder.reader, inquiry.election, keys) if keys is not None else None
        self._work = work
        self._engine = engine_of(work.engine, work.coefficients)
        self._sums = CastSums(inquiry.election, self._engine)
        self._files: list[BallotFile] = []
        self._begun: Iterable[BoxesSeen] | None = None
        self._sheets: dict[Code, tuple[SheetSaid, ...]] = {}
        self._counted: list[SheetsCounted] = []
        self._openings: tuple[Opened, ...] = read_openings(inquiry, leaves)

    @property
    def look_at_files(self) -> LookAtFiles | None:
        """What the inspection of a station does with its files of encrypted ballots."""
        return partial(look_at_files, self._keyed) if self._keyed is not None else None

    def begin(self, stations: Sequence[StationBegun]) -> None:
        """Begins with all ballots of the record, if other processes can, while these stations are still inspected.

        Args:
            stations: all that are judged, in the order in which they are added afterwards.
        """
        if self._keyed is None:
            return
        files = [file for each in stations if each.files is not None for file in each.files.files]
        listings = {each.station: Listing(each.listed) for each in stations if each.listed is not None}
        self._begun = self._spread_boxes(self._keyed, files, listings)

    def take(self, seen: StationSeen, *, is_judged: bool) -> None:
        """Adds a station that was inspected; of one whose papers are not judged nothing is checked or opened."""
        if not is_judged:
            self._sums.break_off(seen.station)
            return
        if seen.files is None or not seen.files.is_whole:
            self._sums.break_off(seen.station)
        if seen.files is not None:
            self._files += seen.files.files
        readable = [(sheet.sequence, sheet.adds) for sheet in seen.sheets if sheet.adds is not None]
        if readable:
            said = tuple(SheetSaid(sequence, adds.contests) for sequence, adds in readable)
            shown = {tally.contest for sheet in said for tally in sheet.contests if tally.votes is not None}
            self._sheets[seen.station] = said
            shown |= self._shown_by_hand(seen, readable[-1][1])
            self._counted.append(SheetsCounted(readable[-1][1], frozenset(shown), seen.sheets[0].leaf))

    def _shown_by_hand(self, seen: StationSeen, machines: StationCount) -> set[Code]:
        """The contests whose votes a hand count shows: slips that are counted by hand are the same ballots."""
        threshold = self._inquiry.election.rules.secrecy_threshold
        enough = {each.contest for each in machines.contests if each.ballots >= threshold}
        hands = [each.sheet for each in seen.hands if each.sheet is not None]
        return {tally.contest for hand in hands for tally in hand.contests if tally.votes is not None} & enough

    def carry_out(self) -> None:
        """1. Every ballot, box by box. 2. What the guardians opened. 3. The sheets."""
        if self._keyed is None:
            return
        notebook = self._inquiry.notebook
        ballots = self._inspect_boxes(self._keyed)
        proven = check_aggregates(self._inquiry, self._keyed.keys, self._openings, self._counted, self._sums)
        alone = opened_alone(proven)
        claims = [self._claim(station, alone.get(station, {})) for station in self._sheets]
        for findings in self._work.spread_stations(partial(prove_sheets, self._keyed.keys), claims):
            notebook.take(*findings)
        values: dict[str, str | int] = {"ballots": ballots, "engine": self._work.engine}
        notebook.checked(
            Check.CIPHERTEXTS,
            Check.BALLOT_PROOFS,
            Check.CHALLENGED,
            detail=Sentence("encrypted ballots: {ballots}, engine: {engine}", values),
        )

    def parts_before(self, counted: Mapping[Code, StationCount], before: int, edition: str) -> tuple[OwnPart, ...]:
        """What the guardians opened before a leaf of the log, as an edition of the results adds it.

        Args:
            counted: what the sheets say that the edition counts.
            before: the edition's leaf.
            edition: its path.
        """
        return parts_before(self._inquiry, self._openings, counted, self._counted, before=before, edition=edition)

    def _inspect_boxes(self, keyed: Keyed) -> int:
        """Every ballot once; returns how many there are."""
        total = sum(file.rows for file in self._files)
        done = 0
        for seen in self._begun if self._begun is not None else self._spread_boxes(keyed, self._files, {}):
            self._inquiry.notebook.take(*seen.findings)
            for each in seen.sums:
                self._sums.add(each)
            done += seen.ballots
            if self._work.progress is not None:
                self._work.progress(done, total)
        return done

    def _spread_boxes(
        self, keyed: Keyed, files: Sequence[BallotFile], listings: Mapping[Code, Listing]
    ) -> Iterable[BoxesSeen]:
        tasks = list(boxes_of(files, self._engine.box_rows))
        return self._work.spread(BoxInspector(keyed, self._engine, listings), tasks)

    def _claim(self, station: Code, opened: Mapping[Code, tuple[int, ...]]) -> SheetClaim:
        sums: Mapping[Code, Sequence[Ciphertext]] | None = None
        if self._sums.is_whole(station):
            sums = self._sums.of_station(station)
        return SheetClaim(station, self._sheets[station], sums, opened)
