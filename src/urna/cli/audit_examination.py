"""What all examinations share at the keyboard: who was there, who signs, what was drawn; the note and its paper.

Several officers sign one examination, together (`--officer` more than once) or one after the other on machines of their
own: whoever comes later gives the same inputs, and the note that is there already.
"""

import inspect
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from fractions import Fraction
from functools import wraps
from pathlib import Path
from typing import Annotated, Any, NamedTuple

import typer

from urna.audit.examination import (
    MOST_EVIDENCE,
    BoundFigure,
    Evidence,
    Examination,
    ExaminationKind,
    Figure,
    Result,
    Subject,
    check_examination,
    rounded_up,
)
from urna.audit.rounds import DrawRound
from urna.cli.audit_folder import PassphraseOption, signers_of
from urna.cli.election import print_signatures
from urna.cli.keys import agree
from urna.cli.paper_screen import show_paper
from urna.cli.screen import out
from urna.cli.words import say, say_in, spoken
from urna.devices.printer_typst import paper_pdf
from urna.election.definition import Election
from urna.election.signing import join_signature, open_definition, sign_first
from urna.encoding.canonical import Code, Hash, Moment, decode, digest, encode
from urna.encoding.document import read_document
from urna.errors import Malformed, Unproven
from urna.log.note import parse_note
from urna.papers.examination_report import examination_report, subject_sentence
from urna.storage.definition_folder import read_limited, replace_file
from urna.words import Sentence

DefinitionNote = Annotated[Path, typer.Argument(help=say("The signed definition.note."), metavar="NOTE")]
OutNote = Annotated[
    Path, typer.Argument(help=say("The examination to write; the next officer adds to it."), metavar="OUT")
]
SerialOption = Annotated[int, typer.Option("--serial", min=1, help=say("Its number among the examinations, from 1."))]
PlaceOption = Annotated[str, typer.Option("--place", help=say("Where it was held."))]
PresentOption = Annotated[list[str], typer.Option("--present", help=say("A name of somebody present; more than once."))]
OfficerOption = Annotated[list[Path], typer.Option("--officer", help=say("An officer's key file; more than once."))]
HeldAtOption = Annotated[
    str, typer.Option("--held-at", help=say("When it was held, as 2026-12-06T14:00:00Z; now, if left out."))
]
ConclusionOption = Annotated[str, typer.Option("--conclusion", help=say("What follows from it, in a sentence."))]
PdfOption = Annotated[Path | None, typer.Option("--pdf", help=say("Write the printed report there."))]
DrawOption = Annotated[
    Path | None, typer.Option("--draw", help=say("The round that the public seed drew; what it names is examined."))
]
YesOption = Annotated[bool, typer.Option("--yes", help=say("Do not ask before signing."))]


class Sitting(NamedTuple):
    """What the command line says of an examination, whatever is examined."""

    definition: Path
    out: Path
    serial: int
    place: str
    present: Sequence[str]
    officers: Sequence[Path]
    passphrases: Sequence[Path]
    held_at: str
    conclusion: str
    pdf: Path | None
    yes: bool

    def election(self) -> Election:
        """The signed definition's election."""
        return open_definition(read_limited(self.definition), str(self.definition))


def _sit(
    definition: DefinitionNote,
    document: OutNote,
    *,
    serial: SerialOption,
    place: PlaceOption,
    present: PresentOption,
    officer: OfficerOption,
    passphrase_file: PassphraseOption = None,
    held_at: HeldAtOption = "",
    conclusion: ConclusionOption = "",
    pdf: PdfOption = None,
    yes: YesOption = False,
) -> Sitting:
    """What every examination is told on the command line; `examination` adds it to a command."""
    return Sitting(
        definition, document, serial, place, present, officer, passphrase_file or [], held_at, conclusion, pdf, yes
    )


def examination(command: Callable[..., None]) -> Callable[..., None]:
    """A command with the words that every examination has, besides its own: it is called with a `Sitting` first.

    NOTE comes before the command's own arguments and OUT after them; typer reads both from the signature that is made
    here, so nine commands need not write these eleven words again.
    """
    own = list(inspect.signature(command).parameters.values())[1:]
    common = list(inspect.signature(_sit).parameters.values())
    arguments = [each for each in own if each.kind is not inspect.Parameter.KEYWORD_ONLY]
    options = [each for each in own if each.kind is inspect.Parameter.KEYWORD_ONLY]
    merged = [common[0], *arguments, common[1], *options, *common[2:]]
    names = {each.name for each in common}

    @wraps(command)
    def examine(**given: Any) -> None:
        sitting = _sit(**{name: value for name, value in given.items() if name in names})
        command(sitting, **{name: value for name, value in given.items() if name not in names})

    examine.__signature__ = inspect.Signature(merged)  # type: ignore[attr-defined]  # typer reads it
    examine.__annotations__ = {each.name: each.annotation for each in merged}
    return examine


class Found(NamedTuple):
    """What an examination found, in any order."""

    subjects: Iterable[Subject]
    figures: Mapping[str, int] = {}
    bounds: Mapping[str, Fraction] = {}
    evidence: Iterable[Evidence] = ()
    draw: Code = ""


def evidence_of(path: Path, data: bytes, name: str = "") -> Evidence:
    """A file that an examination rests on; only its name is written, never where it lay."""
    return Evidence(name=name or path.name, sha256=digest(data), size=len(data))


