"""What commands write into examinations of each subject, so that every reader sees it in their own language.

A note is signed once, by officers who may have different languages, so its texts are always these, in English. Whoever
shows one finds the template that it was made from and has that said. A text that is none, such as the words of a
register that people wrote, is shown as it stands; so is what stands in a template's fields, such as an error's words.
"""

import re
from collections.abc import Iterator
from functools import cache

from urna.words import N_, Sentence

TEMPLATES = (
    # several commands
    N_("equal"),
    N_("withheld"),
    N_("expected {expected}, found {found}"),
    # readiness
    N_("passed"),
    N_("no report"),
    N_("report: passed"),
    N_("report: failed"),
    N_("report with {found} instead of {expected}"),
    N_("log: passed"),
    N_("log: failed"),
    N_("log: passed after {count} failed"),
    N_("log: failed after {count} failed"),
    N_("log (signed): passed"),
    N_("log (signed): failed"),
    N_("log (signed): passed after {count} failed"),
    N_("log (signed): failed after {count} failed"),
    N_("{station} booth {count}"),
    # the roll
    N_("{count} electors"),
    N_("{count} electors as committed, {defined} defined"),
    N_("numbers that stand twice"),
    # software
    N_("{count} files as in the manifest"),
    N_("{changed} changed, {missing} missing, {extra} extra"),
    N_("no such file"),
    N_("not a plain file"),
    N_("missing"),
    N_("changed {file}"),
    N_("extra {file}"),
    N_("no medium"),
    N_("archives of the lock"),
    N_("{count} archives, {unknown} of them not in the lock"),
    N_("a hash of the lock"),
    N_("{station} wheels"),
    # the guardians' rehearsal
    N_("every proof holds"),
    N_("no joint key in the folder"),
    N_("the joint key, signed by all"),
    N_("another joint key"),
    N_("no sums were opened"),
    N_("nobody asked for it"),
    N_("proven"),
    N_("asked for and not opened"),
    N_("guardian {count} {name}"),
    N_("opening"),
    N_("opening {count}"),
    N_("opening {count} by {name}"),
    # rehearsal and parallel test
    N_("{station} in the results"),
    N_("not counted"),
    N_("deck and sheet"),
    N_("no deck"),
    N_("no sheet"),
    N_("no deck and no sheet"),
    N_("{station} ballots"),
    N_("not on the sheet"),
    N_("{station} {contest} (not used)"),
    N_("sheet {count}: {name}"),
    N_("a sheet signed by its machines"),
    # reconciliation
    N_("{station} until {time}"),
    N_("nobody counted"),
    N_("{rule}: they differ by {count}"),
    N_("signatures in the book, people identified"),
    N_("people let in, activations and people who wait or left"),
    N_("activations, what became of them"),
    N_("ballots cast, slips in the box"),
    # challenged ballots
    N_("the record"),
    N_("unknown station"),
    N_("no check fails"),
    N_("failed: {checks}"),
    N_("{count} challenged ballots, opened and proven"),
    N_("{count} findings: {first}"),
    N_("ballots are not encrypted: there is nothing to prove"),
    N_("its encrypted ballots could not be read whole"),
    # the register of incidents
    N_("settled"),
    N_("open: {what}"),
    N_("settled: {what}"),
    N_("standing: {what}"),
)
"""Every text of a subject, what was expected and what was found; several of them stand with "; " between them."""

FIGURES = {
    "stations": N_("stations"),
    "booths": N_("booths"),
    "electors": N_("electors on the roll"),
    "lines_double_number": N_("lines whose number stands twice"),
    "lines_namesake": N_("lines with the same name at one station"),
    "lines_digit_in_name": N_("lines with a digit in the name"),
    "lines_one_word_name": N_("lines with a name of one word"),
    "lines_repeated_letter": N_("lines with a letter three times in a row"),
    "lines_no_digit_in_number": N_("lines with a number without digits"),
    "lines_one_digit_number": N_("lines with a number of one digit repeated"),
    "lines_rare_number": N_("lines with a number of a rare shape"),
    "fingerprints_people": N_("people with fingerprints"),
    "fingerprints_searchable": N_("people whose fingerprints can be searched"),
    "fingerprints_cases": N_("cases of similar fingerprints"),
    "fingerprints_same_person": N_("cases decided: the same person"),
    "fingerprints_different_people": N_("cases decided: different people"),
    "fingerprints_referred": N_("cases handed on"),
    "fingerprints_undecided": N_("cases not decided"),
    "sampled": N_("electors drawn and compared"),
    "sample_agrees": N_("drawn electors whose documents agree"),
    "sample_differs": N_("drawn electors whose documents differ"),
    "sample_not_found": N_("drawn electors of whom nothing was found"),
    "differing_at_most": N_("part of the roll that differs, at most"),
    "differing_or_not_found_at_most": N_("part of the roll that differs or would not be found, at most"),
    "files": N_("files"),
    "files_expected": N_("files in the manifest"),
    "locked_packages": N_("packages in the lock"),
    "guardians": N_("guardians"),
    "threshold": N_("guardians who open together"),
    "joint_keys": N_("joint keys made"),
    "looks": N_("looks at stations"),
    "challenged": N_("challenged ballots"),
    "incidents_open": N_("open incidents"),
    "incidents_settled": N_("settled incidents"),
    "incidents_standing": N_("incidents that stand"),
    "incidents_of_the_record": N_("incidents in the record"),
    "incidents_written_down": N_("incidents written down"),
}
"""What the names of counts and bounds mean; another name stands as it is."""

_FIELDS = {"count": "[0-9]+", "changed": "[0-9]+", "missing": "[0-9]+", "extra": "[0-9]+", "unknown": "[0-9]+"}
_FIELDS |= {"defined": "[0-9]+", "station": "[A-Z0-9._-]+", "contest": "[A-Z0-9._-]+", "checks": "[0-9, ]+"}
"""What may stand in a field; in others anything may."""

_NESTED = frozenset({"rule", "file"})
"""Fields in which another of these texts may stand."""


def sentence_of(text: str) -> Sentence:
    """The sentence of which a text of a subject is the English.

    Args:
        text: a subject, what was expected, or what was found.
    """
    found = _match(text)
    if found is not None:
        return found
    first, mark, rest = text.partition("; ")
    if mark and _match(first) is not None:
        values = {"first": sentence_of(first), "rest": sentence_of(rest)}
        return Sentence("{first}; {rest}", values)  # type: ignore[arg-type]  # sentences in it
    return Sentence("{text}", {"text": text})


def _match(text: str) -> Sentence | None:
    for template, pattern in _patterns():
        if found := pattern.fullmatch(text):
            values = {name: sentence_of(said) if name in _NESTED else said for name, said in found.groupdict().items()}
            return Sentence(template, values)  # type: ignore[arg-type]  # sentences in it
    return None


@cache
def _patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    """Those with the most letters of their own first: they say the most."""
    own = sorted(TEMPLATES, key=lambda template: -len(re.sub(r"\{\w+\}", "", template)))
    return tuple((template, re.compile("".join(_parts(template)))) for template in own)


def _parts(template: str) -> Iterator[str]:
    for place, part in enumerate(re.split(r"\{(\w+)\}", template)):
        yield f"(?P<{part}>{_FIELDS.get(part, '.+')})" if place % 2 else re.escape(part)
