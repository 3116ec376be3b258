"""The voter's slip: the choices of one ballot, in words, to be read, folded and put in the box.

A slip names the election, the station and the choices, and nothing else: no number, no time, no style, no
attempt, no code. Choices stand in ballot order, whatever order they were touched in, so equal choices at one
station are equal slips, byte for byte, and no slip says whose it is or when it was printed.
"""

from collections.abc import Collection

from urna.ballot.selections import Selections
from urna.election.definition import Contest, Election
from urna.encoding.canonical import Code
from urna.papers.paper import Block, Heading, Line, Paper, Rule, Space
from urna.papers.pen import Pen
from urna.words import Say, Sentence, in_english


def slip(
    election: Election,
    station: Code,
    selections: Selections,
    *,
    say: Say = in_english,
    language: str = "en",
) -> Paper:
    """The slip of one ballot.

    Args:
        election: the election.
        station: where it is cast.
        selections: what was chosen, by the booth's rules.
        say: translates urna's own words into `language`.
        language: the station's language, the same on all its slips: the language of one voter alone would
            mark the slip.
    """
    pen = Pen(election, say, language)
    blocks: list[Block] = [
        Heading(text=pen.title(), level=1),
        Line(text=say(Sentence("Station {station}", {"station": station}))),
    ]
    for selected in selections.contests:
        blocks += choice_blocks(pen, election.contests[selected.contest], selected.options)
    blocks += [Rule(), Line(text=say("Check your choices. Then fold this paper and put it in the box."))]
    return Paper(
        form="slip",
        name="slip",
        title=pen.title(),
        language=language,
        banner=pen.banner(),
        blocks=tuple(blocks),
    )


def choice_blocks(pen: Pen, contest: Contest, chosen: Collection[Code]) -> list[Block]:
    """What stands on a slip for one contest: its title, the chosen options in ballot order, and votes not used."""
    blocks: list[Block] = [Rule(), Heading(text=pen.words(contest.title), level=2)]
    for option in contest.options:
        if option.code in chosen:
            blocks.append(Line(text=option.name, size="large", strong=True))
            if detail := pen.detail(contest, option):
                blocks.append(Line(text=detail))
    if notice := _undervote(contest.votes_allowed, len(chosen)):
        blocks += [*([Space()] if chosen else []), Line(text=pen.say(notice))]
    return blocks


def _undervote(allowed: int, chosen: int) -> Sentence | None:
    if chosen >= allowed:
        return None
    if chosen == 0:
        return Sentence("No choice was made here.")
    return Sentence("Votes not used: {left} of {allowed}.", {"left": allowed - chosen, "allowed": allowed})
