"""What people should look at: stations whose numbers are unlike those of their neighbours. Nothing is decided here.

An anomaly is no proof of anything, and a fraud need not be one. Every ratio is a fraction, every test is exact:

    turnout over 100 %     more people identified than registered
    turnout outlier        modified z of the turnout among the neighbours: 0.6745 · |x - median| > 3.5 · MAD, the limit
                           of Iglewicz and Hoaglin ("How to Detect and Handle Outliers", 1993); eight neighbours or more
    surge of blanks        at least twice the neighbours' share, and the exact binomial probability of so many or
    outcome far off        more, at the neighbours' share, below one in a million
    late                   nothing that counts, some time after the polls closed
    check-in profile       a bucket of people identified faster than the poll book takes them: people per minute

Neighbours of a station are the other reporting stations of its own group, which at the centre is the parish.
A test is done once for each station and contest or outcome, so among N tests N / 1,000,000 false alarms are expected if
people differ only by chance; they differ by more, which is why the share has to double too.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import StrEnum
from fractions import Fraction
from math import comb, lcm
from typing import Final, NamedTuple

from urna.encoding.canonical import Code
from urna.words import N_, Sentence

CHANCE: Final = Fraction(1, 1_000_000)
TIMES: Final = 2
"""How many times the neighbours' share an unusual one is at least."""

LEAST_NEIGHBOURS: Final = 8
Z_SCALE: Final = Fraction(6745, 10000)
Z_MOST: Final = Fraction(7, 2)
LATE_SECONDS: Final = 3 * 3600
MOST_A_MINUTE: Final = Fraction(3)
"""People that one poll book can identify in a minute: 20 seconds each, with number, finger and booth."""


class AnomalyKind(StrEnum):
    """Which rule found it."""

    TURNOUT_OVER = "turnout_over"
    TURNOUT_OUTLIER = "turnout_outlier"
    BLANKS = "blanks"
    OUTCOMES = "outcomes"
    LATE = "late"
    PROFILE = "profile"


class Blanks(NamedTuple):
    """Votes not given in a contest, of those that could have been."""

    unused: int
    possible: int


class CheckIns(NamedTuple):
    """People identified in one bucket of the station's event log."""

    minutes: int
    people: int


class Reported(NamedTuple):
    """What a station said of itself, as far as it is compared."""

    station: Code
    group: Code
    registered: int
    outcomes: Mapping[str, int]
    """People identified, by outcome."""
    blanks: Mapping[Code, Blanks] = {}
    """By contest; none where votes are withheld."""
    profile: tuple[CheckIns, ...] = ()
    """Empty where no event log came."""

    @property
    def identified(self) -> int:
        """Over all outcomes."""
        return sum(self.outcomes.values())


class Anomaly(NamedTuple):
    """Something to look at."""

    kind: AnomalyKind
    station: Code
    said: Sentence


class Part(NamedTuple):
    """So many of so many."""

    some: int
    of: int


def find_anomalies(reported: Sequence[Reported]) -> list[Anomaly]:
    """Everything unusual about the stations that reported, in the order of the rules and then of the stations."""
    groups: defaultdict[Code, list[Reported]] = defaultdict(list)
    for each in reported:
        groups[each.group].append(each)
    found = [*(_over(each) for each in reported), *(_fast(each) for each in reported)]
    anomalies = [each for each in found if each is not None]
    for group in groups.values():
        anomalies += [*_turnouts(group), *_outcomes(group), *_blanks(group)]
    order = list(AnomalyKind)
    return sorted(anomalies, key=lambda each: (order.index(each.kind), each.station))


def find_late(outstanding: Iterable[Code], closes_at: int, now: int, after: int = LATE_SECONDS) -> list[Anomaly]:
    """Stations of which nothing counts some time after the polls closed.

    Args:
        outstanding: of which nothing was received.
        closes_at: when the polls close, in seconds.
        now: in seconds of the same clock.
        after: seconds that a station may take.
    """
    if now < closes_at + after:
        return []
    hours = (now - closes_at) // 3600
    said = Sentence("Nothing has come {hours} hours after the polls closed.", {"hours": hours})
    return [Anomaly(AnomalyKind.LATE, code, said) for code in sorted(outstanding)]


def tail(found: int, trials: int, share: Fraction) -> Fraction:
    """The exact probability of `found` or more of `trials`, each happening with this probability."""
    yes, all_ = share.numerator, share.denominator
    ways = sum(comb(trials, k) * yes**k * (all_ - yes) ** (trials - k) for k in range(found, trials + 1))
    return Fraction(ways, all_**trials)


def is_rare(found: int, trials: int, share: Fraction) -> bool:
    """Whether that tail is below one in a million: by its first term or a bound where one decides, else summed.

    Each term is at most the first step's factor times the one before it, so all sum to first / (1 - factor) at most.
    """
    first = comb(trials, found) * share**found * (1 - share) ** (trials - found)
    if first >= CHANCE:
        return False
    factor = Fraction(trials - found, found + 1) * share / (1 - share)
    if factor < 1 and first < CHANCE * (1 - factor):
        return True
    return tail(found, trials, share) < CHANCE


