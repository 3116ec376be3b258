"""`urna roll deduplicate` from a sealed roll to a report: found by the machine, decided by two people."""

from pathlib import Path

import msgspec
import pytest
from tests.compute.people import POSITIONS, finger
from tests.election.officers import OFFICERS
from tests.pollbook.world import Drawn
from tests.roll.small import small_election

from urna.cli.main import main
from urna.crypto.kdf import Cost
from urna.crypto.keyfile import seal_key
from urna.crypto.sealing import SealingKey
from urna.crypto.signatures import SigningKey
from urna.election.definition import Authority, Election, NamedKey, Rules
from urna.encoding.canonical import decode
from urna.encoding.document import sign_document
from urna.log.note import NoteVerifier
from urna.roll.at_rest import RollKey, lock_roll_key
from urna.roll.case_key import seal_case_key
from urna.roll.commitment import salted_parts
from urna.roll.deduplication import Standing
from urna.roll.deduplication_report import DeduplicationReport
from urna.roll.elector import Elector, Finger
from urna.roll.synthetic import synthesize_roll
from urna.storage.roll_files import write_roll
from urna.storage.worklist import WorkList

WORDS = "correct horse battery"
DESK = ("ana", "berta", "carla")


def officers_election(general: int = 6) -> Election:
    """The small election, with two of three officers whose keys the tests hold."""
    replace = msgspec.structs.replace
    definition = small_election(general=general, indigenous=2, rules=Rules(secrecy_threshold=1)).definition
    keys = [NamedKey(name=f"Officer {n}", key_name=s.name, key=s.verifier.public_hex) for n, s in enumerate(OFFICERS)]
    log = NamedKey(name="Log", key_name="log.example", key=SigningKey(b"\x88" * 32).public_hex)
    authority = Authority(name="Authority", officers=tuple(keys), threshold=2, log=log)
    contests = tuple(replace(contest, title={"es": "Pregunta", "en": "Question"}) for contest in definition.contests)
    return Election(replace(definition, authority=authority, contests=contests))


def with_fingers(roll: tuple[Elector, ...]) -> tuple[Elector, ...]:
    """Everybody has four fingers but one; the last elector is the first one again."""
    people = []
    for at, elector in enumerate(roll):
        who, impression = (0, 1) if at == len(roll) - 1 else (at, 0)
        positions = () if at == 3 else POSITIONS
        fingers = [Finger(position=p, templates=(finger(who, p, impression).to_iso(),)) for p in positions]
        people.append(msgspec.structs.replace(elector, fingers=tuple(fingers)))
    return tuple(people)


@pytest.fixture
def roll(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Elector, ...]:
    """A folder with a definition, a sealed roll, keys of officers and adjudicators, and a case key."""
    monkeypatch.chdir(tmp_path)
    election = officers_election()
    Path("definition.note").write_bytes(sign_document(election.definition, OFFICERS[:2]))
    Path("words").write_text(WORDS + "\n")
    people = with_fingers(synthesize_roll(election, 1))
    secret, drawn = bytes(range(32)), Drawn("roll")
    locked = lock_roll_key(secret, election.identity, WORDS, salt=drawn(16), nonce=drawn(12), cost=Cost.TOY)
    parts = salted_parts(people, election, drawn)
    write_roll(Path("roll"), parts, RollKey(secret, election.identity), locked, drawn)
    case_key = seal_case_key("desk", b"\5" * 32, WORDS, salt=drawn(16), nonce=drawn(12), cost=Cost.TOY)
    Path("case.key").write_bytes(case_key)
    for number, officer in enumerate(OFFICERS[:2]):
        write_key(officer.name, bytes([number + 1] * 32), f"officer-{number}.key")
    for number, name in enumerate(DESK):
        write_key(f"desk/{name}", bytes([number + 70] * 32), f"{name}.key")
    return people


def write_key(name: str, seed: bytes, file: str) -> None:
    """A key file under the passphrase of all."""
    Path(file).write_bytes(seal_key(name, seed, WORDS, salt=seed[:16], nonce=seed[:12], cost=Cost.TOY))


def urna(*arguments: str) -> int:
    """The exit code of a verb of the roll."""
    return main(["roll", *arguments])


