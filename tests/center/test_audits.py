"""An audit's papers at the centre: taken in their order, published as they were signed, and there after a restart."""

from collections.abc import Callable
from typing import Any

import msgspec
import pytest
from tests.audit.audited import Audit, audit_of, board_sign
from tests.center.test_centre import CERTIFIED, DECIDED, send
from tests.center.test_replay import Kept, compare
from tests.tampering.builder import NIGHT, SEED, build, officers_sign

from urna.audit.box_count import AuditCount
from urna.audit.examination import Examination, ExaminationKind, Result, Subject
from urna.audit.manifest import Bound, Container
from urna.audit.report import CountUsed, Outcome
from urna.center.centre import Centre
from urna.center.papers import handings, sort_papers
from urna.election.certification import Certification
from urna.encoding.canonical import digest, encode
from urna.encoding.document import read_document
from urna.errors import Malformed, OutOfOrder, Unproven, UrnaError
from urna.record.layout import DEFINITION, ROLL, Kind, audit_count_path

FAR = 10**6


def counted() -> Centre:
    """A centre with the final results of the small record, all of them published."""
    audit = build()
    centre = Centre(audit.files[DEFINITION], audit.keys.log)
    centre.certify(audit.files[CERTIFIED])
    centre.commit_roll(audit.files[ROLL])
    for path, data in audit.files.items():
        if "/zero-" in path:
            centre.receive_zero_report(data)
    for station in ("B-02", "A-01", "B-01", "A-02"):
        send(centre, station)
    send(centre, "A-02", 1)
    centre.decide(audit.files[DECIDED])
    centre.issue_results(NIGHT, status="final", lot_seed=SEED)
    return centre


def papers_of(audit: Audit, *kinds: str) -> dict[str, bytes]:
    """The audit's files, by path; those of some kinds alone."""
    return {
        path: data
        for path, data in audit.world.files.items()
        if path.startswith("audits/") and (not kinds or any(f"/{kind}" in path for kind in kinds))
    }


def load(centre: Centre, files: dict[str, bytes]) -> None:
    """What `urna center load` does with files."""
    for handing in handings(sort_papers(files)):
        handing.take(centre)


def whole() -> Audit:
    """An audit with rules, seed, a round, its counts and a report."""
    audit = audit_of(contests=("NOM-1",))
    audit.count(*[audit.box(code) for code in audit.drawn])
    assert audit.report().outcome is Outcome.CONFIRMED
    return audit


def test_an_audit_is_published_as_it_was_signed() -> None:
    """Every file of it, byte for byte, at its place; nothing is signed by the centre."""
    audit, centre = whole(), counted()
    centre.take_files()
    load(centre, papers_of(audit, "manifest", "weights", "commitment"))
    centre.note_published(FAR)
    load(centre, papers_of(audit, "seed", "round", "count-", "report"))
    assert {file.path: file.data for file in centre.take_files()} == papers_of(audit)


def test_a_restart_gives_the_same_leaves() -> None:
    """The journal says enough, seeds and all; and the second centre goes on where the first was."""
    audit = whole()
    kept = Kept(counted())
    load(kept.centre, papers_of(audit, "manifest", "weights", "commitment"))
    kept.keep()
    kept.centre.note_published(FAR)
    load(kept.centre, papers_of(audit, "seed", "round"))
    kept.keep()
    again = kept.again()
    again.keep()
    for each in (kept, again):
        load(each.centre, papers_of(audit, "count-", "report"))
        each.keep()
    compare(kept, again)
    assert [each.path for each in kept.shown if each.path.startswith("audits/")]


def test_a_seed_before_its_rules_are_published_is_refused() -> None:
    """Until a published checkpoint holds them; then the same seed is taken, once."""
    audit, centre = audit_of(contests=("NOM-1",)), counted()
    centre.note_published(centre.leaves_given)
    load(centre, papers_of(audit, "manifest", "weights", "commitment"))
    seed = papers_of(audit, "seed")
    with pytest.raises(OutOfOrder, match="Publish the rules first"):
        load(centre, seed)
    centre.note_published(centre.leaves_given - 1)
    with pytest.raises(OutOfOrder, match="Publish the rules first"):
        load(centre, seed)
    centre.note_published(centre.leaves_given)
    load(centre, seed)
    with pytest.raises(OutOfOrder, match="one seed for an audit"):
        load(centre, seed)


