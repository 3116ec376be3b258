"""A small election for booth tests: two styles, vote-for-3 with shared cards, a list, a referendum; in two kinds.

With guardians the ballots are encrypted. The joint keys are made directly from two secrets that the tests know, so that
they can open what only guardians could.
"""

import hashlib
import random
from collections.abc import Callable

from urna.ballot.keys import JointKeys
from urna.crypto.group import base_times
from urna.crypto.scalars import from_int
from urna.crypto.sealing import SealingKey
from urna.election.definition import (
    Authority,
    BallotStyle,
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

STATION = "ST-1"
OFFICER = NamedKey(name="Officer", key_name="example/officer", key="11" * 32)
PAIRING_KEY = bytes(range(32))
CLOSING = SealingKey(hashlib.sha256(b"closing").digest())
GUARDIANS = tuple(NamedKey(name=f"Guardian {n}", key_name=f"example/guardian-{n}", key=f"{n}{n}" * 32) for n in (2, 3))
VOTES_SECRET, DATA_SECRET = from_int(20201206), from_int(20260101)
KEYS = JointKeys(base_times(VOTES_SECRET), base_times(DATA_SECRET), hashlib.sha256(b"ceremony").digest())


def nominal(code: str, people: int, votes: int) -> Contest:
    """A nominal contest; person 1 has two cards."""
    choices = tuple(Choice(code=f"P{n}", name=f"Person {n}") for n in range(1, people + 1))
    options = tuple(Option(code=f"{code}-{n}", name=f"Card {n}", choice=f"P{n}") for n in range(1, people + 1))
    twin = Option(code=f"{code}-1-TWIN", name="Another card for person 1", choice="P1")
    return Contest(
        code=code,
        kind=ContestKind.NOMINAL,
        title={"en": "Deputies"},
        territory="NATION",
        votes_allowed=votes,
        options=(*options, twin),
        choices=choices,
        seat_rule=SeatRule(method="plurality", seats=votes),
    )


def single(code: str, kind: ContestKind, answers: tuple[str, ...]) -> Contest:
    """A contest with one vote."""
    return Contest(
        code=code,
        kind=kind,
        title={"en": code.title()},
        territory="NATION",
        options=tuple(Option(code=f"{code}-{answer}", name=answer, choice=answer) for answer in answers),
        choices=tuple(Choice(code=answer, name=answer) for answer in answers),
        seat_rule=SeatRule(method="none", seats=0),
    )


def definition(
    rules: Rules | None = None, booths: int = 1, electors: int = 40, *, has_guardians: bool = False
) -> Definition:
    """The definition; style FULL has all three contests, style SHORT the last two."""
    guardians = GUARDIANS if has_guardians else ()
    return Definition(
        code="SAMPLE",
        title={"en": "Sample"},
        purpose="rehearsal",
        opens_at="2026-11-22T10:00:00Z",
        closes_at="2026-11-22T22:00:00Z",
        authority=Authority(
            name="Authority",
            officers=(OFFICER,),
            threshold=1,
            log=OFFICER,
            guardians=guardians,
            guardian_threshold=len(guardians),
        ),
        rules=rules or Rules(receipts=True, challenges=1, attempts=3, secrecy_threshold=5),
        territories=(
            Territory(code="NATION", kind="NATION", name="Nation"),
            Territory(code="CENTRE", kind="CENTRE", name="School", parent="NATION"),
        ),
        parties=(),
        candidates=(),
        contests=(
            nominal("DEP", 5, 3),
            single("LIST", ContestKind.LIST, ("RED", "GREEN", "BLUE")),
            single("REF", ContestKind.REFERENDUM, ("YES", "NO")),
        ),
        styles=(
            BallotStyle(code="FULL", contests=("DEP", "LIST", "REF")),
            BallotStyle(code="SHORT", contests=("LIST", "REF")),
        ),
        stations=(
            Station(
                code=STATION,
                name="Table 1",
                centre="CENTRE",
                styles=(
                    StyleElectors(style="FULL", electors=electors),
                    StyleElectors(style="SHORT", electors=electors),
                ),
                booths=booths,
            ),
            Station(
                code="ST-2",
                name="Table 2",
                centre="CENTRE",
                styles=(StyleElectors(style="SHORT", electors=electors),),
            ),
        ),
    )


ELECTION = Election(definition())
ENCRYPTED = Election(definition(has_guardians=True))
KINDS = {"plain": ELECTION, "encrypted": ENCRYPTED}
"""Without guardians and with them."""


def keys_of(election: Election) -> JointKeys | None:
    """The guardians' joint keys, in an election that has guardians."""
    return KEYS if election.is_encrypted else None


def seeded(seed: object) -> Callable[[int], bytes]:
    """Entropy for tests: the same bytes for the same seed."""
    return random.Random(repr(seed)).randbytes


def some_choices(election: Election, style: str, chance: random.Random) -> dict[str, tuple[str, ...]]:
    """Options that a voter of the style might choose, blank contests included."""
    chosen = {}
    for contest in election.contests_of_style(style):
        by_choice = {option.choice: option.code for option in chance.sample(contest.options, len(contest.options))}
        count = chance.randint(0, min(contest.votes_allowed, len(by_choice)))
        chosen[contest.code] = tuple(chance.sample(sorted(by_choice.values()), count))
    return chosen
