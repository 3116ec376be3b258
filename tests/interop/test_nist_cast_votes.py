"""Cast vote records in NIST's SP 1500-103: challenged ballots written, others' records read."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.interop.nist_elections import BASE, elections
from tests.interop.nist_schema import CAST, dangling, errors
from tests.shared import shared
from tests.web.encrypted import world

from urna.ballot.published import OpenedBallot, OpenedOption
from urna.election.definition import Election
from urna.election.outcomes import BallotState
from urna.errors import Malformed
from urna.interop.nist.cast_votes.reading import read_cast_votes
from urna.interop.nist.cast_votes.record import challenged_in, refuse_cast_ballots
from urna.interop.nist.cast_votes.writing import ChallengedBallot, cast_vote_records
from urna.interop.nist.codes import option_id
from urna.interop.nist.parts import write_json
from urna.record.reader import RecordInMemory

NOW = "2026-11-26T16:00:00Z"
MAKER = {"Manufacturer": "urna", "Model": "test"}
CVR = "data/cvr-exports"


def written(election: Election, ballots: list[ChallengedBallot]) -> bytes:
    """The document of these ballots."""
    return write_json(cast_vote_records(election, ballots, NOW, MAKER))


def of_the_record() -> list[ChallengedBallot]:
    """The challenged ballots of the small encrypted record."""
    return list(challenged_in(RecordInMemory(world().publish()), world().election))


@st.composite
def challenged(draw: st.DrawFn) -> tuple[Election, list[ChallengedBallot]]:
    """An election with some challenged ballots of its stations."""
    election = draw(elections())
    found = []
    for number in range(draw(st.integers(0, 3))):
        station = draw(st.sampled_from(election.definition.stations))
        style = station.styles[0].style
        options = []
        for contest in election.contests_of_style(style):
            pressed = draw(st.sets(st.sampled_from(contest.options), max_size=contest.votes_allowed))
            options += [
                OpenedOption(contest=contest.code, option=each.code, votes=int(each in pressed), nonce="00" * 32)
                for each in contest.options
            ]
        ballot = OpenedBallot(id=f"{draw(st.integers(0, 2**100)):028x}{number:04x}", options=tuple(options))
        found.append(ChallengedBallot(station.code, style, ballot))
    return election, found


@given(challenged())
@settings(max_examples=40)
def test_any_challenged_ballots_give_a_document_that_nist_s_schema_accepts(
    given: tuple[Election, list[ChallengedBallot]],
) -> None:
    """No error, no reference that leads nowhere, no id twice."""
    document = written(*given)
    assert errors(document, CAST) == []
    assert dangling(document) == []


@given(challenged())
@settings(max_examples=40)
def test_any_challenged_ballots_are_read_again(given: tuple[Election, list[ChallengedBallot]]) -> None:
    """Each with its marks, and no mark for something that is not there."""
    election, ballots = given
    report = read_cast_votes(written(election, ballots), "cvr.json")
    assert report.strangers() == {}
    said = {
        record.unique_id: {mark.selection for marks in record.contests.values() for mark in marks}
        for record in report.records
    }
    assert said == {
        each.ballot.id: {option_id(one.contest, one.option) for one in each.ballot.options if one.votes}
        for each in ballots
    }


def test_the_challenged_ballots_of_a_record_are_all_there_and_no_other_is() -> None:
    """By id: those whose state is challenged, of every station."""
    stations = list(world().election.stations)
    listed = [ballot for station in stations for ballot in world().ballots(station).ballots]
    expected = {each.id for each in listed if each.state is BallotState.CHALLENGED}
    document = written(world().election, of_the_record())
    assert errors(document, CAST) == []
    assert {each["UniqueId"] for each in json.loads(document)["CVR"]} == expected != set()


def test_a_challenged_ballot_says_that_it_does_not_count() -> None:
    """No mark is allocable, and the snapshot says why."""
    for record in json.loads(written(world().election, of_the_record()))["CVR"]:
        snapshot = record["CVRSnapshot"][0]
        assert snapshot["OtherStatus"].startswith("challenged")
        marks = [each for contest in snapshot["CVRContest"] for each in contest.get("CVRContestSelection", [])]
        assert {each["SelectionPosition"][0]["IsAllocable"] for each in marks} <= {"no"}


def test_records_are_in_the_order_of_their_random_ids() -> None:
    """Not in the order of stations, and no sequence or time is in them."""
    document = json.loads(written(world().election, of_the_record()))
    ids = [each["UniqueId"] for each in document["CVR"]]
    assert ids == sorted(ids)
    assert not {name for each in document["CVR"] for name in each} & {"BatchSequenceId", "BatchId", "BallotAuditId"}


def test_cast_ballots_are_refused_with_the_reason() -> None:
    """With guardians because they are secret, without because the record does not have them."""
    assert "encrypted and secret" in str(refuse_cast_ballots(world().election))
    assert "no selection" in str(refuse_cast_ballots(Election(BASE)))


@pytest.mark.parametrize(
    ("path", "ballots", "contests"),
    [
        (f"{CVR}/cdf-json/cdf_json_file1_cvr.json", 15, 1),
        (f"{CVR}/cdf-json/alaska2020_converted_to_cdf_cvr.json", 1000, 1),
        (f"{CVR}/cdf-json/nist_xml_cdf_2.xml", 2, 25),
        (f"{CVR}/unisyn-cdf-xml/101-RCV-CVT_TEST_3_UNIOVS2103-2.xml", 35, 8),
        (f"{CVR}/unisyn-cdf-xml/797-GEN-OVCS_Sess_3_Combined_UVSOVS22516.xml", 7, 30),
        ("cdf/CastVoteRecords-SP1500-103/example_1.xml", 6, 1),
    ],
)
def test_records_of_other_systems_are_read(path: str, ballots: int, contests: int) -> None:
    """JSON and XML, with prefixes and without, ranked and not."""
    report = read_cast_votes(shared(path).read_bytes(), path)
    assert (len(report.records), len(report.contests)) == (ballots, contests)
    assert all(record.contests for record in report.records)


def test_a_weak_mark_is_no_indication_and_a_second_rank_no_first() -> None:
    """NIST's example, counted by hand."""
    report = read_cast_votes(shared("cdf/CastVoteRecords-SP1500-103/example_1.xml").read_bytes(), "example_1.xml")
    assert report.first_marks("_C1") == {"_C1CS1": 3, "_C1CS2": 3, "_C1CS3": 1}


