"""The texts of an examination are signed in English and said in any language."""

import re

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.audit.test_examination import EXAMINATION
from tests.election.officers import election

from urna.audit.examination import Result, Subject
from urna.audit.examination_words import TEMPLATES, sentence_of
from urna.papers.examination_report import examination_report
from urna.papers.paper import Register
from urna.words import Sentence, in_english

SPANISH = {
    "{rule}: they differ by {count}": "{rule}: difieren en {count}",
    "ballots cast, slips in the box": "boletas emitidas, comprobantes en la caja",
    "equal": "iguales",
    "{station} until {time}": "{station} hasta las {time}",
    "{subject}: expected {expected}; found {found}": "{subject}: {expected} no; {found}",
    "WRONG": "MAL",
}


def in_spanish(sentence: Sentence | str, /) -> str:
    """What a reader of Spanish sees, with the few words above."""
    if isinstance(sentence, str):
        return SPANISH.get(sentence, sentence)
    values = {name: in_spanish(each) if isinstance(each, Sentence) else each for name, each in sentence.values.items()}
    return SPANISH.get(sentence.template, sentence.template).format(**values)


@pytest.mark.parametrize("template", TEMPLATES)
def test_each_text_is_found_again_whatever_stands_in_it(template: str) -> None:
    """Filled with codes and numbers it leads back to its template."""
    fields = set(re.findall(r"\{(\w+)\}", template))
    letters = dict.fromkeys(fields & {"station", "contest", "name", "time", "what", "file", "rule"}, "A-01")
    text = template.format(**(dict.fromkeys(fields, "17") | letters))
    assert sentence_of(text).template == template
    assert in_english(sentence_of(text)) == text


@given(st.text(max_size=200))
def test_in_english_a_text_stays_what_was_signed(text: str) -> None:
    """Braces, semicolons and all."""
    assert in_english(sentence_of(text)) == text
    assert in_english(sentence_of(f"equal; {text}")) == f"equal; {text}"


def test_the_words_of_people_stand_as_they_are() -> None:
    """Nobody translates what a witness wrote."""
    assert in_spanish(sentence_of("settled: equal")) == "settled: equal"
    assert in_spanish(sentence_of("La caja {1} llegó tarde")) == "La caja {1} llegó tarde"


def test_a_report_in_spanish_says_the_signed_texts_in_spanish() -> None:
    """The rule inside of the sentence, too."""
    wrong = Subject(
        subject="A-01 until 14:30",
        result=Result.FAILED,
        expected="equal",
        found="ballots cast, slips in the box: they differ by 2",
    )
    paper = examination_report(election(), msgspec.structs.replace(EXAMINATION, subjects=(wrong,)), say=in_spanish)
    (register,) = [block for block in paper.blocks if isinstance(block, Register)]
    assert register.entries[0].cells == (
        "MAL",
        "A-01 hasta las 14:30: iguales no; boletas emitidas, comprobantes en la caja: difieren en 2",
    )
