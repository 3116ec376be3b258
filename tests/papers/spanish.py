"""The Spanish of the papers, for tests: `es.po` beside this file, in gettext's format."""

from functools import cache
from pathlib import Path

from babel.messages.pofile import read_po

from urna.words import Sentence


@cache
def catalogue() -> dict[str, str]:
    """Every English template with its Spanish one."""
    with Path(__file__).with_name("es.po").open("rb") as file:
        return {str(message.id): str(message.string) for message in read_po(file) if message.id}


def in_spanish(sentence: Sentence | str, /) -> str:
    """The `Say` of a reader of Spanish; what is not translated fails the test."""
    sentence = sentence if isinstance(sentence, Sentence) else Sentence(sentence)
    return catalogue()[sentence.template].format(**sentence.values)
