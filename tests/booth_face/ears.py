"""What the headphones give: every text that a page had spoken, in its order."""

from threading import Lock

from urna.web.booth.speech import Utterances


class Ears(Utterances):
    """What the screen can say, and what was heard of it. The voice must be a `RecordingSpeaker`."""

    def __init__(self, *args: object, **named: object) -> None:
        super().__init__(*args, **named)  # type: ignore[arg-type]  # whatever they take
        self.heard: list[str] = []
        self._one_at_a_time = Lock()

    def audio(self, screen: str, said: str, language: str, speed: int) -> bytes:
        """The wave, whose text is heard."""
        spoken: list[str] = self._speaker.texts  # type: ignore[attr-defined]  # the twin has them
        with self._one_at_a_time:
            before = len(spoken)
            wave = super().audio(screen, said, language, speed)
            self.heard.append(" ".join(each if each.endswith((".", "?")) else f"{each}." for each in spoken[before:]))
        return wave
