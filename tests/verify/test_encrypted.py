"""A record of an election with guardians: it verifies with both engines and in both forms, and each damage is found."""

import random
import secrets
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace as with_fields
from functools import cache
from pathlib import Path
from typing import NamedTuple

import msgspec
import pytest
from tests.tampering.builder import build
from tests.tampering.encrypted_memory import remembering
from tests.verify.encrypted_world import EncryptedWorld, Made, build_encrypted, make_ballot

from urna.ballot.ceremony import JointKey
from urna.ballot.encryption import encrypt_ballot
from urna.ballot.published import BallotList, OpenedList
from urna.compute.processes import over_processes
from urna.crypto import scalars
from urna.crypto.scalars import reduce_wide
from urna.election.outcomes import BallotState
from urna.encoding.canonical import encode
from urna.encoding.document import read_document, sign_document
from urna.errors import OutOfOrder
from urna.record.ballot_file import read_header
from urna.record.layout import (
    JOINT_KEY,
    Kind,
    ballots_path,
    ciphertexts_path,
    coefficients_path,
    commitment_path,
    opened_path,
    place_of,
    serial_path,
)
from urna.record.reader import RecordInMemory
from urna.storage.record import FolderReader, FolderWriter
from urna.tally.aggregates import PlannedAggregate
from urna.tally.sheet import ContestTally, TallySheet
from urna.verify import procedure
from urna.verify.ballot_boxes import boxes_of
from urna.verify.encrypted import inspect_bundle
from urna.verify.fast_engine import Fast
from urna.verify.procedure import ENCRYPTED_KINDS, verify_record
from urna.verify.report import ENCRYPTED_CHECKS, Check, Report, Status
from urna.verify.station_files import BallotFile
from urna.verify.work import BallotWork, EngineName, in_turn

replace = msgspec.structs.replace

FAST = BallotWork("fast", secrets.token_bytes)
Folder = dict[str, bytes]


@cache
def good() -> Folder:
    """The published folder of the good record."""
    return build_encrypted().publish()


@cache
def good_compact() -> Folder:
    """The same with compact ballots."""
    world = build_encrypted()
    world.to_form("compact")
    return world.publish()


@pytest.fixture
def memory() -> Iterator[None]:
    """What one record was asked is not computed again for the next one, which shares most of its bytes."""
    with remembering():
        yield


def verify(folder: Folder, engine: EngineName = "fast") -> Report:
    """The report on a folder."""
    return verify_record(RecordInMemory(folder), ballots=FAST._replace(engine=engine))


@pytest.mark.parametrize("engine", ["fast", pytest.param("plain", marks=pytest.mark.slow)])
@pytest.mark.parametrize("folder", [good, good_compact], ids=["committed", "compact"])
def test_an_honest_record_is_proven(folder: Callable[[], Folder], engine: EngineName) -> None:
    """By both engines, in both forms, with nothing absent."""
    report = verify(folder(), engine)
    assert [finding for check in report.checks for finding in check.findings] == []
    assert {check.status for check in report.checks if check.number <= Check.AGGREGATES} == {Status.PASSED}
    assert dict(report.checks[Check.CIPHERTEXTS - 1].detail.values) == {"ballots": 48, "engine": engine}


def test_without_guardians_five_checks_are_absent() -> None:
    """They prove nothing, and the report says why."""
    report = verify_record(RecordInMemory(build().publish()))
    checks = report.checks[: Check.AGGREGATES]
    absent = {check.number: str(check.detail) for check in checks if check.status is Status.ABSENT}
    assert absent == dict.fromkeys(ENCRYPTED_CHECKS, "this election has no guardians")


@pytest.mark.parametrize("path", [commitment_path(1), JOINT_KEY, opened_path("A-01"), serial_path(Kind.AGGREGATE, 1)])
def test_without_guardians_their_files_have_no_place(path: str) -> None:
    """Nothing that looks like a proof lies in a record that has none."""
    world = build().copy()
    world.add(path, good()[path], 1)
    report = verify_record(RecordInMemory(world.publish()))
    assert report.failed == {Check.FOLDER}


