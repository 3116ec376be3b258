"""`urna authority` as three officers use it, each with a key file of their own."""

import re
from pathlib import Path
from typing import NamedTuple

import pytest
from tests.election.officers import station_keys

from urna.cli.main import main
from urna.crypto.kdf import Cost
from urna.crypto.keyfile import seal_key
from urna.crypto.signatures import SigningKey
from urna.election.certification import StationDecision
from urna.election.definition import Election
from urna.election.signing import officers_of, open_certification, open_definition, open_revocation, trusted_keys
from urna.encoding.canonical import digest, encode
from urna.encoding.document import open_document, sign_document
from urna.log.cosignature import WitnessVerifier
from urna.log.note import NoteSigner
from urna.tally.hand_count import HandContest, HandCountReason, HandCountSheet

FIRST = "MON-AL-1-1"
PASSPHRASE = "maíz barco lluvia siete"  # noqa: S105 - of keys that live as long as a test


class Council(NamedTuple):
    """A folder with a definition whose officers have the key files officer-1.key and so on."""

    folder: Path
    definition: Path
    words: Path

    @property
    def note(self) -> Path:
        """The signed definition."""
        return self.folder / "definition.note"

    def key(self, number: int) -> Path:
        """An officer's key file."""
        return self.folder / f"officer-{number}.key"

    def run(self, *arguments: object, officer: int) -> int:
        """A command that an officer signs."""
        signing = ["--key", self.key(officer), "--passphrase-file", self.words, "--yes"]
        return main([str(argument) for argument in (*arguments, *signing)])

    def election(self) -> Election:
        """The signed election."""
        return open_definition(self.note.read_bytes())


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three officers' key files, made once; they open fast, as what `keygen` makes is not meant to."""
    folder = tmp_path_factory.mktemp("keys")
    (folder / "words").write_text(PASSPHRASE + "\n")
    for number in (1, 2, 3):
        name, file = f"council.example/officer-{number}", folder / f"officer-{number}.key"
        command = ["authority", "keygen", name, "--out", str(file), "--passphrase-file", str(folder / "words")]
        with pytest.MonkeyPatch.context() as patch:
            patch.setitem(seal_key.__kwdefaults__ or {}, "cost", Cost.TOY)
            assert main(command) == 0
    return folder


@pytest.fixture
def council(tmp_path: Path, keys: Path, capsys: pytest.CaptureFixture[str]) -> Council:
    """The example's folder with the officers' real public keys filled in."""
    assert main(["election", "new", str(tmp_path / "definition")]) == 0
    toml = tmp_path / "definition" / "election.toml"
    text = toml.read_text()
    for file in sorted(keys.glob("*.key")):
        (tmp_path / file.name).write_bytes(file.read_bytes())
        name, public = re.findall(r"^(?:name|public) (.+)$", file.read_text(), re.MULTILINE)
        officer = r'key_name = "consejo\.example/rector(?:a|)-\d"\nkey = "[0-9a-f]{64}"'
        text = re.sub(officer, f'key_name = "{name}"\nkey = "{public}"', text, count=1)
    toml.write_text(text)
    capsys.readouterr()
    return Council(tmp_path, tmp_path / "definition", keys / "words")


@pytest.fixture
def signed(council: Council) -> Council:
    """The same, its definition signed by officers 1 and 2."""
    for officer in (1, 2):
        assert council.run("election", "sign", council.definition, "--out", council.note, officer=officer) == 0
    return council


def test_officers_sign_one_after_another(council: Council, capsys: pytest.CaptureFixture[str]) -> None:
    """After the first the file is passed on; after the second it is an election."""
    sign = ("election", "sign", council.definition, "--out", council.note)
    assert council.run(*sign, officer=3) == 0
    assert "Signed by 1 of 2" in capsys.readouterr().out
    assert council.run(*sign, officer=3) == 2
    assert council.run(*sign, officer=1) == 0
    assert "Signed by 2 of 2" in capsys.readouterr().out
    assert council.election().definition.code == "AN-2026"
    assert main(["election", "show", str(council.note)]) == 0
    assert "Rectora primera, Rectora tercera" in capsys.readouterr().out


