"""Boxes 8 to 14 of 2.0.0, and the checks S4 to S6 and S8 on the tally and on challenged ballots that were opened.

What is decrypted is compared with what was computed here: the tally with the products of the cast ballots, an opening
with the encrypted ballot of its name. Labels and limits are the manifest's.
"""

from collections.abc import Mapping
from functools import partial
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
from urna.interop.electionguard.egk_values import read_data, read_element, read_member, read_pair, read_scalar
from urna.interop.electionguard.group import Ciphertext
from urna.interop.electionguard.manifest import Contest
from urna.interop.electionguard.profile import ContestName
from urna.interop.electionguard.proofs import Proof, decryption_commitments
from urna.interop.electionguard.report import Finding, Notebook, Page
from urna.interop.electionguard.verify_ballot import NUMBERS, SeenBallot, check_election
from urna.interop.electionguard.verify_contents import Conditions, Contents, Matcher
from urna.interop.electionguard.verify_keys import PROOF, RecordKeys
from urna.interop.electionguard.verify_whole import Ballots
from urna.record.reader import RecordReader
from urna.words import Sentence

T = TypeVar("T")

PRODUCT = Sentence("the product of the cast ballots")
NO_DATA = Sentence("no contest data in a tally")


class Boxes(NamedTuple):
    """Which conditions a decryption has: in the tally, or on a challenged ballot."""

    response: str
    challenge: str
    power: str
    contents: Conditions


TALLIED = Boxes("9.A", "9.B", "10.A", Conditions("10.B", "10.C", "10.D", "S6", "S6"))
OPENING = Boxes("12.A", "12.B", "13.A", Conditions("13.D", "13.E", "13.F", "S5", "S5"))
DATA = Boxes("14.A", "14.B", "", OPENING.contents)
SUMS = Conditions("S6", "S6", "S6", "S6", "S6")


def check_encrypted_tally(keys: RecordKeys, reader: RecordReader, ballots: Ballots, book: Notebook) -> None:
    """Box 8 for every option of the manifest; S4: the ballots that it names are those cast."""
    page = book.page(ENCRYPTED_TALLY)
    tally = _read(reader, page, MAX_BYTES[ENCRYPTED_TALLY], EncryptedTally)
    if tally is None:
        return
    check_election(keys, tally.election_id, page)
    holds = sorted(tally.cast_ballot_ids) == sorted(ballots.cast.elements())
    page.demand("S4", holds=holds, expected=Sentence("the ballots that are cast, each once"))
    for each in Matcher(page, SUMS).match(keys.manifest.contests, tally.contests):
        stated, label = tally.contests[each.place], each.contest.label
        selections = [(option, stated.selections[place]) for option, place in each.options]
        holds = stated.sequence_order == each.contest.number and all(
            selection.sequence_order == option.number for option, selection in selections
        )
        page.demand("S6", holds=holds, expected=NUMBERS, where=label)
        for option, selection in selections:
            total = ballots.totals[label, option.label]
            _check_product(keys, selection.encrypted_vote, total, f"{label}/{option.label}", page)
    book.checked("8", detail=Sentence("ballots: {count}", {"count": ballots.cast.total()}))


def _check_product(keys: RecordKeys, stated: Pair, total: Ciphertext, where: str, page: Page) -> None:
    """8.A and 8.B: both components are the products."""
    for condition, text, product in (("8.A", stated.pad, total.pad), ("8.B", stated.data, total.data)):
        found = page.attempt(condition, partial(read_element, keys.group, text, where))
        if found is not None:
            page.demand(condition, holds=found == product, expected=PRODUCT, where=where)


def check_tally(keys: RecordKeys, reader: RecordReader, ballots: Ballots, book: Notebook) -> None:
    """Boxes 9 and 10 for every option of the manifest, over the products that were computed here."""
    page = book.page(TALLY)
    tally = _read(reader, page, MAX_BYTES[TALLY], Decrypted)
    if tally is None:
        return
    check_election(keys, tally.election_id, page)
    expected = Sentence("every contest that stands on a ballot")
    for label in sorted(ballots.listed - {contest.contest_id for contest in tally.contests}):
        page.demand("10.E", holds=False, expected=expected, found=Sentence("none"), where=label)
    for each in Matcher(page, TALLIED.contents).match(keys.manifest.contests, tally.contests):
        stated, label = tally.contests[each.place], each.contest.label
        page.demand("S6", holds=stated.decrypted_contest_data is None, expected=NO_DATA, found=Sentence("some"))
        for option, place in each.options:
            where, selection = f"{label}/{option.label}", stated.selections[place]
            total = ballots.totals[label, option.label]
            _check_product(keys, selection.encrypted_vote, total, where, page)
            _check_decryption(keys, selection, Claim(TALLIED, total, where), page)
    book.checked("9", "10")


class Claim(NamedTuple):
    """What a decryption has to show: that this ciphertext holds so many votes."""

    boxes: Boxes
    ciphertext: Ciphertext
    where: str


