"""Audits are done again from the record: true ones pass, and every attack is noticed by its check and no other."""

import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.tampering.builder import World, build
from tests.tampering.signed_fuzz import mutate
from tests.verify.audit_attacks import ATTACKS, Attack, change
from tests.verify.audited_world import BOARD, AuditMaker, audited_world, confirmed, full_count, hot
from tests.verify.encrypted_world import build_encrypted

from urna.audit.report import AuditReport, Outcome
from urna.audit.seed import Method
from urna.cli.main import main
from urna.encoding.canonical import digest
from urna.log.note import sign_note
from urna.record.reader import RecordInMemory
from urna.storage.record import FolderWriter
from urna.verify.procedure import verify_record
from urna.verify.report import AUDIT_CHECKS, Check, Report, Status

ALL = (*AUDIT_CHECKS, Check.EXAMINATIONS)


def verify(world: World) -> Report:
    """The report on a world as it is published."""
    return verify_record(RecordInMemory(world.publish()))


def status(report: Report) -> dict[int, Status]:
    """How the checks of audits ended."""
    return {check.number: check.status for check in report.checks if check.number in ALL}


def test_true_audits_pass() -> None:
    """Two audits by weight, a share of each centre and a sample, each with its outcome in a sentence."""
    report = verify(audited_world())
    assert report.is_proven
    assert status(report) == dict.fromkeys(ALL, Status.PASSED)
    said = [str(remark) for remark in report.remarks]
    assert "Audit RLA-1: confirmed, risk 0.5 % at a limit of 5 %, 2 of 4 boxes counted." in said
    assert "Audit RLA-2: confirmed, risk 0 % at a limit of 5 %, 4 of 4 boxes counted." in said
    assert "Audit HOT: 2 of 4 boxes compared with their sheets, 0 differences." in said
    assert "Audit LOOK: 2 of 4 were drawn to be looked at." in said


def test_without_audits_their_checks_are_absent() -> None:
    """They prove nothing, and the report says why."""
    report = verify(build())
    assert status(report) == dict.fromkeys(ALL, Status.ABSENT)


@pytest.mark.parametrize("case", ATTACKS, ids=lambda case: case.name)
def test_an_attack_is_noticed(case: Attack) -> None:
    """The check for this attack fails and names what it must; no check fails that has no reason to."""
    world = audited_world(case.audit)
    case.tamper(world)
    report = verify(world)
    findings = [finding for check in report.checks for finding in check.findings]
    text = "\n".join(f"{each.rule} {each.file} {each.station} {each.sentence}" for each in findings)
    assert report.failed == case.checks, text
    assert [name for name in case.names if name not in text] == [], text
    assert not report.is_proven
    says = [str(remark) for remark in report.remarks if str(remark).startswith(f"Audit {case.audit}")]
    is_about_it = case.checks != {Check.EXAMINATIONS}
    assert [remark for remark in says if "confirmed, risk" in remark] == [] or not is_about_it
    assert any("DOES NOT VERIFY" in remark for remark in says) == is_about_it


def test_every_check_of_audits_has_attacks() -> None:
    """Fifty and more, under names of their own."""
    assert {number for case in ATTACKS for number in case.checks} == set(ALL)
    assert len({case.name for case in ATTACKS}) == len(ATTACKS) >= 50


@pytest.mark.parametrize("contests", [("LIST-N", "NOM-2"), ("LIST-N", "REF"), ("NOM-1",)])
def test_audits_of_encrypted_ballots_are_done_again(contests: tuple[str, ...]) -> None:
    """Most sheets withhold most votes, and the totals have what the guardians opened."""
    world = build_encrypted().copy()
    audit = full_count(world, contests)
    report = verify(world)
    assert audit.reports[-1].withheld
    assert report.is_proven
    assert status(report)[Check.AUDIT_RISK] is Status.PASSED


