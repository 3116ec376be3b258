"""No page without its role, no act from elsewhere, none twice; nothing that the browser keeps tells of people."""

import re
from collections.abc import Iterator, Sequence
from itertools import product

from fastapi.routing import APIRoute
from starlette.routing import BaseRoute
from starlette.testclient import TestClient
from tests.pollbook_face.day_scene import DayScene
from tests.pollbook_face.scene import LAUNCH, ORIGIN, Scene, with_fingers

from urna.station.cards import Role
from urna.web.pollbook.access import ACCESS, ANYBODY, EVERY, Worker, may_reach
from urna.web.pollbook.app import MAX_REQUEST_BYTES, poll_book_face


def routes() -> set[tuple[str, str]]:
    """Method and path of every route that the face has."""
    scene = DayScene()
    return set(found(poll_book_face(scene.desk, scene.pages, scene.day_ports()).routes))


def found(of: Sequence[BaseRoute]) -> Iterator[tuple[str, str]]:
    """Those of a face, and of the routers in it."""
    for route in of:
        if isinstance(route, APIRoute):
            yield from ((method, route.path) for method in route.methods or ())
        else:
            yield from found(route.original_router.routes)  # type: ignore[attr-defined]  # FastAPI's own class, not exported


ROUTES = sorted(routes())
PAGES = [path for method, path in ROUTES if method == "GET" and "{" not in path]
PARTS = {"/display.css", "/working", "/booths/panel", "/people/photo"}
POSTS = [path for method, path in ROUTES if method == "POST"]


def test_the_table_has_every_route_and_no_other() -> None:
    """A route that is forgotten there could not be reached; a row too many would promise one."""
    assert set(ROUTES) == set(ACCESS)


def test_no_page_is_reachable_without_its_role() -> None:
    """Every route, for nobody and each role: who may not is led to the sign-in, or told that another role does it."""
    scene = DayScene()
    client = scene.unlocked()
    client.follow_redirects = False
    for (method, path), worker in product(ROUTES, (None, *Worker)):
        if may_reach(method, path, worker):
            continue
        scene.desk.session.end()
        if worker:
            scene.desk.session.begin(worker)
        answer = client.request(method, path, data={"turn": scene.desk.turns.current} if method == "POST" else None)
        expected = (403, None) if worker else (303, "/")
        assert (answer.status_code, answer.headers.get("location")) == expected, (method, path, worker)


def test_only_signing_in_and_files_need_no_role() -> None:
    """Everything else is somebody's."""
    free = {path for (_, path), workers in ACCESS.items() if workers == ANYBODY}
    signing_in = {"/", "/sign-in", "/sign-in/cancel", "/language", "/working"}
    assert free == signing_in | {"/static/{name}", "/display.css"}


def test_people_and_ballots_are_never_the_technicians() -> None:
    """A technician sees no elector."""
    for (_, path), workers in ACCESS.items():
        if path.startswith(("/people", "/override", "/authorize", "/readmit", "/book")):
            assert Worker.TECHNICIAN not in workers
    assert Worker.TECHNICIAN in EVERY


def test_an_act_of_another_origin_is_refused() -> None:
    """Though the browser sends its cookie with it."""
    scene = DayScene()
    client = scene.unlocked()
    for path, origin in product(POSTS, ("http://127.0.0.1:8201", "null", "https://evil.example", "")):
        data = {"turn": scene.desk.turns.current}
        assert client.post(path, data=data, headers={"origin": origin}).status_code == 403, path


def test_a_browser_that_was_not_let_in_sees_nothing() -> None:
    """Not even the sign-in."""
    scene = Scene()
    scene.unlocked()
    stranger = TestClient(scene.app, base_url=ORIGIN, headers={"origin": ORIGIN})
    assert stranger.get("/").status_code == 403
    assert stranger.get("/enter", params={"key": LAUNCH}).status_code == 403
    assert stranger.post("/people/find", data={"words": "a"}).status_code == 403


