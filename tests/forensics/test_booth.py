"""The booth under people and machines that do not keep to the order: answers replayed, papers torn, time passed."""

from collections.abc import Callable

import pytest
from tests.booth.power_cut import PowerCutError
from tests.booth.running import RunningBooth
from tests.booth.sample import CLOSING, ELECTION, ENCRYPTED, KEYS, PAIRING_KEY, STATION, VOTES_SECRET, definition
from tests.station.published import PublishedStation, close_alone, read_station

from urna.ballot.code_slip import check_code_slip
from urna.ballot.selections import ContestSelections, Selections
from urna.ballot.slot import SlotContent, SlotState
from urna.election.certification import StationKeys
from urna.election.definition import Election, Rules
from urna.election.outcomes import BallotState, Ending
from urna.encoding.canonical import decode
from urna.errors import OutOfOrder, Unproven
from urna.station import booth_ballot
from urna.station.activation import answer
from urna.station.booth_session import (
    Draft,
    PrintCode,
    PrintPaper,
    Reviewed,
    Session,
    ShowSession,
    State,
    StoreBallot,
)
from urna.storage.medium import MemoryFile
from urna.tally.sheet import TallySheet

CHOSEN: dict[str, tuple[str, ...]] = {"LIST": ("LIST-GREEN",)}


def answered(running: RunningBooth, challenge: bytes, *, style: str = "FULL", number: int = 1) -> bytes:
    """What the paired poll book would answer."""
    election = running.election.identity
    return answer(PAIRING_KEY, challenge, election=election, station=STATION, booth=number, style=style)


def states(running: RunningBooth) -> dict[SlotState, int]:
    """How many slots of each state the box holds, the free ones left out."""
    return {state: n for state in SlotState if state is not SlotState.FREE and (n := running.box.count(state))}


def closed(running: RunningBooth) -> PublishedStation:
    """The booth's ballots as the record shows them after closing."""
    bundle = close_alone(running.election, STATION, [running.close()], KEYS)
    return read_station(running.election, KEYS, decode(bundle.sheet, TallySheet), bundle)


def codes(running: RunningBooth) -> list[str]:
    """The codes that were printed, each slip signed by the booth."""
    key = running.element.public_hex
    keys = StationKeys(station=STATION, poll_book=key, booths=(key,), closing=CLOSING.public_hex)
    return [check_code_slip(document, running.election, keys).code for document in running.code_slips]


def test_an_answer_is_good_for_one_challenge_one_style_and_one_booth() -> None:
    """Replayed, for another style, by another booth, or after a restart it opens nothing."""
    running = RunningBooth()
    given = answered(running, running.booth.challenge())
    running.booth.activate("FULL", given)
    running.print_choices(CHOSEN)
    running.booth.say_yes()
    running.booth.acknowledge()
    with pytest.raises(OutOfOrder):
        running.booth.activate("FULL", given)
    running.booth.challenge()
    with pytest.raises(Unproven):
        running.booth.activate("FULL", given)
    for style, number in (("FULL", 1), ("SHORT", 2)):
        challenge = running.booth.challenge()
        with pytest.raises(Unproven):
            running.booth.activate("SHORT", answered(running, challenge, style=style, number=number))
    challenge = running.booth.challenge()
    running.restart()
    with pytest.raises(OutOfOrder):
        running.booth.activate("FULL", answered(running, challenge))
    assert running.booth.state is State.WAITING


def test_a_wrong_answer_uses_the_challenge_up() -> None:
    """Nobody tries answers to the same challenge one after another."""
    running = RunningBooth()
    challenge = running.booth.challenge()
    with pytest.raises(Unproven):
        running.booth.activate("FULL", bytes(32))
    with pytest.raises(OutOfOrder):
        running.booth.activate("FULL", answered(running, challenge))


