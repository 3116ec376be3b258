"""Who may reach which page of the operators: one table of every route; what is not in it is refused."""

from collections.abc import Mapping
from types import MappingProxyType

from urna.center.operators import Role

Roles = frozenset[Role]

ANYBODY: Roles = frozenset()
"""No sign-in: the page where one signs in, one-time links, and files that never change."""

EVERY: Roles = frozenset(Role)
DECIDERS: Roles = frozenset({Role.CHIEF, Role.OPERATOR})
CHIEF: Roles = frozenset({Role.CHIEF})
READERS: Roles = DECIDERS | {Role.AUDITOR}
"""Of proposals."""

AUDITORS: Roles = frozenset({Role.CHIEF, Role.AUDITOR})

ROUTES: Mapping[tuple[str, str], Roles] = MappingProxyType(
    {
        ("GET", "/"): ANYBODY,
        ("GET", "/static/{name}"): ANYBODY,
        # Signing in and out (desk_sign_in.py).
        ("GET", "/sign-in"): ANYBODY,
        ("POST", "/sign-in"): ANYBODY,
        ("POST", "/language"): ANYBODY,
        ("GET", "/link/{link}"): ANYBODY,
        ("POST", "/link/{link}"): ANYBODY,
        ("GET", "/again"): EVERY,
        ("POST", "/again"): EVERY,
        ("POST", "/sign-out"): EVERY,
        ("POST", "/sign-out-everywhere"): EVERY,
        # The same with a passkey (desk_passkeys.py).
        ("POST", "/sign-in/challenge"): ANYBODY,
        ("POST", "/sign-in/passkey"): ANYBODY,
        ("POST", "/link/{link}/challenge"): ANYBODY,
        ("POST", "/link/{link}/passkey"): ANYBODY,
        ("POST", "/again/challenge"): EVERY,
        ("POST", "/again/passkey"): EVERY,
        # One's own account (desk_account.py).
        ("GET", "/account"): EVERY,
        ("POST", "/account/passkeys/challenge"): EVERY,
        ("POST", "/account/passkeys"): EVERY,
        ("POST", "/account/passkeys/{key}/remove"): EVERY,
        ("POST", "/account/password"): EVERY,
        # Stations (desk_board.py).
        ("GET", "/board"): EVERY,
        ("GET", "/board/rows"): EVERY,
        ("GET", "/stations/{station}"): EVERY,
        ("GET", "/anomalies"): EVERY,
        # Decisions of two (desk_decisions.py).
        ("GET", "/proposals"): READERS,
        ("GET", "/proposals/{serial}"): READERS,
        ("GET", "/propose"): DECIDERS,
        ("POST", "/propose"): DECIDERS,
        ("POST", "/proposals/{serial}/confirm"): CHIEF,
        ("POST", "/proposals/{serial}/withdraw"): DECIDERS,
        ("POST", "/proposals/{serial}/carry-out"): CHIEF,
        # Who did what (desk_trail.py).
        ("GET", "/trail"): AUDITORS,
        ("GET", "/trail.jsonl"): AUDITORS,
    }
)
"""Method and path of each route, below /desk, and who may reach it."""

POLLS: frozenset[str] = frozenset({"/board/rows"})
"""Paths that a page asks for by itself: they keep nobody signed in."""

FRESH: frozenset[str] = frozenset(
    {
        "/propose",
        "/proposals/{serial}/confirm",
        "/proposals/{serial}/carry-out",
        "/account/passkeys/challenge",
        "/account/passkeys",
        "/account/passkeys/{key}/remove",
    }
)
"""Decisions, and what one can sign in with: the operator proved who it is within the last minutes.

Another password asks for the old one and a code itself.
"""


def may_reach(method: str, path: str, role: Role | None) -> bool:
    """Whether somebody with this role, or nobody, may reach a route."""
    allowed = ROUTES.get((method, path))
    return allowed is not None and (allowed == ANYBODY or role in allowed)
