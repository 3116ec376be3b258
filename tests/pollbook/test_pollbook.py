"""What the poll book says to people who do the wrong thing, and how long it takes to load."""

from collections.abc import Sequence
from pathlib import Path

import msgspec
import pytest
from tests.pollbook.power import Medium
from tests.pollbook.world import (
    BEFORE_OPENING,
    CENTRE,
    CHALLENGE,
    DATA_KEY,
    PAIRING,
    Drawn,
    World,
    decide,
    president,
    seen,
    template,
)
from tests.processor import within

from urna.biometrics.decision import Decision
from urna.biometrics.template import Template
from urna.crypto.kdf import Cost
from urna.crypto.signatures import SigningKey
from urna.election.outcomes import Ending, Outcome, OverrideReason
from urna.encoding.canonical import decode, encode
from urna.errors import Malformed, OutOfOrder, Unproven
from urna.log.note import NoteSigner
from urna.station.authorization import AuthorizedBy, authorize_by_cards, authorize_by_finger
from urna.station.cards import KEY_HOLDERS, Purpose, Role, split_secret
from urna.station.codes import make_codes
from urna.station.day import DayEvent
from urna.station.people import People, nobody
from urna.station.pollbook import PollBook, Step, load_poll_book, prepare_day
from urna.station.pollbook_package import PollBookPackage, make_package, open_package
from urna.station.telephone import answer_challenge
from urna.station.vault import pad, unpad
from urna.storage.pollbook import Connection, Cursor, SqlitePollBook, open_store, prepare_store
from urna.words import Sentence

WORLD = World()
WITH_FINGERS = next(number for number, elector in sorted(WORLD.people.items()) if elector.fingers)
WITHOUT = next(number for number, elector in sorted(WORLD.people.items()) if not elector.fingers)
REASON = OverrideReason.FINGER_INJURED


def test_a_second_attempt_is_refused_without_a_word_on_the_person() -> None:
    """The sentence can stand in a log."""
    book = WORLD.open_day()
    book.identify(WITH_FINGERS, seen(template(WITH_FINGERS, 2)))
    with pytest.raises(OutOfOrder, match="Nobody votes twice") as caught:
        book.identify(WITH_FINGERS, seen(template(WITH_FINGERS, 2)))
    shown = str(caught.value) + repr(book.find(WITH_FINGERS))
    assert WITH_FINGERS not in shown
    assert WORLD.people[WITH_FINGERS].name not in shown


def test_a_number_of_another_station_is_refused_and_not_shown() -> None:
    """And nothing is counted."""
    book = WORLD.open_day()
    before = book.counts()
    with pytest.raises(Unproven) as caught:
        book.identify("F99999999", None)
    assert "F99999999" not in str(caught.value)
    assert book.counts() == before


def test_any_enrolled_finger_is_good_and_tries_are_counted_down() -> None:
    """Two fingers, two tries each: three times try again, then the president; the fifth is not even compared."""
    book = WORLD.open_day()
    tries = [book.identify(WITH_FINGERS, seen(template("X", 2))) for _ in range(5)]
    assert [each.tries_left for each in tries] == [3, 2, 1, 0, 0]
    assert [each.step for each in tries] == [Step.TRY_AGAIN] * 3 + [Step.ASK_PRESIDENT] * 2
    assert book.identify(WITH_FINGERS, seen(template(WITH_FINGERS, 2))).step is Step.ASK_PRESIDENT
    book.override(WITH_FINGERS, REASON, president(), WORLD.sheet.codes[0])
    assert book.counts().identified[Outcome.NO_MATCH] == 1


