"""An audit's pages: who reaches what, what stays hidden until two have typed, and what is written for the record."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.routing import APIRoute
from tests.verify.audited_world import BOARD
from tests.web.audit.audit_scene import MAIN, PASSWORD, PEOPLE, Table, Visitor, at_table, hidden, made

from urna.audit.board_acts import AuditRole
from urna.audit.board_box import Stage
from urna.audit.report import AuditReport, Outcome
from urna.audit.seed import Method
from urna.election.definition import Election
from urna.encoding.document import read_document
from urna.record.audit_papers import AuditPapers
from urna.storage.audit_out import OUT
from urna.web.audit.access import ANYBODY, ROUTES
from urna.web.audit.typing_page import field, keys_of

JPEG = b"\xff\xd8\xff\xe0 a photograph of a worksheet"


@pytest.fixture
def table(tmp_path: Path) -> Iterator[Table]:
    """With everybody, before the first round."""
    with at_table(tmp_path / "audit") as found:
        found.set_up()
        yield found


@pytest.fixture
def drawn(table: Table) -> Table:
    """The first round is drawn, and its boxes are with the boards."""
    maria = table.signed_in("maria")
    maria.act("/draw")
    give_out(maria)
    return table


def give_out(maria: Visitor) -> None:
    """T1's boxes end in 1."""
    with maria.table.journal.reading() as board:
        stations = [code for code in board.boxes if code not in board.assigned]
    for name in ("T1", "T2"):
        mine = [each for each in stations if each.endswith("1") == (name == "T1")]
        if mine:
            maria.act("/assign", board=name, station=mine)


def people_of(station: str) -> tuple[str, str]:
    """Who counts it."""
    return ("ana", "luis") if station.endswith("1") else ("jose", "eva")


def count_drawn(table: Table, **changes: int) -> None:
    """Every open box as its sheet says; `changes` in A-01's paper."""
    visitors = {name: table.signed_in(name) for name in ("ana", "luis", "jose", "eva")}
    with table.journal.reading() as board:
        stations = [box.station for box in board.open_work]
    for station in stations:
        for person in people_of(station):
            answer = visitors[person].type_box(station, **(changes if station == "A-01" else {}))
            assert answer.status_code == 303, answer.text


def routes_of(table: Table) -> set[tuple[str, str]]:
    """What the pages really have."""
    mounted = next(each for each in table.app.routes if getattr(each, "path", "") == "/audit")
    face = mounted.app._app  # type: ignore[attr-defined]  # behind its door
    return {(method, each.path) for each in _routes(face.routes) for method in each.methods or ()}


def _routes(routes: list[object]) -> Iterator[APIRoute]:
    for each in routes:
        if isinstance(each, APIRoute):
            yield each
        else:
            yield from _routes(each.original_router.routes)  # type: ignore[attr-defined]  # FastAPI's own class


def test_every_route_has_a_row_and_every_row_a_route(table: Table) -> None:
    """No page is reachable that the table does not name."""
    assert routes_of(table) == set(ROUTES)


def test_every_route_for_every_role_and_for_nobody(drawn: Table) -> None:
    """Where the table says no, nobody comes through: to the sign-in without one, 403 with the other role."""
    visitors: dict[AuditRole | None, Visitor] = {None: drawn.browser()}
    visitors |= {PEOPLE[name][1]: drawn.signed_in(name) for name in ("maria", "ana")}
    last = ("POST", "/sign-out")
    for method, path in [*sorted(set(ROUTES) - {last}), last]:
        allowed = ROUTES[method, path]
        place = path.format(name="desk.css", station="A-01", number="1", photo="0" * 64)
        for role, visitor in visitors.items():
            if method == "GET":
                answer = visitor.get(place)
            elif role is None:
                answer = visitor.post(place)
            else:
                answer = visitor.act(place, sequence="9", attempt="9")
            where = f"{method} {path} for {role}: {answer.status_code}"
            is_role = "Your role does not reach this page" in answer.text
            assert is_role == (allowed != ANYBODY and role is not None and role not in allowed), where
            if allowed == ANYBODY:
                assert answer.status_code in {200, 303, 403}, where
            elif role is None:
                assert (answer.status_code, answer.headers["location"]) == (303, "/audit/sign-in"), where
            else:
                assert answer.status_code in ({200, 303, 404, 422} if role in allowed else {403}), where


