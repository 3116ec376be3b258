"""Sessions end in time, guessing is stopped, names and passwords are checked."""

import pytest

from urna.center.operators import SESSION_LIMITS, Guessing, Role, Session, check_name, check_password
from urna.errors import Malformed

BEGAN = 1_600_000_000
SESSION = Session("maria", Role.CHIEF, BEGAN, BEGAN, BEGAN)


def test_a_session_ends_when_nobody_uses_it() -> None:
    """One second before the limit it lives, at the limit it does not."""
    assert SESSION.is_alive(BEGAN + SESSION_LIMITS.idle_seconds - 1)
    assert not SESSION.is_alive(BEGAN + SESSION_LIMITS.idle_seconds)


def test_a_session_ends_however_busy_it_is() -> None:
    """After the whole time it ends, seen a second ago or not; and if the clock is set back."""
    end = BEGAN + SESSION_LIMITS.whole_seconds
    assert SESSION._replace(seen=end - 1).is_alive(end - 1)
    assert not SESSION._replace(seen=end - 1).is_alive(end)
    assert not SESSION.is_alive(BEGAN - 1)


def test_a_decision_needs_a_sign_in_of_the_last_minutes() -> None:
    """A live session is fresh for five minutes only."""
    seen = SESSION._replace(seen=BEGAN + 400)
    assert SESSION.is_fresh(BEGAN + SESSION_LIMITS.fresh_seconds - 1)
    assert seen.is_alive(BEGAN + 400)
    assert not seen.is_fresh(BEGAN + 400)


def test_guessing_is_stopped_for_a_while_and_for_that_key_alone() -> None:
    """Three failures stop; another key goes on; after the time it may try again; success forgives."""
    guessing = Guessing(3, seconds=100)
    for at in range(3):
        assert not guessing.is_stopped("maria", at)
        guessing.fail("maria", at)
    assert guessing.is_stopped("maria", 3)
    assert not guessing.is_stopped("jose", 3)
    assert guessing.is_stopped("maria", 99)
    assert not guessing.is_stopped("maria", 100)
    guessing.fail("maria", 101)
    guessing.fail("maria", 101)
    guessing.forgive("maria")
    guessing.fail("maria", 102)
    assert not guessing.is_stopped("maria", 102)


@pytest.mark.parametrize("name", ["", "ab", "Maria", "maría", "a b c", "-abc", "abc-", "a" * 33, "abc\n"])
def test_a_name_is_plain(name: str) -> None:
    """Anything that could look like another name is refused."""
    with pytest.raises(Malformed):
        check_name(name)


@pytest.mark.parametrize("password", ["short", "a" * 12, "abababababababab", "x" * 129, "maria-and-more-words"])
def test_a_weak_password_is_refused(password: str) -> None:
    """Too short, too long, too uniform, or with the name in it."""
    with pytest.raises(Malformed):
        check_password(password, "maria")


def test_a_password_is_the_same_from_every_keyboard() -> None:
    """A letter with a combining accent and the composed letter give the same bytes."""
    assert check_password("mañana llueve café", "maria") == check_password("man\u0303ana llueve cafe\u0301", "maria")
