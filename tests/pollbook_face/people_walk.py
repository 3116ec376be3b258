"""One browser that meets everybody who can come to the table, and looks at every page on its way."""

from itertools import islice

from tests.pollbook_face.day_scene import DayScene
from tests.pollbook_face.day_walk import Walk
from tests.pollbook_face.scene import PINS, PRESIDENT_FINGER, with_fingers, without_fingers

from urna.biometrics.capture import Extraction
from urna.devices.reader import TryAgain
from urna.election.outcomes import Ending
from urna.station.cards import Role
from urna.words import Sentence


def walk_people(scene: DayScene, walk: Walk, address: str) -> None:
    """Every screen of people, exceptions, booths, queue, incidents, supplies and the paper book."""
    page = walk.page
    scene.desk.watch.start()
    page.goto(address)
    page.wait_for_selector("#pin")
    walk.look("sign-in-first-card")
    sign_in(walk, Role.SECRETARY, "111112")
    page.wait_for_selector(".notice")
    walk.look("sign-in-refused")
    sign_in(walk, Role.SECRETARY)
    page.wait_for_selector('form[action="/sign-in/cancel"]')
    walk.look("sign-in-second-card")
    sign_in(walk, Role.PRESIDENT)
    page.wait_for_selector("#words:focus")  # keys before would go nowhere
    walk.look("people-search")
    find(walk, "a")
    walk.look("people-too-many")
    find(walk, "corocora")
    walk.look("people-list")
    matched(scene, walk)
    decided(scene, walk)
    second_time(scene, walk)
    at_the_booths(scene, walk)
    settled(scene, walk)
    in_the_line(scene)
    for place in ("queue", "incidents", "supplies", "book"):
        walk.go(f"/{place}")
        walk.look(place)
    walk.press('form[action="/lock"] button')
    walk.look("locked")
    as_technician(walk)
    scene.desk.watch.stop()


def sign_in(walk: Walk, role: Role, pin: str = "") -> None:
    """A card on a stick, and its PIN, sent with the Enter key."""
    walk.page.check(f'input[value="{role}.urna-card"]')
    walk.page.fill("#pin", pin or PINS[role])
    before = walk.page.get_attribute("input[name=turn]", "value")
    walk.page.press("#pin", "Enter")
    wait(walk, before)


def find(walk: Walk, words: str) -> None:
    """Typed, and sent with the Enter key."""
    if not walk.page.query_selector("#words"):
        walk.go("/people")
        leave = walk.page.query_selector('form[action="/people/leave"] button')
        if leave:
            walk.press('form[action="/people/leave"] button')
    walk.page.fill("#words", words)
    before = walk.page.get_attribute("input[name=turn]", "value")
    walk.page.press("#words", "Enter")
    wait(walk, before)


def wait(walk: Walk, before: str | None) -> None:
    """Until the page that follows is there."""
    walk.page.wait_for_function(
        "old => document.querySelector('input[name=turn]')?.value !== old"
        " && !document.querySelector('[hx-get=\"/working\"]') && document.readyState !== 'loading'",
        arg=before,
    )


def matched(scene: DayScene, walk: Walk) -> None:
    """Somebody whose finger is recognised, with a companion."""
    page, elector = walk.page, with_fingers(scene)[0]
    find(walk, elector.number)
    walk.look("person")
    page.click("details.more summary")
    walk.look("person-cannot-be-read")
    scene.may_lay.clear()
    page.click('form[action="/people/capture"] button')
    page.wait_for_selector('[hx-get="/working"]')
    walk.look("capture")
    parts = Sentence("an impression"), Sentence("half of one")
    scene.laid.append(TryAgain(*parts, Sentence("The finger moved. Lay it down once and hold it still.")))
    scene.lay(elector)
    scene.may_lay.set()
    page.wait_for_selector(".outcome.good")
    walk.look("admitted")
    for details in page.query_selector_all("details.more summary"):
        details.click()
    walk.look("admitted-more")
    walk.press('form[action="/people/companion"] button')
    walk.press('form[action="/people/activate"] button')
    walk.look("booth-activated")


