"""Who is elected: the persons of all seats, by party, and on what each holds the seat."""

from collections import defaultdict
from typing import NamedTuple

from urna.election.definition import Contest, Election
from urna.election.elected_persons import Basis, Elected
from urna.encoding.canonical import Code
from urna.web.results.contests import in_language
from urna.web.results.house import PartyRow
from urna.web.results.lookup import Lookup
from urna.words import N_, Sentence


class PersonRow(NamedTuple):
    """A person with the seat, or a vacant seat."""

    name: str
    """Empty for a vacant seat."""
    contest: Code
    title: str
    """The contest's, in the page's language."""
    basis: Sentence | None
    """On what, where it is not simply votes."""


class PartyPeople(NamedTuple):
    """The persons of one party, or those without one."""

    party: PartyRow
    persons: tuple[PersonRow, ...]


_BASIS = {
    Basis.LIST_PLACE: N_("place {place} on the list"),
    Basis.SUBSTITUTE: N_("substitute of {principal}"),
    Basis.NEXT_ON_LIST: N_("next on the list, place {place}"),
}


def people_by_party(lookup: Lookup, parties: tuple[PartyRow, ...], language: str) -> list[PartyPeople]:
    """Every seat that a party or a person won, in the parties' order, then in the definition's."""
    found: dict[Code, list[PersonRow]] = defaultdict(list)
    for result in lookup.results.elected:
        contest = lookup.election.contests[result.contest]
        title = in_language(contest.title, language)
        for elected in result.elected:
            found[_party_of(contest, elected.choice)].append(_person(lookup.election, elected, title))
        for vacant in result.vacant:
            found[_party_of(contest, vacant.choice)].append(PersonRow("", contest.code, title, None))
    held = [party for party in parties if party.state in ("party", "none")]
    return [PartyPeople(party, tuple(found[party.code])) for party in held if found[party.code]]


def _party_of(contest: Contest, choice: Code) -> Code:
    return next(each.party or "" for each in contest.choices if each.code == choice)


def _person(election: Election, elected: Elected, title: str) -> PersonRow:
    basis = None
    if elected.basis in _BASIS:
        principal = election.candidates.get(elected.principal or "")
        values: dict[str, str | int] = {"place": elected.place, "principal": principal.name if principal else ""}
        basis = Sentence(_BASIS[elected.basis], values)
    return PersonRow(elected.name, elected.contest, title, basis)
