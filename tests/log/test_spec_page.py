"""The page docs/spec/log.md tells the truth: its example is recomputed, and its checks name what exists."""

import importlib
import pkgutil
import re
from hashlib import sha256
from pathlib import Path

from tests.log.keys import LOG

import urna.log
from urna.log.checkpoint import open_checkpoint, verify_growth
from urna.log.cosignature import WitnessPolicy, WitnessVerifier, open_witnessed
from urna.log.merkle import leaf_hash
from urna.log.note import NoteVerifier
from urna.log.proof import parse_proof, verify_proof
from urna.log.reading import read_log, verify_earlier

PAGE = (Path(__file__).resolve().parents[2] / "docs/spec/log.md").read_text()
BLOCKS = dict(re.findall(r"```(\w+)\n(.*?)```", PAGE, re.DOTALL))
KEYS = [line.split()[1] for line in BLOCKS["keys"].splitlines()]
POLICY = WitnessPolicy(witnesses=tuple(WitnessVerifier.of(vkey) for vkey in KEYS[1:]), threshold=2)
LOG_KEY = NoteVerifier.of(KEYS[0])


def test_the_examples_log_reads_back() -> None:
    """Keys, bundle, tile and both checkpoints, as printed on the page."""
    checkpoint = open_witnessed(BLOCKS["checkpoint"].encode(), LOG_KEY, POLICY)
    files = {
        "tile/entries/000.p/3": bytes.fromhex(BLOCKS["bundle"]),
        "tile/0/000.p/3": bytes.fromhex(BLOCKS["tile"]),
    }
    log = read_log(files.__getitem__, checkpoint)
    assert log.entries == (b"definition\n", b"sheet of station 0101\n", b"sheet of station 0102\n")
    assert f"printf '\\000{log.entry(0).decode().strip()}\\n' | sha256sum" in PAGE
    assert files["tile/0/000.p/3"][:32] == sha256(b"\0definition\n").digest()
    old = open_checkpoint(BLOCKS["old"].encode(), LOG_KEY)
    verify_earlier(log, old)
    verify_growth(old, checkpoint, [files["tile/0/000.p/3"][64:]])
    assert KEYS[0] == LOG.verifier.vkey()


def test_the_examples_proof_verifies() -> None:
    """With the entry, the keys and nothing else."""
    proof = parse_proof(BLOCKS["proof"].encode())
    assert verify_proof(proof, leaf_hash(b"sheet of station 0102\n"), LOG_KEY, POLICY).size == 3


def test_every_function_that_the_page_names_exists() -> None:
    """In backquotes and parentheses after each check."""
    modules = [importlib.import_module(f"urna.log.{found.name}") for found in pkgutil.iter_modules(urna.log.__path__)]
    names = {name for module in modules for name in vars(module)}
    cited = re.findall(r"`(\w+)(?:\.\w+)?`", " ".join(re.findall(r"\((`[^)]*`)\)", PAGE)))
    assert len(cited) >= 11
    assert set(cited) <= names
