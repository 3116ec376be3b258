"""Whether the rules of a draw can be followed: what `DrawCommitment` says, its manifest and its weights fit together.

1. They are of this manifest, and of its population.
2. The procedure, the share or the sizes go together.
3. The audit board has so many keys as its quorum, each once.
4. What the method asks for is there, and nothing besides (docs/spec/audits.md).
5. The weights, where boxes are drawn by weight, are those that were committed, of these containers.
"""

from collections.abc import Sequence
from itertools import pairwise

from urna.audit.manifest import BallotManifest
from urna.audit.seed import DrawCommitment, Method, Unit, WeightRecord
from urna.audit.tickets import Procedure
from urna.election.definition import ratio
from urna.encoding.canonical import Code, digest, encode
from urna.errors import Malformed, Unproven
from urna.log.note import NoteVerifier
from urna.words import Sentence

MOST_UNITS = 10**9
"""Units of a draw."""


def board_verifiers(commitment: DrawCommitment) -> list[NoteVerifier]:
    """The audit board's keys under their names.

    Raises:
        Malformed: a key's name cannot be one.
    """
    return [NoteVerifier(each.key_name, each.key) for each in commitment.board]


def check_commitment(commitment: DrawCommitment, manifest: BallotManifest, weights: WeightRecord | None = None) -> None:
    """Returns if the rules are of this manifest and these weights, and can be followed.

    Raises:
        Malformed: they contradict each other.
        Unproven: another manifest, or other weights.
    """
    found = digest(encode(manifest))
    if (commitment.manifest, commitment.election) != (found, manifest.election):
        raise Unproven(
            Sentence("the manifest {hash} of this election", {"hash": commitment.manifest}),
            Sentence("{hash}", {"hash": found}),
            Sentence("Draw from the manifest that was committed, and no other."),
            commitment.audit,
        )
    _check_population(commitment, manifest)
    if ratio(commitment.share):
        _check_share(commitment)
    else:
        _check_sizes(commitment)
    _check_board(commitment)
    _check_contests(commitment)
    _check_method(commitment)
    _check_weights(commitment, manifest, weights)


def _check_population(commitment: DrawCommitment, manifest: BallotManifest) -> None:
    population = manifest.size if commitment.unit is Unit.PAPER else len(manifest.containers)
    if commitment.population != population:
        raise _malformed(
            Sentence("a population of {population}", {"population": population}),
            Sentence("{found}", {"found": commitment.population}),
            commitment.audit,
        )
    if population > MOST_UNITS:
        raise _malformed(
            Sentence("at most {most} units to draw from, so that anybody can draw again", {"most": MOST_UNITS}),
            Sentence("{found}", {"found": population}),
            commitment.audit,
        )
    if commitment.procedure is Procedure.SORTED and commitment.replacement:
        raise _malformed(
            Sentence("a procedure that draws with replacement"),
            Sentence("{procedure}, which gives each unit one ticket", {"procedure": commitment.procedure}),
            commitment.audit,
        )


def _check_share(commitment: DrawCommitment) -> None:
    rules = (commitment.unit, commitment.procedure, commitment.sizes)
    if rules != (Unit.CONTAINER, Procedure.SORTED, ()) or ratio(commitment.share) > 1:
        raise _malformed(
            Sentence("a share, at most 1/1, of containers, by sorted tickets, without sizes"),
            Sentence(
                "{share} of {unit}, {procedure}",
                {"share": commitment.share, "unit": commitment.unit, "procedure": commitment.procedure},
            ),
            commitment.audit,
        )


def _check_sizes(commitment: DrawCommitment) -> None:
    sizes = commitment.sizes
    rising = all(before < after for before, after in pairwise((0, *sizes)))
    fits = commitment.replacement or not sizes or sizes[-1] <= commitment.population
    if not (sizes and rising and fits):
        raise _malformed(
            Sentence("sizes that rise, of at most {most} without replacement", {"most": commitment.population}),
            Sentence("{sizes}", {"sizes": ", ".join(str(size) for size in sizes) or "0"}),
            commitment.audit,
        )


