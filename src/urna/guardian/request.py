"""What the guardians are asked to open: sums of ciphertexts, with the sheets from which it follows that they may be.

Each guardian's machine makes the request itself, from its own copy of the public record; it needs no signature, since
all who take part must have the same one, byte by byte.
"""

from collections.abc import Callable, Sequence

from urna.ballot.ceremony import PointHex, check_election
from urna.crypto.elgamal import Ciphertext
from urna.crypto.ristretto import check_point
from urna.election.definition import Election
from urna.encoding.canonical import Code, Hash, Record, digest, encode
from urna.errors import OutOfOrder, Unproven
from urna.tally.aggregates import AggregatePlan, CountedSheet, PlannedAggregate, plan_aggregates
from urna.words import Sentence

Sums = Callable[[PlannedAggregate], Sequence[Ciphertext]]
"""For each option of the aggregate's contest, the sum over the cast ballots of its stations."""


class RequestedSum(Record, frozen=True, kw_only=True):
    """The sum of one option's ciphertexts."""

    option: Code
    alpha: PointHex
    beta: PointHex


class RequestedAggregate(Record, frozen=True, kw_only=True):
    """An aggregate with its sums, in ballot order."""

    planned: PlannedAggregate
    sums: tuple[RequestedSum, ...]

    @property
    def ciphertexts(self) -> tuple[Ciphertext, ...]:
        """The sums as ciphertexts."""
        return tuple(Ciphertext(bytes.fromhex(each.alpha), bytes.fromhex(each.beta)) for each in self.sums)


class OpeningRequest(Record, frozen=True, kw_only=True, tag_field="type", tag="urna/opening-request/1"):
    """What is to be opened, and the sheets from which it follows that it may be."""

    election: Hash
    sheets: tuple[CountedSheet, ...]
    """Of every station that counts, in the definition's order."""
    aggregates: tuple[RequestedAggregate, ...]

    @property
    def identity(self) -> Hash:
        """SHA-256 of the request: what the guardians compare by telephone."""
        return digest(encode(self))

    @property
    def options(self) -> int:
        """Sums that are opened, over all aggregates."""
        return sum(len(each.sums) for each in self.aggregates)


def make_request(election: Election, sheets: Sequence[CountedSheet], plan: AggregatePlan, sums: Sums) -> OpeningRequest:
    """The request for everything that a plan opens.

    Args:
        election: the definition.
        sheets: those that the plan was made from.
        plan: of `plan_aggregates`.
        sums: adds up the ciphertexts of the public record.
    """
    order = {station: number for number, station in enumerate(election.stations)}
    return OpeningRequest(
        election=election.identity,
        sheets=tuple(sorted(sheets, key=lambda sheet: order[sheet.station])),
        aggregates=tuple(_requested(election, planned, sums(planned)) for planned in plan.aggregates),
    )


def check_request(election: Election, request: OpeningRequest) -> None:
    """Returns if everything that is requested is in the plan that follows from the request's sheets.

    Raises:
        Malformed: a sum is not two points.
        OutOfOrder: nothing is requested.
        Unproven: of another election, or something that the plan does not open.
    """
    check_election(election, request.election)
    allowed = {_unnumbered(each) for each in plan_aggregates(election, request.sheets).aggregates}
    for each in request.aggregates:
        if _unnumbered(each.planned) not in allowed or not _has_all_options(election, each):
            raise Unproven(
                Sentence("sums that the plan of the public record opens, for all options in ballot order"),
                Sentence(
                    "aggregate {serial} of {contest}", {"serial": each.planned.serial, "contest": each.planned.contest}
                ),
                Sentence("Open nothing: make the request again from your own copy of the record."),
                each.planned.contest,
            )
    if not request.aggregates:
        raise OutOfOrder(
            Sentence("sums to open"),
            Sentence("none"),
            Sentence("There is nothing for the guardians to do: every vote is on a sheet or stays closed."),
        )


def _requested(election: Election, planned: PlannedAggregate, sums: Sequence[Ciphertext]) -> RequestedAggregate:
    options = election.contests[planned.contest].options
    return RequestedAggregate(
        planned=planned,
        sums=tuple(
            RequestedSum(option=option.code, alpha=each.alpha.hex(), beta=each.beta.hex())
            for option, each in zip(options, sums, strict=True)
        ),
    )


def _has_all_options(election: Election, requested: RequestedAggregate) -> bool:
    """Whether the sums are those of all options in ballot order, each of two points."""
    for each in requested.ciphertexts:
        check_point(each.alpha, requested.planned.contest)
        check_point(each.beta, requested.planned.contest)
    options = election.contests[requested.planned.contest].options
    return [each.option for each in requested.sums] == [option.code for option in options]


def _unnumbered(planned: PlannedAggregate) -> tuple[Code, Code, tuple[Code, ...], int]:
    """What is opened, whatever its serial."""
    return planned.contest, planned.territory, planned.stations, planned.ballots
