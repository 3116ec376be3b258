"""Decisions of two people: one proposes, another one who sees the same text and hash confirms, and it is done."""

from typing import Annotated, Any, Literal, NamedTuple

from fastapi import APIRouter, File, Form, UploadFile
from fastapi import Path as InPath
from starlette.requests import Request
from starlette.responses import Response

from urna.center.kept_sentence import keep_sentence, read_sentence
from urna.center.proposals import MOST_LETTERS, Proposal, ProposalKind, ProposalState
from urna.election.certification import Revocation, StationDecision
from urna.encoding.canonical import digest, encode
from urna.encoding.document import read_document
from urna.errors import Findings, Malformed, UrnaError
from urna.record.withdrawal import Withdrawal
from urna.storage.centre_proposals import ProposalRow
from urna.web.center.desk import Desk, NotThere, Seen, error_sentence, go, new_once
from urna.web.center.desk_centre import PaperName
from urna.web.center.desk_door import MAX_REQUEST_BYTES
from urna.words import N_, Sentence

Serial = Annotated[int, InPath(ge=1, le=2**53 - 1)]
Once = Annotated[str, Form(pattern=r"^[0-9a-f]{64}$")]
Short = Annotated[str, Form(max_length=64)]
Kind = Annotated[Literal["paper", "edition", "finding"], Form()]
Status = Annotated[Literal["", "provisional", "final"], Form()]
Reason = Annotated[str, Form(max_length=MOST_LETTERS)]

_PAPERS: dict[PaperName, Any] = {"decision": StationDecision, "withdrawal": Withdrawal, "revocation": Revocation}


def decisions_router(desk: Desk) -> APIRouter:
    """The routes."""
    router, parts = APIRouter(), desk.parts

    @router.get("/proposals")
    def proposals_page(request: Request) -> Response:
        return desk.page(request, "proposals.html", rows=parts.proposals.all())

    @router.get("/proposals/{serial}")
    def proposal_page(request: Request, serial: Serial) -> Response:
        row = parts.proposals.find(serial)
        if row is None:
            raise NotThere
        document = parts.proposals.document(serial)
        decided = read_paper(document)[1] if document is not None and row.proposal.paper == "decision" else None
        return desk.page(
            request,
            "proposal.html",
            row=row,
            outcome=read_sentence(row.outcome),
            text=encode(row.proposal).decode(),
            document=document.decode() if document is not None else "",
            decided=decided,
        )

    def form(request: Request, shown: Shown, status: int = 200) -> Response:
        return desk.page(request, "propose.html", status=status, shown=shown, most=MOST_LETTERS)

    @router.get("/propose")
    def propose_page(request: Request, station: str = "") -> Response:
        known = station if station in parts.centre.election.stations else ""
        return form(request, Shown(once=new_once(), kind="finding" if known else "", station=known))

    @router.post("/propose")
    def propose(
        request: Request,
        *,
        once: Once,
        kind: Kind,
        reason: Reason,
        station: Short = "",
        status: Status = "",
        paper: Annotated[UploadFile | None, File()] = None,
    ) -> Response:
        data = paper.file.read(MAX_REQUEST_BYTES) if paper is not None else b""
        try:
            filled = Filled(once, ProposalKind(kind), reason, station, status, data)
            proposal = make_proposal(desk, request.state.seen, filled)
        except UrnaError as error:
            desk.tell(request, error)
            return form(request, Shown(once, kind, station, status, reason), 422)
        serial = parts.proposals.propose(proposal, data if proposal.document else None)
        return go(f"/proposals/{serial}")

    @router.post("/proposals/{serial}/confirm")
    def confirm(request: Request, serial: Serial, seen_hash: Short = "") -> Response:
        by, at = request.state.seen.who, parts.clock().moment
        try:
            parts.proposals.confirm(serial, by, seen_hash, at)
        except UrnaError as error:
            desk.tell(request, error)
        else:
            carry_out(desk, request, serial)
        return go(f"/proposals/{serial}")

    @router.post("/proposals/{serial}/withdraw")
    def withdraw(request: Request, serial: Serial) -> Response:
        try:
            parts.proposals.withdraw(serial, request.state.seen.who, parts.clock().moment)
        except UrnaError as error:
            desk.tell(request, error)
        return go(f"/proposals/{serial}")

    @router.post("/proposals/{serial}/carry-out")
    def again(request: Request, serial: Serial) -> Response:
        """For one that was confirmed when the centre ended: what was done already is not done twice."""
        row = parts.proposals.find(serial)
        if row is None:
            raise NotThere
        if row.state is ProposalState.CONFIRMED:
            carry_out(desk, request, serial)
        else:
            desk.tell(request, N_("It is not waiting to be done."))
        return go(f"/proposals/{serial}")

    return router


