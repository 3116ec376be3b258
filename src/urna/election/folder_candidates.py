"""candidates.csv and cards.csv: who stands where, and what a voter presses for them.

A row of candidates.csv is one candidacy: a person in a nominal contest, or at a position of a party's list. A
person with two rows stands twice, nominally and on a list; a row without contest is a person who only
substitutes. A row of cards.csv is one party's card in one contest, and whom it counts for: several parties'
cards may count for one candidate or for one list.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from urna.election.definition import Candidate, Choice, Option, Party
from urna.election.folder_contests import Draft, Drafts
from urna.election.folder_csv import Column, Row
from urna.election.folder_findings import Place, meant
from urna.election.folder_values import LONGEST_TEXT, Unfit, called, fit, whole
from urna.election.styles import LONGEST_CODE
from urna.words import N_

CANDIDATE_COLUMNS = (
    Column("code", structural=True),
    Column("name"),
    Column("contest", structural=True),
    Column("party", structural=True),
    Column("position", structural=True),
    Column("substitutes", required=False),
)
CARD_COLUMNS = (
    Column("contest", structural=True),
    Column("party", structural=True),
    Column("counts_for", structural=True),
)


@dataclass
class People:
    """Everybody in candidates.csv, while rows are still coming in."""

    candidates: dict[str, Candidate] = field(default_factory=dict)
    places: dict[str, Place] = field(default_factory=dict)
    lists: dict[tuple[str, str], list[tuple[int, str, Row]]] = field(default_factory=dict)
    """By contest and party: position, candidate, row."""
    astray: list[tuple[str, str, str]] = field(default_factory=list)
    """Rows whose contest or list is unknown: candidate, party, position."""


def read_candidates(rows: Sequence[Row], drafts: Drafts, parties: Mapping[str, Party]) -> People:
    """Everybody, their nominal candidacies and their lists put into the contests."""
    people = People()
    for row in rows:
        _meet(row, row.code(), people)
        if contest := row.raw("contest"):
            _stand(row, contest, drafts, parties, people)
        elif row.raw("position"):
            row.refuse(N_("A position without a contest means nothing."), N_("Name the contest, or empty the cell."))
    for (contest, party), entries in people.lists.items():
        _add_list(drafts.by_code[contest], parties[party], entries, people)
    return people


def _meet(row: Row, code: str, people: People) -> None:
    """A person, on first sight or again; all rows of one person agree."""
    name, substitutes = row.take("name", called(code)), row.codes("substitutes")
    known = people.candidates.get(code)
    if known is None:
        people.candidates[code] = Candidate(code=code, name=name, substitutes=substitutes)
        people.places[code] = row.place
        return
    line = people.places[code].line
    if known.name != name:
        problem = N_("The candidate {code} is {name} here, and {other} on line {line}.")
        row.refuse(
            problem, N_("Give each person a code of their own."), code=code, name=name, other=known.name, line=line
        )
    elif substitutes and known.substitutes not in {(), substitutes}:
        problem = N_("The candidate {code} has other substitutes on line {line}.")
        row.refuse(problem, N_("Write them once; they are the person's, not the contest's."), code=code, line=line)
    elif substitutes:
        people.candidates[code] = Candidate(code=code, name=name, substitutes=substitutes)


def _stand(row: Row, contest: str, drafts: Drafts, parties: Mapping[str, Party], people: People) -> None:
    """One candidacy, if its contest and its party are known."""
    draft = find_contest(row, contest, drafts)
    code, party, position = row.raw("code"), row.raw("party"), row.raw("position")
    if draft is None or (party and party not in parties):
        people.astray.append((code, party, position))
        if draft is not None:
            refuse_party(row, party, parties)
    elif draft.template.kind == "list":
        number = _position(row)
        if party and number:
            people.lists.setdefault((contest, party), []).append((number, code, row))
        elif not party:
            problem = N_("The contest {contest} has lists, and this candidate is on none.")
            row.refuse(problem, N_("Name the party whose list it is."), contest=contest)
            people.astray.append((code, party, position))
    elif position:
        problem = N_("The contest {contest} has no lists, so the position {position} means nothing.")
        row.refuse(problem, N_("Empty the cell."), contest=contest, position=position)
    else:
        name = people.candidates[code].name if code in people.candidates else code
        draft.add_choice(Choice(code=code, name=name, party=party or None, nominees=(code,)), [row.place])


def _position(row: Row) -> int:
    """The position on a list, from 1; 0 where there is none."""
    try:
        return fit(whole(1, 10_000), row.raw("position"))
    except Unfit:
        problem, remedy = N_("“{found}” is not a position on a list."), N_("Number the list 1, 2, 3 and so on.")
        row.refuse(problem, remedy, found=row.raw("position"))
        return 0


def _add_list(draft: Draft, party: Party, entries: list[tuple[int, str, Row]], people: People) -> None:
    """A list in its order; a position that is there twice or left out is a mistake."""
    entries = sorted(entries, key=lambda entry: (entry[0], entry[2].place))
    astray = {position for _, _, position in people.astray}
    before = 0
    for position, _, row in entries:
        values: dict[str, str | int] = {"contest": draft.code, "party": party.code, "position": position}
        if position == before:
            problem = N_("The list {party} in {contest} has the position {position} twice.")
            row.refuse(problem, N_("Number the list 1, 2, 3 and so on."), **values)
        elif position > before + 1 and not astray & {str(number) for number in range(before + 1, position)}:
            problem = N_("The list {party} in {contest} jumps from {before} to {position}.")
            row.refuse(problem, N_("Number the list 1, 2, 3 and so on."), before=before, **values)
        before = position
    nominees = tuple(code for _, code, _ in entries)
    places = [row.place for _, _, row in entries]
    draft.add_choice(Choice(code=party.code, name=party.name, party=party.code, nominees=nominees), places)


def read_cards(rows: Sequence[Row], drafts: Drafts, parties: Mapping[str, Party], people: People) -> set[str]:
    """The cards, put into their contests in the file's order; returns whom the cards that went astray count for."""
    astray: set[str] = set()
    for row in rows:
        draft = find_contest(row, row.raw("contest"), drafts)
        if draft is None:
            astray.add(row.raw("counts_for"))
        elif draft.template.kind == "referendum":
            problem = N_("The contest {contest} is a referendum; its answers stand in election.toml.")
            row.refuse(problem, N_("Take the row out."), contest=draft.code)
        else:
            _add_card(row, draft, parties, people)
    return astray


