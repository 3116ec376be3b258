"""Records made to hang, crash or deceive whoever verifies them: findings, soon, and nothing that a terminal obeys."""

import base64
import os
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import msgspec
import pytest
from tests.processor import within
from tests.tampering.builder import build
from tests.verify.audit_attacks import SEED, change, relink_seed
from tests.verify.audited_world import audited_world

from urna.audit.seed import SeedRecord
from urna.cli.screen import show_error
from urna.election.definition import Definition, Territory
from urna.encoding.canonical import decode, encode
from urna.encoding.document import sign_document
from urna.errors import Finding, Findings, Malformed
from urna.record.layout import DEFINITION
from urna.record.reader import RecordInMemory
from urna.storage.record import FolderReader
from urna.verify.procedure import verify_record
from urna.verify.report import Report
from urna.words import Sentence

WORLD = build()
FOLDER = WORLD.publish()
SHEET = "stations/A-01/sheet-0.note"
BALLOTS = "stations/A-01/ballots.json"
ENOUGH_SECONDS = 20


def verified(folder: Path, change: Callable[[Path], None]) -> Report:
    """The report on a good record in a folder after a change."""
    for path, data in FOLDER.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(data)
    change(folder)
    with within(ENOUGH_SECONDS):
        return verify_record(FolderReader(folder))


def said(report: Report) -> str:
    """Every finding of a report."""
    return "\n".join(f"{each.file} {each.sentence}" for check in report.checks for each in check.findings)


def _fifo(folder: Path) -> None:
    (folder / DEFINITION).unlink()
    os.mkfifo(folder / DEFINITION)


def _loop(folder: Path) -> None:
    (folder / "stations/loop").symlink_to("..")


def _endless(folder: Path) -> None:
    (folder / "roll.note").unlink()
    (folder / "roll.note").symlink_to("/dev/zero")


def _deep_list(folder: Path) -> None:
    (folder / BALLOTS).write_bytes(b'{"ballots":' + b"[" * 5_000_000)


def _deep_object(folder: Path) -> None:
    signatures = FOLDER[DEFINITION].partition(b"\n\n")[2]
    (folder / DEFINITION).write_bytes(b'{"authority":' + b'{"a":' * 1_000_000 + b"\n\n" + signatures)


def _huge_number(folder: Path) -> None:
    (folder / SHEET).write_bytes(FOLDER[SHEET].replace(b'"cast":', b'"cast":' + b"9" * 1_000_000, 1))


def _huge_log(folder: Path) -> None:
    lines = FOLDER["log/checkpoint"].split(b"\n")
    lines[1] = b"9223372036854775807"
    (folder / "log/checkpoint").write_bytes(b"\n".join(lines))


def _empty_lines(folder: Path) -> None:
    (folder / DEFINITION).write_bytes(b"\n" * 20_000_000)


def _holes(folder: Path) -> None:
    for number in range(3, 600):
        with (folder / f"results/{number:04d}.note").open("wb") as file:
            file.truncate(60 * 1024 * 1024)


def _many_files(folder: Path) -> None:
    for number in range(2, 3000):
        (folder / f"certifications/{number:04d}.note").write_bytes(b"x")


@pytest.mark.parametrize(
    "change",
    [_fifo, _loop, _endless, _deep_list, _deep_object, _huge_number, _huge_log, _empty_lines, _many_files, _holes],
)
def test_a_record_made_to_hang_is_refused_soon(change: Callable[[Path], None], tmp_path: Path) -> None:
    """Files that never end, nest without end or claim without end lead to findings."""
    assert not verified(tmp_path, change).is_proven


def with_chain(definition: Definition, length: int) -> Definition:
    """The definition with territories nested so deep above the first centre."""
    above = [definition.territories[1].code, *(f"T{number}" for number in range(length))]
    nested = [Territory(code=code, kind=f"K-{code}", name="Nested", parent=parent) for parent, code in pairwise(above)]
    moved = [
        msgspec.structs.replace(each, parent=above[-1]) if each.code == "A-CENTRE" else each
        for each in definition.territories
    ]
    return msgspec.structs.replace(definition, territories=(*moved[:3], *nested, *moved[3:]))


def test_a_deep_tree_of_territories_is_followed_once(tmp_path: Path) -> None:
    """4,000 territories one in another took minutes, more than eight times as long as half of them."""
    nested = with_chain(WORLD.election.definition, 4000)
    data = sign_document(nested, WORLD.keys.officers[:2])
    assert not verified(tmp_path, lambda folder: _write(folder / DEFINITION, data)).is_proven


