"""A folder is read into the same definition however it was saved, and refused with a clear finding otherwise."""

import random
import unicodedata

import pytest

from urna.election.definition import Definition, Election
from urna.election.folder import FILES, read_folder
from urna.encoding.canonical import decode, encode
from urna.errors import Finding, Findings
from urna.storage.definition_folder import example_files, template_files

BOM = b"\xef\xbb\xbf"


def findings(files: dict[str, bytes]) -> tuple[Finding, ...]:
    """What is wrong with a folder; fails the test if nothing is."""
    with pytest.raises(Findings) as caught:
        read_folder(files)
    return caught.value.findings


def changed(file: str, old: str, new: str) -> dict[str, bytes]:
    """The example with one text changed, which must be there once."""
    files = example_files()
    assert files[file].decode().count(old) == 1
    return files | {file: files[file].decode().replace(old, new).encode()}


def test_the_example_is_a_small_national_assembly() -> None:
    """Nominal, regional, national and indigenous seats, shared cards, and stations small enough to simulate."""
    definition = read_folder(example_files())
    seats = dict.fromkeys(("NOM", "REG", "NAC", "IND"), 0)
    for contest in definition.contests:
        seats[contest.code[:3]] += contest.seat_rule.seats
        assert len(contest.options) <= 13
    assert seats == {"NOM": 10, "REG": 6, "NAC": 5, "IND": 1}
    assert {contest.votes_allowed for contest in definition.contests} == {1, 2, 3}
    assert all(40 <= station.electors <= 90 for station in definition.stations)
    assert any(len(contest.options) > len(contest.choices) for contest in definition.contests)


def test_a_definition_survives_its_canonical_bytes() -> None:
    """Read, encoded and decoded it is the same, with the same identity."""
    definition = read_folder(example_files())
    again = decode(encode(definition), Definition)
    assert again == definition
    assert Election(again).identity == Election(definition).identity


@pytest.mark.parametrize(
    "saved",
    [
        lambda data: BOM + data,
        lambda data: data.replace(b"\n", b"\r\n"),
        lambda data: data + b"\n\n",
        lambda data: unicodedata.normalize("NFD", data.decode()).encode(),
    ],
    ids=["byte order mark", "Windows lines", "empty lines", "decomposed accents"],
)
def test_how_a_file_was_saved_does_not_matter(saved) -> None:  # type: ignore[no-untyped-def]
    """The same words give the same hash."""
    files = {name: saved(data) for name, data in example_files().items()}
    assert Election(read_folder(files)).identity == Election(read_folder(example_files())).identity


def test_styles_are_derived_and_named_by_place_and_group() -> None:
    """One style for each circuit, and one more where indigenous electors have a contest of their own."""
    definition = read_folder(example_files())
    styles = {style.code: style.contests for style in definition.styles}
    assert styles["SAB-2"] == ("NOM-SAB-2", "REG-SAB", "NAC")
    assert styles["SAB-2-INDIGENOUS"] == ("NOM-SAB-2", "REG-SAB", "NAC", "IND")
    assert len(styles) == 8


def test_cards_of_several_parties_count_for_one_candidate() -> None:
    """Three cards, one choice; a card names its party and its person."""
    contest = Election(read_folder(example_files())).contests["NOM-MON-1"]
    shared = [option for option in contest.options if option.choice == "MON-1-AURORA-1"]
    assert [option.party for option in shared] == ["AURORA", "MAREA", "TRIGO"]
    assert shared[1].name == "Marea · Ana Alderín"


def test_the_number_in_a_territory_wins_over_the_template() -> None:
    """RIB-2 elects three and gives three votes, though the template says nothing of it."""
    contest = Election(read_folder(example_files())).contests["NOM-RIB-2"]
    assert (contest.seat_rule.seats, contest.votes_allowed) == (3, 3)
    fewer = changed("territories.csv", '"Ribanorte, circuito 2",RIB,3,', '"Ribanorte, circuito 2",RIB,3,2')
    assert Election(read_folder(fewer)).contests["NOM-RIB-2"].votes_allowed == 2


