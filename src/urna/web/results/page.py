"""The results page: one HTML file per language and a style sheet, from the definition and the results.

Nothing is computed here that is not in the results: shares are only rounded for the eye, and say so by their
one decimal. The page works without scripts, on paper, and on a small screen.
"""

from collections.abc import Mapping
from fractions import Fraction
from importlib.resources import files
from typing import NamedTuple

from jinja2 import Environment, StrictUndefined

from urna.election.definition import Choice, Contest, Election
from urna.election.elected_persons import Elected
from urna.tally.results import Results, StationState, Turnout
from urna.web.results.parliament import Seat, parliament
from urna.words import Say

NO_PARTY = "#8a8f98"


class Bar(NamedTuple):
    """One choice of a contest: votes, share of the valid votes, seats, colour."""

    name: str
    party: str
    votes: int
    share: str
    width: str
    seats: int
    color: str


class ContestView(NamedTuple):
    """A contest as the page shows it."""

    title: str
    place: str
    bars: tuple[Bar, ...]
    undervotes: int
    withheld: int
    seats: int
    persons: tuple[Elected, ...]
    vacant: int
    undecided: int


class PartyRow(NamedTuple):
    """A party's line under the parliament chart."""

    name: str
    color: str
    seats: int
    by_kind: tuple[int, ...]


def results_site(
    election: Election, results: Results, languages: Mapping[str, Say], record: str = "record"
) -> dict[str, bytes]:
    """The files of the results page.

    Args:
        election: the definition, with its identity.
        results: the edition to show.
        languages: how each language is spoken; the first is the one of index.html.
        record: the record's folder as seen from the page, for its links and commands.

    Returns:
        File names with their bytes: index.html, index.<language>.html, style.css.
    """
    folder = files("urna.web.results") / "templates"
    template = _environment().from_string((folder / "index.html").read_text("utf-8"))
    site = {"style.css": (folder / "style.css").read_bytes()}
    for number, (language, say) in enumerate(languages.items()):
        name = "index.html" if number == 0 else f"index.{language}.html"
        others = [(_file(code, languages), code) for code in languages if code != language]
        view = page_view(election, results, language)
        site[name] = template.render(view, say=say, language=language, others=others, record=record).encode()
    return site


def page_view(election: Election, results: Results, language: str) -> dict[str, object]:
    """Everything that the template shows, in one language."""
    root = election.definition.territories[0].code
    overall = next(turnout for turnout in results.turnout if turnout.territory == root)
    contests = [_contest_view(election, results, contest, language) for contest in election.definition.contests]
    parties = _party_rows(election, results)
    colors = {party.code: party.color for party in election.definition.parties}
    return {
        "title": _words(election.definition.title, language),
        "purpose": results.purpose,
        "status": results.status,
        "edition": results.edition,
        "issued_at": results.issued_at.replace("T", " ").replace("Z", " UTC"),
        "identity": [election.identity[start : start + 4] for start in range(0, 64, 4)],
        "overall": overall,
        "turnout": _percent(overall.identified, overall.registered_counted),
        "contests": contests,
        "parties": parties,
        "kinds": _kinds(election),
        "chart": _chart(parties),
        "chart_seats": sum(party.seats for party in parties),
        "colors": colors,
        "territories": _territories(election, results),
        "stations": _stations(election, results),
    }


def _environment() -> Environment:
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    environment.filters["number"] = lambda value: f"{value:,}".replace(",", "\N{NO-BREAK SPACE}")
    return environment


def _file(language: str, languages: Mapping[str, Say]) -> str:
    return "index.html" if language == next(iter(languages)) else f"index.{language}.html"


def _words(words: Mapping[str, str], language: str) -> str:
    return words.get(language) or next(iter(words.values()))


def _percent(part: int, whole: int) -> str:
    """A share with one decimal, rounded half up, for the eye only."""
    if not whole:
        return "–"
    tenths = (Fraction(part * 1000, whole) + Fraction(1, 2)).__floor__()
    return f"{tenths // 10}.{tenths % 10}"


