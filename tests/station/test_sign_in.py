"""Signing in with card and PIN: the lockouts, the clock, the power, and what two cards bring back."""

import os
import signal
from pathlib import Path

import msgspec
import pytest
from tests.station.cards_of import CLOSING_KEY, DATA_KEY, PINS, cards_of
from tests.station.small import entropy_from

from urna.encoding.canonical import encode
from urna.errors import Malformed, Unproven
from urna.station.card_file import card_text
from urna.station.cards import Role
from urna.station.sign_in import CardAndPin, LockedOut, SignIns, SignInTries, lock_seconds
from urna.storage.medium import DiskMedium, MemoryMedium
from urna.storage.sign_in_file import create_sign_in_file, open_sign_in_file

NOON = "2026-12-06T16:00:00Z"
WRONG = "111112"


class Table:
    """A station's table with a medium that outlives its process."""

    def __init__(self) -> None:
        self.medium = MemoryMedium()
        self.store = create_sign_in_file(self.medium, entropy_from("tries"))
        self.sign_ins = SignIns(cards_of().manifest, self.store)

    def restart(self) -> None:
        """After a power cut."""
        self.store = open_sign_in_file(self.medium, entropy_from("again"))
        self.sign_ins = SignIns(cards_of().manifest, self.store)

    def wrong(self, times: int, now: str, role: Role = Role.PRESIDENT) -> None:
        """So many wrong PINs."""
        for _ in range(times):
            with pytest.raises(Unproven):
                self.sign_ins.sign_in(*given(role, WRONG), now)

    def right(self, now: str, role: Role = Role.PRESIDENT) -> Role:
        """The right PIN."""
        return self.sign_ins.sign_in(*given(role), now).role


@pytest.fixture
def table() -> Table:
    """A fresh one."""
    return Table()


def given(role: Role, pin: str = "") -> CardAndPin:
    """A card of the station with its PIN, or another."""
    return encode(cards_of().files[role]), pin or PINS[role]


@pytest.mark.parametrize("role", Role)
def test_everybody_signs_in_with_card_and_pin(table: Table, role: Role) -> None:
    """President, secretary, member and technician, from a stick or from a QR code."""
    assert table.right(NOON, role) is role
    text = card_text(cards_of().files[role]).encode()
    assert table.sign_ins.sign_in(text, PINS[role], NOON).role is role


def test_three_wrong_pins_lock_for_a_minute_six_for_ten_nine_for_the_day(table: Table) -> None:
    """The table of lockouts, each seen to the second."""
    table.wrong(3, NOON)
    with pytest.raises(LockedOut) as first:
        table.right("2026-12-06T16:00:59Z")
    assert first.value.seconds == 1
    table.wrong(3, "2026-12-06T16:01:00Z")
    with pytest.raises(LockedOut):
        table.right("2026-12-06T16:10:59Z")
    table.wrong(3, "2026-12-06T16:11:00Z")
    with pytest.raises(LockedOut) as day:
        table.right("2026-12-07T04:10:59Z")
    assert "centre" in str(day.value.remedy)
    table.wrong(1, "2026-12-07T04:11:00Z")
    with pytest.raises(LockedOut):
        table.right("2026-12-07T16:10:59Z")
    assert table.right("2026-12-07T16:11:00Z") is Role.PRESIDENT


def test_a_right_pin_begins_the_count_again(table: Table) -> None:
    """Two slips, the right PIN, two slips: not locked."""
    table.wrong(2, NOON)
    table.right(NOON)
    table.wrong(2, NOON)
    assert table.right(NOON) is Role.PRESIDENT
    assert table.store.read() == SignInTries(roles={})


def test_one_locked_card_locks_no_other(table: Table) -> None:
    """The secretary signs in while the president's card is locked."""
    table.wrong(3, NOON)
    assert table.right(NOON, Role.SECRETARY) is Role.SECRETARY
    assert table.sign_ins.seconds_locked(Role.PRESIDENT, NOON) == 60


def test_a_try_is_counted_before_its_pin_is_looked_at(table: Table, monkeypatch: pytest.MonkeyPatch) -> None:
    """The power goes while the PIN is being checked, three times: the card is locked after the restart."""
    monkeypatch.setattr("urna.station.sign_in.check_file_pin", _power_cut)
    for _ in range(3):
        with pytest.raises(KeyboardInterrupt):
            table.right(NOON)
        table.restart()
    with pytest.raises(LockedOut):
        table.right(NOON)


def test_a_restart_keeps_the_lock(table: Table) -> None:
    """What is counted is on the medium."""
    table.wrong(3, NOON)
    table.restart()
    with pytest.raises(LockedOut):
        table.right("2026-12-06T16:00:30Z")


