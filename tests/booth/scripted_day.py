"""A booth's whole day as a script: preparation, zeroing, voters of every kind, closing, with the power cut anywhere.

The poll book here is the smallest one that keeps its word: its slot is durable, and it follows `RECONCILIATION`.
What the voter was told is remembered outside the medium, in `Witness`: that is what the record has to agree with.
"""

import random
from collections import Counter
from collections.abc import Callable

from tests.booth.power_cut import PowerCutError, PowerCutMedium
from tests.booth.sample import CLOSING, KEYS, PAIRING_KEY, STATION, VOTES_SECRET, keys_of, some_choices
from tests.station.published import PublishedStation, check_sums, close_alone, read_station

from urna.ballot.box_header import BoxHeader
from urna.ballot.code_slip import check_code_slip
from urna.ballot.opening import sealed_bytes
from urna.ballot.selections import Selections
from urna.ballot.slot import SlotState
from urna.ballot.stored import stored_bytes
from urna.devices.secure_element import Life, SimulatedElement, first_memory
from urna.election.certification import StationKeys
from urna.election.definition import Election
from urna.election.outcomes import BallotState, Ending
from urna.encoding.canonical import decode
from urna.errors import OutOfOrder
from urna.record.bundle import StationBundle
from urna.station.activation import (
    Armed,
    Ended,
    Free,
    PollBookSlot,
    Resolution,
    answer,
    reconcile,
)
from urna.station.booth import EMPTY_SLOT, Booth
from urna.station.booth_screens import Screen
from urna.station.booth_session import State
from urna.station.counting import BallotReader, BoothResult, count_box
from urna.storage import booth_medium
from urna.tally.ballot_sums import OptionOf
from urna.tally.sheet import TallySheet

ZERO_REPORT = "00" * 32


def _always(_: str) -> bool:
    return True


class PollBook:
    """A poll book's side of one booth."""

    def __init__(self) -> None:
        self.slot: PollBookSlot = Free()
        self.activations = 0
        self.endings: Counter[Ending] = Counter()


class Witness:
    """What the voters saw: papers and last words, by voter."""

    def __init__(self) -> None:
        self.papers = 0
        self.code_slips: list[bytes] = []
        self.code: bytes = b""
        """The last code slip."""
        self.paper: Selections | None = None
        self.last: Screen | None = None
        self.cast: dict[int, Selections] = {}
        self.challenged: set[int] = set()
        self.fates: dict[bytes, State] = {}
        """By code slip, what the screen said of its ballot at last: cast or challenged."""
        self.says: dict[bytes, Selections] = {}
        """By code slip, what the paper after it says."""


