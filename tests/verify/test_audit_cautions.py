"""What an audit that verifies does not say is said beside it."""

import msgspec
from tests.tampering.builder import World, build, corrected, officers_sign
from tests.verify.audited_world import DICE, AuditMaker, audited_world, confirmed, hot, paper

from urna.audit.box_count import HandLine
from urna.audit.examination import Examination, Result, Subject
from urna.audit.rounds import DrawRound
from urna.audit.seed import Method, SeedKind
from urna.record.layout import Kind, results_path
from urna.record.reader import RecordInMemory
from urna.verify.procedure import verify_record

replace = msgspec.structs.replace


def remarks(world: World) -> list[str]:
    """All remarks of a record that verifies."""
    report = verify_record(RecordInMemory(world.publish()))
    assert report.is_proven, [each for check in report.checks for each in check.findings]
    return [str(remark) for remark in report.remarks]


def third_edition(world: World, station: str = "") -> None:
    """Later results; with a station, after a correction of its sheet."""
    if station:
        world.batches.append([])
        world.put_sheet(corrected(world.sheet(station)), -1)
    world.batches.append([])
    world.add(results_path(3), world.files[results_path(2)], -1)
    world.retotal()
    world.batches.append([])


def macro(world: World, code: str, *, said: str = DICE, contest: str = "NOM-1") -> AuditMaker:
    """A macro audit of one round."""
    audit = AuditMaker(world, code, said)
    audit.commit(Method.MACRO, (contest,), (14,))
    audit.roll()
    for box in sorted(set(audit.draw().to_fetch)):
        audit.count(box)
    audit.report()
    return audit


def test_contests_left_out_are_named() -> None:
    """NOM-1 is confirmed, and nothing else."""
    assert "Audit RLA-1 says nothing of IND, LIST-N, NOM-2, REF." in remarks(audited_world("RLA-1"))


def test_results_that_changed_after_the_audit_are_named() -> None:
    """The audited edition is not the last one: with the same numbers that is all there is to say."""
    world = audited_world("RLA-1")
    third_edition(world)
    said = remarks(world)
    assert "Audit RLA-1 is of edition 2 of the results; the newest is 3." in said
    assert not any("confirms nothing" in each or "another sheet" in each for each in said)


def test_a_sheet_corrected_after_the_audit_is_named() -> None:
    """LIST-N was audited, then a sheet of it changed."""
    world = build()
    macro(world, "RLA-1", contest="LIST-N")
    third_edition(world, "A-01")
    said = remarks(world)
    assert "Audit RLA-1 confirms nothing of edition 3 for LIST-N: totals or seats are others." in said
    assert "Audit RLA-1: in edition 3 another sheet counts of 1 of its boxes: A-01." in said


def test_a_share_whose_sheets_came_after_its_seed_is_named() -> None:
    """Whoever knew the draw could correct the sheets of the opened boxes, or alter the others."""
    world = build()
    assert not any("after the seed" in each for each in remarks(audited_world("HOT")))
    audit = AuditMaker(world, "HOT")
    audit.commit(Method.SHARE, ("LIST-N",))
    audit.roll()
    third_edition(world, "A-01")
    audit.sheets = AuditMaker(world, "HOT").sheets
    audit.audited = AuditMaker(world, "HOT").audited
    for box in sorted(audit.draw().to_fetch):
        audit.count(box)
    audit.report()
    (said,) = [each for each in remarks(world) if "after the seed" in each]
    assert said.startswith("Audit HOT: 1 sheets came into the log after the seed, A-01;")


def test_a_contest_drawn_for_again_is_named() -> None:
    """Two audits of one contest: whoever may show the better one has two chances."""
    world = build()
    macro(world, "RLA-1")
    macro(world, "RLA-2", said="9" * 20)
    said = remarks(world)
    assert any(each.startswith("NOM-1 is audited 2 times, RLA-1, RLA-2:") for each in said)
    assert not any("has the seed of" in each for each in said)


def test_a_seed_that_was_known_before_the_rules_is_named() -> None:
    """The dice of an earlier audit are said to have fallen alike."""
    world = build()
    macro(world, "RLA-1")
    macro(world, "RLA-2", contest="NOM-2")
    assert any(each.startswith("Audit RLA-2 has the seed of RLA-1,") for each in remarks(world))


