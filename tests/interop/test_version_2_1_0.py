"""An election of 2.1.0 from the ceremony to the tally: what is honest verifies, and what is not is named."""

import random
from collections.abc import Callable
from functools import cache, partial
from typing import NamedTuple

import pytest

from urna.errors import Malformed, OutOfOrder, Unproven
from urna.interop.electionguard import ballot_2_1_0, v2_1_0
from urna.interop.electionguard.ballot_2_1_0 import (
    NonceCiphertext,
    Opening,
    check_ballot,
    check_opening,
    check_unique,
    open_ballot,
)
from urna.interop.electionguard.ceremony import Share, public_share
from urna.interop.electionguard.ceremony_2_1_0 import Guardian, PublicKeys, check_guardian
from urna.interop.electionguard.decryption import Decrypter, Partial, Quorum, check_commitment, count_votes
from urna.interop.electionguard.encryption import EncryptedBallot, EncryptedContest, Encrypter
from urna.interop.electionguard.group import Ciphertext, Element, aggregate
from urna.interop.electionguard.integers import ORDER, PRIME, integer_group
from urna.interop.electionguard.manifest import Contest, Option
from urna.interop.electionguard.profile import ContestName
from urna.interop.electionguard.proofs import Proof

GROUP = integer_group()
GUARDIANS, QUORUM = 3, 2
MAYOR = Contest("mayor", 1, (Option("ana", 1), Option("luis", 2)), 1, 1)
COUNCIL = Contest("council", 2, (Option("red", 1), Option("blue", 2), Option("green", 3)), 2, 3)
CONTESTS = (MAYOR, COUNCIL)
VOTES = {"mayor": [0, 1], "council": [2, 0, 1]}
WRITTEN_IN = b"somebody else".ljust(32, b"\0")
NONCE = bytes(range(32))
IDENTIFIER = bytes(range(100, 132))

CHANCE = random.Random(210)


def draw() -> int:
    """Repeatable; nothing here is secret."""
    return CHANCE.randrange(ORDER)


PARAMETER_HASH = v2_1_0.parameter_base_hash(GROUP, GUARDIANS, QUORUM, PRIME)


class World(NamedTuple):
    """An election with its guardians."""

    guardians: tuple[Guardian, ...]
    keys: tuple[PublicKeys, ...]
    context: v2_1_0.Context210
    votes_shares: tuple[Share, ...]
    data_shares: tuple[Share, ...]


@cache
def world() -> World:
    """The ceremony: everybody publishes, everybody checks, shares travel encrypted."""
    guardians = tuple(Guardian(GROUP, PARAMETER_HASH, i, QUORUM, draw) for i in range(1, GUARDIANS + 1))
    keys = tuple(guardian.publish() for guardian in guardians)
    for each in keys:
        check_guardian(GROUP, PARAMETER_HASH, each, QUORUM)
    votes, data = [], []
    for receiver, public in zip(guardians, keys, strict=True):
        pairs = [receiver.own_shares()]
        pairs += [
            receiver.decrypt_shares(sender_keys, sender.encrypt_shares(public))
            for sender, sender_keys in zip(guardians, keys, strict=True)
            if sender is not receiver
        ]
        votes.append(Share(receiver.guardian, sum(pair[0] for pair in pairs) % ORDER))
        data.append(Share(receiver.guardian, sum(pair[1] for pair in pairs) % ORDER))
    joint = GROUP.product(each.votes[0] for each in keys), GROUP.product(each.data[0] for each in keys)
    election = v2_1_0.election_base_hash(PARAMETER_HASH, b"manifest")
    context = v2_1_0.Context210(GROUP, *joint, v2_1_0.extended_base_hash(election, *joint))
    return World(guardians, keys, context, tuple(votes), tuple(data))


def quorum(shares: tuple[Share, ...], columns: Callable[[PublicKeys], tuple[Element, ...]]) -> Quorum:
    """Guardians 1 and 3."""
    commitments = [GROUP.product(column) for column in zip(*map(columns, world().keys), strict=True)]
    public = {share.guardian: public_share(GROUP, commitments, share.guardian) for share in shares}
    return Quorum(GROUP, [shares[0], shares[2]], public_shares=public, quorum=QUORUM, draw=draw)


@cache
def ballot() -> EncryptedBallot:
    """A ballot with a name written in for mayor."""
    context = world().context
    data = {"mayor": WRITTEN_IN}
    encrypter = Encrypter(context, draw, lambda contest, votes: data.get(contest.label))
    device = v2_1_0.device_hash(context.base_hash, "device")
    field = v2_1_0.NO_CHAINING + device
    return encrypter.encrypt(CONTESTS, VOTES, identifier=IDENTIFIER, nonce=NONCE, auxiliary=field)


