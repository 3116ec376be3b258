"""An audit's acts: who may do what when, and what two people say becomes a count; anything else is refused whole."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from tests.audit.board_scene import (
    BOXES,
    DRAWING,
    FAR,
    FORM,
    FRAME,
    MAIN,
    NOW,
    Place,
    audit_of_two_boards,
    entered,
    lines_of,
    lost,
)

from urna.audit.board import AuditBoard
from urna.audit.board_acts import (
    CONSOLE,
    Act,
    Again,
    Agreed,
    Assigned,
    AuditRole,
    BoardMade,
    Closed,
    Decided,
    Drew,
    Joined,
    Pictured,
    Reopened,
    What,
)
from urna.audit.board_box import TRANSITIONS, Box, Stage, differing, step
from urna.audit.box_count import BoxState
from urna.audit.report import AuditReport, CountUsed, Outcome
from urna.encoding.canonical import decode, digest, encode
from urna.errors import Malformed, OutOfOrder, Unproven, UrnaError

VOTES = (30, 2, 40)


def report_on(here: Place, outcome: Outcome = Outcome.GO_ON, number: int = 1) -> AuditReport:
    """A report over the counts that stand."""
    counts = here.board.counts
    return AuditReport(
        election=FRAME.drawing.election,
        audit="RLA-1",
        commitment="c0" * 32,
        seed=FRAME.drawing.seed,
        round=number,
        edition=2,
        counts=tuple(
            CountUsed(station=code, sequence=counts[code].sequence, count=digest(encode(counts[code])))
            for code in sorted(counts)
        ),
        differences=(),
        lost=(),
        overfull=(),
        withheld=(),
        risks=(),
        outcome=outcome,
        next_size=8,
        made_at=NOW,
    )


def count_all(here: Place) -> None:
    """All four boxes, without a mistake."""
    for station, people in zip(BOXES, (("ana", "luis"),) * 2 + (("jose", "eva"),) * 2, strict=True):
        for person in people:
            here.do(person, entered(station, 80, VOTES))


def refused(here: Place, who: str, what: What, kind: type[UrnaError] = OutOfOrder) -> UrnaError:
    """The act is refused, and nothing changed."""
    before = here.board.acts, dict(here.board.boxes), dict(here.board.assigned), dict(here.board.members)
    with pytest.raises(kind) as caught:
        here.board.take(here.make(who, what))
    assert (here.board.acts, here.board.boxes, here.board.assigned, here.board.members) == before
    return caught.value


def test_two_people_who_type_the_same_make_the_count() -> None:
    """With both names, the lines, and what is withheld; nothing before the second one."""
    here = audit_of_two_boards()
    here.do("ana", entered("A-01", 80, VOTES))
    assert here.board.counts == {}
    here.do("luis", entered("A-01", 80, VOTES))
    count = here.board.counts["A-01"]
    assert (count.typed_by, count.papers, count.lines, count.withheld) == (
        ("Ana Sol", "Luis Mar"),
        80,
        lines_of(VOTES),
        ("REF",),
    )
    assert (count.sequence, count.state, count.reason) == (1, BoxState.COUNTED, "")


@given(
    first=st.tuples(*[st.integers(0, 20)] * 3), second=st.tuples(*[st.integers(0, 20)] * 3), papers=st.integers(60, 62)
)
def test_a_count_stands_exactly_if_both_typed_the_same(
    first: tuple[int, int, int], second: tuple[int, int, int], papers: int
) -> None:
    """Otherwise exactly the lines that differ are named."""
    here = audit_of_two_boards()
    here.do("ana", entered("A-01", 60, first))
    here.do("luis", entered("A-01", papers, second))
    box = here.board.boxes["A-01"]
    expected = [("", "")] if papers != 60 else []
    expected += [("NOM", each) for each, a, b in zip(("ANA", "ANA-BIS", "BEA"), first, second, strict=True) if a != b]
    assert list(differing(box)) == (expected if box.stage is Stage.DIFFERENT else [])
    assert (box.stage is Stage.COUNTED) == (first == second and papers == 60) == ("A-01" in here.board.counts)


def test_nobody_types_a_box_before_its_sheet_says_what_is_withheld() -> None:
    """Numbers of few voters would stay in the journal and on sticks; that a box is lost may be said."""
    waiting = Box("A-01", FORM._replace(has_sheet=False))
    with pytest.raises(OutOfOrder, match="after the station's sheet"):
        step(waiting, entered("A-01", 80, VOTES), ("ana", "Ana Sol"), DRAWING)
    assert step(waiting, lost("A-01", "burnt"), ("ana", "Ana Sol"), DRAWING).stage is Stage.TYPED_ONCE
    assert step(waiting._replace(form=FORM), entered("A-01", 80, VOTES), ("ana", "Ana Sol"), DRAWING).entries


def test_one_person_cannot_type_a_box_twice() -> None:
    """Nor somebody with the same full name under another short one."""
    here = audit_of_two_boards()
    here.do("ana", entered("A-01", 80, VOTES))
    refused(here, "ana", entered("A-01", 80, VOTES), Malformed)
    here.do(CONSOLE, Joined(person="ana.dos", full_name="ana sol", role=AuditRole.COUNTER, board="T1"))
    refused(here, "ana.dos", entered("A-01", 80, VOTES), Malformed)


@pytest.mark.parametrize("who", ["maria", "jose", "nobody", CONSOLE])
def test_a_box_is_typed_by_its_board_alone(who: str) -> None:
    """Not by the coordinator, another board, a stranger or the command line."""
    refused(audit_of_two_boards(), who, entered("A-01", 80, VOTES))


@pytest.mark.parametrize("who", ["ana", "jose", "nobody", CONSOLE])
def test_the_coordinators_acts_are_the_coordinators(who: str) -> None:
    """Drawing, giving out, deciding, opening again, closing."""
    here = audit_of_two_boards()
    here.do("ana", entered("A-01", 80, VOTES))
    here.do("luis", entered("A-01", 80, (30, 3, 40)))
    decided = Decided(
        station="A-01", sequence=1, attempt=1, state=BoxState.COUNTED, papers=80, lines=lines_of(VOTES), reason="Slips."
    )
    for what in (
        decided,
        Assigned(board="T1", stations=("B-01",)),
        Drew(round=2, size=8, stations=(), hash="0" * 64),
        Closed(number=1, report=report_on(here)),
    ):
        refused(here, who, what)


def test_a_difference_is_typed_anew_by_both() -> None:
    """The first numbers are gone; the second attempt counts."""
    here = audit_of_two_boards()
    here.do("ana", entered("A-01", 80, VOTES))
    here.do("luis", entered("A-01", 80, (30, 3, 40)))
    assert differing(here.board.boxes["A-01"]) == (("NOM", "ANA-BIS"),)
    here.do("luis", Again(station="A-01", sequence=1, attempt=1))
    refused(here, "ana", entered("A-01", 80, VOTES, attempt=1))
    here.do("ana", entered("A-01", 80, VOTES, attempt=2))
    here.do("luis", entered("A-01", 80, VOTES, attempt=2))
    assert here.board.counts["A-01"].lines == lines_of(VOTES)


def test_a_decision_needs_a_counter_who_agrees() -> None:
    """Then both names and the reason stand under the count; without it nothing does."""
    here = audit_of_two_boards()
    here.do("ana", entered("A-01", 80, VOTES))
    here.do("luis", entered("A-01", 80, (30, 3, 40)))
    decision = Decided(
        station="A-01",
        sequence=1,
        attempt=1,
        state=BoxState.COUNTED,
        papers=80,
        lines=lines_of((30, 3, 40)),
        reason="Three slips show the second card.",
    )
    here.do("maria", decision)
    assert here.board.counts == {}
    refused(here, "maria", Agreed(station="A-01", sequence=1, attempt=1))
    refused(here, "jose", Agreed(station="A-01", sequence=1, attempt=1))
    here.do("ana", Agreed(station="A-01", sequence=1, attempt=1))
    count = here.board.counts["A-01"]
    assert (count.typed_by, count.reason) == (("María Paz", "Ana Sol"), "Three slips show the second card.")
    assert count.lines == lines_of((30, 3, 40))


def test_a_counter_who_does_not_agree_sends_it_back() -> None:
    """Both type anew."""
    here = audit_of_two_boards()
    here.do("ana", entered("A-01", 80, VOTES))
    here.do("luis", entered("A-01", 80, (30, 3, 40)))
    decided = Decided(
        station="A-01", sequence=1, attempt=1, state=BoxState.COUNTED, papers=80, lines=lines_of(VOTES), reason="Slips."
    )
    here.do("maria", decided)
    here.do("luis", Again(station="A-01", sequence=1, attempt=1))
    box = here.board.boxes["A-01"]
    assert (box.stage, box.attempt, box.entries, box.decision) == (Stage.WAITING, 2, (), None)


def test_a_lost_box_needs_two_who_looked_for_it() -> None:
    """It has no slips and nothing withheld, and both reasons; one who counted it is a difference."""
    here = audit_of_two_boards()
    here.do("ana", lost("A-01", "Not in the store."))
    here.do("luis", lost("A-01", "Nor at the school."))
    count = here.board.counts["A-01"]
    assert (count.state, count.papers, count.lines, count.withheld) == (BoxState.LOST, 0, (), ())
    assert count.reason == "Not in the store. · Nor at the school."
    here.do("ana", lost("A-02", "Not in the store."))
    here.do("luis", entered("A-02", 80, VOTES))
    assert here.board.boxes["A-02"].stage is Stage.DIFFERENT
    refused(here, "jose", lost("B-01", " "), Malformed)


@pytest.mark.parametrize(
    "what",
    [
        entered("A-01", 71, VOTES),
        replace(entered("A-01", 80, VOTES), lines=lines_of(VOTES)[:2]),
        replace(entered("A-01", 80, VOTES), lines=lines_of(VOTES)[::-1]),
    ],
    ids=["more votes than slips", "a line missing", "another order"],
)
def test_numbers_that_cannot_be_are_refused(what: What) -> None:
    """At once, before anybody types a second time."""
    refused(audit_of_two_boards(), "ana", what, Malformed)


def test_a_recount_replaces_with_its_reason_and_the_old_count_stands_until_then() -> None:
    """Both counts are kept, by their sequence."""
    here = audit_of_two_boards()
    count_all(here)
    here.do("maria", Reopened(station="A-01", sequence=2, reason="A bundle lay under the table."))
    assert here.board.counts["A-01"].sequence == 1
    for person in ("ana", "luis"):
        here.do(person, entered("A-01", 81, (31, 2, 40), sequence=2))
    box = here.board.boxes["A-01"]
    assert [(each.sequence, each.papers, each.reason) for each in box.counts] == [
        (1, 80, ""),
        (2, 81, "A bundle lay under the table."),
    ]


def test_a_round_is_closed_when_every_box_is_counted() -> None:
    """And the report rests on exactly the counts that stand."""
    here = audit_of_two_boards()
    for person in ("ana", "luis"):
        here.do(person, entered("A-01", 80, VOTES))
    refused(here, "maria", Closed(number=1, report=report_on(here)))
    early = report_on(here)
    for station, people in (("A-02", ("ana", "luis")), ("B-01", ("jose", "eva")), ("B-02", ("jose", "eva"))):
        for person in people:
            here.do(person, entered(station, 80, VOTES))
    refused(here, "maria", Closed(number=1, report=early))
    here.do("maria", Closed(number=1, report=report_on(here)))
    refused(here, "maria", Closed(number=2, report=report_on(here, number=2)))
    refused(here, "maria", Reopened(station="A-01", sequence=2, reason="Late."))


@pytest.mark.parametrize(
    ("outcome", "size", "is_allowed"),
    [
        (Outcome.GO_ON, 8, True),
        (Outcome.GO_ON, 0, False),
        (Outcome.FULL_COUNT, 0, True),
        (Outcome.FULL_COUNT, 8, False),
        (Outcome.CONFIRMED, 8, False),
        (Outcome.CONFIRMED, 0, False),
        (Outcome.REFUTED, 8, False),
        (Outcome.COMPARED, 8, False),
    ],
)
def test_what_follows_a_report_is_what_it_asks_for(outcome: Outcome, size: int, is_allowed: bool) -> None:
    """Another round only to go on, every box only if no sample can say."""
    here = audit_of_two_boards()
    count_all(here)
    here.do("maria", Closed(number=1, report=report_on(here, outcome)))
    what = Drew(round=2, size=size, stations=(), hash="0" * 64)
    if is_allowed:
        here.do("maria", what)
        assert here.board.is_full == (size == 0)
    else:
        refused(here, "maria", what)


def test_a_box_that_is_being_typed_does_not_change_hands() -> None:
    """Before it may; a box that was not drawn never does."""
    here = audit_of_two_boards()
    here.do("maria", Assigned(board="T2", stations=("A-02",)))
    here.do("ana", entered("A-01", 80, VOTES))
    refused(here, "maria", Assigned(board="T2", stations=("A-02", "A-01")))
    refused(here, "maria", Assigned(board="T1", stations=("C-01",)))
    refused(here, "maria", Assigned(board="T9", stations=("A-02",)))


def test_accounts_and_boards_are_made_once_and_where_they_belong() -> None:
    """By the command line of the place; a counter with a board that types there; a coordinator at the first one."""
    here = audit_of_two_boards()
    refused(here, "maria", Joined(person="eva", full_name="Eva", role=AuditRole.COUNTER, board="T1"))
    refused(here, CONSOLE, Joined(person="rosa", full_name="Rosa", role=AuditRole.COUNTER, board="T9"))
    refused(here, CONSOLE, Joined(person="rosa", full_name="Rosa", role=AuditRole.COUNTER, board=None))
    refused(here, CONSOLE, Joined(person="rosa", full_name="Rosa", role=AuditRole.COORDINATOR, board="T1"))
    for name, kind in (("·", OutOfOrder), ("Rosa 12.345.678", Malformed)):
        refused(here, CONSOLE, Joined(person="rosa", full_name=name, role=AuditRole.COUNTER, board="T1"), kind)
    refused(here, "maria", BoardMade(board="T1", title="Again", place=MAIN))
    far = Place(here.board, FAR)
    refused(far, CONSOLE, Joined(person="rosa", full_name="Rosa", role=AuditRole.COORDINATOR, board=None))
    refused(far, CONSOLE, Joined(person="rosa", full_name="Rosa", role=AuditRole.COUNTER, board="T2"))
    refused(far, CONSOLE, Joined(person="ana", full_name="Rosa", role=AuditRole.COUNTER, board="T2"))


def test_a_photograph_is_kept_once_and_by_its_own_board() -> None:
    """The coordinator's too."""
    here = audit_of_two_boards()
    picture = Pictured(station="A-01", photo="ab" * 32, kind="image/jpeg", size=10)
    refused(here, "jose", picture)
    for who in ("ana", "ana", "maria"):
        here.do(who, picture)
    assert here.board.boxes["A-01"].photos == ("ab" * 32,)


