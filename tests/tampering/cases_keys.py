"""Attacks on the joint key by guardians, who sign what they like, and by the centre that publishes their documents."""

from collections.abc import Callable

import msgspec
from tests.tampering.encrypted_ceremony import (
    Pair,
    change_joint_key,
    guardian_signer,
    hold_again,
    prove,
    put_joint_key,
    show,
    shown_by,
)
from tests.tampering.encrypted_forgery import CENTRE, GUARDIANS, Forgery, case
from tests.tampering.encrypted_prover import unreduced
from tests.verify.encrypted_world import dealt

from urna.ballot.ceremony import GuardianCoefficients, GuardianCommitment, JointKey, PossessionProof
from urna.crypto import group, scalars
from urna.crypto.ristretto import GENERATOR, IDENTITY
from urna.crypto.threshold import Polynomial
from urna.encoding.document import read_document, sign_document
from urna.record.layout import JOINT_KEY, coefficients_path, commitment_path

replace = msgspec.structs.replace

ONE = "one guardian's key, the log's key, and witnesses that look away"


def drawn(coefficients: int, name: str) -> Pair:
    """Two polynomials of so many coefficients."""
    votes, data = (Polynomial.draw(coefficients, dealt(f"{name}/{kind}")) for kind in ("votes", "data"))
    return votes, data


def _swap_files(forgery: Forgery, one: str, other: str) -> None:
    files = forgery.world.files
    files[one], files[other] = files[other], files[one]
    forgery.publish(retotal=False)


# ---------------------------------------------------------------- documents that are not there, or not whose they are


@case(CENTRE, 27, "2 documents", "commitment")
def commitment_left_out(forgery: Forgery) -> None:
    """What a guardian had committed itself to is taken out of the record."""
    forgery.world.remove(commitment_path(2))
    forgery.publish(retotal=False)


@case(CENTRE, 27, "2 documents", "coefficients")
def coefficients_left_out(forgery: Forgery) -> None:
    """One guardian shows nothing, so nobody can add up the key."""
    forgery.world.remove(coefficients_path(3))
    forgery.publish(retotal=False)


@case(CENTRE, 27, "guardians/joint-key.note is missing")
def joint_key_left_out(forgery: Forgery) -> None:
    """No word of any guardian that its shares were right."""
    forgery.world.remove(JOINT_KEY)
    forgery.publish(retotal=False)


@case(CENTRE, 27, "4 documents", "3 guardians")
def guardian_beyond_the_last(forgery: Forgery) -> None:
    """A fourth guardian, whom the definition does not have, commits itself and shows coefficients."""
    for path in (commitment_path, coefficients_path):
        kind = GuardianCommitment if path is commitment_path else GuardianCoefficients
        record = read_document(forgery.world.files[path(3)], kind)
        forgery.world.add(path(4), sign_document(replace(record, guardian=4), [guardian_signer(4)]), 0)
    forgery.publish(retotal=False)


@case(CENTRE, 27, "guardian 4")
def guardian_beyond_the_last_in_anothers_place(forgery: Forgery) -> None:
    """The same in the third guardian's files: index n + 1."""
    record = read_document(forgery.world.files[commitment_path(3)], GuardianCommitment)
    document = sign_document(replace(record, guardian=4), [guardian_signer(4)])
    forgery.world.add(commitment_path(3), document)
    forgery.publish(retotal=False)


@case(GUARDIANS, 27, "coefficients", ">= 1")
def guardian_zero(forgery: Forgery) -> None:
    """Index 0: whoever has it is given the shares that are the key itself."""
    document = sign_document(replace(shown_by(forgery, 1), guardian=0), [guardian_signer(1)])
    forgery.world.add(coefficients_path(1), document)
    forgery.publish(retotal=False)


@case(CENTRE, 27, "2 of guardian-2.example", "commitment")
def one_guardian_twice(forgery: Forgery) -> None:
    """One guardian's commitment in another's place: with its files twice it would hold two shares."""
    forgery.world.add(commitment_path(3), forgery.world.files[commitment_path(2)])
    forgery.publish(retotal=False)


