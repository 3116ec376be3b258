"""Every page of the operators, put together."""

from starlette.types import ASGIApp

from urna.web.center.desk import DeskParts, desk_app
from urna.web.center.desk_account import account_router
from urna.web.center.desk_board import board_router
from urna.web.center.desk_decisions import decisions_router
from urna.web.center.desk_passkeys import passkeys_router
from urna.web.center.desk_sign_in import sign_in_router
from urna.web.center.desk_trail import trail_router

ROUTERS = (sign_in_router, passkeys_router, account_router, board_router, decisions_router, trail_router)


def operators_pages(parts: DeskParts) -> ASGIApp:
    """The pages behind their door, to be mounted at /desk."""
    return desk_app(parts, ROUTERS)
