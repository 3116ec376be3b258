"""What a station's whole day leaves behind tells nobody who voted how, nor in which order: an analyst tries it all.

The same analyst finds each crime of a guilty build, so that the silence about the honest one means something.
"""

from datetime import datetime
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest
from tests.forensics.analyst import Analyst
from tests.forensics.guilt import Guilt
from tests.forensics.judge import Clue, Key, Verdict, columns, judge, judge_moments
from tests.forensics.station_day import Cast, Image, StationDay

from urna.devices.escpos_picture import burn_all
from urna.devices.printer_escpos import paper_escpos
from urna.papers.slip import slip
from urna.roll.synthetic import synthesize_roll
from urna.words import in_english

pytestmark = pytest.mark.slow

SECOND_NS = 1_000_000_000
STORES = {"activation", "ballots", "poll-book.db", "poll-book.db-wal"}
"""What a voter's coming and going may change, beside what the clock changes."""

CRIMES = ("timestamp in ids", "row numbers", "slots in turn", "a line for each vote", "shared answers")


class Case(NamedTuple):
    """A day, the analysts of its two last images, and the truth that they are judged by."""

    day: StationDay
    voted: Analyst
    closed: Analyst
    voter_of: dict[Key, int]

    def order(self, analyst: Analyst) -> Verdict:
        """Whether the order of the day is found."""
        return judge(list(analyst.clues()), self.voter_of, range(len(self.day.truth)))

    def choice(self, analyst: Analyst, contest: str) -> Verdict:
        """Whether it is found what somebody chose."""
        return judge(list(analyst.clues()), self.voter_of, choices(self.day.truth, contest))

    def moments(self, analyst: Analyst) -> list[Verdict]:
        """Whether instants of voters are written anywhere, as text or as numbers."""
        definition = self.day.election.definition
        first, last = seconds(definition.opens_at), seconds(definition.closes_at)
        truth = [seconds(each) for cast in self.day.truth for each in (cast.admitted_at, cast.cast_at)]
        named = (analyst.written_moments(), analyst.binary_moments(first, last))
        return [judge_moments(each, truth, first, last) for each in named]

    def readings(self, analyst: Analyst) -> list[str]:
        """Where an instant of the disk's clock is written."""
        truth = self.day.truth
        return analyst.clock_readings(truth[0].cast_ns - 10 * SECOND_NS, truth[-1].cast_ns + 10 * SECOND_NS)


def seconds(moment: str) -> int:
    """Since 1970."""
    return int(datetime.fromisoformat(moment).timestamp())


def choices(truth: list[Cast], contest: str) -> list[float]:
    """Each voter's first option of a contest, as its number."""
    chosen = [next(each.options for each in cast.selections.contests if each.contest == contest) for cast in truth]
    return [float(options[0].rpartition("-")[2]) for options in chosen]


def case_of(day: StationDay, folder: Path) -> Case:
    """The analysts of a day; whose slots are whose follows from the images after each voter."""
    numbers = [each.number for each in synthesize_roll(day.election, 7)]

    def look_at(image: Image, name: str) -> Analyst:
        return Analyst(image, folder / name, day.before, day.data_key, numbers)

    voted = look_at(day.voted, "voted")
    ballot_in = {slot: ballot for ballot, slot in voted.ballots().items()}
    voter_of: dict[Key, int] = {cast.number: voter for voter, cast in enumerate(day.truth)}
    for voter, (earlier, later) in enumerate(steps(day)):
        for slot in voted.slots_written(earlier, later):
            voter_of[slot] = voter_of[ballot_in[slot]] = voter
    return Case(day, voted, look_at(day.closed, "closed") if "closed" in vars(day) else voted, voter_of)


def steps(day: StationDay) -> list[tuple[Image, Image]]:
    """The images before and after each voter."""
    return list(zip([day.before, *day.after_each], day.after_each, strict=False))


@pytest.fixture(scope="module")
def honest(tmp_path_factory: pytest.TempPathFactory) -> Case:
    """The build as it is."""
    folder = tmp_path_factory.mktemp("honest")
    return case_of(StationDay(folder), folder)


@pytest.fixture(scope="module")
def guilty(tmp_path_factory: pytest.TempPathFactory) -> Case:
    """A build with all the crimes that leave a day possible."""
    folder = tmp_path_factory.mktemp("guilty")
    return case_of(StationDay(folder, Guilt(*CRIMES)), folder)


def test_every_voter_of_the_day_voted_as_nobody_else_did(honest: Case) -> None:
    """So each choice marks a person, if it can be found anywhere."""
    chosen = {repr([each.options for each in cast.selections.contests]) for cast in honest.day.truth}
    assert len(chosen) == len(honest.day.truth) >= 40
    assert len(honest.voted.ballots()) > len(chosen)  # spoiled, challenged and jammed papers


def test_no_order_of_anything_at_the_end_is_the_order_of_the_day(honest: Case) -> None:
    """Places and bytes of slots, rows, pages, journal, lists and ciphertexts; before the count and after it."""
    for analyst in (honest.voted, honest.closed):
        verdict = honest.order(analyst)
        assert len(verdict.best) >= 12
        assert verdict.found == set(), verdict


@pytest.mark.parametrize("contest", ["MAYOR", "COUNCIL"])
def test_nothing_at_the_end_goes_with_what_somebody_chose(honest: Case, contest: str) -> None:
    """Neither the bytes of a ballot, nor those of a person's rows."""
    for analyst in (honest.voted, honest.closed):
        verdict = honest.choice(analyst, contest)
        assert verdict.found == set(), verdict


