"""The readiness test: a machine that counts or encrypts wrongly is found before the day, and every machine is warm."""

import secrets
from collections import Counter
from collections.abc import Callable, Mapping, Sequence

import pytest
from tests.station.small import KEYS, KINDS, STATION, small_election

from urna.ballot.context import BallotContext
from urna.ballot.encryption import Entropy, encrypt_ballot
from urna.ballot.forms import EncryptedBallot
from urna.ballot.keys import JointKeys
from urna.ballot.selections import Selections, choose
from urna.cli.machines import BoothMachine, memory_booth
from urna.crypto import scalars
from urna.crypto.sealing import SealingKey
from urna.election.definition import Election
from urna.errors import OutOfOrder, Unproven
from urna.station import booth, booth_ballot, counting
from urna.station.decks import decks
from urna.station.readiness import check_readiness

PLAIN, ENCRYPTED = (small_election(4, has_guardians=kind) for kind in KINDS.values())


def practice(election: Election, keys: JointKeys | None) -> Callable[[bytes, SealingKey], BoothMachine]:
    """Makes practice booths in memory."""

    def make(pairing_key: bytes, closing: SealingKey) -> BoothMachine:
        return memory_booth(
            election,
            STATION,
            seed=bytes(32),
            pairing_key=pairing_key,
            closing_key=closing.public_hex,
            entropy=secrets.token_bytes,
            keys=keys,
        )

    return make


KEYS_OF = {PLAIN.identity: None, ENCRYPTED.identity: KEYS}


def check(election: Election = ENCRYPTED) -> int:
    """The readiness test of the station."""
    keys = KEYS_OF[election.identity]
    return check_readiness(election, STATION, practice(election, keys), keys=keys, entropy=secrets.token_bytes)


@pytest.mark.parametrize("election", [PLAIN, ENCRYPTED], ids=KINDS)
def test_a_good_machine_is_ready(election: Election) -> None:
    """Every position of every style was pressed, and a blank ballot of each style."""
    assert check(election) == sum(map(len, decks(election, STATION)))


def test_the_decks_tell_any_two_positions_apart() -> None:
    """Every option has a vote of each style, and no two options of a contest have the same votes in every deck."""
    pressed = [
        Counter((card.style, contest, *options) for card in cards for contest, options in card.pressed.items())
        for cards in decks(PLAIN, STATION)
    ]
    for style in ("NORTH", "SOUTH"):
        for contest in PLAIN.contests_of_style(style):
            votes = [tuple(count[style, contest.code, option.code] for count in pressed) for option in contest.options]
            assert {each[0] for each in votes} == {1}
            assert len(set(votes)) == len(votes)
    assert max(map(sum, (count.values() for count in pressed))) == sum(pressed[0].values())


@pytest.mark.parametrize("election", [PLAIN, ENCRYPTED], ids=KINDS)
def test_a_machine_that_exchanges_two_candidates_is_found(election: Election, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever presses the first gets the second and the other way round, on paper, in the count and in the cipher."""
    exchanged = {"MAYOR-1": "MAYOR-2", "MAYOR-2": "MAYOR-1"}

    def wrong(election: Election, style: str, chosen: Mapping[str, Sequence[str]]) -> Selections:
        return choose(election, style, {at: [exchanged.get(each, each) for each in chosen[at]] for at in chosen})

    monkeypatch.setattr(booth, "choose", wrong)
    with pytest.raises(Unproven, match="votes for MAYOR-1 in MAYOR"):
        check(election)


@pytest.mark.parametrize(("election", "keys"), [(PLAIN, KEYS), (ENCRYPTED, None)], ids=KINDS)
def test_keys_that_do_not_fit_the_definition_are_found(election: Election, keys: JointKeys | None) -> None:
    """Guardians without keys, or keys without guardians."""
    with pytest.raises(OutOfOrder, match="joint keys"):
        check_readiness(election, STATION, practice(election, keys), keys=keys, entropy=secrets.token_bytes)


def test_a_machine_that_encrypts_another_vote_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its ballots are valid and its count is right, but the ciphertexts do not hold it."""

    def dishonest(
        context: BallotContext, votes: Sequence[int], ballot: bytes, seed: bytes, entropy: Entropy
    ) -> EncryptedBallot:
        first = len(context.shape.contests[0].options)
        moved = (*votes[1:first], votes[0], *votes[first:])
        return encrypt_ballot(context, moved, ballot, seed, entropy)

    monkeypatch.setattr(booth_ballot, "encrypt_ballot", dishonest)
    with pytest.raises(Unproven, match=r"S-1: expected a sum of ciphertexts .* Do not open"):
        check()


def test_a_machine_whose_proofs_do_not_hold_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """One response of each ballot is another one; the counts and the sums of nonces are right."""

    def careless(
        context: BallotContext, votes: Sequence[int], ballot: bytes, seed: bytes, entropy: Entropy
    ) -> EncryptedBallot:
        made = encrypt_ballot(context, votes, ballot, seed, entropy)
        last = scalars.add(made.responses[-32:], scalars.ONE)
        return made._replace(responses=made.responses[:-32] + last)

    monkeypatch.setattr(booth_ballot, "encrypt_ballot", careless)
    with pytest.raises(Unproven, match="that prove themselves"):
        check()


def test_a_machine_that_adds_up_nonces_wrongly_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its sheet would not prove itself in the evening."""
    monkeypatch.setattr(counting, "option_nonce", lambda *_: scalars.ONE)
    with pytest.raises(Unproven, match="sum of nonces"):
        check()


@pytest.mark.parametrize(("election", "styles"), [(PLAIN, 0), (ENCRYPTED, 2)], ids=KINDS)
def test_a_started_booth_has_encrypted_a_ballot_of_each_style(
    election: Election, styles: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So the first voter waits no longer than the others; nothing of it is stored, shown or printed."""
    made: list[str] = []

    def counted(
        context: BallotContext, votes: Sequence[int], ballot: bytes, seed: bytes, entropy: Entropy
    ) -> EncryptedBallot:
        made.append(context.shape.style)
        return encrypt_ballot(context, votes, ballot, seed, entropy)

    monkeypatch.setattr(booth_ballot, "encrypt_ballot", counted)
    machine = practice(election, KEYS if styles else None)(bytes(32), SealingKey(bytes(32)))
    machine.zero(election.definition.opens_at)
    screens: list[str] = []
    started = machine.start(Silent(), lambda screen: screens.append(screen.state))
    assert (len(made), len(set(made))) == (styles, styles)
    assert (screens, started.state) == (["waiting"], "waiting")
    assert list(started._box.ballots()) == []


class Silent:
    """A printer that nobody asks."""

    def print_code_slip(self, document: bytes) -> None:
        raise AssertionError

    def print_ballot(self, selections: object) -> None:
        raise AssertionError
