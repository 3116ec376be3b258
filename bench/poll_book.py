"""The poll book: identifying an elector whose minutiae are found already, and giving a booth, on a disk that syncs."""

import secrets
from collections.abc import Iterator
from functools import partial
from random import Random

import msgspec

from bench.figures import Figure, of_runs, seconds_of
from bench.places import WORK, emptied
from urna.biometrics.capture import Extraction
from urna.biometrics.decision import decide
from urna.biometrics.fusion import StoredFinger
from urna.biometrics.match import warm
from urna.biometrics.synthetic import SyntheticFinger
from urna.biometrics.template import Template
from urna.cli.kit import ROLES, StationKit, make_kit
from urna.cli.polling_place import POLL_BOOK, STORE
from urna.crypto.kdf import Cost
from urna.crypto.signatures import SigningKey
from urna.devices.extractor import LeaderExtractor
from urna.election.definition import Election
from urna.election.folder import read_folder
from urna.election.outcomes import Ending
from urna.roll.commitment import salted_parts
from urna.roll.elector import Finger
from urna.roll.synthetic import synthesize_roll
from urna.station.cards import Role, join_secret
from urna.station.day import DayEvent
from urna.station.pollbook import PollBook, Step, load_poll_book, prepare_day
from urna.storage.definition_folder import example_files
from urna.storage.pollbook import SqlitePollBook, prepare_store

STATION = "MON-AL-1-1"
POSITIONS = (1, 2, 6, 7)
"""Stored of each elector: thumbs and index fingers."""

FINGERS = len(POSITIONS)

PIN = "271828"


def run(runs: int) -> Iterator[Figure]:
    """Each elector of one station of the example: identify, arm the slot, count the ending; 4 stored fingers."""
    warm()
    stored, capture = _fingers()
    election, kit, numbers = _station(stored)
    folder = emptied(WORK / "poll-book")
    (folder / POLL_BOOK).mkdir(parents=True)
    store = prepare_store(folder / POLL_BOOK / STORE)
    key = _data_key(kit)
    yield of_runs(f"roll of {len(numbers)} electors loaded", [_load(store, election, kit, key)], "ms")
    book = PollBook(
        store, election, kit.package, key, pairing_keys=kit.pairing_keys, decide=decide, entropy=secrets.token_bytes
    )
    book.advance(DayEvent.OPEN)
    own = [StoredFinger(position, (each,)) for position, each in zip(POSITIONS, stored, strict=True)]
    judged = [seconds_of(lambda: decide(capture, own, False)) for _ in range(max(runs, 10))]
    yield of_runs(f"finger compared with {FINGERS} stored ones, no store", judged, "ms")
    identified, armed, ended = [], [], []
    for number in numbers:
        identified.append(seconds_of(partial(_identify, book, number, capture)))
        style = book.find(number).elector.style
        armed.append(seconds_of(partial(book.arm, 1, style, secrets.token_bytes(16))))
        ended.append(seconds_of(partial(book.end, 1, Ending.CAST)))
    yield of_runs("identified, durable", identified, "ms")
    yield of_runs("booth activated, durable", armed, "ms")
    yield of_runs("ending counted, durable", ended, "ms")
    yield of_runs("identification and activation", [a + b for a, b in zip(identified, armed, strict=True)], "ms")
    store.close()
    emptied(folder)


def _fingers() -> tuple[list[Template], Extraction]:
    """Stored fingers of one person, and the last of them laid down again."""
    extractor = LeaderExtractor(threads=1)
    drawn = [SyntheticFinger(7000 + number) for number in range(FINGERS)]
    stored = [extractor.extract(finger.impression(0)).template for finger in drawn]
    return stored, extractor.extract(drawn[-1].impression(1))


def _station(stored: list[Template]) -> tuple[Election, StationKit, list[str]]:
    """The station's kit; everybody has the same fingers, which changes no time."""
    election = Election(read_folder(example_files()))
    fingers = tuple(
        Finger(position=position, templates=(template.to_iso(),))
        for position, template in zip(POSITIONS, stored, strict=True)
    )
    here = [elector for elector in synthesize_roll(election, 1) if elector.station == STATION]
    enrolled = [msgspec.structs.replace(elector, fingers=fingers) for elector in here]
    part = next(p for p in salted_parts(enrolled, election, secrets.token_bytes) if p.station == STATION)
    centre = SigningKey(secrets.token_bytes(32)).public_hex
    pins = dict.fromkeys(ROLES, PIN)
    kit = make_kit(election, part, pins=pins, centre=centre, entropy=secrets.token_bytes, cost=Cost.TOY, codes=1)
    numbers = [elector.number for elector in enrolled]
    Random("bench/poll-book").shuffle(numbers)
    return election, kit, numbers


def _data_key(kit: StationKit) -> bytes:
    one, other = Role.PRESIDENT, Role.SECRETARY
    return join_secret(kit.data_cards[one], PIN, kit.data_cards[other], PIN)


def _load(store: SqlitePollBook, election: Election, kit: StationKit, key: bytes) -> float:
    seconds = seconds_of(lambda: load_poll_book(store, election, kit.package, key, secrets.token_bytes))
    for event in (DayEvent.TEST_READINESS, DayEvent.PRINT_ZERO_REPORT):
        prepare_day(store, event)
    return seconds


def _identify(book: PollBook, number: str, capture: Extraction) -> None:
    if book.identify(number, capture).step is not Step.ADMITTED:
        raise RuntimeError("the finger was not recognised")