def test_no_instant_of_a_voter_is_written_anywhere(honest: Case) -> None:
    """As text, as seconds, or as the disk's clock; the jams that are in the logs are none."""
    for analyst in (honest.voted, honest.closed):
        assert [verdict.found for verdict in honest.moments(analyst)] == [set(), set()]
        assert honest.readings(analyst) == []


def test_the_two_sides_have_no_eight_bytes_in_common_that_the_day_brought(honest: Case) -> None:
    """No challenge, answer, id or hash stands on both."""
    assert honest.voted.joins() == honest.closed.joins() == set()


def test_no_file_is_added_or_grows_with_voters(honest: Case) -> None:
    """The times of files are those of the last writing, one for a whole store; there is no file for a voter."""
    before, voted = honest.day.before, honest.day.voted
    assert voted.files.keys() - before.files.keys() == {"poll-book/bucket", "poll-book/statement"}
    grown = {name for name, stat in before.stats.items() if voted.stats[name].size != stat.size}
    assert grown <= {"poll-book/poll-book.db-wal"}
    assert not voted.files.get("poll-book/poll-book.db-wal")
    for booth in (1, 2):
        assert not honest.closed.slots[booth - 1].keys  # nothing reads the box any more


def test_images_after_every_voter_tell_which_slots_and_no_more(honest: Case) -> None:
    """Slots of the voter's own booth, one for each paper; what changed in them and beside them says no choice."""
    for cast, (earlier, later) in zip(honest.day.truth, steps(honest.day), strict=True):
        slots = honest.voted.slots_written(earlier, later)
        assert {booth for booth, _ in slots} == {cast.booth}
        assert 1 <= len(slots) <= 3  # a jam, and a paper that was wrong
        changed = {name for name in later.files if earlier.files.get(name) != later.files[name]}
        names = {name.rpartition("/")[2] for name in changed}
        assert names <= STORES | {"bucket", "event-log"}
    for contest in ("MAYOR", "COUNCIL"):
        verdict = judge(leftovers(honest.day), honest.voter_of, choices(honest.day.truth, contest))
        assert verdict.found == set(), verdict


def leftovers(day: StationDay) -> list[Clue]:
    """Beside the slots, what each voter's image shows in the files that the voter changed."""
    keys: list[Key] = [cast.number for cast in day.truth]
    activations = [
        later.files[f"booth-{cast.booth}/activation"] for cast, later in zip(day.truth, day.after_each, strict=True)
    ]
    journals = [later.files["poll-book/poll-book.db-wal"][:8192] for later in day.after_each]
    return [Clue("activation", keys, columns(activations)), Clue("journal", keys, columns(journals))]


def test_entries_with_a_time_are_counts_or_acts_or_faults(honest: Case) -> None:
    """While people vote a booth's log says faults alone, and the poll book's says counts of ten people and more."""
    kinds = {entry.event for booth in honest.day.booths.values() for entry in booth.log.entries}
    assert kinds == {"started", "printer_jam"}
    counted = [entry for entry in honest.day.log.entries if entry.event == "voters_counted"]
    assert 2 <= len(counted) <= len(honest.day.truth) // 10
    assert {entry.event for entry in honest.day.log.entries} == {"started", "opened", "voters_counted", "closed"}


def test_papers_follow_from_the_choices_alone(honest: Case) -> None:
    """Dot for dot: a slip has no number, no time and no mark; code slips differ in their code and its QR alone."""
    election = honest.day.election
    whole = [each for each in honest.day.slips if not each.torn]
    expected = {
        burn_all(paper_escpos(slip(election, "S-1", cast.selections, say=in_english, language="en"))).burnt
        for cast in honest.day.truth
    }
    others = [each.burnt for each in whole if each.burnt not in expected and each.text]
    assert {each.burnt for each in whole} >= expected
    assert {(burnt[0].letters, burnt[3].letters) for burnt in others} == {("Small election", "Your confirmation code")}
    assert len({(*burnt[:4], *burnt[9:]) for burnt in others}) == 1  # between them four lines of code, and its QR


def test_each_crime_of_a_guilty_build_is_found(guilty: Case) -> None:
    """Times in ids, slots in turn, row numbers, a line for each vote, an answer that both sides keep."""
    voted, closed = guilty.order(guilty.voted).found, guilty.order(guilty.closed).found
    assert {"opened slots", "places in all boxes", "table visit"} <= voted
    assert {"the list of ballots", "the list's id", "table visit"} <= closed
    for analyst in (guilty.voted, guilty.closed):
        assert guilty.moments(analyst)[0].found == {"moments"}
        assert analyst.joins() == {("poll-book/trace", "booth-1/trace"), ("poll-book/trace", "booth-2/trace")}


def test_a_timestamp_in_a_slot_is_found(tmp_path: Path) -> None:
    """Four bytes at the end of what is sealed to the box's key; it is the order and the times of the day."""
    case = case_of(StationDay(tmp_path, Guilt("timestamp in the slot"), voters=24, closes=False), tmp_path)
    assert "opened slots" in case.order(case.voted).found
    assert case.moments(case.voted)[1].found == {"moments"}


def test_a_byte_that_says_the_choice_is_found(honest: Case) -> None:
    """The search for what was chosen finds one byte of a slot that is the number of the option."""
    slots = honest.voted.slots
    keys: list[Key] = [key for each in slots for key in each.keys]
    chosen = choices(honest.day.truth, "MAYOR")
    rows = [
        plain[:-9] + bytes([int(chosen[honest.voter_of[key]])]) + plain[-8:]
        for key, plain in zip(keys, (plain for each in slots for plain in each.plain), strict=True)
    ]
    verdict = judge([Clue("opened slots", keys, columns(rows))], honest.voter_of, chosen)
    assert verdict.found == {"opened slots"}
    assert np.isfinite(verdict.chance)