def is_surge(own: Part, others: Part) -> bool:
    """Whether a share is at least twice the others', and more than chance makes of theirs.

    Of others without a single case nobody knows the share; one more case than they had is taken for it.
    """
    if not own.some or not own.of or not others.of:
        return False
    share = Fraction(max(others.some, 1), others.of)
    return share < 1 and Fraction(own.some, own.of) >= TIMES * share and is_rare(own.some, own.of, share)


def is_outlier(value: Fraction, neighbours: Sequence[Fraction]) -> bool:
    """Whether a value is far from its neighbours by the modified z; never where most of them are equal."""
    if len(neighbours) < LEAST_NEIGHBOURS:
        return False
    # In whole units, four to the common denominator's one, so that both halvings of a median stay whole.
    units = 4 * lcm(value.denominator, *(each.denominator for each in neighbours))
    own, *others = (each.numerator * (units // each.denominator) for each in (value, *neighbours))
    middle = _middle(others)
    spread = _middle([abs(each - middle) for each in others])
    return spread > 0 and Z_SCALE * abs(own - middle) > Z_MOST * spread


def _middle(units: Sequence[int]) -> int:
    """The median of even numbers."""
    ordered = sorted(units)
    half = len(ordered) // 2
    return ordered[half] if len(ordered) % 2 else (ordered[half - 1] + ordered[half]) // 2


def median(values: Sequence[Fraction]) -> Fraction:
    """The middle one, or half the sum of the two in the middle."""
    ordered = sorted(values)
    half = len(ordered) // 2
    return ordered[half] if len(ordered) % 2 else (ordered[half - 1] + ordered[half]) / 2


def _over(each: Reported) -> Anomaly | None:
    if each.identified <= each.registered:
        return None
    people = {"identified": each.identified, "registered": each.registered}
    return Anomaly(
        AnomalyKind.TURNOUT_OVER,
        each.station,
        Sentence("{identified} people identified, {registered} registered.", people),
    )


def _fast(each: Reported) -> Anomaly | None:
    fast = [part for part in each.profile if part.minutes and Fraction(part.people, part.minutes) > MOST_A_MINUTE]
    if not fast:
        return None
    said = Sentence("{people} people in {minutes} minutes, by its event log.", fast[0]._asdict())
    return Anomaly(AnomalyKind.PROFILE, each.station, said)


def _turnouts(group: Sequence[Reported]) -> Iterator[Anomaly]:
    turnouts = {each.station: Fraction(each.identified, each.registered) for each in group if each.registered}
    for station, turnout in turnouts.items():
        others = [other for code, other in turnouts.items() if code != station]
        if is_outlier(turnout, others):
            said = Sentence(
                "Turnout {own}; the middle of its {count} neighbours is {others}.",
                {"own": percent(turnout), "count": len(others), "others": percent(median(others))},
            )
            yield Anomaly(AnomalyKind.TURNOUT_OUTLIER, station, said)


def _outcomes(group: Sequence[Reported]) -> Iterator[Anomaly]:
    for name in OUTCOMES:
        parts = {each.station: Part(each.outcomes.get(name, 0), each.identified) for each in group}
        for station, own, others in _surges(parts):
            yield Anomaly(AnomalyKind.OUTCOMES, station, Sentence(OUTCOMES[name], _said(own, others)))


OUTCOMES: Mapping[str, str] = {
    "no_match": N_("Finger without a match: {some} of {of} people; at its neighbours {share}."),
    "nothing_stored": N_("No finger stored: {some} of {of} people; at its neighbours {share}."),
    "no_fingers": N_("No finger that can be read: {some} of {of} people; at its neighbours {share}."),
    "poor_image": N_("Image too poor: {some} of {of} people; at its neighbours {share}."),
}


def _blanks(group: Sequence[Reported]) -> Iterator[Anomaly]:
    for contest in sorted({contest for each in group for contest in each.blanks}):
        parts = {each.station: Part(*each.blanks[contest]) for each in group if contest in each.blanks}
        for station, own, others in _surges(parts):
            values = _said(own, others) | {"contest": contest}
            said = Sentence("{contest}: {some} of {of} votes not given; at its neighbours {share}.", values)
            yield Anomaly(AnomalyKind.BLANKS, station, said)


def _surges(parts: Mapping[Code, Part]) -> Iterator[tuple[Code, Part, Part]]:
    some, of = sum(each.some for each in parts.values()), sum(each.of for each in parts.values())
    for station, own in parts.items():
        others = Part(some - own.some, of - own.of)
        if is_surge(own, others):
            yield station, own, others


def _said(own: Part, others: Part) -> dict[str, str | int]:
    return {"some": own.some, "of": own.of, "share": percent(Fraction(others.some, others.of))}


def percent(share: Fraction) -> str:
    """A share in hundredths, to one digit, rounded half to even."""
    tenths = round(share * 1000)
    return f"{tenths // 10}.{tenths % 10} %"
