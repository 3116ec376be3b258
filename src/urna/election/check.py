"""Whether a definition can be held: every rule that its records' types cannot say.

    1. the authority: enough officers, each key once
    2. the calendar and the rules         (of fingers: election/check_fingers)
    3. titles in every language
    4. territories                        (election/territory)
    5. parties, candidates and contests   (election/check_contests)
    6. ballot styles and stations         (election/check_stations)

No rule repeats another's mistake: where a code is unknown, what hangs on it is passed over.
"""

from collections.abc import Iterator
from datetime import datetime
from fractions import Fraction

from urna.election.check_contests import check_candidates, check_contests, check_parties
from urna.election.check_fingers import check_fingers
from urna.election.check_sizes import check_sizes
from urna.election.check_stations import check_stations, check_styles
from urna.election.check_sums import check_sums
from urna.election.definition import Authority, Definition, Election, NamedKey, Rules, Words, ratio
from urna.election.mistake import Mistake, Path, doubled, wrong
from urna.election.territory import Tree, check_territories
from urna.errors import Findings
from urna.words import N_

_FEWEST_GUARDIANS = 2


def valid_election(definition: Definition, where: str = "definition", identity: str = "") -> Election:
    """The election that this definition defines.

    Args:
        definition: as it was read.
        where: the file to name in the findings.
        identity: the hash of its canonical bytes, when a reader has it.

    Raises:
        Findings: the definition breaks a rule; every mistake is in it.
    """
    mistakes = check_definition(definition)
    election = None if mistakes else Election(definition, identity)
    mistakes += check_sums(election) if election is not None else ()
    if election is None or mistakes:
        raise Findings([mistake.at(where) for mistake in mistakes])
    return election


def check_definition(definition: Definition) -> list[Mistake]:
    """Every mistake of a definition, in the order of its parts; one of its size alone."""
    sizes = list(check_sizes(definition))
    if sizes:
        return sizes
    tree = Tree(definition.territories)
    return [
        *_check_authority(definition.authority),
        *_check_calendar(definition),
        *_check_rules(definition.rules),
        *_check_titles(definition),
        *check_territories(definition.territories, tree),
        *check_parties(definition),
        *check_candidates(definition),
        *check_contests(definition, tree),
        *check_styles(definition),
        *check_stations(definition, tree),
    ]


def _check_authority(authority: Authority) -> Iterator[Mistake]:
    officers = len(authority.officers)
    if authority.threshold > officers:
        yield wrong(
            ("authority", "threshold"),
            N_("{threshold} officers have to sign, but {count} are named."),
            N_("Name more officers, or ask for fewer signatures."),
            threshold=authority.threshold,
            count=officers,
        )
    if authority.witness_quorum > len(authority.witnesses):
        yield wrong(
            ("authority", "witness_quorum"),
            N_("{quorum} witnesses have to sign, but {count} are named."),
            N_("Name more witnesses, or ask for fewer signatures."),
            quorum=authority.witness_quorum,
            count=len(authority.witnesses),
        )
    yield from _check_guardians(authority)
    yield from _check_keys(authority)


def _check_guardians(authority: Authority) -> Iterator[Mistake]:
    """With fewer than two needed, one guardian alone could open every ballot."""
    count, threshold = len(authority.guardians), authority.guardian_threshold
    if threshold > count:
        yield wrong(
            ("authority", "guardian_threshold"),
            N_("{threshold} guardians have to open the totals together, but {count} are named."),
            N_("Name more guardians, or ask for fewer."),
            threshold=threshold,
            count=count,
        )
    elif count and threshold < _FEWEST_GUARDIANS:
        yield wrong(
            ("authority", "guardian_threshold"),
            N_("{threshold} of {count} guardians could open the ballots."),
            N_("Ask for two or more: nobody may open ballots alone."),
            threshold=threshold,
            count=count,
        )


