"""Boxes 5, 6, 7.A and 7.B of 2.0.0, and the check S3, on one encrypted ballot; a pure function of the file.

Ballots are independent, so they can be examined in several processes, and a ballot that was examined once needs no
second look.
"""

import hashlib
from collections.abc import Mapping
from typing import NamedTuple

from urna.errors import Malformed
from urna.interop.electionguard.egk_files import (
    CAST,
    CHALLENGED,
    MAX_BALLOT_BYTES,
    EncryptedBallot,
    EncryptedContest,
    EncryptedSelection,
    RangeResponses,
    ballot_place,
)
from urna.interop.electionguard.egk_json import AS_WRITTEN, read_json
from urna.interop.electionguard.egk_values import read_data, read_hash, read_pair, read_scalar
from urna.interop.electionguard.group import Ciphertext, aggregate
from urna.interop.electionguard.manifest import Contest
from urna.interop.electionguard.profile import DataCiphertext
from urna.interop.electionguard.proofs import Proof, challenge_sum, range_commitments
from urna.interop.electionguard.report import Finding, Notebook, Page
from urna.interop.electionguard.verify_contents import Conditions, Contents, Matcher
from urna.interop.electionguard.verify_keys import PROOF, RecordKeys
from urna.record.reader import RecordReader
from urna.words import Sentence

CONTENTS = Conditions("S3", "S3", "S3", "S3", "S3")

NUMBERS = Sentence("the manifest's numbers")

Votes = Mapping[tuple[str, str], Ciphertext]
"""The ciphertext of each contest and option."""


class SeenBallot(NamedTuple):
    """What the checks of the whole election need of a ballot that was examined."""

    path: str
    name: str
    """The ballot's id; of a file that cannot be read, the id in its name."""
    device: str
    style: str
    state: str
    code: bytes
    auxiliary: bytes
    """B_aux, which went into the code."""
    votes: Votes
    """Empty unless the ballot has exactly the contests and options of its style, all of them readable."""
    data: Mapping[str, DataCiphertext]
    contests: frozenset[str]
    """The labels of the contests that it lists."""
    digest: str
    findings: tuple[Finding, ...]


def examine_ballot(keys: RecordKeys, reader: RecordReader, path: str) -> SeenBallot:
    """1. Read. 2. Names. 3. Contents. 4. Proofs of each contest. 5. The confirmation code."""
    book = Notebook()
    page, place = book.page(path), ballot_place(path)
    data = page.attempt("S1", lambda: reader.read(path, MAX_BALLOT_BYTES))
    ballot = None if data is None else page.attempt("S1", lambda: read_json(data, EncryptedBallot, path))
    if data is None or ballot is None:
        name = place.name if place else path
        return SeenBallot(path, name, "", "", "", b"", b"", {}, {}, frozenset(), "", book.findings)
    _check_names(keys, ballot, page)
    matcher = Matcher(page, CONTENTS, is_ordered=True)
    contents = matcher.match(keys.manifest.of_style(ballot.ballot_style_id), ballot.contests)
    is_whole = not any(finding.check == "S3" for finding in book.findings)
    contests = [_examine_contest(keys, ballot.contests[each.place], each, page) for each in contents]
    readable = [contest for contest in contests if contest is not None]
    is_readable = len(readable) == len(contests)
    code, auxiliary = _check_code(keys, ballot, readable if is_readable else None, page)
    return SeenBallot(
        path,
        ballot.ballot_id,
        ballot.encrypting_device,
        ballot.ballot_style_id,
        ballot.state,
        code,
        auxiliary,
        _gather(readable) if is_whole and is_readable else {},
        {each.contest.label: each.data for each in readable if each.data is not None},
        frozenset(contest.contest_id for contest in ballot.contests),
        hashlib.sha256(data).hexdigest(),
        book.findings,
    )


def _check_names(keys: RecordKeys, ballot: EncryptedBallot, page: Page) -> None:
    """S8, S4 and S3: of this election, where its names say that it is, cast or challenged, of a known style."""
    check_election(keys, ballot.election_id, page)
    place = ballot_place(page.file)
    holds = place is not None and place.name == ballot.ballot_id and place.device in {"", ballot.encrypting_device}
    page.demand("S4", holds=holds, expected=Sentence("the ballot and device that the path names"))
    holds, found = ballot.state in {CAST, CHALLENGED}, Sentence("{label}", {"label": repr(ballot.state[:50])})
    page.demand("S4", holds=holds, expected=Sentence("a ballot that is cast or challenged"), found=found)
    holds = ballot.ballot_style_id in keys.manifest.styles
    page.demand("S3", holds=holds, expected=Sentence("a ballot style of the manifest"))


def check_election(keys: RecordKeys, stated: str, page: Page) -> None:
    """S8: the file names H_E."""
    found = page.attempt("S8", lambda: read_hash(stated))
    if found is not None:
        expected = Sentence("the extended base hash of this election")
        page.demand("S8", holds=found == keys.context.base_hash, expected=expected)


class _SeenContest(NamedTuple):
    contest: Contest
    hash: bytes
    ciphertexts: tuple[Ciphertext, ...]
    """One for each option, in the manifest's order."""
    data: DataCiphertext | None


