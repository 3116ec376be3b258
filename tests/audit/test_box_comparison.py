"""Reports of audits of the small record: they stop when they may, and go on when they must."""

from collections import Counter
from fractions import Fraction

import msgspec
import pytest
from tests.audit.audited import REPORTED, Audit, audit_of
from tests.tampering.builder import World, build

from urna.audit.assertions import Votes
from urna.audit.box_comparison import contest_tables, report_of, standing_of
from urna.audit.macro_verdict import Draws, next_size
from urna.audit.report import RISK_DIGITS, AuditReport, Outcome, written_risk
from urna.audit.risk.batches import Hand, boxes
from urna.audit.seed import Method
from urna.audit.weights import SCALE, weighted_macro_risk
from urna.election.definition import ratio
from urna.encoding.canonical import decode, encode
from urna.errors import OutOfOrder

ALL = ("A-01", "A-02", "B-01", "B-02")


def _agreeing(audit: Audit) -> None:
    audit.count(*[audit.box(code) for code in audit.drawn])


def _report(audit: Audit, number: int | None = None) -> AuditReport:
    return report_of(audit.documents, audit.audited, audit.counts, REPORTED, number)


def test_paper_that_agrees_confirms_without_every_box() -> None:
    """NOM-1 is on the ballots of two stations only; the product of (1 - 1/U) over the draws is the risk."""
    audit = audit_of(contests=("NOM-1",))
    assert set(audit.drawn) == {"A-01", "A-02"}
    _agreeing(audit)
    report = audit.report()
    total = sum(audit.numbers)
    assert report.outcome is Outcome.CONFIRMED
    assert report.risks[0].risk == written_risk(Fraction(total - SCALE, total) ** 8)
    assert 0 < ratio(report.risks[0].risk) < Fraction(1, 20)
    assert (report.differences, report.lost, report.withheld, report.next_size) == ((), (), (), 0)
    assert decode(encode(report), AuditReport) == report


def test_a_risk_is_written_upwards_and_fits_a_ratio() -> None:
    """Never below what it is; 1 stays 1."""
    assert ratio(written_risk(Fraction(1, 3))) - Fraction(1, 3) <= Fraction(1, 10**RISK_DIGITS)
    assert ratio(written_risk(Fraction(1, 3))) > Fraction(1, 3)
    assert written_risk(Fraction(1)) == written_risk(Fraction(7)) == "1/1"
    assert ratio(written_risk(Fraction(0))) == 0


def test_a_report_needs_every_drawn_box() -> None:
    """The first missing one is named."""
    audit = audit_of(contests=("NOM-1",))
    audit.count(audit.box("A-01"))
    with pytest.raises(OutOfOrder, match="none of 1, A-02 among them"):
        _report(audit)


def test_a_difference_is_named_and_raises_the_risk() -> None:
    """One vote moved from a card of the winner's to the loser's; the options differ, both are named."""
    audit, honest = audit_of(contests=("NOM-1",)), audit_of(contests=("NOM-1",))
    _agreeing(honest)
    sheet = audit.world.sheet("A-01")
    votes = {each.option: each.votes for each in sheet.contests[0].votes or ()}
    audit.count(
        audit.box("A-01", {("NOM-1", "ANA-BIS"): votes["ANA-BIS"] - 1, ("NOM-1", "BEA"): votes["BEA"] + 1}),
        audit.box("A-02"),
    )
    report = _report(audit)
    found = [(each.station, each.contest, each.option, each.box - each.sheet) for each in report.differences]
    assert found == [("A-01", "NOM-1", "ANA-BIS", -1), ("A-01", "NOM-1", "BEA", 1)]
    assert ratio(report.risks[0].risk) > ratio(_report(honest).risks[0].risk)


def test_differences_of_contests_beside_the_audited_ones_are_named_too() -> None:
    """They are found, though no risk follows from them."""
    audit, honest = audit_of(contests=("NOM-1",)), audit_of(contests=("NOM-1",))
    _agreeing(honest)
    yes = next(each.votes for each in audit.world.sheet("A-02", 1).contests[2].votes or () if each.option == "YES")
    audit.count(audit.box("A-01"), audit.box("A-02", {("REF", "YES"): yes + 1}))
    report = _report(audit)
    assert [(each.contest, each.option) for each in report.differences] == [("REF", "YES")]
    assert report.risks == _report(honest).risks


