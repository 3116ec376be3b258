"""photos/: the candidates' photos beside a definition, each file named by a candidate's code.

    photos/MON-1-AURORA-1.jpg      the person who stands nominally; JPEG or PNG
    photos/MON-1-FARO-1.PNG        the ending may be in capitals, the code is as in candidates.csv

A photo is shown where a person is pressed: on the cards of nominal contests. That of somebody who stands on lists
alone, or only substitutes, is in nobody's way. Photos are not part of the definition, and of its identity: see
docs/adr/0126-photos-beside-the-definition.md. What the files hold is looked at in devices/photo_files.
"""

from collections.abc import Iterable, Iterator, Sequence

from urna.election.definition import Candidate, Contest, ContestKind
from urna.election.folder_findings import meant
from urna.encoding.canonical import Code
from urna.errors import Finding
from urna.words import N_, Sentence

PHOTOS = "photos"
"""The folder beside the definition's files."""

ENDINGS = ("jpg", "jpeg", "png")

PASSED_OVER = frozenset({"thumbs.db", "desktop.ini"})
"""What systems of desks leave in a folder of pictures; names that begin with a dot are passed over too."""


CardPlace = tuple[Code, Code]
"""A card by its contest's code and its own: two contests may have cards of one code."""


def people_on(contests: Iterable[Contest]) -> dict[CardPlace, Code]:
    """Everybody who is pressed in these contests: candidates by card. Lists and answers show nobody."""
    pressed: dict[CardPlace, Code] = {}
    for contest in contests:
        if contest.kind is ContestKind.NOMINAL:
            person = {choice.code: choice.nominees[0] for choice in contest.choices if choice.nominees}
            cards = [(option.code, person.get(option.choice)) for option in contest.options]
            pressed |= {(contest.code, card): code for card, code in cards if code is not None}
    return pressed


def photos_of(names: Iterable[str], candidates: Iterable[Candidate]) -> tuple[dict[Code, str], list[Finding]]:
    """The file of each candidate who has a photo, and what is wrong with the other names, in their order.

    Args:
        names: of the files in the folder.
        candidates: all of the definition's.
    """
    known = {candidate.code for candidate in candidates}
    taken = sorted(name for name in names if not is_passed_over(name))
    found: dict[Code, str] = {}
    mistakes = list(_read(taken, known, found))
    return found, mistakes


def is_passed_over(name: str) -> bool:
    """Whether a file is none that an official put there."""
    return name.startswith(".") or name.lower() in PASSED_OVER


def mistake_in(name: str, problem: str, remedy: str, /, **values: str | int) -> Finding:
    """A finding about one photo; the templates are marked by `N_` where they are written."""
    return Finding(f"{PHOTOS}/{name}", 0, Sentence(problem, values), Sentence(remedy, values))


def _read(names: Sequence[str], known: set[Code], found: dict[Code, str]) -> Iterator[Finding]:
    for name in names:
        code, _, ending = name.rpartition(".")
        if ending.lower() not in ENDINGS:
            problem = N_("The name does not end with .jpg or .png.")
            yield mistake_in(name, problem, N_("Save the photo as JPEG or PNG, or take the file out."))
        elif code not in known:
            yield _stranger(name, code, known)
        elif code in found:
            problem = N_("The candidate {code} has another photo, {other}.")
            yield mistake_in(name, problem, N_("Keep one of them."), code=code, other=found[code])
        else:
            found[code] = name


def _stranger(name: str, code: str, known: set[Code]) -> Finding:
    if guess := meant(code, sorted(known)):
        problem = N_("There is no candidate “{code}”; did you mean {guess}?")
        return mistake_in(name, problem, N_("Rename the file to {guess}, with its ending."), code=code, guess=guess)
    problem, remedy = N_("There is no candidate “{code}”."), N_("Name it by a code of candidates.csv, or take it out.")
    return mistake_in(name, problem, remedy, code=code)
