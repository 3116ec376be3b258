"""A booth's medium as a whole: which files it has, how they are zeroed, opened and destroyed.

    secure-element   the simulated element's twin, two copies   (a real element has no file)
    activation       the activation slot, two copies
    ballots          the ballot box

Zeroing, each step durable before the next, so that a crash at any point is made good by zeroing again:

1. the element makes a box key;
2. what an earlier, interrupted zeroing left is taken away;
3. the activation slot is made, free;
4. the box is filled;
5. the element says that the box is whole. From now on nothing here is ever made anew.
"""

from urna.ballot.box_header import BoxHeader
from urna.crypto.kdf import derive_key
from urna.station.booth_ports import Element, Entropy
from urna.storage.ballot_box import BallotBox, destroy_box
from urna.storage.element_file import ELEMENT, create_element_file, open_element_file
from urna.storage.medium import Medium
from urna.storage.two_copies import TwoCopies

__all__ = ["ELEMENT", "create_element_file", "open_element_file"]

ACTIVATION = "activation"
BALLOTS = "ballots"


def zero(medium: Medium, element: Element, header: BoxHeader, entropy: Entropy, empty_slot: bytes) -> BallotBox:
    """An empty box and a free activation slot, by the five steps above.

    Raises:
        OutOfOrder: this booth was zeroed before.
    """
    box_key = element.begin_zeroing()
    for left in medium.names() & {ACTIVATION, BALLOTS}:
        medium.unlink(left)
    medium.sync_directory()
    TwoCopies.create(medium, ACTIVATION, activation_key(box_key), entropy, empty_slot)
    box = BallotBox.create(medium, BALLOTS, header, box_key)
    element.finish_zeroing()
    return box


def open_box(medium: Medium, element: Element, header: BoxHeader) -> BallotBox:
    """The box, to take votes."""
    return BallotBox.open(medium, BALLOTS, header, element.voting_key())


def open_box_to_count(medium: Medium, element: Element, header: BoxHeader) -> BallotBox:
    """The box, after `element.begin_closing`; its pending ballots are void now."""
    box = BallotBox.open(medium, BALLOTS, header, element.counting_key())
    box.void_pending()
    return box


def open_slot(medium: Medium, element: Element, entropy: Entropy) -> TwoCopies:
    """The activation slot, to take votes."""
    return TwoCopies.open(medium, ACTIVATION, activation_key(element.voting_key()), entropy)


def destroy(medium: Medium, element: Element, entropy: Entropy) -> None:
    """Destroys the openings: first the box key, then the bytes. May be done again after a crash.

    Call it after the signed sheet is durable elsewhere.
    """
    element.destroy_box_key()
    destroy_box(medium, BALLOTS, entropy)


def activation_key(box_key: bytes) -> bytes:
    """The activation slot's own key."""
    return derive_key(box_key, "urna/activation-slot/1")
