"""Mistakes of a command line are said by urna, not by the library that finds them."""

import pytest

from urna.cli import typer_words
from urna.cli.main import main
from urna.cli.typer_words import MISTAKES, OPTIONS, mistake
from urna.cli.words import say as in_chosen
from urna.words import Sentence

LINES = {
    "verify": "The argument RECORD is missing.",
    "page record": "The option --out is missing.",
    "verfy": "There is no command verfy; near are: 'verify'.",
    "audit nothing-near": "There is no command nothing-near.",
    "verify record --nope": "There is no option --nope",
    "verify --jobs": "The option --jobs needs a value after it.",
    "verify one two": "One argument too many: two.",
    "--lang xx verify record": "A wrong value: known languages: en, es",
    "verify record --engine slow": "A wrong value for --engine: slow is none of 'fast', 'plain'.",
    "verify record --jobs many": "A wrong value for --jobs: It should be a whole number.",
    "verify record --jobs -1": "A wrong value for --jobs: It should be 0 at least.",
    "demo folder --jobs 99": "A wrong value for --jobs: It should be 64 at most.",
    "reader test x --timeout long": "A wrong value for --timeout: It should be a number.",
    "station serve /nowhere/at/all": "A wrong value for station: /nowhere/at/all does not exist.",
}


@pytest.mark.parametrize("line", LINES)
def test_a_mistake_says_what_is_wrong_and_ends_with_two(line: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Typer finds each of these; the sentence is urna's."""
    assert main(line.split()) == 2
    said = " ".join(capsys.readouterr().err.replace("│", " ").split())
    assert LINES[line] in said


def test_every_row_of_the_table_is_reached() -> None:
    """A row that no command line reaches would be one that nobody misses when typer changes its words."""
    unseen = {"No such option: --nope"}
    said = [*LINES.values(), *(str(mistake(each)) for each in unseen)]
    begins = [template.partition("{")[0] for _, template in MISTAKES]
    assert [begin for begin in begins if begin and not any(begin in each for each in said)] == []


def test_what_is_not_in_the_table_stays() -> None:
    """A later typer loses a sentence, and no more."""
    assert mistake("Something new went wrong.") == "Something new went wrong."


def test_the_help_speaks_the_chosen_language(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its usage line and the help of typer's own options go through the catalogue like every other sentence."""

    def shout(sentence: Sentence | str) -> str:
        text = in_chosen(sentence)
        return text.upper() if sentence in {*OPTIONS, "Usage:"} else text

    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.setattr(typer_words, "say", shout)
    assert main(["--help"]) == 0
    said = capsys.readouterr().out
    assert "USAGE:" in said
    assert [each for each in OPTIONS if each.upper() not in said] == []
