"""Whether parties, candidates and contests hold together: what a voter presses, and what it counts for."""

from collections.abc import Iterator

from urna.election.allocation_rule import MOST_SEATS
from urna.election.check_second_round import check_second_round
from urna.election.definition import Candidate, Choice, Contest, ContestKind, Definition, ratio
from urna.election.mistake import Mistake, Path, doubled, doubled_codes, wrong
from urna.election.territory import Tree
from urna.words import N_

PROPORTIONAL = ("dhondt", "sainte-lague", "modified-sainte-lague", "hare", "droop")
METHODS = {
    ContestKind.NOMINAL: ("plurality", "majority", "none"),
    ContestKind.LIST: (*PROPORTIONAL, "none"),
    ContestKind.REFERENDUM: ("majority", "none"),
}
"""The methods that make sense of each kind of contest."""


def check_parties(definition: Definition) -> Iterator[Mistake]:
    """Codes are used once."""
    codes = (party.code for party in definition.parties)
    yield from doubled_codes("parties", codes, N_("The party {code} is there twice."), _GIVE_ANOTHER)


def check_candidates(definition: Definition) -> Iterator[Mistake]:
    """Codes are used once, and substitutes are other candidates who do not substitute each other in a circle."""
    candidates = definition.candidates
    codes = (candidate.code for candidate in candidates)
    yield from doubled_codes("candidates", codes, N_("The candidate {code} is there twice."), _GIVE_ANOTHER)
    known = {candidate.code: candidate for candidate in candidates}
    for index, candidate in enumerate(candidates):
        for substitute in candidate.substitutes:
            if substitute not in known:
                yield wrong(
                    ("candidates", index),
                    N_("{code} has the substitute {substitute}, who is not a candidate."),
                    N_("Correct the code, or add {substitute} as a candidate."),
                    code=candidate.code,
                    substitute=substitute,
                )
    yield from _check_circles(candidates, known)


def _check_circles(candidates: tuple[Candidate, ...], known: dict[str, Candidate]) -> Iterator[Mistake]:
    """Nobody stands in for themselves, directly or through others; each circle is named once."""
    named: set[str] = set()
    for index, candidate in enumerate(candidates):
        if candidate.code in named:
            continue
        reached = _stand_ins(candidate, known)
        if candidate.code in reached:
            named.update(code for code in reached if candidate.code in _stand_ins(known[code], known))
            yield wrong(
                ("candidates", index),
                N_("{code} is, through the substitutes, a substitute of {code}."),
                N_("Break the circle: nobody can take their own place."),
                code=candidate.code,
            )


def _stand_ins(candidate: Candidate, known: dict[str, Candidate]) -> set[str]:
    """Everybody who may come to a candidate's place, through any number of steps."""
    reached: set[str] = set()
    ahead = list(candidate.substitutes)
    while ahead:
        code = ahead.pop()
        if code in known and code not in reached:
            reached.add(code)
            ahead.extend(known[code].substitutes)
    return reached


def check_contests(definition: Definition, tree: Tree) -> Iterator[Mistake]:
    """Codes, territories, seats and votes; then choices, cards and who stands."""
    codes = [contest.code for contest in definition.contests]
    yield from doubled_codes("contests", codes, N_("The contest {code} is there twice."), _GIVE_ANOTHER)
    if not codes:
        yield wrong(("contests",), N_("There is no contest."), N_("Add at least one [[contest]]."))
    parties = {party.code for party in definition.parties}
    candidates = {candidate.code for candidate in definition.candidates}
    for index, contest in enumerate(definition.contests):
        yield from _check_frame(("contests", index), contest, tree)
        yield from _check_choices(("contests", index), contest, parties, candidates)
        yield from _check_options(("contests", index), contest, parties)
    yield from _check_standing(definition.contests)


def _check_frame(path: Path, contest: Contest, tree: Tree) -> Iterator[Mistake]:
    """Territory, votes, method, seats and threshold."""
    rule = contest.seat_rule
    if contest.territory not in tree.territories:
        yield wrong(
            (*path, "territory"),
            N_("The contest {code} is decided in {territory}, which is not a territory."),
            N_("Correct the code, or add {territory} as a territory."),
            code=contest.code,
            territory=contest.territory,
        )
    if contest.kind is not ContestKind.NOMINAL and contest.votes_allowed != 1:
        yield wrong(
            (*path, "votes_allowed"),
            N_("A voter has {votes} votes in {code}, where one list or one answer is chosen."),
            N_("Set `votes_allowed` to 1, or leave it out."),
            code=contest.code,
            votes=contest.votes_allowed,
        )
    if rule.method not in METHODS[contest.kind]:
        yield wrong(
            (*path, "method"),
            N_("The contest {code} is {kind}, and the method {method} does not suit that."),
            N_("Choose one of: {methods}."),
            code=contest.code,
            kind=contest.kind.value,
            method=rule.method,
            methods=", ".join(METHODS[contest.kind]),
        )
    yield from _check_seats(path, contest)
    yield from check_second_round(path, contest)


