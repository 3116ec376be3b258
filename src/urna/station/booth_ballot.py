"""Making a ballot at the review: id, seed, ciphertext with its proofs, confirmation code; all of it in memory.

It is made when the voter asks for the review, so that VOTE has only to store and print; going back forgets it. In an
election without guardians a ballot is its id with its selections.
"""

from collections.abc import Callable

from urna.ballot.code_slip import CodeSlip, sign_code_slip
from urna.ballot.confirmation import confirmation_code, write_code
from urna.ballot.context import BallotContext, ballot_context
from urna.ballot.encryption import SEED_BYTES, encrypt_ballot, option_votes
from urna.ballot.forms import ID_BYTES
from urna.ballot.keys import JointKeys
from urna.ballot.selections import Selections, choose
from urna.ballot.shape import ballot_shape
from urna.ballot.stored import StoredForm, pack_stored
from urna.election.definition import Election
from urna.encoding.canonical import Code
from urna.errors import OutOfOrder
from urna.log.note import NoteSigner
from urna.station.booth_ports import Entropy
from urna.station.booth_session import Draft
from urna.words import Sentence


class BallotMaker:
    """Makes the ballots of one booth.

    Args:
        election: the definition's look-ups.
        station: the station's code.
        keys: the guardians' joint keys; None in an election without guardians.
        entropy: fresh random bytes.

    Raises:
        OutOfOrder: guardians without keys, or keys without guardians.
    """

    def __init__(self, election: Election, station: Code, keys: JointKeys | None, entropy: Entropy) -> None:
        self._election = election
        self._station = station
        self._entropy = entropy
        self._contexts = station_contexts(election, station, keys)

    def make(self, selections: Selections) -> Draft:
        """The ballot that says this, to be stored or forgotten."""
        context = self._contexts.get(selections.style)
        if context is None:
            return Draft(ballot=self._entropy(ID_BYTES).hex(), selections=selections)
        return self._encrypt(context, selections)

    def warm(self) -> None:
        """Makes a blank ballot of each style and forgets it, so that no voter waits for what only the first needs."""
        for style in self._contexts:
            self.make(choose(self._election, style, {}))

    def _encrypt(self, context: BallotContext, selections: Selections) -> Draft:
        ballot, seed = self._entropy(ID_BYTES), self._entropy(SEED_BYTES)
        votes = option_votes(context.shape, selections)
        made = encrypt_ballot(context, votes, ballot, seed, self._entropy)
        form = StoredForm(selections.style, made.committed())
        code = write_code(confirmation_code(context.context, ballot, made.challenge))
        return Draft(
            ballot=ballot.hex(),
            selections=selections,
            seed=seed.hex(),
            ciphertext=pack_stored(self._election, self._station, form),
            code=code if self._election.rules.receipts else "",
        )


def station_contexts(election: Election, station: Code, keys: JointKeys | None) -> dict[Code, BallotContext]:
    """What the ballots of each style of a station are bound to; empty in an election without guardians.

    Raises:
        OutOfOrder: guardians without keys, or keys without guardians.
    """
    if election.is_encrypted != (keys is not None):
        raise OutOfOrder(
            Sentence("the guardians' joint keys, if and only if the definition has guardians"),
            Sentence("keys without guardians") if keys else Sentence("guardians without keys"),
            Sentence("Prepare the station with the definition and the keys of one election."),
            station,
        )
    if keys is None:
        return {}
    styles = (each.style for each in election.stations[station].styles)
    return {style: ballot_context(keys, station, ballot_shape(election, style)) for style in styles}


def code_signer(election: Election, station: Code, signer: NoteSigner | None) -> Callable[[str], bytes]:
    """Makes the signed code slip of a printed code.

    It is called after the ballot is durable and never before: a signed code is a promise that the record keeps.

    Args:
        election: the definition's look-ups.
        station: the station's code.
        signer: the booth's key under its name in notes; None where no code slips are printed.

    Raises:
        OutOfOrder: code slips are to be printed, and there is no key.
    """
    if signer is None and election.is_encrypted and election.rules.receipts:
        raise _no_key(station)

    def sign(code: str) -> bytes:
        if signer is None:
            raise _no_key(station)
        return sign_code_slip(CodeSlip(election=election.identity, station=station, code=code), signer)

    return sign


def _no_key(station: Code) -> OutOfOrder:
    return OutOfOrder(
        Sentence("the booth's key, to sign code slips"),
        Sentence("none"),
        Sentence("Start the booth with its secure element."),
        station,
    )