def test_a_hot_audit_before_any_results_is_done_again() -> None:
    """Its risk is unknown, and it compares with the sheets of the closing; a second report follows the results."""
    world = build()
    results = {path: world.files[path] for path in ("results/0001.note", "results/0002.note")}
    for path in results:
        world.remove(path)
    world.batches = [batch for batch in world.batches if batch]
    audit = hot(world)
    assert (audit.reports[0].edition, {each.risk for each in audit.reports[0].risks}) == (0, {"1/1"})
    assert verify(world).is_proven
    world.batches.append([])
    for path, data in results.items():
        world.add(path, data)
    world.retotal()
    world.batches.append([])
    audit.audited = AuditMaker(world, "HOT").audited
    audit.count("A-01", reason="counted again")
    assert audit.report(2).edition == 2
    report = verify(world)
    assert report.is_proven, [each for check in report.checks for each in check.findings]
    change(world, "audits/HOT/report-2.note", AuditReport, edition=0)
    assert verify(world).failed == {Check.AUDIT_RISK}


def test_a_share_of_only_some_stations_says_nothing_of_their_contests() -> None:
    """B-01 counts and cannot be drawn: what it votes on has no risk below 1, and the rest has one."""
    world = build()
    audit = hot(world, ("A-01", "A-02", "B-02"))
    assert {each.contest for each in audit.reports[0].risks if each.risk == "1/1"} == {"LIST-N", "NOM-2", "REF"}
    report = verify(world)
    assert report.is_proven, [each for check in report.checks for each in check.findings]


def test_the_checkpoint_between_rules_and_seed_is_needed() -> None:
    """Other old checkpoints may be dropped; without this one nothing shows that the rules came first."""
    folder = audited_world("RLA-1").publish()
    del folder["log/checkpoints/25"]
    assert verify_record(RecordInMemory(folder)).failed == {Check.AUDIT_DRAWS}
    folder = audited_world("RLA-1").publish()
    del folder["log/checkpoints/22"]
    assert verify_record(RecordInMemory(folder)).is_proven


