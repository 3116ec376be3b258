"""Two keys and a voice reach everything: `switches.js` in chromium."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, Response
from tests.booth_face.keypad import Keypad
from tests.booth_face.switch_page import OPTIONS, Server, SmallBallot, small_app
from tests.browser import CHROMIUM, DESKTOP, FLAGS, Watched, open_page

from urna.devices.speech import EspeakSpeaker
from urna.web.booth.speech import Utterances

HTMX_OWN = ["htmx-current-path-for-history", "/"]
HERE = "document.querySelector('[data-here]')?.innerText ?? ''"
SOUNDS = """
window.sounds = [];
new MutationObserver((changes) => {
  if (changes.some((each) => each.target.hasAttribute("data-speaking"))) window.sounds.push(performance.now());
}).observe(document.body, { subtree: true, attributeFilter: ["data-speaking"] });
"""
FIRST_SCREEN = ["Mayor", "Choose one", *OPTIONS, "Next", "Faster", "Slower", "Screen off", "Audio", "Louder"]


class Voter:
    """A voter at the small ballot."""

    def __init__(self, ballot: SmallBallot, watched: Watched, keypad: Keypad) -> None:
        self.ballot = ballot
        self.watched = watched
        self.keypad = keypad
        self.page: Page = watched.page
        self.waves: list[tuple[int, str]] = []
        self.page.on("response", self._note)

    def press(self, key: str) -> None:
        """Presses and releases a key, at the pace of a hand."""
        self.keypad.press(key)

    def wait(self) -> None:
        """Until the page has got all that it asked for."""
        self.keypad.rest()

    def stands_on(self) -> str:
        """What the voter stands on."""
        return str(self.page.evaluate(HERE))

    def heard(self) -> list[str]:
        """What was spoken since it was asked last."""
        texts = list(self.ballot.speaker.texts)
        self.ballot.speaker.texts.clear()
        return texts

    def _note(self, response: Response) -> None:
        if response.url.endswith(".wav"):
            self.waves.append((response.status, response.headers.get("cache-control", "")))


@pytest.fixture(scope="module")
def kiosk(browser: Browser) -> Iterator[Browser]:
    """Chromium as the station starts it: sound needs no key or touch first."""
    flags = [*FLAGS, "--autoplay-policy=no-user-gesture-required"]
    running = browser.browser_type.launch(executable_path=CHROMIUM, args=flags)
    yield running
    running.close()


@pytest.fixture(scope="module")
def small_ballot() -> Iterator[tuple[SmallBallot, str]]:
    """The ballot, and where it is shown."""
    ballot = SmallBallot()
    server = Server(small_app(ballot))
    yield ballot, server.start()
    server.stop()


@pytest.fixture(scope="module")
def kiosk_page(kiosk: Browser) -> Iterator[tuple[Watched, Keypad]]:
    """One page for all voters, as in the booth."""
    context, watched = open_page(kiosk, "about:blank", DESKTOP)
    yield watched, Keypad(watched.page)
    context.close()


@pytest.fixture
def voter(kiosk_page: tuple[Watched, Keypad], small_ballot: tuple[SmallBallot, str]) -> Iterator[Voter]:
    """At the first screen, which has spoken its heading."""
    (watched, keypad), (ballot, address) = kiosk_page, small_ballot
    ballot.begin()
    watched.page.goto(address)
    person = Voter(ballot, watched, keypad)
    watched.page.wait_for_selector("[data-here]")
    _until_heard(person)
    yield person
    assert watched.errors == []


def test_a_screen_begins_with_its_heading_spoken(voter: Voter) -> None:
    """Who cannot see learns where they are without a key."""
    assert voter.heard() == ["Mayor"]
    assert voter.stands_on() == "Mayor"


def test_a_browser_that_wants_a_key_first_is_silent_and_then_speaks(
    browser: Browser, small_ballot: tuple[SmallBallot, str]
) -> None:
    """Outside of the kiosk nothing is fetched in vain, and nothing is complained of."""
    ballot, address = small_ballot
    ballot.begin()
    context, watched = open_page(browser, "about:blank", DESKTOP)
    person = Voter(ballot, watched, Keypad(watched.page))
    watched.page.goto(address)
    watched.page.wait_for_selector("[data-here]")
    watched.page.wait_for_timeout(200)
    assert person.heard() == []
    person.press("Tab")
    assert person.heard() == ["Choose one"]
    assert watched.errors == []
    context.close()


@pytest.mark.parametrize("switches", [("Tab", "Enter"), ("1", "2")])
def test_two_keys_reach_and_use_every_control(voter: Voter, switches: tuple[str, str]) -> None:
    """One round over the first screen, then the review and the end, with two switches and nothing else."""
    following, select = switches
    seen = [voter.stands_on()]
    for _ in FIRST_SCREEN[1:5]:
        voter.press(following)
        seen.append(voter.stands_on())
        voter.press(select)
    assert seen == FIRST_SCREEN[:5]
    assert voter.ballot.acts == list(OPTIONS)
    voter.press(following)
    voter.press(select)
    for _ in range(3):
        voter.press(following)
    voter.press(select)
    assert voter.ballot.acts[len(OPTIONS) :] == ["review", "cast"]
    assert voter.heard()[-5:] == ["Review", "You chose Rosa", "Change", "Cast", "Your vote is cast"]


def test_each_place_speaks_when_it_is_reached_and_the_round_closes(voter: Voter) -> None:
    """All that the screen says, in reading order, without what is disabled or hidden; then the heading again."""
    for _ in FIRST_SCREEN:
        voter.press("Tab")
    assert voter.heard() == [*FIRST_SCREEN, "Mayor"]
    assert voter.stands_on() == "Mayor"


def test_names_are_spoken_in_the_definitions_language(voter: Voter) -> None:
    """An English ballot reads its own words in English and a Spanish name in Spanish."""
    for _ in range(2):
        voter.press("Tab")
    assert [(text, language) for text, language, _ in voter.ballot.speaker.asked] == [
        ("Mayor", "en"),
        ("Choose one", "en"),
        ("Ana", "es"),
    ]


def test_back_and_again(voter: Voter) -> None:
    """Shift and Tab or an arrow goes back, 3 repeats, and select on what is only read reads it again."""
    for key in (" ", "ArrowLeft", "3", "Enter", "Shift+Tab"):
        voter.press(key)
    assert voter.heard() == ["Mayor", "Choose one", "Mayor", "Mayor", "Mayor", "Louder"]
    assert voter.ballot.acts == []


def test_a_held_key_does_nothing_until_it_is_released(voter: Voter) -> None:
    """A switch held down by a hand that rests on it repeats; one press is one act."""
    voter.heard()
    for repeats in (False, *[True] * 7):
        voter.keypad.down("Tab", repeats=repeats)
    voter.wait()
    assert voter.stands_on() == "Mayor"
    voter.keypad.up("Tab")
    voter.wait()
    assert voter.heard() == ["Choose one"]


def test_a_bouncing_switch_is_one_press(voter: Voter) -> None:
    """It closes, opens and closes within milliseconds, is held, and bounces again when it opens."""
    for down, up in ((0.3, 0.01), (0.01, 0.3), (0.01, 0.01)):
        voter.keypad.down("Tab", after=down)
        voter.keypad.up("Tab", after=up)
    voter.wait()
    assert voter.stands_on() == "Choose one"


def test_two_keys_at_once_are_one_act(voter: Voter) -> None:
    """Next and select together must not choose what was never heard."""
    voter.press("Tab")
    for key in ("Tab", "Enter"):
        voter.keypad.down(key, after=0.25)
    for key in ("Tab", "Enter"):
        voter.keypad.up(key, after=0.01)
    voter.wait()
    assert voter.stands_on() == "Ana"
    assert voter.ballot.acts == []


def test_a_press_meant_for_one_screen_does_nothing_on_the_next(voter: Voter) -> None:
    """The screen changes while the finger is down: the release belongs to a page that is gone."""
    voter.keypad.down("Enter")
    voter.page.locator("[data-name=review]").click()
    voter.wait()
    voter.keypad.up("Enter")
    voter.wait()
    assert voter.ballot.acts == ["review"]


def test_after_a_choice_the_voter_stands_where_it_was_made(voter: Voter) -> None:
    """The page comes anew and names the place; the choice is heard, and the next option is one press away."""
    for key in ("Tab", "Tab", "Enter"):
        voter.press(key)
    assert voter.heard()[-1] == "Ana, chosen"
    voter.press("Tab")
    assert voter.heard() == ["Luis"]


def test_keys_of_the_bar_work_from_anywhere(voter: Voter) -> None:
    """Faster and slower are heard at once, where the voter stands and stays; the screen goes dark by 0."""
    voter.press("Tab")
    voter.heard()
    for key in (".", ".", ","):
        voter.press(key)
    assert voter.ballot.acts == ["faster", "faster", "slower"]
    assert voter.heard() == ["Choose one"] * 3
    assert voter.ballot.speaker.asked[-1] == ("Choose one", "en", 125)
    voter.press("0")
    assert voter.ballot.acts[-1] == "dark"
    assert voter.heard() == ["Screen off"]


def test_who_selects_faster_stays_at_that_button(voter: Voter) -> None:
    """Only its key leaves the voter where they were."""
    for _ in range(6):
        voter.press("Tab")
    voter.press("Enter")
    assert voter.stands_on() == "Faster"


def test_louder_and_softer_go_in_steps_of_five_decibels_and_begin_anew(voter: Voter) -> None:
    """VVSG 2.0, 7.1-K: from 20 to 100 dB in steps of at most 10; what one voter set does not reach the next."""
    volume = voter.page.locator("[data-volume]")
    voter.press("+")
    assert volume.get_attribute("data-volume") == "70"
    voter.press("-")
    voter.press("-")
    assert volume.get_attribute("data-volume") == "60"
    voter.page.locator("[data-louder]").click()
    assert volume.get_attribute("data-volume") == "65"
    voter.press("+")
    for _ in range(2):
        voter.page.locator("[data-name=audio]").click()
        voter.wait()
    assert volume.get_attribute("data-volume") == "65"


def test_without_audio_nothing_is_fetched_and_the_keys_still_work(voter: Voter) -> None:
    """A voter with a keyboard who hears nothing, and a station without espeak-ng."""
    voter.page.locator("[data-name=audio]").click()
    voter.wait()
    voter.heard()
    voter.press("Tab")
    voter.press("Enter")
    assert voter.heard() == []
    assert voter.stands_on() == "Louder"


def test_what_is_spoken_is_not_kept_by_the_browser(voter: Voter) -> None:
    """Every wave is fetched anew and must not be stored; a repetition asks again."""
    voter.press("3")
    voter.press("3")
    assert voter.heard() == ["Mayor"] * 3
    assert voter.waves[-2:] == [(200, "no-store")] * 2
    assert voter.page.evaluate("Object.entries({...localStorage, ...sessionStorage})") == [HTMX_OWN]


def test_the_next_place_silences_the_one_before(voter: Voter) -> None:
    """One thing speaks at a time, and the page shows which."""
    voter.ballot.speaker.seconds = 60.0
    voter.press("Tab")
    voter.press("Tab")
    voter.page.wait_for_function("() => document.querySelector('[data-speaking]')?.innerText === 'Ana'")
    assert voter.page.locator("[data-speaking]").count() == 1


@pytest.mark.skipif(not EspeakSpeaker().is_available(), reason="needs espeak-ng: sudo apt-get install espeak-ng")
def test_the_real_voice_is_heard_in_the_browser(voter: Voter) -> None:
    """From the key to the first sound: espeak-ng, the wave's way, chromium's decoder."""
    voter.ballot.utterances = Utterances(EspeakSpeaker())
    voter.page.reload()
    voter.page.evaluate(SOUNDS)
    for number in range(4):
        voter.press("Tab")
        voter.page.wait_for_function("(before) => window.sounds.length > before", arg=number)


def test_a_clock_moves_nobody_and_a_notice_is_spoken_once(voter: Voter) -> None:
    """Parts of a page that renew themselves leave the voter in peace, until one has something to say."""
    voter.press("Tab")
    voter.heard()
    _tick(voter)
    assert voter.stands_on() == "Choose one"
    assert voter.heard() == []
    voter.ballot.notice = True
    _tick(voter)
    assert voter.heard() == ["One minute left"]
    assert voter.stands_on() == "I am here"


def test_the_place_is_outlined_for_who_uses_keys_and_not_for_who_touches(voter: Voter) -> None:
    """At least 3 pixels of outline (VVSG 2.0, 7.2-D, WCAG 2.4.7)."""
    width = "parseFloat(getComputedStyle(document.querySelector('[data-here]')).outlineWidth)"
    style = "getComputedStyle(document.querySelector('[data-here]')).outlineStyle"
    assert voter.page.evaluate(style) == "none"
    voter.press("Tab")
    assert voter.page.evaluate(style) == "solid"
    assert voter.page.evaluate(width) >= 3


def test_digits_are_typed_in_a_text_field(voter: Voter) -> None:
    """1, 2 and 3 are characters there; Tab still goes on."""
    voter.page.evaluate("document.querySelector('main').insertAdjacentHTML('afterbegin', '<input id=digits>')")
    voter.page.locator("#digits").focus()
    voter.page.keyboard.type("120")
    assert voter.page.locator("#digits").input_value() == "120"
    assert voter.ballot.acts == []


def _until_heard(voter: Voter) -> None:
    """The first screen speaks by itself."""
    for _ in range(6000):
        if voter.ballot.speaker.texts:
            break
        voter.page.wait_for_timeout(10)
    voter.wait()


def _tick(voter: Voter) -> None:
    voter.page.evaluate("htmx.trigger(document.body, 'tick')")
    voter.wait()