@case(CENTRE, 27, "guardians/coefficients-1.note", "guardian 2")
def coefficients_in_each_others_place(forgery: Forgery) -> None:
    """All documents are there, two of them under each other's name: one record would have two spellings."""
    _swap_files(forgery, coefficients_path(1), coefficients_path(2))


@case(CENTRE, 27, "guardians/commitment-2.note", "guardian 3")
def commitments_in_each_others_place(forgery: Forgery) -> None:
    """The same with the commitments."""
    _swap_files(forgery, commitment_path(2), commitment_path(3))


@case(CENTRE, 27, "commitment")
def commitment_and_coefficients_exchanged(forgery: Forgery) -> None:
    """A guardian's two documents in each other's place."""
    _swap_files(forgery, commitment_path(1), coefficients_path(1))


@case("another guardian's key", 27, "guardian-1.example")
def coefficients_signed_by_another_guardian(forgery: Forgery) -> None:
    """One guardian writes what another is said to have shown."""
    record = shown_by(forgery, 1)
    forgery.world.add(coefficients_path(1), sign_document(record, [guardian_signer(2)]))
    forgery.publish(retotal=False)


@case(GUARDIANS, 27, "election")
def ceremony_of_another_election(forgery: Forgery) -> None:
    """Documents of the same guardians for an election whose key is known by now."""
    show(forgery, 2, lambda shown: replace(shown, election="0" * 64))
    forgery.publish(retotal=False)


# ---------------------------------------------------------------- polynomials


@case(GUARDIANS, 27, "2", "1", "points")
def fewer_coefficients(forgery: Forgery) -> None:
    """One less than k: with such coefficients of all guardians, fewer than k of them could open."""
    hold_again(forgery, {3: drawn(1, "short")}, {})
    forgery.publish(retotal=False)


@case(GUARDIANS, 27, "guardian-1.example", "3")
def more_coefficients(forgery: Forgery) -> None:
    """One more than k: no k guardians could open anything, whatever the definition says."""
    hold_again(forgery, {1: drawn(3, "long")}, {})
    forgery.publish(retotal=False)


@case(GUARDIANS, 27, "guardian-2.example", "identity")
def coefficient_zero(forgery: Forgery) -> None:
    """A leading coefficient 0 is a shorter polynomial in a longer coat."""
    votes, data = drawn(1, "zero"), drawn(2, "zero")[1]
    flat = Polynomial([votes[0].secret_bytes(), scalars.ZERO])
    hold_again(forgery, {2: (flat, data)}, {})
    forgery.publish(retotal=False)


@case(GUARDIANS, 27, "guardian-2.example", "identity")
def constant_zero(forgery: Forgery) -> None:
    """A guardian who adds nothing to the key."""
    votes, data = drawn(2, "nothing")
    empty = Polynomial([scalars.ZERO, votes.secret_bytes()[:32]])
    hold_again(forgery, {2: (empty, data)}, {})
    forgery.publish(retotal=False)


@case(GUARDIANS, 27, "two different joint keys")
def joint_key_is_the_identity(forgery: Forgery) -> None:
    """Three guardians whose constants cancel: every ballot would be readable by everybody."""
    pairs = {number: drawn(2, f"cancel-{number}") for number in (1, 2, 3)}
    first, second = (pairs[number][0].secret_bytes()[:32] for number in (1, 2))
    rest = scalars.negate(scalars.add(first, second))
    pairs[3] = (Polynomial([rest, pairs[3][0].secret_bytes()[32:]]), pairs[3][1])
    hold_again(forgery, pairs, {})
    forgery.publish(retotal=False)


@case(GUARDIANS, 27, "two different joint keys")
def one_key_for_votes_and_data(forgery: Forgery) -> None:
    """Everybody uses one polynomial twice: opening contest data would help to open votes."""
    pairs = {number: (drawn(2, f"twice-{number}")[0],) * 2 for number in (1, 2, 3)}
    hold_again(forgery, pairs, {})
    forgery.publish(retotal=False)


# ---------------------------------------------------------------- rushing


