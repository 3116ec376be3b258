"""A centre on a real database: what is received is durable, proven later, published under witnesses, and verifies."""

import os
from functools import cache
from itertools import pairwise
from pathlib import Path

import pytest
from tests.center.parcels import at_work, make, parcel_of, prepare, wait_for_proofs, witnesses
from tests.tampering.builder import EVENING, NIGHT, World, build, officers_sign, station_keys
from tests.verify.encrypted_world import EncryptedWorld, build_encrypted

from urna.center.centre import Centre
from urna.center.journal import ActKind
from urna.center.papers import handings, sort_papers
from urna.center.receipt import Verdict
from urna.election.certification import Revocation
from urna.encoding.canonical import digest, encode
from urna.errors import OutOfOrder, Unproven
from urna.record.bundle import StationBundle
from urna.record.layout import DEFINITION, ballots_path, results_path, sheet_path, zero_report_path
from urna.storage.centre_opening import FILES, make_centre, open_centre
from urna.storage.centre_publisher import Published, Publisher
from urna.storage.centre_sequencer import Sequencer, Step
from urna.storage.centre_service import CentreService
from urna.storage.centre_workers import Workers
from urna.storage.record import FolderReader
from urna.tally.results import StationState
from urna.verify.procedure import verify_record
from urna.verify.work import BallotWork


@cache
def world() -> EncryptedWorld:
    """The small world of encrypted ballots, built once."""
    return build_encrypted()


@cache
def plain() -> World:
    """The small world without guardians."""
    return build()


def test_a_whole_night_is_published_and_verifies(database: str, tmp_path: Path) -> None:
    """Parcels, a restart while sheets wait, proofs from the stored ballots, openings, results, witnesses, checks."""
    folder = tmp_path / "centre"
    make(world(), folder, database)
    first, *others = world().election.stations
    with at_work(world(), folder) as service:
        answer = service.receive(first, parcel_of(world(), first), digest(parcel_of(world(), first)))
        assert answer.verdict is Verdict.RECEIVED
    with at_work(world(), folder) as service:
        for station in others:
            assert service.receive(station, parcel_of(world(), station)).verdict is Verdict.RECEIVED
        wait_for_proofs(service)
        assert service.receive(first, parcel_of(world(), first)).verdict is Verdict.REPEATED
        publisher = Publisher(service.opened, service.sequencer, witnesses(world()), durable=False)
        service.issue_results()
        early = publisher.publish().size
        for serial in world().serials():
            service.take(lambda centre, s=serial: centre.open_aggregate(world().aggregate(s)))  # type: ignore[misc]
        assert service.receive("B-02", parcel_of(world(), "B-02", 1)).verdict is Verdict.ACCEPTED
        results = service.issue_results(status="final", lot_seed="46113")
        assert publisher.publish().size > early
        assert publisher.publish().files == 0
    assert results.status == "final"
    report = verify_record(FolderReader(folder / "record"), ballots=BallotWork(coefficients=os.urandom))
    assert report.failed == frozenset()
    assert report.is_proven


def test_below_the_quorum_of_witnesses_nothing_is_shown(tmp_path: Path) -> None:
    """The next run, with all of them, shows everything."""
    make(plain(), tmp_path / "centre")
    with at_work(plain(), tmp_path / "centre") as service:
        service.receive("B-01", parcel_of(plain(), "B-01"))
        with pytest.raises(Unproven, match="witness-1"):
            Publisher(service.opened, service.sequencer, witnesses(plain(), 1), durable=False).publish()
        shown = [path.name for path in (tmp_path / "centre" / "record").rglob("*")]
        assert shown == ["README.txt"]
        Publisher(service.opened, service.sequencer, witnesses(plain()), durable=False).publish()
    record = tmp_path / "centre" / "record"
    assert (record / sheet_path("B-01", 0)).read_bytes() == plain().files[sheet_path("B-01", 0)]


def test_an_edition_is_logged_before_the_sheets_that_it_does_not_count(tmp_path: Path) -> None:
    """Though they came while it was issued and were committed with it; every verifier sums the sheets before it."""
    folder = tmp_path / "centre"
    make(plain(), folder)
    opened = open_centre(folder, plain().keys.log)
    writer = Sequencer(opened, lambda: NIGHT)
    sheets = {code: plain().files[sheet_path(code, 0)] for code in ("B-02", "B-01")}
    zero = {code: plain().files[zero_report_path(code, 1)] for code in sheets}

    def take(centre: Centre, code: str) -> Step:
        centre.receive_zero_report(zero[code])
        taken = centre.receive_sheet(StationBundle(sheets[code], plain().files.get(ballots_path(code))), NIGHT)
        assert taken.verdict is Verdict.ACCEPTED
        listed = plain().files.get(ballots_path(code), b"")
        return Step(None, {digest(each): each for each in (sheets[code], zero[code], listed)})

    writer.submit(lambda centre: take(centre, "B-02"))
    writer.submit(lambda centre: Step(centre.issue_results(NIGHT)))
    last = writer.submit(lambda centre: take(centre, "B-01"))
    writer.start()
    last.result()
    writer.stop()
    paths = [each.path for each in opened.store.leaves()]
    opened.close()
    order = [paths.index(path) for path in (sheet_path("B-02", 0), results_path(1), sheet_path("B-01", 0))]
    assert order == sorted(order)


