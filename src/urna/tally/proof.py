"""The sheet that proves itself: its votes against the sum of its cast ciphertexts (docs/spec/protocol.md).

For each option the sheet says t votes and R, the sum of the nonces. Σα = R·G and Σβ = (R + t)·K, or the sheet is
false: given the ciphertexts, R and t are unique. Nobody's key is needed.
"""

from collections.abc import Iterator

from urna.ballot.keys import JointKeys
from urna.crypto import scalars
from urna.crypto.elgamal import Ciphertext
from urna.crypto.group import base_times, times
from urna.errors import Malformed, Unproven
from urna.tally.ballot_sums import OptionOf, Sums
from urna.tally.sheet import OptionVotes, TallySheet
from urna.words import Sentence


def check_sum(keys: JointKeys, total: Ciphertext, votes: int, nonce: bytes, where: str = "") -> None:
    """Returns if a sum of ciphertexts holds exactly this many votes.

    Args:
        keys: the guardians' joint keys.
        total: Σα and Σβ.
        votes: t.
        nonce: R, 32 bytes little-endian.
        where: for an error.

    Raises:
        Malformed: R is not a scalar.
        Unproven: another number of votes, or another R.
    """
    scalars.check_scalar(nonce)
    shifted = scalars.add(nonce, scalars.from_int(votes))
    if base_times(nonce) != total.alpha or times(shifted, keys.votes) != total.beta:
        raise Unproven(
            Sentence("a sum of ciphertexts that holds {votes} votes", {"votes": votes}),
            Sentence("one that does not, or another sum of nonces"),
            Sentence("Do not believe this sheet; the slips in the box decide."),
            where,
        )


def unproven_options(sheet: TallySheet, keys: JointKeys, sums: Sums) -> Iterator[OptionOf]:
    """The options whose votes on the sheet do not follow from the sums of the cast ballots.

    Args:
        sheet: the sheet of the closing, with its sums of nonces; contests that show no votes are passed over.
        keys: the guardians' joint keys.
        sums: over the cast ballots of all styles of the station.
    """
    for tally in sheet.contests:
        for each in tally.votes or ():
            named = OptionOf(tally.contest, each.option)
            if named not in sums or not _is_proven(keys, sums[named], each):
                yield named


def check_sheet_proof(sheet: TallySheet, keys: JointKeys, sums: Sums) -> None:
    """Returns if all votes on the sheet of a closing follow from the sums of its cast ballots.

    Raises:
        Unproven: names the first option that does not.
    """
    named = next(unproven_options(sheet, keys, sums), None)
    if named is not None:
        raise Unproven(
            Sentence("votes for {option} in {contest} that follow from the ciphertexts", named._asdict()),
            Sentence("others"),
            Sentence("Keep the media as they are and call the authority."),
            sheet.station,
        )


def _is_proven(keys: JointKeys, total: Ciphertext, said: OptionVotes) -> bool:
    if said.nonce is None:
        return False
    try:
        check_sum(keys, total, said.votes, bytes.fromhex(said.nonce))
    except (Malformed, Unproven):
        return False
    return True
