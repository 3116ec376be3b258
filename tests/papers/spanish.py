"""The Spanish of the papers, for tests: urna's own catalogue, where a missing sentence fails the test."""

from functools import cache
from importlib.resources import files

from babel.messages.pofile import read_po

from urna.words import Sentence


@cache
def catalogue() -> dict[str, str]:
    """Every English template with its Spanish one."""
    with (files("urna") / "locale/es/LC_MESSAGES/urna.po").open("rb") as file:
        return {str(message.id): str(message.string) for message in read_po(file) if message.id and message.string}


def in_spanish(sentence: Sentence | str, /) -> str:
    """The `Say` of a reader of Spanish; what is not translated fails the test."""
    sentence = sentence if isinstance(sentence, Sentence) else Sentence(sentence)
    return catalogue()[sentence.template].format(**sentence.values)
