"""Who may reach which page: one table of every route of the poll book's face; what is not in it is refused.

Rows of other files' routes are added here, in their section, so that the whole rule can be read at once.
"""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType


class Worker(StrEnum):
    """Who may sign in at a poll book; the values are those on the cards."""

    PRESIDENT = "president"
    SECRETARY = "secretary"
    MEMBER = "member"
    TECHNICIAN = "technician"


Workers = frozenset[Worker]

ANYBODY: Workers = frozenset()
"""No sign-in: the page where one signs in, and files that never change."""

EVERY: Workers = frozenset(Worker)
MEMBERS: Workers = EVERY - {Worker.TECHNICIAN}
"""The members of the station, its president and secretary among them: all acts."""

ACCESS: Mapping[tuple[str, str], Workers] = MappingProxyType(
    {
        # Files that never change.
        ("GET", "/static/{name}"): ANYBODY,
        ("GET", "/display.css"): ANYBODY,
        # Signing in and out (sign_in.py).
        ("GET", "/"): ANYBODY,
        ("GET", "/sign-in"): ANYBODY,
        ("POST", "/sign-in"): ANYBODY,
        ("POST", "/sign-in/cancel"): ANYBODY,
        ("POST", "/language"): ANYBODY,
        ("GET", "/welcome"): EVERY,
        ("POST", "/lock"): EVERY,
        ("POST", "/sign-out"): EVERY,
        ("GET", "/working"): ANYBODY,
        # Who comes (people.py).
        ("GET", "/people"): MEMBERS,
        ("POST", "/people/find"): MEMBERS,
        ("POST", "/people/choose"): MEMBERS,
        ("POST", "/people/leave"): MEMBERS,
        ("POST", "/people/capture"): MEMBERS,
        ("POST", "/people/capture/cancel"): MEMBERS,
        ("POST", "/people/no-image"): MEMBERS,
        ("POST", "/people/no-fingers"): MEMBERS,
        ("POST", "/people/refuse"): MEMBERS,
        ("POST", "/people/companion"): MEMBERS,
        ("POST", "/people/withdraw"): MEMBERS,
        ("POST", "/people/activate"): MEMBERS,
        ("GET", "/people/photo"): MEMBERS,
        # The president's exceptions (override.py, authorizing.py).
        ("GET", "/override"): MEMBERS,
        ("POST", "/override"): MEMBERS,
        ("POST", "/override/code"): MEMBERS,
        ("GET", "/override/telephone"): MEMBERS,
        ("POST", "/override/telephone"): MEMBERS,
        ("POST", "/override/telephone/call"): MEMBERS,
        ("POST", "/readmit"): MEMBERS,
        ("GET", "/authorize"): MEMBERS,
        ("POST", "/authorize/finger"): MEMBERS,
        ("POST", "/authorize/members"): MEMBERS,
        ("POST", "/authorize/cancel"): MEMBERS,
        # The booths (booths.py).
        ("GET", "/booths/panel"): MEMBERS,
        ("POST", "/booths/send"): MEMBERS,
        ("POST", "/booths/again"): MEMBERS,
        ("POST", "/booths/look"): MEMBERS,
        ("GET", "/booth"): MEMBERS,
        ("POST", "/booth/time"): MEMBERS,
        ("POST", "/booth/end"): MEMBERS,
        ("POST", "/booth/settle"): MEMBERS,
        # Opening, pausing and health (day_pages.py).
        # Closing (closing_pages.py).
        # Contingency (contingency_pages.py).
    }
)
"""Method and path of each route, and who may reach it."""

POLLS: frozenset[str] = frozenset({"/working", "/booths/panel"})
"""Paths that a page asks for by itself: they keep nobody signed in."""


def may_reach(method: str, path: str, worker: Worker | None) -> bool:
    """Whether somebody with this role, or nobody, may reach a route."""
    allowed = ACCESS.get((method, path))
    return allowed is not None and (allowed == ANYBODY or worker in allowed)
