"""FastAPI traces by itself where an OpenTelemetry provider is installed; no face of urna lets it."""

import ast
from pathlib import Path

import urna

SOURCES = Path(urna.__file__).parent / "web"


def test_no_face_tells_a_telemetry_provider_what_people_do() -> None:
    """Every application is made with `telemetry=SILENT`."""
    made = [
        ({each.arg: ast.unparse(each.value) for each in node.keywords}, f"{path.name}:{node.lineno}")
        for path in SOURCES.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "FastAPI"
    ]
    assert len(made) >= 5
    assert [where for keywords, where in made if keywords.get("telemetry") != "SILENT"] == []
