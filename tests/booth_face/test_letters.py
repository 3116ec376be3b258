"""Widths of letters as the booth reckons with them, beside what the browser draws."""

import string

import pytest
from playwright.sync_api import Browser

from urna.web.booth.letters import line_count, longest_word, text_width

LETTERS = string.ascii_letters + string.digits + " .,:;'|!()[]-·/’“”«»–—…%&?+\"" + "áéíóúüñçÁÉÍÓÚÜÑÇ"
MEASURE = """([letters, weight]) => {
  const pen = document.createElement("canvas").getContext("2d");
  pen.font = `${weight} 1000px "Liberation Sans", Arial, sans-serif`;
  return letters.map((each) => pen.measureText(each).width / 1000);
}"""
TOLERANCE = 0.002
"""The table's widths are rounded."""


def test_no_letter_is_wider_than_reckoned(browser: Browser) -> None:
    """In neither face; and in bold none is much narrower, so that pages are as full as they can be."""
    page = browser.new_page()
    bold, regular = (page.evaluate(MEASURE, [list(LETTERS), weight]) for weight in (700, 400))
    page.close()
    reckoned = [text_width(letter) for letter in LETTERS]
    assert [each for each, drawn, ours in zip(LETTERS, bold, reckoned, strict=True) if drawn > ours + TOLERANCE] == []
    assert [each for each, drawn, ours in zip(LETTERS, regular, reckoned, strict=True) if drawn > ours + 0.1] == []
    assert sum(reckoned) <= 1.02 * sum(bold)


def test_a_letter_that_nobody_measured_takes_the_most_room() -> None:
    """A page may be emptier for it, and never too full."""
    assert text_width("Ω") >= max(text_width(letter) for letter in LETTERS)


@pytest.mark.parametrize(("text", "width", "lines"), [("", 9, 0), ("Ana", 9, 1), ("Ana Ana", 2.1, 2), ("Anaana", 2, 2)])
def test_words_go_to_the_next_line_whole_unless_longer_than_one(text: str, width: float, lines: int) -> None:
    """As the browser breaks them."""
    assert line_count(text, width) == lines
    assert longest_word(text) <= text_width(text)
