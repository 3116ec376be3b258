"""What fits on one page of a display: cards of a contest, lines of the review. Nothing scrolls, nothing is cut off.

The voter turns pages with buttons instead of scrolling (VVSG 2.0, 7.2-E asks for taps alone), so the face must know
what fits before the browser draws it. Lengths are in em of the text size, the same as in booth.css.
tests/booth_face/test_sizes.py looks at what the browser made of it.
"""

from collections.abc import Iterator, Sequence
from functools import cache
from types import MappingProxyType
from typing import NamedTuple, TypeVar

from urna.web.booth.letters import line_count, longest_word
from urna.web.kiosk.display import CAPITAL_HEIGHT, GAP_MILLIMETRES, TARGET_MILLIMETRES, TEXT_MILLIMETRES, Display

T = TypeVar("T")

LINE = 1.3
"""Height of a line, in em."""

RAIL = 7.4
"""Width of the column of buttons."""

MOST_COLUMNS = 4

BANNER_MILLIMETRES = 8
"""Height of the line that says that this is a rehearsal."""

CARD_BESIDE = 2.95
"""Of a card's width beside its text: edges, colour and the box for the mark."""

CARD_PICTURE = 2.3
"""A side of a photo on a card."""

PICTURE_MILLIMETRES = 14
"""A side of a photo in the review, in every size of text: a card's is larger, and this one must not cost a page."""

_MARGIN_MM = 4
HEAD = MappingProxyType({"small": 2.9, "normal": 2.9, "large": 4.2, "largest": 4.2})
"""Least height of title and status, in em: a notice of two or three lines takes their place."""


class CardText(NamedTuple):
    """What stands on a card."""

    name: str
    detail: str
    has_picture: bool = False


class Line(NamedTuple):
    """A text of the review, with a photo before it or none; it may take several lines."""

    text: str
    has_picture: bool = False


class Pages(NamedTuple):
    """How a contest is laid out: cards side by side, and the numbers of the cards on each page."""

    columns: int
    pages: tuple[range, ...]

    def page_of(self, card: int) -> int:
        """The page on which a card stands; the last one for a card that there is not."""
        return next((number for number, page in enumerate(self.pages) if card in page), len(self.pages) - 1)


class Fit(NamedTuple):
    """A display with a text size, and whether the bar has its second row for sound."""

    display: Display
    size: str
    audio: bool = False
    has_banner: bool = False
    """A rehearsal says so on every screen."""

    def cards(self, cards: Sequence[CardText], title: str) -> Pages:
        """The layout with the fewest pages, and of these the one with the fewest cards side by side."""
        return _lay_out(self, tuple(cards), title)

    def lines(self, entries: Sequence[Sequence[Line]], *, width: float, taken: float) -> tuple[range, ...]:
        """Entries of several lines of text on pages.

        Args:
            entries: the lines of each.
            width: of the text, in em.
            taken: height that other things take, in em.
        """
        room = self._room - taken
        heights = [max(sum(self._line(line, width) for line in each), self._target) + 0.8 for each in entries]
        return tuple(_fill(heights, room))

    def _line(self, line: Line, width: float) -> float:
        """Height of a line of an entry."""
        if not line.has_picture:
            return LINE * line_count(line.text, width)
        picture = self._px(PICTURE_MILLIMETRES) / self._em
        return max(LINE * line_count(line.text, width - picture - 0.35), picture + 0.15)

    @property
    def width(self) -> float:
        """Of the main part beside the column of buttons, in em."""
        return (self.display.width - 3 * self._px(_MARGIN_MM)) / self._em - RAIL

    @property
    def _em(self) -> float:
        return self._px(TEXT_MILLIMETRES[self.size] / CAPITAL_HEIGHT)

    @property
    def _gap(self) -> float:
        return self._px(GAP_MILLIMETRES) / self._em

    @property
    def _target(self) -> float:
        return self._px(TARGET_MILLIMETRES) / self._em

    @property
    def _room(self) -> float:
        """Height below the bar, in em."""
        rows = 2 if self.audio else 1
        banner = self._px(BANNER_MILLIMETRES) / self._em if self.has_banner else 0
        bar = rows * (max(self._target, LINE + 0.2) + self._gap) + self._gap
        return (self.display.height - 2 * self._px(_MARGIN_MM)) / self._em - bar - banner

    def _px(self, millimetres: float) -> float:
        return millimetres * self.display.pixels_per_millimetre

    def columns(self, columns: int, cards: Sequence[CardText], title: str) -> Pages:
        """The layout with that many cards side by side."""
        width = (self.width - (columns - 1) * self._gap) / columns
        heading = 1.15 * 1.2 * line_count(title, self.width / 1.15) + 0.35 + LINE
        room = self._room - max(heading, HEAD[self.size]) - 0.3
        if columns > 1 and any(longest_word(card.name) > self._text_width(card, width) for card in cards):
            return Pages(columns, tuple(range(number, number + 1) for number in range(len(cards) + 1)))
        rows = [range(start, min(start + columns, len(cards))) for start in range(0, len(cards), columns)]
        heights = [max(self._card(cards[number], width) for number in row) + self._gap for row in rows]
        filled = _fill(heights, room + self._gap)
        return Pages(columns, tuple(range(rows[page.start].start, rows[page.stop - 1].stop) for page in filled))

    def _card(self, card: CardText, width: float) -> float:
        """Height of a card of this width; the same whether it is chosen or not."""
        text = self._text_width(card, width)
        lines = line_count(card.name, text) + line_count(card.detail, text)
        picture = CARD_PICTURE if card.has_picture else 0
        return max(max(LINE * lines, picture) + 0.55, self._target)

    def _text_width(self, card: CardText, width: float) -> float:
        return width - CARD_BESIDE - (CARD_PICTURE + 0.4 if card.has_picture else 0)


@cache
def _lay_out(fit: Fit, cards: tuple[CardText, ...], title: str) -> Pages:
    """Kept, since it is the same for every voter of a style. Nothing that a voter chose is ever kept here."""
    tried = [fit.columns(columns, cards, title) for columns in range(1, MOST_COLUMNS + 1)]
    return min(tried, key=lambda each: (len(each.pages), each.columns))


def _fill(heights: Sequence[float], room: float) -> Iterator[range]:
    start, used = 0, 0.0
    for number, height in enumerate(heights):
        if number > start and used + height > room:
            yield range(start, number)
            start, used = number, 0.0
        used += height
    yield range(start, len(heights))
