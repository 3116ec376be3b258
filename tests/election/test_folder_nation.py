"""A definition as large as a nation is read, checked and hashed while a person waits."""

import pytest
from tests.election.nation import nation
from tests.processor import within

from urna.election.check import check_definition
from urna.election.definition import Election
from urna.election.folder import read_folder
from urna.errors import Findings


@pytest.mark.slow
def test_a_nation_is_read_in_seconds() -> None:
    """38,304 stations: under 30 s to read, 5 s to check again, 1 s to hash, on one core of any laptop."""
    files = nation()
    with within(seconds=30):
        definition = read_folder(files)
    assert len(definition.stations) > 30_000
    assert len(definition.styles) == 96
    with within(seconds=5):
        assert check_definition(definition) == []
    with within(seconds=1):
        assert len(Election(definition).identity) == 64


@pytest.mark.slow
def test_one_wrong_code_in_a_nation_does_not_take_forever() -> None:
    """The root renamed: its parts and the national list are named, and none of the stations below."""
    files = nation()
    files["territories.csv"] = files["territories.csv"].replace(b"LUM,NATION", b"LUX,NATION")
    with within(seconds=30), pytest.raises(Findings) as caught:
        read_folder(files)
    assert len(caught.value.findings) == 1 + 24
