"""Readings of slips: which contests are read, which sums can be, and how drawn slips become sums."""

from collections.abc import Callable
from fractions import Fraction

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.audit.slips import piles_of, read_round
from tests.tampering.builder import build
from tests.verify.audited_world import AuditMaker, sheets_of
from tests.verify.test_audit_mathematics import contest_of

from urna.audit.box_comparison import AuditDocuments, report_of, standing_of
from urna.audit.polling_verdict import planned_sizes, polling_tables
from urna.audit.reading_rules import (
    check_growth,
    check_reading,
    check_sums,
    contests_read,
    draws_to_read,
    draws_with,
    hide_few,
    least_draws,
)
from urna.audit.report import Outcome
from urna.audit.rounds import draw_round
from urna.audit.seed import Method
from urna.audit.slip_reading import ContestReading, SlipReading
from urna.audit.slip_sums import Slip, add_sums, slips_by_box, sums_of_slips
from urna.errors import Malformed, OutOfOrder, Unproven, UrnaError

replace = msgspec.structs.replace


def begun(contests: tuple[str, ...] = ("NOM-1", "NOM-2"), size: int = 70) -> AuditMaker:
    """An audit of slips with a round."""
    audit = AuditMaker(build(), "SLIPS")
    audit.commit(Method.POLLING, contests, (size,))
    audit.roll()
    audit.draw()
    return audit


def reading_of(audit: AuditMaker, **found: object) -> SlipReading:
    """What its last round says, if the boxes say what the sheets say."""
    piles = piles_of(sheets_of(audit.world), audit.world.election)
    return read_round(audit.audited, audit.commitment, audit.rounds[-1], piles, **found)


def test_a_slip_counts_as_often_as_it_was_drawn() -> None:
    """Two draws of one slip are two; too many marks, and two for one choice, are no vote."""
    contest = contest_of("plurality", 1, 2)
    slips: list[Slip] = [
        (frozenset(["ANA", "BEA"]), 2),
        (frozenset(["ANA"]), 3),
        (frozenset(["BEA"]), 1),
        (frozenset(["ANA", "BEA", "CAI"]), 4),
        (frozenset(), 5),
        (None, 6),
    ]
    sums = sums_of_slips(contest, slips)
    assert [each.draws for each in sums.options] == [5, 3, 0, 0]
    assert (sums.without_vote, sums.not_found) == (9, 6)
    check_sums(contest, sums, 21)


@given(
    st.lists(
        st.tuples(st.one_of(st.none(), st.frozensets(st.sampled_from(["ANA", "BEA", "CAI", "DEL"]))), st.integers(1, 3))
    )
)
def test_boxes_add_up_in_any_order(slips: list[Slip]) -> None:
    """The sums of two boxes together are those of all their slips, and can be."""
    contest = contest_of("plurality", 2, 2)
    whole = sums_of_slips(contest, slips)
    parts = [sums_of_slips(contest, slips[::2]), sums_of_slips(contest, slips[1::2])]
    assert add_sums(parts) == add_sums(reversed(parts)) == whole
    check_sums(contest, whole, sum(draws for _, draws in slips))


