"""What opening, closing and contingency share: the notes, and what is true now."""

from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from urna.encoding.canonical import Moment, decode, digest, encode
from urna.errors import OutOfOrder, UrnaError
from urna.station.activation import Armed
from urna.station.cards import Role
from urna.station.day import Day, DayEvent
from urna.station.day_facts import Block, BoothSeen, Facts
from urna.station.day_notes import DayNotes
from urna.station.health import Condition, may_open
from urna.station.health_rules import Trouble
from urna.station.pollbook import prepare_day
from urna.station.sign_in import CardAndPin
from urna.web.pollbook.day_ports import DayPorts
from urna.web.pollbook.desk import Desk
from urna.words import Sentence

_RULED_ELSEWHERE = frozenset({Trouble.TOO_EARLY, Trouble.CLOCK_BEHIND})


class DayDesk:
    """The day of the desk's station.

    Args:
        desk: the poll book's screen.
        ports: what is around opening and closing.
    """

    def __init__(self, desk: Desk, ports: DayPorts) -> None:
        self.desk, self.ports = desk, ports
        self.is_counting = False
        self.count_block: Block | None = None
        """Why the last count stopped; it may be tried again."""
        self.is_wiped = False
        self._package: Block | None = None
        self._figures: Mapping[str, int] = {}
        self._package_checked = False

    @property
    def now(self) -> Moment:
        """By the wall clock."""
        return self.desk.ports.now()

    def notes(self) -> DayNotes:
        """What the members said about the day so far."""
        content = self.ports.notes.read()
        return decode(content, DayNotes, "day notes") if content else DayNotes()

    def note(self, **changes: Any) -> None:
        """Changes the notes, durably."""
        self.keep(msgspec.structs.replace(self.notes(), **changes))

    def keep(self, notes: DayNotes) -> None:
        """Replaces the notes, durably."""
        self.ports.notes.write(encode(notes))

    def day(self) -> Day:
        """How far the day has come."""
        return Day(self.ports.store.day())

    def advance(self, event: DayEvent) -> None:
        """Takes the day a step, before two cards have opened the poll book too, where the table allows that."""
        if self.desk.is_unlocked:
            self.desk.poll_book.advance(event)
        else:
            prepare_day(self.ports.store, event)

    def facts(self) -> Facts:
        """Everything that the guide goes by."""
        if self.is_wiped:
            return self._wiped()
        desk, definition = self.desk, self.desk.election.definition
        waiting, armed = self._people()
        return Facts(
            day=self.day(),
            now=self.now,
            opens_at=definition.opens_at,
            closes_at=definition.closes_at,
            notes=self._notes_of_clock(),
            booths=tuple(BoothSeen(number, seen) for number, seen in sorted(desk.watch.seen.items())),
            is_unlocked=desk.is_unlocked,
            is_package_whole=self.package_block() is None,
            opening_blocks=self._opening_blocks(),
            waiting=waiting,
            armed=armed,
            has_statement=self.ports.statements.read() is not None,
            is_counting=self.is_counting,
            has_sheet=self.ports.closer.is_counted(),
        )

    def figures(self) -> Mapping[str, int]:
        """People and ballots of the signed sheet, which does not change any more: read once."""
        if not self._figures:
            self._figures = self.ports.closer.figures()
        return self._figures

    def look(self) -> Facts:
        """The same, with every booth asked anew."""
        self.desk.watch.look()
        return self.facts()

    def package_block(self, *, anew: bool = False) -> Block | None:
        """What is wrong with the package; looked at once, and whenever somebody asks for it."""
        if anew or not self._package_checked:
            self._package = _block_of(self.ports.check_package)
            self._package_checked = True
        return self._package

    def check_member(self, given: CardAndPin) -> Role:
        """Whose card it is, of the members, after its PIN; runs beside the screen.

        Raises:
            UrnaError: a card or PIN that is refused, or the technician's.
        """
        card, pin = given
        role = self.desk.ports.sign_in.sign_in(card, pin, self.now).role
        if role is Role.TECHNICIAN:
            raise OutOfOrder(
                Sentence("the card of a member"),
                Sentence("the technician's"),
                Sentence("Let president, secretary or member give card and PIN."),
            )
        return role

    def paper_say(self, sentence: Sentence | str) -> str:
        """In the language of the station's papers."""
        return self.ports.paper_say(sentence)

    def mark(self) -> str:
        """Changes with whatever a page that waits has to show."""
        facts = self.facts()
        booths = [(each.number, each.condition) for each in facts.booths]
        shown = (facts._replace(now="", booths=()), booths, self.desk.work.is_busy)
        return digest(repr(shown).encode())[:16]

    def clock_warnings(self) -> tuple[Block, ...]:
        """That the clock is earlier than its own log; whoever compares it next confirms or sets it."""
        return tuple(Block(each.says, each.way_on) for each in self._behind())

    def _behind(self) -> list[Condition]:
        return [each for each in self.ports.conditions() if each.trouble is Trouble.CLOCK_BEHIND]

    def _notes_of_clock(self) -> DayNotes:
        """A clock that was set back before its own log is compared once more."""
        notes = self.notes()
        return msgspec.structs.replace(notes, clock_checked=False) if self._behind() else notes

    def _opening_blocks(self) -> tuple[Block, ...]:
        """The package, and the machine's own troubles; two of them have rules of their own."""
        package = self.package_block()
        found = [
            Block(each.says, each.way_on)
            for each in self.ports.conditions()
            if not may_open([each]) and each.trouble not in _RULED_ELSEWHERE
        ]
        return (*((package,) if package else ()), *found)

    def _people(self) -> tuple[int, int]:
        if not self.desk.is_unlocked:
            return 0, 0
        counts = self.desk.poll_book.counts()
        return sum(counts.waiting.values()), sum(isinstance(slot, Armed) for slot in counts.slots)

    def _wiped(self) -> Facts:
        """Nothing is left that could be asked."""
        definition = self.desk.election.definition
        return Facts(
            day=Day.TRANSMITTED,
            now=self.now,
            opens_at=definition.opens_at,
            closes_at=definition.closes_at,
            notes=DayNotes(draw_looked_up=True, archived=True, wiped=True),
            booths=(),
            has_statement=True,
            has_sheet=True,
        )


def _block_of(check: Callable[[], None]) -> Block | None:
    try:
        check()
    except UrnaError as error:
        return Block(_sentence(error.found), _sentence(error.remedy), Sentence("{where}", {"where": error.where}))
    return None


def _sentence(part: Sentence | str) -> Sentence:
    return part if isinstance(part, Sentence) else Sentence("{text}", {"text": part})
