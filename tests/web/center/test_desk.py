"""Who reaches what at the centre's pages, and what a form of elsewhere, an old one or a second tab does: nothing."""

from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path

import pytest
from fastapi.routing import APIRoute
from tests.center.parcels import parcel_of
from tests.tampering.builder import World, build
from tests.web.center.desk_scene import PASSWORD, PEOPLE, Night, Visitor, hidden, night

from urna.center.anomalies import CheckIns
from urna.center.operators import SESSION_LIMITS, Role
from urna.center.proposals import ProposalState
from urna.encoding.canonical import digest, encode
from urna.station.event_entry import Details, LogEntry, first_line
from urna.station.event_words import Actor, LogEvent, VoterCount
from urna.storage.centre_trail import check_trail
from urna.web.center.desk_access import ANYBODY, FRESH, ROUTES
from urna.web.center.desk_centre import POLL_BOOK_LOG, read_profile
from urna.web.center.desk_door import MAX_REQUEST_BYTES


@cache
def world() -> World:
    """The small world without guardians."""
    return build()


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Night]:
    """With all people enrolled."""
    with night(world(), tmp_path / "centre") as found:
        found.enrol(*PEOPLE)
        yield found


PROVING = frozenset({"/again", "/again/passkey", "/account/password"})
"""Acts that ask for a password or a passkey, which an empty form has not."""


def ask(visitor: Visitor, method: str, path: str) -> tuple[int, bool]:
    """The status of a route, asked with this session's own form token if there is one; and whether the role was why."""
    place = path.format(name="desk.css", link="x", station="A-01", serial="1", key="0" * 64)
    if method == "GET":
        answer = visitor.get(place)
    else:
        page = visitor.get("/board").text
        answer = visitor.post(place, form=hidden(page, "form") if 'name="form"' in page else "")
    return answer.status_code, "Your role does not reach this page" in answer.text


def test_every_route_has_a_row_and_every_row_a_route(scene: Night) -> None:
    """No page is reachable that the table does not name."""
    mounted = next(each for each in scene.app.routes if getattr(each, "path", "") == "/desk")
    face = mounted.app._app  # type: ignore[attr-defined]  # behind its door
    found = {(method, each.path) for each in _routes(face.routes) for method in each.methods or ()}
    assert found == set(ROUTES)


def _routes(routes: list[object]) -> Iterator[APIRoute]:
    for each in routes:
        if isinstance(each, APIRoute):
            yield each
        else:
            yield from _routes(each.original_router.routes)  # type: ignore[attr-defined]  # FastAPI's own class


def test_every_route_for_every_role_and_for_nobody(scene: Night) -> None:
    """Where the table says no, nobody comes through: to the sign-in without one, 403 with another role."""
    visitors: dict[Role | None, Visitor] = {None: scene.browser()}
    visitors |= {PEOPLE[name]: scene.signed_in(name) for name in ("maria", "jose", "ana", "luis")}
    scene.signed_in("maria").propose()
    ending = [("POST", "/sign-out"), ("POST", "/sign-out-everywhere")]
    for method, path in sorted(set(ROUTES) - set(ending)) + ending[:1]:
        allowed = ROUTES[method, path]
        for role, visitor in visitors.items():
            status, is_role = ask(visitor, method, path)
            where = f"{method} {path} for {role}: {status}"
            assert is_role == (allowed != ANYBODY and role is not None and role not in allowed), where
            if allowed == ANYBODY:
                assert status in {200, 303, 403, 404, 422}, where
            elif role is None:
                assert status == 303, where
            elif role in allowed:
                assert status in {200, 303, 403 if path in PROVING else 200, 422}, where
            else:
                assert status == 403, where


def test_without_a_sign_in_a_page_shows_nothing(scene: Night) -> None:
    """Each leads to the sign-in, and has no text of its own."""
    visitor = scene.browser()
    for method, path in (each for each, roles in ROUTES.items() if roles != ANYBODY):
        place = path.format(station="A-01", serial="1", key="0" * 64)
        answer = visitor.get(place) if method == "GET" else visitor.post(place)
        assert (answer.status_code, answer.headers["location"], answer.text) == (303, "/desk/sign-in", ""), path


@pytest.mark.parametrize("origin", ["https://elsewhere.example", "null", ""])
def test_a_form_of_elsewhere_does_nothing(scene: Night, origin: str) -> None:
    """Even with this session's cookie and token: the browser says where the form comes from."""
    visitor = scene.signed_in("maria")
    assert visitor.post("/sign-out", origin=origin, form=visitor.form).status_code == 403
    assert visitor.get("/board").status_code == 200
    sign_in = scene.browser().post("/sign-in", origin=origin, name="maria", password=PASSWORD, code="000000")
    assert sign_in.status_code == 403
    assert "page of this centre" in sign_in.text


