"""Attacks by the centre, which holds the log's key; in some, witnesses look away."""

import msgspec
from tests.tampering.builder import COSIGNED_AT, signing_key
from tests.tampering.forgery import Forgery, case

from urna.center.publication import File, Publication
from urna.encoding.canonical import encode
from urna.encoding.document import read_document, sign_document
from urna.log.checkpoint import sign_checkpoint
from urna.log.log import Log
from urna.log.note import NoteSigner
from urna.record.entry import LogEntry, entry_of
from urna.record.incident import Incident
from urna.record.layout import CHECKPOINT, LOG, kept_checkpoint_path
from urna.verify.pins import Pins

CENTRE = "the log's key"
ALL = "the log's key, and witnesses that look away"


def relog(forgery: Forgery, leaves: list[bytes]) -> None:
    """Publishes a log of these leaves in one batch, cosigned by all witnesses, beside the same files."""
    keys = forgery.world.keys
    log = Log(keys.log.name, leaves)
    checkpoint = sign_checkpoint(log.checkpoint(), [keys.log])
    lines = [witness.cosign(checkpoint, COSIGNED_AT).line().encode() for witness in keys.witnesses]
    checkpoint += b"".join(lines)
    forgery.folder = {path: data for path, data in forgery.folder.items() if not path.startswith(LOG)}
    forgery.folder |= {LOG + path: data for path, data in log.files()}
    forgery.folder |= {CHECKPOINT: checkpoint, kept_checkpoint_path(log.size): checkpoint}


def leaves_of(forgery: Forgery) -> list[bytes]:
    """The leaves as they are published."""
    return [entry_of(path, forgery.world.files[path]) for path in _in_order(forgery)]


def _in_order(forgery: Forgery) -> list[str]:
    publication = Publication(forgery.world.keys.log)
    return [
        file.path
        for batch in forgery.world.batches
        for file in publication.prepare([File(path, forgery.world.files[path]) for path in batch]).files
    ]


@case(CENTRE, 6, "2 of 2 witnesses", also=(8,))
def one_witness_missing(forgery: Forgery) -> None:
    """A witness refuses to cosign, and the centre goes on without."""
    forgery.publish(witnesses=1)


@case("another log's key", 6, "another.example/log", also=(7, 8))
def checkpoint_of_another_log(forgery: Forgery) -> None:
    """A checkpoint that is properly signed, by another log."""
    signer = NoteSigner("another.example/log", signing_key("another"))
    forgery.folder[CHECKPOINT] = sign_checkpoint(Log(signer.name, [b"x"]).checkpoint(), [signer])


@case("another key under the log's name", 6, "cne.example/log", also=(8,))
def checkpoint_by_another_key(forgery: Forgery) -> None:
    """The name of the log's key is the definition's, the key is not."""
    signer = NoteSigner("cne.example/log", signing_key("another"))
    log = Log(signer.name, leaves_of(forgery))
    forgery.folder[CHECKPOINT] = sign_checkpoint(log.checkpoint(), [signer])


@case(ALL, 9, "stations/B-01/sheet-0.note", "no leaf", also=(19, 20, 21, 22, 23))
def leaf_removed(forgery: Forgery) -> None:
    """A sheet is shown that is not in the log, so it could be exchanged later."""
    relog(forgery, [leaf for leaf in leaves_of(forgery) if b"stations/B-01/sheet-0.note" not in leaf])


@case(ALL, 10, "stations/A-01/zero-1.note")
def leaves_reordered(forgery: Forgery) -> None:
    """A zero report that was logged after the sheet was made after the sheet."""
    leaves = leaves_of(forgery)
    zero = next(leaf for leaf in leaves if b"stations/A-01/zero-1.note" in leaf)
    leaves.remove(zero)
    relog(forgery, [*leaves[:-2], zero, *leaves[-2:]])


