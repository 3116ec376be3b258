"""Boxes 8 to 14 of 2.0.0, and the checks S4 to S6 and S8 on the tally and on challenged ballots that were opened.

What is decrypted is compared with what was computed here: the tally with the products of the cast ballots, an opening
with the encrypted ballot of its name. Labels and limits are the manifest's.
"""

from collections.abc import Callable, Mapping
from typing import NamedTuple, TypeVar

from urna.interop.electionguard.contest_data import decode_contest_data
from urna.interop.electionguard.egk_files import (
    ENCRYPTED_TALLY,
    MAX_BALLOT_BYTES,
    MAX_BYTES,
    OPENED,
    TALLY,
    Decrypted,
    DecryptedContest,
    DecryptedContestData,
    DecryptedSelection,
    EncryptedTally,
    Pair,
    Response,
)
from urna.interop.electionguard.egk_json import read_json
from urna.interop.electionguard.egk_values import read_data, read_element, read_pair, read_scalar
from urna.interop.electionguard.group import Ciphertext, Element
from urna.interop.electionguard.manifest import Contest
from urna.interop.electionguard.profile import ContestName, DataCiphertext
from urna.interop.electionguard.proofs import Proof, decryption_commitments
from urna.interop.electionguard.report import Finding, Notebook
from urna.interop.electionguard.verify_ballot import SeenBallot, check_election
from urna.interop.electionguard.verify_contents import Conditions, Contents, match_contents
from urna.interop.electionguard.verify_keys import PROOF, RecordKeys
from urna.interop.electionguard.verify_whole import Ballots
from urna.record.reader import RecordReader
from urna.words import Sentence

T = TypeVar("T")

PRODUCT = Sentence("the product of the cast ballots")


class Boxes(NamedTuple):
    """Which conditions a decryption has: in the tally, or on a challenged ballot."""

    response: str
    challenge: str
    power: str
    contents: Conditions


TALLIED = Boxes("9.A", "9.B", "10.A", Conditions("10.B", "10.C", "10.D", "S6", "S6"))
OPENING = Boxes("12.A", "12.B", "13.A", Conditions("13.D", "13.E", "13.F", "S5", "S5"))
SUMS = Conditions("S6", "S6", "S6", "S6", "S6")


def check_encrypted_tally(keys: RecordKeys, reader: RecordReader, ballots: Ballots, book: Notebook) -> None:
    """Box 8 for every option of the manifest; S4: the ballots that it names are those cast."""
    tally = _read(reader, book, ENCRYPTED_TALLY, MAX_BYTES[ENCRYPTED_TALLY], EncryptedTally)
    if tally is None:
        return
    check_election(keys, tally.election_id, ENCRYPTED_TALLY, book)
    holds = sorted(tally.cast_ballot_ids) == sorted(ballots.cast.elements())
    expected = Sentence("the ballots that are cast, each once")
    book.demand("S4", ENCRYPTED_TALLY, holds=holds, expected=expected, found=Sentence("another list"))
    for each in match_contents(
        keys.manifest.contests, tally.contests, SUMS, book, ENCRYPTED_TALLY, is_ordered=False
    ):
        stated = tally.contests[each.place]
        holds = stated.sequence_order == each.contest.index and all(
            stated.selections[place].sequence_order == option.index for option, place in each.options
        )
        expected, where = Sentence("the manifest's indices"), each.contest.label
        book.demand("S6", ENCRYPTED_TALLY, holds=holds, expected=expected, where=where)
        for option, place in each.options:
            where = f"{each.contest.label}/{option.label}"
            total = ballots.totals[each.contest.label, option.label]
            check_product(keys, stated.selections[place].encrypted_vote, total, ENCRYPTED_TALLY, where, book)
    book.checked("8", detail=Sentence("{count} cast", {"count": ballots.cast.total()}))


def check_product(
    keys: RecordKeys, stated: Pair, total: Ciphertext, path: str, where: str, book: Notebook
) -> None:
    """8.A and 8.B: both components are the products."""
    for condition, text, product in (("8.A", stated.pad, total.pad), ("8.B", stated.data, total.data)):
        found = book.attempt(condition, path, lambda text=text: read_element(keys.group, text, where))  # type: ignore[misc]
        if found is not None:
            book.demand(condition, path, holds=found == product, expected=PRODUCT, where=where)