def read_round(path: Path, election: Election) -> DrawRound:
    """The round of a draw, as `urna audit draw` wrote it or as the record has it, its signatures left to `urna verify`.

    Raises:
        Malformed: no round.
        Unproven: of another election.
    """
    data = read_limited(path)
    is_note = b"\n\n" in data
    drawn = decode(parse_note(data, str(path)).text[:-1].encode() if is_note else data, DrawRound, str(path))
    if drawn.election != election.identity:
        raise _of_another(election.identity, drawn.election, str(path))
    return drawn


def chosen_stations(
    election: Election, drawn: DrawRound | None, named: Sequence[Code], *, everybody: bool = True
) -> tuple[Code, ...]:
    """The stations to examine: the drawn ones, else those that are named, else all.

    Raises:
        Malformed: drawn and named at once, none at all, or one that is not in the definition.
    """
    if drawn is not None and named:
        raise Malformed(
            Sentence("stations that were drawn or stations that are named"),
            Sentence("both"),
            Sentence("Leave --station out: what is examined is what was drawn."),
            "--station",
        )
    stations = drawn.to_fetch if drawn is not None else tuple(dict.fromkeys(named))
    stations = stations or (tuple(election.stations) if everybody else ())
    unknown = next((code for code in stations if code not in election.stations), None)
    if unknown is not None or not stations:
        raise Malformed(
            Sentence("stations of the definition"),
            Sentence("{station}", {"station": repr(unknown[:40]) if unknown else "none"}),
            Sentence("Draw containers of the manifest of stations, or name stations with --station."),
            "--draw" if drawn is not None else "--station",
        )
    return stations


def issue(sitting: Sitting, election: Election, kind: ExaminationKind, found: Found) -> None:
    """Writes, shows and signs the examination; exit code 1 if something did not pass or was not examined.

    1. Put the record together, at the hour that the first officer wrote.
    2. Show it as the paper says it, and write the PDF.
    3. Ask, and add the signatures.
    """
    examination = _record(sitting, election, kind, found)
    check_examination(examination, str(sitting.out))
    language = spoken()
    show_paper(examination_report(election, examination, say=say_in(language), language=language))
    show_subjects(examination)
    _sign(sitting, election, examination)
    if sitting.pdf is not None:
        paper = examination_report(election, examination, say=say_in(language), language=language)
        replace_file(sitting.pdf, paper_pdf(paper))
        out.print(say("The report to sign by hand: {file}", file=str(sitting.pdf)), markup=False)
    if examination.failed or examination.unexamined:
        raise typer.Exit(1)


def show_subjects(examination: Examination) -> None:
    """What did not pass, a line each; the paper on the screen has no register."""
    for mark, style, subjects in (("✘", "red", examination.failed), ("?", "yellow", examination.unexamined)):
        for each in subjects[:200]:
            out.print(f"{mark} {say(subject_sentence(each))}", style=style, markup=False)


def _record(sitting: Sitting, election: Election, kind: ExaminationKind, found: Found) -> Examination:
    subjects = tuple(sorted(found.subjects, key=lambda each: each.subject))
    record = Examination(
        election=election.identity,
        serial=sitting.serial,
        kind=kind,
        draw=found.draw,
        held_at=_held_at(sitting),
        place=sitting.place,
        present=tuple(" ".join(name.split()) for name in sitting.present),
        subjects=subjects,
        figures=tuple(Figure(name=name, number=number) for name, number in sorted(found.figures.items())),
        bounds=tuple(BoundFigure(name=name, ratio=rounded_up(share)) for name, share in sorted(found.bounds.items())),
        evidence=_folded(sorted(found.evidence, key=lambda each: each.name)),
        conclusion=sitting.conclusion or _summed(subjects),
    )
    return decode(encode(record), Examination, str(sitting.out))


def _folded(evidence: Sequence[Evidence]) -> tuple[Evidence, ...]:
    """The files, or where a nation's would be too many one list of them, as `sha256sum` writes it."""
    if len(evidence) <= MOST_EVIDENCE:
        return tuple(evidence)
    listed = "".join(f"{each.sha256}  {each.name}\n" for each in evidence).encode()
    return (Evidence(name=f"list of {len(evidence)} files", sha256=digest(listed), size=len(listed)),)


def _summed(subjects: Sequence[Subject]) -> str:
    passed, failed, unexamined = (sum(each.result is result for each in subjects) for result in Result)
    return f"{passed} passed, {failed} failed, {unexamined} not examined."


def _held_at(sitting: Sitting) -> Moment:
    """As it was given, as the officer wrote who signed first, or now."""
    if sitting.held_at:
        return sitting.held_at
    if sitting.out.exists():
        return read_document(read_limited(sitting.out), Examination, str(sitting.out)).held_at
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _sign(sitting: Sitting, election: Election, record: Examination) -> None:
    """All signatures or none: the file is written once, after the last passphrase was right."""
    agree(say("Sign this document?"), sitting.yes)
    where, authority = str(sitting.out), election.definition.authority
    document = read_limited(sitting.out) if sitting.out.exists() else b""
    for signer in signers_of(sitting.officers, sitting.passphrases):
        if document:
            document = join_signature(document, record, authority, signer, where)
        else:
            document = sign_first(record, authority, signer)
    replace_file(sitting.out, document)
    print_signatures(election, document, where)


def _of_another(expected: Hash, found: Hash, where: str) -> Unproven:
    return Unproven(
        Sentence("a document of the election {identity}", {"identity": expected[:16]}),
        Sentence("one of the election {identity}", {"identity": found[:16]}),
        Sentence("Check which election this file belongs to."),
        where,
    )
