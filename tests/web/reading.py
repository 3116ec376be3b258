"""A results page read as a reader would: its tables, its numbers, its links.

The pages are written so that they are well-formed XML too: a tag left open anywhere fails here.
"""

import re
from xml.etree import ElementTree

Element = ElementTree.Element


def read_page(html: bytes) -> Element:
    """The page's elements."""
    return ElementTree.fromstring(html)  # noqa: S314 - our own page


def by_id(page: Element, name: str) -> Element:
    """The one element with this id."""
    (found,) = page.findall(f".//*[@id='{name}']")
    return found


def labelled(page: Element, name: str, tag: str = "table") -> list[Element]:
    """The elements whose label is the element with this id."""
    return page.findall(f".//{tag}[@aria-labelledby='{name}']")


def child(element: Element, path: str) -> Element:
    """The first element at a path below one."""
    found = element.find(path)
    assert found is not None, f"no {path}"
    return found


def words(element: Element) -> str:
    """The text of an element on one line; spaces that do not break stay."""
    return re.sub(r"[ \t\n]+", " ", "".join(element.itertext())).strip()


def body_rows(table: Element) -> list[Element]:
    """The rows below the head."""
    return table.findall("./tbody/tr")


def figure(cell: Element) -> int:
    """The number that a cell shows; a dash is 0."""
    text = cell.text or "".join(child.text or "" for child in cell)
    return 0 if text.strip() in ("–", "") else int(re.sub(r"\s", "", text))


def numbers(text: str) -> list[int]:
    """The whole numbers in a text, their groups joined."""
    return [int(re.sub(r"\D", "", group)) for group in re.findall(r"\d{1,3}(?:\u00a0\d{3})+|\d+", text)]
