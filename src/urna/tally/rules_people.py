"""Rules 1-9: what the poll book counted, against the roll that was committed before the day and against itself."""

from collections.abc import Iterable

from urna.election.outcomes import Ending, Outcome
from urna.tally.rule import Case, Rule, Values, unless_at_most, unless_equal
from urna.words import N_


def _registered(case: Case) -> Iterable[Values]:
    return unless_equal(case.statement.registered, case.roll.electors if case.roll else 0)


def _roll_root(case: Case) -> Iterable[Values]:
    committed = case.roll.root if case.roll else "-"
    if case.statement.roll_root != committed:
        yield {"left": case.statement.roll_root, "right": committed}


def _identified(case: Case) -> Iterable[Values]:
    return unless_at_most(case.statement.identified_total, case.roll.electors if case.roll else 0)


def _all_counted(case: Case) -> Iterable[Values]:
    found = len(case.statement.identified) + len(case.statement.endings)
    return unless_equal(found, len(Outcome) + len(Ending))


def _admitted(case: Case) -> Iterable[Values]:
    book = case.statement
    return unless_equal(book.identified_total + book.readmitted, book.activations + book.withdrawn)


def _ended(case: Case) -> Iterable[Values]:
    return unless_equal(sum(case.statement.endings.values()), case.statement.activations)


def _overridden(case: Case) -> Iterable[Values]:
    book = case.statement
    without_match = book.identified_total - book.identified.get(Outcome.MATCH, 0)
    return unless_equal(sum(book.overrides.values()), without_match)


def _codes(case: Case) -> Iterable[Values]:
    book = case.statement
    return unless_equal(book.codes_used + book.telephone_codes_used, sum(book.overrides.values()))


def _readmitted(case: Case) -> Iterable[Values]:
    book = case.statement
    without_vote = sum(number for ending, number in book.endings.items() if ending is not Ending.CAST)
    return unless_at_most(book.readmitted, book.withdrawn + without_vote)


RULES = (
    Rule(
        1,
        "registered",
        N_("Station {station}: the poll book has {left} electors, the roll committed before the day {right}."),
        _registered,
    ),
    Rule(
        2,
        "roll_root",
        N_("Station {station}: the poll book's roll has root {left}, the roll committed before the day {right}."),
        _roll_root,
    ),
    Rule(
        3,
        "identified_at_most_registered",
        N_("Station {station}: {left} people identified, but only {right} electors on its roll."),
        _identified,
    ),
    Rule(
        4,
        "every_outcome_counted",
        N_("Station {station}: the poll book gives {left} outcomes and endings; there are {right}."),
        _all_counted,
    ),
    Rule(
        5,
        "admissions",
        N_("Station {station}: {left} people identified or readmitted, but {right} activations and withdrawals."),
        _admitted,
    ),
    Rule(
        6,
        "endings",
        N_("Station {station}: {left} endings of activations, but {right} activations."),
        _ended,
    ),
    Rule(
        7,
        "overrides",
        N_("Station {station}: {left} reasons for admitting without a match, but {right} people so admitted."),
        _overridden,
    ),
    Rule(
        8,
        "override_codes",
        N_("Station {station}: {left} override codes used, but {right} people admitted by override."),
        _codes,
    ),
    Rule(
        9,
        "readmissions",
        N_("Station {station}: {left} people readmitted, but only {right} who had left without voting."),
        _readmitted,
    ),
)