class Damage(NamedTuple):
    """Something done to the record, and the checks that have to fail."""

    name: str
    change: Callable[[EncryptedWorld], Folder]
    failed: frozenset[int]
    names: tuple[str, ...]


DAMAGES: list[Damage] = []

Change = Callable[[EncryptedWorld], Folder]


def damage(*names: str, failed: Iterable[int]) -> Callable[[Change], Change]:
    """Registers a damage under the name of its function."""

    def register(change: Change) -> Change:
        DAMAGES.append(Damage(change.__name__, change, frozenset(map(int, failed)), names))
        return change

    return register


def rows_of(folder: Folder, path: str) -> tuple[bytes, list[bytes]]:
    """The first line of a file of ballots and its rows."""
    header = read_header(folder[path])
    start = header.offset(0)
    rows = [folder[path][at : at + header.row_bytes] for at in range(start, len(folder[path]), header.row_bytes)]
    return folder[path][:start], rows


def with_rows(folder: Folder, path: str, change: Callable[[list[bytes]], list[bytes]]) -> Folder:
    """A folder in which a file has other rows, and says how many."""
    line, rows = rows_of(folder, path)
    rows = change(rows)
    header = encode(replace(read_header(line), ballots=len(rows))) + b"\n"
    return {**folder, path: header + b"".join(rows)}


S1 = ciphertexts_path("A-01", "S1")
S2 = ciphertexts_path("B-01", "S2")


# ---------------------------------------------------------------- files, without any key


@damage("A-01", "style S1: 0 files", failed={17, 28})
def file_missing(world: EncryptedWorld) -> Folder:
    """A file of ballots is left out; the sheet's votes are not proven then."""
    del world
    return {path: data for path, data in good().items() if path != S1}


@damage("2 files of encrypted ballots", failed={17})
def both_forms(world: EncryptedWorld) -> Folder:
    """The same ballots twice."""
    del world
    compact = ciphertexts_path("A-01", "S1", "compact")
    return {**good(), compact: good_compact()[compact]}


@damage("style S1-IND, of which", failed={17})
def unlisted_style(world: EncryptedWorld) -> Folder:
    """Ballots of a style that the station's list does not name."""
    del world
    return {**good(), ciphertexts_path("A-02", "S1-IND"): good()[S1]}


@damage("station A-01", "station A-02", failed={17, 28})
def another_stations_file(world: EncryptedWorld) -> Folder:
    """One station's ballots in another's place."""
    del world
    return {**good(), ciphertexts_path("A-02", "S1"): good()[S1]}


@damage("the form compact", failed={17, 28})
def another_form_than_its_name(world: EncryptedWorld) -> Folder:
    """Compact ballots in a file that says committed."""
    del world
    return {**good(), S1: good_compact()[ciphertexts_path("A-01", "S1", "compact")]}


@damage("bytes", failed={17, 28})
def cut(world: EncryptedWorld) -> Folder:
    """The last byte is lost."""
    del world
    return {**good(), S1: good()[S1][:-1]}


@damage("7 encrypted ballots in the file, 8 in the list", "row", failed={17, 28})
def cast_ballot_dropped(world: EncryptedWorld) -> Folder:
    """A cast ballot is left out of the file; its row names the next one."""
    dropped = next(each for each in world.ballots_made["A-02"] if each.state is BallotState.CAST)
    path = ciphertexts_path("A-02", "S1")
    return with_rows(good(), path, lambda rows: [row for row in rows if row[:16] != dropped.id])


@damage("row 0", failed={17})
def rows_out_of_order(world: EncryptedWorld) -> Folder:
    """Two rows change places: an order could say something, so there is only one."""
    del world
    return with_rows(good(), S1, lambda rows: [rows[1], rows[0], *rows[2:]])


@damage("6 encrypted ballots in the file, 5 in the list", failed={17})
def ballot_twice(world: EncryptedWorld) -> Folder:
    """A ballot stands in the file twice."""
    del world
    return with_rows(good(), ciphertexts_path("A-01", "S1-IND"), lambda rows: [*rows, rows[-1]])


def flipped(folder: Folder, path: str, row: int, place: int) -> Folder:
    """A folder with one bit of one row flipped."""

    def flip(rows: list[bytes]) -> list[bytes]:
        changed = bytearray(rows[row])
        changed[place] ^= 4
        return [*rows[:row], bytes(changed), *rows[row + 1 :]]

    return with_rows(folder, path, flip)


