"""A centre as it was: the acts of its journal, taken again in order, without proving anything a second time.

Signatures of stations, rules and proofs were checked when the act was written; the authority's few documents and the
guardians' openings are checked again. Who changed the journal changes the leaves that follow from it, and those are
compared with the leaves that were logged.
"""

from collections.abc import Callable, Iterable, Iterator

from urna.ballot.published import BallotList
from urna.center.centre import Centre
from urna.center.evidence import Piece, piece_of
from urna.center.examination import recall
from urna.center.journal import Act, ActKind, read_evidence, read_held
from urna.center.proving import Proof, ids_of, read_sums
from urna.center.receipt import nothing_waits
from urna.encoding.canonical import Hash, decode
from urna.encoding.document import read_document
from urna.errors import OutOfOrder
from urna.log.note import NoteSigner
from urna.record.layout import place_of
from urna.tally.decryption import AggregateOpening
from urna.tally.hand_count import HandCountSheet
from urna.words import Sentence

Read = Callable[[Hash], bytes]
"""A file of the centre by its hash."""


def replay(
    acts: Iterable[Act], read: Read, signer: NoteSigner, coefficients: Callable[[int], bytes] | None = None
) -> Centre:
    """The centre after some acts.

    Args:
        acts: from the first one on, which brought the definition.
        read: gives what they name.
        signer: the log's key.
        coefficients: as of `Centre`.

    Raises:
        OutOfOrder: no definition, or an act that cannot follow the ones before it.
    """
    rest = iter(acts)
    first = next(rest, None)
    if first is None or first.kind is not ActKind.DEFINITION:
        raise OutOfOrder(
            Sentence("a journal that begins with the definition"),
            Sentence("another beginning"),
            Sentence("Restore the centre from its backup."),
        )
    centre = Centre(read(first.document), signer, coefficients)
    for act in rest:
        _take(centre, act, read)
    return centre


def _take(centre: Centre, act: Act, read: Read) -> None:  # noqa: PLR0912 - one line for each kind of act
    match act.kind:
        case ActKind.CERTIFICATION:
            centre.certify(read(act.document))
        case ActKind.REVOCATION:
            centre.revoke(read(act.document))
        case ActKind.ROLL:
            centre.commit_roll(read(act.document))
        case ActKind.COMMITMENTS:
            centre.take_commitments([read(each) for each in act.documents])
        case ActKind.KEYS:
            centre.take_keys([read(each) for each in act.documents], read(act.document))
        case ActKind.OPENING:
            centre.open_aggregate(read_document(read(act.document), AggregateOpening))
        case ActKind.DECISION:
            centre.decide(read(act.document))
        case ActKind.WITHDRAWAL:
            centre.withdraw(read(act.document))
        case ActKind.AUDIT_RULES:
            centre.commit_audit(read(act.document), *[read(each) for each in act.documents])
        case ActKind.AUDIT_PAPER:
            centre.take_audit_paper(read(act.document), is_recalled=True)
        case ActKind.EXAMINATION:
            centre.take_examination(read(act.document))
        case ActKind.RESULTS:
            centre.restore_results(read(act.document))
        case ActKind.ZERO_REPORT:
            place = place_of(act.path)
            centre.take_zero_report(act.station, place.number if place else 0, piece_of(read(act.document)))
        case ActKind.HAND_COUNT:
            document = read(act.document)
            centre.take_hand_count(read_document(document, HandCountSheet), piece_of(document), act.at)
        case ActKind.SHEET:
            _take_sheet(centre, act, read)
        case ActKind.HELD if act.held is not None:
            centre.hold(act.station, act.document, read_held(act.held), act.at)
        case ActKind.KEPT:
            centre.keep(act.station, act.document, {name: Piece(*each) for name, each in _named(act)})
        case ActKind.PROOF:
            _take_proof(centre, act, read)
        case _:
            raise nothing_waits(act.station)


def _named(act: Act) -> Iterator[tuple[str, tuple[Hash, int]]]:
    return ((name, (each.sha256, each.size)) for name, each in (act.kept or {}).items())


def _take_sheet(centre: Centre, act: Act, read: Read) -> None:
    if act.evidence is None:
        raise nothing_waits(act.station)
    evidence = read_evidence(act.evidence)
    ballots = read(evidence.ballots.sha256) if evidence.ballots else None
    centre.receive(recall(read(evidence.sheet.sha256), ballots, centre.facts(act.station)), evidence, act.at)


def _take_proof(centre: Centre, act: Act, read: Read) -> None:
    if act.evidence is None:
        raise nothing_waits(act.station)
    evidence = read_evidence(act.evidence)
    if act.held is not None:
        centre.take_proof(act.station, evidence, read_held(act.held), act.at)
        return
    listed = decode(read(evidence.ballots.sha256), BallotList) if evidence.ballots else None
    proof = Proof(read_sums(read(act.sums)), ids_of(listed))
    centre.take_proof(act.station, evidence, proof, act.at)
