"""`urna audit`: how much paper an audit will read, and the hand counts of the boxes that were drawn."""

import re
from fractions import Fraction
from typing import Annotated

import typer
from rich.table import Table

from urna.audit.planning import Nation, NationPlan, plan_nation
from urna.audit.risk.comparison import Discrepancies
from urna.cli.audit_count import count
from urna.cli.audit_draw import draw
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


app.command(help=say("Draw a round by the committed rules and the public seed."))(draw)
app.command(help=say("Keep a hand count that two people typed alike; name what differs."))(count)


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
