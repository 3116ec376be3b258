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
from urna.interop.electionguard.report import Finding, Notebook
from urna.interop.electionguard.verify_contents import Conditions, Contents, match_contents
from urna.interop.electionguard.verify_keys import PROOF, RecordKeys
from urna.record.reader import RecordReader
from urna.words import Sentence

CONTENTS = Conditions("S3", "S3", "S3", "S3", "S3")

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
    place = ballot_place(path)
    name = place.name if place else path
    data = book.attempt("S1", path, lambda: reader.read(path, MAX_BALLOT_BYTES))
    ballot = None if data is None else book.attempt("S1", path, lambda: read_json(data, EncryptedBallot, path))
    if data is None or ballot is None:
        return SeenBallot(path, name, "", "", "", b"", b"", {}, {}, frozenset(), "", book.findings)
    _check_names(keys, ballot, path, book)
    contents = match_contents(
        keys.manifest.of_style(ballot.ballot_style_id), ballot.contests, CONTENTS, book, path, is_ordered=True
    )
    is_whole = not any(finding.check == "S3" for finding in book.findings)
    contests = [_examine_contest(keys, ballot.contests[each.place], each, path, book) for each in contents]
    hashes = [contest.hash for contest in contests if contest is not None]
    code, auxiliary = _check_code(keys, ballot, hashes if len(hashes) == len(contests) else None, path, book)
    votes, encrypted = _gather(contests) if is_whole else ({}, {})
    listed = frozenset(contest.contest_id for contest in ballot.contests)
    return SeenBallot(
        path,
        ballot.ballot_id,
        ballot.encrypting_device,
        ballot.ballot_style_id,
        ballot.state,
        code,
        auxiliary,
        votes,
        encrypted,
        listed,
        hashlib.sha256(data).hexdigest(),
        book.findings,
    )


def _check_names(keys: RecordKeys, ballot: EncryptedBallot, path: str, book: Notebook) -> None:
    """S8, S4 and S3: of this election, where its names say that it is, cast or challenged, of a known style."""
    place = ballot_place(path)
    check_election(keys, ballot.election_id, path, book)
    holds = place is not None and place.name == ballot.ballot_id and place.device in {"", ballot.encrypting_device}
    book.demand("S4", path, holds=holds, expected=Sentence("the ballot and device that the path names"))
    is_known = ballot.state in {CAST, CHALLENGED}
    found = Sentence("{state}", {"state": repr(ballot.state[:50])})
    book.demand("S4", path, holds=is_known, expected=Sentence("a ballot that is cast or challenged"), found=found)
    is_known = ballot.ballot_style_id in keys.manifest.styles
    book.demand("S3", path, holds=is_known, expected=Sentence("a ballot style of the manifest"))


def check_election(keys: RecordKeys, stated: str, path: str, book: Notebook) -> None:
    """S8: the file names H_E."""
    found = book.attempt("S8", path, lambda: read_hash(stated))
    if found is not None:
        expected = Sentence("the extended base hash of this election")
        book.demand("S8", path, holds=found == keys.context.base_hash, expected=expected)


class _SeenContest(NamedTuple):
    contest: Contest
    hash: bytes
    ciphertexts: tuple[Ciphertext, ...]
    """One for each option, in the manifest's order."""
    data: DataCiphertext | None


def _examine_contest(
    keys: RecordKeys, stated: EncryptedContest, contents: Contents, path: str, book: Notebook
) -> _SeenContest | None:
    """Boxes 5, 6 and 7.A; None if a ciphertext cannot be read, so that nothing can be computed from it."""
    contest = contents.contest
    ciphertexts = tuple(
        _examine_selection(keys, stated.selections[place], contest, path, book) for _, place in contents.options
    )
    holds = stated.sequence_order == contest.index and all(
        stated.selections[place].sequence_order == option.index for option, place in contents.options
    )
    book.demand("S3", path, holds=holds, expected=Sentence("the manifest's indices"), where=contest.label)
    data = _read_data(keys, stated, path, book)
    known = tuple(each for each in ciphertexts if each is not None)
    if len(known) < len(ciphertexts):
        return None
    check_range(keys, "6", aggregate(keys.group, known), stated.proof, contest.limit, path, contest.label, book)
    hashed = keys.context.contest_hash(contest.index, known, data)
    book.attempt("7.A", path, lambda: _compare(stated.contest_hash, hashed, contest.label))
    return _SeenContest(contest, hashed, known, data)