def test_positions_are_listed_box_by_box() -> None:
    """Ascending, each once, with how often this round drew it and whether an earlier one did."""
    audit = begun(size=70)
    first = slips_by_box(audit.rounds[0])
    assert list(first) == sorted(first)
    assert sum(slip.draws for slips in first.values() for slip in slips) == 70
    assert all(
        [each.position for each in slips] == sorted({each.position for each in slips}) for slips in first.values()
    )
    assert not any(slip.is_again for slips in first.values() for slip in slips)
    second = draw_round(audit.commitment, audit.seed, audit.manifest, audit.rounds[0], 120)
    drawn = {draw.unit for draw in audit.rounds[0].draws}
    for box, slips in slips_by_box(second).items():
        assert [each.is_again for each in slips] == [f"{box},{each.position}" in drawn for each in slips]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda sums: replace(sums, contest="NOM-2"), "the contests that are read: NOM-1"),
        (lambda sums: replace(sums, options=sums.options[1:]), "missing or too many: ANA"),
        (lambda sums: replace(sums, without_vote=sums.without_vote + 40), "numbers that make up"),
        (lambda sums: replace(sums, not_found=sums.not_found + 40), "numbers that make up"),
        (
            lambda sums: replace(sums, options=(replace(sums.options[0], draws=90), *sums.options[1:])),
            "at most 2 votes",
        ),
    ],
)
def test_sums_that_cannot_be_are_refused(change: Callable[[ContestReading], ContestReading], said: str) -> None:
    """And what was expected is said."""
    audit = begun(("NOM-1",))
    reading = reading_of(audit)
    changed = replace(reading, contests=(change(reading.contests[0]),))
    with pytest.raises(Malformed, match=said):
        _check(audit, changed)


@pytest.mark.parametrize(
    ("fields", "error", "said"),
    [
        ({"round": 2}, Unproven, "a reading of round 1"),
        ({"drawn": "00" * 32}, Unproven, "a reading of round 1"),
        ({"typed_by": ("Ana Paz", "ana paz")}, Malformed, "different people"),
        ({"reason": "No box was lost."}, Malformed, "a reason of at most"),
        ({"lost": ("A-01",)}, Malformed, "a reason of at most"),
        ({"lost": ("A-01",), "reason": "Gone."}, Malformed, "those of lost boxes"),
        ({"lost": ("A-01",), "reason": "V-12.345.678 took it."}, Malformed, "number of a person's card"),
        ({"lost": ("A-01",), "reason": "Gone\tnow."}, Malformed, "a reason of one line"),
        ({"overfull": ("B-03",)}, Malformed, "drawn boxes"),
        ({"overfull": ("B-01", "A-01")}, Malformed, "ascending"),
        ({"contests": ()}, Malformed, "the contests that are read: NOM-1"),
    ],
)
def test_a_reading_that_cannot_be_is_refused(fields: dict[str, object], error: type[UrnaError], said: str) -> None:
    """Of another round, by one person, of other contests or boxes."""
    audit = begun()
    with pytest.raises(error, match=said):
        _check(audit, replace(reading_of(audit), **fields))


def _check(audit: AuditMaker, reading: SlipReading) -> None:
    check_reading(audit.world.election, audit.commitment, audit.manifest, audit.rounds[-1], reading)


def test_a_contest_is_read_in_a_round_that_is_large_enough() -> None:
    """By sizes alone: of NOM-2 forty slips are expected in 119 draws; of IND only some slips of a box are, so never."""
    for size, expected in ((70, ["NOM-1"]), (118, ["NOM-1"]), (119, ["NOM-1", "NOM-2"])):
        audit = begun(("IND", "NOM-1", "NOM-2"), size)
        election, manifest = audit.world.election, audit.manifest
        read = contests_read(election, audit.commitment, manifest, audit.rounds[-1])
        assert [each.code for each in read] == expected
        assert [draws_to_read(election, manifest, code) for code in ("IND", "NOM-1", "NOM-2")] == [0, 64, 119]
        drawn = [draw.unit for draw in audit.rounds[0].draws]
        assert draws_with(election, audit.rounds[0], "NOM-2") == sum(unit.startswith("B") for unit in drawn)


def test_rounds_grow_by_twenty_or_by_the_secrecy_threshold() -> None:
    """Whichever is more, up to twice the papers: so many sums of one pile could be solved for its slips."""
    audit = begun()
    election = audit.world.election
    check_growth(election, audit.commitment, (20, 40))
    with pytest.raises(OutOfOrder, match="at least 20 draws"):
        check_growth(election, audit.commitment, (20, 39))
    papers = audit.commitment.population
    check_growth(election, audit.commitment, (20, 2 * papers))
    with pytest.raises(OutOfOrder, match=f"at most {2 * papers} draws in all"):
        check_growth(election, audit.commitment, (20, 2 * papers + 1))
    rules = replace(election.definition.rules, secrecy_threshold=35)
    larger = type(election)(replace(election.definition, rules=rules))
    assert least_draws(larger) == 35