@pytest.mark.parametrize("engine", ["fast", pytest.param("plain", marks=pytest.mark.slow)])
@pytest.mark.parametrize("folder", [good, good_compact], ids=["committed", "compact"])
@pytest.mark.parametrize("place", [3, 20, 90, 400, -9])
def test_a_flipped_bit_is_found_and_its_ballot_named(
    folder: Callable[[], Folder], engine: EngineName, place: int
) -> None:
    """In id, challenge, ciphertexts, responses or commitments; the files are no leaves, so no other check notices."""
    path = ciphertexts_path("A-01", "S1", "committed" if folder is good else "compact")
    _, rows = rows_of(folder(), path)
    report = verify(flipped(folder(), path, 2, place), engine)
    assert report.failed <= {Check.CIPHERTEXTS, Check.BALLOT_PROOFS, Check.AGGREGATES}
    assert Check.BALLOT_PROOFS in report.failed
    ballot = rows[2][:16].hex() if place != 3 else ""
    assert ballot in str(report.checks[Check.BALLOT_PROOFS - 1].findings[0].sentence)


# ---------------------------------------------------------------- ballots that the station lists and signs


@damage("is not proven", failed={25})
def false_proof(world: EncryptedWorld) -> Folder:
    """A ballot whose responses answer nothing, listed under its own hash; its ciphertexts are as they were."""

    def change(made: list[Made]) -> list[Made]:
        first = made[0].encrypted
        other = first._replace(responses=made[1].encrypted.responses)
        return [with_fields(made[0], encrypted=other), *made[1:]]

    world.remake("A-02", change)
    return republished(world)


@damage("is not proven", failed={25})
def copied_ballot(world: EncryptedWorld) -> Folder:
    """Somebody's ciphertexts and proofs under another id, which replays a vote."""

    def change(made: list[Made]) -> list[Made]:
        copy = made[1].encrypted._replace(ballot=made[0].id)
        return [with_fields(made[1], encrypted=copy, state=made[0].state), *made[1:]]

    world.remake("A-02", change)
    return republished(world, reopen="A-02")


@damage("is not proven", failed={25})
def ballot_of_another_station(world: EncryptedWorld) -> Folder:
    """A true ballot, encrypted at another station of the same style."""
    stranger = make_ballot(world, "A-01", "S1", BallotState.CAST, "stranger")
    world.remake("A-02", lambda made: [stranger, *made[1:]])
    return republished(world, reopen="A-02")


@damage("hash", failed={17})
def other_ballot_than_listed(world: EncryptedWorld) -> Folder:
    """A proven ballot under an id whose list names another: exchanged after the sheet was signed."""
    made = next(each for each in world.ballots_made["A-02"] if each.state is BallotState.VOID)
    context = world.context("A-02", "S1")
    other = encrypt_ballot(context, (0,) * context.shape.options, made.id, bytes(32), secrets.token_bytes)
    path = ciphertexts_path("A-02", "S1")
    return with_rows(good(), path, lambda rows: [other.committed() if row[:16] == made.id else row for row in rows])


# ---------------------------------------------------------------- sheets


def changed_votes(sheet: TallySheet, contest: str, changes: dict[int, int], **other: object) -> TallySheet:
    """The sheet with other votes in a contest, sums of nonces as they were."""

    def change(tally: ContestTally) -> ContestTally:
        if tally.contest != contest or tally.votes is None or tally.undervotes is None:
            return tally
        votes = tuple(replace(each, votes=each.votes + changes.get(n, 0)) for n, each in enumerate(tally.votes))
        return replace(tally, votes=votes, undervotes=tally.undervotes - sum(changes.values()))

    return replace(sheet, contests=tuple(map(change, sheet.contests)), **other)


def without_nonces(sheet: TallySheet, sequence: int) -> TallySheet:
    """The sheet as a correction."""
    contests = tuple(
        replace(each, votes=tuple(replace(one, nonce=None) for one in each.votes) if each.votes is not None else None)
        for each in sheet.contests
    )
    return replace(sheet, contests=contests, sequence=sequence)


