"""A log holds what it may hold and nothing else, and shows when somebody changed it."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.station.log_of import ELECTION, SIGNER, STATION, new_file, new_log

from urna.crypto.signatures import SigningKey
from urna.encoding.canonical import digest
from urna.errors import Malformed, Unproven, UrnaError
from urna.log.note import NoteVerifier
from urna.station.event_entry import check_head, first_line, read_log
from urna.station.event_log import RESERVED_BYTES, EventLog
from urna.station.event_table import WORDS
from urna.station.event_words import Actor, Kind, LogEvent, VoterCount

NOW = "2026-11-22T10:00:00Z"
ACTS = [event for event in LogEvent if WORDS[event].kind is Kind.ACT]
FAULTS = [event for event in LogEvent if WORDS[event].kind is Kind.FAULT]


def day() -> EventLog:
    """A short day."""
    log = new_log()
    log.act(LogEvent.SIGNED_IN, "president", NOW)
    log.act(LogEvent.OPENED, Actor.PRESIDENT, "2026-11-22T10:01:00Z")
    log.fault(LogEvent.PRINTER_JAM, "2026-11-22T11:00:00Z", booth=2)
    log.act(LogEvent.PAPER_PRINTED, "member", "2026-11-22T22:01:00Z", paper="tally_sheet", copy=1)
    return log


def test_what_was_written_is_read_back() -> None:
    """In its order, with its chain."""
    log = day()
    header, entries = read_log(log.lines())
    assert (header.station, header.machine) == (STATION, "poll-book")
    assert entries == log.entries
    assert [entry.event for entry in entries] == ["signed_in", "opened", "printer_jam", "paper_printed"]
    assert entries[2].details.booth == 2
    assert entries[2].role is Actor.MACHINE


def test_each_line_names_the_hash_of_the_line_before() -> None:
    """As `sha256sum` prints it: anybody can follow the chain."""
    lines = day().lines()
    assert [json.loads(line)["before"] for line in lines[1:]] == [digest(line) for line in lines[:-1]]


@given(st.data())
def test_a_changed_moved_or_missing_line_is_found(data: st.DataObject) -> None:
    """Any byte of any line but the last; any line cut out, doubled or exchanged with another."""
    lines = list(day().lines())
    number = data.draw(st.integers(0, len(lines) - 2))
    match data.draw(st.sampled_from(["byte", "cut", "double", "exchange"])):
        case "byte":
            at = data.draw(st.integers(0, len(lines[number]) - 1))
            flipped = bytes([lines[number][at] ^ data.draw(st.integers(1, 255))])
            lines[number] = lines[number][:at] + flipped + lines[number][at + 1 :]
        case "cut":
            del lines[number]
        case "double":
            lines.insert(number, lines[number])
        case _:
            lines[number], lines[-1] = lines[-1], lines[number]
    with pytest.raises(UrnaError):
        read_log(lines)


def test_the_signed_head_finds_a_log_that_was_cut_off() -> None:
    """And lets a log go on after it."""
    log = day()
    head = log.sign_head(SIGNER, NOW)
    assert check_head(head, log.lines(), SIGNER.verifier).entries == 4
    with pytest.raises(Unproven):
        check_head(head, log.lines()[:-1], SIGNER.verifier)
    log.act(LogEvent.SHEET_TRANSMITTED, Actor.PRESIDENT, NOW, way="stick")
    assert check_head(head, log.lines(), SIGNER.verifier).entries == 4


def test_a_head_of_another_key_or_log_is_refused() -> None:
    """Its maker and its log are checked."""
    head = day().sign_head(SIGNER, NOW)
    other = NoteVerifier(SIGNER.name, SigningKey(bytes(32)).public_hex)
    with pytest.raises(Unproven):
        check_head(head, day().lines(), other)
    with pytest.raises(Unproven):
        check_head(head, new_log().lines(), SIGNER.verifier)
    with pytest.raises(Unproven):
        check_head(head, [first_line(ELECTION, "ST-2", "poll-book"), *day().lines()[1:]][:1], SIGNER.verifier)


@pytest.mark.parametrize("event", LogEvent)
@pytest.mark.parametrize("actor", Actor)
def test_only_who_may_cause_an_event_can_be_behind_it(event: LogEvent, actor: Actor) -> None:
    """For every word and every role."""
    log = new_log()
    if event in ACTS and actor in WORDS[event].causes:
        assert log.act(event, actor, NOW).role is actor
    else:
        with pytest.raises(Malformed):
            log.act(event, actor, NOW)
        assert not log.entries


@pytest.mark.parametrize("event", LogEvent)
def test_only_a_fault_is_written_as_one(event: LogEvent) -> None:
    """An act has somebody who did it."""
    log = new_log()
    if event in FAULTS:
        entry = log.fault(event, NOW)
        assert entry is not None
        assert entry.role is Actor.MACHINE
    else:
        with pytest.raises(Malformed):
            log.fault(event, NOW)


@pytest.mark.parametrize(
    "details",
    [
        {"name": "V-12345678"},
        {"booth": 10},
        {"booth": "1"},
        {"reason": "because V-12345678 was angry"},
        {"paper": "slip"},
        {"copy": 0},
        {"copy": 1, "booth": 1},
        {"voters": {VoterCount.WITHDRAWN: 1}},
    ],
)
def test_details_that_the_word_does_not_have_are_refused(details: dict[str, int | str]) -> None:
    """No text, no other field, no number out of range; and the refusal does not repeat them."""
    log = new_log()
    with pytest.raises(Malformed) as caught:
        log.act(LogEvent.PAPER_PRINTED, Actor.MEMBER, NOW, **details)
    assert "12345678" not in str(caught.value)
    assert caught.value.__cause__ is None
    assert not log.entries


@pytest.mark.parametrize(
    "moment", ["", "now", "2026-11-22 10:00:00", "2026-11-22T10:00:00.123Z", "2026-11-22T10:00:00Z "]
)
def test_a_moment_that_is_none_is_refused(moment: str) -> None:
    """Whole seconds of UTC; and the log goes on after the refusal."""
    log = new_log()
    with pytest.raises(Malformed):
        log.act(LogEvent.OPENED, Actor.PRESIDENT, moment)
    assert log.act(LogEvent.OPENED, Actor.PRESIDENT, NOW).sequence == 1


def test_a_booths_log_has_nothing_of_electors() -> None:
    """Neither written nor read: a poll book's lines under a booth's header are refused."""
    log = new_log("booth-1")
    with pytest.raises(Malformed):
        log.count_voters(NOW, since=NOW, until=NOW, voters={})
    with pytest.raises(Malformed):
        log.act(LogEvent.SIGNATURES_ENTERED, Actor.PRESIDENT, NOW, count=3)
    with pytest.raises(Malformed):
        EventLog(new_file(machine="booth-0"))


def test_faults_leave_room_for_acts() -> None:
    """A printer that flaps for hours cannot keep the closing out of the log."""
    log = EventLog(new_file(size=RESERVED_BYTES + 6000))
    for _ in range(60):
        log.fault(LogEvent.PRINTER_JAM, NOW, booth=1)
    assert log.entries[-1].event is LogEvent.LOG_NEARLY_FULL
    assert sum(entry.event is LogEvent.LOG_NEARLY_FULL for entry in log.entries) == 1
    assert log.fault(LogEvent.PRINTER_JAM, NOW) is None
    assert log.act(LogEvent.CLOSED, Actor.PRESIDENT, NOW).event is LogEvent.CLOSED
