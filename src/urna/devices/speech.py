"""The voice of the audio ballot: a text becomes a wave, in a language, at a speed.

    speaker = EspeakSpeaker()
    wave = speaker.speak("Revise su papeleta impresa.", "es", 100)

Nothing that was spoken is kept: an answer takes some 15 ms, and a cache that voters fill would remember what they
listened to. docs/accessibility.md
"""

import unicodedata
from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple, Protocol

from urna.devices import speech_process
from urna.devices.speech_wav import BYTES_PER_SAMPLE, SAMPLES_PER_SECOND, NotAWave, samples_of, wav
from urna.errors import Malformed, OutOfOrder
from urna.words import Sentence

PROGRAM = "/usr/bin/espeak-ng"
MAX_CHARACTERS = 2_000

SPEEDS = (50, 75, 100, 125, 150, 175, 200)
"""Percent of the usual speed, about 122 words a minute (VVSG 2.0, 7.1-K)."""
USUAL_SPEED = 100
USUAL_WORDS_PER_MINUTE = 122.5


class Pace(NamedTuple):
    """How espeak-ng is asked for a speed: its own words a minute, and pauses between words in units of 10 ms.

    Its words a minute are not what is heard, and it goes no slower than 80; pauses do the rest.
    """

    rate: int
    pause: int = 0


class Voice(NamedTuple):
    """A voice, and its pace at each of `SPEEDS`, measured on a paragraph of its language."""

    name: str
    paces: tuple[Pace, ...]


VOICES: Mapping[str, Voice] = MappingProxyType(
    {
        "es": Voice("es-419", (Pace(80, 8), Pace(91), Pace(119), Pace(146), Pace(171), Pace(197), Pace(223))),
        "en": Voice("en-us", (Pace(80, 11), Pace(80, 1), Pace(103), Pace(128), Pace(152), Pace(175), Pace(198))),
    }
)


class Speaker(Protocol):
    """Speaks a text, in memory."""

    def is_available(self) -> bool:
        """Whether it can speak at all; without a voice the booth works, and says that audio is off."""
        ...

    def speak(self, text: str, language: str, speed: int) -> bytes:
        """The text as a WAV file.

        Args:
            text: up to `MAX_CHARACTERS`, and something in it.
            language: a key of `VOICES`.
            speed: one of `SPEEDS`.

        Raises:
            Malformed: the text is empty or too long, the language or the speed is none of these.
            OutOfOrder: the voice is missing or does not answer.
        """
        ...


class EspeakSpeaker:
    """espeak-ng.

    Args:
        program: its path.
    """

    def __init__(self, program: str = PROGRAM) -> None:
        self._program = program

    def is_available(self) -> bool:
        """Whether it speaks, in every language: it is asked to."""
        try:
            for language in VOICES:
                self.speak("1", language, USUAL_SPEED)
        except OutOfOrder:
            return False
        return True

    def speak(self, text: str, language: str, speed: int) -> bytes:
        """The text as a WAV file; see `Speaker.speak`."""
        plain = plain_text(text)
        command = self._command(*voice_and_pace(language, speed))
        try:
            return wav(samples_of(speech_process.run(command, plain)))
        except (speech_process.NoVoice, NotAWave):
            raise _no_voice() from None  # the first error may hold what was spoken

    def _command(self, voice: str, pace: Pace) -> list[str]:
        # -b 1: the text is UTF-8, whatever the locale is.
        how = ["-b", "1", "-v", voice, "-s", str(pace.rate), "-g", str(pace.pause)]
        return [self._program, "--stdin", "--stdout", *how]


class RecordingSpeaker:
    """The twin for tests: silence, and it remembers what it was asked for.

    Args:
        seconds: of silence.
    """

    def __init__(self, seconds: float = 0.1) -> None:
        self.seconds = seconds
        self.texts: list[str] = []
        self.asked: list[tuple[str, str, int]] = []

    def is_available(self) -> bool:
        """Always."""
        return True

    def speak(self, text: str, language: str, speed: int) -> bytes:
        """Silence; refuses what the real one refuses."""
        plain_text(text)
        voice_and_pace(language, speed)
        self.texts.append(text)
        self.asked.append((text, language, speed))
        return wav(bytes(BYTES_PER_SAMPLE * int(SAMPLES_PER_SECOND * self.seconds)))


def faster(speed: int) -> int:
    """The next speed up; the fastest stays."""
    return next((each for each in SPEEDS if each > speed), SPEEDS[-1])


def slower(speed: int) -> int:
    """The next speed down; the slowest stays."""
    return next((each for each in reversed(SPEEDS) if each < speed), SPEEDS[0])


def plain_text(text: str) -> str:
    """The text without what espeak-ng takes for a command: control characters, and phonemes in [[ ]].

    Raises:
        Malformed: nothing to say, or too much of it.
    """
    if len(text) > MAX_CHARACTERS:
        raise _malformed(Sentence("{count} characters", {"count": len(text)}))
    plain = "".join(" " if unicodedata.category(each) == "Cc" or each in "[]" else each for each in text).strip()
    if not plain:
        raise _malformed(Sentence("nothing"))
    return plain


def voice_and_pace(language: str, speed: int) -> tuple[str, Pace]:
    """What espeak-ng calls them.

    Raises:
        Malformed: there is no such language or speed.
    """
    if language not in VOICES or speed not in SPEEDS:
        raise Malformed(
            Sentence("a language of the ballot and one of {count} speeds", {"count": len(SPEEDS)}),
            Sentence("something else"),
            Sentence("Go back to the screen and choose again."),
        )
    voice = VOICES[language]
    return voice.name, voice.paces[SPEEDS.index(speed)]


def _malformed(found: Sentence) -> Malformed:
    return Malformed(
        Sentence("a text of 1 to {limit} characters", {"limit": MAX_CHARACTERS}),
        found,
        Sentence("Shorten the text in the definition, or give it one."),
    )


def _no_voice() -> OutOfOrder:
    return OutOfOrder(
        Sentence("a voice that speaks"),
        Sentence("none, or one that does not answer"),
        Sentence("Call a poll worker, or go on by sight; no choice is lost."),
        "espeak-ng",
    )
