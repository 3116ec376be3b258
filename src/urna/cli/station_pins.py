"""PINs of role cards, drawn by chance: what people choose themselves is guessed first."""

import secrets
from collections.abc import Iterable

from urna.errors import Malformed
from urna.station.cards import Role, check_pin

DIGITS = 6


def draw_pins(roles: Iterable[Role] = Role) -> dict[Role, str]:
    """A PIN for each role."""
    return {role: draw_pin() for role in roles}


def draw_pin() -> str:
    """Six digits that are not all the same."""
    while True:
        pin = "".join(secrets.choice("0123456789") for _ in range(DIGITS))
        try:
            check_pin(pin)
        except Malformed:
            continue
        return pin
