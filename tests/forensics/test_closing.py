"""The power goes while a station closes: the same sheet comes once more, whatever clock and members say then."""

import secrets
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.station.published import check_sums, read_station
from tests.station.small import KEYS, KINDS, VOTES_SECRET, always_a_match, small_election, small_kit

from urna.ballot.selections import Selections
from urna.cli.polling_place import POLL_BOOK, STATEMENT, PollingPlace
from urna.devices.secure_element import SimulatedElement
from urna.election.statement import PollBookStatement
from urna.encoding.document import read_document
from urna.errors import OutOfOrder
from urna.record.bundle import StationBundle
from urna.roll.synthetic import synthesize_roll
from urna.station.booth import Booth
from urna.station.cards import Role
from urna.station.day import DayEvent
from urna.station.station import Station
from urna.tally.sheet import TallySheet

ROLES = (Role.PRESIDENT, Role.SECRETARY)
FIRST, LATER = "2026-12-06T22:00:00Z", "2026-12-06T22:07:31Z"
ELECTORS = 6


class PowerCut(BaseException):
    """Nothing catches it."""


class Paper:
    """A printer that always works."""

    def print_code_slip(self, document: bytes) -> None:
        """The code slip is out."""

    def print_ballot(self, selections: Selections) -> None:
        """The paper is out."""


class Place:
    """A polling place with two booths in which everybody has voted; the first two voters first spoiled a paper.

    One of them said no, the other one challenged the machine.
    """

    def __init__(self, folder: Path, kind: str) -> None:
        election = small_election(ELECTORS, 2, has_guardians=KINDS[kind])
        self.place = PollingPlace(election, small_kit(election), folder, always_a_match, secrets.token_bytes)
        self.zero_reports = self.place.set_up(election.definition.opens_at, ROLES)
        self.station: Station[Booth]
        self.start()
        self.station.poll_book.advance(DayEvent.OPEN)
        for number, elector in enumerate(synthesize_roll(election, 7)):
            booth = self.station.booths[number % 2 + 1]
            self.station.poll_book.identify(elector.number, None)
            self.station.activate(booth.number, elector.style)
            for answer in (booth.say_no, booth.challenge_machine)[number : number + 1]:
                vote(booth, number)
                answer()
                booth.choose_again()
            vote(booth, number)
            booth.say_yes()
            self.station.record_ending(booth.number)

    def start(self) -> None:
        """Starts the machines, or starts them again."""
        self.place.stop()
        self.station = self.place.start(ROLES, [Paper(), Paper()], lambda screen: None)

    def close(self, now: str = FIRST, signatures: int = 2 * ELECTORS) -> StationBundle:
        """Closes the polls."""
        return self.place.close(self.station, self.zero_reports, ROLES, signatures=signatures, now=now)


def vote(booth: Booth, number: int) -> None:
    """From choosing to the question: another person of each contest for each voter."""
    style = booth.election.contests_of_style("SOUTH")
    booth.review({contest.code: [contest.options[number % len(contest.options)].code] for contest in style})
    booth.confirm()


@pytest.fixture(params=KINDS)
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Place:
    """A fresh one of each kind."""
    return Place(tmp_path, request.param)


def check(place: Place, bundle: StationBundle) -> None:
    """A whole closing: everybody's vote, one ballot void and one challenged, and with guardians all of it proven."""
    sheet = read_document(bundle.sheet, TallySheet)
    assert (sheet.cast, sheet.closed_at) == (2 * ELECTORS, FIRST)
    assert [(booth.void, booth.challenged) for booth in sheet.booths] == [(1, 0), (0, 1)]
    if place.place.election.is_encrypted:
        station = read_station(place.place.election, KEYS, sheet, bundle)
        check_sums(station, sheet, KEYS, VOTES_SECRET)
        assert station.opened is not None
        assert len(station.opened.ballots) == 1
    else:
        assert (bundle.ciphertexts, bundle.opened) == ({}, None)


def test_a_sheet_that_was_signed_and_lost_is_signed_once_more(place: Place) -> None:
    """After the signatures and before the medium of the sheet: the same bytes, though the clock went on.

    With guardians also the same list, ciphertexts and openings.
    """
    first = place.close()
    check(place, first)
    place.start()
    assert place.close(LATER) == first


@pytest.mark.parametrize("place", ["plain"], indirect=True)
def test_signatures_entered_after_the_count_change_nothing(place: Place) -> None:
    """Whoever has seen a booth's numbers cannot make the paper book's fit them any more."""
    sheet = place.close(signatures=11).sheet
    again = place.close(LATER, signatures=12).sheet
    statement = read_document(read_document(again, TallySheet).statement.encode(), PollBookStatement)
    assert (again, statement.signatures) == (sheet, 11)


@pytest.mark.parametrize("deed", ["begin_closing", "counting_key", "sign_sheet"])
@pytest.mark.parametrize(
    ("at", "is_before", "place"),
    [(1, True, "plain"), (1, False, "encrypted"), (2, True, "encrypted"), (2, False, "plain")],
    indirect=["place"],
)
def test_a_closing_goes_on_after_a_cut_at_any_booth(
    deed: str, at: int, is_before: bool, place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Before or after each deed of the first or the second booth's element; afterwards one whole sheet."""
    done: Callable[..., object] = getattr(SimulatedElement, deed)
    calls = 0

    def cut(element: SimulatedElement, *arguments: bytes) -> object:
        nonlocal calls
        calls += 1
        if calls == at and is_before:
            raise PowerCut
        result = done(element, *arguments)
        if calls == at:
            raise PowerCut
        return result

    with monkeypatch.context() as patched:
        patched.setattr(SimulatedElement, deed, cut)
        with pytest.raises(PowerCut):
            place.close()
    place.start()
    check(place, place.close(LATER))
    place.place.destroy_openings()
    place.place.destroy_openings()


@pytest.mark.parametrize("place", ["plain"], indirect=True)
def test_a_statement_cut_short_is_made_anew(place: Place, tmp_path: Path) -> None:
    """What lies under the draft's name counts for nothing."""
    (tmp_path / POLL_BOOK / f"{STATEMENT}.part").write_bytes(b"half a statem")
    check(place, place.close())


def test_after_the_openings_are_destroyed_nothing_is_counted_again(place: Place) -> None:
    """A closed element counts no box and signs no second sheet."""
    place.close()
    place.place.destroy_openings()
    with pytest.raises(OutOfOrder):
        place.close(LATER)
