"""An audit of single slips by its pages: typed slip by slip, compared as sums; only the round's leave the place."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from tests.verify.audited_world import BOARD
from tests.web.audit.audit_scene import PEOPLE, Table, Visitor, at_table, made, piles

from urna.audit.board_acts import AuditRole, Slip
from urna.audit.board_box import Stage
from urna.audit.board_pull import Pull
from urna.audit.report import Outcome
from urna.audit.seed import Method
from urna.audit.slip_reading import SlipReading
from urna.encoding.document import open_document
from urna.record.audit_papers import AuditPapers
from urna.storage.audit_out import OUT
from urna.web.audit.access import ANYBODY, ROUTES
from urna.web.audit.slip_form import NO_VOTE, mark_field, missing_field

TURN = {"round": "1", "attempt": "1"}


@pytest.fixture
def drawn(tmp_path: Path) -> Iterator[Table]:
    """With everybody; the first round is drawn, and its boxes are with the boards: A's with T1, B's with T2."""
    with at_table(tmp_path / "audit", method=Method.POLLING) as table:
        table.set_up()
        maria = table.signed_in("maria")
        maria.act("/draw")
        give_out(maria)
        yield table


def give_out(maria: Visitor) -> None:
    """Every box of the round."""
    with maria.table.journal.reading() as board:
        stations = list(board.work)
    for board_code, centre in (("T1", "A"), ("T2", "B")):
        maria.act("/assign", board=board_code, station=[each for each in stations if each.startswith(centre)])


def people_of(station: str) -> tuple[str, str]:
    """Who reads it."""
    return ("ana", "luis") if station.startswith("A") else ("jose", "eva")


def read_drawn(table: Table) -> None:
    """Both of each board say of every open box what its pile says; whoever did already does not again."""
    with table.journal.reading() as board:
        work = [each for each in board.open_work if isinstance(each, Pull)]
    for pull in work:
        for person in people_of(pull.station):
            if person not in {each.person for each in pull.entries}:
                table.journal.do(person, table.entered(pull.station), table.clock().moment)


def type_drawn(table: Table) -> None:
    """The same by the pages."""
    visitors = {name: table.signed_in(name) for name in ("ana", "luis", "jose", "eva")}
    with table.journal.reading() as board:
        stations = [each.station for each in board.open_work]
    for station in stations:
        for person in people_of(station):
            answer = visitors[person].type_slips(station)
            assert answer.status_code == 303, answer.text


def test_two_rounds_end_confirmed_and_the_record_takes_what_was_written(drawn: Table) -> None:
    """Round, sums and report, twice; by the rules of the record, with two of the board's signatures."""
    maria, out = drawn.signed_in("maria"), drawn.folder / OUT
    maria.act("/close")
    assert not (out / "report-1.note").exists()
    type_drawn(drawn)
    assert maria.act("/close").headers["location"] == "/audit/reports/1"
    assert "Go on: not enough is read yet" in maria.get("/reports/1").text
    maria.act("/draw")
    give_out(maria)
    read_drawn(drawn)
    maria.act("/close")
    page = maria.get("/reports/2").text
    assert "The audit may stop" in page
    assert "190 draws of single slips" in page
    with drawn.journal.reading() as board:
        assert [each.outcome for each in board.reports] == [Outcome.GO_ON, Outcome.CONFIRMED]
        assert [each.round for each in board.readings] == [1, 2]
    papers = _papers()
    for number in (1, 2):
        assert papers.draw((out / f"round-{number}.note").read_bytes()) == f"audits/RLA-1/round-{number}.note"
        assert papers.read((out / f"reading-{number}.note").read_bytes()) == f"audits/RLA-1/reading-{number}.note"
        assert papers.report((out / f"report-{number}.note").read_bytes()) == f"audits/RLA-1/report-{number}.note"
    assert maria.get("/reports/2/reading").content == (out / "reading-2.note").read_bytes()


