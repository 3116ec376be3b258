"""Nothing is shown before it is a leaf of a witnessed log."""

import pytest
from tests.tampering.builder import COSIGNED_AT, Keys

from urna.center.publication import Batch, File, Publication, writes
from urna.errors import Malformed, OutOfOrder
from urna.log.checkpoint import open_checkpoint, verify_growth
from urna.log.cosignature import WitnessPolicy, require_witnesses
from urna.record.entry import entry_of, read_entry
from urna.record.layout import CHECKPOINT, DEFINITION, ROLL, sheet_path, zero_report_path

KEYS = Keys.make()


def batch(publication: Publication, *paths: str) -> Batch:
    """Prepares files whose bytes are their paths."""
    return publication.prepare([File(path, path.encode()) for path in paths])


def test_the_files_come_after_the_checkpoint_that_holds_them() -> None:
    """Tiles first, then the checkpoint, then what it vouches for."""
    paths = [file.path for file in writes(batch(Publication(KEYS.log), DEFINITION, ROLL))]
    assert paths[-2:] == [DEFINITION, ROLL]
    assert paths[-4:-2] == ["log/checkpoints/2", CHECKPOINT]
    assert all(path.startswith("log/tile/") for path in paths[:-4])


def test_a_batch_is_logged_in_the_order_of_the_day() -> None:
    """However the papers arrived: definition, roll, zero reports, sheets; and stations by code."""
    publication = Publication(KEYS.log)
    files = batch(publication, sheet_path("B", 0), zero_report_path("B", 1), sheet_path("A", 0), ROLL, DEFINITION).files
    assert [file.path for file in files] == [
        DEFINITION,
        ROLL,
        zero_report_path("B", 1),
        sheet_path("A", 0),
        sheet_path("B", 0),
    ]


def test_a_witness_can_follow_the_log() -> None:
    """Each batch's proof shows that the log grew out of the last checkpoint, and the cosignature counts."""
    publication = Publication(KEYS.log)
    first, second = batch(publication, DEFINITION), batch(publication, ROLL, sheet_path("A", 0))
    old, new = (open_checkpoint(each.checkpoint, KEYS.log.verifier) for each in (first, second))
    verify_growth(old, new, second.proof)
    lines = [witness.cosign(second.checkpoint, COSIGNED_AT) for witness in KEYS.witnesses]
    published = {file.path: file.data for file in writes(second, lines)}[CHECKPOINT]
    policy = WitnessPolicy(witnesses=tuple(each.verifier for each in KEYS.witnesses), threshold=2)
    assert len(require_witnesses(published, policy)) == 2


def test_the_same_file_again_is_not_logged_again() -> None:
    """A batch that is published twice changes nothing."""
    publication = Publication(KEYS.log)
    batch(publication, DEFINITION)
    again = batch(publication, DEFINITION)
    assert (again.files, again.size, again.old_size) == ((), 1, 1)
    assert list(writes(again)) == []


def test_what_is_published_never_changes() -> None:
    """Other bytes at a published path are refused, and nothing of the batch is logged."""
    publication = Publication(KEYS.log)
    batch(publication, DEFINITION)
    with pytest.raises(OutOfOrder):
        publication.prepare([File(ROLL, b"roll"), File(DEFINITION, b"another")])
    assert publication.size == 1


@pytest.mark.parametrize("path", ["../x", "README.txt", CHECKPOINT, "log/tile/0/000.p/1", "stations/a/sheet-0.note"])
def test_only_files_that_are_logged_can_be_published(path: str) -> None:
    """Paths that lead out, that belong to the log itself, or that no record has."""
    with pytest.raises(Malformed):
        batch(Publication(KEYS.log), path)


def test_a_centre_can_go_on_after_a_restart() -> None:
    """From the leaves alone the same log grows on."""
    publication = Publication(KEYS.log)
    files = batch(publication, DEFINITION, ROLL).files
    resumed = Publication(KEYS.log, [entry_of(file.path, file.data) for file in files])
    assert batch(resumed, sheet_path("A", 0)).checkpoint == batch(publication, sheet_path("A", 0)).checkpoint
    assert read_entry(entry_of(DEFINITION, b"x")).size == 1
