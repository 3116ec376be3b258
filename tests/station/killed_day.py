"""A day of a station whose parts are killed at random instants, played by the people around it.

Voters, papers and what screens said are in this process; booth, poll book and printer are forked children that die and
come back. Whoever is at the station goes by what it says now, as real people do after a power cut.
"""

import base64
import json
import os
import random
import re
import select
import signal
import time
from collections import Counter
from contextlib import suppress
from pathlib import Path
from secrets import token_bytes
from typing import NamedTuple

from tests.station.killed_parts import ROLES, BoothPart, Child, Lines, PollBookPart, PrinterPart, fork, warm_printing
from tests.station.published import check_sums, read_station
from tests.station.small import KEYS, KINDS, STATION, STYLES, VOTES_SECRET, always_a_match, small_election, small_kit

from urna.ballot.code_slip import check_code_slip
from urna.cli.polling_place import PollingPlace
from urna.devices.camera import read_codes_in
from urna.election.outcomes import BallotState, Ending
from urna.election.statement import PollBookStatement
from urna.encoding.document import open_document
from urna.encoding.parts import join
from urna.log.note import NoteVerifier
from urna.record.bundle import StationBundle
from urna.roll.elector import Elector
from urna.roll.synthetic import synthesize_roll
from urna.station.day import DayEvent
from urna.tally.sheet import TallySheet

ELECTORS = 150
"""Of each style."""

PARTS = ("booth", "poll_book", "printer")
VICTIMS = (("booth",), ("poll_book",), ("printer",), ("booth",), ("booth", "printer"), PARTS)
"""Who dies together; the last is a power cut."""

CODE = re.compile(r"(?:\b[0-9A-Z]{4}\b\s*){8}")
"""Eight groups, two a line."""

SERVING_SECONDS = 0.2
STARTING_SECONDS = 0.03
ANSWER_SECONDS = 120.0


class Died(Exception):
    """The part that was asked is gone."""


class Refused(Exception):
    """It did not do it, and said why."""