def _papers() -> AuditPapers:
    world = made(Method.POLLING)[0]
    papers = AuditPapers(world.election)
    files = {name: world.files[f"audits/RLA-1/{name}.note"] for name in ("commitment", "manifest", "seed")}
    papers.commit(files["commitment"], files["manifest"], None)
    papers.roll(files["seed"])
    return papers


def _reading(table: Table, number: int = 1) -> SlipReading:
    data = (table.folder / OUT / f"reading-{number}.note").read_bytes()
    return open_document(data, SlipReading, [each.verifier for each in BOARD], 2)


def test_the_sums_are_those_of_the_slips_a_slip_drawn_twice_counting_twice(drawn: Table) -> None:
    """Counted here by hand from the piles."""
    with drawn.journal.reading() as board:
        pulls = [pull for pull in board.pulls.values() if pull.station.startswith("A")]
    assert any(slip.draws > 1 for pull in pulls for slip in pull.slips)
    read_drawn(drawn)
    drawn.signed_in("maria").act("/close")
    (sums,) = _reading(drawn).contests
    slips = [(piles()[pull.station], slip) for pull in pulls for slip in pull.slips]
    there = [(pile[slip.position - 1]["NOM-1"], slip.draws) for pile, slip in slips if slip.position <= len(pile)]
    for each in sums.options:
        expected = sum(draws for marks, draws in there if _is_valid(marks) and each.option in marks)
        assert each.draws == expected, each.option
    assert sums.not_found == sum(slip.draws for pile, slip in slips if slip.position > len(pile))
    assert sums.without_vote == sum(draws for marks, draws in there if not _is_valid(marks))


def _is_valid(marks: frozenset[str]) -> bool:
    """Two cards of ANA together are one choice twice."""
    return bool(marks) and not {"ANA", "ANA-BIS"} <= marks


def test_only_the_sums_of_the_round_leave_the_place(drawn: Table) -> None:
    """No number of a box is in a note, nor on any page of anybody, before the round is closed and after."""
    visitors = {name: drawn.signed_in(name) for name in ("maria", "ana", "luis")}
    read_drawn(drawn)
    for path in ("/slips/A-01", "/boxes", "/progress", "/differences", "/mine"):
        for visitor in visitors.values():
            assert 'class="number">' not in visitor.get(path).text.partition("<h2>Boards")[0], path
    visitors["maria"].act("/close")
    with drawn.journal.reading() as board:
        assert all(each.agreed is None and each.entries == () for each in board.pulls.values())
    notes = {each.name for each in (drawn.folder / OUT).iterdir()}
    assert notes == {"round-1.note", "reading-1.note", "report-1.note"}
    assert _reading(drawn).typed_by == ("Ana Sol", "Eva Luz", "José Río", "Luis Mar")
    assert b"A-01" not in (drawn.folder / OUT / "reading-1.note").read_bytes()


def test_the_list_to_fetch_names_each_place_once_ascending_with_how_often_it_was_drawn(drawn: Table) -> None:
    """By box."""
    page = drawn.signed_in("maria").get("/retrieval").text
    with drawn.journal.reading() as board:
        pulls = dict(board.pulls)
    for station, pull in pulls.items():
        after = page.partition(f"<h3>{station} ")[2].partition("</ol>")[0]
        shown = [each.partition("</b>")[0] for each in after.split("<li><b>")[1:]]
        assert shown == [str(slip.position) for slip in pull.slips]
        assert after.count("×2") == sum(slip.draws == 2 for slip in pull.slips)
        assert list(pull.slips) == sorted(pull.slips, key=lambda slip: slip.position)


