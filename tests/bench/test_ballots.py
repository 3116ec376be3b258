"""The ballots that benchmarks measure are real; the record of many verifies; a changed bit names its ballot."""

import os
import pty
import subprocess
import sys
from pathlib import Path
from threading import Thread

import pytest
from bench.ballot_file import Bit, flip_and_verify
from bench.ballot_record import STATION, BallotRecord, make_record
from bench.ballots import KEYS
from bench.figures import Skipped, compared
from bench.places import urna
from bench.quick_ballots import QuickBallots, QuickEncryption, vote_of

from bench import electionguard_env
from urna.ballot.context import BallotContext, ballot_context, box_shape
from urna.ballot.forms import ballot_hash, compact_bytes, read_committed
from urna.ballot.plain_check import check_ballot_plainly
from urna.ballot.shape import BallotShape, ContestShape
from urna.crypto.box_check import check_box
from urna.crypto.elgamal import read_ciphertexts, sum_ciphertexts
from urna.errors import Unproven
from urna.record.ballot_file import MAX_HEADER_BYTES, read_header
from urna.tally.proof import check_sum

OPTIONS = 3


def _context(limit: int = 1, data_bytes: int = 0) -> BallotContext:
    contest = ContestShape(
        contest="C", options=("A", "B", "D"), option_limit=1, choices=(), limit=limit, data_bytes=data_bytes
    )
    return ballot_context(KEYS, "ST-1", BallotShape(style="S", contests=(contest,)))


CONTEXT = _context()


@pytest.fixture(scope="module")
def made() -> QuickBallots:
    """Two ballots of each kind."""
    return QuickEncryption(CONTEXT, 7)(range(2 * (OPTIONS + 1)))


def test_quick_ballots_are_proven_equation_by_equation(made: QuickBallots) -> None:
    """Each passes the plain check, which uses none of the kernels that made it; a ballot with another's id does not."""
    for row in made.committed:
        check_ballot_plainly(CONTEXT, row.tobytes())
    with pytest.raises(Unproven):
        check_ballot_plainly(CONTEXT, made.committed[0].tobytes()[:16] + made.committed[1].tobytes()[16:])


def test_quick_ballots_are_all_different(made: QuickBallots) -> None:
    """Ids, ciphertexts and responses repeat nowhere, also between batches."""
    more = QuickEncryption(CONTEXT, 7)(range(100, 108))
    rows = [read_committed(CONTEXT, row.tobytes()) for batch in (made, more) for row in batch.committed]
    points = [point for row in rows for each in read_ciphertexts(row.ciphertexts) for point in each]
    scalars = [row.responses[at : at + 32] for row in rows for at in range(0, len(row.responses), 32)]
    assert len({row.ballot for row in rows}) == len(rows) == 16
    assert len(set(points)) == len(points)
    assert len(set(scalars)) == len(scalars)


def test_both_forms_of_a_quick_ballot_are_one_ballot(made: QuickBallots) -> None:
    """The compact form and its hash are those that the committed form leads to."""
    for committed, compact, sha256 in zip(made.committed, made.compact, made.hashes(), strict=True):
        assert read_committed(CONTEXT, committed.tobytes()).compact() == compact.tobytes()
        assert ballot_hash(compact.tobytes()) == sha256
        assert len(compact) == compact_bytes(CONTEXT.shape)


def test_the_sums_of_nonces_open_the_votes(made: QuickBallots) -> None:
    """Two votes for each option, and no other number."""
    cast = [read_ciphertexts(read_committed(CONTEXT, row.tobytes()).ciphertexts) for row in made.committed]
    for option in range(OPTIONS):
        total = sum_ciphertexts(ballot[option] for ballot in cast)
        nonce = made.nonces[32 * option : 32 * option + 32]
        check_sum(KEYS, total, 2, nonce)
        with pytest.raises(Unproven):
            check_sum(KEYS, total, 3, nonce)
    assert [vote_of(number, OPTIONS) for number in range(5)] == [0, 1, 2, 3, 0]


def test_the_box_check_agrees_and_names_a_changed_quick_ballot(made: QuickBallots) -> None:
    """The benchmark's own check would notice."""
    rows = made.committed.copy()
    assert check_box(box_shape(CONTEXT), rows, os.urandom) == []
    rows[5, -1] ^= 1
    assert check_box(box_shape(CONTEXT), rows, os.urandom) == [5]


