"""How numbers and days are written for the eye: thousands apart, one decimal, the day in words.

The figures are the record's own; only shares are rounded, half up, and the page says so.
"""

from datetime import UTC, datetime
from fractions import Fraction

from babel import Locale, UnknownLocaleError
from babel.dates import format_date

from urna.encoding.canonical import Moment
from urna.words import Say

NO_BREAK = "\N{NO-BREAK SPACE}"


def number(value: int) -> str:
    """A whole number in groups of three digits that never break apart."""
    return f"{value:,}".replace(",", NO_BREAK)


def share(part: int, whole: int) -> Fraction | None:
    """The share of a part in a whole; None where there is no whole."""
    return Fraction(part, whole) if whole else None


def percent(value: Fraction | None, say: Say) -> str:
    """A share with one decimal, rounded half up, in the language's own way of writing it."""
    if value is None:
        return "–"
    # floor(1000 part/whole + 1/2), in whole numbers: pages have millions of shares
    tenths = (2000 * value.numerator + value.denominator) // (2 * value.denominator)
    text = say("{whole}.{tenth}%").format(whole=number(tenths // 10), tenth=tenths % 10)
    return text.replace(" ", NO_BREAK)


def width(value: Fraction | None) -> str:
    """A share as the length of a bar of 100 units."""
    tenths = min(1000 * value.numerator // value.denominator, 1000) if value else 0
    return f"{tenths // 10}.{tenths % 10}".removesuffix(".0")


def opacity(counted: Fraction | None) -> str:
    """How strong the colour of a territory on a map is: a quarter before its first station, whole with its last."""
    return f"{25 + int((counted or Fraction(0)) * 75)}%"


def day(moment: Moment, language: str) -> str:
    """An instant as people read it, in UTC: "December 6, 2026, 22:31 UTC"."""
    when = datetime.strptime(moment, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    try:
        date = format_date(when.date(), "long", locale=Locale.parse(language, sep="-"))
    except (UnknownLocaleError, ValueError):
        date = when.date().isoformat()
    return f"{date}, {when:%H:%M}{NO_BREAK}UTC"
