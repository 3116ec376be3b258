"""A centre that is killed at any instant, or whose database is, goes on: answers that were given hold, and no other."""

import multiprocessing
import os
import threading
import time
from contextlib import suppress
from functools import cache
from pathlib import Path

import pytest
from tests.center.parcels import at_work, make, parcel_of, wait_for_proofs, witnesses
from tests.databases import postgres_server
from tests.night.processes import is_alive
from tests.storage.killing import killed_at
from tests.tampering.builder import World, build
from tests.verify.encrypted_world import EncryptedWorld, build_encrypted

from urna.center.receipt import Verdict
from urna.errors import OutOfOrder
from urna.storage.centre_publisher import Publisher
from urna.storage.record import FolderReader, FolderWriter
from urna.verify.procedure import verify_record

INSTANTS = 1000
"""More than an evening has."""


@cache
def world() -> World:
    """The small world without guardians."""
    return build()


@cache
def encrypted() -> EncryptedWorld:
    """The small world of encrypted ballots."""
    return build_encrypted()


def evening(folder: Path, told: Path) -> None:
    """Every station sends, the results are issued and published; each answer is written down once it was given."""
    with at_work(world(), folder) as service, told.open("a") as answers:
        for station in ("A-01", "B-01", "B-02"):
            answer = service.receive(station, parcel_of(world(), station))
            os.write(answers.fileno(), f"{station} {answer.verdict.value}\n".encode())
        service.issue_results()
        Publisher(service.opened, service.sequencer, witnesses(world()), durable=False).publish()


@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_a_kill_between_any_two_writes_of_files_loses_no_answer(database: str, tmp_path: Path) -> None:
    """Killed at instants all over the evening, again and again; in the end it is complete and verifies."""
    server = postgres_server() if database == "postgresql" else None
    if database == "postgresql" and server is None:
        pytest.skip("PostgreSQL is not installed")
    folder, told = tmp_path / "centre", tmp_path / "told"
    make(world(), folder, server.new_database() if server else "")
    was_killed = False
    for instant in (3, 9, 14, 20, 27, 35, 44, 54, 65, 77):
        was_killed |= killed_at(instant, lambda: evening(folder, told))
        promised = {line.split()[0] for line in told.read_text().splitlines()} if told.exists() else set()
        with at_work(world(), folder) as service:
            counted = {code for code in world().election.stations if service.opened.centre.counted_of(code)}
            assert promised <= counted
    assert was_killed
    evening(folder, told)
    report = verify_record(FolderReader(folder / "record"))
    assert report.failed == frozenset()


def test_a_draft_that_a_kill_left_as_a_second_name_harms_nothing(tmp_path: Path) -> None:
    """Between giving a file its name and taking its draft's name away: the next writer leaves the file as it is."""
    writer = FolderWriter(tmp_path / "record")
    writer.write("roll.note", b"published")
    os.link(tmp_path / "record" / "roll.note", tmp_path / ".record.draft")
    FolderWriter(tmp_path / "record").write("definition.note", b"another")
    assert (tmp_path / "record" / "roll.note").read_bytes() == b"published"


def test_who_works_for_a_killed_centre_ends_with_it(tmp_path: Path) -> None:
    """Nobody tells them; they would wait for ever."""
    folder, told = tmp_path / "centre", tmp_path / "told"
    make(world(), folder)

    def receive_and_die() -> None:
        with at_work(world(), folder, processes=1) as service:
            service.receive("A-01", parcel_of(world(), "A-01"))
            told.write_text(" ".join(str(each.pid) for each in multiprocessing.active_children()))
            os._exit(0)

    assert not killed_at(1000 * INSTANTS, receive_and_die)
    workers = [int(each) for each in told.read_text().split()]
    assert workers
    while any(map(is_alive, workers)):  # the test's time limit ends it
        time.sleep(0.05)


def test_a_kill_between_the_log_and_its_files_is_made_good_without_witnesses(tmp_path: Path) -> None:
    """What a cosigned checkpoint names is written as soon as the centre is there again, whoever answers then."""
    folder = tmp_path / "centre"
    make(world(), folder)

    def publish() -> None:
        with at_work(world(), folder) as service:
            service.receive("A-01", parcel_of(world(), "A-01"))
            Publisher(service.opened, service.sequencer, witnesses(world()), durable=False).publish()

    checkpoint = folder / "record" / "log" / "checkpoint"
    instant = 10
    while not checkpoint.exists():
        assert killed_at(instant, publish)
        instant += 1
    assert not (folder / "published").exists()
    with at_work(world(), folder) as service:
        Publisher(service.opened, service.sequencer, durable=False).write_promised()
    assert (folder / "record" / "stations" / "A-01" / "sheet-0.note").exists()


def test_a_kill_while_sheets_are_proven_proves_them_later(tmp_path: Path) -> None:
    """What was received is proven after the restart, from the files that were kept."""
    folder = tmp_path / "centre"
    make(encrypted(), folder)

    def receive_and_die() -> None:
        with at_work(encrypted(), folder) as service:
            assert service.receive("A-02", parcel_of(encrypted(), "A-02")).verdict is Verdict.RECEIVED
            os._exit(0)

    assert not killed_at(INSTANTS, receive_and_die)
    with at_work(encrypted(), folder) as service:
        wait_for_proofs(service)
        assert service.opened.centre.counted_of("A-02")


def test_a_database_that_dies_in_the_middle_is_waited_for(tmp_path: Path) -> None:
    """PostgreSQL is stopped as a power cut would and started again: who waited is answered, once."""
    server = postgres_server()
    if server is None:
        pytest.skip("PostgreSQL is not installed")
    folder = tmp_path / "centre"
    make(world(), folder, server.new_database())
    with at_work(world(), folder) as service:
        service.receive("A-01", parcel_of(world(), "A-01"))
        server.stop()
        answers: list[Verdict] = []

        def send() -> None:
            while not answers:  # on a slow machine it is told to come back, and does
                with suppress(OutOfOrder):
                    answers.append(service.receive("B-01", parcel_of(world(), "B-01")).verdict)

        sender = threading.Thread(target=send)
        sender.start()
        while not service.sequencer.is_waiting_for_database:
            sender.join(0.05)
        assert answers == []
        server.start()
        sender.join()
        assert answers in ([Verdict.ACCEPTED], [Verdict.REPEATED])
        assert service.receive("B-01", parcel_of(world(), "B-01")).verdict is Verdict.REPEATED
        assert service.sequencer.failure is None
    with at_work(world(), folder) as service:
        assert service.opened.centre.counted_of("B-01")
        verdicts = [each.verdict for each in service.opened.store.arrivals("B-01")]
        assert verdicts.count("accepted") == 1
