"""The gallery's one page: every picture by screen, language and look. It needs no script, and no network."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import groupby
from pathlib import Path
from typing import NamedTuple

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from tests.day.gallery_files import BOOTH, PAPERS, POLL_BOOK, Picture, pictures_of
from tests.day.gallery_titles import BOOTH as BOOTH_TITLES
from tests.day.gallery_titles import DAY, PEOPLE, Title, title_of
from tests.day.gallery_titles import PAPERS as PAPER_TITLES


class Choice(NamedTuple):
    """A look that the page can show alone: the word of its button, and of its pictures."""

    key: str
    title: Title


LOOKS = (
    Choice("normal", Title("Texto normal", "Normal text")),
    Choice("small", Title("Texto pequeño", "Small text")),
    Choice("large", Title("Texto grande", "Large text")),
    Choice("largest", Title("Texto más grande", "Largest text")),
    Choice("highest", Title("Más contraste", "Highest contrast")),
    Choice("dark", Title("Fondo negro", "Black background")),
    Choice("low", Title("Contraste suave", "Low contrast")),
    Choice("sound", Title("Con sonido", "With sound")),
    Choice("rehearsal", Title("Ensayo", "Rehearsal")),
)
"""Of the booth."""

DESK_LOOKS = (
    Choice("usual", Title("Pantalla de 15,6 pulgadas", "15.6-inch display")),
    Choice("smallest", Title("Práctica, pantalla de 10,1 pulgadas", "Practice, 10.1-inch display")),
)
"""Of the poll book."""


class Screen(NamedTuple):
    """One screen with all its pictures."""

    anchor: str
    title: Title
    pictures: Sequence[tuple[Picture, Choice]]
    """Each with its look."""


class Part(NamedTuple):
    """One machine, or one part of its work."""

    key: str
    title: Title
    about: Title
    looks: Sequence[Choice]
    screens: Sequence[Screen]


class How(NamedTuple):
    """What a part's pictures are called, and how their looks are told apart."""

    looks: Sequence[Choice]
    titles: Mapping[str, Title]
    look_of: Callable[[Picture], Choice]


def write_page(folder: Path) -> int:
    """Writes index.html beside the pictures; how many there are."""
    desk = pictures_of(folder, POLL_BOOK)
    booth = _part(
        "booth",
        Title("La cabina", "The booth"),
        Title(
            "Lo que ve quien vota, desde que entra hasta que su voto fue emitido, y lo que puede salir mal.",
            "What a voter sees, from coming in to the vote that was cast, and what can go wrong.",
        ),
        How(LOOKS, BOOTH_TITLES, _booth_look),
        pictures_of(folder, BOOTH),
    )
    people = _part(
        "people",
        Title("El cuaderno: las personas", "The poll book: people"),
        Title("Lo que ven los miembros de la mesa cuando alguien viene.", "What poll workers see when somebody comes."),
        How(DESK_LOOKS, PEOPLE, _desk_look),
        [each for each in desk if each.part == "people"],
    )
    day = _part(
        "day",
        Title("El cuaderno: la jornada", "The poll book: the day"),
        Title("Apertura, contingencias y cierre, paso a paso.", "Opening, contingencies and closing, step by step."),
        How(DESK_LOOKS, DAY, _desk_look),
        [each for each in desk if each.part == "day"],
    )
    papers = pictures_of(folder, PAPERS)
    about = Title(
        "Lo que se imprime. Las pruebas comparan cada papel con estas imágenes.",
        "What is printed. The tests compare each paper with these images.",
    )
    made = _part("papers", Title("Los papeles", "The papers"), about, How((), PAPER_TITLES, _form), papers)
    parts = [each for each in (booth, people, day, made) if each.screens]
    frame = Environment(
        loader=FileSystemLoader(Path(__file__).parent), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
    page = frame.get_template("gallery.html").render(parts=parts)
    (folder / "index.html").write_text(page, encoding="utf-8")
    return sum(len(screen.pictures) for part in parts for screen in part.screens)


def _part(key: str, title: Title, about: Title, how: How, found: Iterable[Picture]) -> Part:
    screens = [
        Screen(
            f"{key}-{name}",
            title_of(name, how.titles),
            _in_order(how.looks, [(each, how.look_of(each)) for each in pictures]),
        )
        for name, pictures in _by_screen(found)
    ]
    return Part(key, title, about, how.looks, screens)


def _by_screen(found: Iterable[Picture]) -> Iterable[tuple[str, list[Picture]]]:
    ordered = sorted(found, key=lambda each: (each.number, each.screen))
    return ((name, list(pictures)) for name, pictures in groupby(ordered, key=lambda each: each.screen))


def _in_order(looks: Sequence[Choice], pictures: list[tuple[Picture, Choice]]) -> list[tuple[Picture, Choice]]:
    """By look, Spanish before English."""
    at = {look.key: number for number, look in enumerate(looks)}
    return sorted(pictures, key=lambda each: (at.get(each[1].key, 0), each[0].language == "en", each[0].look))


def _booth_look(picture: Picture) -> Choice:
    size, _, contrast, _, *more = picture.look.split("-")
    key = more[0] if more else contrast if contrast != "normal" else size
    return next(each for each in LOOKS if each.key == key)


def _desk_look(picture: Picture) -> Choice:
    return next(each for each in DESK_LOOKS if picture.look.startswith(each.key))


def _form(picture: Picture) -> Choice:
    """Of a paper: a roll, or a page."""
    page = picture.look.removeprefix("page-")
    return Choice("", Title("Rollo", "Roll") if page == "roll" else Title(f"Hoja {page}", f"Page {page}"))
