"""A booth that the president settled without its answer, and what it holds when it comes back."""

import pytest
from starlette.testclient import TestClient
from tests.pollbook.world import president
from tests.pollbook_face.day_scene import DayScene
from tests.pollbook_face.scene import Scene, with_fingers
from tests.pollbook_face.test_exceptions import MEMBERS, stranded

from urna.election.outcomes import Ending
from urna.errors import OutOfOrder
from urna.roll.elector import Elector
from urna.station.activation import Resolution
from urna.station.buckets import counts_of
from urna.station.event_words import LogEvent
from urna.station.link import Condition, Stage
from urna.web.pollbook.booth_views import view_of
from urna.web.pollbook.desk import READ_SECONDS


def settle(scene: Scene, client: TestClient, **fields: str) -> str:
    """The president settles booth 1, as two members authorize it."""
    scene.desk.watch.look()
    scene.post(client, "/booths/look", booth="1")
    scene.post(client, "/booth/settle", **fields)
    return scene.post(client, "/authorize/members", **MEMBERS)


def readmit(scene: Scene, client: TestClient, elector: Elector) -> str:
    """Two members let somebody in again."""
    scene.post(client, "/people/find", words=elector.number)
    scene.post(client, "/readmit")
    return scene.post(client, "/authorize/members", **MEMBERS)


def back(scene: Scene) -> None:
    """The cable comes back, and the clock goes on until the booth's ending is recorded by itself."""
    scene.booths[1].answers = True
    for _ in range(2):
        scene.desk.watch.look()
        scene.desk.go_on()
        scene.seconds += READ_SECONDS


def returns(scene: Scene) -> int:
    """How often the log says that a settled booth is back."""
    return sum(each.event is LogEvent.SETTLED_BOOTH_BACK for each in scene.log.entries)


def test_a_booth_is_settled_without_its_answer_only_when_somebody_says_that_it_is_off() -> None:
    """The page asks for it, and without it nothing waits for the president."""
    scene = Scene()
    client, _ = stranded(scene)
    assert 'name="is_off" value="true" required' in scene.post(client, "/booths/look", booth="1")
    assert "so that nobody goes on voting there" in scene.post(client, "/booth/settle")
    assert scene.desk.pending is None
    settle(scene, client, is_off="true")
    assert scene.book.counts().doubtful_decisions == 1


def test_a_vote_at_a_settled_booth_is_cast_and_nobody_is_let_in_again_for_it() -> None:
    """It takes the failure's place, the log has the booth's return, and the next page says what to do."""
    scene = Scene()
    client, elector = stranded(scene)
    settle(scene, client, is_off="true")
    before = counts_of(scene.book.counts())
    scene.booths[1].vote()
    back(scene)
    counts = scene.book.counts()
    assert (counts.endings[Ending.CAST], counts.endings[Ending.FAILURE], counts.may_readmit) == (1, 0, 0)
    assert (counts.settled, counts.late_votes, scene.booths[1].state) == ((), 0, "waiting")
    assert all(after >= before[name] for name, after in counts_of(counts).items())
    assert returns(scene) == 1
    assert "Let nobody in again for it" in client.get("/people").text
    assert "Admitted." not in readmit(scene, client, elector)


def test_a_vote_that_comes_after_the_person_was_let_in_again_is_counted_apart() -> None:
    """The failure stays, since the person may vote for it; the closing says by how much ballots exceed people."""
    scene = DayScene(None, is_open=True)
    client, elector = stranded(scene)
    settle(scene, client, is_off="true")
    assert "Admitted." in readmit(scene, client, elector)
    scene.booths[1].vote()
    back(scene)
    counts = scene.book.counts()
    assert (counts.endings[Ending.CAST], counts.endings[Ending.FAILURE], counts.may_readmit) == (0, 1, 0)
    assert counts.late_votes == 1
    page = client.get("/closing").text
    assert "Ballots and people will differ by one" in page
    assert "more ballots cast than people who voted: 1" in page


def test_an_end_without_a_vote_at_a_settled_booth_leaves_the_decision_as_it_is() -> None:
    """The booth is free, the failure stays, and the person may be let in again."""
    scene = Scene()
    client, elector = stranded(scene)
    settle(scene, client, is_off="true")
    scene.booths[1].end(Ending.LEFT)
    back(scene)
    counts = scene.book.counts()
    assert (counts.endings[Ending.FAILURE], counts.endings[Ending.LEFT], counts.may_readmit) == (1, 0, 1)
    assert (counts.settled, scene.booths[1].state, returns(scene)) == ((), "waiting", 1)
    assert "Admitted." in readmit(scene, client, elector)


@pytest.mark.parametrize("is_recorded", [False, True])
def test_a_poll_book_that_is_killed_beside_a_settled_booth_counts_its_vote_once(is_recorded: bool) -> None:
    """Before the vote is recorded the medium still has that the booth was settled; afterwards that it is recorded."""
    scene = Scene()
    client, _ = stranded(scene)
    settle(scene, client, is_off="true")
    scene.booths[1].vote()
    if is_recorded:
        scene.book.end(1, Ending.CAST)
    killed = scene.world.reopened(type(scene.medium)(scene.medium.raw()))
    assert killed.is_settled(1) is not is_recorded
    for _ in range(2):
        killed.end(1, Ending.CAST)
    counts = killed.counts()
    assert (counts.endings[Ending.CAST], counts.endings[Ending.FAILURE], counts.corrected) == (1, 0, 1)


def test_the_next_voter_at_a_booth_ends_what_was_settled_there() -> None:
    """A booth that came back free is armed anew, and that activation ends as itself."""
    scene = Scene()
    client, elector = stranded(scene)
    settle(scene, client, is_off="true")
    scene.booths[1].end(Ending.FAILURE)
    scene.booths[1].acknowledge()  # as a machine that was made ready anew
    scene.booths[1].answers = True
    readmit(scene, client, elector)
    scene.post(client, "/people/activate", booth="1")
    assert not scene.book.is_settled(1)
    scene.booths[1].vote()
    assert scene.desk.station.recover(1) is Resolution.READY
    counts = scene.book.counts()
    assert (counts.endings[Ending.CAST], counts.endings[Ending.FAILURE], counts.corrected) == (1, 1, 0)


def test_a_voter_whose_booth_has_another_memory_now_is_let_in_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """A spare that was never zeroed takes no vote: what was open there is the president's decision."""
    scene = DayScene(None, is_open=True)
    client, elector = scene.unlocked(), with_fingers(scene)[0]
    scene.admit(client, elector)
    scene.post(client, "/people/activate", booth="1")
    spare = Condition(stage=Stage.SEALED, presence=scene.day_booths[2].condition().presence)
    monkeypatch.setattr(scene.day_booths[1], "condition", lambda: spare)
    scene.desk.watch.look()
    assert view_of(scene.desk, 1).is_stranded
    settle(scene, client, is_off="true")
    assert scene.book.counts().doubtful_decisions == 1
    assert "Admitted." in readmit(scene, client, elector)


def test_a_settled_booth_is_not_settled_twice() -> None:
    """What is free in the poll book is not ended without the booth's answer."""
    scene = Scene()
    client, _ = stranded(scene)
    settle(scene, client, is_off="true")
    with pytest.raises(OutOfOrder):
        scene.desk.station.settle_without_booth(1, president())
