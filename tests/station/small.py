"""A small election with one station, and its kit, for tests that run whole machines; without guardians or with them.

The joint keys are made directly from two secrets that the tests know.
"""

import hashlib
from collections.abc import Callable
from functools import cache

from urna.ballot.keys import JointKeys
from urna.biometrics.decision import Decision
from urna.cli.kit import ROLES, StationKit, make_kit
from urna.crypto.group import base_times
from urna.crypto.kdf import Cost
from urna.crypto.scalars import from_int
from urna.crypto.signatures import SigningKey
from urna.election.definition import (
    Authority,
    BallotStyle,
    Candidate,
    Choice,
    Contest,
    ContestKind,
    Definition,
    Election,
    NamedKey,
    Option,
    Rules,
    SeatRule,
    Station,
    StyleElectors,
    Territory,
)
from urna.election.outcomes import Outcome
from urna.encoding.canonical import Code
from urna.roll.commitment import salted_parts
from urna.roll.synthetic import synthesize_roll
from urna.words import Sentence

STATION = "S-1"
STYLES = ("NORTH", "SOUTH")
VOTES_SECRET, DATA_SECRET = from_int(6122020), from_int(6122026)
KEYS = JointKeys(base_times(VOTES_SECRET), base_times(DATA_SECRET), hashlib.sha256(b"small ceremony").digest())
KINDS = {"plain": False, "encrypted": True}
"""Whether there are guardians."""


def entropy_from(seed: str) -> Callable[[int], bytes]:
    """Bytes that follow from a seed, so that a failing test can be repeated."""
    drawn = 0

    def draw(size: int) -> bytes:
        nonlocal drawn
        drawn += 1
        return hashlib.shake_256(f"{seed}|{drawn}".encode()).digest(size)

    return draw


def always_a_match(*_: object) -> Decision:
    """A decision that takes no time: these tests are about power, not about fingers."""
    return Decision(Outcome.MATCH, 1.0, Sentence("The finger is the elector's."))


@cache
def small_election(
    electors: int = 60, booths: int = 1, *, has_guardians: bool = False, secrecy_threshold: int = 1
) -> Election:
    """Two styles, three contests; `electors` of each style."""
    guardians = tuple(_named(f"guardian-{number}") for number in range(1, 4)) if has_guardians else ()
    contests = (
        _contest("MAYOR", 3, 1, SeatRule(method="plurality", seats=1)),
        _contest("COUNCIL", 5, 2, SeatRule(method="plurality", seats=2)),
        _contest("NORTHERN", 2, 1, SeatRule(method="plurality", seats=1), electorate="NORTHERN"),
    )
    persons = [option.choice for contest in contests for option in contest.options]
    definition = Definition(
        code="SMALL",
        title={"es": "Elección pequeña", "en": "Small election"},
        purpose="election",
        opens_at="2026-12-06T10:00:00Z",
        closes_at="2026-12-06T22:00:00Z",
        authority=Authority(
            name="Authority",
            officers=(_named("officer"),),
            threshold=1,
            log=_named("log"),
            witness_quorum=0,
            guardians=guardians,
            guardian_threshold=len(guardians) - 1 if guardians else 0,
        ),
        rules=Rules(secrecy_threshold=secrecy_threshold, challenges=1, receipts=True),
        territories=(
            Territory(code="ALL", kind="NATION", name="All"),
            Territory(code="CENTRE", kind="CENTRE", name="Centre", parent="ALL"),
        ),
        parties=(),
        candidates=tuple(Candidate(code=code, name=f"Person {code}") for code in persons),
        contests=contests,
        styles=(
            BallotStyle(code="NORTH", contests=("MAYOR", "COUNCIL", "NORTHERN")),
            BallotStyle(code="SOUTH", contests=("MAYOR", "COUNCIL")),
        ),
        stations=(
            Station(
                code=STATION,
                name="School",
                centre="CENTRE",
                styles=tuple(StyleElectors(style=style, electors=electors) for style in STYLES),
                booths=booths,
            ),
        ),
    )
    return Election(definition)


def small_kit(election: Election, seed: str = "kit") -> StationKit:
    """The kit of the one station."""
    draw = entropy_from(seed)
    part = salted_parts(synthesize_roll(election, 7), election, draw)[0]
    centre = SigningKey(draw(32)).public_hex
    return make_kit(
        election,
        part,
        pins=dict.fromkeys(ROLES, "123456"),
        centre=centre,
        entropy=draw,
        cost=Cost.TOY,
        codes=1,
        joint_keys=KEYS if election.is_encrypted else None,
    )


def _contest(code: Code, options: int, votes_allowed: int, rule: SeatRule, *, electorate: Code = "ALL") -> Contest:
    codes = [f"{code}-{number}" for number in range(1, options + 1)]
    return Contest(
        code=code,
        kind=ContestKind.NOMINAL,
        title={"es": code, "en": code},
        territory="ALL",
        electorate=electorate,
        votes_allowed=votes_allowed,
        options=tuple(Option(code=each, name=each, choice=each) for each in codes),
        choices=tuple(Choice(code=each, name=each, nominees=(each,)) for each in codes),
        seat_rule=rule,
    )


def _named(name: str) -> NamedKey:
    key = SigningKey(hashlib.sha256(name.encode()).digest()).public_hex
    return NamedKey(name=name, key_name=f"small.example/{name}", key=key)
