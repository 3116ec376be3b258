"""A witness cosigns what only grew, refuses everything else with C2SP's numbers, and never goes back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.log.keys import LOG, note_signer
from tests.observer.asking import LOGS, NOW, WITNESS, ask, asked, grown, knowing, note_of, signed

from urna.errors import Unproven
from urna.log.cosignature import WitnessPolicy, open_witnessed, read_cosignatures
from urna.log.merkle import EMPTY_ROOT
from urna.log.note import add_signatures, parse_note
from urna.observer.evidence import Forked, judge_fork
from urna.observer.request import MAX_REQUEST_BYTES, AddCheckpoint, parse_request
from urna.observer.witness import Known, Status, answer, read_known

SIZES = st.integers(min_value=0, max_value=300)


@given(st.lists(SIZES, min_size=1, max_size=6).map(sorted))
def test_a_log_that_only_grows_is_cosigned_at_every_step(sizes: list[int]) -> None:
    """From nothing, in steps of any size, repeated sizes included; each cosignature verifies under the checkpoint."""
    log, old = grown(300), 0
    known: dict[str, Known] = {}
    policy = WitnessPolicy(witnesses=(WITNESS.verifier,), threshold=1)
    for size in sizes:
        verdict = ask(asked(log, old, size), known)
        assert verdict.status is Status.COSIGNED
        assert verdict.signature is not None
        assert verdict.known is not None
        cosigned = add_signatures(signed(log, size), [verdict.signature])
        assert open_witnessed(cosigned, LOG.verifier, policy).size == size
        known, old = {log.origin: verdict.known}, size


@given(SIZES, SIZES, SIZES)
def test_another_history_is_never_cosigned(known_size: int, common: int, new_size: int) -> None:
    """Whatever the sizes, a tree that does not begin with the cosigned one is refused, with an honest proof or none."""
    known_size, common = max(known_size, 1), min(common, known_size - 1)
    known = knowing(grown(known_size))
    other = grown(max(new_size, known_size), "forged", common)
    assert ask(asked(other, known_size), known).status is Status.NOT_GROWN


def test_a_smaller_tree_is_refused_whatever_the_request_says() -> None:
    """With the true old size (400), and with a smaller one (409)."""
    log, known = grown(9), knowing(grown(9))
    rolled_back = AddCheckpoint(9, (), signed(log, 5)).encode()
    assert ask(rolled_back, known).status is Status.MALFORMED
    verdict = ask(asked(log, 3, 5), known)
    assert (verdict.status, verdict.known_size) == (Status.CONFLICT, 9)


def test_a_log_that_does_not_know_the_witness_learns_its_size() -> None:
    """A first request from nothing is answered with the size to prove from; nothing changes."""
    log = grown(9)
    verdict = ask(asked(log, 0), knowing(log, 4))
    assert (verdict.status, verdict.known_size, verdict.known) == (Status.CONFLICT, 4, None)
    fresh = ask(asked(log, 4))
    assert (fresh.status, fresh.known_size) == (Status.CONFLICT, 0)


def test_the_same_checkpoint_again_is_cosigned_again() -> None:
    """An answer that was lost can be asked for once more: same old and new size, no proof."""
    log = grown(5)
    verdict = ask(asked(log, 5), knowing(log), NOW + 7)
    assert verdict.known is not None
    assert verdict.known.cosigned_at == NOW + 7


def test_a_clock_that_was_set_back_makes_no_earlier_cosignature() -> None:
    """Time in cosignatures of one log never runs backwards."""
    log = grown(7)
    verdict = ask(asked(log, 5), knowing(log, 5), NOW - 1000)
    assert verdict.known is not None
    assert verdict.known.cosigned_at == NOW


def test_two_checkpoints_of_one_size_are_kept_as_proof() -> None:
    """Refused, whether or not the request knows the old size; the two notes convict the log by themselves."""
    known, other = knowing(grown(6)), grown(6, "forged")
    for request in (asked(other, 6), asked(other, 2)):
        verdict = ask(request, known)
        assert verdict.status in {Status.NOT_GROWN, Status.CONFLICT}
        assert verdict.fork is not None
        judge_fork(Forked.of_one_size(LOG.verifier, *verdict.fork), LOG.verifier)


def test_an_unknown_log_is_not_found() -> None:
    """404, signed or not."""
    stranger = note_signer("other.example/log", 77)
    log = grown(3)
    log.origin = stranger.name
    request = AddCheckpoint(0, (), signed(log, signer=stranger)).encode()
    assert ask(request).status is Status.UNKNOWN_LOG


def test_a_checkpoint_that_the_log_did_not_sign_is_forbidden() -> None:
    """403: another key under the log's name, no signature of it, or one that fails."""
    log = grown(3)
    impostor = AddCheckpoint(0, (), signed(log, signer=note_signer(LOG.name, 99))).encode()
    assert ask(impostor).status is Status.UNSIGNED
    changed = asked(log, 0).replace(b"\n3\n", b"\n4\n")
    assert ask(changed).status is Status.UNSIGNED


