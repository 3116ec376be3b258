"""People at the poll book: looked up, identified, admitted, sent to a booth; refused a second time."""

import pytest
from tests.pollbook_face.scene import Scene, with_fingers, without_fingers

from urna.devices.reader import ReaderFailed, TryAgain
from urna.election.outcomes import Ending, Outcome
from urna.station.activation import Armed, Free
from urna.station.link import Presence
from urna.station.people import Companion, WithdrawalReason
from urna.words import Sentence


def test_a_person_is_found_by_number_with_or_without_the_letter_dots_and_capitals() -> None:
    """As cards are read out."""
    scene = Scene()
    client = scene.unlocked()
    elector = scene.elector()
    bare = elector.number.lstrip("VE-")
    for typed in (elector.number, elector.number.lower(), bare, f" {bare[:2]}.{bare[2:]} "):
        assert elector.name in scene.post(client, "/people/find", words=typed)
        scene.post(client, "/people/leave")


def test_a_person_is_found_by_the_beginnings_of_names_without_accents() -> None:
    """Every word must begin a word of the name; several people are listed, nobody is chosen."""
    scene = Scene()
    client = scene.unlocked()
    elector = scene.elector(3)
    page = scene.post(client, "/people/find", words=" ".join(each[:4] for each in elector.name.split()).upper())
    assert elector.name in page
    page = scene.post(client, "/people/find", words="zzzz")
    assert "Nobody here has this number or name" in page


def test_a_list_that_is_too_long_is_not_shown() -> None:
    """More letters are asked for."""
    scene = Scene()
    page = scene.post(scene.unlocked(), "/people/find", words=scene.elector().name[:1])
    assert "Type more of the name" in page or "Which of them?" in page
    assert scene.post(scene.unlocked(), "/people/find", words="").count("<li>") == 0


def test_a_match_admits_and_the_booth_is_ready() -> None:
    """Two touches after the name: the finger, the booth; then the screen is empty again."""
    scene = Scene()
    client = scene.unlocked()
    elector = with_fingers(scene)[0]
    page = scene.admit(client, elector)
    assert "Admitted." in page
    assert "Activate booth 1" in page
    assert elector.name in page
    page = scene.post(client, "/people/activate", booth="1")
    assert "Booth 1 is ready" in page
    assert elector.name not in page
    assert isinstance(scene.book.slot(1), Armed)
    assert scene.booths[1].condition().presence is Presence.VOTING


def test_a_foreign_finger_may_be_tried_again_and_then_goes_to_the_president() -> None:
    """The tries that are left are said; nobody is sent away by the machine."""
    scene = Scene()
    client = scene.unlocked()
    elector = with_fingers(scene)[0]
    scene.post(client, "/people/find", words=elector.number)
    left = len(elector.fingers) * scene.world.election.rules.fingers.tries
    for remaining in range(left - 1, 0, -1):
        scene.lay()
        page = scene.post(client, "/people/capture")
        assert "was not recognised" in page
        assert f"Tries left: {remaining}" in page
    scene.lay()
    page = scene.post(client, "/people/capture")
    assert "nobody is sent away by the machine" in page
    assert "/override" in page


@pytest.mark.parametrize(
    ("outcome", "path"),
    [(Outcome.NO_FINGERS, "/people/no-fingers"), (Outcome.POOR_IMAGE, "/people/no-image")],
)
def test_other_outcomes_lead_to_the_president(outcome: Outcome, path: str) -> None:
    """No finger that can be read, no image."""
    scene = Scene()
    client = scene.unlocked()
    elector = with_fingers(scene)[0]
    scene.post(client, "/people/find", words=elector.number)
    assert "The president decides" in scene.post(client, path)
    assert scene.book.find(elector.number).mark.outcome is outcome


def test_somebody_without_stored_fingers_goes_to_the_president_at_once() -> None:
    """One primary button, which says so."""
    scene = Scene()
    client = scene.unlocked()
    elector = without_fingers(scene)[0]
    page = scene.post(client, "/people/find", words=elector.number)
    assert "No fingerprint of this person is stored" in page
    assert page.count('class="primary"') + page.count("button primary") == 1
    assert "The president decides" in scene.post(client, "/people/no-image")
    assert scene.book.find(elector.number).mark.outcome is Outcome.NOTHING_STORED


def test_the_reader_says_what_it_wants_while_it_waits() -> None:
    """A finger that it wants again is not a try; one that does not come, nor a reader that fails, is none either."""
    scene = Scene()
    client = scene.unlocked()
    elector = with_fingers(scene)[0]
    scene.post(client, "/people/find", words=elector.number)
    parts = Sentence("an impression"), Sentence("half of one")
    scene.may_lay.clear()
    assert "flat on the reader" in scene.post(client, "/people/capture")
    assert client.get("/working").status_code == 204
    scene.laid += [TryAgain(*parts, Sentence("Move the finger up."))]
    scene.may_lay.set()
    scene.desk.work.wait(120)
    assert scene.desk.work.hint == Sentence("Move the finger up.")
    assert "Ask the elector to lay down a finger." in client.get("/").text
    scene.laid += [ReaderFailed(*parts, Sentence("Plug the reader in again."))]
    assert "Plug the reader in again." in scene.post(client, "/people/capture")
    assert scene.book.find(elector.number).mark.tries == 0


