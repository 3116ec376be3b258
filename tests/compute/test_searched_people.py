"""From a roll to columns of fingers and back to cases."""

import msgspec
from tests.compute.people import finger
from tests.pollbook.world import Drawn
from tests.roll.small import small_election

from urna.biometrics.pairs import FingerPair, PairScore
from urna.compute.deduplication import Hit, Plan
from urna.compute.searched_people import case_of, head_of, people_of, people_of_captures
from urna.roll.commitment import salted_parts
from urna.roll.deduplication import Source
from urna.roll.deduplication_report import DuplicateRule
from urna.roll.elector import Finger
from urna.roll.synthetic import synthesize_roll
from urna.station.captures import Capture

ELECTION = small_election(general=4, indigenous=1)
FEW = msgspec.structs.replace(finger(0, 1, 0), minutiae=finger(0, 1, 0).minutiae[:7]).to_iso()
ENOUGH = msgspec.structs.replace(finger(0, 1, 0), minutiae=finger(0, 1, 0).minutiae[:8]).to_iso()
FINGERS = (Finger(position=1, templates=(FEW, ENOUGH)), Finger(position=6, templates=(FEW,)))
ROLL = [
    msgspec.structs.replace(each, fingers=FINGERS if at else ()) for at, each in enumerate(synthesize_roll(ELECTION, 1))
]
PARTS = salted_parts(ROLL, ELECTION, Drawn())
RULE = DuplicateRule(scores=(1, 2, 3, 4), false_match_rate="1/1000")


def test_an_impression_with_too_few_minutiae_does_not_take_part_and_is_counted() -> None:
    """Seven are too few for a least of eight; a finger without any other is not searched."""
    people = people_of(PARTS, 8)
    assert people.left_out == 2 * (len(ROLL) - 1)
    assert len(people.prints[1].people) == len(ROLL) - 1
    assert 6 not in people.prints
    assert (people.with_fingers, people.impressions) == (len(ROLL) - 1, 1)
    assert people_of(PARTS, 7).left_out == 0
    plan = Plan(positions=(1, 6), rule=RULE)
    head = head_of(
        people, plan, election="ab" * 32, source=Source.ROLL, key="cd" * 32, made_at="2020-11-01T00:00:00Z", part_size=4
    )
    assert (head.people, head.searchable, head.templates, head.left_out) == (
        len(ROLL), len(ROLL) - 1, len(ROLL) - 1, people.left_out,
    )  # fmt: skip


def test_a_changed_roll_is_another_search() -> None:
    """One finger or one salt more or less."""
    parts = salted_parts(ROLL[1:], ELECTION, Drawn())
    other = salted_parts(ROLL, ELECTION, Drawn("others"))
    assert len({people_of(each, 8).searched for each in (PARTS, parts, other)}) == 3


def test_a_case_has_its_electors_in_order_whichever_way_the_pair_was_found() -> None:
    """And each finger with its owner."""
    people = people_of(PARTS, 7)
    one, other = sorted((0, len(ROLL) - 1), key=lambda person: people.persons[person].number)
    score = PairScore(0.5, (FingerPair(1, 6, 0.4), FingerPair(6, 1, 0.1)))
    turned = PairScore(0.5, (FingerPair(6, 1, 0.4), FingerPair(1, 6, 0.1)))
    expected = case_of(Hit(one, other, score), people, "ab" * 32, Source.ROLL)
    assert case_of(Hit(other, one, turned), people, "ab" * 32, Source.ROLL) == expected
    assert [(each.one, each.other, each.score) for each in expected[1].fingers] == [(1, 6, 400_000), (6, 1, 100_000)]


def test_captures_are_people_with_one_finger_of_unknown_position() -> None:
    """Those with too few minutiae are people without one."""
    captures = [
        Capture(election="ab" * 32, station="S1", number=f"F{at}", template=record)
        for at, record in enumerate((ENOUGH, FEW, ENOUGH))
    ]
    people = people_of_captures(captures, 8)
    assert list(people.prints[0].people) == [0, 2]
    assert (len(people.persons), people.left_out) == (3, 1)
    assert len(set(people.salts)) == 3
    assert "F1" not in repr(people)
