"""The people of a search and their fingers, in columns: from stations' rolls to cases.

A person's number in a search is the place in the roll, station after station; it leaves this process only in
tasks. Names are left behind: nobody needs them until two people look at a case.
"""

from array import array
from collections import defaultdict
from collections.abc import Iterable
from hashlib import sha256
from typing import NamedTuple

import numpy as np

from urna.compute.deduplication import Hit, Plan
from urna.compute.impressions import Impressions, Prints, shows_enough
from urna.encoding.canonical import Hash, PublicKey, digest, encode
from urna.roll.commitment import commit_part
from urna.roll.deduplication import Case, FingerScore, Person, Source, case_name
from urna.roll.deduplication_report import MILLION, WorkListHead
from urna.roll.elector import Finger, RollPart
from urna.station.captures import Capture

UNKNOWN = 0
"""The position of a finger that nobody asked for."""


class Columns:
    """Gathers the ISO records of one position."""

    def __init__(self) -> None:
        self._people, self._starts, self._records = array("q"), array("q", (0,)), bytearray()

    def add(self, person: int, record: bytes) -> None:
        """One more record; people come in ascending order."""
        self._people.append(person)
        self._records += record
        self._starts.append(len(self._records))

    def impressions(self) -> Impressions:
        """What was gathered."""
        people, starts = np.frombuffer(self._people, np.int64), np.frombuffer(self._starts, np.int64)
        return Impressions(people, starts, np.frombuffer(self._records, np.uint8))


class People(NamedTuple):
    """Everybody who is searched, by number, with the fingers."""

    persons: list[Person]
    salts: list[Hash]
    """Secret; they name cases."""
    prints: Prints
    searched: Hash
    """Of everything that was gathered."""
    with_fingers: int
    impressions: int
    """Of one finger at most."""
    least_minutiae: int
    """Of an impression that takes part."""
    left_out: int
    """Impressions with fewer."""

    def __repr__(self) -> str:
        """How many."""
        return f"People({len(self.persons)})"


def people_of(parts: Iterable[RollPart], least_minutiae: int) -> People:
    """The electors of these stations; each part may be forgotten once it was taken.

    Args:
        parts: of the roll.
        least_minutiae: impressions with fewer do not take part, as in an identification.
    """
    persons: list[Person] = []
    salts: list[Hash] = []
    columns: dict[int, Columns] = defaultdict(Columns)
    hashed, with_fingers, left_out = sha256(), 0, 0
    for part in parts:
        hashed.update(encode(commit_part(part)))
        for member in part.members:
            left_out += _add_fingers(columns, len(persons), member.elector.fingers, least_minutiae)
            with_fingers += bool(member.elector.fingers)
            persons.append(Person(number=member.elector.number, station=member.elector.station))
            salts.append(member.salt)
    prints = {at: columns[at].impressions() for at in sorted(columns)}
    most = max((int(np.bincount(each.people).max()) for each in prints.values()), default=1)
    return People(persons, salts, prints, hashed.hexdigest(), with_fingers, most, least_minutiae, left_out)


def people_of_captures(captures: Iterable[Capture], least_minutiae: int) -> People:
    """The electors who were admitted by a finger, one finger each, its position unknown.

    What names their cases follows from what only the captures key opens.
    """
    columns = Columns()
    persons: list[Person] = []
    salts: list[Hash] = []
    left_out = 0
    for capture in captures:
        if shows_enough(capture.template, least_minutiae):
            columns.add(len(persons), capture.template)
        else:
            left_out += 1
        persons.append(Person(number=capture.number, station=capture.station))
        salts.append(digest(encode(capture)))
    searched = sha256("".join(salts).encode()).hexdigest()
    prints = {UNKNOWN: columns.impressions()}
    return People(persons, salts, prints, searched, len(persons), 1, least_minutiae, left_out)


def head_of(
    people: People, plan: Plan, *, election: Hash, source: Source, key: PublicKey, made_at: str, part_size: int
) -> WorkListHead:
    """The head of the work list of this search."""
    searched = [people.prints[at].people for at in plan.positions if at in people.prints]
    return WorkListHead(
        election=election,
        source=source,
        made_at=made_at,
        searched=people.searched,
        key=key,
        rule=plan.rule,
        positions=plan.positions,
        across=plan.across,
        exact=plan.exact,
        candidates=plan.candidates,
        people=len(people.persons),
        with_fingers=people.with_fingers,
        searchable=len(np.unique(np.concatenate(searched))) if searched else 0,
        templates=sum(len(each.people) for each in people.prints.values()),
        least_minutiae=people.least_minutiae,
        left_out=people.left_out,
        part_size=part_size,
        slices=plan.slices,
    )


def case_of(hit: Hit, people: People, election: Hash, source: Source) -> tuple[str, Case]:
    """The case of a hit, and its name; the two in the order of their electors' numbers."""
    one, other = sorted((hit.one, hit.other), key=lambda person: people.persons[person].number)
    turned = one != hit.one
    pairs = [(pair.other, pair.one) if turned else (pair.one, pair.other) for pair in hit.score.fingers]
    scores = [round(pair.score * MILLION) for pair in hit.score.fingers]
    fingers = (FingerScore(one=a, other=b, score=score) for (a, b), score in zip(pairs, scores, strict=True))
    case = Case(
        election=election,
        source=source,
        one=people.persons[one],
        other=people.persons[other],
        score=round(hit.score.total * MILLION),
        fingers=tuple(sorted(fingers, key=lambda finger: (finger.one, finger.other))),
    )
    return case_name(people.salts[one], people.salts[other]), case


def _add_fingers(columns: dict[int, Columns], person: int, fingers: Iterable[Finger], least_minutiae: int) -> int:
    """Adds the impressions that show enough; returns how many do not."""
    left_out = 0
    for finger in fingers:
        for record in finger.templates:
            if shows_enough(record, least_minutiae):
                columns[finger.position].add(person, record)
            else:
                left_out += 1
    return left_out
