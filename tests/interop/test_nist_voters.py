"""Voter records in NIST's SP 1500-102: a whole roll or all its mistakes, and nothing of a person but what a roll has.

Every person in these tests is fictional.
"""

import contextlib
import json
import unicodedata
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.interop.nist_schema import VOTERS, errors
from tests.roll.small import small_election
from tests.shared import shared

from urna.cli.main import main
from urna.election.definition import Election, StyleElectors
from urna.errors import Findings, Malformed
from urna.interop.nist.voters.read_parts import VoterRecord
from urna.interop.nist.voters.reading import read_voters
from urna.roll.elector import Elector
from urna.roll.importing import import_roll
from urna.roll.synthetic import synthesize_roll

ELECTION = small_election()
ROLL = synthesize_roll(ELECTION, 1)
BIRTHDAY = "1950-01-02"
STREET = "Calle del Silencio"


def record(elector: Elector) -> Any:
    """A registry's record of an elector, with more about that person than a roll may hold."""
    special = [] if elector.group == "ALL" else [_said("other", "yes", f"urna-group:{elector.group}")]
    return {
        "@type": "VRI.VoterRecord",
        "Voter": {
            "@type": "VRI.Voter",
            "DateOfBirth": BIRTHDAY,
            "Name": {"@type": "VRI.Name", "FullName": elector.name},
            "ResidenceAddress": {
                "@type": "addr.UnnumberedThoroughfareAddress_type",
                "CompleteStreetName": {"@type": "addr_type.CompleteStreetName_type", "StreetName": STREET},
            },
            "VoterId": [
                {"@type": "VRI.VoterId", "Type": "drivers-license", "StringValue": "D-1"},
                {"@type": "VRI.VoterId", "Type": "state-id", "StringValue": elector.number},
            ],
            "VoterClassification": [_said("united-states-citizen", "no"), *special],
        },
        "PollingLocation": _place("polling-place", ELECTION.stations[elector.station].centre),
        "Locality": [_place("municipality", "M1"), _place("precinct", elector.station)],
        "VoterStatus": "active",
    }


def _said(kind: str, assertion: str, other: str = "") -> Any:
    more = {"OtherType": other} if other else {}
    return {"@type": "VRI.VoterClassification", "Type": kind, "Assertion": assertion, **more}


def _place(kind: str, code: str) -> Any:
    identifiers = [
        {"@type": "VRI.ExternalIdentifier", "Type": "local-level", "Value": f"old-{code}"},
        {"@type": "VRI.ExternalIdentifier", "Type": "other", "OtherType": "urna-code", "Value": code},
    ]
    return {"@type": "VRI.ReportingUnit", "Type": kind, "ExternalIdentifier": identifiers}


def document(*records: Any) -> bytes:
    """A registry's answer with these records."""
    return json.dumps({"@type": "VRI.VoterRecordResults", "VoterRecord": list(records)}).encode()


def as_xml(data: bytes) -> bytes:
    """The same document as the schema for XML has it."""

    def written(name: str, value: Any) -> str:
        if isinstance(value, list):
            return "".join(written(name, each) for each in value)
        if isinstance(value, dict):
            inside = "".join(written(key, each) for key, each in value.items() if key != "@type")
            return f"<{name}>{inside}</{name}>"
        return f"<{name}>{escape(str(value))}</{name}>"

    inside = written("VoterRecord", json.loads(data)["VoterRecord"])
    spaces = 'xmlns="http://itl.nist.gov/ns/voting/1500-102/v1" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
    return f'<VoterRecordsResponse {spaces} xsi:type="VoterRecordResults">{inside}</VoterRecordsResponse>'.encode()


def mistakes(*records: Any) -> list[str]:
    """What is wrong with a document of these records."""
    with pytest.raises(Findings) as caught:
        read_voters(document(*records), "state-id", "v.json")
    return [str(each) for each in caught.value.findings]


def test_the_records_of_these_tests_are_as_nist_s_schema_asks() -> None:
    """So that the reader is tried with what a registry would send."""
    assert errors(document(*map(record, ROLL)), VOTERS) == []


