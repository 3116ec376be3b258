"""`urna station practice`: a whole station of people who do not exist, ready to be served, which can never be real.

Its definition is a rehearsal with throwaway keys, so its identity is another one than any election's: neither its
cards nor its media nor its package open anything else. Its day begins now.
"""

import secrets
import shutil
from collections.abc import Mapping
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated, NamedTuple

import msgspec
import typer
from rich.table import Table

from urna.cli.definition_photos import read_photos
from urna.cli.demo.fingers import DrawnFinger, draw_fingers
from urna.cli.demo.people import enrolled_roll
from urna.cli.kit import StationKit, make_kit
from urna.cli.kit_folder import NO_PHOTOS, load_station, needs_new, write_kit
from urna.cli.practice_people import lay_finger, leave_unenrolled, president_of, write_people
from urna.cli.screen import out
from urna.cli.station_pins import draw_pins
from urna.cli.words import in_spoken, say
from urna.crypto.kdf import Cost
from urna.crypto.signatures import SEED_BYTES, SigningKey
from urna.election.certification import Certification
from urna.election.definition import Definition, Election, Rules
from urna.election.folder import read_folder
from urna.encoding.canonical import Code
from urna.encoding.document import sign_document
from urna.errors import Malformed
from urna.guardian.rehearsal import RehearsedDefinition, hold_ceremony, rehearsed_definition
from urna.roll.commitment import salted_parts
from urna.roll.elector import Elector, Finger
from urna.station.cards import ROLE_NAMES
from urna.storage.definition_folder import example_files
from urna.storage.station_folder import StationFolder
from urna.words import Sentence

STATION = "MON-VA-1-1"
"""The station of the example with two booths."""

FINGERS = 8
HOURS = 12
SHOWN = 6
"""Electors that the screen lists; all of them are in fingers/people.csv."""

_FORM = "%Y-%m-%dT%H:%M:%SZ"

Folder = Annotated[Path, typer.Argument(help=say("The folder of the practice station."), metavar="FOLDER")]


class Practice(NamedTuple):
    """What was made: who has which PIN, the people, and the key with which the centre answers by telephone."""

    election: Election
    kit: StationKit
    electors: tuple[Elector, ...]
    centre: SigningKey
    """In memory alone: nothing of it lies in the station's folder."""

    def __repr__(self) -> str:
        """Which station."""
        return f"Practice({self.kit.station})"


def practice(
    folder: Folder,
    station: Annotated[str, typer.Option(help=say("A station of the example, by its code."))] = STATION,
    fingers: Annotated[int, typer.Option(min=5, max=100, help=say("Different fingers to draw."))] = FINGERS,
    seed: Annotated[int, typer.Option(help=say("The same seed gives the same people."))] = 1,
    photos: Annotated[
        Path | None, typer.Option(help=say("A folder of photos, named by codes of the example's candidates."))
    ] = None,
) -> None:
    """Make it, and say how to try it."""
    needs_new(folder)
    pictures = read_photos(photos, Election(read_folder(example_files()))).plain if photos else NO_PHOTOS
    with ProcessPoolExecutor() as workers:
        pool = draw_fingers(seed, fingers, workers)
    _tell(folder, make_practice(folder, station, pool, seed, datetime.now(UTC), photos=pictures))


def finger(
    folder: Folder,
    who: Annotated[str, typer.Argument(help=say("An elector's number, president, stranger or faint."), metavar="WHO")],
) -> None:
    """Lay it while the screen asks for one, for twenty seconds: what lay on the reader before is wiped unread."""
    name = lay_finger(StationFolder(folder), who)
    out.print(say("{name} lies on the reader.", name=name), markup=False)


