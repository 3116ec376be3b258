"""What typer says by itself, in the reader's language: the usage, its own options, mistakes of a command line.

Typer 0.29 makes these sentences from f-strings, which no catalogue reaches, and some of them speak of its library. Here
they are read and said again; what is not in the table stays as it is, so a later typer loses a sentence and no more.
"""

import re
from typing import Any

import typer
import typer.completion
import typer.core
import typer.rich_utils

from urna.cli.words import say
from urna.words import N_, Sentence

_USAGE = N_("Usage:")

OPTIONS = (
    N_("Show this message and exit."),
    N_("Install completion for the current shell."),
    N_("Show completion for the current shell, to copy it or customize the installation."),
)
"""The help of typer's own options, marked so that translators see it."""

MISTAKES: tuple[tuple[str, str], ...] = (
    (r"Missing argument '(?P<name>.+)'\.", N_("The argument {name} is missing.")),
    (r"Missing option '(?P<name>.+)'\.", N_("The option {name} is missing.")),
    (
        r"No such command '(?P<name>.+?)'\. Did you mean (?P<others>.+)\?",
        N_("There is no command {name}; near are: {others}."),
    ),
    (r"No such command '(?P<name>.+)'\.", N_("There is no command {name}.")),
    (
        r"No such option: (?P<name>\S+) \(Possible options: (?P<others>.+)\)",
        N_("There is no option {name}; near are: {others}."),
    ),
    (r"No such option: (?P<name>\S+)", N_("There is no option {name}.")),
    (r"Option '(?P<name>.+)' requires an argument\.", N_("The option {name} needs a value after it.")),
    (r"Got unexpected extra argument(?:s|\(s\))? \((?P<found>.*)\)", N_("One argument too many: {found}.")),
    (r"Invalid value: (?P<why>.+)", N_("A wrong value: {why}")),
    (r"Invalid value for '(?P<name>.+?)': (?P<why>.+)", N_("A wrong value for {name}: {why}")),
    (r"\w+ '(?P<name>.+)' does not exist\.", N_("{name} does not exist.")),
    (r"Input should be less than or equal to (?P<limit>.+)", N_("It should be {limit} at most.")),
    (r"Input should be greater than or equal to (?P<limit>.+)", N_("It should be {limit} at least.")),
    (r"Input should be a valid integer.*", N_("It should be a whole number.")),
    (r"Input should be a valid number.*", N_("It should be a number.")),
    (r"(?:Value error, )?'(?P<found>.*)' is not one of (?P<others>.+)\.", N_("{found} is none of {others}.")),
)
"""A whole sentence of typer's as a pattern, and what is said in its place."""


def mistake(said: str) -> Sentence | str:
    """A mistake that typer found, as a sentence of urna's; typer's own words where the table has none like it.

    Args:
        said: typer's sentence, in English.
    """
    for pattern, template in MISTAKES:
        if found := re.fullmatch(pattern, said, re.DOTALL):
            parts: dict[str, Any] = found.groupdict()
            return Sentence(template, parts | ({"why": mistake(parts["why"])} if "why" in parts else {}))
    return said


def speak_typer() -> None:
    """Let typer speak the chosen language, also when it is chosen anew later in the same process."""
    typer.rich_utils.ARGUMENTS_PANEL_TITLE = say("Arguments")
    typer.rich_utils.OPTIONS_PANEL_TITLE = say("Options")
    typer.rich_utils.COMMANDS_PANEL_TITLE = say("Commands")
    typer.rich_utils.ERRORS_PANEL_TITLE = say("Error")
    typer.rich_utils.REQUIRED_LONG_STRING = say("[required]")
    typer.rich_utils.DEFAULT_STRING = say("[default: {}]")
    typer.rich_utils.RICH_HELP = say("Try [blue]'{command_path} {help_option}'[/] for help.")
    _LIBRARY.rich_format_error = _format_error
    for kind in _COMMANDS:
        kind.get_usage, kind.get_params = _usage, _params


_LIBRARY: Any = typer.rich_utils
_COMMANDS: tuple[Any, ...] = (typer.core.TyperCommand, typer.core.TyperGroup)
"""Any, as typer has no settings for these: its own functions are taken and put behind ours."""

_format_error_in_english = _LIBRARY.rich_format_error
_usage_in_english = _COMMANDS[0].get_usage
_params_in_english = _COMMANDS[0].get_params


def _format_error(error: Any) -> None:
    words = say(mistake(error.format_message()))
    error.format_message = lambda: words
    _format_error_in_english(error)


def _usage(command: Any, context: typer.Context) -> str:
    return say(_USAGE) + str(_usage_in_english(command, context)).removeprefix(_USAGE)


def _params(command: Any, context: typer.Context) -> Any:
    params = _params_in_english(command, context)
    for each in params:
        if getattr(each, "help", None) in OPTIONS:
            each.help = say(each.help)
    return params
