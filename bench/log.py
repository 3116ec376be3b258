"""The transparency log: a tree of 100,000 entries, its files, its proofs."""

from collections.abc import Iterator
from functools import partial
from hashlib import sha256

from bench.figures import Figure, timed
from urna.crypto.signatures import SigningKey
from urna.log.checkpoint import open_checkpoint, sign_checkpoint
from urna.log.log import Log
from urna.log.merkle import leaf_hash, root_of, verify_consistency, verify_inclusion
from urna.log.note import NoteSigner

SIZE, OLD = 100_000, 70_001
PROOFS = 200


def run(runs: int) -> Iterator[Figure]:
    """Entries of 120 bytes, as a record's are."""
    entries = [sha256(str(n).encode()).hexdigest().encode() + b"." * 56 for n in range(SIZE)]
    log = Log("bench/log", entries)
    head, old = log.checkpoint(), log.checkpoint(OLD)
    yield timed(f"root of {SIZE:,} entries, no tree kept", lambda: root_of(entries), runs)
    yield timed(f"{SIZE:,} entries into a log", lambda: Log("bench/log", entries), runs)
    yield timed("all its tiles and bundles", lambda: list(log.files()), runs)
    yield Figure("files of that log", sum(1 for _ in log.files()), "files")
    yield timed("inclusion proof, made", lambda: log.inclusion_proof(SIZE // 3), runs, times=PROOFS, unit="µs")
    proof, leaf = log.inclusion_proof(SIZE // 3), leaf_hash(entries[SIZE // 3])
    verify = partial(verify_inclusion, leaf, SIZE // 3, SIZE, proof, head.root)
    yield timed(f"inclusion proof of {len(proof)} hashes, verified", verify, runs, times=PROOFS, unit="µs")
    growth = log.growth_proof(OLD)
    grown = partial(verify_consistency, OLD, SIZE, growth, old.root, head.root)
    yield timed(f"growth proof of {len(growth)} hashes, verified", grown, runs, times=PROOFS, unit="µs")
    signer = NoteSigner("bench/log", SigningKey(b"\1" * 32))
    signed = sign_checkpoint(head, [signer])
    yield timed("checkpoint signed", lambda: sign_checkpoint(head, [signer]), runs, times=PROOFS, unit="µs")
    yield timed("checkpoint verified", partial(open_checkpoint, signed, signer.verifier), runs, times=PROOFS, unit="µs")
