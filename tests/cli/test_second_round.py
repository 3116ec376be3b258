"""`urna authority second-round`: a definition between two, from what the first round's centre announced."""

from pathlib import Path

import msgspec
import pytest
from tests.tampering.builder import Keys, World, build
from tests.verify.test_second_round import two_rounds, world

from urna.cli.main import main
from urna.election.definition import ContestKind, Definition, NamedKey
from urna.election.folder import FILES, read_folder
from urna.election.seats import allocate_seats
from urna.encoding.document import sign_document
from urna.errors import Findings
from urna.record.layout import DEFINITION, results_path
from urna.storage.definition_folder import read_definition_folder

replace = msgspec.structs.replace


def run(record: World, folder: Path, contest: str = "PRES", edition: int = 2) -> int:
    """The command over two files of a record."""
    for name, path in (("definition.note", DEFINITION), ("results.note", results_path(edition))):
        (folder / name).write_bytes(record.files[path])
    command = ["authority", "second-round", folder / "definition.note", folder / "results.note", contest]
    return main([str(each) for each in (*command, "--out", folder / "second")])


def completed(folder: Path) -> Definition:
    """The drafted definition with times written in."""
    files = read_definition_folder(folder / "second")
    text = files["election.toml"].decode()
    text = text.replace('opens_at = ""', "opens_at = 2021-01-10T06:00:00-04:00")
    text = text.replace('key_name = ""\nkey = ""', f'key_name = "cne.example/log-2"\nkey = "{"07" * 32}"')
    files["election.toml"] = text.replace('closes_at = ""', "closes_at = 2021-01-10T18:00:00-04:00").encode()
    return read_folder(files)


def test_the_draft_is_a_definition_between_the_two(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """With the cards, stations, electors, rules and keys of the first round; the most voted of the two is elected."""
    assert run(world(), tmp_path) == 0
    assert "Second round of PRES: PAU and QUE." in capsys.readouterr().out
    first, second = world().election, completed(tmp_path)
    (contest,) = second.contests
    assert (contest.code, contest.kind, contest.territory) == ("PRES", ContestKind.NOMINAL, "NATION")
    assert [(each.code, each.nominees) for each in contest.choices] == [("PAU", ("PAU",)), ("QUE", ("QUE",))]
    assert [(each.party, each.choice) for each in contest.options] == [("SUN", "PAU"), (None, "PAU"), (None, "QUE")]
    assert (contest.seat_rule.method, contest.seat_rule.seats, contest.seat_rule.second_round) == ("plurality", 1, None)
    assert second.rules == first.rules
    log = NamedKey(name="cne.example/log", key_name="cne.example/log-2", key="07" * 32)
    assert second.authority == replace(first.definition.authority, log=log)
    assert second.territories == first.definition.territories
    assert {each.code: each.electors for each in second.stations} == {
        each.code: each.electors for each in first.definition.stations
    }
    assert second.code == "SMALL-2020-2"


def test_the_draft_cannot_be_signed_before_times_and_the_logs_key_are_written(tmp_path: Path) -> None:
    """A log of the first one's name would look like a forged one to its witnesses."""
    assert run(world(), tmp_path) == 0
    assert sorted(each.name for each in (tmp_path / "second").iterdir()) == sorted(FILES)
    with pytest.raises(Findings) as caught:
        read_folder(read_definition_folder(tmp_path / "second"))
    keys = [str(each.problem).split("`")[1] for each in caught.value.findings]
    assert sorted(keys) == ["closes_at", "key", "key_name", "opens_at"]


def nobody_decided(keys: Keys) -> Definition:
    """The law leaves ties open."""
    given = two_rounds(keys)
    rule = replace(given.contests[-1].seat_rule, tie="undecided")
    return replace(given, contests=(*given.contests[:-1], replace(given.contests[-1], seat_rule=rule)))


@pytest.mark.parametrize(
    ("contest", "edition", "said"),
    [
        ("PRES", 1, "found provisional ones"),
        ("NOM-1", 2, "found none in NOM-1"),
        ("PRESS", 2, "found PRESS"),
    ],
)
def test_what_is_no_second_round_writes_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], contest: str, edition: int, said: str
) -> None:
    """Results that may change, a contest that is decided, one that is not there."""
    assert run(world(), tmp_path, contest, edition) == 2
    assert said in " ".join(capsys.readouterr().err.split())
    assert not (tmp_path / "second").exists()


def test_results_that_the_log_did_not_sign_write_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Nor those of another election, nor a folder that has a definition already."""
    record = world()
    record.files[results_path(2)] = sign_document(record.results(2), [record.keys.officers[0]])
    assert run(record, tmp_path) == 2
    assert "signature by cne.example/log" in " ".join(capsys.readouterr().err.split())
    other = build(nobody_decided)
    record.files[results_path(2)] = other.files[results_path(2)]
    assert run(record, tmp_path) == 2
    assert "those of another one" in " ".join(capsys.readouterr().err.split())
    assert not (tmp_path / "second").exists()
    assert run(world(), tmp_path) == 0
    assert run(world(), tmp_path) == 2
    assert "a folder without a definition" in " ".join(capsys.readouterr().err.split())


def test_a_tie_that_is_open_writes_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Where the law has no lot, people have to decide first."""
    record = build(nobody_decided)
    results = record.results(2)
    rule = next(each.rule for each in results.seats if each.contest == "PRES")
    tied = allocate_seats("PRES", rule, {"PAU": 40, "QUE": 30, "ROS": 30, "SOL": 0})
    seats = tuple(tied if each.contest == "PRES" else each for each in results.seats)
    record.put_results(replace(results, seats=seats))
    assert run(record, tmp_path) == 2
    assert "a tie that leaves open who goes on" in " ".join(capsys.readouterr().err.split())
