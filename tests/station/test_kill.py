"""Kill -9 at random instants of a day: no vote lost, none doubled, the screen's last word is the record's."""

import json
import os
import pickle
import random
import subprocess
import sys
import threading
import time
from collections import Counter
from contextlib import suppress
from pathlib import Path
from typing import NoReturn

import pytest
from tests.station.process import BUNDLE, KIT, ZERO
from tests.station.published import check_sums, read_station
from tests.station.small import KEYS, KINDS, STATION, STYLES, VOTES_SECRET, small_election, small_kit

from urna.ballot.code_slip import check_code_slip
from urna.ballot.published import BallotList
from urna.election.definition import Election
from urna.election.outcomes import BallotState, Ending
from urna.election.statement import PollBookStatement
from urna.encoding.canonical import decode, digest
from urna.encoding.document import open_document
from urna.log.note import NoteVerifier
from urna.record.bundle import StationBundle
from urna.roll.synthetic import synthesize_roll
from urna.tally.rules_votes import ballots_root
from urna.tally.sheet import TallySheet

KILLS = int(os.environ.get("URNA_KILLS", "40"))
KILLS_WHILE_OPEN = 20
KILLS_A_DAY = KILLS_WHILE_OPEN + 2
"""Two are kept for the closing."""

DAYS = -(-KILLS // KILLS_WHILE_OPEN)
STARTING = (0.5, 1.0)
"""When a process dies in three of ten lives, in parts of the time that a start takes: it reads its media then."""

SERVING = (0.0, 0.12)
"""Seconds from the moment that it is ready, in the other lives: some ten voters. A day serves about 250."""

ELECTORS = 700
"""Of each style: more than a day with its kills can serve."""


class Killed(Exception):
    """The process is gone; whoever spoke with it starts it again."""


class People:
    """The people around the station: they speak with its process, and remember what its screens said.

    Args:
        folder: where the machines' media lie.
        seed: of the voters, and of the instants at which the process is killed.
        kind: whether the ballots are encrypted.
    """

    def __init__(self, folder: Path, seed: str, kind: str) -> None:
        self.folder, self.seed, self.kind = folder, seed, kind
        self.election = election_of(kind)
        self.chance = random.Random(seed)
        self.kills = 0
        self.papers = 0
        self.code_slips: list[str] = []
        self.told: dict[str, str] = {}
        """By code slip, what the screen said of its ballot at last: cast or challenged."""
        self.signed: set[str] = set()
        self.screens: list[str] = []
        self.votes: Counter[tuple[str, str]] = Counter()
        self.cast: Counter[str] = Counter()
        self.left = 0
        self.process: subprocess.Popen[str] | None = None
        self.clock: threading.Timer | None = None
        self.first_start = 0.0
        """Seconds; 0 before it is over."""
        self.kit = small_kit(self.election, seed)
        (folder / KIT).write_bytes(pickle.dumps(self.kit))

    def start(self) -> None:
        """Starts the process, and, while kills are left, the clock that kills it."""
        command = [sys.executable, "-m", "tests.station.process", str(self.folder), str(ELECTORS), self.kind]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        dies_early = self.chance.random() < 0.3
        if dies_early:
            self._set_clock(tuple(part * self.first_start for part in STARTING))
        self._read("ready")
        if not dies_early:
            self._set_clock(SERVING)

    def _set_clock(self, span: tuple[float, ...]) -> None:
        assert self.process
        if self.first_start and self.kills < KILLS_A_DAY:
            self.clock = threading.Timer(self.chance.uniform(*span), self.process.kill)
            self.clock.start()

    def ask(self, word: str, *arguments: object) -> object:
        """Says a word; returns the answer, or raises `Killed`."""
        assert self.process and self.process.stdin
        try:
            self.process.stdin.write(json.dumps([word, *arguments]) + "\n")
            self.process.stdin.flush()
        except BrokenPipeError:
            self._bury()
        return self._read("done")

    def _read(self, until: str) -> object:
        assert self.process and self.process.stdout
        said: dict[str, object] = {}
        while until not in said:
            line = self.process.stdout.readline()
            if not line.endswith("\n"):
                self._bury()
            said = json.loads(line)
            self._notice(said)
        return said[until]

    def _notice(self, said: dict[str, object]) -> None:
        """A screen, a slip, a paper, or a signed closing."""
        self.papers += "paper" in said
        if "code_slip" in said:
            self.code_slips.append(str(said["code_slip"]))
        if "signed" in said:
            self.signed.add(str(said["signed"]))
        if "screen" in said:
            self.screens.append(str(said["screen"]))
            if self.code_slips and said["screen"] in {"cast", "challenged"}:
                self.told[self.code_slips[-1]] = str(said["screen"])

    def _bury(self) -> NoReturn:
        assert self.process
        code = self._end()
        assert code == -9, f"the process ended by itself with {code}"
        self.kills += 1
        raise Killed

    def stop(self) -> None:
        """The process ends in peace."""
        if self.clock:
            self.clock.cancel()
            self.clock.join()
        if self._end() != 0:
            self.kills += 1

    def _end(self) -> int:
        assert self.process and self.process.stdin and self.process.stdout
        with suppress(BrokenPipeError):
            self.process.stdin.close()
        code = self.process.wait()
        self.process.stdout.close()
        return code

    def persist(self, act: str, *arguments: object) -> object:
        """Says a word again and again until the station lives long enough to answer."""
        while True:
            try:
                return self.ask(act, *arguments)
            except Killed:
                self.revive()

    def revive(self) -> None:
        """Starts the process until it comes up."""
        while True:
            try:
                return self.start()
            except Killed:
                continue

    def serve(self, number: str, style: str) -> None:
        """One voter, through however many deaths of the machine: always go by what the station says now."""
        chosen = self._choose(style)
        leaves = self.chance.random() < 0.05
        spoils = self.chance.choice(("no", "challenge")) if self.chance.random() < 0.2 else ""
        self.screens.clear()
        came = False
        while True:
            status = self.persist("status")
            assert isinstance(status, dict)
            word, *arguments = self._next(status, number, style, chosen, came=came, leaves=leaves, spoils=spoils)
            if word == "gone":
                break
            spoils = "" if word == spoils else spoils
            try:
                self.ask(str(word), *arguments)
                came = came or word == "identify"
            except Killed:
                self.revive()
                after = self.persist("status")
                assert isinstance(after, dict)
                came = came or after["waiting"][style] > 0 or after["pair"] != "ready" or "cast" in self.screens
        self._remember(style, chosen, leaves=leaves)

    def _next(
        self,
        status: dict[str, object],
        number: str,
        style: str,
        chosen: dict[str, list[str]],
        *,
        came: bool,
        leaves: bool,
        spoils: str,
    ) -> tuple[object, ...]:
        """What voter and members do next, by what the station says."""
        waiting = status["waiting"]
        assert isinstance(waiting, dict)
        if status["pair"] == "ready" and not waiting[style]:
            return ("gone",) if came else ("identify", number)
        if status["pair"] in {"ready", "activate_again"}:
            return ("activate", style)
        at_the_booth: dict[object, tuple[object, ...]] = {
            "choosing": ("leave",) if leaves else ("review", chosen),
            "reviewing": ("confirm",),
            "printed": (spoils or "yes",),
            "void": ("again",),
            "challenged": ("again",),
            "cast": ("record",),
            "ended": ("record",),
        }
        return at_the_booth[status["booth"]]

    def _remember(self, style: str, chosen: dict[str, list[str]], *, leaves: bool) -> None:
        """The screen's last word about this voter: cast, or not."""
        if leaves:
            assert "cast" not in self.screens
            self.left += 1
            return
        assert "cast" in self.screens, self.screens
        self.cast[style] += 1
        self.votes.update((contest, option) for contest, options in chosen.items() for option in options)

    def _choose(self, style: str) -> dict[str, list[str]]:
        return {
            contest.code: self.chance.sample(
                [option.code for option in contest.options], self.chance.randint(0, contest.votes_allowed)
            )
            for contest in self.election.contests_of_style(style)
        }


def election_of(kind: str) -> Election:
    """Without guardians or with them."""
    return small_election(ELECTORS, has_guardians=KINDS[kind])


def play(folder: Path, seed: str, kind: str) -> People:
    """A day until its kills are used up, then some quiet voters, then the closing, killed too."""
    people = People(folder, seed, kind)
    roll = list(synthesize_roll(people.election, 7))
    people.chance.shuffle(roll)
    people.start()
    people.stop()
    began = time.monotonic()
    people.start()
    people.first_start = time.monotonic() - began
    people.stop()
    people.revive()
    while people.kills < KILLS_WHILE_OPEN or not people.papers:
        assert roll, "more voters were served between two deaths than the roll has"
        elector = roll.pop()
        people.serve(elector.number, elector.style)
    people.stop()
    people.revive()
    while not (isinstance(status := people.persist("status"), dict) and status["closed"]):
        people.persist("close")
    people.persist("close")
    people.stop()
    return people


def check(people: People) -> None:
    """What the sheet says is what the screens said."""
    election, kit = people.election, people.kit
    booth = NoteVerifier(election.key_name(STATION, "booth-1"), kit.keys.booths[0])
    book = NoteVerifier(election.key_name(STATION, "poll-book"), kit.keys.poll_book)
    bundle: StationBundle = pickle.loads((people.folder / BUNDLE).read_bytes())  # noqa: S301 - our own test wrote it
    sheet = open_document(bundle.sheet, TallySheet, [booth])
    statement = open_document(sheet.statement.encode(), PollBookStatement, [book])
    ballots = decode(bundle.ballots or b"", BallotList)
    found = {(tally.contest, each.option): each.votes for tally in sheet.contests for each in tally.votes or ()}
    assert found == {key: people.votes[key] for key in found}
    assert {each.style: each.cast for each in sheet.styles} == {style: people.cast[style] for style in STYLES}
    assert sheet.ballots_root == ballots_root(ballots)
    assert sheet.booths[0].zero_report == digest((people.folder / ZERO).read_bytes())
    assert statement.endings[Ending.CAST] == sheet.cast == people.cast.total()
    assert statement.endings[Ending.LEFT] == people.left
    assert statement.identified_total == statement.activations == people.cast.total() + people.left
    assert statement.doubtful_decisions == 0
    assert sheet.booths[0].made >= people.papers - people.kills
    assert len(people.signed) == 1, "two closings differ"
    if election.is_encrypted:
        check_codes(people, sheet, bundle)
    else:
        assert (people.code_slips, bundle.ciphertexts, bundle.opened) == ([], {}, None)


def check_codes(people: People, sheet: TallySheet, bundle: StationBundle) -> None:
    """Every code slip stands in the record with its ciphertext, as the screen said; the sheet is proven."""
    station = read_station(people.election, KEYS, sheet, bundle)
    check_sums(station, sheet, KEYS, VOTES_SECRET)
    by_code = station.by_code()
    assert len(people.code_slips) >= people.papers > 0
    told: dict[str, set[str]] = {"cast": set(), "challenged": set()}
    for slip in people.code_slips:
        code = check_code_slip(slip.encode(), people.election, people.kit.keys).code
        assert code in by_code, "a code slip without its ballot"
        if slip in people.told:
            told[people.told[slip]].add(code)
    assert {ballot.code for ballot in station.of(BallotState.CAST)} == told["cast"]
    assert {ballot.code for ballot in station.of(BallotState.CHALLENGED)} >= told["challenged"]


@pytest.mark.slow
@pytest.mark.parametrize("day", range(DAYS))
def test_no_instant_of_death_loses_or_doubles_a_vote(day: int, tmp_path: Path) -> None:
    """The process is killed at random instants of the day, start-up, recovery and closing included.

    On every second day the ballots are encrypted.
    """
    people = play(tmp_path, f"day {day}", ("plain", "encrypted")[day % 2])
    assert people.kills >= KILLS_WHILE_OPEN
    check(people)
