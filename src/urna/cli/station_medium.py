"""What every machine of a station opens on its medium: its event log, by its own clock."""

from datetime import UTC, datetime

from urna.encoding.canonical import Moment
from urna.station.event_entry import first_line
from urna.station.event_log import EventLog
from urna.storage.event_log import EVENT_LOG, LogFile
from urna.storage.medium import Medium
from urna.storage.station_folder import StationIdentity


def open_log(medium: Medium, identity: StationIdentity, machine: str) -> EventLog:
    """The event log of a machine; made where there is none yet."""
    if EVENT_LOG in medium.names():
        return EventLog(LogFile.open(medium))
    return EventLog(create_log(medium, identity, machine))


def create_log(medium: Medium, identity: StationIdentity, machine: str) -> LogFile:
    """A new event log without entries, as loading makes it; its room is taken from then on."""
    return LogFile.create(medium, first_line(identity.election.identity, identity.station, machine))


def now() -> Moment:
    """The machine's clock, to the second."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
