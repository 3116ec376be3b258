"""The words of a station's event log: a closed list, and what each may say.

    act      a poll worker did it                           its own time, the role, never the name
    fault    the machine met it                             its own time
    voters   counts over half an hour and ten people        the time of the count, nobody's

What one elector did or met (an identification, an override, a refusal, a withdrawal, a re-admission, an activation and
how it ended, a void or a challenge) has no word of its own: it is in the counts of `VOTERS_COUNTED` or it is not
in the log. That is why a poll worker's PIN that authorises an override is no `SIGNED_IN`: its time would be the
elector's. docs/event-log.md shows the table; ADR 0122 says what a printer's fault may tell.

This module knows neither booth nor poll book: both write with it, each into a log of its own. What each word means is
in `station/event_table`.
"""

from enum import StrEnum
from types import MappingProxyType
from typing import NamedTuple

from urna.election.outcomes import Ending, Outcome, OverrideReason
from urna.words import Sentence


class Actor(StrEnum):
    """Who caused an event: a role, or the machine. The first four are the values of `station/cards.Role`."""

    PRESIDENT = "president"
    SECRETARY = "secretary"
    MEMBER = "member"
    TECHNICIAN = "technician"
    MACHINE = "machine"


class Kind(StrEnum):
    """What an event is about; it decides whether it may have a time of its own."""

    ACT = "act"
    FAULT = "fault"
    VOTERS = "voters"


class Subject(StrEnum):
    """The type of an event, as NIST's format calls it."""

    ACCESS = "access"
    CHANNEL = "channel"
    CLOCK = "clock"
    DAY = "day"
    LOG = "log"
    MACHINE = "machine"
    MEDIUM = "medium"
    PACKAGE = "package"
    POWER = "power"
    PRINTING = "printing"
    READER = "reader"
    SHEET = "sheet"
    VOTERS = "voters"


class Severity(StrEnum):
    """How much an event matters by itself."""

    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


class Disposition(StrEnum):
    """How what was tried came out, in NIST's words."""

    SUCCESS = "success"
    FAILURE = "failure"
    NOT_APPLICABLE = "na"


class VoterCount(StrEnum):
    """What is counted of electors, by name; nothing else of them is ever in a log."""

    IDENTIFIED_MATCH = "identified_match"
    IDENTIFIED_NO_MATCH = "identified_no_match"
    IDENTIFIED_NOTHING_STORED = "identified_nothing_stored"
    IDENTIFIED_NO_FINGERS = "identified_no_fingers"
    IDENTIFIED_POOR_IMAGE = "identified_poor_image"
    OVERRIDE_DOCUMENT_CHECKED = "override_document_checked"
    OVERRIDE_FINGER_INJURED = "override_finger_injured"
    OVERRIDE_READER_FAILED = "override_reader_failed"
    OVERRIDE_KNOWN_TO_MEMBERS = "override_known_to_members"
    TELEPHONE_CODES_USED = "telephone_codes_used"
    WRONG_CODES = "wrong_codes"
    REFUSED_SECOND_ATTEMPTS = "refused_second_attempts"
    WITHDRAWN = "withdrawn"
    READMITTED = "readmitted"
    ACTIVATIONS = "activations"
    ENDED_CAST = "ended_cast"
    ENDED_EXPIRED = "ended_expired"
    ENDED_LEFT = "ended_left"
    ENDED_FAILURE = "ended_failure"
    DOUBTFUL_DECISIONS = "doubtful_decisions"


IDENTIFIED = MappingProxyType({each: VoterCount(f"identified_{each}") for each in Outcome})
OVERRIDES = MappingProxyType({each: VoterCount(f"override_{each}") for each in OverrideReason})
ENDINGS = MappingProxyType({each: VoterCount(f"ended_{each}") for each in Ending})


class Field(StrEnum):
    """The details that an entry may have (`station/event_log.Details`)."""

    BOOTH = "booth"
    COPY = "copy"
    COUNT = "count"
    PAPER = "paper"
    REASON = "reason"
    ROLE = "role"
    SECONDS = "seconds"
    SUPPLY = "supply"
    VOTERS = "voters"
    SINCE = "since"
    UNTIL = "until"
    WAY = "way"


