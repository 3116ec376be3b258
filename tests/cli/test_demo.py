"""`urna demo` is a whole election, and nothing that it leaves behind says who voted how."""

import json
import secrets
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from tests.cli.demo_once import SEED, demo_folder

from urna.audit.report import AuditReport, Outcome
from urna.audit.rounds import DrawRound
from urna.audit.seed import DrawCommitment, SeedRecord
from urna.ballot.ceremony import read_ceremony
from urna.ballot.published import BallotList
from urna.cli.demo.audits import HOT, LIMITED
from urna.cli.demo.incidents import INCIDENTS, SPOKEN
from urna.devices.camera import NoCode, read_codes_in
from urna.devices.printer_typst import paper_pictures
from urna.election.definition import Definition, Election, ratio
from urna.election.statement import PollBookStatement
from urna.encoding.canonical import decode
from urna.encoding.document import read_document
from urna.encoding.parts import join
from urna.papers.tally_sheet import tally_sheet
from urna.roll.synthetic import synthesize_roll
from urna.tally.sheet import TallySheet
from urna.verify.encrypted import inspect_bundle

pytestmark = pytest.mark.slow

URNA = [sys.executable, "-m", "urna.cli.main"]
CEREMONY = ("commitment", "coefficients")


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo that all tests share; its output lies beside it."""
    return demo_folder(tmp_path_factory)


def verify(record: Path) -> tuple[int, dict[str, Any]]:
    """The exit code and the report of `urna verify`."""
    done = subprocess.run([*URNA, "verify", str(record), "--json"], capture_output=True, text=True, check=False)
    return done.returncode, json.loads(done.stdout)


def files_of(folder: Path) -> Iterator[Path]:
    """Every file below a folder."""
    return (path for path in folder.rglob("*") if path.is_file())


def test_the_record_of_the_demo_verifies(demo: Path) -> None:
    """Every check passes: ballots are encrypted, guardians opened sums, boxes were drawn and counted.

    Absent are hand counts in place of machines, and examinations: the demo has neither.
    """
    code, report = verify(demo / "record")
    assert code == 0
    others = {check["number"]: check["status"] for check in report["checks"] if check["status"] != "passed"}
    assert others == {29: "absent", 33: "absent"}


def test_the_draw_of_the_demo_is_repeated_by_a_shell_script(demo: Path) -> None:
    """With sha256sum and sort: the same stations, in the same order, by the same tickets."""
    folder = demo / "record" / "audits" / HOT
    seed = read_document((folder / "seed.note").read_bytes(), SeedRecord)
    rules = read_document((folder / "commitment.note").read_bytes(), DrawCommitment)
    drawn = read_document((folder / "round-1.note").read_bytes(), DrawRound)
    stations = election_of(demo).stations.values()
    lines = "".join(f"{each.centre} {each.code}\n" for each in stations)
    script = Path(__file__).parents[2] / "scripts" / "draw.sh"
    done = subprocess.run(
        [str(script), seed.seed, *rules.share.split("/")], input=lines, capture_output=True, text=True, check=True
    )
    centres = {each.code: each.centre for each in stations}
    assert done.stdout.splitlines() == [f"{centres[each.unit]} {each.ticket} {each.unit}" for each in drawn.draws]


def test_the_audits_of_the_demo_end_well(demo: Path) -> None:
    """What two people read on the slips is what the sheets say; the end of the output names each outcome."""
    folder = demo / "record" / "audits"
    hot, limited = (
        read_document((folder / code / "report-1.note").read_bytes(), AuditReport) for code in (HOT, LIMITED)
    )
    assert (hot.outcome, limited.outcome) == (Outcome.COMPARED, Outcome.CONFIRMED)
    assert (hot.differences, limited.differences) == ((), ())
    assert ratio(limited.risks[0].risk) <= Fraction(1, 20)
    output = (demo.parent / "output.txt").read_text()
    assert "Confirmed: the paper elects those who were reported" in output


def test_every_sheet_is_proven_before_any_guardian_acts(demo: Path) -> None:
    """From the published ciphertexts alone, station by station; no opening is read, and no private key exists here."""
    record = demo / "record"
    commitments, coefficients = (
        [path.read_bytes() for path in sorted((record / "guardians").glob(f"{kind}-*"))] for kind in CEREMONY
    )
    election = election_of(demo)
    joint = (record / "guardians" / "joint-key.note").read_bytes()
    keys = read_ceremony(election, commitments, coefficients, joint)
    stations = sorted((record / "stations").iterdir())
    assert len(stations) == 12
    for station in stations:
        sheet = read_document((station / "sheet-0.note").read_bytes(), TallySheet)
        listed = decode((station / "ballots.json").read_bytes(), BallotList)
        files = {path.stem.removeprefix("ballots-"): path.read_bytes() for path in station.glob("ballots-*.committed")}
        opened = (station / "opened.json").read_bytes()
        assert inspect_bundle(election, keys, sheet, listed, files, opened, coefficients=secrets.token_bytes) == ()
        assert all(each.nonce for tally in sheet.contests for each in tally.votes or ())


def test_codes_that_voters_took_home_are_found(demo: Path) -> None:
    """By their signed slips; what became of each is what the station's list says."""
    listed = decode((demo / "record" / "stations" / "SAB-LL-1-1" / "ballots.json").read_bytes(), BallotList)
    states = {ballot.id: ballot.state.value for ballot in listed.ballots}
    assert "challenged" in states.values()
    for slip in sorted(demo.glob("papers/SAB-LL-1-1/code-slips/*.note"))[:3]:
        command = [*URNA, "--lang", "en", "verify", str(demo / "record"), "--slip", str(slip), "--json"]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
        found = json.loads(done.stdout)
        assert (found["found"], found["state"]) == (True, states[found["ballot"]])