class Shown(NamedTuple):
    """A form as it is shown: what was typed stays, but for the file, which browsers let nobody choose for them."""

    once: str
    kind: Literal["", "paper", "edition", "finding"]
    station: str
    status: Literal["", "provisional", "final"] = ""
    reason: str = ""


class Filled(NamedTuple):
    """A form as it was filled in."""

    once: str
    kind: ProposalKind
    reason: str
    station: str
    status: Literal["", "provisional", "final"]
    paper: bytes


def make_proposal(desk: Desk, seen: Seen, filled: Filled) -> Proposal:
    """What the form says, as a proposal.

    Raises:
        Malformed: no reason, no such station, no document where one is needed, or another one.
    """
    name, station, status = _subject(filled)
    reason = " ".join(filled.reason.split())
    if not reason:
        raise _incomplete(Sentence("a reason"))
    if (station or filled.kind is ProposalKind.FINDING) and station not in desk.parts.centre.election.stations:
        raise _incomplete(Sentence("a station of this election"))
    return Proposal(
        election=desk.parts.centre.election.identity,
        kind=filled.kind,
        station=station,
        document=digest(filled.paper) if name else "",
        paper=name,
        status=status,
        reason=reason,
        proposed_by=seen.who,
        proposed_at=desk.parts.clock().moment,
        once=filled.once,
    )


def _subject(filled: Filled) -> tuple[PaperName | Literal[""], str, Literal["", "provisional", "final"]]:
    """Which document, which station, which results: of each kind what belongs to it, and nothing else of the form."""
    if filled.kind is ProposalKind.PAPER:
        name, record = read_paper(filled.paper)
        return name, record.station if isinstance(record, StationDecision) else "", ""
    if filled.kind is ProposalKind.EDITION:
        if not filled.status:
            raise _incomplete(Sentence("provisional or final"))
        return "", "", filled.status
    return "", filled.station.strip(), ""


def read_paper(data: bytes) -> tuple[PaperName, Any]:
    """Which document of the authority it is; its signatures are verified when it is handed over.

    Raises:
        Malformed: none of those that are handed over on these pages.
    """
    for name, kind in _PAPERS.items():
        try:
            return name, read_document(data, kind)
        except UrnaError:
            continue
    raise Malformed(
        Sentence("a signed decision, withdrawal or revocation of the authority, as a file"),
        Sentence("something else"),
        Sentence("Choose the .note file that the officers signed; other documents go by urna center load."),
    )


def carry_out(desk: Desk, request: Request, serial: int) -> None:
    """Does what two people want, and writes down what came of it."""
    parts, by = desk.parts, request.state.seen.who
    with desk.deciding:
        row = parts.proposals.find(serial)
        if row is None or row.state is not ProposalState.CONFIRMED:
            return
        try:
            outcome, is_done = _do(desk, row), True
        except UrnaError as error:
            outcome, is_done = keep_sentence(_refusal(error)), False
        parts.proposals.end(serial, by, parts.clock().moment, outcome, is_done=is_done)


def _refusal(error: UrnaError) -> Sentence:
    """What the centre said; many mistakes of one document stay the text that lists them."""
    return Sentence("{text}", {"text": str(error)}) if isinstance(error, Findings) else error_sentence(error)


def _do(desk: Desk, row: ProposalRow) -> str:
    """What came of it; raises what the centre raises."""
    parts, proposal = desk.parts, row.proposal
    if proposal.kind is ProposalKind.PAPER and proposal.paper:
        document = parts.proposals.document(row.serial) or b""
        if digest(document) != proposal.document:
            raise _incomplete(Sentence("the document that was confirmed"))
        parts.centre.hand_over(proposal.paper, document)
    elif proposal.kind is ProposalKind.EDITION and proposal.status:
        return str(parts.centre.issue(proposal.status, parts.clock().moment))
    return ""


def _incomplete(expected: Sentence) -> Malformed:
    return Malformed(expected, Sentence("none, or another one"), Sentence("Fill in the form again."))
