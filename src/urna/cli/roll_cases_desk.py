"""What all acts on cases share: the options, and a work list opened with its key and its adjudicators."""

import re
from pathlib import Path
from typing import Annotated, NamedTuple

import typer

from urna.cli.election import read_source
from urna.cli.keys import ask_passphrase
from urna.cli.words import say
from urna.crypto.sealing import SealingKey
from urna.election.definition import Election
from urna.election.signing import officers_of
from urna.encoding.canonical import PublicKey
from urna.encoding.document import open_document
from urna.errors import Malformed, Unproven, UrnaError
from urna.roll.case_key import open_case_key, read_case_key
from urna.roll.deduplication import Adjudicators, Case, Judgement, Standing, open_decision, stand
from urna.roll.deduplication_report import MILLION
from urna.storage.definition_folder import read_limited
from urna.storage.worklist import ADJUDICATORS, WorkList
from urna.words import Sentence

MAX_KEY_BYTES = 4096

ListArgument = Annotated[Path, typer.Argument(help=say("The folder of the work list."), metavar="LIST")]
CaseArgument = Annotated[str, typer.Argument(help=say("The name of the case."), metavar="CASE")]
DefinitionOption = Annotated[
    Path, typer.Option("--definition", help=say("The definition: its folder, or the signed definition.note."))
]
CaseKeyFileOption = Annotated[Path, typer.Option("--case-key", help=say("The file of the case key."))]
CasePassphrase = Annotated[
    Path | None,
    typer.Option("--case-passphrase-file", help=say("Read the passphrase of the case key from this file.")),
]
KeyOption = Annotated[Path, typer.Option(help=say("Your key file, from urna authority keygen."))]
Passphrase = Annotated[Path | None, typer.Option(help=say("Read the passphrase from this file instead of asking."))]
Yes = Annotated[bool, typer.Option("--yes", help=say("Do not ask before signing."))]


class Desk(NamedTuple):
    """A work list with what it takes to read it."""

    election: Election
    work: WorkList
    adjudicators: Adjudicators
    key: SealingKey

    def judgements(self, name: str) -> list[Judgement]:
        """The decisions on a case, each with the adjudicator who signed it."""
        documents = self.work.decisions(name, self.key)
        return [open_decision(document, self.adjudicators, name) for document in documents]

    def standing(self, name: str, case: Case) -> Standing:
        """How far a case has come; decisions that do not fit together are an error that names the case."""
        try:
            return stand(case, self.judgements(name))
        except UrnaError as error:
            error.where = error.where or name
            raise


def open_desk(folder: Path, definition: Path, case_key: Path, passphrase_file: Path | None) -> Desk:
    """Opens a work list.

    1. The list is of this election.
    2. Enough officers signed who may decide.
    3. The case key is the one to which the cases are sealed.

    Raises:
        Malformed, Unproven: one of these does not hold, or another passphrase.
    """
    election, _ = read_source(definition)
    work = WorkList(folder)
    if work.head.election != election.identity:
        raise Unproven(
            Sentence("a work list of the election {id}", {"id": election.identity[:16]}),
            Sentence("one of the election {id}", {"id": work.head.election[:16]}),
            Sentence("Check that definition and work list are of one election."),
            str(folder),
        )
    return Desk(
        election, work, _adjudicators(folder / ADJUDICATORS, election), _case_key(work, case_key, passphrase_file)
    )


def open_private_half(file: Path, passphrase_file: Path | None) -> SealingKey:
    """The private half of a case key, its passphrase asked for or read."""
    closed = read_case_key(read_limited(file, MAX_KEY_BYTES), str(file))
    return open_case_key(closed, ask_passphrase(say("Passphrase of {name}", name=closed.name), passphrase_file))


def public_half(text: str) -> PublicKey:
    """The public half of a case key, given as it is or as the key's file.

    Raises:
        Malformed: neither.
    """
    if re.fullmatch(r"[0-9a-f]{64}", text, re.ASCII):
        return text
    return read_case_key(read_limited(Path(text), MAX_KEY_BYTES), text).public_hex


def thousandths(millionths: int) -> str:
    """A score as people read it, 0.000 to 1.000 for each finger."""
    return f"{millionths / MILLION:.3f}"


def _adjudicators(path: Path, election: Election) -> Adjudicators:
    if not path.is_file():
        raise Malformed(
            Sentence("a document that names the adjudicators"),
            Sentence("none"),
            Sentence("Let the officers name them: urna roll cases appoint."),
            str(path),
        )
    authority = election.definition.authority
    data = read_limited(path)
    found = open_document(data, Adjudicators, officers_of(authority), authority.threshold, str(path))
    if found.election != election.identity:
        raise Unproven(
            Sentence("adjudicators of the election {id}", {"id": election.identity[:16]}),
            Sentence("those of the election {id}", {"id": found.election[:16]}),
            Sentence("Let the officers of this election name them."),
            str(path),
        )
    return found


def _case_key(work: WorkList, file: Path, passphrase_file: Path | None) -> SealingKey:
    public_hex = read_case_key(read_limited(file, MAX_KEY_BYTES), str(file)).public_hex
    if public_hex != work.head.key:
        raise Unproven(
            Sentence("the case key {key}", {"key": work.head.key[:16]}),
            Sentence("the key {key}", {"key": public_hex[:16]}),
            Sentence("Take the case key with which the search was begun."),
            str(file),
        )
    return open_private_half(file, passphrase_file)
