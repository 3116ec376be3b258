"""What urna writes in egk-ec's layout has the files, names and encodings of egk-ec's own records."""

import json
import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from tests.shared import shared
from tests.tampering.egk_record import own_record, seeded

from urna.election.definition import Election
from urna.election.folder import read_folder
from urna.interop.electionguard.egk_files import ManifestFile, WrittenManifest
from urna.interop.electionguard.egk_json import read_json
from urna.interop.electionguard.egk_manifest import write_manifest
from urna.interop.electionguard.small_election import Plan, run_small_election
from urna.interop.electionguard.verify_keys import manifest_of
from urna.storage.definition_folder import example_files

BASE64 = re.compile(r"[A-Za-z0-9+/]+={0,2}")


@cache
def samples() -> dict[str, list[Path]]:
    """egk-ec's files by kind, those of the chained record among them."""
    root = shared("electionguard/egk-records")
    found: dict[str, list[Path]] = {}
    for path in sorted(root.glob("*/**/*.json")):
        if "private_data" not in path.parts:
            found.setdefault(kind(path.name), []).append(path)
    return found


def kind(name: str) -> str:
    """A file's name without the ballot's."""
    return re.sub(r"ballot-.*", "ballot-ID.json", name.rpartition("/")[2])


def shape(value: Any, where: str = "") -> set[tuple[str, str]]:
    """Every name with its place, and how its values are written."""
    if isinstance(value, dict):
        if where.endswith("/metadata"):
            return {(where, "free")}
        return {(where, "object")}.union(*(shape(each, f"{where}/{name}") for name, each in value.items()))
    if isinstance(value, list):
        return {(where, "list")}.union(*(shape(each, f"{where}[]") for each in value))
    return {(where, encoding(value))}


def encoding(value: Any) -> str:
    """Hexadecimal, base64 of how many bytes, or the type."""
    if not isinstance(value, str):
        return type(value).__name__
    if re.fullmatch(r"(?:[0-9A-F]{2}){10,}", value):
        return "HEX"
    if len(value) >= 44 and len(value) % 4 == 0 and BASE64.fullmatch(value):
        return f"base64 of {len(value) // 4 * 3 - value.count('=')} bytes"
    return "str"


KINDS = (
    "ballot_chain.json",
    "constants.json",
    "dballot-ID.json",
    "eballot-ID.json",
    "election_config.json",
    "election_initialized.json",
    "encrypted_tally.json",
    "tally.json",
)
"""All but the manifest: the one of the tests is as small as reading allows."""


@pytest.mark.parametrize("name", KINDS)
def test_every_file_has_the_names_and_encodings_of_egks(name: str) -> None:
    """No name more, none less, in the same places; numbers of the same length in the same encoding.

    The length of C_1 follows from the contest's limit, and the example of a chain is over another group.
    """
    ours = [json.loads(data) for path, data in own_record().items() if kind(path) == name]
    of_integers = [sample for sample in samples()[name] if "allAvailable" in sample.parts]
    theirs = [json.loads(sample.read_text()) for sample in of_integers or samples()[name]]
    found, expected = set().union(*map(shape, ours)), set().union(*map(shape, theirs))
    assert _but_lengths_of_data(found) == _but_lengths_of_data(expected)


def _but_lengths_of_data(entries: set[tuple[str, str]]) -> set[tuple[str, str]]:
    return {(where, "base64" if where.endswith("/c1") else how) for where, how in entries}


def test_a_written_manifest_has_the_names_of_egks() -> None:
    """All of them, and lists where it has lists."""
    ours = shape(json.loads(example_manifest()))
    theirs = shape(json.loads(samples()["manifest.json"][0].read_text()))
    assert {where for where, _ in theirs} - {where for where, _ in ours} == set()
    assert {where for where, _ in ours} - {where for where, _ in theirs} == {
        "/name[]",
        "/name[]/value",
        "/name[]/language",
    }


def test_the_files_of_a_record_lie_where_egk_has_them() -> None:
    """Whatever egk-ec's records have, ours has too."""
    assert {kind(path) for path in own_record()} == samples().keys()


@cache
def example_manifest() -> bytes:
    """The manifest of the example's definition."""
    return write_manifest(Election(read_folder(example_files())))


def test_a_manifest_has_the_definitions_contests_and_styles() -> None:
    """In the definition's order, numbered from 1, with its limits, and each style with exactly its contests."""
    definition = read_folder(example_files())
    manifest = manifest_of(read_json(example_manifest(), ManifestFile, "manifest.json"))
    assert [contest.label for contest in manifest.contests] == [contest.code for contest in definition.contests]
    assert [contest.limit for contest in manifest.contests] == [each.votes_allowed for each in definition.contests]
    assert [contest.number for contest in manifest.contests] == list(range(1, len(definition.contests) + 1))
    assert manifest.styles == {style.code: frozenset(style.contests) for style in definition.styles}
    read_json(example_manifest(), WrittenManifest, "manifest.json")


def test_a_record_follows_from_its_chance() -> None:
    """The same numbers give the same record: nothing in it is drawn elsewhere."""
    manifest, plan = own_record()["manifest.json"], Plan(2, 1, 1, 0)
    seeded.cache_clear()
    one = run_small_election(manifest, plan, seeded(9), 7)
    seeded.cache_clear()
    assert run_small_election(manifest, plan, seeded(9), 7) == one
