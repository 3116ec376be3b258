"""A definition on the terminal: tables that an official can compare with the law."""

from collections import Counter
from collections.abc import Sequence

import msgspec
from rich import box
from rich.table import Table
from rich.text import Text

from urna.cli.screen import groups_of_four, out
from urna.cli.words import in_spoken, say
from urna.election.definition import Authority, Contest, Definition, Election, SeatRule, Station

MOST_STATIONS = 40
"""Stations that are listed without --all."""


def show_definition(election: Election, all_stations: bool) -> None:
    """Everything that the signatures cover, in the order of the definition."""
    definition = election.definition
    _show_head(election)
    out.print(_contests(definition.contests))
    out.print(_parties(definition))
    out.print(_styles(election))
    out.print(_stations(definition.stations if all_stations else definition.stations[:MOST_STATIONS]))
    if not all_stations and len(definition.stations) > MOST_STATIONS:
        more = len(definition.stations) - MOST_STATIONS
        out.print(say("… and {more} more stations: --all lists them.", more=more))
    out.print(_rules(definition))
    out.print(_authority(definition.authority))


def _show_head(election: Election) -> None:
    """Title, times and identity; a rehearsal says so first."""
    definition = election.definition
    if definition.purpose == "rehearsal":
        out.print(say("This is a rehearsal; it can never be taken for an election."), style="bold yellow")
    out.print(Text(in_spoken(definition.title), style="bold"))
    opens, closes = definition.opens_at, definition.closes_at
    out.print(say("{code}, from {opens} to {closes}", code=definition.code, opens=opens, closes=closes), markup=False)
    out.print(Text.assemble((groups_of_four(election.identity), "bold cyan"), "\n"))


def _table(title: str, *columns: str, numbers: Sequence[str] = ()) -> Table:
    """An empty table; the columns in `numbers` are set to the right. On a narrow screen words are folded, never cut."""
    table = Table(title=Text(title), title_justify="left", title_style="bold", header_style="dim", pad_edge=False)
    table.box, table.padding = box.SIMPLE_HEAD, (0, 1, 0, 0)
    for column in (*columns, *numbers):
        table.add_column(column, justify="right" if column in numbers else "left", overflow="fold")
    return table


def _contests(contests: Sequence[Contest]) -> Table:
    table = _table(
        say("Contests"),
        say("contest and territory"),
        say("kind"),
        say("electorate"),
        say("method"),
        numbers=[say("votes"), say("seats"), say("cards"), say("choices")],
    )
    for contest in contests:
        rule = contest.seat_rule
        method = method_of(rule)
        named = Text(f"{contest.code} · {contest.territory}\n{in_spoken(contest.title)}")
        counts = (contest.votes_allowed, rule.seats, len(contest.options), len(contest.choices))
        table.add_row(named, Text(contest.kind.value), Text(contest.electorate), Text(method), *map(str, counts))
    return table


def method_of(rule: SeatRule) -> str:
    """How votes become seats, with the threshold or what a second round needs."""
    second = rule.second_round
    if second is None:
        return rule.method if rule.threshold.startswith("0/") else f"{rule.method} ≥ {rule.threshold}"
    if not second.has_lead:
        return say("{method} > {share}, or a second round", method=rule.method, share=second.share)
    sign = "≥" if second.lead_crossing == "at-least" else ">"
    return say(
        "{method} > {share}, or ≥ {lesser} and {sign} {lead} ahead, or a second round",
        method=rule.method,
        share=second.share,
        lesser=second.lesser_share,
        sign=sign,
        lead=second.lead,
    )


def _parties(definition: Definition) -> Table:
    cards = Counter(option.party for contest in definition.contests for option in contest.options)
    table = _table(say("Parties"), say("code"), say("name"), say("colour"), numbers=[say("cards")])
    for party in definition.parties:
        color = Text.assemble(("■ ", party.color), party.color)
        table.add_row(Text(party.code), Text(party.name), color, str(cards[party.code]))
    return table


def _styles(election: Election) -> Table:
    stations, electors = Counter[str](), Counter[str]()
    for station in election.stations.values():
        for each in station.styles:
            stations[each.style] += 1
            electors[each.style] += each.electors
    table = _table(say("Ballot styles"), say("code"), say("contests"), numbers=[say("stations"), say("electors")])
    for style in election.definition.styles:
        counts = (stations[style.code], electors[style.code])
        table.add_row(Text(style.code), Text(", ".join(style.contests)), *map(str, counts))
    return table


def _stations(stations: Sequence[Station]) -> Table:
    table = _table(
        say("Stations"),
        say("code"),
        say("name"),
        say("lies in"),
        say("electors by style"),
        numbers=[say("electors"), say("booths")],
    )
    for station in stations:
        styles = ", ".join(f"{each.style}: {each.electors}" for each in station.styles)
        words = (station.code, station.name, " ".join((station.centre, *station.within)), styles)
        table.add_row(*map(Text, words), str(station.electors), str(station.booths))
    return table


def _rules(definition: Definition) -> Table:
    table = _table(say("Rules"), say("rule"), say("value"))
    rules = msgspec.structs.asdict(definition.rules)
    fingers = msgspec.structs.asdict(rules.pop("fingers"))
    for name, value in (*rules.items(), *((f"fingers.{name}", value) for name, value in fingers.items())):
        table.add_row(Text(name), Text(", ".join(value) if isinstance(value, tuple) else str(value).lower()))
    if definition.rules.fingers.provisional:
        table.caption = say(
            "The scores of fingerprints are provisional: fewer than 200,000 pairs of different fingers are behind them."
        )
    return table


def _authority(authority: Authority) -> Table:
    title = say(
        "{name}: {threshold} officers sign, {quorum} witnesses cosign",
        name=authority.name,
        threshold=authority.threshold,
        quorum=authority.witness_quorum,
    )
    table = _table(title, say("role"), say("name"), say("key name"), say("key"))
    roles = [(say("officer"), officer) for officer in authority.officers]
    roles += [(say("log"), authority.log), *((say("witness"), witness) for witness in authority.witnesses)]
    for role, key in roles:
        table.add_row(role, Text(key.name), Text(key.key_name), Text(f"{key.key[:16]}…"))
    return table
