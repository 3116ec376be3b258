"""Election results in NIST's SP 1500-100: valid whatever was counted, and read again to the same totals."""

import json
from random import Random
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.interop.nist_elections import Counted, counted, replaced
from tests.interop.nist_schema import RESULTS, dangling, errors, xml_errors
from tests.shared import shared
from tests.web.examples import example_results, hostile_results, troubled_results
from tests.web.second_round import president_results

from urna.errors import Malformed
from urna.interop.nist.parts import write_json
from urna.interop.nist.results.reading import ReportNumbers, read_report
from urna.interop.nist.results.report import election_report
from urna.interop.nist.results.totals import (
    differences,
    seats_in,
    seats_of,
    totals_in,
    totals_of,
    turnout_in,
    turnout_of,
)
from urna.interop.nist.results.xml_writing import write_xml

APPLICATION = "urna test"


def written(given: Counted, *, stations: bool = True) -> bytes:
    """The report of an edition."""
    return write_json(election_report(given.election, given.results, given.counts, APPLICATION, stations=stations))


def read(given: Counted) -> ReportNumbers:
    """The report of an edition, read again."""
    return read_report(written(given), "results.json")


def example() -> Counted:
    """The example that comes with urna, without its stations' own counts."""
    return Counted(*example_results(), ())


@given(counted())
@settings(max_examples=60)
def test_any_totals_give_a_report_that_nist_s_schema_accepts(given: Counted) -> None:
    """No error, no reference that leads nowhere, no id twice; by station and without stations."""
    for stations in (True, False):
        document = written(given, stations=stations)
        assert errors(document, RESULTS) == []
        assert dangling(document) == []


@given(counted())
@settings(max_examples=60)
def test_any_report_is_read_again_to_the_same_totals(given: Counted) -> None:
    """Votes, undervotes, ballots, withheld ballots, people and seats."""
    report = read(given)
    assert totals_in(report, given.election, "") == totals_of(given.results)
    assert turnout_in(report) == turnout_of(given.results)
    assert seats_in(report, given.election) == seats_of(given.election, given.results)
    assert list(differences(report, given.election, given.results, "")) == []


@given(counted(), st.booleans())
@settings(max_examples=40)
def test_any_report_in_xml_is_valid_too_and_says_the_same(given: Counted, stations: bool) -> None:
    """Every number of the JSON, read by the same reader, from elements in the schema's order."""
    report = election_report(given.election, given.results, given.counts, APPLICATION, stations=stations)
    document = write_xml(report)
    assert xml_errors(document, RESULTS) == []
    from_json, from_xml = read_report(write_json(report), "json"), read_report(document, "xml")
    for name in ("status", "is_test", "identifiers", "ballots"):
        assert getattr(from_xml, name) == getattr(from_json, name)
    assert {name: unit[1:] for name, unit in from_xml.units.items()} == {
        name: unit[1:] for name, unit in from_json.units.items()
    }
    for name, contest in from_json.contests.items():
        assert from_xml.contests[name][3:] == contest[3:]
    assert list(differences(from_xml, given.election, given.results, "")) == []


def test_the_schema_for_xml_refuses_what_is_none() -> None:
    """A reference that leads nowhere, an element out of order: so that no error means something."""
    document = write_xml(election_report(*example()[:2], (), APPLICATION))
    assert xml_errors(document, RESULTS) == []
    assert xml_errors(document.replace(b"<GpUnitId>gpu-", b"<GpUnitId>gpu-X", 1), RESULTS)
    assert xml_errors(document.replace(b"<Issuer>", b"<Color>ffffff</Color><Issuer>", 1), RESULTS)


def test_a_name_that_xml_cannot_hold_is_written_with_the_sign_for_it() -> None:
    """Two characters that are no characters; JSON has them as they are."""
    given = example()
    election = replaced(given.election, title={"es": "A\ufffe\uffffB <&> ]]>", "en": " "})
    report = election_report(election, given.results, (), APPLICATION)
    assert xml_errors(write_xml(report), RESULTS) == []
    assert (
        read_report(write_xml(report), "x.xml").title == "A\N{REPLACEMENT CHARACTER}\N{REPLACEMENT CHARACTER}B <&> ]]>"
    )
    assert read_report(write_json(report), "x.json").title == "A\ufffe\uffffB <&> ]]>"


@given(counted())
@settings(max_examples=30)
def test_a_station_s_votes_are_those_of_its_sheet(given: Counted) -> None:
    """And a station that withholds them shows none."""
    report = read(given)
    for count in given.counts:
        for tally in count.contests:
            numbers = report.contests[f"con-{tally.contest}"]
            unit = f"sta-{count.station}"
            assert (unit in numbers.withheld) == (tally.votes is None)
            if tally.votes is not None:
                assert list(numbers.votes[unit].values()) == [each.votes for each in tally.votes]
                assert numbers.undervotes[unit] == tally.undervotes


@pytest.mark.parametrize("source", [example_results, troubled_results, hostile_results])
def test_the_elections_that_come_with_urna_are_valid_and_come_back(source: Any) -> None:
    """Also with ties, vacancies, a question, a candidate without party, and hostile names."""
    election, results = source()
    given = Counted(election, results, ())
    assert errors(written(given), RESULTS) == []
    assert list(differences(read(given), given.election, given.results, "")) == []