@pytest.mark.parametrize(
    ("probe", "no_fingers", "number", "outcome"),
    [
        (template("X", 2), False, WITH_FINGERS, Outcome.NO_MATCH),
        (None, False, WITH_FINGERS, Outcome.POOR_IMAGE),
        (template("X", 2), False, WITHOUT, Outcome.NOTHING_STORED),
        (None, True, WITH_FINGERS, Outcome.NO_FINGERS),
    ],
)
def test_every_outcome_but_a_match_needs_the_president(
    probe: Template | None, no_fingers: bool, number: str, outcome: Outcome
) -> None:
    """The machine alone bars nobody: the override admits, counted by outcome and reason."""
    book = WORLD.open_day()
    found = book.identify(number, seen(probe), no_fingers=no_fingers)
    assert (found.outcome, found.step is Step.ADMITTED) == (outcome, False)
    assert sum(book.counts().waiting.values()) == 0
    assert book.override(number, REASON, president(), WORLD.sheet.codes[3]).step is Step.ADMITTED
    people = book.counts()
    assert (people.identified[outcome], people.overrides[REASON], people.lines_used) == (1, 1, (4,))


def test_an_override_needs_an_identification_first() -> None:
    """The president does not stand in for the reader."""
    with pytest.raises(OutOfOrder, match="Try a finger first"):
        WORLD.open_day().override(WITHOUT, REASON, president(), WORLD.sheet.codes[0])


def test_one_authorization_is_for_one_exception() -> None:
    """Used for one elector, it is nothing for the next; a refused code does not use it up."""
    book, authorization = WORLD.open_day(), president()
    first, second = [number for number, elector in WORLD.people.items() if not elector.fingers][:2]
    for number in (first, second):
        book.identify(number, None)
    with pytest.raises(Unproven):
        book.override(first, REASON, authorization, WORLD.other_sheet.codes[0])
    book.override(first, REASON, authorization, WORLD.sheet.codes[0])
    with pytest.raises(OutOfOrder, match="authorization"):
        book.override(second, REASON, authorization, WORLD.sheet.codes[1])
    assert book.counts().lines_used == (1,)


def test_a_used_code_is_used_also_after_a_restart() -> None:
    """Replay is refused, and told apart from guessing."""
    medium = Medium()
    book = WORLD.open_day(medium)
    first, second = [number for number, elector in WORLD.people.items() if not elector.fingers][:2]
    for number in (first, second):
        book.identify(number, None)
    book.override(first, REASON, president(), WORLD.sheet.codes[0])
    book = WORLD.reopened(Medium(medium.raw()))
    with pytest.raises(OutOfOrder, match="used before"):
        book.override(second, REASON, president(), WORLD.sheet.codes[0])
    assert book.counts().wrong_codes == 0


def test_ten_wrong_codes_lock_the_sheet_for_the_day_and_the_telephone_still_helps() -> None:
    """Also after a restart, and also for right codes."""
    medium = Medium()
    book = WORLD.open_day(medium)
    book.identify(WITHOUT, None)
    guesses = make_codes(WORLD.election.identity, "S1", 10, Drawn("guesses"), Cost.TOY).codes
    for guess in guesses:
        with pytest.raises(Unproven):
            book.override(WITHOUT, REASON, president(), guess)
    book = WORLD.reopened(Medium(medium.raw()))
    with pytest.raises(OutOfOrder, match="locked"):
        book.override(WITHOUT, REASON, president(), WORLD.sheet.codes[0])
    response = answer_challenge(CENTRE, WORLD.election.identity, "S1", book.telephone_challenge())
    assert book.override_by_telephone(WITHOUT, REASON, president(), response).step is Step.ADMITTED
    assert book.counts().telephone_codes_used == 1


class FullDisk:
    """A connection that cannot commit once it is full."""

    def __init__(self, connection: Connection) -> None:
        self.connection, self.is_full = connection, False

    def execute(self, sql: str, parameters: Sequence[bytes | str] = (), /) -> Cursor:
        if self.is_full and sql == "COMMIT":
            raise OSError
        return self.connection.execute(sql, parameters)

    def close(self) -> None:
        self.connection.close()