def republished(world: EncryptedWorld, *, reopen: str = "") -> Folder:
    """The folder, totalled again; sums over a station whose ballots are others now are opened again."""
    for opening in map(world.aggregate, world.serials()):
        if reopen in opening.stations:
            world.put_aggregate(world.open_aggregate(opening.planned))
    world.retotal()
    return world.publish()


@damage("A-01", "LIST-N", "option SUN", failed={17})
def vote_added(world: EncryptedWorld) -> Folder:
    """The sheet says one vote more than its ballots hold, and one not used fewer or more: all its sums agree."""
    sheet = world.sheet("A-01")
    tally = next(each for each in sheet.contests if each.contest == "LIST-N")
    held = (tally.votes or ())[0].votes
    sheet = changed_votes(sheet, "LIST-N", {0: 1 if tally.undervotes else -1})
    said = next(each for each in sheet.contests if each.contest == "LIST-N")
    world.put_sheet(sheet, 3)
    folder = republished(world)
    sentence = f"{(said.votes or ())[0].votes} votes on the sheet, {held} in the ciphertexts"
    assert sentence in text_of(verify(folder), Check.CIPHERTEXTS)
    return folder


@damage("A-01", "REF", failed={17})
def nonce_changed(world: EncryptedWorld) -> Folder:
    """The votes are right, the sum of nonces is not."""

    def change(tally: ContestTally) -> ContestTally:
        if tally.contest != "REF" or tally.votes is None:
            return tally
        first = tally.votes[0]
        other = scalars.add(bytes.fromhex(first.nonce or ""), scalars.ONE).hex()
        return replace(tally, votes=(replace(first, nonce=other), *tally.votes[1:]))

    sheet = world.sheet("A-01")
    world.put_sheet(replace(sheet, contests=tuple(map(change, sheet.contests))), 3)
    return republished(world)


@damage("A-01", "NOM-1", "a correction says", failed={17})
def correction_with_other_votes(world: EncryptedWorld) -> Folder:
    """A correction moves votes that the sheet of the closing had proven."""
    sheet = without_nonces(world.sheet("A-01"), 1)
    tally = next(each for each in sheet.contests if each.contest == "NOM-1")
    first = next(n for n, each in enumerate(tally.votes or ()) if each.votes)
    second = next(n for n, each in enumerate(tally.votes or ()) if n != first and each.votes < tally.ballots)
    world.put_sheet(changed_votes(sheet, "NOM-1", {first: -1, second: 1}), 5)
    return republished(world)


@damage("B-02", "nothing proves them", failed={17})
def correction_before_any_opening(world: EncryptedWorld) -> Folder:
    """The station without closing cards corrects its sheet, and the guardians never opened it."""
    for serial in world.serials():
        world.remove(serial_path(Kind.AGGREGATE, serial))
    world.retotal()
    return world.publish()


def test_a_correction_with_the_proven_votes_passes() -> None:
    """What sheet 0 proved may be said again."""
    world = build_encrypted()
    world.put_sheet(without_nonces(world.sheet("A-01"), 1), 5)
    assert verify(republished(world)).is_proven


# ---------------------------------------------------------------- challenged ballots


def opened_of(world: EncryptedWorld, station: str) -> OpenedList:
    """A station's opened ballots as they stand."""
    return msgspec.json.decode(world.files[opened_path(station)], type=OpenedList)


@damage("A-01", "is not opened", failed={26})
def challenged_not_opened(world: EncryptedWorld) -> Folder:
    """A challenge that is answered with silence."""
    world.add(opened_path("A-01"), encode(replace(opened_of(world, "A-01"), ballots=())))
    return republished(world)


@damage("stations/A-01/opened.json is missing", failed={26})
def openings_missing(world: EncryptedWorld) -> Folder:
    """The whole file is left out."""
    world.remove(opened_path("A-01"))
    return republished(world)


@damage("A-02", "its state is cast", failed={26})
def cast_ballot_opened(world: EncryptedWorld) -> Folder:
    """Somebody's cast vote in public."""
    world.ballots_made["A-02"][0] = with_fields(world.ballots_made["A-02"][0], state=BallotState.CHALLENGED)
    world.put_opened("A-02")
    world.ballots_made["A-02"][0] = with_fields(world.ballots_made["A-02"][0], state=BallotState.CAST)
    return republished(world)


