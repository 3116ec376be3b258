"""The contests: each [[contest]] of election.toml is one contest, or one for each territory of a kind."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from urna.election.allocation_rule import SecondRound
from urna.election.definition import Choice, Contest, ContestKind, Option, SeatRule, Territory, Words
from urna.election.folder_findings import Ledger, Place
from urna.election.folder_territories import NOT_WRITTEN, TerritoryRow
from urna.election.folder_toml import Table
from urna.election.folder_values import CODE, FRACTION, LONGEST_TEXT, TEXT, WORDS, fields_of, one_of, whole
from urna.election.mistake import Path
from urna.election.styles import LONGEST_CODE
from urna.words import N_

USUAL_METHOD = {"nominal": "plurality", "referendum": "none"}
"""Of a contest that names none; a list has to."""

_SEAT_RULE = fields_of(SeatRule, ("second_round",))
_KIND = replace(one_of(*(kind.value for kind in ContestKind)), stand_in="?")


@dataclass(frozen=True)
class Template:
    """A [[contest]] table as it was written."""

    table: Table
    code: str
    title: Words
    kind: str
    per: str
    """The kind of territory that has one contest each, or empty."""
    territory: str
    """The one territory that decides it, or empty."""
    electorate: str
    votes_allowed: int
    seats: int
    method: str
    threshold: str
    tie: str
    second_round: SecondRound | None
    answers: tuple[tuple[str, str, Place], ...]
    """Of a referendum: code, words, place."""


@dataclass
class Draft:
    """One contest while cards and candidates are still coming in."""

    template: Template
    code: str
    territory: str
    title: Words
    seats: int
    votes_allowed: int
    places: dict[Path, Place]
    """Where its parts stand, by the path below the contest."""
    choices: list[Choice] = field(default_factory=list)
    options: list[Option] = field(default_factory=list)

    def add_choice(self, choice: Choice, places: Iterable[Place]) -> None:
        """A choice, with a place for each nominee; the first is the choice's own."""
        path: Path = ("choices", len(self.choices))
        listed = list(places)
        self.places[path] = listed[0]
        self.places |= {(*path, "nominees", code): at for code, at in zip(choice.nominees, listed, strict=False)}
        self.choices.append(choice)

    def add_option(self, option: Option, place: Place) -> None:
        """A card, or an answer to press."""
        self.places["options", len(self.options)] = place
        self.options.append(option)

    def contest(self) -> Contest:
        """The contest as far as it came."""
        rule = self.template
        return Contest(
            code=self.code,
            kind=ContestKind(rule.kind),
            title=self.title,
            territory=self.territory,
            electorate=rule.electorate,
            votes_allowed=self.votes_allowed,
            options=tuple(self.options),
            choices=tuple(self.choices),
            seat_rule=SeatRule(
                method=rule.method,  # type: ignore[arg-type]  # one of the names: `_SEAT_RULE` read it
                seats=self.seats,
                threshold=rule.threshold,
                tie=rule.tie,  # type: ignore[arg-type]  # likewise
                second_round=rule.second_round,
            ),
        )


class Drafts:
    """All contests by code; and what is known to be missing, so that nothing complains of that."""

    def __init__(self) -> None:
        self.by_code: dict[str, Draft] = {}
        self.broken: list[str] = []
        """Codes of the templates that gave no contests."""

    def is_excused(self, contest: str) -> bool:
        """Whether a contest is unknown only because its template is broken."""
        return any(code in {"?", contest} or contest.startswith(f"{code}-") for code in self.broken)


def read_template(table: Table) -> Template:
    """One [[contest]] table."""
    kind = table.take("kind", _KIND)
    template = Template(
        table=table,
        code=table.take("code", CODE),
        title=table.take("title", WORDS),
        kind=kind,
        per=table.take("per", CODE, ""),
        territory=table.take("territory", CODE, ""),
        electorate=table.take("electorate", CODE, "ALL"),
        votes_allowed=table.take_or(NOT_WRITTEN, "votes_allowed", whole(1, 100)),
        seats=table.take_or(NOT_WRITTEN, "seats", whole(0, 10_000)),
        method=table.take("method", _SEAT_RULE["method"], USUAL_METHOD.get(kind)),
        threshold=table.take("threshold", FRACTION, "0/1"),
        tie=table.take("tie", _SEAT_RULE["tie"], "lot"),
        second_round=_read_second_round(table),
        answers=tuple(_read_answer(each) for each in table.tables("answer")),
    )
    table.close()
    return template


def _read_second_round(table: Table) -> SecondRound | None:
    """The table [contest.second_round], which may be empty; None where it is not written."""
    written = table.table("second_round")
    return written.record(SecondRound) if table.has("second_round") else None


def _read_answer(table: Table) -> tuple[str, str, Place]:
    answer = (table.take("code", CODE), table.take("name", TEXT), table.place)
    table.close()
    return answer


