"""Passwords that are guessed early are refused, by lists that lie beside the program."""

import socket
import time

import pytest
from zxcvbn.frequency_lists import FREQUENCY_LISTS  # type: ignore[import-untyped]  # it says no types

from urna.center.operators import LEAST_PASSWORD, MOST_PASSWORD
from urna.errors import Malformed
from urna.storage.guessable import PIECE_LETTERS, check_not_guessable

COMMON = [each for each in FREQUENCY_LISTS["passwords"] if len(each) >= LEAST_PASSWORD]


@pytest.fixture(autouse=True)
def _alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """No network is asked."""

    def nobody(*_: object, **__: object) -> None:
        raise AssertionError("a line was opened")

    monkeypatch.setattr(socket.socket, "connect", nobody)


def test_every_common_password_of_the_length_is_refused() -> None:
    """All of the list that are long enough; capitals, a year and digits behind make none of them good."""
    assert len(COMMON) > 100
    for each in COMMON:
        with pytest.raises(Malformed, match="early"):
            check_not_guessable(each)
    for each in COMMON[:20]:
        for changed in (each.capitalize(), f"{each}1", f"{each}2024"):
            with pytest.raises(Malformed):
                check_not_guessable(changed)


@pytest.mark.parametrize(
    "password",
    ["password1234", "P4ssw0rd2024", "qwertyuiop123", "mariamaria12", "iloveyou2020", "123456789012", "password" * 16],
)
def test_what_is_made_of_common_ones_is_refused(password: str) -> None:
    """Also where it is long."""
    with pytest.raises(Malformed, match="early"):
        check_not_guessable(password)


@pytest.mark.parametrize(
    "password",
    [
        "cuatro palabras que nadie dice",
        "correct horse battery",
        "mañana llueve café",
        "Zk8!pQ2vLm4x",
        "password" * 4 + "Zk8!pQ2vLm4x",
        "Zk8!pQ2vLm4x" + "password" * 14,
    ],
)
def test_others_are_taken(password: str) -> None:
    """Words that nobody says together, chance, and something common beside something strong."""
    check_not_guessable(password)


def test_no_password_takes_long_to_look_at() -> None:
    """The longest, of letters of which each may stand for several."""
    password = ("4@8({[<369&#!1/|0$57%2" * 6)[:MOST_PASSWORD]
    assert MOST_PASSWORD > PIECE_LETTERS
    began = time.process_time()
    check_not_guessable(password)
    assert time.process_time() - began < 20
