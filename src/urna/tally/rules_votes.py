"""Rules 19-31: each contest against its ballots, and the published ballot list against the booths' counts."""

from collections import Counter
from collections.abc import Iterable, Iterator

from urna.ballot.published import BallotList
from urna.election.definition import Contest, Rules
from urna.election.outcomes import BallotState
from urna.encoding.canonical import Count, Hash, encode
from urna.log.merkle import root_of
from urna.tally.rule import Case, Rule, Values, unless_at_most, unless_equal, unless_same_list
from urna.tally.sheet import ContestTally
from urna.words import N_


def is_withheld(rules: Rules, ballots: Count) -> bool:
    """Whether a contest with so many cast ballots at a station is below the secrecy threshold."""
    return ballots < rules.secrecy_threshold


def ballots_root(ballots: BallotList) -> Hash:
    """The Merkle root of a station's ballots, each leaf the canonical bytes of one, in the list's order."""
    return root_of(encode(ballot) for ballot in ballots.ballots).hex()


def _known(case: Case) -> Iterator[tuple[Contest, ContestTally]]:
    for tally in case.sheet.contests:
        contest = case.election.contests.get(tally.contest)
        if contest is not None:
            yield contest, tally


def _contests(case: Case) -> Iterable[Values]:
    listed = [each.contest for each in case.sheet.contests]
    wanted = case.election.contests_of_station(case.sheet.station)
    return unless_same_list(listed, [contest.code for contest in wanted])


def _contest_ballots(case: Case) -> Iterable[Values]:
    cast = {each.style: each.cast for each in case.sheet.styles}
    for contest, tally in _known(case):
        held = case.election.styles_with(contest.code)
        own = sum(number for style, number in cast.items() if style in held)
        yield from unless_equal(tally.ballots, own, contest=contest.code)


def _withheld(case: Case) -> Iterable[Values]:
    threshold = case.election.rules.secrecy_threshold
    for _, tally in _known(case):
        shows = [tally.votes is not None, tally.undervotes is not None]
        shown = case.sheet.opened and not is_withheld(case.election.rules, tally.ballots)
        if shows != [shown, shown]:
            yield {"contest": tally.contest, "left": tally.ballots, "right": threshold, "shown": sum(shows)}


def _options(case: Case) -> Iterable[Values]:
    for contest, tally in _known(case):
        if tally.votes is not None:
            listed = [each.option for each in tally.votes]
            wanted = [option.code for option in contest.options]
            yield from unless_same_list(listed, wanted, contest=contest.code)


def _votes(case: Case) -> Iterable[Values]:
    for contest, tally in _known(case):
        if tally.votes is not None and tally.undervotes is not None:
            found = sum(each.votes for each in tally.votes) + tally.undervotes
            yield from unless_equal(found, tally.ballots * contest.votes_allowed, contest=contest.code)


def _option_votes(case: Case) -> Iterable[Values]:
    for _, tally in _known(case):
        for each in tally.votes or ():
            yield from unless_at_most(each.votes, tally.ballots, contest=tally.contest, option=each.option)


def _nonces(case: Case) -> Iterable[Values]:
    """At most one R per option and station, ever: the sheet of the closing carries it, a correction none."""
    wanted = case.election.is_encrypted and case.sheet.sequence == 0
    for _, tally in _known(case):
        votes = tally.votes or ()
        yield from unless_equal(
            sum(each.nonce is not None for each in votes), len(votes) if wanted else 0, contest=tally.contest
        )


def _is_opened(case: Case) -> Iterable[Values]:
    """A sheet without votes is signed only where guardians can open them."""
    if not (case.sheet.opened or case.election.is_encrypted):
        yield {"left": 0, "right": len(case.sheet.contests)}


def _encrypted(case: Case) -> Iterable[Values]:
    if case.ballots is not None:
        entries = case.ballots.ballots
        styles = {each.style for each in case.station.styles}
        named = sum(ballot.style in styles and ballot.hash is not None for ballot in entries)
        bare = sum(ballot.style is None and ballot.hash is None for ballot in entries)
        yield from unless_equal(named if case.election.is_encrypted else bare, len(entries))


