"""What the journal says is enough: taken again it gives the same centre, the same incidents and the same leaves."""

import secrets
from collections.abc import Sequence
from functools import cache

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.center.test_centre import CERTIFIED, world
from tests.center.test_encrypted import bundle as encrypted_bundle
from tests.center.test_encrypted import prepared as prepared_encrypted
from tests.center.test_encrypted import with_moved_vote
from tests.center.test_encrypted import world as encrypted_world
from tests.tampering.builder import NIGHT, move_vote, officers_sign

from urna.center.centre import Centre
from urna.center.evidence import Shown, evidence_of, piece_of
from urna.center.examination import examine
from urna.center.journal import Act, ActKind
from urna.center.proving import Proof, prove, write_sums
from urna.center.receipt import Held, Receipt, Verdict
from urna.center.replay import replay
from urna.election.certification import StationDecision
from urna.encoding.canonical import decode, digest, encode
from urna.encoding.document import sign_document
from urna.errors import OutOfOrder, UrnaError
from urna.record.bundle import StationBundle
from urna.record.layout import DEFINITION, ROLL, Kind, ballots_path, ciphertexts_path, place_of, sheet_path
from urna.tally.results import StationState


class Kept:
    """A centre whose acts and files are kept as its store keeps them: acts as bytes, files by hash."""

    def __init__(self, centre: Centre) -> None:
        self.centre = centre
        self.acts: list[bytes] = []
        self.shown: list[Shown] = []
        self.files: dict[str, bytes] = {}
        self.keep()

    def keep(self, *files: bytes) -> None:
        """What changed since the last time."""
        self.acts += [encode(act) for act in self.centre.take_acts()]
        shown = self.centre.take_shown()
        self.shown += [each._replace(data=None) for each in shown]
        self.files |= {each.sha256: each.data for each in shown if each.data is not None}
        self.files |= {digest(data): data for data in files}

    def again(self) -> "Kept":
        """A centre that only has what was kept."""
        acts = [decode(act, Act) for act in self.acts]
        signer = world().keys.log
        return Kept(replay(acts, self.files.__getitem__, signer, secrets.token_bytes))


def compare(one: Kept, other: Kept) -> None:
    """Returns if nothing tells the two apart."""
    assert one.shown == other.shown
    assert one.acts == other.acts
    stations = one.centre.election.stations
    assert [one.centre.state(code) for code in stations] == [other.centre.state(code) for code in stations]
    assert one.centre.unproven() == other.centre.unproven()
    assert one.centre.counts() == other.centre.counts()
    assert one.centre.issue_results(NIGHT) == other.centre.issue_results(NIGHT)


@cache
def documents() -> tuple[tuple[str, bytes], ...]:
    """Everything that may come to the small world's centre: right, wrong, twice, in any order."""
    files = world().files
    other = sign_document(move_vote(world().sheet("B-01"), "REF", "YES", "NO"), world().booths("B-01"))
    broken = msgspec.structs.replace(world().sheet("A-01"), sequence=2)
    kinds = {Kind.SHEET, Kind.ZERO_REPORT, Kind.DECISION, Kind.WITHDRAWAL}
    found = [(path, data) for path, data in files.items() if (place := place_of(path)) and place.kind in kinds]
    found += [(sheet_path("B-01", 0), other), (sheet_path("A-01", 2), sign_document(broken, world().booths("A-01")))]
    annulled = [
        ("decisions/0002.note", officers_sign(world(), annulment(serial, station)))
        for serial, station in ((1, "A-02"), (2, "B-01"))
    ]
    return (*found, *annulled, ("results", b""), (sheet_path("A-02", 0), b"rubbish"))


def annulment(serial: int, station: str) -> StationDecision:
    """A decision that a station's sheet does not count."""
    return StationDecision(
        election=world().election.identity,
        serial=serial,
        station=station,
        state="annulled",
        reason="Fire.",
        decided_at=NIGHT,
    )