def test_an_officer_does_not_sign_what_another_did_not(council: Council, capsys: pytest.CaptureFixture[str]) -> None:
    """One elector more in the folder, and the second signature is refused; the file stays as it was."""
    sign = ("election", "sign", council.definition, "--out", council.note)
    assert council.run(*sign, officer=1) == 0
    before = council.note.read_bytes()
    stations = council.definition / "stations.csv"
    stations.write_text(stations.read_text().replace(",68,1", ",69,1"))
    assert council.run(*sign, officer=2) == 2
    assert "Do not sign" in capsys.readouterr().err
    assert council.note.read_bytes() == before


def test_keygen_prints_what_goes_into_the_toml(keys: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The public lines, never the private key; the file is for its owner only, and never overwritten."""
    words, file = keys / "words", tmp_path / "log.key"
    command = ["authority", "keygen", "council.example/log", "--role", "log", "--out", str(file)]
    assert main([*command, "--passphrase-file", str(words)]) == 0
    printed = capsys.readouterr().out
    assert '[authority.log]\nname = ""\nkey_name = "council.example/log"\nkey = "' in printed
    assert file.stat().st_mode & 0o777 == 0o600
    written = file.read_bytes()
    assert main(command) == 2  # nobody is asked for a passphrase first
    assert main([*command, "--passphrase-file", str(words)]) == 2
    assert "Choose another name; nothing was overwritten." in " ".join(capsys.readouterr().err.split())
    assert file.read_bytes() == written


def test_a_witness_gets_the_key_that_verifiers_of_cosignatures_take(
    keys: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Not the one of plain notes, which has another id."""
    command = ["authority", "keygen", "observers.example/w1", "--role", "witness", "--out", str(tmp_path / "w1.key")]
    assert main([*command, "--passphrase-file", str(keys / "words")]) == 0
    assert WitnessVerifier.of(capsys.readouterr().out.split()[-1]).name == "observers.example/w1"


def test_a_short_passphrase_makes_no_key(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A stolen file would be opened by trying."""
    (tmp_path / "words").write_text("short")
    command = ["authority", "keygen", "a.example/b", "--out", str(tmp_path / "b.key")]
    assert main([*command, "--passphrase-file", str(tmp_path / "words")]) == 2
    assert not (tmp_path / "b.key").exists()
    assert "at least 12" in capsys.readouterr().err


def test_a_wrong_passphrase_signs_nothing(council: Council, tmp_path: Path) -> None:
    """Exit code 2, and no file."""
    (tmp_path / "other").write_text("another passphrase")
    wrong = council._replace(words=tmp_path / "other")
    assert wrong.run("election", "sign", council.definition, "--out", council.note, officer=1) == 2
    assert not council.note.exists()


def test_a_station_is_certified_revoked_and_replaced(signed: Council, capsys: pytest.CaptureFixture[str]) -> None:
    """Two officers certify two stations and revoke one; its spare's keys are trusted, its old ones are not."""
    election = signed.election()
    stolen, spare = station_keys(election, FIRST), station_keys(election, FIRST, "spare")
    for folder, keys in (("first", (stolen, station_keys(election, "MON-VA-1-1"))), ("second", (spare,))):
        (signed.folder / folder).mkdir()
        for each in keys:
            (signed.folder / folder / f"{each.station}.json").write_bytes(encode(each) + b"\n")
    certified, revoked, again = (signed.folder / name for name in ("0001.note", "revocation.note", "0002.note"))
    for officer in (1, 3):
        certify = ("authority", "certify", signed.note, signed.folder / "first", "--out", certified, "--serial", 1)
        assert signed.run(*certify, officer=officer) == 0
        revoke = ("authority", "revoke", signed.note, certified, FIRST, "--reason", "stolen", "--note", "from the van")
        if officer == 3:
            assert signed.run(*revoke, "--serial", 1, "--out", revoked, officer=1) == 0
            assert signed.run(*revoke, "--serial", 1, "--out", revoked, officer=2) == 0
    for officer in (2, 3):
        certify = ("authority", "certify", signed.note, signed.folder / "second", "--out", again, "--serial", 2)
        assert signed.run(*certify, officer=officer) == 0
    assert "the keys of 2 of 12 stations" in capsys.readouterr().out
    trusted = trusted_keys(
        election,
        [open_certification(path.read_bytes(), election) for path in (certified, again)],
        [open_revocation(revoked.read_bytes(), election)],
    )
    assert trusted[FIRST] == spare
    assert len(trusted) == 2


def test_keys_that_do_not_fit_the_election_are_not_certified(signed: Council) -> None:
    """A foreign file in the folder: nothing is signed."""
    (signed.folder / "keys").mkdir()
    (signed.folder / "keys" / "x.json").write_bytes(b'{"station":"X"}')
    out = signed.folder / "0001.note"
    command = ("authority", "certify", signed.note, signed.folder / "keys", "--out", out, "--serial", 1)
    assert signed.run(*command, officer=1) == 2
    assert not out.exists()


def decide(council: Council, officer: int, *more: object) -> int:
    """A decision of an officer on the first station."""
    command = ("authority", "decide", council.note, FIRST, "--serial", 1, "--reason", "Counted in public.")
    return council.run(*command, "--out", council.folder / "decision.note", *more, officer=officer)


def hand_count_of(election: Election, station: str) -> HandCountSheet:
    """One ballot of each contest, blank; of so few nothing is shown."""
    contests = tuple(
        HandContest(contest=each.code, votes=None, blank=None, null=None, ballots=1)
        for each in election.contests_of_station(station)
    )
    return HandCountSheet(
        election=election.identity,
        station=station,
        sequence=0,
        reason=HandCountReason.ORDERED,
        registered=election.stations[station].electors,
        signatures=1,
        handed_out=1,
        ballots=1,
        contests=contests,
        closed_at="2030-12-01T22:00:00Z",
    )


def test_two_officers_decide_that_a_hand_count_counts(signed: Council, capsys: pytest.CaptureFixture[str]) -> None:
    """The second signs the same text, the moment included; both see what the sheet says before they sign."""
    sheet = signed.folder / "hand-0.note"
    sheet.write_bytes(sign_document(hand_count_of(signed.election(), FIRST), [NoteSigner("x", SigningKey(bytes(32)))]))
    for officer in (1, 3):
        assert decide(signed, officer, "--state", "hand_count", "--hand", sheet, "--machines", "added_to") == 0
    assert "1 ballots, 1 signatures" in capsys.readouterr().out
    authority = signed.election().definition.authority
    document = (signed.folder / "decision.note").read_bytes()
    decision = open_document(document, StationDecision, officers_of(authority), 2)
    assert (decision.hand, decision.machines) == (digest(sheet.read_bytes()), "added_to")
    assert decide(signed, 2, "--state", "hand_count", "--hand", sheet, "--machines", "in_place_of") == 2
    assert "something else" in capsys.readouterr().err


def test_a_decision_that_says_half_of_it_is_not_signed(signed: Council) -> None:
    """A hand count without how it counts, one of another station, an annulment with one."""
    election = signed.election()
    other, own = (signed.folder / name for name in ("other.note", "own.note"))
    signer = NoteSigner("x", SigningKey(bytes(32)))
    other.write_bytes(sign_document(hand_count_of(election, "MON-VA-1-1"), [signer]))
    own.write_bytes(sign_document(hand_count_of(election, FIRST), [signer]))
    assert decide(signed, 1, "--state", "hand_count", "--hand", own) == 2
    assert decide(signed, 1, "--state", "hand_count", "--machines", "in_place_of") == 2
    assert decide(signed, 1, "--state", "hand_count", "--hand", other, "--machines", "in_place_of") == 2
    assert decide(signed, 1, "--state", "annulled", "--hand", own, "--machines", "in_place_of") == 2
    assert not (signed.folder / "decision.note").exists()
    assert decide(signed, 1, "--state", "annulled", "--replaces", 2) == 0


def test_the_drill_ends_as_it_should(capsys: pytest.CaptureFixture[str]) -> None:
    """Seven claims, all true: the thief is refused, the spare accepted."""
    assert main(["authority", "drill"]) == 0
    printed = capsys.readouterr().out
    assert printed.count("✔") == 7
    assert "✘" not in printed
