"""What the screens say: all that they show, and first what has happened."""

from html.parser import HTMLParser

import pytest
from tests.booth_face.touching import CHOICES, Voter, voter_in

from urna.web.booth.app import Screens
from urna.web.booth.steps import Step


class Page(HTMLParser):
    """The texts of a screen's main part, and the numbers of what it says, in the order of the page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.shown: list[str] = []
        self.says: list[str] = []
        self.start = ""
        self.key = ""
        self._is_main = False
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Marks of the contract with `switches.js`."""
        found = dict(attrs)
        self.key = found.get("data-screen") or self.key
        self._is_main = self._is_main or tag == "main"
        if self._is_main and found.get("data-say"):
            self.says.append(str(found["data-say"]))
        if "data-start" in found and not self.start:
            self.start = str(found["data-say"])

    def handle_endtag(self, tag: str) -> None:
        """Only what is in it."""
        self._is_main = self._is_main and tag != "main"

    def handle_data(self, data: str) -> None:
        """Texts, without the signs between them."""
        words = data.strip().strip("·:").strip()
        if self._is_main and words:
            self.shown.append(words)


def page(voter: Voter) -> Page:
    """The screen that is shown."""
    return Page(Screens(voter.face, voter.scene.pages).draw())


def say(voter: Voter, shown: Page, number: str) -> str:
    """What is said there, as the page fetches it."""
    face, spoken = voter.face, voter.scene.speaker.texts
    before = len(spoken)
    face.utterances.audio(shown.key, number, face.language, face.speed)
    return " ".join(each if each.endswith((".", "?")) else f"{each}." for each in spoken[before:])


def begins(voter: Voter) -> str:
    """What the screen says by itself."""
    shown = page(voter)
    return say(voter, shown, shown.start)


@pytest.mark.parametrize("step", [step for step in Step if step is not Step.PRINTING])
def test_whatever_a_screen_shows_it_also_says(step: Step) -> None:
    """In every step, with the sound on; a screen that shows something begins by saying something."""
    voter = voter_in(step)
    if voter.face.look().voting is not None and step is not Step.HELP:
        voter.touch("audio:on")
    shown = page(voter)
    said = [say(voter, shown, number) for number in shown.says]
    assert shown.shown
    assert [words for words in shown.shown if not any(words in each for each in said)] == []
    assert begins(voter)


def test_the_sound_begins_with_how_it_is_used(voter: Voter) -> None:
    """Who turned it on without seeing the screen learns the keys, and where they are; then no more of it."""
    voter.touch("language:en", "audio:on")
    assert begins(voter) == (
        "The sound is on. Key 1 goes on to the next thing and says it, key 2 chooses it, key 3 says it again. "
        "Deputies. Contest 1 of 3. You may choose 3. Remaining: 3."
    )
    voter.touch("next")
    assert begins(voter) == "List. Contest 2 of 3. You may choose one."


def test_another_language_begins_at_the_heading_in_that_language(voter: Voter) -> None:
    """The bar stands before it: nobody has to come back from there."""
    voter.touch("audio:on", "language:en")
    assert begins(voter).endswith("Contest 1 of 3. You may choose 3. Remaining: 3.")
    assert voter.scene.speaker.asked[-1][1] == "en"


def test_a_choice_says_what_has_become_of_it_and_what_may_still_be_chosen(voter: Voter) -> None:
    """Chosen, taken back, one too many: the voter hears it at the card, and stays there."""
    voter.touch("language:en", "audio:on")
    heard = []
    for option in ("DEP-1", "DEP-1", "DEP-1-TWIN", "DEP-2", "DEP-3", "DEP-4"):
        voter.touch(f"choose:{option}")
        heard.append(begins(voter))
    assert heard == [
        "Card 1. Person 1. Chosen. You may choose 3. Remaining: 2.",
        "Card 1. Person 1. Not chosen. You may choose 3. Remaining: 3.",
        "Another card for person 1. Chosen. You may choose 3. Remaining: 2.",
        "Card 2. Person 2. Chosen. You may choose 3. Remaining: 1.",
        "Card 3. Person 3. Chosen. You may choose 3. Remaining: 0.",
        "All 3 votes are used. To choose Card 4, first touch a choice to take it back. Card 4. Person 4. Not chosen. "
        "You may choose 3. Remaining: 0.",
    ]