def test_a_capture_that_was_stopped_counts_nothing() -> None:
    """The finger comes too late."""
    scene = Scene()
    client = scene.unlocked()
    elector = with_fingers(scene)[0]
    scene.post(client, "/people/find", words=elector.number)
    scene.may_lay.clear()
    scene.post(client, "/people/capture")
    scene.post(client, "/people/capture/cancel")
    scene.lay(elector)
    scene.may_lay.set()
    scene.desk.work.wait(120)
    assert not scene.book.find(elector.number).mark.is_admitted


def test_who_was_admitted_is_refused_in_one_sentence_and_counted() -> None:
    """The page says that the person was there, not when."""
    scene = Scene()
    client = scene.unlocked()
    elector = with_fingers(scene)[0]
    scene.admit(client, elector)
    scene.post(client, "/people/activate", booth="1")
    page = scene.post(client, "/people/find", words=elector.number)
    assert "was admitted before. Nobody votes twice." in page
    page = scene.post(client, "/people/refuse")
    assert "Refused: this person was admitted before." in page
    assert scene.book.counts().refused_second_attempts == 1


def test_nobody_is_admitted_while_the_polls_are_not_open() -> None:
    """And the page says so before it is tried."""
    scene = Scene(is_open=False)
    client = scene.unlocked()
    assert "not open" in client.get("/people").text
    page = scene.admit(client, with_fingers(scene)[0])
    assert "Do the steps of the day in their order" in page
    assert sum(scene.book.counts().identified.values()) == 0


def test_a_companion_is_counted_once_by_kind_and_has_no_name() -> None:
    """The form asks for none."""
    scene = Scene()
    client = scene.unlocked()
    scene.admit(client, with_fingers(scene)[0])
    scene.post(client, "/people/companion", kind="blind")
    scene.post(client, "/people/companion", kind="blind")
    assert scene.book.counts().companions == {Companion.BLIND: 1, Companion.OTHER: 0}


def test_who_leaves_before_a_booth_is_counted_with_the_reason() -> None:
    """And may be let in again by the president."""
    scene = Scene()
    client = scene.unlocked()
    elector = with_fingers(scene)[0]
    scene.admit(client, elector)
    scene.post(client, "/people/withdraw", reason="unwell")
    counts = scene.book.counts()
    assert (counts.withdrawn, counts.withdrawals[WithdrawalReason.UNWELL], counts.may_readmit) == (1, 1, 1)
    page = scene.post(client, "/people/find", words=elector.number)
    assert "Let in again" in page


def test_while_every_booth_is_in_use_the_next_person_comes_and_the_panel_sends_who_waits() -> None:
    """By style alone: nobody's name stands in the panel."""
    scene = Scene()
    client = scene.unlocked()
    three = with_fingers(scene)[:3]
    for booth, elector in enumerate(three[:2], 1):
        scene.admit(client, elector)
        scene.post(client, "/people/activate", booth=str(booth))
    page = scene.admit(client, three[2])
    assert "Every booth is in use" in page
    scene.post(client, "/people/leave")
    scene.booths[1].vote()
    scene.desk.watch.look()
    panel = client.get("/booths/panel").text
    assert "Send the next voter" in panel
    assert not any(each.name in panel or each.number in panel for each in three)
    scene.post(client, "/booths/send", booth="1", style=three[2].style)
    assert scene.book.counts().endings[Ending.CAST] == 1
    assert isinstance(scene.book.slot(1), Armed)


def test_a_vote_is_recorded_by_itself_when_the_voter_has_read_the_last_screen() -> None:
    """Ten seconds after it was seen."""
    scene = Scene()
    client = scene.unlocked()
    scene.admit(client, with_fingers(scene)[0])
    scene.post(client, "/people/activate", booth="2")
    scene.booths[2].vote()
    scene.desk.watch.look()
    scene.desk.go_on()
    assert scene.book.counts().endings[Ending.CAST] == 0
    scene.seconds += 10
    scene.desk.go_on()
    assert scene.book.counts().endings[Ending.CAST] == 1
    assert isinstance(scene.book.slot(2), Free)
    assert scene.booths[2].condition().presence is Presence.WAITING


def test_a_booth_that_is_in_use_takes_nobody() -> None:
    """Even if a form of an older page says so."""
    scene = Scene()
    client = scene.unlocked()
    one, two = with_fingers(scene)[:2]
    scene.admit(client, one)
    scene.post(client, "/people/activate", booth="1")
    scene.admit(client, two)
    assert "Choose a booth that is free." in scene.post(client, "/people/activate", booth="1")
    assert scene.book.counts().activations == 1


def test_twenty_people_one_after_another_are_twenty_activations() -> None:
    """Looked up, finger, booth, vote; how long it takes is measured by bench/poll_book_screen."""
    scene = Scene()
    client = scene.unlocked()
    for elector in with_fingers(scene)[:20]:
        scene.admit(client, elector)
        scene.post(client, "/people/activate", booth="1")
        scene.booths[1].vote()
        scene.desk.watch.look()
    assert scene.book.counts().activations == 20
