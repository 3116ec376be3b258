"""The second stage makes its sums from the ballots alone: from their ciphertexts, one by one, and from nothing else."""

from pathlib import Path

from tests.center.parcels import at_work, make, parcel_of, wait_for_proofs
from tests.center.test_encrypted import bundle, with_moved_vote, world
from tests.center.test_replay import proof_of

from urna.center.proving import Proof, read_sums, write_sums
from urna.center.receipt import Verdict
from urna.crypto.elgamal import Ciphertext, encrypt, read_ciphertexts, sum_ciphertexts
from urna.crypto.group import FixedPoint
from urna.election.outcomes import BallotState
from urna.encoding.canonical import digest
from urna.encoding.document import read_document
from urna.tally.ballot_sums import OptionOf, options_of
from urna.tally.sheet import ContestTally, TallySheet
from urna.verify.sheet_proofs import SheetClaim, SheetSaid, prove_sheets


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


def test_sums_that_a_station_supplies_prove_nothing(tmp_path: Path) -> None:
    """It knows all nonces, so it can make sums that its sheet opens to a moved vote: it is held all the same."""
    moved = with_moved_vote()
    contests = read_document(moved.sheet, TallySheet).contests
    sums = {contest.contest: supplied(contest) for contest in contests}
    claim = SheetClaim("A-01", (SheetSaid(0, contests),), sums, {})
    assert prove_sheets(world().joint, claim) == ()  # such sums would prove it
    options = {
        OptionOf(contest, code): each
        for contest in sums
        for code, each in zip(codes(contest), sums[contest], strict=True)
    }
    written = write_sums("A-01", options)
    files = {"sheet-0.note": moved.sheet, "sums.json": written, "station-sums.json": written}
    make(world(), tmp_path / "centre")
    with at_work(world(), tmp_path / "centre") as service:
        assert service.receive("A-01", parcel_of(world(), "A-01", changes=files)).verdict is Verdict.RECEIVED
        wait_for_proofs(service)
        assert service.opened.centre.counts() == {}
        assert service.opened.centre.is_held("A-01", digest(moved.sheet))


def supplied(contest: ContestTally) -> list[Ciphertext]:
    """For each option a sum that opens to what the sheet says; of a contest that is withheld, the true one."""
    if contest.votes is None:
        return world().sums(contest.contest, ["A-01"])
    key = FixedPoint(world().joint.votes)
    return [encrypt(key, each.votes, bytes.fromhex(each.nonce or "")) for each in contest.votes]


def codes(contest: str) -> list[str]:
    """Of the options of a contest."""
    return [option.code for option in world().election.contests[contest].options]
