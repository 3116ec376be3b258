"""What a reader knows from elsewhere: officers' keys, a threshold, a checkpoint."""

import pytest
from tests.tampering.builder import Keys

from urna.errors import Malformed
from urna.verify.pins import read_pins

KEYS = Keys.make()
VKEYS = [officer.verifier.vkey() for officer in KEYS.officers]


def test_keys_comments_and_a_threshold_are_read() -> None:
    """One key a line; what begins with # is for people."""
    text = "# officers\n\n" + "\r\n".join(VKEYS) + "\nthreshold 2\n"
    pins = read_pins(text.encode())
    assert [officer.vkey() for officer in pins.officers] == VKEYS
    assert pins.threshold == 2


def test_keys_without_a_threshold_are_refused() -> None:
    """A forger's definition would ask for one signature."""
    with pytest.raises(Malformed, match="threshold"):
        read_pins(VKEYS[0].encode())


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"# nobody\n",
        b"threshold 1\n",
        VKEYS[0].encode() + b"\nthreshold 2\n",
        VKEYS[0].encode() + b"\nthreshold 0\n",
        VKEYS[0][:-2].encode(),
        VKEYS[0].replace("officer-1", "officer-9").encode(),
        b"\xff\xfe",
    ],
)
def test_what_is_no_list_of_keys_is_refused(text: bytes) -> None:
    """No key at all, a threshold that cannot be met, a key that was mistyped, other bytes."""
    with pytest.raises(Malformed):
        read_pins(text, "keys.txt")


def test_the_line_of_a_mistake_is_named() -> None:
    """So that it can be mended."""
    with pytest.raises(Malformed, match=r"keys\.txt:2"):
        read_pins(VKEYS[0].encode() + b"\nhello\n", "keys.txt")