def ready(audit: Audit) -> Centre:
    """A centre that has the audit up to its round."""
    centre = counted()
    centre.note_published(FAR)
    load(centre, papers_of(audit, "manifest", "weights", "commitment", "seed", "round"))
    centre.take_files()
    return centre


def _changed(**fields: Any) -> Callable[[Audit], AuditCount]:
    return lambda audit: audit.box("A-01", **fields)


@pytest.mark.parametrize(
    ("count", "error", "said"),
    [
        (lambda audit: audit.box("B-01"), OutOfOrder, "a box that was drawn"),
        (_changed(sequence=2, reason="Again."), OutOfOrder, "expected number 1, found 2"),
        (_changed(seed="00" * 32), Unproven, "which names its rules and its seed"),
        (_changed(audit="RLA-2"), OutOfOrder, "no rules yet"),
        (_changed(election="00" * 32), Unproven, "a document of this election"),
        (_changed(withheld=("NOM-1",)), Malformed, "withheld what the sheet withholds"),
        (_changed(lines=()), Malformed, "one line for each"),
        (_changed(typed_by=("Ana Paz", "ana  paz")), Malformed, "two people who typed"),
        (_changed(reason="Counted for V-12.345.678."), Malformed, "number of a person's card"),
        (_changed(reason="x" * 501), Malformed, "at most 500 letters"),
        (_changed(reason="two\nlines"), Malformed, "a reason of one line"),
        (_changed(papers=1), Malformed, "votes in NOM-1"),
        (_changed(papers=1_000_001), Malformed, "at most 1000000 slips in a box"),
    ],
)
def test_a_count_that_cannot_be_is_refused_whole(
    count: Callable[[Audit], AuditCount], error: type[UrnaError], said: str
) -> None:
    """Nothing is published, and the right count is taken afterwards."""
    audit = audit_of(contests=("NOM-1",))
    centre = ready(audit)
    with pytest.raises(error, match=said):
        centre.take_audit_paper(board_sign(count(audit)))
    assert centre.take_files() == ()
    centre.take_audit_paper(board_sign(audit.box("A-01")))
    assert [file.path for file in centre.take_files()] == [audit_count_path("RLA-1", "A-01", 1)]


def test_fewer_signers_than_the_quorum_are_refused() -> None:
    """Of the board and of the officers; an officer's key that is not of the board counts for nothing."""
    audit = audit_of(contests=("NOM-1",))
    centre = ready(audit)
    for document in (board_sign(audit.box("A-01"), 1), officers_sign(audit.world, audit.box("A-01"), 3)):
        with pytest.raises(Unproven, match="signature"):
            centre.take_audit_paper(document)
    files = papers_of(audit, "manifest", "weights", "commitment")
    rules = audit.path(Kind.AUDIT_COMMITMENT)
    with pytest.raises(Unproven, match="signature"):
        load(counted(), files | {rules: officers_sign(audit.world, audit.commitment, 1)})
    with pytest.raises(Unproven, match="signature"):
        load(counted(), files | {rules: board_sign(audit.commitment, 3)})


def test_rules_come_with_the_manifest_and_weights_that_they_name() -> None:
    """One without the others is refused before anything is taken."""
    files = papers_of(audit_of(contests=("NOM-1",)), "manifest", "weights", "commitment")
    for missing in files:
        with pytest.raises(OutOfOrder, match="the whole folder that urna audit commit wrote"):
            load(counted(), {path: data for path, data in files.items() if path != missing})


def test_the_log_is_not_of_the_board() -> None:
    """Who publishes the record does not audit it."""
    audit = Audit(build(), contests=("NOM-1",))
    log = audit.world.election.definition.authority.log
    audit.commit(board=(*audit.commit().board[:2], log))
    with pytest.raises(Malformed, match="a board without the log's key"):
        load(counted(), papers_of(audit))


