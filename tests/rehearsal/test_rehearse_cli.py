"""`urna rehearse` at the command line: it repeats, it refuses, and what it refuses leaves nothing behind."""

import errno
import gzip
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest
from tests.rehearsal.reading import files, rehearse, totals
from tests.rehearsal.small import BAD_ROW, HEADER, MAPPING, ROWS, write_mapping, write_table

import urna.cli.rehearse
from urna.cli.main import main
from urna.cli.rehearse_report import national
from urna.storage.record import FolderReader, FolderWriter
from urna.tally.results import ContestTotal, Results
from urna.verify.procedure import verify_record


@pytest.mark.parametrize("how", [(), ("--ballots",)])
def test_one_seed_gives_one_record(tmp_path: Path, how: tuple[str, ...]) -> None:
    """Byte for byte, whatever the number of processes; another seed changes every signed file."""
    table, mapping = write_table(tmp_path), write_mapping(tmp_path)
    one, again, other = (tmp_path / name for name in ("one", "again", "other"))
    assert rehearse(table, mapping, one, "--jobs", "1", *how) == 0
    assert rehearse(table, mapping, again, "--jobs", "3", *how) == 0
    assert rehearse(table, mapping, other, "--seed", "another", *how) == 0
    assert files(one) == files(again)
    same = {path for path, data in files(other).items() if files(one).get(path) == data}
    assert same == {"README.txt"}


def test_counts_and_ballots_give_the_same_totals(tmp_path: Path) -> None:
    """Counted or cast one by one, and both records verify."""
    table, mapping = write_table(tmp_path), write_mapping(tmp_path)
    assert rehearse(table, mapping, tmp_path / "counts") == 0
    assert rehearse(table, mapping, tmp_path / "ballots", "--ballots") == 0
    for kind in ("NATION", "STATE", "CENTRE"):
        assert totals(tmp_path / "counts", kind) == totals(tmp_path / "ballots", kind)
    assert totals(tmp_path / "ballots", "STATE") == {("North",): ([13, 13], 1, 27), ("South",): ([3, 7], 1, 11)}
    assert not list((tmp_path / "counts").rglob("ballots.json"))
    assert len(list((tmp_path / "ballots").rglob("ballots.json"))) == 3
    for record in ("counts", "ballots"):
        assert verify_record(FolderReader(tmp_path / record)).is_proven


def test_a_ballot_list_does_not_tell_the_order_of_voting(tmp_path: Path) -> None:
    """Ids are sorted, so the list of a station is the same whoever came first."""
    record = tmp_path / "record"
    assert rehearse(write_table(tmp_path), write_mapping(tmp_path), record, "--ballots") == 0
    for path in record.rglob("ballots.json"):
        ids = [part.split(b'"')[0] for part in path.read_bytes().split(b'"id":"')[1:]]
        assert len(ids) > 10
        assert ids == sorted(ids)


def test_a_bad_row_stops_the_lot_unless_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Exit code 1 and no folder; with the option, the good rows and exit code 0."""
    table, mapping, record = write_table(tmp_path, ROWS + BAD_ROW), write_mapping(tmp_path), tmp_path / "record"
    assert rehearse(table, mapping, record) == 1
    said = capsys.readouterr().err
    assert "table.csv:5: The options sum to 9 votes, the valid votes are 10." in said
    assert "Rows that cannot be taken: 1 of 4" in said
    assert "(line 5)" in said
    assert not record.exists()
    assert rehearse(table, mapping, record, "--leave-out-bad-rows") == 0
    assert "Rows left out, as told: 1 of 4" in capsys.readouterr().err
    assert len(list((record / "stations").iterdir())) == 3


def test_a_table_of_bad_rows_alone_is_no_election(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Leaving all of them out leaves nothing to rehearse."""
    record = tmp_path / "record"
    assert rehearse(write_table(tmp_path, BAD_ROW), write_mapping(tmp_path), record, "--leave-out-bad-rows") == 1
    assert "No row is left. Nothing was written." in capsys.readouterr().err
    assert not record.exists()


