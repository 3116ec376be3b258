"""The documents of an opening, each signed by one guardian, and how the others read them.

Everybody who takes part has to have one of each kind, all for the same request; who has not is named.
"""

import hashlib
from collections.abc import Iterable, Sequence
from typing import NamedTuple, TypeVar

from urna.ballot.ceremony import (
    Ceremony,
    GuardianIndex,
    GuardianRecord,
    PointHex,
    ScalarHex,
    guardians_of,
    open_guardian_document,
)
from urna.crypto.joint_opening import Partial
from urna.crypto.mac import join_parts
from urna.crypto.ristretto import check_point
from urna.crypto.scalars import check_scalar
from urna.crypto.threshold import index_bytes
from urna.election.definition import Election
from urna.encoding.canonical import Hash, Record
from urna.errors import OutOfOrder, Unproven
from urna.guardian.private import Session
from urna.words import Sentence

_COMMIT = b"urna/protocol/1/open-commit"
_PROMISES = b"urna/protocol/1/open-promises"


class OpeningPromise(GuardianRecord, frozen=True, kw_only=True, tag_field="type", tag="urna/opening-commitment/1"):
    """A guardian's promise of what its part will be."""

    request: Hash
    guardians: tuple[GuardianIndex, ...]
    """Who takes part, sorted."""
    commitment: Hash


class OpenedPart(Record, frozen=True, kw_only=True):
    """A guardian's part in one option."""

    share: PointHex
    """M_i."""
    a: PointHex
    b: PointHex

    @property
    def partial(self) -> Partial:
        """As the group computes with it."""
        return Partial(*map(bytes.fromhex, (self.share, self.a, self.b)))


class OpeningReveal(GuardianRecord, frozen=True, kw_only=True, tag_field="type", tag="urna/opening-reveal/1"):
    """What was promised, shown when all had promised."""

    request: Hash
    promises: Hash
    """Over the promises of all who take part."""
    parts: tuple[OpenedPart, ...]
    """For every option of every aggregate, in the order of the request."""


class OpeningResponse(GuardianRecord, frozen=True, kw_only=True, tag_field="type", tag="urna/opening-response/1"):
    """A guardian's answers to the challenges."""

    request: Hash
    promises: Hash
    responses: tuple[ScalarHex, ...]
    """v_i for every option of every aggregate, in the order of the request."""


class Round(NamedTuple):
    """The signed documents of an opening that lie before a guardian, in any order."""

    promises: Sequence[bytes]
    reveals: Sequence[bytes] = ()
    responses: Sequence[bytes] = ()


class Wanted(NamedTuple):
    """What is asked for where a paper is missing, or there twice: whole sentences, since a word has a gender."""

    of_all: Sentence
    one_each: Sentence


PROMISE = Wanted(Sentence("the promise of everybody who takes part"), Sentence("one promise of each for one request"))
PART = Wanted(Sentence("the part of everybody who takes part"), Sentence("one part of each for one request"))
ANSWER = Wanted(Sentence("the answer of everybody who takes part"), Sentence("one answer of each for one request"))

D = TypeVar("D", OpeningPromise, OpeningReveal, OpeningResponse)


def part_commitment(ceremony: Ceremony, session: Session, guardian: int, parts: Iterable[Partial]) -> Hash:
    """d_i: over key, request (and so every sum and description), who takes part, whose part it is, and all of it."""
    whole = join_parts(
        _COMMIT,
        ceremony.keys.base_hash,
        ceremony.keys.votes,
        bytes.fromhex(session.request),
        b"".join(map(index_bytes, session.guardians)),
        index_bytes(guardian),
        *(value for part in parts for value in part),
    )
    return hashlib.sha256(whole).hexdigest()


def promises_hash(election: Election, promises: Sequence[bytes]) -> Hash:
    """What ties parts and answers to the promises they were given for; any order of the documents gives the same."""
    opened = [(open_guardian_document(election, each, OpeningPromise).guardian, each) for each in promises]
    return hashlib.sha256(join_parts(_PROMISES, *(each for _, each in sorted(opened)))).hexdigest()


def read_promises(election: Election, session: Session, documents: Sequence[bytes]) -> dict[int, OpeningPromise]:
    """Everybody's promise, to open together with the same guardians.

    Raises:
        OutOfOrder: somebody's is missing; the guardian is named.
        Unproven: one is not signed, or for another request or other guardians; the guardian is named.
    """
    found = _of_all(election, session, documents, OpeningPromise, PROMISE)
    for guardian, record in found.items():
        if record.guardians != session.guardians:
            raise _differs(election, guardian, Sentence("a promise to open together with the same guardians"))
    return found


def read_reveals(
    election: Election, ceremony: Ceremony, session: Session, papers: Round, count: int
) -> dict[int, tuple[Partial, ...]]:
    """Everybody's part in `count` options, as it was promised; errors as for `read_promises`."""
    promises = read_promises(election, session, papers.promises)
    found = _of_all(election, session, papers.reveals, OpeningReveal, PART)
    shown = {}
    for guardian, record in found.items():
        parts = tuple(each.partial for each in record.parts)
        for point in (point for part in parts for point in part):
            check_point(point, guardians_of(election)[guardian - 1].name)
        committed = part_commitment(ceremony, session, guardian, parts) == promises[guardian].commitment
        if record.promises != session.promises or not committed or len(parts) != count:
            raise _differs(election, guardian, Sentence("the part that was promised"))
        shown[guardian] = parts
    return shown


def read_answers(election: Election, session: Session, papers: Round, count: int) -> dict[int, tuple[bytes, ...]]:
    """Everybody's answers for `count` options, right or false; errors as for `read_promises`."""
    found = _of_all(election, session, papers.responses, OpeningResponse, ANSWER)
    answers = {}
    for guardian, record in found.items():
        name = guardians_of(election)[guardian - 1].name
        answers[guardian] = tuple(check_scalar(bytes.fromhex(each), name) for each in record.responses)
        if record.promises != session.promises or len(record.responses) != count:
            raise _differs(election, guardian, Sentence("an answer for each option, for the same promises"))
    return answers


def _of_all(
    election: Election, session: Session, documents: Sequence[bytes], kind: type[D], wanted: Wanted
) -> dict[int, D]:
    """One document of each who takes part, signed, for the same request."""
    found: dict[int, D] = {}
    for document in documents:
        record = open_guardian_document(election, document, kind)
        if record.guardian not in session.guardians or record.guardian in found or record.request != session.request:
            raise _differs(election, record.guardian, wanted.one_each)
        found[record.guardian] = record
    for guardian in session.guardians:
        if guardian not in found:
            raise missing(election, guardian, wanted)
    return {guardian: found[guardian] for guardian in session.guardians}


def missing(election: Election, guardian: int, wanted: Wanted) -> OutOfOrder:
    """The error that names a guardian whose document is not there."""
    name = guardians_of(election)[guardian - 1].name
    return OutOfOrder(
        wanted.of_all,
        Sentence("none of {name}", {"name": name}),
        Sentence("Ask {name}; if {name} is lost, begin again with others: urna guardian open-commit.", {"name": name}),
        name,
    )


def _differs(election: Election, guardian: int, expected: Sentence) -> Unproven:
    name = guardians_of(election)[guardian - 1].name
    return Unproven(
        expected,
        Sentence("something else of {name}", {"name": name}),
        Sentence("Answer nothing; compare the files with {name}, and begin again.", {"name": name}),
        name,
    )
