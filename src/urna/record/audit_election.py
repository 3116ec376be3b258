"""Whether an audit's rules and manifest are of this election: its contests, stations and centres, and none of its keys.

Everything that is refused here would fail check 30 of a record (`verify.audits`, `verify.audit_reading`).
"""

from collections.abc import Iterator

from urna.audit.manifest import BallotManifest, Bound
from urna.audit.seed import DrawCommitment, Method, Unit
from urna.election.definition import Election
from urna.encoding.canonical import Code
from urna.errors import Malformed
from urna.record.keys import Keyring
from urna.words import Sentence

PAPERS_PER_ELECTOR = 3
LEAST_PAPERS = 100_000
"""As many single papers as anybody draws from again: three for each elector, or so many (`verify.audit_bounds`)."""


def check_of_election(election: Election, rules: DrawCommitment, manifest: BallotManifest) -> None:
    """Returns if the election has these contests and boxes, and its log's key is not the board's.

    A sample of papers to look at may be of containers that are no stations.

    Raises:
        Malformed: a contest or a station that the definition does not have, a box in another centre than its station,
            one that may hold fewer papers than electors are registered where that is the bound, or the log's key; more
            single papers than can be drawn from again.
    """
    if any(each.key == election.definition.authority.log.key for each in rules.board):
        raise Malformed(
            Sentence("a board without the log's key"),
            Sentence("that key"),
            Sentence("Give each member a key of their own: urna audit keygen."),
            rules.audit,
        )
    for code in rules.contests:
        if code not in election.contests:
            raise _unknown(rules.audit, code)
    most = max(LEAST_PAPERS, PAPERS_PER_ELECTOR * sum(station.electors for station in election.stations.values()))
    if rules.unit is Unit.PAPER and manifest.size > most:
        raise Malformed(
            Sentence("at most {most} papers to draw from", {"most": most}),
            Sentence("{count}", {"count": manifest.size}),
            Sentence("Make the manifest again from the papers that there can be."),
            rules.audit,
        )
    if rules.method is not Method.SAMPLE or rules.unit is Unit.CONTAINER:
        _check_boxes(election, rules.audit, manifest)


def check_no_station_key(keyring: Keyring, rules: DrawCommitment) -> None:
    """Returns if no key of the board is a station's: who is audited does not audit.

    Args:
        keyring: every certified set of keys; revoked ones count, too.
        rules: with the board.

    Raises:
        Malformed: a member has the key of a station.
    """
    owners = dict(_keys(keyring))
    for member in rules.board:
        if member.key in owners:
            said: dict[str, str | int] = {"name": member.key_name, "station": owners[member.key]}
            raise Malformed(
                Sentence("a board without keys of stations"),
                Sentence("the key of {name}, which is one of station {station}", said),
                Sentence("Give each member of the board and each station keys of their own."),
                rules.audit,
            )


def _check_boxes(election: Election, audit: Code, manifest: BallotManifest) -> None:
    for box in manifest.containers:
        station = election.stations.get(box.code)
        if station is None:
            raise _unknown(audit, box.code)
        if station.centre != box.centre:
            there: dict[str, str | int] = {"box": box.code, "centre": station.centre}
            raise Malformed(
                Sentence("box {box} in centre {centre}, where its station is", there),
                Sentence("in {centre}", {"centre": box.centre}),
                Sentence("Make the manifest again from this election's definition: urna audit manifest."),
                audit,
            )
        if manifest.bound is Bound.REGISTERED and box.size < station.electors:
            said: dict[str, str | int] = {"box": box.code, "electors": station.electors}
            raise Malformed(
                Sentence("at least {electors} papers in box {box}, one for each registered elector", said),
                Sentence("{count}", {"count": box.size}),
                Sentence("Make the manifest again from this election's definition: urna audit manifest."),
                audit,
            )


def _keys(keyring: Keyring) -> Iterator[tuple[str, Code]]:
    for station in sorted(keyring.stations()):
        for keys in (*keyring.standing(station), *keyring.revoked(station)):
            for key in (keys.poll_book, *keys.booths, keys.closing):
                yield key, station


def _unknown(audit: Code, code: Code) -> Malformed:
    return Malformed(
        Sentence("contests and stations of the definition"),
        Sentence("{code}", {"code": code}),
        Sentence("Check the code in the definition."),
        audit,
    )
