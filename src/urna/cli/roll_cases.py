"""`urna roll cases`: two people decide each case of a work list, each with an own key; the machine decides none.

Numbers and names are on the screen of whoever has the case key and the roll, and nowhere else. What others said of
a case is not shown: each adjudicator looks with own eyes.
"""

import secrets
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from urna.cli.keys import agree, ask_signer
from urna.cli.roll_cases_desk import (
    CaseArgument,
    CaseKeyFileOption,
    CasePassphrase,
    DefinitionOption,
    KeyOption,
    ListArgument,
    Passphrase,
    Yes,
    open_desk,
    thousandths,
)
from urna.cli.roll_cases_papers import appoint, keygen, open_list, report
from urna.cli.roll_key import RollPassphrase, open_roll_key
from urna.cli.screen import out
from urna.cli.words import say
from urna.encoding.canonical import digest, encode
from urna.errors import Unproven
from urna.roll.at_rest import RollKey
from urna.roll.deduplication import (
    FINAL,
    CaseDecision,
    CaseReason,
    Person,
    Standing,
    Verdict,
    open_decision,
    sign_decision,
    stand,
)
from urna.roll.elector import Elector
from urna.storage.roll_files import read_stored
from urna.words import Sentence

app = typer.Typer(no_args_is_help=True)

app.command(help=say("Make the key to which cases are sealed."))(keygen)
app.command(help=say("Name who may decide cases, as one officer; the next officer signs after you."))(appoint)
app.command(help=say("Write the public report: counts; and the sealed list of decided cases for the registry."))(report)
app.command("open-list", help=say("Show a sealed list to the registry, which has its key."))(open_list)


@app.command("list", help=say("List the cases: how alike, and how many people have decided them."))
def list_(
    folder: ListArgument, definition: DefinitionOption, case_key: CaseKeyFileOption, passphrase: CasePassphrase = None
) -> None:
    """The most alike first; nobody's number or name."""
    desk = open_desk(folder, definition, case_key, passphrase)
    table = Table(header_style="dim")
    for column in (say("case"), say("fingers"), say("score"), say("decisions"), say("state")):
        table.add_column(column)
    for name, case in sorted(desk.work.cases(desk.key), key=lambda each: (-each[1].score, each[0])):
        state = say("decided") if desk.standing(name, case) in FINAL else say("open")
        decided = str(desk.work.count_decisions(name))
        row = (str(len(case.fingers)), thousandths(case.score), decided, state)
        table.add_row(name, *row)
    out.print(table)


@app.command(help=say("Show one case to an adjudicator: both electors, and how alike each finger is."))
def show(
    folder: ListArgument,
    case_name: CaseArgument,
    definition: DefinitionOption,
    roll: Annotated[Path, typer.Option(help=say("The folder of the roll, for names."))],
    case_key: CaseKeyFileOption,
    passphrase: CasePassphrase = None,
    roll_passphrase_file: RollPassphrase = None,
) -> None:
    """Personal data: on this screen only."""
    desk = open_desk(folder, definition, case_key, passphrase)
    case, election = desk.work.case(case_name, desk.key), desk.election
    key = open_roll_key(roll, election, roll_passphrase_file)
    for person in (case.one, case.other):
        elector = _elector(person, roll, key)
        place = election.stations[person.station].name
        out.print(f"{elector.number}  {elector.name}  {place} ({person.station})", markup=False)
    for finger in case.fingers:
        score = thousandths(finger.score)
        out.print(say("finger {one} and finger {other}: {score}", one=finger.one, other=finger.other, score=score))
    decided = len(desk.judgements(case_name))
    out.print(say("Together {score}; decided by {count} people.", score=thousandths(case.score), count=decided))
    out.print(say("Compare images and documents; then: urna roll cases decide."))


@app.command(help=say("Decide a case as one adjudicator; another must do so too."))
def decide(
    folder: ListArgument,
    case_name: CaseArgument,
    definition: DefinitionOption,
    verdict: Annotated[Verdict, typer.Option(help=say("What you found."))],
    reason: Annotated[CaseReason, typer.Option(help=say("Why."))],
    case_key: CaseKeyFileOption,
    key: KeyOption,
    note: Annotated[str, typer.Option(help=say("In words, if there is more to say."))] = "",
    passphrase: CasePassphrase = None,
    passphrase_file: Passphrase = None,
    yes: Yes = False,
) -> None:
    """Check that this person may decide it, ask, sign, seal."""
    desk = open_desk(folder, definition, case_key, passphrase)
    case = desk.work.case(case_name, desk.key)
    signer = ask_signer(key, passphrase_file)
    said = CaseDecision(
        election=case.election,
        case=digest(encode(case)),
        verdict=verdict,
        reason=reason,
        note=note,
        decided_at=datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
    )
    document = sign_decision(said, desk.adjudicators, signer)
    after = stand(case, [*desk.judgements(case_name), open_decision(document, desk.adjudicators)])
    agree(say("Sign this decision?"), yes)
    desk.work.add_decision(case_name, document, secrets.token_bytes)
    if after in FINAL:
        out.print(say("The case is decided. The roll is not changed: the registry acts."), style="green")
    elif after in {Standing.ONE_SAME, Standing.ONE_DIFFERENT, Standing.ONE_UNCLEAR}:
        out.print(say("Another adjudicator decides next."), style="yellow")
    else:
        out.print(say("The two do not agree: a third adjudicator decides."), style="yellow")


def _elector(person: Person, roll: Path, key: RollKey) -> Elector:
    """Whose number this is on the roll."""
    members = read_stored(roll, person.station, key).part.members
    for member in members:
        if member.elector.number == person.number:
            return member.elector
    raise Unproven(
        Sentence("the roll that was searched"),
        Sentence("one without an elector of this case"),
        Sentence("Take the roll of the search; to search another one, begin a new work list."),
        str(roll),
    )
