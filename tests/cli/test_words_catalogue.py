"""The Spanish catalogue is whole: whatever the sources say to people today, it says in Spanish."""

import ast
import io
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import cast

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from urna.cli.main import main
from urna.cli.words import say_in, speak
from urna.words import Sentence

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src" / "urna"
SPANISH = SOURCE / "locale" / "es" / "LC_MESSAGES" / "urna.po"
MARKS = ("say", "Sentence", "N_")
"""The names whose literal is a sentence for people, as in the Makefile's target `words`."""

FIELD = re.compile(r"\{([a-z_]+)\}")
MARKUP = re.compile(r"\[(?:/|bold|dim|red|green|blue|yellow| )*\]")
VERB = r"\burna (?:authority|ballots|demo|election|guardian|interop electionguard|page|rehearse|roll|sheet|verify)\b"
ACTS = "accept|coefficients|commit|complain-check|join|open-[a-z]+|rehearse|shares"
VERB_OF_A_VERB = (
    rf"(?: (?:new|check|sign|show|keygen|certify|revoke|drill|import|read|print|convert|verify|export|{ACTS})\b)?"
)
COMMAND = re.compile(rf"--[a-z][a-z-]+|{VERB}{VERB_OF_A_VERB}|\bmake demo\b|`[^`]+`")
END = re.compile(r"[.:?!…]\)?$")


@cache
def catalogue() -> Catalog:
    """The Spanish catalogue as translators write it."""
    with SPANISH.open("rb") as file:
        return read_po(file, locale="es")


def pairs() -> list[tuple[str, str]]:
    """Each English sentence with its Spanish."""
    return [(str(message.id), str(message.string)) for message in catalogue() if message.id and message.string]


@cache
def collected() -> dict[str, str]:
    """Each sentence that `make words` collects from the sources, with the file where it was seen last."""
    with (ROOT / "babel.cfg").open() as file:
        methods, options = parse_mapping_cfg(file)  # type: ignore[no-untyped-call]  # Babel has no types for it
    keywords = {**DEFAULT_KEYWORDS, **dict.fromkeys(MARKS)}
    found = extract_from_dir(SOURCE, methods, options, keywords=keywords)
    return {one if isinstance(one, str) else one[0]: name for name, _, one, _, _ in found}


def test_every_sentence_of_the_sources_has_its_spanish() -> None:
    """A new sentence is translated with the change that brings it: `make words`, then fill the gaps."""
    spanish = dict(pairs())
    missing = [f"{name}: {text}" for text, name in sorted(collected().items()) if not spanish.get(text)]
    assert not missing, f"{len(missing)} sentences have no Spanish:\n" + "\n".join(missing)


def test_nothing_is_translated_that_nobody_says() -> None:
    """What was taken out of the sources leaves the catalogue too."""
    assert not [text for text, _ in pairs() if text not in collected()]


def test_no_empty_sentence_is_collected() -> None:
    """Gettext keeps the empty text for the header of the catalogue, and would show it to people."""
    assert "" not in collected()


def test_no_sentence_hides_from_the_collector() -> None:
    """In an f-string of Python 3.11, or joined to another by a condition, a literal is not collected."""
    hidden = [
        f"{path.relative_to(SOURCE)}:{line}: {text}"
        for path in SOURCE.rglob("*.py")
        for line, text in _literals(path)
        if text not in collected()
    ]
    assert not hidden


def _literals(path: Path) -> list[tuple[int, str]]:
    """Line and text of each literal, or branch of a condition, that is marked in a source file."""
    calls = [node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Call) and node.args]
    marked = [(call.lineno, call.args[0]) for call in calls if _name(call.func) in MARKS]
    branches = [
        (line, branch)
        for line, text in marked
        for branch in ([text.body, text.orelse] if isinstance(text, ast.IfExp) else [text])
    ]
    return [
        (line, text.value) for line, text in branches if isinstance(text, ast.Constant) and isinstance(text.value, str)
    ]


def _name(function: ast.expr) -> str:
    if isinstance(function, ast.Attribute):
        return function.attr
    return function.id if isinstance(function, ast.Name) else ""


def test_no_translation_is_a_guess() -> None:
    """A fuzzy entry is the translation of another sentence."""
    assert not [message.id for message in catalogue() if message.id and message.fuzzy]
    assert not catalogue().obsolete


@pytest.mark.parametrize("kept", [FIELD, MARKUP, COMMAND], ids=["values", "markup", "commands"])
def test_what_is_not_language_is_kept(kept: re.Pattern[str]) -> None:
    """Values in braces, markup, and commands and options to type are the same in both languages."""
    for english, spanish in pairs():
        assert sorted(kept.findall(spanish)) == sorted(kept.findall(english)), english


def test_both_languages_end_alike() -> None:
    """A sentence stays a sentence and a fragment a fragment, so that both fit the same place."""
    for english, spanish in pairs():
        assert END.findall(spanish) == END.findall(english), english
        leading = len(english) - len(english.lstrip())
        assert len(spanish) - len(spanish.lstrip()) == leading, english


def test_spanish_questions_and_calls_open_as_they_close() -> None:
    """With their own signs."""
    for _, spanish in pairs():
        assert spanish.count("¿") == spanish.count("?"), spanish
        assert spanish.count("¡") == spanish.count("!"), spanish


def test_the_compiled_catalogue_is_the_written_one() -> None:
    """What programs read was compiled after the last change of what translators write."""
    compiled = io.BytesIO()
    write_mo(compiled, catalogue())
    assert SPANISH.with_suffix(".mo").read_bytes() == compiled.getvalue()


def test_a_sentence_inside_another_is_said_in_the_same_language() -> None:
    """Whoever speaks: the catalogues are asked for the parts as for the whole."""
    parts = {"expected": Sentence("a code or a slip"), "found": Sentence("both")}
    doubt = Sentence("Expected {expected}, found {found}.", cast("dict[str, str | int]", parts))
    values = cast("dict[str, str | int]", {"ballot": "00", "style": "S", "doubt": doubt})
    whole = Sentence("Ballot {ballot} of style {style} is not proven: {doubt}", values)
    spanish = say_in("es")(whole)
    assert spanish.endswith("no está probada: Se esperaba un código o un talón; se encontró que se dieron los dos.")
    assert say_in("en")(whole) == str(whole)


@pytest.fixture
def _english_afterwards() -> Iterator[None]:
    """The language is the process's: the tests that follow read English."""
    yield
    speak("en")


@pytest.mark.usefixtures("_english_afterwards")
def test_help_is_in_the_language_that_was_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    """`urna --lang es --help`."""
    assert main(["--lang", "es", "--help"]) == 0
    printed = capsys.readouterr().out
    assert "Comandos" in printed
    assert "Verificar un registro público" in printed


@pytest.mark.usefixtures("_english_afterwards")
def test_an_error_is_in_the_language_that_was_asked_for(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """`urna --lang es verify` of a path without a record: what was expected, what was found, what to do."""
    assert main(["--lang", "es", "verify", str(tmp_path / "nada")]) == 2
    printed = " ".join(capsys.readouterr().err.split())
    assert (
        "Se esperaba la carpeta de un registro público; se encontró que no hay nada con ese nombre. Revise la ruta."
        in printed
    )
