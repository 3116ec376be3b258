"""The second stage makes its sums from the ballots alone: from their ciphertexts, one by one, and from nothing else."""

from tests.center.test_encrypted import bundle, world
from tests.center.test_replay import proof_of

from urna.center.proving import Proof, read_sums, write_sums
from urna.crypto.elgamal import read_ciphertexts, sum_ciphertexts
from urna.election.outcomes import BallotState
from urna.tally.ballot_sums import options_of


def test_the_sums_of_a_proven_sheet_are_those_of_its_cast_ballots() -> None:
    """Added up through libsodium, ballot by ballot, from what the voters' ballots were made of."""
    made = [each for each in world().ballots_made["A-01"] if each.state is BallotState.CAST]
    proof = proof_of(bundle("A-01"), "A-01")
    assert isinstance(proof, Proof)
    parts: dict[object, list[object]] = {option: [] for option in proof.sums}
    for each in made:
        options = options_of(world().context("A-01", each.style).shape)
        for option, ciphertext in zip(options, read_ciphertexts(each.encrypted.ciphertexts), strict=True):
            parts[option].append(ciphertext)
    assert proof.sums == {option: sum_ciphertexts(some) for option, some in parts.items()}  # type: ignore[arg-type]
    assert proof.ids == {each.id for each in world().ballots_made["A-01"]}


def test_kept_sums_are_read_back_as_they_were() -> None:
    """Byte for byte the same when they are written again."""
    proof = proof_of(bundle("A-02"), "A-02")
    assert isinstance(proof, Proof)
    data = write_sums("A-02", proof.sums)
    assert read_sums(data) == proof.sums
    assert write_sums("A-02", read_sums(data)) == data