def test_a_referendum_has_its_answers_in_the_toml() -> None:
    """Answers are options and choices, without parties and cards."""
    files = example_files()
    files["election.toml"] += (
        '[[contest]]\ncode = "REF"\nkind = "referendum"\nterritory = "LUM"\n'
        'title = { es = "¿Sí o no?", en = "Yes or no?" }\n'
        '[[contest.answer]]\ncode = "YES"\nname = "Sí"\n[[contest.answer]]\ncode = "NO"\nname = "No"\n'
    ).encode()
    contest = Election(read_folder(files)).contests["REF"]
    assert [(option.code, option.name) for option in contest.options] == [("YES", "Sí"), ("NO", "No")]
    assert contest.seat_rule.seats == 0


@pytest.mark.parametrize("name", FILES)
def test_a_missing_file_is_the_only_finding(name: str) -> None:
    """What the other files refer to is then not known, so nothing is said of it."""
    files = example_files()
    del files[name]
    assert [(each.file, each.line) for each in findings(files)] == [(name, 0)]


@pytest.mark.parametrize("name", FILES)
def test_bytes_that_are_not_utf8_are_named_by_line_and_byte(name: str) -> None:
    """A file saved in Latin-1 is refused where it first shows."""
    files = example_files()
    lines = files[name].split(b"\n")
    lines[2] = lines[2] + b" \xe9"
    files[name] = b"\n".join(lines)
    first = findings(files)[0]
    assert (first.file, first.line) == (name, 3)
    assert str(first.problem) == f"Byte {files[name].index(0xE9) + 1} of the file is not UTF-8 text."


@pytest.mark.parametrize(
    ("file", "old", "new", "line", "said"),
    [
        ("election.toml", 'code = "AN-2026"', 'code = "AN-2026', 4, "not TOML"),
        ("election.toml", "2026-12-06T06:00:00-04:00", '"2026-13-06T06:00:00-04:00"', 5, "`opens_at` cannot be"),
        ("election.toml", "2026-12-06T06:00:00-04:00", "2026-12-06T06:00:00", 5, "`opens_at` cannot be"),
        ("election.toml", "[rules]", "[rule]", 13, "did you mean `rules`"),
        ("election.toml", 'kind = "list"\nper', 'kind = "lists"\nper', 35, "cannot be 'lists'"),
        ("election.toml", 'per = "CIRCUIT"', 'per = "CIRCUITO"', 28, "No territory is of the kind CIRCUITO"),
        ("election.toml", 'territory = "LUM"', "", 41, "either `per`"),
        ("election.toml", 'method = "dhondt"\nthreshold', "threshold", 41, "`method` is missing"),
        ("election.toml", 'languages = ["es", "en"]', 'languages = ["es", "Inglés"]', 14, "are not languages"),
        ("election.toml", "[authority.log]", "[authority.logs]", 81, "did you mean `log`"),
        ("election.toml", "secrecy_threshold = 10", "[rules.fingers]\ntrie = 3", 23, "did you mean `tries`"),
        ("election.toml", "secrecy_threshold = 10", "[rules.fingers]\ntries = 3", 22, "are not those for 3 tries"),
        ("election.toml", "secrecy_threshold = 10", "[rules.fingers]\ntries = 11", 23, "`tries` cannot be 11"),
        (
            "election.toml",
            "secrecy_threshold = 10",
            '[rules.fingers]\ncalibration = "f"',
            23,
            "urna biometrics thresholds",
        ),
        ("election.toml", "secrecy_threshold = 10", "fingers = 3", 22, "`fingers` is not a table"),
        ("election.toml", "attempts = 3", f"attempts = {'9' * 5000}", 0, "not TOML"),
        ("election.toml", "2026-12-06T06:00:00-04:00", '"0001-01-01T00:00:00+14:00"', 5, "`opens_at` cannot be"),
        ("election.toml", 'es = "Lista nacional"', f'es = "{"x" * 201}"', 48, "`title` cannot be"),
        ("stations.csv", "RIB-2 IND-SUR,44", "RIB-2 IND-SUR RIB,44", 9, "names the territory RIB twice"),
        ("parties.csv", "code,name,short_name,color", "code;name;short_name;color", 1, "semicolons"),
        ("parties.csv", "AURORA,", 'AURORA,"', 2, "cannot be read"),
        ("parties.csv", "COMETA,Unión Cometa,Cometa,", ",Unión Cometa,Cometa,", 7, "column code is empty"),
        ("candidates.csv", "code,name,contest", "name,contest", 1, "column code is missing"),
    ],
)
def test_what_is_wrong_is_said_once_and_at_its_line(file: str, old: str, new: str, line: int, said: str) -> None:
    """Of all findings, the first in that file names the line and the mistake; TOML and CSV alike."""
    found = [each for each in findings(changed(file, old, new)) if each.file == file]
    assert found[0].line == line, found
    assert said in str(found[0])


