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

PRESIDENT: Workers = frozenset({Worker.PRESIDENT})

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
        # Queue, incidents, supplies, paper book.
        ("GET", "/queue"): MEMBERS,
        ("POST", "/queue/withdraw"): MEMBERS,
        ("GET", "/incidents"): MEMBERS,
        ("POST", "/incidents"): MEMBERS,
        ("GET", "/supplies"): EVERY,
        ("POST", "/supplies"): EVERY,
        ("GET", "/book"): MEMBERS,
        ("POST", "/book/to-sign"): MEMBERS,
        ("POST", "/book/with-marks"): MEMBERS,
        # Opening and pausing (day_pages.py); the technician tests and zeroes, and opens nothing.
        ("GET", "/day"): EVERY,
        ("GET", "/day/watch/{mark}"): EVERY,
        ("POST", "/day/clock"): EVERY,
        ("POST", "/day/parts"): EVERY,
        ("POST", "/day/readiness"): EVERY,
        ("POST", "/day/readiness-report"): EVERY,
        ("POST", "/day/zero"): EVERY,
        ("POST", "/day/zero-report"): EVERY,
        ("POST", "/day/box"): MEMBERS,
        ("POST", "/day/open"): MEMBERS,
        ("POST", "/day/pause"): MEMBERS,
        ("POST", "/day/resume"): MEMBERS,
        # Closing (closing_pages.py).
        ("GET", "/closing"): MEMBERS,
        ("GET", "/closing/watch/{mark}"): MEMBERS,
        ("POST", "/closing/close"): MEMBERS,
        ("POST", "/closing/signatures"): MEMBERS,
        ("POST", "/closing/count"): MEMBERS,
        ("POST", "/closing/lost"): MEMBERS,
        ("POST", "/closing/found"): MEMBERS,
        ("POST", "/closing/count-without"): MEMBERS,
        ("POST", "/closing/sheet"): MEMBERS,
        ("POST", "/closing/draw"): MEMBERS,
        ("POST", "/closing/send"): MEMBERS,
        ("POST", "/closing/archive"): MEMBERS,
        ("POST", "/closing/wipe"): MEMBERS,
        # Contingency (contingency_pages.py).
        ("GET", "/contingency"): EVERY,
        ("GET", "/contingency/case/{name}"): EVERY,
        ("POST", "/contingency/annul"): PRESIDENT,
        ("POST", "/contingency/paper"): MEMBERS,
        ("GET", "/contingency/hand-count"): MEMBERS,
        ("POST", "/contingency/hand-count"): MEMBERS,
        ("POST", "/contingency/hand-count/send"): MEMBERS,
    }
)
"""Method and path of each route, and who may reach it."""

POLLS: frozenset[str] = frozenset({"/working", "/booths/panel", "/day/watch/{mark}", "/closing/watch/{mark}"})
"""Paths that a page asks for by itself: they keep nobody signed in."""


def may_reach(method: str, path: str, worker: Worker | None) -> bool:
    """Whether somebody with this role, or nobody, may reach a route."""
    allowed = ACCESS.get((method, path))
    return allowed is not None and (allowed == ANYBODY or worker in allowed)
