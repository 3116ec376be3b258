"""What a screen says: kept for one screen, spoken in the right language, fetched and not stored."""

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from urna.devices.speech import EspeakSpeaker, RecordingSpeaker
from urna.devices.speech_wav import seconds_of
from urna.errors import Malformed
from urna.web.booth.speech import Name, OldScreen, Utterances, speech_router


class Face:
    """What the router asks of a face."""

    language = "en"
    speed = 150

    def __init__(self, speaker: RecordingSpeaker | EspeakSpeaker) -> None:
        self.utterances = Utterances(speaker)


def test_what_was_added_is_spoken_by_its_number() -> None:
    """Numbers begin anew with each screen; the face's language and speed hold."""
    speaker = RecordingSpeaker()
    utterances = Utterances(speaker)
    utterances.begin()
    assert [utterances.add("Mayor"), utterances.add("Choose one")] == ["0", "1"]
    utterances.audio(utterances.screen, "1", "en", 75)
    assert speaker.asked == [("Choose one", "en", 75)]


def test_the_next_screen_forgets_the_one_before() -> None:
    """A page that is not shown any more, or a second tab, hears nothing of either."""
    utterances = Utterances(RecordingSpeaker())
    old = utterances.begin()
    utterances.add("You chose Ana")
    assert utterances.begin() != old
    with pytest.raises(OldScreen):
        utterances.audio(old, "0", "en", 100)
    with pytest.raises(Malformed):
        utterances.audio(utterances.screen, "0", "en", 100)


@pytest.mark.parametrize("number", ["1", "-1", "", "x", "٠", "0" * 9, "0.5"])
def test_a_number_that_the_screen_does_not_have_is_refused(number: str) -> None:
    """Also one that only looks like one."""
    utterances = Utterances(RecordingSpeaker())
    utterances.add("Mayor")
    with pytest.raises(Malformed):
        utterances.audio(utterances.screen, number, "en", 100)


def test_names_are_spoken_by_the_definitions_voice_and_the_rest_by_the_ballots() -> None:
    """Neighbours of one language are one text, so that the voice does not stop between them."""
    speaker = RecordingSpeaker()
    utterances = Utterances(speaker)
    utterances.add("Chosen", Name("Ana Quijada"), Name("Partido Azul"), "1 of 3")
    wave = utterances.audio(utterances.screen, "0", "en", 100)
    assert speaker.asked == [
        ("Chosen", "en", 100),
        ("Ana Quijada. Partido Azul", "es", 100),
        ("1 of 3", "en", 100),
    ]
    assert seconds_of(wave) == pytest.approx(0.1 + 2 * 0.125, abs=0.02)


def test_a_language_is_named_in_itself_and_empty_parts_are_left_out() -> None:
    """The button of a language is found by who speaks nothing else; what is not chosen says nothing of it."""
    speaker = RecordingSpeaker()
    utterances = Utterances(speaker)
    utterances.add(Name("English", "en"), "")
    utterances.audio(utterances.screen, "0", "es", 100)
    assert speaker.asked == [("English", "en", 100)]
    utterances.add("", Name(" "))
    with pytest.raises(Malformed):
        utterances.audio(utterances.screen, "1", "es", 100)


def test_a_wave_is_fetched_at_its_address_and_never_stored() -> None:
    """With the face's language and speed; old screens get nothing, unknown numbers are not found."""
    face = Face(RecordingSpeaker())
    client = _client(face)
    old = face.utterances.begin()
    screen = face.utterances.begin()
    face.utterances.add("Mayor")
    answers = [client.get(f"/speech/{each}.wav") for each in (f"{screen}/0", f"{old}/0", f"{screen}/1")]
    assert [answer.status_code for answer in answers] == [200, 204, 404]
    assert {answer.headers["cache-control"] for answer in answers} == {"no-store"}
    assert answers[0].headers["content-type"] == "audio/wav"
    assert face.utterances._speaker.asked == [("Mayor", "en", 150)]  # type: ignore[attr-defined] # the twin has it


def test_who_listens_is_not_inactive() -> None:
    """Walking through sixty names takes minutes without a choice; what a screen says by itself tells of nobody."""
    face = Face(RecordingSpeaker())
    listened: list[None] = []
    app = FastAPI()
    app.include_router(speech_router(face, lambda: listened.append(None)))
    heard = []
    for _screen in range(2):
        face.utterances.begin()
        face.utterances.add("Mayor")
        for address in (f"{face.utterances.screen}/0", "old/0", f"{face.utterances.screen}/0"):
            TestClient(app).get(f"/speech/{address}.wav")
            heard.append(len(listened))
    assert heard == [0, 0, 1, 1, 1, 2]


def test_without_a_voice_the_page_goes_on_in_silence() -> None:
    """The answer says that there is none, and nothing of what should have been said."""
    face = Face(EspeakSpeaker("/nonexistent/espeak-ng"))
    face.utterances.add("You chose Ana")
    answer = _client(face).get(f"/speech/{face.utterances.screen}/0.wav")
    assert answer.status_code == 503
    assert answer.content == b""


def _client(face: Face) -> TestClient:
    app = FastAPI()
    app.include_router(speech_router(face))
    return TestClient(app)
