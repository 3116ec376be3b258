"""What every drill shows: numbered steps, claims that hold or do not, and how it ended."""

from urna.cli.screen import out
from urna.cli.words import say


def tell(number: int, sentence: str) -> None:
    """A step, from 1."""
    out.print(f"\n [bold cyan]{number}[/] {say(sentence)}")


def claim(text: str, is_so: bool) -> list[bool]:
    """One claim with its mark; the answer in a list, to be added to the others."""
    mark, style = ("✔", "green") if is_so else ("✘", "bold red")
    out.print(f"   {mark} {text}.", style=style)
    return [is_so]


def say_end(is_right: bool, doubt: str) -> None:
    """Whether the drill ended as it should; if not, what not to do before that is understood."""
    out.print()
    if is_right:
        end = say("The drill ended as it should. Do it once with the people who would do it in earnest.")
        out.print(end, style="green")
    else:
        out.print(doubt, style="bold red")
