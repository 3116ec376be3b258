"""Closing a station with guardians: what leaves it, what never does, and what is not signed."""

import secrets
from collections.abc import Callable, Iterator
from functools import reduce
from pathlib import Path

import pytest
from tests.station.published import check_sums, read_station
from tests.station.small import KEYS, STATION, STYLES, VOTES_SECRET, always_a_match, small_election, small_kit

from urna.ballot.code_slip import check_code_slip
from urna.ballot.encryption import encrypt_ballot, option_votes
from urna.ballot.published import BallotList, OpenedList
from urna.ballot.selections import Selections, choose
from urna.ballot.slot import SlotContent, SlotState
from urna.ballot.stored import StoredForm, pack_stored, unpack_stored
from urna.cli.polling_place import PollingPlace
from urna.crypto import scalars
from urna.crypto.sealing import SealingKey
from urna.devices.secure_element import Life
from urna.election.outcomes import BallotState
from urna.encoding.canonical import decode
from urna.encoding.document import read_document
from urna.errors import OutOfOrder, Unproven
from urna.record.bundle import StationBundle
from urna.roll.synthetic import synthesize_roll
from urna.station.booth import Booth
from urna.station.booth_ballot import station_contexts
from urna.station.cards import Role, join_secret
from urna.station.counting import BoothResult
from urna.station.day import DayEvent
from urna.station.signing import sign_sheet
from urna.station.station import Station
from urna.storage import booth_medium
from urna.storage.ballot_box import BallotBox
from urna.tally.ballot_sums import OptionOf
from urna.tally.rules_votes import is_withheld
from urna.tally.sheet import TallySheet
from urna.verify.encrypted import inspect_bundle
from urna.verify.report import Finding

ROLES = (Role.PRESIDENT, Role.SECRETARY)
NOW = "2026-12-06T22:00:00Z"
ELECTORS = 4
"""Of each style."""

CONTEXTS = station_contexts(small_election(ELECTORS, 2, has_guardians=True), STATION, KEYS)


class Voted:
    """A station with guardians and two booths in which everybody has voted, one of them after a challenge.

    Args:
        folder: where the machines' media lie.
        secrecy_threshold: of the rules.
        challengers: how many first challenge the machine.
        style: whose electors alone come; all, if empty.
    """

    def __init__(self, folder: Path, secrecy_threshold: int = 1, challengers: int = 1, style: str = "") -> None:
        self.election = small_election(ELECTORS, 2, has_guardians=True, secrecy_threshold=secrecy_threshold)
        self.kit = small_kit(self.election)
        self.place = PollingPlace(self.election, self.kit, folder, always_a_match, secrets.token_bytes)
        self.zero_reports = self.place.set_up(self.election.definition.opens_at, ROLES)
        self.slips: list[bytes] = []
        self.station: Station[Booth] = self.place.start(ROLES, [self, self], lambda screen: None)
        self.station.poll_book.advance(DayEvent.OPEN)
        came = [each for each in synthesize_roll(self.election, 7) if style in {"", each.style}]
        for number, elector in enumerate(came):
            booth = self.station.booths[number % 2 + 1]
            self.station.poll_book.identify(elector.number, None)
            self.station.activate(booth.number, elector.style)
            if number < challengers:
                self._vote(booth, elector.style, number + 1)
                booth.challenge_machine()
                booth.choose_again()
            self._vote(booth, elector.style, number)
            booth.say_yes()
            self.station.record_ending(booth.number)

    def print_code_slip(self, document: bytes) -> None:
        """The code slip is out."""
        self.slips.append(document)

    def print_ballot(self, selections: Selections) -> None:
        """The paper is out."""

    def _vote(self, booth: Booth, style: str, number: int) -> None:
        contests = self.election.contests_of_style(style)
        booth.review({each.code: [each.options[number % len(each.options)].code] for each in contests})
        booth.confirm()

    def close(self, roles: tuple[Role, Role] | None = ROLES) -> StationBundle:
        """Closes the polls."""
        return self.place.close(self.station, self.zero_reports, roles, signatures=2 * ELECTORS, now=NOW)

    def counted(self) -> list[BoothResult]:
        """What each booth's box says, once more; it never leaves the station like this."""
        cards, pins = self.kit.closing_cards, self.kit.pins
        key = SealingKey(join_secret(cards[ROLES[0]], pins[ROLES[0]], cards[ROLES[1]], pins[ROLES[1]]))
        return [self.place.booth(number).count(self.zero_reports[number - 1], key) for number in (1, 2)]

    def box(self, number: int) -> tuple[BallotBox, list[int]]:
        """A booth's box, and its slots with cast ballots."""
        machine = self.place.booth(number)
        box = booth_medium.open_box(self.place._medium(number), machine.element, machine.header)
        return box, [slot for slot in range(machine.header.slots) if box.state(slot) is SlotState.CAST]


@pytest.fixture
def voted(tmp_path: Path) -> Voted:
    """A fresh one, of which every contest may be shown."""
    return Voted(tmp_path)


