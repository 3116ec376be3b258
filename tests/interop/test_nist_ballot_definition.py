"""Ballot definitions in NIST's SP 1500-20: valid whatever the election, and complete."""

import json

import pytest
from hypothesis import given, settings
from tests.interop.nist_elections import elections
from tests.interop.nist_schema import DEFINITION, dangling, errors
from tests.shared import shared
from tests.web.examples import example_results, hostile_results, nation_results, troubled_results
from tests.web.second_round import president_results

from urna.election.definition import Election
from urna.interop.nist.ballot_definition import ballot_definition
from urna.interop.nist.codes import code_of, in_contest, option_id
from urna.interop.nist.parts import write_json

NOW = "2026-11-26T16:00:00Z"


def written(election: Election) -> bytes:
    """The document of an election."""
    return write_json(ballot_definition(election, NOW, "urna test"))


@given(elections())
@settings(max_examples=40)
def test_any_definition_gives_a_document_that_nist_s_schema_accepts(election: Election) -> None:
    """No error, no reference that leads nowhere, no id twice."""
    document = written(election)
    assert errors(document, DEFINITION) == []
    assert dangling(document) == []


@given(elections())
@settings(max_examples=40)
def test_every_ballot_is_in_the_document(election: Election) -> None:
    """Each style with its stations, and its contests with their options in ballot order."""
    found = json.loads(written(election))["Election"][0]
    styles = {each["ExternalIdentifier"][0]["Value"]: each for each in found["BallotStyle"]}
    assert set(styles) == set(election.styles)
    for code, style in styles.items():
        stations = [each.code for each in election.definition.stations if code in {one.style for one in each.styles}]
        assert [code_of(each) for each in style["GpUnitIds"]] == stations
        assert [each["OrderedContestOptionIds"] for each in style["OrderedContent"]] == [
            [option_id(contest.code, option.code) for option in contest.options]
            for contest in election.contests_of_style(code)
        ]


@given(elections())
@settings(max_examples=40)
def test_an_id_says_which_option_it_is_of(election: Election) -> None:
    """Whatever dashes the codes have; and no two options have one id."""
    places = [(contest.code, option.code) for contest in election.contests.values() for option in contest.options]
    assert [in_contest(option_id(*place)) for place in places] == places
    assert len({option_id(*place) for place in places}) == len(places)


def test_an_id_of_others_is_no_code() -> None:
    """It is left as it is."""
    assert in_contest("sel-mayor-o-smith") is None
    assert code_of("gpu-nation") is None
    assert code_of("precinct_1") is None


def test_the_elections_that_come_with_urna_are_valid() -> None:
    """The example, one full of trouble, a hostile one, and a rehearsal of five hundred stations."""
    sources = (example_results(), troubled_results(), hostile_results(), nation_results(500, 4))
    for election, _ in sources:
        assert errors(written(election), DEFINITION) == []
        assert dangling(written(election)) == []


def test_a_rehearsal_is_a_test() -> None:
    """In the format's own word for it."""
    assert json.loads(written(nation_results(10, 1)[0]))["IsTest"] is True
    assert json.loads(written(example_results()[0]))["IsTest"] is False


def test_the_schema_refuses_what_is_none() -> None:
    """So that an empty list of errors means something."""
    document = json.loads(written(example_results()[0]))
    document["Election"][0]["Contest"][0]["Colour"] = "blue"
    assert errors(json.dumps(document).encode(), DEFINITION)
    del document["Issuer"], document["Election"][0]["Contest"][0]["Colour"]
    assert errors(json.dumps(document).encode(), DEFINITION)


@pytest.mark.parametrize("name", ["physical_ballot_def_1", "controlling_contest_straight_party"])
def test_nist_s_own_examples_pass_the_same_judge(name: str) -> None:
    """The judge of these tests accepts what NIST publishes."""
    assert errors(shared(f"cdf/BallotDefinition-SP1500-20/{name}.json").read_bytes(), DEFINITION) == []


def test_a_second_round_is_between_two() -> None:
    """The contest says so in the format's own field, and no other contest does."""
    election, _ = president_results()
    assert errors(written(election), DEFINITION) == []
    contests = json.loads(written(election))["Election"][0]["Contest"]
    assert {each["@id"]: each["NumberRunoff"] for each in contests if "NumberRunoff" in each} == {"con-PRES": 2}