def test_without_a_sign_in_a_page_shows_nothing(drawn: Table) -> None:
    """Each leads to the sign-in, and has no text of its own."""
    visitor = drawn.browser()
    for method, path in (each for each, roles in ROUTES.items() if roles != ANYBODY):
        place = path.format(station="A-01", number="1", photo="0" * 64)
        answer = visitor.get(place) if method == "GET" else visitor.post(place)
        assert (answer.status_code, answer.headers["location"], answer.text) == (303, "/audit/sign-in", ""), path


@pytest.mark.parametrize("origin", ["https://elsewhere.example", "null", ""])
def test_a_form_of_elsewhere_or_without_the_token_does_nothing(table: Table, origin: str) -> None:
    """Even with this session's cookie."""
    maria, ana = table.signed_in("maria"), table.signed_in("ana")
    assert maria.post("/draw", origin=origin, form=maria.form).status_code == 403
    for token in ("", ana.form, maria.form[:-1]):
        assert "another sign-in" in maria.post("/draw", form=token).text
    with table.journal.reading() as board:
        assert board.draws == []


def test_guessing_is_stopped_with_the_right_password_too(table: Table) -> None:
    """After five failures the account waits a quarter of an hour; another one signs in."""
    visitor = table.browser()
    for _ in range(5):
        assert visitor.post("/sign-in", person="ana", password=f"{PASSWORD} more").status_code == 403
    assert visitor.post("/sign-in", person="ana", password=PASSWORD).status_code == 429
    table.signed_in("luis")
    table.seconds += 15 * 60
    table.signed_in("ana")


def test_who_is_shut_out_or_away_too_long_is_out_at_once(table: Table) -> None:
    """A session of somebody who is blocked is over; so is one that nobody used for an hour."""
    ana, luis = table.signed_in("ana"), table.signed_in("luis")
    table.accounts.block("ana")
    assert ana.get("/mine").status_code == 303
    assert ana.post("/sign-in", person="ana", password=PASSWORD).status_code == 403
    assert luis.get("/mine").status_code == 200
    table.seconds += 3600
    assert luis.get("/mine").status_code == 303


def test_nobody_sees_numbers_before_two_have_typed(drawn: Table) -> None:
    """Neither the first person's nor the sheet's: not the other counter, not the coordinator, not the first person."""
    visitors = {name: drawn.signed_in(name) for name in ("maria", "ana", "luis")}
    visitors["ana"].type_box("A-01", BEA=3)
    numbers = [each for each in drawn.numbers("A-01", BEA=3).values() if len(each) > 1]
    assert len(numbers) > 3
    pages = ("/boxes/A-01", "/boxes/A-01/type", "/mine", "/progress", "/differences", "/boxes")
    for visitor in visitors.values():
        for path in pages:
            shown = visitor.get(path).text
            assert not any(f'class="number">{each}<' in shown or f'value="{each}"' in shown for each in numbers), path
    assert "Typed once by" in visitors["maria"].get("/boxes/A-01").text


def test_a_typing_mistake_is_caught_and_typed_anew(drawn: Table) -> None:
    """The counters read which line it is, not what the other typed; the second time it is counted."""
    ana, luis = drawn.signed_in("ana"), drawn.signed_in("luis")
    ana.type_box("A-01")
    luis.type_box("A-01", BEA=-1)
    for visitor in (ana, luis):
        page = visitor.get("/boxes/A-01").text
        assert "<strong>BEA</strong>" in page
        assert 'class="number"' not in page
    ana.act("/boxes/A-01/again", sequence="1", attempt="1")
    for visitor in (luis, ana):
        visitor.type_box("A-01")
    with drawn.journal.reading() as board:
        box = board.boxes["A-01"]
    assert (box.stage, box.attempt) == (Stage.COUNTED, 2)
    assert box.standing is not None
    assert box.standing.typed_by == ("Luis Mar", "Ana Sol")


