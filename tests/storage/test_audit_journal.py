"""The journal of an audit: what was acknowledged outlives a kill, and a stick brings each act once."""

import multiprocessing
import os
import random
import signal
import time
from multiprocessing.connection import Connection
from pathlib import Path

import pytest
from msgspec.structs import replace
from tests.audit.board_scene import (
    BOXES,
    DRAWING,
    FAR,
    FRAME,
    MAIN,
    NOW,
    PEOPLE,
    entered,
)
from tests.tampering.builder import signing_key

from urna.audit.board import AuditFrame
from urna.audit.board_acts import CONSOLE, Again, Assigned, BoardMade, Drew, Entered, Joined, Pictured
from urna.audit.board_box import Stage
from urna.crypto.kdf import Cost
from urna.encoding.canonical import digest
from urna.encoding.document import sign_document
from urna.errors import Malformed, OutOfOrder, Unproven
from urna.log.note import NoteSigner
from urna.storage.audit_accounts import AuditAccounts
from urna.storage.audit_journal import JOURNAL, PHOTOS, AuditJournal, open_database
from urna.storage.audit_stick import chain_name, export_stick, import_stick

SIGNERS = {place: NoteSigner(place, signing_key(place)) for place in (MAIN, FAR)}
BOARD = [each.verifier for each in SIGNERS.values()]
VOTES = (30, 2, 40)
JPEG = b"\xff\xd8\xff a photograph"


def journal_at(folder: Path, place: str = MAIN, frame: AuditFrame = FRAME) -> AuditJournal:
    """A place's journal, opened."""
    return AuditJournal(folder, frame, place, open_database(folder))


def join(journal: AuditJournal, *names: str) -> None:
    """People of the scene."""
    for name in names:
        full_name, role, board = PEOPLE[name]
        journal.do(CONSOLE, Joined(person=name, full_name=full_name, role=role, board=board), NOW)


def set_up(journal: AuditJournal) -> None:
    """Board T1 here, T2 at a centre; all four boxes drawn and given out."""
    join(journal, "maria")
    journal.do("maria", BoardMade(board="T1", title="Table 1", place=MAIN), NOW)
    journal.do("maria", BoardMade(board="T2", title="Table 2", place=FAR), NOW)
    join(journal, "ana", "luis")
    journal.do("maria", Drew(round=1, size=4, stations=BOXES, hash="d0" * 32), NOW)
    journal.do("maria", Assigned(board="T1", stations=BOXES[:2]), NOW)
    journal.do("maria", Assigned(board="T2", stations=BOXES[2:]), NOW)


def type_without_end(folder: Path, told: Connection) -> None:
    """Two people type and type anew; each act is told once the journal has it."""
    journal = journal_at(folder)
    while True:
        with journal.reading() as board:
            box = board.boxes["A-01"]
        if box.stage is Stage.DIFFERENT:
            act = journal.do("ana", Again(station="A-01", sequence=1, attempt=box.attempt), NOW)
        else:
            who, papers = ("luis", 81) if box.entries else ("ana", 80)
            act = journal.do(who, entered("A-01", papers, VOTES, attempt=box.attempt), NOW)
        told.send(act.number)


def test_a_kill_at_any_moment_loses_no_act_that_was_acknowledged(tmp_path: Path) -> None:
    """Killed twelve times while two people type: the chain is whole, every acknowledged act is there, each once."""
    folder, chance = tmp_path / "audit", random.Random(7)
    set_up(journal_at(folder))
    process_of = multiprocessing.get_context("spawn")
    acknowledged = 0
    for _ in range(12):
        here, there = process_of.Pipe(duplex=False)
        child = process_of.Process(target=type_without_end, args=(folder, there), daemon=True)
        child.start()
        there.close()
        for _ in range(chance.randrange(1, 6)):
            acknowledged = here.recv()
        time.sleep(chance.random() * 0.02)
        assert child.pid is not None
        os.kill(child.pid, signal.SIGKILL)
        child.join()
        while here.poll():
            try:
                acknowledged = here.recv()
            except EOFError:
                break
        here.close()
        again = journal_at(folder)
        acts = again.chain().acts
        assert [each.number for each in acts] == list(range(1, len(acts) + 1))
        assert len(acts) >= acknowledged
        with again.reading() as board:
            assert board.conflicts == []
            assert board.boxes["A-01"].attempt == 1 + sum(isinstance(each.what, Again) for each in acts)