def test_a_jam_voids_the_ballot_and_costs_no_attempt() -> None:
    """Torn papers and then a whole one: one vote, each torn one void, and all attempts are left."""
    running = RunningBooth()
    running.activate()
    running.printer_fails = True
    for _ in range(4):
        running.print_choices(CHOSEN)
        assert (running.booth.state, running.screens[-1].papers_left) == (State.VOID, 3)
        with pytest.raises(OutOfOrder):
            running.booth.say_yes()
        running.booth.choose_again()
    running.printer_fails = False
    running.print_choices(CHOSEN)
    running.booth.say_yes()
    assert states(running) == {SlotState.CAST: 1, SlotState.VOID: 4}


def test_a_vote_is_cast_once() -> None:
    """No second yes, no change of mind and no ending without a vote after it, also not after a restart."""
    running = RunningBooth()
    running.activate()
    running.print_choices(CHOSEN)
    running.booth.say_yes()
    for _ in range(2):
        for act in (running.booth.say_yes, running.booth.say_no, running.booth.choose_again, running.booth.expire):
            with pytest.raises(OutOfOrder):
                act()
        with pytest.raises(OutOfOrder):
            running.booth.end(Ending.LEFT)
        running.restart()
        assert running.word is State.CAST
    assert states(running) == {SlotState.CAST: 1}


def test_time_that_passed_with_a_paper_out_casts_nothing_by_itself() -> None:
    """At the question the time passes: with more time the voter casts; without, the ballot is void."""
    for resumes in (True, False):
        running = RunningBooth()
        running.activate()
        running.print_choices(CHOSEN)
        running.booth.expire()
        assert states(running) == {SlotState.PENDING: 1}
        with pytest.raises(OutOfOrder):
            running.booth.say_yes()
        if resumes:
            running.booth.resume()
            running.booth.say_yes()
        else:
            running.booth.end(Ending.EXPIRED)
        assert states(running) == {SlotState.CAST if resumes else SlotState.VOID: 1}


def test_a_poll_worker_can_end_without_a_vote_and_never_with_one() -> None:
    """An ending that says cast is refused in every state."""
    running = RunningBooth()
    running.activate()
    steps: list[Callable[[], None]] = [lambda: running.print_choices(CHOSEN), running.booth.expire]
    for step in steps:
        step()
        with pytest.raises(OutOfOrder):
            running.booth.end(Ending.CAST)
    running.booth.end(Ending.LEFT)
    assert states(running) == {SlotState.VOID: 1}


def test_no_more_papers_than_the_rule_after_crashes_and_spoiled_ones() -> None:
    """Three spoiled papers, the booth restarted after each: no fourth one."""
    running = RunningBooth()
    running.activate()
    for spoiled in range(1, 4):
        running.print_choices(CHOSEN)
        running.booth.say_no()
        if spoiled < 3:
            running.booth.choose_again()
        running.restart()
    assert (running.booth.state, len(running.papers)) == (State.VOID, 3)
    with pytest.raises(OutOfOrder):
        running.booth.choose_again()


def test_what_the_booth_passes_around_shows_no_choice() -> None:
    """An event, an effect or a session in a traceback or a log names no option, no ballot and no code."""
    chosen = ContestSelections(contest="LIST", options=("LIST-GREEN",))
    selections = Selections(style="FULL", contests=(chosen,))
    code = "ABCD " * 7 + "ABCD"
    draft = Draft(ballot="ab" * 16, selections=selections, seed="cd" * 32, ciphertext=b"ciphertext", code=code)
    session = Session(state=State.REVIEWING, selections=selections, draft=draft, slot=1)
    for each in (
        Reviewed(draft),
        StoreBallot(1, draft),
        PrintCode(code=code),
        PrintPaper(selections),
        SlotContent(ballot="ab" * 16, sealed_opening=b"opening", ciphertext=b"ciphertext"),
        session,
        ShowSession(session),
    ):
        said = f"{each!r} {each}"
        assert not [word for word in ("GREEN", "abab", "cdcd", "ABCD", "ciphertext'", "opening'") if word in said]


