"""The terminal: one console for answers, one for errors, and how a mistake is shown on it.

Answers go to the standard output and errors to the standard error, so that either can be piped away.
"""

from rich.console import Console
from rich.text import Text

from urna.cli.words import say
from urna.encoding.canonical import printable
from urna.errors import Finding, Findings, UrnaError

MOST_LINES = 200
"""Mistakes that are listed; a nation's folder with one wrong code can have 30,000."""

out = Console(highlight=False, soft_wrap=True)
err = Console(stderr=True, highlight=False, soft_wrap=True)


def show_error(error: UrnaError) -> None:
    """Say on the standard error what is wrong and what to do; several mistakes a line each."""
    if isinstance(error, Findings):
        show_findings(error)
        return
    wrong = say("Expected {expected}; found {found}.", expected=say(error.expected), found=say(error.found))
    place = f"{error.where}: " if error.where else ""
    err.print(Text.assemble((without_orders(place), "bold"), (without_orders(wrong), "red")))
    err.print(Text(without_orders(say(error.remedy))))


def without_orders(text: str) -> str:
    """What a file said, as a terminal may show it: an error quotes what was found, whoever wrote it."""
    return "\n".join(printable(line, len(line)) for line in text.split("\n"))


def show_findings(error: Findings) -> None:
    """One line for each mistake, `file:line: problem remedy`, and a last line that counts them."""
    count = len(error.findings)
    for finding in error.findings[:MOST_LINES]:
        err.print(finding_line(finding))
    if count > MOST_LINES:
        err.print(say("… and {more} more; the first ones often explain the others.", more=count - MOST_LINES))
    err.print()
    if count == 1:
        err.print(say("1 mistake. Mend it and try again; nothing was changed."), style="red")
    else:
        err.print(say("{count} mistakes. Mend them and try again; nothing was changed.", count=count), style="red")


def finding_line(finding: Finding) -> Text:
    """The line of one mistake, its place in bold so that the eye finds the next one."""
    place = f"{finding.file}:{finding.line}" if finding.line else finding.file
    said, remedy = without_orders(say(finding.problem)), without_orders(say(finding.remedy))
    return Text.assemble((without_orders(f"{place}: "), "bold"), (said, "red"), f" {remedy}")


def groups_of_four(identity: str) -> str:
    """A hash as people read it aloud: groups of four digits."""
    return " ".join(identity[start : start + 4] for start in range(0, len(identity), 4))
