"""Every mistake of a folder is named once, with its file and line, and all at once."""

import pytest
from tests.election.planted import PLANTS, Plant, line_of, plant_all

from urna.election.folder import read_folder
from urna.errors import Finding, Findings
from urna.storage.definition_folder import example_files


def findings(files: dict[str, bytes]) -> tuple[Finding, ...]:
    """What is wrong with a folder; fails the test if nothing is."""
    with pytest.raises(Findings) as caught:
        read_folder(files)
    return caught.value.findings


def test_the_example_has_no_mistake() -> None:
    """The folder that `urna election new` writes can be read."""
    assert len(read_folder(example_files()).stations) == 12


@pytest.mark.parametrize("each", PLANTS, ids=[each.kind for each in PLANTS])
def test_one_mistake_is_one_finding(each: Plant) -> None:
    """Nothing that only follows from a mistake is reported beside it."""
    files = plant_all((each,))
    found = findings(files)
    assert [(finding.file, finding.line) for finding in found] == [(each.file, line_of(each, files))], found
    assert each.said in str(found[0])


def test_all_mistakes_are_found_at_once() -> None:
    """At least 30 kinds of mistakes in one folder give exactly as many findings, each at its line."""
    files = plant_all(PLANTS)
    found = {(finding.file, finding.line, str(finding.problem)) for finding in findings(files)}
    planted = {(each.file, line_of(each, files)) for each in PLANTS}
    assert len(PLANTS) >= 30
    assert {(file, line) for file, line, _ in found} == planted
    assert len(findings(files)) == len(PLANTS)


def test_every_finding_says_what_to_do() -> None:
    """A problem and a remedy, both whole sentences."""
    for finding in findings(plant_all(PLANTS)):
        assert str(finding.problem).endswith((".", "?"))
        assert str(finding.remedy).rstrip(".?}") != ""
