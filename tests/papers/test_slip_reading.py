"""A slip's words give back its choices, and nothing but a whole slip's words gives any."""

from collections.abc import Mapping, Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from tests.papers.examples import STATION, definition
from tests.papers.spanish import in_spanish
from tests.papers.test_slip import ELECTION

from urna.ballot.selections import choose
from urna.devices.escpos_picture import burn_all
from urna.devices.printer_escpos import paper_escpos
from urna.election.definition import Election
from urna.errors import Findings, Malformed
from urna.papers.paper import Heading, Line
from urna.papers.slip import slip
from urna.papers.slip_count import agreed, check_slips, count_slips, read_said
from urna.papers.slip_reading import Reading, SlipReader, distance, spelled

READER = SlipReader(ELECTION, STATION, in_spanish, "es")
STYLE = ELECTION.stations[STATION].styles[0].style
CONTESTS = ELECTION.contests_of_style(STYLE)


def written(chosen: Mapping[str, Sequence[str]]) -> str:
    """All words of a slip, a line each."""
    paper = slip(ELECTION, STATION, choose(ELECTION, STYLE, chosen), say=in_spanish, language="es")
    return "\n".join(block.text for block in paper.blocks if isinstance(block, Heading | Line))


@st.composite
def choices(draw: st.DrawFn) -> dict[str, list[str]]:
    """Choices that a booth can print: one card for each choice, not more than allowed."""
    chosen = {}
    for contest in CONTESTS:
        cards = {option.choice: option.code for option in draw(st.permutations(contest.options))}
        most = min(contest.votes_allowed, len(cards))
        chosen[contest.code] = draw(st.lists(st.sampled_from(sorted(cards.values())), unique=True, max_size=most))
    return chosen


@given(choices())
@settings(max_examples=200)
def test_every_slip_is_read_as_what_it_says(chosen: dict[str, list[str]]) -> None:
    """Also where names share words, and where cards of one person are told apart by their parties."""
    assert READER.read(written(chosen)) == Reading(choose(ELECTION, STYLE, chosen))


@given(choices(), st.data())
@settings(max_examples=200)
def test_no_other_words_are_taken_for_a_slip(chosen: dict[str, list[str]], data: st.DataObject) -> None:
    """A word lost, doubled or exchanged: unclear, or what it says then; never the choices of before and more."""
    words = list(spelled(written(chosen)))
    place = data.draw(st.integers(0, len(words) - 1))
    changed = data.draw(st.sampled_from([[], [words[place]] * 2, ["otra"]]))
    reading = READER.read(" ".join([*words[:place], *changed, *words[place + 1 :]]))
    if reading.selections is not None:
        chosen_again = {each.contest: each.options for each in reading.selections.contests}
        assert spelled(written(chosen_again)) == (*words[:place], *changed, *words[place + 1 :])


def test_what_is_no_slip_of_the_station_is_unclear_and_says_why() -> None:
    """Nothing at all, another station's, a torn one."""
    whole = written({})
    for text, why in [
        ("", "It does not begin"),
        (whole.replace(STATION, "070104001-3"), "It does not begin"),
        (whole.rsplit("\n", 1)[0], "It does not end"),
        (whole.replace("Lista nacional", ""), "no choices at this station"),
    ]:
        reading = READER.read(text)
        assert reading.selections is None
        assert why in str(reading.unclear)


def test_accents_capitals_and_points_do_not_matter() -> None:
    """A reader loses them first."""
    text = written({"XNAT": ["X02"]}).upper().replace("Ó", "O").replace(".", "")
    reading = READER.read(text)
    assert reading.selections is not None
    assert {each.contest: each.options for each in reading.selections.contests}["XNAT"] == ("X02",)


def test_options_a_letter_apart_are_left_to_people() -> None:
    """Whoever reads one letter wrong must not move a vote."""
    names = ("Primera", "Primero")
    contests = []
    for contest in ELECTION.definition.contests:
        if contest.code == "REF-1":
            options = [replace(each, name=name) for each, name in zip(contest.options, names, strict=True)]
            choices_of = [replace(each, name=name) for each, name in zip(contest.choices, names, strict=True)]
            contest = replace(contest, options=tuple(options), choices=tuple(choices_of))  # noqa: PLW2901
        contests.append(contest)
    election = Election(replace(ELECTION.definition, contests=tuple(contests)))
    paper = slip(election, STATION, choose(election, STYLE, {"REF-1": ["NO"]}), say=in_spanish, language="es")
    text = "\n".join(block.text for block in paper.blocks if isinstance(block, Heading | Line))
    reading = SlipReader(election, STATION, in_spanish, "es").read(text)
    assert reading.selections is None
    assert "differ too little" in str(reading.unclear)


