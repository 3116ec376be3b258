"""Products of many powers, as the risk of an audit is one: exact, and where that is too long, rounded up.

A million draws multiply to tens of millions of bits, whose common factors nobody can cancel in an hour. From
`EXACT_BITS` on each step is therefore done with `DIGITS` digits and rounded up, so the result is above the product by
less than a part in 10^280: a risk stays valid, and no report shows a digit of the difference.
"""

from collections.abc import Mapping
from decimal import MAX_EMAX, MIN_EMIN, ROUND_CEILING, Context, Decimal
from fractions import Fraction
from math import prod

EXACT_BITS = 500_000
"""The longest product that is worked out exactly; the verifier has the same (docs/spec/audits.md)."""

DIGITS = 300

_SMALLEST, _LARGEST = Fraction(1, 10**DIGITS), Fraction(10**DIGITS)


def product_of_powers(powers: Mapping[Fraction, int]) -> Fraction:
    """The product of these numbers, each so many times.

    Args:
        powers: numbers above 0 with their exponents, 0 or more.

    Returns:
        The product; or, if it is longer than `EXACT_BITS`, a number above it by less than a part in 10^280, at least
        10^-300 and at most 10^300.
    """
    if sum(times * max(base.as_integer_ratio()).bit_length() for base, times in powers.items()) <= EXACT_BITS:
        return prod((base**times for base, times in powers.items()), start=Fraction(1))
    upwards = Context(prec=DIGITS, rounding=ROUND_CEILING, Emin=MIN_EMIN, Emax=MAX_EMAX)
    product = Decimal(1)
    for base, times in powers.items():
        product = upwards.multiply(product, _power(base, times, upwards))
    return min(_LARGEST, max(_SMALLEST, _as_fraction(product)))


def _power(base: Fraction, times: int, upwards: Context) -> Decimal:
    """By squaring; each product is rounded up, so the power is."""
    square = upwards.divide(Decimal(base.numerator), Decimal(base.denominator))
    power = Decimal(1)
    while times:
        if times % 2:
            power = upwards.multiply(power, square)
        square, times = upwards.multiply(square, square), times // 2
    return power


def _as_fraction(value: Decimal) -> Fraction:
    """One far outside the bounds is left at 10^±(2 `DIGITS`), which is outside as well."""
    shown = max(-2 * DIGITS, min(2 * DIGITS, value.adjusted()))
    return Fraction(value.scaleb(shown - value.adjusted(), Context(prec=DIGITS, Emin=MIN_EMIN, Emax=MAX_EMAX)))
