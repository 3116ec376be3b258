"""Attacks on a station's ballot list and its root, by those who hold all keys of the station and the log's.

Everything that follows from the list is made and signed again; what still speaks against it are the ciphertexts.
"""

import json
from collections.abc import Callable

import msgspec
from tests.tampering.encrypted_forgery import NOBODY, STATION, Forgery, case, replace, tallied
from tests.verify.encrypted_world import Made, make_ballot, row_of

from urna.ballot.published import BallotList, PublishedBallot
from urna.election.outcomes import BallotState
from urna.encoding.canonical import encode
from urna.record.ballot_file import write_ballot_file
from urna.record.layout import Kind, ballots_path, ciphertexts_path, place_of
from urna.tally.rules_votes import ballots_root

CAST, VOID, CHALLENGED = BallotState.CAST, BallotState.VOID, BallotState.CHALLENGED

Entry = Callable[[PublishedBallot], PublishedBallot]


def _entries(state: BallotState, change: Entry, number: int = 0) -> Callable[[BallotList], BallotList]:
    """A change of one entry of a list: the one with this number among those of a state."""

    def changed(listed: BallotList) -> BallotList:
        wanted = [ballot.id for ballot in listed.ballots if ballot.state is state][number]
        ballots = tuple(change(ballot) if ballot.id == wanted else ballot for ballot in listed.ballots)
        return replace(listed, ballots=ballots)

    return changed


def restate(forgery: Forgery, station: str, old: Made, state: BallotState) -> None:
    """Moves a ballot to another state in everything that the station says and signs."""
    made = forgery.world.ballots_made[station]
    moved = Made(old.style, state, old.votes, old.seed, old.encrypted)
    forgery.world.ballots_made[station] = [moved if each is old else each for each in made]
    forgery.rewrite(station)


def _keep(forgery: Forgery, station: str, *kinds: Kind) -> Callable[[], None]:
    """What puts a station's files of these kinds back as they were."""
    files = dict(forgery.world.files)
    kept = [path for path in files if (place := place_of(path)) and place.station == station and place.kind in kinds]

    def put_back() -> None:
        forgery.world.files.update({path: files[path] for path in kept})

    return put_back


def _keep_votes(forgery: Forgery, station: str) -> Callable[[], None]:
    """What puts votes and sums of nonces back on a station's sheet, as they were."""
    before = forgery.world.sheet(station)

    def put_back() -> None:
        forgery.sheet(station, lambda sheet: replace(sheet, contests=before.contests))

    return put_back


# ---------------------------------------------------------------- added and dropped


@case(STATION, 17, "A-02", "8 encrypted ballots in the file, 9 in the list")
def ballot_listed_without_ciphertext(forgery: Forgery) -> None:
    """A void ballot that nobody made stands in the list."""
    keep = _keep(forgery, "A-02", Kind.CIPHERTEXTS)
    forgery.world.ballots_made["A-02"].append(make_ballot(forgery.world, "A-02", "S1", VOID, "ghost"))
    forgery.rewrite("A-02")
    keep()
    forgery.publish()


@case(STATION, 17, "A-02", "9 encrypted ballots in the file, 8 in the list")
def ballot_encrypted_and_not_listed(forgery: Forgery) -> None:
    """A proven ballot lies in the file, and neither list nor root knows it."""
    extra = make_ballot(forgery.world, "A-02", "S1", CAST, "pending")
    rows = [row_of(each.encrypted, "committed") for each in [*forgery.world.ballots_made["A-02"], extra]]
    data = write_ballot_file(forgery.world.election.identity, forgery.world.context("A-02", "S1"), rows)
    forgery.world.files[ciphertexts_path("A-02", "S1")] = data
    forgery.publish()


@case(STATION, 17, "A-02", "8 encrypted ballots in the file, 7 in the list")
def void_ballot_dropped_from_the_list(forgery: Forgery) -> None:
    """A void ballot is taken out of list, root and counts, and forgotten in the file."""
    keep = _keep(forgery, "A-02", Kind.CIPHERTEXTS)
    forgery.remove_ballot("A-02", forgery.made("A-02", VOID))
    keep()
    forgery.publish()


@case(STATION, 17, "A-01", "option")
def cast_ballot_dropped(forgery: Forgery) -> None:
    """A cast ballot is taken out of list, root, file, counts and poll book; the votes stay as they were."""
    keep = _keep_votes(forgery, "A-01")
    forgery.remove_ballot("A-01", forgery.made("A-01", style="S1-IND"))
    sheet = forgery.world.sheet("A-01")
    keep()
    _fit(forgery, {each.contest: each.ballots for each in sheet.contests})
    forgery.publish(reopen=["A-01"])


