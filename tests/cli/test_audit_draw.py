"""`urna audit draw`: the sample of a public seed, from files."""

from pathlib import Path

import msgspec
import pytest
from tests.audit.boxes import manifest_of, rules_of, seed_for

from urna.audit.rounds import DrawRound, draw_round
from urna.audit.seed import DrawCommitment, SeedRecord
from urna.cli.main import main
from urna.encoding.canonical import decode, encode

MANIFEST = manifest_of([10, 10, 10])


def _draw(folder: Path, rules: DrawCommitment, seed: SeedRecord, *options: str) -> int:
    records = {"manifest.json": MANIFEST, "rules.json": rules, "seed.json": seed}
    for name, record in records.items():
        (folder / name).write_bytes(encode(record))
    return main(["--lang", "en", "audit", "draw", *(str(folder / name) for name in records), str(folder), *options])


def test_the_round_is_written_as_record_and_list(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What the library draws; the second round goes on where the first ended."""
    rules = rules_of(MANIFEST)
    seed = seed_for(rules)
    assert _draw(tmp_path, rules, seed) == 0
    first = draw_round(rules, seed, MANIFEST)
    assert decode((tmp_path / "round-1.json").read_bytes(), DrawRound) == first
    said = capsys.readouterr().out
    assert said.splitlines()[: len(first.to_fetch)] == list(first.to_fetch)
    assert "is not checked here" in said
    assert _draw(tmp_path, rules, seed, "--after", str(tmp_path / "round-1.json")) == 0
    second = (tmp_path / "round-2.csv").read_text(encoding="utf-8").splitlines()
    assert second[1].startswith(f'{first.size + 1},"')


def test_a_seed_older_than_its_rules_draws_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """By the clock that the two documents name."""
    rules = rules_of(MANIFEST)
    assert _draw(tmp_path, rules, seed_for(rules, rolled_at="2020-01-01T00:00:00Z")) == 2
    assert "roll a new seed" in capsys.readouterr().err
    assert not list(tmp_path.glob("round-*"))


def test_another_draw_is_not_written_over(tmp_path: Path) -> None:
    """The same again is harmless, another seed's is refused and changes nothing."""
    rules = rules_of(MANIFEST)
    assert _draw(tmp_path, rules, seed_for(rules)) == 0
    assert _draw(tmp_path, rules, seed_for(rules)) == 0
    before = (tmp_path / "round-1.json").read_bytes()
    assert _draw(tmp_path, rules, seed_for(rules, said="1" * 20, seed="1" * 20)) == 2
    assert (tmp_path / "round-1.json").read_bytes() == before


def test_a_round_before_that_was_changed_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Whoever makes the first round one draw longer, or drops one, or swaps two, would choose the sample."""
    rules = rules_of(MANIFEST)
    seed = seed_for(rules)
    first = draw_round(rules, seed, MANIFEST)
    false = tmp_path / "false.json"
    draws = "false.json"
    for changed, named in (
        (msgspec.structs.replace(first, size=first.size + 1), f"a round of {first.size} draws"),
        (msgspec.structs.replace(first, draws=first.draws[1:]), draws),
        (msgspec.structs.replace(first, draws=first.draws[::-1]), draws),
        (draw_round(rules, seed, MANIFEST, first), f"a round of {first.size} draws"),
    ):
        false.write_bytes(encode(changed))
        assert _draw(tmp_path, rules, seed, "--after", str(false)) == 2
        assert named in capsys.readouterr().err
    assert not list(tmp_path.glob("round-*"))