def test_another_host_or_a_long_form_is_sent_away_at_the_door(scene: Night) -> None:
    """A name that was pointed here gets no page."""
    visitor = scene.browser()
    assert visitor.client.get("/desk/sign-in", headers={"Host": "elsewhere.example"}).status_code == 421
    assert visitor.post("/sign-in", name="x" * MAX_REQUEST_BYTES).status_code == 413


def test_a_form_without_this_sessions_token_does_nothing(scene: Night) -> None:
    """Nor with another session's; the page says so."""
    visitor, other = scene.signed_in("maria"), scene.signed_in("carmen")
    for token in ("", other.form, visitor.form[:-1]):
        answer = visitor.post("/sign-out", form=token)
        assert answer.status_code == 403
        assert "another sign-in" in answer.text
    assert visitor.get("/board").status_code == 200


def test_a_form_of_before_the_sign_out_does_nothing_after_it(scene: Night) -> None:
    """The back button shows nothing that works: the session is gone on the server."""
    visitor = scene.signed_in("maria")
    page = visitor.get("/propose").text
    cookies = dict(visitor.client.cookies)
    visitor.post("/sign-out", form=visitor.form)
    visitor.client.cookies.update(cookies)
    fields = {"form": hidden(page, "form"), "once": hidden(page, "once"), "kind": "finding", "station": "A-01"}
    answer = visitor.post("/propose", **fields, reason="Late.")
    assert (answer.status_code, answer.headers["location"]) == (303, "/desk/sign-in")
    assert scene.proposals.all() == []


@pytest.mark.parametrize("path", ["/sign-out", "/sign-out-everywhere"])
def test_a_sign_out_clears_what_the_browser_keeps(scene: Night, path: str) -> None:
    """Pages and storage; no other answer asks for that."""
    visitor = scene.signed_in("maria")
    assert "clear-site-data" not in visitor.get("/board").headers
    assert visitor.post(path, form=visitor.form).headers["clear-site-data"] == '"cache", "storage"'
    assert "clear-site-data" not in visitor.get("/sign-in").headers


def test_the_same_form_sent_again_is_one_proposal(scene: Night) -> None:
    """By a double click, or from the history."""
    visitor = scene.signed_in("jose")
    page = visitor.get("/propose").text
    fields = {"form": hidden(page, "form"), "once": hidden(page, "once"), "kind": "finding", "station": "A-01"}
    places = {visitor.post("/propose", **fields, reason="Twice.").headers["location"] for _ in range(2)}
    assert places == {"/desk/proposals/1"}
    assert len(scene.proposals.all()) == 1


def test_two_people_decide_and_a_second_tab_changes_nothing_any_more(scene: Night) -> None:
    """Proposed by one, confirmed by another; then neither confirming again nor withdrawing does anything."""
    jose, maria = scene.signed_in("jose"), scene.signed_in("maria")
    place = jose.propose().headers["location"].removeprefix("/desk")
    page = maria.get(place).text
    seen = {"form": hidden(page, "form"), "seen_hash": hidden(page, "seen_hash")}
    tab = jose.get(place).text
    maria.post(f"{place}/confirm", **seen)
    assert _state(scene) is ProposalState.DONE
    head = scene.trail.head()
    maria.post(f"{place}/confirm", **seen)
    jose.post(f"{place}/withdraw", form=hidden(tab, "form"))
    assert _state(scene) is ProposalState.DONE
    assert scene.trail.head() == head
    assert "one that is done" in jose.get(place).text


def test_nobody_confirms_an_own_proposal(scene: Night) -> None:
    """The page has no button for it, and a form made by hand is refused."""
    maria = scene.signed_in("maria")
    place = maria.propose().headers["location"].removeprefix("/desk")
    page = maria.get(place).text
    assert "seen_hash" not in page
    row = scene.proposals.find(1)
    assert row is not None
    maria.post(f"{place}/confirm", form=maria.form, seen_hash=row.proposal.hash)
    assert _state(scene) is ProposalState.OPEN
    assert "another person" in maria.get(place).text


def test_what_stood_on_the_page_is_what_is_confirmed(scene: Night) -> None:
    """With the hash of something else nothing happens."""
    scene.signed_in("jose").propose()
    maria = scene.signed_in("maria")
    maria.post("/proposals/1/confirm", form=maria.form, seen_hash="0" * 64)
    assert _state(scene) is ProposalState.OPEN