def _check_decryption(keys: RecordKeys, stated: DecryptedSelection, claim: Claim, page: Page) -> None:
    """T = K^t; and with M = B/T the proof (c, v) that M = A^s for the s of K = g^s."""
    boxes, ciphertext, where = claim
    power = page.attempt(boxes.power, lambda: read_element(keys.group, stated.b_over_m, where))
    if power is not None:
        holds, found = stated.tally >= 0 and power == keys.context.votes_key**stated.tally, _votes(stated.tally)
        page.demand(boxes.power, holds=holds, expected=Sentence("the t with T = K^t"), found=found, where=where)
    proof = _read_proof(keys, stated.proof, boxes, where, page)
    if power is None or proof is None:
        return
    factor = ciphertext.data / power
    a, b = decryption_commitments(keys.group, keys.context.votes_key, ciphertext.pad, factor, proof)
    holds = proof.challenge == keys.context.decryption_challenge((0, 0), ciphertext, a, b, factor)
    page.demand(boxes.challenge, holds=holds, expected=PROOF, where=where)


def _read_proof(keys: RecordKeys, stated: Response | None, boxes: Boxes, where: str, page: Page) -> Proof | None:
    """(c, v), both in Z_q; a decryption without one is not proven."""
    if stated is None:
        expected = Sentence("a proof of the decryption")
        page.demand(boxes.challenge, holds=False, expected=expected, found=Sentence("none"), where=where)
        return None
    response = page.attempt(boxes.response, lambda: read_scalar(keys.group, stated.response, where))
    challenge = page.attempt(boxes.challenge, lambda: read_scalar(keys.group, stated.challenge, where))
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
    book, ballot = Notebook(), opening.ballot
    page = book.page(opening.path)
    stated = _read(reader, page, MAX_BALLOT_BYTES, Decrypted)
    if stated is None:
        return book.findings
    check_election(keys, stated.election_id, page)
    holds = ballot is not None and ballot.name == stated.id
    page.demand("S5", holds=holds, expected=Sentence("the opening of the challenged ballot that the path names"))
    if ballot is None:
        return book.findings
    for each in Matcher(page, OPENING.contents).match(keys.manifest.of_style(ballot.style), stated.contests):
        contest = stated.contests[each.place]
        _examine_votes(keys, contest, each, ballot, page)
        _examine_data(keys, contest.decrypted_contest_data, each.contest, ballot, page)
    return book.findings


def _examine_votes(
    keys: RecordKeys, stated: DecryptedContest, contents: Contents, ballot: SeenBallot, page: Page
) -> None:
    """S5, 12 and 13.A to 13.C."""
    contest = contents.contest
    for option, place in contents.options:
        where, selection = f"{contest.label}/{option.label}", stated.selections[place]
        ciphertext = ballot.votes.get((contest.label, option.label))
        shown = page.attempt("S5", partial(read_pair, keys.group, selection.encrypted_vote, where))
        holds = shown is None or shown == ciphertext
        page.demand("S5", holds=holds, expected=Sentence("the ciphertext of the encrypted ballot"), where=where)
        if ciphertext is not None:
            _check_decryption(keys, selection, Claim(OPENING, ciphertext, where), page)
        _check_limit(page, "13.B", selection.tally, contest.option_limit, where)
    _check_limit(page, "13.C", sum(selection.tally for selection in stated.selections), contest.limit, contest.label)


def _check_limit(page: Page, condition: str, votes: int, limit: int, where: str) -> None:
    expected = Sentence("votes from 0 to {limit}", {"limit": limit})
    page.demand(condition, holds=0 <= votes <= limit, expected=expected, found=_votes(votes), where=where)


def _votes(count: int) -> Sentence:
    return Sentence("{count} votes", {"count": count})


def _examine_data(
    keys: RecordKeys, stated: DecryptedContestData | None, contest: Contest, ballot: SeenBallot, page: Page
) -> None:
    """Box 14, over the ballot's own ciphertext; S5: the plain text is what that ciphertext holds."""
    data, where = ballot.data.get(contest.label), contest.label
    expected = Sentence("the contest data of the encrypted ballot")
    if not page.demand("S5", holds=(stated is None) == (data is None), expected=expected, where=where):
        return
    if stated is None or data is None:
        return
    shown = page.attempt("S5", lambda: read_data(keys.group, stated.encrypted_contest_data, where))
    holds = shown is None or (bytes(shown) == bytes(data) and shown.size == data.size)
    page.demand("S5", holds=holds, expected=expected, where=where)
    factor = page.attempt("14.B", lambda: read_member(keys.group, stated.beta, where))
    proof = _read_proof(keys, stated.proof, DATA, where, page)
    if factor is None or proof is None:
        return
    a, b = decryption_commitments(keys.group, keys.context.votes_key, data.c0, factor, proof)
    holds = proof.challenge == keys.context.data_challenge(0, data, a, b, factor)
    page.demand("14.B", holds=holds, expected=PROOF, where=where)
    name = ContestName(contest.number, contest.label)
    plain = page.attempt("S5", lambda: decode_contest_data(keys.context.decrypt_data(name, data, factor)))
    if plain is not None:
        holds, expected = plain == stated.contest_data, Sentence("the plain text of the contest data")
        page.demand("S5", holds=holds, expected=expected, where=where)


def check_all_opened(challenged: Mapping[str, SeenBallot], paths: list[str], book: Notebook) -> None:
    """S5: no challenged ballot is without its opening."""
    names = {match["name"] for path in paths if (match := OPENED.fullmatch(path))}
    expected = Sentence("the opening of every challenged ballot")
    for name, ballot in sorted(challenged.items()):
        page = book.page(ballot.path)
        page.demand("S5", holds=name in names, expected=expected, found=Sentence("none"), where=name)


def _read(reader: RecordReader, page: Page, limit: int, kind: type[T]) -> T | None:
    return page.attempt("S1", lambda: read_json(reader.read(page.file, limit), kind, page.file))
