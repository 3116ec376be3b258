"""A second round in election.toml: how it is written, what is a mistake, and that `check` finds it in records, too."""

import pytest

from urna.election.allocation_rule import SecondRound
from urna.election.check import check_definition
from urna.election.definition import Contest, Definition
from urna.election.folder import read_folder
from urna.encoding.canonical import decode, encode
from urna.errors import Finding, Findings
from urna.storage.definition_folder import example_files

PRESIDENT = """
[[contest]]
code = "PRES"
title = { es = "Presidencia", en = "President" }
kind = "nominal"
territory = "LUM"
seats = 1
method = "majority"
"""
CANDIDATES = "PRES-1,Una Persona,PRES,,,\nPRES-2,Otra Persona,PRES,,,\nPRES-3,Tercera Persona,PRES,,,\n"
CARDS = "PRES,AURORA,PRES-1\nPRES,MAREA,PRES-2\nPRES,TRIGO,PRES-3\n"


def folder(written: str, president: str = PRESIDENT) -> dict[str, bytes]:
    """The example with a president, elected as written, before the authority."""
    files = example_files()
    head, mark, tail = files["election.toml"].decode().partition("[authority]")
    files["election.toml"] = f"{head}{president}{written}\n{mark}{tail}".encode()
    files["candidates.csv"] += CANDIDATES.encode()
    files["cards.csv"] += CARDS.encode()
    return files


def president(definition: Definition) -> Contest:
    """The contest."""
    return next(each for each in definition.contests if each.code == "PRES")


def finding(written: str, president: str = PRESIDENT) -> tuple[str, Finding]:
    """The one mistake of a folder, with the line of election.toml where it is."""
    files = folder(written, president)
    with pytest.raises(Findings) as caught:
        read_folder(files)
    (found,) = caught.value.findings
    return files["election.toml"].decode().splitlines()[found.line - 1], found


def test_without_the_table_there_is_no_second_round() -> None:
    """And its bytes do not speak of one."""
    definition = read_folder(folder(""))
    assert president(definition).seat_rule.second_round is None
    assert b"second_round" not in encode(definition)


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("[contest.second_round]", SecondRound()),
        ("second_round = {}", SecondRound()),
        ('[contest.second_round]\nshare = "40/100"', SecondRound(share="40/100")),
        (
            '[contest.second_round]\nshare = "45/100"\nlesser_share = "40/100"\nlead = "10/100"\n'
            'lead_crossing = "at-least"',
            SecondRound(share="45/100", lesser_share="40/100", lead="10/100", lead_crossing="at-least"),
        ),
    ],
)
def test_the_table_says_what_elects_in_the_first_round(written: str, expected: SecondRound) -> None:
    """An empty one: more than half of the valid votes; and the record reads back."""
    definition = read_folder(folder(written))
    assert president(definition).seat_rule.second_round == expected
    assert decode(encode(definition), Definition) == definition
    assert check_definition(definition) == []


@pytest.mark.parametrize(
    ("written", "line", "said"),
    [
        ('[contest.second_round]\nshare = "1/1"', "[contest.second_round]", "elects with more than 1/1"),
        ('[contest.second_round]\nshare = "50 %"', 'share = "50 %"', "cannot be '50 %'"),
        ('[contest.second_round]\nshares = "1/2"', 'shares = "1/2"', "did you mean `share`"),
        ('[contest.second_round]\nlead = "10/100"', "[contest.second_round]", "lesser_share 0/1, lead 10/100"),
        ('[contest.second_round]\nlesser_share = "40/100"', "[contest.second_round]", "lesser_share 40/100, lead 0/1"),
        (
            '[contest.second_round]\nlesser_share = "60/100"\nlead = "1/10"',
            "[contest.second_round]",
            "share 1/2, lesser_share 60/100",
        ),
        ('second_round = "yes"', 'second_round = "yes"', "not a table"),
    ],
)
def test_a_mistake_is_named_at_its_line(written: str, line: str, said: str) -> None:
    """With what was found and what to write."""
    at, found = finding(written)
    assert at == line
    assert said in str(found.problem)
    assert str(found.remedy)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('method = "majority"', 'method = "plurality"', "method plurality"),
        ("seats = 1\n", "seats = 2\nvotes_allowed = 1\n", "seats 2"),
        ("seats = 1\n", "seats = 1\nvotes_allowed = 2\n", "votes_allowed 2"),
    ],
)
def test_only_a_majority_of_persons_for_one_seat_and_one_vote_has_one(old: str, new: str, said: str) -> None:
    """Anything else is one mistake, at the table."""
    at, found = finding("[contest.second_round]", PRESIDENT.replace(old, new))
    assert at == "[contest.second_round]"
    assert said in str(found.problem)