def hand_over(kept: Kept, path: str, data: bytes) -> None:
    """Gives one document to the centre; what it may not take now, it refuses."""
    place = place_of(path)
    try:
        if place is None:
            kept.centre.issue_results(NIGHT)
        elif place.kind is Kind.SHEET:
            sent = StationBundle(data, world().files.get(ballots_path(place.station)))
            kept.centre.receive_sheet(sent, NIGHT)
            kept.keep(data, *([sent.ballots] if sent.ballots else []))
        elif place.kind is Kind.ZERO_REPORT:
            kept.centre.receive_zero_report(data)
        elif place.kind is Kind.DECISION:
            kept.centre.decide(data)
        else:
            kept.centre.withdraw(data)
    except UrnaError:
        pass
    kept.keep()


@given(st.lists(st.integers(0, len(documents()) - 1), max_size=40))
@settings(max_examples=60)
def test_any_day_taken_again_is_the_same_day(order: Sequence[int]) -> None:
    """Whatever came in whatever order, however often, right or wrong."""
    files = world().files
    centre = Centre(files[DEFINITION], world().keys.log)
    centre.certify(files[CERTIFIED])
    centre.commit_roll(files[ROLL])
    kept = Kept(centre)
    for number in order:
        hand_over(kept, *documents()[number])
    compare(kept, kept.again())


class Stages:
    """A centre of encrypted ballots whose two stages are called one by one, as a service does."""

    def __init__(self) -> None:
        self.kept = Kept(prepared_encrypted())

    def receive(self, sent: StationBundle, station: str) -> Receipt:
        """The first stage; the files are kept elsewhere, and the centre has their names."""
        centre = self.kept.centre
        examined = examine(sent, centre.election, centre.facts(station))
        receipt = centre.receive(examined, evidence_of(sent).names, NIGHT)
        self.kept.keep(sent.sheet, *([sent.ballots] if sent.ballots else []))
        return receipt

    def prove(self, sent: StationBundle, station: str) -> Receipt:
        """The second stage."""
        centre = self.kept.centre
        outcome = proof_of(sent, station)
        receipt = centre.take_proof(station, evidence_of(sent).names, outcome, NIGHT)
        self.kept.keep(*([] if isinstance(outcome, Held) else [write_sums(station, outcome.sums)]))
        return receipt


def proof_of(sent: StationBundle, station: str) -> Proof | Held:
    """What the ballots of a bundle say."""
    centre = prepared_encrypted()
    assert centre.joint_keys is not None
    examined = examine(sent, centre.election, centre.facts(station))
    assert examined.listed is not None
    return prove(
        centre.election,
        centre.joint_keys,
        examined.papers,
        listed=examined.listed,
        bundle=sent,
        coefficients=secrets.token_bytes,
    )


def test_a_sheet_that_is_received_counts_only_when_it_is_proven() -> None:
    """Before that it is in no total and not shown; the same sheet again waits with it."""
    stages, sent = Stages(), encrypted_bundle("A-01")
    assert stages.receive(sent, "A-01").verdict is Verdict.RECEIVED
    assert stages.receive(sent, "A-01").verdict is Verdict.RECEIVED
    assert list(stages.kept.centre.unproven()) == ["A-01"]
    assert stages.kept.centre.counts() == {}
    assert not any(each.path.startswith("stations/A-01/sheet") for each in stages.kept.shown)
    compare(stages.kept, stages.kept.again())
    assert stages.prove(sent, "A-01").verdict is Verdict.ACCEPTED
    assert stages.receive(sent, "A-01").verdict is Verdict.REPEATED
    assert list(stages.kept.centre.counts()) == ["A-01"]
    assert any(each.path.startswith("stations/A-01/ballots-") for each in stages.kept.shown)
    compare(stages.kept, stages.kept.again())