def test_replaced_counts_are_named() -> None:
    """One box was counted again after the last report."""
    world = build()
    audit = confirmed(world)
    world.batches.append([])
    audit.count("A-01", reason="counted again")
    said = remarks(world)
    assert "Audit RLA-1: 1 boxes were counted more than once: A-01." in said
    assert "Audit RLA-1: its last report does not rest on the newest counts of A-01." in said


def test_one_key_that_signs_alone_and_a_bound_by_the_machine_are_named() -> None:
    """Rules that let one person, or the audited machine, decide."""
    world = build()
    audit = AuditMaker(world, "RLA-1")
    audit.manifest = msgspec.structs.replace(audit.manifest, bound="reported")
    audit.audited = audit.audited._replace(manifest=audit.manifest)
    audit.commit(Method.MACRO, ("NOM-1",), (14,), quorum=1)
    audit.roll()
    for box in sorted(set(audit.draw().to_fetch)):
        audit.count(box)
    audit.report()
    said = remarks(world)
    assert "Audit RLA-1: one key of its board signs alone, seed and counts included." in said
    assert any("by the machines' own numbers" in each for each in said)


def test_missing_slips_are_named_and_raise_the_risk() -> None:
    """Three slips that the manifest has papers for are not in the box: both mathematics count them as the worst."""
    honest, robbed = build(), build()
    before = macro(honest, "RLA-1").reports[0]
    audit = AuditMaker(robbed, "RLA-1")
    audit.commit(Method.MACRO, ("NOM-1",), (14,))
    audit.roll()
    for box in sorted(set(audit.draw().to_fetch)):
        count = audit.count(box)
        if box == "A-01":
            fewer = msgspec.structs.replace(count, papers=count.papers - 3, lines=_without(count.lines, 3))
            audit.counts[box] = fewer
            audit.put(f"audits/RLA-1/count-{box}-1.note", fewer)
    after = audit.report()
    assert after.risks[0].risk > before.risks[0].risk
    said = remarks(robbed)
    assert "Audit RLA-1: 3 slips for which there are papers or ballots were not in their boxes." in said
    assert not any("not in their boxes" in each for each in remarks(honest))


def _without(lines: tuple[HandLine, ...], votes: int) -> tuple[HandLine, ...]:
    """So many votes fewer for each option that has as many: the slips are gone."""
    return tuple(msgspec.structs.replace(each, votes=max(0, each.votes - votes)) for each in lines)


def test_a_drawn_station_that_no_examination_speaks_of_is_named() -> None:
    """Two stations were drawn to be looked at; the first examination speaks of one of them, then of both."""
    world = audited_world("LOOK")
    assert "Audit LOOK drew 2 of which no examination speaks, A-01 among them." in remarks(world)
    drawn = sorted({draw.unit for draw in paper(world, "audits/LOOK/round-1.note", DrawRound).draws})
    path = "examinations/0001.note"
    for spoken, left in ((drawn[:1], drawn[1:]), (drawn, [])):
        subjects = tuple(
            Subject(subject=f"{station} booth 1", result=Result.PASSED, expected="passed", found="passed")
            for station in spoken
        )
        changed = msgspec.structs.replace(paper(world, path, Examination), subjects=subjects)
        world.files[path] = officers_sign(world, changed)
        said = [each for each in remarks(world) if "no examination speaks" in each]
        assert said == [f"Audit LOOK drew 1 of which no examination speaks, {each} among them." for each in left]


def test_words_as_a_seed_are_named_and_a_draw_without_a_report() -> None:
    """Words can be chosen; and a round that was drawn after the last report may have found something."""
    world = build()
    audit = AuditMaker(world, "RLA-1")
    audit.commit(Method.MACRO, ("NOM-1",), (14, 15), seed_kind=SeedKind.TEXT)
    audit.roll(SeedKind.TEXT)
    for box in sorted(set(audit.draw().to_fetch)):
        audit.count(box)
    audit.report()
    audit.draw()
    said = remarks(world)
    assert "Audit RLA-1: its seed is words; whoever had the last of them could choose the draw." in said
    assert "Audit RLA-1 has drawn 2 rounds, and its last report is number 1." in said