def make_practice(
    folder: Path,
    station: Code,
    pool: tuple[DrawnFinger, ...],
    seed: int,
    now: datetime,
    rules: Rules | None = None,
    photos: Mapping[Code, bytes] = NO_PHOTOS,
) -> Practice:
    """A practice station in a new folder.

    1. A rehearsal's definition with throwaway keys, whose day begins now; its guardians' ceremony.
    2. The station's people, with drawn fingers; nobody has the last of the pool, and some have none stored.
    3. The kit, and the machines loaded from it.
    4. What people hold lies in the station's folder too: cards, PINs, codes, fingers.

    Args:
        folder: of the station.
        station: one of the example's.
        pool: different fingers.
        seed: of the people.
        now: when the day is.
        rules: in the place of the example's; a day that is played has no time for long limits.
        photos: in plain form, by candidate.

    Raises:
        OutOfOrder: the folder has files already.
        Malformed: no such station.
    """
    needs_new(folder)
    rehearsed = rehearsed_definition(_today(now, rules), secrets.token_bytes)
    election, centre = rehearsed.election, SigningKey(secrets.token_bytes(SEED_BYTES))
    _check_station(election, station)
    roll = enrolled_roll(election, pool[:-1], seed)
    electors = leave_unenrolled([each for each in roll if each.station == station])
    kit = _kit(rehearsed, electors, station, president_of(pool), centre)
    beside = folder.with_name(f".{folder.name}.kit")
    shutil.rmtree(beside, ignore_errors=True)
    folder.parent.mkdir(parents=True, exist_ok=True)
    _write(beside, rehearsed, kit, now, photos)
    load_station(beside, folder, secrets.token_bytes)
    for each in ("cards", "pins", "codes"):
        (beside / each).rename(folder / each)
    shutil.rmtree(beside)
    write_people(StationFolder(folder), electors, pool)
    return Practice(election, kit, electors, centre)


def _today(now: datetime, rules: Rules | None) -> Definition:
    """The example's definition, with a day that begins with this hour."""
    opens = now.replace(minute=0, second=0)
    closes = opens + timedelta(hours=HOURS)
    example = read_folder(example_files())
    return msgspec.structs.replace(
        example, opens_at=opens.strftime(_FORM), closes_at=closes.strftime(_FORM), rules=rules or example.rules
    )


def _kit(
    rehearsed: RehearsedDefinition,
    electors: tuple[Elector, ...],
    station: Code,
    president: tuple[Finger, ...],
    centre: SigningKey,
) -> StationKit:
    election = rehearsed.election
    ceremony = hold_ceremony(election, rehearsed.guardians, secrets.token_bytes)
    parts = salted_parts(electors, election, secrets.token_bytes)
    return make_kit(
        election,
        next(part for part in parts if part.station == station),
        pins=draw_pins(),
        centre=centre.public_hex,
        entropy=secrets.token_bytes,
        cost=Cost.INTERACTIVE,
        joint_keys=ceremony.keys,
        president=president,
    )


def _write(
    root: Path, rehearsed: RehearsedDefinition, kit: StationKit, now: datetime, photos: Mapping[Code, bytes]
) -> None:
    election, officers = rehearsed.election, rehearsed.officers
    certification = Certification(
        election=election.identity, serial=1, issued_at=now.strftime(_FORM), stations=(kit.keys,)
    )
    write_kit(
        root,
        election,
        kit,
        definition=sign_document(election.definition, officers),
        certification=sign_document(certification, officers),
        serial=1,
        officers=officers,
        photos=photos,
    )


def _check_station(election: Election, station: Code) -> None:
    if station not in election.stations:
        raise Malformed(
            Sentence("one of the stations {codes}", {"codes": ", ".join(election.stations)}),
            Sentence("{station}", {"station": station}),
            Sentence("Name a station of the example."),
        )


def _tell(folder: Path, made: Practice) -> None:
    title = in_spoken(made.election.definition.title)
    out.print(say("PRACTICE: {title}, station {station}.", title=title, station=made.kit.station), style="bold")
    pins = Table(say("Role"), say("Card"), say("PIN"))
    for role, file in made.kit.card_files().items():
        pins.add_row(say(ROLE_NAMES[role]), str(folder / "cards" / file.name), made.kit.pins[role])
    out.print(pins)
    people = Table(say("Number"), say("Name"), say("Fingers"))
    for elector in made.electors[:SHOWN]:
        people.add_row(elector.number, elector.name, str(len(elector.fingers)))
    out.print(people)
    for line in (
        say("All people: {file}", file=str(folder / "fingers" / "people.csv")),
        say("Override codes: {file}", file=str(folder / "codes" / "codes.txt")),
        say("Start it: urna station serve {folder}", folder=str(folder)),
        say("Lay down a finger: urna station finger {folder} NUMBER", folder=str(folder)),
    ):
        out.print(line, markup=False)