def test_a_decision_needs_a_sign_in_of_the_last_minutes(scene: Night) -> None:
    """Later the page asks for password and code, leads back, and lets the decision through."""
    scene.signed_in("jose").propose()
    maria = scene.signed_in("maria")
    page = maria.get("/proposals/1").text
    seen = {"form": hidden(page, "form"), "seen_hash": hidden(page, "seen_hash")}
    scene.seconds += SESSION_LIMITS.fresh_seconds
    answer = maria.post("/proposals/1/confirm", **seen)
    assert answer.headers["location"] == "/desk/again?next=%2Fproposals%2F1"
    assert _state(scene) is ProposalState.OPEN
    again = {"form": seen["form"], "password": PASSWORD, "next": "/proposals/1"}
    assert maria.post("/again", **again, code="000000").status_code == 403
    answer = maria.post("/again", **again, code=scene.next_code("maria"))
    assert answer.headers["location"] == "/desk/proposals/1"
    maria.post("/proposals/1/confirm", **seen)
    assert _state(scene) is ProposalState.DONE


@pytest.mark.parametrize("next_page", ["https://elsewhere.example", "//elsewhere.example", "/board\r\nX: 1", "/../x"])
def test_signing_in_again_leads_nowhere_else(scene: Night, next_page: str) -> None:
    """An address that somebody slipped in is not followed."""
    maria = scene.signed_in("maria")
    fields = {"form": maria.form, "password": PASSWORD, "next": next_page}
    assert maria.post("/again", **fields, code=scene.next_code("maria")).headers["location"] == "/desk/board"


def test_guessing_is_stopped_with_the_right_password_too(scene: Night) -> None:
    """After five failures the account waits; another one signs in; a quarter of an hour later it is open again."""
    visitor = scene.browser()
    for _ in range(5):
        assert visitor.sign_in("maria", "wrong password!", scene.next_code("maria")).status_code == 403
    assert visitor.sign_in("maria", PASSWORD, scene.next_code("maria")).status_code == 429
    scene.signed_in("carmen")
    scene.seconds += 15 * 60
    scene.signed_in("maria")


def test_guessing_at_many_names_from_one_address_is_stopped(scene: Night) -> None:
    """Names that nobody has are counted, and written down nowhere."""
    visitor, head = scene.browser(), scene.trail.head()
    statuses = [visitor.sign_in(f"name-{number}", "some password", "000000").status_code for number in range(21)]
    assert statuses == [403] * 20 + [429]
    assert scene.trail.head() == head


def test_guesses_side_by_side_are_no_more_than_one_after_the_other(scene: Night) -> None:
    """Twenty at once: five are looked at, and the right password waits with the rest."""
    guess = {"name": "maria", "password": "wrong password!", "code": "000000"}
    with ThreadPoolExecutor(20) as threads:
        visitors = [scene.browser() for _ in range(20)]
        answers = list(threads.map(lambda each: each.post("/sign-in", **guess).status_code, visitors))
    assert Counter(answers) == {403: 5, 429: 15}
    assert scene.browser().sign_in("maria", PASSWORD, scene.next_code("maria")).status_code == 429


def test_a_strangers_failures_stop_no_browser_that_is_signed_in(scene: Night) -> None:
    """It signs in again for a decision; its own failures are counted, by its session."""
    maria, stranger = scene.signed_in("maria"), scene.browser()
    for _ in range(6):
        stranger.sign_in("maria", "wrong password!", "000000")
    again = {"form": maria.form, "next": "/proposals"}
    right = maria.post("/again", **again, password=PASSWORD, code=scene.next_code("maria"))
    assert right.headers["location"] == "/desk/proposals"
    wrong = [maria.post("/again", **again, password="wrong password!", code="000000").status_code for _ in range(6)]  # noqa: S106 - of nobody
    assert wrong == [403] * 5 + [429]


def test_an_address_is_forgiven_no_other_attempt_than_the_right_one(scene: Night) -> None:
    """Somebody who signs in well does not open the address to whoever guesses beside."""
    for number in range(19):
        scene.browser().sign_in(f"name-{number}", "some password", "000000")
    scene.signed_in("carmen")
    statuses = [scene.browser().sign_in(f"other-{number}", "some", "0").status_code for number in range(2)]
    assert statuses == [403, 429]


def test_a_form_of_no_length_is_refused_at_the_door(scene: Night) -> None:
    """In chunks it could be of any length, whatever is announced beside."""
    body = (b"name=" + b"a" * 1000 for _ in range(3))
    answer = scene.browser().client.post("/desk/sign-in", content=body, headers={"Origin": scene.origin})
    assert answer.status_code == 413