@case(GUARDIANS, 27, "guardian 3")
def key_chosen_by_the_last_guardian(forgery: Forgery) -> None:
    """K_3 = X - K_1 - K_2 makes the attacker's own X the joint key; nobody can prove to know the logarithm of K_3."""
    own = group.base_times(scalars.from_int(7))
    others = group.add(*(bytes.fromhex(shown_by(forgery, number).votes[0]) for number in (1, 2)))
    chosen = group.subtract(own, others).hex()
    show(forgery, 3, lambda shown: replace(shown, votes=(chosen, *shown.votes[1:])))
    forgery.publish(retotal=False)


@case(GUARDIANS, 27, "guardian-3.example", "committed to")
def coefficients_chosen_after_the_others(forgery: Forgery) -> None:
    """Other coefficients than promised, each with a proof that holds: chosen after looking at the others'."""
    hold_again(forgery, {3: drawn(2, "late")}, {}, recommit=False)
    forgery.publish(retotal=False)


@case(GUARDIANS, 27, "guardian-1.example", "had others")
def commitments_exchanged_after_the_coefficients(forgery: Forgery) -> None:
    """The last guardian's commitment is replaced once it has seen the others' coefficients, which name the old one."""
    document = forgery.world.files[coefficients_path(1)]
    hold_again(forgery, {3: drawn(2, "late")}, {})
    forgery.world.add(coefficients_path(1), document)
    forgery.publish(retotal=False)


@case(CENTRE, 10, "guardians/commitment-3.note")
def commitment_after_the_coefficients(forgery: Forgery) -> None:
    """A commitment that was logged when the others' coefficients could be seen."""
    forgery.world.batches[0].remove(commitment_path(3))
    forgery.world.batches[2].append(commitment_path(3))
    forgery.publish(retotal=False)


@case(CENTRE, 10, "guardians/joint-key.note")
def joint_key_in_the_evening(forgery: Forgery) -> None:
    """A joint key that was not there when the booths began to encrypt."""
    forgery.world.batches[1].remove(JOINT_KEY)
    forgery.world.batches[3].append(JOINT_KEY)
    forgery.publish(retotal=False)


@case(CENTRE, 10, "guardians/coefficients-2.note")
def joint_key_before_the_coefficients(forgery: Forgery) -> None:
    """Coefficients that are shown after everybody has signed the key they are said to make."""
    forgery.world.batches[1].remove(coefficients_path(2))
    forgery.world.batches[2].append(coefficients_path(2))
    forgery.publish(retotal=False)


# ---------------------------------------------------------------- proofs of possession


@case(GUARDIANS, 27, "guardian 2")
def possession_of_anothers_coefficient(forgery: Forgery) -> None:
    """A guardian shows another's points with the proofs that the other made: it knows nothing of its own share."""
    first = shown_by(forgery, 1)
    names = ("votes", "votes_proofs", "data", "data_proofs")
    show(forgery, 2, lambda shown: replace(shown, **{name: getattr(first, name) for name in names}))
    forgery.publish(retotal=False)


@case(GUARDIANS, 27, "guardian 2")
def possession_for_the_other_key(forgery: Forgery) -> None:
    """The proofs of the two polynomials in each other's place."""
    show(forgery, 2, lambda shown: replace(shown, votes_proofs=shown.data_proofs, data_proofs=shown.votes_proofs))
    forgery.publish(retotal=False)


@case(GUARDIANS, 27, "guardian 2")
def possession_proofs_in_another_order(forgery: Forgery) -> None:
    """The proofs of one polynomial in another order."""
    show(forgery, 2, lambda shown: replace(shown, votes_proofs=shown.votes_proofs[::-1]))
    forgery.publish(retotal=False)


@case(GUARDIANS, 27, "guardian 3")
def possession_of_one_coefficient_unproven(forgery: Forgery) -> None:
    """A proof for the constant alone."""
    show(forgery, 3, lambda shown: replace(shown, data_proofs=shown.data_proofs[:1]))
    forgery.publish(retotal=False)


@case(GUARDIANS, 27, "guardian 1")
def possession_proven_as_another_guardian(forgery: Forgery) -> None:
    """Proofs that bear another guardian's number."""
    pair = drawn(2, "number")
    hold_again(forgery, {1: pair}, {1: lambda shown: replace(shown, **prove(forgery, 2, pair))})
    forgery.publish(retotal=False)