def deduplicated(*options: str) -> int:
    """The exit code of the search."""
    words = ("--roll-passphrase-file", "words", "--definition", "definition.note", "--processes", "1")
    return urna("deduplicate", "roll", "--case-key", "case.key", "--candidates", "4", *words, *options)


def cases(verb: str, *options: str) -> int:
    """The exit code of an act on the work list."""
    opened = ("--definition", "definition.note", "--case-key", "case.key", "--case-passphrase-file", "words")
    return urna("cases", verb, "cases", *options, *opened)


def appointed(officer: int, *desk: str) -> int:
    """The exit code of an officer's signature under the adjudicators."""
    people = []
    for name in desk:
        key = SigningKey(bytes([DESK.index(name) + 70] * 32))
        people += ["--adjudicator", f"{name.title()}={NoteVerifier(f'desk/{name}', key.public_hex).vkey()}"]
    key_options = ("--key", f"officer-{officer}.key", "--passphrase-file", "words", "--yes")
    note = ("--definition", "definition.note", "--out", "cases/adjudicators.note")
    return urna("cases", "appoint", *people, *key_options, *note)


def decided(who: str, case: str, verdict: str) -> int:
    """The exit code of an adjudicator's decision."""
    said = ("--verdict", verdict, "--reason", "fingers_looked_at", "--yes")
    return cases("decide", case, *said, "--key", f"{who}.key", "--passphrase-file", "words")


def the_case() -> str:
    """The name of the only case."""
    (path,) = Path("cases/cases").iterdir()
    return path.stem


