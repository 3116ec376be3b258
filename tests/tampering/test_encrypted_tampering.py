"""Every attack on an election with guardians is noticed by its check, with both engines, and named."""

import secrets
from collections import Counter
from collections.abc import Iterator

import pytest
from _pytest.mark.structures import ParameterSet
from tests.tampering import (
    cases_ballots,
    cases_challenged,
    cases_keys,
    cases_openings,
    cases_roots,
    cases_sheet_proofs,
)
from tests.tampering.builder import station_signer
from tests.tampering.encrypted_forgery import CASES, STATION, Case, Forgery, good_folder
from tests.tampering.encrypted_memory import remembering
from tests.verify.encrypted_world import Made

from urna.ballot.code_slip import CodeSlip, sign_code_slip
from urna.ballot.confirmation import confirmation_code, write_code
from urna.election.outcomes import BallotState
from urna.record.layout import Kind, opened_path, place_of
from urna.record.reader import RecordInMemory
from urna.verify.code_search import FoundCode, find_code, open_for_codes, open_slip
from urna.verify.encrypted import inspect_bundle
from urna.verify.pins import Pins
from urna.verify.procedure import verify_record
from urna.verify.report import ENCRYPTED_CHECKS, Check, Report
from urna.verify.work import BallotWork, EngineName

ENGINES: tuple[EngineName, ...] = ("fast", "plain")

FAMILIES = (cases_ballots, cases_challenged, cases_keys, cases_openings, cases_roots, cases_sheet_proofs)
"""Importing them fills CASES."""


@pytest.fixture(scope="module", autouse=True)
def _memory() -> Iterator[None]:
    """What one record was asked is not computed again for the next; the good one is asked first."""
    with remembering():
        for engine in ENGINES:
            assert verify(Forgery(), engine).is_proven
        yield


def verify(forged: Forgery, engine: EngineName = "fast") -> Report:
    """The report on a forged record."""
    return verify_record(RecordInMemory(forged.folder), ballots=BallotWork(engine, secrets.token_bytes))


def text_of(report: Report, check: int) -> str:
    """What a check found, in one text."""
    return "\n".join(f"{each.file} {each.station} {each.sentence}" for each in report.checks[check - 1].findings)


def _marked(case: Case) -> ParameterSet:
    """The plain engine reads the whole record anew in its compact form, which takes seconds."""
    return pytest.param(case, id=case.name, marks=[pytest.mark.slow] if case.name.startswith("compact_") else [])


@pytest.mark.parametrize("case", [_marked(case) for case in CASES])
def test_an_attack_is_noticed_by_its_check_with_both_engines(case: Case) -> None:
    """The check for this attack fails and names what it must, no other check has a reason to, and engines agree."""
    forged = Forgery()
    case.tamper(forged)
    assert forged.folder != good_folder()
    for engine in ENGINES:
        report = verify(forged, engine)
        text = text_of(report, case.check)
        assert not report.is_proven
        assert report.failed == case.failed, (engine, text, [text_of(report, each) for each in report.failed])
        assert [name for name in case.names if name not in text] == [], (engine, text)


@pytest.mark.parametrize("engine", ENGINES)
def test_the_provers_and_openers_of_these_attacks_can_be_honest(engine: EngineName) -> None:
    """With votes that are allowed, and sums that isolate nobody, what they make verifies."""
    forged = Forgery()
    cases_ballots.honest_ballot_of_the_dishonest_prover(forged)
    forged.open_more("LIST-N", "A-01", "A-02", "B-01", "B-02")
    forged.open_more("REF", "A-02", "B-01")
    assert forged.folder != good_folder()
    report = verify(forged, engine)
    assert [text_of(report, each) for each in report.failed] == []
    assert report.is_proven


AT_RECEPTION = [
    case
    for case in CASES
    if case.powers == STATION
    and case.check in {Check.CIPHERTEXTS, Check.BALLOT_PROOFS, Check.CHALLENGED}
    and not case.name.startswith(("compact", "correction"))
]
"""A station hands over committed ballots with the sheet of its closing; corrections come later, and alone."""


def received(forged: Forgery, station: str) -> set[int]:
    """The checks that the centre finds broken when it is handed a station's files as they were forged."""
    world = forged.world
    paths = [path for path in world.files if (place := place_of(path)) and place.kind is Kind.CIPHERTEXTS]
    ciphertexts = {
        place.style: world.files[path] for path in paths if (place := place_of(path)) and place.station == station
    }
    found = inspect_bundle(
        world.election,
        world.joint,
        world.sheet(station),
        world.ballots(station),
        ciphertexts,
        world.files.get(opened_path(station)),
        coefficients=secrets.token_bytes,
    )
    return {int(finding.check) for finding in found}


@pytest.mark.parametrize("case", AT_RECEPTION, ids=lambda case: case.name)
def test_the_centre_refuses_it_at_reception(case: Case) -> None:
    """What a station could publish against all others' checks, the centre finds with the same check before."""
    forged = Forgery()
    assert all(received(forged, station) == set() for station in ("A-01", "A-02"))
    case.tamper(forged)
    found = [received(forged, station) for station in forged.world.election.stations]
    assert case.check in set().union(*found)


# ---------------------------------------------------------------- the corpus


