"""The poll book against a simple model: whatever poll workers do, in whatever order, with restarts in between."""

from collections import Counter

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from tests.pollbook.power import Medium
from tests.pollbook.world import BEFORE_OPENING, CENTRE, CHALLENGE, PAIRING, World, president, seen, template

from urna.crypto.signatures import SigningKey
from urna.election.outcomes import Ending, Outcome, OverrideReason
from urna.election.statement import PollBookStatement
from urna.encoding.document import open_document
from urna.errors import OutOfOrder, Unproven
from urna.log.note import NoteSigner
from urna.station.activation import Armed, Free, check_answer
from urna.station.codes import MAX_WRONG_CODES
from urna.station.day import DayEvent
from urna.station.pollbook import Step
from urna.station.telephone import answer_challenge

WORLD = World(general=6, indigenous=3)
NUMBERS = sorted(WORLD.people)
TRIES = 2 * WORLD.election.rules.fingers.tries
WITHOUT_VOTE = (Ending.EXPIRED, Ending.LEFT, Ending.FAILURE)

picks = st.integers(0, 4 * len(NUMBERS))
"""Picks an elector: three times in four one for whom the act makes sense, if there is one."""
booths = st.sampled_from((1, 2))
styles = st.sampled_from(("GENERAL", "BOTH"))
reasons = st.sampled_from(OverrideReason)


