"""The drawn slips of a box as acts: what two people say alike stands, and only sums of the round leave the audit."""

from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from tests.audit.board_scene import DRAWING, FAR, FORM, MAIN, PEOPLE, Place

from urna.audit.board import AuditBoard, AuditFrame
from urna.audit.board_acts import (
    CONSOLE,
    Act,
    Assigned,
    BoardMade,
    Closed,
    Drew,
    Slip,
    SlipsAgain,
    SlipsAgreed,
    SlipsClosed,
    SlipsDecided,
    SlipsDrew,
    SlipsEntered,
    SlipsToPull,
    What,
)
from urna.audit.board_box import Stage
from urna.audit.board_pull import (
    PULL_TRANSITIONS,
    LineKind,
    Pull,
    PullAct,
    PullForm,
    differing_lines,
    pull_step,
    round_sums,
)
from urna.audit.box_count import BoxState
from urna.audit.count_rules import MOST_REASON
from urna.audit.examination import check_no_identity
from urna.audit.report import AuditReport, Outcome
from urna.audit.slip_reading import ContestReading, SlipReading
from urna.audit.slip_sums import add_sums, sums_of_slips
from urna.election.definition import Choice, Contest, ContestKind, Option, SeatRule
from urna.encoding.canonical import decode, digest, encode
from urna.errors import Malformed, OutOfOrder, UrnaError

OPTIONS = ("ANA", "BEA", "CAI")
CONTEST = Contest(
    code="NOM",
    kind=ContestKind.NOMINAL,
    title={"es": "NOM"},
    territory="A",
    votes_allowed=2,
    options=tuple(Option(code=each, name=each, choice=each) for each in OPTIONS),
    choices=tuple(Choice(code=each, name=each) for each in OPTIONS),
    seat_rule=SeatRule(method="plurality", seats=2),
)
BOXES = ("A-01", "B-01")
SLIPS = tuple(Slip(position=position, draws=draws, is_again=False) for position, draws in ((2, 1), (5, 2), (9, 1)))
READ = [({"ANA", "BEA"}, 1), ({"ANA"}, 2), (set[str](), 1)]
"""What these slips say."""

FRAME = AuditFrame(DRAWING, dict.fromkeys(BOXES, FORM), dict.fromkeys(BOXES, PullForm((CONTEST,), 100, 101)))
HASH = "ab" * 32
Marks = Sequence[tuple[Any, int]]


def sums(slips: Marks = READ) -> tuple[ContestReading, ...]:
    """Of one contest."""
    return (sums_of_slips(CONTEST, slips),)


def entered(station: str = "A-01", slips: Marks = READ, **changes: Any) -> SlipsEntered:
    """What somebody typed of three slips, one of them drawn twice."""
    fields: dict[str, Any] = {
        "station": station,
        "round": 1,
        "attempt": 1,
        "state": BoxState.COUNTED,
        "is_overfull": False,
        "contests": sums(slips),
        "reason": "",
    }
    return SlipsEntered(**(fields | changes))


def lost(station: str = "A-01", **changes: Any) -> SlipsEntered:
    """Nobody finds the box."""
    given = {"state": BoxState.LOST, "contests": sums([(None, 4)]), "reason": "Not in the store."}
    return entered(station, **(given | changes))


def decided(**changes: Any) -> SlipsDecided:
    """The coordinator's word."""
    said = entered()
    fields = {name: getattr(said, name) for name in said.__struct_fields__} | {"reason": "Both looked."}
    return SlipsDecided(**(fields | changes))


def drew(number: int = 1, size: int = 8) -> SlipsDrew:
    """The same three slips of each box."""
    pulls = tuple(SlipsToPull(station=station, slips=SLIPS) for station in BOXES)
    return SlipsDrew(round=number, size=size, contests=("NOM",), pulls=pulls, hash=HASH)


def audit(far: str = MAIN) -> Place:
    """A-01 with board T1 here, B-01 with T2; the first round is drawn."""
    here = Place(AuditBoard(FRAME))
    here.join("maria")
    for board, place in (("T1", MAIN), ("T2", far)):
        here.do("maria", BoardMade(board=board, title=f"Table {board[1]}", place=place))
    here.join("ana", "luis", *(("jose", "eva") if far == MAIN else ()))
    here.do("maria", drew())
    here.do("maria", Assigned(board="T1", stations=("A-01",)))
    here.do("maria", Assigned(board="T2", stations=("B-01",)))
    return here


def read_all(here: Place) -> None:
    """Both boxes, alike."""
    for station, people in (("A-01", ("ana", "luis")), ("B-01", ("jose", "eva"))):
        for person in people:
            here.do(person, entered(station))


