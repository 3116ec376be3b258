"""What a centre has in hand: which named witnesses cosigned, and whether they are enough."""

from tests.log.keys import WITNESSES, witness_signer
from tests.observer.asking import NOW, grown, signed

from urna.log.cosignature import WitnessPolicy
from urna.log.note import NoteSignature
from urna.observer.quorum import collect

POLICY = WitnessPolicy(witnesses=tuple(each.verifier for each in WITNESSES), threshold=2)


def test_witnesses_are_counted_once_and_in_the_definitions_order() -> None:
    """Two cosignatures of one witness are one; the quorum says who is missing."""
    note = signed(grown(4))
    lines = [WITNESSES[2].cosign(note, NOW), WITNESSES[2].cosign(note, NOW + 1)]
    quorum = collect(note, lines, POLICY)
    assert not quorum.is_reached
    assert [each.name for each in quorum.missing] == [WITNESSES[0].name, WITNESSES[1].name]
    quorum = collect(note, [*lines, WITNESSES[0].cosign(note, NOW)], POLICY)
    assert quorum.is_reached
    assert [each.name for each in quorum.signatures] == [WITNESSES[0].name, WITNESSES[2].name]


def test_what_does_not_verify_is_left_out() -> None:
    """A stranger's line, another checkpoint's, and a broken one; a good one after it still counts."""
    note, other = signed(grown(4)), signed(grown(5))
    good = WITNESSES[0].cosign(note, NOW)
    broken = NoteSignature(good.name, good.key_id, bytes(72))
    stranger = witness_signer("stranger.example", 90).cosign(note, NOW)
    quorum = collect(note, [broken, stranger, WITNESSES[1].cosign(other, NOW), good], POLICY)
    assert quorum.signatures == (good,)


def test_no_witness_is_asked_for_where_the_quorum_is_none() -> None:
    """A definition without witnesses publishes with the log's signature alone."""
    assert collect(signed(grown(4)), [], WitnessPolicy(witnesses=(), threshold=0)).is_reached
