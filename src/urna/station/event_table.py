"""What each word of the event log is: who may cause it, how much it matters, what goes with it, one sentence.

The table in docs/event-log.md is drawn from here (`.venv/bin/python -m tests.station.test_event_log_words`).
"""

from collections.abc import Mapping
from types import MappingProxyType

from urna.station.event_words import Actor, Disposition, Field, Kind, LogEvent, Severity, Subject, Word
from urna.words import N_, Sentence

_MACHINE = frozenset({Actor.MACHINE})
_ANYBODY = frozenset(Actor) - _MACHINE
_MEMBERS = _ANYBODY - {Actor.TECHNICIAN}
_UNKNOWN = frozenset(Actor)
"""Somebody who has not signed in, or whose card is none: the machine stands for them."""


def _act(
    subject: Subject,
    sentence: Sentence,
    *fields: Field,
    by: frozenset[Actor] = _MEMBERS,
    went: Disposition = Disposition.SUCCESS,
    severity: Severity = Severity.INFO,
    on_booth: bool = True,
) -> Word:
    return Word(Kind.ACT, subject, severity, went, by, frozenset(fields), on_booth, sentence)


def _fault(
    subject: Subject,
    sentence: Sentence,
    *fields: Field,
    severity: Severity = Severity.ERROR,
    on_booth: bool = True,
) -> Word:
    went = Disposition.NOT_APPLICABLE if severity is Severity.INFO else Disposition.FAILURE
    return Word(Kind.FAULT, subject, severity, went, _MACHINE, frozenset(fields), on_booth, sentence)


_ACCESS = {
    LogEvent.SIGNED_IN: _act(Subject.ACCESS, Sentence("A poll worker signed in."), by=_ANYBODY),
    LogEvent.SIGNED_OUT: _act(
        Subject.ACCESS, Sentence("A poll worker signed out, or was signed out by the clock."), by=_ANYBODY
    ),
    LogEvent.SIGN_IN_REFUSED: _act(
        Subject.ACCESS,
        Sentence("A card or PIN was refused at sign-in."),
        Field.REASON,
        by=_UNKNOWN,
        went=Disposition.FAILURE,
        severity=Severity.WARNING,
    ),
    LogEvent.CARD_LOCKED: _fault(
        Subject.ACCESS, Sentence("A card was locked after too many wrong PINs."), Field.ROLE, Field.SECONDS
    ),
    LogEvent.ROLL_UNLOCKED: _act(
        Subject.ACCESS, Sentence("Two role cards unlocked the station's part of the roll."), on_booth=False
    ),
    LogEvent.CLOSING_KEY_JOINED: _act(Subject.ACCESS, Sentence("Two role cards brought the closing key.")),
    LogEvent.CLOSING_CARDS_LOST: _act(
        Subject.ACCESS,
        Sentence("The members declared the closing cards lost: the guardians will open the votes."),
        severity=Severity.WARNING,
    ),
}

_DAY = {
    LogEvent.STARTED: _act(Subject.MACHINE, Sentence("The machine was started."), by=_UNKNOWN),
    LogEvent.STARTED_AGAIN: _fault(
        Subject.MACHINE, Sentence("The machine started again after it had stopped unasked."), severity=Severity.WARNING
    ),
    LogEvent.STOPPED: _act(Subject.MACHINE, Sentence("The machine was stopped."), by=_UNKNOWN),
    LogEvent.PACKAGE_CHECKED: _act(
        Subject.PACKAGE, Sentence("The station's package was checked and is whole."), by=_UNKNOWN
    ),
    LogEvent.PACKAGE_REFUSED: _fault(Subject.PACKAGE, Sentence("A package was refused."), Field.REASON),
    LogEvent.READINESS_PASSED: _act(
        Subject.DAY,
        Sentence("The readiness test was passed: known decks were counted right."),
        Field.BOOTH,
        by=_ANYBODY,
    ),
    LogEvent.READINESS_FAILED: _act(
        Subject.DAY,
        Sentence("The readiness test failed; the station cannot open with this machine."),
        Field.BOOTH,
        by=_ANYBODY,
        went=Disposition.FAILURE,
        severity=Severity.ERROR,
    ),
    LogEvent.MACHINE_ZEROED: _act(Subject.DAY, Sentence("The booth was zeroed: its box is empty."), by=_ANYBODY),
    LogEvent.BOX_NOT_EMPTY: _fault(
        Subject.DAY, Sentence("The box was not empty; the opening is blocked."), Field.BOOTH
    ),
    LogEvent.OPENED: _act(Subject.DAY, Sentence("The polls were opened.")),
    LogEvent.PAUSED: _act(Subject.DAY, Sentence("Voting was paused.")),
    LogEvent.RESUMED: _act(Subject.DAY, Sentence("Voting was resumed.")),
    LogEvent.CLOSED: _act(Subject.DAY, Sentence("The polls were closed.")),
    LogEvent.VOTERS_COUNTED: Word(
        Kind.VOTERS,
        Subject.VOTERS,
        Severity.INFO,
        Disposition.NOT_APPLICABLE,
        _MACHINE,
        frozenset({Field.SINCE, Field.UNTIL, Field.VOTERS}),
        on_booth=False,
        sentence=Sentence("Electors were counted since the last count: at least half an hour and ten people."),
    ),
    LogEvent.INCIDENT_NOTED: _act(
        Subject.DAY, Sentence("An incident note was kept; its text is not in this log."), severity=Severity.WARNING
    ),
    LogEvent.PAPER_BALLOTS_BEGUN: _act(
        Subject.DAY,
        Sentence("The station went on by hand: with paper ballots, or with its slips counted."),
        severity=Severity.ERROR,
    ),
}

