"""A draw has no float, no decimal type and no random generator of a library in it."""

import ast
from pathlib import Path

import pytest

from urna.audit import bulk_tickets, manifest, rounds, sampler, seed, shares, tickets
from urna.crypto.kernels import sha256
from urna.verify import audit_draws, drawing_again

MODULES = (bulk_tickets, manifest, rounds, sampler, seed, shares, tickets, sha256, audit_draws, drawing_again)
GENERATORS = {"random", "secrets", "default_rng", "Generator", "RandomState", "choice", "shuffle"}


def _inexact(text: str) -> list[str]:
    """What in a module's text is not whole numbers, fractions and hashes."""
    found = []
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Constant) and isinstance(node.value, float):
            found.append(f"{node.lineno}: a float")
        elif isinstance(node, ast.BinOp | ast.AugAssign) and isinstance(node.op, ast.Div):
            found.append(f"{node.lineno}: a division that may not be whole")
        elif isinstance(node, ast.Name | ast.Attribute):
            name = node.id if isinstance(node, ast.Name) else node.attr
            if name in {"float", "Decimal", "float64", "float32", *GENERATORS}:
                found.append(f"{node.lineno}: {name}")
        elif isinstance(node, ast.Import | ast.ImportFrom):
            found += [f"{node.lineno}: {each.name}" for each in node.names if each.name in {*GENERATORS, "decimal"}]
    return found


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.__name__)
def test_draws_are_made_of_whole_numbers_fractions_and_hashes(module: object) -> None:
    """The mistakes: `Decimal(0.05)` and floats; numpy's generator, whose stream changes with its version."""
    assert _inexact(Path(str(module.__file__)).read_text(encoding="utf-8")) == []  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "line",
    ["a = 0.05", "a = b / c", "a /= 2", "a = float(b)", "a = Decimal(b)", "np.random.default_rng(1)", "import random"],
)
def test_the_check_finds_each_of_these(line: str) -> None:
    """So that it can fail."""
    assert _inexact(line)