def test_a_sign_in_takes_a_new_token_and_the_cookie_is_no_scripts(scene: Night) -> None:
    """A token that somebody planted is not taken over."""
    visitor = scene.browser()
    visitor.client.cookies.set("urna-desk", "planted", domain="127.0.0.1")
    answer = visitor.sign_in("maria", PASSWORD, scene.next_code("maria"))
    cookie = answer.headers["set-cookie"]
    assert "planted" not in cookie
    assert {"HttpOnly", "SameSite=strict", "Path=/"} <= {each.strip() for each in cookie.split(";")}


def test_an_idle_session_ends_though_its_page_asks_by_itself(scene: Night) -> None:
    """The board's own requests keep nobody signed in; the last of them leads to the sign-in."""
    maria = scene.signed_in("maria")
    for _ in range(3):
        scene.seconds += SESSION_LIMITS.idle_seconds // 3
        answer = maria.client.get("/desk/board/rows", headers={"HX-Request": "true"})
    assert answer.headers["hx-redirect"] == "/desk/sign-in"


def test_signing_out_everywhere_ends_the_other_browser_too(scene: Night) -> None:
    """At once."""
    first, second = scene.signed_in("maria"), scene.signed_in("maria")
    first.post("/sign-out-everywhere", form=first.form)
    assert second.get("/board").status_code == 303


def test_every_answer_has_the_strict_headers(scene: Night) -> None:
    """Pages, refusals and files alike."""
    visitor = scene.browser()
    for answer in (
        visitor.get("/sign-in"),
        visitor.get("/static/desk.css"),
        visitor.get("/nothing"),
        visitor.post("/x"),
    ):
        policy = answer.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["x-content-type-options"] == "nosniff"


def test_what_people_type_is_shown_as_text(scene: Night) -> None:
    """In a reason, a search and a name."""
    jose, script = scene.signed_in("jose"), "<script>alert(1)</script>"
    place = jose.propose(reason=script).headers["location"].removeprefix("/desk")
    pages = [
        jose.get(place).text,
        jose.get(f"/board?q={script}").text,
        scene.browser().sign_in(script, script, "").text,
    ]
    assert [page for page in pages if script in page] == []
    assert "&lt;script&gt;" in pages[0]


def test_a_quarantined_station_and_the_reason_are_on_its_page(scene: Night) -> None:
    """What came, what was done with it, and why, in both languages; the board counts it."""
    scene.service.receive("B-01", parcel_of(world(), "B-01"))
    scene.service.receive("A-02", b"nothing")
    visitor = scene.signed_in("ana")
    page = visitor.get("/stations/B-01").text
    assert "Proven" in page
    assert "Accepted" in page
    assert "Refused" in visitor.get("/stations/A-02").text
    assert "B-01" in visitor.get("/board?standing=proven").text
    assert "A-02" not in visitor.get("/board?standing=proven").text
    assert visitor.get("/stations/NOWHERE").status_code == 404
    lost = visitor.get("/no-page-has-this-address")
    assert lost.status_code == 404
    assert "There is no such page" in lost.text
    assert 'name="kind"' not in page


def poll_book_log(people: int) -> bytes:
    """A poll book's log of one half hour."""
    first = first_line(world().election.identity, "B-01", "poll-book")
    entry = LogEntry(
        sequence=1,
        moment="2020-12-06T12:30:00Z",
        event=LogEvent.VOTERS_COUNTED,
        role=Actor.MACHINE,
        details=Details(
            since="2020-12-06T12:00:00Z", until="2020-12-06T12:30:00Z", voters={VoterCount.IDENTIFIED_MATCH: people}
        ),
        before=digest(first),
    )
    return first + b"\n" + encode(entry) + b"\n"


@pytest.mark.parametrize(("people", "is_found"), [(90, False), (91, True)])
def test_more_people_than_can_be_identified_are_found_in_the_poll_books_log(
    scene: Night, people: int, is_found: bool
) -> None:
    """Three a minute are possible, more are to be looked at."""
    scene.service.receive("B-01", parcel_of(world(), "B-01", 0, {POLL_BOOK_LOG: poll_book_log(people)}))
    page = scene.signed_in("ana").get("/anomalies").text
    assert (f"{people} people in 30 minutes" in page) == is_found
    assert read_profile(poll_book_log(people), "B-01") == (CheckIns(30, people),)


@pytest.mark.parametrize("log", [b"", b"no log", poll_book_log(91).replace(b"91", b"92", 1)[:-40]])
def test_what_is_no_log_of_the_station_says_nothing(log: bytes) -> None:
    """Nobody checked it when it came; a broken one is left alone, and another station's too."""
    assert read_profile(log, "B-01") == ()
    assert read_profile(poll_book_log(91), "B-02") == ()


