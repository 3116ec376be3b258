"""What stands beside an option's name: what the name does not say already, and enough to tell namesakes apart."""

import msgspec
import pytest
from tests.papers.examples import definition

from urna.election.definition import Choice, Contest, Election, Option
from urna.papers.pen import Pen, moment
from urna.words import in_english

ELECTION = Election(definition())
PEN = Pen(ELECTION, in_english, "es")


def contest(*options: tuple[str, str, str | None]) -> Contest:
    """A contest with options of a name, a choice's name and a party."""
    return msgspec.structs.replace(
        ELECTION.contests["NOM-CAP-1"],
        options=tuple(
            Option(code=f"O{n}", name=name, choice=f"C{n}", party=party) for n, (name, _, party) in enumerate(options)
        ),
        choices=tuple(Choice(code=f"C{n}", name=choice) for n, (_, choice, _) in enumerate(options)),
    )


@pytest.mark.parametrize(
    ("name", "choice", "party", "detail"),
    [
        ("Ana Alderín", "Ana Alderín", "MAR", "Mañana"),
        ("Mañana · Ana Alderín", "Ana Alderín", "MAR", ""),
        ("Mañana", "Ana Alderín", "MAR", "Ana Alderín"),
        ("Movimiento de la Mañana", "Movimiento de la Mañana", "MAR", ""),
        ("Tarjeta 7", "Ana Alderín", "MAR", "Ana Alderín · Mañana"),
        ("Mañanera Pérez", "Mañanera Pérez", "MAR", "Mañana"),
        ("Sí", "Sí", None, ""),
    ],
)
def test_a_detail_says_what_the_name_does_not(name: str, choice: str, party: str | None, detail: str) -> None:
    """Whole words: Mañanera does not name the party Mañana."""
    shown = contest((name, choice, party))
    assert PEN.detail(shown, shown.options[0]) == detail


def test_namesakes_are_always_told_apart() -> None:
    """Two cards with one name that holds both parties' names still differ on paper."""
    shown = contest(("Mañana Puente", "Ana", "MAR"), ("Mañana Puente", "Ana", "PUE"))
    assert [PEN.detail(shown, option) for option in shown.options] == ["Ana · Mañana", "Ana · Puente"]


def test_a_moment_is_written_to_the_minute() -> None:
    """With its zone."""
    assert moment("2030-12-01T22:14:52Z") == "2030-12-01 22:14 UTC"
