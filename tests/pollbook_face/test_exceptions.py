"""The president's exceptions: admitted without a match, let in again, a doubtful pair settled."""

import pytest
from starlette.testclient import TestClient
from tests.pollbook.world import CENTRE, Drawn
from tests.pollbook_face.scene import PINS, PRESIDENT_FINGER, Scene, with_fingers

from urna.biometrics.capture import Extraction
from urna.election.outcomes import Ending, Outcome, OverrideReason
from urna.roll.elector import Elector
from urna.station.activation import Armed, Free
from urna.station.cards import Role
from urna.station.codes import make_codes
from urna.station.event_words import LogEvent
from urna.station.people import check_may_close
from urna.station.telephone import answer_challenge
from urna.web.pollbook.override import code_said

MEMBERS = {
    "stick": "secretary.urna-card",
    "pin": PINS[Role.SECRETARY],
    "second_stick": "member.urna-card",
    "second_pin": PINS[Role.MEMBER],
}


def asked(scene: Scene) -> tuple[TestClient, Elector]:
    """Somebody without fingers that can be read, before the president."""
    client, elector = scene.unlocked(), with_fingers(scene)[0]
    scene.post(client, "/people/find", words=elector.number)
    scene.post(client, "/people/no-fingers")
    return client, elector


def test_the_presidents_finger_and_a_code_admit() -> None:
    """Reason, code, finger: three steps, one durable act."""
    scene = Scene()
    client, elector = asked(scene)
    page = scene.post(client, "/override", reason="document_checked", code=scene.world.sheet.codes[0])
    assert "The president lays a finger" in page
    scene.laid.append(Extraction(PRESIDENT_FINGER, 60))
    page = scene.post(client, "/authorize/finger")
    assert "Admitted." in page
    counts = scene.book.counts()
    assert (counts.identified[Outcome.NO_FINGERS], counts.overrides[OverrideReason.DOCUMENT_CHECKED]) == (1, 1)
    assert counts.lines_used == (1,)
    assert scene.book.find(elector.number).mark.is_admitted


def test_another_finger_is_not_the_presidents() -> None:
    """The code is not used up, and the exception still waits."""
    scene = Scene()
    client, elector = asked(scene)
    scene.post(client, "/override", reason="document_checked", code=scene.world.sheet.codes[0])
    scene.lay(elector)
    page = scene.post(client, "/authorize/finger")
    assert "let two members authorize" in page
    assert scene.book.counts().lines_used == ()
    assert "Admitted." in scene.post(client, "/authorize/members", **MEMBERS)


@pytest.mark.parametrize("has_president", [True, False])
def test_two_members_authorize_with_cards_and_pins(has_president: bool) -> None:
    """Without the president's fingers it is the only way, and the primary one."""
    scene = Scene(has_president=has_president)
    client, _ = asked(scene)
    page = scene.post(client, "/override", reason="finger_injured", code=scene.world.sheet.codes[3])
    assert ("The president lays a finger" in page) is has_president
    assert "Admitted." in scene.post(client, "/authorize/members", **MEMBERS)


def test_wrong_pins_of_an_authorization_are_counted_like_all_others() -> None:
    """Three of them lock the card; nothing of it is in the event log, whose time would be the elector's."""
    scene = Scene()
    client, _ = asked(scene)
    scene.post(client, "/override", reason="finger_injured", code=scene.world.sheet.codes[3])
    before = len(scene.log.entries)
    for _ in range(3):
        scene.post(client, "/authorize/members", **{**MEMBERS, "second_pin": "111112"})
    assert "locked" in scene.post(client, "/authorize/members", **MEMBERS)
    assert len(scene.log.entries) == before
    assert not scene.book.counts().lines_used


def test_two_cards_of_one_member_authorize_nothing() -> None:
    """Two people stand behind an exception."""
    scene = Scene()
    client, _ = asked(scene)
    scene.post(client, "/override", reason="finger_injured", code=scene.world.sheet.codes[3])
    twice = {**MEMBERS, "second_stick": MEMBERS["stick"], "second_pin": MEMBERS["pin"]}
    assert "two different people" in scene.post(client, "/authorize/members", **twice)


def test_a_slip_in_a_code_is_seen_while_it_is_typed_and_is_not_counted() -> None:
    """Whether the code is right is not said."""
    scene = Scene()
    client, _ = asked(scene)
    code = scene.world.sheet.codes[0]
    slip = code[:-1] + ("2" if code[-1] != "2" else "3")
    assert "7 of 12" in str(code_said(code[:8]))
    assert "Complete: line 1" in str(code_said(code.lower()))
    assert "slip" in client.post("/override/code", data={"code": slip}).text
    assert "slip" in scene.post(client, "/override", reason="finger_injured", code=slip)
    assert scene.book.counts().wrong_codes == 0
    foreign = make_codes(scene.world.election.identity, "S2", 1, Drawn("foreign"), scene.world.sheet.hashes.cost)
    scene.post(client, "/override", reason="finger_injured", code=foreign.codes[0])
    assert "wrong codes are counted" in scene.post(client, "/authorize/members", **MEMBERS)
    assert scene.book.counts().wrong_codes == 1


