"""The command `urna`: a list of verbs, each in a file of its own that is imported only when it is asked for.

To add a verb, write `src/urna/cli/<verb>.py` with either `app = typer.Typer(...)` (a verb with verbs of its
own) or a function `run` (a plain verb), and add a line to `VERBS`.

Exit codes: 0 done and right; 1 read, and found wrong; 2 could not be read or done.
"""

import os
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import Annotated, NamedTuple

import typer

import urna
from urna.cli.screen import err, out, show_error
from urna.cli.typer_words import speak_typer
from urna.cli.words import LANGUAGES, asked_language, say, speak
from urna.errors import Findings, Malformed, UrnaError
from urna.words import N_, Sentence


class Verb(NamedTuple):
    """A word after `urna`: the module that does it, and its line in the help (English, translated when shown)."""

    name: str
    module: str
    help: str


VERBS: tuple[Verb, ...] = (
    Verb("election", "urna.cli.election", N_("Write, check, sign and show the definition of an election.")),
    Verb("authority", "urna.cli.authority", N_("Officers' keys; certify and revoke stations; rehearse a theft.")),
    Verb("guardian", "urna.cli.guardian", N_("The key of the ballots: its ceremony, opening totals, a drill.")),
    Verb("roll", "urna.cli.roll", N_("The roll: import and commit, enrol fingers, find who is on it twice.")),
    Verb("reader", "urna.cli.reader", N_("Test a fingerprint reader before the day.")),
    Verb("biometrics", "urna.cli.biometrics", N_("Measure fingerprints: error rates, calibration, thresholds.")),
    Verb("station", "urna.cli.station", N_("The machines of a polling station: prepare, practise, check, replace.")),
    Verb("center", "urna.cli.center", N_("The centre: receive from stations, prove, total, publish, back up.")),
    Verb("audit", "urna.cli.audit", N_("Audits: plan how much paper to read, draw it, keep hand counts typed twice.")),
    Verb("demo", "urna.cli.demo.verb", N_("Run a whole small election on this machine.")),
    Verb("verify", "urna.cli.verify", N_("Verify a public record: who signed, what changed, who won.")),
    Verb(
        "observe", "urna.cli.observe", N_("Follow a published record and shout if anything was changed or taken out.")
    ),
    Verb(
        "witness", "urna.cli.witness", N_("Cosign a log that only grows: make a witness, answer logs, judge evidence.")
    ),
    Verb("ballots", "urna.cli.ballots", N_("Show a station's encrypted ballots; write a mirror in the other form.")),
    Verb("rehearse", "urna.cli.rehearse", N_("Run a whole election from a table of results.")),
    Verb("page", "urna.cli.page", N_("Write the results pages of a record that verifies.")),
    Verb("interop", "urna.cli.interop", N_("Other systems' formats: ElectionGuard records, NIST's data formats.")),
    Verb("sheet", "urna.cli.sheet", N_("Read tally sheets from photos and verify them; print them again.")),
)


SYSTEM_SAYS = (
    N_("No such file or directory"),
    N_("Permission denied"),
    N_("Is a directory"),
    N_("Not a directory"),
    N_("File exists"),
    N_("Directory not empty"),
    N_("File name too long"),
    N_("No space left on device"),
    N_("Read-only file system"),
    N_("Input/output error"),
)
"""What the operating system says of files, marked so that translators see it; the rest stays in its own words."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code.

    1. Choose the language, before any text is made.
    2. Load the one verb that was asked for.
    3. Run it; say what went wrong in the reader's language.
    """
    arguments = sys.argv[1:] if arguments is None else arguments
    speak(asked_language(arguments, os.environ))
    try:
        build_app(arguments)(list(arguments), prog_name="urna")
    except SystemExit as ended:
        return ended.code if isinstance(ended.code, int) else 0
    except UrnaError as error:
        show_error(error)
        return 1 if isinstance(error, Findings) else 2
    except OSError as error:
        reason = error.strerror or str(error)
        err.print(f"{error.filename or ''}: ".removeprefix(": ") + say(reason), style="red", markup=False)
        return 2
    return 0


def build_app(arguments: Sequence[str]) -> typer.Typer:
    """The command line with the verbs named in the arguments loaded, and the others listed for the help.

    A shell that asks for completions (`_URNA_COMPLETE`) needs them all.
    """
    speak_typer()
    app = typer.Typer(
        name="urna",
        help=say("An open election system whose every count a stranger can check from one public folder."),
        epilog=say("Begin with: urna demo. Each verb explains itself: urna VERB --help."),
        no_args_is_help=True,
        invoke_without_command=True,
        pretty_exceptions_enable=False,
    )
    _add_options(app)
    asked = _asked_verb(arguments)
    for verb in VERBS:
        if verb.name == asked or "_URNA_COMPLETE" in os.environ:
            _add(app, verb)
        else:
            app.command(verb.name, help=say(verb.help))(_not_loaded)
    return app


def _asked_verb(arguments: Sequence[str]) -> str:
    """The first argument that is neither an option nor the language."""
    words = [word for before, word in zip(("", *arguments), arguments, strict=False) if before != "--lang"]
    return next((word for word in words if not word.startswith("-")), "")


def _add(app: typer.Typer, verb: Verb) -> None:
    """Import a verb and add it, as a group or as a plain command."""
    try:
        module = import_module(verb.module)
    except ModuleNotFoundError as error:
        if error.name is None or error.name.partition(".")[0] == "urna":
            raise
        raise Malformed(
            Sentence("the package {package}, which `urna {verb}` needs", {"package": error.name, "verb": verb.name}),
            Sentence("an installation without it"),
            Sentence("Install it with: pip install 'urna[station,center]'."),
        ) from error
    if hasattr(module, "app"):
        app.add_typer(module.app, name=verb.name, help=say(verb.help))
    else:
        app.command(verb.name, help=say(verb.help))(module.run)


def _add_options(app: typer.Typer) -> None:
    """Add what stands before the verb; inside a function, so that its help is in the chosen language."""
    known = ", ".join(LANGUAGES)

    @app.callback()
    def options(
        context: typer.Context,
        lang: Annotated[str, typer.Option(help=say("The language of messages: {names}.", names=known))] = "",
        version: Annotated[bool, typer.Option("--version", help=say("Print the version and stop."))] = False,
    ) -> None:
        """`--lang` was read before anything was said; here it is only refused when unknown."""
        if lang and lang not in LANGUAGES:
            raise typer.BadParameter(say("known languages: {names}", names=known))
        if version:
            out.print(urna.__version__)
            raise typer.Exit
        if context.invoked_subcommand is None:
            out.print(context.get_help())


def _not_loaded() -> None:
    """A verb in the list that was not asked for, so it never runs."""
    raise AssertionError


if __name__ == "__main__":
    sys.exit(main())