def test_signatures_of_other_keys_are_passed_over_and_not_stored() -> None:
    """What a witness keeps and shows has two lines: the log's and its own."""
    log = grown(3)
    other = note_signer("other.example/key", 50)
    note = add_signatures(signed(log), [other.sign(parse_note(signed(log)).text.encode())])
    verdict = ask(AddCheckpoint(0, (), note).encode())
    assert verdict.known is not None
    assert [line.name for line in parse_note(verdict.known.note).signatures] == [LOG.name, WITNESS.name]
    assert len(read_cosignatures(verdict.known.note, [WITNESS.verifier])) == 1


def test_an_empty_log_has_one_root() -> None:
    """422 for another one, and it can be cosigned with the right one; a signed text that is none is 400."""
    wrong = note_of(f"{LOG.name}\n0\n{'A' * 43}=\n")
    assert ask(AddCheckpoint(0, (), wrong).encode()).status is Status.NOT_GROWN
    assert ask(asked(grown(0), 0)).status is Status.COSIGNED
    for text in (f"{LOG.name}\n0\nAAAA\n", f"{LOG.name}\n007\n{'A' * 43}=\n", f"{LOG.name}\n", f"{LOG.name}\n0\n"):
        assert ask(AddCheckpoint(0, (), note_of(text)).encode()).status is Status.MALFORMED


def test_a_proof_from_the_empty_tree_is_empty() -> None:
    """422 for a hash too many from size 0, and for one too few or too many from another size."""
    log = grown(9)
    assert ask(AddCheckpoint(0, (EMPTY_ROOT,), signed(log)).encode()).status is Status.NOT_GROWN
    known, proof = knowing(log, 5), log.growth_proof(5)
    for wrong in (proof[:-1], (*proof, EMPTY_ROOT), (EMPTY_ROOT, *proof[1:]), ()):
        assert ask(AddCheckpoint(5, wrong, signed(log)).encode(), known).status is Status.NOT_GROWN


@pytest.mark.parametrize(
    "head",
    [b"", b"old\n\n", b"old 01\n\n", b"old -1\n\n", b"old 9223372036854775808\n\n", b"new 0\n\n", b"old 0\n",
     b"old 0\nAAAA\n\n", b"old 0\r\n\n", b" old 0\n\n", b"old 0\n" + 64 * (b"A" * 43 + b"=\n") + b"\n",
     b"old \xd9\xa3\n\n"],
)  # fmt: skip
def test_what_is_no_request_is_malformed(head: bytes) -> None:
    """400: sizes in another spelling, hashes that are none, more than 63 of them."""
    assert ask(head + signed(grown(3))).status is Status.MALFORMED


def test_a_request_that_is_too_long_is_not_read() -> None:
    """400 above 64 KiB, however good its beginning."""
    assert ask(asked(grown(3), 0) + b"x" * MAX_REQUEST_BYTES).status is Status.MALFORMED


@given(st.binary(max_size=300), st.integers(min_value=0, max_value=400))
def test_no_bytes_make_a_witness_stumble(noise: bytes, at: int) -> None:
    """Noise alone, and noise in the middle of a request, end as a refusal with a reason or are cosigned."""
    request = asked(grown(9), 0)
    for body in (noise, request[:at] + noise + request[at + len(noise) :]):
        verdict = answer(body, LOGS, {}, WITNESS, NOW)
        assert (verdict.status is Status.COSIGNED) == (verdict.reason is None)


def test_a_request_reads_back() -> None:
    """Old size, proof and checkpoint, byte for byte."""
    request = parse_request(asked(grown(9), 5))
    assert (request.old_size, request.proof, request.checkpoint) == (5, grown(9).growth_proof(5), signed(grown(9)))


def test_what_a_witness_stored_must_be_its_own() -> None:
    """A checkpoint without the witness's own cosignature is not what it knows."""
    log = grown(4)
    stored = knowing(log)[log.origin]
    assert read_known(stored.note, LOG.verifier, WITNESS.verifier) == stored
    with pytest.raises(Unproven):
        read_known(signed(log), LOG.verifier, WITNESS.verifier)
