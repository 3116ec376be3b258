"""A peer in another language agrees: Go's own module log, from which the C2SP formats come, as Debian packages it.

It needs the packages golang-go and golang-golang-x-mod-dev; what of it is that library's and what is written for the
test stands at the head of `peer/peer.go`.
"""

import os
import shutil
import subprocess
from itertools import pairwise
from pathlib import Path

import pytest
from tests.log.keys import LOG, WITNESSES
from tests.observer.asking import NOW, WITNESS, asked, grown, signed
from tests.observer.records import KEYS, published
from tests.observer.test_witness_line import listening

from urna.log.checkpoint import parse_hash as read_hash
from urna.log.checkpoint import verify_growth
from urna.log.cosignature import WitnessPolicy, WitnessVerifier, open_witnessed
from urna.log.log import Log
from urna.log.merkle import leaf_hash, verify_inclusion
from urna.log.note import NoteVerifier, add_signatures
from urna.log.proof import LogProof
from urna.log.reading import read_log, verify_earlier, verify_file
from urna.storage.record import FolderWriter
from urna.storage.witness_folder import watch_log

pytestmark = pytest.mark.slow

SOURCE = Path(__file__).parent / "peer" / "peer.go"
PACKAGES = Path("/usr/share/gocode")
SIZES = (3, 255, 256, 257, 700)