def refused(here: Place, who: str, what: What, kind: type[UrnaError] = OutOfOrder) -> None:
    """The act is refused, and nothing changed."""
    before = here.board.acts, dict(here.board.pulls), len(here.board.draws), len(here.board.reports)
    with pytest.raises(kind):
        here.board.take(here.make(who, what))
    assert (here.board.acts, dict(here.board.pulls), len(here.board.draws), len(here.board.reports)) == before


def closing(here: Place, outcome: Outcome = Outcome.GO_ON, **changes: Any) -> SlipsClosed:
    """The sums of the round and a report."""
    said = round_sums(here.board.pulls.values())
    reading = SlipReading(
        election=DRAWING.election,
        audit=DRAWING.audit,
        commitment="c0" * 32,
        seed=DRAWING.seed,
        round=1,
        drawn=HASH,
        typed_by=said.typed_by or ("Ana Sol", "Luis Mar"),
        contests=said.contests,
        lost=said.lost,
        overfull=said.overfull,
        reason=said.reason,
    )
    return SlipsClosed(number=1, reading=replace(reading, **changes), report=report(outcome))


def report(outcome: Outcome) -> AuditReport:
    """On no count."""
    return AuditReport(
        election=DRAWING.election,
        audit=DRAWING.audit,
        commitment="c0" * 32,
        seed=DRAWING.seed,
        round=1,
        edition=2,
        counts=(),
        differences=(),
        lost=(),
        overfull=(),
        withheld=(),
        risks=(),
        outcome=outcome,
        next_size=0,
        made_at="2020-12-07T10:00:00Z",
    )


slips_strategy = st.tuples(*[st.sampled_from([None, set(), {"ANA"}, {"BEA"}, {"ANA", "CAI"}, {"BEA", "CAI"}])] * 3)


@given(first=slips_strategy, second=slips_strategy)
def test_slips_stand_exactly_if_both_read_the_same_sums(first: Any, second: Any) -> None:
    """Otherwise a line that differs is named; whichever way, no slip by itself is in what is kept."""
    draws = [each.draws for each in SLIPS]
    readings = [sums(list(zip(marks, draws, strict=True))) for marks in (first, second)]
    pull = Pull("A-01", 1, SLIPS, FRAME.pulls["A-01"])
    for person, contests in zip(("ana", "luis"), readings, strict=True):
        pull = pull_step(pull, entered(contests=contests), (person, PEOPLE[person][0]))
    assert (pull.stage is Stage.COUNTED) == (readings[0] == readings[1])
    assert bool(differing_lines(pull)) == (pull.stage is Stage.DIFFERENT)
    assert (pull.agreed is not None) == (pull.stage is Stage.COUNTED)


def test_the_lines_that_differ_are_named() -> None:
    """Options, slips without a vote, slips not found."""
    here = audit()
    here.do("ana", entered(slips=[({"ANA", "BEA"}, 1), ({"CAI"}, 2), (set(), 1)]))
    here.do("luis", entered(slips=[({"ANA"}, 1), ({"BEA", "CAI"}, 2), (None, 1)]))
    assert {(each.kind, each.name) for each in differing_lines(here.board.pulls["A-01"])} == {
        (LineKind.OPTION, "BEA"),
        (LineKind.WITHOUT_VOTE, ""),
        (LineKind.NOT_FOUND, ""),
    }


def test_votes_that_only_stand_together_otherwise_agree() -> None:
    """The sums of each option are the same: which votes stand on one slip is written down nowhere."""
    here = audit()
    here.do("ana", entered(slips=[({"ANA", "CAI"}, 2), ({"ANA"}, 1), ({"BEA"}, 1)]))
    here.do("luis", entered(slips=[({"ANA", "CAI"}, 1), ({"ANA"}, 2), ({"BEA", "CAI"}, 1)]))
    assert here.board.pulls["A-01"].stage is Stage.COUNTED
    assert not differing_lines(here.board.pulls["A-01"])


@pytest.mark.parametrize(
    "changes",
    [
        {"contests": ()},
        {"contests": sums([({"ANA"}, 5)])},
        {"contests": sums([({"ANA"}, 3)])},
        {"contests": sums([(None, 4)])[:0]},
        {"reason": "A reason where none is due."},
        {"state": BoxState.LOST},
        {"state": BoxState.LOST, "reason": "Gone."},
        {"state": BoxState.LOST, "contests": sums([(None, 4)])},
        {"state": BoxState.LOST, "contests": sums([(None, 4)]), "reason": "Gone.", "is_overfull": True},
        {"state": BoxState.LOST, "contests": sums([(None, 4)]), "reason": "Asked V-12345678."},
    ],
)
def test_numbers_that_cannot_be_are_refused(changes: dict[str, Any]) -> None:
    """Of other contests, of more or fewer draws, of a lost box with slips or without a reason, with a card's number."""
    refused(audit(), "ana", entered(**changes), Malformed)


