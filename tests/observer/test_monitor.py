"""A monitor is content with a record that only grows, and names everything else with evidence."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.log.keys import note_signer
from tests.observer.records import KEYS, Published, nothing_seen, published

from urna.center.publication import File
from urna.encoding.canonical import digest
from urna.errors import OutOfOrder, Unproven
from urna.log.checkpoint import Checkpoint, sign_checkpoint
from urna.log.cosignature import WitnessPolicy
from urna.log.merkle import leaf_hash
from urna.log.proof import parse_proof, verify_proof
from urna.observer.alarms import Alarm
from urna.observer.evidence import judge_fork, read_fork
from urna.observer.memory import Memory, encode_memory, read_memory
from urna.observer.monitor import Look, Other, Plan, look
from urna.observer.reading import Source
from urna.observer.trunk import LeavesInMemory
from urna.record.entry import entry_of
from urna.record.layout import CHECKPOINT, Kind, serial_path
from urna.record.reader import RecordInMemory

SIZES = st.integers(min_value=2, max_value=700)
POLICY = WitnessPolicy(witnesses=tuple(each.verifier for each in KEYS.witnesses), threshold=2)


def alarms(found: Look) -> set[Alarm]:
    """What kinds of alarm."""
    return {shout.alarm for shout in found.shouts}


class Monitor:
    """Looks again and again, and remembers."""

    def __init__(self) -> None:
        self.memory = nothing_seen()
        self.leaves = LeavesInMemory()

    def look(self, source: Source, *, again: int | None = 0, **how: Any) -> Look:
        """One look; old files are looked at again only where a test asks for it."""

        def keep(memory: Memory) -> None:
            self.memory = memory

        return look(source, self.memory, Plan(self.leaves, again=again, keep=keep, **how))


def watching(record: Published) -> Monitor:
    """A monitor that saw the record as it is now, without a complaint."""
    monitor = Monitor()
    assert monitor.look(record.record).shouts == ()
    return monitor


@settings(max_examples=12)
@given(st.lists(SIZES, min_size=1, max_size=4).map(sorted))
def test_a_record_that_only_grows_is_right_at_every_look(sizes: list[int]) -> None:
    """Whatever the steps; each file is looked at once when it is new, and what is known survives its file."""
    record, monitor, looked_at = Published(), Monitor(), 0
    for size in sizes:
        record.grow(size)
        found = monitor.look(record.record)
        assert found.shouts == ()
        looked_at += found.files
        monitor.memory = read_memory(encode_memory(found.memory))
    assert looked_at == record.size == monitor.memory.checked


@settings(max_examples=15)
@given(SIZES, SIZES, SIZES)
def test_a_second_history_is_a_fork_with_evidence(first: int, second: int, common: int) -> None:
    """Larger, smaller or of the same size: the log's own signatures convict it, before somebody who knows its key."""
    common = min(common, first - 1, second - 1)
    monitor = watching(published(first))
    before = monitor.memory.checkpoint
    other = published(second, mark="forged", common=common)
    found = monitor.look(other.record)
    assert Alarm.FORK in alarms(found)
    (shout,) = [each for each in found.shouts if each.alarm is Alarm.FORK]
    judge_fork(read_fork(shout.exhibits[0].data), KEYS.log.verifier)
    assert found.memory.checkpoint == before


@settings(max_examples=10)
@given(SIZES, SIZES)
def test_fewer_entries_than_before_are_a_rollback(one: int, other: int) -> None:
    """The same history cut short; both signed checkpoints are kept, and what was seen stays known."""
    small, large = sorted((one, other))
    monitor = watching(published(small, large + 1))
    before = monitor.memory.checkpoint
    found = monitor.look(published(small).record)
    assert alarms(found) == {Alarm.ROLLBACK}
    assert len(found.shouts[0].exhibits) == 2
    assert found.memory.checkpoint == before
    assert monitor.look(published(small, large + 1).record).shouts == ()


def test_a_file_that_vanished_is_named_with_the_logs_promise() -> None:
    """The proof shows a stranger, offline, that the log and its witnesses said that it is published."""
    record = published(300)
    monitor = watching(record)
    path = serial_path(Kind.DECISION, 77)
    data = record.record.files.pop(path)
    found = monitor.look(record.record, again=None)
    (shout,) = found.shouts
    assert (shout.alarm, shout.path) == (Alarm.VANISHED, path)
    proof = parse_proof(shout.exhibits[0].data)
    assert proof.extra == entry_of(path, data)
    verify_proof(proof, leaf_hash(proof.extra), KEYS.log.verifier, POLICY)