def _list_styles(case: Case) -> Iterable[Values]:
    if case.ballots is None or not case.election.is_encrypted:
        return
    listed = Counter(ballot.style for ballot in case.ballots.ballots if ballot.state is BallotState.CAST)
    for each in case.sheet.styles:
        yield from unless_equal(listed[each.style], each.cast, style=each.style)


def _states(case: Case) -> Iterable[Values]:
    if case.ballots is None:
        return
    listed = Counter(ballot.state for ballot in case.ballots.ballots)
    counted = {
        BallotState.CAST: case.sheet.cast,
        BallotState.VOID: sum(booth.void for booth in case.sheet.booths),
        BallotState.CHALLENGED: sum(booth.challenged for booth in case.sheet.booths),
    }
    for state, number in counted.items():
        yield from unless_equal(listed[state], number, state=state.value)


def _root(case: Case) -> Iterable[Values]:
    if case.ballots is not None:
        root, signed = ballots_root(case.ballots), case.sheet.ballots_root or "-"
        if root != signed:
            yield {"left": root, "right": signed}


def _has_list(case: Case) -> Iterable[Values]:
    """A rehearsal of counts has neither list nor root; everything else has both."""
    has_list, has_root = int(case.ballots is not None), int(case.sheet.ballots_root is not None)
    is_rehearsal = case.election.definition.purpose == "rehearsal"
    if has_list != has_root or not (has_list or is_rehearsal):
        yield {"left": has_list, "right": has_root}


RULES = (
    Rule(
        19,
        "contests",
        N_(
            "Station {station}: the sheet lists {left} contests, the definition {right}; at place {place} {listed}, "
            "expected {expected}."
        ),
        _contests,
    ),
    Rule(
        20,
        "contest_ballots",
        N_("Station {station}, contest {contest}: {left} ballots, but its ballot styles have {right} cast."),
        _contest_ballots,
    ),
    Rule(
        21,
        "secrecy_threshold",
        N_(
            "Station {station}, contest {contest}: with {left} ballots and a secrecy threshold of {right}, the sheet "
            "shows {shown} of votes and undervotes; below the threshold neither may be shown, from it on both must, "
            "unless the sheet says that its ballots were not opened."
        ),
        _withheld,
    ),
    Rule(
        22,
        "options",
        N_(
            "Station {station}, contest {contest}: the sheet lists {left} options, the definition {right}; at place "
            "{place} {listed}, expected {expected}."
        ),
        _options,
    ),
    Rule(
        23,
        "votes_and_undervotes",
        N_("Station {station}, contest {contest}: votes and undervotes make {left}, its ballots {right}."),
        _votes,
    ),
    Rule(
        24,
        "votes_at_most_ballots",
        N_("Station {station}, contest {contest}: {left} votes for {option}, but only {right} ballots."),
        _option_votes,
    ),
    Rule(
        25,
        "ballot_states",
        N_("Station {station}: {left} ballots {state} in the list, {right} on the sheet."),
        _states,
    ),
    Rule(
        26,
        "ballots_root",
        N_("Station {station}: the ballot list has root {left}, the sheet signs {right}."),
        _root,
    ),
    Rule(
        27,
        "ballot_list",
        N_(
            "Station {station}: {left} ballot lists and {right} roots on the sheet; outside a rehearsal of counts "
            "there is one of each."
        ),
        _has_list,
    ),
    Rule(
        28,
        "nonces",
        N_(
            "Station {station}, contest {contest}: {left} sums of nonces on the sheet, {right} expected; the sheet of "
            "the closing proves every option once, a correction none, and without guardians there is none."
        ),
        _nonces,
    ),
    Rule(
        29,
        "opened",
        N_("Station {station}: {left} of {right} contests opened, and no guardians who could open the others."),
        _is_opened,
    ),
    Rule(
        30,
        "encrypted_ballots",
        N_(
            "Station {station}: {left} of {right} listed ballots name what the definition asks: with guardians a "
            "style of the station and the hash of the ciphertext, without them neither."
        ),
        _encrypted,
    ),
    Rule(
        31,
        "ballots_by_style",
        N_("Station {station}, style {style}: {left} cast ballots in the list, {right} on the sheet."),
        _list_styles,
    ),
)