def test_lost_boxes_are_the_worst_and_overfull_ones_order_the_full_count() -> None:
    """Their slips are not found; a box with slips that no number can draw leaves the sample without meaning."""
    audit = begun(("NOM-1",), 90)
    reading = _hidden(audit, reading_of(audit, lost=("A-01",), reason="The river took it."))
    _check(audit, reading)
    documents = AuditDocuments(audit.commitment, None, audit.seed, tuple(audit.rounds), (reading,))
    report = report_of(documents, audit.audited, {}, "2020-12-08T04:00:00Z")
    assert (report.lost, report.risks[0].risk) == (("A-01",), "1/1")
    full = reading_of(audit, overfull=("A-02",))
    report = report_of(documents._replace(readings=(full,)), audit.audited, {}, "2020-12-08T04:00:00Z")
    assert (report.outcome, report.overfull) == (Outcome.FULL_COUNT, ("A-02",))


def test_of_few_slips_that_were_found_nothing_is_shown() -> None:
    """What is left beside a lost box is too little: then all draws of the contest are not found, the worst there is."""
    audit = begun(("NOM-1",), 110)
    reading = reading_of(audit, lost=("A-01",), reason="The river took it.")
    few = sum(slip.draws for slip in slips_by_box(audit.rounds[0])["A-02"])
    assert 0 < len(slips_by_box(audit.rounds[0])["A-02"]) < 20 <= few
    with pytest.raises(Malformed, match="sums over at least 20 slips that were found, or none"):
        _check(audit, reading)
    hidden = _hidden(audit, reading)
    assert hidden.contests[0].not_found == draws_with(audit.world.election, audit.rounds[0], "NOM-1")
    assert {each.draws for each in hidden.contests[0].options} == {0}
    _check(audit, hidden)
    whole = reading_of(audit)
    assert _hidden(audit, whole) == whole


def _hidden(audit: AuditMaker, reading: SlipReading) -> SlipReading:
    election = audit.world.election
    sums = hide_few(election, audit.manifest, audit.rounds[-1], reading.lost, reading.contests)
    return replace(reading, contests=sums)


def test_a_report_needs_the_reading_of_each_round_and_a_standing_does_not() -> None:
    """Between draw and reading the audit goes on, and says what each assertion's risk is."""
    audit = begun(("NOM-1",), 90)
    documents = AuditDocuments(audit.commitment, None, audit.seed, tuple(audit.rounds))
    with pytest.raises(OutOfOrder, match="the readings of 1 rounds"):
        report_of(documents, audit.audited, {}, "2020-12-08T04:00:00Z")
    before = standing_of(documents, audit.audited, {})
    assert (before.outcome, before.next_size, before.missing) == (Outcome.GO_ON, 90, ())
    assert [each.risk for each in before.contests[0].assertions] == [1, 1]
    after = standing_of(documents._replace(readings=(reading_of(audit),)), audit.audited, {})
    assert after.outcome is Outcome.CONFIRMED
    assert max(each.risk for each in after.contests[0].assertions) == after.contests[0].risk


def test_plans_are_as_large_as_margins_and_secrecy_need() -> None:
    """A contest without a rule, or too small, has the least round; then the first report orders the full count."""
    audit = begun()
    plans = {code: _plan(audit, code) for code in ("IND", "LIST-N", "NOM-1", "NOM-2", "REF")}
    assert plans["IND"] == plans["REF"] == (20,)
    assert (plans["NOM-1"], plans["NOM-2"]) == ((64,), (119,))


def _plan(audit: AuditMaker, contest: str) -> tuple[int, ...]:
    return planned_sizes(audit.audited, polling_tables(audit.audited, [contest]), Fraction(1, 20))