def test_a_long_log_is_published_in_steps_of_whole_commits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each under a checkpoint of its own, so that a file follows soon on the log that names it."""
    monkeypatch.setattr("urna.storage.centre_publisher.MOST_AT_ONCE", 4)
    make(plain(), tmp_path / "centre")
    with at_work(plain(), tmp_path / "centre") as service:
        for station in ("A-01", "B-01", "B-02"):
            assert service.receive(station, parcel_of(plain(), station)).verdict is Verdict.ACCEPTED
        asked, store = witnesses(plain()), service.opened.store
        commits, size = store.commits(0), store.leaf_count
        published = Publisher(service.opened, service.sequencer, asked, durable=False).publish()
        sizes = [size for size, _ in store.checkpoints()]
    assert published.size == size == sizes[-1]
    assert len(sizes) > 2
    assert set(sizes) <= set(commits)
    for before, after in pairwise([0, *sizes]):
        assert after - before <= 4 or not any(before < commit < after for commit in commits)


def test_a_record_that_was_cut_off_while_it_was_written_is_completed(tmp_path: Path) -> None:
    """The checkpoint was kept and no file was written: the next run writes all of it and asks nobody again."""
    folder = tmp_path / "centre"
    make(plain(), folder)
    with at_work(plain(), folder) as service:
        service.receive("B-01", parcel_of(plain(), "B-01"))
        asked = witnesses(plain())
        publisher = Publisher(service.opened, service.sequencer, asked, durable=False)
        publisher.write_promised = lambda: Published(0, 0)  # type: ignore[method-assign]
        publisher.publish()
        Publisher(service.opened, service.sequencer, asked, durable=False).publish()
        assert len(asked.asked) == 1
    assert (folder / "record" / sheet_path("B-01", 0)).exists()


def test_what_was_answered_is_there_after_a_restart(database: str, tmp_path: Path) -> None:
    """Accepted, repeated, conflicting, refused: each is told again what it was told before."""
    folder = tmp_path / "centre"
    make(plain(), folder, database)
    other = parcel_of(plain(), "A-02", changes={"sheet-0.note": plain().files[sheet_path("B-01", 0)]})
    with at_work(plain(), folder) as service:
        assert service.receive("B-01", parcel_of(plain(), "B-01")).verdict is Verdict.ACCEPTED
        assert service.receive("A-02", other).verdict is Verdict.REFUSED
        assert service.receive("A-02", b"rubbish").verdict is Verdict.REFUSED
        assert service.receive("Z-99", b"rubbish").verdict is Verdict.REFUSED
        serial = service.opened.store.serial
    with at_work(plain(), folder) as service:
        assert service.opened.store.serial == serial
        assert service.opened.centre.state("B-01") is StationState.COUNTED
        assert service.opened.centre.state("A-02") is StationState.OUTSTANDING
        assert service.receive("B-01", parcel_of(plain(), "B-01")).verdict is Verdict.REPEATED
        row = service.opened.store.station("B-01")
        assert row is not None
        assert (row.standing, row.sequence) == ("counted", 0)
        kept = [(each.verdict, bool(each.reason)) for each in service.opened.store.arrivals("A-02")]
        assert kept == [("refused", True), ("refused", True)]


def test_event_logs_are_kept_with_a_sheet_that_is_taken_and_with_no_other(tmp_path: Path) -> None:
    """Once, as they came, long or short; a resend and a refused parcel add nothing."""
    folder, log = tmp_path / "centre", {"event-log-booth-1.jsonl": b"[]\n", "report.pdf": bytes(100_000)}
    make(plain(), folder)
    with at_work(plain(), folder) as service:
        for _ in range(2):
            service.receive("B-01", parcel_of(plain(), "B-01", changes=log))
        foreign = {**log, "sheet-0.note": plain().files[sheet_path("B-01", 0)]}
        service.receive("A-02", parcel_of(plain(), "A-02", changes=foreign))
    with at_work(plain(), folder) as service:
        kept = [act for act in service.opened.store.acts() if act.kind is ActKind.KEPT]
        assert [(act.station, list(act.kept or {})) for act in kept] == [("B-01", sorted(log))]
        for name, named in (kept[0].kept or {}).items():
            assert service.opened.store.read(named.sha256) == log[name]


def test_other_processes_do_the_same_work(tmp_path: Path) -> None:
    """Examined and proven in processes of their own; one that is killed is replaced."""
    folder = tmp_path / "centre"
    make(world(), folder)
    with at_work(world(), folder, processes=1) as service:
        assert service.receive("A-02", parcel_of(world(), "A-02")).verdict is Verdict.RECEIVED
        wait_for_proofs(service)
        for pool in service._workers._pools.values():
            for process in pool._processes.values():
                process.kill()
        assert service.receive("A-01", parcel_of(world(), "A-01")).verdict is Verdict.RECEIVED
        wait_for_proofs(service)
        assert {code for code in world().election.stations if service.opened.centre.counted_of(code)} == {
            "A-01",
            "A-02",
        }


def test_a_changed_database_is_found_when_the_centre_opens(tmp_path: Path) -> None:
    """An act that was taken out of the journal left leaves that do not follow from it any more."""
    folder = tmp_path / "centre"
    make(plain(), folder)
    with at_work(plain(), folder) as service:
        service.receive("B-01", parcel_of(plain(), "B-01"))
        with service.opened.store.engine.begin() as connection:
            connection.exec_driver_sql("DELETE FROM journal WHERE kind = 'sheet'")
    with pytest.raises(Unproven, match="follows from the journal"):
        open_centre(folder, plain().keys.log)


@pytest.mark.parametrize("is_published", [True, False])
def test_leaves_that_changed_places_are_found_when_the_centre_opens(tmp_path: Path, *, is_published: bool) -> None:
    """The same files in another order are another log, whether people saw it already or not."""
    folder = tmp_path / "centre"
    make(plain(), folder)
    with at_work(plain(), folder) as service:
        service.receive("B-01", parcel_of(plain(), "B-01"))
        if is_published:
            Publisher(service.opened, service.sequencer, witnesses(plain()), durable=False).publish()
        with service.opened.store.engine.begin() as connection:
            for before, after in ((1, 9999), (2, 1), (9999, 2)):
                connection.exec_driver_sql(f"UPDATE leaf SET place = {after} WHERE place = {before}")  # noqa: S608
    with pytest.raises(Unproven, match="changed the database"):
        open_centre(folder, plain().keys.log)


def test_no_results_are_issued_before_the_polls_close(tmp_path: Path) -> None:
    """Not by anybody: the service itself refuses, and nothing is in the journal."""
    folder = tmp_path / "centre"
    make(plain(), folder)
    opened = open_centre(folder, plain().keys.log)
    workers = Workers(plain().files[DEFINITION], folder / FILES, 0)
    clock = [opened.centre.election.definition.opens_at]
    service = CentreService(opened, lambda: clock[0], workers)
    service.start()
    try:
        serial = opened.store.serial
        with pytest.raises(OutOfOrder, match="after the polls close"):
            service.issue_results()
        assert opened.store.serial == serial
        clock[0] = opened.centre.election.definition.closes_at
        assert service.issue_results().edition == 1
    finally:
        service.close()


def test_a_revocation_that_was_sent_beside_a_sheet_is_still_to_be_taken(tmp_path: Path) -> None:
    """A file of the same bytes that a station sent is no act of the authority."""
    folder = tmp_path / "centre"
    make(plain(), folder)
    keys = station_keys(plain().election.stations["B-01"])
    document = officers_sign(
        plain(),
        Revocation(
            election=plain().election.identity,
            serial=1,
            issued_at=EVENING,
            station="B-01",
            keys=keys,
            reason="stolen",
            note="Taken from the truck.",
        ),
    )
    (handing,) = handings(sort_papers({"revocation.note": document}))
    with at_work(plain(), folder) as service:
        sent = parcel_of(plain(), "B-02", changes={"note.txt": document})
        assert service.receive("B-02", sent).verdict is Verdict.ACCEPTED
        assert not service.has_all(handing.papers)
        service.take(handing.take, {digest(document): document})
        assert service.has_all(handing.papers)
        assert service.opened.centre.facts("B-01").keys is None


def test_openings_that_were_taken_are_known_when_they_are_loaded_again(tmp_path: Path) -> None:
    """They are signed anew by the centre, so they are known by what they say and not by the hash of their file."""
    folder = tmp_path / "centre"
    make(world(), folder)
    with at_work(world(), folder) as service:
        for station in world().election.stations:
            service.receive(station, parcel_of(world(), station))
        wait_for_proofs(service)
        papers = {str(serial): encode(world().aggregate(serial)) for serial in world().serials()}
        every = handings(sort_papers(papers))
        for handing in every:
            assert not service.has_all(handing.papers)
            service.take(handing.take)
    with at_work(world(), folder) as service:
        assert all(service.has_all(handing.papers) for handing in every)


def test_a_centre_is_made_once_and_opened_with_its_own_key(tmp_path: Path) -> None:
    """Not over another one, not with a key that the definition does not name, and not by two."""
    folder = tmp_path / "centre"
    definition = plain().files[DEFINITION]
    with pytest.raises(Unproven, match="log's key"):
        make_centre(folder, definition, plain().keys.officers[0], NIGHT)
    make_centre(folder, definition, plain().keys.log, NIGHT)
    with pytest.raises(OutOfOrder, match="an empty folder"):
        make_centre(folder, definition, plain().keys.log, NIGHT)
    with pytest.raises(Unproven, match="log's key"):
        open_centre(folder, plain().keys.officers[0])
    with at_work(plain(), folder) as service:
        service.take(lambda centre: prepare(plain(), centre))
        with pytest.raises(OutOfOrder, match="no other process"):
            open_centre(folder, plain().keys.log)
