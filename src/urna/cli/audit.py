"""`urna audit`: audits before, during and after the day, from their rules to their report."""

import re
from fractions import Fraction
from typing import Annotated

import typer
from rich.table import Table

from urna.audit.planning import Nation, NationPlan, plan_nation
from urna.audit.risk.comparison import Discrepancies
from urna.cli.audit_before import app as before_app
from urna.cli.audit_commit import commit
from urna.cli.audit_count import count, lost
from urna.cli.audit_draw import draw
from urna.cli.audit_during import app as during_app
from urna.cli.audit_manifest import manifest
from urna.cli.audit_people import app as people_app
from urna.cli.audit_photos import photos
from urna.cli.audit_print import print_papers
from urna.cli.audit_read import read
from urna.cli.audit_report import report
from urna.cli.audit_seed import seed as roll
from urna.cli.audit_serve import serve
from urna.cli.audit_sign import keygen, sign
from urna.cli.audit_stick import export_acts, import_acts
from urna.cli.screen import out
from urna.cli.words import say
from urna.errors import Malformed
from urna.words import Sentence

_PART = re.compile(r"\A(?:[0-9]{1,9}(?:\.[0-9]{1,12})?%?|[0-9]{1,12}/0*[1-9][0-9]{0,11})\Z")

app = typer.Typer(no_args_is_help=True)

MarginOption = Annotated[str, typer.Option("--margin", help=say("The reported margin: 5%, 0.05 or 1/20."))]
LimitOption = Annotated[str, typer.Option("--limit", help=say("The risk limit: 5%, 0.05 or 1/20."))]
StationsOption = Annotated[
    int, typer.Option("--stations", min=1, max=1_000_000, help=say("How many stations there are."))
]
SlipsOption = Annotated[int, typer.Option("--slips", min=1, max=100_000, help=say("Slips in the box of each station."))]
SpreadOption = Annotated[
    str, typer.Option("--spread", help=say("Standard deviation of the stations' shares around the national one."))
]
OverOneOption = Annotated[
    str, typer.Option("--over-one", help=say("Part of the records that overstate the margin by one vote."))
]
OverTwoOption = Annotated[
    str, typer.Option("--over-two", help=say("Part of the records that overstate the margin by two votes."))
]
RunsOption = Annotated[
    int, typer.Option("--runs", min=1, max=100_000, help=say("How many polling audits to simulate."))
]
SeedOption = Annotated[
    int, typer.Option("--seed", min=0, max=2**63 - 1, help=say("Simulates the same audits again; it draws no paper."))
]


@app.callback()
def audit() -> None:
    """A verb of verbs."""


app.command(help=say("Make the key of a member of an audit board."))(keygen)
app.command(help=say("List the boxes of an edition, and how many slips each may hold."))(manifest)
app.command(help=say("Write the rules of an audit, before its seed: what, how many, and who signs."))(commit)
app.command("seed", help=say("Write down what the public dice said, once the rules are public."))(roll)
app.command(help=say("Draw a round by the published rules and the public seed."))(draw)
app.command(help=say("Write what the slips of a round say, as sums that two people typed alike."))(read)
app.command(help=say("Write a box's hand count that two people typed alike; name what differs."))(count)
app.command(help=say("Write that two people looked for a box and did not find it."))(lost)
app.command(help=say("Say what the counts say of the outcome, with which risk, and whether to stop."))(report)
app.command(help=say("Add a signature to a note that others signed."))(sign)
app.add_typer(before_app, name="before", help=say("Examine before the day: readiness, roll, software, rehearsals."))
app.add_typer(during_app, name="during", help=say("Examine on the day: parallel tests, counts, challenges, incidents."))
app.command(help=say("Count a box from photographs of its slips; people decide what cannot be read."))(photos)
app.command("print", help=say("Print what an audit needs: lists of boxes, worksheets, and its reports."))(print_papers)
app.command(help=say("Show an audit's pages: boards type, the coordinator draws, decides and reports."))(serve)
app.add_typer(people_app, name="people", help=say("Make the accounts of an audit's pages."))
app.command("export", help=say("Write what was done at this place to a stick, signed."))(export_acts)
app.command("import", help=say("Read from a stick what was done at the audit's other places."))(import_acts)


@app.command(help=say("Work out how much paper an audit will read, by three ways of auditing."))
def plan(
    *,
    margin: MarginOption = "5%",
    limit: LimitOption = "5%",
    stations: StationsOption = 30_026,
    slips: SlipsOption = 410,
    spread: SpreadOption = "10%",
    over_one: OverOneOption = "0",
    over_two: OverTwoOption = "0",
    runs: RunsOption = 1000,
    seed: SeedOption = 1,
) -> None:
    """The modelled nation of docs/audits.md, with these numbers."""
    nation = Nation(
        stations,
        slips,
        float(read_part(spread, "--spread")),
        read_part(margin, "--margin"),
        read_part(limit, "--limit"),
    )
    rates = Discrepancies(read_part(over_one, "--over-one"), read_part(over_two, "--over-two"))
    _tell(nation, plan_nation(nation, rates, runs=runs, seed=seed))


def read_part(text: str, where: str) -> Fraction:
    """A part of a whole as people write it, exactly: 5%, 0.05 or 1/20.

    Raises:
        Malformed: something else, or not from 0 to 1.
    """
    part = Fraction(text.removesuffix("%")) / (100 if text.endswith("%") else 1) if _PART.match(text) else None
    if part is None or part > 1:
        raise Malformed(
            Sentence("a part from 0 to 1 such as 5%, 0.05 or 1/20"),
            Sentence("{text}", {"text": repr(text[:40])}),
            Sentence("Write it as a percentage, a decimal or a fraction."),
            where,
        )
    return part


def _tell(nation: Nation, planned: NationPlan) -> None:
    table = Table(header_style="dim")
    table.add_column(say("way of auditing"))
    table.add_column(say("paper read"), justify="right")
    slips = nation.stations * nation.slips
    table.add_row(say("slips against their own records"), say("{count} slips", count=f"{planned.comparison:,}"))
    table.add_row(say("slips alone, on average"), say("{count} slips", count=f"{planned.polling:,}"))
    table.add_row(say("slips alone, nine audits of ten"), say("{count} slips", count=f"{planned.polling_late:,}"))
    table.add_row(
        say("stations against their sheets"),
        say(
            "{stations} stations, about {count} slips",
            stations=f"{planned.stations:,}",
            count=f"{planned.stations * nation.slips:,}",
        ),
    )
    out.print(table)
    out.print(say("Of {count} slips in {stations} stations.", count=f"{slips:,}", stations=f"{nation.stations:,}"))
    out.print(say("A plan decides nothing: an audit that was planned too small goes on."))
