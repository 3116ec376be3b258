"""A guardian's private file, and the table of a guardian's steps."""

from itertools import product
from pathlib import Path

import pytest
from tests.guardian.small import Counter, election, signers

from urna.crypto.kdf import Cost
from urna.crypto.lockedfile import Kind, lock_file, read_locked, unlock
from urna.errors import Malformed, OutOfOrder, Unproven
from urna.guardian.ceremony import commit
from urna.guardian.private import Memory, OpenedSet, PrivateState, Session, peek, unlock_state
from urna.guardian.stages import TRANSITIONS, Act, Stage, diagram, step
from urna.words import Sentence

WORDS = "maíz barco lluvia siete"
PAGE = Path(__file__).resolve().parents[2] / "docs" / "guardians.md"


def state(stage: Stage = Stage.REVEALED) -> PrivateState:
    """A state with everything in it."""
    memory = Memory(
        commitments="1" * 64,
        joint="2" * 64,
        session=Session(request="3" * 64, guardians=(1, 2, 4), promises="4" * 64),
        opened=(OpenedSet(contest="NAC", stations=("A", "B"), ballots="5" * 64),),
    )
    return PrivateState("a" * 64, 4, stage, bytearray(range(96)), memory)


def locked(of: PrivateState) -> bytes:
    """Its file, fast to open."""
    return of.lock(WORDS, Counter("file"), Cost.TOY)


@pytest.mark.parametrize("stage", list(Stage))
def test_a_state_reads_back_as_it_was_locked(stage: Stage) -> None:
    """Secrets, stage and memory."""
    read = unlock_state(locked(state(stage)), WORDS)
    assert (read.election, read.guardian, read.stage, read.memory) == ("a" * 64, 4, stage, state().memory)
    assert (read.votes_share, read.data_share, read.seed) == tuple(
        bytes(range(first, first + 32)) for first in (0, 32, 64)
    )


def test_the_secrets_of_the_ceremony_read_back() -> None:
    """Two polynomials and a key."""
    fresh, _ = commit(election(), signers()[2], Counter("fresh"))
    read = unlock_state(fresh.lock(WORDS, Counter("file"), Cost.TOY), WORDS)
    assert read.polynomials == fresh.polynomials
    assert [len(each) for each in read.polynomials] == [96, 96]
    assert read.communication == fresh.communication
    assert fresh.communication not in b"".join(fresh.polynomials)


def test_whose_file_it_is_shows_without_the_passphrase() -> None:
    """Election, guardian and stage; nothing else."""
    assert peek(locked(state())) == ("a" * 64, 4, Stage.REVEALED)
    data = locked(state())
    assert bytes(range(32)).hex().encode() not in data
    assert b"NAC" not in data


@pytest.mark.parametrize(
    ("old", "new"), [(b"stage revealed", b"stage promised"), (b"guardian 4", b"guardian 5"), (b"\nbox ", b"\nbox 00")]
)
def test_a_changed_file_does_not_open(old: bytes, new: bytes) -> None:
    """Its lines are bound to the box: a stage cannot be turned back with an editor."""
    with pytest.raises(Unproven):
        unlock_state(locked(state()).replace(old, new, 1), WORDS)


def test_another_passphrase_does_not_open() -> None:
    """And the message does not say what was typed."""
    with pytest.raises(Unproven) as caught:
        unlock_state(locked(state()), "battery staple")
    assert "battery" not in str(caught.value)


@pytest.mark.parametrize("data", [b"", b"urna guardian 1\n", b"\xff" * 99, b"urna key 1\n"])
def test_what_is_no_private_file_is_malformed(data: bytes) -> None:
    """Before any work is done."""
    with pytest.raises(Malformed):
        peek(data)
    with pytest.raises(Malformed):
        peek(locked(state()).replace(b"stage revealed", b"stage finished"))
    with pytest.raises(Malformed):
        peek(locked(state()).replace(b"guardian 4", b"guardian x"))


def test_a_state_shows_no_secret_and_is_overwritten() -> None:
    """The repr names guardian and stage; after erase there are zeros; a step with new secrets erases the old ones."""
    held = state()
    assert repr(held) == "PrivateState(guardian=4, stage=revealed)"
    moved = held.moved(Stage.READY, Memory(), b"\x01" * 64)
    assert held.votes_share == held.data_share == bytes(32)
    assert moved.votes_share == b"\x01" * 32
    moved.erase()
    assert moved.votes_share == bytes(32)


def test_a_locked_file_takes_only_what_fits_a_line() -> None:
    """A value with a space or a line break would be another file."""
    kind = Kind("thing", ("name",), Sentence("Make one."))
    for bad in ("two words", "a\nb", ""):
        with pytest.raises(Malformed):
            lock_file(kind, {"name": bad}, b"x", WORDS, salt=bytes(16), nonce=bytes(12), cost=Cost.TOY)
    data = lock_file(kind, {"name": "one"}, b"secret", WORDS, salt=bytes(16), nonce=bytes(12), cost=Cost.TOY)
    assert unlock(read_locked(data, kind), WORDS) == b"secret"
    with pytest.raises(Malformed):
        read_locked(data, kind._replace(title="other"))


def test_only_the_steps_of_the_table_can_be_taken() -> None:
    """Each pair of stage and act."""
    for stage, act in product(Stage, Act):
        if (stage, act) in TRANSITIONS:
            assert step(stage, act) is TRANSITIONS[stage, act]
        else:
            with pytest.raises(OutOfOrder):
                step(stage, act)


def test_there_is_no_way_back_into_the_ceremony() -> None:
    """Once the polynomials are gone."""
    before = {Stage.COMMITTED, Stage.SHOWN, Stage.DEALT}
    assert not [1 for (stage, _), after in TRANSITIONS.items() if stage not in before and after in before]


def test_an_answer_needs_a_part_and_a_part_a_promise() -> None:
    """There is one way to an answer."""
    assert [stage for stage, act in TRANSITIONS if act is Act.OPEN_RESPOND] == [Stage.REVEALED]
    assert {stage for (stage, act), after in TRANSITIONS.items() if after is Stage.REVEALED} == {
        Stage.PROMISED,
        Stage.REVEALED,
    }


def test_the_page_for_guardians_shows_the_table() -> None:
    """Its diagram is drawn from it."""
    assert f"```mermaid\n{diagram()}```" in PAGE.read_text(encoding="utf-8")
