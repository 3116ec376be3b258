"""docs/verification.md and docs/spec/record.md say what the code does."""

import contextlib
import io
import json
import re
from pathlib import Path

from urna.record.entry import entry_of
from urna.record.layout import MAX_BYTES, Kind
from urna.tally.reconciliation import RULES
from urna.verify.report import Check

DOCS = Path(__file__).resolve().parents[2] / "docs"
VERIFICATION = (DOCS / "verification.md").read_text()
RECORD = (DOCS / "spec" / "record.md").read_text()


def test_the_page_lists_every_check() -> None:
    """By its number, in order, none more."""
    checks = VERIFICATION.split("## The rules")[0]
    assert [int(number) for number in re.findall(r"^\| (\d+) \| \*\*", checks, re.MULTILINE)] == list(Check)


def test_the_page_lists_every_rule_of_reconciliation() -> None:
    """By number and name."""
    listed = re.findall(r"^\| (\d+) \| `(\w+)` \|", VERIFICATION, re.MULTILINE)
    assert listed == [(str(rule.number), rule.name) for rule in RULES]


def test_the_example_of_a_leaf_is_a_leaf() -> None:
    """To the byte."""
    shown = re.search(r"```json\n(.+?)\n```", RECORD, re.DOTALL)
    assert shown is not None
    assert entry_of("results/0001.note", b"abc").decode() == shown[1]
    assert json.loads(shown[1])["size"] == 3


def test_the_example_of_a_root_prints_what_is_shown() -> None:
    """Run as it stands."""
    code = re.search(r"```python\n(.+?)```\n\n```text\n(.+?)```", RECORD, re.DOTALL)
    assert code is not None
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(code[1], {})  # noqa: S102 - our own page
    assert printed.getvalue() == code[2]


def test_the_limits_are_the_ones_that_are_kept() -> None:
    """In MiB, as the page groups them."""
    mebibyte = 1024 * 1024
    large = {Kind.DEFINITION, Kind.CERTIFICATION, Kind.ROLL, Kind.RESULTS}
    large |= {Kind.AUDIT_MANIFEST, Kind.AUDIT_WEIGHTS, Kind.AUDIT_ROUND, Kind.AUDIT_REPORT}
    assert {MAX_BYTES[kind] for kind in large} == {60 * mebibyte}
    assert {MAX_BYTES[kind] for kind in (Kind.SHEET, Kind.ZERO_REPORT, Kind.HAND_COUNT)} == {4 * mebibyte}
    assert {MAX_BYTES[kind] for kind in (Kind.BALLOTS, Kind.OPENED)} == {64 * mebibyte}
    assert MAX_BYTES[Kind.TILE] <= 16 * mebibyte + 1024
    assert {MAX_BYTES[kind] for kind in (Kind.EXAMINATION, Kind.AUDIT_READING)} == {16 * mebibyte}
    assert MAX_BYTES[Kind.AGGREGATE] == 4 * mebibyte
    assert MAX_BYTES[Kind.CIPHERTEXTS] == 8 * 1024 * mebibyte
    listed = {Kind.SHEET, Kind.ZERO_REPORT, Kind.BALLOTS, Kind.OPENED, Kind.TILE, Kind.AGGREGATE, Kind.CIPHERTEXTS}
    rest = set(Kind) - large - listed - {Kind.HAND_COUNT, Kind.EXAMINATION, Kind.AUDIT_READING}
    assert max(MAX_BYTES[kind] for kind in rest) == mebibyte