def test_the_command_says_how_each_audit_stands(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Under the checks, in a sentence."""
    writer = FolderWriter(tmp_path / "record", durable=False)
    for path, data in audited_world().publish().items():
        writer.write(path, data)
    assert main(["verify", str(tmp_path / "record")]) == 0
    shown = " ".join(capsys.readouterr().out.split())
    assert "Audit RLA-1: confirmed, risk 0.5 % at a limit of 5 %, 2 of 4 boxes counted." in shown


def test_an_audit_that_has_only_begun_passes() -> None:
    """Rules without a seed, a seed without draws, draws without counts."""
    world = build()
    audit = AuditMaker(world, "RLA-1")
    audit.commit(Method.MACRO, ("NOM-1",), (4,))
    assert verify(world).is_proven
    audit.roll()
    assert verify(world).is_proven
    audit.draw()
    report = verify(world)
    assert report.is_proven
    assert "Audit RLA-1 has no report yet: 2 of 4 boxes drawn, 0 counted." in map(str, report.remarks)


def test_a_lost_box_makes_a_full_count() -> None:
    """It counts as the worst; where that could elect others, even a full count stays open."""

    def lose(audit: AuditMaker, box: str) -> None:
        audit.count(box, is_lost=box == "A-01", reason="burnt" if box == "A-01" else "")

    world = build()
    audit = full_count(world, ("NOM-1",), lose)
    assert [report.outcome for report in audit.reports] == [Outcome.FULL_COUNT, Outcome.FULL_COUNT]
    assert audit.reports[0].lost == ("A-01",)
    assert verify(world).failed == frozenset()


@pytest.mark.parametrize("contests", [("NOM-1",), ("LIST-N",), ("IND", "LIST-N", "NOM-1", "NOM-2"), ("LIST-N", "REF")])
def test_every_kind_of_contest_is_done_again(contests: tuple[str, ...]) -> None:
    """Whatever comes out, the verifier works out the same."""
    world = build()
    full_count(world, contests)
    report = verify(world)
    assert report.failed == frozenset()
    assert status(report)[Check.AUDIT_RISK] is Status.PASSED


@pytest.mark.parametrize("seed", range(40))
def test_whatever_is_in_the_boxes_is_done_again(seed: int) -> None:
    """Votes gone to blanks or to another, boxes lost or too full: planner and verifier agree, round by round."""
    chance = random.Random(seed)

    def count(audit: AuditMaker, box: str) -> None:
        apart = {}
        for tally in audit.sheets[box].contests:
            for each in tally.votes or ():
                lost = chance.choice((0, 0, 0, each.votes // 4, each.votes))
                apart[tally.contest, each.option] = -lost
        is_lost = chance.random() < 0.1
        slips = chance.choice((0, 0, 1, 40, 400))
        audit.count(box, apart, is_lost=is_lost, reason="burnt" if is_lost else "", slips=slips)

    world = build()
    contests = chance.choice((("NOM-1",), ("LIST-N", "NOM-2"), ("IND", "NOM-1"), ("LIST-N",)))
    audit = full_count(world, contests, count, said=f"{chance.getrandbits(60):020d}")
    report = verify(world)
    assert report.failed == frozenset(), [each for check in report.checks for each in check.findings]
    assert status(report)[Check.AUDIT_RISK] is Status.PASSED
    assert audit.reports


@pytest.mark.parametrize("apart", [-31, *range(-5, 6)])
def test_every_difference_is_done_again(apart: int) -> None:
    """Votes too many and too few in one box, up to a risk that is too large."""
    world = build()
    confirmed(world, more={("NOM-1", "CAI"): apart})
    report = verify(world)
    assert report.failed == frozenset(), [each for check in report.checks for each in check.findings]


def _chain(files: dict[str, Any], folder: str) -> Iterator[tuple[str, str, str]]:
    """Which field of which paper is the hash of which other one."""
    if f"{folder}weights.note" in files:
        yield f"{folder}weights.note", "manifest", f"{folder}manifest.note"
        yield f"{folder}commitment.note", "weights", f"{folder}weights.note"
    yield f"{folder}commitment.note", "manifest", f"{folder}manifest.note"
    yield f"{folder}seed.note", "commitment", f"{folder}commitment.note"
    for path in sorted(files):
        if path.startswith((f"{folder}round-", f"{folder}reading-", f"{folder}report-")):
            yield path, "commitment", f"{folder}commitment.note"
        if path.startswith((f"{folder}round-", f"{folder}reading-", f"{folder}report-", f"{folder}count-")):
            yield path, "seed", f"{folder}seed.note"
    readings = [path for path in sorted(files) if path.startswith(f"{folder}reading-")]
    yield from ((path, "drawn", path.replace("reading-", "round-")) for path in readings)


def _forge(world: World, chance: random.Random, folder: str) -> str:
    """Changes one paper of an audit or an examination, gives all the others its new hash, and signs everything."""
    papers = {path: data for path, data in world.files.items() if path.startswith(("audits/", "examinations/"))}
    files = {path: json.loads(data.partition(b"\n")[0]) for path, data in papers.items()}
    path = chance.choice(sorted(files))
    files[path] = mutate(files[path], chance)
    for holder, field, named in _chain(files, folder):
        if isinstance(files[holder], dict) and field in files[holder] and holder != path:
            files[holder][field] = digest(_text(files[named]))
    for name, record in files.items():
        used = record.get("counts") if name.startswith(f"{folder}report-") and isinstance(record, dict) else None
        for each in used if isinstance(used, list) and name != path else []:
            counted = f"{folder}count-{each['station']}-{each['sequence']}.note"
            each["count"] = digest(_text(files[counted]))
    for name, record in files.items():
        is_officers = name.endswith("commitment.note") or name.startswith("examinations/")
        world.files[name] = sign_note(_text(record).decode() + "\n", world.keys.officers if is_officers else BOARD)
    return f"{path}: {json.dumps(files[path])[:2000]}"


def _text(record: object) -> bytes:
    text = json.dumps(record, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return text.replace("\x00", "").replace("\u2028", "").encode()


def _assert_forgeries_never_crash(seed: int, count: int) -> None:
    chance = random.Random(seed)
    for _ in range(count):
        names = chance.choice((("RLA-1", "LOOK"), ("RLA-1",), ("RLA-1",), ("SLIPS",), ("SLIPS",)))
        world = audited_world(*names)
        what = _forge(world, chance, f"audits/{names[0]}/")
        try:
            verify(world)
        except Exception as error:
            raise AssertionError(what) from error


def test_whatever_a_board_signs_nothing_crashes() -> None:
    """Any paper of an audit, changed at random, with all hashes and signatures made anew, leads to findings at most."""
    _assert_forgeries_never_crash(seed=1, count=60)


@pytest.mark.slow
def test_whatever_a_board_signs_nothing_crashes_in_a_large_sample() -> None:
    """The same 400 times."""
    _assert_forgeries_never_crash(seed=2, count=400)