class ScriptedDay:
    """One booth's day on a medium with a fuse.

    Args:
        election: with a station ST-1.
        chance: decides voters and cuts.
        medium: where the booth writes.
        voters: how many come.
        voting_syncs: which files' syncs work while voters vote; all of them, unless a test takes some out.
        cuts: how many times the power is cut or the process killed, at most.
    """

    def __init__(
        self,
        election: Election,
        chance: random.Random,
        medium: PowerCutMedium,
        *,
        voters: int,
        cuts: int,
        voting_syncs: Callable[[str], bool] = lambda _: True,
    ) -> None:
        self.election = election
        self.chance = chance
        self.medium = medium
        self.voters = voters
        self.voting_syncs = voting_syncs
        self.cuts_left = cuts
        self.cuts = 0
        self.header = BoxHeader(
            election=election.identity,
            station=STATION,
            booth=1,
            slots=voters * 4 + cuts,
            sealed_bytes=sealed_bytes(election),
            ciphertext_bytes=stored_bytes(election, STATION),
        )
        self.keys = keys_of(election)
        self.poll_book = PollBook()
        self.seen = Witness()
        self.signed: set[bytes] = set()
        self.outputs: set[tuple[bytes, ...]] = set()
        self.sheet: TallySheet | None = None
        self.bundle: StationBundle | None = None
        self.spoiled = 0
        self.asked: set[int] = set()
        """Papers on which the voter pressed CHALLENGE."""

    def run(self) -> TallySheet:
        """The day from an empty medium to destroyed openings; the invariants are asserted on the way."""
        for part in (self.prepare, self.vote, self.close):
            self._light_fuse()
            self.medium.syncs = self.voting_syncs if part == self.vote else _always
            while True:
                try:
                    part()
                    break
                except PowerCutError:
                    self._crash()
        assert self.sheet is not None
        self.medium.fuse = None
        self._check_sheet(self.sheet)
        return self.sheet

    def prepare(self) -> None:
        """Preparation and zeroing; begun again after a crash."""
        if booth_medium.ELEMENT not in self.medium.names():
            booth_medium.create_element_file(self.medium, first_memory(self._bytes(32)), self._bytes)
        element = self._element()
        if element.life in {Life.FRESH, Life.ZEROING}:
            booth_medium.zero(self.medium, element, self.header, self._bytes, EMPTY_SLOT)

    def vote(self) -> None:
        """All voters, from wherever the booth and the poll book stand."""
        booth = self._start()
        while not (self.poll_book.activations == self.voters and self._idle(booth)):
            self._go_on(booth)

    def close(self) -> None:
        """Count, sign, keep the sheet, destroy the openings; begun again after a crash."""
        element = self._element()
        if element.life is not Life.CLOSED:
            if element.life is not Life.SIGNED:
                element.begin_closing()
            box = booth_medium.open_box_to_count(self.medium, element, self.header)
            result = count_box(box, BallotReader(self.election, STATION, 1, CLOSING, self.keys), ZERO_REPORT)
            self.spoiled = box.count(SlotState.SPOILED)
            self._sign(element, result)
        booth_medium.destroy(self.medium, element, self._bytes)

    def _sign(self, element: SimulatedElement, result: BoothResult) -> None:
        """As `sign_sheet` does, with a poll book that says nothing."""
        self.bundle = close_alone(self.election, STATION, [result], self.keys)
        self.sheet = decode(self.bundle.sheet, TallySheet)
        self.signed.add(element.sign_sheet(self.bundle.sheet))
        files = self.bundle.ciphertexts.values()
        self.outputs.add((self.bundle.sheet, self.bundle.ballots or b"", *files, self.bundle.opened or b""))

    # The script

    def _go_on(self, booth: Booth) -> None:
        match reconcile(self.poll_book.slot, booth.slot):
            case Resolution.READY:
                style = self.chance.choice(("FULL", "SHORT"))
                self.poll_book.slot = Armed(style=style)
                self.poll_book.activations += 1
                self.seen.paper = None
                self._activate(booth, style)
            case Resolution.ACTIVATE_AGAIN:
                assert isinstance(self.poll_book.slot, Armed)
                self._activate(booth, self.poll_book.slot.style)
            case Resolution.CONTINUE:
                self._act(booth)
            case Resolution.RECORD_ENDING:
                assert isinstance(booth.slot, Ended)
                self.poll_book.endings[booth.slot.ending] += 1
                self.poll_book.slot = Free()
            case Resolution.ACKNOWLEDGE:
                booth.acknowledge()
            case Resolution.PRESIDENT:
                raise AssertionError("a crash left a pair of slots that no crash can leave")

    def _act(self, booth: Booth) -> None:
        """Something that this voter, or a poll worker, may do now."""
        screen = self.seen.last
        assert screen is not None and screen.state is booth.state
        match booth.state:
            case State.CHOOSING:
                assert isinstance(booth.slot, Armed)
                booth.review(some_choices(self.election, booth.slot.style, self.chance))
            case State.REVIEWING:
                self.chance.choices((booth.confirm, booth.go_back, booth.expire), (8, 1, 1))[0]()
            case State.PRINTED:
                self._answer_question(booth, screen)
            case State.VOID | State.CHALLENGED if screen.papers_left < 1:
                booth.end(Ending.LEFT)
            case State.VOID | State.CHALLENGED:
                booth.choose_again()
            case State.EXPIRED | State.EXPIRED_WITH_PAPER:
                self._poll_worker(booth)
            case state:
                raise AssertionError(f"nothing to do in state {state}")

    def _answer_question(self, booth: Booth, screen: Screen) -> None:
        acts = [booth.say_yes, booth.say_yes, booth.say_yes, booth.say_no, booth.expire]
        act = self.chance.choice([*acts, booth.challenge_machine] if screen.may_challenge else acts)
        if act == booth.challenge_machine:
            self.asked.add(self.seen.papers)
        act()

    def _poll_worker(self, booth: Booth) -> None:
        if self.chance.random() < 0.5:
            booth.end(self.chance.choice((Ending.EXPIRED, Ending.LEFT)))
            return
        try:
            booth.resume()
        except OutOfOrder:
            booth.end(Ending.EXPIRED)

    # The world

    def print_code_slip(self, document: bytes) -> None:
        """The code slip, before the paper: a cut may come before it is out, or after."""
        self.medium.tick("code slip")
        self.seen.code_slips.append(document)
        self.seen.code = document
        self.medium.tick("code slip out")

    def print_ballot(self, selections: Selections) -> None:
        """The printer: a cut may come before the paper is out, or after."""
        self.medium.tick("printer")
        self.seen.papers += 1
        self.seen.paper = selections
        if self.seen.code:
            assert self.seen.code not in self.seen.says, "two papers of one code"
            self.seen.says[self.seen.code] = selections
        self.medium.tick("paper out")

    def show(self, screen: Screen) -> None:
        """The screen: a cut may come before a word is on it. A later word never takes back an earlier one."""
        self.medium.tick("screen")
        self.seen.last = screen
        voter = self.poll_book.activations
        if screen.state is State.CAST:
            assert self.seen.paper is not None, "cast without a paper"
            assert self.seen.cast.setdefault(voter, self.seen.paper) == self.seen.paper, "cast, and then another"
        elif screen.state is not State.WAITING:
            assert voter not in self.seen.cast, "the screen said cast, and then something else"
        if screen.state is State.CHALLENGED:
            self.seen.challenged.add(self.seen.papers)
        if screen.state in {State.CAST, State.CHALLENGED}:
            self.seen.fates[self.seen.code] = screen.state

    # Parts

    def _start(self) -> Booth:
        element = self._element()
        box = booth_medium.open_box(self.medium, element, self.header)
        booth = Booth(
            election=self.election,
            station=STATION,
            number=1,
            box=box,
            slot=booth_medium.open_slot(self.medium, element, self._bytes),
            printer=self,
            show=self.show,
            entropy=self._bytes,
            pairing_key=PAIRING_KEY,
            closing_key=CLOSING.public_hex,
            keys=self.keys,
            signer=element.signer(self.election.key_name(STATION, "booth-1")),
        )
        assert box.count(SlotState.DAMAGED) == 0, "a cut left a slot that no cut can leave"
        assert box.count(SlotState.PENDING) == 0, "a ballot is still pending after a restart"
        assert box.count(SlotState.CAST) == len(self.seen.cast), "the screens and the box differ"
        return booth

    def _idle(self, booth: Booth) -> bool:
        return reconcile(self.poll_book.slot, booth.slot) is Resolution.READY

    def _activate(self, booth: Booth, style: str) -> None:
        challenge = booth.challenge()
        given = answer(PAIRING_KEY, challenge, election=self.election.identity, station=STATION, booth=1, style=style)
        booth.activate(style, given)

    def _element(self) -> SimulatedElement:
        return SimulatedElement(booth_medium.open_element_file(self.medium, self._bytes), self._bytes)

    def _bytes(self, count: int) -> bytes:
        return self.chance.randbytes(count)

    def _light_fuse(self) -> None:
        """The next cut: often within a few operations, so in the middle of a recovery, at times after hundreds."""
        self.medium.fuse = self.chance.randint(0, self.chance.choice((5, 50, 500))) if self.cuts_left else None

    def _crash(self) -> None:
        self.cuts += 1
        self.cuts_left -= 1
        if self.chance.random() < 0.75:
            self.medium.cut()
        self._light_fuse()

    def _check_sheet(self, sheet: TallySheet) -> None:
        """No vote lost or doubled: the sheet says what the screens said."""
        (booth,) = sheet.booths
        assert booth.cast == len(self.seen.cast) == self.poll_book.endings[Ending.CAST]
        assert len(self.seen.challenged) <= booth.challenged <= len(self.asked), "a challenge lost or made up"
        assert sum(self.poll_book.endings.values()) == self.poll_book.activations == self.voters
        assert self.seen.papers <= booth.made <= self.seen.papers + self.cuts
        assert self.spoiled <= self.cuts
        assert len(self.signed) == len(self.outputs) == 1, "two first sheets"
        told: Counter[str] = Counter()
        for selections in self.seen.cast.values():
            told.update(option for each in selections.contests for option in each.options)
        counted = {v.option: v.votes for contest in sheet.contests for v in contest.votes or ()}
        assert counted == {option: told[option] for option in counted}
        if self.election.is_encrypted:
            self._check_published(sheet)

    def _check_published(self, sheet: TallySheet) -> None:
        """Every code slip is in the record with its ciphertext, and says there what its voter was told."""
        assert self.bundle is not None
        station = read_station(self.election, KEYS, sheet, self.bundle)
        check_sums(station, sheet, KEYS, VOTES_SECRET)
        self._check_codes(station)

    def _check_codes(self, station: PublishedStation) -> None:
        key = self._element().public_hex
        keys = StationKeys(station=STATION, poll_book=key, booths=(key,), closing=CLOSING.public_hex)
        by_code = station.by_code()
        assert len(set(self.seen.code_slips)) == len(self.seen.code_slips) >= self.seen.papers
        for document in self.seen.code_slips:
            code = check_code_slip(document, self.election, keys).code
            assert code in by_code, "a code slip without its ballot"
            ballot = by_code[code]
            fate, paper = self.seen.fates.get(document), self.seen.says.get(document)
            if fate is not None:
                assert ballot.listed.state is BallotState(fate.value), "the screen said another thing"
            if paper is not None:
                assert ballot.listed.style == paper.style
                chosen = {OptionOf(each.contest, option) for each in paper.contests for option in each.options}
                said = {option for option, votes in ballot.votes(VOTES_SECRET).items() if votes}
                assert said == chosen, "a ciphertext of something else than the paper"