class KilledDay:
    """One station through one day.

    Args:
        folder: where its media lie.
        seed: of voters, faults and instants of death.
        kind: whether the ballots are encrypted.
        kills: how many instants.
    """

    def __init__(self, folder: Path, seed: str, kind: str, kills: int) -> None:
        self.election = small_election(ELECTORS, has_guardians=KINDS[kind])
        self.kit = small_kit(self.election, seed)
        self.place = PollingPlace(self.election, self.kit, folder, always_a_match, token_bytes)
        self.seed, self.chance, self.kills_left = seed, random.Random(seed), kills
        self.deaths: Counter[str] = Counter()
        self.instants: Counter[str] = Counter()
        """What was being done when somebody died."""
        self.asked = "start"
        self.children: dict[str, Child] = {}
        self.heard: dict[int, bytes] = {}
        self.starts = 0
        self.kill_at = 0.0
        self.victims: tuple[str, ...] = ()
        self.whole: list[Paper] = []
        self.torn: dict[str, str] = {}
        """By piece, the lines on it."""
        self.alarms: list[str] = []
        self.screens: list[str] = []
        self.told: dict[str, str] = {}
        """By code, the last word of the screen on its ballot: cast or challenged."""
        self.slip = ""
        self.votes: Counter[tuple[str, str]] = Counter()
        self.cast: Counter[str] = Counter()
        self.left = self.withdrawn = self.recovered = 0

    def play(self) -> StationBundle:
        """The whole day; returns the closing."""
        warm_printing(self.place)
        reports = self.place.set_up(self.election.definition.opens_at, ROLES)
        self._open()
        roll = list(synthesize_roll(self.election, 7))
        self.chance.shuffle(roll)
        try:
            while self.kills_left or self.kill_at:
                self._serve_next(roll)
            self.serve_in_peace(roll)
        finally:
            self._stop_all()
        return self._close(reports)

    def serve_in_peace(self, roll: list[Elector]) -> None:
        """When nobody dies any more, until one more vote is cast."""
        before = self.cast.total()
        while self.cast.total() == before:
            self._serve_next(roll)

    def _serve_next(self, roll: list[Elector]) -> None:
        assert roll, "more voters were served between the deaths than the roll has"
        elector = roll.pop()
        self._serve(elector.number, elector.style)

    def _open(self) -> None:
        station = self.place.start(ROLES, [_NoPrinter()], lambda screen: None)
        station.poll_book.advance(DayEvent.OPEN)
        self.place.stop()

    def _close(self, reports: tuple[bytes, ...]) -> StationBundle:
        station = self.place.start(ROLES, [_NoPrinter()], lambda screen: None)
        now = self.election.definition.closes_at
        bundle = self.place.close(station, reports, ROLES, signatures=0, now=now)
        self.place.destroy_openings()
        self.place.stop()
        return bundle

    # Parts live and die.

    def _tend(self) -> None:
        """Starts what is dead, until all are there; some starts are killed, too."""
        self.asked = "start"
        while missing := [part for part in PARTS if part not in self.children]:
            with suppress(Died):
                self._start(missing[-1])
        if not self.kill_at and self.kills_left:
            self._set_clock(self.chance.choice(VICTIMS), SERVING_SECONDS)

    def _start(self, part: str) -> None:
        self.starts += 1
        self.children[part] = fork({"booth": self._booth, "poll_book": self._poll_book, "printer": self._printer}[part])
        if not self.kill_at and self.kills_left and self.chance.random() < 0.2:
            self._set_clock((part,), STARTING_SECONDS)
        self._listen(part, "ready")

    def _set_clock(self, victims: tuple[str, ...], within_seconds: float) -> None:
        """The next instant of death: of whoever just starts, in two of ten starts, or of somebody while voters come."""
        self.victims = victims
        self.kill_at = time.monotonic() + self.chance.uniform(0, within_seconds)

    def _kill(self) -> None:
        self.kill_at = 0.0
        if self.children.keys() & set(self.victims):
            self.kills_left -= 1
            self.instants[self.asked] += 1
        for part in self.victims:
            if part in self.children:
                self.deaths[part] += 1
                os.kill(self.children[part].pid, signal.SIGKILL)

    def _bury(self, part: str) -> None:
        child = self.children.pop(part)
        _, status = os.waitpid(child.pid, 0)
        os.close(child.to)
        os.close(child.out)
        self.heard.pop(child.out, None)
        assert os.waitstatus_to_exitcode(status) in {-signal.SIGKILL, 0}, f"{part} died by itself: {status}"

    def _stop_all(self) -> None:
        """They end in peace: the people hang up."""
        for part in list(self.children):
            child = self.children[part]
            os.kill(child.pid, signal.SIGKILL)
            self._bury(part)

    def _booth(self, lines: Lines) -> None:
        lines.serve(BoothPart(self.place, lines))

    def _poll_book(self, lines: Lines) -> None:
        lines.serve(PollBookPart(self.place))

    def _printer(self, lines: Lines) -> None:
        lines.serve(PrinterPart(self.place.folder, f"{self.seed}/{self.starts}", lines))

    # Words and answers.

    def _ask(self, part: str, word: str, *arguments: object) -> object:
        """Says a word to a part; `Died` or `Refused`, or its answer."""
        self._tend()
        self.asked = word
        try:
            os.write(self.children[part].to, json.dumps([word, *arguments]).encode() + b"\n")
        except BrokenPipeError:
            self._bury(part)
            raise Died from None
        return self._listen(part, "done")

    def _listen(self, part: str, until: str) -> object:
        """Hears all parts until this one has answered; the clock goes on meanwhile."""
        deadline = time.monotonic() + ANSWER_SECONDS
        while True:
            for said in self._hear(part):
                if "refused" in said:
                    raise Refused(said["refused"])
                if until in said:
                    return said[until]
            if part not in self.children:
                raise Died
            assert time.monotonic() < deadline, f"{part} hangs"

    def _hear(self, asked: str) -> list[dict[str, object]]:
        """What the asked part said; what the others say on the way is noted. Kills when it is time."""
        wait = max(0.0, self.kill_at - time.monotonic()) if self.kill_at else 1.0
        by_pipe = {child.out: part for part, child in self.children.items()}
        ready, _, _ = select.select(list(by_pipe), [], [], wait)
        answers: list[dict[str, object]] = []
        for pipe in ready:
            data = os.read(pipe, 1 << 16)
            *lines, rest = (self.heard.get(pipe, b"") + data).split(b"\n")
            self.heard[pipe] = rest
            told = [said for said in map(json.loads, lines) if not self._notice(said)]
            answers += told if by_pipe[pipe] == asked else []
            if not data:
                self._bury(by_pipe[pipe])
        if self.kill_at and time.monotonic() >= self.kill_at:
            self._kill()
        return answers

    def _notice(self, said: dict[str, object]) -> bool:
        """A screen, a paper, an alarm: whether it was one."""
        match said:
            case {"screen": str(screen)}:
                self.screens.append(screen)
                if self.slip and screen in {"cast", "challenged"}:
                    self.told[self.slip] = screen
            case {"hangs": [str(piece), str(lines)]}:
                self.torn[piece] = lines
            case {"whole": [str(piece), str(picture)]}:
                paper = Paper(self.torn.pop(piece), picture)
                self.whole.append(paper)
                self.slip = code_on(paper.lines) or self.slip
            case {"alarm": str(alarm)}:
                self.alarms.append(alarm)
            case _:
                return False
        return True

    # Voters.

    def _serve(self, number: str, style: str) -> None:
        """One voter, through however many deaths: always by what the station says now."""
        chosen = self._choose(style)
        fate = self.chance.choices(("votes", "leaves", "withdraws"), (90, 5, 5))[0]
        spoils = self.chance.choices(("", "no", "dispute"), (80, 10, 10))[0]
        self.screens.clear()
        came = False
        while True:
            status = self._try("poll_book", "status")
            if not isinstance(status, dict):
                continue
            part, word, *arguments = self._next(status, number, style, chosen, came=came, fate=fate, spoils=spoils)
            assert isinstance(part, str)
            assert isinstance(word, str)
            if word == "gone":
                break
            before = self._waiting(status, style)
            done = self._try(part, word, *arguments)
            spoils = "" if word == spoils else spoils
            came = came or self._has_come(word, done, style, before)
        self._remember(style, chosen, fate)

    def _try(self, part: str, word: str, *arguments: object) -> object:
        """The answer; None for an act that was done; False when nobody answered."""
        try:
            return self._ask(part, word, *arguments)
        except (Died, Refused) as error:
            self.recovered += 1
            assert isinstance(error, Died) or "NoAnswer" in str(error) or "allows" in str(error), error
            return False

    def _has_come(self, word: str, done: object, style: str, before: int) -> bool:
        """Whether the poll book has this voter: it said so, or it died and remembers one more."""
        if word != "identify":
            return True
        while done is False:
            status = self._try("poll_book", "status")
            if isinstance(status, dict):
                return self._waiting(status, style) > before
        return True

    def _next(
        self,
        status: dict[str, object],
        number: str,
        style: str,
        chosen: dict[str, list[str]],
        *,
        came: bool,
        fate: str,
        spoils: str,
    ) -> tuple[object, ...]:
        """Whom to tell what, by what the poll book and then the booth say."""
        if status["pair"] == "ready" and not self._waiting(status, style):
            return ("", "gone") if came else ("poll_book", "identify", number)
        if status["pair"] == "ready" and fate == "withdraws":
            return ("poll_book", "withdraw", style)
        if status["pair"] in {"ready", "activate_again"}:
            return ("poll_book", "activate", style)
        if status["pair"] in {"record_ending", "acknowledge"}:
            return ("poll_book", "record")
        assert status["pair"] == "continue", status
        at_the_booth: dict[object, tuple[object, ...]] = {
            "choosing": ("poll_book", "leave") if fate == "leaves" else ("booth", "review", chosen),
            "reviewing": ("booth", "confirm"),
            "printed": ("booth", spoils or "yes"),
            "void": ("booth", "again"),
            "challenged": ("booth", "again"),
        }
        return at_the_booth.get(self._try("booth", "state"), ("booth", "state"))

    def _waiting(self, status: dict[str, object], style: str) -> int:
        waiting = status["waiting"]
        assert isinstance(waiting, dict)
        return int(waiting[style])

    def _remember(self, style: str, chosen: dict[str, list[str]], fate: str) -> None:
        """The screen's last word about this voter: cast, or not."""
        if fate == "votes" or (fate == "withdraws" and "cast" in self.screens):
            assert "cast" in self.screens, self.screens
            self.cast[style] += 1
            self.votes.update((contest, option) for contest, options in chosen.items() for option in options)
            return
        assert "cast" not in self.screens
        self.left += fate == "leaves"
        self.withdrawn += fate == "withdraws"

    def _choose(self, style: str) -> dict[str, list[str]]:
        return {
            contest.code: self.chance.sample(
                [option.code for option in contest.options], self.chance.randint(0, contest.votes_allowed)
            )
            for contest in self.election.contests_of_style(style)
        }

    # What must hold.

    def check(self, bundle: StationBundle) -> None:
        """The invariants of the design, over what screens said, what came out of the printer, and what was signed.

        1. People: identified + readmitted = activations + withdrawn; activations = endings, each once.
        2. Votes: what the sheet says is what screens said, ballot by ballot where they have codes.
        3. Papers: every one that came out, torn or whole, is accounted for by a ballot of the record.
        4. The channel raised no alarm: a part that died and came back is no stranger.
        """
        sheet, statement = self._documents(bundle)
        self._check_people(statement, sheet)
        self._check_votes(sheet)
        self._check_papers(sheet, bundle)
        assert self.alarms == []

    def _documents(self, bundle: StationBundle) -> tuple[TallySheet, PollBookStatement]:
        booth = NoteVerifier(self.election.key_name(STATION, "booth-1"), self.kit.keys.booths[0])
        book = NoteVerifier(self.election.key_name(STATION, "poll-book"), self.kit.keys.poll_book)
        sheet = open_document(bundle.sheet, TallySheet, [booth])
        return sheet, open_document(sheet.statement.encode(), PollBookStatement, [book])

    def _check_people(self, statement: PollBookStatement, sheet: TallySheet) -> None:
        endings = statement.endings
        assert statement.identified_total + statement.readmitted == statement.activations + statement.withdrawn
        assert statement.activations == sum(endings.values())
        assert endings[Ending.CAST] == sheet.cast == self.cast.total()
        assert (endings[Ending.LEFT], statement.withdrawn) == (self.left, self.withdrawn)
        assert (endings[Ending.EXPIRED], endings[Ending.FAILURE], statement.doubtful_decisions) == (0, 0, 0)
        assert statement.refused_second_attempts == 0

    def _check_votes(self, sheet: TallySheet) -> None:
        found = {(tally.contest, each.option): each.votes for tally in sheet.contests for each in tally.votes or ()}
        assert found == {key: self.votes[key] for key in found}
        assert {each.style: each.cast for each in sheet.styles} == {style: self.cast[style] for style in STYLES}

    def _check_papers(self, sheet: TallySheet, bundle: StationBundle) -> None:
        counts = sheet.booths[0]
        lines = [*(paper.lines for paper in self.whole), *self.torn.values()]
        slips = [each for each in lines if is_code_slip(each)]
        assert counts.made == counts.cast + counts.void + counts.challenged
        assert len(lines) - len(slips) <= counts.made * (1 + self.election.is_encrypted)
        assert len([each for each in self.whole if not each.is_code_slip]) in range(
            counts.cast + counts.challenged, counts.made + 1
        )
        if not self.election.is_encrypted:
            assert slips == []
            return
        station = read_station(self.election, KEYS, sheet, bundle)
        check_sums(station, sheet, KEYS, VOTES_SECRET)
        by_code = station.by_code()
        codes = {code for each in lines if (code := code_on(each))}
        assert len(slips) <= counts.made
        assert codes <= set(by_code), "a code without its ballot"
        whole = [each for each in self.whole if each.is_code_slip]
        signed = [check_code_slip(each.document(), self.election, self.kit.keys).code for each in whole]
        assert signed == [code_on(each.lines) for each in whole]
        assert len(set(signed)) == len(signed)
        cast, challenged = (
            {slip for slip, said in self.told.items() if said == word} for word in ("cast", "challenged")
        )
        assert {ballot.code for ballot in station.of(BallotState.CAST)} == cast, f"{self.seed}: {self.told}"
        assert {ballot.code for ballot in station.of(BallotState.CHALLENGED)} >= challenged


class Paper(NamedTuple):
    """A paper that came out whole."""

    lines: str
    picture: str
    """Base 64 of a PNG."""

    @property
    def is_code_slip(self) -> bool:
        """Or else a ballot's."""
        return is_code_slip(self.lines)

    def document(self) -> bytes:
        """What its QR codes carry."""
        return join(read_codes_in(base64.b64decode(self.picture)))


def is_code_slip(lines: str) -> bool:
    """By its heading."""
    return "Your confirmation code" in lines


def code_on(lines: str) -> str:
    """The code in letters; empty if not all of it came out."""
    found = CODE.search(lines)
    return " ".join(found.group().split()) if found else ""


class _NoPrinter:
    """At opening and closing nobody prints."""

    def print_code_slip(self, document: bytes) -> None:
        """Never."""
        raise AssertionError

    def print_ballot(self, selections: object) -> None:
        """Never."""
        raise AssertionError
