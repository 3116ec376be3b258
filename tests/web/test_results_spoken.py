"""Sentences of a template are said when it is compiled, and are text like any other; signs hold no markup of others."""

from fractions import Fraction

from urna.web.results.frame import Language, environment
from urna.web.results.signs import dot, rod
from urna.words import Sentence

MARKUP = '<b class="x">&'


class Speaker:
    """Says every sentence in a way of its own, and remembers how often it was asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def __call__(self, sentence: Sentence | str, /) -> str:
        self.asked.append(str(sentence))
        return f"{MARKUP}{sentence}"


def test_a_sentence_is_said_once_however_many_pages_there_are() -> None:
    """With its values filled in each time, in whatever form the template has it."""
    speaker = Speaker()
    template = environment(Language("xx", "Xx", speaker)).from_string(
        "{{ say('Station {code}').format(code=code) }}|{{ say(\"It's\") if code else say('b') }}{# say('c') #}"
    )
    assert speaker.asked == ["Station {code}", "It's", "b"]
    pages = [template.render(code=code) for code in ("A-01", "<i>")]
    assert speaker.asked == ["Station {code}", "It's", "b"]
    said = "&lt;b class=&#34;x&#34;&gt;&amp;"
    assert pages[0] == f"{said}Station A-01|{said}It&#39;s"
    assert pages[1] == f"{said}Station &lt;i&gt;|{said}It&#39;s"


def test_what_a_page_knows_only_when_it_is_made_is_said_then() -> None:
    """A word of a record; the name `say` of something else; text that looks like a call."""
    speaker = Speaker()
    template = environment(Language("xx", "Xx", speaker)).from_string("say('a') {{ say(word) }}")
    assert speaker.asked == []
    assert template.render(word="counted") == "say('a') &lt;b class=&#34;x&#34;&gt;&amp;counted"
    assert speaker.asked == ["counted"]


def test_signs_hold_no_markup_of_others() -> None:
    """A colour stays inside its attribute; no colour, no dot; a bar is never longer than its line."""
    hostile = '"/><script>'
    for each in (dot(hostile), rod(Fraction(1, 3), hostile)):
        assert "<script" not in each
        assert "&#34;/&gt;&lt;script&gt;" in each
    assert dot("") == ""
    assert ' width="33.3" ' in rod(Fraction(1, 3))
    assert ' width="100" ' in rod(Fraction(7, 3))
    assert ' width="0" ' in rod(None)
