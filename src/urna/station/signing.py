"""Signing the tally sheet: after everything that could still fail, each booth signs the one sheet over all booths."""

from collections.abc import Mapping, Sequence

from urna.ballot.keys import JointKeys
from urna.election.certification import StationKeys
from urna.election.definition import Election
from urna.election.statement import PollBookStatement
from urna.encoding.canonical import Moment, encode
from urna.encoding.document import open_document, sign_document
from urna.log.note import NoteSigner, NoteVerifier
from urna.record.bundle import StationBundle
from urna.station.closing import ballot_list, build_sheet, check_own_proof, ciphertext_files, opened_list
from urna.station.counting import BoothResult


def sign_sheet(
    election: Election,
    keys: StationKeys,
    results: Sequence[BoothResult],
    *,
    statement: bytes,
    signers: Mapping[int, NoteSigner],
    now: Moment,
    joint_keys: JointKeys | None = None,
) -> StationBundle:
    """The signed tally sheet of a station, with its ballot list and, with guardians, its ciphertexts.

    1. The poll book's statement is the station's own, and speaks of as many cast ballots as the boxes hold:
       a difference is not hidden and not refused, both numbers stand on the sheet.
    2. With guardians: the sheet follows from the ciphertexts.
    3. List, ciphertexts and openings are made: after the signature nothing may fail.
    4. Every booth signs the one sheet over all booths.

    Args:
        election: the definition.
        keys: of this station.
        results: what each booth's box says.
        statement: the poll book's signed statement.
        signers: each booth's `sheet_signer`, by number.
        now: the closing.
        joint_keys: the guardians', in an election that has guardians.

    Raises:
        Unproven: the statement is not signed by this station's poll book, or the ciphertexts do not hold the votes.
        Malformed: something among the ciphertexts is not a point.
        OutOfOrder: guardians without keys, or keys without guardians.
    """
    name = election.key_name(keys.station, "poll-book")
    open_document(statement, PollBookStatement, [NoteVerifier(name, keys.poll_book)], where=keys.station)
    sheet = build_sheet(election, keys.station, results, statement=statement, closed_at=now)
    check_own_proof(election, sheet, results, joint_keys)
    ballots = encode(ballot_list(election, keys.station, results))
    ciphertexts = ciphertext_files(election, keys.station, results, joint_keys)
    opened = opened_list(election, keys.station, results)
    signed = sign_document(sheet, [signers[each.booth] for each in sheet.booths])
    return StationBundle(sheet=signed, ballots=ballots, ciphertexts=ciphertexts, opened=opened)