def test_a_file_with_other_bytes_is_named_and_kept() -> None:
    """What lies there now is kept beside the promise."""
    record = published(300)
    monitor = watching(record)
    path = serial_path(Kind.DECISION, 299)
    record.record.files[path] = b"true 2999"
    (shout,) = monitor.look(record.record, again=None).shouts
    assert (shout.alarm, shout.path) == (Alarm.CHANGED, path)
    assert shout.exhibits[1].data == b"true 2999"
    assert digest(b"true 2999") in str(shout.sentence)


def test_what_was_wrong_is_shouted_until_it_is_right() -> None:
    """Without looking at old files again; and never more once the file is back."""
    record = published(300)
    path = serial_path(Kind.DECISION, 5)
    data = record.record.files.pop(path)
    monitor = Monitor()
    first = monitor.look(record.record)
    second = monitor.look(record.record)
    assert alarms(first) == alarms(second) == {Alarm.VANISHED}
    record.record.files[path] = data
    third = monitor.look(record.record)
    assert third.shouts == ()
    assert third.memory.missing == ()


def test_old_files_are_looked_at_again_in_turn() -> None:
    """One bundle each time: a file that was taken away later is noticed before all were seen twice."""
    record = published(700)
    monitor = watching(record)
    del record.record.files[serial_path(Kind.DECISION, 600)]
    kinds = []
    for _ in range(3):
        found = monitor.look(record.record, again=1)
        kinds.append(alarms(found))
    assert {Alarm.VANISHED} in kinds


def test_a_file_on_its_way_is_waited_for() -> None:
    """The log is published before the files that it names; only what stays away is shouted at."""
    record = published(10)
    monitor = watching(record)
    path = serial_path(Kind.DECISION, 10)
    record.publish([File(path, b"late")], without=[path])

    def arrive() -> None:
        record.record.files[path] = b"late"

    assert monitor.look(record.record, wait=arrive).shouts == ()


@pytest.mark.parametrize(
    "path", ["log/tile/0/000", "log/tile/0/001.p/44", "log/tile/1/000.p/1", "log/tile/entries/000"]
)
@pytest.mark.parametrize("act", ["missing", "changed", "longer"])
def test_a_tile_that_is_wrong_is_named(path: str, act: str) -> None:
    """When it is new, and later, when it is looked at again; the full tiles as well as the edge."""
    record = published(300)
    monitor = watching(record)
    honest = dict(record.record.files)
    data = bytearray(honest[path])
    data[-1] ^= 1
    record.record.files |= {"changed": {path: bytes(data)}, "longer": {path: honest[path] + bytes(32)}, "missing": {}}[
        act
    ]
    if act == "missing":
        del record.record.files[path]
    new = Monitor().look(record.record)
    assert Alarm.TREE in alarms(new)
    assert new.memory.checkpoint == ""
    again = monitor.look(record.record, again=None)
    assert (Alarm.TREE in alarms(again)) == (not path.startswith("log/tile/1/"))


def test_entries_and_tiles_that_agree_with_each_other_must_make_the_root() -> None:
    """A mirror that changes an entry with all its tiles, under the true checkpoint; to a new monitor and an old one."""
    true, forged = published(100, 600), published(100, 600, mark="forged", common=90)
    mirror = RecordInMemory({**forged.record.files, CHECKPOINT: true.record.files[CHECKPOINT]})
    for monitor in (Monitor(), watching(published(100))):
        before = monitor.memory.checkpoint
        found = monitor.look(mirror)
        assert alarms(found) == {Alarm.TREE}
        assert monitor.memory.checkpoint == before


@pytest.mark.parametrize("index", ["000", "001.p/144"])
def test_an_old_bundle_and_its_tile_that_agree_are_not_believed(index: str) -> None:
    """They must be the ones that were seen, full or at the edge."""
    record, forged = published(400), published(400, mark="forged")
    monitor = watching(record)
    for path in (f"log/tile/entries/{index}", f"log/tile/0/{index}"):
        record.record.files[path] = forged.record.files[path]
    assert alarms(monitor.look(record.record, again=None)) == {Alarm.TREE}


def test_a_checkpoint_without_its_quorum_is_told() -> None:
    """One witness of two; what the log shows is followed nevertheless."""
    record = Published(witnesses=KEYS.witnesses[:1]).grow(20)
    found = Monitor().look(record.record)
    assert alarms(found) == {Alarm.UNWITNESSED}
    assert found.memory.checked == 20