def test_the_coordinator_decides_slip_by_slip_and_a_counter_agrees(drawn: Table) -> None:
    """What both typed alike stays; the reason is under the count."""
    ana, luis, maria = (drawn.signed_in(name) for name in ("ana", "luis", "maria"))
    ana.type_box("A-01")
    luis.type_box("A-01", BEA=-1, CAI=1)
    page = maria.get("/boxes/A-01").text
    sheet = drawn.case.sheet("A-01")
    fields = {name: str(sheet["NOM-1", option]) for option, name in _fields(drawn).items() if option in {"BEA", "CAI"}}
    turn = {"sequence": "1", "attempt": "1"}
    assert all(f'name="{name}"' in page for name in fields)
    maria.act("/boxes/A-01/decide", **turn, **fields)
    with drawn.journal.reading() as board:
        assert board.boxes["A-01"].stage is Stage.DIFFERENT
    maria.act("/boxes/A-01/decide", **turn, **fields, reason="One slip of BEA lay with CAI.")
    assert maria.get("/boxes/A-01").text.count("I looked at the slips") == 0
    luis.act("/boxes/A-01/agree", **turn)
    with drawn.journal.reading() as board:
        count = board.counts["A-01"]
    assert (count.typed_by, count.reason) == (("María Paz", "Luis Mar"), "One slip of BEA lay with CAI.")
    assert {(each.contest, each.option): each.votes for each in count.lines} == {
        key: votes for key, votes in sheet.items() if key[0] == "NOM-1"
    }


def _fields(table: Table) -> dict[str, str]:
    keys = keys_of(table.case.frame.forms["A-01"])
    return {key[1]: field(number) for number, key in enumerate(keys) if key[0] == "NOM-1"}


@pytest.mark.parametrize("typed", ["", "-1", "1.5", "12 34", "many", "1" * 10])
def test_a_line_that_is_no_number_is_named_and_the_rest_is_not_lost(drawn: Table, typed: str) -> None:
    """Nothing is kept; the page shows again what was typed."""
    ana = drawn.signed_in("ana")
    numbers = drawn.numbers("A-01")
    name = _fields(drawn)["BEA"]
    answer = ana.act("/boxes/A-01/type", sequence="1", attempt="1", **{**numbers, name: typed})
    assert answer.status_code == 422
    assert "NOM-1, BEA" in answer.text
    assert f'value="{numbers["line-0"]}"' in answer.text
    with drawn.journal.reading() as board:
        assert board.boxes["A-01"].stage is Stage.WAITING


def test_a_counter_reaches_no_box_of_another_board(drawn: Table) -> None:
    """Neither the page nor its photographs nor an act."""
    jose, ana = drawn.signed_in("jose"), drawn.signed_in("ana")
    ana.act("/boxes/A-01/photos", files={"photo": ("a.jpg", JPEG, "image/jpeg")})
    with drawn.journal.reading() as board:
        photo = board.boxes["A-01"].photos[0]
    for path in ("/boxes/A-01", "/boxes/A-01/type", f"/boxes/A-01/photos/{photo}"):
        assert jose.get(path).status_code == 404
    assert jose.type_box("A-01").status_code == 404
    jose.act("/boxes/A-01/lost", sequence="1", attempt="1", reason="Not here.")
    with drawn.journal.reading() as board:
        assert board.boxes["A-01"].stage is Stage.WAITING


def test_photographs_are_kept_under_their_hash_and_shown_after_two_typed(drawn: Table) -> None:
    """What is no photograph is refused; the same one is kept once."""
    ana, luis = drawn.signed_in("ana"), drawn.signed_in("luis")
    for data in (b"%PDF-1.7", b"", JPEG, JPEG):
        ana.act("/boxes/A-01/photos", files={"photo": ("a.jpg", data, "image/jpeg")})
    with drawn.journal.reading() as board:
        (photo,) = board.boxes["A-01"].photos
    path = f"/boxes/A-01/photos/{photo}"
    ana.type_box("A-01")
    assert luis.get(path).status_code == 404
    assert f'src="/audit{path}"' not in luis.get("/boxes/A-01").text
    luis.type_box("A-01")
    answer = luis.get(path)
    assert (answer.content, answer.headers["content-type"]) == (JPEG, "image/jpeg")