def with_boxes(audit: Audit, changed: Callable[[Container], Container], **fields: Any) -> dict[str, bytes]:
    """The audit's rules with other boxes, signed as they should be."""
    boxes = tuple(map(changed, audit.manifest.containers))
    phantoms = sum(each.phantoms for each in boxes)
    manifest = msgspec.structs.replace(audit.manifest, containers=boxes, phantoms=phantoms, **fields)
    assert audit.weights is not None
    weights = msgspec.structs.replace(audit.weights, manifest=digest(encode(manifest)))
    names = {"manifest": digest(encode(manifest)), "weights": digest(encode(weights))}
    rules = msgspec.structs.replace(audit.commitment, **names)
    return {
        audit.path(Kind.AUDIT_MANIFEST): board_sign(manifest),
        audit.path(Kind.AUDIT_WEIGHTS): board_sign(weights),
        audit.path(Kind.AUDIT_COMMITMENT): officers_sign(audit.world, rules),
    }


def _elsewhere(box: Container) -> Container:
    return msgspec.structs.replace(box, centre="B") if box.code == "A-02" else box


def _small(box: Container) -> Container:
    return msgspec.structs.replace(box, papers=30, phantoms=0) if box.code == "A-01" else box


def _without_phantoms(box: Container) -> Container:
    return msgspec.structs.replace(box, phantoms=0)


@pytest.mark.parametrize(
    ("changed", "fields", "said"),
    [
        (_elsewhere, {}, "expected box A-02 in centre A-CENTRE, where its station is, found in B"),
        (_small, {"papers": 90}, "at least 49 slips in box A-01, one for each ballot of its sheet, found 30"),
        (_without_phantoms, {"bound": Bound.REGISTERED}, "papers in box A-01, one for each registered elector"),
    ],
)
def test_boxes_that_are_not_the_definitions_are_refused_whole(
    changed: Callable[[Container], Container], fields: dict[str, Any], said: str
) -> None:
    """As verification would find them; nothing is published, and the right rules are taken afterwards."""
    audit, centre = audit_of(contests=("NOM-1",)), counted()
    centre.take_files()
    with pytest.raises(Malformed, match=said):
        load(centre, with_boxes(audit, changed, **fields))
    assert centre.take_files() == ()
    load(centre, with_boxes(audit, lambda box: box))
    assert len(centre.take_files()) == 3


def _with_station_key() -> Audit:
    """An audit on whose board somebody has the closing key of A-02."""
    audit = Audit(build(), contests=("NOM-1",))
    board = audit.commit().board
    key = read_document(audit.world.files[CERTIFIED], Certification).stations[1].closing
    audit.commit(board=(*board[:2], msgspec.structs.replace(board[2], key=key)))
    return audit


def test_no_station_is_of_the_board() -> None:
    """Not with one of its keys, whichever of the two comes first."""
    files = papers_of(_with_station_key(), "manifest", "weights", "commitment")
    centre = counted()
    centre.take_files()
    with pytest.raises(Malformed, match=r"the key of board\.example/eva, which is one of station A-02"):
        load(centre, files)
    assert centre.take_files() == ()
    world = build()
    fresh = Centre(world.files[DEFINITION], world.keys.log)
    load(fresh, files)
    fresh.take_files()
    with pytest.raises(Malformed, match="a board without keys of stations"):
        fresh.certify(world.files[CERTIFIED])
    assert fresh.take_files() == ()


def test_a_second_commitment_of_an_audit_is_refused() -> None:
    """One audit has one set of rules, and so one seed."""
    audit, other = audit_of(contests=("NOM-1",)), audit_of(contests=("NOM-1",), limit="1/10")
    centre = counted()
    load(centre, papers_of(audit, "manifest", "weights", "commitment"))
    with pytest.raises(OutOfOrder, match="one commitment for an audit"):
        load(centre, papers_of(other, "manifest", "weights", "commitment"))


def test_a_count_replaces_another_with_a_reason_and_the_next_number() -> None:
    """Both stay published; a report has to rest on the newer one."""
    audit = audit_of(contests=("NOM-1",))
    centre = ready(audit)
    old = audit.box("A-01")
    audit.count(old, audit.box("A-02"))
    audit.count(audit.box("A-01"))
    load(centre, papers_of(audit, "count-"))
    stale = msgspec.structs.replace(audit.report(), counts=tuple(_used(each) for each in (old, audit.counts["A-02"])))
    with pytest.raises(Unproven, match="the newest counts of 2 boxes"):
        centre.take_audit_paper(board_sign(stale))
    load(centre, papers_of(audit, "report"))
    with pytest.raises(Malformed, match="a reason"):
        centre.take_audit_paper(board_sign(audit.box("A-02", reason="")))


