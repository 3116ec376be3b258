"""Sentences for people, kept apart from the numbers in them so that they can be translated.

The core never speaks a language: it returns a `Sentence`, an English template with its values, and the
faces translate the template with gettext before filling it in. The English text is always there, so a log,
a test or a program without catalogues reads the same facts.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple, Protocol


class Sentence(NamedTuple):
    """An English template with named fields (`str.format`) and the values that fill them.

    Write the template as a literal: `make words` collects literals for the translators.
    """

    template: str
    values: Mapping[str, str | int] = MappingProxyType({})

    def __str__(self) -> str:
        """The sentence in English."""
        return self.template.format(**self.values)


class Say(Protocol):
    """Turns a sentence, or a bare template, into the reader's language."""

    def __call__(self, sentence: "Sentence | str", /) -> str:
        """The text to show."""
        ...


def in_english(sentence: Sentence | str, /) -> str:
    """The `Say` of a reader without catalogues."""
    return str(sentence)


def N_(template: str) -> str:  # noqa: N802 - gettext's own name for a marked, untranslated literal
    """Mark a literal for translators without translating it here."""
    return template