_SHEET = {
    LogEvent.SIGNATURES_ENTERED: _act(
        Subject.SHEET,
        Sentence("The members entered the hand count of signatures."),
        Field.COUNT,
        on_booth=False,
    ),
    LogEvent.SLIPS_ENTERED: _act(
        Subject.SHEET, Sentence("The members entered the hand count of slips in the box."), Field.COUNT
    ),
    LogEvent.SHEET_SIGNED: _act(Subject.SHEET, Sentence("The tally sheet was counted and signed.")),
    LogEvent.PAPER_PRINTED: _act(
        Subject.PRINTING, Sentence("A report was printed."), Field.PAPER, Field.COPY, by=_ANYBODY
    ),
    LogEvent.PAPER_REPRINTED: _act(
        Subject.PRINTING, Sentence("A report was printed again, and says so."), Field.PAPER, Field.COPY, by=_ANYBODY
    ),
    LogEvent.SHEET_TRANSMITTED: _act(Subject.SHEET, Sentence("The tally sheet was sent to the centre."), Field.WAY),
    LogEvent.HAND_COUNT_TRANSMITTED: _act(
        Subject.SHEET, Sentence("The hand-count sheet was sent to the centre, alone."), Field.WAY
    ),
    LogEvent.TRANSMISSION_FAILED: _act(
        Subject.SHEET,
        Sentence("The tally sheet could not be sent; it is kept to be sent again."),
        Field.WAY,
        Field.REASON,
        went=Disposition.FAILURE,
        severity=Severity.WARNING,
    ),
    LogEvent.OPENINGS_DESTROYED: _act(Subject.SHEET, Sentence("The openings of the ballots were destroyed.")),
    LogEvent.ARCHIVED: _act(Subject.SHEET, Sentence("The station's signed papers were archived."), by=_ANYBODY),
    LogEvent.WIPED: _act(Subject.SHEET, Sentence("The media of the station were wiped."), by=_ANYBODY),
}

_MACHINES = {
    LogEvent.MACHINE_REPLACED: _act(
        Subject.MACHINE,
        Sentence("A spare machine took over the booth's removable memory."),
        Field.BOOTH,
        by=_ANYBODY,
        severity=Severity.WARNING,
    ),
    LogEvent.MEMORY_REFUSED: _fault(
        Subject.MEDIUM,
        Sentence("A spare machine refused a removable memory."),
        Field.BOOTH,
        Field.REASON,
    ),
    LogEvent.SUPPLY_CHANGED: _act(
        Subject.MACHINE,
        Sentence("A poll worker changed what was used up."),
        Field.SUPPLY,
        Field.BOOTH,
        by=_ANYBODY,
    ),
    LogEvent.BOOTH_LOST: _fault(
        Subject.CHANNEL,
        Sentence("A booth does not answer the poll book."),
        Field.BOOTH,
        severity=Severity.WARNING,
    ),
    LogEvent.BOOTH_BACK: _fault(
        Subject.CHANNEL, Sentence("A booth answers the poll book again."), Field.BOOTH, severity=Severity.INFO
    ),
    LogEvent.SETTLED_BOOTH_BACK: _fault(
        Subject.CHANNEL,
        Sentence("A booth that had been settled without its answer answers again; what it holds is reconciled."),
        Field.BOOTH,
        on_booth=False,
    ),
    LogEvent.SECOND_POLL_BOOK: _fault(
        Subject.CHANNEL, Sentence("A second poll book with this station's identity was seen, and refused."), Field.BOOTH
    ),
    LogEvent.SECOND_BOOTH: _fault(
        Subject.CHANNEL, Sentence("A second booth with one identity was seen, and refused."), Field.BOOTH
    ),
    LogEvent.FALSE_MESSAGE: _fault(
        Subject.CHANNEL, Sentence("A message that is not of the paired machine was refused."), Field.BOOTH
    ),
}

