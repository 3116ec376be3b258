"""The ceremony of 2.0.0, and what it refuses."""

import random

import pytest

from urna.errors import Malformed, Unproven
from urna.interop.electionguard.ceremony import (
    Polynomial,
    Share,
    check_keys,
    check_promise,
    check_share,
    hold_ceremony,
    promise,
    public_share,
)
from urna.interop.electionguard.decryption import Quorum, count_votes, lagrange
from urna.interop.electionguard.encryption import encrypt_vote
from urna.interop.electionguard.integers import ORDER, integer_group
from urna.interop.electionguard.v2_0_0 import Context200

GROUP = integer_group()
HASH = bytes(32)
CHANCE = random.Random(200)


def draw() -> int:
    """Repeatable; nothing here is secret."""
    return CHANCE.randrange(ORDER)


CEREMONY = hold_ceremony(GROUP, HASH, 3, 2, draw)


def test_any_two_of_three_open_a_vote() -> None:
    """And each pair gives the same."""
    context = Context200(GROUP, CEREMONY.joint_key, HASH)
    ciphertext = encrypt_vote(context, 5, draw())
    columns = zip(*(keys.commitments for keys in CEREMONY.guardians), strict=True)
    commitments = [GROUP.product(column) for column in columns]
    public = {share.guardian: public_share(GROUP, commitments, share.guardian) for share in CEREMONY.shares}
    for left_out in range(3):
        shares = [share for place, share in enumerate(CEREMONY.shares) if place != left_out]
        quorum = Quorum(GROUP, shares, public_shares=public, quorum=2, draw=draw)
        decryption = quorum.decrypt(ciphertext.pad, lambda a, b, factor: 9)
        assert count_votes(context.votes_key, ciphertext.data / decryption.factor, 10) == 5


def test_a_vote_beyond_the_most_is_not_searched_for_ever() -> None:
    """The search ends with an error."""
    key = GROUP.generator
    with pytest.raises(Malformed):
        count_votes(key, key**11, 10)


def test_a_rushing_guardian_is_refused() -> None:
    """Who saw the others' keys and then takes another key did not promise that one."""
    keys = CEREMONY.guardians[0]
    promised = promise(HASH, 1, keys.commitments)
    check_promise(HASH, promised, keys)
    others = GROUP.product(each.commitments[0] for each in CEREMONY.guardians[1:])
    wanted = GROUP.generator**42
    biased = keys._replace(commitments=(wanted / others, *keys.commitments[1:]))
    with pytest.raises(Unproven, match="promised"):
        check_promise(HASH, promised, biased)
    with pytest.raises(Unproven, match="knows its coefficient"):
        check_keys(GROUP, HASH, biased)


def test_index_0_gets_no_share() -> None:
    """P(0) is the secret key itself."""
    polynomial = Polynomial(GROUP, [11, 22])
    assert polynomial.share(1) == 33
    for index in (0, -1):
        with pytest.raises(Malformed):
            polynomial.share(index)
    assert "11" not in repr(polynomial)


def test_a_false_share_is_proven_false() -> None:
    """By the sender's commitments."""
    polynomial = Polynomial(GROUP, [11, 22])
    check_share(GROUP, Share(2, polynomial.share(2)), polynomial.commitments(), 1)
    with pytest.raises(Unproven, match="committed to"):
        check_share(GROUP, Share(2, polynomial.share(3)), polynomial.commitments(), 1)


def test_lagrange_weights_interpolate_at_0() -> None:
    """For a polynomial of degree 2 and any three points."""

    def value(x: int) -> int:
        return (5 + 7 * x + 9 * x * x) % ORDER

    for present in ([1, 2, 3], [2, 5, 9]):
        total = sum(lagrange(ORDER, present, i) * value(i) for i in present) % ORDER
        assert total == 5