def test_a_gap_another_audit_or_a_changed_act_breaks_the_chain() -> None:
    """Nothing of it is taken, whoever brings it."""
    here = audit_of_two_boards()
    act = here.make("ana", entered("A-01", 80, VOTES))
    for broken in (
        replace(act, number=act.number + 1),
        replace(act, previous="0" * 64),
        replace(act, audit="RLA-2"),
        replace(act, election="00" * 32),
    ):
        with pytest.raises(Unproven):
            here.board.take(broken, is_own=False)
    here.board.take(act)


def test_an_act_from_elsewhere_that_cannot_stand_is_kept_as_a_conflict() -> None:
    """The chain goes on after it, and the box is as it was."""
    here = audit_of_two_boards(far=FAR)
    far = Place(AuditBoard(FRAME), FAR)
    for act in here.acts:
        far.board.take(act, is_own=False)
    far.join("jose", "eva")
    far.do("jose", entered("B-01", 80, VOTES))
    far.do("eva", entered("B-02", 80, VOTES))
    here.do("maria", Assigned(board="T1", stations=("B-01",)))
    for act in far.acts:
        here.board.take(act, is_own=False)
    assert [each.act.what for each in here.board.conflicts] == [entered("B-01", 80, VOTES)]
    assert here.board.boxes["B-01"].stage is Stage.WAITING
    assert here.board.boxes["B-02"].stage is Stage.TYPED_ONCE
    assert here.board.end_of(FAR)[0] == 4


