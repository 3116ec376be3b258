"""A rehearsal with guardians, from the command line: five make a key, 2,000 vote, any three open, anyone verifies."""

import hashlib
from itertools import combinations
from pathlib import Path

import pytest
from tests.cli.test_guardian import EVERYBODY, WORDS, Table
from tests.guardian.small import Counter
from tests.rehearsal.small import MAPPING, write_mapping

from urna.ballot.published import BallotList, OpenedList
from urna.cli.main import main
from urna.crypto.kdf import Cost
from urna.crypto.keyfile import read_keyfile, seal_key
from urna.election.outcomes import BallotState
from urna.encoding.canonical import decode
from urna.encoding.document import read_document
from urna.errors import OutOfOrder
from urna.rehearsal.election import RehearsalKeys, rehearsed_election
from urna.rehearsal.mapping import read_mapping
from urna.rehearsal.run import Rehearsal
from urna.rehearsal.table import read_table
from urna.tally.decryption import AggregateOpening

TABLE = (
    "state,centre,mesa,reg,ballots,valid,nulls,A,B,C\n"
    "North,School,1,700,600,590,10,300,200,90\n"
    "North,School,2,600,500,490,10,100,240,150\n"
    "South,Market,1,600,550,540,10,200,200,140\n"
    "South,Harbour,1,400,350,345,5,45,250,50\n"
)
BALLOTS, CHALLENGED = 2000, 20


def guardian_lines(table: Table) -> str:
    """What a mapping says of five guardians, any three of whom open; makes their key files."""
    draw, lines = Counter("rehearsal"), ["guardian_threshold = 3"]
    for guardian in EVERYBODY:
        table.folder(guardian).mkdir()
        name, seed = f"court.example/guardian-{guardian}", hashlib.sha256(f"rehearsal {guardian}".encode()).digest()
        data = seal_key(name, seed, WORDS, salt=draw(16), nonce=draw(12), cost=Cost.TOY)
        (table.folder(guardian) / "signing.key").write_bytes(data)
        key = read_keyfile(data).public_hex
        lines.append(f'[[guardian]]\nname = "Court {guardian}"\nkey_name = "{name}"\nkey = "{key}"')
    table.words.write_text(WORDS + "\n")
    return "\n".join(lines)


def mapping_with_guardians(table: Table) -> Path:
    """The mapping: the threshold stands at the top, the guardians at the end."""
    first, *others = guardian_lines(table).split("\n", 1)
    return write_mapping(table.root, f"{first}\n{MAPPING}\n{others[0]}\n")


def urna(*words: object) -> int:
    """A command."""
    return main([str(word) for word in words])


@pytest.mark.slow
def test_from_a_ceremony_to_the_opened_totals(tmp_path: Path) -> None:
    """3 of 5, 2,000 ballots, 20 challenged; the record verifies before the guardians act, and after it."""
    table = Table(tmp_path)
    results, mapping = tmp_path / "table.csv", mapping_with_guardians(table)
    results.write_text(TABLE)
    rehearse = ("rehearse", results, "--mapping", mapping, "--ballots", "--challenged", CHALLENGED, "--jobs", 2)
    assert urna(*rehearse, "--definition", table.note) == 0
    for step in ("commit", "coefficients", "shares", "accept"):
        table.all_run(step)
    for guardian in EVERYBODY:
        assert table.run("join", guardian, secret=False) == 0
    counted = tmp_path / "counted"
    assert urna(*rehearse, "--guardians", table.folder(1), "--out", counted) == 0
    assert urna("verify", counted) == 0
    states = [each.state for path in counted.glob("stations/*/ballots.json") for each in listed(path).ballots]
    assert (states.count(BallotState.CAST), states.count(BallotState.CHALLENGED)) == (BALLOTS, CHALLENGED)
    opened = [each for path in counted.glob("stations/*/opened.json") for each in challenges(path).ballots]
    assert len(opened) == CHALLENGED

    request, some = tmp_path / "request.json", (2, 4, 5)
    assert urna("guardian", "open-prepare", table.note, counted, "--out", request) == 0
    together = tuple(word for guardian in some for word in ("--with", guardian))
    table.all_run("open-commit", some, request, *together, "--yes")
    table.all_run("open-reveal", some, request)
    table.all_run("open-respond", some, request)
    assert table.run("open-combine", 4, request, secret=False) == 0
    final = tmp_path / "final"
    assert urna(*rehearse, "--guardians", table.folder(4), "--out", final) == 0
    assert urna("verify", final, "--seen", counted / "log" / "checkpoint") == 0
    nation = read_document((final / "aggregates" / "0003.note").read_bytes(), AggregateOpening)
    assert [each.votes for each in nation.options] == [645, 890, 430]
    assert nation.ballots == BALLOTS


def listed(path: Path) -> BallotList:
    """A ballot list of a record."""
    return decode(path.read_bytes(), BallotList)


def challenges(path: Path) -> OpenedList:
    """The opened ballots of a record."""
    return decode(path.read_bytes(), OpenedList)


def test_guardians_and_their_papers_go_together(tmp_path: Path) -> None:
    """A mapping with guardians and no folder, counts instead of ballots, challenges without guardians: refused."""
    table = Table(tmp_path)
    encrypted, plain = (
        read_mapping(text.encode(), "mapping") for text in (mapping_with_guardians(table).read_text(), MAPPING)
    )
    for mapped, challenged in ((encrypted, 0), (plain, 3)):
        rehearsed = rehearsed_election(read_table(TABLE.encode(), mapped, "t", {}), mapped, RehearsalKeys("s"))
        with pytest.raises(OutOfOrder):
            Rehearsal(rehearsed, "s", challenged=challenged)


def test_challenges_are_spread_by_ballots() -> None:
    """All of them, whatever the number; no station has more than its share rounded up."""
    from urna.rehearsal.run import _spread  # noqa: PLC0415 - only this test looks inside

    mapped = read_mapping(MAPPING.encode(), "mapping")
    rehearsed = rehearsed_election(read_table(TABLE.encode(), mapped, "t", {}), mapped, RehearsalKeys("s"))
    for challenged, most in combinations((0, 1, 20, 1999, 2000), 2):
        assert sum(_spread(challenged, rehearsed.counts).values()) == challenged
        spread = _spread(most, rehearsed.counts)
        assert all(number <= rehearsed.counts[code].ballots for code, number in spread.items())