@pytest.mark.parametrize("context", [_context(limit=2), _context(data_bytes=32)])
def test_quick_ballots_are_of_one_vote_without_data(context: BallotContext) -> None:
    """Another shape is refused rather than made wrongly."""
    with pytest.raises(ValueError, match="one contest with one vote"):
        QuickEncryption(context, 7)


def test_a_comparison_is_of_one_thing() -> None:
    """Acts that do many things at once are divided by how many."""
    acts = (lambda: sum(range(200_000)), lambda: sum(range(200_000)))
    slow, fast, ratio = compared("a", "b", acts, 3, sizes=(1, 1000))
    assert slow.value > 100 * fast.value
    assert ratio.value > 100


@pytest.fixture(scope="module")
def record(tmp_path_factory: pytest.TempPathFactory) -> BallotRecord:
    """A record of two boxes of ballots."""
    folder = tmp_path_factory.mktemp("bench") / "record"
    make_record(folder, 1100)
    return BallotRecord(folder, 1100)


@pytest.mark.slow
def test_the_record_of_many_ballots_verifies(record: BallotRecord) -> None:
    """Every check, and every ballot is counted; time and memory of the command are looked at from outside."""
    ended = urna("verify", record.folder)
    assert "28 checks passed." in ended.said
    assert "encrypted ballots: 1100" in ended.said
    assert 0 < ended.megabytes <= ended.together
    assert ended.processor_seconds > 0
    assert record.file == record.folder / "stations" / STATION / "ballots-ALL.committed"


@pytest.mark.slow
@pytest.mark.parametrize("byte", [0, 20, 1000, 3000, -1])
def test_a_changed_bit_names_its_ballot_and_the_record_stays_as_it_is(record: BallotRecord, byte: int) -> None:
    """In the id, a ciphertext, a response, a commitment and the last byte."""
    before = record.file.read_bytes()
    header = read_header(before[:MAX_HEADER_BYTES])
    start = header.offset(1050)
    place = Bit(start + byte % header.row_bytes, 3, before[start : start + 16])
    assert flip_and_verify(record, place) > 0
    assert record.file.read_bytes() == before
    assert [each.name for each in record.folder.parent.iterdir()] == [record.folder.name]


@pytest.mark.slow
def test_a_changed_bit_whose_ballot_is_not_named_fails_the_benchmark(record: BallotRecord) -> None:
    """Findings that name another ballot are not enough."""
    header = read_header(record.file.read_bytes()[:MAX_HEADER_BYTES])
    with pytest.raises(RuntimeError, match="bit 0 of byte"):
        flip_and_verify(record, Bit(header.offset(3) + 40, 0, bytes(16)))


@pytest.mark.slow
def test_a_terminal_sees_how_many_ballots_are_done(record: BallotRecord) -> None:
    """A bar on the standard error, up to the last ballot."""
    reader, writer = pty.openpty()
    seen = bytearray()
    follower = Thread(target=_follow, args=(reader, seen))
    follower.start()
    command = [sys.executable, "-m", "urna.cli.main", "verify", str(record.folder), "--lang", "en"]
    environment = os.environ | {"TERM": "xterm", "COLUMNS": "100"}
    subprocess.run(command, stdout=subprocess.DEVNULL, stderr=writer, env=environment, check=True, timeout=120)
    os.close(writer)
    follower.join()
    assert "Ballots" in seen.decode()
    assert "1100/1100" in seen.decode()


def _follow(reader: int, seen: bytearray) -> None:
    try:
        while data := os.read(reader, 4096):
            seen += data
    except OSError:  # the other end is closed
        os.close(reader)


def test_without_a_python_for_it_electionguard_is_passed_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The reason names what is missing."""
    monkeypatch.setattr(electionguard_env, "PLACE", tmp_path / "environment")
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("PYENV_ROOT", str(tmp_path))
    monkeypatch.delenv("URNA_ELECTIONGUARD_PYTHON", raising=False)
    with pytest.raises(Skipped, match=r"mutable default in tally\.py.*no Python 3\.10 or 3\.9"):
        electionguard_env.environment()


def test_what_pip_says_is_the_reason(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The last line of what failed, so that nobody has to guess."""
    broken = tmp_path / "python"
    broken.write_text('#!/bin/sh\n[ "$1" = -c ] && exit 0\necho no room on the disk >&2\nexit 1\n')
    broken.chmod(0o755)
    monkeypatch.setattr(electionguard_env, "PLACE", tmp_path / "environment")
    monkeypatch.setenv("URNA_ELECTIONGUARD_PYTHON", str(broken))
    with pytest.raises(Skipped, match="cannot be installed: no room on the disk"):
        electionguard_env.environment()
