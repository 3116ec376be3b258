"""Dominion's exports: every card's votes, or nothing."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.audit.real_cvr import ALASKA, files_of
from tests.interop.cvr_exports import CANDIDATES, CONTESTS, export, marks, session, sessions, state
from tests.shared import shared

from urna.errors import Malformed
from urna.interop.cvr import dominion
from urna.interop.cvr.dominion import read_export


def test_votes_are_those_that_count_in_each_contest() -> None:
    """First rank where voters rank, up to two for the council; blank and overvoted cards say nothing."""
    found = read_export(export())
    assert found.cards == ("7-1-1", "7-1-2", "7-1-3", "7-1-4")
    assert found.contests["Mayor"].records == {"7-1-1": {"Ana": 1}, "7-1-2": {}, "7-1-3": {}}
    assert found.contests["Council"].records == {"7-1-1": {"Rosa": 1, "Ana": 1}, "7-1-2": {}, "7-1-3": {}}
    assert found.contests["Measure A"].records == {"7-1-1": {"YES": 1}, "7-1-2": {}, "7-1-3": {}, "7-1-4": {"YES": 1}}
    assert found.contests["Measure A"].totals() == {"YES": 2, "NO": 0}
    ranked = {name: (each.is_ranked, each.votes_allowed) for name, each in found.contests.items()}
    assert ranked == {"Mayor": (True, 1), "Council": (False, 2), "Measure A": (False, 1)}


def test_an_export_split_by_batch_is_the_same() -> None:
    """And what else lies in the folder is passed over."""
    cards = sessions()
    split = export(cards[:2], cards[2:]) | {"BallotTypeManifest.json": b"not read", "CvrExport.txt": b"not read"}
    assert read_export(split) == read_export(export())


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda cards: cards.append(cards[0]), "each card once, found card 7-1-1 twice"),
        (lambda cards: cards[0].update(RecordId="X"), r"a record's number, by which its paper is found, found X"),
        (lambda cards: cards[0]["Original"].update(IsCurrent=False), "7-1-1: expected one current sheet, found 0"),
        (lambda cards: cards[0].update(Modified=state({})), "7-1-1: expected one current sheet, found 2"),
        (lambda cards: cards[0]["Original"].update(Cards=[]), "7-1-1: expected one current sheet, found 0"),
        (
            lambda cards: cards[0]["Original"].update(Cards=cards[0]["Original"]["Cards"] * 2),
            "7-1-1: expected one current sheet, found 2",
        ),
        (lambda cards: _contests(cards)[0].update(Id=99), "a contest of ContestManifest.json, found 99"),
        (lambda cards: _contests(cards).append(_contests(cards)[0]), "each contest and candidate once, found 1"),
        (
            lambda cards: _contests(cards)[0]["Marks"][0].update(CandidateId=20),
            "a candidate of contest 1 in CandidateManifest.json, found 20",
        ),
        (
            lambda cards: _contests(cards)[0]["Marks"][0].update(CandidateId=99, IsVote=False),
            "a candidate of contest 1 in CandidateManifest.json, found 99",
        ),
        (lambda cards: _contests(cards)[0]["Marks"][0].update(Rank="1"), r"an export of Dominion's, .* `int`"),
        (lambda cards: _contests(cards)[0]["Marks"][0].update(IsVote=None), r"an export of Dominion's, .* `bool`"),
        (lambda cards: cards[0].pop("Original"), r"an export of Dominion's, .*missing required field"),
    ],
)
def test_a_record_that_is_not_what_it_should_be_refuses_the_export(
    change: Callable[[list[dict[str, Any]]], object], message: str
) -> None:
    """Whole, with what was expected and what was found."""
    cards = sessions()
    change(cards)
    with pytest.raises(Malformed, match=message):
        read_export(export(cards))


def _contests(cards: list[dict[str, Any]]) -> Any:
    return cards[0]["Original"]["Cards"][0]["Contests"]


@pytest.mark.parametrize(
    ("manifests", "message"),
    [
        ({"ContestManifest": [*CONTESTS, CONTESTS[0]]}, "ContestManifest.json: expected each .* once, found 1"),
        (
            {"ContestManifest": [*CONTESTS, CONTESTS[0] | {"Id": 9}]},
            "ContestManifest.json: expected each .* once, found Mayor",
        ),
        ({"ContestManifest": [CONTESTS[0] | {"VoteFor": 0}]}, "at least one vote allowed, found 0"),
        (
            {"CandidateManifest": [*CANDIDATES, CANDIDATES[0]]},
            "CandidateManifest.json: expected each .* once, found 10",
        ),
        (
            {"CandidateManifest": [*CANDIDATES, CANDIDATES[0] | {"Id": 9}]},
            r"CandidateManifest.json: expected each .* once, found Ana \(1\)",
        ),
        (
            {"CandidateManifest": [CANDIDATES[0] | {"ContestId": 9}]},
            "CandidateManifest.json: expected a contest of ContestManifest.json, found 9",
        ),
    ],
)
def test_manifests_that_do_not_tell_contests_and_candidates_apart_are_refused(
    manifests: dict[str, Any], message: str
) -> None:
    """Numbers and names twice, candidates of no contest, a contest without votes."""
    with pytest.raises(Malformed, match=message):
        read_export(export(**manifests))


@pytest.mark.parametrize("name", ["ContestManifest.json", "CandidateManifest.json", "CvrExport_1.json"])
def test_a_file_that_is_absent_broken_or_something_else_is_refused(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """With its name; also one that nests without end, or is longer than is read."""
    folder = export()
    for data in (b"", b"{", b"[]", b"\xff\xfe{}", b"[" * 100_000, b'{"List": 3, "Sessions": 3}', folder[name][:-9]):
        with pytest.raises(Malformed, match=f"{name}: expected a file of an export"):
            read_export(folder | {name: data})
    with pytest.raises(Malformed, match="found none"):
        read_export({key: data for key, data in folder.items() if key != name})
    monkeypatch.setattr(dominion, "MAX_BYTES", 30)
    with pytest.raises(Malformed, match="at most 30 bytes"):
        read_export(folder)


@given(st.binary(max_size=200), st.integers(0, 2000), st.integers(0, 2))
def test_a_damaged_file_is_read_or_refused(junk: bytes, place: int, which: int) -> None:
    """Nothing else happens, whatever the bytes."""
    folder = export()
    name = sorted(folder)[which]
    data = folder[name]
    try:
        read_export(folder | {name: data[:place] + junk + data[place + len(junk) :]})
    except Malformed:
        return


def test_what_no_terminal_should_show_is_spelt_out() -> None:
    """A record's name that would clear the screen."""
    with pytest.raises(Malformed) as refusal:
        read_export(export([session(1, {3: marks(30)}, RecordId="\x1b[2J")]))
    assert "\x1b" not in str(refusal.value)


def test_alaska_2024_has_the_votes_that_the_file_says() -> None:
    """Counted a second time from the JSON itself: a measure's Yes and No, and no card lost."""
    folder = files_of(shared(ALASKA))
    read = {name: json.loads(data.decode("utf-8-sig")) for name, data in folder.items() if name.endswith(".json")}
    said = [each for name, file in read.items() if name.startswith("CvrExport") for each in file["Sessions"]]
    names = {each["Id"]: each["Description"] for each in read["CandidateManifest.json"]["List"]}
    measure = "BM#1 - 23AMLS"
    (number,) = [each["Id"] for each in read["ContestManifest.json"]["List"] if each["Description"] == measure]
    votes = [
        names[mark["CandidateId"]]
        for each in said
        for marked in each["Original"]["Cards"][0]["Contests"]
        for mark in marked["Marks"]
        if marked["Id"] == number and mark["IsVote"]
    ]
    found = read_export(folder)
    assert len(found.cards) == len(said) == 197
    assert found.contests[measure].totals() == {"YES": votes.count("YES"), "NO": votes.count("NO")}
