"""What the guardians opened, and how anyone checks it: the votes of a sum of ciphertexts, with one proof an option."""

import hashlib
from collections.abc import Iterator, Sequence
from typing import Annotated

import msgspec

from urna.ballot.keys import JointKeys
from urna.crypto.elgamal import Ciphertext
from urna.crypto.joint_opening import Proof, Target, VotesTable, check_proof, check_votes, votes_point
from urna.election.definition import Election
from urna.encoding.canonical import Code, Count, Hash, Record, encode
from urna.errors import Unproven
from urna.tally.aggregates import PlannedAggregate
from urna.words import Sentence

_Digits = Annotated[str, msgspec.Meta(pattern=r"\A[0-9a-f]{64}\Z")]


class OpenedVotes(Record, frozen=True, kw_only=True):
    """One option of an opened aggregate."""

    option: Code
    votes: Count
    """t."""
    share: _Digits
    """M, a point: t·K = B - M."""
    challenge: _Digits
    response: _Digits


class AggregateOpening(Record, frozen=True, kw_only=True, tag_field="type", tag="urna/aggregate/1"):
    """An aggregate with its votes and their proofs. It needs no signature: the proofs stand by themselves."""

    election: Hash
    serial: Count
    contest: Code
    territory: Code
    stations: tuple[Code, ...]
    ballots: Count
    options: tuple[OpenedVotes, ...]
    """Every option of the contest once, in ballot order."""

    @property
    def planned(self) -> PlannedAggregate:
        """What was to be opened."""
        return PlannedAggregate(
            election=self.election,
            serial=self.serial,
            contest=self.contest,
            territory=self.territory,
            stations=self.stations,
            ballots=self.ballots,
        )


def targets(
    election: Election, keys: JointKeys, planned: PlannedAggregate, sums: Sequence[Ciphertext], where: str = ""
) -> tuple[Target, ...]:
    """What the guardians open, option by option in ballot order.

    Args:
        election: the definition.
        keys: the guardians' joint keys.
        planned: the aggregate.
        sums: for each option the sum of its ciphertexts over the cast ballots of the stations.
        where: the place to name in an error.

    Raises:
        Unproven: of another election, an unknown contest, or another number of sums than options.
    """
    contest = election.contests.get(planned.contest)
    if contest is None or planned.election != election.identity or len(sums) != len(contest.options):
        raise Unproven(
            Sentence("a sum for each option of a contest of this election"),
            Sentence("{count} sums for {contest}", {"count": len(sums), "contest": planned.contest}),
            Sentence("Check which election this file belongs to."),
            where,
        )
    description = hashlib.sha256(encode(planned)).digest()
    return tuple(
        Target(keys.base_hash, keys.votes, description, number, each.alpha, each.beta)
        for number, each in enumerate(sums)
    )


def write_opening(
    election: Election,
    planned: PlannedAggregate,
    opened: Sequence[tuple[Target, Proof]],
    table: VotesTable,
) -> AggregateOpening:
    """The opening as it is published.

    Args:
        election: the definition.
        planned: the aggregate.
        opened: each option's target with its proof, checked, in ballot order.
        table: finds numbers up to the aggregate's ballots.

    Raises:
        Unproven: a sum holds more votes than there are ballots.
    """
    options = election.contests[planned.contest].options
    opening = AggregateOpening(
        **msgspec.structs.asdict(planned),
        options=tuple(
            OpenedVotes(
                option=option.code,
                votes=table.find(votes_point(target, proof.share), planned.contest),
                share=proof.share.hex(),
                challenge=proof.challenge.hex(),
                response=proof.response.hex(),
            )
            for option, (target, proof) in zip(options, opened, strict=True)
        ),
    )
    for each in opening.options:
        _check_most(opening, each, planned.contest)
    return opening


def check_opening(
    election: Election, keys: JointKeys, opening: AggregateOpening, sums: Sequence[Ciphertext], where: str = ""
) -> None:
    """Returns if an opening gives the votes that are in the sums.

    1. Every option of the contest is there once, in ballot order.
    2. Each share M is proven to be the one that the joint key gives.
    3. Each number of votes is exactly what the share opens, and at most the ballots.

    That the aggregate may be opened is for `tally/aggregates.check_plan`; that the sums are those of the
    published ballots is for the caller.

    Args:
        election: the definition.
        keys: the guardians' joint keys.
        opening: as it was published.
        sums: for each option the sum of its ciphertexts over the cast ballots of the opening's stations.
        where: the place to name in an error.

    Raises:
        Malformed: a point or a scalar is not one.
        Unproven: one of the above does not hold.
    """
    found = targets(election, keys, opening.planned, sums, where)
    _check_options(election, opening, where)
    for target, each in zip(found, opening.options, strict=True):
        proof = Proof(*_bytes_of(each))
        check_proof(target, proof, where)
        check_votes(target, proof.share, each.votes, where)
        _check_most(opening, each, where)


def _check_most(opening: AggregateOpening, opened: OpenedVotes, where: str) -> None:
    if opened.votes > opening.ballots:
        raise Unproven(
            Sentence("at most {ballots} votes for {option}", {"ballots": opening.ballots, "option": opened.option}),
            Sentence("{votes}", {"votes": opened.votes}),
            Sentence("Check the proofs of the ballots in the sum: one of them holds more than one vote."),
            where,
        )


def _check_options(election: Election, opening: AggregateOpening, where: str) -> None:
    wanted = [option.code for option in election.contests[opening.contest].options]
    if [each.option for each in opening.options] != wanted:
        raise Unproven(
            Sentence(
                "the {count} options of {contest} in ballot order", {"count": len(wanted), "contest": opening.contest}
            ),
            Sentence("{count} options", {"count": len(opening.options)}),
            Sentence("Ask the centre for the file as the guardians made it."),
            where,
        )


def _bytes_of(opened: OpenedVotes) -> Iterator[bytes]:
    return map(bytes.fromhex, (opened.share, opened.challenge, opened.response))
