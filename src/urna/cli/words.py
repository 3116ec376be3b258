"""The reader's language: chosen once, before anything is said.

Sentences stand in the code in English; `src/urna/locale` holds their translations (gettext catalogues,
compiled by `make words`). What has no translation yet is said in English.
"""

import gettext
from collections.abc import Mapping, Sequence
from importlib.resources import as_file, files
from itertools import pairwise

from urna.words import Say, Sentence

LANGUAGES = ("en", "es")
DOMAIN = "urna"

_catalogue: gettext.NullTranslations = gettext.NullTranslations()
_language = "en"


def asked_language(arguments: Sequence[str], environment: Mapping[str, str]) -> str:
    """The language that was asked for: `--lang`, else LC_ALL, LC_MESSAGES or LANG, else English."""
    for before, after in pairwise(arguments):
        if before == "--lang":
            return after
    stuck = [argument.removeprefix("--lang=") for argument in arguments if argument.startswith("--lang=")]
    names = (environment.get(name, "") for name in ("LC_ALL", "LC_MESSAGES", "LANG"))
    return next((name[:2] for name in (*stuck, *names) if name[:2] in LANGUAGES), "en")


def speak(language: str) -> None:
    """Say everything from now on in this language; an unknown one is English."""
    global _catalogue, _language  # noqa: PLW0603 - one process speaks one language, and gettext keeps it this way
    _language = language if language in LANGUAGES else "en"
    with as_file(files("urna") / "locale") as folder:
        _catalogue = gettext.translation(DOMAIN, folder, languages=[language], fallback=True)


def spoken() -> str:
    """The code of the language that is spoken, for texts of the definition."""
    return _language


def in_spoken(words: Mapping[str, str]) -> str:
    """A text that the definition gives in several languages, in the spoken one if it is among them."""
    return words.get(_language) or next(iter(words.values()), "")


def say_in(language: str) -> Say:
    """How a sentence is said in a language, whatever the reader's own is: for papers and pages."""
    with as_file(files("urna") / "locale") as folder:
        catalogue = gettext.translation(DOMAIN, folder, languages=[language], fallback=True)

    def speaker(sentence: Sentence | str, /) -> str:
        if isinstance(sentence, Sentence):
            return _filled(catalogue, sentence)
        return _translated(catalogue, sentence)

    return speaker


def say(sentence: Sentence | str, /, **values: str | int) -> str:
    """The sentence in the reader's language; a bare template takes its values by name."""
    if isinstance(sentence, Sentence):
        return _filled(_catalogue, sentence)
    text = _translated(_catalogue, sentence)
    return text.format(**values) if values else text


def _filled(catalogue: gettext.NullTranslations, sentence: Sentence) -> str:
    """A sentence in a catalogue's language, and the sentences among its values too."""
    values = {
        name: _filled(catalogue, each) if isinstance(each, Sentence) else each for name, each in sentence.values.items()
    }
    return _translated(catalogue, sentence.template).format(**values)


def _translated(catalogue: gettext.NullTranslations, template: str) -> str:
    """A template in a catalogue's language; gettext keeps the catalogue's head under the empty one."""
    return catalogue.gettext(template) if template else ""