@pytest.mark.parametrize(
    ("one", "other", "letters"), [("", "abc", 3), ("no", "si", 2), ("casa", "cosas", 2), ("a", "a", 0)]
)
def test_distances_of_words(one: str, other: str, letters: int) -> None:
    """Levenshtein's, either way round."""
    assert distance(one, other) == distance(other, one) == letters


def test_what_two_people_say_alike_counts_and_nothing_else() -> None:
    """Every difference is named; nothing is taken from either."""
    same = read_said(b"photo,contest,option\na.jpg,REF-1,NO\na.jpg,XNAT,X02\nb.jpg,,\n", "one.csv")
    decided = agreed(ELECTION, STATION, ["a.jpg", "b.jpg"], same, same)
    votes = count_slips(ELECTION, STATION, decided.values())
    assert (votes["REF-1", "NO"], votes["REF-1", "SI"], votes["XNAT", "X02"], sum(votes.values())) == (1, 0, 1, 2)
    assert len(votes) == sum(len(contest.options) for contest in CONTESTS)
    other = read_said(b"photo,contest,option\na.jpg,REF-1,SI\na.jpg,XNAT,X02\nc.jpg,REF-1,NO\n", "two.csv")
    with pytest.raises(Findings) as raised:
        agreed(ELECTION, STATION, ["a.jpg", "b.jpg"], same, other)
    said = [str(each) for each in raised.value.findings]
    assert "Only the first says REF-1:NO; only the second says REF-1:SI" in said[0]
    assert "One of the two people" in said[1]
    assert "read by the machine" in said[2]


def test_choices_that_no_slip_has_are_refused() -> None:
    """More than allowed, or an option of another contest."""
    for line in (b"a.jpg,REF-1,NO\na.jpg,REF-1,SI\n", b"a.jpg,REF-1,X02\n", b"a.jpg,NONE,X02\n"):
        said = read_said(b"photo,contest,option\n" + line, "one.csv")
        with pytest.raises(Findings, match="1 mistakes"):
            agreed(ELECTION, STATION, ["a.jpg"], said, said)


@pytest.mark.parametrize(
    "data",
    [b"", b"\xff", b"photo,option\n", b"photo,contest,option\na.jpg,REF-1\n", b"photo,contest,option\na.jpg,,NO\n"],
)
def test_a_file_that_is_none_is_refused(data: bytes) -> None:
    """Whole."""
    with pytest.raises(Malformed):
        read_said(data, "one.csv")


def test_a_slip_without_photograph_is_missed() -> None:
    """Or one that was photographed twice."""
    check_slips(3, 3, STATION)
    with pytest.raises(Malformed, match="one photograph of each of the 3 slips, found 2"):
        check_slips(2, 3, STATION)


def test_slips_of_a_rehearsal_are_read_off_both_printers_and_never_taken_for_an_election_s() -> None:
    """The banner stands above on a roll, above and below on A4; without it a slip is none of a rehearsal."""
    rehearsal = Election(definition("rehearsal"))
    chosen = choose(rehearsal, STYLE, {"REF-1": ["NO"], "XNAT": ["X02"]})
    reader = SlipReader(rehearsal, STATION, in_spanish, "es")
    paper = slip(rehearsal, STATION, chosen, say=in_spanish, language="es")
    words = "\n".join(block.text for block in paper.blocks if isinstance(block, Heading | Line))
    for text in (
        f"{paper.banner}\n{words}",
        f"{paper.banner}\n{words}\n{paper.banner}",
        burn_all(paper_escpos(paper)).text,
    ):
        assert reader.read(text) == Reading(chosen)
        assert READER.read(text).selections is None
    assert reader.read(words).selections is None
    assert reader.read(f"{paper.banner}\n").selections is None
