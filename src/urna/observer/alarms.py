"""What a monitor shouts: one sentence each, and the bytes that convince other people."""

from enum import StrEnum
from typing import NamedTuple

from urna.words import N_, Sentence


class Alarm(StrEnum):
    """What kind of wrong it is; the names stay the same, for programs that listen."""

    FORK = "fork"
    """The log signed two histories. Its own signatures prove it."""
    ROLLBACK = "rollback"
    """The log shows fewer entries than it has shown before."""
    VANISHED = "vanished"
    """A file that the log names is not there."""
    CHANGED = "changed"
    """A file that the log names has other bytes."""
    TREE = "tree"
    """The log's own files are missing, changed, or do not make its checkpoint."""
    UNSIGNED = "unsigned"
    """The checkpoint is not one that the log signed."""
    UNWITNESSED = "unwitnessed"
    """Too few witnesses cosigned the checkpoint."""


TITLES = {
    Alarm.FORK: N_("THE LOG SIGNED TWO HISTORIES"),
    Alarm.ROLLBACK: N_("THE LOG WAS ROLLED BACK"),
    Alarm.VANISHED: N_("A PUBLISHED FILE VANISHED"),
    Alarm.CHANGED: N_("A PUBLISHED FILE WAS CHANGED"),
    Alarm.TREE: N_("THE LOG'S FILES ARE WRONG"),
    Alarm.UNSIGNED: N_("THE CHECKPOINT IS NOT SIGNED BY THE LOG"),
    Alarm.UNWITNESSED: N_("TOO FEW WITNESSES COSIGNED"),
}


class Exhibit(NamedTuple):
    """A file to keep: its name, without folders, and its bytes."""

    name: str
    data: bytes


class Shout(NamedTuple):
    """One thing that is wrong."""

    alarm: Alarm
    sentence: Sentence
    path: str = ""
    """The file of the record that it is about."""
    exhibits: tuple[Exhibit, ...] = ()
    why: Sentence | None = None
    """What was expected and what was found, where a check says so."""