def test_a_folder_with_files_is_never_written_to(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Nor is a file taken for a folder; both before the table is even read."""
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "letter.txt").write_text("mine")
    mapping = write_mapping(tmp_path)
    assert rehearse(tmp_path / "no such table", mapping, tmp_path / "full") == 2
    assert "found one with files in it" in capsys.readouterr().err
    assert list(files(tmp_path / "full")) == ["letter.txt"]
    assert rehearse(tmp_path / "no such table", mapping, tmp_path / "full" / "letter.txt") == 2
    assert (tmp_path / "full" / "letter.txt").read_text() == "mine"


@pytest.mark.parametrize(
    ("condition", "sentence"),
    [
        ("state", "Expected COLUMN=VALUE; found state."),
        ("=North", "Expected COLUMN=VALUE; found =North."),
        ("stat=None", "one of: state, centre, mesa, reg, ballots, valid, nulls, A, B; found stat."),
        ("state=north", "Expected rows where state is north; found none; there is: North"),
        ("state=\x1b[31mred", "state is \ufffd[31mred; found none; there is: North, South."),
    ],
)
def test_a_condition_that_means_nothing_says_what_would(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], condition: str, sentence: str
) -> None:
    """An unknown column is no column without values, and a misspelt value is told the nearest ones."""
    record = tmp_path / "record"
    assert rehearse(write_table(tmp_path), write_mapping(tmp_path), record, "--where", condition) == 2
    assert sentence in capsys.readouterr().err
    assert not record.exists()


def test_conditions_on_one_column_add_up_and_on_two_narrow_down(tmp_path: Path) -> None:
    """North or South; North and mesa 2."""
    table, mapping = write_table(tmp_path), write_mapping(tmp_path)
    assert rehearse(table, mapping, tmp_path / "or", "--where", "state=North", "--where", "state=South") == 0
    assert rehearse(table, mapping, tmp_path / "and", "--where", "state=North", "--where", "mesa=2") == 0
    assert len(totals(tmp_path / "or", "STATE")) == 2
    assert totals(tmp_path / "and", "NATION") == {(): ([4, 8], 0, 12)}


HOSTILE = {
    "no-utf-8.csv": HEADER.encode() + b"North,Escuela B\xe1sica,1,10,5,5,0,2,3\n",
    "utf-16.csv": (HEADER + ROWS).encode("utf-16"),
    "no-gzip.csv.gz": (HEADER + ROWS).encode(),
    "cut.csv.gz": gzip.compress((HEADER + ROWS * 50).encode())[:-20],
    "torn.csv.gz": gzip.compress((HEADER + ROWS).encode())[:12] + b"\xff" * 40,
    "empty.csv": b"",
    "header.csv": HEADER.encode(),
    "zeros.csv": b"\0" * 5000,
    "cell.csv": HEADER.encode() + b"N,S," + b"1" * 200_000 + b",30,15,14,1,9,5\n",
    "quote.csv": HEADER.encode() + b'N,"S,1,30,15,14,1,9,5\n',
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_file_that_is_no_table_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str) -> None:
    """Exit code 2, one sentence with the file's name, nothing written."""
    table, record = tmp_path / name, tmp_path / "record"
    table.write_bytes(HOSTILE[name])
    assert rehearse(table, write_mapping(tmp_path), record, "--leave-out-bad-rows") == 2
    said = capsys.readouterr().err
    assert name in said
    assert "Expected" in said
    assert not record.exists()


def test_a_gzip_bomb_is_not_unpacked_beyond_the_limit(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A megabyte that unpacks to a hundred stops at the limit; the real limit is 256 MB."""
    assert urna.cli.rehearse.MAX_TABLE_BYTES == 256 * 1024 * 1024
    monkeypatch.setattr(urna.cli.rehearse, "MAX_TABLE_BYTES", 1_000_000)
    bomb = tmp_path / "bomb.csv.gz"
    with gzip.open(bomb, "wb", compresslevel=9) as file:
        for _ in range(100):
            file.write(b"0" * 1_000_000)
    assert bomb.stat().st_size < 1_000_000
    assert rehearse(bomb, write_mapping(tmp_path), tmp_path / "record") == 2
    assert "at most 1,000,000 bytes, unpacked" in capsys.readouterr().err


@pytest.mark.parametrize("long", ["table", "mapping"])
def test_a_file_of_ten_gigabytes_is_not_read_whole(tmp_path: Path, long: str) -> None:
    """Sparse, so that it costs nothing here; the process has one gigabyte of memory and refuses in time."""
    table, mapping = write_table(tmp_path), write_mapping(tmp_path)
    with {"table": table, "mapping": mapping}[long].open("r+b") as file:
        file.truncate(10 * 1024**3)
    code = (
        "import resource, sys; resource.setrlimit(resource.RLIMIT_AS, (1 << 30, 1 << 30));"
        "from urna.cli.main import main; sys.exit(main(sys.argv[1:]))"
    )
    command = [
        sys.executable,
        "-c",
        code,
        "rehearse",
        str(table),
        "--mapping",
        str(mapping),
        "--out",
        str(tmp_path / "r"),
    ]
    ended = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert ended.returncode == 2, ended.stderr
    assert "Expected at most" in ended.stderr


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ('kind = "STATE"', 'kind = "state"', "mapping.toml"),
        ('day = "2026-01-01"', 'day = "2026-02-30"', "Expected a day as 2026-12-06; found 2026-02-30."),
        ('day = "2026-01-01"', 'day = "tomorrow"', "mapping.toml"),
        ('nulls = "nulls"', 'nulls = "valid"', "Expected one meaning for each column; found two for valid."),
        (
            '"Option {number}"',
            '"Option {number.__class__}"',
            "Expected a name for the remaining columns, with {number}",
        ),
        ('"Option {number}"', '"Option"', "Expected a name for the remaining columns, with {number}"),
        ('remaining = "Option {number}"', "", "either [[contest.option]] or contest.remaining"),
        ('{es = "Cargo", en = "Office"}', '{es = "Cargo"}', "mistake"),
        ('title = {es = "Ensayo", en = "Rehearsal"}', "title = {}", "mistake"),
        ('columns = ["mesa"]', 'columns = ["mesa", "room"]', "no column room"),
        ("title", "tittle", "mapping.toml"),
        ("[station]", "[station", "mapping.toml"),
        ("[station]", "\x00", "mapping.toml"),
    ],
)
def test_a_mapping_with_a_mistake_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], old: str, new: str, sentence: str
) -> None:
    """In words, and before anything is written."""
    assert old in MAPPING
    table, mapping = write_table(tmp_path), write_mapping(tmp_path, MAPPING.replace(old, new))
    assert rehearse(table, mapping, tmp_path / "record") in {1, 2}
    assert sentence in capsys.readouterr().err
    assert not (tmp_path / "record").exists()


def test_languages_are_the_mappings_own(tmp_path: Path) -> None:
    """A mapping in Portuguese alone makes an election in Portuguese."""
    mapping = MAPPING.replace('{es = "Ensayo", en = "Rehearsal"}', '{pt = "Ensaio"}')
    mapping = mapping.replace('{es = "Cargo", en = "Office"}', '{pt = "Cargo"}')
    record = tmp_path / "record"
    assert rehearse(write_table(tmp_path), write_mapping(tmp_path, mapping), record) == 0
    assert verify_record(FolderReader(record)).title == {"pt": "Ensaio"}


def test_names_that_a_terminal_would_obey_are_shown_and_not_obeyed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Control characters in a cell reach neither the screen nor the definition."""
    rows = ROWS + "\x1b[2JNorth,\x9bSchool,1,1\x1b[8m,15,14,1,9,5\nWest\x1b[2J,Mill\x9b,1,30,15,14,1,9,5\n"
    record = tmp_path / "record"
    assert rehearse(write_table(tmp_path, rows), write_mapping(tmp_path), record, "--leave-out-bad-rows") == 0
    said = capsys.readouterr()
    assert not any(sign in said.out + said.err for sign in ("\x1b", "\x9b"))
    assert totals(record, "STATE").keys() == {("North",), ("South",), ("West [2J",)}


def test_the_help_names_every_option(capsys: pytest.CaptureFixture[str]) -> None:
    """Those of docs/rehearsal.md among them."""
    assert main(["rehearse", "--help"]) == 0
    said = capsys.readouterr().out
    for option in ("--mapping", "--out", "--where", "--leave-out-bad-rows", "--ballots", "--seed", "--jobs"):
        assert option in said


def test_a_full_disk_leaves_no_half_of_a_record(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The record appears when it is whole; neither its folder nor a draft of it stays behind."""
    table, mapping = write_table(tmp_path), write_mapping(tmp_path)
    before = set(tmp_path.iterdir())
    room = iter(range(7))

    class FullDisk(FolderWriter):
        def write(self, path: str, data: bytes) -> None:
            """The eighth file does not fit."""
            if next(room, None) is None:
                raise OSError(errno.ENOSPC, "No space left on device", path)
            super().write(path, data)

    monkeypatch.setattr(urna.cli.rehearse, "FolderWriter", FullDisk)
    assert rehearse(table, mapping, tmp_path / "record") == 2
    assert "No space left on device" in capsys.readouterr().err
    assert set(tmp_path.iterdir()) == before


def test_an_empty_folder_is_taken_and_a_missing_one_made(tmp_path: Path) -> None:
    """With the folders above it; others may read it, as the umask has it."""
    table, mapping = write_table(tmp_path), write_mapping(tmp_path)
    (tmp_path / "empty").mkdir()
    (tmp_path / "some").mkdir()
    for record in (tmp_path / "empty", tmp_path / "some" / "where" / "record"):
        assert rehearse(table, mapping, record) == 0
        assert verify_record(FolderReader(record)).is_proven
        assert record.stat().st_mode == (tmp_path / "some").stat().st_mode


@pytest.mark.parametrize("wrong", ["votes", "undervotes"])
def test_totals_that_differ_from_the_tables_are_never_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, wrong: str
) -> None:
    """One vote too many in one national total: exit code 1, and no record."""

    def miscount(results: Results) -> ContestTotal:
        total = national(results)
        first, *rest = total.votes
        if wrong == "undervotes":
            return msgspec.structs.replace(total, undervotes=total.undervotes + 1)
        return msgspec.structs.replace(total, votes=(msgspec.structs.replace(first, votes=first.votes + 1), *rest))

    monkeypatch.setattr(urna.cli.rehearse, "national", miscount)
    assert rehearse(write_table(tmp_path), write_mapping(tmp_path), tmp_path / "record") == 1
    assert "Expected totals equal to the table's" in capsys.readouterr().err
    assert not (tmp_path / "record").exists()