def _with_response(change: Callable[[bytes], bytes]) -> Callable[[GuardianCoefficients], GuardianCoefficients]:
    def changed(shown: GuardianCoefficients) -> GuardianCoefficients:
        first, *others = shown.votes_proofs
        response = change(bytes.fromhex(first.response)).hex()
        return replace(shown, votes_proofs=(PossessionProof(challenge=first.challenge, response=response), *others))

    return changed


@case(GUARDIANS, 27, "guardian-1.example")
def possession_with_an_unreduced_scalar(forgery: Forgery) -> None:
    """The right response as a number above the order: a second spelling."""
    show(forgery, 1, _with_response(unreduced))
    forgery.publish(retotal=False)


@case(GUARDIANS, 27, "guardian 1")
def possession_with_another_response(forgery: Forgery) -> None:
    """A response that answers nothing."""
    show(forgery, 1, _with_response(lambda response: scalars.add(response, scalars.ONE)))
    forgery.publish(retotal=False)


@case(GUARDIANS, 27, "guardian-1.example")
def coefficient_that_is_no_point(forgery: Forgery) -> None:
    """32 bytes that are the encoding of nothing."""
    show(forgery, 1, lambda shown: replace(shown, data=(shown.data[0], "ff" * 32)))
    forgery.publish(retotal=False)


# ---------------------------------------------------------------- the joint key


@case(GUARDIANS, 27, "joint key")
def joint_key_is_not_the_sum(forgery: Forgery) -> None:
    """Everybody signs a key whose logarithm one of them knows."""
    change_joint_key(forgery, votes=GENERATOR.hex())
    forgery.publish(retotal=False)


@case(GUARDIANS, 27, "joint key")
def joint_keys_exchanged(forgery: Forgery) -> None:
    """The key for contest data as the key for votes."""
    record = read_document(forgery.world.files[JOINT_KEY], JointKey)
    change_joint_key(forgery, votes=record.data, data=record.votes)
    forgery.publish(retotal=False)


@case(GUARDIANS, 27, "joint key")
def another_base_hash(forgery: Forgery) -> None:
    """Ballots that would be bound to another ceremony."""
    change_joint_key(forgery, base_hash="0" * 64)
    forgery.publish(retotal=False)


@case(GUARDIANS, 27, "joint key")
def another_threshold(forgery: Forgery) -> None:
    """A joint key that says that one guardian is enough."""
    change_joint_key(forgery, threshold=1)
    forgery.publish(retotal=False)


@case(GUARDIANS, 27, "joint key")
def another_number_of_guardians(forgery: Forgery) -> None:
    """A joint key of two guardians."""
    change_joint_key(forgery, guardians=2)
    forgery.publish(retotal=False)


@case("the keys of all guardians but one", 27, "guardian-2.example")
def joint_key_without_one_guardian(forgery: Forgery) -> None:
    """One guardian never said that its shares were right: ballots could be lost for ever."""
    record = read_document(forgery.world.files[JOINT_KEY], JointKey)
    forgery.world.add(JOINT_KEY, sign_document(record, [guardian_signer(1), guardian_signer(3)]))
    forgery.publish(retotal=False)


@case("the keys of all guardians but one", 27, "guardian-2.example")
def joint_key_signed_by_a_stranger_instead(forgery: Forgery) -> None:
    """Three signatures, one of them by nobody's key."""
    record = read_document(forgery.world.files[JOINT_KEY], JointKey)
    forgery.world.add(JOINT_KEY, sign_document(record, [guardian_signer(number) for number in (1, 3, 4)]))
    forgery.publish(retotal=False)


@case(GUARDIANS, 27, "joint key")
def joint_key_of_other_coefficients(forgery: Forgery) -> None:
    """It names the hash of other documents than lie in the record."""
    record = read_document(forgery.world.files[JOINT_KEY], JointKey)
    put_joint_key(forgery, replace(record, coefficients=record.coefficients[::-1]))
    forgery.publish(retotal=False)


@case(GUARDIANS, 27, "joint key")
def joint_key_is_the_identity_by_decree(forgery: Forgery) -> None:
    """Everybody signs the identity, under which nothing is secret."""
    change_joint_key(forgery, votes=IDENTITY.hex())
    forgery.publish(retotal=False)
