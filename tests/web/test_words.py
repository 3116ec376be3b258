"""Translators find every sentence of the pages: Babel collects them from templates and modules."""

from pathlib import Path

from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from tests.web.encrypted import crowded, edition, whole_site, without_ballots, world
from tests.web.examples import example_results, nation_results, troubled_results
from tests.web.record_site import site_of
from tests.web.spanish import SPANISH

from urna.web.results.codes import codes_site
from urna.web.results.page import results_site
from urna.words import Sentence

ROOT = Path(__file__).resolve().parents[2]
KEYWORDS = {"say": None, "Sentence": None, "N_": None}


def collected(folder: str) -> set[str]:
    """What `pybabel extract -F babel.cfg` finds below a folder."""
    with (ROOT / "babel.cfg").open() as file:
        methods, options = parse_mapping_cfg(file)  # type: ignore[no-untyped-call]  # Babel leaves it so
    found = extract_from_dir(ROOT / folder, methods, options, keywords=KEYWORDS)
    return {message for _, _, message, _, _ in found if isinstance(message, str)}


def said() -> set[str]:
    """Every template that the pages of the examples ask for."""
    asked = set()

    def note(sentence: Sentence | str, /) -> str:
        asked.add(sentence.template if isinstance(sentence, Sentence) else sentence)
        return str(sentence)

    for shown in (example_results(), troubled_results(), nation_results(400, 4)):
        results_site(*shown, {"en": note})
    whole_site({"en": note})
    for number in (1, 2):
        site_of(number, {"en": note})
    site_of(2, {"en": note}, now="2019-01-01T00:00:00Z")
    election, results = nation_results(200, 2)
    list(codes_site(election, results, map(without_ballots, election.stations), {"en": note}))
    list(codes_site(world().election, edition(), [crowded()], {"en": note}))
    return asked


def test_every_sentence_of_the_pages_is_collected() -> None:
    """Nothing that a page says is unknown to Babel, and the election's own words are not asked for."""
    asked = said()
    assert len(asked) > 60
    assert asked <= collected("src/urna")


def test_the_spanish_of_these_tests_is_whole() -> None:
    """It knows every sentence of the pages."""
    assert collected("src/urna/web/results") <= set(SPANISH)


def test_translations_keep_the_fields() -> None:
    """A field that is lost or misspelt in a translation would break the page."""
    for english, spanish in SPANISH.items():
        assert fields(english) == fields(spanish)


def fields(template: str) -> set[str]:
    """The named fields of a template."""
    return {part.split("}")[0] for part in template.split("{")[1:]}
