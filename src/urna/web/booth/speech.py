"""What the screen that is shown now can say, and the address at which the page fetches it.

While a screen is rendered its templates add what each part says, and write the answer into `data-say`:

    utterances.begin()
    utterances.add(say("Choose one"))                                        -> "0"
    utterances.add(Name("Ana Pérez"), Name("Partido Azul"), say("chosen"))   -> "1"

The next screen forgets all of it. Nothing is kept of what was listened to: no cache, no count, no log line.
docs/accessibility.md
"""

import secrets
from collections.abc import Callable, Sequence
from itertools import groupby
from typing import NamedTuple, Protocol

from fastapi import APIRouter
from starlette.responses import Response

from urna.devices.speech import Speaker
from urna.devices.speech_wav import joined
from urna.errors import Malformed, OutOfOrder
from urna.words import Sentence

KEY_BYTES = 12


class Name(str):
    """Words of the definition: a name, a party, a contest. Spoken in the definition's language on every ballot.

    An English voice says "kwidjada" for Quijada: who listens could not know it for the name on the poster.

    Args:
        text: as the definition writes it.
        language: another one, for a word that is always said in its own: "English", "Español".
    """

    language: str

    def __new__(cls, text: str, language: str = "") -> "Name":
        """A name, and its language where it is not the definition's."""
        name = super().__new__(cls, text)
        name.language = language
        return name


class OldScreen(OutOfOrder):
    """Another screen is shown by now."""


class _Screen(NamedTuple):
    key: str
    said: list[tuple[str, ...]]


class Utterances:
    """What one screen says.

    Args:
        speaker: the voice.
        names_language: of the definition's names.
        new_key: a key that no other screen has; from the system's randomness unless told otherwise.
    """

    def __init__(self, speaker: Speaker, names_language: str = "es", new_key: Callable[[], str] | None = None) -> None:
        self._speaker = speaker
        self._names_language = names_language
        self._new_key = new_key or (lambda: secrets.token_urlsafe(KEY_BYTES))
        self._screen = _Screen(self._new_key(), [])
        self._has_begun = False

    @property
    def screen(self) -> str:
        """The key of the screen that is shown now, for `data-screen`."""
        return self._screen.key

    @property
    def has_begun(self) -> bool:
        """Whether this screen has spoken: the first thing it says by itself, all that follows the voter asked for."""
        return self._has_begun

    def begin(self) -> str:
        """Forgets what was said and begins a screen; its key."""
        self._screen = _Screen(self._new_key(), [])
        self._has_begun = False
        return self._screen.key

    def add(self, *parts: str) -> str:
        """Notes what a part of the screen says; its number, for `data-say`.

        Args:
            parts: sentences in the screen's language, and `Name`s; spoken one after the other, without empty ones.
        """
        self._screen.said.append(tuple(part for part in parts if part.strip()))
        return str(len(self._screen.said) - 1)

    def audio(self, screen: str, said: str, language: str, speed: int) -> bytes:
        """The wave of one of them.

        Raises:
            OldScreen: another screen is shown by now.
            OutOfOrder: there is no voice.
            Malformed: the screen says no such thing, or in no such language or speed.
        """
        now = self._screen  # read once: the next screen may begin meanwhile
        if screen != now.key:
            raise OldScreen(
                Sentence("the screen that is shown now"), Sentence("an older one"), Sentence("Go on with this screen.")
            )
        waves = [
            self._speaker.speak(text, tongue, speed) for tongue, text in self._runs(_pick(now.said, said), language)
        ]
        self._has_begun = True
        return waves[0] if len(waves) == 1 else joined(waves)

    def _runs(self, parts: Sequence[str], language: str) -> list[tuple[str, str]]:
        """The parts of one language after another are one text: its melody goes on."""
        spoken = [(self._tongue(part, language), part) for part in parts]
        return [
            (tongue, _sentences([part for _, part in run])) for tongue, run in groupby(spoken, key=lambda each: each[0])
        ]

    def _tongue(self, part: str, language: str) -> str:
        return (part.language or self._names_language) if isinstance(part, Name) else language


class Listening(Protocol):
    """What the face tells of the voter who listens: the settings stay with the face, in memory."""

    @property
    def utterances(self) -> Utterances:
        """What the screen says."""
        ...

    @property
    def language(self) -> str:
        """The language chosen."""
        ...

    @property
    def speed(self) -> int:
        """The speed chosen, one of `SPEEDS`."""
        ...


def _nothing() -> None:
    """Nobody waits for it."""


def speech_router(face: Listening, on_listening: Callable[[], None] = _nothing) -> APIRouter:
    """`GET /speech/{screen}/{said}.wav`.

    The server that runs it writes no access log: the addresses would tell what was listened to.

    Args:
        face: whose screen speaks.
        on_listening: called for each wave that the voter asked for: who does is there, and not inactive.
    """
    router = APIRouter()

    @router.get("/speech/{screen}/{said}.wav", include_in_schema=False)
    def speech(screen: str, said: str) -> Response:
        is_asked_for = face.utterances.has_begun
        try:
            wave = face.utterances.audio(screen, said, face.language, face.speed)
        except OldScreen:
            return Response(status_code=204, headers=_KEPT_NOWHERE)  # a touch was faster than the voice: no fault
        except Malformed:
            return Response(status_code=404, headers=_KEPT_NOWHERE)
        except OutOfOrder:
            return Response(status_code=503, headers=_KEPT_NOWHERE)
        if is_asked_for:
            on_listening()
        return Response(wave, media_type="audio/wav", headers=_KEPT_NOWHERE)

    return router


_KEPT_NOWHERE = {"Cache-Control": "no-store"}


def _sentences(parts: Sequence[str]) -> str:
    """The parts as sentences: each has its end, and none has two."""
    *before, last = parts
    return "".join(part + (" " if part.endswith((".", "?", "!", ":")) else ". ") for part in before) + last


def _pick(said: Sequence[tuple[str, ...]], number: str) -> tuple[str, ...]:
    is_one = number.isascii() and number.isdigit() and len(number) < 6 and int(number) < len(said)
    if not is_one or not said[int(number)]:
        raise Malformed(
            Sentence("something that this screen says"), Sentence("another number"), Sentence("Show the screen again.")
        )
    return said[int(number)]