def draft_contests(templates: Sequence[Template], territories: Sequence[TerritoryRow], ledger: Ledger) -> Drafts:
    """The contests of all templates, in their order, and within one in the order of the territories."""
    drafts = Drafts()
    for template in templates:
        made = [_draft(template, row) for row in _rows_of(template, territories)]
        if not made:
            drafts.broken.append(template.code)
        _check_numbers(template, made)
        for draft in made:
            if draft.code in drafts.by_code:
                problem = N_("The contest {code} is there twice.")
                template.table.refuse("code", problem, N_("Give one of them another code."), code=draft.code)
            drafts.by_code.setdefault(draft.code, draft)
    if not drafts.broken:
        _check_unused(templates, territories, ledger)
    return drafts


def _rows_of(template: Template, territories: Sequence[TerritoryRow]) -> list[TerritoryRow]:
    """The territories that decide a template's contests; none where the template cannot be used."""
    table, kinds = template.table, {row.territory.kind for row in territories}
    if (not template.per) == (not template.territory):
        problem = N_("A contest has either `per`, a kind of territory, or `territory`, a code.")
        table.refuse("per", problem, N_("Write one of the two."))
    elif template.kind == _KIND.stand_in:
        return []
    elif template.per and template.per not in kinds:
        problem = N_("No territory is of the kind {kind}.")
        remedy = N_("Correct `per`; the kinds in territories.csv are: {kinds}.")
        table.refuse("per", problem, remedy, kind=template.per, kinds=", ".join(sorted(kinds)))
    elif template.per:
        return [row for row in territories if row.territory.kind == template.per]
    else:
        unknown = TerritoryRow(Place("territories.csv"), Territory(code=template.territory, kind="?", name="?"), -1, -1)
        found = [row for row in territories if row.territory.code == template.territory]
        return [(found or [unknown])[0]._replace(seats=NOT_WRITTEN, votes_allowed=NOT_WRITTEN)]
    return []


def _draft(template: Template, row: TerritoryRow) -> Draft:
    """The contest of one territory: its own numbers, where its row has them, before the template's."""
    seats = row.seats if row.seats != NOT_WRITTEN else template.seats
    votes = row.votes_allowed if row.votes_allowed != NOT_WRITTEN else template.votes_allowed
    if template.kind == "referendum" or template.method == "none":
        seats = max(seats, 0)
    if votes == NOT_WRITTEN or (template.kind != "nominal" and row.votes_allowed != NOT_WRITTEN):
        votes = max(seats, 1) if template.kind == "nominal" else 1
    draft = Draft(
        template=template,
        code=f"{template.code}-{row.territory.code}" if template.per else template.code,
        territory=row.territory.code,
        title={tongue: text.replace("{territory}", row.territory.name) for tongue, text in template.title.items()},
        seats=seats,
        votes_allowed=votes,
        places=_places(template, row),
    )
    for code, name, place in template.answers:
        draft.add_choice(Choice(code=code, name=name), [place])
        draft.add_option(Option(code=code, name=name, choice=code), place)
    return draft


def _places(template: Template, row: TerritoryRow) -> dict[Path, Place]:
    """Where the parts of a contest stand: in its table, or in the row of its territory."""
    table = template.table
    keys = ("title", "method", "threshold", "territory", "second_round")
    places: dict[Path, Place] = {(key,): table.place_of(key) for key in keys}
    places[("seats",)] = table.place_of("seats") if row.seats == NOT_WRITTEN else row.place
    places[("votes_allowed",)] = table.place_of("votes_allowed") if row.votes_allowed == NOT_WRITTEN else row.place
    return places | {(): table.place}


def _check_numbers(template: Template, drafts: Sequence[Draft]) -> None:
    """Seats are written somewhere for each contest, and its code is not too long."""
    without = [draft for draft in drafts if draft.seats == NOT_WRITTEN]
    for draft in without:
        draft.seats = 1
    if without:
        problem = N_("`seats` is missing for {territories}.")
        remedy = N_("Write it here, or with `per` in the column seats of territories.csv.")
        names = ", ".join(draft.territory for draft in without)
        template.table.refuse("seats", problem, remedy, territories=names)
    for draft in drafts:
        if len(draft.code) > LONGEST_CODE:
            problem = N_("The code {code} is longer than 40 letters.")
            template.table.refuse("code", problem, N_("Shorten `code`."), code=draft.code)
        if any(len(text) > LONGEST_TEXT for text in draft.title.values()):
            problem = N_("The title of {code} is longer than 200 letters.")
            template.table.refuse(
                "title", problem, N_("Shorten it; the territory's name is part of it."), code=draft.code
            )


def _check_unused(templates: Sequence[Template], territories: Sequence[TerritoryRow], ledger: Ledger) -> None:
    """A number in territories.csv that no contest takes is one that somebody will miss."""
    seats = {each.per for each in templates if each.kind != "referendum" and each.method != "none"}
    votes = {each.per for each in templates if each.kind == "nominal"}
    for row in territories:
        for name, value, kinds in (("seats", row.seats, seats), ("votes_allowed", row.votes_allowed, votes)):
            if value != NOT_WRITTEN and row.territory.kind not in kinds:
                ledger.add(
                    row.place,
                    N_("No contest takes the {name} of {territory}."),
                    N_('Empty the cell, or give a contest per = "{kind}"; one with `territory` has its own number.'),
                    name=name,
                    territory=row.territory.code,
                    kind=row.territory.kind,
                )
