"""Rules 10-18: the poll book's count against the booths', and the booths' against themselves and the definition."""

from collections.abc import Iterable

from urna.election.outcomes import Ending
from urna.tally.rule import Case, Rule, Values, unless_at_most, unless_equal, unless_same_list
from urna.words import N_


def _cast_at_most_identified(case: Case) -> Iterable[Values]:
    return unless_at_most(case.sheet.cast, case.statement.identified_total)


def _cast_by_both(case: Case) -> Iterable[Values]:
    return unless_equal(case.sheet.cast, case.statement.endings.get(Ending.CAST, 0))


def _booths(case: Case) -> Iterable[Values]:
    listed = [str(booth.booth) for booth in case.sheet.booths]
    return unless_same_list(listed, [str(number) for number in range(1, case.station.booths + 1)])


def _zero_reports(case: Case) -> Iterable[Values]:
    for booth in case.sheet.booths:
        published = case.zero_reports.get(booth.booth, "-")
        if booth.zero_report != published:
            yield {"booth": booth.booth, "left": booth.zero_report, "right": published}


def _styles(case: Case) -> Iterable[Values]:
    return unless_same_list([each.style for each in case.sheet.styles], [each.style for each in case.station.styles])


def _cast_by_style(case: Case) -> Iterable[Values]:
    return unless_equal(sum(each.cast for each in case.sheet.styles), case.sheet.cast)


def _style_electors(case: Case) -> Iterable[Values]:
    electors = {each.style: each.electors for each in case.station.styles}
    for each in case.sheet.styles:
        yield from unless_at_most(each.cast, electors.get(each.style, 0), style=each.style)


def _closed(case: Case) -> Iterable[Values]:
    opens_at = case.election.definition.opens_at
    for closed_at in (case.sheet.closed_at, case.statement.closed_at):
        if closed_at < opens_at:  # both in UTC and of one length, so the order of letters is the order of time
            yield {"left": closed_at, "right": opens_at}


def _challenged(case: Case) -> Iterable[Values]:
    challenged = sum(booth.challenged for booth in case.sheet.booths)
    return unless_at_most(challenged, case.statement.activations * case.election.rules.challenges)


RULES = (
    Rule(
        10,
        "cast_at_most_identified",
        N_("Station {station}: {left} ballots cast, but only {right} people identified."),
        _cast_at_most_identified,
    ),
    Rule(
        11,
        "cast_by_booths_and_poll_book",
        N_("Station {station}: {left} ballots cast by the booths' count, {right} by the poll book's."),
        _cast_by_both,
    ),
    Rule(
        12,
        "booths",
        N_(
            "Station {station}: the sheet lists {left} booths, the definition {right}; at place {place} {listed}, "
            "expected {expected}."
        ),
        _booths,
    ),
    Rule(
        13,
        "zero_reports",
        N_("Station {station}: booth {booth} names the zero report {left}, the record holds {right}."),
        _zero_reports,
    ),
    Rule(
        14,
        "styles",
        N_(
            "Station {station}: the sheet lists {left} ballot styles, the definition {right}; at place {place} "
            "{listed}, expected {expected}."
        ),
        _styles,
    ),
    Rule(
        15,
        "cast_by_style",
        N_("Station {station}: {left} ballots cast over all ballot styles, {right} over all booths."),
        _cast_by_style,
    ),
    Rule(
        16,
        "cast_at_most_electors_of_style",
        N_("Station {station}: {left} ballots cast of style {style}, but only {right} electors have it."),
        _style_electors,
    ),
    Rule(
        17,
        "closed_after_opening",
        N_("Station {station}: closed at {left}, but the polls opened at {right}."),
        _closed,
    ),
    Rule(
        18,
        "challenges_per_activation",
        N_("Station {station}: {left} ballots challenged, but its activations allow at most {right}."),
        _challenged,
    ),
)