def test_a_place_without_the_others_acts_goes_on_with_the_next_round() -> None:
    """Its stick has the coordinator's acts and its own: what the coordinator's place closed is closed."""
    here = audit_of_two_boards()
    here.do("maria", BoardMade(board="T3", title="Table 3", place=FAR))
    here.do("maria", BoardMade(board="T4", title="Table 4", place="board.example/2"))
    here.do("maria", Assigned(board="T3", stations=BOXES[:2]))
    here.do("maria", Assigned(board="T4", stations=BOXES[2:]))
    stick, places = list(here.acts), {}
    for place, board, people, stations in (
        (FAR, "T3", ("rosa", "pia"), BOXES[:2]),
        ("board.example/2", "T4", ("leo", "max"), BOXES[2:]),
    ):
        far = places[place] = Place(AuditBoard(FRAME, place), place)
        for act in stick:
            far.board.take(act, is_own=False)
        for person in people:
            far.do(CONSOLE, Joined(person=person, full_name=person.title(), role=AuditRole.COUNTER, board=board))
        for station in stations:
            for person in people:
                far.do(person, entered(station, 80, VOTES))
        for act in far.acts:
            here.board.take(act, is_own=False)
    here.do("maria", Closed(number=1, report=report_on(here)))
    here.do("maria", Drew(round=2, size=8, stations=(), hash="0" * 64))
    for far in places.values():
        for act in here.acts[len(stick) :]:
            far.board.take(act, is_own=False)
        assert far.board.conflicts == []
        assert (len(far.board.reports), len(far.board.draws)) == (1, 2)


