"""What a counter types of drawn slips, read from the form slip by slip; only their sums are ever kept."""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from starlette.datastructures import FormData

from urna.audit.board_acts import Slip
from urna.election.definition import Contest
from urna.encoding.canonical import Code
from urna.errors import Finding, Findings
from urna.words import Sentence

NO_VOTE = "-"
"""What a field says of a slip without a valid vote; no option has this code."""

Typed = Mapping[str, Sequence[str]]
"""What was typed, by field, as it was, so that a mistake does not cost the rest."""


class TypedSlip(NamedTuple):
    """One drawn slip as somebody read it."""

    draws: int
    """For how many it counts."""
    is_there: bool
    marks: Mapping[Code, tuple[Code, ...]]
    """By contest the options that it marks, in ballot order; none without a valid vote. Empty of one not found."""


def missing_field(number: int) -> str:
    """The field that says that a slip is not there."""
    return f"slip-{number}-missing"


def mark_field(number: int, contest: int) -> str:
    """The field of one contest of a slip."""
    return f"slip-{number}-{contest}"


def typed_again(sent: FormData, slips: Sequence[Slip], contests: Sequence[Contest]) -> Typed:
    """The fields of a form as they were sent."""
    return {name: _values(sent, name) for name in _names(slips, contests)}


def read_slips(
    sent: FormData, slips: Sequence[Slip], contests: Sequence[Contest], station: Code
) -> tuple[TypedSlip, ...]:
    """What was typed.

    Args:
        sent: the form.
        slips: those drawn, in the order of the fields.
        contests: those that stand on a slip of this station, in ballot order.
        station: for the errors.

    Raises:
        Findings: a slip of which something is left open or cannot be; all of them.
    """
    found, findings = [], []
    for number, slip in enumerate(slips):
        marks = {each.code: _chosen(sent, mark_field(number, at), each) for at, each in enumerate(contests)}
        is_there = not _values(sent, missing_field(number))
        findings += [Finding(station, slip.position, *wrong) for wrong in _wrong(slip, contests, marks, is_there)]
        votes = {code: tuple(each for each in said if each != NO_VOTE) for code, said in marks.items()}
        found.append(TypedSlip(slip.draws, is_there, votes if is_there else {}))
    if findings:
        raise Findings(findings)
    return tuple(found)


def _wrong(
    slip: Slip, contests: Sequence[Contest], marks: Mapping[Code, Sequence[str]], is_there: bool
) -> Iterator[tuple[Sentence, Sentence]]:
    said: dict[str, str | int] = {"position": slip.position}
    if not is_there:
        if any(marks.values()):
            yield Sentence("Slip {position}: it is said not to be there, and has votes.", said), _EITHER
        return
    for each in contests:
        given = marks[each.code]
        said |= {"contest": each.code, "most": each.votes_allowed}
        if not given:
            yield Sentence("Slip {position}, {contest}: nothing is chosen.", said), _CHOOSE
        elif NO_VOTE in given and len(given) > 1:
            yield Sentence("Slip {position}, {contest}: no valid vote, and votes.", said), _EITHER
        elif len(given) > each.votes_allowed:
            yield Sentence("Slip {position}, {contest}: more votes than {most}.", said), _TOO_MANY


def _chosen(sent: FormData, name: str, contest: Contest) -> tuple[str, ...]:
    """What was chosen for a contest: its options and `NO_VOTE`, in ballot order; anything else is nothing."""
    given = _values(sent, name)
    return tuple(each for each in (*(option.code for option in contest.options), NO_VOTE) if each in given)


def _values(sent: FormData, name: str) -> tuple[str, ...]:
    return tuple(each[:60] for each in sent.getlist(name) if isinstance(each, str) and each)


def _names(slips: Sequence[Slip], contests: Sequence[Contest]) -> Iterator[str]:
    for number in range(len(slips)):
        yield missing_field(number)
        yield from (mark_field(number, place) for place in range(len(contests)))


_EITHER = Sentence("Choose one of them.")
_CHOOSE = Sentence("Choose what the slip says, or that it has no valid vote, or that it is not there.")
_TOO_MANY = Sentence("Look at the slip again; one with more votes than it may have has no valid vote.")
