"""How many touches a vote takes: on the example's ballots, with the options that are farthest away."""

import pytest
from msgspec.structs import replace
from tests.booth.sample import STATION
from tests.booth_face.touching import Voter

from urna.election.definition import Contest, Definition, Election, StyleElectors
from urna.election.folder import read_folder
from urna.storage.definition_folder import example_files
from urna.web.booth.steps import Step
from urna.web.booth.voting import Place

DEFINITION: Definition = read_folder(example_files())
STYLES = [style.code for style in DEFINITION.styles]
BEYOND_ONE_A_CONTEST = 5
MOST = {"small": 9, "normal": 9, "large": 13, "largest": 21}
"""Touches of the longest ballot's farthest options, by the size of text; docs/booth.md has them."""


def one_style(style: str) -> Election:
    """The example with the one station of the scene, whose electors all have this ballot."""
    station = next(each for each in DEFINITION.stations if style in {one.style for one in each.styles})
    only = replace(station, code=STATION, styles=(StyleElectors(style=style, electors=40),))
    authority = replace(DEFINITION.authority, guardians=(), guardian_threshold=0)
    return Election(replace(DEFINITION, stations=(only,), authority=authority))


class Counted(Voter):
    """A voter whose touches are counted, but not what the page does by itself."""

    def __init__(self, style: str, size: str) -> None:
        self.election = one_style(style)
        super().__init__(self.election)
        self.scene.activate(style)
        self.touch(f"size:{size}")
        self.count = 0

    def press(self, does: str) -> Step:
        """One touch."""
        self.count += 1
        return self.touch(does)

    def choose(self, contest: Contest, options: tuple[str, ...]) -> None:
        """Turns pages until each is there, in ballot order, and goes on."""
        for code in options:
            number = [option.code for option in contest.options].index(code)
            while number not in next(page for page in self.face.pages() if self.face.voter.first in page):
                self.press("more")
            self.press(f"choose:{code}")
        if contest.votes_allowed > 1:
            self.press("next")
        else:
            self.touch("next")  # the page goes on by itself

    def finish(self) -> None:
        """From the review to cast."""
        while self.face.voter.first not in self.face.pages()[-1]:
            self.press("more")
        self.press("vote")
        assert self.press("yes") is Step.CAST


def farthest(contest: Contest) -> tuple[str, ...]:
    """The last options that may be chosen together."""
    found: dict[str, str] = {}
    for option in reversed(contest.options):
        found.setdefault(option.choice, option.code)
    return tuple(reversed(list(found.values())[: contest.votes_allowed]))


def touches(style: str, size: str) -> int:
    """Of a whole vote for the farthest options."""
    voter = Counted(style, size)
    for contest in voter.election.contests_of_style(style):
        assert voter.face.voter.place is Place.CONTEST
        voter.choose(contest, farthest(contest))
    voter.finish()
    return voter.count


@pytest.mark.parametrize("style", STYLES)
def test_at_the_usual_size_no_vote_takes_more_than_five_touches_beyond_one_a_contest(style: str) -> None:
    """Whatever is chosen: every option of the example's contests stands on its first page."""
    assert touches(style, "normal") <= len(one_style(style).contests_of_style(style)) + BEYOND_ONE_A_CONTEST


def test_larger_text_takes_more_touches_because_fewer_cards_fit() -> None:
    """The worst of all styles; nothing scrolls, so pages are turned."""
    assert {size: max(touches(style, size) for style in STYLES) for size in MOST} == MOST
