"""A paper on the terminal: the same words and numbers, without the codes and what is filled in by hand."""

from collections.abc import Iterable

from rich.table import Table as Grid
from rich.text import Text

from urna.cli.screen import groups_of_four, out
from urna.papers.paper import Beside, Blanks, Block, Codes, Digest, Facts, Heading, Line, Paper, Row, Signatures, Table

_BY_HAND = (Codes, Blanks, Signatures)


def show_paper(paper: Paper) -> None:
    """Print a paper's blocks, one below the other."""
    if paper.banner:
        out.print(Text(f" {paper.banner} ", style="bold reverse"))
    for block in _to_read(paper.blocks):
        _show(block)


def _to_read(blocks: Iterable[Block]) -> list[Block]:
    """The blocks without codes, blanks and signature lines, and without the headings over them."""
    found: list[Block] = []
    dropping = False
    for block in reversed(_in_one_column(blocks)):
        dropping = isinstance(block, _BY_HAND) or (dropping and isinstance(block, Heading | Line))
        if not dropping:
            found.append(block)
    return found[::-1]


def _in_one_column(blocks: Iterable[Block]) -> list[Block]:
    found: list[Block] = []
    for block in blocks:
        found += [*block.left, *block.right] if isinstance(block, Beside) else [block]
    return found


def _show(block: Block) -> None:
    match block:
        case Heading():
            out.print()
            out.print(Text(block.text, style="bold"))
        case Line():
            out.print(Text(block.text))
        case Facts():
            out.print(_facts(block))
        case Table():
            out.print(_table(block))
        case Digest():
            out.print(Text(f"{block.name}\n  {groups_of_four(block.digits)}", style="dim"))
        case _:
            pass


def _facts(facts: Facts) -> Grid:
    grid = Grid.grid(padding=(0, 2))
    for fact in facts.facts:
        grid.add_row(Text(fact.name, style="dim"), Text(fact.value))
    return grid


def _table(table: Table) -> Grid:
    grid = Grid(box=None, pad_edge=False, show_header=bool(table.header), header_style="dim")
    values = max(len(row.values) for row in table.rows)
    width = 36 if values == 1 else 12
    for name in table.header or ("",) * (values + 1):
        first = not grid.columns
        grid.add_column(Text(name), justify="left" if first else "right", min_width=width if first else 7)
    for row in table.rows:
        cells = (Text("-" if value is None else str(value)) for value in row.values)
        grid.add_row(_label(row), *cells, style="bold" if row.strong else None)
    return grid


def _label(row: Row) -> Text:
    return Text.assemble(row.label, (f" {row.detail}", "dim")) if row.detail else Text(row.label)
