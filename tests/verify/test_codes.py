"""A voter's code leads to the ballot and what became of it; a signed slip whose code is nowhere is a public proof."""

import hashlib
import json
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest
from tests.tampering.builder import build, station_signer
from tests.verify.encrypted_world import EncryptedWorld, Made, build_encrypted

from urna.ballot.code_slip import CodeSlip, sign_code_slip
from urna.ballot.confirmation import confirmation_code, write_code
from urna.cli.main import main
from urna.election.outcomes import BallotState
from urna.encoding.document import sign_document
from urna.errors import Malformed, OutOfOrder, Unproven
from urna.record.layout import JOINT_KEY, sheet_path
from urna.record.reader import RecordInMemory
from urna.storage.record import FolderWriter
from urna.verify.ballot_boxes import Box
from urna.verify.code_search import codes_of_station, find_code, open_for_codes
from urna.verify.pins import Pins


@cache
def world() -> EncryptedWorld:
    """A small election with guardians, and its ballots."""
    return build_encrypted()


@cache
def published(form: str) -> dict[str, bytes]:
    """The folder in a form."""
    made = build_encrypted()
    if form == "compact":
        made.to_form("compact")
    return made.publish()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The record on a disk."""
    return _written(tmp_path / "record", published("committed"))


def _written(path: Path, files: dict[str, bytes]) -> Path:
    writer = FolderWriter(path, durable=False)
    for name, data in files.items():
        writer.write(name, data)
    return path


def code_of(station: str, made: Made) -> bytes:
    """What the slip of a ballot has."""
    context = world().context(station, made.style)
    return confirmation_code(context.context, made.id, made.encrypted.challenge)


def in_state(station: str, state: BallotState) -> Made:
    """A ballot in a state."""
    return next(each for each in world().ballots_made[station] if each.state is state)


@pytest.mark.parametrize("form", ["committed", "compact"])
@pytest.mark.parametrize("state", list(BallotState))
def test_every_ballot_is_found_by_its_code(form: str, state: BallotState) -> None:
    """With its state, and a proof that its line is under the signed root."""
    opened = open_for_codes(RecordInMemory(published(form)), Pins())
    made = in_state("A-01", state)
    found = find_code(opened, code_of("A-01", made))
    assert found is not None
    assert (found.station, found.ballot.id, found.ballot.state) == ("A-01", made.id.hex(), state)
    assert found.root.hex() == world().sheet("A-01").ballots_root
    assert (found.opened is not None) == (state is BallotState.CHALLENGED)


def test_the_station_narrows_the_search() -> None:
    """Looked for elsewhere the ballot is not there; an unknown station is an error."""
    opened = open_for_codes(RecordInMemory(published("committed")), Pins())
    code = code_of("A-01", in_state("A-01", BallotState.CAST))
    assert find_code(opened, code, "A-01") is not None
    assert find_code(opened, code, "A-02") is None
    with pytest.raises(Malformed, match="Z-99"):
        find_code(opened, code, "Z-99")


def test_each_ballot_of_a_station_has_a_code_of_its_own() -> None:
    """In the order of the list, all of them."""
    opened = open_for_codes(RecordInMemory(published("committed")), Pins())
    codes = {ballot.id: code for ballot, code in codes_of_station(opened, "A-01")}
    assert codes == {made.id.hex(): code_of("A-01", made) for made in world().ballots_made["A-01"]}
    assert list(codes) == sorted(codes)


def test_a_code_whose_ballot_is_false_is_not_called_found() -> None:
    """The code is there, but the ballot is not proven."""
    files = dict(published("compact"))
    made = in_state("A-02", BallotState.CAST)
    path = "stations/A-02/ballots-S1.compact"
    place = files[path].index(made.encrypted.compact())
    changed = bytearray(files[path])
    changed[place + len(made.encrypted.compact()) - 1] ^= 1
    opened = open_for_codes(RecordInMemory({**files, path: bytes(changed)}), Pins())
    with pytest.raises(Unproven, match="proven and listed"):
        find_code(opened, code_of("A-02", made))


def test_a_code_under_a_root_that_nobody_signed_is_not_called_found() -> None:
    """One of the station's two booths did not sign the sheet."""
    sheet = sign_document(world().sheet("A-01"), world().booths("A-01")[:1])
    files = {**published("committed"), sheet_path("A-01", 0): sheet}
    opened = open_for_codes(RecordInMemory(files), Pins())
    with pytest.raises(Unproven, match="2 of 2 keys"):
        find_code(opened, code_of("A-01", in_state("A-01", BallotState.CAST)))