def test_a_slip_read_otherwise_is_caught_by_line_and_both_type_anew(drawn: Table) -> None:
    """The counters read which lines it is, and no number; the coordinator neither."""
    ana, luis, maria = (drawn.signed_in(name) for name in ("ana", "luis", "maria"))
    with drawn.journal.reading() as board:
        position = _with_cai(board.pulls["A-01"].slips)
    ana.type_slips("A-01")
    luis.type_slips("A-01", swapped=position)
    for visitor in (ana, luis, maria):
        page = visitor.get("/slips/A-01").text
        assert "<strong>CAI</strong>" in page
        assert "<strong>Without a valid vote</strong>" in page
        assert "<strong>BEA</strong>" not in page
        assert 'class="number"' not in page
    ana.act("/slips/A-01/again", **TURN)
    for visitor in (luis, ana):
        visitor.type_slips("A-01")
    with drawn.journal.reading() as board:
        pull = board.pulls["A-01"]
    assert (pull.stage, pull.attempt, pull.typed_by) == (Stage.COUNTED, 2, ("Luis Mar", "Ana Sol"))


def _with_cai(slips: Sequence[Slip]) -> int:
    """The first place of a slip that marks CAI."""
    pile = piles()["A-01"]
    positions = [slip.position for slip in slips]
    return next(each for each in positions if each <= len(pile) and "CAI" in pile[each - 1]["NOM-1"])


def test_nobody_sees_what_the_first_person_typed(drawn: Table) -> None:
    """Neither the other counter's form nor any page chooses anything."""
    ana, luis, maria = (drawn.signed_in(name) for name in ("ana", "luis", "maria"))
    ana.type_slips("A-01")
    form = luis.get("/slips/A-01/type").text
    assert " selected" not in form
    checked = form.count(" checked")
    with drawn.journal.reading() as board:
        pull = board.pulls["A-01"]
    assert checked == sum(slip.position > pull.form.papers for slip in pull.slips)
    assert "Typed once by Ana Sol" in maria.get("/slips/A-01").text.replace("\n", "")
    assert ana.get("/slips/A-01/type").status_code == 303


def test_the_coordinator_looks_at_the_slips_and_decides_and_a_counter_agrees(drawn: Table) -> None:
    """Not without a reason; then it stands under both names."""
    ana, luis, maria = (drawn.signed_in(name) for name in ("ana", "luis", "maria"))
    assert maria.get("/slips/A-01/decide").status_code == 303
    with drawn.journal.reading() as board:
        position = _with_cai(board.pulls["A-01"].slips)
    ana.type_slips("A-01", swapped=position)
    luis.type_slips("A-01")
    assert "what it says" in maria.get("/slips/A-01/decide").text
    assert maria.act("/slips/A-01/decide", **TURN, **drawn.slips("A-01")).status_code == 422
    reason = "The ink of one slip is pale; both looked."
    maria.act("/slips/A-01/decide", **TURN, **drawn.slips("A-01"), reason=reason)
    assert maria.act("/slips/A-01/agree", **TURN).status_code == 403
    luis.act("/slips/A-01/agree", **TURN)
    with drawn.journal.reading() as board:
        pull = board.pulls["A-01"]
    assert (pull.stage, pull.typed_by, pull.reason) == (Stage.COUNTED, ("María Paz", "Luis Mar"), reason)


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ([], "nothing is chosen"),
        (["NOBODY"], "nothing is chosen"),
        (["BEA", NO_VOTE], "no valid vote, and votes"),
        (["ANA", "BEA", "CAI"], "more votes than 2"),
        ("missing", "it is said not to be there"),
    ],
)
def test_a_slip_that_is_left_open_is_named_and_the_rest_is_not_lost(
    drawn: Table, values: list[str] | str, said: str
) -> None:
    """Nothing is kept; the page shows again what was chosen."""
    ana, fields = drawn.signed_in("ana"), drawn.slips("A-01")
    if isinstance(values, str):
        fields[missing_field(0)] = ["1"]
    else:
        fields[mark_field(0, 0)] = values
    answer = ana.act("/slips/A-01/type", **TURN, **fields)
    assert answer.status_code == 422
    with drawn.journal.reading() as board:
        pull = board.pulls["A-01"]
        assert pull.stage is Stage.WAITING
    assert f"Slip {pull.slips[0].position}" in answer.text
    assert said in answer.text
    assert answer.text.count('class="slip wrong"') == 1
    chosen = sum(len(each) for name, each in fields.items() if name != mark_field(0, 0))
    assert answer.text.count(" checked") >= chosen