def test_the_code_slip_comes_before_the_paper_and_the_paper_before_the_question() -> None:
    """In an encrypted election; the slip is signed, and says no more than election, station and code."""
    running = RunningBooth(ENCRYPTED)
    running.cast(CHOSEN)
    assert running.events == [
        *("waiting", "choosing", "reviewing"),
        *("code slip", "paper", "printed"),
        *("cast", "waiting"),
    ]
    (code,) = codes(running)
    assert running.code_slips[0].startswith(
        f'{{"code":"{code}","election":"{ENCRYPTED.identity}","station":"{STATION}","type":"urna/code-slip/1"}}'.encode()
    )


def test_without_guardians_or_receipts_no_code_is_printed() -> None:
    """Without guardians there is none; without receipts ballots are encrypted all the same."""
    plain = RunningBooth()
    without = Election(definition(Rules(attempts=3, secrecy_threshold=1), has_guardians=True))
    silent = RunningBooth(without)
    for running in (plain, silent):
        running.cast(CHOSEN)
        assert (running.code_slips, "code slip" in running.events) == ([], False)
    assert not next(iter(plain.box.ballots())).content.ciphertext
    assert len(closed(silent).ballots) == 1


def test_a_challenged_ballot_is_opened_as_it_was_pressed_and_not_counted() -> None:
    """The voter's code leads to the ciphertext; its nonces show what was pressed, and nothing of it is in the count."""
    running = RunningBooth(ENCRYPTED)
    running.activate()
    running.print_choices({"DEP": ("DEP-2", "DEP-3"), "LIST": ("LIST-RED",)})
    running.booth.challenge_machine()
    running.booth.choose_again()
    running.print_choices(CHOSEN)
    running.booth.say_yes()
    running.booth.acknowledge()
    challenged, cast = codes(running)
    result = running.close()
    bundle = close_alone(ENCRYPTED, STATION, [result], KEYS)
    station = read_station(ENCRYPTED, KEYS, decode(bundle.sheet, TallySheet), bundle)
    assert station.opened is not None
    (opened,) = station.opened.ballots
    ballot = station.by_code()[challenged]
    assert (opened.id, ballot.listed.state) == (ballot.listed.id, BallotState.CHALLENGED)
    assert {each.option for each in opened.options if each.votes} == {"DEP-2", "DEP-3", "LIST-RED"}
    assert station.by_code()[cast].listed.state is BallotState.CAST
    assert {option: votes for each in result.contests.values() for option, votes in each.votes.items() if votes} == {
        "LIST-GREEN": 1
    }


def test_no_more_challenges_than_the_rule() -> None:
    """One in an activation: the second is refused, offered on no screen, and the ballot stays castable."""
    running = RunningBooth(ENCRYPTED)
    running.activate()
    running.print_choices(CHOSEN)
    running.booth.challenge_machine()
    running.restart()
    assert running.word is State.CHOOSING
    running.print_choices(CHOSEN)
    assert [each.may_challenge for each in running.screens if each.state is State.PRINTED] == [True, False]
    with pytest.raises(OutOfOrder):
        running.booth.challenge_machine()
    running.booth.say_yes()
    assert states(running) == {SlotState.CAST: 1, SlotState.CHALLENGED: 1}


def test_a_cast_ballot_is_never_opened() -> None:
    """After the casting no challenge is taken, and the openings hold none but challenged ballots."""
    running = RunningBooth(ENCRYPTED)
    running.activate()
    running.print_choices(CHOSEN)
    running.booth.say_yes()
    with pytest.raises(OutOfOrder):
        running.booth.challenge_machine()
    running.booth.acknowledge()
    station = closed(running)
    assert station.opened is not None
    assert (len(station.of(BallotState.CAST)), station.opened.ballots) == (1, ())


def test_a_jam_at_the_code_slip_voids_the_ballot_and_no_paper_follows() -> None:
    """Its ciphertext is published as void, whether the slip came out or not; nothing of it is counted or opened."""
    running = RunningBooth(ENCRYPTED)
    running.activate()
    running.printer_fails = True
    running.print_choices(CHOSEN)
    assert (running.booth.state, running.papers, running.code_slips) == (State.VOID, [], [])
    running.booth.choose_again()
    running.printer_fails, running.paper_jams = False, True
    running.print_choices(CHOSEN)
    assert (running.booth.state, running.papers, len(running.code_slips)) == (State.VOID, [], 1)
    running.booth.choose_again()
    running.paper_jams = False
    running.print_choices(CHOSEN)
    running.booth.say_yes()
    running.booth.acknowledge()
    jammed, cast = codes(running)
    station = closed(running)
    assert station.by_code()[jammed].listed.state is BallotState.VOID
    assert station.by_code()[cast].listed.state is BallotState.CAST
    assert len(station.of(BallotState.VOID)) == 2
    assert all(sum(each.votes(VOTES_SECRET).values()) == 1 for each in station.of(BallotState.VOID))


