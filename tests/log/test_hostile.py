"""Bytes from anywhere are read or refused: no parser of the log fails in any other way."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.log.keys import LOG, WITNESSES

from urna.errors import Malformed
from urna.log.checkpoint import parse_checkpoint_text, parse_hash, read_checkpoint, sign_checkpoint
from urna.log.log import Log
from urna.log.note import NoteVerifier, parse_signature
from urna.log.proof import LogProof, parse_proof
from urna.log.tiles import parse_bundle, parse_tile_path

LOGGED = Log(LOG.name, [b"a", b"b", b"c"])
CHECKPOINT = sign_checkpoint(LOGGED.checkpoint(), [LOG])
SAMPLES = {
    "checkpoint": CHECKPOINT,
    "text": LOGGED.checkpoint().text().encode(),
    "hash": b"kx85cwZOrVuo2MP3AysJaHR1y2X7zC+3vWHP47FSlkw=",
    "key": LOG.verifier.vkey().encode(),
    "signature": WITNESSES[0].cosign(CHECKPOINT, 1).line()[:-1].encode(),
    "proof": LogProof(index=1, hashes=LOGGED.inclusion_proof(1), checkpoint=CHECKPOINT, extra=b"x").encode(),
    "path": b"tile/entries/x001/x234/067.p/9",
    "bundle": bytes.fromhex("0001610001620000"),
}
PARSERS: dict[str, Callable[[bytes], object]] = {
    "checkpoint": read_checkpoint,
    "text": lambda data: parse_checkpoint_text(data.decode(errors="replace")),
    "hash": lambda data: parse_hash(data.decode(errors="replace")),
    "key": lambda data: NoteVerifier.of(data.decode(errors="replace")),
    "signature": lambda data: parse_signature(data.decode(errors="replace")),
    "proof": parse_proof,
    "path": lambda data: parse_tile_path(data.decode(errors="replace")),
    "bundle": lambda data: parse_bundle(data, 3),
}


@pytest.mark.parametrize("kind", PARSERS)
@given(st.data())
def test_a_parser_reads_or_refuses(kind: str, data: st.DataObject) -> None:
    """A valid sample with a piece cut out, replaced or doubled; or any bytes at all."""
    sample = SAMPLES[kind]
    PARSERS[kind](sample)
    start = data.draw(st.integers(0, len(sample)))
    end = data.draw(st.integers(start, len(sample)))
    piece = data.draw(st.binary(max_size=8) | st.sampled_from([b"\n", b" ", b"0", sample[start:end] * 2]))
    spoiled = sample[:start] + piece + sample[end:]
    for any_bytes in (spoiled, piece):
        try:
            PARSERS[kind](any_bytes)
        except Malformed as error:
            assert str(error)