def test_a_lost_box_leads_to_a_full_count() -> None:
    """Its taint is 1, and no draw brings that down."""
    audit = audit_of(contests=("NOM-1",))
    audit.count(audit.box("A-01"), audit.lost("A-02"))
    report = audit.report()
    assert (report.outcome, report.lost, report.risks[0].risk) == (Outcome.FULL_COUNT, ("A-02",), "1/1")


def test_slips_that_are_taken_away_never_lower_the_risk() -> None:
    """Five of the loser's slips are gone from one box: without them paper looks better than the sheet says."""
    honest, robbed = audit_of(contests=("NOM-1",)), audit_of(contests=("NOM-1",))
    _agreeing(honest)
    sheet = robbed.world.sheet("A-01")
    votes = {each.option: each.votes for each in sheet.contests[0].votes or ()}
    loser = next(option for option in ("BEA", "CAI") if votes[option] >= 5)
    fewer = {("NOM-1", loser): votes[loser] - 5}
    robbed.count(robbed.box("A-01", fewer, papers=sheet.cast - 5), robbed.box("A-02"))
    assert ratio(_report(robbed).risks[0].risk) >= ratio(_report(honest).risks[0].risk)


def test_a_withheld_contest_counts_as_the_worst() -> None:
    """NOM-2 at B-02 has seven ballots: nothing of it is published, and a draw of it cannot confirm anything."""
    audit = audit_of(contests=("NOM-2",), sizes=(20,))
    assert "B-02" in audit.drawn
    _agreeing(audit)
    report = _report(audit)
    assert report.withheld == ("B-02",)
    assert report.outcome is Outcome.FULL_COUNT
    assert not any(line.contest == "NOM-2" for line in audit.counts["B-02"].lines)


def test_a_withheld_contest_of_several_costs_only_what_its_cards_can_be() -> None:
    """Three hundred draws agree; B-02 came up once, with nothing to compare in NOM-2, or in nothing at all."""
    audit = audit_of(contests=("LIST-N", "NOM-2"))
    tables = contest_tables(audit.audited, audit.contests)
    weights = audit.numbers
    bounds = [bound for table in tables for bound in table.bounds]

    def risk(*withheld: str) -> Fraction:
        columns = []
        for table in tables:
            votes = dict(zip(table.table.choices, map(int, table.table.votes[0]), strict=True))
            one = Hand(3, None if table.contest.code in withheld else {})
            columns += [boxes(table.table, [one, *[Hand(0, votes)] * 300])] * len(table.bounds)
        return weighted_macro_risk(bounds, weights, columns)

    assert risk() < risk("NOM-2") < 1
    assert risk("NOM-2", "LIST-N") == 1


def _swap(world: World, code: str = "B-01") -> tuple[World, Votes]:
    """A world in which EVA won NOM-2 by false sheets, and the true votes of the box."""
    true = {each.option: each.votes for each in world.sheet(code).contests[0].votes or ()}
    sheet = world.sheet(code)
    contest = sheet.contests[0]
    options = contest.votes or ()
    most = max(each.votes for each in options)
    left = sum(each.votes for each in options) - most
    votes = tuple(
        msgspec.structs.replace(each, votes=most if each.option == "EVA" else left if each.option == "DEL" else 0)
        for each in options
    )
    changed = msgspec.structs.replace(contest, votes=votes)
    world.put_sheet(msgspec.structs.replace(sheet, contests=(changed, *sheet.contests[1:])), 4)
    world.retotal()
    return world, true