def _check_board(commitment: DrawCommitment) -> None:
    board_verifiers(commitment)
    keys = {each.key for each in commitment.board}
    names = {each.key_name for each in commitment.board}
    if not commitment.quorum <= len(keys) == len(names) == len(commitment.board):
        raise _malformed(
            Sentence("an audit board of different keys under different names, and a quorum of at most all of them"),
            Sentence(
                "a quorum of {quorum}, {keys} keys under {names} names, of {members} members",
                {
                    "quorum": commitment.quorum,
                    "keys": len(keys),
                    "names": len(names),
                    "members": len(commitment.board),
                },
            ),
            commitment.audit,
        )


def _check_contests(commitment: DrawCommitment) -> None:
    if any(before >= after for before, after in pairwise(commitment.contests)):
        raise _malformed(
            Sentence("contests ascending by code, each once"),
            Sentence("{contests}", {"contests": ", ".join(commitment.contests)}),
            commitment.audit,
        )


def _check_method(commitment: DrawCommitment) -> None:
    """What each method says of contests, edition, risk limit, weights and share."""
    limit = ratio(commitment.risk_limit)
    said = (bool(commitment.contests), bool(commitment.edition), limit > 0, commitment.weights is not None)
    is_share = bool(ratio(commitment.share))
    match commitment.method:
        case Method.SAMPLE:
            fits = said == (False, False, False, False)
            expected = Sentence("a sample without contests, edition, risk limit and weights")
        case Method.SHARE:
            fits = said == (True, False, False, False) and is_share
            expected = Sentence("a share of each centre, with contests, without edition, risk limit and weights")
        case Method.MACRO:
            rules = (commitment.unit, commitment.procedure, commitment.replacement, is_share)
            fits = said == (True, True, True, True) and rules == (Unit.CONTAINER, Procedure.COUNTER, True, False)
            expected = Sentence(
                "containers drawn by weight, by sha256-counter with replacement, with contests, an edition and a "
                "risk limit"
            )
        case Method.POLLING:
            rules = (commitment.unit, commitment.procedure, commitment.replacement, is_share)
            fits = said == (True, True, True, False) and rules == (Unit.PAPER, Procedure.COUNTER, True, False)
            expected = Sentence(
                "papers drawn by sha256-counter with replacement, without weights, with contests, an edition and a "
                "risk limit"
            )
    if not fits or limit >= 1:
        raise _malformed(
            expected,
            Sentence(
                "{method} with {contests} contests, edition {edition}, a risk limit of {limit}, a share of {share}, "
                "{procedure} of {unit}",
                {
                    "method": commitment.method,
                    "contests": len(commitment.contests),
                    "edition": commitment.edition,
                    "limit": commitment.risk_limit,
                    "share": commitment.share,
                    "procedure": commitment.procedure,
                    "unit": commitment.unit,
                },
            ),
            commitment.audit,
        )


def _check_weights(commitment: DrawCommitment, manifest: BallotManifest, weights: WeightRecord | None) -> None:
    found = None if weights is None else digest(encode(weights))
    if found != commitment.weights:
        raise Unproven(
            Sentence("the weights {hash}", {"hash": commitment.weights or "-"}),
            Sentence("{hash}", {"hash": found or "-"}),
            Sentence("Draw by the weights that were committed, and no others."),
            commitment.audit,
        )
    if weights is None:
        return
    if (weights.election, weights.audit, weights.manifest) != (
        commitment.election,
        commitment.audit,
        commitment.manifest,
    ):
        raise Unproven(
            Sentence("weights of audit {audit} and its manifest", {"audit": commitment.audit}),
            Sentence("those of {audit}", {"audit": weights.audit}),
            Sentence("Draw by the weights that were committed, and no others."),
            commitment.audit,
        )
    _check_boxes(commitment.audit, [each.code for each in manifest.containers], weights)


def _check_boxes(audit: Code, containers: Sequence[Code], weights: WeightRecord) -> None:
    total = sum(each.weight for each in weights.weights)
    if [each.code for each in weights.weights] != containers or not total:
        raise _malformed(
            Sentence("a weight for each container of the manifest, in its order, at least one above 0"),
            Sentence("{count} weights, {total} together", {"count": len(weights.weights), "total": total}),
            audit,
        )


def _malformed(expected: Sentence, found: Sentence, where: str) -> Malformed:
    return Malformed(expected, found, Sentence("Mend the rules before anybody signs them."), where)
