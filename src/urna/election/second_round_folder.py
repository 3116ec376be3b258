"""The folder of a second round's definition, from the definition of the first: one contest, two candidates.

Everything that the first round fixed stays as it was: territories, stations and electors, rules, keys. What only people
can decide is left empty, so that `urna election check` refuses the folder until it is written: the times, and the key
of the log. A log is known by its key's name, and two of one name would look like a forged one to every witness.
"""

import csv
import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from io import StringIO

import msgspec

from urna.election.definition import Candidate, Choice, Contest, Definition, Election, NamedKey
from urna.election.styles import EVERYBODY
from urna.encoding.canonical import Code


def second_round_files(election: Election, contest: Contest, going_on: Collection[Code]) -> dict[str, bytes]:
    """The files of the folder, by name (`election/folder`).

    Args:
        election: the first round's.
        contest: a nominal one of it, with one vote and one seat.
        going_on: the codes of the two choices that stand again.
    """
    choices = [each for each in contest.choices if each.code in going_on]
    return {
        "election.toml": "\n".join(_toml(election.definition, contest)).encode(),
        "territories.csv": _table(("code", "kind", "name", "parent"), _territories(election, contest)),
        "parties.csv": _table(("code", "name", "short_name", "color"), _parties(election, contest, choices)),
        "candidates.csv": _table(
            ("code", "name", "contest", "party", "position", "substitutes"), _candidates(election, contest, choices)
        ),
        "cards.csv": _table(("contest", "party", "counts_for"), _cards(contest, choices)),
        "stations.csv": _table(
            ("code", "name", "centre", "circuits", "electors", "booths"), _stations(election, contest)
        ),
    }


def _table(columns: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> bytes:
    text = StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(rows)
    return text.getvalue().encode()


def _electors(election: Election, contest: Contest) -> dict[Code, int]:
    """Of each station where the contest is on a ballot."""
    styles = election.styles_with(contest.code)
    found = {
        station.code: sum(each.electors for each in station.styles if each.style in styles)
        for station in election.definition.stations
    }
    return {code: electors for code, electors in found.items() if electors}


def _territories(election: Election, contest: Contest) -> Iterator[tuple[str, ...]]:
    kept = set(election.chain(contest.territory))
    for station in _electors(election, contest):
        for each in election.territories_of_station(station):
            kept |= set(election.chain(each))
    for territory in election.definition.territories:
        if territory.code in kept:
            yield territory.code, territory.kind, territory.name, territory.parent or ""


def _parties(election: Election, contest: Contest, choices: list[Choice]) -> Iterator[tuple[str, ...]]:
    codes = {each.code for each in choices}
    shown = {each.party for each in choices} | {each.party for each in contest.options if each.choice in codes}
    for party in election.definition.parties:
        if party.code in shown:
            yield party.code, party.name, party.short_name, party.color


def _candidates(election: Election, contest: Contest, choices: list[Choice]) -> Iterator[tuple[str, ...]]:
    """The two, then everybody who could come to their place."""
    standing = [code for choice in choices for code in choice.nominees]
    for choice in choices:
        for code in choice.nominees:
            person = election.candidates[code]
            yield code, person.name, contest.code, choice.party or "", "", " ".join(person.substitutes)
    for person in _substitutes(election, standing):
        yield person.code, person.name, "", "", "", " ".join(person.substitutes)


def _substitutes(election: Election, standing: list[Code]) -> list[Candidate]:
    met, ahead = set(standing), list(standing)
    found = []
    while ahead:
        for code in election.candidates[ahead.pop(0)].substitutes:
            if code not in met:
                met.add(code)
                ahead.append(code)
                found.append(election.candidates[code])
    return found


def _cards(contest: Contest, choices: list[Choice]) -> Iterator[tuple[str, ...]]:
    person = {choice.code: choice.nominees[0] for choice in choices}
    for option in contest.options:
        if option.choice in person:
            yield contest.code, option.party or "", person[option.choice]


def _stations(election: Election, contest: Contest) -> Iterator[tuple[str, ...]]:
    group = "" if contest.electorate == EVERYBODY else f"{contest.electorate}:"
    for code, electors in _electors(election, contest).items():
        station = election.stations[code]
        circuits = " ".join(station.within)
        yield code, station.name, station.centre, circuits, f"{group}{electors}", str(station.booths)


def _toml(definition: Definition, contest: Contest) -> Iterator[str]:
    """election.toml, line by line."""
    yield "# A second round, drafted by urna from the first. docs/definition.md explains every key."
    yield "# Write opens_at, closes_at and a new key of the log, and correct code and title, before anybody signs."
    yield ""
    yield f"code = {_value(f'{definition.code[:38]}-2')}"
    yield f"purpose = {_value(definition.purpose)}"
    yield 'opens_at = ""'
    yield 'closes_at = ""'
    yield from _keys("[title]", definition.title)
    rules = msgspec.structs.asdict(definition.rules)
    fingers = msgspec.structs.asdict(rules.pop("fingers"))
    yield from _keys("[rules]", rules)
    yield from _keys("[rules.fingers]", fingers)
    yield from _keys("[[contest]]", _contest(contest))
    authority = definition.authority
    numbers = {"name": authority.name, "threshold": authority.threshold, "witness_quorum": authority.witness_quorum}
    yield from _keys("[authority]", {**numbers, "guardian_threshold": authority.guardian_threshold})
    yield from _keys("[authority.log]", {"name": authority.log.name, "key_name": "", "key": ""})
    yield from _named("[[authority.officer]]", authority.officers)
    yield from _named("[[authority.witness]]", authority.witnesses)
    yield from _named("[[authority.guardian]]", authority.guardians)
    yield ""


def _contest(contest: Contest) -> dict[str, object]:
    return {
        "code": contest.code,
        "kind": contest.kind.value,
        "territory": contest.territory,
        "electorate": contest.electorate,
        "seats": 1,
        "votes_allowed": 1,
        "method": "plurality",
        "tie": contest.seat_rule.tie,
        "title": contest.title,
    }


def _named(header: str, keys: tuple[NamedKey, ...]) -> Iterator[str]:
    for key in keys:
        yield from _keys(header, msgspec.structs.asdict(key))


def _keys(header: str, values: Mapping[str, object]) -> Iterator[str]:
    yield ""
    yield header
    for name, value in values.items():
        yield f"{name} = {_value(value)}"


def _value(value: object) -> str:
    """A value as TOML writes it; its strings are JSON's."""
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{name} = {_value(each)}" for name, each in value.items()) + " }"
    if isinstance(value, tuple):
        return "[" + ", ".join(map(_value, value)) + "]"
    return json.dumps(value, ensure_ascii=False)