def test_a_clock_moved_back_neither_shortens_a_lock_nor_keeps_it_for_ever(table: Table) -> None:
    """The lock begins again from its full length, on the clock that is there now."""
    table.wrong(3, NOON)
    assert table.sign_ins.seconds_locked(Role.PRESIDENT, "2020-01-01T00:00:00Z") == 60
    assert table.sign_ins.seconds_locked(Role.PRESIDENT, "2020-01-01T00:00:59Z") == 1
    table.restart()
    assert table.right("2020-01-01T00:01:00Z") is Role.PRESIDENT


def test_what_cannot_be_a_pin_is_not_counted(table: Table) -> None:
    """A slip of the keyboard is no guess."""
    for pin in ("12345", "abcdef", "111111", "1" * 13):
        with pytest.raises(Malformed):
            table.sign_ins.sign_in(*given(Role.PRESIDENT, pin), NOON)
    assert table.store.read() == SignInTries(roles={})


def test_a_card_of_another_station_or_set_is_named_and_not_counted(table: Table) -> None:
    """Three sentences: another election, another station, another set."""
    other_set, elsewhere = cards_of("again").files, cards_of("elsewhere", "S-2").files
    abroad = _moved(encode(cards_of().files[Role.MEMBER]), cards_of().manifest.election, "0" * 64)
    for card, words in (
        (encode(other_set[Role.PRESIDENT]), "made before"),
        (encode(elsewhere[Role.PRESIDENT]), "station S-2"),
        (abroad, "another election"),
    ):
        with pytest.raises(Unproven, match=words):
            table.sign_ins.sign_in(card, PINS[Role.PRESIDENT], NOON)
    assert table.store.read() == SignInTries(roles={})


def test_two_cards_bring_back_either_key(table: Table) -> None:
    """Any two of three."""
    pairs = ((Role.PRESIDENT, Role.MEMBER), (Role.MEMBER, Role.SECRETARY), (Role.SECRETARY, Role.PRESIDENT))
    for one, other in pairs:
        assert table.sign_ins.unlock(given(one), given(other), NOON) == DATA_KEY
        assert table.sign_ins.closing_key(given(one), given(other), NOON) == CLOSING_KEY
    assert table.store.read() == SignInTries(roles={})


def test_of_two_cards_the_wrong_pin_alone_is_counted(table: Table) -> None:
    """And the sentence says whose it is."""
    with pytest.raises(Unproven) as error:
        table.sign_ins.unlock(given(Role.PRESIDENT), given(Role.MEMBER, WRONG), NOON)
    assert "the member's card" in str(error.value)
    assert {role: tries.wrong for role, tries in table.store.read().roles.items()} == {Role.MEMBER: 1}


def test_one_card_twice_or_the_technicians_unlocks_nothing(table: Table) -> None:
    """Two different people are needed, and the technician's card has no half of anything."""
    for second in (Role.PRESIDENT, Role.TECHNICIAN):
        with pytest.raises(Malformed, match="two"):
            table.sign_ins.unlock(given(Role.PRESIDENT), given(second), NOON)


def test_locks_of_every_count() -> None:
    """The whole table: between the steps nothing, from nine on the day."""
    assert [lock_seconds(wrong) for wrong in range(12)] == [0, 0, 0, 60, 0, 0, 600, 0, 0, 43200, 43200, 43200]


def test_no_pin_shows_in_a_message_or_a_repr(table: Table) -> None:
    """Neither the right one nor the wrong one, and a card's repr shows nothing that is on it."""
    with pytest.raises(Unproven) as error:
        table.sign_ins.sign_in(*given(Role.PRESIDENT, WRONG), NOON)
    shown = str(error.value) + repr(cards_of().files[Role.PRESIDENT])
    assert WRONG not in shown
    assert PINS[Role.PRESIDENT] not in shown


def _power_cut(*_: object) -> None:
    raise KeyboardInterrupt


def _moved(card: bytes, here: str, there: str) -> bytes:
    """The same card, of another election."""
    return msgspec.json.encode(msgspec.json.decode(card.replace(here.encode(), there.encode())), order="sorted")


def test_a_killed_sign_in_is_a_counted_one(tmp_path: Path) -> None:
    """Three processes, each killed with -9 while it looks at the PIN: on the disk the card is locked."""
    create_sign_in_file(DiskMedium(tmp_path), entropy_from("disk"))
    for _ in range(3):
        child = os.fork()
        if child == 0:
            _sign_in_and_die(tmp_path)
        _, status = os.waitpid(child, 0)
        assert os.WTERMSIG(status) == signal.SIGKILL
    sign_ins = SignIns(cards_of().manifest, open_sign_in_file(DiskMedium(tmp_path), entropy_from("after")))
    assert sign_ins.seconds_locked(Role.PRESIDENT, NOON) == 60


def _sign_in_and_die(folder: Path) -> None:
    """In a child: the power goes where the PIN would be looked at."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("urna.station.sign_in.check_file_pin", lambda *_: os.kill(os.getpid(), signal.SIGKILL))
        store = open_sign_in_file(DiskMedium(folder), entropy_from(str(os.getpid())))
        SignIns(cards_of().manifest, store).sign_in(*given(Role.PRESIDENT), NOON)
    os._exit(1)
