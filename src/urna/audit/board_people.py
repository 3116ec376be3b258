"""Who takes part in an audit: people, boards, which boxes a board has, and whose act something is."""

from typing import NamedTuple

from urna.audit.board_acts import CONSOLE, Act, AuditRole, BoardMade, Joined
from urna.audit.examination import check_no_identity
from urna.encoding.canonical import Code
from urna.encoding.letters import letters_of
from urna.errors import OutOfOrder
from urna.words import Sentence


class Member(NamedTuple):
    """Somebody who takes part."""

    person: str
    full_name: str
    role: AuditRole
    board: Code | None
    place: str
    """Where the account was made."""


class Table(NamedTuple):
    """A board."""

    board: Code
    title: str
    place: str


class BoardPeople:
    """The people and boards, as the acts have made them so far."""

    def __init__(self) -> None:
        self.main = ""
        """The place of the first act: the coordinator's."""
        self.members: dict[str, Member] = {}
        self.tables: dict[Code, Table] = {}
        self.assigned: dict[Code, Code] = {}
        """Station to board."""

    def member(self, person: str) -> Member:
        """Somebody who takes part; raises OutOfOrder for anybody else."""
        found = self.members.get(person)
        if found is None:
            raise OutOfOrder(
                Sentence("somebody who takes part in this audit"), Sentence("another name"), _ASK_CONSOLE, person
            )
        return found

    def join(self, act: Act, what: Joined) -> None:
        """On the command line of a place alone; a name stays where it was made, and can stand in the record."""
        check(act.who == CONSOLE, Sentence("the command line of a place"), act.who)
        check(letters_of(what.full_name) != "", Sentence("a name with letters"), what.full_name)
        check_no_identity([what.full_name])
        known = self.members.get(what.person)
        check(known is None or known.place == act.place, Sentence("a name that no other place uses"), what.person)
        if what.role is AuditRole.COORDINATOR:
            check(what.board is None, Sentence("a coordinator of no board"), what.board or "")
            check(self.main in ("", act.place), Sentence("a coordinator at {place}", {"place": self.main}), act.place)
        else:
            table = self.tables.get(what.board or "")
            check(table is not None, Sentence("a board of this audit"), what.board or "-")
            assert table is not None  # noqa: S101 - checked in the line above, which mypy cannot see
            here = Sentence("a board that types at {place}", {"place": act.place})
            check(table.place == act.place, here, table.place)
        self.members[what.person] = Member(what.person, what.full_name, what.role, what.board, act.place)

    def make_board(self, act: Act, what: BoardMade) -> None:
        """By the coordinator, or on the command line of the coordinator's place."""
        self.check_coordinator(act)
        check(what.board not in self.tables, Sentence("a new board"), what.board)
        self.tables[what.board] = Table(what.board, what.title, what.place)

    def check_coordinator(self, act: Act) -> None:
        """Returns if an act is the coordinator's; raises OutOfOrder otherwise."""
        is_console = act.who == CONSOLE and isinstance(act.what, BoardMade)
        check(self.main in ("", act.place), Sentence("an act of {place}", {"place": self.main}), act.place)
        if not is_console:
            role = self.member(act.who).role
            check(role is AuditRole.COORDINATOR, Sentence("the coordinator"), self.member(act.who).full_name)

    def check_counter(self, act: Act, station: Code) -> None:
        """Returns if an act is of a counter whose board has this station; raises OutOfOrder otherwise."""
        member, board = self.member(act.who), self.assigned.get(station, "")
        is_theirs = member.role is AuditRole.COUNTER and member.board == board
        check(is_theirs, Sentence("a counter of the board that has {station}", {"station": station}), member.full_name)
        place = self.tables[board].place
        check(place == act.place, Sentence("an act of {place}", {"place": place}), act.place)


def check(is_so: bool, expected: Sentence, found: str) -> None:
    """Returns if it is so; raises OutOfOrder otherwise, and nothing was done."""
    if not is_so:
        raise OutOfOrder(expected, Sentence("{found}", {"found": found or "-"}), _NOT_NOW, "")


_NOT_NOW = Sentence("Nothing was done. Open the page again and look at how the audit stands.")
_ASK_CONSOLE = Sentence("Whoever keeps the audit's folder makes accounts: urna audit people.")