@pytest.fixture(scope="module")
def peer(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The program, built from Debian's packages alone: nothing is fetched."""
    go = shutil.which("go")
    if go is None or not (PACKAGES / "src/golang.org/x/mod/sumdb/tlog").is_dir():
        pytest.skip("needs Debian's packages golang-go and golang-golang-x-mod-dev")
    folder = tmp_path_factory.mktemp("peer")
    own = {"GO111MODULE": "off", "GOPATH": f"{folder}:{PACKAGES}", "GOCACHE": str(folder / "cache"), "GOPROXY": "off"}
    environment = {**os.environ, **own, "GOFLAGS": "", "CGO_ENABLED": "0"}
    subprocess.run([go, "build", "-o", folder / "program", SOURCE], check=True, env=environment)
    return folder / "program"


def run(peer: Path, *arguments: object) -> str:
    """What the peer says."""
    done = subprocess.run([peer, *map(str, arguments)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def refuses(peer: Path, *arguments: object) -> bool:
    """Whether the peer finds something wrong, in words and not by a crash."""
    done = subprocess.run([peer, *map(str, arguments)], capture_output=True, text=True, check=False)
    assert "panic" not in done.stderr
    return done.returncode == 1


def write_log(folder: Path) -> Log:
    """A log of urna's on disk, in all its sizes, cosigned by three witnesses."""
    log, before = grown(SIZES[-1]), 0
    for size in SIZES:
        note = signed(log, size)
        note = add_signatures(note, [witness.cosign(note, NOW) for witness in WITNESSES])
        files = [*log.files(size, before), (f"checkpoints/{size}", note), ("checkpoint", note)]
        for path, data in files:
            place = folder / path
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(data)
        before = size
    return log


VKEYS = [LOG.verifier.vkey(), *(witness.verifier.vkey() for witness in WITNESSES)]


def test_the_peer_verifies_urnas_log(peer: Path, tmp_path: Path) -> None:
    """Keys, notes, cosignatures, each entry, each tile that a proof needs, growth between all checkpoints."""
    write_log(tmp_path)
    assert run(peer, "verify", tmp_path, *VKEYS) == f"{SIZES[-1]} entries, {len(SIZES)} checkpoints\n"


@pytest.mark.parametrize("path", ["tile/0/001", "tile/1/000.p/2", "tile/entries/000", "checkpoint", "checkpoints/255"])
def test_the_peer_notices_a_changed_file(peer: Path, tmp_path: Path, path: str) -> None:
    """One bit, in any of them: so its agreement means something."""
    write_log(tmp_path)
    place = tmp_path / path
    data = bytearray(place.read_bytes())
    data[40] ^= 1
    place.write_bytes(data)
    assert refuses(peer, "verify", tmp_path, *VKEYS)


def test_the_peer_verifies_a_published_record(peer: Path, tmp_path: Path) -> None:
    """The log of a record as the centre writes it, with the keys that its definition names."""
    writer = FolderWriter(tmp_path / "record", durable=False)
    for path, data in published(20, 300).record.files.items():
        writer.write(path, data)
    vkeys = [KEYS.log.verifier.vkey(), *(witness.verifier.vkey() for witness in KEYS.witnesses)]
    assert run(peer, "verify", tmp_path / "record/log", *vkeys) == "300 entries, 3 checkpoints\n"


def test_the_peer_verifies_urnas_inclusion_proofs(peer: Path, tmp_path: Path) -> None:
    """As files to take home; one whose entry is another is refused."""
    log = grown(700)
    note = signed(log)
    for index in (0, 1, 255, 256, 511, 699):
        proof = LogProof(index=index, hashes=log.inclusion_proof(index), checkpoint=note, extra=log.entry(index))
        file = tmp_path / "entry.tlog-proof"
        file.write_bytes(proof.encode())
        assert run(peer, "proof", file, VKEYS[0]) == f"entry {index} of 700\n"
        wrong = LogProof(index=index, hashes=proof.hashes, checkpoint=note, extra=b"another")
        file.write_bytes(wrong.encode())
        assert refuses(peer, "proof", file, VKEYS[0])


def test_the_peer_verifies_urnas_growth_proofs(peer: Path, tmp_path: Path) -> None:
    """As urna's centre sends them to a witness; from another root they are refused."""
    log, file = grown(700), tmp_path / "request"
    for old in (1, 2, 255, 256, 257, 512, 699, 700):
        file.write_bytes(asked(log, old))
        assert run(peer, "growth", file, log.checkpoint(old).root.hex(), VKEYS[0]) == f"{old} grew to 700\n"
        assert refuses(peer, "growth", file, "00" * 32, VKEYS[0])


def test_urna_verifies_the_peers_log(peer: Path, tmp_path: Path) -> None:
    """Its keys, its notes, its cosignatures, every file of it, all its inclusion and growth proofs."""
    log_key, witness_key = run(peer, "make", tmp_path, *SIZES).split()
    log_verifier = NoteVerifier.of(log_key)
    policy = WitnessPolicy(witnesses=(WitnessVerifier.of(witness_key),), threshold=1)
    checkpoint = open_witnessed((tmp_path / "checkpoint").read_bytes(), log_verifier, policy)
    log = read_log(lambda path: (tmp_path / path).read_bytes(), checkpoint)
    for place in (path for path in (tmp_path / "tile").rglob("*") if path.is_file()):
        verify_file(log, str(place.relative_to(tmp_path)), place.read_bytes())
    for index in range(checkpoint.size):
        proof = read_hashes(tmp_path / "proofs" / str(index))
        assert proof == log.inclusion_proof(index)
        verify_inclusion(leaf_hash(log.entry(index)), index, checkpoint.size, proof, checkpoint.root)
    notes = [(tmp_path / "checkpoints" / str(size)).read_bytes() for size in SIZES]
    checkpoints = [open_witnessed(note, log_verifier, policy) for note in notes]
    for old, new in pairwise(checkpoints):
        verify_earlier(log, old)
        verify_growth(old, new, read_hashes(tmp_path / "growth" / str(new.size)))


def test_urnas_witness_cosigns_the_peers_log(peer: Path, tmp_path: Path) -> None:
    """Over HTTP, asked by Go: refusals have C2SP's numbers and types, and Go's library opens what was cosigned."""
    made = tmp_path / "made"
    log_key, _ = run(peer, "make", made, *SIZES).split()
    folder = tmp_path / "witness"
    folder.mkdir()
    watch_log(folder, NoteVerifier.of(log_key))
    with listening(folder) as (address, _):
        said = run(peer, "ask", address, made, log_key, WITNESS.verifier.vkey())
    assert said == f"{len(SIZES)} checkpoints cosigned\n"


def read_hashes(file: Path) -> tuple[bytes, ...]:
    """A proof as the peer writes it: a hash a line, in base64."""
    return tuple(read_hash(line) for line in file.read_text().splitlines())