def _contest_view(election: Election, results: Results, contest: Contest, language: str) -> ContestView:
    total = results.total(contest.code, contest.territory)
    seats = next((each for each in results.seats if each.contest == contest.code), None)
    persons = next((each for each in results.elected if each.contest == contest.code), None)
    votes = {each.choice: each.votes for each in total.choices} if total else {}
    won = seats.seats() if seats else {}
    bars = [_bar(election, choice, votes, won.get(choice.code, 0)) for choice in contest.choices]
    return ContestView(
        title=_words(contest.title, language),
        place=election.territories[contest.territory].name,
        bars=tuple(sorted(bars, key=lambda bar: -bar.votes)),
        undervotes=total.undervotes if total else 0,
        withheld=total.withheld_ballots if total else 0,
        seats=contest.seat_rule.seats,
        persons=persons.elected if persons else (),
        vacant=len(persons.vacant) if persons else 0,
        undecided=persons.undecided if persons else 0,
    )


def _bar(election: Election, choice: Choice, votes: Mapping[str, int], seats: int) -> Bar:
    party = election.parties.get(choice.party or "")
    mine, valid = votes.get(choice.code, 0), sum(votes.values())
    share, widest = _percent(mine, valid), max(votes.values(), default=0)
    color = party.color if party else NO_PARTY
    name = party.short_name if party else ""
    return Bar(choice.name, name, mine, share, _percent(mine, widest).replace("–", "0"), seats, color)


def _kinds(election: Election) -> tuple[str, ...]:
    """The kinds of contests that fill seats, each once, in the definition's order."""
    rules = ((contest.kind.value, contest.seat_rule) for contest in election.definition.contests)
    return tuple(dict.fromkeys(kind for kind, rule in rules if rule.method != "none"))


def _party_rows(election: Election, results: Results) -> tuple[PartyRow, ...]:
    """Seats per party over all contests, in the definition's order, those without a party last."""
    kinds = _kinds(election)
    won: dict[str, list[int]] = {}
    for result in results.seats:
        contest = election.contests[result.contest]
        party_of = {choice.code: choice.party or "" for choice in contest.choices}
        for code, seats in result.seats().items():
            row = won.setdefault(party_of[code], [0] * len(kinds))
            row[kinds.index(contest.kind.value)] += seats
    order = [party.code for party in election.definition.parties]
    order.append("")
    rows = []
    for code in order:
        counts = tuple(won.get(code, ()))
        if any(counts):
            party = election.parties.get(code)
            name, color = (party.name, party.color) if party else ("", NO_PARTY)
            rows.append(PartyRow(name, color, sum(counts), counts))
    return tuple(rows)


def _chart(parties: tuple[PartyRow, ...]) -> list[tuple[Seat, str]]:
    """The circles with their colours."""
    by_number = {str(number): party for number, party in enumerate(parties)}
    seats = parliament((number, party.seats) for number, party in by_number.items())
    return [(seat, by_number[seat.party].color) for seat in seats]


def _territories(election: Election, results: Results) -> list[tuple[str, str, Turnout, str]]:
    """Turnout of the root and its children: name, kind, numbers, share."""
    root = election.definition.territories[0].code
    shown = [t for t in results.turnout if root in (t.territory, election.territories[t.territory].parent)]
    return [
        (
            election.territories[t.territory].name,
            election.territories[t.territory].kind,
            t,
            _percent(t.identified, t.registered_counted),
        )
        for t in shown
    ]


def _stations(election: Election, results: Results) -> list[tuple[str, str, str, str, str]]:
    """Stations of a small election with their state and the sheet's file; none where there are too many to read."""
    if len(results.stations) > 400:
        return []
    rows = []
    for each in results.stations:
        path = f"stations/{each.station}/sheet-{each.sequence}.note" if each.state is StationState.COUNTED else ""
        rows.append((each.station, election.stations[each.station].name, each.state.value, path, each.sheet or ""))
    return rows