def test_a_used_code_is_refused_before_anybody_authorizes() -> None:
    """The next line is asked for."""
    scene = Scene()
    client, _ = asked(scene)
    scene.post(client, "/override", reason="finger_injured", code=scene.world.sheet.codes[0])
    scene.post(client, "/authorize/members", **MEMBERS)
    scene.post(client, "/people/leave")
    scene.post(client, "/people/find", words=with_fingers(scene)[1].number)
    scene.post(client, "/people/no-fingers")
    page = scene.post(client, "/override", reason="finger_injured", code=scene.world.sheet.codes[0])
    assert "Take the next line of the sheet." in page


def test_the_centre_admits_by_telephone() -> None:
    """A challenge is shown, its response is typed, two members authorize."""
    scene = Scene()
    client, elector = asked(scene)
    page = scene.post(client, "/override/telephone/call")
    shown = page.split('class="challenge" lang="en">')[1].split("<")[0]
    response = answer_challenge(CENTRE, scene.world.election.identity, "S1", shown)
    scene.post(client, "/override/telephone", reason="reader_failed", response=response)
    assert "Admitted." in scene.post(client, "/authorize/members", **MEMBERS)
    assert scene.book.counts().telephone_codes_used == 1
    assert scene.book.find(elector.number).mark.is_admitted


def test_an_exception_that_nobody_authorizes_is_not_done() -> None:
    """The person is still before the president."""
    scene = Scene()
    client, elector = asked(scene)
    scene.post(client, "/override", reason="document_checked", code=scene.world.sheet.codes[0])
    assert elector.name in scene.post(client, "/authorize/cancel")
    scene.post(client, "/authorize/members", **MEMBERS)
    assert not scene.book.find(elector.number).mark.is_admitted


def test_who_left_the_booth_without_a_vote_is_let_in_again_once() -> None:
    """Ended by a worker, readmitted by two members, sent to a booth again."""
    scene = Scene()
    client, elector = scene.unlocked(), with_fingers(scene)[0]
    scene.admit(client, elector)
    scene.post(client, "/people/activate", booth="1")
    scene.booths[1].booth.expire()
    scene.desk.watch.look()
    assert "the time is over" in client.get("/booths/panel").text
    assert "More time" in scene.post(client, "/booths/look", booth="1")
    scene.post(client, "/booth/end", ending="left")
    assert scene.book.counts().endings[Ending.LEFT] == 1
    scene.post(client, "/people/find", words=elector.number)
    scene.post(client, "/readmit")
    assert "Admitted." in scene.post(client, "/authorize/members", **MEMBERS)
    scene.post(client, "/people/activate", booth="2")
    assert isinstance(scene.book.slot(2), Armed)
    assert scene.book.counts().readmitted == 1
    scene.post(client, "/people/find", words=elector.number)
    scene.post(client, "/readmit")
    assert "nobody is let in twice without such a case" in scene.post(client, "/authorize/members", **MEMBERS)


def test_an_expired_voter_gets_more_time() -> None:
    """The booth goes on where it was."""
    scene = Scene()
    client = scene.unlocked()
    scene.admit(client, with_fingers(scene)[0])
    scene.post(client, "/people/activate", booth="1")
    scene.booths[1].booth.expire()
    scene.post(client, "/booths/look", booth="1")
    scene.post(client, "/booth/time")
    assert scene.booths[1].booth.state == "choosing"


def test_a_poll_worker_casts_nobodys_vote() -> None:
    """`cast` is no ending that the desk can give."""
    scene = Scene()
    client = scene.unlocked()
    scene.admit(client, with_fingers(scene)[0])
    scene.post(client, "/people/activate", booth="1")
    scene.post(client, "/booths/look", booth="1")
    assert "Only the voter casts a vote." in scene.post(client, "/booth/end", ending="cast")
    assert scene.book.counts().endings[Ending.CAST] == 0


def test_an_activation_that_a_pulled_cable_interrupted_is_done_again_and_counted_once() -> None:
    """The person is not on the screen any more; the booth's own button goes on."""
    scene = Scene()
    client, elector = scene.unlocked(), with_fingers(scene)[0]
    scene.admit(client, elector)
    scene.booths[1].pulled = True
    page = scene.post(client, "/people/activate", booth="1")
    assert "Look whether the booth is on." in page
    assert elector.name not in page
    scene.booths[1].pulled = False
    assert "Activate again" in client.get("/booths/panel").text
    scene.post(client, "/booths/again", booth="1")
    assert scene.booths[1].booth.state == "choosing"
    assert scene.book.counts().activations == 1


