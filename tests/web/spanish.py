"""The Spanish of the results pages, for tests: urna's own catalogue, which must know every sentence of the pages."""

from tests.papers.spanish import catalogue

from urna.words import Sentence

SPANISH = catalogue()


def in_spanish(sentence: Sentence | str, /) -> str:
    """The `Say` of a reader of Spanish: a bare template is filled by the page itself.

    A sentence that is not translated yet is said in English, as the program does; `test_words` names each of them.
    """
    if isinstance(sentence, Sentence):
        return SPANISH.get(sentence.template, sentence.template).format(**sentence.values)
    return SPANISH.get(sentence, sentence)
