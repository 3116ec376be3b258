"""Checkpoints behave as C2SP tlog-checkpoint says."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.log.keys import LOG, note_signer
from tests.shared import shared

from urna.errors import Malformed, Unproven
from urna.log.checkpoint import (
    MAX_CHECKPOINT_BYTES,
    Checkpoint,
    open_checkpoint,
    parse_checkpoint_text,
    read_checkpoint,
    sign_checkpoint,
    verify_growth,
)
from urna.log.merkle import EMPTY_ROOT, MerkleTree
from urna.log.note import NoteVerifier, sign_note

ORIGIN = LOG.name
ROOT = base64.b64encode(bytes(32)).decode()
TREE = MerkleTree(str(n).encode() for n in range(40))
lines = st.text(st.characters(codec="utf-8", min_codepoint=0x20), min_size=1)


def _at(size: int, origin: str = ORIGIN) -> Checkpoint:
    return Checkpoint(origin=origin, size=size, root=TREE.root(size))


def test_the_example_of_the_specification_is_read() -> None:
    """The checkpoint in the specification's text."""
    text = shared("tlog/c2sp-specs/tlog-checkpoint.md").read_text().split("```\n")[1]
    found = read_checkpoint(text.encode())
    assert (found.origin, found.size) == ("example.com/behind-the-sofa", 20852163)
    assert found.text() == text.partition("\n\n")[0] + "\n"


@given(lines, st.integers(1, 2**63 - 1), st.binary(min_size=32, max_size=32), st.lists(lines, max_size=3))
def test_a_checkpoint_reads_back_as_it_was_written(origin: str, size: int, root: bytes, more: list[str]) -> None:
    """Any origin of one line, size, root and extension lines."""
    checkpoint = Checkpoint(origin=origin, size=size, root=root, extensions=tuple(more))
    assert parse_checkpoint_text(checkpoint.text()) == checkpoint


def test_a_signed_checkpoint_opens_with_the_logs_key() -> None:
    """And with no other key, nor under another log's name."""
    data = sign_checkpoint(_at(7), [LOG])
    assert open_checkpoint(data, LOG.verifier) == _at(7)
    for stranger in (note_signer(ORIGIN, 9), note_signer("other.example/log", 1)):
        with pytest.raises(Unproven):
            open_checkpoint(data, stranger.verifier)


def test_a_checkpoint_signed_by_the_key_of_another_log_is_refused() -> None:
    """A key speaks for the origin that it is named after, whatever it signs."""
    other = note_signer("other.example/log", 1)
    data = sign_note(_at(7).text(), [other])
    for verifier in (LOG.verifier, other.verifier):
        with pytest.raises(Unproven):
            open_checkpoint(data, verifier)
    with pytest.raises(Malformed):
        sign_checkpoint(_at(7), [other])


@given(st.data())
def test_a_checkpoint_with_any_bit_changed_is_refused(data: st.DataObject) -> None:
    """Origin, size, root or signature: every bit of a signed checkpoint counts."""
    signed = bytearray(sign_checkpoint(_at(7), [LOG]))
    bit = data.draw(st.integers(0, len(signed) * 8 - 1))
    signed[bit // 8] ^= 1 << bit % 8
    with pytest.raises((Malformed, Unproven)):
        open_checkpoint(bytes(signed), LOG.verifier)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a\n",
        "a\n1\n",
        f"a\n1\n{ROOT}",
        f"\n1\n{ROOT}\n",
        f"a\n01\n{ROOT}\n",
        f"a\n+1\n{ROOT}\n",
        f"a\n-1\n{ROOT}\n",
        f"a\n1 \n{ROOT}\n",
        f"a\n\n{ROOT}\n",
        f"a\n٣\n{ROOT}\n",
        f"a\n{2**63}\n{ROOT}\n",
        f"a\n{10**30}\n{ROOT}\n",
        f"a\n0\n{ROOT}\n",
        f"a\n1\n{ROOT[:-1]}\n",
        f"a\n1\n{ROOT} \n",
        f"a\n1\n{ROOT[:-2]}B=\n",
        f"a\n1\n{base64.b64encode(bytes(31)).decode()}\n",
        f"a\n1\n{base64.b64encode(bytes(33)).decode()}\n",
        f"a\n1\n{'_' * 42}8=\n",
        f"a\n1\n{ROOT}\n\n",
        f"a\n1\n{ROOT}\nb\n\nc\n",
        f"a\r\n1\r\n{ROOT}\r\n",
    ],
)
def test_what_is_no_checkpoint_is_malformed(text: str) -> None:
    """Missing lines, other spellings of a number or a hash, numbers too large, empty lines."""
    with pytest.raises(Malformed):
        parse_checkpoint_text(text, "here")


