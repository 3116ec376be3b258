"""What every page of the site shares: its languages, their file names, the templates, the head and the foot."""

from collections.abc import Mapping
from html import escape
from typing import NamedTuple

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from urna.encoding.canonical import Code, Moment
from urna.record.incident_words import public_reason
from urna.record.layout import CHECKPOINT, DEFINITION, README, results_path
from urna.tally.results import Results
from urna.web.results.changes import DECISION_WORDS, KIND_WORDS
from urna.web.results.contests import in_language
from urna.web.results.figures import day, number, opacity, percent, share
from urna.web.results.lookup import Lookup
from urna.web.results.signs import dot, rod
from urna.web.results.spoken import Spoken
from urna.words import Say

NATIVE_NAMES = {"es": "Español", "en": "English"}


class Language(NamedTuple):
    """A language of the pages."""

    code: str
    name: str
    """In itself."""
    say: Say


class Languages:
    """The languages of a site; the first is the one of index.html.

    Args:
        speakers: how each language is spoken, by its code.
    """

    def __init__(self, speakers: Mapping[str, Say]) -> None:
        self.all = [Language(code, NATIVE_NAMES.get(code, code), say) for code, say in speakers.items()]

    def file(self, stem: str, language: Language) -> str:
        """The file of a page in a language: "index.html" in the first one, "index.en.html" in English."""
        return f"{stem}.html" if language == self.all[0] else f"{stem}.{language.code}.html"

    def versions(self, stem: str) -> list[tuple[Language, str]]:
        """The page in each language, with its file."""
        return [(language, self.file(stem, language)) for language in self.all]

    def codes_file(self, station: Code, language: Language) -> str:
        """The page of a station's confirmation codes, seen from the results."""
        return self.file(f"codes/{station}", language)

    def station_file(self, station: Code, language: Language) -> str:
        """The page of a station, seen from the results."""
        return self.file(f"stations/{station}", language)


def frame(lookup: Lookup, languages: Languages, language: Language, record: str) -> dict[str, object]:
    """What the head and the foot of every page show; a page in a folder of its own sets `up` to "../".

    Nothing in it changes from one edition to the next: a page says which edition it shows (`edition`) only where all
    of it may change with each, so that the others need not be written again.

    Args:
        lookup: the results.
        languages: of the site.
        language: of the page.
        record: the record's folder as seen from the results.
    """
    definition, results = lookup.election.definition, lookup.results
    return {
        "up": "",
        "here": "",
        "language": language,
        "election_title": in_language(definition.title, language.code),
        "authority": definition.authority.name,
        "is_encrypted": lookup.election.is_encrypted,
        "purpose": definition.purpose,
        "is_final": results.status == "final",
        "edition": None,
        "places": [],
        "record": record,
        "files": [README, DEFINITION, CHECKPOINT],
        "identity": [lookup.election.identity[start : start + 4] for start in range(0, 64, 4)],
        "home": languages.file("index", language),
        "codes_home": languages.file("codes/index", language),
    }


class Edition(NamedTuple):
    """Which edition a page shows."""

    number: int
    issued_at: Moment
    issued: str
    """The same in words."""


def edition_of(results: Results, language: Language) -> dict[str, object]:
    """What a page shows beside its frame when it changes with every edition."""
    edition = Edition(results.edition, results.issued_at, day(results.issued_at, language.code))
    return {"edition": edition, "files": [README, DEFINITION, results_path(results.edition), CHECKPOINT]}


def environment(language: Language) -> Environment:
    """Templates that escape everything and speak one language."""
    templates = Environment(
        loader=PackageLoader("urna.web.results", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        extensions=[Spoken],
        trim_blocks=True,
        lstrip_blocks=True,
    )
    templates.globals["say"] = language.say
    templates.globals["kind_words"] = KIND_WORDS
    templates.globals["incident_reason"] = public_reason
    templates.globals["decision_words"] = DECISION_WORDS
    templates.filters["number"] = number
    templates.filters["percent"] = lambda value: percent(value, language.say)
    templates.filters["dot"] = dot
    templates.filters["rod"] = rod
    templates.filters["over"] = share
    templates.filters["opacity"] = opacity
    templates.filters["bar"] = lambda value, units: f"{float(min(value or 0, 1)) * units:.1f}"
    templates.filters["plain"] = _between_tags
    return templates


def _between_tags(text: str) -> Markup:
    """A text between tags, where quotes need no escape: each of a page's thousand proofs has sixteen."""
    return Markup(escape(text, quote=False))  # noqa: S704 - escaped here