@pytest.mark.parametrize("path", [SHEET, BALLOTS, DEFINITION])
def test_no_finding_carries_what_a_terminal_obeys(path: str, tmp_path: Path) -> None:
    """The name of an unknown field could clear the screen and write "23 checks passed" in green."""
    order = "\\u001b[2J\\u001b[H\\u001b[32m23 checks passed.\\u009b8m\\u202e"
    data = FOLDER[path].replace(b"{", b'{"' + order.encode() + b'":1,', 1)
    report = verified(tmp_path, lambda folder: _write(folder / path, data))
    assert "23 checks passed" in said(report)
    assert [sign for sign in said(report) if not sign.isprintable() and sign != "\n"] == []


def test_an_unreadable_name_is_shown_spelled_out(tmp_path: Path) -> None:
    """A file's name may hold such orders, too."""
    report = verified(tmp_path, lambda folder: _write(folder / "\x1b[2Jpassed", b""))
    assert [sign for sign in said(report) if not sign.isprintable() and sign != "\n"] == []


def _write(path: Path, data: bytes) -> None:
    path.write_bytes(data)


def test_a_signature_by_a_name_that_a_terminal_obeys_is_refused(tmp_path: Path) -> None:
    """A line under the checkpoint that nobody can check is a finding, whatever its name."""
    line = "— evil\u009b2J " + base64.b64encode(b"abcdefgh").decode() + "\n"
    data = FOLDER["log/checkpoint"] + line.encode()
    report = verified(tmp_path, lambda folder: _write(folder / "log/checkpoint", data))
    assert not report.is_proven
    assert [sign for sign in said(report) if not sign.isprintable() and sign != "\n"] == []


@pytest.mark.parametrize("order", ["\u009b2J", "\u202eevil", "\u2066x", "\x7f"])
def test_no_text_of_a_definition_holds_what_a_terminal_obeys(order: str) -> None:
    """A title could otherwise clear the screen, or turn a name around."""
    titled = msgspec.structs.replace(WORLD.election.definition, title={"es": order, "en": order})
    with pytest.raises(Malformed):
        decode(encode(titled), Definition)


def test_the_good_record_stays_good(tmp_path: Path) -> None:
    """Without a change everything is proven."""
    assert verified(tmp_path, lambda folder: None).is_proven


def test_a_board_gives_a_terminal_no_orders(tmp_path: Path) -> None:
    """The seed of an audit, which the report quotes beside the right one, cleared the screen and wrote a verdict."""
    order = "\x1b[2J\x1b[H\x1b[32m33 checks passed.\u009b8m\u202e"
    world = audited_world("RLA-1")
    change(world, SEED, SeedRecord, seed=order)
    relink_seed(world)
    report = verify_record(RecordInMemory(world.publish()))
    assert "33 checks passed" in said(report)
    assert [sign for sign in said(report) if not sign.isprintable() and sign != "\n"] == []


def test_a_definition_too_large_to_be_checked_is_refused_soon(tmp_path: Path) -> None:
    """One line of a station, signed by nobody: each territory was compared with all before it, two hundred thousand."""
    definition = WORLD.election.definition
    first, *others = definition.stations
    wide = msgspec.structs.replace(first, within=tuple(f"T{n}" for n in range(200_000)))
    data = encode(msgspec.structs.replace(definition, stations=(wide, *others))) + b"\n\n"
    data += FOLDER[DEFINITION].partition(b"\n\n")[2]
    report = verified(tmp_path, lambda folder: _write(folder / DEFINITION, data))
    assert report.failed >= {2, 3}
    assert "lies in 200000 territories" in said(report)


def test_no_error_carries_what_a_terminal_obeys(capsys: pytest.CaptureFixture[str]) -> None:
    """An error quotes what was found, whoever wrote it: every command shows it by these two."""
    order = "\x1b[2J\u009b8m\u202e"
    wrong = Sentence("{found}", {"found": order})
    show_error(Malformed(Sentence("a name"), wrong, Sentence("Ask {who}.", {"who": order}), f"place{order}"))
    show_error(Findings([Finding(f"file{order}", 3, wrong, wrong)]))
    shown = capsys.readouterr().err
    assert "a name" in shown
    assert "file" in shown
    assert [sign for sign in shown if not sign.isprintable() and sign != "\n"] == []