def opening() -> Opening:
    """The honest opening of the ballot."""
    return open_ballot(world().context, ballot(), VOTES, NONCE)


def test_an_honest_ballot_verifies() -> None:
    """Boxes 6, 7 and 8."""
    check_ballot(world().context, CONTESTS, ballot())


def test_a_challenged_ballot_opens_by_its_nonces() -> None:
    """Boxes 13 and 14: encrypted again it is the same, and the name written in comes out."""
    assert check_opening(world().context, CONTESTS, ballot(), opening()) == {"mayor": WRITTEN_IN}


def _changed(change: Callable[[EncryptedContest], EncryptedContest], place: int = 0) -> EncryptedBallot:
    contests = list(ballot().contests)
    contests[place] = change(contests[place])
    return ballot()._replace(contests=tuple(contests))


def _swap_options(contest: EncryptedContest) -> EncryptedContest:
    """Two ciphertexts with their proofs in each other's place: in 2.1.0 a proof names its option."""
    one, other = contest.options
    swapped = (
        one._replace(ciphertext=other.ciphertext, proof=other.proof),
        other._replace(ciphertext=one.ciphertext, proof=one.proof),
    )
    return contest._replace(options=swapped)


def _large(proof: tuple[Proof, ...]) -> tuple[Proof, ...]:
    return (Proof(proof[0].challenge + ORDER, proof[0].response), *proof[1:])


def _first_option(contest: EncryptedContest, **changes: object) -> EncryptedContest:
    return contest._replace(options=(contest.options[0]._replace(**changes), *contest.options[1:]))  # type: ignore[arg-type]


def _negated(ciphertext: Ciphertext) -> Ciphertext:
    pad = GROUP.read((PRIME - int.from_bytes(bytes(ciphertext.pad), "big")).to_bytes(512, "big"))
    return Ciphertext(pad, ciphertext.data)


WRONG_BALLOTS: dict[str, tuple[str, Callable[[], EncryptedBallot]]] = {
    "another identifier": ("6.D", lambda: ballot()._replace(identifier=bytes(32))),
    "options exchanged": ("6.D", lambda: _changed(_swap_options)),
    "a branch missing": ("6.D", lambda: _changed(lambda each: _first_option(each, proof=each.options[0].proof[:1]))),
    "a challenge beyond q": (
        "6.B",
        lambda: _changed(lambda each: _first_option(each, proof=_large(each.options[0].proof))),
    ),
    "a ciphertext of another order": (
        "6.A",
        lambda: _changed(lambda each: _first_option(each, ciphertext=_negated(each.options[0].ciphertext))),
    ),
    "the limit's proof cut": ("7.D", lambda: _changed(lambda each: each._replace(proof=each.proof[:-1]), 1)),
    "another contest hash": ("8.A", lambda: _changed(lambda each: each._replace(hash=bytes(32)))),
    "another code": ("8.B", lambda: ballot()._replace(code=bytes(32))),
    "another chaining field": ("8.B", lambda: ballot()._replace(auxiliary=bytes(36))),
    "a contest twice": ("S3", lambda: ballot()._replace(contests=(*ballot().contests, ballot().contests[0]))),
    "a contest missing": ("S3", lambda: ballot()._replace(contests=ballot().contests[:1])),
    "an option missing": ("S3", lambda: _changed(lambda each: each._replace(options=each.options[:1]))),
}


@pytest.mark.parametrize("name", WRONG_BALLOTS)
def test_a_changed_ballot_is_refused_by_its_condition(name: str) -> None:
    """And the error begins with it."""
    condition, make = WRONG_BALLOTS[name]
    with pytest.raises(Unproven) as raised:
        check_ballot(world().context, CONTESTS, make())
    assert raised.value.where.split()[0] == condition


def test_changed_contest_data_is_refused() -> None:
    """Its proof binds C_1."""
    data = ballot().contests[0].data
    assert data is not None
    changed = data._replace(c1=bytes(32))
    with pytest.raises(Unproven, match="nonce"):
        check_ballot(world().context, CONTESTS, _changed(lambda each: each._replace(data=changed)))


def _with_votes(**votes: tuple[int, ...]) -> Opening:
    return opening()._replace(votes={**opening().votes, **votes})