def test_a_refused_act_is_not_written(tmp_path: Path) -> None:
    """And the journal goes on as if nobody had asked."""
    journal = journal_at(tmp_path)
    set_up(journal)
    before = journal.chain()
    with pytest.raises(OutOfOrder):
        journal.do("maria", entered("A-01", 80, VOTES), NOW)
    with pytest.raises(Malformed):
        journal.do("ana", entered("A-01", 1, VOTES), NOW)
    assert journal.chain() == before
    journal.do("ana", entered("A-01", 80, VOTES), NOW)
    assert len(journal.chain().acts) == len(before.acts) + 1


def test_an_act_that_cannot_be_written_was_never_done(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A full disk: the audit stands as the medium has it, and the act can be done later."""
    journal = journal_at(tmp_path)
    set_up(journal)

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "no space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(journal, "_write", full)
        with pytest.raises(OSError, match="no space"):
            journal.do("ana", entered("A-01", 80, VOTES), NOW)
    with journal.reading() as board:
        assert board.boxes["A-01"].stage is Stage.WAITING
    journal.do("ana", entered("A-01", 80, VOTES), NOW)
    with journal_at(tmp_path).reading() as board:
        assert board.boxes["A-01"].stage is Stage.TYPED_ONCE


def test_two_processes_write_one_chain(tmp_path: Path) -> None:
    """The command line and the pages: each sees what the other wrote before it decides."""
    pages, console = journal_at(tmp_path), journal_at(tmp_path)
    set_up(pages)
    pages.do("ana", entered("A-01", 80, VOTES), NOW)
    console.do("luis", entered("A-01", 80, VOTES), NOW)
    with pytest.raises(OutOfOrder):
        pages.do("luis", entered("A-01", 80, VOTES), NOW)
    with pages.reading() as board:
        assert board.boxes["A-01"].stage is Stage.COUNTED
    assert pages.chain() == console.chain()


def test_a_sheet_that_was_annulled_since_does_not_close_the_folder(tmp_path: Path) -> None:
    """The authority annuls a station whose box is counted: that count is named and no longer stands, others do."""
    journal = journal_at(tmp_path)
    set_up(journal)
    for station in ("A-01", "A-02"):
        journal.do("ana", entered(station, 80, VOTES), NOW)
        journal.do("luis", entered(station, 80, VOTES), NOW)
    forms = {code: form._replace(has_sheet=code != "A-01") for code, form in FRAME.forms.items()}
    later = journal_at(tmp_path, frame=FRAME._replace(forms=forms))
    with later.reading() as board:
        assert (board.boxes["A-01"].stage, board.boxes["A-02"].stage) == (Stage.WAITING, Stage.COUNTED)
        assert len(board.conflicts) == 2
    assert later.chain() == journal.chain()


def test_a_folder_of_another_audit_is_refused(tmp_path: Path) -> None:
    """Its acts are not of this draw."""
    set_up(journal_at(tmp_path))
    with pytest.raises(Unproven):
        journal_at(tmp_path, frame=AuditFrame(DRAWING._replace(audit="RLA-2"), FRAME.forms))


def test_a_file_that_is_no_journal_is_refused(tmp_path: Path) -> None:
    """With what to do."""
    (tmp_path / JOURNAL).write_bytes(b"not a database, whatever it is called" * 100)
    with pytest.raises(Malformed, match="the journal of an audit"):
        journal_at(tmp_path)


def test_a_changed_photograph_is_refused(tmp_path: Path) -> None:
    """It is looked up by what it holds."""
    journal = journal_at(tmp_path)
    photo, kind = journal.put_photo(JPEG)
    assert (photo, kind, journal.photo(photo)) == (digest(JPEG), "image/jpeg", JPEG)
    (tmp_path / PHOTOS / photo).write_bytes(JPEG + b"!")
    with pytest.raises(Unproven):
        journal.photo(photo)
    for data in (b"", b"GIF89a", b"\xff\xd8\xff" + bytes(17 * 1024 * 1024)):
        with pytest.raises(Malformed):
            journal.put_photo(data)


class Two:
    """The coordinator's table and a board at a centre, with a stick between them."""

    def __init__(self, folder: Path) -> None:
        self.stick = folder / "stick"
        self.here, self.there = journal_at(folder / "here"), journal_at(folder / "there", FAR)
        set_up(self.here)
        self.carry(self.here, self.there)
        join(self.there, "jose", "eva")

    def carry(self, source: AuditJournal, target: AuditJournal) -> list[tuple[int, int, int]]:
        """Writes and reads; new acts, known ones, conflicts of each place."""
        export_stick(source, [SIGNERS[source.place]], self.stick)
        brought = import_stick(target, BOARD, self.stick)
        return [(each.acts.new, each.acts.known, len(each.acts.conflicts)) for each in brought]

    def count(self, station: str) -> None:
        """Both of the board at the centre."""
        for person in ("jose", "eva"):
            self.there.do(person, entered(station, 80, VOTES), NOW)


def test_a_board_at_a_centre_brings_its_counts_on_a_stick(tmp_path: Path) -> None:
    """Read twice, or an old stick after a newer one, it brings nothing twice; photographs come with it."""
    two = Two(tmp_path)
    two.count("B-01")
    photo, kind = two.there.put_photo(JPEG)
    two.there.do("eva", Pictured(station="B-01", photo=photo, kind=kind, size=len(JPEG)), NOW)
    assert sorted(two.carry(two.there, two.here)) == [(0, 8, 0), (5, 0, 0)]
    old = (two.stick / chain_name("RLA-1", FAR)).read_bytes()
    two.count("B-02")
    two.carry(two.there, two.here)
    (two.stick / chain_name("RLA-1", FAR)).write_bytes(old)
    brought = import_stick(two.here, BOARD, two.stick)
    assert [each.acts.new for each in brought] == [0, 0]
    with two.here.reading() as board:
        assert set(board.counts) == {"B-01", "B-02"}
        assert board.boxes["B-01"].photos == (photo,)
        assert board.conflicts == []
    assert two.here.photo(photo) == JPEG


def test_what_both_did_meanwhile_is_named_and_lost_nowhere(tmp_path: Path) -> None:
    """The coordinator gave the box to another board while the far one typed it."""
    two = Two(tmp_path)
    two.there.do("jose", entered("B-01", 80, VOTES), NOW)
    two.here.do("maria", Assigned(board="T1", stations=("B-01",)), NOW)
    assert (3, 0, 1) in two.carry(two.there, two.here)
    with two.here.reading() as board:
        (conflict,) = board.conflicts
        assert isinstance(conflict.act.what, Entered)
        assert board.boxes["B-01"].stage is Stage.WAITING
    again = journal_at(tmp_path / "here")
    with again.reading() as board:
        assert [each.act for each in board.conflicts] == [conflict.act]


def test_two_folders_with_one_key_are_told_apart(tmp_path: Path) -> None:
    """A copy of the far place's folder went on by itself: its other act 3 is refused whole, and named."""
    two = Two(tmp_path)
    copy = journal_at(tmp_path / "copy", FAR)
    two.carry(two.here, copy)
    join(copy, "jose", "eva")
    copy.do("eva", entered("B-01", 79, VOTES), NOW)
    two.count("B-01")
    two.carry(two.there, two.here)
    with pytest.raises(Unproven, match="act 3 of"):
        two.carry(copy, two.here)
    with two.here.reading() as board:
        assert board.counts["B-01"].papers == 80


def test_an_older_folder_of_this_place_is_found_out(tmp_path: Path) -> None:
    """Its own stick knows more than it does."""
    two = Two(tmp_path)
    two.count("B-01")
    export_stick(two.there, [SIGNERS[FAR]], two.stick)
    older = journal_at(tmp_path / "older", FAR)
    with pytest.raises(OutOfOrder, match="older than the stick"):
        import_stick(older, BOARD, two.stick)


@pytest.mark.parametrize("what", ["signature", "signer", "place", "stranger", "photo", "empty"])
def test_a_stick_that_its_place_did_not_sign_brings_nothing(tmp_path: Path, what: str) -> None:
    """Changed, signed by another key of the board, or of a stranger; or with another photograph under the name."""
    two = Two(tmp_path)
    two.count("B-01")
    photo, kind = two.there.put_photo(JPEG)
    two.there.do("eva", Pictured(station="B-01", photo=photo, kind=kind, size=len(JPEG)), NOW)
    export_stick(two.there, [SIGNERS[FAR]], two.stick)
    path, chain = two.stick / chain_name("RLA-1", FAR), two.there.chain()
    stranger = NoteSigner(FAR, signing_key("stranger"))
    if what == "signature":
        path.write_bytes(path.read_bytes().replace(b'"papers":80', b'"papers":81', 1))
    elif what == "signer":
        path.write_bytes(sign_document(chain, [SIGNERS[MAIN]]))
    elif what == "place":
        acts = tuple(replace(each, place=MAIN) for each in chain.acts)
        path.write_bytes(sign_document(replace(chain, acts=acts), [SIGNERS[FAR]]))
    elif what == "stranger":
        path.write_bytes(sign_document(chain, [stranger]))
    elif what == "photo":
        (two.stick / PHOTOS / photo).write_bytes(JPEG + b"!")
    else:
        path.unlink()
        (two.stick / chain_name("RLA-1", MAIN)).unlink()
    with pytest.raises((Unproven, Malformed)):
        import_stick(two.here, BOARD, two.stick)
    with two.here.reading() as board:
        assert board.counts == {}
        assert board.end_of(FAR)[0] == 0


def test_a_pipe_on_a_stick_keeps_nobody_waiting(tmp_path: Path) -> None:
    """It is no file of acts; what lies beside it is read."""
    two = Two(tmp_path)
    os.mkfifo(two.stick / chain_name("RLA-1", "board.example/nobody"))
    assert [each.place for each in import_stick(two.there, BOARD, two.stick)] == [MAIN]


def test_an_empty_place_writes_no_stick(tmp_path: Path) -> None:
    """There is nothing to carry."""
    with pytest.raises(OutOfOrder):
        export_stick(journal_at(tmp_path / "there", FAR), [SIGNERS[FAR]], tmp_path / "stick")


def test_passwords_and_sessions(tmp_path: Path) -> None:
    """A new password ends every session; a blocked account proves nothing; a token is kept by its hash alone."""
    accounts = AuditAccounts(open_database(tmp_path), Cost.TOY)
    for bad in ("short", "a" * 20, "ana is my password"):
        with pytest.raises(Malformed):
            accounts.set_password("ana", bad)
    accounts.set_password("ana", "four words that nobody says")
    accounts.prove("ana", "four words that nobody says")
    for person, password in (("ana", "four words that nobody saw"), ("eva", "four words that nobody says")):
        with pytest.raises(Unproven):
            accounts.prove(person, password)
    token = accounts.begin("ana", 1000)
    assert accounts.session(token, 1500) is not None
    assert token.encode() not in (tmp_path / JOURNAL).read_bytes()
    assert accounts.session(token, 1500 + 3600) is None
    token = accounts.begin("ana", 1000)
    accounts.set_password("ana", "other words that nobody says")
    assert accounts.session(token, 1001) is None
    accounts.block("ana")
    with pytest.raises(Unproven):
        accounts.prove("ana", "other words that nobody says")
    accounts.block("ana", is_blocked=False)
    accounts.prove("ana", "other words that nobody says")
    with pytest.raises(OutOfOrder):
        accounts.block("nobody")