def test_an_altered_sheet_that_changes_the_outcome_is_found_and_refuted() -> None:
    """The box says otherwise; the sample goes on to a full count, and that elects the other."""
    world, true = _swap(build())
    audit = audit_of(world, contests=("NOM-2",), sizes=(6,))
    paper = {("NOM-2", option): votes for option, votes in true.items()}
    audit.count(*[audit.box(code, paper if code == "B-01" else None) for code in audit.drawn])
    first = audit.report()
    assert first.outcome is Outcome.FULL_COUNT
    assert {each.station for each in first.differences} == {"B-01"}
    audit.count(*[audit.box(code) for code in ALL if code not in audit.counts])
    last = audit.report()
    assert (last.round, last.outcome, last.risks[0].risk) == (2, Outcome.REFUTED, "1/1")
    assert [each.station for each in last.counts] == list(ALL)


def test_a_full_count_that_says_the_same_confirms() -> None:
    """With risk 0: nothing is left to chance."""
    audit = audit_of(contests=("NOM-1",))
    audit.count(*[audit.box(code) for code in ALL])
    report = _report(audit)
    assert (report.round, report.outcome, ratio(report.risks[0].risk)) == (2, Outcome.CONFIRMED, Fraction(0))


def test_a_full_count_with_a_lost_box_that_could_decide_stays_open() -> None:
    """Half of the paper is gone: the rest elects the same, but the lost box could have held anything."""
    audit = audit_of(contests=("NOM-1",))
    audit.count(audit.lost("A-01"), *[audit.box(code) for code in ALL[1:]])
    report = _report(audit)
    assert report.outcome is Outcome.FULL_COUNT
    assert report.risks[0].risk == "1/1"


def test_a_full_count_is_not_stopped_by_a_lost_box_that_cannot_decide() -> None:
    """B-02 has no card of NOM-1."""
    audit = audit_of(contests=("NOM-1",))
    audit.count(*[audit.box(code) for code in ALL[:3]], audit.lost("B-02"))
    assert _report(audit).outcome is Outcome.CONFIRMED


def test_a_contest_without_a_rule_needs_every_box() -> None:
    """The question has no seat rule; counted in full, the answer with the most votes has to be the same."""
    audit = audit_of(contests=("NOM-1", "REF"))
    _agreeing(audit)
    report = _report(audit)
    assert report.outcome is Outcome.FULL_COUNT
    assert [each.risk == "1/1" for each in report.risks] == [False, True]
    assert report.risks[1].assertions == ()


def test_several_contests_share_one_risk() -> None:
    """The largest overstatement of all counts at each draw."""
    audit = audit_of(contests=("IND", "NOM-1"), sizes=(40,))
    _agreeing(audit)
    report = _report(audit)
    assert report.outcome is Outcome.CONFIRMED
    assert len({each.risk for each in report.risks}) == 1


def test_an_audit_that_is_not_there_yet_goes_on_with_the_committed_size() -> None:
    """Two draws of a limit of one in a hundred; afterwards the size is what would do."""
    audit = audit_of(contests=("NOM-1",), sizes=(2, 14), limit="1/100")
    _agreeing(audit)
    report = audit.report()
    assert (report.outcome, report.next_size) == (Outcome.GO_ON, 14)
    audit.draw()
    audit.count(*[audit.box(code) for code in audit.drawn if code not in audit.counts])
    second = audit.report()
    assert (second.round, second.outcome) == (2, Outcome.CONFIRMED)


def test_after_the_last_committed_round_the_next_size_is_the_least_that_would_do() -> None:
    """One draw fewer would leave the risk above the limit."""
    audit = audit_of(contests=("NOM-1",), sizes=(2,), limit="1/10")
    _agreeing(audit)
    report = _report(audit)
    total = sum(audit.numbers)
    factor = Fraction(total - SCALE, total)
    assert report.outcome is Outcome.GO_ON
    assert factor**report.next_size <= Fraction(1, 10) < factor ** (report.next_size - 1)


def test_rules_may_name_any_number_of_draws() -> None:
    """A size that nobody ever draws is no work for whoever reads the rules."""
    audit = audit_of(contests=("NOM-1",), sizes=(2, 2**53 - 1), limit="1/1000")
    _agreeing(audit)
    report = _report(audit)
    assert (report.outcome, report.next_size) == (Outcome.GO_ON, 2**53 - 1)