WRONG_OPENINGS: dict[str, tuple[str, Callable[[], Opening]]] = {
    "another vote": ("13.2", lambda: _with_votes(mayor=(1, 0))),
    "two votes for one option": ("14.E", lambda: _with_votes(mayor=(2, 0))),
    "more votes than allowed": ("14.F", lambda: _with_votes(council=(2, 2, 2))),
    "an option missing": ("14.D", lambda: _with_votes(council=(2, 0))),
    "a contest missing": ("14.B", lambda: opening()._replace(votes={"mayor": (0, 1)})),
    "a nonce beyond q": (
        "13.1",
        lambda: opening()._replace(
            nonces={**opening().nonces, "mayor": tuple(each + ORDER for each in opening().nonces["mayor"])}
        ),
    ),
    "another nonce of the data": ("13.4", lambda: opening()._replace(data_nonces={"mayor": 5})),
    "no nonce of the data": ("13.A", lambda: opening()._replace(data_nonces={})),
}


@pytest.mark.parametrize("name", WRONG_OPENINGS)
def test_a_false_opening_is_refused_by_its_condition(name: str) -> None:
    """And the error begins with it."""
    condition, make = WRONG_OPENINGS[name]
    with pytest.raises(Unproven) as raised:
        check_opening(world().context, CONTESTS, ballot(), make())
    assert raised.value.where.split()[0] == condition


def test_the_opening_of_another_ballot_is_refused() -> None:
    """A swapped challenged ballot: it is compared with the ciphertexts of the ballot of its name."""
    encrypter = Encrypter(world().context, draw)
    other = encrypter.encrypt(CONTESTS, VOTES, identifier=bytes(32), nonce=NONCE[::-1], auxiliary=bytes(36))
    opened = open_ballot(world().context, other, VOTES, NONCE[::-1])
    with pytest.raises(Unproven, match=r"13\.2"):
        check_opening(world().context, CONTESTS, ballot(), opened)


def test_the_guardians_read_the_nonce_of_a_ballot() -> None:
    """It is encrypted under the key for data; the decryption is proven, and gives the nonce back."""
    context, hashes = world().context, world().context.hashes(IDENTIFIER)
    encrypted = ballot_2_1_0.encrypt_nonce(context, hashes, NONCE, draw)
    ballot_2_1_0.check_nonce(context, hashes, encrypted)
    factor = quorum(world().data_shares, lambda keys: keys.data).decrypt(encrypted.c0, lambda a, b, factor: 1).factor
    assert ballot_2_1_0.decrypt_nonce(hashes, encrypted, factor) == NONCE
    changed = NonceCiphertext(encrypted.c0, bytes(32), encrypted.proof)
    with pytest.raises(Unproven, match=r"3\.6\.7"):
        ballot_2_1_0.check_nonce(context, hashes, changed)


def _total() -> Ciphertext:
    """The votes for red in two equal ballots: 4."""
    return aggregate(GROUP, [ballot().contests[1].options[0].ciphertext] * 2)


def test_two_of_three_guardians_open_a_total_with_commitments() -> None:
    """Box 10 over the combined proof."""
    context, total, indices = world().context, _total(), (2, 1)

    def commit(partial: Partial, present: object) -> bytes:
        assert isinstance(present, list)
        elements = partial.a, partial.b, partial.factor
        return context.decryption_commitment(indices, partial.guardian, total, elements, present)

    decryption = quorum(world().votes_shares, lambda keys: keys.votes).decrypt(
        total.pad, partial(context.decryption_challenge, indices, total), commit
    )
    assert count_votes(context.votes_key, total.data / decryption.factor, 10) == 4
    c, v = decryption.proof
    a = GROUP.generator**v * context.votes_key**c
    b = total.pad**v * decryption.factor**c
    assert c == context.decryption_challenge(indices, total, a, b, decryption.factor)


def test_contest_data_is_opened_by_the_guardians() -> None:
    """Box 12, with its own commitments and key."""
    hashes, data = world().context.hashes(IDENTIFIER), ballot().contests[0].data
    assert data is not None

    def commit(partial: Partial, present: object) -> bytes:
        assert isinstance(present, list)
        return hashes.data_commitment(1, partial.guardian, data, (partial.a, partial.b, partial.factor), present)

    decryption = quorum(world().data_shares, lambda keys: keys.data).decrypt(
        data.c0, partial(hashes.data_challenge, 1, data), commit
    )
    assert hashes.decrypt_data(ContestName(1, "mayor"), data, decryption.factor) == WRITTEN_IN


def test_a_guardian_who_changes_its_part_after_the_others_is_refused() -> None:
    """It committed to another one."""
    share, pad = world().votes_shares[0], _total().pad
    one, other = (Decrypter(GROUP, share, pad, nonce).partial for nonce in (7, 8))

    def commit(partial: Partial, present: object) -> bytes:
        del present
        return bytes(partial.a)

    check_commitment(one, commit(one, [1]), [1], commit)
    with pytest.raises(Unproven, match="committed to"):
        check_commitment(other, commit(one, [1]), [1], commit)


