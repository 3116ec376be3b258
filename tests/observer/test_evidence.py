"""Evidence convicts a log that forked, and never one that only grew."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.log.keys import LOG, note_signer
from tests.observer.asking import grown, signed

from urna.errors import Malformed, Unproven
from urna.log.log import Log
from urna.observer.evidence import Forked, encode_fork, judge_fork, read_fork

SIZES = st.integers(min_value=1, max_value=300)


def of(first: Log, second: Log) -> Forked:
    """The evidence that the second log's tree gives against the first's checkpoint."""
    size = first.size
    return Forked.of_two_sizes(
        LOG.verifier, signed(first), signed(second), second.checkpoint(size).root, second.growth_proof(size)
    )


@given(SIZES, SIZES, SIZES)
def test_two_histories_convict(small: int, large: int, common: int) -> None:
    """Of any two sizes, with any common beginning; the file reads back."""
    small, large = sorted((small, large))
    fork = of(grown(small), grown(large, "forged", min(common, small - 1)))
    first, second = judge_fork(read_fork(encode_fork(fork)), LOG.verifier)
    assert (first.size, second.size) == (small, large)


@given(SIZES, SIZES)
def test_a_log_that_only_grew_cannot_be_convicted(small: int, large: int) -> None:
    """Not with its own proof, nor with another root."""
    small, large = sorted((small, large))
    fork = of(grown(small), grown(large))
    with pytest.raises(Unproven):
        judge_fork(fork, LOG.verifier)
    forged = Forked.of_two_sizes(
        LOG.verifier, signed(grown(small)), signed(grown(large)), bytes(32), grown(large).growth_proof(small)
    )
    with pytest.raises(Unproven):
        judge_fork(forged, LOG.verifier)


def test_only_the_logs_own_signatures_count() -> None:
    """The key comes from whoever judges; the one in the file is not believed."""
    impostor = note_signer(LOG.name, 66)
    fork = Forked.of_one_size(
        impostor.verifier, signed(grown(3), signer=impostor), signed(grown(3, "x"), signer=impostor)
    )
    with pytest.raises(Unproven):
        judge_fork(fork, LOG.verifier)


def test_the_second_is_not_smaller_and_the_first_not_empty() -> None:
    """Sizes in the wrong order, and an empty log, prove nothing."""
    with pytest.raises(Unproven):
        judge_fork(Forked.of_one_size(LOG.verifier, signed(grown(5)), signed(grown(3, "x"))), LOG.verifier)
    with pytest.raises(Unproven):
        judge_fork(Forked.of_one_size(LOG.verifier, signed(grown(0)), signed(grown(3))), LOG.verifier)


def test_a_proof_of_the_wrong_length_is_malformed() -> None:
    """Two checkpoints of one size need no hashes."""
    fork = Forked.of_two_sizes(LOG.verifier, signed(grown(3)), signed(grown(3, "x")), bytes(32), [bytes(32)])
    with pytest.raises(Malformed):
        judge_fork(fork, LOG.verifier)