@case(ALL, 10, "roll.note", "21")
def roll_logged_after_the_day(forgery: Forgery) -> None:
    """The roll was committed when the votes were known."""
    leaves = leaves_of(forgery)
    roll = next(leaf for leaf in leaves if b'"roll.note"' in leaf)
    leaves.remove(roll)
    relog(forgery, [*leaves, roll])


@case(ALL, 9, "stations/B-03/zero-1.note", "22")
def leaf_without_file(forgery: Forgery) -> None:
    """The log names a file that nobody may see."""
    relog(forgery, [*leaves_of(forgery), entry_of("stations/B-03/zero-1.note", b"hidden")])


@case(ALL, 9, "stations/B-01/sheet-0.note", "twice")
def leaf_doubled(forgery: Forgery) -> None:
    """The same path with another hash: two versions of one sheet."""
    relog(forgery, [*leaves_of(forgery), entry_of("stations/B-01/sheet-0.note", b"another")])


@case(ALL, 9, "leaf 22")
def leaf_that_leads_out(forgery: Forgery) -> None:
    """A path with ../ would make a careless reader open a file of its own machine."""
    bad = encode(LogEntry(path="stations/../../etc/passwd", sha256="0" * 64, size=1))
    relog(forgery, [*leaves_of(forgery), bad])


@case(ALL, 9, "leaf 22")
def leaf_of_other_bytes(forgery: Forgery) -> None:
    """A leaf that is no entry at all."""
    relog(forgery, [*leaves_of(forgery), b"\xff\xfe"])


@case(ALL, 9, "leaf 22", "README.txt")
def leaf_of_an_unlogged_file(forgery: Forgery) -> None:
    """A leaf that names a file which is none of the log's."""
    relog(forgery, [*leaves_of(forgery), entry_of("README.txt", b"x")])


@case(ALL, 8, "log/checkpoints/8", "another root")
def history_changed(forgery: Forgery) -> None:
    """The log begins otherwise than an earlier checkpoint said; the earlier one is still in the folder."""
    kept = forgery.folder["log/checkpoints/8"]
    leaves = leaves_of(forgery)
    leaves[5], leaves[6] = leaves[6], leaves[5]
    relog(forgery, leaves)
    forgery.folder["log/checkpoints/8"] = kept


@case(ALL, 8, "log/checkpoints/22", "rolled back", also=(9,))
def log_shortened(forgery: Forgery) -> None:
    """The last leaf is taken out again; the checkpoint that had it is still in the folder."""
    kept = forgery.folder["log/checkpoints/22"]
    relog(forgery, leaves_of(forgery)[:-1])
    forgery.folder["log/checkpoints/22"] = kept


@case(ALL, 8, "seen-1", "another root")
def correction_hidden_from_one_reader(forgery: Forgery) -> None:
    """Everything is published again without a correction; only a reader who kept a checkpoint can tell."""
    forgery.pins = Pins(seen=(forgery.folder[CHECKPOINT],))
    forgery.world.remove("stations/A-02/sheet-1.note")
    forgery.world.add("incidents/0002.note", _incident(forgery), 4)
    forgery.publish()


def _incident(forgery: Forgery) -> bytes:
    """Something else in the correction's place, so that the log has the same size."""
    first = read_document(forgery.world.files["incidents/0001.note"], Incident)
    return sign_document(msgspec.structs.replace(first, serial=2), [forgery.world.keys.log])


@case(ALL, 8, "seen-1", "rolled back")
def folder_rolled_back(forgery: Forgery) -> None:
    """The whole folder as it was before the final results, to a reader who saw them."""
    forgery.pins = Pins(seen=(forgery.folder[CHECKPOINT],))
    forgery.world.batches.pop()
    del forgery.world.files["results/0002.note"]
    forgery.publish()


@case(ALL, 8, "log/checkpoints/8", "its name says")
def kept_checkpoint_under_another_name(forgery: Forgery) -> None:
    """A kept checkpoint is exchanged for a later one."""
    forgery.folder["log/checkpoints/8"] = forgery.folder["log/checkpoints/22"]