def _add_card(row: Row, draft: Draft, parties: Mapping[str, Party], people: People) -> None:
    """One card: its code and words tell it from every other card of the contest."""
    party, choice = row.raw("party"), row.raw("counts_for")
    is_list = draft.template.kind == "list"
    if not choice:
        row.refuse(N_("The card counts for nobody."), N_("Name the candidate, or the party whose list it is."))
        return
    if party and party not in parties:
        refuse_party(row, party, parties)
    if is_list and not party:
        row.refuse(N_("The card is of no party."), N_("Name the party whose card it is."))
    code = party if is_list or not choice else f"{party}.{choice}".removeprefix(".")
    if len(code) > LONGEST_CODE:
        problem, remedy = (
            N_("The card's code {code} is longer than 40 letters."),
            N_("Shorten the code of the candidate."),
        )
        row.refuse(problem, remedy, code=code)
    _stand_in_for_astray(draft, choice, people, row)
    name = _words(draft, parties.get(party), people.candidates.get(choice), code)
    if len(name) > LONGEST_TEXT:
        row.refuse(N_("The card says more than 200 letters."), N_("Shorten the name of the person or the party."))
    draft.add_option(Option(code=code, name=name, party=party or None, choice=choice), row.place)


def _words(draft: Draft, party: Party | None, candidate: Candidate | None, code: str) -> str:
    """What stands on the card: the party, and in a nominal contest the person."""
    if draft.template.kind == "list" or candidate is None:
        return party.name if party else code
    return f"{party.short_name} · {candidate.name}" if party else candidate.name


def _stand_in_for_astray(draft: Draft, choice: str, people: People, row: Row) -> None:
    """A candidate whose own row has a finding is not reported again through the card."""
    if choice in {known.code for known in draft.choices}:
        return
    for code, party, _ in people.astray:
        if choice == (party if draft.template.kind == "list" else code):
            draft.add_choice(Choice(code=choice, name=choice, nominees=(code,)), [row.place])
            return


def find_contest(row: Row, contest: str, drafts: Drafts) -> Draft | None:
    """The contest that a row names; an unknown one is reported, unless its own table is broken."""
    draft = drafts.by_code.get(contest)
    if draft is None and not drafts.is_excused(contest):
        guess = meant(contest, drafts.by_code)
        if guess:
            remedy = N_("Did you mean {guess}?")
        else:
            remedy = N_("The contests are those of election.toml; with `per` their codes end in the territory's.")
        row.refuse(N_("There is no contest {contest}."), remedy, contest=contest or "-", guess=guess)
    return draft


def refuse_party(row: Row, party: str, parties: Mapping[str, Party]) -> None:
    """Report a party that is not in parties.csv."""
    guess = meant(party, parties)
    remedy = N_("Did you mean {guess}?") if guess else N_("Add it to parties.csv, or correct the code.")
    row.refuse(N_("There is no party {party}."), remedy, party=party, guess=guess)