def test_a_whole_roll_comes_through() -> None:
    """The electors that `urna roll import` makes of it are the registry's, from JSON and from XML."""
    data = document(*map(record, ROLL))
    for source in (data, as_xml(data)):
        found = read_voters(source, "state-id", "voters")
        assert (found.electors, found.inactive) == (len(ROLL), 0)
        assert import_roll(found.table, ELECTION, "roll.csv") == ROLL


@given(st.lists(st.text(max_size=30), min_size=1, max_size=5), st.booleans())
@settings(max_examples=100)
def test_any_name_comes_through_whole_or_is_named_as_a_mistake(names: list[str], in_xml: bool) -> None:
    """Never another name: what no roll may hold is refused."""
    with contextlib.suppress(Malformed):
        assert _through(names, in_xml=in_xml) == sorted((name.strip() if in_xml else name) for name in names)


@given(
    st.lists(st.text(st.characters(categories=["Lu", "Ll", "Lo"]), min_size=1, max_size=30), min_size=1), st.booleans()
)
@settings(max_examples=100)
def test_names_in_any_script_come_through(names: list[str], in_xml: bool) -> None:
    """In the composed form that a roll asks for."""
    composed = [unicodedata.normalize("NFC", name) for name in names[:5]]
    assert _through(composed, in_xml=in_xml) == sorted(composed)


def _through(names: list[str], *, in_xml: bool) -> list[str]:
    """The names on a roll that is made of a document with these."""
    records = [record(elector) for elector in ROLL[: len(names)]]
    for each, name in zip(records, names, strict=True):
        each["Voter"]["Name"]["FullName"] = name
    data = document(*records)
    found = read_voters(as_xml(data) if in_xml else data, "state-id", "voters")
    return sorted(elector.name for elector in import_roll(found.table, _election_of(ROLL[: len(names)]), "roll.csv"))


def _election_of(electors: Sequence[Elector]) -> Election:
    """An election with one station, for these electors alone."""
    counts = Counter(elector.style for elector in electors)
    styles = tuple(StyleElectors(style=code, electors=count) for code, count in counts.items())
    station = msgspec.structs.replace(ELECTION.definition.stations[0], styles=styles)
    return Election(msgspec.structs.replace(ELECTION.definition, stations=(station,)))


def test_nothing_but_what_a_roll_has_is_written() -> None:
    """No birthday, no address, no other number, no old code."""
    table = read_voters(document(*map(record, ROLL)), "state-id", "v.json").table.decode()
    assert table.splitlines()[0] == "number,name,centre,station,group"
    for private in (BIRTHDAY, STREET, "D-1", "old-", "M1"):
        assert private not in table


def test_no_repr_shows_a_person() -> None:
    """What lands in a log or a traceback says which class it was, and no more."""
    found = msgspec.convert(record(ROLL[0]), VoterRecord)
    for each in (found, found.voter, found.voter.name, found.voter.voter_id, found.polling_location):
        assert ROLL[0].name not in repr(each)
        assert ROLL[0].number not in repr(each)


def test_who_is_inactive_is_left_out_and_counted() -> None:
    """Not in silence."""
    records = [record(each) for each in ROLL[:3]]
    records[1]["VoterStatus"] = "inactive"
    found = read_voters(document(*records), "state-id", "v.json")
    assert (found.electors, found.inactive) == (2, 1)
    assert ROLL[1].number.encode() not in found.table


def _changed(change: Callable[[Any], object]) -> Any:
    found = record(ROLL[0])
    change(found)
    return found