def test_what_grows_too_long_by_names_is_found_where_it_is_put_together() -> None:
    """A title with its territory's name, and a card with its party's and person's."""
    title = findings(changed("territories.csv", ",Montelirio,LUM", f",{'M' * 190},LUM"))
    assert [(each.file, str(each.problem)) for each in title] == [
        ("election.toml", "The title of REG-MON is longer than 200 letters.")
    ]
    cards = findings(changed("parties.csv", "Marea Común,Marea,", f"Marea Común,{'M' * 195},"))
    assert {each.file for each in cards} == {"cards.csv"}


def test_an_unusable_contest_is_not_reported_through_its_candidates() -> None:
    """Cards and candidates of a contest whose table is wrong are passed over."""
    assert len(findings(changed("election.toml", 'per = "STATE"', 'per = "STATES"'))) == 1
    assert len(findings(changed("election.toml", 'territory = "LUM"', 'territory = "LUMA"'))) == 1


def test_a_file_that_is_empty_says_what_it_should_begin_with() -> None:
    """The header is in the remedy."""
    found = findings(example_files() | {"cards.csv": b""})
    assert [str(each) for each in found] == [
        "cards.csv: The file is empty. Begin it with the header: contest,party,counts_for."
    ]


def test_the_template_says_what_is_missing() -> None:
    """A folder with nothing filled in is refused line by line, never with a crash."""
    assert len(findings(template_files())) >= 5


def test_whatever_is_written_is_read_or_refused() -> None:
    """Four hundred damaged folders, to bytes and to cells: a definition or findings, and nothing else."""
    chance = random.Random(2026)
    for _ in range(400):
        files = example_files()
        for _ in range(chance.randint(1, 6)):
            name = chance.choice(FILES)
            files[name] = _damaged(files[name], chance)
        try:
            read_folder(files)
        except Findings as error:
            assert all(each.file in FILES for each in error.findings)
            assert str(error)


def _damaged(data: bytes, chance: random.Random) -> bytes:
    """One line lost, doubled or moved, one cell emptied or filled with something else, or one byte changed."""
    lines = data.split(b"\n")
    at = chance.randrange(len(lines))
    kind = chance.randrange(6)
    if kind == 0:
        del lines[at]
    elif kind == 1:
        lines.insert(at, chance.choice(lines))
    elif kind == 2:
        chance.shuffle(lines)
    elif kind in {3, 4}:
        mark = b"," if b"," in lines[at] else b"="
        cells = lines[at].split(mark)
        cells[chance.randrange(len(cells))] = chance.choice([b"", b"0", b"-1", b"MON", b'"', b"[]", b"{}", b"X" * 300])
        lines[at] = mark.join(cells)
    else:
        place = chance.randrange(len(lines[at]) + 1)
        lines[at] = lines[at][:place] + bytes([chance.randrange(256)]) + lines[at][place + 1 :]
    return b"\n".join(lines)