def _used(count: AuditCount) -> CountUsed:
    return CountUsed(station=count.station, sequence=count.sequence, count=digest(encode(count)))


def test_undrawn_boxes_are_counted_only_after_a_report_said_so() -> None:
    """The report of a lost box orders the full count; then all boxes are taken, and the last report."""
    audit = audit_of(contests=("NOM-1",))
    centre = ready(audit)
    audit.count(audit.box("A-01"), audit.lost("A-02"))
    load(centre, papers_of(audit, "count-"))
    with pytest.raises(OutOfOrder, match="a box that was drawn"):
        centre.take_audit_paper(board_sign(audit.box("B-01")))
    audit.report()
    load(centre, papers_of(audit, "report"))
    audit.count(audit.box("B-01"), audit.box("B-02"))
    last = audit.report()
    load(centre, papers_of(audit, "count-B", "report-2"))
    assert last.round == 2
    with pytest.raises(OutOfOrder, match="no round after a full count"):
        centre.take_audit_paper(board_sign(_next_round(audit)))


def _next_round(audit: Audit) -> msgspec.Struct:
    return msgspec.structs.replace(audit.rounds[0], round=2)


def examined(serial: int = 1, draw: str = "", **fields: object) -> Examination:
    """Somebody looked at one station."""
    made = Examination(
        election=build().election.identity,
        serial=serial,
        kind=ExaminationKind.REHEARSAL,
        draw=draw,
        held_at=NIGHT,
        place="Caracas",
        present=("Ana Paz",),
        subjects=(Subject(subject="A-01", result=Result.PASSED, expected="", found=""),),
        figures=(),
        bounds=(),
        evidence=(),
        conclusion="As it should be.",
    )
    return msgspec.structs.replace(made, **fields)


def test_examinations_are_published_in_their_order_and_after_a_restart() -> None:
    """By two officers; the next serial, and of a draw only one that is there."""
    world, centre = build(), counted()
    kept = Kept(centre)
    for wrong, error in (
        (officers_sign(world, examined(2)), OutOfOrder),
        (officers_sign(world, examined(), 1), Unproven),
        (board_sign(examined(), 3), Unproven),
        (officers_sign(world, examined(draw="RLA-9")), OutOfOrder),
        (officers_sign(world, examined(election="00" * 32)), Unproven),
    ):
        with pytest.raises(error):
            load(centre, {"examination.note": wrong})
    first = officers_sign(world, examined())
    load(centre, {"examination.note": first})
    kept.keep()
    assert [each.path for each in kept.shown][-1] == "examinations/0001.note"
    again = kept.again()
    again.keep()
    compare(kept, again)
    with pytest.raises(OutOfOrder):
        load(again.centre, {"examination.note": first})


def test_what_is_no_paper_of_an_audit_is_refused() -> None:
    """Other documents, and rubbish."""
    centre = counted()
    for rubbish in (b"", b"{}\n", b'{"type":"urna/draw-seed/1","audit":"../X"}\n', b"\xff"):
        with pytest.raises(Malformed):
            centre.take_audit_paper(rubbish)
    audit = audit_of(contests=("NOM-1",))
    with pytest.raises(OutOfOrder, match="no rules yet"):
        centre.take_audit_paper(board_sign(audit.seed))


@pytest.mark.parametrize("named", ["[]", "{}", "1", "null", '["urna/draw-seed/1"]'])
def test_a_document_whose_type_is_no_text_is_refused_with_its_place(named: str) -> None:
    """A file in an inbox ended the round of the centre that looked at it."""
    with pytest.raises(Malformed) as refused:
        sort_papers({"inbox/x.note": f'{{"type":{named}}}\n\n— a.example/x AAAA\n'.encode()})
    assert refused.value.where == "inbox/x.note"