def test_one_person_cannot_type_twice_nor_the_coordinator_nor_another_board() -> None:
    """Two people of the board that has the box."""
    here = audit()
    here.do("ana", entered())
    refused(here, "ana", entered(), Malformed)
    for who in ("maria", "jose", "nobody", CONSOLE):
        refused(here, who, entered())


def test_a_decision_needs_a_counter_who_agrees() -> None:
    """Both names stand for it; a counter who does not agree sends it back."""
    here = audit()
    here.do("ana", entered())
    here.do("luis", entered(slips=[({"ANA"}, 4)]))
    for who in ("ana", "jose"):
        refused(here, who, decided())
    refused(here, "maria", decided(state=BoxState.LOST), Malformed)
    here.do("maria", decided())
    refused(here, "maria", SlipsAgreed(station="A-01", round=1, attempt=1))
    other = audit()
    for act in here.acts[other.board.acts :]:
        other.board.take(act)
    here.do("luis", SlipsAgreed(station="A-01", round=1, attempt=1))
    assert here.board.pulls["A-01"].typed_by == ("María Paz", "Luis Mar")
    other.do("ana", SlipsAgain(station="A-01", round=1, attempt=1))
    assert (other.board.pulls["A-01"].stage, other.board.pulls["A-01"].attempt) == (Stage.WAITING, 2)


def test_a_closed_round_keeps_its_sums_and_forgets_the_boxes() -> None:
    """Sums over all boxes, names in order, lost boxes with their reason; nothing of one box is left in the audit."""
    here = audit()
    for person in ("ana", "luis"):
        here.do(person, entered())
    refused(here, "maria", closing(here))
    for person in ("jose", "eva"):
        here.do(person, lost("B-01"))
    for changes in ({"round": 2}, {"drawn": "00" * 32}, {"contests": sums([({"ANA"}, 8)])}, {"lost": ()}):
        refused(here, "maria", closing(here, **changes))
    refused(here, "ana", closing(here))
    here.do("maria", closing(here))
    (reading,) = here.board.readings
    assert reading.contests == (add_sums([*sums(), *sums([(None, 4)])]),)
    assert (reading.lost, reading.reason) == (("B-01",), "Not in the store.")
    assert reading.typed_by == ("Ana Sol", "Eva Luz", "José Río", "Luis Mar")
    assert [each.agreed for each in here.board.pulls.values()] == [None, None]
    refused(here, "maria", SlipsAgain(station="A-01", round=1, attempt=1))


def test_only_the_coordinator_has_what_two_agreed_on_read_once_more() -> None:
    """A counter may undo a difference or a decision, and nothing that stands."""
    here = audit()
    read_all(here)
    again = SlipsAgain(station="A-01", round=1, attempt=1)
    for who in ("ana", "luis", "jose"):
        refused(here, who, again)
    here.do("maria", again)
    assert here.board.pulls["A-01"].stage is Stage.WAITING


def test_many_lost_boxes_have_one_reason_that_the_record_takes() -> None:
    """Cut off between words, without the stations' codes, which may look like somebody's number."""
    waiting = Pull("1234567", 1, SLIPS, FRAME.pulls["A-01"])
    pulls = []
    for number in range(30):
        pull = waiting._replace(station=f"12345{number:02}")
        for person in ("ana", "luis"):
            words = lost(pull.station, reason=f"Looked for in store {number} and at the school.")
            pull = pull_step(pull, words, (person, PEOPLE[person][0]))
        pulls.append(pull)
    said = round_sums(pulls)
    assert len(said.lost) == 30
    assert said.reason.startswith("Looked for in store 0 and at the school. · Looked for in store 1")
    assert said.reason.endswith(" …")
    assert len(said.reason) <= MOST_REASON
    check_no_identity([said.reason])


