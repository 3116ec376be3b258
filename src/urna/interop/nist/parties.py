"""Parties, persons and candidates."""

from collections.abc import Iterator, Mapping

from urna.election.definition import Contest, ContestKind, Election
from urna.encoding.canonical import Code
from urna.interop.nist.codes import InContest, candidate_id, group_id, party_id, person_id
from urna.interop.nist.parts import Format, Part

NOBODY_YET: Mapping[InContest, str] = {}


def parties(election: Election, form: Format) -> Iterator[Part]:
    """The definition's parties, then one for each list that no party stands behind."""
    for party in election.definition.parties:
        yield form.part(
            "Party",
            id=party_id(party.code),
            Name=form.text(party.name),
            Abbreviation=form.text(party.short_name),
            Color=party.color.removeprefix("#"),
            ExternalIdentifier=form.identifier(party.code),
        )
    for contest in election.definition.contests:
        names = {choice.code: choice.name for choice in contest.choices}
        for choice in dict.fromkeys(option.choice for option in contest.options):
            if contest.kind is ContestKind.LIST and group_id(contest.code, choice) in _party_ids(contest):
                yield form.part("Party", id=group_id(contest.code, choice), Name=form.text(names[choice]))


def party_of_option(contest: Contest, number: int) -> str | None:
    """The party's id of the option at an index; a list without one has a party of its own name."""
    option = contest.options[number]
    if option.party is not None:
        return party_id(option.party)
    own = next(choice.party for choice in contest.choices if choice.code == option.choice)
    if own is not None:
        return party_id(own)
    return group_id(contest.code, option.choice) if contest.kind is ContestKind.LIST else None


def persons(election: Election, form: Format) -> Iterator[Part]:
    """Everybody who stands or substitutes."""
    for candidate in election.definition.candidates:
        yield form.part(
            "Person",
            id=person_id(candidate.code),
            FullName=form.text(candidate.name),
            ExternalIdentifier=form.identifier(candidate.code),
        )


def candidates(election: Election, form: Format, status: Mapping[InContest, str] = NOBODY_YET) -> Iterator[Part]:
    """A candidate for each person in each contest, in the order of choices and lists.

    Args:
        election: the definition.
        form: the format.
        status: by contest and person, how the election ended for them; a substitute who is in it is a candidate, too.
    """
    for contest in election.definition.contests:
        stand = {person: choice.party for choice in contest.choices for person in choice.nominees}
        stand |= {each.code: stand.get(each.code) for each in status if each.contest == contest.code}
        for person, party in stand.items():
            yield form.part(
                "Candidate",
                id=candidate_id(contest.code, person),
                BallotName=form.text(election.candidates[person].name),
                PartyId=party_id(party) if party else None,
                PersonId=person_id(person),
                PostElectionStatus=status.get(InContest(contest.code, person)),
            )


def nominee_of(contest: Contest, choice: Code) -> list[str]:
    """The candidate ids behind a nominal choice: one."""
    return [
        candidate_id(contest.code, person)
        for each in contest.choices
        if each.code == choice
        for person in each.nominees
    ]


def _party_ids(contest: Contest) -> set[str | None]:
    return {party_of_option(contest, number) for number in range(len(contest.options))}
