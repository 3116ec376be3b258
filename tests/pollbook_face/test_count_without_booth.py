"""After closing: a booth that comes back with a voter in it, and one that does not come back at all."""

from starlette.testclient import TestClient
from tests.pollbook_face.day_scene import CLOSING_HOUR, ClosingProcess, DayScene
from tests.pollbook_face.test_closing import CARDS, day_of, signed
from tests.pollbook_face.test_exceptions import stranded
from tests.pollbook_face.test_settled_booth import back, settle

from urna.election.outcomes import Ending
from urna.election.statement import PollBookStatement
from urna.encoding.document import read_document
from urna.station.day import Day


def closed_without_booth() -> tuple[DayScene, TestClient]:
    """Closed and stated, after booth 1 was settled with a voter in it; no booth answers."""
    scene = DayScene(None, is_open=True)
    client, _ = stranded(scene)
    settle(scene, client, is_off="true")
    scene.booths[2].answers = True
    scene.moment = CLOSING_HOUR
    client.get("/closing")
    signed(scene, client, 1)
    assert day_of(scene) is Day.CLOSED
    return scene, client


def test_a_booth_that_comes_back_with_its_voter_after_closing_is_settled_and_counted() -> None:
    """The count says who is to decide; the decision was counted when it was made, as the statement has it."""
    scene, client = closed_without_booth()
    scene.booths[1].answers = True
    page = scene.post(client, "/closing/count", **CARDS)
    assert not ClosingProcess(scene).is_counted()
    assert "The president settles it: Attend, beside the booth." in page
    assert "look-1" in page
    settle(scene, client)
    assert (scene.booths[1].state, scene.book.counts().doubtful_decisions) == ("waiting", 1)
    client.get("/closing")
    page = scene.post(client, "/closing/count", **CARDS)
    assert ClosingProcess(scene).is_counted()
    assert '"/closing/sheet"' in page
    statement = read_document(scene.statement, PollBookStatement)
    assert (statement.doubtful_decisions, statement.endings[Ending.FAILURE]) == (1, 1)


def test_a_vote_that_comes_after_the_statement_is_counted_beside_it() -> None:
    """The sheet has the ballot, the statement the failure, and the closing says that they differ."""
    scene, client = closed_without_booth()
    scene.booths[1].vote()
    back(scene)
    assert (scene.book.counts().late_votes, scene.book.counts().endings[Ending.CAST]) == (1, 0)
    scene.post(client, "/closing/count", **CARDS)
    assert sum(booth.cast for booth in ClosingProcess(scene).sheet().booths) == 1
    assert read_document(scene.statement, PollBookStatement).endings[Ending.CAST] == 0
    assert "more ballots cast than people who voted: 1" in client.get("/closing").text


def test_a_vote_that_comes_between_closing_and_statement_is_cast() -> None:
    """Nothing is signed yet: the statement agrees with the box."""
    scene = DayScene(None, is_open=True)
    client, _ = stranded(scene)
    settle(scene, client, is_off="true")
    scene.booths[2].answers = True
    scene.moment = CLOSING_HOUR
    client.get("/closing")
    scene.post(client, "/closing/close")
    scene.booths[1].vote()
    back(scene)
    for _ in range(2):
        scene.post(client, "/closing/signatures", count="1")
    assert read_document(scene.statement, PollBookStatement).endings[Ending.CAST] == 1


def test_a_booth_that_stays_lost_after_closing_leads_on_to_the_count_by_hand() -> None:
    """The step says which booth and why, as long as it is so; from there two clicks lead to the hand count."""
    scene, client = closed_without_booth()
    scene.post(client, "/closing/count", **CARDS)
    page = client.get("/closing").text
    assert "Booth 1: It does not let go of its memory, and the sheet needs the memories of all booths." in page
    assert "Look whether the booth is on." in page
    assert 'href="/contingency/case/count_stopped"' in page
    case = client.get("/contingency/case/count_stopped").text
    assert "count the slips of the box by hand" in case
    assert "It goes to the centre" in case
    assert "Why by hand" in scene.post(client, "/contingency/paper")
    assert 'href="/contingency/hand-count"' in client.get("/contingency/case/count_stopped").text


def test_a_booth_that_answers_again_after_closing_is_counted() -> None:
    """Put on again without its voter, or its memory in a spare; nothing is left of what stood in the way."""
    scene, client = closed_without_booth()
    scene.post(client, "/closing/count", **CARDS)
    scene.booths[1].answers = True
    settle(scene, client)
    assert "count_stopped" in client.get("/closing").text
    page = scene.post(client, "/closing/count", **CARDS)
    assert '"/closing/sheet"' in page
    assert "count_stopped" not in page
    assert ClosingProcess(scene).is_counted()