def test_rules_that_are_softer_than_the_definition_are_named() -> None:
    """A smaller share than the law's, and a higher limit."""
    law = build().election.rules
    said = remarks(audited_world("HOT"))
    assert f"Audit HOT opens 1/2 up of each centre; the definition says {law.audit_share} {law.audit_rounding}." in said
    world = build()
    audit = AuditMaker(world, "RLA-1")
    audit.commit(Method.MACRO, ("NOM-1",), (14,), risk_limit="9/10")
    audit.roll()
    for box in sorted(set(audit.draw().to_fetch)):
        audit.count(box)
    audit.report()
    assert f"Audit RLA-1 keeps a limit of 9/10; the definition says {law.risk_limit}." in remarks(world)
    assert not any("keeps a limit" in each for each in remarks(audited_world("RLA-1")))


def test_a_seed_that_was_rolled_before_its_rules_were_witnessed_is_named() -> None:
    """By its own clock: rules, manifest and weights could be made for dice that lay on the table."""
    world = build()
    audit = AuditMaker(world, "RLA-1")
    audit.commit(Method.MACRO, ("NOM-1",), (14,), decided_at="2020-12-07T01:00:00Z")
    audit.roll()
    audit.seed = replace(audit.seed, rolled_at="2020-12-07T01:59:59Z")
    audit.put(audit.path(Kind.AUDIT_SEED), audit.seed)
    assert (
        "Audit RLA-1: its seed was rolled at 2020-12-07T01:59:59Z, and its rules were witnessed only at "
        "2020-12-07T02:00:00Z: whoever made the rules could know what they draw."
    ) in remarks(world)
    audit.seed = replace(audit.seed, rolled_at="2020-12-07T02:00:00Z")
    audit.put(audit.path(Kind.AUDIT_SEED), audit.seed)
    assert not any("witnessed only" in each for each in remarks(world))


def test_stations_that_a_share_or_a_sample_cannot_draw_are_named() -> None:
    """B-03 never opened, so it is none of them."""
    world = build()
    hot(world, ("A-01", "B-01", "B-02"))
    assert "Audit HOT could draw nothing of 1 stations: A-02." in remarks(world)
    assert not any("could draw nothing" in each for each in remarks(audited_world("HOT", "LOOK")))


def test_shares_of_one_contest_are_named_together() -> None:
    """Each for itself says how little it missed."""
    world = build()
    hot(world)
    other = AuditMaker(world, "HOT-2", "7" * 20)
    other.commit(Method.SHARE, ("LIST-N",))
    other.roll()
    assert (
        "LIST-N was compared by 2 shares, HOT, HOT-2: the risk of one of them takes no account of the others."
    ) in remarks(world)


def test_sheets_with_more_ballots_than_a_share_may_have_slips_are_named() -> None:
    """Its manifest may be older than they are, so nothing fails."""
    world = build()
    audit = AuditMaker(world, "HOT")
    first = replace(audit.manifest.containers[0], papers=40, phantoms=0)
    boxes = (first, *audit.manifest.containers[1:])
    sums = sum(box.papers for box in boxes), sum(box.phantoms for box in boxes)
    audit.manifest = replace(audit.manifest, containers=boxes, papers=sums[0], phantoms=sums[1])
    audit.audited = audit.audited._replace(manifest=audit.manifest)
    audit.commit(Method.SHARE, ("NOM-1",))
    audit.roll()
    for box in sorted(audit.draw().to_fetch):
        audit.count(box)
    audit.report()
    assert "Audit HOT: 1 sheets have more ballots than their boxes may hold slips: A-01." in remarks(world)


def test_a_drawn_station_that_was_not_examined_is_named() -> None:
    """An examination speaks of both, and of one it says that nobody looked at it."""
    world = audited_world("LOOK")
    drawn = sorted({draw.unit for draw in paper(world, "audits/LOOK/round-1.note", DrawRound).draws})
    results = (Result.PASSED, Result.NOT_EXAMINED)
    subjects = tuple(
        Subject(subject=station, result=result, expected="passed", found="-")
        for station, result in zip(drawn, results, strict=True)
    )
    path = "examinations/0001.note"
    world.files[path] = officers_sign(world, replace(paper(world, path, Examination), subjects=subjects))
    said = remarks(world)
    assert f"Audit LOOK drew 1 that were not examined, {drawn[1]} among them." in said
    assert not any("no examination speaks" in each for each in said)