@damage("A-01", "a ciphertext of something else", failed={26})
def challenge_answered_falsely(world: EncryptedWorld) -> Folder:
    """The machine had encrypted something else than it now says."""
    opened = opened_of(world, "A-01")
    first = opened.ballots[0]
    options = [replace(each, votes=0) for each in first.options]
    held = [each.votes for each in first.options]
    number = 0 if not held[0] else len(held) - 1
    options[number] = replace(options[number], votes=1 - held[number])
    world.add(opened_path("A-01"), encode(replace(opened, ballots=(replace(first, options=tuple(options)),))))
    return republished(world)


@damage("another election", failed={26})
def openings_of_another_station(world: EncryptedWorld) -> Folder:
    """The file names another station."""
    world.add(opened_path("A-01"), encode(replace(opened_of(world, "A-01"), station="A-02")))
    return republished(world)


# ---------------------------------------------------------------- guardians


@damage("no signature of guardian-2.example", failed={27})
def joint_key_unsigned(world: EncryptedWorld) -> Folder:
    """One guardian never said that the shares were right; nothing can be proven without its key."""
    record = read_document(world.files[JOINT_KEY], JointKey)
    signers = [world.guardians[0].signer, world.guardians[2].signer]
    world.add(JOINT_KEY, sign_document(record, signers))
    return world.publish()


@damage("2 documents of the kind", failed={27})
def commitment_missing(world: EncryptedWorld) -> Folder:
    """A guardian showed coefficients without having committed to any."""
    world.remove(commitment_path(2))
    return world.publish()


@damage("guardian-1.example", failed={27})
def coefficients_exchanged(world: EncryptedWorld) -> Folder:
    """One guardian's coefficients in another's place."""
    world.add(coefficients_path(1), world.files[coefficients_path(2)])
    return world.publish()


@damage("guardians/commitment-3.note", failed={10})
def committed_last(world: EncryptedWorld) -> Folder:
    """A guardian who saw the others' coefficients before committing could choose the key."""
    world.batches[0].remove(commitment_path(3))
    world.batches[2].append(commitment_path(3))
    return world.publish()


@damage("guardians/joint-key.note", failed={10})
def key_of_the_evening(world: EncryptedWorld) -> Folder:
    """The joint key is published when the booths have begun."""
    world.batches[1].remove(JOINT_KEY)
    world.batches[3].append(JOINT_KEY)
    return world.publish()


# ---------------------------------------------------------------- aggregates


def nation_opening(world: EncryptedWorld) -> int:
    """The serial of the opening of LIST-N over the nation."""
    return next(n for n in world.serials() if world.aggregate(n).territory == "NATION")


@damage("aggregates/", failed={28})
def opening_with_another_number(world: EncryptedWorld) -> Folder:
    """The guardians' share is right, the number that they say is not; the totals follow the number."""
    opening = world.aggregate(nation_opening(world))
    first, second, *others = opening.options
    other = (replace(first, votes=first.votes + 1), replace(second, votes=second.votes - 1), *others)
    world.put_aggregate(replace(opening, options=other))
    world.retotal()
    return world.publish()


@damage("aggregates/", failed={28})
def opening_with_a_false_proof(world: EncryptedWorld) -> Folder:
    """Another response than the challenge asks for."""
    opening = world.aggregate(nation_opening(world))
    first, *others = opening.options
    other = reduce_wide(bytes(range(64))).hex()
    world.put_aggregate(replace(opening, options=(replace(first, response=other), *others)))
    world.retotal()
    return world.publish()


def planned(world: EncryptedWorld, stations: tuple[str, ...], contest: str = "LIST-N") -> PlannedAggregate:
    """A sum that somebody wants opened."""
    ballots = sum(
        next(each.ballots for each in world.sheet(station).contests if each.contest == contest) for station in stations
    )
    return PlannedAggregate(
        election=world.election.identity,
        serial=world.serials()[-1] + 1,
        contest=contest,
        territory="NATION",
        stations=stations,
        ballots=ballots,
    )


