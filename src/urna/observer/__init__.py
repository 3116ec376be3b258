"""Those who watch the log from outside: witnesses, who cosign what only grew, and monitors, who look at all of it.

    request    what a log asks of a witness, as bytes (C2SP tlog-witness, add-checkpoint)
    witness    what a witness answers, and what it knows afterwards
    quorum     which witnesses cosigned, and whether they are enough
    trunk      a log's tree as a monitor keeps it: one hash for 256 entries
    memory     what a monitor knows from the last time it looked
    alarms     what a monitor shouts, in sentences
    growth     the tree's part of a look: what was seen before, and what grew out of it
    files      the files' part of a look: what the log names is there, byte for byte
    reading    the log's own files, as a monitor reads them
    monitor    one look at all of it, in steps that can be cut off and gone on with
    evidence   two signed checkpoints that no honest log signs, so that they convince a stranger

Everything here takes bytes and functions that read; clock, disk and network are at the edges.
"""
