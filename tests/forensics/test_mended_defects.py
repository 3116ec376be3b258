"""Defects that a review proved on 2026-11-24, each with the test that kept it mended since."""

from collections.abc import Callable
from functools import cache

import msgspec
import pytest
from tests.booth.running import RunningBooth
from tests.booth.sample import definition as sample_definition
from tests.booth.sample import seeded
from tests.tampering import builder
from tests.tampering.builder import EVENING, World, build, move_vote, officers_sign, signing_key
from tests.tampering.forgery import Forgery

from urna.cli.machines import BoothIdentity, BoothMachine
from urna.election.certification import Certification, StationDecision
from urna.election.check import check_definition
from urna.election.definition import Election, Rules
from urna.encoding.canonical import decode, encode
from urna.encoding.document import read_document, sign_document
from urna.errors import Malformed
from urna.log.note import NoteSigner
from urna.record.layout import Kind, serial_path, sheet_path
from urna.storage.medium import MemoryMedium
from urna.tally.sheet import TallySheet
from urna.verify.pins import read_pins
from urna.verify.procedure import verify_record
from urna.verify.report import Check, Report

replace = msgspec.structs.replace
PINS = "\n".join(each.verifier.vkey() for each in builder.Keys.make().officers)


@cache
def good() -> World:
    """The good record."""
    return build()


def forged(change: Callable[[World], None]) -> Report:
    """The report on a changed world that was published again with the log's key and all witnesses."""
    forgery = Forgery(good().copy(), {})
    change(forgery.world)
    forgery.publish()
    return verify_record(forgery.record())


def by_one_officer(monkeypatch: pytest.MonkeyPatch) -> Forgery:
    """A whole record, true in itself, whose definition says that one officer's signature is enough."""
    lone = builder.definition(good().keys)
    lone = replace(lone, authority=replace(lone.authority, threshold=1))
    monkeypatch.setattr(builder, "definition", lambda keys: lone)
    monkeypatch.setattr(builder, "officers_sign", lambda world, record: sign_document(record, world.keys.officers[:1]))
    world = build()
    return Forgery(world, world.publish())


def test_pins_with_a_threshold_refuse_what_one_officer_signed(monkeypatch: pytest.MonkeyPatch) -> None:
    """One of three officers makes a whole record: a pinned threshold of 2 finds it, so this is no defect."""
    forgery = by_one_officer(monkeypatch)
    forgery.pins = read_pins(f"{PINS}\nthreshold 2\n".encode())
    assert verify_record(forgery.record(), forgery.pins).failed == {Check.DEFINITION_SIGNED}


def test_pins_without_a_threshold_are_refused() -> None:
    """The officers' keys alone would leave it to a forger's definition how many of them have to sign."""
    with pytest.raises(Malformed, match="threshold"):
        read_pins(PINS.encode())


def test_an_edition_that_counted_a_station_annulled_later_is_judged() -> None:
    """A sheet that nobody signed, with a million votes too many, counted in edition 1 and annulled before edition 2."""

    def change(world: World) -> None:
        sheet = world.sheet("A-01")
        tallies = [
            replace(each, votes=tuple(replace(one, votes=one.votes + 10**6) for one in each.votes or ()) or None)
            for each in sheet.contests
        ]
        stranger = NoteSigner("stranger.example", signing_key("stranger"))
        data = sign_document(replace(sheet, contests=tuple(tallies)), [stranger])
        world.files[sheet_path("A-01", 0)] = data
        decision = StationDecision(
            election=world.election.identity,
            serial=2,
            station="A-01",
            state="annulled",
            reason="Doubts.",
            decided_at=EVENING,
        )
        world.add(serial_path(Kind.DECISION, 2), officers_sign(world, decision), 4)

    assert not forged(change).is_proven


def test_keys_certified_after_their_sheet_was_logged_are_noticed() -> None:
    """The sheet of B-01 is in the log before anybody certified its keys."""

    def change(world: World) -> None:
        path = serial_path(Kind.CERTIFICATION, 1)
        both = read_document(world.files[path], Certification)
        early = tuple(each for each in both.stations if each.station != "B-01")
        late = tuple(each for each in both.stations if each.station == "B-01")
        world.files[path] = officers_sign(world, replace(both, stations=early))
        second = replace(both, serial=2, stations=late)
        world.add(serial_path(Kind.CERTIFICATION, 2), officers_sign(world, second), -1)

    assert Check.ORDER in forged(change).failed


def test_a_correction_that_moves_votes_is_named() -> None:
    """Five votes change party in A-01's sheet-1, over the same ballots: the report names the station."""

    def change(world: World) -> None:
        sheet: TallySheet = replace(world.sheet("A-01"), sequence=1)
        for _ in range(5):
            sheet = move_vote(sheet, "LIST-N", "SUN", "SEA")
        world.put_sheet(sheet, 4)

    assert "A-01" in " ".join(map(str, forged(change).remarks))


def test_a_jam_does_not_make_an_honest_station_unprovable() -> None:
    """With one attempt by rule, a torn paper and a whole one are two ballots made in one activation."""
    rules = Rules(attempts=1, challenges=0, secrecy_threshold=5)
    running = RunningBooth(Election(sample_definition(rules)))
    running.activate()
    running.printer_fails = True
    running.print_choices({})
    running.booth.choose_again()
    running.printer_fails = False
    running.print_choices({})
    running.booth.say_yes()
    made = len(list(running.box.ballots()))

    def change(world: World) -> None:
        sheet = world.sheet("A-01")
        torn = replace(sheet.booths[0], void=sheet.booths[0].void + 10**3)
        world.put_sheet(replace(sheet, booths=(torn, *sheet.booths[1:])))

    report = forged(change)
    assert made == 2
    assert Check.RECONCILIATION not in report.failed
    assert "jams and power cuts" in " ".join(map(str, report.remarks))


def test_a_box_has_room_for_a_jam() -> None:
    """Everybody votes at their only attempt, and one paper was torn."""
    election = Election(sample_definition(Rules(attempts=1, challenges=0, secrecy_threshold=5), electors=5))
    machine = BoothMachine.prepare(
        BoothIdentity(election, "ST-2", 1, bytes(32), "00" * 32), MemoryMedium(), bytes(32), seeded(1)
    )
    assert machine.header.slots > election.stations["ST-2"].electors


def test_a_definition_with_too_many_seats_is_a_mistake_before_the_day() -> None:
    """20,000 seats pass `urna election check`, and after the day no results can be compiled."""
    contests = [
        replace(each, seat_rule=replace(each.seat_rule, seats=20_000)) if each.seat_rule.seats else each
        for each in builder.definition(good().keys).contests
    ]
    definition = replace(builder.definition(good().keys), contests=tuple(contests))
    assert check_definition(definition)


def test_a_moment_that_is_none_is_noticed() -> None:
    """A sheet closed on the 77th of the 13th month of 1999."""
    sheet = replace(good().sheet("A-01"), closed_at="1999-13-77T99:99:99Z")
    with pytest.raises(Malformed):
        decode(encode(sheet), TallySheet)


def test_a_record_without_results_says_so() -> None:
    """A reader who finds nothing false is told what is not there."""

    def change(world: World) -> None:
        for path in [path for path in world.files if path.startswith("results/")]:
            world.remove(path)

    assert "no results yet" in " ".join(map(str, forged(change).remarks))
