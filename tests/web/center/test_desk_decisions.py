"""What two people decided is done by the centre's own rules: once, whole, or refused with the reason."""

import asyncio
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path
from typing import Any

import httpx2
import pytest
from markupsafe import escape
from tests.center.parcels import parcel_of
from tests.tampering.builder import World, build, officers_sign
from tests.tampering.hand_counts import build_hand_counts
from tests.web.center.desk_scene import PASSWORD, PEOPLE, Night, Visitor, hidden, night

from urna.center.journal import ActKind
from urna.center.kept_sentence import keep_sentence, read_sentence
from urna.center.proposals import ProposalState
from urna.center.receipt import Verdict
from urna.election.certification import StationDecision
from urna.encoding.canonical import digest, encode
from urna.record.layout import hand_count_path
from urna.station.sending import Parcel
from urna.storage.centre_proposals import ProposalRow
from urna.storage.centre_reading import CentreReading
from urna.tally.results import StationState
from urna.web.center.desk import DeskParts
from urna.web.center.desk_centre import CentreAtDesk, seconds_of
from urna.web.center.desk_pages import operators_pages
from urna.words import Sentence


@cache
def world() -> World:
    """The small world without guardians."""
    return build()


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Night]:
    """With all people enrolled."""
    with night(world(), tmp_path / "centre") as found:
        found.enrol(*PEOPLE)
        yield found


def decision(officers: int = 2, serial: int = 1) -> bytes:
    """Of the authority, on A-01, signed by so many officers."""
    annulled = StationDecision(
        election=world().election.identity,
        serial=serial,
        station="A-01",
        state="annulled",
        reason="The box was open.",
        decided_at="2020-12-07T01:00:00Z",
    )
    return officers_sign(world(), annulled, officers)


def propose_paper(visitor: Visitor, document: bytes) -> httpx2.Response:
    """Hands a file to the form."""
    page = visitor.get("/propose").text
    fields = {"form": hidden(page, "form"), "once": hidden(page, "once"), "kind": "paper", "reason": "Decided."}
    headers = {"Origin": visitor.night.origin}
    return visitor.client.post("/desk/propose", data=fields, files={"paper": ("x.note", document)}, headers=headers)


def confirm(visitor: Visitor, serial: int = 1) -> None:
    """Reads it and confirms."""
    page = visitor.get(f"/proposals/{serial}").text
    visitor.post(f"/proposals/{serial}/confirm", form=hidden(page, "form"), seen_hash=hidden(page, "seen_hash"))


def row(scene: Night, serial: int = 1) -> ProposalRow:
    """As it stands."""
    found = scene.proposals.find(serial)
    assert found is not None
    return found


def state(scene: Night) -> StationState:
    """How A-01 stands at the centre."""
    with scene.service.sequencer.state():
        return scene.service.opened.centre.state("A-01")


def test_a_signed_decision_is_handed_over_as_it_is(scene: Night) -> None:
    """The station is the document's; the centre has it afterwards, byte for byte."""
    propose_paper(scene.signed_in("jose"), decision())
    assert row(scene).proposal.station == "A-01"
    confirm(scene.signed_in("maria"))
    assert (row(scene).state, state(scene)) == (ProposalState.DONE, StationState.ANNULLED)
    assert scene.service.opened.store.read(row(scene).proposal.document) == decision()


def test_two_people_do_not_stand_for_the_officers(scene: Night) -> None:
    """A document that too few of them signed is refused by the centre, and nothing is changed."""
    propose_paper(scene.signed_in("jose"), decision(officers=1))
    maria = scene.signed_in("maria")
    confirm(maria)
    assert (row(scene).state, state(scene)) == (ProposalState.REFUSED, StationState.OUTSTANDING)
    kept = read_sentence(row(scene).outcome)
    assert kept.template == "Expected {expected}; found {found}. {remedy}"
    assert all(isinstance(kept.values[name], Sentence) for name in ("expected", "found", "remedy"))
    assert escape(str(kept)) in maria.get("/proposals/1").text


def test_a_kept_sentence_is_the_same_sentence_again() -> None:
    """With the sentences among its values, at any depth."""
    inner: dict[str, Any] = {"count": 2, "what": Sentence("signatures")}
    values: dict[str, Any] = {"expected": Sentence("{count} of {what}", inner), "found": "{braces}"}
    sentence = Sentence("Expected {expected}; found {found}.", values)
    assert read_sentence(keep_sentence(sentence)) == sentence


def test_what_a_refusal_said_before_it_was_kept_in_parts_is_still_shown(scene: Night) -> None:
    """Old rows hold plain English; braces in it are letters."""
    propose_paper(scene.signed_in("jose"), decision())
    old = "expected 2 of {3} officers' signatures, found 1. Ask them."
    jose = scene.signed_in("jose")
    page, proposal = jose.get("/proposals/1").text, row(scene).proposal
    assert proposal.hash in page
    scene.proposals.confirm(1, "maria", proposal.hash, proposal.proposed_at)
    scene.proposals.end(1, "maria", proposal.proposed_at, old, is_done=False)
    assert escape(old) in jose.get("/proposals/1").text


