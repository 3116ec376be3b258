"""Fingers of admitted electors, kept where the definition says so: sealed, alike, without order."""

import msgspec
import pytest
from tests.pollbook.power import Medium
from tests.pollbook.world import BEFORE_OPENING, CENTRE, DATA_KEY, PAIRING, Drawn, World, decide, seen, template

from urna.crypto.sealing import SealingKey
from urna.crypto.signatures import SigningKey
from urna.election.definition import Election
from urna.encoding.canonical import decode, encode
from urna.encoding.document import open_document
from urna.errors import Malformed, OutOfOrder, Unproven
from urna.log.note import NoteSigner
from urna.roll.commitment import salted_parts
from urna.station.captures import CAPTURE_BYTES, CaptureSeal, SealedCaptures, open_captures
from urna.station.day import DayEvent
from urna.station.pollbook import PollBook, load_poll_book, prepare_day
from urna.station.pollbook_package import make_package
from urna.storage.pollbook import SqlitePollBook

KEY = SealingKey(b"\x31" * 32)
WORLD = World()
SIGNER = NoteSigner("poll-book", SigningKey(b"\x32" * 32))
CAME = sorted(number for number, elector in WORLD.people.items() if elector.fingers)[:6]


def keeping(key: str = KEY.public_hex) -> Election:
    """The world's election with captures kept."""
    definition = WORLD.election.definition
    rules = msgspec.structs.replace(definition.rules, captures_key=key)
    return Election(msgspec.structs.replace(definition, rules=rules))


def opened(medium: Medium, election: Election, entropy: Drawn | None = None) -> PollBook:
    """A poll book of this election with its day open."""
    electors = [member.elector for member in WORLD.part.members]
    part = next(p for p in salted_parts(electors, election, Drawn("salts")) if p.station == "S1")
    codes = msgspec.structs.replace(WORLD.sheet.hashes, election=election.identity)
    package = make_package(part, DATA_KEY, codes, CENTRE.public_hex, Drawn("package"))
    store = SqlitePollBook.prepare(medium.connect)
    for event in BEFORE_OPENING:
        prepare_day(store, event)
    load_poll_book(store, election, package, DATA_KEY, Drawn("load"))
    drawn = entropy or Drawn("day")
    book = PollBook(store, election, package, DATA_KEY, pairing_keys=PAIRING, decide=decide, entropy=drawn)
    book.advance(DayEvent.OPEN)
    return book


def handed_over(book: PollBook) -> SealedCaptures:
    """What a poll book gives after its day, its signature verified."""
    return open_document(book.sign_captures(SIGNER), SealedCaptures, [SIGNER.verifier])


def closed_day(came: list[str], medium: Medium | None = None) -> SealedCaptures:
    """A day on which these people are admitted by a finger, withdrawn and gone."""
    book = opened(medium or Medium(), keeping())
    for number in came:
        book.identify(number, seen(template("X", 2)))
        book.identify(number, seen(template(number, 7)))
        book.withdraw(WORLD.people[number].style)
    book.advance(DayEvent.CLOSE)
    return handed_over(book)


def test_the_authority_reads_who_was_admitted_with_which_finger_and_nobody_else() -> None:
    """The finger that matched, not the one that did not; those who did not come have none."""
    found = open_captures(closed_day(CAME), KEY)
    assert [capture.number for capture in found] == CAME
    assert [capture.template for capture in found] == [template(number, 7).to_iso() for number in CAME]


def test_a_row_with_a_finger_and_one_without_look_alike() -> None:
    """As many rows as electors, all of one length, none twice, whoever came."""
    for came in ([], CAME):
        rows = closed_day(came).rows
        assert len(set(rows)) == len(WORLD.people)
        assert {len(row) for row in rows} == {CAPTURE_BYTES + 48}


def test_the_file_is_sorted_by_bytes_that_are_random() -> None:
    """So the order of the rows is that of fresh randomness."""
    rows = closed_day(CAME).rows
    assert list(rows) == sorted(rows)


def test_the_station_cannot_read_what_it_wrote() -> None:
    """Not with the data key, and nothing is on its medium in clear."""
    medium = Medium()
    closed_day(CAME, medium)
    image = b"".join(medium.raw().values())
    for number in CAME:
        assert number.encode() not in image
        assert template(number, 7).to_iso()[28:40] not in image
    with pytest.raises(Unproven):
        open_captures(closed_day(CAME), SealingKey(DATA_KEY))


def closed_medium(came: list[str]) -> dict[str, bytes]:
    """The medium after these people came in this order, chance being drawn anew for each and for the closing."""
    medium, entropy = Medium(), Drawn()
    book = opened(medium, keeping(), entropy)
    for number in came:
        entropy.seed, entropy.count = number, 0
        book.identify(number, seen(template(number, 7)))
        book.withdraw(WORLD.people[number].style)
    entropy.seed, entropy.count = "closing", 0
    book.advance(DayEvent.CLOSE)
    return medium.raw()


def test_a_closed_medium_with_captures_is_the_same_bytes_in_whatever_order_people_came() -> None:
    """Captures stand where their rows stand, and nothing beside them says when they were written."""
    one = closed_medium(CAME)
    assert one == closed_medium(CAME[::-1])
    assert one != closed_medium(CAME[:-1])


def test_nothing_is_kept_unless_the_definition_says_so() -> None:
    """The default: no rows, and nothing to hand over."""
    medium = Medium()
    book = opened(medium, keeping(key=""))
    book.identify(CAME[0], seen(template(CAME[0], 2)))
    assert not book._store.captures()
    book.withdraw(WORLD.people[CAME[0]].style)
    book.advance(DayEvent.CLOSE)
    with pytest.raises(OutOfOrder, match="captures_key"):
        book.sign_captures(SIGNER)


def test_captures_leave_a_closed_station_only() -> None:
    """While people come, a file would show by comparison who came between two of them."""
    book = opened(Medium(), keeping())
    with pytest.raises(OutOfOrder):
        book.sign_captures(SIGNER)


def test_rows_of_another_station_or_twice_are_refused() -> None:
    """And changed ones, and a longer or shorter file that is not one."""
    sealed = closed_day(CAME)
    seal = CaptureSeal(KEY.public_hex, sealed.election, "S2", Drawn("other"))
    foreign = seal.finger(CAME[0], template(CAME[0], 2))
    again = CaptureSeal(KEY.public_hex, sealed.election, "S1", Drawn("again")).finger(CAME[0], template("X", 2))
    for row in (foreign, again, sealed.rows[0][:-1], bytes(len(foreign))):
        with pytest.raises(Unproven):
            open_captures(msgspec.structs.replace(sealed, rows=(*sealed.rows, row)), KEY)
    with pytest.raises(Malformed):
        decode(encode(sealed)[:-2], SealedCaptures)
    assert open_captures(msgspec.structs.replace(sealed, rows=(seal.nothing(),)), KEY) == ()
