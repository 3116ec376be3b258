"""Signing in at the poll book."""

from tests.pollbook_face.scene import Scene

from urna.web.pollbook.access import Worker


def test_two_cards_open_the_poll_book() -> None:
    """One waits for the other; the second one is signed in."""
    scene = Scene()
    client = scene.client()
    assert "second card" in scene.give(client, Worker.SECRETARY)
    assert scene.log.lines == []
    assert "President" in scene.give(client, Worker.PRESIDENT)
    assert scene.desk.is_unlocked
    assert scene.desk.who() is Worker.PRESIDENT
