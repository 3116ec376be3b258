"""A station's poll book in memory, with people whose fingers are easily told apart."""

import hashlib
from collections.abc import Sequence

import msgspec
from tests.pollbook.power import Medium
from tests.roll.small import small_election

from urna.biometrics.capture import Extraction
from urna.biometrics.decision import Decision
from urna.biometrics.fusion import StoredFinger
from urna.biometrics.template import Kind, Minutia, Template
from urna.crypto.kdf import Cost
from urna.crypto.signatures import SigningKey
from urna.election.definition import Election, FingerRule
from urna.election.outcomes import Outcome
from urna.roll.commitment import salted_parts
from urna.roll.elector import Elector, Finger, RollPart
from urna.roll.synthetic import synthesize_roll
from urna.station.authorization import Authorization, AuthorizedBy
from urna.station.codes import make_codes
from urna.station.day import DayEvent
from urna.station.pollbook import PollBook, load_poll_book, prepare_day
from urna.station.pollbook_package import PollBookPackage, make_package
from urna.station.pollbook_rows import PollBookStore
from urna.storage.pollbook import Connect, SqlitePollBook
from urna.words import Sentence

DATA_KEY = bytes(range(32))
PAIRING = (b"\1" * 32, b"\2" * 32)
CENTRE = SigningKey(b"\3" * 32)
CHALLENGE = b"\4" * 16
BEFORE_OPENING = (DayEvent.TEST_READINESS, DayEvent.PRINT_ZERO_REPORT)


class Drawn:
    """Bytes that look random and can be drawn once more."""

    def __init__(self, seed: str = "") -> None:
        self.seed, self.count = seed, 0

    def __call__(self, size: int) -> bytes:
        self.count += 1
        return hashlib.shake_256(f"{self.seed}/{self.count}".encode()).digest(size)


def template(number: str, position: int) -> Template:
    """The finger of a person: minutiae out of a hash."""
    drawn = hashlib.shake_256(f"{number}/{position}".encode()).digest(60)
    minutiae = tuple(
        Minutia(100 + drawn[at], 100 + drawn[at + 1], drawn[at + 2], Kind.ENDING, 50) for at in range(0, 60, 3)
    )
    return Template(width=388, height=374, minutiae=minutiae, finger=position)


def seen(probe: Template | None, quality: int = 50) -> Extraction | None:
    """What the extractor hands over of a finger, or None where the reader gave no image."""
    return None if probe is None else Extraction(probe, quality)


def decide(
    capture: Extraction | None,
    stored: Sequence[StoredFinger],
    no_fingers: bool,
    earlier: Sequence[Decision],
    rule: FingerRule,
) -> Decision:
    """The five outcomes, with equality for likeness."""
    del earlier
    if no_fingers:
        outcome = Outcome.NO_FINGERS
    elif not stored:
        outcome = Outcome.NOTHING_STORED
    elif capture is None or capture.quality < rule.least_quality:
        outcome = Outcome.POOR_IMAGE
    else:
        outcome = Outcome.MATCH if any(capture.template in finger.templates for finger in stored) else Outcome.NO_MATCH
    return Decision(outcome, 0.0, Sentence("As the test has it."))


def enrolled(elector: Elector, index: int) -> Elector:
    """The elector with fingers: every fifth has none, the others two."""
    positions = () if index % 5 == 4 else (2, 7)
    fingers = tuple(Finger(position=at, templates=(template(elector.number, at).to_iso(),)) for at in positions)
    return msgspec.structs.replace(elector, fingers=fingers)


def president() -> Authorization:
    """The president laid a finger down."""
    return Authorization(AuthorizedBy.PRESIDENT)


class World:
    """One station's election, roll, package and codes; media come from the caller.

    Args:
        general: electors on the style for everybody.
        indigenous: electors on the other style.
        codes: lines of the code sheet.
    """

    def __init__(self, general: int = 12, indigenous: int = 4, codes: int = 6) -> None:
        self.election: Election = small_election(general, indigenous)
        electors = [enrolled(each, at) for at, each in enumerate(synthesize_roll(self.election, 1))]
        self.part: RollPart = salted_parts(electors, self.election, Drawn("salts"))[0]
        self.sheet = make_codes(self.election.identity, "S1", codes, Drawn("codes"), Cost.TOY)
        self.other_sheet = make_codes(self.election.identity, "S2", codes, Drawn("others"), Cost.TOY)
        self.package: PollBookPackage = make_package(
            self.part, DATA_KEY, self.sheet.hashes, CENTRE.public_hex, Drawn("package")
        )
        self.people = {member.elector.number: member.elector for member in self.part.members}

    def prepared(self, connect: Connect, seed: str = "load") -> PollBookStore:
        """A loaded store, the zero report printed."""
        store = SqlitePollBook.prepare(connect)
        for event in BEFORE_OPENING:
            prepare_day(store, event)
        load_poll_book(store, self.election, self.package, DATA_KEY, Drawn(seed))
        return store

    def opened(self, store: PollBookStore, seed: str = "day") -> PollBook:
        """The poll book over a store."""
        return PollBook(
            store,
            self.election,
            self.package,
            DATA_KEY,
            pairing_keys=PAIRING,
            decide=decide,
            entropy=Drawn(seed),
        )

    def open_day(self, medium: Medium | None = None) -> PollBook:
        """A poll book on a medium in memory, its day open."""
        book = self.opened(self.prepared((medium or Medium()).connect))
        book.advance(DayEvent.OPEN)
        return book

    def reopened(self, medium: Medium, seed: str = "again") -> PollBook:
        """The poll book on a medium that was left as it is."""
        return self.opened(SqlitePollBook(medium.connect), seed)