def test_a_nonce_answers_one_challenge() -> None:
    """Two answers would give the share away."""
    decrypter = Decrypter(GROUP, world().votes_shares[0], _total().pad, 7)
    decrypter.respond(1)
    with pytest.raises(OutOfOrder):
        decrypter.respond(2)


def test_a_false_response_names_its_guardian() -> None:
    """By its own public share."""
    present = quorum(world().votes_shares, lambda keys: keys.votes)
    decrypter = Decrypter(GROUP, world().votes_shares[2], _total().pad, 7)
    with pytest.raises(Unproven, match="3: expected a response"):
        present.check_response(_total().pad, decrypter.partial, Proof(5, 6))


def test_too_few_guardians_open_nothing() -> None:
    """Nor does one who stands twice."""
    shares = world().votes_shares
    for present in ([shares[0]], [shares[0], shares[0]]):
        with pytest.raises(OutOfOrder):
            Quorum(GROUP, present, public_shares={}, quorum=QUORUM, draw=draw)


def test_a_share_for_another_guardian_cannot_be_read() -> None:
    """Its proof names sender and receiver; a changed one is refused, too."""
    one, two, three = world().guardians
    shares = one.encrypt_shares(world().keys[1])
    assert two.decrypt_shares(world().keys[0], shares)
    with pytest.raises(Unproven, match="nonce"):
        three.decrypt_shares(world().keys[0], shares)
    with pytest.raises(Unproven, match="nonce"):
        two.decrypt_shares(world().keys[0], shares._replace(c1=bytes(64)))


def test_a_false_share_is_noticed() -> None:
    """The sender's commitments say otherwise."""
    stranger = Guardian(GROUP, PARAMETER_HASH, 1, QUORUM, draw)
    shares = stranger.encrypt_shares(world().keys[1])
    with pytest.raises(Unproven, match="committed to"):
        world().guardians[1].decrypt_shares(world().keys[0], shares)


def test_a_guardian_without_its_secrets_is_refused() -> None:
    """Somebody else's keys, another index, a response beyond q, a coefficient less."""
    keys = world().keys[0]
    beyond = keys.votes_proof._replace(
        responses=(keys.votes_proof.responses[0] + ORDER, *keys.votes_proof.responses[1:])
    )
    for wrong in (
        keys._replace(votes=world().keys[1].votes),
        keys._replace(guardian=2),
        keys._replace(votes_proof=beyond),
        keys._replace(data=keys.data[:1]),
        keys._replace(talk=world().keys[1].talk),
    ):
        with pytest.raises(Unproven):
            check_guardian(GROUP, PARAMETER_HASH, wrong, QUORUM)


def test_the_guardian_record_hash_binds_every_key() -> None:
    """H_G changes with each of them, so guardians compare one value (eq. 27)."""
    keys = world().keys
    joint = world().context.votes_key, world().context.data_key
    lists = [key for each in keys for key in each.votes], [key for each in keys for key in each.data]
    talks = [each.talk for each in keys]
    whole = v2_1_0.guardian_record_hash(PARAMETER_HASH, joint, *lists, talks)
    assert v2_1_0.guardian_record_hash(PARAMETER_HASH, joint, *lists, talks[::-1]) != whole
    assert v2_1_0.guardian_record_hash(PARAMETER_HASH, joint, lists[0][::-1], lists[1], talks) != whole


def test_no_two_ballots_share_an_identifier_or_a_code() -> None:
    """Box 5.A, and unique codes."""
    check_unique([ballot(), ballot()._replace(identifier=bytes(32), code=bytes(32))])
    for other in (ballot()._replace(code=bytes(32)), ballot()._replace(identifier=bytes(32))):
        with pytest.raises(Unproven, match="each ballot once"):
            check_unique([ballot(), other])


def test_votes_beyond_a_limit_are_not_encrypted() -> None:
    """Whoever calls has to decide what an overvote is."""
    encrypter = Encrypter(world().context, draw)
    for votes in ([1, 1], [2, 0], [-1, 1], [1]):
        with pytest.raises(Malformed):
            encrypter.encrypt((MAYOR,), {"mayor": votes}, identifier=IDENTIFIER, nonce=NONCE, auxiliary=b"")


def test_no_secret_is_shown() -> None:
    """Neither a guardian nor a share shows its numbers."""
    share = world().votes_shares[0]
    assert str(share.value) not in repr(share)
    assert repr(world().guardians[0]) == "<guardian 1>"
