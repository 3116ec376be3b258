"""Sentences reach the reader in Spanish: marked where they stand, translated with the same fields, compiled."""

import ast
import io
import string
from functools import cache
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from urna.cli.words import asked_language, say_in
from urna.words import Sentence

SOURCE = Path(__file__).resolve().parents[2] / "src" / "urna"
SPANISH = SOURCE / "locale" / "es" / "LC_MESSAGES" / "urna.po"
TRANSLATED = [
    *SOURCE.glob("election/folder*.py"),
    *SOURCE.glob("election/check*.py"),
    *(SOURCE / "election" / f"{name}.py" for name in ("territory", "styles", "signing", "documents", "mistake")),
    *(SOURCE / "cli" / f"{name}.py" for name in ("main", "screen", "keys", "election", "authority", "drill")),
    *(SOURCE / path for path in ("errors.py", "crypto/keyfile.py", "encoding/canonical.py", "encoding/document.py")),
]
"""Files whose every sentence has a translation."""


@cache
def catalogue() -> Catalog:
    """The Spanish catalogue as translators write it."""
    with SPANISH.open("rb") as file:
        return read_po(file, locale="es")


def sentences(path: Path) -> list[tuple[int, str, bool]]:
    """Line, text, and whether it hides in an f-string, of each literal sentence of a source file."""
    tree = ast.parse(path.read_text())
    hidden = {id(node) for part in ast.walk(tree) if isinstance(part, ast.JoinedStr) for node in ast.walk(part)}
    return [
        (node.lineno, node.args[0].value, id(node) in hidden)
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id in {"say", "Sentence", "N_"}
        and node.args
        and isinstance(node.args[0], ast.Constant)
        and isinstance(node.args[0].value, str)
    ]


def fields(template: str) -> set[str]:
    """The names in braces."""
    return {name for _, name, _, _ in string.Formatter().parse(template) if name}


@pytest.mark.parametrize("path", TRANSLATED, ids=lambda path: path.name)
def test_every_sentence_has_its_spanish(path: Path) -> None:
    """And none hides in an f-string, where Python 3.11 does not let it be collected."""
    for line, text, is_hidden in sentences(path):
        assert not is_hidden, f"{path.name}:{line}"
        message = catalogue().get(text)
        assert message is not None and message.string, f"{path.name}:{line}: {text}"


def test_translations_fill_in_the_same_values() -> None:
    """A translation that names another field would crash; one that leaves one out would hide a fact."""
    for message in catalogue():
        if message.id and message.string:
            assert fields(str(message.string)) == fields(str(message.id)), message.id


def test_nothing_said_stays_nothing() -> None:
    """An empty sentence is empty in every language, not the catalogue's head."""
    assert say_in("es")("") == ""
    assert say_in("es")(Sentence("")) == ""
    assert say_in("es")(Sentence("{count} errors", {"count": 2})) == "2 errors"


def test_the_compiled_catalogue_is_that_of_the_translators() -> None:
    """`make words` was run after the last change."""
    compiled = io.BytesIO()
    write_mo(compiled, catalogue())
    assert SPANISH.with_suffix(".mo").read_bytes() == compiled.getvalue()


@pytest.mark.parametrize(
    ("arguments", "environment", "language"),
    [
        (["--lang", "es", "election"], {"LANG": "en_US.UTF-8"}, "es"),
        (["--lang=es"], {}, "es"),
        ([], {"LANG": "es_VE.UTF-8"}, "es"),
        ([], {"LC_ALL": "en_GB.UTF-8", "LANG": "es_VE.UTF-8"}, "en"),
        ([], {"LANG": "de_DE.UTF-8"}, "en"),
        ([], {}, "en"),
    ],
)
def test_the_language_is_the_one_asked_for(arguments: list[str], environment: dict[str, str], language: str) -> None:
    """The option before the environment, and English where nothing fits."""
    assert asked_language(arguments, environment) == language
