"""Candidates' photos on the booth's screens: on their cards, and beside what is chosen in the review.

A photo is never the only cue: the name stands beside it, and it is silent for who listens (its `alt` is empty, since
the name follows). Where no card of a contest has a photo, nothing is different from a ballot without photos.

A card's photo has an address of its own, for which the page asks whatever is chosen. In the review a photo stands in
the page itself: an address that is asked for there would tell what was chosen.
"""

from base64 import b64encode
from collections.abc import Mapping
from types import MappingProxyType

from urna.election.folder_photos import CardPlace

Photos = Mapping[CardPlace, bytes]
"""JPEG pictures by card: its contest's code, and its own."""

NO_PHOTOS: Photos = MappingProxyType({})


def in_page(photos: Photos, card: CardPlace) -> str:
    """A photo as an address that holds it; "" where there is none."""
    found = photos.get(card)
    return f"data:image/jpeg;base64,{b64encode(found).decode()}" if found else ""
