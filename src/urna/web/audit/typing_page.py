"""What a counter types of a box, read from the form: every line a whole number, nothing guessed."""

import re
from collections.abc import Iterator, Sequence

from starlette.datastructures import FormData

from urna.audit.board_box import BoxForm, Entry
from urna.audit.box_count import HandLine
from urna.encoding.canonical import Code
from urna.errors import Finding, Findings
from urna.words import Sentence

_NUMBER = re.compile(r"[0-9]{1,9}")

Key = tuple[Code, Code]
"""Contest and option; ("", "") for the slips in the box."""

SLIPS: Key = ("", "")


def keys_of(form: BoxForm) -> list[Key]:
    """The slips in the box, then every line in ballot order; fields are numbered so."""
    return [SLIPS, *((each.contest, option) for each in form.contests for option, _ in each.options)]


def field(number: int) -> str:
    """The name of a line's field."""
    return f"line-{number}"


def read_numbers(sent: FormData, keys: Sequence[Key], wanted: Sequence[Key], station: Code) -> dict[Key, int]:
    """What was typed.

    Args:
        sent: the form.
        keys: of all lines, in the order of the fields.
        wanted: those that have to be there.
        station: for the error.

    Raises:
        Findings: a line without a whole number; all of them.
    """
    found, findings = {}, []
    for number, key in enumerate(keys):
        if key not in wanted:
            continue
        text = str(sent.get(field(number), "")).strip()
        if _NUMBER.fullmatch(text):
            found[key] = int(text)
        else:
            findings.append(Finding(station, number, *_wrong(key, text)))
    if findings:
        raise Findings(findings)
    return found


def hand_lines(numbers: dict[Key, int]) -> tuple[HandLine, ...]:
    """The lines of an act."""
    return tuple(HandLine(contest=key[0], option=key[1], votes=numbers[key]) for key in sorted(numbers) if key != SLIPS)


def numbers_of(entry: Entry) -> dict[Key, int]:
    """What an entry says, the slips in the box too."""
    return {SLIPS: entry.papers, **entry.by_key}


def typed_again(sent: FormData, keys: Sequence[Key]) -> Iterator[tuple[Key, str]]:
    """What was typed, as it was, so that a mistake does not cost the rest."""
    for number, key in enumerate(keys):
        yield key, str(sent.get(field(number), ""))[:12]


def _wrong(key: Key, text: str) -> tuple[Sentence, Sentence]:
    said = {"contest": key[0], "option": key[1], "text": text[:20] or "-"}
    remedy = Sentence("Type a whole number; 0 where there is none.")
    if key == SLIPS:
        return Sentence("Slips in the box: {text} is no whole number.", {"text": said["text"]}), remedy
    return Sentence("{contest}, {option}: {text} is no whole number.", said), remedy
