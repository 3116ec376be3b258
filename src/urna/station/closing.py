"""Closing: what a station's booths counted, made into one tally sheet. Pure.

1. Sum the booths of the station, before anything leaves it: votes and, with guardians, nonces.
2. Withhold the votes of contests below the secrecy threshold.
3. List all ballots with their states, sorted by id, under one Merkle root.
4. With guardians: prove the sheet from the ciphertexts, as everybody will, before anybody signs it.

The counting of each box is in `station/counting`; signing, printing and sending come after, and then
`storage/booth_medium.destroy` takes the openings away.
"""

from collections.abc import Iterable, Iterator, Sequence
from functools import reduce

from urna.ballot.keys import JointKeys
from urna.ballot.published import BallotList, OpenedBallot, OpenedList
from urna.crypto import scalars
from urna.election.definition import Contest, Election
from urna.election.outcomes import BallotState
from urna.encoding.canonical import Code, Moment, encode
from urna.errors import OutOfOrder
from urna.record.ballot_file import write_ballot_file
from urna.station.booth_ballot import station_contexts
from urna.station.counting import BoothResult, check_unique
from urna.tally.ballot_sums import OptionOf, merge_sums, sum_committed
from urna.tally.proof import check_sheet_proof
from urna.tally.rules_votes import ballots_root, is_withheld
from urna.tally.sheet import ContestTally, OptionVotes, StyleBallots, TallySheet
from urna.words import Sentence


def build_sheet(
    election: Election,
    station: Code,
    results: Sequence[BoothResult],
    *,
    statement: bytes,
    closed_at: Moment,
    sequence: int = 0,
) -> TallySheet:
    """The station's tally sheet, to be signed by each booth.

    Args:
        election: the definition's look-ups.
        station: the station's code.
        results: of every booth, in any order.
        statement: the poll book's signed statement, the whole document.
        closed_at: when the polls closed.
        sequence: 0 at the closing.

    Raises:
        Unproven: an id stands in two boxes.
        OutOfOrder: a booth is missing or stands twice.
    """
    in_order = _in_order(election, station, results)
    return TallySheet(
        election=election.identity,
        station=station,
        sequence=sequence,
        statement=statement.decode(),
        booths=tuple(result.counts() for result in in_order),
        styles=tuple(_style_ballots(election, station, in_order)),
        contests=tuple(_tally(election, contest, in_order) for contest in election.contests_of_station(station)),
        ballots_root=ballots_root(ballot_list(election, station, in_order)),
        closed_at=closed_at,
        opened=_is_open(results),
    )


def ballot_list(election: Election, station: Code, results: Iterable[BoothResult]) -> BallotList:
    """All ballots of the station, all booths together, sorted by id.

    Raises:
        Unproven: an id stands twice.
    """
    ballots = sorted((ballot for result in results for ballot in result.ballots), key=lambda ballot: ballot.id)
    check_unique(ballots, station)
    return BallotList(election=election.identity, station=station, ballots=tuple(ballots))


def ciphertext_files(
    election: Election, station: Code, results: Sequence[BoothResult], keys: JointKeys | None
) -> dict[Code, bytes]:
    """By style, all encrypted ballots of the station in one file, sorted by id; none without guardians."""
    return {
        style: write_ballot_file(election.identity, context, rows)
        for style, context in station_contexts(election, station, keys).items()
        if (rows := _rows(results, style))
    }


def opened_list(election: Election, station: Code, results: Sequence[BoothResult]) -> bytes | None:
    """The challenged ballots, opened, sorted by id; None without guardians, and where the closing cards were lost."""
    if not election.is_encrypted or not _is_open(results):
        return None
    opened: list[OpenedBallot] = sorted((each for one in results for each in one.opened), key=lambda each: each.id)
    return encode(OpenedList(election=election.identity, station=station, ballots=tuple(opened)))


def check_own_proof(
    election: Election, sheet: TallySheet, results: Sequence[BoothResult], keys: JointKeys | None
) -> None:
    """Returns if the sheet follows from its own ciphertexts: what does not prove itself is never signed.

    Raises:
        Unproven: a vote count does not follow; names the option.
        Malformed: something among the ciphertexts is not a point.
        OutOfOrder: guardians without keys, or keys without guardians.
    """
    contexts = station_contexts(election, sheet.station, keys)
    if keys is None:
        return
    cast = {each.id for result in results for each in result.ballots if each.state is BallotState.CAST}
    sums = merge_sums(
        sum_committed(context.shape, (row for row in _rows(results, style) if row[:16].hex() in cast))
        for style, context in contexts.items()
    )
    check_sheet_proof(sheet, keys, sums)


def _rows(results: Iterable[BoothResult], style: Code) -> list[bytes]:
    return [row for result in results for row in result.encrypted.get(style, ())]


def _in_order(election: Election, station: Code, results: Sequence[BoothResult]) -> list[BoothResult]:
    expected = list(range(1, election.stations[station].booths + 1))
    found = sorted(results, key=lambda result: result.booth)
    if [result.booth for result in found] != expected:
        raise OutOfOrder(
            Sentence("the results of {count} booths, each once", {"count": len(expected)}),
            Sentence("{count}", {"count": len(found)}),
            Sentence("Close every booth of the station first."),
            station,
        )
    return found


def _style_ballots(election: Election, station: Code, results: Sequence[BoothResult]) -> Iterator[StyleBallots]:
    used = {each.style for each in election.stations[station].styles}
    for style in election.definition.styles:
        if style.code in used:
            yield StyleBallots(style=style.code, cast=sum(result.styles.get(style.code, 0) for result in results))


def _tally(election: Election, contest: Contest, results: Sequence[BoothResult]) -> ContestTally:
    parts = [result.contests[contest.code] for result in results]
    ballots = sum(part.ballots for part in parts)
    if is_withheld(election.rules, ballots) or not _is_open(results):
        return ContestTally(contest=contest.code, ballots=ballots, votes=None, undervotes=None)
    votes = tuple(
        OptionVotes(
            option=option.code,
            votes=sum(part.votes[option.code] for part in parts),
            nonce=_nonce(OptionOf(contest.code, option.code), results),
        )
        for option in contest.options
    )
    undervotes = sum(part.undervotes for part in parts)
    return ContestTally(contest=contest.code, ballots=ballots, votes=votes, undervotes=undervotes)


def _is_open(results: Iterable[BoothResult]) -> bool:
    """With one booth closed to us the station's votes are; the others' alone would be of fewer people."""
    return all(result.is_open for result in results)


def _nonce(named: OptionOf, results: Sequence[BoothResult]) -> str | None:
    """R of the whole station: a booth's own sum never leaves it."""
    parts = [result.nonces[named] for result in results if named in result.nonces]
    return reduce(scalars.add, parts).hex() if parts else None