@pytest.mark.parametrize("outcome", list(Outcome))
def test_after_a_round_comes_what_its_report_asks_for(outcome: Outcome) -> None:
    """The next round of slips, or every box by the box flow; never a round of whole boxes."""
    here = audit()
    read_all(here)
    here.do("maria", closing(here, outcome))
    refused(here, "maria", Drew(round=2, size=16, stations=(), hash=HASH))
    if outcome is Outcome.GO_ON:
        here.do("maria", drew(2, 16))
        assert here.board.pulls["A-01"].stage is Stage.WAITING
    else:
        refused(here, "maria", drew(2, 16))
    if outcome is Outcome.FULL_COUNT:
        here.do("maria", Drew(round=2, size=0, stations=BOXES, hash=HASH))
        assert [each.station for each in here.board.open_work] == list(BOXES)
        refused(here, "ana", entered())
    elif outcome is not Outcome.GO_ON:
        refused(here, "maria", Drew(round=2, size=0, stations=BOXES, hash=HASH))


def test_a_round_of_slips_is_not_closed_without_its_sums() -> None:
    """Nor is one drawn of boxes that the manifest has not."""
    here = audit()
    read_all(here)
    refused(here, "maria", Closed(number=1, report=report(Outcome.CONFIRMED)))
    new = Place(AuditBoard(FRAME))
    new.join("maria")
    strange = SlipsToPull(station="Z-99", slips=SLIPS)
    refused(new, "maria", replace(drew(), pulls=(*drew().pulls, strange)))
    refused(new, "maria", replace(drew(), pulls=drew().pulls[::-1]))


def test_a_board_at_a_centre_brings_its_slips_and_both_places_say_the_same() -> None:
    """What it typed before the coordinator gave the box away is a conflict, and changes nothing."""
    here = audit(far=FAR)
    far = Place(AuditBoard(FRAME, FAR), FAR)
    for act in here.acts:
        far.board.take(act, is_own=False)
    far.join("jose", "eva")
    for person in ("jose", "eva"):
        far.do(person, entered("B-01"))
    moved = Place(AuditBoard(FRAME))
    for act in here.acts:
        moved.board.take(act)
    moved.do("maria", Assigned(board="T1", stations=("B-01",)))
    for act in far.acts:
        here.board.take(act, is_own=False)
        moved.board.take(act, is_own=False)
    assert (here.board.pulls["B-01"].stage, here.board.conflicts) == (Stage.COUNTED, [])
    assert (moved.board.pulls["B-01"].stage, len(moved.board.conflicts)) == (Stage.WAITING, 2)
    for person in ("ana", "luis"):
        here.do(person, entered())
    before = far.board.end_of(MAIN)[0]
    here.do("maria", closing(here))
    here.do("maria", drew(2, 16))
    for act in (each for each in here.acts if each.number > before):
        far.board.take(act, is_own=False)
    assert (far.board.conflicts, far.board.readings) == ([], here.board.readings)
    assert far.board.pulls["B-01"].round == 2


def test_an_act_is_one_spelling() -> None:
    """Every kind of act of slips reads back as it was written."""
    here = audit()
    read_all(here)
    here.do("maria", closing(here))
    for act in here.acts:
        assert decode(encode(act), Act) == act
        assert digest(encode(act)) == digest(encode(decode(encode(act), Act)))


def test_the_table_of_stages_is_what_the_pulls_do() -> None:
    """Nothing but what it names is taken, of all kinds of act in all stages."""
    assert {stage for stage, _ in PULL_TRANSITIONS} == set(Stage)
    people = {"ana": "Ana Sol", "luis": "Luis Mar", "maria": "María Paz"}
    waiting = Pull("A-01", 1, SLIPS, FRAME.pulls["A-01"])
    once = pull_step(waiting, entered(), ("ana", "Ana Sol"))
    different = pull_step(once, entered(slips=[({"ANA"}, 4)]), ("luis", "Luis Mar"))
    reached = {
        Stage.WAITING: waiting,
        Stage.TYPED_ONCE: once,
        Stage.DIFFERENT: different,
        Stage.DECIDED: pull_step(different, decided(), ("maria", "María Paz")),
        Stage.COUNTED: pull_step(once, entered(), ("luis", "Luis Mar")),
    }
    acts: list[tuple[str, PullAct]] = [
        ("luis", entered()),
        ("ana", SlipsAgain(station="A-01", round=1, attempt=1)),
        ("maria", decided()),
        ("luis", SlipsAgreed(station="A-01", round=1, attempt=1)),
    ]
    for stage, pull in reached.items():
        assert pull.stage is stage
        for who, what in acts:
            if (stage, type(what)) in PULL_TRANSITIONS:
                assert pull_step(pull, what, (who, people[who])).stage in PULL_TRANSITIONS[stage, type(what)]
                with pytest.raises(OutOfOrder):
                    pull_step(pull, replace(what, attempt=2), (who, people[who]))
            else:
                with pytest.raises(OutOfOrder):
                    pull_step(pull, what, (who, people[who]))
