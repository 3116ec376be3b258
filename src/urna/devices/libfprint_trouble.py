"""libfprint's numbers for what went wrong, as sentences with what to do.

The child sends where an error arose and its number there; libfprint's own words are English, may hold paths,
and are dropped.
"""

from urna.devices.reader import ReaderFailed, TryAgain
from urna.words import Sentence

_A_READER = Sentence("a fingerprint reader that libfprint can use")

_ABSENT = (
    Sentence("none"),
    Sentence("Plug the reader in; `urna reader list` shows the readers that libfprint sees."),
)
_IN_USE = (
    Sentence("one that another program uses"),
    Sentence("Stop the other program; the login service is stopped with: sudo systemctl stop fprintd"),
)
_NOT_PERMITTED = (
    Sentence("one that this account may not use"),
    Sentence("Give the account the device by a udev rule (docs/readers.md), and plug the reader in again."),
)
_REMOVED = (
    Sentence("one that was unplugged"),
    Sentence("Plug it in again, wait for five seconds, and capture again."),
)
_TOO_HOT = (Sentence("one that is too hot"), Sentence("Let it cool for some minutes, or use another reader."))
_NO_IMAGES = (
    Sentence("one that gives no images"),
    Sentence("Use a reader that gives images; one that compares inside itself cannot be audited."),
)

_TROUBLES = {
    ("none", 0): _ABSENT,
    ("device", 1): _NO_IMAGES,
    ("device", 3): _IN_USE,
    ("device", 4): _IN_USE,
    ("device", 256): _REMOVED,
    ("device", 257): _TOO_HOT,
    ("usb", 4): _REMOVED,
    ("usb", 6): _IN_USE,
    ("usb", 9): _NOT_PERMITTED,
    ("usb", 10): _IN_USE,
}
"""FpDeviceError and GUsbDeviceError by their numbers."""

_REMEDIES = {
    1: Sentence("Lay the finger down for longer; on a reader with a strip, slide it over more slowly."),
    2: Sentence("Lay the middle of the fingertip on the middle of the reader."),
    3: Sentence("Lift the finger, wait for a second, and lay it down again."),
}
"""FpDeviceRetry by its numbers; 0 and others give no reason."""


def trouble(source: str, code: int) -> ReaderFailed:
    """The error of the device, of the bus, or of something else."""
    found, remedy = _TROUBLES.get(
        (source, code),
        (
            Sentence("one whose driver fails with error {code}", {"code": code}),
            Sentence("Unplug the reader, plug it in again, and capture again; then try another reader."),
        ),
    )
    return ReaderFailed(_A_READER, found, remedy)


def not_capturing() -> ReaderFailed:
    """A device that compares inside itself and gives no images."""
    return ReaderFailed(_A_READER, *_NO_IMAGES)


def asked_again(code: int) -> TryAgain:
    """The reader wants the finger again."""
    return TryAgain(
        Sentence("an image of the finger"),
        Sentence("one that the reader could not take"),
        _REMEDIES.get(code, Sentence("Wipe the reader and the finger, and lay the finger down flat.")),
    )
