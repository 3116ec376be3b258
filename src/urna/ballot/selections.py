"""Selections: what a voter chose, checked against the contests of the ballot style.

A `Selections` that `choose` returned is valid: every contest of the style once, in ballot order, each with its
options in ballot order. So neither the order of pressing nor a changed mind is in it. What was chosen shows in
no repr and no error message.
"""

from collections.abc import Collection, Mapping

from urna.election.definition import Contest, Election
from urna.encoding.canonical import Code, Record
from urna.encoding.secret import Secret
from urna.errors import Malformed
from urna.words import Sentence


class ContestSelections(Secret, frozen=True, kw_only=True):
    """The options chosen in one contest, in ballot order; none for a blank vote."""

    contest: Code
    options: tuple[Code, ...]


class Selections(Secret, frozen=True, kw_only=True):
    """One voter's choice in every contest of a ballot style, in ballot order."""

    style: Code
    contests: tuple[ContestSelections, ...]


class Undervote(Record, frozen=True, kw_only=True):
    """A contest in which the voter has votes left: the screen says so before anything is printed."""

    contest: Code
    votes_left: int


def choose(election: Election, style: Code, chosen: Mapping[Code, Collection[Code]]) -> Selections:
    """The selections that these choices are.

    Args:
        election: the definition's look-ups.
        style: the ballot style that was activated.
        chosen: options by contest, in any order; a contest left out is left blank.

    Raises:
        Malformed: an unknown style, a contest not of the style, an option not of the contest, an option twice, two
            cards of the same choice, or more options than votes. The chosen options are not named.
    """
    contests = _contests(election, style)
    strange = len(set(chosen) - {contest.code for contest in contests})
    if strange:
        raise Malformed(
            Sentence("contests of ballot style {style}", {"style": style}),
            Sentence("{count} that are not on it", {"count": strange}),
            Sentence("Show the voter the ballot of the style that was activated."),
        )
    return Selections(style=style, contests=tuple(_check(each, chosen.get(each.code, ())) for each in contests))


def check_selections(election: Election, selections: Selections) -> Selections:
    """The same selections, if `choose` could have made them: for a record that was read back.

    Raises:
        Malformed: it could not.
    """
    chosen = {each.contest: each.options for each in selections.contests}
    if choose(election, selections.style, chosen) != selections:
        raise Malformed(
            Sentence("the contests and options of ballot style {style} in ballot order", {"style": selections.style}),
            Sentence("another order, or a contest twice or missing"),
            Sentence("Do not count this ballot; call the technician and keep the medium."),
        )
    return selections


def undervotes(election: Election, selections: Selections) -> tuple[Undervote, ...]:
    """Contests with votes left, in ballot order."""
    left = ((each.contest, votes_left(election, each)) for each in selections.contests)
    return tuple(Undervote(contest=contest, votes_left=votes) for contest, votes in left if votes)


def votes_left(election: Election, selected: ContestSelections) -> int:
    """Votes of one contest that the voter did not use."""
    return election.contests[selected.contest].votes_allowed - len(selected.options)


def _contests(election: Election, style: Code) -> tuple[Contest, ...]:
    if style not in election.styles:
        raise Malformed(
            Sentence("a ballot style of the election"),
            Sentence("{style}", {"style": style}),
            Sentence("Activate the booth again from the poll book."),
        )
    return election.contests_of_style(style)


def _check(contest: Contest, chosen: Collection[Code]) -> ContestSelections:
    marked = [option for option in contest.options if option.code in chosen]
    if len(set(chosen)) != len(chosen) or len(marked) != len(chosen):
        raise _refused(
            contest,
            Sentence("options of contest {contest}, each at most once", {"contest": contest.code}),
            Sentence("an option twice, or one that is not on it"),
        )
    if len({option.choice for option in marked}) != len(marked):
        raise _refused(
            contest,
            Sentence("in contest {contest} at most one vote for the same choice", {"contest": contest.code}),
            Sentence("two cards of the same one"),
        )
    if len(marked) > contest.votes_allowed:
        raise _refused(
            contest,
            Sentence(
                "at most {votes} votes in contest {contest}", {"votes": contest.votes_allowed, "contest": contest.code}
            ),
            Sentence("{count}", {"count": len(marked)}),
        )
    return ContestSelections(contest=contest.code, options=tuple(option.code for option in marked))


def _refused(contest: Contest, expected: Sentence, found: Sentence) -> Malformed:
    return Malformed(
        expected, found, Sentence("Take one selection back before you choose another."), f"contest {contest.code}"
    )
