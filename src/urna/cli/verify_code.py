"""`urna verify RECORD --code …` and `--slip FILE`: one voter's ballot in the record, or the proof that it is not there.

Nobody has to be believed: what is printed says how to do it again with sha256sum.
"""

import json
from typing import NamedTuple

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from rich.text import Text

from urna.ballot.confirmation import read_code, write_code
from urna.cli.screen import err, groups_of_four, out
from urna.cli.words import in_spoken, say
from urna.election.definition import Election
from urna.election.outcomes import BallotState
from urna.encoding.canonical import encode
from urna.errors import Malformed
from urna.log.shape import climb
from urna.record.layout import ballots_path, sheet_path
from urna.storage.record import FolderReader
from urna.verify.code_search import FoundCode, Opened, find_code, open_for_codes, open_slip
from urna.verify.pins import Pins
from urna.verify.work import Spread
from urna.words import N_, Sentence

STATES = {
    BallotState.CAST: N_("It was CAST: it is one of the ballots that the station's sheet counts."),
    BallotState.VOID: N_("It is VOID: its paper was not cast, and nothing counts it."),
    BallotState.CHALLENGED: N_("It was CHALLENGED: its voter had it opened, and it does not count."),
}
"""What became of a ballot, for its voter."""


class Wanted(NamedTuple):
    """What is looked for: a code, where, and whether a booth's signature says that it must be there."""

    code: bytes
    station: str
    is_signed: bool


def look_for_code(
    reader: FolderReader, pins: Pins, code: str, slip: bytes, station: str, *, spread: Spread, as_json: bool
) -> bool:
    """Looks for a code and says what was found; whether the ballot is there.

    Args:
        reader: the record.
        pins: what the reader knows from elsewhere.
        code: as it was typed; empty if there is a slip.
        slip: the signed document of a slip; empty if there is a code.
        station: where to look; everywhere if empty. A slip names its own.
        spread: carries out boxes of ballots.
        as_json: for machines.
    """
    if code and slip:
        raise Malformed(
            Sentence("a code or a slip"), Sentence("both"), Sentence("Give one of the two; a slip has its code in it.")
        )
    typed = read_code(code) if code else b""
    opened = open_for_codes(reader, pins)
    wanted = _of_slip(opened, slip) if slip else Wanted(typed, station, False)
    with _bar(quiet=as_json) as bars:
        task = bars.add_task(say("Ballots"), total=None)
        found = find_code(
            opened,
            wanted.code,
            wanted.station,
            spread,
            lambda done, total: bars.update(task, completed=done, total=total),
        )
    if as_json:
        out.out(json.dumps(_plain(wanted, found), ensure_ascii=False, indent=1))
    elif found is None:
        _show_absent(wanted)
    else:
        _show(opened.keyed.election, wanted, found)
    return found is not None


def _of_slip(opened: Opened, slip: bytes) -> Wanted:
    read = open_slip(opened, slip, say("the slip"))
    return Wanted(read.code_bytes, read.station, True)


def _bar(*, quiet: bool) -> Progress:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    return Progress(*columns, console=err, transient=True, disable=quiet or not err.is_terminal)


def _show(election: Election, wanted: Wanted, found: FoundCode) -> None:
    """1. What became of the ballot. 2. Where it is. 3. How to check that by hand."""
    out.print(Text(write_code(wanted.code), style="bold"))
    state = found.ballot.state
    out.print(Text(f"✓ {say(STATES[state])}", style="yellow" if state is BallotState.VOID else "bold green"))
    out.print(say("Station {station}, ballot {ballot}.", station=found.station, ballot=found.ballot.id))
    out.print(
        say(
            "It proves itself, and is leaf {leaf}, counted from 0, of {leaves} in {file}.",
            leaf=found.leaf,
            leaves=found.leaves,
            file=ballots_path(found.station),
        )
    )
    out.print(say("The root of this list is on {file}, which every booth signed:", file=sheet_path(found.station, 0)))
    out.print(Text(groups_of_four(found.root.hex()), style="dim"))
    _show_opened(election, found)
    out.print()
    out.print(say("To check it by hand, hash this line, with a byte 0 before it and no newline after it:"))
    out.print(encode(found.ballot).decode(), markup=False)
    out.print(say("Its SHA-256 has to be:"))
    out.print(Text(f"  {found.leaf_hash.hex()}", style="dim"))
    if found.proof:
        out.print(
            say("Put each of these beside what you have, a byte 1 before the two, and hash again, up to the root:")
        )
    for hashed, step in zip(found.proof, climb(found.leaf, found.leaves - 1), strict=True):
        side = say("to the left") if step.on_left else say("to the right")
        out.print(Text(f"  {hashed.hex()} {side}", style="dim"))
    out.print(say("That the sheet is right is what the whole verification shows: urna verify RECORD."))


def _show_opened(election: Election, found: FoundCode) -> None:
    """What a challenged ballot says, so that its voter can compare it with what was chosen."""
    if found.opened is None:
        return
    out.print(say("Opened, it says:"))
    for each in found.opened.options:
        if each.votes:
            contest = election.contests[each.contest]
            option = next(option for option in contest.options if option.code == each.option)
            out.print(f"  {in_spoken(contest.title)}: {option.name}", markup=False)


def _show_absent(wanted: Wanted) -> None:
    out.print(Text(write_code(wanted.code), style="bold"))
    where = wanted.station or say("any station")
    absent = say("No ballot in this record has this code, at {where}.", where=where)
    out.print(Text(f"✗ {absent}", style="bold red"))
    for sentence in _what_it_means(wanted):
        out.print(sentence)


def _what_it_means(wanted: Wanted) -> list[str]:
    if wanted.is_signed:
        return [
            say(
                "A booth of station {station} signed this slip: it made a ballot that the record does not have. The "
                "slip is a public proof of that. Give copies of it to the authority and to observers, and keep it.",
                station=wanted.station,
            ),
            say("Anyone checks it with this record and the same command: urna verify RECORD --slip FILE."),
        ]
    return [
        say("Look at the slip again: a digit may be mistyped, and the station is printed on it."),
        say(
            "If the code is right, the QR code of the slip holds the booth's signature. With it the slip is a public "
            "proof that a ballot is missing: urna verify RECORD --slip FILE, with the text of the QR code as the file."
        ),
    ]


def _plain(wanted: Wanted, found: FoundCode | None) -> dict[str, object]:
    """What was found, as JSON has it."""
    plain: dict[str, object] = {"code": write_code(wanted.code), "found": found is not None}
    if found is None:
        return {**plain, "signed": wanted.is_signed, "station": wanted.station, "meaning": _what_it_means(wanted)}
    return {
        **plain,
        "station": found.station,
        "ballot": found.ballot.id,
        "state": found.ballot.state.value,
        "meaning": [say(STATES[found.ballot.state])],
        "leaf": found.leaf,
        "leaves": found.leaves,
        "leaf_text": encode(found.ballot).decode(),
        "leaf_hash": found.leaf_hash.hex(),
        "proof": [
            {"hash": hashed.hex(), "side": "left" if step.on_left else "right"}
            for hashed, step in zip(found.proof, climb(found.leaf, found.leaves - 1), strict=True)
        ],
        "root": found.root.hex(),
        "sheet": sheet_path(found.station, 0),
        "opened": [
            {"contest": each.contest, "option": each.option, "votes": each.votes}
            for each in (found.opened.options if found.opened else ())
        ],
    }