_DEVICES = {
    LogEvent.PRINTER_PAPER_LOW: _fault(
        Subject.PRINTING, Sentence("The printer's paper is nearly used up."), Field.BOOTH, severity=Severity.WARNING
    ),
    LogEvent.PRINTER_OUT_OF_PAPER: _fault(Subject.PRINTING, Sentence("The printer has no paper."), Field.BOOTH),
    LogEvent.PRINTER_COVER_OPEN: _fault(Subject.PRINTING, Sentence("The printer's cover is open."), Field.BOOTH),
    LogEvent.PRINTER_UNPLUGGED: _fault(Subject.PRINTING, Sentence("The printer does not answer."), Field.BOOTH),
    LogEvent.PRINTER_JAM: _fault(Subject.PRINTING, Sentence("The paper is jammed in the printer."), Field.BOOTH),
    LogEvent.PRINTER_READY: _fault(
        Subject.PRINTING, Sentence("The printer is ready again."), Field.BOOTH, severity=Severity.INFO
    ),
    LogEvent.READER_MISSING: _fault(
        Subject.READER, Sentence("There is no fingerprint reader."), severity=Severity.WARNING, on_booth=False
    ),
    LogEvent.READER_FAILED: _fault(
        Subject.READER, Sentence("The fingerprint reader does not work."), severity=Severity.WARNING, on_booth=False
    ),
    LogEvent.READER_READY: _fault(
        Subject.READER, Sentence("The fingerprint reader is ready again."), severity=Severity.INFO, on_booth=False
    ),
}

_SURROUNDINGS = {
    LogEvent.CLOCK_MOVED: _fault(
        Subject.CLOCK, Sentence("The clock moved by itself."), Field.SECONDS, severity=Severity.WARNING
    ),
    LogEvent.CLOCK_SET: _act(Subject.CLOCK, Sentence("The clock was set by hand."), Field.SECONDS, by=_ANYBODY),
    LogEvent.DISK_LOW: _fault(Subject.MEDIUM, Sentence("The disk is nearly full."), severity=Severity.WARNING),
    LogEvent.DISK_FULL: _fault(Subject.MEDIUM, Sentence("The disk is full.")),
    LogEvent.DISK_FREE: _fault(Subject.MEDIUM, Sentence("The disk has room again."), severity=Severity.INFO),
    LogEvent.MEDIUM_MISSING: _fault(Subject.MEDIUM, Sentence("A medium is missing."), Field.BOOTH),
    LogEvent.MEDIUM_READ_ONLY: _fault(Subject.MEDIUM, Sentence("A medium cannot be written."), Field.BOOTH),
    LogEvent.MEDIUM_DAMAGED: _fault(Subject.MEDIUM, Sentence("A medium is damaged."), Field.BOOTH),
    LogEvent.MEDIUM_BACK: _fault(
        Subject.MEDIUM, Sentence("The medium can be used again."), Field.BOOTH, severity=Severity.INFO
    ),
    LogEvent.ON_BATTERY: _fault(Subject.POWER, Sentence("The machine runs on its battery."), severity=Severity.WARNING),
    LogEvent.BATTERY_LOW: _fault(Subject.POWER, Sentence("The battery is nearly empty.")),
    LogEvent.POWER_BACK: _fault(Subject.POWER, Sentence("The machine has mains power again."), severity=Severity.INFO),
}

_LOG = {
    LogEvent.LOG_MENDED: _fault(
        Subject.LOG,
        Sentence("An entry that a power cut had torn was taken off the end of this log."),
        severity=Severity.WARNING,
    ),
    LogEvent.LOG_NEARLY_FULL: _fault(
        Subject.LOG, Sentence("This log is nearly full: faults are not written any more, acts are.")
    ),
    LogEvent.LOG_SIGNED: _act(
        Subject.LOG, Sentence("The end of this log was signed with the machine's key."), by=_UNKNOWN
    ),
}

WORDS: Mapping[LogEvent, Word] = MappingProxyType(
    {**_DAY, **_ACCESS, **_SHEET, **_MACHINES, **_DEVICES, **_SURROUNDINGS, **_LOG}
)
"""Every word of the log."""

SUBJECTS: Mapping[Subject, str] = MappingProxyType(
    {
        Subject.ACCESS: N_("Cards, PINs and keys."),
        Subject.CHANNEL: N_("The cable between poll book and booths."),
        Subject.CLOCK: N_("The machine's clock."),
        Subject.DAY: N_("Steps of the station's day."),
        Subject.LOG: N_("This log itself."),
        Subject.MACHINE: N_("The machine as a whole."),
        Subject.MEDIUM: N_("Disks and removable memories."),
        Subject.PACKAGE: N_("What the authority handed out for the station."),
        Subject.POWER: N_("Mains and battery."),
        Subject.PRINTING: N_("Printers and reports; never a voter's slip."),
        Subject.READER: N_("The fingerprint reader."),
        Subject.SHEET: N_("Counting, the tally sheet and what becomes of it."),
        Subject.VOTERS: N_("Counts of electors over at least half an hour and ten people."),
    }
)
"""What each type of event is about."""


def table() -> str:
    """The words as a Markdown table, for the documents."""
    rows = [f"| {' | '.join(_row(event, word))} |" for event, word in WORDS.items()]
    return "\n".join(
        ["| word | says | kind | type | severity | caused by | details |", "|---|---|---|---|---|---|---|", *rows, ""]
    )


def _row(event: LogEvent, word: Word) -> tuple[str, ...]:
    by = "anybody" if word.causes == _UNKNOWN else ", ".join(each for each in Actor if each in word.causes)
    fields = ", ".join(each for each in Field if each in word.fields)
    return f"`{event}`", str(word.sentence), word.kind, word.subject, word.severity, by, fields