def _fit(forgery: Forgery, ballots: dict[str, int]) -> None:
    """The contests of A-01's sheet with so many ballots, and undervotes that agree with them."""
    for contest, number in ballots.items():
        allowed = forgery.world.election.contests[contest].votes_allowed
        forgery.sheet(
            "A-01",
            tallied(
                contest,
                lambda tally, number=number, allowed=allowed: replace(  # type: ignore[misc]
                    tally,
                    ballots=number,
                    undervotes=None
                    if tally.votes is None
                    else number * allowed - sum(each.votes for each in tally.votes),
                ),
            ),
        )


@case(STATION, 17, "A-01", "option")
def cast_ballot_added(forgery: Forgery) -> None:
    """A ballot is stuffed into list, root, file, counts and poll book; its votes are not in the sums on the sheet."""
    keep = _keep_votes(forgery, "A-01")
    forgery.world.ballots_made["A-01"].append(make_ballot(forgery.world, "A-01", "S1", CAST, "stuffed-5"))
    forgery.rewrite("A-01")
    sheet = forgery.world.sheet("A-01")
    keep()
    _fit(forgery, {each.contest: each.ballots for each in sheet.contests})
    forgery.publish(reopen=["A-01"])


# ---------------------------------------------------------------- states


@case(STATION, 17, "A-01", "option")
def void_ballot_listed_as_cast(forgery: Forgery) -> None:
    """A void ballot becomes a cast one everywhere but in the sums of nonces."""
    keep = _keep_votes(forgery, "A-01")
    restate(forgery, "A-01", forgery.made("A-01", VOID), CAST)
    sheet = forgery.world.sheet("A-01")
    keep()
    _fit(forgery, {each.contest: each.ballots for each in sheet.contests})
    forgery.publish(reopen=["A-01"])


@case(STATION, 28, "aggregates/0003.note", "LIST-N")
def cast_ballot_listed_as_void(forgery: Forgery) -> None:
    """A cast ballot of a station that withholds its votes is made void after the guardians opened the nation."""
    restate(forgery, "A-02", forgery.made("A-02"), VOID)
    forgery.publish()


@case(STATION, 26, "A-02", "is not opened")
def cast_ballot_listed_as_challenged(forgery: Forgery) -> None:
    """A vote is taken away by saying that its voter challenged it; without its opening."""
    keep = _keep(forgery, "A-02", Kind.OPENED)
    restate(forgery, "A-02", forgery.made("A-02"), CHALLENGED)
    keep()
    forgery.publish(reopen=["A-02"])


@case(STATION, 26, "A-02", "its state is cast")
def challenged_ballot_counted(forgery: Forgery) -> None:
    """A challenged ballot is counted: listed as cast, and opened all the same."""
    keep = _keep(forgery, "A-02", Kind.OPENED)
    restate(forgery, "A-02", forgery.made("A-02", CHALLENGED), CAST)
    keep()
    forgery.publish(reopen=["A-02"])


@case(STATION, 16, "A-02", "7 ballots cast in the list, 6 on the sheet", also=(28,))
def state_changed_in_the_list_alone(forgery: Forgery) -> None:
    """The list says cast where the counts say void; root and sheet follow the list."""
    forgery.listed("A-02", _entries(VOID, lambda ballot: replace(ballot, state=CAST)))
    forgery.publish()


@case(STATION, 16, "A-02", "pending", also=(17, 28))
def pending_ballot_in_the_list(forgery: Forgery) -> None:
    """A state that no published ballot has: its paper was printed, and nobody knows what became of it."""
    path = ballots_path("A-02")
    listed = json.loads(forgery.world.files[path])
    listed["ballots"][0]["state"] = "pending"
    forgery.world.files[path] = json.dumps(listed, sort_keys=True, separators=(",", ":")).encode()
    forgery.publish()


# ---------------------------------------------------------------- hashes, styles, order


@case(STATION, 17, "A-02", "hash")
def hash_of_another_ballot(forgery: Forgery) -> None:
    """The list names another ciphertext than lies in the file, for the day on which it would be exchanged."""
    forgery.listed("A-02", _entries(VOID, lambda ballot: replace(ballot, hash="0" * 64)))
    forgery.publish()