@damage("LIST-N", "A-02", failed={28})
def few_ballots_opened(world: EncryptedWorld) -> Folder:
    """Six ballots of one station, opened alone; it changes no edition, which is before it."""
    world.put_aggregate(world.open_aggregate(planned(world, ("A-02",))), 6)
    return published_after_results(world)


@damage("LIST-N", "A-02", failed={28})
def few_ballots_by_difference(world: EncryptedWorld) -> Folder:
    """Two stations together, one of which shows its votes: the difference is six ballots."""
    world.put_aggregate(world.open_aggregate(planned(world, ("A-01", "A-02"))), 6)
    return published_after_results(world)


@damage("aggregates/", failed={28})
def opening_of_fewer_stations_than_it_says(world: EncryptedWorld) -> Folder:
    """The proof is of one station's ballots, the opening names all."""
    opening = world.aggregate(nation_opening(world))
    alone = world.open_aggregate(planned(world, ("A-01",)))
    world.put_aggregate(replace(alone, stations=opening.stations, ballots=opening.ballots), 6)
    return published_after_results(world)


@damage("lists 2 options", failed={28, 20, 22, 23})
def opening_with_an_option_left_out(world: EncryptedWorld) -> Folder:
    """It cannot be added to anything, so the results that counted it whole do not follow."""
    opening = world.aggregate(nation_opening(world))
    world.put_aggregate(replace(opening, options=opening.options[:-1]))
    return world.publish()


@damage("Expected stations of territory STATE-A, found B-01", failed={28})
def opening_under_a_smaller_territory(world: EncryptedWorld) -> Folder:
    """The nation's votes, said to be one state's."""
    plan = replace(world.aggregate(nation_opening(world)).planned, territory="STATE-A")
    world.put_aggregate(world.open_aggregate(plan))
    return world.publish()


@damage("Expected stations of territory NATION, found -", failed={28})
def opening_of_nothing(world: EncryptedWorld) -> Folder:
    """No station, no votes, and a proof that is right."""
    plan = replace(world.aggregate(nation_opening(world)).planned, stations=(), ballots=0)
    world.put_aggregate(world.open_aggregate(replace(plan, serial=world.serials()[-1] + 1)), 6)
    return published_after_results(world)


def published_after_results(world: EncryptedWorld) -> Folder:
    """With the last batch's own files in a batch before it, so that no edition counts what was added to it."""
    added = serial_path(Kind.AGGREGATE, world.serials()[-1])
    world.batches[6].remove(added)
    world.batches.append([added])
    return world.publish()


@damage("has serial", "expected", failed={28})
def opening_without_its_number(world: EncryptedWorld) -> Folder:
    """A serial is left out."""
    last = world.serials()[-1]
    opening = world.aggregate(last)
    world.remove(serial_path(Kind.AGGREGATE, last))
    world.put_aggregate(world.open_aggregate(replace(opening.planned, serial=last + 1)))
    return world.publish()


# ---------------------------------------------------------------- all of them


def text_of(report: Report, check: int) -> str:
    """What a check found, in one text."""
    return "\n".join(f"{each.file} {each.station} {each.sentence}" for each in report.checks[check - 1].findings)


@pytest.mark.parametrize("case", DAMAGES, ids=lambda case: case.name)
def test_damage_is_found_by_its_check(case: Damage) -> None:
    """The right checks fail, no others, and the finding names what it must."""
    report = verify(case.change(build_encrypted()))
    text = "\n".join(text_of(report, check) for check in sorted(case.failed))
    assert report.failed == case.failed, "\n".join(text_of(report, check) for check in report.failed)
    assert [name for name in case.names if name not in text] == [], text


@pytest.mark.slow
@pytest.mark.usefixtures("memory")
@pytest.mark.parametrize("case", DAMAGES, ids=lambda case: case.name)
def test_both_engines_give_the_same_verdict(case: Damage, monkeypatch: pytest.MonkeyPatch) -> None:
    """A result that only one engine gives is a defect of urna; so is one of a large station alone."""
    folder = case.change(build_encrypted())
    fast = verify(folder, "fast")
    monkeypatch.setattr(procedure, "LARGE_BYTES", 0)
    assert verify(folder, "plain").failed == fast.failed == case.failed
    assert verify(folder, "fast") == fast