def test_every_holder_of_a_seat_is_a_winner() -> None:
    """By contest and person, in a final edition; in a provisional one a projected winner."""
    given = example()
    candidates = json.loads(written(given))["Election"][0]["Candidate"]
    found = {each["@id"] for each in candidates if each.get("PostElectionStatus") == "winner"}
    assert found == {
        f"can-{contest.contest}-o-{seat.person}" for contest in given.results.elected for seat in contest.elected
    }
    troubled = json.loads(written(Counted(*troubled_results(), ())))["Election"][0]["Candidate"]
    assert {each.get("PostElectionStatus") for each in troubled} == {None, "projected-winner"}


def test_who_goes_on_to_a_second_round_has_the_formats_own_word() -> None:
    """In final results alone; the contest says between how many it is, and a reader finds nothing different."""
    given = Counted(*president_results(), ())
    assert errors(written(given), RESULTS) == []
    assert xml_errors(write_xml(election_report(*president_results(), (), APPLICATION)), RESULTS) == []
    assert list(differences(read(given), given.election, given.results, "")) == []
    found = json.loads(written(given))["Election"][0]
    going_on = {each["@id"] for each in found["Candidate"] if each.get("PostElectionStatus") == "advanced-to-runoff"}
    assert going_on == {"can-PRES-o-PRES-1", "can-PRES-o-NAC-FARO-1"}
    assert {each["@id"]: each["NumberRunoff"] for each in found["Contest"] if "NumberRunoff" in each} == {"con-PRES": 2}
    early = json.loads(written(Counted(*president_results(3), ())))["Election"][0]["Candidate"]
    assert "advanced-to-runoff" not in {each.get("PostElectionStatus") for each in early}


@given(counted(), st.randoms(use_true_random=False))
@settings(max_examples=20)
def test_the_same_edition_gives_the_same_bytes(given: Counted, chance: Random) -> None:
    """In whatever order its stations are read."""
    shuffled = list(given.counts)
    chance.shuffle(shuffled)
    assert written(given._replace(counts=tuple(shuffled))) == written(given)


def test_names_are_in_the_election_s_first_language_first() -> None:
    """So that a reader who takes the first text gets the same language everywhere."""
    given = example()
    report = read(given)
    assert given.election.rules.languages[0] == "es"
    assert report.title == given.election.definition.title["es"]
    assert report.contests["con-NAC"].name == given.election.contests["NAC"].title["es"]


def test_a_changed_number_is_found() -> None:
    """One vote more for one list, and the comparison names contest and territory."""
    given = example()
    document = json.loads(written(given))
    contest = next(each for each in document["Election"][0]["Contest"] if each["@id"] == "con-NAC")
    contest["ContestSelection"][0]["VoteCounts"][0]["Count"] += 1
    contest["OtherCounts"][0]["Undervotes"] -= 1
    report = read_report(json.dumps(document).encode(), "results.json")
    found = [str(each) for each in differences(report, given.election, given.results, "")]
    assert len(found) == 1
    assert found[0].startswith("NAC LUM, votes: the file says")


def test_a_report_that_does_not_hold_together_is_refused() -> None:
    """A number twice, of an unknown unit, or not whole; a contest of another election."""
    given = example()

    def counts(document: Any) -> Any:
        return document["Election"][0]["Contest"][0]["ContestSelection"][0]["VoteCounts"]

    def refused(change: Any) -> str:
        document = json.loads(written(given))
        change(document)
        with pytest.raises(Malformed) as caught:
            totals_in(read_report(json.dumps(document).encode(), "x.json"), given.election, "x.json")
        return str(caught.value)

    assert "each id and number once" in refused(lambda it: counts(it).append(counts(it)[0]))
    assert "a unit of the report" in refused(lambda it: counts(it)[0].update(GpUnitId="gpu-NOWHERE"))
    assert "whole number" in refused(lambda it: counts(it)[0].update(Count=0.5))
    assert "whole number" in refused(lambda it: counts(it)[0].update(Count=-1))
    assert "this definition's contests" in refused(lambda it: it["Election"][0]["Contest"][0].update({"@id": "mayor"}))
    assert "as the format's schema has it" in refused(lambda it: counts(it)[0].update(Count="many"))
    assert "one election" in refused(lambda it: it["Election"].clear())


@pytest.mark.parametrize("name", ["jetsons_election_definition", "september_test_case"])
def test_reports_of_others_are_read(name: str) -> None:
    """Two of ElectOS, which have contests and no votes yet."""
    data = shared(f"cdf/examples-TrustTheVote/{name}.json").read_bytes()
    report = read_report(data, name)
    known = msgspec.json.decode(data)["Election"][0]["Contest"]
    assert list(report.contests) == [each["@id"] for each in known]
    assert all(each.selections and not each.votes for each in report.contests.values())
    assert all(each.district in report.units for each in report.contests.values())


def test_a_report_with_two_contests_of_one_id_is_refused() -> None:
    """The third of ElectOS, which the schema accepts: nobody could say which of them a reference means."""
    data = shared("cdf/examples-TrustTheVote/example_2.json").read_bytes()
    assert errors(data, RESULTS) == []
    with pytest.raises(Malformed, match="each id and number once, found two for 'contest_6'"):
        read_report(data, "example_2")