def test_a_person_enrolled_twice_becomes_one_case(
    roll: tuple[Elector, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    """The search says how many, never who; nothing of a person is in a file of the work list."""
    assert deduplicated() == 0
    shown = capsys.readouterr().out
    assert f"{len(roll)} people, {len(roll) - 1} of them" in shown
    assert "1 cases" in shown
    written = b"".join(path.read_bytes() for path in Path("cases").rglob("*") if path.is_file())
    for elector in (roll[0], roll[-1]):
        for secret in (elector.number, elector.name):
            assert secret not in shown
            assert secret.encode() not in written
    assert all(template not in written for finger in roll[0].fingers for template in finger.templates)


def test_two_adjudicators_decide_and_the_registry_gets_a_sealed_list(
    roll: tuple[Elector, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    """Names on the adjudicator's screen; counts in the report; the roll is what it was."""
    before = {path: path.read_bytes() for path in Path("roll").rglob("*") if path.is_file()}
    assert deduplicated() == 0
    assert [appointed(0, *DESK), appointed(1, *DESK)] == [0, 0]
    name = the_case()
    assert cases("show", name, "--roll", "roll", "--roll-passphrase-file", "words") == 0
    shown = capsys.readouterr().out
    assert roll[0].name in shown
    assert roll[-1].name in shown
    assert [decided("ana", name, "same_person"), decided("berta", name, "same_person")] == [0, 0]
    assert decided("carla", name, "different_people") == 2
    forged = Path(f"cases/decisions/{name}.3.decision")
    forged.write_bytes(Path(f"cases/decisions/{name}.1.decision").read_bytes())
    capsys.readouterr()
    assert cases("list") == 2
    assert name in capsys.readouterr().err
    forged.unlink()
    assert cases("list") == 0
    assert cases("report", "--out", "report.json", "--registry-list", "registry.box") == 0
    report = decode(Path("report.json").read_bytes(), DeduplicationReport)
    assert report.is_complete
    assert (report.cases, report.decided.same_person, report.search.people) == (1, 1, len(roll))
    capsys.readouterr()
    assert urna("cases", "open-list", "registry.box", "--case-key", "case.key", "--case-passphrase-file", "words") == 0
    listed = capsys.readouterr().out
    assert roll[0].number in listed
    assert roll[-1].number in listed
    public = Path("report.json").read_text() + Path("registry.box").read_bytes().hex()
    assert roll[0].number not in public
    assert before == {path: path.read_bytes() for path in Path("roll").rglob("*") if path.is_file()}


def test_one_key_decides_once(roll: tuple[Elector, ...], capsys: pytest.CaptureFixture[str]) -> None:
    """The same person twice is refused, and so is a stranger; the case stays where it was."""
    assert roll
    assert deduplicated() == 0
    assert [appointed(0, "ana", "berta"), appointed(1, "ana", "berta")] == [0, 0]
    name = the_case()
    assert decided("ana", name, "same_person") == 0
    assert decided("ana", name, "same_person") == 2
    assert decided("carla", name, "same_person") == 2
    assert len(list(Path("cases/decisions").iterdir())) == 1
    capsys.readouterr()
    assert cases("report", "--out", "report.json") == 0
    report = decode(Path("report.json").read_bytes(), DeduplicationReport)
    assert report.decided.undecided == 1
    assert Standing.SAME_PERSON not in capsys.readouterr().out


def test_adjudicators_need_enough_officers(roll: tuple[Elector, ...]) -> None:
    """One of two signatures is none, and the second officer signs the same names only."""
    assert roll
    assert deduplicated() == 0
    assert appointed(0, "ana", "berta") == 0
    assert cases("list") == 2
    assert appointed(1, "ana", "carla") == 2
    assert appointed(1, "ana", "berta") == 0
    assert cases("list") == 0


def test_a_search_that_was_cut_off_is_taken_up(roll: tuple[Elector, ...]) -> None:
    """With the parts that are missing; a case found again is the same file; other options are refused."""
    assert roll
    assert deduplicated("--part-size", "5") == 0
    files = {path: path.read_bytes() for path in Path("cases/cases").iterdir()}
    parts = sorted(Path("cases/parts").iterdir())
    assert len(parts) == 4
    texts = {path: path.read_bytes() for path in parts}
    for path in parts[::2]:
        path.unlink()
    assert deduplicated("--part-size", "5") == 2
    assert deduplicated("--part-size", "5", "--resume", "--across") == 2
    assert deduplicated("--part-size", "5", "--slices", "2", "--out", "sliced") == 0
    assert [path.name for path in Path("sliced/cases").iterdir()] == [path.name for path in files]
    assert len(list(Path("sliced/parts").iterdir())) == WorkList(Path("sliced")).head.parts == 6
    assert deduplicated("--part-size", "5", "--resume") == 0
    assert {path: path.read_bytes() for path in sorted(Path("cases/parts").iterdir())} == texts
    assert {path: path.read_bytes() for path in Path("cases/cases").iterdir()} == files


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning")
def test_a_cluster_writes_what_processes_write(roll: tuple[Elector, ...], monkeypatch: pytest.MonkeyPatch) -> None:
    """The same cases under the same names, and the same counts; whatever other cluster could be joined."""
    pytest.importorskip("ray", reason="Ray is absent (pip install 'urna[cluster]')")
    monkeypatch.setenv("RAY_ADDRESS", "127.0.0.1:1")
    monkeypatch.setenv("RAY_worker_niceness", "0")  # Ray's own 15 would wait for every other test
    assert roll
    assert deduplicated("--part-size", "5") == 0
    assert deduplicated("--part-size", "5", "--cluster", "local", "--out", "over-cluster") == 0
    here, there = WorkList(Path("cases")), WorkList(Path("over-cluster"))
    key = SealingKey(b"\5" * 32)
    assert dict(there.cases(key)) == dict(here.cases(key))
    assert len(there.case_names()) == 1
    assert there.parts_done() == here.parts_done()


@pytest.mark.parametrize(
    "options",
    [
        ("--positions", "1,1"),
        ("--positions", "0"),
        ("--positions", "x"),
        ("--scores", "1,2,3"),
        ("--scores", "4,3,2,1"),
        ("--scores", "1,2,3,4", "--false-match-rate", "small"),
        ("--false-match-rate", "0/1"),
        ("--false-match-rate", "2/1"),
        ("--false-match-rate", "1/1000000000000000"),
        ("--calibration", "definition.note"),
    ],
)
def test_options_that_mean_nothing_are_refused(roll: tuple[Elector, ...], options: tuple[str, ...]) -> None:
    """Before anything is written."""
    assert roll
    assert deduplicated(*options) == 2
    assert not Path("cases").exists()
