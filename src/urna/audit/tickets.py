"""Tickets: the numbers that decide a draw, by three published procedures. Anybody computes one with sha256sum.

    SORTED      a unit's ticket is SHA-256 of "seed,unit"; the smallest are drawn first
    COUNTER     the k-th draw is number SHA-256 of "seed,k" modulo N, plus 1 (Rivest's sampler of 2011; Colorado)
    CONSISTENT  a unit's ticket is a decimal fraction that grows each time it is drawn (Rivest 2018; Arlo)

Texts are UTF-8. There is no generator with a state, and no library's: the same seed gives the same draw on every
machine and in every year. The rules with examples are in docs/spec/audit-draws.md.
"""

import hashlib
import itertools
from enum import StrEnum

PUBLISHED_DIGITS = 9
"""Digits, after leading nines, that Rivest's sampler prints of a decimal ticket."""

ARLO_DIGITS = 18
"""The same for Arlo."""


class Procedure(StrEnum):
    """How tickets are made."""

    SORTED = "sha256-sorted"
    COUNTER = "sha256-counter"
    CONSISTENT = "consistent-sampler"


def sorted_ticket(seed: str, unit: str) -> str:
    """SHA-256 of "seed,unit", as sha256sum prints it. Smaller comes first; hexadecimal digits sort as text."""
    return hashlib.sha256(f"{seed},{unit}".encode()).hexdigest()


def counter_number(seed: str, turn: int, total: int) -> int:
    """The number, 1 to `total`, of the turn-th draw: SHA-256 of "seed,turn" modulo total, plus 1.

    Numbers below 2^256 modulo total are unequal in likelihood by less than total / 2^256.

    Args:
        seed: the public seed.
        turn: from 1.
        total: units to draw from, at least 1.

    Source: R. L. Rivest, sampler.py (2011); Colorado's audit software, PseudoRandomNumberGenerator (2017).
    """
    return int(hashlib.sha256(f"{seed},{turn}".encode()).hexdigest(), 16) % total + 1


def first_ticket(seed: str, unit: str) -> str:
    """The decimal ticket, "0.…", with which a unit goes into a draw.

    SHA-256 of the seed's SHA-256 in hexadecimal digits and the unit; its decimal digits are read backwards, since
    the last ones are those without bias.

    Source: R. L. Rivest, consistent_sampler 1.0.10 (2018), which Arlo uses; "Consistent Sampling with Replacement".
    """
    return "0." + _digits_backwards(hashlib.sha256(seed.encode()).hexdigest() + unit)


def next_ticket(ticket: str) -> str:
    """The ticket with which a drawn unit goes back: between the old one and 1, wherever SHA-256 puts it.

    The nines that the old ticket begins with stay; the rest is drawn anew, from "ticket:1", "ticket:2" and so on,
    until it is greater.

    Args:
        ticket: all its digits; a shortened one leads elsewhere.
    """
    kept = ticket[: 2 + _nines(ticket)]
    tries = (kept + _digits_backwards(f"{ticket}:{number}") for number in itertools.count(1))
    return next(found for found in tries if found > ticket + "0")


def shortened(ticket: str, digits: int = PUBLISHED_DIGITS) -> str:
    """A decimal ticket as it is printed: cut, not rounded, so many digits after the nines it begins with."""
    return ticket[: 2 + _nines(ticket) + digits]


def arlo_unit(batch: str, position: int) -> str:
    """The name under which Arlo draws a ballot: Python's spelling of the pair ("batch", position)."""
    return repr((batch, position))


def _digits_backwards(text: str) -> str:
    return f"{int(hashlib.sha256(text.encode()).hexdigest(), 16):064d}"[::-1]


def _nines(ticket: str) -> int:
    """How many nines follow the point."""
    return len(ticket) - 2 - len(ticket[2:].lstrip("9"))
