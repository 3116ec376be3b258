"""A slip's words, as a machine read them off a photograph, back to the choices that they say.

The words decide, and all of them: a reading counts only if the slip of some choices at this station has exactly these
words in this order, capitals, accents and punctuation aside, and of no other choices. Whatever else was read is
unclear, and people look at it. A slip carries no code, so no code can stand in for its words.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from urna.ballot.selections import Selections, choose
from urna.election.definition import Contest, Election
from urna.encoding.canonical import Code
from urna.errors import Malformed
from urna.papers.paper import Block, Heading, Line
from urna.papers.pen import Pen
from urna.papers.slip import choice_blocks, slip
from urna.words import Say, Sentence

LEAST_DIFFERENCE = 2
"""Letters by which the words of two options have to differ: one may be a reader's mistake, so people look."""

_WORD = re.compile(r"\w+")

Words = tuple[str, ...]
Chosen = dict[Code, tuple[Code, ...]]


class Reading(NamedTuple):
    """What a photograph says: choices, or why it does not."""

    selections: Selections | None
    unclear: Sentence | None = None


class SlipReader:
    """Reads the slips of one station.

    Args:
        election: the election.
        station: whose box they were in.
        say: translates urna's own words into the language of the station's slips.
        language: that language.
    """

    def __init__(self, election: Election, station: Code, say: Say, language: str) -> None:
        self._election = election
        self._station = station
        self._say = say
        self._pen = Pen(election, say, language)
        self._styles = sorted({each.style for each in election.stations[station].styles})
        blank = self._words(choose(election, self._styles[0], {}))
        self._banner = spelled(self._pen.banner())
        """What a rehearsal's paper says above its words, and on A4 below them, too."""
        self._head, self._tail = self._banner + blank[0] + blank[1], blank[-1]
        self._known: dict[Code, dict[Code, Words]] = {}

    def read(self, text: str) -> Reading:
        """The choices of a slip with these words, in reading order."""
        words = spelled(text)
        if self._banner and words[-len(self._banner) :] == self._banner:
            words = words[: -len(self._banner)]
        if words[: len(self._head)] != self._head:
            return Reading(None, Sentence("It does not begin as a slip of this election and station does."))
        body, tail = words[len(self._head) : -len(self._tail)], words[-len(self._tail) :]
        if tail != self._tail:
            return Reading(None, Sentence("It does not end as a slip does."))
        found = {each.contests: each for style in self._styles for each in self._readings(style, body)}
        if len(found) != 1:
            return Reading(None, _AMBIGUOUS if found else _UNREAD)
        (selections,) = found.values()
        if similar := self._similar(selections):
            return Reading(
                None, Sentence("{one} and {other} differ too little to be told apart by a machine.", similar)
            )
        return Reading(selections)

    def _readings(self, style: Code, body: Words) -> Iterator[Selections]:
        """Every choice in a style whose slip has these words between its beginning and its end."""
        contests = [self._election.contests[code] for code in self._election.styles[style].contests]
        for chosen in self._contests(contests, body):
            try:
                selections = choose(self._election, style, chosen)
            except Malformed:  # two cards of one choice: no booth prints that
                continue
            if sum(self._words(selections)[2:-1], ()) == body:
                yield selections

    def _contests(self, contests: Sequence[Contest], rest: Words) -> Iterator[Chosen]:
        if not contests:
            if not rest:
                yield {}
            return
        contest, *others = contests
        title = self._contest_words(contest, ())[0]
        if rest[: len(title)] != title:
            return
        for chosen, left in self._options(contest, 0, rest[len(title) :], contest.votes_allowed):
            notice = self._notice(contest, chosen)
            if left[: len(notice)] == notice:
                for following in self._contests(others, left[len(notice) :]):
                    yield {contest.code: chosen, **following}

    def _options(
        self, contest: Contest, first: int, rest: Words, most: int
    ) -> Iterator[tuple[tuple[Code, ...], Words]]:
        """Options in ballot order, from one on, that the next words may be, and what comes after them."""
        yield (), rest
        if not most:
            return
        options = self._option_words(contest)
        for place, (code, words) in enumerate(options.items()):
            if place >= first and rest[: len(words)] == words:
                for chosen, left in self._options(contest, place + 1, rest[len(words) :], most - 1):
                    yield (code, *chosen), left

    def _option_words(self, contest: Contest) -> dict[Code, Words]:
        """What a slip says of each option, in ballot order."""
        if contest.code not in self._known:
            skipped = 1 if contest.votes_allowed > 1 else None
            self._known[contest.code] = {
                each.code: sum(self._contest_words(contest, (each.code,))[1 : -skipped if skipped else None], ())
                for each in contest.options
            }
        return self._known[contest.code]

    def _notice(self, contest: Contest, chosen: Sequence[Code]) -> Words:
        """What the slip says of votes that were not used; nothing if all were."""
        is_full = len(chosen) >= contest.votes_allowed
        return () if is_full else self._contest_words(contest, chosen)[-1]

    def _contest_words(self, contest: Contest, chosen: Sequence[Code]) -> list[Words]:
        return _lines(choice_blocks(self._pen, contest, chosen))

    def _words(self, selections: Selections) -> list[Words]:
        """The lines of a slip: the election's name and the station first, what to do with it last."""
        language = self._pen.language
        return _lines(slip(self._election, self._station, selections, say=self._say, language=language).blocks)

    def _similar(self, selections: Selections) -> dict[str, str | int]:
        """A chosen option and another one of its contest that a reader's mistake may exchange; empty if none."""
        for each in selections.contests:
            words = self._option_words(self._election.contests[each.contest])
            for code in each.options:
                for other, said in words.items():
                    if other != code and distance("".join(words[code]), "".join(said)) < LEAST_DIFFERENCE:
                        return {"one": code, "other": other}
        return {}


def _lines(blocks: Iterable[Block]) -> list[Words]:
    return [spelled(block.text) for block in blocks if isinstance(block, Heading | Line)]


_UNREAD = Sentence("Its words are those of no choices at this station.")
_AMBIGUOUS = Sentence("Its words may be more than one choice.")


def spelled(text: str) -> Words:
    """The words of a text without capitals, accents and punctuation."""
    plain = unicodedata.normalize("NFKD", text)
    return tuple(_WORD.findall("".join(letter for letter in plain if not unicodedata.combining(letter)).casefold()))


def distance(one: str, other: str) -> int:
    """Letters to change, add or leave out until one text is the other (Levenshtein)."""
    row = list(range(len(other) + 1))
    for number, letter in enumerate(one, start=1):
        before, row = row, [number]
        for place, (over, left) in enumerate(pairwise(before), start=1):
            row.append(min(left + 1, row[place - 1] + 1, over + (letter != other[place - 1])))
    return row[-1]