def all_bytes(bundle: StationBundle) -> bytes:
    """Everything that leaves a station."""
    return b"\n".join([bundle.sheet, bundle.ballots or b"", *bundle.ciphertexts.values(), bundle.opened or b""])


def inspect(voted: Voted, bundle: StationBundle) -> tuple[Finding, ...]:
    """What the centre, and everybody after it, finds wrong with what the station gives out."""
    sheet, listed = read_document(bundle.sheet, TallySheet), decode(bundle.ballots or b"", BallotList)
    return inspect_bundle(
        voted.election, KEYS, sheet, listed, bundle.ciphertexts, bundle.opened, coefficients=secrets.token_bytes
    )


def spelled(nonces: Iterator[bytes]) -> list[bytes]:
    """Nonces as a record might show them."""
    return [each for nonce in nonces for each in (nonce, nonce.hex().encode(), nonce[::-1].hex().encode())]


def test_the_sheet_proves_itself_and_every_code_is_in_the_record(voted: Voted) -> None:
    """Votes as the guardians would open them, R for every option, one challenged ballot opened."""
    bundle = voted.close()
    sheet = read_document(bundle.sheet, TallySheet)
    station = read_station(voted.election, KEYS, sheet, bundle)
    check_sums(station, sheet, KEYS, VOTES_SECRET)
    printed = [check_code_slip(slip, voted.election, voted.kit.keys).code for slip in voted.slips]
    assert station.by_code().keys() == set(printed)
    assert (sheet.opened, sheet.cast, len(printed)) == (True, 2 * ELECTORS, 2 * ELECTORS + 1)
    assert station.by_code()[printed[0]].listed.state is BallotState.CHALLENGED
    assert bundle.ciphertexts.keys() == set(STYLES)
    assert inspect(voted, bundle) == ()


def test_a_station_whose_voters_challenged_nothing_opens_nothing(tmp_path: Path) -> None:
    """Its list of openings is there, and empty; a style in which nobody voted has no file."""
    voted = Voted(tmp_path, challengers=0, style="SOUTH")
    bundle = voted.close()
    sheet = read_document(bundle.sheet, TallySheet)
    assert bundle.opened is not None
    assert decode(bundle.opened, OpenedList).ballots == ()
    assert bundle.ciphertexts.keys() == {"SOUTH"}
    assert {each.style: each.cast for each in sheet.styles} == {"NORTH": 0, "SOUTH": ELECTORS}
    check_sums(read_station(voted.election, KEYS, sheet, bundle), sheet, KEYS, VOTES_SECRET)
    assert inspect(voted, bundle) == ()


def test_no_booths_own_sum_of_nonces_leaves_the_station(voted: Voted) -> None:
    """Sheet, list, ciphertexts and openings hold the station's R; neither booth's, nor a cast ballot's nonce."""
    bundle = voted.close()
    given_out = all_bytes(bundle)
    results = voted.counted()
    options = results[0].nonces.keys() | results[1].nonces.keys()
    assert len(options) == 10
    own = [result.nonces[option] for result in results for option in result.nonces]
    assert not [each for each in spelled(iter(own)) if each in given_out]
    for option in options:
        total = reduce(scalars.add, (result.nonces[option] for result in results))
        assert total.hex().encode() in bundle.sheet
    assert len({result.nonces[option] for result in results for option in options}) == 2 * len(options)


def test_below_the_threshold_there_is_neither_vote_nor_nonce(tmp_path: Path) -> None:
    """A contest of one style alone has four ballots of five: no votes, no undervotes, no R anywhere."""
    voted = Voted(tmp_path, secrecy_threshold=ELECTORS + 1)
    bundle = voted.close()
    sheet = read_document(bundle.sheet, TallySheet)
    shown = {tally.contest: tally for tally in sheet.contests}
    assert [code for code, tally in shown.items() if is_withheld(voted.election.rules, tally.ballots)] == ["NORTHERN"]
    assert (shown["NORTHERN"].ballots, shown["NORTHERN"].votes, shown["NORTHERN"].undervotes) == (ELECTORS, None, None)
    check_sums(read_station(voted.election, KEYS, sheet, bundle), sheet, KEYS, VOTES_SECRET)
    hidden = [
        reduce(scalars.add, parts)
        for option in ("NORTHERN-1", "NORTHERN-2")
        if (parts := [result.nonces[OptionOf("NORTHERN", option)] for result in voted.counted()])
    ]
    assert len(hidden) == 2
    assert not [each for each in spelled(iter(hidden)) if each in all_bytes(bundle)]
    assert b"NORTHERN-1" not in bundle.sheet
    assert inspect(voted, bundle) == ()


