"""`urna audit before ceremony`: how the guardians' rehearsal ended, worked out again from the files that it left."""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from urna.audit.examination import ExaminationKind, Result, Subject
from urna.ballot.ceremony import guardians_of, read_ceremony
from urna.ballot.keys import JointKeys
from urna.cli.audit_examination import (
    Found,
    Sitting,
    evidence_of,
    examination,
    issue,
)
from urna.cli.guardian_desk import JOINT_KEY, Desk
from urna.cli.words import say
from urna.election.definition import Election
from urna.election.signing import open_definition
from urna.encoding.canonical import decode
from urna.errors import Malformed, Unproven, UrnaError
from urna.guardian.request import OpeningRequest
from urna.storage.definition_folder import read_limited
from urna.tally.decryption import AggregateOpening, check_opening
from urna.words import Sentence

RehearsalFolder = Annotated[
    Path,
    typer.Argument(
        help=say("The folder of urna guardian rehearse, or the guardians' folders together."), metavar="FOLDER"
    ),
]


@examination
def ceremony(
    sitting: Sitting,
    folder: RehearsalFolder,
) -> None:
    """Every guardian's papers make the same joint key, and what they opened together proves itself.

    1. The rehearsed definition is a rehearsal, with as many guardians and the same threshold.
    2. Each guardian's folder by itself gives the joint key that all signed.
    3. Each opened sum is proven against the sums that were asked for.
    """
    election = sitting.election()
    note = read_limited(folder / "definition.note")
    rehearsed = open_definition(note, str(folder / "definition.note"))
    _check_same(election, rehearsed, folder)
    keys: dict[int, JointKeys] = {}
    subjects = [*_guardians(rehearsed, folder, keys), *_openings(rehearsed, folder, keys)]
    authority = rehearsed.definition.authority
    figures = {
        "guardians": len(authority.guardians),
        "threshold": authority.guardian_threshold,
        "joint_keys": len(set(keys.values())),
    }
    evidence = [evidence_of(folder, note, "definition.note of the rehearsal")]
    issue(sitting, election, ExaminationKind.CEREMONY, Found(subjects, figures, evidence=evidence))


def _check_same(election: Election, rehearsed: Election, folder: Path) -> None:
    """Only a rehearsal of this election's ceremony says something of it."""
    if rehearsed.definition.purpose != "rehearsal":
        raise Malformed(
            Sentence("the definition of a rehearsal"),
            Sentence("one of an election"),
            Sentence("Never copy the papers of the real ceremony together; examine urna guardian rehearse."),
            str(folder),
        )
    real, played = election.definition.authority, rehearsed.definition.authority
    wanted, found = (
        (len(each.guardians), each.guardian_threshold, tuple(one.name for one in each.guardians))
        for each in (real, played)
    )
    if real.guardians and wanted != found:
        raise Unproven(
            Sentence("{count} guardians of the same names, of whom {k} open", {"count": wanted[0], "k": wanted[1]}),
            Sentence("{count}, of whom {k}, or other names", {"count": found[0], "k": found[1]}),
            Sentence("Rehearse with this election's definition: urna guardian rehearse NOTE FOLDER."),
            str(folder),
        )


def _guardians(rehearsed: Election, folder: Path, keys: dict[int, JointKeys]) -> Iterator[Subject]:
    for number, guardian in enumerate(guardians_of(rehearsed), start=1):
        name = f"guardian {number:02d} {guardian.name}"[:200]
        desk = Desk(rehearsed, folder / f"guardian-{number}")
        if not (desk.folder / JOINT_KEY).is_file():
            yield _subject(name, Result.NOT_EXAMINED, "no joint key in the folder")
            continue
        try:
            papers = desk.papers()
            joint = read_limited(desk.folder / JOINT_KEY)
            keys[number] = read_ceremony(rehearsed, papers.commitments, papers.coefficients, joint)
        except UrnaError as error:
            yield _subject(name, Result.FAILED, f"expected {error.expected}, found {error.found}")
        else:
            same = keys[number] == next(iter(keys.values()))
            result = Result.PASSED if same else Result.FAILED
            yield _subject(name, result, "the joint key, signed by all" if same else "another joint key")


def _openings(rehearsed: Election, folder: Path, keys: dict[int, JointKeys]) -> Iterator[Subject]:
    request_file = folder / "request.json"
    files = sorted(folder.glob("guardian-*/aggregates/*.json"))
    if not files or not request_file.is_file() or not keys:
        yield _subject("opening", Result.NOT_EXAMINED, "no sums were opened")
        return
    request = decode(read_limited(request_file), OpeningRequest, str(request_file))
    asked = {each.planned.serial: each for each in request.aggregates}
    done = set()
    for file in files:
        opening = decode(read_limited(file), AggregateOpening, str(file))
        name = f"opening {opening.serial:04d} by {file.parent.parent.name}"
        if opening.serial not in asked:
            yield _subject(name, Result.FAILED, "nobody asked for it")
            continue
        done.add(opening.serial)
        try:
            check_opening(rehearsed, next(iter(keys.values())), opening, asked[opening.serial].ciphertexts, str(file))
        except UrnaError as error:
            yield _subject(name, Result.FAILED, f"expected {error.expected}, found {error.found}")
        else:
            yield _subject(name, Result.PASSED, "proven")
    for serial in sorted(asked.keys() - done):
        yield _subject(f"opening {serial:04d}", Result.NOT_EXAMINED, "asked for and not opened")


def _subject(name: str, result: Result, found: str) -> Subject:
    return Subject(subject=name, result=result, expected="every proof holds", found=found[:200])
