"""Reading what a station sent: whose it is, whether its keys signed it, and whether its numbers agree.

Nothing here decides what becomes of it; `center/centre` does.
"""

from collections.abc import Callable, Collection, Container, Iterable, Mapping, Sequence
from itertools import islice, pairwise
from typing import NamedTuple

from urna.ballot.keys import JointKeys
from urna.ballot.published import BallotList
from urna.center.receipt import other_files
from urna.crypto.elgamal import Ciphertext
from urna.election.certification import RollCommitment, StationKeys
from urna.election.definition import Election
from urna.election.documents import require_station
from urna.election.statement import PollBookStatement
from urna.encoding.canonical import Code, Hash, decode
from urna.encoding.document import open_document, read_document
from urna.errors import Malformed, Unproven
from urna.log.note import NoteVerifier, parse_note
from urna.record.bundle import StationBundle
from urna.record.keys import booth_verifiers, poll_book_verifier
from urna.record.layout import MAX_BYTES, Kind
from urna.record.reader import too_long
from urna.tally.ballot_sums import OptionOf, Sums
from urna.tally.decryption import AggregateOpening
from urna.tally.hand_count import HandCountSheet
from urna.tally.reconciliation import Breach, reconcile
from urna.tally.rule import Case
from urna.tally.sheet import TallySheet, ZeroReport
from urna.verify.aggregates import opened_alone
from urna.verify.encrypted import inspect_and_sum, inspect_listed
from urna.verify.sheet_proofs import SheetClaim, SheetSaid, prove_sheets
from urna.verify.zero import doubts_of_zero
from urna.words import Sentence


class Papers(NamedTuple):
    """A station's sheet and the statement inside it, both properly signed."""

    sheet: TallySheet
    statement: PollBookStatement


def station_of(
    document: bytes, kind: type[TallySheet] | type[ZeroReport] | type[HandCountSheet], election: Election
) -> Code:
    """The station that a document names, its signatures not verified yet.

    Raises:
        Malformed: not such a document.
        Unproven: of another election, or of a station that this election does not have.
    """
    record = read_document(document, kind)
    _refuse_foreign(record.election, record.station, election)
    return record.station


def check_length(data: bytes | None, kind: Kind, where: str = "") -> None:
    """Returns if a verifier will read a file of this kind; a note carries junk signatures of any length.

    Raises:
        Malformed: it is longer, so that it would be in the record and never be read.
    """
    if data is not None and len(data) > MAX_BYTES[kind]:
        raise too_long(where or kind.value, len(data), MAX_BYTES[kind])


def check_lengths(bundle: StationBundle) -> None:
    """The same of everything that a station sent."""
    check_length(bundle.sheet, Kind.SHEET)
    check_length(bundle.ballots, Kind.BALLOTS)
    check_length(bundle.opened, Kind.OPENED)
    for style, data in bundle.ciphertexts.items():
        check_length(data, Kind.CIPHERTEXTS, style)


def open_sheet(document: bytes, election: Election, keys: StationKeys) -> Papers:
    """The sheet that every booth of the station signed, and the statement that its poll book signed.

    Raises:
        Malformed: not a sheet, or its statement is none, or the signature lines of one are not those of a station.
        Unproven: a signature is missing or fails, or the statement is of another election or station.
    """
    booths = booth_verifiers(election, keys)
    sheet = open_document(document, TallySheet, booths, len(booths), keys.station)
    check_lines(document, booths, keys.station)
    poll_book = poll_book_verifier(election, keys)
    statement = open_document(sheet.statement.encode(), PollBookStatement, [poll_book], 1, keys.station)
    check_lines(sheet.statement.encode(), [poll_book], keys.station)
    _refuse_foreign(statement.election, statement.station, election)
    if statement.station != sheet.station:
        raise Unproven(
            Sentence("the statement of station {station}", {"station": sheet.station}),
            Sentence("that of {station}", {"station": statement.station}),
            Sentence("Ask the station for its own sheet."),
            sheet.station,
        )
    return Papers(sheet, statement)


def check_lines(document: bytes, signers: Sequence[NoteVerifier], station: Code) -> None:
    """Returns if a document has one signature line of each of these keys, in their order, and no other line.

    Whoever reads notes passes over lines of unknown keys, which anybody can add. The record tells documents apart by
    the hash of all their bytes, so a copy with one more line would pass for a second document of the station.

    Raises:
        Malformed: other lines, or these in another order.
    """
    lines = [(line.name, line.key_id) for line in parse_note(document, station).signatures]
    if lines != [(signer.name, signer.key_id) for signer in signers]:
        raise Malformed(
            Sentence("one signature line of each: {names}", {"names": ", ".join(signer.name for signer in signers)}),
            Sentence("{count} lines: {names}", {"count": len(lines), "names": _some_names(name for name, _ in lines)}),
            Sentence("Send the document as the station signed it."),
            station,
        )


def open_zero_report(document: bytes, election: Election, keys: StationKeys) -> ZeroReport:
    """The zero report that its booth signed, with nothing but zeros.

    Raises:
        Malformed: not a zero report, or with other signature lines than that booth's one.
        Unproven: not signed by the booth that it names, or not zero, or not of the station's options.
    """
    report = read_document(document, ZeroReport, keys.station)
    booths = booth_verifiers(election, keys)
    own = booths[report.booth - 1 : report.booth] if report.booth else []
    open_document(document, ZeroReport, own)
    check_lines(document, own, keys.station)
    found = report.ballots + sum(each.votes for each in report.votes)
    if found:
        raise Unproven(
            Sentence("a box with 0 ballots and 0 votes"),
            Sentence("{found}", {"found": found}),
            Sentence("Do not open this booth; zero it before witnesses."),
            keys.station,
        )
    doubt = next(doubts_of_zero(report, election, keys.station), None)
    if doubt is not None:
        raise Unproven(
            Sentence("every option of the station once, in the definition's order"),
            doubt,
            Sentence("Check that the booth has the definition of this election."),
            keys.station,
        )
    return report


