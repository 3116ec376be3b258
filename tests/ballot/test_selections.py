"""Selections are what the ballot style allows, in ballot order, and nothing of them shows."""

import random
from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.booth.sample import ELECTION, some_choices

from urna.ballot.selections import ContestSelections, Selections, check_selections, choose, undervotes
from urna.encoding.canonical import decode, encode
from urna.errors import Malformed

STYLES = st.sampled_from(["FULL", "SHORT"])
CODES = [option.code for contest in ELECTION.definition.contests for option in contest.options]


@given(style=STYLES, seed=st.integers())
def test_valid_choices_are_taken_and_read_back(style: str, seed: int) -> None:
    """Every contest of the style once, in order; the record round-trips and passes its own check."""
    chosen = some_choices(ELECTION, style, random.Random(seed))
    selections = choose(ELECTION, style, chosen)
    assert [each.contest for each in selections.contests] == [c.code for c in ELECTION.contests_of_style(style)]
    assert {each.contest: set(each.options) for each in selections.contests} == {k: set(v) for k, v in chosen.items()}
    assert check_selections(ELECTION, decode(encode(selections), Selections)) == selections


@given(seed=st.integers(), order=st.randoms(use_true_random=False))
def test_the_order_of_pressing_leaves_no_trace(seed: int, order: random.Random) -> None:
    """Any order of contests and options gives the same bytes."""
    chosen = some_choices(ELECTION, "FULL", random.Random(seed))
    contests = list(chosen)
    order.shuffle(contests)
    shuffled = {contest: order.sample(chosen[contest], len(chosen[contest])) for contest in contests}
    assert encode(choose(ELECTION, "FULL", shuffled)) == encode(choose(ELECTION, "FULL", chosen))


@given(style=STYLES, seed=st.integers())
def test_votes_and_undervotes_make_the_votes_allowed(style: str, seed: int) -> None:
    """In every contest."""
    selections = choose(ELECTION, style, some_choices(ELECTION, style, random.Random(seed)))
    left = {each.contest: each.votes_left for each in undervotes(ELECTION, selections)}
    for each in selections.contests:
        allowed = ELECTION.contests[each.contest].votes_allowed
        assert len(each.options) + left.get(each.contest, 0) == allowed
    assert 0 not in left.values()


@given(
    chosen=st.dictionaries(st.sampled_from(["DEP", "LIST", "REF", "NO"]), st.lists(st.sampled_from(CODES), max_size=5))
)
def test_anything_else_is_refused_without_naming_it(chosen: dict[str, list[str]]) -> None:
    """Whatever is pressed, the result is valid or a `Malformed` that names no option."""
    try:
        check_selections(ELECTION, choose(ELECTION, "FULL", chosen))
    except Malformed as error:
        assert not [code for code in CODES if code in str(error)]


@pytest.mark.parametrize(
    ("contest", "options", "words"),
    [
        ("DEP", ["DEP-1", "DEP-2", "DEP-3", "DEP-4"], "at most 3 votes"),
        ("LIST", ["LIST-RED", "LIST-BLUE"], "at most 1 votes"),
        ("DEP", ["DEP-1", "DEP-1-TWIN"], "two cards of the same one"),
        ("DEP", ["DEP-2", "DEP-2"], "an option twice"),
        ("REF", ["LIST-RED"], "one that is not on it"),
        ("REF", ["MAYBE"], "one that is not on it"),
        ("OTHER", [], "1 that are not on it"),
    ],
)
def test_a_mistake_is_explained(contest: str, options: Iterable[str], words: str) -> None:
    """Overvote, doubled card, doubled option, foreign option, foreign contest: each in its own words."""
    with pytest.raises(Malformed, match=words):
        choose(ELECTION, "FULL", {contest: tuple(options)})


def test_a_contest_of_another_style_is_refused() -> None:
    """A voter of style SHORT has no vote for deputies, not even a blank one; an unknown style has no ballot."""
    with pytest.raises(Malformed, match="not on it"):
        choose(ELECTION, "SHORT", {"DEP": ()})
    with pytest.raises(Malformed, match="ballot style of the election"):
        choose(ELECTION, "LONG", {})


def test_a_record_in_another_order_is_refused() -> None:
    """Options in the order of pressing, or a contest left out, are no selections."""
    good = choose(ELECTION, "FULL", {"DEP": ("DEP-1", "DEP-2")})
    swapped = ContestSelections(contest="DEP", options=("DEP-2", "DEP-1"))
    for contests in ((swapped, *good.contests[1:]), good.contests[1:], (*good.contests, good.contests[0])):
        with pytest.raises(Malformed):
            check_selections(ELECTION, Selections(style="FULL", contests=contests))


def test_selections_show_in_no_repr() -> None:
    """Neither Python's nor rich's."""
    selections = choose(ELECTION, "FULL", {"LIST": ("LIST-RED",)})
    for text in (repr(selections), str(selections), repr(selections.contests), str(selections.__rich_repr__())):
        assert "RED" not in text
        assert "FULL" not in text
