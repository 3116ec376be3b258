"""A station's kit: what the authority hands out before the day, each part to another hand.

package        to the poll book's medium: sealed roll, code hashes, the centre's key
seeds          into the secure elements of poll book and booths; never seen again
pairing keys   into both elements of each pair
cards          to president, secretary and member; any two of them with their PINs open roll and closing key;
               the technician's opens nothing
code lines     to the president, on a sealed sheet
keys           to the authority, to be certified
joint keys     the guardians' public keys, to which the booths encrypt
"""

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from urna.ballot.keys import JointKeys
from urna.crypto.kdf import Cost
from urna.crypto.sealing import SealingKey
from urna.crypto.signatures import SigningKey
from urna.election.certification import StationKeys
from urna.election.definition import Election
from urna.encoding.canonical import Code, PublicKey
from urna.roll.elector import Finger, RollPart
from urna.station.card_file import CardFile, card_files, technician_file
from urna.station.cards import KEY_HOLDERS, Purpose, Role, split_secret
from urna.station.codes import make_codes
from urna.station.pollbook_package import PollBookPackage, make_package

ROLES = KEY_HOLDERS
CODES = 20
"""Override codes on a sheet."""

Entropy = Callable[[int], bytes]


class StationKit(NamedTuple):
    """Everything that is made for one station. It exists whole only for the moment of making it."""

    station: Code
    package: PollBookPackage
    poll_book_seed: bytes
    booth_seeds: tuple[bytes, ...]
    pairing_keys: tuple[bytes, ...]
    data_cards: Mapping[Role, bytes]
    closing_cards: Mapping[Role, bytes]
    pins: Mapping[Role, str]
    code_lines: tuple[str, ...]
    keys: StationKeys
    joint_keys: JointKeys | None
    """None in an election without guardians."""
    technician: CardFile | None = None
    """None where no PIN was given for one."""

    def card_files(self) -> dict[Role, CardFile]:
        """One file for each person."""
        files = card_files(self.data_cards, self.closing_cards)
        return files | ({Role.TECHNICIAN: self.technician} if self.technician else {})

    def __repr__(self) -> str:
        """Whose kit it is."""
        return f"StationKit({self.station})"


def make_kit(
    election: Election,
    part: RollPart,
    *,
    pins: Mapping[Role, str],
    centre: PublicKey,
    entropy: Entropy,
    cost: Cost,
    codes: int = CODES,
    joint_keys: JointKeys | None = None,
    president: Sequence[Finger] = (),
) -> StationKit:
    """The kit of a station.

    1. Draw the seeds, the pairing keys and the closing key.
    2. Seal the roll under a data key; hash the override codes.
    3. Split data key and closing key over the cards.

    Args:
        election: the definition.
        part: the station's electors with their salts.
        pins: 6 to 12 digits for each role; the technician's may be left out.
        centre: the key whose responses open by telephone.
        entropy: fresh randomness.
        cost: what a guess of a PIN or a code costs: SENSITIVE in an election, less in a demo (ADR 0050).
        codes: how many override codes.
        joint_keys: the guardians', in an election that has guardians.
        president: fingers of the elector who presides; none: two members authorize exceptions.
    """
    station, booths = part.station, election.stations[part.station].booths
    poll_book_seed, closing, data_key = entropy(32), entropy(32), entropy(32)
    seeds = tuple(entropy(32) for _ in range(booths))
    sheet = make_codes(election.identity, station, codes, entropy, cost)

    def cards(secret: bytes, purpose: Purpose) -> dict[Role, bytes]:
        return split_secret(
            secret, ROLES, pins, entropy, election=election.identity, station=station, purpose=purpose, cost=cost
        )

    technician = None
    if Role.TECHNICIAN in pins:
        pin = pins[Role.TECHNICIAN]
        technician = technician_file(pin, entropy, election=election.identity, station=station, cost=cost)
    return StationKit(
        station=station,
        package=make_package(part, data_key, sheet.hashes, centre, entropy, president=president),
        poll_book_seed=poll_book_seed,
        booth_seeds=seeds,
        pairing_keys=tuple(entropy(32) for _ in range(booths)),
        data_cards=cards(data_key, Purpose.DATA_KEY),
        closing_cards=cards(closing, Purpose.CLOSING_KEY),
        pins=dict(pins),
        code_lines=sheet.codes,
        keys=StationKeys(
            station=station,
            poll_book=SigningKey(poll_book_seed).public_hex,
            booths=tuple(SigningKey(seed).public_hex for seed in seeds),
            closing=SealingKey(closing).public_hex,
        ),
        joint_keys=joint_keys,
        technician=technician,
    )