def test_a_round_closes_only_when_all_is_counted_and_the_report_is_readable(drawn: Table) -> None:
    """Then the next round is drawn, as was committed, and what it confirms is said."""
    maria = drawn.signed_in("maria")
    maria.act("/close")
    with drawn.journal.reading() as board:
        assert board.reports == []
    count_drawn(drawn, CAI=-1, ANA=1)
    assert maria.act("/close").headers["location"] == "/audit/reports/1"
    page = maria.get("/reports/1").text
    assert "Go on: not enough is read yet" in page
    assert ">CAI<" in page.replace("\n", "")
    assert maria.get("/reports/1/note").text.startswith('{"audit":"RLA-1"')
    assert maria.get("/reports/1/pdf").status_code == 404
    maria.act("/draw", size="99")
    maria.act("/draw")
    give_out(maria)
    count_drawn(drawn)
    maria.act("/close")
    assert "The audit may stop" in maria.get("/reports/2").text
    with drawn.journal.reading() as board:
        assert [each.outcome for each in board.reports] == [Outcome.GO_ON, Outcome.CONFIRMED]


def test_what_is_written_out_is_what_the_record_takes(drawn: Table) -> None:
    """Every note, in its order, by the rules of the record; with two of the board's signatures."""
    maria = drawn.signed_in("maria")
    count_drawn(drawn, CAI=-1, ANA=1)
    maria.act("/close")
    out = drawn.folder / OUT
    world, maker = made()
    papers = _papers(world.election)
    assert papers.draw((out / "round-1.note").read_bytes()) == "audits/RLA-1/round-1.note"
    for path in sorted(out.glob("count-*.note")):
        taken = papers.count(path.read_bytes(), lambda station: maker.sheets[station].contests)
        assert taken == f"audits/RLA-1/{path.name}"
    assert papers.report((out / "report-1.note").read_bytes()) == "audits/RLA-1/report-1.note"


def _report_of(path: Path) -> AuditReport:
    return read_document(path.read_bytes(), AuditReport, path.name)


def _papers(election: Election) -> AuditPapers:
    world = made()[0]
    papers = AuditPapers(election)
    files = {name: world.files[f"audits/RLA-1/{name}.note"] for name in ("commitment", "manifest", "weights", "seed")}
    papers.commit(files["commitment"], files["manifest"], files["weights"])
    papers.roll(files["seed"])
    return papers


def test_a_note_that_a_killed_process_did_not_write_is_written_at_the_next_start(drawn: Table, tmp_path: Path) -> None:
    """And none is ever changed."""
    count_drawn(drawn)
    out = drawn.folder / OUT
    before = {path.name: path.read_bytes() for path in out.iterdir()}
    assert len(before) > 2
    (out / "round-1.note").unlink()
    (out / next(name for name in before if name.startswith("count-"))).unlink()
    with at_table(drawn.folder):
        assert {path.name: path.read_bytes() for path in out.iterdir()} == before


def test_a_recount_writes_a_second_note_beside_the_first(drawn: Table) -> None:
    """With its reason; the first note stays."""
    maria = drawn.signed_in("maria")
    count_drawn(drawn)
    maria.act("/boxes/A-01/reopen", sequence="1", attempt="1", reason="A bundle lay under the table.")
    assert (drawn.folder / OUT / "count-A-01-2.note").exists() is False
    count_drawn(drawn, CAI=-1, ANA=1)
    assert b"A bundle lay under the table." in (drawn.folder / OUT / "count-A-01-2.note").read_bytes()
    assert (drawn.folder / OUT / "count-A-01-1.note").exists()