@pytest.mark.parametrize("total", [150_000_000, 3 * SCALE, 997 * SCALE + 1])
def test_the_next_size_is_exact_where_logarithms_are_too_close(total: int) -> None:
    """A limit that is exactly the risk after some draws is reached by them; a hair less takes one more."""
    draws = Draws((total,), 0, ())
    for size in (1, 7, 40):
        limit = draws.factor**size
        assert next_size(Fraction(1), draws, limit) == size
        assert next_size(Fraction(1), draws, limit * (1 - Fraction(1, 10**30))) == size + 1


def test_a_hot_audit_states_a_risk_and_keeps_no_limit() -> None:
    """A share of each centre; compared with the newest edition."""
    audit = audit_of(method=Method.SHARE, contests=("LIST-N", "NOM-1"))
    assert Counter(code[0] for code in audit.drawn) == {"A": 2, "B": 2}
    _agreeing(audit)
    report = audit.report()
    assert (report.outcome, report.edition, report.next_size) == (Outcome.COMPARED, 2, 0)
    assert ratio(report.risks[1].risk) == 0, "both stations of NOM-1 were opened, so nothing of it is left to chance"


def test_the_standing_before_any_count_is_what_agreement_would_give() -> None:
    """Every drawn box is missing; the risks are the report's if the paper agrees."""
    audit, honest = audit_of(contests=("NOM-1",)), audit_of(contests=("NOM-1",))
    _agreeing(honest)
    standing = standing_of(audit.documents, audit.audited, {})
    assert standing.missing == standing.drawn == audit.drawn
    assert written_risk(standing.contests[0].risk) == _report(honest).risks[0].risk
    assert all(each.risk <= standing.contests[0].risk for each in standing.contests[0].assertions)
    assert standing.outcome is Outcome.CONFIRMED
    some = standing_of(audit.documents, audit.audited, {"A-01": audit.lost("A-01")})
    assert (some.missing, some.lost, some.outcome) == (("A-02",), ("A-01",), Outcome.FULL_COUNT)


def test_slips_too_many_are_named_and_raise_the_risk() -> None:
    """Stuffed for the winner so that box and sheet agree: what there may be of them at least, the risk takes away."""
    honest, stuffed = audit_of(contests=("NOM-1",)), audit_of(contests=("NOM-1",))
    _agreeing(honest)
    _agreeing(stuffed)
    most = next(each.size for each in stuffed.manifest.containers if each.code == "A-01")
    stuffed.counts["A-01"] = stuffed.box("A-01", papers=most + 2, sequence=1, reason="")
    report = _report(stuffed)
    assert report.overfull == ("A-01",)
    assert report.differences == ()
    assert ratio(report.risks[0].risk) > ratio(_report(honest).risks[0].risk)


def test_slips_too_many_count_as_those_that_help_most() -> None:
    """Two slips too many of a margin by one: each may have been a vote for the winner."""
    audit = audit_of(contests=("NOM-1",))
    (table,) = contest_tables(audit.audited, ("NOM-1",))
    bound = table.bounds[0]
    votes = {choice: int(votes) for choice, votes in zip(table.table.choices, table.table.votes[0], strict=True)}
    exact, _ = boxes(table.table, [Hand(0, votes)]).of(bound)
    more, _ = boxes(table.table, [Hand(0, votes, extra=2)]).of(bound)
    assert int(more[0] - exact[0]) == 2 * int(bound.assertion.ceiling * bound.scale)


def test_a_full_count_with_slips_too_many_stays_open_where_they_could_decide() -> None:
    """A box with a hundred slips more than there may be decides nothing by itself."""
    audit = audit_of(contests=("NOM-1",))
    for code in ALL:
        audit.counts[code] = audit.box(code)
    assert _report(audit, 2).outcome is Outcome.CONFIRMED
    most = next(each.size for each in audit.manifest.containers if each.code == "A-01")
    audit.counts["A-01"] = msgspec.structs.replace(audit.counts["A-01"], papers=most + 100)
    report = _report(audit, 2)
    assert (report.outcome, report.overfull) == (Outcome.FULL_COUNT, ("A-01",))
