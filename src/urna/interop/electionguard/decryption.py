"""How k guardians open a ciphertext together and prove it (2.0.0 §3.6, 2.1.0 §3.6): two rounds, one proof.

**For test elections only**, as `ceremony`: nothing here is constant in time.
"""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from urna.errors import Malformed, OutOfOrder, Unproven
from urna.interop.electionguard.ceremony import Share
from urna.interop.electionguard.group import Element, Group
from urna.interop.electionguard.proofs import Proof, Scalars
from urna.words import Sentence

Ask = Callable[[Element, Element, Element], int]
"""The challenge for a, b and M."""

LEAVE_OUT = Sentence("Repeat the decryption with other guardians.")


class Partial(NamedTuple):
    """What a guardian shows in the second half of the first round: M_i = A^{z_i}, a_i = g^{u_i}, b_i = A^{u_i}."""

    guardian: int
    factor: Element
    a: Element
    b: Element


Commit = Callable[[Partial, Sequence[int]], bytes]
"""d_i, from what the guardian is going to show and the indices of those present (2.1.0 eq. 88 and 99)."""


class Decrypter:
    """A guardian in one decryption; its nonce answers one challenge and no second one.

    Args:
        group: the group.
        share: z_i.
        pad: A, or C_0 of contest data.
        nonce: u_i, drawn for this decryption.
    """

    def __init__(self, group: Group, share: Share, pad: Element, nonce: int) -> None:
        self._group = group
        self._share = share
        self._nonce: int | None = nonce
        power = group.generator.secret_power(nonce)
        self.partial = Partial(share.guardian, pad.secret_power(share.value), power, pad.secret_power(nonce))

    def respond(self, challenge: int) -> int:
        """v_i = u_i - c_i·z_i (2.0.0 eq. 73).

        Raises:
            OutOfOrder: it responded already; two responses to one nonce would give the share away.
        """
        if self._nonce is None:
            raise OutOfOrder(
                Sentence("one challenge for a nonce"), Sentence("a second one"), Sentence("Begin a new decryption.")
            )
        nonce, self._nonce = self._nonce, None
        return (nonce - challenge * self._share.value) % self._group.order


def lagrange(order: int, present: Sequence[int], guardian: int) -> int:
    """w_i for the guardians present (2.0.0 eq. 67)."""
    weight = 1
    for other in present:
        if other != guardian:
            weight = weight * other * pow(other - guardian, -1, order) % order
    return weight


class Decryption(NamedTuple):
    """M = A^s, or β for contest data, and the proof."""

    factor: Element
    proof: Proof


class Quorum:
    """The guardians present at a decryption.

    Args:
        group: the group.
        shares: of k guardians or more, each once.
        public_shares: g^{z_i} of each guardian, from the commitments.
        quorum: k.
        draw: draws nonces.
    """

    def __init__(
        self, group: Group, shares: Sequence[Share], *, public_shares: dict[int, Element], quorum: int, draw: Scalars
    ) -> None:
        present = sorted(share.guardian for share in shares)
        if len(present) < quorum or len(set(present)) < len(present):
            raise OutOfOrder(
                Sentence("at least {count} guardians, each once", {"count": quorum}),
                Sentence("{count}", {"count": len(set(present))}),
                Sentence("Wait for the others."),
            )
        self.group = group
        self.present = present
        self._shares = shares
        self._public_shares = public_shares
        self._draw = draw

    def decrypt(self, pad: Element, ask: Ask, commit: Commit | None = None) -> Decryption:
        """1. Each computes its part. 2. Each commits to it, where the version asks. 3. All show. 4. All respond.

        Raises:
            Unproven: a guardian's part is not the one that it committed to, or does not follow from its share.
        """
        guardians = [Decrypter(self.group, share, pad, self._draw()) for share in self._shares]
        promises = [commit(each.partial, self.present) for each in guardians] if commit else []
        partials = [each.partial for each in guardians]
        for partial, promised in zip(partials, promises, strict=False):
            check_commitment(partial, promised, self.present, commit)
        factor = self.combine(partials)
        a = self.group.product(partial.a for partial in partials)
        b = self.group.product(partial.b for partial in partials)
        challenge = ask(a, b, factor)
        total = 0
        for each in guardians:
            part = challenge * self._weight(each.partial.guardian) % self.group.order
            response = each.respond(part)
            self.check_response(pad, each.partial, Proof(part, response))
            total += response
        return Decryption(factor, Proof(challenge, total % self.group.order))

    def combine(self, partials: Sequence[Partial]) -> Element:
        """M, the product of M_i^{w_i} (2.0.0 eq. 68)."""
        return self.group.product(partial.factor ** self._weight(partial.guardian) for partial in partials)

    def check_response(self, pad: Element, partial: Partial, proof: Proof) -> None:
        """Returns if the guardian's response fits its public share (2.0.0 eq. 74 and 75).

        Raises:
            Unproven: it does not, and the guardian is named.
        """
        public = self._public_shares[partial.guardian]
        a = self.group.generator**proof.response * public**proof.challenge
        b = pad**proof.response * partial.factor**proof.challenge
        if a != partial.a or b != partial.b:
            raise Unproven(
                Sentence("a response that follows from the guardian's share"),
                Sentence("another one"),
                LEAVE_OUT,
                str(partial.guardian),
            )

    def _weight(self, guardian: int) -> int:
        return lagrange(self.group.order, self.present, guardian)


def check_commitment(partial: Partial, promised: bytes, present: Sequence[int], commit: Commit | None) -> None:
    """Returns if what a guardian shows is what it committed to before it saw the others' (2.1.0 §3.6.5).

    Raises:
        Unproven: it is something else.
    """
    if commit is not None and commit(partial, present) != promised:
        raise Unproven(
            Sentence("the part that the guardian committed to"),
            Sentence("another one"),
            LEAVE_OUT,
            str(partial.guardian),
        )


def count_votes(key: Element, power: Element, most: int) -> int:
    """The t with K^t = T, 0 <= t <= most, by trying one after another.

    Raises:
        Malformed: there is none.
    """
    found = key**0
    for votes in range(most + 1):
        if found == power:
            return votes
        found = found * key
    raise Malformed(
        Sentence("a number of votes of at most {limit}", {"limit": most}),
        Sentence("none that fits"),
        Sentence("Check that the ciphertext is one of this election."),
    )