def _read_data(keys: RecordKeys, stated: EncryptedContest, path: str, book: Notebook) -> DataCiphertext | None:
    """No box of the specification looks at contest data before it is decrypted; S1 wants it well formed."""
    data = stated.encrypted_contest_data
    return None if data is None else book.attempt("S1", path, lambda: read_data(keys.group, data, stated.contest_id))


def _examine_selection(
    keys: RecordKeys, stated: EncryptedSelection, contest: Contest, path: str, book: Notebook
) -> Ciphertext | None:
    where = f"{contest.label}/{stated.selection_id}"
    ciphertext = book.attempt("5.A", path, lambda: read_pair(keys.group, stated.encrypted_vote, where))
    if ciphertext is not None:
        check_range(keys, "5", ciphertext, stated.proof, contest.option_limit, path, where, book)
    return ciphertext


def check_range(
    keys: RecordKeys,
    box: str,
    ciphertext: Ciphertext,
    stated: RangeResponses | None,
    limit: int,
    path: str,
    where: str,
    book: Notebook,
) -> None:
    """B: the c_j in Z_q; C: the v_j in Z_q; D: as many branches as the limit asks for, and Σ c_j is the hash.

    2.0.0 lets c_j be anything below 2^256; egk-ec reduces its challenges and urna refuses others: an honest one is
    q or more once in 2^248.
    """
    group, context = keys.group, keys.context
    branches = () if stated is None else stated.proofs
    expected = Sentence("a proof with a branch for each of 0 to {limit}", {"limit": limit})
    found = Sentence("{count} branches", {"count": len(branches)})
    if not book.demand(
        f"{box}.D", path, holds=len(branches) == limit + 1, expected=expected, found=found, where=where
    ):
        return
    challenges = book.attempt(
        f"{box}.B", path, lambda: [read_scalar(group, each.challenge, where) for each in branches]
    )
    responses = book.attempt(f"{box}.C", path, lambda: [read_scalar(group, each.response, where) for each in branches])
    if challenges is None or responses is None:
        return
    proof = tuple(Proof(c, v) for c, v in zip(challenges, responses, strict=True))
    commitments = range_commitments(group, context.votes_key, ciphertext, proof)
    challenge = context.range_challenge((), ciphertext, commitments)
    holds = challenge_sum(group, proof) == challenge
    book.demand(f"{box}.D", path, holds=holds, expected=PROOF, where=where)


def _check_code(
    keys: RecordKeys, ballot: EncryptedBallot, hashes: list[bytes] | None, path: str, book: Notebook
) -> tuple[bytes, bytes]:
    """7.B: the code follows from the contest hashes as they were computed here, and B_aux; the two, as far as readable."""
    auxiliary = book.attempt("7.B", path, lambda: _read_hexadecimal(ballot.code_baux))
    code = book.attempt("7.B", path, lambda: read_hash(ballot.confirmation_code))
    if code is not None and auxiliary is not None and hashes is not None:
        holds = code == keys.context.confirmation_code(hashes, auxiliary)
        book.demand("7.B", path, holds=holds, expected=Sentence("the confirmation code of its contest hashes"))
    if auxiliary is not None and not keys.is_chained:
        expected = Sentence("the additional bytes that the election's configuration names")
        book.demand("7.B", path, holds=auxiliary == keys.device_data, expected=expected)
    return code or b"", auxiliary or b""


def _read_hexadecimal(text: str) -> bytes:
    try:
        found = bytes.fromhex(text)
    except ValueError:
        found = b""
    if found.hex().upper() != text:
        raise Malformed(Sentence("bytes in capital hexadecimal digits"), Sentence("another text"), AS_WRITTEN)
    return found


def _compare(stated: str, computed: bytes, where: str) -> None:
    if read_hash(stated, where) != computed:
        raise Malformed(Sentence("the contest hash of its ciphertexts"), Sentence("another value"), AS_WRITTEN, where)


def _gather(contests: list[_SeenContest | None]) -> tuple[Votes, Mapping[str, DataCiphertext]]:
    """All votes and contest data; of a ballot with an unreadable ciphertext, none."""
    seen = [contest for contest in contests if contest is not None]
    if len(seen) < len(contests):
        return {}, {}
    votes = {
        (each.contest.label, option.label): ciphertext
        for each in seen
        for option, ciphertext in zip(each.contest.options, each.ciphertexts, strict=True)
    }
    return votes, {each.contest.label: each.data for each in seen if each.data is not None}