@case(STATION, 17, "A-02", "hash")
def hashes_of_two_ballots_exchanged(forgery: Forgery) -> None:
    """Two entries of the list with each other's hash."""

    def change(listed: BallotList) -> BallotList:
        first, second, *others = listed.ballots
        return replace(listed, ballots=(replace(first, hash=second.hash), replace(second, hash=first.hash), *others))

    forgery.listed("A-02", change)
    forgery.publish()


@case(STATION, 16, "A-02", "7 of 8", also=(17,))
def ballot_without_hash(forgery: Forgery) -> None:
    """A void ballot that the list does not bind to any ciphertext."""
    forgery.listed("A-02", _entries(VOID, lambda ballot: replace(ballot, hash=None)))
    forgery.publish()


@case(STATION, 17, "A-01", "S1-IND")
def void_ballot_of_another_style(forgery: Forgery) -> None:
    """The list says another style of a void ballot than the file that has it."""
    forgery.listed("A-01", _entries(VOID, lambda ballot: replace(ballot, style="S1-IND")))
    forgery.publish()


@case(STATION, 16, "A-01", "style S1", also=(17, 28))
def cast_ballot_of_another_style(forgery: Forgery) -> None:
    """The list says another style of a cast ballot than the file that has it."""

    def other(ballot: PublishedBallot) -> PublishedBallot:
        return replace(ballot, style="S1" if ballot.style == "S1-IND" else "S1-IND")

    forgery.listed("A-01", _entries(CAST, other))
    forgery.publish()


@case(STATION, 16, "A-02", "7 of 8", also=(17, 28))
def ballot_of_a_style_from_elsewhere(forgery: Forgery) -> None:
    """The list names a style that the station does not have."""
    forgery.listed("A-02", _entries(VOID, lambda ballot: replace(ballot, style="S2")))
    forgery.publish()


@case(STATION, 16, "B-01", "A-02", also=(25,))
def ballot_in_two_stations(forgery: Forgery) -> None:
    """One id at two stations: the vote would be counted twice."""
    stolen, old = forgery.made("A-02"), forgery.made("B-01", VOID)
    forgery.exchange("B-01", old, old.encrypted._replace(ballot=stolen.id))
    forgery.publish()


@case(STATION, 16, "A-02", "9 ballots with 8 different ids", also=(17,))
def ballot_listed_twice(forgery: Forgery) -> None:
    """One ballot twice in the list, its ciphertext once."""
    forgery.listed(
        "A-02",
        lambda listed: replace(
            listed, ballots=tuple(sorted((*listed.ballots, listed.ballots[0]), key=lambda each: each.id))
        ),
    )
    forgery.publish()


@case(STATION, 16, "A-02", "0" * 64)
def another_root(forgery: Forgery) -> None:
    """The sheet signs another root than the list has."""
    forgery.sheet("A-02", lambda sheet: replace(sheet, ballots_root="0" * 64))
    forgery.publish()


@case(STATION, 16, "A-02", "root", also=(17,))
def list_changed_under_the_old_root(forgery: Forgery) -> None:
    """A ballot's state in the list, logged again, while the sheet stays as it was signed."""
    changed = _entries(VOID, lambda ballot: replace(ballot, hash="0" * 64))(forgery.world.ballots("A-02"))
    forgery.world.files[ballots_path("A-02")] = encode(changed)
    assert ballots_root(changed) != forgery.world.sheet("A-02").ballots_root
    forgery.publish()


@case(STATION, 16, "A-02", "0 ballot lists", also=(17, 28))
def list_left_out(forgery: Forgery) -> None:
    """Ballots that no list binds to anything."""
    forgery.world.remove(ballots_path("A-02"))
    forgery.publish()


@case(STATION, 16, "A-02", "another election")
def list_of_another_election(forgery: Forgery) -> None:
    """A list that names another election, under its own root."""
    forgery.listed("A-02", lambda listed: replace(listed, election="0" * 64))
    forgery.publish()


@case(NOBODY, 9, "stations/A-02/ballots.json", also=(16, 17))
def list_changed_after_it_was_logged(forgery: Forgery) -> None:
    """A mirror changes one hash in the list."""
    listed = msgspec.json.decode(forgery.folder[ballots_path("A-02")], type=BallotList)
    changed = _entries(VOID, lambda ballot: replace(ballot, hash="0" * 64))(listed)
    forgery.folder[ballots_path("A-02")] = encode(changed)
