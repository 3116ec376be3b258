"""A station's manifest tells apart the wrong package, a changed one and one with a file missing."""

import msgspec
import pytest
from tests.station.cards_of import FILES, cards_of, signed
from tests.station.small import small_election

from urna.encoding.canonical import digest
from urna.errors import Malformed, Unproven
from urna.station.cards import Role
from urna.station.manifest import (
    CERTIFICATION,
    JOINT_KEYS,
    POLL_BOOK,
    StationManifest,
    card_role,
    check_files,
    make_manifest,
    open_manifest,
)

ELECTION = small_election()


def manifest() -> StationManifest:
    """The small station's."""
    return cards_of().manifest


def changed(**values: object) -> StationManifest:
    """The same with something else in it."""
    return msgspec.structs.replace(manifest(), **values)


def test_a_signed_manifest_opens_and_its_files_fit() -> None:
    """The honest case."""
    opened = open_manifest(signed(manifest()), ELECTION)
    assert opened == manifest()
    check_files(opened, FILES)
    assert opened.purpose == "election"
    assert {card_role(opened, file) for file in cards_of().files.values()} == set(Role)


def test_another_key_signs_no_manifest() -> None:
    """A signature of somebody who is no officer is none."""
    with pytest.raises(Unproven):
        open_manifest(signed(manifest(), "thief"), ELECTION)


@pytest.mark.parametrize(
    "values",
    [{"election": "0" * 64}, {"station": "S-9"}, {"purpose": "practice"}],
    ids=["election", "station", "purpose"],
)
def test_the_wrong_package_is_called_that(values: dict[str, str]) -> None:
    """Of another election, an unknown station, or a practice one: before its signature is looked at."""
    with pytest.raises(Unproven, match="wrong package"):
        open_manifest(signed(changed(**values)), ELECTION)


@pytest.mark.parametrize("name", FILES)
def test_a_changed_file_is_named(name: str) -> None:
    """One byte more is enough."""
    with pytest.raises(Unproven, match="was changed") as error:
        check_files(manifest(), FILES | {name: FILES[name] + b" "})
    assert error.value.where == name


@pytest.mark.parametrize("name", FILES)
def test_a_missing_file_is_named(name: str) -> None:
    """It is another sentence than that of a changed one."""
    with pytest.raises(Malformed, match="missing") as error:
        check_files(manifest(), {each: data for each, data in FILES.items() if each != name})
    assert error.value.where == name


def test_a_manifest_that_leaves_out_a_file_does_not_hide_it() -> None:
    """Whoever signs a manifest without the certification, or with guardians without their keys, made no package."""
    less = changed(files={name: digest(data) for name, data in FILES.items() if name != CERTIFICATION})
    with pytest.raises(Malformed, match=CERTIFICATION):
        open_manifest(signed(less), ELECTION)
    guarded = small_election(has_guardians=True)
    with pytest.raises(Malformed, match=JOINT_KEYS):
        open_manifest(signed(changed(election=guarded.identity)), guarded)


def test_a_foreign_file_is_not_overlooked() -> None:
    """A file that the manifest does not name is a change."""
    with pytest.raises(Unproven):
        check_files(manifest(), FILES | {"extra.json": b"{}"})


def test_a_rehearsals_manifest_is_a_practice_one() -> None:
    """The definition decides the purpose."""
    definition = msgspec.structs.replace(ELECTION.definition, purpose="rehearsal")
    practice = type(ELECTION)(definition)
    made = make_manifest(practice, "S-1", {POLL_BOOK: b""}, cards_of().files.values(), 1)
    assert made.purpose == "practice"


def test_a_manifest_is_small_and_names_no_person() -> None:
    """Hashes, codes and roles."""
    assert set(msgspec.to_builtins(manifest())) == {
        "type",
        "election",
        "station",
        "serial",
        "purpose",
        "files",
        "cards",
    }
