"""A witness's folder remembers what was cosigned before anybody sees the cosignature, and is never two witnesses."""

import os
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from tests.log.keys import LOG, note_signer, witness_signer
from tests.observer.asking import NOW, WITNESS, asked, grown

from urna.errors import OutOfOrder, Unproven
from urna.log.cosignature import read_cosignatures
from urna.observer.evidence import judge_fork, read_fork
from urna.observer.witness import Status
from urna.storage import witness_folder
from urna.storage.witness_folder import FORKS, KNOWN, WitnessFolder, origin_hash, read_logs, watch_log

PLACE = Path(KNOWN) / origin_hash(LOG.name)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A witness's folder that watches one log."""
    watch_log(tmp_path, LOG.verifier)
    return tmp_path


def test_what_was_cosigned_is_known_after_a_restart(folder: Path) -> None:
    """The next process goes on where the last one stopped, and refuses what that one would have refused."""
    first = WitnessFolder(folder, WITNESS)
    assert first.add_checkpoint(asked(grown(5), 0), NOW).status is Status.COSIGNED
    first.close()
    second = WitnessFolder(folder, WITNESS)
    assert second.add_checkpoint(asked(grown(9), 0), NOW).known_size == 5
    assert second.add_checkpoint(asked(grown(9), 5), NOW).status is Status.COSIGNED
    note = second.checkpoint(origin_hash(LOG.name))
    assert note == (folder / PLACE).read_bytes()
    assert read_cosignatures(note, [WITNESS.verifier])[0].timestamp_seconds == NOW
    second.close()


def test_the_medium_holds_it_before_the_answer_is_given(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """If the write fails no cosignature comes out, and none afterwards until somebody looked at the medium."""
    witness = WitnessFolder(folder, WITNESS)

    def no_space(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched, pytest.raises(OSError, match="No space"):
        patched.setattr(witness_folder, "write_durably", no_space)
        witness.add_checkpoint(asked(grown(5), 0), NOW)
    assert witness.checkpoint(origin_hash(LOG.name)) is None
    with pytest.raises(OutOfOrder):
        witness.add_checkpoint(asked(grown(5), 0), NOW)
    witness.close()


def test_a_second_process_is_refused(folder: Path) -> None:
    """Two processes of one witness could sign two histories; the second does not start, nor changes its logs."""
    witness = WitnessFolder(folder, WITNESS)
    with pytest.raises(OutOfOrder):
        WitnessFolder(folder, WITNESS)
    with pytest.raises(OutOfOrder):
        watch_log(folder, note_signer("other.example/log", 9).verifier)
    witness.close()
    WitnessFolder(folder, WITNESS).close()


def test_a_witness_does_not_begin_again_from_nothing(folder: Path) -> None:
    """A log whose file was lost is refused until the file is restored; the file of another witness is, too."""
    kept = (folder / PLACE).read_bytes()
    (folder / PLACE).unlink()
    with pytest.raises(OutOfOrder):
        WitnessFolder(folder, WITNESS)
    (folder / PLACE).write_bytes(kept)
    witness = WitnessFolder(folder, WITNESS)
    witness.add_checkpoint(asked(grown(5), 0), NOW)
    witness.close()
    with pytest.raises(Unproven):
        WitnessFolder(folder, witness_signer(WITNESS.name, 99))


def test_watching_a_log_again_forgets_nothing(folder: Path) -> None:
    """What was cosigned stays; another key under the log's name is refused."""
    witness = WitnessFolder(folder, WITNESS)
    witness.add_checkpoint(asked(grown(5), 0), NOW)
    witness.close()
    assert not watch_log(folder, LOG.verifier)
    assert watch_log(folder, note_signer("other.example/log", 9).verifier)
    assert list(read_logs(folder)) == [LOG.name, "other.example/log"]
    with pytest.raises(OutOfOrder):
        watch_log(folder, note_signer(LOG.name, 9).verifier)
    again = WitnessFolder(folder, WITNESS)
    known = again.known(LOG.name)
    again.close()
    assert known is not None
    assert known.checkpoint.size == 5


def test_evidence_of_a_fork_is_kept_for_a_stranger(folder: Path) -> None:
    """The file convicts the log with its key alone, and is written once however often the log tries."""
    witness = WitnessFolder(folder, WITNESS)
    witness.add_checkpoint(asked(grown(6), 0), NOW)
    for _ in range(2):
        assert witness.add_checkpoint(asked(grown(6, "forged"), 6), NOW).status is Status.NOT_GROWN
    witness.close()
    (evidence,) = (folder / FORKS).iterdir()
    judge_fork(read_fork(evidence.read_bytes()), LOG.verifier)


def test_file_name_and_folder_are_on_the_medium_in_this_order(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The bytes first, then the name, then the folder that holds it; only then is there an answer."""
    done: list[str] = []
    fsync, replace = os.fsync, Path.replace

    def told_fsync(descriptor: int) -> None:
        done.append("folder" if stat.S_ISDIR(os.fstat(descriptor).st_mode) else "file")
        fsync(descriptor)

    def told_replace(self: Path, target: Path) -> Path:
        done.append("name")
        return replace(self, target)

    witness = WitnessFolder(folder, WITNESS)
    monkeypatch.setattr(os, "fsync", told_fsync)
    monkeypatch.setattr(Path, "replace", told_replace)
    witness.add_checkpoint(asked(grown(5), 0), NOW)
    witness.close()
    assert done == ["file", "name", "folder"]


def test_requests_at_the_same_time_make_one_history(folder: Path) -> None:
    """C2SP's race: of many that start from one size one is cosigned, and no later answer is for a smaller tree."""
    witness = WitnessFolder(folder, WITNESS)
    witness.add_checkpoint(asked(grown(5), 0), NOW)
    requests = [asked(grown(60), 5, size) for size in range(6, 46)]
    with ThreadPoolExecutor(8) as threads:
        verdicts = list(threads.map(lambda request: witness.add_checkpoint(request, NOW), requests))
    witness.close()
    (cosigned,) = [verdict.known for verdict in verdicts if verdict.status is Status.COSIGNED]
    assert cosigned is not None
    assert {verdict.known_size for verdict in verdicts if verdict.known is None} == {cosigned.checkpoint.size}