def check_tally(keys: RecordKeys, reader: RecordReader, ballots: Ballots, book: Notebook) -> None:
    """Boxes 9 and 10 for every option of the manifest, over the products that were computed here."""
    tally = _read(reader, book, TALLY, MAX_BYTES[TALLY], Decrypted)
    if tally is None:
        return
    check_election(keys, tally.election_id, TALLY, book)
    labels = {contest.contest_id for contest in tally.contests}
    for label in sorted(ballots.listed - labels):
        expected = Sentence("every contest that stands on a ballot")
        book.demand("10.E", TALLY, holds=False, expected=expected, found=Sentence("none"), where=label)
    for each in match_contents(
        keys.manifest.contests, tally.contests, TALLIED.contents, book, TALLY, is_ordered=False
    ):
        stated = tally.contests[each.place]
        holds = stated.decrypted_contest_data is None
        book.demand("S6", TALLY, holds=holds, expected=Sentence("no contest data in a tally"), found=Sentence("some"))
        for option, place in each.options:
            where, selection = f"{each.contest.label}/{option.label}", stated.selections[place]
            total = ballots.totals[each.contest.label, option.label]
            check_product(keys, selection.encrypted_vote, total, TALLY, where, book)
            check_decryption(keys, selection, total, TALLIED, TALLY, where, book)
    book.checked("9", "10")


def check_decryption(
    keys: RecordKeys,
    stated: DecryptedSelection,
    ciphertext: Ciphertext,
    boxes: Boxes,
    path: str,
    where: str,
    book: Notebook,
) -> None:
    """T = K^t; and with M = B/T the proof (c, v) that M = A^s for the s of K = g^s."""
    power = book.attempt(boxes.power, path, lambda: read_element(keys.group, stated.b_over_m, where))
    if power is not None:
        holds = 0 <= stated.tally and power == keys.context.votes_key**stated.tally
        found = Sentence("{count} votes", {"count": stated.tally})
        expected = Sentence("the number of votes t with T = K^t")
        book.demand(boxes.power, path, holds=holds, expected=expected, found=found, where=where)
    proof = _read_proof(keys, stated.proof, boxes.response, boxes.challenge, path, where, book)
    if power is None or proof is None:
        return
    factor = ciphertext.data / power
    a, b = decryption_commitments(keys.group, keys.context.votes_key, ciphertext.pad, factor, proof)
    holds = proof.challenge == keys.context.decryption_challenge((0, 0), ciphertext, a, b, factor)
    book.demand(boxes.challenge, path, holds=holds, expected=PROOF, where=where)


def _read_proof(
    keys: RecordKeys, stated: Response | None, of_v: str, of_c: str, path: str, where: str, book: Notebook
) -> Proof | None:
    """(c, v), both in Z_q; a decryption without one is not proven."""
    expected = Sentence("a proof of the decryption")
    if not book.demand(of_c, path, holds=stated is not None, expected=expected, found=Sentence("none"), where=where):
        return None
    if stated is None:
        raise AssertionError
    response = book.attempt(of_v, path, lambda: read_scalar(keys.group, stated.response, where))
    challenge = book.attempt(of_c, path, lambda: read_scalar(keys.group, stated.challenge, where))
    return None if challenge is None or response is None else Proof(challenge, response)


class Opening(NamedTuple):
    """An opening to examine: its file, and the encrypted ballot of its name, if there is one that was challenged."""

    path: str
    ballot: SeenBallot | None


def openings(paths: list[str], ballots: Ballots) -> list[Opening]:
    """The files of challenged_ballots, each with its ballot."""
    matches = ((path, OPENED.fullmatch(path)) for path in paths)
    return [Opening(path, ballots.challenged.get(match["name"])) for path, match in matches if match]


def examine_opening(keys: RecordKeys, reader: RecordReader, opening: Opening) -> tuple[Finding, ...]:
    """1. Read. 2. Whose it is. 3. Its contents. 4. Each selection. 5. Votes and limits. 6. Contest data."""
    book, path, ballot = Notebook(), opening.path, opening.ballot
    stated = _read(reader, book, path, MAX_BALLOT_BYTES, Decrypted)
    if stated is None:
        return book.findings
    check_election(keys, stated.election_id, path, book)
    holds = ballot is not None and ballot.name == stated.id
    expected = Sentence("the opening of the challenged ballot that the path names")
    book.demand("S5", path, holds=holds, expected=expected)
    if ballot is None:
        return book.findings
    contents = match_contents(
        keys.manifest.of_style(ballot.style), stated.contests, OPENING.contents, book, path, is_ordered=False
    )
    for each in contents:
        _examine_contest(keys, stated.contests[each.place], each, ballot, path, book)
    return book.findings