def _assert_flips_are_noticed(folder: Folder, seed: int, count: int) -> None:
    chance = random.Random(seed)
    new = [path for path in folder if place_kind(path) in ENCRYPTED_KINDS]
    for _ in range(count):
        path = chance.choice(new)
        data = bytearray(folder[path])
        place = chance.randrange(len(data))
        data[place] ^= 1 << chance.randrange(8)
        assert not verify({**folder, path: bytes(data)}).is_proven, (path, place)


def place_kind(path: str) -> Kind | None:
    """What lies at a path."""
    place = place_of(path)
    return place.kind if place else None


@pytest.mark.parametrize("folder", [good, good_compact], ids=["committed", "compact"])
def test_no_flipped_bit_passes(folder: Callable[[], Folder]) -> None:
    """In ciphertexts, openings, guardians' documents or aggregates, and nothing crashes."""
    _assert_flips_are_noticed(folder(), seed=1, count=5)


@pytest.mark.slow
@pytest.mark.usefixtures("memory")
@pytest.mark.parametrize("seed", range(2, 8))
@pytest.mark.parametrize("folder", [good, good_compact], ids=["committed", "compact"])
def test_no_flipped_bit_passes_in_a_large_sample(folder: Callable[[], Folder], seed: int) -> None:
    """The same at 300 places of each form."""
    _assert_flips_are_noticed(folder(), seed, count=50)


# ---------------------------------------------------------------- one station, as the centre asks


def bundle_findings(world: EncryptedWorld, station: str, engine: EngineName = "fast", **changes: object) -> list[int]:
    """The checks that find something in a station's bundle."""
    styles = {each.style for each in world.ballots_made[station]}
    files = {style: world.files[ciphertexts_path(station, style)] for style in styles}
    listed = msgspec.json.decode(world.files[ballots_path(station)], type=BallotList)
    parts = {"sheet": world.sheet(station), "listed": listed, "ciphertexts": files}
    parts |= {"opened": world.files[opened_path(station)], **changes}
    coefficients = secrets.token_bytes if engine == "fast" else None
    found = inspect_bundle(world.election, world.joint, **parts, coefficients=coefficients, engine=engine)  # type: ignore[arg-type]
    return sorted({int(each.check) for each in found})


@pytest.mark.parametrize("engine", ["fast", pytest.param("plain", marks=pytest.mark.slow)])
def test_a_bundle_is_judged_as_the_record_will_be(engine: EngineName) -> None:
    """Nothing is found in true ones; no openings, no ciphertexts and a changed vote are."""
    world = build_encrypted()
    assert [bundle_findings(world, station, engine) for station in world.ballots_made] == [[], [], [], []]
    assert bundle_findings(world, "A-01", engine, opened=None) == [26]
    assert bundle_findings(world, "A-01", engine, ciphertexts={}) == [17]
    sheet = changed_votes(world.sheet("A-01"), "REF", {0: 1})
    assert bundle_findings(world, "A-01", engine, sheet=sheet) == [17]
    assert bundle_findings(world, "A-01", engine, sheet=without_nonces(world.sheet("A-01"), 0)) == [17]


def test_the_fast_engine_asks_for_random_numbers() -> None:
    """Without them whoever made the ballots could foresee the sum."""
    world = build_encrypted()
    with pytest.raises(OutOfOrder):
        verify_record(RecordInMemory(good()), ballots=BallotWork("fast"))
    with pytest.raises(OutOfOrder):
        listed = msgspec.json.decode(world.files[ballots_path("A-01")], type=BallotList)
        inspect_bundle(world.election, world.joint, world.sheet("A-01"), listed, {}, None, coefficients=None)


# ---------------------------------------------------------------- boxes


def test_boxes_hold_every_row_once_and_no_task_is_too_long() -> None:
    """Small files share a task, a long one has many."""
    files = [
        BallotFile("A", f"S{n}", "", "committed", 0, 1, rows, "", None) for n, rows in enumerate((3, 0, 25, 4, 1, 10))
    ]
    tasks = list(boxes_of(files, 10))
    assert all(sum(box.rows for box in task) <= 10 for task in tasks)
    found = [(box.file.style, row) for task in tasks for box in task for row in range(box.first, box.first + box.rows)]
    assert found == [(file.style, row) for file in files for row in range(file.rows)]
    assert [len(task) for task in tasks] == [1, 1, 1, 3, 1]