def _check_seats(path: Path, contest: Contest) -> Iterator[Mistake]:
    rule = contest.seat_rule
    has_seats = rule.method != "none" and contest.kind is not ContestKind.REFERENDUM
    if has_seats != (rule.seats > 0):
        yield wrong(
            (*path, "seats"),
            N_("The contest {code} gives {seats} seats by the method {method}."),
            N_("Give at least one seat, or none with the method none and in a referendum."),
            code=contest.code,
            seats=rule.seats,
            method=rule.method,
        )
    if rule.seats > MOST_SEATS:
        yield wrong(
            (*path, "seats"),
            N_("The contest {code} gives {seats} seats; no allocation takes more than {most}."),
            N_("Write fewer seats."),
            code=contest.code,
            seats=rule.seats,
            most=MOST_SEATS,
        )
    if ratio(rule.threshold) > 1 or (ratio(rule.threshold) > 0 and contest.kind is not ContestKind.LIST):
        yield wrong(
            (*path, "threshold"),
            N_("The contest {code} has the threshold {threshold}."),
            N_("Write a share below 1, such as 3/100; only lists have a threshold, everything else 0/1."),
            code=contest.code,
            threshold=rule.threshold,
        )


def _check_choices(path: Path, contest: Contest, parties: set[str], candidates: set[str]) -> Iterator[Mistake]:
    """Each choice is one person, one list of known persons, or one answer."""
    pressed = {option.choice for option in contest.options}
    codes = [choice.code for choice in contest.choices]
    for again, _ in doubled(codes):
        yield _in_contest(
            (*path, "choices", again),
            contest,
            N_("The choice {name} is there twice in {contest}."),
            _KEEP_ONE,
            codes[again],
        )
    for number, choice in enumerate(contest.choices):
        place: Path = (*path, "choices", number)
        yield from _check_choice(place, contest, choice, parties, candidates)
        if contest.options and choice.code not in pressed:
            problem = N_("No card in {contest} counts for {name}, so nobody could vote for it.")
            yield _in_contest((*place, "options"), contest, problem, N_("Add its card, or take it out."), choice.code)
    everybody = [(number, code) for number, choice in enumerate(contest.choices) for code in choice.nominees]
    for again, _ in doubled([code for _, code in everybody]):
        number, code = everybody[again]
        problem = N_("{name} stands twice in {contest}.")
        yield _in_contest((*path, "choices", number, "nominees", code), contest, problem, _KEEP_ONE, code)


def _check_choice(
    place: Path, contest: Contest, choice: Choice, parties: set[str], candidates: set[str]
) -> Iterator[Mistake]:
    count = len(choice.nominees)
    fits = {ContestKind.NOMINAL: count == 1, ContestKind.LIST: count > 0, ContestKind.REFERENDUM: count == 0}
    if not fits[contest.kind]:
        problem = N_("The choice {name} in {contest} has {count} candidates.")
        remedy = N_("One person for a nominal choice, at least one for a list, none for an answer.")
        yield wrong(place, problem, remedy, name=choice.code, contest=contest.code, count=count)
    if choice.party is not None and choice.party not in parties:
        yield _in_contest(place, contest, N_("{name} in {contest} is not a party."), _CORRECT_PARTY, choice.party)
    for code in choice.nominees:
        if code not in candidates:
            problem, remedy = N_("{name} in {contest} is not a candidate."), N_("Correct the code, or add {name}.")
            yield _in_contest((*place, "nominees", code), contest, problem, remedy, code)


def _check_options(path: Path, contest: Contest, parties: set[str]) -> Iterator[Mistake]:
    """Each card is of a known party, counts for a choice, and can be told from the others."""
    if not contest.options:
        yield wrong(
            (*path, "options"),
            N_("The contest {code} has no cards, so there is nothing to press."),
            N_("Add its cards, or take the contest out."),
            code=contest.code,
        )
    choices = {choice.code for choice in contest.choices}
    for number, option in enumerate(contest.options):
        place: Path = (*path, "options", number)
        if option.party is not None and option.party not in parties:
            problem = N_("A card in {contest} is of {name}, which is not a party.")
            yield _in_contest(place, contest, problem, _CORRECT_PARTY, option.party)
        if option.choice not in choices:
            problem = N_("A card in {contest} counts for {name}, which does not stand there.")
            remedy = N_("Correct the code, or let {name} stand in {contest}.")
            yield _in_contest(place, contest, problem, remedy, option.choice)
    codes = [option.code for option in contest.options]
    twins = {again for again, _ in doubled(codes)}
    for again in twins:
        problem = N_("The card {name} is there twice in {contest}.")
        yield _in_contest((*path, "options", again), contest, problem, _KEEP_ONE, codes[again])
    for again, _ in doubled([option.name for option in contest.options]):
        if again not in twins:
            problem, remedy = N_("Two cards in {contest} both say: {name}."), N_("Give one of them another name.")
            yield _in_contest((*path, "options", again), contest, problem, remedy, contest.options[again].name)


def _check_standing(contests: tuple[Contest, ...]) -> Iterator[Mistake]:
    """A person stands nominally in one contest only; lists come on top of that."""
    stands = [
        (("contests", index, "choices", number, "nominees", code), contest.code, code)
        for index, contest in enumerate(contests)
        if contest.kind is ContestKind.NOMINAL
        for number, choice in enumerate(contest.choices)
        for code in choice.nominees
    ]
    for again, first in doubled([code for _, _, code in stands]):
        path, contest, code = stands[again]
        if contest != stands[first][1]:
            yield wrong(
                path,
                N_("The candidate {code} stands in {contest} and already in {first}."),
                N_("Let {code} stand in one of them."),
                code=code,
                contest=contest,
                first=stands[first][1],
            )


def _in_contest(path: Path, contest: Contest, problem: str, remedy: str, name: str) -> Mistake:
    return wrong(path, problem, remedy, contest=contest.code, name=name)


_GIVE_ANOTHER = N_("Give one of them another code.")
_KEEP_ONE = N_("Keep one of them.")
_CORRECT_PARTY = N_("Correct the code, or add {name} as a party.")
