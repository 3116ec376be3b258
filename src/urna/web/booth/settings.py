"""How a voter wants the screen: language, text, contrast, sound. In memory alone, and forgotten with the next voter."""

from collections.abc import Sequence
from typing import NamedTuple

from urna.devices.speech import USUAL_SPEED, faster, slower
from urna.errors import OutOfOrder
from urna.words import Sentence

SIZES = ("small", "normal", "large", "largest")
CONTRASTS = ("normal", "highest", "dark", "low")


class Settings(NamedTuple):
    """What the bar on top of every screen says."""

    language: str
    size: str = "normal"
    contrast: str = "normal"
    audio: str = "off"
    speed: int = USUAL_SPEED
    dark: str = "off"
    """"on": the screen is black, and the voter listens."""

    def changed(self, name: str, value: str, languages: Sequence[str]) -> "Settings":
        """With one of them changed.

        Raises:
            OutOfOrder: there is no such setting, or no such value of it.
        """
        allowed = {"language": languages, "size": SIZES, "contrast": CONTRASTS, "audio": ("on", "off")}
        if value in allowed.get(name, ()):
            return Settings(**{**self._asdict(), name: value})._lit()
        if (name, value) in {("speed", "faster"), ("speed", "slower")}:
            return self._replace(speed=(faster if value == "faster" else slower)(self.speed))
        # Who does not listen would be left before a black screen.
        if name == "dark" and value in {"on", "off"} and self.audio == "on":
            return self._replace(dark=value)
        raise OutOfOrder(
            Sentence("a setting of the bar"), Sentence("another one"), Sentence("Use the buttons of this screen.")
        )

    def _lit(self) -> "Settings":
        return self if self.audio == "on" else self._replace(dark="off")