def test_the_corpus_is_large() -> None:
    """More than 110 attacks were asked for; names are used once, and each says what its attacker holds."""
    assert len({case.name for case in CASES}) == len(CASES) >= 240
    assert all(case.powers and case.tamper.__doc__ for case in CASES)


def test_every_check_of_encrypted_ballots_has_several_attacks() -> None:
    """Each of the five checks has at least three attacks that it alone finds, and many in all."""
    alone = Counter(case.check for case in CASES if not case.also)
    of_all = Counter(check for case in CASES for check in case.failed)
    for check in ENCRYPTED_CHECKS:
        assert alone[check] >= 3, check
        assert of_all[check] >= 20, check


def test_attackers_with_and_without_keys_are_there() -> None:
    """Nobody's key, a station's, guardians', the centre's: each appears more than once with each kind of file."""
    holders = Counter(case.powers for case in CASES)
    assert all(count >= 1 for count in holders.values())
    assert len([powers for powers, count in holders.items() if count >= 5]) >= 4


SECRECY = {
    "a second R": ("second_sheet_with_sums_of_nonces", "second_sum_over_fewer_ballots"),
    "a station below the threshold": (
        "votes_shown_below_the_threshold",
        "votes_of_four_people_shown",
        "few_ballots_opened",
        "contest_of_few_opened",
    ),
    "differences that isolate a few": (
        "few_ballots_by_difference_to_a_sheet",
        "few_ballots_by_difference_to_an_opening",
        "closed_remainder_opened",
        "opening_that_cuts_through_another",
        "votes_shown_that_are_in_an_opened_sum",
    ),
    "a pending ballot counted": (
        "pending_ballot_counted",
        "pending_ballot_in_the_list",
        "ballot_encrypted_and_not_listed",
    ),
    "a cast or void ballot opened": ("cast_ballot_opened", "void_ballot_opened"),
}
"""The rules that keep votes secret, each with the attacks that it is there for; codes are below."""


@pytest.mark.parametrize("rule", SECRECY)
def test_each_rule_of_secrecy_has_its_attacks(rule: str) -> None:
    """No rule is there that no attack of the corpus needs."""
    assert set(SECRECY[rule]) <= {case.name for case in CASES}


# ---------------------------------------------------------------- codes: what only a voter's slip can show


def code_of(forged: Forgery, station: str, made: Made) -> bytes:
    """The confirmation code on the slip of a ballot."""
    context = forged.world.context(station, made.style)
    return confirmation_code(context.context, made.id, made.encrypted.challenge)


def slip_of(forged: Forgery, station: str, made: Made) -> bytes:
    """The slip that the first booth of the station had signed for a ballot."""
    code = write_code(code_of(forged, station, made))
    slip = CodeSlip(election=forged.world.election.identity, station=station, code=code)
    return sign_code_slip(slip, station_signer(forged.world.election, station, "booth-1"))


def search(forged: Forgery, slip: bytes) -> FoundCode | None:
    """What the record has for a slip that verifies."""
    opened = open_for_codes(RecordInMemory(forged.folder), Pins())
    read = open_slip(opened, slip, "the slip")
    return find_code(opened, read.code_bytes, read.station)


def test_a_slip_leads_to_its_ballot() -> None:
    """In the good record every slip does, in whatever state the ballot is."""
    forged = Forgery()
    for state in BallotState:
        made = forged.made("A-02", state)
        found = search(forged, slip_of(forged, "A-02", made))
        assert found is not None
        assert (found.ballot.id, found.ballot.state) == (made.id.hex(), state)


@pytest.mark.parametrize("state", BallotState)
def test_a_ballot_taken_out_of_everything_is_missed_by_its_slip(state: BallotState) -> None:
    """A station with all its keys erases a ballot everywhere: all checks pass, and the signed slip is the proof."""
    forged = Forgery()
    made = forged.made("A-02", state)
    slip = slip_of(forged, "A-02", made)
    forged.remove_ballot("A-02", made)
    forged.publish(reopen=["A-02"])
    assert verify(forged).is_proven
    assert search(forged, slip) is None


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (BallotState.CAST, BallotState.VOID),
        (BallotState.VOID, BallotState.CAST),
        (BallotState.CAST, BallotState.CHALLENGED),
        (BallotState.CHALLENGED, BallotState.CAST),
    ],
)
def test_a_ballot_moved_to_another_state_is_shown_to_its_voter(before: BallotState, after: BallotState) -> None:
    """A station with all its keys moves a ballot in all that it signs; the voter finds a state that is not true."""
    forged = Forgery()
    made = forged.made("A-02", before)
    slip = slip_of(forged, "A-02", made)
    cases_roots.restate(forged, "A-02", made, after)
    forged.publish(reopen=["A-02"])
    assert verify(forged).is_proven
    found = search(forged, slip)
    assert found is not None
    assert found.ballot.state is after


def test_a_ballot_exchanged_under_its_id_is_missed_by_its_slip() -> None:
    """A challenged machine that encrypts again before it answers passes all checks; its slip's code is gone then."""
    forged = Forgery()
    old = forged.made("A-02", BallotState.CHALLENGED)
    slip = slip_of(forged, "A-02", old)
    forged.exchange("A-02", old, cases_ballots.honest(forged, "A-02", old, bytes(range(32))), seed=bytes(range(32)))
    forged.publish()
    assert verify(forged).is_proven
    assert search(forged, slip) is None