def test_a_form_that_is_sent_twice_acts_once() -> None:
    """A second tab, the back button, a recorded request: an old turn changes nothing and shows where the face is."""
    scene = Scene()
    client = scene.unlocked()
    one, two = with_fingers(scene)[:2]
    scene.admit(client, one)
    recorded = {"turn": scene.desk.turns.current, "booth": "1"}
    client.post("/people/activate", data=recorded)
    scene.admit(client, two)
    page = client.post("/people/activate", data={**recorded, "booth": "2"}).text
    assert "Go on with this page; nothing was changed." in page
    assert two.name in page
    assert scene.book.counts().activations == 1


def test_no_act_without_the_turn_of_the_page() -> None:
    """Neither with none nor with a made-up one."""
    scene = DayScene()
    client = scene.unlocked()
    before, day, worker, lines = scene.book.counts(), scene.book.day, scene.desk.who(), len(scene.log.lines())
    fields = {"reason": "document_checked", "kind": "blind", "booth": "1", "style": "GENERAL", "number": "1"}
    for path, turn in product(POSTS, ({}, {"turn": ""}, {"turn": "x" * 22}, {"turn": "ñ"})):
        assert client.post(path, data={**fields, **turn}).status_code == 200, path
    assert (scene.book.counts(), scene.book.day, scene.desk.who()) == (before, day, worker)
    assert len(scene.log.lines()) == lines


def test_a_reload_shows_the_same_page_and_repeats_nothing() -> None:
    """Every act ends in a page that was only asked for."""
    scene = Scene()
    client = scene.unlocked()
    elector = with_fingers(scene)[0]
    answer = client.post("/people/find", data={"turn": scene.desk.turns.current, "words": elector.number})
    assert answer.history[0].status_code == 303
    for _ in range(3):
        assert elector.name in client.get("/").text
    scene.lay(elector)
    scene.post(client, "/people/capture")
    for _ in range(3):
        assert "Admitted." in client.get("/").text
    assert sum(scene.book.counts().identified.values()) == 1


def test_no_address_and_no_log_line_has_a_person_in_it() -> None:
    """Numbers and names travel in forms alone; pages are not to be stored."""
    scene = Scene()
    client = scene.unlocked()
    elector = with_fingers(scene)[0]
    pages = [scene.post(client, "/people/find", words=elector.number), scene.admit(client, elector)]
    pages.append(scene.post(client, "/people/activate", booth="1"))
    for page in pages:
        for address in re.findall(r'(?:href|action|src|hx-get|hx-post)="([^"]*)"', page):
            assert elector.number not in address
    lines = b"".join(scene.log.lines()).decode()
    assert elector.number not in lines
    assert elector.name not in lines
    assert client.get("/people").headers["cache-control"] == "no-store"


def test_who_came_before_stands_nowhere() -> None:
    """After ten people no page of the face has one of them."""
    scene = Scene()
    client = scene.unlocked()
    ten = with_fingers(scene)[:10]
    for elector in ten:
        scene.admit(client, elector)
        scene.post(client, "/people/activate", booth="1")
        scene.booths[1].vote()
        scene.desk.watch.look()
    for path in PAGES:
        page = client.get(path).text
        assert not any(each.name in page or each.number in page for each in ten), path
    held = repr(vars(scene.desk)) + repr(vars(scene.desk.work))
    assert not any(each.name in held or each.number in held for each in ten)


def test_a_form_that_is_too_long_is_refused_unread() -> None:
    """Whatever it says of its length."""
    scene = Scene()
    client = scene.unlocked()
    assert client.post("/people/find", content=b"x" * (MAX_REQUEST_BYTES + 1)).status_code == 413
    assert client.post("/people/find", content=iter([b"x"])).status_code == 413


def test_markup_in_what_is_typed_is_text() -> None:
    """Names, searches and notes."""
    scene = Scene()
    client = scene.unlocked()
    page = scene.post(client, "/incidents", kind="other", happened="<script>alert(1)</script>", done="")
    assert "<script>alert" not in page
    assert "<script>alert" not in client.get("/incidents").text


def test_every_page_says_who_is_signed_in() -> None:
    """And offers to sign out and to lock."""
    scene = DayScene(is_open=True)
    client = scene.unlocked()
    for path in set(PAGES) - PARTS:
        page = client.get(path).text
        assert 'id="role">President' in page, path
        assert 'action="/sign-out"' in page
    scene.post(client, "/sign-out")
    assert 'id="role">Member' in scene.give(client, Role.MEMBER)