def test_the_output_names_the_folder_the_page_and_every_incident(demo: Path) -> None:
    """It ends with what to look at next."""
    output = (demo.parent / "output.txt").read_text()
    assert str(demo / "index.html") in output
    assert str(demo / "record") in output
    assert all(str(SPOKEN[incident])[:25] in output for incident in INCIDENTS)


def test_tampering_is_named_and_leaves_the_record_alone(demo: Path, tmp_path: Path) -> None:
    """`urna demo --tamper` changes a copy; verification names check, station and both numbers."""
    own = shutil.copytree(demo, tmp_path / "demo")
    done = subprocess.run([*URNA, "demo", str(own), "--tamper"], capture_output=True, text=True, check=False)
    assert done.returncode == 0
    code, report = verify(own / "tampered-record")
    findings = [f for check in report["checks"] for f in check["findings"]]
    assert code == 1
    assert any(finding["station"] and len(finding["values"]) >= 3 for finding in findings)
    assert verify(own / "record")[0] == 0


def test_no_elector_is_in_anything_that_the_demo_left(demo: Path) -> None:
    """Neither numbers nor names, in no record, paper, page or machine's medium."""
    election = election_of(demo)
    electors = synthesize_roll(election, SEED)
    names = {elector.name.encode() for elector in electors} | {elector.number.encode() for elector in electors}
    candidates = {candidate.name.encode() for candidate in election.definition.candidates}
    for path in files_of(demo):
        data = path.read_bytes()
        assert not [name for name in names - candidates if name in data], path


def test_no_choice_is_readable_on_a_booths_medium(demo: Path) -> None:
    """After closing there is nothing but random bytes in the box; no option's code is anywhere on the media."""
    election = election_of(demo)
    codes = {option.code.encode() for contest in election.definition.contests for option in contest.options}
    media = list(files_of(demo / "stations"))
    boxes = [path for path in media if path.name in {"ballots", "activation", "secure-element", "poll-book.db"}]
    assert len(boxes) >= 4 * 12
    for path in boxes:
        data = path.read_bytes()
        assert not [code for code in codes if code in data], path


def test_a_sheets_codes_read_back_from_its_picture(demo: Path) -> None:
    """From the rendered page, through the QR codes, to the same signed bytes as in the record."""
    path = next((demo / "record" / "stations").glob("*/sheet-0.note"))
    document = path.read_bytes()
    sheet = read_document(document, TallySheet)
    statement = read_document(sheet.statement.encode(), PollBookStatement)
    paper = tally_sheet(election_of(demo), sheet, statement, document)
    codes = []
    for picture in paper_pictures(paper):
        with suppress(NoCode):
            codes += read_codes_in(picture)
    assert join(codes) == document


def test_an_earlier_demo_is_replaced_and_other_folders_are_not(demo: Path, tmp_path: Path) -> None:
    """A folder with other files in it is refused and keeps them."""
    (tmp_path / "mine.txt").write_text("mine")
    done = subprocess.run([*URNA, "demo", str(tmp_path)], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "mine" not in done.stdout
    assert (tmp_path / "mine.txt").read_text() == "mine"
    assert list(tmp_path.iterdir()) == [tmp_path / "mine.txt"]


def election_of(demo: Path) -> Election:
    """The demo's election, from its record."""
    return Election(read_document((demo / "record" / "definition.note").read_bytes(), Definition))