def test_the_export_of_the_trail_proves_its_order(scene: Night) -> None:
    """And is itself in it."""
    luis = scene.signed_in("luis")
    export = luis.get("/trail.jsonl").content
    head = check_trail(iter(export.splitlines(keepends=True)))
    assert head == scene.trail.head()
    assert scene.trail.newest(1)[0].what == "trail_exported"
    assert head.sha256 in luis.get("/trail").text


def test_a_refused_page_is_in_the_trail_once_a_minute(scene: Night) -> None:
    """Of one session and path; another path, another session and a later minute have their own entry."""
    ana, again = scene.signed_in("ana"), scene.signed_in("ana")
    for _ in range(3):
        assert ana.get("/trail").status_code == 403
    ana.post("/propose", form=ana.form)
    again.get("/trail")
    scene.seconds += 60
    ana.get("/trail")
    found = [each for each in reversed(scene.trail.newest()) if each.what == "page_refused"]
    told = ["GET /trail", "POST /propose", "GET /trail", "GET /trail"]
    assert [(each.who, each.detail) for each in found] == [("ana", each) for each in told]


def test_the_board_says_when_one_signed_in_last(scene: Night) -> None:
    """Not this time: the time before."""
    first = scene.signed_in("ana")
    assert "This is your first sign-in." in first.get("/board").text
    moment = scene.clock().moment
    second = scene.signed_in("ana")
    assert moment != scene.clock().moment
    assert (
        f'You signed in last: <span class="moment">{moment[:10]} {moment[11:19]} UTC</span>'
        in second.get("/board").text
    )


NEW = "otras cuatro palabras raras"


def test_a_password_is_changed_with_the_old_one_and_a_code(scene: Night) -> None:
    """The other browser is signed out, this one goes on; the old password lets nobody in any more."""
    maria, other = scene.signed_in("maria"), scene.signed_in("maria")
    fields = {"form": maria.form, "old": PASSWORD, "password": NEW, "repeated": NEW}
    answer = maria.post("/account/password", **fields, code=scene.next_code("maria"))
    assert (answer.status_code, answer.headers["location"]) == (303, "/desk/account")
    assert "The password was changed" in maria.get("/account").text
    assert other.get("/board").status_code == 303
    assert scene.browser().sign_in("maria", PASSWORD, scene.next_code("maria")).status_code == 403
    assert scene.browser().sign_in("maria", NEW, scene.next_code("maria")).status_code == 303
    assert "password_changed" in [each.what for each in scene.trail.newest()]


@pytest.mark.parametrize(
    ("wrong", "status"),
    [
        ({"old": "not the old one!"}, 403),
        ({"code": "000000"}, 403),
        ({"repeated": "otras cuatro palabras rara"}, 422),
        ({"password": "short", "repeated": "short"}, 422),
        ({"password": PASSWORD, "repeated": PASSWORD}, 422),
    ],
)
def test_a_password_is_not_changed_otherwise(scene: Night, wrong: dict[str, str], status: int) -> None:
    """The refusal is in the trail, and the old password good as before."""
    maria = scene.signed_in("maria")
    fields = {"form": maria.form, "old": PASSWORD, "code": scene.next_code("maria"), "password": NEW, "repeated": NEW}
    assert maria.post("/account/password", **(fields | wrong)).status_code == status
    assert scene.trail.newest(1)[0].what == "password_refused"
    scene.signed_in("maria")


def test_guessing_the_old_password_is_stopped(scene: Night) -> None:
    """By the session, as at a decision; what is stopped unseen is not written down again and again."""
    maria = scene.signed_in("maria")
    fields = {"form": maria.form, "code": "000000", "password": NEW, "repeated": NEW}
    statuses = [maria.post("/account/password", **fields, old=f"guess number {n}").status_code for n in range(7)]
    assert statuses == [403] * 5 + [429] * 2
    assert [each.what for each in scene.trail.newest(6)].count("password_refused") == 5


def test_decisions_are_what_needs_a_fresh_sign_in() -> None:
    """Every act that changes the centre is among them."""
    acts = {path for (method, path), roles in ROUTES.items() if method == "POST" and path.startswith("/prop")}
    assert acts - FRESH == {"/proposals/{serial}/withdraw"}
    own = {path for (method, path), roles in ROUTES.items() if method == "POST" and path.startswith("/account")}
    assert own - FRESH == {"/account/password"}, "it asks for the old one and a code itself"


def _state(scene: Night) -> ProposalState:
    row = scene.proposals.find(1)
    assert row is not None
    return row.state