def test_a_replaced_choice_is_said_at_the_new_one(voter: Voter) -> None:
    """In a contest with one vote."""
    voter.touch("language:en", "audio:on", "next", "choose:LIST-RED", "choose:LIST-BLUE")
    assert begins(voter) == "RED was replaced by BLUE. BLUE. Chosen."


def test_a_message_says_all_of_itself_at_once(voter: Voter) -> None:
    """Votes left, where they are, and the end."""
    voter.touch("language:en", "audio:on", "choose:DEP-1", "next", "choose:LIST-RED", "next", "next", "vote")
    assert begins(voter) == "You have votes left. Deputies. 2 votes left. Ref. One vote left."
    voter.touch("leave", "yes")
    assert begins(voter) == "Your vote was cast. Fold your paper and put it into the box. Thank you."


def test_the_last_minute_is_said_before_anything_else(voter: Voter) -> None:
    """The screen is read anew; after the next touch it is not said again."""
    voter.touch("language:en", "audio:on")
    for _ in range(2):
        voter.pass_time(100)
        voter.touch("choose:DEP-1")
    voter.pass_time(105)
    assert begins(voter).startswith("Less than one minute is left. If you need more time, call a poll worker.")
    voter.touch("choose:DEP-2")
    assert begins(voter).startswith("Card 2. Person 2. Chosen")


def test_what_a_touch_could_not_do_is_said_before_the_heading(voter: Voter) -> None:
    """The button that was touched is no place to hear it."""
    older = voter.face.look().turn
    voter.touch("language:en", "audio:on", "choose:DEP-1")
    voter.face.touch(older, "choose:DEP-2")
    assert begins(voter).startswith("Go on with this page; nothing was changed. Deputies")


@pytest.mark.parametrize("settle_seconds", [0, 0.25])
def test_a_second_touch_of_the_same_finger_does_not_skip_the_heading(settle_seconds: float) -> None:
    """It changes nothing, and the new contest is said from its beginning."""
    voter = Voter(settle_seconds=settle_seconds)
    voter.scene.activate()
    for does in ("language:en", "audio:on", "choose:DEP-1"):
        voter.clock.now += 1
        voter.touch(does)
    voter.clock.now += 1
    turn = voter.face.look().turn
    for each in (turn, turn, voter.face.look().turn if settle_seconds else turn):
        voter.face.touch(each, "next")
    assert begins(voter) == "List. Contest 2 of 3. You may choose one."


def test_an_older_page_does_not_say_again_that_the_sound_is_on(voter: Voter) -> None:
    """What is said first is of this touch, not of the one before."""
    older = voter.face.look().turn
    voter.touch("language:en", "audio:on")
    voter.face.touch(older, "next")
    assert begins(voter).startswith("Go on with this page; nothing was changed. Deputies")


def test_a_second_touch_of_the_same_finger_does_not_silence_the_last_minute(voter: Voter) -> None:
    """The warning came by itself while the finger was still on the page before it."""
    voter.touch("language:en", "audio:on")
    for _ in range(2):
        voter.pass_time(100)
        voter.touch("choose:DEP-1")
    before = voter.face.look().turn
    voter.pass_time(105)
    voter.face.touch(before, "choose:DEP-2")
    assert begins(voter).startswith("Less than one minute is left.")


def test_a_black_screen_says_that_it_is_black(voter: Voter) -> None:
    """And that it is lit again."""
    voter.touch("language:en", "audio:on", "dark:on")
    assert begins(voter).startswith("The screen is off. Deputies")
    voter.touch("dark:off")
    assert begins(voter).startswith("The screen is on. Deputies")


def test_the_last_screen_is_said_once_and_stays_longer_for_who_listens() -> None:
    """When the poll book has recorded the vote, nothing begins anew in the middle of a sentence."""
    voter = Voter(linger_seconds=6)
    voter.scene.activate()
    voter.touch("audio:on", *CHOICES, "vote", "yes")
    shown = voter.face.look().turn
    voter.scene.acknowledge()
    assert voter.pass_time(20) is Step.CAST
    assert voter.face.look().turn == shown
    assert voter.pass_time(5) is Step.WAITING


@pytest.fixture
def voter() -> Voter:
    """Activated with the full style."""
    voter = Voter()
    voter.scene.activate()
    return voter