def test_an_act_is_one_spelling() -> None:
    """Every kind of act reads back as it was written."""
    here = audit_of_two_boards()
    count_all(here)
    here.do("maria", Closed(number=1, report=report_on(here)))
    for act in here.acts:
        assert decode(encode(act), Act) == act


def test_the_table_of_stages_is_what_the_boxes_do() -> None:
    """Every stage can be left but by what the table names: nothing else is taken, of all kinds of act in all stages."""
    assert {stage for stage, _ in TRANSITIONS} == set(Stage)
    reached: dict[Stage, Place] = {}
    here = audit_of_two_boards()
    reached[Stage.WAITING] = here
    typed = audit_of_two_boards()
    typed.do("ana", entered("A-01", 80, VOTES))
    reached[Stage.TYPED_ONCE] = typed
    different = audit_of_two_boards()
    different.do("ana", entered("A-01", 80, VOTES))
    different.do("luis", entered("A-01", 79, VOTES))
    reached[Stage.DIFFERENT] = different
    decision = Decided(
        station="A-01", sequence=1, attempt=1, state=BoxState.COUNTED, papers=80, lines=lines_of(VOTES), reason="Slips."
    )
    decided = audit_of_two_boards()
    decided.do("ana", entered("A-01", 80, VOTES))
    decided.do("luis", entered("A-01", 79, VOTES))
    decided.do("maria", decision)
    reached[Stage.DECIDED] = decided
    counted = audit_of_two_boards()
    count_all(counted)
    reached[Stage.COUNTED] = counted
    acts: list[tuple[str, What]] = [
        ("luis", entered("A-01", 80, VOTES)),
        ("ana", Again(station="A-01", sequence=1, attempt=1)),
        ("maria", decision),
        ("ana", Agreed(station="A-01", sequence=1, attempt=1)),
        ("maria", Reopened(station="A-01", sequence=2, reason="Why.")),
    ]
    for stage, place in reached.items():
        assert place.board.boxes["A-01"].stage is stage
        for who, what in acts:
            if (stage, type(what)) not in TRANSITIONS:
                refused(place, who, what)