def test_two_people_let_a_hand_count_count(scene: Night) -> None:
    """What the officers signed names it; the board says how the station stands, and its page what came."""
    hands = build_hand_counts()
    path = hand_count_path("A-02", 0)
    parcel = Parcel(election=hands.election.identity, station="A-02", files={"hand-0.note": hands.files[path]})
    assert scene.service.receive("A-02", encode(parcel)).verdict is Verdict.ACCEPTED
    document = officers_sign(
        world(),
        StationDecision(
            election=world().election.identity,
            serial=1,
            station="A-02",
            state="hand_count",
            reason="Counted in public.",
            decided_at="2020-12-07T01:00:00Z",
            hand=digest(hands.files[path]),
            machines="in_place_of",
        ),
    )
    propose_paper(scene.signed_in("jose"), document)
    maria = scene.signed_in("maria")
    confirm(maria)
    assert row(scene).state is ProposalState.DONE
    with scene.service.sequencer.state():
        assert scene.service.opened.centre.state("A-02") is StationState.HAND_COUNT
    assert "Hand-counted" in maria.get("/stations/A-02").text
    assert "Hand count shown" in maria.get("/stations/A-02").text


@pytest.mark.parametrize("document", [b"", b"a picture", b"{}\n\n\xe2\x80\x94 x y\n"])
def test_what_is_no_document_of_the_authority_is_not_proposed(scene: Night, document: bytes) -> None:
    """The form says what is wanted."""
    jose = scene.signed_in("jose")
    answer = propose_paper(jose, document)
    assert answer.status_code == 422
    assert "signed decision" in answer.text
    assert "Decided." in answer.text
    assert scene.proposals.all() == []


def test_a_decision_that_was_interrupted_is_carried_out_once(scene: Night) -> None:
    """Confirmed, and the centre ended: before it took the document, or after. Either way it has it once."""
    propose_paper(scene.signed_in("jose"), decision())
    found, maria = row(scene), scene.signed_in("maria")
    scene.proposals.confirm(1, "maria", found.proposal.hash, scene.clock().moment)
    CentreAtDesk(scene.service).hand_over("decision", decision())
    maria.post("/proposals/1/carry-out", form=maria.form)
    assert row(scene).state is ProposalState.DONE
    acts = CentreReading(scene.service.opened.store).acts_of("A-01")
    assert [each.act.kind for each in acts].count(ActKind.DECISION) == 1
    maria.post("/proposals/1/carry-out", form=maria.form)
    assert "not waiting" in maria.get("/proposals/1").text


def test_results_are_issued_by_two_people_after_the_polls_close(tmp_path: Path) -> None:
    """Before that the centre refuses; afterwards the edition has its number."""
    with night(world(), tmp_path / "centre") as scene:
        scene.seconds = seconds_of(world().election.definition.closes_at) - 600
        scene.enrol(*PEOPLE)
        scene.service.receive("B-01", parcel_of(world(), "B-01"))
        scene.signed_in("jose").propose(kind="edition", status="provisional")
        confirm(scene.signed_in("maria"))
        assert row(scene).state is ProposalState.REFUSED
        scene.seconds += 3600
        scene.signed_in("jose").propose(kind="edition", status="provisional")
        confirm(scene.signed_in("carmen"), 2)
        assert (row(scene, 2).state, row(scene, 2).outcome) == (ProposalState.DONE, "1")


@pytest.mark.parametrize("fields", [{"reason": "  "}, {"station": "NOWHERE"}, {"kind": "edition"}])
def test_an_incomplete_form_proposes_nothing(scene: Night, fields: dict[str, str]) -> None:
    """No reason, no such station, no word whether provisional or final."""
    answer = scene.signed_in("jose").propose(**fields)
    assert answer.status_code == 422
    assert "Fill in the form again." in answer.text
    assert scene.proposals.all() == []


def test_a_form_that_is_refused_keeps_what_was_typed(scene: Night) -> None:
    """Kind, station, results and reason; only one file has to be chosen again."""
    jose = scene.signed_in("jose")
    page = jose.propose(kind="edition", station="A-02", reason="All sheets are in.").text
    assert 'value="edition" checked' in page
    assert 'name="station" value="A-02"' in page
    assert "All sheets are in.</textarea>" in page
    tokens = {"form": hidden(page, "form"), "once": hidden(page, "once")}
    fields = {"kind": "edition", "reason": "All sheets are in.", "status": "provisional", **tokens}
    assert jose.post("/propose", **fields).status_code == 303
    assert row(scene).proposal.status == "provisional"


def test_whoever_confirms_a_decision_reads_in_words_what_it_says(scene: Night) -> None:
    """Beside the document itself, which is for machines."""
    propose_paper(scene.signed_in("jose"), decision())
    assert "Annulled: " in scene.signed_in("maria").get("/proposals/1").text


def test_behind_tls_the_cookie_is_the_hosts_own_and_secure(scene: Night) -> None:
    """By the address that operators type, which the web server in front passes on."""
    origin = "https://centre.example"
    centre = CentreAtDesk(scene.service)
    speakers = {"en": str, "es": str}
    parts = DeskParts(centre, scene.operators, scene.proposals, scene.trail, scene.clock, speakers, origin)
    transport = httpx2.ASGITransport(app=operators_pages(parts))
    fields = {"name": "maria", "password": PASSWORD, "code": scene.next_code("maria")}

    async def sign_in() -> httpx2.Response:
        async with httpx2.AsyncClient(transport=transport, base_url=origin) as client:
            return await client.post("/sign-in", data=fields, headers={"Origin": origin})

    # In a thread of its own: a browser of another test may keep this one's event loop.
    with ThreadPoolExecutor(1) as thread:
        answer = thread.submit(lambda: asyncio.run(sign_in())).result()
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith("__Host-urna-desk=")
    assert {"Secure", "HttpOnly", "SameSite=strict", "Path=/"} <= {each.strip() for each in cookie.split(";")}
    assert "max-age" in answer.headers["strict-transport-security"]
