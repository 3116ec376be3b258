"""The table at the entrance: who comes is identified, or admitted by the president, once.

    identify → (try again) → admitted
                           → the president's override, with a code of the sheet or by telephone → admitted

The first half of the poll book's acts; the second, from waiting to the booth and back, is in station/pollbook.
"""

from collections.abc import Callable, Sequence
from enum import StrEnum
from typing import NamedTuple

from urna.biometrics.capture import Extraction
from urna.biometrics.decision import ADMIT, CALL_PRESIDENT, Decision
from urna.biometrics.fusion import StoredFinger
from urna.biometrics.template import Template
from urna.election.definition import Election, FingerRule
from urna.election.outcomes import Outcome, OverrideReason
from urna.encoding.canonical import Code
from urna.errors import OutOfOrder, Unproven
from urna.station import people as rules
from urna.station.authorization import Authorization
from urna.station.captures import capture_seal
from urna.station.cards import Entropy
from urna.station.codes import check_code, read_code
from urna.station.day import Day, is_over
from urna.station.marks import ADMITTED, after_try, tries_left
from urna.station.people import People
from urna.station.pollbook_package import PollBookPackage
from urna.station.pollbook_rows import Entry, PollBookRows, PollBookStore
from urna.station.telephone import check_response, draw_challenge
from urna.station.vault import Vault
from urna.words import Sentence

Decide = Callable[[Extraction | None, Sequence[StoredFinger], bool, Sequence[Decision], FingerRule], Decision]
"""`biometrics.decision.decide`: capture, stored fingers, no fingers at all, decisions before, the definition's rule."""


class Step(StrEnum):
    """What comes after an identification."""

    ADMITTED = "admitted"
    TRY_AGAIN = "try_again"
    ASK_PRESIDENT = "ask_president"


class Identification(NamedTuple):
    """How one try ended, for the screen; not kept."""

    step: Step
    outcome: Outcome
    style: Code
    tries_left: int
    reason: Sentence
    advice: Sentence
    """What the poll worker does next."""


class Listed(NamedTuple):
    """An elector as the screen's search and the paper book know one."""

    number: str
    name: str

    def __repr__(self) -> str:
        """No person."""
        return "Listed()"


class _Desk(NamedTuple):
    """Who is being identified, and the tries so far: in memory alone, until somebody else comes or is admitted.

    After a restart the tries still count, by the mark, but their scores add up no more.
    """

    number: str = ""
    tries: tuple[Decision, ...] = ()

    def __repr__(self) -> str:
        """Neither the number nor the scores."""
        return "_Desk()"