@pytest.mark.parametrize("rows", [1, 2, 5])
def test_small_boxes_find_the_same(monkeypatch: pytest.MonkeyPatch, rows: int) -> None:
    """Sums and places are right across the borders of boxes."""
    monkeypatch.setattr(Fast, "box_rows", rows)
    assert verify(good()).is_proven
    folder = with_rows(good(), S1, lambda each: [*each[:3], each[4], each[3], *each[5:]])
    report = verify(folder)
    assert report.failed == {Check.CIPHERTEXTS}
    assert "row 3" in text_of(report, Check.CIPHERTEXTS)


def test_several_processes_find_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In the order of the boxes, however they were spread."""
    writer = FolderWriter(tmp_path / "record", durable=False)
    folder = flipped(flipped(good(), S1, 1, 900), S2, 2, 900)
    for path, data in folder.items():
        writer.write(path, data)
    reader = FolderReader(tmp_path / "record")

    def spread(work, items, /):  # type: ignore[no-untyped-def]
        return over_processes(work, items, 2, worth_it=1, chunk=1)

    one, two = (verify_record(reader, ballots=FAST._replace(spread=each)) for each in (in_turn, spread))
    assert one == two
    assert one.failed
    monkeypatch.setattr(procedure, "LARGE_BYTES", 0)
    assert verify_record(reader, ballots=FAST._replace(spread=spread)) == one


def test_ballots_of_large_stations_are_begun_with_before_anything_is_said_of_a_station(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """And of small stations, of many, or of more than fit into memory, afterwards."""

    def order() -> list[str]:
        told: list[str] = []

        def spread(work, items, /):  # type: ignore[no-untyped-def]
            told.append("ballots")
            return map(work, items)

        def progress(done: int, total: int) -> None:
            told.append(f"station {done} of {total}")

        report = verify_record(RecordInMemory(good()), progress=progress, ballots=FAST._replace(spread=spread))
        assert report.is_proven
        return told

    stations = [f"station {number} of 4" for number in range(1, 5)]
    assert order() == [*stations, "ballots"]
    monkeypatch.setattr(procedure, "LARGE_BYTES", 1000)
    assert order() == ["ballots", *stations]
    for most, number in {"MOST_LIST_BYTES": 1000, "MOST_STATIONS": 3}.items():
        with monkeypatch.context() as patch:
            patch.setattr(procedure, most, number)
            assert order() == [*stations, "ballots"]


def test_progress_is_told_in_ballots() -> None:
    """From the first box to the last ballot."""
    told: list[tuple[int, int]] = []
    work = FAST._replace(progress=lambda done, total: told.append((done, total)))
    assert verify_record(RecordInMemory(good()), ballots=work).is_proven
    assert told[-1] == (48, 48)


def test_a_file_that_changes_while_it_is_read_is_noticed() -> None:
    """The list that was checked is the one that ballots are compared with."""

    class Changing(RecordInMemory):
        reads = 0

        def read(self, path: str, limit: int) -> bytes:
            data = super().read(path, limit)
            if path == ballots_path("A-02"):
                self.reads += 1
                return data if self.reads == 1 else data.replace(b'"cast"', b'"void"', 1)
            return data

    report = verify_record(Changing(good()), ballots=FAST)
    assert Check.CIPHERTEXTS in report.failed
    assert "another one" in text_of(report, Check.CIPHERTEXTS)


def test_without_closing_cards_challenged_ballots_may_stay_closed() -> None:
    """B-02 lost them: no list of opened ballots is missed there, and a remark says so; at A-01 it is missed."""
    world = build_encrypted()
    for station, is_missed in (("B-02", False), ("A-01", True)):
        changed = world.copy()
        changed.remove(opened_path(station))
        report = verify_record(RecordInMemory(changed.publish()))
        assert report.failed == ({26} if is_missed else set())
        assert any(station in str(remark) and "stay closed" in str(remark) for remark in report.remarks) != is_missed
