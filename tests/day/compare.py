"""Where the signed sheet, the papers and the ballots are not what the script says."""

import secrets
from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import TypeVar

from tests.day.play import Played
from tests.day.script import Expected, expected
from tests.day.table import COPIES

from urna.ballot.published import BallotList
from urna.election.outcomes import Ending
from urna.election.statement import PollBookStatement
from urna.encoding.canonical import decode
from urna.encoding.document import open_document
from urna.log.note import NoteVerifier
from urna.record.bundle import StationBundle
from urna.storage.out_folder import read_bundle
from urna.tally.sheet import TallySheet
from urna.verify.encrypted import inspect_bundle

Row = tuple[str, int, int]
"""A count's name, what the script has, and what was found."""

Name = TypeVar("Name", bound=StrEnum)


def differences(played: Played) -> list[str]:
    """Empty when everything is as the script says, and the ballots prove the sheet as they do to everybody."""
    station = played.station
    election, kit = station.made.election, station.made.kit
    bundle = read_bundle(station.folder / "out")
    names = [election.key_name(kit.station, f"booth-{number}") for number in range(1, len(kit.keys.booths) + 1)]
    keys = [NoteVerifier(name, key) for name, key in zip(names, kit.keys.booths, strict=True)]
    sheet = open_document(bundle.sheet, TallySheet, keys)
    poll_book = NoteVerifier(election.key_name(kit.station, "poll-book"), kit.keys.poll_book)
    statement = open_document(sheet.statement.encode(), PollBookStatement, [poll_book])
    wanted = expected(played.done, station.contests)
    rows = [
        *_people(wanted, statement, len(station.made.electors)),
        *_ballots(wanted, sheet),
        *_votes(wanted, sheet),
        ("papers", wanted.papers, played.papers.whole),
        ("torn papers", wanted.counts["torn"], played.papers.torn),
        ("copies of the sheet", COPIES + 1, played.sheets.whole),
    ]
    different = [f"{name}: the script has {script}, found {found}" for name, script, found in rows if script != found]
    return different + _unproven(played, bundle, sheet)


def _people(wanted: Expected, statement: PollBookStatement, registered: int) -> Iterator[Row]:
    counts = wanted.counts
    yield "registered", registered, statement.registered
    yield "codes of the sheet", counts["codes"], statement.codes_used
    yield "codes by telephone", counts["telephone"], statement.telephone_codes_used
    yield "second attempts", counts["refused"], statement.refused_second_attempts
    yield "withdrawn", counts["withdrawn"], statement.withdrawn
    yield "let in again", counts["readmitted"], statement.readmitted
    yield "activations", counts["activations"], statement.activations
    yield "doubtful decisions", 0, statement.doubtful_decisions
    yield "signatures", wanted.identified.total(), statement.signatures or 0
    yield from _by_name("identified", wanted.identified, statement.identified)
    yield from _by_name("admitted because", wanted.overrides, statement.overrides)
    yield from _by_name("ended", {each: counts[each] for each in Ending}, statement.endings)


def _ballots(wanted: Expected, sheet: TallySheet) -> Iterator[Row]:
    yield "cast", wanted.counts["cast"], sheet.cast
    yield "void", wanted.counts["void"], sum(each.void for each in sheet.booths)
    yield "challenged", wanted.counts["challenged"], sum(each.challenged for each in sheet.booths)


def _votes(wanted: Expected, sheet: TallySheet) -> Iterator[Row]:
    for tally in sheet.contests:
        if tally.votes is None:
            continue
        for each in tally.votes:
            yield f"{tally.contest} {each.option}", wanted.votes[tally.contest, each.option], each.votes
        yield f"{tally.contest} undervotes", wanted.undervotes[tally.contest], tally.undervotes or 0


def _by_name(title: str, script: Mapping[str, int], found: Mapping[Name, int]) -> Iterator[Row]:
    counts = {str(name): count for name, count in found.items()}
    for name in sorted({*script, *counts}):
        yield f"{title} {name}", script.get(name, 0), counts.get(name, 0)


def _unproven(played: Played, bundle: StationBundle, sheet: TallySheet) -> list[str]:
    """What the centre would find wrong with these files, and everybody in the record."""
    made = played.station.made
    if made.kit.joint_keys is None or bundle.ballots is None:
        return ["the sheet comes without encrypted ballots"]
    listed = decode(bundle.ballots, BallotList)
    found = inspect_bundle(
        made.election,
        made.kit.joint_keys,
        sheet,
        listed,
        bundle.ciphertexts,
        bundle.opened,
        coefficients=secrets.token_bytes,
    )
    return [str(each) for each in found]
