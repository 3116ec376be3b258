"""Event logs in the common data format of NIST SP 1500-101 (Election Event Logging, version 1), as JSON.

Two documents: `ElectionEventLog` says what happened, device by device; `ElectionEventLogDocumentation` says what each
event and each type of event means. The classes below are the standard's, attribute by attribute, with those that urna
has no use for left out; `station/event_cdf` fills them in. Source: NIST_V1_election_event_logging.json,
https://doi.org/10.6028/NIST.SP.1500-101.
"""

from enum import StrEnum

import msgspec


class CdfPart(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, rename="pascal", tag_field="@type"):
    """The base of the standard's classes: names in capitals, absent attributes left out."""


class CdfDeviceType(StrEnum):
    """What a device is used for; those of the standard's sixteen that a station has."""

    ELECTRONIC_CAST_PAPER = "electronic-cast-paper"
    """Stores votes electronically and prints a paper of each."""
    ELECTRONIC_POLL_BOOK = "electronic-poll-book"


class CdfDisposition(StrEnum):
    """How an event came out."""

    FAILURE = "failure"
    NOT_APPLICABLE = "na"
    SUCCESS = "success"


class CdfEvent(CdfPart, frozen=True, kw_only=True, tag="EventLogging.Event"):
    """One event of a device."""

    id: str
    sequence: str
    time_stamp: str
    type: str
    disposition: CdfDisposition
    severity: str = ""
    user_id: str = ""
    description: str = ""
    details: str = ""
    hash: str = ""


class CdfDevice(CdfPart, frozen=True, kw_only=True, tag="EventLogging.Device"):
    """One device with its events, in their order."""

    id: str
    type: CdfDeviceType
    manufacturer: str = ""
    model: str = ""
    version: str = ""
    hash_type: str = ""
    """Of the events' hashes: "sha-256"."""
    details: str = ""
    event: tuple[CdfEvent, ...] = ()


class CdfEventLog(CdfPart, frozen=True, kw_only=True, tag="EventLogging.ElectionEventLog"):
    """The events of one or more devices."""

    generated_time: str
    election_id: str = ""
    details: str = ""
    device: tuple[CdfDevice, ...] = ()


class CdfEventId(CdfPart, frozen=True, kw_only=True, tag="EventLogging.EventIdDescription"):
    """What one event means."""

    id: str
    description: str


class CdfEventType(CdfPart, frozen=True, kw_only=True, tag="EventLogging.EventTypeDescription"):
    """What one type of event means."""

    type: str
    description: str


class CdfDocumentation(
    CdfPart,
    frozen=True,
    kw_only=True,
    tag="EventLogging.ElectionEventLogDocumentation",
):
    """What the events of a kind of device mean."""

    device_manufacturer: str
    device_model: str
    event_id_description: tuple[CdfEventId, ...]
    event_type_description: tuple[CdfEventType, ...]
    generated_date: str
    device_version: str = ""


def write_cdf(document: CdfEventLog | CdfDocumentation) -> bytes:
    """The document as a file: JSON in UTF-8, two blanks a level, a newline at the end."""
    return msgspec.json.format(msgspec.json.encode(document), indent=2) + b"\n"