def test_the_marks_of_the_current_snapshot_count_and_no_others() -> None:
    """A ballot that was adjudicated has its original snapshot, too."""
    document = _document()
    snapshots = document["CVR"][0]["CVRSnapshot"]
    before = read_cast_votes(json.dumps(document).encode(), "cvr.json").records
    contests = [{**each, "CVRContestSelection": []} for each in snapshots[0]["CVRContest"]]
    snapshots.insert(0, {**snapshots[0], "@id": "the-original", "CVRContest": contests})
    assert read_cast_votes(json.dumps(document).encode(), "cvr.json").records == before
    document["CVR"][0]["CurrentSnapshotId"] = "the-original"
    after = read_cast_votes(json.dumps(document).encode(), "cvr.json").records
    assert not any(after[0].contests.values())
    assert any(before[0].contests.values())


def test_a_vote_for_nobody_who_stands_is_told_apart_and_not_lost() -> None:
    """The converted records of Alaska name selections by numbers that the file does not have."""
    path = f"{CVR}/cdf-json/alaska2020_converted_to_cdf_cvr.json"
    report = read_cast_votes(shared(path).read_bytes(), path)
    strange = report.strangers()
    assert {each for _, each in strange} == {f"cs-{number}" for number in (1, 3, 4, 5, 7, 8, 9, 11)}
    assert report.first_marks("contest-001").total() == 956


def _document() -> Any:
    return json.loads(written(world().election, of_the_record()))


def test_a_report_that_does_not_hold_together_is_refused() -> None:
    """An unknown contest, a contest twice on a ballot, a current snapshot that is not there."""

    def refused(change: Any) -> str:
        document = _document()
        change(document["CVR"][0])
        with pytest.raises(Malformed) as caught:
            read_cast_votes(json.dumps(document).encode(), "cvr.json")
        return str(caught.value)

    def contests(record: Any) -> Any:
        return record["CVRSnapshot"][0]["CVRContest"]

    assert "a contest of the election" in refused(lambda it: contests(it)[0].update(ContestId="con-OTHER"))
    assert "once on a ballot" in refused(lambda it: contests(it).append(contests(it)[0]))
    assert "one snapshot" in refused(lambda it: it.update(CurrentSnapshotId="another"))
    assert "as the format's schema has it" in refused(lambda it: it.pop("CVRSnapshot"))