class Reception:
    """Identifies electors; a `PollBook` is one.

    Args:
        store: a loaded store.
        election: the definition.
        package: of this station.
        data_key: from two role cards.
        decide: how a finger is judged.
        entropy: fresh randomness.

    Raises:
        OutOfOrder: the roll is not loaded yet.
        Unproven: another data key, or a store that was changed.
    """

    def __init__(
        self,
        store: PollBookStore,
        election: Election,
        package: PollBookPackage,
        data_key: bytes,
        *,
        decide: Decide,
        entropy: Entropy,
    ) -> None:
        self._store, self._election, self._package = store, election, package
        self._keeping = capture_seal(election, package.station, entropy)
        vault = Vault(data_key, election.identity, package.station, entropy)
        self._rows = PollBookRows(store, vault, self._keeping)
        self._decide, self._entropy = decide, entropy
        self._challenge = ""
        self._desk = _Desk()
        self._rows.people()

    @property
    def station(self) -> Code:
        """Whose poll book it is."""
        return self._package.station

    @property
    def day(self) -> Day:
        """How far the day has come."""
        return Day(self._store.day())

    def counts(self) -> People:
        """Everything that is counted, as it stands on the medium."""
        return self._rows.people()

    def find(self, number: str) -> Entry:
        """The elector with this number, and the mark.

        Raises:
            Unproven: nobody of this station has it.
        """
        entry = self._rows.find(number)
        if entry is None:
            raise Unproven(
                Sentence("the number of an elector of station {station}", {"station": self.station}),
                Sentence("another one"),
                Sentence("Type it again from the card; look up where the elector votes."),
            )
        return entry

    def electors(self) -> tuple[Listed, ...]:
        """Everybody of the station, by number: to be searched by name in memory, and for the paper book."""
        return tuple(Listed(elector.number, elector.name) for elector in self._rows.electors())

    def marked(self) -> tuple[tuple[Listed, bool], ...]:
        """Everybody of the station, by number, and whether admitted.

        Raises:
            OutOfOrder: the day is not over: a list of those who came so far would show, twice taken, who came between.
        """
        self._check_day(*filter(is_over, Day))
        return tuple((listed, self.find(listed.number).mark.is_admitted) for listed in self.electors())

    def identify(self, number: str, capture: Extraction | None, *, no_fingers: bool = False) -> Identification:
        """Judges one try: a match admits the elector, anything else is kept with the mark.

        1. Refuse who is marked already, and count it.
        2. Ask for the president when no try is left.
        3. Decide on the finger, together with this elector's tries before.
        4. Admit, or note the try.

        Args:
            number: the elector's.
            capture: what the finger on the reader showed, None when it gave no image.
            no_fingers: a poll worker says that the elector has no finger that can be read.

        Raises:
            OutOfOrder: the station is not open, or the elector is marked (counted as a second attempt).
            Unproven: nobody of this station has the number.
        """
        entry = self._unmarked(number)
        if entry.mark.outcome and entry.elector.fingers and not no_fingers and not self.tries_left(entry):
            reason = Sentence("All tries at the reader are used.")
            outcome, style = entry.mark.outcome, entry.elector.style
            return Identification(Step.ASK_PRESIDENT, outcome, style, 0, reason, CALL_PRESIDENT)
        decision = self._judge(entry, capture, no_fingers)
        if decision.outcome is not Outcome.MATCH:
            return self._note_try(entry, decision)
        finger = capture.template if capture else None
        self._rows.change(lambda people: rules.admit(people, entry.elector.style), entry, ADMITTED, finger)
        self._desk = _Desk()
        return Identification(Step.ADMITTED, Outcome.MATCH, entry.elector.style, 0, decision.reason, ADMIT)

    def override(self, number: str, reason: OverrideReason, authorization: Authorization, code: str) -> Identification:
        """The president admits an elector without a match, with a code of the sheet.

        1. Refuse who is marked already, and count it; refuse who has not tried.
        2. Read the code: a slip is not counted.
        3. Check it against the sheet: a wrong one is counted.
        4. Use up code and authorization and admit, in one transaction.

        Args:
            number: the elector's.
            reason: the president's.
            authorization: the president's finger, or two members' cards.
            code: as it was typed.

        Raises:
            Malformed: a slip in the code.
            Unproven: a code that is not on this station's sheet (counted).
            OutOfOrder: used before; or the sheet is locked; or as in `identify`.
        """
        entry = self._tried(number)
        typed = read_code(code)
        rules.check_sheet_open(self.counts())
        try:
            check_code(self._package.codes, typed)
        except Unproven:
            self._rows.change(rules.count_wrong_code)
            raise
        return self._admit_by_override(entry, reason, authorization, typed.line)

    def telephone_challenge(self) -> str:
        """A fresh challenge to read out to the centre; it replaces the one before and is not stored."""
        self._challenge = draw_challenge(self._entropy)
        return self._challenge

    def override_by_telephone(
        self, number: str, reason: OverrideReason, authorization: Authorization, response: str
    ) -> Identification:
        """As `override`, with the centre's response to the challenge shown last, which is used up with it.

        Raises:
            Unproven: not the centre's response to it.
            OutOfOrder: no challenge is shown; or as in `identify`.
        """
        entry = self._tried(number)
        if not self._challenge:
            raise OutOfOrder(
                Sentence("a challenge that is shown"),
                Sentence("none"),
                Sentence("Ask for a challenge and read it out to the centre."),
            )
        check_response(self._package.centre, self._election.identity, self.station, self._challenge, response)
        self._challenge = ""
        return self._admit_by_override(entry, reason, authorization, None)

    def _unmarked(self, number: str) -> Entry:
        self._check_day(Day.OPEN)
        entry = self.find(number)
        if entry.mark.is_admitted:
            self._rows.change(rules.refuse_second_attempt)
            raise OutOfOrder(
                Sentence("an elector who was not admitted yet"),
                Sentence("one who was"),
                Sentence("Nobody votes twice. If the booth ended without a vote, the president may readmit."),
            )
        return entry

    def _tried(self, number: str) -> Entry:
        entry = self._unmarked(number)
        if entry.mark.outcome is None:
            raise OutOfOrder(
                Sentence("an identification that ended without a match"),
                Sentence("none"),
                Sentence("Try a finger first, or state that there is none that can be read."),
            )
        return entry

    def _judge(self, entry: Entry, capture: Extraction | None, no_fingers: bool) -> Decision:
        """The decision on a try, given the elector's tries before; remembered for the next one."""
        number = entry.elector.number
        earlier = self._desk.tries if self._desk.number == number else ()
        stored = [
            StoredFinger(finger.position, tuple(Template.from_iso(data) for data in finger.templates))
            for finger in entry.elector.fingers
        ]
        decision = self._decide(capture, stored, no_fingers, earlier, self._election.rules.fingers)
        self._desk = _Desk(number, (*earlier, decision))
        return decision

    def tries_left(self, entry: Entry) -> int:
        """How often this elector may still lay a finger down."""
        return tries_left(entry.mark, len(entry.elector.fingers), self._election.rules.fingers.tries)

    def _note_try(self, entry: Entry, decision: Decision) -> Identification:
        mark = after_try(entry.mark, decision.outcome)
        self._rows.change(lambda people: people, entry, mark)
        left = self.tries_left(entry._replace(mark=mark))
        may_try = left > 0 and decision.outcome in {Outcome.NO_MATCH, Outcome.POOR_IMAGE}
        step, advice = (Step.TRY_AGAIN, decision.advice) if may_try else (Step.ASK_PRESIDENT, CALL_PRESIDENT)
        outcome, style = mark.outcome or decision.outcome, entry.elector.style
        return Identification(step, outcome, style, left, decision.reason, advice)

    def _admit_by_override(
        self, entry: Entry, reason: OverrideReason, authorization: Authorization, line: int | None
    ) -> Identification:
        outcome, style = entry.mark.outcome or Outcome.NO_MATCH, entry.elector.style
        if line is not None:
            rules.check_line_unused(self.counts(), line)
        authorization.use()
        self._rows.change(lambda people: rules.admit_by_override(people, style, outcome, reason, line), entry, ADMITTED)
        self._desk = _Desk()
        return Identification(Step.ADMITTED, outcome, style, 0, Sentence("The president admits the elector."), ADMIT)

    def _check_day(self, *allowed: Day) -> None:
        if self.day not in allowed:
            raise OutOfOrder(
                Sentence("a day that is {allowed}", {"allowed": " / ".join(allowed)}),
                Sentence("one that is {day}", {"day": self.day}),
                Sentence("Do the steps of the day in their order; docs/day.md shows them."),
            )
