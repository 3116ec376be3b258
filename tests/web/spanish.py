"""The Spanish of the results pages, for tests: urna's own catalogue, which must know every sentence of the pages."""

from tests.papers.spanish import catalogue

from urna.words import Sentence

SPANISH = catalogue()


def in_spanish(sentence: Sentence | str, /) -> str:
    """The `Say` of a reader of Spanish: a bare template is filled by the page itself."""
    if isinstance(sentence, Sentence):
        return SPANISH[sentence.template].format(**sentence.values)
    return SPANISH[sentence]