class PollBookDay(RuleBasedStateMachine):
    """What the poll book should hold, in plain Python, beside the poll book."""

    @initialize()
    def open(self) -> None:
        self.medium = Medium()
        self.book = WORLD.open_day(self.medium)
        self.admitted: set[str] = set()
        self.outcome: dict[str, Outcome] = {}
        self.tries: Counter[str] = Counter()
        self.counts: Counter[str] = Counter()
        self.waiting: Counter[str] = Counter()
        self.slots: dict[int, str | None] = {1: None, 2: None}
        self.lines: set[int] = set()
        self.settled: set[int] = set()

    # Identification

    @rule(pick=picks, kind=st.sampled_from(["right", "other", "poor", "none", "no_fingers"]))
    def identify(self, pick: int, kind: str) -> None:
        """A try with the elector's finger, somebody else's, a poor image, no image, or none to read."""
        number = self._pick(pick, set(NUMBERS) - self.admitted)
        elector = WORLD.people[number]
        probe = {"right": template(number, 2), "poor": template(number, 2), "other": template("X", 2)}.get(kind)

        def attempt() -> Step:
            capture = seen(probe, 5 if kind == "poor" else 50)
            return self.book.identify(number, capture, no_fingers=kind == "no_fingers").step

        if number in self.admitted:
            with pytest.raises(OutOfOrder):
                attempt()
            self.counts["second"] += 1
            return
        used_up = elector.fingers and self.tries[number] >= TRIES
        if used_up and kind != "no_fingers":
            assert attempt() is Step.ASK_PRESIDENT
        elif kind == "no_fingers" or not elector.fingers:
            assert attempt() is Step.ASK_PRESIDENT
            self._note(number, Outcome.NO_FINGERS if kind == "no_fingers" else Outcome.NOTHING_STORED)
        elif kind == "right":
            assert attempt() is Step.ADMITTED
            self._admit(number, Outcome.MATCH)
        else:
            self.tries[number] += 1
            expected = Step.TRY_AGAIN if self.tries[number] < TRIES else Step.ASK_PRESIDENT
            assert attempt() is expected
            self._note(number, Outcome.NO_MATCH if kind == "other" else Outcome.POOR_IMAGE)

    @rule(pick=picks, reason=reasons, line=st.integers(0, 5))
    def override(self, pick: int, reason: OverrideReason, line: int) -> None:
        """The president, with a code of the sheet, used or not."""
        number = self._pick(pick, set(self.outcome) - self.admitted)

        def attempt() -> None:
            self.book.override(number, reason, president(), WORLD.sheet.codes[line])

        if self._may_be_overridden(number, attempt):
            if self.counts["wrong"] >= MAX_WRONG_CODES or line in self.lines:
                with pytest.raises(OutOfOrder):
                    attempt()
            else:
                attempt()
                self.lines.add(line)
                self._admit(number, self.outcome[number])
                self.counts[reason] += 1

    @rule(pick=picks, line=st.integers(0, 5))
    def guess(self, pick: int, line: int) -> None:
        """A code of another station's sheet."""
        number = self._pick(pick, set(self.outcome) - self.admitted)

        def attempt() -> None:
            self.book.override(number, OverrideReason.READER_FAILED, president(), WORLD.other_sheet.codes[line])

        if self._may_be_overridden(number, attempt):
            if self.counts["wrong"] >= MAX_WRONG_CODES:
                with pytest.raises(OutOfOrder):
                    attempt()
            else:
                with pytest.raises(Unproven):
                    attempt()
                self.counts["wrong"] += 1

    @rule(pick=picks, reason=reasons, is_right=st.booleans())
    def telephone(self, pick: int, reason: OverrideReason, is_right: bool) -> None:
        """The centre answers this station's challenge, or another's."""
        number = self._pick(pick, set(self.outcome) - self.admitted)
        challenge = self.book.telephone_challenge()
        station = "S1" if is_right else "S2"
        response = answer_challenge(CENTRE, WORLD.election.identity, station, challenge)

        def attempt() -> None:
            self.book.override_by_telephone(number, reason, president(), response)

        if self._may_be_overridden(number, attempt):
            if not is_right:
                with pytest.raises(Unproven):
                    attempt()
                return
            attempt()
            self._admit(number, self.outcome[number])
            self.counts[reason] += 1
            self.counts["telephone"] += 1
            other = next((each for each in NUMBERS if each in self.outcome and each not in self.admitted), None)
            if other:
                with pytest.raises(OutOfOrder, match="challenge"):
                    self.book.override_by_telephone(other, reason, president(), response)

    # After it

    @rule(style=styles)
    def withdraw(self, style: str) -> None:
        """Somebody leaves the queue, if somebody is in it."""
        if not self.waiting[style]:
            with pytest.raises(OutOfOrder):
                self.book.withdraw(style)
            return
        self.book.withdraw(style)
        self.waiting[style] -= 1
        self.counts["withdrawn"] += 1

    @rule(pick=picks)
    def readmit(self, pick: int) -> None:
        """Only who is marked, and only for an activation without a vote or a withdrawal."""
        number = self._pick(pick, self.admitted)
        free = sum(self.counts[each] for each in WITHOUT_VOTE) + self.counts["withdrawn"] - self.counts["readmitted"]
        if number not in self.admitted or free < 1:
            with pytest.raises(OutOfOrder):
                self.book.readmit(number, president())
            return
        style = self.book.readmit(number, president())
        assert style == WORLD.people[number].style
        self.waiting[style] += 1
        self.counts["readmitted"] += 1

    @rule(booth=booths, style=styles, is_sensible=st.booleans())
    def arm(self, booth: int, style: str, is_sensible: bool) -> None:
        """Only a free booth, and only for somebody who waits."""
        if self.waiting.total() and is_sensible:
            style = max(self.waiting, key=self.waiting.__getitem__)
        if self.slots[booth] or not self.waiting[style]:
            with pytest.raises(OutOfOrder):
                self.book.arm(booth, style, CHALLENGE)
            return
        answers = [self.book.arm(booth, style, CHALLENGE), self.book.answer_again(booth, CHALLENGE)]
        for answer in answers:
            check_answer(
                PAIRING[booth - 1],
                CHALLENGE,
                answer,
                election=WORLD.election.identity,
                station="S1",
                booth=booth,
                style=style,
            )
        self.slots[booth] = style
        self.settled.discard(booth)
        self.waiting[style] -= 1
        self.counts["activations"] += 1

    @rule(booth=booths, ending=st.sampled_from(Ending))
    def end(self, booth: int, ending: Ending) -> None:
        """Told twice, it counts once; of a free booth, only as a settled one's vote, which was no failure then."""
        if self.slots[booth]:
            self.counts[ending] += 1
            self.slots[booth] = None
        elif booth in self.settled and ending is Ending.CAST:
            self._correct()
        self.settled.discard(booth)
        self.book.end(booth, ending)
        self.book.end(booth, ending)

    @rule(booth=booths, is_rare=st.integers(0, 5))
    def settle(self, booth: int, is_rare: int) -> None:
        """A doubtful case after a crash."""
        if is_rare:
            return
        self.counts["doubtful"] += booth not in self.settled
        if self.slots[booth]:
            self.counts[Ending.FAILURE] += 1
            self.slots[booth] = None
            self.settled.add(booth)
        self.book.settle(booth, president())

    @rule()
    def restart(self) -> None:
        """The process is killed: what is on the medium is all that is left."""
        self.medium = Medium({name: bytes(file.current) for name, file in self.medium.files.items()})
        self._reopen()

    @rule()
    def pause_and_resume(self) -> None:
        """While paused nobody is identified."""
        self.book.advance(DayEvent.PAUSE)
        with pytest.raises(OutOfOrder):
            self.book.identify(NUMBERS[0], None)
        self.book.advance(DayEvent.RESUME)

    @rule(event=st.sampled_from([*BEFORE_OPENING, DayEvent.OPEN, DayEvent.RESUME, DayEvent.TRANSMIT]))
    def step_out_of_order(self, event: DayEvent) -> None:
        """The day is open: none of these."""
        with pytest.raises(OutOfOrder):
            self.book.advance(event)

    @invariant()
    def the_counts_are_the_models(self) -> None:
        """Every count, every slot; that they add up is checked by `People` itself."""
        found = self.book.counts()
        assert found.identified == {each: self.counts[f"as {each}"] for each in Outcome}
        assert found.overrides == {each: self.counts[each] for each in OverrideReason}
        assert found.endings == {each: self.counts[each] for each in Ending}
        assert {style: n for style, n in found.waiting.items() if n} == {s: n for s, n in self.waiting.items() if n}
        assert found.slots == tuple(Armed(style=s) if s else Free() for _, s in sorted(self.slots.items()))
        assert found.lines_used == tuple(line + 1 for line in sorted(self.lines))
        assert (found.wrong_codes, found.telephone_codes_used) == (self.counts["wrong"], self.counts["telephone"])
        assert (found.withdrawn, found.readmitted) == (self.counts["withdrawn"], self.counts["readmitted"])
        assert (found.activations, found.refused_second_attempts) == (self.counts["activations"], self.counts["second"])
        assert found.doubtful_decisions == self.counts["doubtful"]
        assert (found.settled, found.late_votes) == (tuple(sorted(self.settled)), self.counts["late"])

    def teardown(self) -> None:
        """At the end everybody leaves, the day closes, and the statement says what the model says."""
        for booth in self.slots:
            self.book.end(booth, Ending.LEFT)
        for style, count in self.waiting.items():
            for _ in range(count):
                self.book.withdraw(style)
        self.book.advance(DayEvent.CLOSE)
        self._reopen()
        assert {number for number in NUMBERS if self.book.find(number).mark.is_admitted} == self.admitted
        signer = NoteSigner("test/poll-book", SigningKey(bytes(32)))
        document = self.book.sign_statement("2020-12-06T22:00:00Z", 7, signer)
        statement = open_document(document, PollBookStatement, [signer.verifier])
        assert statement.identified_total == len(self.admitted)
        assert statement.identified_total + statement.readmitted == statement.activations + statement.withdrawn
        assert statement.activations == sum(statement.endings.values())
        assert statement.codes_used + statement.telephone_codes_used == sum(statement.overrides.values())
        assert (statement.registered, statement.signatures) == (len(NUMBERS), 7)
        assert statement.roll_root == WORLD.package.commitment.root

    def _pick(self, pick: int, sensible: set[str]) -> str:
        among = sorted(sensible) if sensible and pick % 4 else NUMBERS
        return among[pick % len(among)]

    def _correct(self) -> None:
        free = sum(self.counts[each] for each in WITHOUT_VOTE) + self.counts["withdrawn"] - self.counts["readmitted"]
        if free < 1:
            self.counts["late"] += 1
            return
        self.counts[Ending.FAILURE] -= 1
        self.counts[Ending.CAST] += 1

    def _admit(self, number: str, outcome: Outcome) -> None:
        self.admitted.add(number)
        self.waiting[WORLD.people[number].style] += 1
        self.counts[f"as {outcome}"] += 1

    def _note(self, number: str, outcome: Outcome) -> None:
        if self.outcome.get(number) is not Outcome.NO_MATCH:
            self.outcome[number] = outcome

    def _may_be_overridden(self, number: str, attempt: object) -> bool:
        assert callable(attempt)
        if number in self.admitted:
            with pytest.raises(OutOfOrder):
                attempt()
            self.counts["second"] += 1
            return False
        if number not in self.outcome:
            with pytest.raises(OutOfOrder):
                attempt()
            return False
        return True

    def _reopen(self) -> None:
        self.book = WORLD.reopened(self.medium)


TestPollBookDay = PollBookDay.TestCase
TestPollBookDay.settings = settings(max_examples=100, stateful_step_count=60, deadline=None)
