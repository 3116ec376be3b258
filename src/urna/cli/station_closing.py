"""The closing process: it alone holds all boxes of a station, the closing key for a moment, and signs one sheet.

    python -m urna.cli.station_closing STATION < order

1. Shield the memory; read the order from the pipe.
2. Join the two cards to the closing key; without them people and root are all that is counted.
3. Count each booth's box, after its process let go of it.
4. Sign the sheet over all of them.
5. Write everything into STATION/out, the sheet last: where it stands, everything does.
6. Only then destroy the openings.

Killed at any instant and started again with the same order, it writes the same bytes: the moment comes from the
statement, and each element signs one sheet.
"""

import secrets
import sys
from collections.abc import Iterator
from pathlib import Path

from urna.cli.machines import BoothMachine, booth_of
from urna.cli.station_process import shield_memory
from urna.crypto.sealing import SealingKey
from urna.election.statement import PollBookStatement
from urna.encoding.canonical import decode, digest, encode
from urna.encoding.document import open_document, read_document
from urna.errors import Unproven, UrnaError
from urna.log.note import NoteSigner, NoteVerifier
from urna.record.bundle import StationBundle
from urna.station.card_file import read_card_file
from urna.station.cards import join_secret
from urna.station.closing_order import MAX_ORDER_BYTES, CardAndPin, ClosingLine, ClosingOrder, ClosingStep
from urna.station.counting import BoothResult
from urna.station.event_log import EventLog
from urna.station.link_messages import trouble_of
from urna.station.signing import sign_sheet
from urna.storage.event_log import EVENT_LOG, LogFile, export_lines, export_names
from urna.storage.held_medium import HeldMedium
from urna.storage.out_folder import SHEET, read_out, write_out
from urna.storage.station_folder import StationFolder, StationIdentity, open_package
from urna.storage.zero_document import read_zero_document
from urna.tally.sheet import TallySheet
from urna.words import Sentence


def main(arguments: list[str]) -> int:
    """Runs the process; 1 when something stopped it, and then it may be started again."""
    shield_memory()
    order = decode(sys.stdin.buffer.read(MAX_ORDER_BYTES), ClosingOrder, "order", MAX_ORDER_BYTES)
    try:
        for line in close_station(Path(arguments[0]), order):
            _tell(line)
    except UrnaError as error:
        _tell(ClosingLine(trouble=trouble_of(error)))
        return 1
    return 0


def close_station(root: Path, order: ClosingOrder) -> Iterator[ClosingLine]:
    """Steps 2 to 6, a line after each.

    Raises:
        OutOfOrder: a booth still holds its medium, or was never zeroed.
        Unproven: cards or statement of another station, wrong PINs; a sheet in the out folder that is not this one.
        Malformed: something on a medium is not what it should be.
    """
    folder = StationFolder(root)
    identity = open_package(folder)
    media = [HeldMedium(folder.booth(number)) for number in range(1, len(identity.keys.booths) + 1)]
    try:
        machines = [booth_of(identity, folder, n, medium, secrets.token_bytes) for n, medium in enumerate(media, 1)]
        if SHEET not in read_out(folder.out):
            yield from _count_and_write(folder, identity, machines, media, order)
        yield from _finish(folder, identity, machines, order)
    finally:
        for medium in media:
            medium.let_go()


def _count_and_write(
    folder: StationFolder,
    identity: StationIdentity,
    machines: list[BoothMachine],
    media: list[HeldMedium],
    order: ClosingOrder,
) -> Iterator[ClosingLine]:
    closing_key = None
    if order.cards:
        closing_key = _closing_key(identity, order.cards)
        yield ClosingLine(step=ClosingStep.CARDS_JOINED)
    results: list[BoothResult] = []
    reports: dict[int, bytes] = {}
    for machine, medium in zip(machines, media, strict=True):
        reports[machine.identity.number] = read_zero_document(medium)
        results.append(machine.count(reports[machine.identity.number], closing_key))
        yield ClosingLine(step=ClosingStep.BOX_COUNTED, booth=machine.identity.number)
    bundle = _sign(identity, machines, results, order.statement.encode())
    yield ClosingLine(step=ClosingStep.SHEET_SIGNED)
    write_out(folder.out, bundle, reports, _logs(machines, media, order.statement.encode()))
    yield ClosingLine(step=ClosingStep.WRITTEN)


def _logs(machines: list[BoothMachine], media: list[HeldMedium], statement: bytes) -> dict[str, bytes]:
    """Each booth's event log with its head, signed at the moment of the statement so that a second run is the same."""
    closed_at = read_document(statement, PollBookStatement).closed_at
    files: dict[str, bytes] = {}
    for machine, medium in zip(machines, media, strict=True):
        if EVENT_LOG in medium.names():
            log, (lines, head) = EventLog(LogFile.open(medium)), export_names(f"booth-{machine.identity.number}")
            files |= {lines: export_lines(log.lines()), head: log.sign_head(_signer(machine), closed_at)}
    return files


def _signer(machine: BoothMachine) -> NoteSigner:
    """Signs reports under the booth's own name; never a first sheet, which its element signs once."""
    election, station, number = machine.identity[:3]
    return machine.element.signer(election.key_name(station, f"booth-{number}"))


def _closing_key(identity: StationIdentity, cards: tuple[CardAndPin, ...]) -> SealingKey:
    """The key, if it is this station's."""
    files = [read_card_file(each.card.encode(), "card") for each in cards]
    first, second = (file.closing_key or b"" for file in files)
    key = SealingKey(join_secret(first, cards[0].pin, second, cards[1].pin))
    if key.public_hex != identity.keys.closing:
        raise Unproven(
            Sentence("the closing key of station {station}", {"station": identity.station}),
            Sentence("another one"),
            Sentence("Bring two cards of this station; if they are lost, say so, and the guardians open the votes."),
        )
    return key


def _sign(
    identity: StationIdentity, machines: list[BoothMachine], results: list[BoothResult], statement: bytes
) -> StationBundle:
    return sign_sheet(
        identity.election,
        identity.keys,
        results,
        statement=statement,
        signers={machine.identity.number: machine.sheet_signer() for machine in machines},
        now=read_document(statement, PollBookStatement).closed_at,
        joint_keys=machines[0].identity.keys,
    )


def _finish(
    folder: StationFolder, identity: StationIdentity, machines: list[BoothMachine], order: ClosingOrder
) -> Iterator[ClosingLine]:
    """The sheet is durable and is this station's over this statement: nothing needs the openings any more."""
    document = read_out(folder.out)[SHEET]
    names = [identity.election.key_name(identity.station, f"booth-{n}") for n in range(1, len(machines) + 1)]
    keys = [NoteVerifier(name, key) for name, key in zip(names, identity.keys.booths, strict=True)]
    sheet = open_document(document, TallySheet, keys, where=SHEET)
    if (sheet.station, sheet.statement) != (identity.station, order.statement):
        raise Unproven(
            Sentence("the sheet over this station's statement"),
            Sentence("a sheet over another one"),
            Sentence("Keep the folder as it is and call the centre: somebody put another station's files here."),
            str(folder.out / SHEET),
        )
    for machine in machines:
        machine.destroy_openings()
    yield ClosingLine(step=ClosingStep.OPENINGS_DESTROYED)
    yield ClosingLine(sheet=digest(document))


def _tell(line: ClosingLine) -> None:
    sys.stdout.buffer.write(encode(line) + b"\n")
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
