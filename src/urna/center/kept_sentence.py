"""Sentences kept as text, so that they are said in the language of whoever reads them later.

What was kept before there were such sentences is plain text in English, and is shown as it stands.
"""

from collections.abc import Mapping

from urna.encoding.canonical import Record, decode, encode
from urna.errors import Malformed
from urna.words import Sentence


class KeptSentence(Record, frozen=True, kw_only=True, tag_field="type", tag="urna/kept-sentence/1"):
    """A template and its values, among which sentences may be."""

    template: str
    values: dict[str, "str | int | KeptSentence"]


def keep_sentence(sentence: Sentence) -> str:
    """The text to keep."""
    return encode(_kept(sentence)).decode()


def read_sentence(text: str) -> Sentence:
    """The sentence of a kept text; plain text is a sentence of itself."""
    try:
        kept = decode(text.encode(), KeptSentence)
    except Malformed:
        return Sentence("{text}", {"text": text})
    return _sentence(kept)


def _kept(sentence: Sentence) -> KeptSentence:
    every: Mapping[str, str | int | Sentence] = sentence.values
    values = {name: _kept(each) if isinstance(each, Sentence) else each for name, each in every.items()}
    return KeptSentence(template=sentence.template, values=values)


def _sentence(kept: KeptSentence) -> Sentence:
    values = {name: _sentence(each) if isinstance(each, KeptSentence) else each for name, each in kept.values.items()}
    return Sentence(kept.template, values)  # type: ignore[arg-type]  # sentences in it