def test_a_pair_that_no_crash_leaves_is_settled_by_the_president() -> None:
    """Counted as a doubtful decision; the booth is free afterwards."""
    scene = Scene()
    client = scene.unlocked()
    scene.admit(client, with_fingers(scene)[0])
    scene.post(client, "/people/activate", booth="1")
    scene.book.end(1, Ending.LEFT)  # as if another medium had been put in
    scene.desk.watch.look()
    assert "booth disagree" in client.get("/booths/panel").text
    scene.post(client, "/booths/look", booth="1")
    scene.post(client, "/booth/settle")
    scene.post(client, "/authorize/members", **MEMBERS)
    assert scene.book.counts().doubtful_decisions == 1
    assert scene.booths[1].booth.state == "waiting"


def test_a_booth_that_is_lost_and_found_is_in_the_log_and_in_the_panel() -> None:
    """Once each, however often it is asked."""
    scene = Scene()
    client = scene.unlocked()
    scene.booths[2].answers = False
    for _ in range(3):
        scene.desk.watch.look()
    assert "does not answer" in client.get("/booths/panel").text
    scene.booths[2].answers = True
    scene.desk.watch.look()
    found = [each.event for each in scene.log.entries if each.event in {LogEvent.BOOTH_LOST, LogEvent.BOOTH_BACK}]
    assert found == [LogEvent.BOOTH_LOST, LogEvent.BOOTH_BACK]


def test_nobody_is_sent_to_a_booth_without_paper() -> None:
    """The panel says what to do."""
    scene = Scene()
    client = scene.unlocked()
    scene.booths[1].printer = "out_of_paper"
    scene.desk.watch.look()
    page = scene.admit(client, with_fingers(scene)[0])
    assert "put in a new roll" in page
    assert "Activate booth 1" not in page
    assert "Activate booth 2" in page


@pytest.mark.parametrize("waits", [False, True])
def test_a_page_from_before_the_paper_ran_out_sends_nobody_there(waits: bool) -> None:
    """Neither the person at the table nor the next of the queue; with a new roll both buttons work again."""
    scene = Scene()
    client = scene.unlocked()
    scene.admit(client, with_fingers(scene)[0])
    if waits:
        scene.post(client, "/people/leave")
    style = next(style for style, count in scene.desk.poll_book.counts().waiting.items() if count)
    form = ("/booths/send", {"booth": "1", "style": style}) if waits else ("/people/activate", {"booth": "1"})
    scene.booths[1].printer = "out_of_paper"
    page = scene.post(client, form[0], **form[1])
    assert "a booth with paper" in page
    assert isinstance(scene.desk.poll_book.slot(1), Free)
    scene.booths[1].printer = "ready"
    scene.desk.watch.look()
    scene.post(client, form[0], **form[1])
    assert isinstance(scene.desk.poll_book.slot(1), Armed)


def stranded(scene: Scene) -> tuple[TestClient, Elector]:
    """Somebody at booth 1, which does not answer any more."""
    client, elector = scene.unlocked(), with_fingers(scene)[0]
    scene.admit(client, elector)
    scene.post(client, "/people/activate", booth="1")
    for booth in scene.booths.values():
        booth.answers = False
    scene.desk.watch.look()
    return client, elector


def test_a_voter_at_a_booth_that_does_not_go_on_is_let_in_again_by_the_president() -> None:
    """The open activation ends as a failure, a counted decision; the day can be closed afterwards."""
    scene = Scene()
    client, elector = stranded(scene)
    panel = client.get("/booths/panel").text
    assert "look-1" in panel
    assert "look-2" not in panel
    assert "Wait for the booth" in scene.post(client, "/booths/look", booth="1")
    scene.post(client, "/booth/settle", is_off="true")
    scene.post(client, "/authorize/members", **MEMBERS)
    counts = scene.book.counts()
    assert (counts.doubtful_decisions, counts.endings[Ending.FAILURE]) == (1, 1)
    check_may_close(counts)
    scene.post(client, "/people/find", words=elector.number)
    scene.post(client, "/readmit")
    assert "Admitted." in scene.post(client, "/authorize/members", **MEMBERS)


def test_a_booth_that_comes_back_after_the_presidents_decision_is_settled_too() -> None:
    """Its voter's activation ends there as it ended in the poll book; ending and decision are counted once."""
    scene = Scene()
    client, _ = stranded(scene)
    for answers in (False, True):
        scene.booths[1].answers = answers
        scene.desk.watch.look()
        scene.post(client, "/booths/look", booth="1")
        scene.post(client, "/booth/settle", is_off="true")
        scene.post(client, "/authorize/members", **MEMBERS)
    counts = scene.book.counts()
    assert (counts.activations, counts.endings[Ending.FAILURE], counts.doubtful_decisions) == (1, 1, 1)
    assert scene.booths[1].booth.state == "waiting"


def test_nothing_is_decided_at_a_booth_that_is_silent_without_a_voter() -> None:
    """The president's authorization is not used up, and nothing is counted."""
    scene = Scene()
    client, _ = stranded(scene)
    scene.post(client, "/booths/look", booth="2")
    scene.post(client, "/booth/settle")
    scene.post(client, "/authorize/members", **MEMBERS)
    assert scene.book.counts().doubtful_decisions == 0