def test_with_the_closing_cards_lost_people_and_root_are_signed(voted: Voted) -> None:
    """No votes, no R, nothing opened; every ciphertext is there for the guardians, and they find what was voted."""
    bundle = voted.close(roles=None)
    sheet = read_document(bundle.sheet, TallySheet)
    assert (sheet.opened, bundle.opened) == (False, None)
    assert {(tally.votes, tally.undervotes) for tally in sheet.contests} == {(None, None)}
    assert [tally.ballots for tally in sheet.contests] == [2 * ELECTORS, 2 * ELECTORS, ELECTORS]
    assert {each.style: each.cast for each in sheet.styles} == dict.fromkeys(STYLES, ELECTORS)
    station = read_station(voted.election, KEYS, sheet, bundle)
    assert len(station.of(BallotState.CAST)) == sheet.cast == 2 * ELECTORS
    assert all(sum(each.votes(VOTES_SECRET).values()) >= 2 for each in station.of(BallotState.CAST))
    assert b"nonce" not in bundle.sheet
    assert inspect(voted, bundle) == ()


def test_a_closing_without_cards_is_the_same_once_more_and_stays_closed(voted: Voted) -> None:
    """The same bytes after a crash; cards that are found later open no second first sheet."""
    first = voted.close(roles=None)
    assert voted.close(roles=None) == first
    with pytest.raises(OutOfOrder, match="signed already"):
        voted.close()


def test_without_guardians_nothing_is_closed_without_cards(tmp_path: Path) -> None:
    """Nobody else could open the votes; the polls can still be closed when the cards are there."""
    election = small_election(ELECTORS)
    place = PollingPlace(election, small_kit(election), tmp_path, always_a_match, secrets.token_bytes)
    (zero,) = place.set_up(election.definition.opens_at, ROLES)
    printer = Quiet()
    station = place.start(ROLES, [printer], lambda screen: None)
    station.poll_book.advance(DayEvent.OPEN)
    elector = next(iter(synthesize_roll(election, 7)))
    station.poll_book.identify(elector.number, None)
    station.activate(1, elector.style)
    station.booths[1].review({})
    station.booths[1].confirm()
    station.booths[1].say_yes()
    station.record_ending(1)
    with pytest.raises(OutOfOrder, match="closing key"):
        place.close(station, [zero], None, signatures=1, now=NOW)
    bundle = place.close(station, [zero], ROLES, signatures=1, now=NOW)
    listed = decode(bundle.ballots or b"", BallotList)
    assert (bundle.ciphertexts, bundle.opened, printer.slips) == ({}, None, [])
    assert [(each.style, each.hash) for each in listed.ballots] == [(None, None)]
    assert b"nonce" not in bundle.sheet


class Quiet:
    """A printer that always works."""

    def __init__(self) -> None:
        self.slips: list[bytes] = []

    def print_code_slip(self, document: bytes) -> None:
        """The code slip is out."""
        self.slips.append(document)

    def print_ballot(self, selections: Selections) -> None:
        """The paper is out."""


def other_vote(voted: Voted, box: BallotBox, slot: int) -> SlotContent:
    """The slot's content with a ciphertext of another vote in it, whose proofs hold; its opening as it was."""
    content = box._read(slot).content
    style = unpack_stored(voted.election, STATION, content.ciphertext).style
    shape = CONTEXTS[style].shape
    votes = option_votes(shape, choose(voted.election, style, {"MAYOR": ["MAYOR-3"], "COUNCIL": ["COUNCIL-5"]}))
    ballot, seed = bytes.fromhex(content.ballot), secrets.token_bytes(32)
    encrypted = encrypt_ballot(CONTEXTS[style], votes, ballot, seed, secrets.token_bytes)
    form = StoredForm(style, encrypted.committed())
    return content._replace(ciphertext=pack_stored(voted.election, STATION, form))


def neighbours_ciphertext(voted: Voted, box: BallotBox, slot: int) -> SlotContent:
    """The slot's content with the ciphertext of another slot in it."""
    _, cast = voted.box(1)
    return box._read(slot).content._replace(ciphertext=box._read(cast[cast[0] == slot]).content.ciphertext)


@pytest.mark.parametrize("exchange", [other_vote, neighbours_ciphertext])
def test_a_sheet_whose_ciphertext_was_exchanged_is_never_signed(
    exchange: Callable[[Voted, BallotBox, int], SlotContent], voted: Voted
) -> None:
    """Somebody with the box key writes another ciphertext beside an opening: the closing stops before any signature."""
    box, cast = voted.box(1)
    content = exchange(voted, box, cast[0])
    body = box._cipher.body(cast[0], content, secrets.token_bytes(12))
    box._file.write(box.header.offset(cast[0]), body)
    box.close()
    with pytest.raises(Unproven):
        voted.close()
    assert {voted.place.booth(number).element.life for number in (1, 2)} <= {Life.ZEROED, Life.CLOSING}


def test_no_sheet_is_signed_without_the_guardians_keys(voted: Voted) -> None:
    """Nothing could be proven then: it is refused before any booth's element signs."""
    voted.station.poll_book.advance(DayEvent.CLOSE)
    results = voted.counted()
    statement = voted.place._statement(voted.station, 2 * ELECTORS, NOW)
    signers = {number: voted.place.booth(number).sheet_signer() for number in (1, 2)}
    with pytest.raises(OutOfOrder, match="joint keys"):
        sign_sheet(voted.election, voted.kit.keys, results, statement=statement, signers=signers, now=NOW)
    assert {voted.place.booth(number).element.life for number in (1, 2)} == {Life.CLOSING}