def test_a_lost_box_is_said_by_two_and_counts_as_the_worst(drawn: Table) -> None:
    """The report names it, and the audit cannot stop on it."""
    ana, luis, maria = (drawn.signed_in(name) for name in ("ana", "luis", "maria"))
    for visitor in (ana, luis):
        visitor.act("/boxes/A-01/lost", sequence="1", attempt="1", reason="Looked for at the school.")
    count_drawn(drawn)
    maria.act("/close")
    with drawn.journal.reading() as board:
        assert board.reports[0].lost == ("A-01",)
        assert board.reports[0].outcome is Outcome.FULL_COUNT
    maria.act("/full-count")
    with drawn.journal.reading() as board:
        assert board.is_full
        assert set(board.boxes) == set(drawn.case.frame.forms)
    give_out(maria)
    count_drawn(drawn)
    assert maria.act("/close").headers["location"] == "/audit/reports/2"
    assert "(every box)" in maria.get("/reports/2").text
    world, maker = made()
    papers, out = _papers(world.election), drawn.folder / OUT
    papers.draw((out / "round-1.note").read_bytes())
    first = {each.station for each in _report_of(out / "report-1.note").counts}
    for wave, number in ((first, 1), (set(drawn.case.frame.forms) - first, 2)):
        for station in sorted(wave):
            papers.count((out / f"count-{station}-1.note").read_bytes(), lambda code: maker.sheets[code].contests)
        papers.report((out / f"report-{number}.note").read_bytes())
    assert papers.reports[1].lost == ("A-01",)


def test_a_hot_audit_keeps_no_limit_and_has_one_round(tmp_path: Path) -> None:
    """A share of each centre is compared; its risk is said, what a sheet withholds is typed by nobody."""
    with at_table(tmp_path / "hot", method=Method.SHARE) as table:
        table.set_up()
        maria = table.signed_in("maria")
        maria.act("/draw")
        give_out(maria)
        with table.journal.reading() as board:
            withheld = {code: box.form.withheld for code, box in board.boxes.items()}
            assert {code[0] for code in board.boxes} == {"A", "B"}
        count_drawn(table, BEA=-1)
        page = maria.get("/progress").text
        assert "Risk now" in page
        assert "The limit that was promised" not in page
        maria.act("/close")
        assert "The boxes of the draw were compared" in maria.get("/reports/1").text
        maria.act("/draw")
        with table.journal.reading() as board:
            assert len(board.draws) == 1
            assert {code: count.withheld for code, count in board.counts.items()} == withheld
            assert board.reports[0].outcome is Outcome.COMPARED


def test_a_page_has_no_script_and_no_style_of_its_own(drawn: Table) -> None:
    """The strict policy holds on every page."""
    for name, paths in {"maria": ("/progress", "/boxes", "/boards"), "ana": ("/mine", "/boxes/A-01")}.items():
        visitor = drawn.signed_in(name)
        for path in paths:
            answer = visitor.get(path)
            assert "<script" not in answer.text
            assert "style=" not in answer.text
            assert "default-src 'none'" in answer.headers["content-security-policy"]


def test_the_same_form_sent_again_does_nothing_more(drawn: Table) -> None:
    """Neither a count typed twice nor a round drawn twice."""
    ana, maria = drawn.signed_in("ana"), drawn.signed_in("maria")
    page = ana.get("/boxes/A-01/type").text
    fields = {"form": hidden(page, "form"), "sequence": hidden(page, "sequence"), "attempt": hidden(page, "attempt")}
    for _ in range(2):
        ana.post("/boxes/A-01/type", **fields, **drawn.numbers("A-01"))
    maria.act("/draw")
    with drawn.journal.reading() as board:
        assert len(board.boxes["A-01"].entries) == 1
        assert len(board.draws) == 1


def test_signed_in_pages_speak_spanish_when_asked(table: Table) -> None:
    """The language is the reader's own."""
    maria = table.signed_in("maria")
    assert maria.act("/language", language="es", back="/progress").headers["location"] == "/audit/progress"
    assert '<html lang="es">' in maria.get("/progress").text


def test_the_keys_of_the_board_sign(drawn: Table) -> None:
    """Both that were given at the start; the place is the first."""
    note = (drawn.folder / OUT / "round-1.note").read_text()
    assert [f"— {each.name} " in note for each in BOARD] == [True, True, False]
    assert drawn.journal.place == MAIN