def test_what_is_not_proven_is_held_and_may_come_again() -> None:
    """Votes that do not follow from the ballots: the sheet is held in public, and the true one counts when it comes."""
    stages, sent = Stages(), encrypted_bundle("A-01")
    wrong = with_moved_vote()
    stages.receive(wrong, "A-01")
    assert stages.prove(wrong, "A-01").verdict is Verdict.QUARANTINED
    assert stages.kept.centre.state("A-01") is StationState.REFUSED
    stages.receive(sent, "A-01")
    assert stages.prove(sent, "A-01").verdict is Verdict.ACCEPTED
    assert stages.kept.centre.state("A-01") is StationState.COUNTED
    compare(stages.kept, stages.kept.again())


def test_a_copied_sheet_with_other_ballots_turns_nobody_away() -> None:
    """It came first and is refused; beside the station's own files, which wait, it changes nothing either."""
    stages, sent = Stages(), encrypted_bundle("A-01")
    copied = sent._replace(ciphertexts={})
    assert stages.receive(copied, "A-01").verdict is Verdict.REFUSED
    assert stages.receive(sent, "A-01").verdict is Verdict.RECEIVED
    before = len(stages.kept.acts)
    assert stages.receive(copied, "A-01").verdict is Verdict.RECEIVED
    assert len(stages.kept.acts) == before
    compare(stages.kept, stages.kept.again())
    assert stages.prove(sent, "A-01").verdict is Verdict.ACCEPTED
    assert not any(each.path.startswith("incidents/") for each in stages.kept.shown)


def test_another_sheet_while_the_first_waits_is_a_conflict() -> None:
    """Only its hash is in the incident, and none of its bytes are named by the journal."""
    stages, sent = Stages(), encrypted_bundle("A-01")
    stages.receive(sent, "A-01")
    sheet = msgspec.structs.replace(encrypted_world().sheet("A-01"), closed_at="2020-12-06T23:59:59Z")
    other = sent._replace(sheet=sign_document(sheet, encrypted_world().booths("A-01")))
    assert stages.receive(other, "A-01").verdict is Verdict.REFUSED
    acts = [decode(act, Act) for act in stages.kept.acts]
    named = {each for act in acts for each in act.contents()}
    assert digest(other.sheet) not in named
    assert [act.kind for act in acts if act.document == digest(other.sheet)] == [ActKind.HELD]
    compare(stages.kept, stages.kept.again())


def test_a_proof_that_nobody_waits_for_is_out_of_order() -> None:
    """No sum makes a sheet proven that was not received, nor the sums of other files."""
    stages, sent = Stages(), encrypted_bundle("A-01")
    with pytest.raises(OutOfOrder):
        stages.prove(sent, "A-01")
    stages.receive(sent, "A-01")
    others = evidence_of(sent._replace(opened=None)).names
    with pytest.raises(OutOfOrder):
        stages.kept.centre.take_proof("A-01", others, proof_of(sent, "A-01"), NIGHT)
    assert stages.kept.centre.state("A-01") is StationState.OUTSTANDING


def test_a_sheet_without_its_ballots_is_never_proven() -> None:
    """Whatever sums of nonces it carries: without ciphertexts it is not received, and nothing would be proven."""
    stages, sent = Stages(), encrypted_bundle("A-01")
    bare = sent._replace(ciphertexts={}, opened=None)
    assert stages.receive(bare, "A-01").verdict is Verdict.REFUSED
    assert isinstance(proof_of(bare, "A-01"), Held)
    unlisted = StationBundle(sent.sheet, None)
    assert stages.receive(unlisted, "A-01").verdict is Verdict.REFUSED
    assert stages.kept.centre.counts() == {}


def test_a_changed_journal_gives_other_leaves() -> None:
    """An act left out shows, because the leaves that were logged follow from no other journal."""
    stages, sent = Stages(), encrypted_bundle("A-01")
    stages.receive(sent, "A-01")
    stages.prove(sent, "A-01")
    del stages.kept.acts[-1]
    assert stages.kept.again().shown != stages.kept.shown
    path = ciphertexts_path("A-01", next(iter(sent.ciphertexts)))
    assert path in {each.path for each in stages.kept.shown}
    assert piece_of(b"x").name.data is None