def test_no_answer_is_given_before_the_slot_is_durable() -> None:
    """A store that fails to commit: no answer, nothing changed, and afterwards it goes on."""
    medium, disks = Medium(), []

    def connect() -> FullDisk:
        disks.append(FullDisk(medium.connect()))
        return disks[-1]

    book = WORLD.opened(WORLD.prepared(connect))
    book.advance(DayEvent.OPEN)
    book.identify(WITH_FINGERS, seen(template(WITH_FINGERS, 2)))
    before, style = book.counts(), WORLD.people[WITH_FINGERS].style
    disks[-1].is_full = True
    for _ in range(2):
        with pytest.raises(OSError):
            book.arm(1, style, CHALLENGE)
        assert book.counts() == before
    disks[-1].is_full = False
    assert len(book.arm(1, style, CHALLENGE)) == 32


def test_closing_waits_for_the_last_voter() -> None:
    """Somebody waiting, then somebody in a booth: not yet."""
    book = WORLD.open_day()
    style = WORLD.people[WITH_FINGERS].style
    book.identify(WITH_FINGERS, seen(template(WITH_FINGERS, 2)))
    with pytest.raises(OutOfOrder, match="1 waiting"):
        book.advance(DayEvent.CLOSE)
    book.arm(2, style, CHALLENGE)
    with pytest.raises(OutOfOrder, match="1 in booths"):
        book.advance(DayEvent.CLOSE)
    book.end(2, Ending.CAST)
    book.advance(DayEvent.CLOSE)


def test_nothing_is_stated_before_the_day_is_closed() -> None:
    """No count leaves an open poll book signed."""
    with pytest.raises(OutOfOrder):
        WORLD.open_day().sign_statement("2020-12-06T22:00:00Z", None, NoteSigner("a/b", SigningKey(bytes(32))))


def test_a_booth_that_the_station_does_not_have_is_refused() -> None:
    """Booth 0, and booth 3 of two."""
    book = WORLD.open_day()
    for booth in (0, 3):
        with pytest.raises(Malformed):
            book.slot(booth)


def test_before_the_cards_come_only_readiness_and_zero_report_are_possible() -> None:
    """Opening needs the roll."""
    store = SqlitePollBook.prepare(Medium().connect)
    for event in BEFORE_OPENING:
        prepare_day(store, event)
    with pytest.raises(OutOfOrder, match="two role cards"):
        prepare_day(store, DayEvent.OPEN)
    with pytest.raises(OutOfOrder, match="Load the station's package"):
        WORLD.opened(store)


def test_a_roll_is_loaded_once() -> None:
    """A second loading would unmark everybody."""
    store = WORLD.prepared(Medium().connect)
    with pytest.raises(OutOfOrder, match="loaded"):
        load_poll_book(store, WORLD.election, WORLD.package, DATA_KEY, Drawn())


def test_another_data_key_opens_neither_package_nor_store() -> None:
    """Nor does a package of another station's roll."""
    store = WORLD.prepared(Medium().connect)
    with pytest.raises(Unproven):
        open_package(WORLD.package, bytes(32))
    with pytest.raises(Unproven):
        PollBook(store, WORLD.election, WORLD.package, bytes(32), pairing_keys=PAIRING, decide=decide, entropy=Drawn())
    with pytest.raises(Unproven, match="committed"):
        changed = msgspec.structs.replace(WORLD.package.commitment, root="0" * 64)
        open_package(msgspec.structs.replace(WORLD.package, commitment=changed), DATA_KEY)


def test_a_row_moved_to_another_elector_is_refused() -> None:
    """Somebody with the medium, and without the key, copies a mark from one row to another."""
    store = WORLD.prepared(Medium().connect)
    book = WORLD.opened(store)
    one, other = (book.find(number).row for number in (WITH_FINGERS, WITHOUT))
    with store.acting():
        store.write_mark(one, store.mark(other))
    with pytest.raises(Unproven):
        book.find(WITH_FINGERS)


def test_a_package_reads_back_and_refuses_codes_of_another_station() -> None:
    """Canonical, and whole in itself."""
    assert decode(encode(WORLD.package), PollBookPackage) == WORLD.package
    with pytest.raises(Malformed):
        make_package(WORLD.part, DATA_KEY, WORLD.other_sheet.hashes, CENTRE.public_hex, Drawn())