@pytest.mark.parametrize(
    ("change", "path", "problem"),
    [
        (lambda it: it["Voter"].pop("Name"), ".Voter", "missing required field `Name`"),
        (lambda it: it.update(Voter=3), ".Voter", "Expected `object`"),
        (lambda it: it["Voter"]["VoterId"].pop(1), ".Voter.VoterId", "0 identifiers of the kind state-id"),
        (lambda it: it["Voter"]["VoterId"].append(it["Voter"]["VoterId"][1]), ".Voter.VoterId", "2 identifiers"),
        (lambda it: it["Voter"]["VoterId"][1].update(StringValue="v 1"), "", "is not an elector's number"),
        (lambda it: it["Voter"]["Name"].update(FullName=""), "", "the name is empty"),
        (lambda it: it["Locality"].append(it["Locality"][1]), ".Locality", "2 precincts instead of one"),
        (lambda it: it["PollingLocation"].update(ExternalIdentifier=[]), ".PollingLocation.ExternalIdentifier", "0 id"),
        (lambda it: it.update(VoterStatus="other"), ".VoterStatus", "neither active nor inactive"),
        (
            lambda it: it["Voter"]["VoterClassification"].append(_said("deceased", "yes")),
            ".Voter.VoterClassification[2]",
            "active and asserts: deceased",
        ),
        (
            lambda it: it["Voter"]["VoterClassification"].extend([_said("other", "yes", "urna-group:A")] * 2),
            ".Voter.VoterClassification",
            "3 groups instead of one",
        ),
    ],
)
def test_every_mistake_is_named_with_its_path(change: Callable[[Any], object], path: str, problem: str) -> None:
    """In a file where everything else is right."""
    found = mistakes(record(ROLL[1]), _changed(change), record(ROLL[2]))
    assert len(found) == 1
    assert found[0].startswith(f"v.json $.VoterRecord[1]{path}: ")
    assert problem in found[0]


def test_all_mistakes_are_told_together() -> None:
    """And an elector who stands twice is one of them."""
    found = mistakes(record(ROLL[0]), 5, record(ROLL[0]), _changed(lambda it: it.update(VoterStatus="other")))
    assert [each.partition(": ")[0] for each in found] == [
        "v.json $.VoterRecord[1]",
        "v.json $.VoterRecord[2].Voter.VoterId",
        "v.json $.VoterRecord[3].VoterStatus",
    ]
    assert "stands in VoterRecord[0] too" in found[1]


def test_another_kind_of_number_can_be_asked_for() -> None:
    """By the word that stands beside `other`."""
    found = record(ROLL[0])
    found["Voter"]["VoterId"][0].update(Type="other", OtherType="cedula", StringValue="V77")
    assert b"\nV77," in read_voters(document(found), "cedula", "v.json").table


@pytest.mark.parametrize(
    "data",
    [
        b"[]",
        b"{}",
        b"no document",
        b'{"@type": "VRI.RequestAcknowledgement"}',
        b'<!DOCTYPE a [<!ENTITY b "c">]><VoterRecordsResponse/>',
        b"<a>" * 100 + b"</a>" * 100,
        b"\xff\xfe",
    ],
)
def test_what_is_no_list_of_voters_is_refused(data: bytes) -> None:
    """An acknowledgement, a document type, a hundred elements deep."""
    with pytest.raises(Malformed):
        read_voters(data, "state-id", "v")


def test_a_list_without_electors_is_a_mistake() -> None:
    """An empty export is never an empty roll."""
    assert "no electors" in mistakes()[0]


def test_nist_s_own_examples_are_no_lists_of_voters() -> None:
    """A registration request, and an answer to one: well formed, and refused."""
    for name in ("ohio_registration.json", "ohio_registration_acknowledgement.xml"):
        data = shared(f"cdf/VoterRecordsInterchange-SP1500-102/{name}").read_bytes()
        with pytest.raises(Malformed, match="VoterRecordResults"):
            read_voters(data, "state-id", name)


def test_the_command_writes_a_file_for_its_owner_alone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """And none at all when there is a mistake."""
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    source, table = tmp_path / "voters.json", tmp_path / "roll.csv"
    source.write_bytes(document(record(ROLL[0]), 5))
    assert main(["interop", "nist", "voters", str(source), str(table)]) == 1
    assert not table.exists()
    source.write_bytes(document(*map(record, ROLL)))
    assert main(["interop", "nist", "voters", str(source), str(table)]) == 0
    assert table.stat().st_mode & 0o777 == 0o600
    assert f"{len(ROLL)} electors in" in " ".join(capsys.readouterr().out.split())