def _examine_contest(keys: RecordKeys, stated: EncryptedContest, contents: Contents, page: Page) -> _SeenContest | None:
    """Boxes 5, 6 and 7.A; None if a ciphertext cannot be read, so that nothing can be computed from it."""
    contest = contents.contest
    selections = [(option, stated.selections[place]) for option, place in contents.options]
    ciphertexts = [_examine_selection(keys, selection, contest, page) for _, selection in selections]
    holds = stated.sequence_order == contest.number and all(
        selection.sequence_order == option.number for option, selection in selections
    )
    page.demand("S3", holds=holds, expected=NUMBERS, where=contest.label)
    data = _read_data(keys, stated, page)
    known = tuple(each for each in ciphertexts if each is not None)
    if len(known) < len(ciphertexts):
        return None
    claim = RangeClaim("6", aggregate(keys.group, known), contest.limit, contest.label)
    check_range(keys, claim, stated.proof, page)
    hashed = keys.context.contest_hash(contest.number, known, data)
    shown = page.attempt("7.A", lambda: read_hash(stated.contest_hash, contest.label))
    if shown is not None:
        expected = Sentence("the contest hash of its ciphertexts")
        page.demand("7.A", holds=shown == hashed, expected=expected, where=contest.label)
    return _SeenContest(contest, hashed, known, data)


def _read_data(keys: RecordKeys, stated: EncryptedContest, page: Page) -> DataCiphertext | None:
    """No box of the specification looks at contest data before it is decrypted; S1 wants it well formed."""
    data = stated.encrypted_contest_data
    return None if data is None else page.attempt("S1", lambda: read_data(keys.group, data, stated.contest_id))


def _examine_selection(keys: RecordKeys, stated: EncryptedSelection, contest: Contest, page: Page) -> Ciphertext | None:
    where = f"{contest.label}/{stated.selection_id}"
    ciphertext = page.attempt("5.A", lambda: read_pair(keys.group, stated.encrypted_vote, where))
    if ciphertext is not None:
        check_range(keys, RangeClaim("5", ciphertext, contest.option_limit, where), stated.proof, page)
    return ciphertext


class RangeClaim(NamedTuple):
    """What a range proof has to show: this ciphertext holds 0 to `limit`; `box` is 5 or 6."""

    box: str
    ciphertext: Ciphertext
    limit: int
    where: str


def check_range(keys: RecordKeys, claim: RangeClaim, stated: RangeResponses | None, page: Page) -> None:
    """B: the c_j in Z_q; C: the v_j in Z_q; D: as many branches as the limit asks for, and Σ c_j is the hash.

    2.0.0 lets c_j be anything below 2^256; egk-ec reduces its challenges and urna refuses others: an honest one is
    q or more once in 2^248.
    """
    group, where = keys.group, claim.where
    branches = () if stated is None else stated.proofs
    expected = Sentence("a proof with a branch for each of 0 to {limit}", {"limit": claim.limit})
    found, holds = Sentence("{count} branches", {"count": len(branches)}), len(branches) == claim.limit + 1
    if not page.demand(f"{claim.box}.D", holds=holds, expected=expected, found=found, where=where):
        return
    c = page.attempt(f"{claim.box}.B", lambda: [read_scalar(group, each.challenge, where) for each in branches])
    v = page.attempt(f"{claim.box}.C", lambda: [read_scalar(group, each.response, where) for each in branches])
    if c is None or v is None:
        return
    proof = tuple(map(Proof, c, v))
    commitments = range_commitments(group, keys.context.votes_key, claim.ciphertext, proof)
    holds = challenge_sum(group, proof) == keys.context.range_challenge((), claim.ciphertext, commitments)
    page.demand(f"{claim.box}.D", holds=holds, expected=PROOF, where=where)


def _check_code(
    keys: RecordKeys, ballot: EncryptedBallot, contests: list[_SeenContest] | None, page: Page
) -> tuple[bytes, bytes]:
    """7.B: the code follows from the contest hashes computed here, and B_aux; the two, as far as readable."""
    auxiliary = page.attempt("7.B", lambda: _read_hexadecimal(ballot.code_baux))
    code = page.attempt("7.B", lambda: read_hash(ballot.confirmation_code))
    if code is not None and auxiliary is not None and contests is not None:
        holds = code == keys.context.confirmation_code([contest.hash for contest in contests], auxiliary)
        page.demand("7.B", holds=holds, expected=Sentence("the confirmation code of its contest hashes"))
    if auxiliary is not None and not keys.is_chained:
        expected = Sentence("the additional bytes that the election's configuration names")
        page.demand("7.B", holds=auxiliary == keys.device_data, expected=expected)
    return code or b"", auxiliary or b""


def _read_hexadecimal(text: str) -> bytes:
    try:
        found = bytes.fromhex(text)
    except ValueError:
        found = b""
    if found.hex().upper() != text:
        raise Malformed(Sentence("bytes in capital hexadecimal digits"), Sentence("another one"), AS_WRITTEN)
    return found


def _gather(contests: list[_SeenContest]) -> Votes:
    return {
        (each.contest.label, option.label): ciphertext
        for each in contests
        for option, ciphertext in zip(each.contest.options, each.ciphertexts, strict=True)
    }