@pytest.mark.parametrize(
    ("files", "error"),
    [
        (lambda: build().publish(), OutOfOrder),
        (lambda: {**published("committed"), JOINT_KEY: b"no note"}, Unproven),
        (lambda: {path: data for path, data in published("committed").items() if path != "definition.note"}, Unproven),
    ],
    ids=["without guardians", "without their key", "without a definition"],
)
def test_codes_are_only_looked_for_under_keys_that_verify(
    files: Callable[[], dict[str, bytes]], error: type[Exception]
) -> None:
    """Every code hangs on the joint keys."""
    with pytest.raises(error):
        open_for_codes(RecordInMemory(files()), Pins())


def test_the_command_says_what_became_of_a_ballot(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """In words, with everything that is needed to do it again."""
    made = in_state("A-01", BallotState.CAST)
    typed = write_code(code_of("A-01", made)).lower().replace("0", "o")
    assert main(["verify", str(folder), "--code", typed]) == 0
    shown = capsys.readouterr().out
    assert "It was CAST" in shown
    assert f"Station A-01, ballot {made.id.hex()}." in shown
    line = next(line for line in shown.splitlines() if line.startswith("{"))
    assert hashlib.sha256(b"\x00" + line.encode()).hexdigest() in shown


def test_a_challenged_ballot_is_shown_as_it_was_opened(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Its voter compares it with what was chosen."""
    made = in_state("A-01", BallotState.CHALLENGED)
    assert main(["verify", str(folder), "--code", write_code(code_of("A-01", made)), "--station", "A-01"]) == 0
    shown = capsys.readouterr().out
    assert "It was CHALLENGED" in shown
    assert "Opened, it says:" in shown


def test_the_proof_of_the_command_leads_to_the_root_by_hand(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing but SHA-256, left and right."""
    made = in_state("A-01", BallotState.VOID)
    assert main(["verify", str(folder), "--code", write_code(code_of("A-01", made)), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    hashed = hashlib.sha256(b"\x00" + found["leaf_text"].encode()).digest()
    for step in found["proof"]:
        other = bytes.fromhex(step["hash"])
        pair = other + hashed if step["side"] == "left" else hashed + other
        hashed = hashlib.sha256(b"\x01" + pair).digest()
    assert hashed.hex() == found["root"] == world().sheet("A-01").ballots_root
    assert (found["state"], found["leaves"]) == ("void", len(world().ballots_made["A-01"]))


def test_a_code_that_is_nowhere_exits_with_1(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """And says what a signed slip would be."""
    assert main(["verify", str(folder), "--code", write_code(bytes(20))]) == 1
    assert "No ballot in this record has this code" in (shown := capsys.readouterr().out)
    assert "--slip FILE" in shown


def _slip(folder: Path, code: bytes, role: str = "booth-2", station: str = "A-01") -> Path:
    slip = CodeSlip(election=world().election.identity, station=station, code=write_code(code))
    path = folder.parent / "slip.note"
    path.write_bytes(sign_code_slip(slip, station_signer(world().election, station, role)))
    return path


def test_a_signed_slip_finds_its_ballot(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The booth's signature names the station."""
    path = _slip(folder, code_of("A-01", in_state("A-01", BallotState.CAST)))
    assert main(["verify", str(folder), "--slip", str(path)]) == 0
    assert "It was CAST" in capsys.readouterr().out


def test_a_signed_slip_without_a_ballot_is_a_public_proof(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The booth made a ballot that the record does not have."""
    assert main(["verify", str(folder), "--slip", str(_slip(folder, bytes(20)))]) == 1
    assert "is a public proof of that" in " ".join(capsys.readouterr().out.split())
    assert main(["verify", str(folder), "--slip", str(_slip(folder, bytes(20))), "--json"]) == 1
    assert json.loads(capsys.readouterr().out)["signed"]


def test_a_slip_that_no_booth_signed_proves_nothing(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """It is refused before anything is looked for."""
    assert main(["verify", str(folder), "--slip", str(_slip(folder, bytes(20), role="poll-book"))]) == 2
    assert main(["verify", str(folder), "--slip", str(folder / "roll.note")]) == 2
    assert "public proof" not in capsys.readouterr().out


@pytest.mark.parametrize("code", ["", "7Z0K", "7Z0K 3M" + "U" * 26, "not a code at all"])
def test_what_is_no_code_is_refused(folder: Path, code: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Too short, or with a letter that no code has; an empty one is a whole verification."""
    expected = 2 if code else 0
    assert main(["verify", str(folder), "--code", code, "--jobs", "1"]) == expected
    assert "Traceback" not in capsys.readouterr().err


def test_a_box_is_small_enough_to_be_sent() -> None:
    """Tasks hold places, not ballots."""
    assert "rows" in Box._fields
    assert not any("bytes" in str(kind) for kind in Box.__annotations__.values())
