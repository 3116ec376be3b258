"""How many of a roll may be wrong, when so many of a random sample were: an exact upper bound."""

from fractions import Fraction

from urna.errors import Malformed
from urna.words import Sentence

CONFIDENCE = Fraction(95, 100)
"""One-sided."""

MOST_SAMPLED = 20_000

_UNIT = 10**6


def upper_bound(found: int, sampled: int, confidence: Fraction = CONFIDENCE) -> Fraction:
    """The highest share that leaves at least 1 - confidence probability to so few (Clopper and Pearson 1934).

    Whole numbers throughout; up to the next millionth, so never below the exact value.

    Args:
        found: how many of the sample are wrong, 0 to `sampled`.
        sampled: how many were drawn, each once; without replacement the bound is a little too high.
        confidence: below 1.

    Raises:
        Malformed: more wrong than sampled, nothing sampled, or more than 20,000.
    """
    if not 0 <= found <= sampled or not 1 <= sampled <= MOST_SAMPLED:
        raise Malformed(
            Sentence("a sample of 1 to {most}, and at most so many wrong", {"most": MOST_SAMPLED}),
            Sentence("{found} of {sampled}", {"found": found, "sampled": sampled}),
            Sentence("Count again how many were compared and how many differ."),
        )
    low, high = 0, _UNIT
    while low < high:
        middle = (low + high) // 2
        if middle < _UNIT and _likely(found, sampled, middle, 1 - confidence):
            low = middle + 1
        else:
            high = middle
    return Fraction(low, _UNIT)


def _likely(found: int, sampled: int, parts: int, doubt: Fraction) -> bool:
    """Whether at most `found` of `sampled` come up with probability above `doubt`, each with `parts` millionths."""
    wrong, right = parts, _UNIT - parts
    term: int = right**sampled
    total = term
    for number in range(found):
        term = term * (sampled - number) * wrong // ((number + 1) * right)
        total += term
    all_cases: int = _UNIT**sampled
    return total * doubt.denominator > doubt.numerator * all_cases