def open_ballots(data: bytes, papers: Papers) -> BallotList:
    """The ballot list of a station, as canonical bytes.

    Raises:
        Malformed: not a ballot list.
        Unproven: of another election or station, or not sorted by id.
    """
    ballots = decode(data, BallotList, papers.sheet.station)
    if (ballots.election, ballots.station) != (papers.sheet.election, papers.sheet.station):
        raise Unproven(
            Sentence("the ballot list of station {station}", {"station": papers.sheet.station}),
            Sentence("that of {station}", {"station": ballots.station}),
            Sentence("Ask the station for its own list."),
            papers.sheet.station,
        )
    if any(after.id <= before.id for before, after in pairwise(ballots.ballots)):
        raise Unproven(
            Sentence("each ballot once, sorted by its id"),
            Sentence("another order, which could be the order of voting"),
            Sentence("Ask the station for its own list."),
            papers.sheet.station,
        )
    return ballots


def first_breach(
    papers: Papers,
    ballots: BallotList | None,
    election: Election,
    roll: RollCommitment | None,
    zero_reports: Mapping[int, Hash],
) -> Breach | None:
    """The first rule of reconciliation that a station's papers break, or None."""
    case = Case(election, papers.sheet, papers.statement, roll, zero_reports, ballots)
    breaches = reconcile(case).breaches
    return breaches[0] if breaches else None


def check_own_bundle(
    election: Election,
    keys: JointKeys,
    papers: Papers,
    *,
    listed: BallotList,
    bundle: StationBundle,
    coefficients: Callable[[int], bytes],
) -> Sums:
    """The sums of the cast ciphertexts, if the ballots are the listed ones, proven, and the sheet follows from them.

    Raises:
        Unproven: with the first thing that is wrong, as every verifier would find it.
    """
    seen = inspect_and_sum(
        election, keys, papers.sheet, listed, bundle.ciphertexts, bundle.opened, coefficients=coefficients
    )
    if seen.findings or seen.sums is None:
        raise Unproven(
            Sentence("encrypted ballots that prove the sheet"),
            seen.findings[0].sentence if seen.findings else Sentence("ballots that cannot be added up"),
            Sentence("Ask the station to send its own files."),
            papers.sheet.station,
        )
    return {
        OptionOf(contest, option.code): total
        for contest, totals in seen.sums.items()
        for option, total in zip(election.contests[contest].options, totals, strict=True)
    }


def check_listed(
    election: Election, keys: JointKeys, papers: Papers, *, listed: BallotList, bundle: StationBundle
) -> None:
    """Returns if the encrypted ballots are those whose hashes the station listed; no proof is looked at.

    Raises:
        Unproven: others, or some are missing, or the challenged ones are not opened as they are. Whoever copied the
            sheet and the list may have made them, so this says nothing of the station.
    """
    findings = inspect_listed(election, keys, papers.sheet, listed, bundle.ciphertexts, bundle.opened)
    if findings:
        raise other_files(papers.sheet.station, findings[0].sentence)


def check_correction(
    keys: JointKeys,
    papers: Papers,
    before: Sequence[SheetSaid],
    sums: Mapping[Code, Sequence[Ciphertext]],
    openings: Sequence[AggregateOpening],
) -> None:
    """Returns if the votes of a correction are proven: by the sheet of the closing, or by an opening of its station.

    Args:
        keys: the guardians' joint keys.
        papers: the correction.
        before: what the station's earlier sheets said, by sequence.
        sums: by contest, over the station's cast ballots.
        openings: what the guardians opened.

    Raises:
        Unproven: with the first thing that is wrong, as every verifier would find it.
    """
    sheet = papers.sheet
    said = (*before, SheetSaid(sheet.sequence, sheet.contests))
    opened = opened_alone(openings).get(sheet.station, {})
    findings = prove_sheets(keys, SheetClaim(sheet.station, said, sums, opened))
    if findings:
        raise Unproven(
            Sentence("a correction whose votes are proven"),
            findings[0].sentence,
            Sentence("Correct by what the guardians opened of this station alone; what was shown stays shown."),
            sheet.station,
        )


def check_new_ids(station: Code, ids: Collection[bytes], known: Container[bytes]) -> None:
    """Returns if no ballot of a station has an id that another station listed before.

    Ids are drawn at random, so that happens to nobody; who copies one would make the record contradict itself.

    Args:
        station: whose.
        ids: of its ballots, 16 bytes each.
        known: the ids of all ballots that count.

    Raises:
        Unproven: names the first one.
    """
    again = min((ballot for ballot in ids if ballot in known), default=None)
    if again is not None:
        raise Unproven(
            Sentence("ballots that no other station lists"),
            Sentence("ballot {ballot}", {"ballot": again.hex()}),
            Sentence("Keep the media as they are and call the authority."),
            station,
        )


def _some_names(names: Iterable[str]) -> str:
    """The first of them, shortened: a stranger wrote some."""
    return ", ".join(name[:60] for name in islice(names, 4))


def _refuse_foreign(identity: Hash, station: Code, election: Election) -> None:
    if identity != election.identity:
        raise Unproven(
            Sentence("a document of election {election}", {"election": election.identity[:16]}),
            Sentence("one of {election}", {"election": identity[:16]}),
            Sentence("Send it to the centre of its own election."),
            station,
        )
    require_station(election, station)
