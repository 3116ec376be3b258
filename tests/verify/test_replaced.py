"""What was said once and counts no more is said beside a record that verifies."""

import msgspec
from tests.tampering.builder import World, build, officers_sign, station_keys
from tests.tampering.hand_counts import build_hand_counts, counted, decide, put_hand_count

from urna.election.certification import Certification, StationDecision
from urna.encoding.document import read_document, sign_document
from urna.record.layout import Kind, results_path, serial_path
from urna.record.reader import RecordInMemory
from urna.tally.results import Results
from urna.verify.procedure import verify_record
from urna.verify.report import Check, Report


def verify(world: World) -> Report:
    """The report on a world as it is published."""
    return verify_record(RecordInMemory(world.publish()))


def remarks(world: World) -> list[str]:
    """All remarks of a record that verifies."""
    report = verify(world)
    assert report.is_proven, [each for check in report.checks for each in check.findings]
    return [str(remark) for remark in report.remarks]


def test_a_hand_count_that_another_one_replaced_is_named() -> None:
    """Both lie in the record; nobody should have to compare the files to see it."""
    world = build_hand_counts()
    assert not any("hand-1" in each for each in remarks(world))
    second = put_hand_count(world, counted(world, "B-03", 9, sequence=1))
    decide(world, "B-03", second, replaces=2)
    world.retotal()
    said = remarks(world)
    assert "Station B-03: the hand count stations/B-03/hand-0.note was corrected by stations/B-03/hand-1.note." in said
    assert "Station B-03: decision 2 replaces decision 1." in said
    assert "Station B-03: decision 5 replaces decision 2." in said


def test_a_hand_count_of_which_nobody_decided_is_named() -> None:
    """Of B-01 the machines' sheet counts, and a hand count lies beside it."""
    said = remarks(build_hand_counts())
    assert [each for each in said if "no decision counts one" in each] == [
        "Station B-01 has 1 hand counts, and no decision counts one."
    ]


def test_final_results_that_were_not_the_last_are_named() -> None:
    """Edition 2 said that it was final."""
    world = build()
    assert not any("said that it was final" in each for each in remarks(world))
    world.batches.append([])
    world.add(results_path(3), world.files[results_path(2)])
    world.retotal()
    assert "Edition 2 said that it was final; the newest is 3." in remarks(world)


def test_keys_that_came_when_the_day_had_begun_are_named() -> None:
    """B-03 sends nothing, so no other check looks at when it was certified."""
    world = build()
    path = serial_path(Kind.CERTIFICATION, 1)
    first = read_document(world.files[path], Certification)
    early = tuple(each for each in first.stations if each.station != "B-03")
    late = (station_keys(world.election.stations["B-03"], "/late"),)
    for serial, stations in ((1, early), (2, late)):
        document = Certification(election=first.election, serial=serial, issued_at=first.issued_at, stations=stations)
        batch = 0 if serial == 1 else 3
        world.add(serial_path(Kind.CERTIFICATION, serial), officers_sign(world, document), batch)
    zero = [each for each in world.files if each.startswith("stations/B-03/")]
    for each in zero:
        world.remove(each)
    assert "Stations whose keys were certified when the day had begun: 1, B-03 among them." in remarks(world)


def test_withdrawn_candidates_are_named() -> None:
    """Their seats go to others by a decision of the officers."""
    assert "Candidates withdrawn by decision: 1, L1 among them: Moved abroad." in remarks(build())


def test_what_was_decided_is_said_before_what_happened() -> None:
    """A screen shows twenty remarks: corrections and jams by the dozen would push an annulled station off it."""
    world = build()
    first = read_document(world.files[serial_path(Kind.DECISION, 1)], StationDecision)
    world.batches[-1].insert(0, serial_path(Kind.DECISION, 2))
    changes = {"serial": 2, "station": "B-02", "state": "annulled", "reason": "Burnt."}
    world.files[serial_path(Kind.DECISION, 2)] = officers_sign(world, msgspec.structs.replace(first, **changes))
    world.retotal()
    said = remarks(world)
    assert said.index("Station B-02 is annulled: Burnt.") < said.index(
        "Station A-02 was corrected by sheet 1; the one before counts no more."
    )


def test_a_decision_that_is_put_before_another_one_afterwards_is_found() -> None:
    """The second one stood when an edition was published, and the first is slipped in under it."""
    world = build()
    first = read_document(world.files[serial_path(Kind.DECISION, 1)], StationDecision)
    other = StationDecision(
        election=first.election,
        serial=2,
        station="B-02",
        state="annulled",
        reason="Burnt.",
        decided_at=first.decided_at,
    )
    world.batches.append([serial_path(Kind.DECISION, 1)])
    for batch in world.batches[:-1]:
        batch[:] = [each for each in batch if each != serial_path(Kind.DECISION, 1)]
    world.batches.insert(-1, [])
    world.add(serial_path(Kind.DECISION, 2), officers_sign(world, other), -2)
    assert Check.ORDER in verify(world).failed


def test_editions_without_their_totals_cost_no_memory() -> None:
    """Whoever has the log's key could sign a thousand empty ones, and each would be added up whole."""
    world = build()
    empty = world.results(2)
    for name in ("totals", "turnout", "seats", "elected"):
        empty = Results(**{**{field: getattr(empty, field) for field in empty.__struct_fields__}, name: ()})
    world.files[results_path(2)] = sign_document(empty, [world.keys.log])
    report = verify(world)
    said = {str(each.sentence) for check in report.checks for each in check.findings}
    assert "The results list 0 totals, 23 follow from the definition, or in another order." in said
    assert report.failed == {Check.TOTALS}
