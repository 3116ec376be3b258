"""Every page of an audit, put together."""

from starlette.types import ASGIApp

from urna.web.audit.box_pages import box_router
from urna.web.audit.face import AuditParts, audit_app
from urna.web.audit.progress import progress_router
from urna.web.audit.reports import reports_router
from urna.web.audit.sign_in import sign_in_router
from urna.web.audit.slip_pages import slip_router
from urna.web.audit.tables import tables_router

ROUTERS = (sign_in_router, progress_router, tables_router, box_router, slip_router, reports_router)


def audit_pages(parts: AuditParts) -> ASGIApp:
    """The pages behind their door, to be mounted at /audit."""
    return audit_app(parts, ROUTERS)
