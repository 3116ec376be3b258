"""An audit read back from a record: every signature, draw and order is checked again."""

from collections.abc import Callable

import msgspec
import pytest
from tests.audit.audited import Audit, audit_of, board_sign
from tests.tampering.builder import build

from urna.audit.box_comparison import report_of
from urna.audit.report import Outcome
from urna.audit.seed import Method
from urna.errors import OutOfOrder, Unproven, UrnaError
from urna.record.audit_record import audited_of, audits_in, check_edition, read_audit
from urna.record.layout import Kind, audit_count_path, audit_path, place_of
from urna.record.published_log import read_published_log
from urna.record.reader import RecordInMemory


def _published(audit: Audit) -> RecordInMemory:
    return RecordInMemory(audit.world.publish())


def test_an_audit_is_read_as_it_was_published() -> None:
    """Rules, draws, newest counts, reports; and the report follows from them again."""
    audit = audit_of(contests=("NOM-1",))
    audit.count(audit.box("A-01"), audit.box("A-02"))
    audit.count(audit.box("A-01"))
    made = audit.report()
    reader = _published(audit)
    assert audits_in(reader) == ("RLA-1",)
    found = read_audit(reader, "RLA-1").papers
    assert (found.drawn, found.reports, found.counts["A-01"].sequence) == (audit.drawn, [made], 2)
    audited = audited_of(reader, audit.world.election, found.commitment, found.manifest)
    check_edition(audited)
    assert report_of(found.documents, audited, found.counts, made.made_at) == made


def test_an_audit_that_is_not_there_is_named() -> None:
    """With what to do first."""
    with pytest.raises(OutOfOrder, match="none with the code RLA-9"):
        read_audit(_published(audit_of()), "RLA-9")
    assert audits_in(RecordInMemory(build().publish())) == ()


def test_rules_that_were_published_with_their_seed_show_nothing() -> None:
    """In one batch there is no checkpoint between the two."""
    audit = audit_of()
    world = audit.world
    seed, rules = audit.path(Kind.AUDIT_SEED), audit.path(Kind.AUDIT_COMMITMENT)
    world.batches = [[path for path in batch if path != seed] for batch in world.batches]
    next(batch for batch in world.batches if rules in batch).append(seed)
    with pytest.raises(Unproven, match="published before the seed was rolled"):
        read_audit(_published(audit), "RLA-1")


def _resign(kind: Kind, number: int = 0, **fields: object) -> Callable[[Audit], None]:
    def change(audit: Audit) -> None:
        record = {
            Kind.AUDIT_SEED: audit.seed,
            Kind.AUDIT_ROUND: audit.rounds[0],
            Kind.AUDIT_MANIFEST: audit.manifest,
        }[kind]
        audit.world.files[audit.path(kind, number)] = board_sign(msgspec.structs.replace(record, **fields))

    return change


def _one_signer(audit: Audit) -> None:
    audit.world.files[audit_count_path("RLA-1", "A-01", 1)] = board_sign(audit.counts["A-01"], 1)


def _moved(audit: Audit) -> None:
    files = audit.world.files
    files[audit_count_path("RLA-1", "A-01", 1)], files[audit_count_path("RLA-1", "A-02", 1)] = (
        files[audit_count_path("RLA-1", "A-02", 1)],
        files[audit_count_path("RLA-1", "A-01", 1)],
    )


@pytest.mark.parametrize(
    "change",
    [
        _resign(Kind.AUDIT_SEED, rolled_at="2020-12-01T00:00:00Z"),
        _resign(Kind.AUDIT_SEED, seed="1" * 20),
        _resign(Kind.AUDIT_SEED, audit="RLA-2"),
        _resign(Kind.AUDIT_ROUND, 1, draws=()),
        _resign(Kind.AUDIT_ROUND, 1, round=2),
        _resign(Kind.AUDIT_MANIFEST, papers=1),
        _one_signer,
        _moved,
    ],
)
def test_a_paper_that_was_changed_is_refused(change: Callable[[Audit], None]) -> None:
    """Although the log holds it as it is."""
    audit = audit_of(contests=("NOM-1",))
    audit.count(audit.box("A-01"), audit.box("A-02"))
    change(audit)
    with pytest.raises(UrnaError):
        read_audit(_published(audit), "RLA-1")


def test_a_file_that_is_not_its_leaf_is_refused() -> None:
    """Exchanged after it was logged."""
    audit = audit_of(contests=("NOM-1",))
    audit.count(audit.box("A-01"))
    reader = _published(audit)
    path = audit_count_path("RLA-1", "A-01", 1)
    reader.files[path] = board_sign(audit.box("A-01", papers=50))
    with pytest.raises(Unproven, match="the file that the record's log and results name"):
        read_audit(reader, "RLA-1")


def test_rules_for_an_edition_that_was_not_published_then_are_refused() -> None:
    """Whoever makes rules for results to come could still choose the results."""
    audit = Audit(build(), contests=("NOM-1",))
    audit.commit()
    for changes in ({"edition": 3}, {"log_size": 5, "log_root": _root(audit, 5)}):
        other = Audit(build(), contests=("NOM-1",))
        other.commit(**changes)
        with pytest.raises(Unproven, match="among the first"):
            read_audit(_published(other), "RLA-1")


def _root(audit: Audit, size: int) -> str:
    log = read_published_log(_published(audit), audit.world.election).log
    return log.checkpoint(size).root.hex()


def test_an_edition_with_open_stations_is_not_audited() -> None:
    """The first edition of the small record misses two stations; and a manifest has to fit its edition."""
    audit = audit_of()
    reader = _published(audit)
    first = msgspec.structs.replace(audit.commitment, edition=1)
    with pytest.raises(OutOfOrder, match="no station is outstanding, refused or counted by hand"):
        check_edition(audited_of(reader, audit.world.election, first, audit.manifest))
    fewer = msgspec.structs.replace(audit.manifest, containers=audit.manifest.containers[1:])
    with pytest.raises(Unproven, match="exactly the 4 stations that count"):
        check_edition(audited_of(reader, audit.world.election, audit.commitment, fewer))


def test_a_hot_audit_before_any_results_is_compared_with_the_sheets_of_the_closing() -> None:
    """Edition 0, risks of 1: there is no outcome yet."""
    audit = audit_of(method=Method.SHARE, contests=("LIST-N",))
    audit.count(*[audit.box(code) for code in audit.drawn if code != "A-02"])
    reader = _published(audit)
    early = RecordInMemory({path: data for path, data in reader.files.items() if not _is_results(path)})
    audited = audited_of(early, audit.world.election, audit.commitment, audit.manifest)
    assert audited.results is None
    assert audited.sheets["A-02"].sequence == 0
    counts = audit.counts | {"A-02": audit.lost("A-02")}
    report = report_of(audit.documents, audited, counts, "2020-12-08T04:00:00Z")
    assert (report.outcome, report.edition, report.risks[0].risk) == (Outcome.COMPARED, 0, "1/1")
    assert audit_path("RLA-1", Kind.AUDIT_SEED) in reader.files


def _is_results(path: str) -> bool:
    place = place_of(path)
    return place is not None and place.kind is Kind.RESULTS
