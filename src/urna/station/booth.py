"""The booth: waiting, choosing, reviewing, pending, printed; then cast, void or expired.

This is the driver: it draws slots and ids by chance, lets `booth_states.step` decide, and executes the effects in
their order. It knows no elector: it is told "style S, once" by an answer that only the paired poll book can make.
When something fails while effects are executed, memory and medium may differ: the booth stops, and a new one, which
reads the medium again, goes on by the table `RECOVERY`.
"""

from collections.abc import Collection, Mapping

from urna.ballot.keys import JointKeys
from urna.ballot.opening import Opening, padded_bytes, seal_opening
from urna.ballot.selections import choose
from urna.ballot.slot import SlotContent
from urna.crypto.sealing import SECRET_BYTES
from urna.crypto.secretbox import NONCE_BYTES
from urna.election.definition import Election
from urna.election.outcomes import Ending
from urna.encoding.canonical import Code, PublicKey, decode, encode
from urna.errors import Malformed, OutOfOrder, UrnaError
from urna.log.note import NoteSigner
from urna.station.activation import CHALLENGE_BYTES, BoothSlot, Free, check_answer
from urna.station.booth_ballot import BallotMaker, code_signer
from urna.station.booth_ports import Box, DurableValue, Entropy, Printer, Show
from urna.station.booth_screens import screen_of
from urna.station.booth_session import (
    Acknowledged,
    Activated,
    Attempting,
    ChoseAgain,
    Confirmed,
    Effect,
    EndedByWorker,
    Event,
    Keep,
    Kept,
    PaperFailed,
    PaperPrinted,
    PrintCode,
    PrintPaper,
    Resumed,
    Reviewed,
    SaidChallenge,
    SaidNo,
    SaidYes,
    Session,
    SetMark,
    ShowSession,
    State,
    StoreBallot,
    TimePassed,
    WentBack,
)
from urna.station.booth_states import kept_of, recover, step
from urna.words import Sentence

EMPTY_SLOT = encode(Kept(slot=Free()))
"""What the activation slot's file holds when it is made."""

_CHANCE_BYTES = 16