def decided(scene: DayScene, walk: Walk) -> None:
    """A finger that is not recognised, then the president; and somebody of whom nothing is stored, by telephone."""
    page, elector = walk.page, with_fingers(scene)[1]
    find(walk, elector.number)
    scene.lay()
    walk.press('form[action="/people/capture"] button')
    walk.look("not-recognised")
    page.click('a[href="/override"]')
    page.wait_for_selector("#code")
    page.check('input[value="document_checked"]')
    page.type("#code", scene.world.sheet.codes[0][:8])
    page.wait_for_selector("#code-said:has-text('12')")
    walk.look("override")
    page.fill("#code", "")
    page.type("#code", scene.world.sheet.codes[0])
    page.wait_for_selector("#code-said:has-text('1,'), #code-said:has-text(' 1')")
    walk.press("main form.fields button.primary")
    walk.look("authorize")
    page.click("details.more summary")
    walk.look("authorize-by-members")
    scene.laid.append(Extraction(PRESIDENT_FINGER, 60))
    walk.press('form[action="/authorize/finger"] button')
    walk.look("admitted-by-president")
    walk.press('form[action="/people/activate"] button')
    nothing = without_fingers(scene)[0]
    find(walk, nothing.number)
    walk.look("nothing-stored")
    walk.press('form[action="/people/no-image"] button')
    walk.look("president-decides")
    page.click('a[href="/override"]')
    page.wait_for_selector("#code")
    page.click('a[href="/override/telephone"]')
    page.wait_for_selector('form[action="/override/telephone/call"]')
    walk.look("telephone")
    walk.press('form[action="/override/telephone/call"] button')
    walk.look("telephone-challenge")


def second_time(scene: DayScene, walk: Walk) -> None:
    """Somebody who was admitted before."""
    find(walk, with_fingers(scene)[0].number)
    walk.look("admitted-before")
    walk.press('form[action="/people/refuse"] button')
    walk.look("refused")


def at_the_booths(scene: DayScene, walk: Walk) -> None:
    """All in use, one expired, one without paper, one lost."""
    page, elector = walk.page, with_fingers(scene)[2]
    find(walk, elector.number)
    scene.lay(elector)
    walk.press('form[action="/people/capture"] button')
    walk.look("admitted-and-waits")
    walk.press('form[action="/people/leave"] button')
    scene.day_booths[1].booth.expire()
    scene.day_booths[2].printer = "out_of_paper"
    page.wait_for_selector(".booth.is-expired")
    page.wait_for_selector(".booth .printer")
    walk.look("booths-need-a-worker")
    walk.press("#look-1")
    walk.look("booth-expired")
    page.click("details.more summary")
    walk.look("booth-expired-more")
    walk.press('form[action="/booth/end"]:nth-of-type(2) button')
    page.wait_for_selector("#send-1-1")
    scene.day_booths[2].answers = False
    page.wait_for_selector(".booth.is-lost")
    walk.look("booth-free-and-lost")
    walk.press("#send-1-1")
    scene.day_booths[2].answers = True
    scene.day_booths[2].printer = "ready"
    page.wait_for_selector(".booth.is-lost", state="detached")


def settled(scene: DayScene, walk: Walk) -> None:
    """Poll book and booth disagree, as if another medium had been put in; the president settles it."""
    scene.book.end(2, Ending.LEFT)
    walk.page.wait_for_selector(".booth.is-doubtful")
    walk.press("#look-2")
    walk.look("booth-doubtful")
    walk.press('form[action="/booth/settle"] button')
    walk.look("authorize-settling")
    scene.laid.append(Extraction(PRESIDENT_FINGER, 60))
    walk.press('form[action="/authorize/finger"] button')


def in_the_line(scene: DayScene) -> None:
    """An hour and a half goes by in which eleven people vote each half an hour, as the queue's chart shows them."""
    client, electors = scene.client(), iter(with_fingers(scene)[3:])
    for hour in ("14:10", "14:40", "15:10"):
        scene.moment = f"2020-12-06T{hour}:00Z"
        for elector in islice(electors, 11):
            scene.admit(client, elector)
            scene.post(client, "/people/activate", booth="2")
            scene.day_booths[2].vote()
            scene.desk.watch.look()
    scene.moment = "2020-12-06T15:40:00Z"


def as_technician(walk: Walk) -> None:
    """Who mends machines sees no elector: the page that was left is not the technician's."""
    sign_in(walk, Role.TECHNICIAN)
    walk.look("technician")