def test_a_checkpoint_that_exists_is_valid() -> None:
    """Parts that cannot be written are refused when it is built."""
    for bad in (
        {"origin": ""},
        {"origin": "a\nb"},
        {"size": -1},
        {"size": 2**63},
        {"root": b""},
        {"extensions": ("",)},
    ):
        with pytest.raises(Malformed):
            Checkpoint(**{"origin": "a", "size": 1, "root": bytes(32), **bad})  # type: ignore[arg-type]


def test_a_checkpoint_of_a_megabyte_and_more_is_not_parsed() -> None:
    """Extension lines are opaque, and somebody could write many."""
    with pytest.raises(Malformed):
        read_checkpoint(b"a" * (MAX_CHECKPOINT_BYTES + 1))


@pytest.mark.parametrize(("old", "new"), [(0, 0), (0, 7), (1, 1), (7, 7), (1, 40), (7, 40), (32, 40)])
def test_a_log_that_grew_is_accepted(old: int, new: int) -> None:
    """From the empty log the proof is empty."""
    verify_growth(_at(old), _at(new), TREE.consistency_proof(old, new) if old else ())


@pytest.mark.parametrize(
    ("old", "new", "proof"),
    [
        (_at(7), _at(6), ()),
        (_at(7), _at(0), ()),
        (_at(7), _at(9, "other.example/log"), TREE.consistency_proof(7, 9)),
        (_at(7), Checkpoint(origin=ORIGIN, size=7, root=bytes(32)), ()),
        (_at(7), Checkpoint(origin=ORIGIN, size=9, root=bytes(32)), TREE.consistency_proof(7, 9)),
        (_at(7), _at(9), TREE.consistency_proof(6, 9)),
        (_at(7), _at(9), ()),
        (_at(0), _at(9), (bytes(32),)),
    ],
)
def test_a_log_that_was_rolled_back_or_rewritten_is_refused(
    old: Checkpoint, new: Checkpoint, proof: tuple[bytes, ...]
) -> None:
    """Smaller, of another name, another tree of the same size, a proof of something else."""
    with pytest.raises((Malformed, Unproven)) as error:
        verify_growth(old, new, proof, "checkpoint")
    assert error.value.where == "checkpoint"


def test_a_smaller_tree_is_no_growth() -> None:
    """Two signed checkpoints of which one rolls the other back are well formed: they prove the log wrong."""
    for new in (6, 0):
        with pytest.raises(Unproven):
            verify_growth(_at(7), _at(new), ())


def test_an_empty_log_has_its_own_root() -> None:
    """SHA-256 of nothing; any other root of size 0 is refused."""
    assert _at(0).root == EMPTY_ROOT
    assert open_checkpoint(sign_checkpoint(_at(0), [LOG]), LOG.verifier).size == 0


def test_a_key_reads_back_as_c2sp_writes_it() -> None:
    """A verifier key: name, id, type and public key, each of which counts."""
    vkey = LOG.verifier.vkey()
    assert NoteVerifier.of(vkey).vkey() == vkey
    for bad in ("", "a", vkey[:-1], vkey + "A", vkey.replace("+", " "), "x" + vkey, vkey.replace("+A", "+B")):
        with pytest.raises(Malformed):
            NoteVerifier.of(bad)
    for bad in ("", "ab", "AB" * 32, "zz" * 32, "ab" * 33):
        with pytest.raises(Malformed):
            NoteVerifier("a.example", bad)
