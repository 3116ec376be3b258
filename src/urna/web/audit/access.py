"""Who may reach which of an audit's pages: one table of every route; what is not in it is refused.

Which box somebody may type, and when, is not decided here but by the acts themselves (`urna.audit.board`).
"""

from collections.abc import Mapping
from types import MappingProxyType

from urna.audit.board_acts import AuditRole

Roles = frozenset[AuditRole]

ANYBODY: Roles = frozenset()
"""No sign-in: the page where one signs in, and files that never change."""

EVERY: Roles = frozenset(AuditRole)
COORDINATOR: Roles = frozenset({AuditRole.COORDINATOR})
COUNTER: Roles = frozenset({AuditRole.COUNTER})

ROUTES: Mapping[tuple[str, str], Roles] = MappingProxyType(
    {
        ("GET", "/"): ANYBODY,
        ("GET", "/static/{name}"): ANYBODY,
        ("GET", "/sign-in"): ANYBODY,
        ("POST", "/sign-in"): ANYBODY,
        ("POST", "/language"): ANYBODY,
        ("POST", "/sign-out"): EVERY,
        # The coordinator's work (progress.py, tables.py).
        ("GET", "/progress"): COORDINATOR,
        ("POST", "/draw"): COORDINATOR,
        ("POST", "/full-count"): COORDINATOR,
        ("POST", "/close"): COORDINATOR,
        ("GET", "/boxes"): COORDINATOR,
        ("POST", "/assign"): COORDINATOR,
        ("GET", "/retrieval"): COORDINATOR,
        ("GET", "/boards"): COORDINATOR,
        ("POST", "/boards"): COORDINATOR,
        ("GET", "/differences"): COORDINATOR,
        # Boxes (box_pages.py).
        ("GET", "/mine"): COUNTER,
        ("GET", "/boxes/{station}"): EVERY,
        ("GET", "/boxes/{station}/type"): COUNTER,
        ("POST", "/boxes/{station}/type"): COUNTER,
        ("POST", "/boxes/{station}/lost"): COUNTER,
        ("POST", "/boxes/{station}/again"): EVERY,
        ("POST", "/boxes/{station}/agree"): COUNTER,
        ("POST", "/boxes/{station}/decide"): COORDINATOR,
        ("POST", "/boxes/{station}/reopen"): COORDINATOR,
        ("POST", "/boxes/{station}/photos"): EVERY,
        ("GET", "/boxes/{station}/photos/{photo}"): EVERY,
        # The drawn slips of a box (slip_pages.py).
        ("GET", "/slips/{station}"): EVERY,
        ("GET", "/slips/{station}/type"): COUNTER,
        ("POST", "/slips/{station}/type"): COUNTER,
        ("POST", "/slips/{station}/lost"): COUNTER,
        ("POST", "/slips/{station}/again"): EVERY,
        ("POST", "/slips/{station}/agree"): COUNTER,
        ("GET", "/slips/{station}/decide"): COORDINATOR,
        ("POST", "/slips/{station}/decide"): COORDINATOR,
        # What rounds say (reports.py).
        ("GET", "/reports/{number}"): EVERY,
        ("GET", "/reports/{number}/note"): EVERY,
        ("GET", "/reports/{number}/reading"): EVERY,
        ("GET", "/reports/{number}/pdf"): EVERY,
    }
)
"""Method and path of each route, below /audit, and who may reach it."""


def may_reach(method: str, path: str, role: AuditRole | None) -> bool:
    """Whether somebody with this role, or nobody, may reach a route."""
    allowed = ROUTES.get((method, path))
    return allowed is not None and (allowed == ANYBODY or role in allowed)