def test_the_president_authorizes_by_a_match_only() -> None:
    """Or two members, whose cards bring the data key."""
    reason = Sentence("As the test has it.")
    assert authorize_by_finger(Decision(Outcome.MATCH, 1.0, reason)).by is AuthorizedBy.PRESIDENT
    with pytest.raises(Unproven):
        authorize_by_finger(Decision(Outcome.NO_MATCH, 0.9, reason))
    pins = {Role.SECRETARY: "314159", Role.MEMBER: "141421", Role.PRESIDENT: "271828"}
    cards = split_secret(
        DATA_KEY,
        KEY_HOLDERS,
        pins,
        Drawn(),
        election=WORLD.election.identity,
        station="S1",
        purpose=Purpose.DATA_KEY,
        cost=Cost.TOY,
    )
    two = cards[Role.SECRETARY], pins[Role.SECRETARY], cards[Role.MEMBER], pins[Role.MEMBER]
    assert authorize_by_cards(*two, DATA_KEY).by is AuthorizedBy.TWO_MEMBERS
    with pytest.raises(Unproven):
        authorize_by_cards(*two, bytes(32))


def test_counts_that_do_not_add_up_cannot_exist() -> None:
    """Each invariant, broken alone, is refused also when the bytes are read."""
    people = nobody(WORLD.election.stations["S1"])
    for change in (
        {"readmitted": 1},
        {"withdrawn": 1},
        {"activations": 1},
        {"telephone_codes_used": 1},
        {"lines_used": (1,)},
        {"waiting": {"GENERAL": 1, "BOTH": 0}},
        {"identified": {**people.identified, Outcome.MATCH: 1}},
        {"endings": {**people.endings, Ending.CAST: 1}},
        {"overrides": {**people.overrides, REASON: 1}},
    ):
        with pytest.raises(Malformed, match="counts with"):
            msgspec.structs.replace(people, **change)
        broken = msgspec.json.encode({**msgspec.to_builtins(people), **msgspec.to_builtins(change)}, order="sorted")
        with pytest.raises(Malformed):
            decode(broken, People)


def test_padding_reads_back_and_foreign_bytes_do_not() -> None:
    """Any content, and a padding with something in it."""
    for size in (0, 1, 59, 60, 61, 500):
        padded = pad(b"x" * size, 64)
        assert unpad(padded) == b"x" * size
        assert len(padded) % 64 == 0
    for wrong in (b"", b"\0\0\0\5abc", pad(b"x", 64)[:-1] + b"!"):
        with pytest.raises(Malformed):
            unpad(wrong)


def test_a_file_that_is_no_poll_book_is_refused(tmp_path: Path) -> None:
    """Missing, foreign, another program's database, and one that is there already."""
    path = tmp_path / "pollbook.sqlite"
    with pytest.raises(Malformed):
        open_store(path)
    path.write_bytes(b"not a database" * 100)
    with pytest.raises(Malformed):
        open_store(path)
    path.write_bytes(b"")
    with pytest.raises(Malformed):
        open_store(path)
    with pytest.raises(OutOfOrder):
        prepare_store(path)


def test_a_poll_book_is_open_once(tmp_path: Path) -> None:
    """A second process is told so."""
    store = prepare_store(tmp_path / "pollbook.sqlite")
    with pytest.raises(OutOfOrder, match="nothing else has open"):
        open_store(tmp_path / "pollbook.sqlite")
    store.close()
    open_store(tmp_path / "pollbook.sqlite").close()


def test_a_station_of_350_electors_loads_in_a_second(tmp_path: Path) -> None:
    """From the package to an open poll book, on a real disk that comes on top, as stretching PINs does."""
    world = World(general=300, indigenous=50)
    store = prepare_store(tmp_path / "pollbook.sqlite")
    with within(seconds=1):
        load_poll_book(store, world.election, world.package, DATA_KEY, Drawn())
        world.opened(store)
    store.close()
