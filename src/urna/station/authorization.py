"""Who stands behind an exception: the president by finger, or two members by card and PIN.

The station makes an `Authorization` for each exception anew, gives it to the poll book, and does not keep it.
"""

from enum import StrEnum
from hmac import compare_digest

from urna.biometrics.decision import Decision
from urna.election.outcomes import Outcome
from urna.errors import OutOfOrder, Unproven
from urna.station.cards import join_secret
from urna.words import Sentence


class AuthorizedBy(StrEnum):
    """How an exception was authorized."""

    PRESIDENT = "president"
    TWO_MEMBERS = "two_members"


class Authorization:
    """One exception is authorized, by whom `by` says."""

    def __init__(self, by: AuthorizedBy) -> None:
        self.by = by
        self._is_used = False

    def use(self) -> None:
        """Uses it up.

        Raises:
            OutOfOrder: it was used before.
        """
        if self._is_used:
            raise OutOfOrder(
                Sentence("an authorization for this exception"),
                Sentence("one that was used for another"),
                Sentence("Ask the president, or two members, once more."),
            )
        self._is_used = True

    def __repr__(self) -> str:
        """By whom."""
        return f"Authorization({self.by!s})"


def authorize_by_finger(decision: Decision) -> Authorization:
    """The president's authorization.

    Args:
        decision: of the president's finger against the president's own templates.

    Raises:
        Unproven: it is no match.
    """
    if decision.outcome is not Outcome.MATCH:
        raise Unproven(
            Sentence("the president's finger"),
            Sentence("{outcome}", {"outcome": decision.outcome}),
            Sentence("Try again, or let two members authorize with their cards and PINs."),
        )
    return Authorization(AuthorizedBy.PRESIDENT)


def authorize_by_cards(card_a: bytes, pin_a: str, card_b: bytes, pin_b: str, data_key: bytes) -> Authorization:
    """Two members' authorization: their cards bring back the key that this poll book was opened with.

    Raises:
        Malformed: cards that do not belong together.
        Unproven: a wrong PIN, or cards of another station.
    """
    return authorize_by_key(join_secret(card_a, pin_a, card_b, pin_b), data_key)


def authorize_by_key(brought: bytes, data_key: bytes) -> Authorization:
    """Two members' authorization, by the key that their cards brought.

    Raises:
        Unproven: not the key that this poll book was opened with.
    """
    if not compare_digest(brought, data_key):
        raise Unproven(
            Sentence("two role cards of this station"),
            Sentence("others"),
            Sentence("Take the cards with which the poll book was opened."),
        )
    return Authorization(AuthorizedBy.TWO_MEMBERS)