def _check_keys(authority: Authority) -> Iterator[Mistake]:
    """Nobody signs with another's key or under another's name."""
    named: list[tuple[Path, NamedKey]] = [(("authority", "log"), authority.log)]
    named += [(("authority", "officers", index), key) for index, key in enumerate(authority.officers)]
    named += [(("authority", "witnesses", index), key) for index, key in enumerate(authority.witnesses)]
    named += [(("authority", "guardians", index), key) for index, key in enumerate(authority.guardians)]
    for again, first in doubled([key.key for _, key in named]):
        yield wrong(
            named[again][0],
            N_("The key of {name} is also the key of {other}."),
            N_("Everybody who signs needs a key of their own: urna authority keygen."),
            name=named[again][1].name,
            other=named[first][1].name,
        )
    for again, first in doubled([key.key_name for _, key in named]):
        yield wrong(
            named[again][0],
            N_("The key of {name} has the same key name as the key of {other}."),
            N_("Give each key a name of its own."),
            name=named[again][1].name,
            other=named[first][1].name,
        )


def _check_calendar(definition: Definition) -> Iterator[Mistake]:
    moments = {"opens_at": definition.opens_at, "closes_at": definition.closes_at}
    for name, moment in moments.items():
        if not _is_moment(moment):
            yield wrong(
                (name,),
                N_("{moment} is not a moment of any day."),
                N_("Write the date and the time, as 2020-12-06T22:00:00Z."),
                moment=moment,
            )
    if definition.closes_at <= definition.opens_at and all(map(_is_moment, moments.values())):
        yield wrong(
            ("closes_at",),
            N_("Voting closes at {closes}, not after it opens at {opens}."),
            N_("Correct one of the two; mind the time zone."),
            opens=definition.opens_at,
            closes=definition.closes_at,
        )


def _is_moment(moment: str) -> bool:
    try:
        datetime.fromisoformat(moment)
    except ValueError:
        return False
    return True


def _check_rules(rules: Rules) -> Iterator[Mistake]:
    for name in ("audit_share", "risk_limit"):
        value = getattr(rules, name)
        if ratio(value) > 1 or (name != "audit_share" and not 0 < ratio(value) < Fraction(1)):
            yield wrong(
                ("rules", name),
                N_("{name} is {value}, which is not a share of a whole."),
                N_("Write a fraction below 1, such as 5/100."),
                name=name,
                value=value,
            )
    if rules.challenges >= rules.attempts:
        yield wrong(
            ("rules", "challenges"),
            N_("A voter may challenge {challenges} of {attempts} attempts, so none may be left to cast."),
            N_("Allow more attempts than challenges."),
            challenges=rules.challenges,
            attempts=rules.attempts,
        )
    if rules.inactivity_seconds > rules.time_limit_seconds:
        yield wrong(
            ("rules", "inactivity_seconds"),
            N_("The notice of inactivity comes after {inactivity} seconds, later than the time limit of {limit}."),
            N_("Make `inactivity_seconds` the smaller of the two."),
            inactivity=rules.inactivity_seconds,
            limit=rules.time_limit_seconds,
        )
    yield from _check_languages(rules.languages)
    yield from check_fingers(rules.fingers)


def _check_languages(languages: tuple[str, ...]) -> Iterator[Mistake]:
    if not _are_languages(languages):
        yield wrong(
            ("rules", "languages"),
            N_("{languages} are not languages, each named once."),
            N_("Name them by their two-letter codes, such as es and en."),
            languages=", ".join(languages) or "-",
        )


def _are_languages(names: tuple[str, ...]) -> bool:
    """At least one, each once, each a code such as "es"."""
    spelled = all(len(name) in {2, 3} and name.isascii() and name.isalpha() and name.islower() for name in names)
    return bool(names) and len(set(names)) == len(names) and spelled


def _check_titles(definition: Definition) -> Iterator[Mistake]:
    languages = definition.rules.languages
    if not _are_languages(languages):
        return
    yield from _check_words(("title",), definition.title, definition.code, languages)
    for index, contest in enumerate(definition.contests):
        yield from _check_words(("contests", index, "title"), contest.title, contest.code, languages)


def _check_words(path: Path, words: Words, code: str, languages: tuple[str, ...]) -> Iterator[Mistake]:
    """A text is there in exactly the languages of the rules."""
    for language in languages:
        if language not in words:
            yield wrong(
                path,
                N_("The title of {code} is missing in the language {language}."),
                N_("Add it, or take {language} out of `languages`."),
                code=code,
                language=language,
            )
    for language in words:
        if language not in languages:
            yield wrong(
                path,
                N_("The title of {code} is given in {language}, which is not a language of this election."),
                N_("Take it out, or add {language} to `languages`."),
                code=code,
                language=language,
            )