class Booth:
    """One booth of a station. Making one recovers: it reads the medium and shows the screen that follows from it.

    Args:
        election: the definition's look-ups.
        station: the station's code.
        number: the booth's number, from 1.
        box: its ballot box.
        slot: its activation slot, made with `EMPTY_SLOT`.
        printer: prints the voter's paper.
        show: puts a screen before the voter.
        entropy: fresh random bytes.
        pairing_key: 32 bytes shared with the station's poll book, of this booth alone.
        closing_key: the public half of the station's closing key.
        keys: the guardians' joint keys, in an election that has guardians.
        signer: the booth's key, for code slips; needed where ballots are encrypted and receipts are on.

    Raises:
        OutOfOrder: keys or signer are missing, or there are keys and no guardians.
    """

    def __init__(
        self,
        *,
        election: Election,
        station: Code,
        number: int,
        box: Box,
        slot: DurableValue,
        printer: Printer,
        show: Show,
        entropy: Entropy,
        pairing_key: bytes,
        closing_key: PublicKey,
        keys: JointKeys | None = None,
        signer: NoteSigner | None = None,
    ) -> None:
        self.election = election
        self.station = station
        self.number = number
        self._styles = {each.style for each in election.stations[station].styles}
        self._box = box
        self._slot = slot
        self._printer = printer
        self._show = show
        self._entropy = entropy
        self._pairing_key = pairing_key
        self._closing_key = closing_key
        self._sign_code = code_signer(election, station, signer)
        self._maker = BallotMaker(election, station, keys, entropy)
        self._opening_bytes = padded_bytes(election)
        self._challenge: bytes | None = None
        self._stopped = False
        self._session = Session()
        self._recover()

    @property
    def state(self) -> State:
        """Where the booth is."""
        return self._session.state

    @property
    def is_stopped(self) -> bool:
        """Whether it stopped in the middle of writing, and must be made anew from its medium."""
        return self._stopped

    @property
    def slot(self) -> BoothSlot:
        """The activation slot as the reconciliation with the poll book sees it."""
        return kept_of(self._session).seen()

    def warm(self) -> None:
        """Makes a ballot of each style and forgets it: what only the first encryption needs is there for the voter."""
        self._maker.warm()

    def challenge(self) -> bytes:
        """A fresh challenge for the poll book, in place of any before it; held in memory alone.

        Raises:
            OutOfOrder: an activation is under way.
        """
        self.check_idle()
        self._challenge = self._entropy(CHALLENGE_BYTES)
        return self._challenge

    def activate(self, style: Code, answer: bytes) -> None:
        """Lets one voter of the style begin, if the poll book's answer is right. The challenge is used up either way.

        Raises:
            OutOfOrder: no challenge is shown, or an activation is under way.
            Malformed: the station has no such style.
            Unproven: the answer is not the paired poll book's to this challenge, booth and style.
        """
        challenge, self._challenge = self._challenge, None
        if challenge is None:
            raise OutOfOrder(
                Sentence("an answer to the challenge that the booth shows"),
                Sentence("no challenge"),
                Sentence("Let the booth show a new challenge."),
                self._where(),
            )
        if style not in self._styles:
            raise Malformed(
                Sentence("a ballot style of station {station}", {"station": self.station}),
                Sentence("{style}", {"style": style}),
                Sentence("Activate the booth again from the poll book."),
            )
        check_answer(
            self._pairing_key,
            challenge,
            answer,
            election=self.election.identity,
            station=self.station,
            booth=self.number,
            style=style,
        )
        self.handle(Activated(style))

    def review(self, chosen: Mapping[Code, Collection[Code]]) -> None:
        """Makes the ballot in memory and shows the review; `Malformed` for what the ballot style does not allow."""
        self._check_running()
        self.handle(Reviewed(self._maker.make(choose(self.election, self._session.style, chosen))))

    def go_back(self) -> None:
        """From the review to choosing; the ballot that was made is forgotten."""
        self.handle(WentBack())

    def confirm(self) -> None:
        """Stores the ballot as pending, prints code slip and paper, and asks the question."""
        self._check_running()
        if self.state is not State.REVIEWING:
            raise OutOfOrder(
                Sentence("a review on the screen"),
                Sentence("state {state}", {"state": self.state}),
                Sentence("Follow what the booth's screen asks for."),
                self._where(),
            )
        self.handle(Confirmed(self._box.draw(self._entropy(_CHANCE_BYTES))))

    def say_yes(self) -> None:
        """Casts the vote."""
        self.handle(SaidYes())

    def say_no(self) -> None:
        """Voids the ballot; the paper is spoiled."""
        self.handle(SaidNo())

    def challenge_machine(self) -> None:
        """Gives the ballot up to be opened in public after closing."""
        self.handle(SaidChallenge())

    def choose_again(self) -> None:
        """A new attempt in the same activation."""
        self.handle(ChoseAgain())

    def expire(self) -> None:
        """The time limit is over: a poll worker is needed. Nothing is cast and nothing annulled."""
        self.handle(TimePassed())

    def resume(self) -> None:
        """A poll worker gives more time."""
        self.handle(Resumed())

    def end(self, ending: Ending) -> None:
        """A poll worker ends the activation without a vote; a ballot in hand is void."""
        self.handle(EndedByWorker(ending))

    def acknowledge(self) -> None:
        """The poll book has durably recorded the ending: the booth is free."""
        self.handle(Acknowledged())

    def check_idle(self) -> None:
        """Returns if no activation is under way: before a challenge, and before closing.

        Raises:
            OutOfOrder: one is, or the booth must be restarted.
        """
        self._check_running()
        if self.state is not State.WAITING:
            raise OutOfOrder(
                Sentence("a booth that waits"),
                Sentence("state {state}", {"state": self.state}),
                Sentence("Finish the activation of this booth first."),
                self._where(),
            )

    def handle(self, event: Event) -> None:
        """Takes one step: the effects are done, in order, when this returns.

        Raises:
            OutOfOrder: the table or the rules do not allow it now; nothing was done.
        """
        self._check_running()
        self._perform(*step(self._session, event, self.election.rules))

    def _recover(self) -> None:
        kept = decode(self._slot.read(), Kept, self._where())
        named = kept.slot.slot if isinstance(kept.slot, Attempting) else None
        self._perform(*recover(kept, None if named is None else self._box.state(named), self.election.rules))

    def _perform(self, session: Session, effects: tuple[Effect, ...]) -> None:
        """Executes the effects; if one of them fails the booth stops, because the medium may be ahead of memory."""
        self._stopped = True
        said: Event | None = None
        for effect in effects:
            said = self._execute(effect)
            if said is not None:
                break
        self._session = session
        self._stopped = False
        if said is not None:
            self.handle(said)

    def _execute(self, effect: Effect) -> Event | None:
        """One effect; the printer's word comes back as an event."""
        match effect:
            case Keep(kept=kept):
                self._slot.write(encode(kept))
            case StoreBallot():
                self._store(effect)
            case SetMark(slot=slot, state=state):
                self._box.mark(slot, state)
            case ShowSession(session=session):
                self._show(screen_of(session, self.election))
            case PrintCode():
                return self._print_code(effect)
            case PrintPaper():
                return self._print(effect)
        return None

    def _store(self, effect: StoreBallot) -> None:
        draft = effect.draft
        opening = Opening(ballot=draft.ballot, selections=draft.selections, seed=draft.seed)
        sealed = seal_opening(opening, self._opening_bytes, self._closing_key, self._entropy(SECRET_BYTES))
        content = SlotContent(ballot=draft.ballot, sealed_opening=sealed, ciphertext=draft.ciphertext)
        self._box.store(effect.slot, content, self._entropy(NONCE_BYTES))

    def _print_code(self, effect: PrintCode) -> Event | None:
        """The code slip; where it fails no paper follows."""
        document = self._sign_code(effect.code)
        try:
            self._printer.print_code_slip(document)
        except UrnaError:
            return PaperFailed()
        return None

    def _print(self, effect: PrintPaper) -> Event:
        try:
            self._printer.print_ballot(effect.selections)
        except UrnaError:
            return PaperFailed()
        return PaperPrinted()

    def _check_running(self) -> None:
        if self._stopped:
            raise OutOfOrder(
                Sentence("a booth that runs"),
                Sentence("one that stopped in the middle of writing"),
                Sentence("Restart the booth; it goes on from what is durable."),
                self._where(),
            )

    def _where(self) -> str:
        return f"{self.station} booth {self.number}"

    def __repr__(self) -> str:
        """Where and in which state, nothing of a voter."""
        return f"Booth({self._where()}, {self.state})"