def test_a_slip_that_is_not_there_is_not_found_and_counts_against_the_outcome(drawn: Table) -> None:
    """As often as it was drawn."""
    with drawn.journal.reading() as board:
        pull = board.pulls["A-02"]
    gone = [slip.position for slip in pull.slips][:2]
    for name in ("ana", "luis"):
        drawn.signed_in(name).type_slips("A-02", gone=gone)
    read_drawn(drawn)
    drawn.signed_in("maria").act("/close")
    (sums,) = _reading(drawn).contests
    beyond = _beyond(drawn)
    assert sums.not_found == beyond + sum(slip.draws for slip in pull.slips if slip.position in gone)


def _beyond(table: Table) -> int:
    with table.journal.reading() as board:
        pulls = [each for each in board.pulls.values() if each.station.startswith("A")]
    return sum(s.draws for each in pulls for s in each.slips if s.position > len(piles()[each.station]))


def test_a_form_of_very_many_slips_is_taken(drawn: Table) -> None:
    """As of a box of which hundreds were drawn, with many contests; what nobody asked for is not looked at."""
    more = {f"slip-{number}-0": "-" for number in range(1_000, 31_000)}
    answer = drawn.signed_in("ana").act("/slips/A-02/type", **TURN, **drawn.slips("A-02"), **more)
    assert answer.headers["location"] == "/audit/slips/A-02"
    with drawn.journal.reading() as board:
        assert len(board.pulls["A-02"].entries) == 1


def test_a_lost_box_has_none_of_its_slips(drawn: Table) -> None:
    """Two say so, with where they looked; the sums and the report name it."""
    ana, luis, maria = (drawn.signed_in(name) for name in ("ana", "luis", "maria"))
    ana.act("/slips/A-02/lost", **TURN, reason=" ")
    for visitor in (ana, luis):
        visitor.act("/slips/A-02/lost", **TURN, reason="Looked for at the school.")
    assert "Looked for at the school." in maria.get("/differences").text
    read_drawn(drawn)
    maria.act("/close")
    reading = _reading(drawn)
    assert (reading.lost, reading.reason) == (("A-02",), "Looked for at the school.")
    (sums,) = reading.contests
    with drawn.journal.reading() as board:
        draws = sum(pull.draws for pull in board.pulls.values() if pull.station.startswith("A"))
    assert sums.not_found == draws, "of so few slips that are left nothing is shown"
    with drawn.journal.reading() as board:
        assert board.reports[0].lost == ("A-02",)
    assert "A-02" in maria.get("/reports/1").text


def test_more_slips_than_there_may_be_ask_for_every_box_which_the_boards_then_count(drawn: Table) -> None:
    """Whole boxes, by the pages of any audit; the report is of the paper."""
    ana, luis, maria = (drawn.signed_in(name) for name in ("ana", "luis", "maria"))
    for visitor in (ana, luis):
        visitor.act("/slips/A-02/type", **TURN, **drawn.slips("A-02"), overfull="1")
    read_drawn(drawn)
    maria.act("/close")
    assert _reading(drawn).overfull == ("A-02",)
    assert "Every box has to be counted" in maria.get("/reports/1").text
    maria.act("/full-count")
    assert maria.get("/slips/A-01").headers["location"] == "/audit/boxes/A-01"
    assert maria.get("/slips/A-01/decide").status_code == 404
    give_out(maria)
    visitors = {name: drawn.signed_in(name) for name in ("ana", "luis", "jose", "eva")}
    for station in drawn.case.frame.forms:
        for person in people_of(station):
            assert visitors[person].type_box(station).status_code == 303
    assert maria.act("/close").headers["location"] == "/audit/reports/2"
    page = maria.get("/reports/2").text
    assert "(every box)" in page
    papers, out, sheets = _papers(), drawn.folder / OUT, made(Method.POLLING)[1].sheets
    for read, name in ((papers.draw, "round-1"), (papers.read, "reading-1"), (papers.report, "report-1")):
        read((out / f"{name}.note").read_bytes())
    for path in sorted(out.glob("count-*.note")):
        papers.count(path.read_bytes(), lambda station: sheets[station].contests)
    papers.report((out / "report-2.note").read_bytes())


