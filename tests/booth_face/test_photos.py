"""Photos on a real screen: on the cards, in the review, beside the name that says the same; none tells a choice."""

from collections.abc import Iterator
from typing import NamedTuple

import pytest
from playwright.sync_api import Browser, Page, Request
from tests.booth_face.ballots import sixty
from tests.booth_face.portraits import portraits
from tests.booth_face.scene import LAUNCH_KEY, Scene, SteppedClock, served
from tests.booth_face.walk import Walk

from urna.web.booth.fit import PICTURE_MILLIMETRES, Fit, Line
from urna.web.kiosk.display import DEFAULT

MM = DEFAULT.pixels_per_millimetre
LOADED = "(all) => all.map(each => [each.complete && each.naturalWidth, each.getAttribute('alt'), each.className])"


class Voter(NamedTuple):
    """A page in front of a booth with photos, and what it asked for."""

    walk: Walk
    page: Page
    asked: list[str]


@pytest.fixture(scope="module")
def voter(browser: Browser) -> Iterator[Voter]:
    """Activated."""
    clock = SteppedClock()
    scene = Scene(sixty(), clock=clock, photos=portraits())
    asked: list[str] = []

    def note(request: Request) -> None:
        asked.append(f"{request.method} {request.url}")

    with served(scene) as address:
        page = browser.new_page(viewport={"width": DEFAULT.width, "height": DEFAULT.height})
        page.on("request", note)
        page.goto(f"{address}/enter?key={LAUNCH_KEY}")
        walk = Walk(scene, clock, page)
        walk.activate()
        yield Voter(walk, page, asked)
        page.close()


@pytest.mark.slow
def test_photos_are_shown_and_ask_for_nothing_that_tells_a_choice(voter: Voter) -> None:
    """Cards ask for the photo of every card that is shown; the review, which shows what is chosen, for none."""
    walk, page, asked = voter
    page.wait_for_function("() => [...document.images].every((each) => each.complete)")
    cards = page.query_selector_all(".card")
    shown = page.eval_on_selector_all(".card img", LOADED)
    assert shown
    assert all(each == [320, "", "picture"] for each in shown)
    assert len(shown) + len(page.query_selector_all(".card svg.picture")) == len(cards)
    assert all(card.inner_text().strip() for card in cards)
    wanted = {each.rpartition("/")[2] for each in asked if "/picture/" in each}
    pressed = {card.get_attribute("value").removeprefix("choose:") for card in cards}  # type: ignore[union-attr]
    assert wanted == {card for card in pressed if ("NOM", card) in walk.scene.face.photos}
    walk.press("choose:NOM-0")
    walk.touch_card("choose:NOM-1")
    walk.press("next")
    walk.press("choose:ALC-2")
    walk.goes_on()
    asked.clear()
    walk.to_review()
    shown = page.eval_on_selector_all(".entries img", LOADED)
    assert shown == [[320, "", "picture"]] * 3
    assert not [each for each in asked if "/picture" in each or "NOM-" in each or "ALC-" in each]
    for picture in page.query_selector_all(".entries img"):
        box = picture.bounding_box()
        assert box is not None
        assert abs(box["width"] - PICTURE_MILLIMETRES * MM) < 1
        assert abs(box["height"] - PICTURE_MILLIMETRES * MM) < 1
    walk.print_ballot()
    assert page.query_selector_all(".printed img") == []


@pytest.mark.parametrize("size", ["small", "normal", "large", "largest"])
def test_a_photo_takes_the_room_that_is_reckoned_for_it(size: str) -> None:
    """Never more entries on a page than without photos, and still one of them on each."""
    fit = Fit(DEFAULT, size)
    name = "María de los Ángeles Bracamonte Zambrano · Movimiento Raíz"
    plain = [(Line("Members by name: circuit 1"), Line(name))] * 12
    pictured = [(Line("Members by name: circuit 1"), Line(name, has_picture=True))] * 12
    width = fit.width - 8
    pages = {kind: fit.lines(lines, width=width, taken=4.2) for kind, lines in (("no", plain), ("yes", pictured))}
    assert len(pages["no"]) <= len(pages["yes"])
    assert [number for page in pages["yes"] for number in page] == list(range(12))