def test_a_ballot_still_pending_at_closing_is_void_and_never_counted() -> None:
    """The power goes at the question and the station closes: published as void with its ciphertext, not opened."""
    running = RunningBooth(ENCRYPTED)
    running.activate()
    running.print_choices(CHOSEN)
    (code,) = codes(running)
    assert states(running) == {SlotState.PENDING: 1}
    result = running.close()
    bundle = close_alone(ENCRYPTED, STATION, [result], KEYS)
    sheet = decode(bundle.sheet, TallySheet)
    station = read_station(ENCRYPTED, KEYS, sheet, bundle)
    assert station.by_code()[code].listed.state is BallotState.VOID
    assert (sheet.cast, result.nonces, result.styles) == (0, {}, {})
    assert station.opened is not None
    assert station.opened.ballots == ()


def test_a_ballot_torn_while_it_was_written_is_none_and_no_code_was_printed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Half a body is spoiled medium: no slip, no paper, no line of the list, and the voter chooses again."""
    running = RunningBooth(ENCRYPTED)
    running.activate()
    running.booth.review(CHOSEN)
    write = MemoryFile.write

    def torn(self: MemoryFile, offset: int, data: bytes) -> None:
        if len(data) != running.header.body_bytes:
            write(self, offset, data)
            return
        write(self, offset, data[: len(data) // 2])
        raise PowerCutError

    with monkeypatch.context() as patched, pytest.raises(PowerCutError):
        patched.setattr(MemoryFile, "write", torn)
        running.booth.confirm()
    assert (running.code_slips, running.papers) == ([], [])
    running.restart()
    assert (running.word, states(running)) == (State.CHOOSING, {SlotState.SPOILED: 1})
    running.print_choices(CHOSEN)
    running.booth.say_yes()
    running.booth.acknowledge()
    (code,) = codes(running)
    station = closed(running)
    assert [each.code for each in station.of(BallotState.CAST)] == [code] == list(station.by_code())


def test_going_back_forgets_the_ballot(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each review makes another ballot, with another seed; only the one that is printed leaves a trace."""
    made: list[Draft] = []
    make = booth_ballot.BallotMaker.make

    def remembered(self: booth_ballot.BallotMaker, selections: Selections) -> Draft:
        made.append(make(self, selections))
        return made[-1]

    monkeypatch.setattr(booth_ballot.BallotMaker, "make", remembered)
    running = RunningBooth(ENCRYPTED)
    running.activate()
    held: list[Draft | None] = []
    for forget in (running.booth.go_back, running.booth.expire, running.booth.confirm):
        running.booth.review(CHOSEN)
        held.append(running.booth._session.draft)
        forget()
        held.append(running.booth._session.draft)
        if running.booth.state is State.EXPIRED:
            running.booth.resume()
    assert held == [made[0], None, made[1], None, made[2], None]
    assert len({each.seed for each in made}) == len({each.ballot for each in made}) == 3
    assert codes(running) == [made[-1].code]
    assert [each.content.ballot for each in running.box.ballots()] == [made[-1].ballot]


@pytest.mark.parametrize("election", [ELECTION, ENCRYPTED], ids=["plain", "encrypted"])
def test_a_booth_starts_only_with_the_keys_that_its_election_asks_for(election: Election) -> None:
    """Guardians without keys, or keys without guardians, are found before a voter comes."""
    with pytest.raises(OutOfOrder, match="joint keys"):
        booth_ballot.BallotMaker(election, STATION, None if election.is_encrypted else KEYS, bytes)
