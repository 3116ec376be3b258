"""The export is valid by NIST's own schema, holds every entry, and nothing that the log does not hold."""

import json
from typing import Any

import msgspec
import pytest
from tests.shared import shared
from tests.station.log_of import ELECTION, STATION, new_log

from urna.encoding.canonical import digest
from urna.errors import Malformed, Unproven
from urna.interop.cdf_event_log import CdfDocumentation, CdfEventLog, write_cdf
from urna.station.event_cdf import documentation, station_log
from urna.station.event_entry import first_line
from urna.station.event_log import EventLog
from urna.station.event_table import WORDS
from urna.station.event_words import Actor, Field, Kind, LogEvent, VoterCount

NOW = "2026-11-22T22:30:00Z"
SOME: dict[Field, Any] = {
    Field.BOOTH: 1,
    Field.COPY: 2,
    Field.COUNT: 300,
    Field.PAPER: "tally_sheet",
    Field.REASON: "refused",
    Field.ROLE: "member",
    Field.SECONDS: -60,
    Field.SUPPLY: "seal",
    Field.WAY: "stick",
}


def whole_log(machine: str) -> EventLog:
    """Every word that this machine may write, with every detail that the word has."""
    log = new_log(machine)
    for event, word in WORDS.items():
        details = {field: SOME[field] for field in word.fields if field in SOME}
        if machine != "poll-book" and not word.on_booth:
            continue
        if word.kind is Kind.ACT:
            log.act(event, sorted(word.causes)[0], NOW, **details)
        elif word.kind is Kind.FAULT:
            log.fault(event, NOW, **details)
        else:
            log.count_voters(NOW, since=NOW, until=NOW, voters=dict.fromkeys(VoterCount, 10))
    return log


def exported() -> CdfEventLog:
    """A poll book and a booth."""
    return station_log([whole_log("poll-book").lines(), whole_log("booth-2").lines()], NOW, "0.1.0")


def check_by_schema(document: bytes) -> None:
    """Returns if NIST's schema accepts the document, dates and times by their format."""
    jsonschema = pytest.importorskip("jsonschema", reason="needs jsonschema, which comes with ray")
    schema = json.loads(
        shared("cdf/ElectionEventLogging-SP1500-101/NIST_V1_election_event_logging.json").read_text("utf-8")
    )
    validator = jsonschema.Draft4Validator(schema, format_checker=jsonschema.FormatChecker())
    assert [error.message for error in validator.iter_errors(json.loads(document))] == []


def test_the_schema_of_nist_accepts_a_log_with_every_word() -> None:
    """All words, all details, two devices."""
    check_by_schema(write_cdf(exported()))


def test_the_schema_of_nist_accepts_the_documentation() -> None:
    """Every event and every type is described."""
    found = documentation(NOW, "0.1.0")
    check_by_schema(write_cdf(found))
    assert {each.id for each in found.event_id_description} == set(LogEvent)
    assert {each.type for each in found.event_type_description} == {word.subject for word in WORDS.values()}


def test_the_schema_of_nist_refuses_what_is_none() -> None:
    """The check above can tell."""
    document = json.loads(write_cdf(exported()))
    document["Device"][0]["Event"][0]["Disposition"] = "perhaps"
    with pytest.raises(AssertionError):
        check_by_schema(json.dumps(document).encode())


def test_the_export_has_every_entry_and_its_hash() -> None:
    """In order; whoever has the log can find each line by its hash."""
    log = whole_log("poll-book")
    device = station_log([log.lines()], NOW, "0.1.0").device[0]
    assert [event.id for event in device.event] == [entry.event for entry in log.entries]
    assert [event.hash for event in device.event] == [digest(line) for line in log.lines()[1:]]
    assert [event.sequence for event in device.event] == [str(n) for n in range(1, len(log.entries) + 1)]
    assert device.id == f"{STATION}/poll-book"


def test_the_export_reads_back() -> None:
    """Both documents, as the classes of the standard."""
    log, words = exported(), documentation(NOW, "0.1.0")
    assert msgspec.json.decode(write_cdf(log), type=CdfEventLog) == log
    assert msgspec.json.decode(write_cdf(words), type=CdfDocumentation) == words


def test_a_user_is_a_role_and_never_a_name() -> None:
    """The standard's `UserId` could be anything."""
    assert {event.user_id for device in exported().device for event in device.event} <= set(Actor)


def test_logs_of_two_stations_or_with_a_broken_chain_are_not_exported() -> None:
    """Nothing is written then."""
    other = [first_line(ELECTION, "ST-2", "poll-book")]
    with pytest.raises(Malformed):
        station_log([whole_log("poll-book").lines(), other], NOW, "0.1.0")
    with pytest.raises(Malformed):
        station_log([], NOW, "0.1.0")
    lines = whole_log("poll-book").lines()
    with pytest.raises(Unproven):
        station_log([(*lines[:3], *lines[4:])], NOW, "0.1.0")