def test_a_checkpoint_that_the_log_did_not_sign_is_told() -> None:
    """Another key, no checkpoint at all, none there, one of a log larger than any election's."""
    record = published(20)
    huge = sign_checkpoint(Checkpoint(origin=KEYS.log.name, size=2**62, root=bytes(32)), [KEYS.log])
    forged = sign_checkpoint(Checkpoint(origin=KEYS.log.name, size=20, root=bytes(32)), [note_signer(KEYS.log.name, 9)])
    for note in (huge, forged, b"", b"x" * 2_000_000, b"\xff"):
        record.record.files[CHECKPOINT] = note
        assert alarms(Monitor().look(record.record)) <= {Alarm.UNSIGNED, Alarm.TREE}
    del record.record.files[CHECKPOINT]
    assert alarms(Monitor().look(record.record)) == {Alarm.TREE}


def test_an_entry_that_is_about_no_file_is_told() -> None:
    """The log signed it, so it is the log's mistake; it leads nobody out of the record."""
    record = published(3)
    for leaf in (b"noise", b'{"path":"../x","sha256":"' + b"0" * 64 + b'","size":1,"type":"urna/log-entry/1"}'):
        record._publication._log.append(leaf)
        record.publish([File(serial_path(Kind.DECISION, record.size), b"next")])
    found = Monitor().look(record.record)
    assert [shout.alarm for shout in found.shouts] == [Alarm.TREE, Alarm.TREE]


def test_other_peoples_checkpoints_are_compared() -> None:
    """An older one of the same history is content; of another history, a fork; a larger one, a rollback."""
    record = published(100, 400)
    other = published(150, mark="forged", common=90)
    monitor = watching(record)
    for size, note, expected in (
        (100, record.record.files["log/checkpoints/100"], set()),
        (150, other.record.files[CHECKPOINT], {Alarm.FORK}),
        (500, published(500).record.files[CHECKPOINT], {Alarm.ROLLBACK}),
    ):
        found = monitor.look(record.record, others=[Other(f"of-{size}", note)])
        assert alarms(found) == expected
    stranger = sign_checkpoint(Checkpoint(origin="x", size=1, root=bytes(32)), [note_signer("x", 1)])
    with pytest.raises(Unproven):
        monitor.look(record.record, others=[Other("x", stranger)])


def test_a_witness_ahead_of_the_record_is_no_alarm() -> None:
    """It cosigns before the record shows; a witness of another history is one."""
    record = published(400)
    monitor = watching(record)
    ahead = Other("witness", published(500).record.files[CHECKPOINT], is_early=True)
    found = monitor.look(record.record, others=[ahead])
    assert (found.shouts, len(found.remarks)) == ((), 1)
    forked = Other("witness", published(350, mark="x").record.files[CHECKPOINT], is_early=True)
    assert alarms(monitor.look(record.record, others=[forked])) == {Alarm.FORK}


class Cut(RecordInMemory):
    """A line that is cut after some answers."""

    def __init__(self, record: RecordInMemory, left: int) -> None:
        super().__init__(record.files)
        self.left = left

    def read(self, path: str, limit: int) -> bytes:
        """A file, as long as the line holds."""
        self.left -= 1
        if self.left < 0:
            raise OutOfOrder("an answer", "none", "Try again.")
        return super().read(path, limit)


def test_a_look_that_was_cut_off_is_gone_on_with() -> None:
    """No alarm, nothing forgotten, nothing that was looked at is looked at again."""
    record = published(700)
    known = [nothing_seen()]
    plan = Plan(LeavesInMemory(), again=0, keep=known.append)
    with pytest.raises(OutOfOrder):
        look(Cut(record.record, 400), known[-1], plan)
    assert 0 < known[-1].checked < 700
    found = look(record.record, known[-1], plan)
    assert (found.shouts, found.memory.checked) == ((), 700)
    assert found.files == 700 - 256


def test_every_cut_ends_without_an_alarm() -> None:
    """Wherever the line is cut, from the first answer on."""
    record = published(20)
    whole = Cut(record.record, 1000)
    assert look(whole, nothing_seen(), Plan(LeavesInMemory())).shouts == ()
    answers = 1000 - whole.left
    assert answers > 20
    for left in range(answers):
        with pytest.raises(OutOfOrder):
            look(Cut(record.record, left), nothing_seen(), Plan(LeavesInMemory(), again=None, wait=pytest.fail))


def test_a_rollback_is_shouted_without_the_kept_leaves_too() -> None:
    """Whoever lost the file beside the state still hears it; a fork at that size can then not be proven."""
    monitor = watching(published(300))
    monitor.leaves = LeavesInMemory()
    assert alarms(monitor.look(published(100, mark="forged").record)) == {Alarm.ROLLBACK}
    other = Other("friend", published(100).record.files[CHECKPOINT])
    with pytest.raises(OutOfOrder):
        monitor.look(published(300).record, others=[other])