def test_a_box_is_read_once_more_until_the_round_is_closed(drawn: Table) -> None:
    """By the coordinator's word; by nobody after the closing."""
    maria = drawn.signed_in("maria")
    read_drawn(drawn)
    assert "Read these slips once more" not in drawn.signed_in("ana").get("/slips/A-01").text
    maria.act("/slips/A-01/again", **TURN)
    with drawn.journal.reading() as board:
        assert board.pulls["A-01"].stage is Stage.WAITING
    maria.act("/close")
    with drawn.journal.reading() as board:
        assert board.reports == []
    read_drawn(drawn)
    maria.act("/close")
    maria.act("/slips/A-01/again", round="1", attempt="2")
    with drawn.journal.reading() as board:
        assert board.pulls["A-01"].stage is Stage.COUNTED


def test_a_counter_reaches_no_slips_of_another_board(drawn: Table) -> None:
    """Neither the page nor an act."""
    jose = drawn.signed_in("jose")
    for path in ("/slips/A-01", "/slips/A-01/type", "/slips/C-09"):
        assert jose.get(path).status_code == 404
    assert jose.type_slips("A-01").status_code == 404
    assert jose.act("/slips/A-01/lost", **TURN, reason="Not here.").status_code == 404
    jose.act("/slips/A-01/again", **TURN)
    with drawn.journal.reading() as board:
        assert board.pulls["A-01"].stage is Stage.WAITING


def test_every_route_of_slips_for_every_role_and_for_nobody(drawn: Table) -> None:
    """On an audit that has slips: to the sign-in without one, 403 with the other role."""
    visitors: dict[AuditRole | None, Visitor] = {None: drawn.browser()}
    visitors |= {PEOPLE[name][1]: drawn.signed_in(name) for name in ("maria", "ana")}
    routes = [each for each in ROUTES if each[1].startswith(("/slips", "/reports"))]
    assert len(routes) > 8
    for method, path in routes:
        place, allowed = path.format(station="A-01", number="1"), ROUTES[method, path]
        assert allowed != ANYBODY
        for role, visitor in visitors.items():
            if method == "GET":
                answer = visitor.get(place)
            else:
                answer = visitor.act(place, round="9", attempt="9") if role else visitor.post(place)
            where = f"{method} {path} for {role}: {answer.status_code}"
            if role is None:
                assert (answer.status_code, answer.headers["location"]) == (303, "/audit/sign-in"), where
            else:
                assert answer.status_code in ({200, 303, 404, 422} if role in allowed else {403}), where


def test_the_same_form_sent_again_does_nothing_more(drawn: Table) -> None:
    """Slips typed twice by one person are typed once."""
    ana = drawn.signed_in("ana")
    for _ in range(2):
        ana.type_slips("A-01")
    with drawn.journal.reading() as board:
        assert len(board.pulls["A-01"].entries) == 1


def test_what_was_acknowledged_is_there_after_a_kill(drawn: Table) -> None:
    """Another process reads the folder as it lies; what was not written out yet is written when it starts."""
    drawn.signed_in("ana").type_slips("A-01")
    with at_table(drawn.folder, method=Method.POLLING) as again, again.journal.reading() as board:
        assert board.pulls["A-01"].stage is Stage.TYPED_ONCE
    read_drawn(drawn)
    drawn.signed_in("maria").act("/close")
    note = drawn.folder / OUT / "reading-1.note"
    before = note.read_bytes()
    note.unlink()
    with at_table(drawn.folder, method=Method.POLLING):
        assert note.read_bytes() == before