class LogEvent(StrEnum):
    """Everything that a station's log can say; `station/event_table.WORDS` says what each is."""

    STARTED = "started"
    STARTED_AGAIN = "started_again"
    STOPPED = "stopped"
    PACKAGE_CHECKED = "package_checked"
    PACKAGE_REFUSED = "package_refused"
    SIGNED_IN = "signed_in"
    SIGNED_OUT = "signed_out"
    SIGN_IN_REFUSED = "sign_in_refused"
    CARD_LOCKED = "card_locked"
    ROLL_UNLOCKED = "roll_unlocked"
    READINESS_PASSED = "readiness_passed"
    READINESS_FAILED = "readiness_failed"
    MACHINE_ZEROED = "machine_zeroed"
    BOX_NOT_EMPTY = "box_not_empty"
    OPENED = "opened"
    PAUSED = "paused"
    RESUMED = "resumed"
    CLOSED = "closed"
    VOTERS_COUNTED = "voters_counted"
    SIGNATURES_ENTERED = "signatures_entered"
    SLIPS_ENTERED = "slips_entered"
    PAPER_BALLOTS_BEGUN = "paper_ballots_begun"
    CLOSING_KEY_JOINED = "closing_key_joined"
    CLOSING_CARDS_LOST = "closing_cards_lost"
    SHEET_SIGNED = "sheet_signed"
    PAPER_PRINTED = "paper_printed"
    PAPER_REPRINTED = "paper_reprinted"
    SHEET_TRANSMITTED = "sheet_transmitted"
    HAND_COUNT_TRANSMITTED = "hand_count_transmitted"
    TRANSMISSION_FAILED = "transmission_failed"
    OPENINGS_DESTROYED = "openings_destroyed"
    ARCHIVED = "archived"
    WIPED = "wiped"
    MACHINE_REPLACED = "machine_replaced"
    MEMORY_REFUSED = "memory_refused"
    SUPPLY_CHANGED = "supply_changed"
    INCIDENT_NOTED = "incident_noted"
    BOOTH_LOST = "booth_lost"
    BOOTH_BACK = "booth_back"
    SETTLED_BOOTH_BACK = "settled_booth_back"
    SECOND_POLL_BOOK = "second_poll_book"
    SECOND_BOOTH = "second_booth"
    FALSE_MESSAGE = "false_message"
    PRINTER_PAPER_LOW = "printer_paper_low"
    PRINTER_OUT_OF_PAPER = "printer_out_of_paper"
    PRINTER_COVER_OPEN = "printer_cover_open"
    PRINTER_UNPLUGGED = "printer_unplugged"
    PRINTER_JAM = "printer_jam"
    PRINTER_READY = "printer_ready"
    READER_MISSING = "reader_missing"
    READER_FAILED = "reader_failed"
    READER_READY = "reader_ready"
    CLOCK_MOVED = "clock_moved"
    CLOCK_SET = "clock_set"
    DISK_LOW = "disk_low"
    DISK_FULL = "disk_full"
    DISK_FREE = "disk_free"
    MEDIUM_MISSING = "medium_missing"
    MEDIUM_READ_ONLY = "medium_read_only"
    MEDIUM_DAMAGED = "medium_damaged"
    MEDIUM_BACK = "medium_back"
    ON_BATTERY = "on_battery"
    BATTERY_LOW = "battery_low"
    POWER_BACK = "power_back"
    LOG_MENDED = "log_mended"
    LOG_NEARLY_FULL = "log_nearly_full"
    LOG_SIGNED = "log_signed"


class Reason(StrEnum):
    """Why something was refused or failed; never more than the word."""

    DAMAGED = "damaged"
    FOREIGN = "foreign"
    """Of another station or election."""
    LOCKED = "locked"
    MISSING = "missing"
    NO_ANSWER = "no_answer"
    QUARANTINED = "quarantined"
    REFUSED = "refused"
    UNSIGNED = "unsigned"
    WRONG_PIN = "wrong_pin"


class Paper(StrEnum):
    """A report that was printed. A voter's slip is none, and is never in a log."""

    ZERO_REPORT = "zero_report"
    TALLY_SHEET = "tally_sheet"
    READINESS_REPORT = "readiness_report"
    INCIDENT_SHEET = "incident_sheet"
    AUDIT_WORKSHEET = "audit_worksheet"
    HAND_COUNT_SHEET = "hand_count_sheet"
    POLL_BOOK_LIST = "poll_book_list"


class Supply(StrEnum):
    """What is used up and changed."""

    PAPER_ROLL = "paper_roll"
    BATTERY = "battery"
    INK = "ink"
    SEAL = "seal"


class Way(StrEnum):
    """How something leaves the station."""

    NETWORK = "network"
    STICK = "stick"


class Word(NamedTuple):
    """What one event is, who may cause it, and which details go with it."""

    kind: Kind
    subject: Subject
    severity: Severity
    disposition: Disposition
    causes: frozenset[Actor]
    fields: frozenset[Field]
    on_booth: bool
    """Whether a booth's log may have it; a poll book's may have every word."""
    sentence: Sentence