def _examine_contest(
    keys: RecordKeys, stated: DecryptedContest, contents: Contents, ballot: SeenBallot, path: str, book: Notebook
) -> None:
    contest = contents.contest
    for option, place in contents.options:
        where, selection = f"{contest.label}/{option.label}", stated.selections[place]
        ciphertext = ballot.votes.get((contest.label, option.label))
        shown = book.attempt("S5", path, lambda pair=selection.encrypted_vote: read_pair(keys.group, pair))  # type: ignore[misc]
        expected = Sentence("the ciphertext of the encrypted ballot")
        holds = shown is None or shown == ciphertext
        book.demand("S5", path, holds=holds, expected=expected, where=where)
        if ciphertext is not None:
            check_decryption(keys, selection, ciphertext, OPENING, path, where, book)
        expected = Sentence("votes from 0 to {limit}", {"limit": contest.option_limit})
        holds, found = 0 <= selection.tally <= contest.option_limit, _votes(selection.tally)
        book.demand("13.B", path, holds=holds, expected=expected, found=found, where=where)
    total = sum(selection.tally for selection in stated.selections)
    expected = Sentence("votes from 0 to {limit}", {"limit": contest.limit})
    holds = 0 <= total <= contest.limit
    book.demand("13.C", path, holds=holds, expected=expected, found=_votes(total), where=contest.label)
    _examine_data(keys, stated.decrypted_contest_data, contest, ballot, path, book)


def _votes(count: int) -> Sentence:
    return Sentence("{count} votes", {"count": count})


def _examine_data(
    keys: RecordKeys,
    stated: DecryptedContestData | None,
    contest: Contest,
    ballot: SeenBallot,
    path: str,
    book: Notebook,
) -> None:
    """Box 14, over the ballot's own ciphertext; S5: the plain text is what that ciphertext holds."""
    data, where = ballot.data.get(contest.label), contest.label
    expected = Sentence("the contest data of the encrypted ballot")
    if not book.demand("S5", path, holds=(stated is None) == (data is None), expected=expected, where=where):
        return
    if stated is None or data is None:
        return
    shown = book.attempt("S5", path, lambda: read_data(keys.group, stated.encrypted_contest_data, where))
    holds = shown is None or bytes(shown) == bytes(data) and shown.size == data.size
    book.demand("S5", path, holds=holds, expected=expected, where=where)
    factor = book.attempt("14.B", path, lambda: read_element(keys.group, stated.beta, where))
    proof = _read_proof(keys, stated.proof, "14.A", "14.B", path, where, book)
    if factor is None or proof is None:
        return
    _check_data_proof(keys, data, factor, proof, path, where, book)
    name = ContestName(contest.index, contest.label)
    plain = book.attempt("S5", path, lambda: decode_contest_data(keys.context.decrypt_data(name, data, factor)))
    if plain is not None:
        expected = Sentence("the plain text of the contest data")
        book.demand("S5", path, holds=plain == stated.contest_data, expected=expected, where=where)


def _check_data_proof(
    keys: RecordKeys, data: DataCiphertext, factor: Element, proof: Proof, path: str, where: str, book: Notebook
) -> None:
    a, b = decryption_commitments(keys.group, keys.context.votes_key, data.c0, factor, proof)
    holds = proof.challenge == keys.context.data_challenge(0, data, a, b, factor)
    book.demand("14.B", path, holds=holds, expected=PROOF, where=where)


def check_all_opened(opened: Mapping[str, SeenBallot], paths: list[str], book: Notebook) -> None:
    """S5: no challenged ballot is without its opening."""
    names = {match["name"] for path in paths if (match := OPENED.fullmatch(path))}
    for name, ballot in sorted(opened.items()):
        expected = Sentence("the opening of every challenged ballot")
        book.demand("S5", ballot.path, holds=name in names, expected=expected, found=Sentence("none"), where=name)


def _read(reader: RecordReader, book: Notebook, path: str, limit: int, kind: type[T]) -> T | None:
    return book.attempt("S1", path, lambda: read_json(reader.read(path, limit), kind, path))
