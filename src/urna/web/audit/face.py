"""The audit's pages, below /audit of a place's address.

Door (address, origin, size, headers)  →  session  →  role (access.ROUTES)  →  form's token  →  page or act
"""

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from typing import Any, NamedTuple

from fastapi import APIRouter, Depends, FastAPI
from fastapi.exceptions import RequestValidationError
from jinja2 import ChoiceLoader, PackageLoader, PrefixLoader
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp

from urna.audit.board_acts import AuditRole, What
from urna.audit.board_people import Member
from urna.encoding.document import sign_document
from urna.errors import Findings, UrnaError
from urna.log.note import NoteSigner
from urna.storage.audit_accounts import AuditAccounts
from urna.storage.audit_journal import MOST_PHOTO_BYTES, AuditJournal
from urna.storage.audit_out import write_out_notes
from urna.storage.centre_operators import Clock
from urna.web.audit.access import may_reach
from urna.web.audit.case import AuditCase, PdfPrinter
from urna.web.audit.names import Names
from urna.web.audit.words import WORDS
from urna.web.center.answers import BROKEN
from urna.web.center.desk import NotThere, error_sentence
from urna.web.center.desk_door import MAX_REQUEST_BYTES, Door
from urna.web.center.desk_guessing import Attempts
from urna.web.frame import Frame, add_static, is_same
from urna.web.seen import Asking
from urna.web.silence import SILENT
from urna.words import N_, Say, Sentence

PREFIX = "/audit"
FORM_FIELDS = 5_000
SLIP_FIELDS = 50_000
"""One form has every drawn slip of a box, and a field or more for each contest on it."""
SLIP_BYTES = 4 * 1024 * 1024
_SLIPS = "/slips/"
_STATIC = (("urna.web.center", "desk.css"), ("urna.web.audit", "audit.css"))
_PLACES: tuple[tuple[str, str], ...] = (
    ("/progress", N_("Progress")),
    ("/boxes", N_("Boxes")),
    ("/retrieval", N_("To fetch")),
    ("/boards", N_("Boards")),
    ("/differences", N_("Differences")),
    ("/mine", N_("My boxes")),
)


class AuditParts(NamedTuple):
    """What the pages work with."""

    case: AuditCase
    journal: AuditJournal
    accounts: AuditAccounts
    signers: Sequence[NoteSigner]
    """The board's keys at this place; the first one is the place."""
    clock: Callable[[], Clock]
    speakers: Mapping[str, Say]
    """By language, the first one is shown to whoever chose none."""
    origin: str
    """"http://127.0.0.1:8410"."""
    pdf: PdfPrinter | None = None


Seen = Asking[Member, AuditRole]
"""Who asks; `who` is the name as it stands under a count."""


class AuditFace(Frame[tuple[bool, Sentence | str]]):
    """The pages' common ground.

    Args:
        parts: what they work with.
    """

    def __init__(self, parts: AuditParts) -> None:
        templates = {"center": PackageLoader("urna.web.center")}
        loader = ChoiceLoader([PackageLoader("urna.web.audit"), PrefixLoader(templates)])
        super().__init__("urna-audit", parts.speakers, parts.origin, loader)
        self.parts = parts
        self.attempts = Attempts()

    @property
    def is_main(self) -> bool:
        """Whether the coordinator works here."""
        with self.parts.journal.reading() as board:
            return board.main in ("", self.parts.journal.place)

    def see(self, request: Request) -> Seen:
        """Who asks, by the cookie of the browser; somebody who is shut out is nobody."""
        token = request.cookies.get(self.cookie, "")
        session = self.parts.accounts.session(token, self.parts.clock().seconds) if token else None
        with self.parts.journal.reading() as board:
            member = board.members.get(session.person) if session else None
        return Seen("audit", token, member, member.full_name, member.role) if member else Seen("audit", token)

    def page(self, request: Request, template: str, *, status: int = 200, **values: object) -> HTMLResponse:
        """A page for whoever asks."""
        seen: Seen = getattr(request.state, "seen", Seen("audit"))
        say, election = self.say(request), self.parts.case.election
        named, notices = Names(election, self.language(request)), self.take_notices(seen.key)
        text = self.render(
            request,
            template,
            WORDS,
            named=named,
            prefix=PREFIX,
            seen=seen,
            places=[(path, say(title)) for path, title in _PLACES if seen.role and may_reach("GET", path, seen.role)],
            notices=[say(each) for is_wrong, each in notices if is_wrong],
            done=[say(each) for is_wrong, each in notices if not is_wrong],
            title_of=named.words(election.definition.title),
            audit=self.parts.case.commitment.audit,
            is_rehearsal=election.definition.purpose == "rehearsal",
            **values,
        )
        return HTMLResponse(text, status)

    def tell(self, request: Request, what: Sentence | str, *, is_wrong: bool = False) -> None:
        """Says something on the next page of this session."""
        self.keep_notice(request.state.seen.key, (is_wrong, what))

    def refuse(self, request: Request, error: UrnaError) -> None:
        """Says what was refused, each mistake by itself."""
        if isinstance(error, Findings):
            for each in error.findings:
                self.tell(request, each.problem, is_wrong=True)
        else:
            self.tell(request, error_sentence(error), is_wrong=True)

    def do(self, request: Request, what: What, done: Sentence | str = "") -> bool:
        """Carries out an act of whoever asks, writes what has to be published, and says what was done or why not."""
        person: Member = request.state.seen.session
        try:
            self.parts.journal.do(person.person, what, self.parts.clock().moment)
        except UrnaError as error:
            self.refuse(request, error)
            return False
        self.write_out()
        if done:
            self.tell(request, done)
        return True

    def write_out(self) -> None:
        """Writes every note that the audit has and the folder has not; the coordinator's place alone does."""
        parts = self.parts
        if self.is_main:
            with parts.journal.reading() as board:
                write_out_notes(
                    parts.journal.folder,
                    board,
                    parts.case.rounds(board.draws),
                    lambda record: sign_document(record, parts.signers),
                )


def audit_app(parts: AuditParts, routers: Sequence[Callable[[AuditFace], APIRouter]]) -> ASGIApp:
    """The pages behind their door; mounted at /audit."""
    return Door(audit_face(parts, routers), parts.origin, _longest)


def audit_face(parts: AuditParts, routers: Sequence[Callable[[AuditFace], APIRouter]]) -> FastAPI:
    """The pages without their door."""
    face = AuditFace(parts)
    face.write_out()

    async def enter(request: Request) -> AsyncIterator[None]:
        try:
            await _enter(face, request)
            yield
        finally:
            if sent := getattr(request.state, "form", None):
                await sent.close()  # what was uploaded

    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None, dependencies=[Depends(enter)], telemetry=SILENT)
    app.add_exception_handler(_NotSignedIn, lambda request, _: go("/sign-in"))
    app.add_exception_handler(_NotAllowed, lambda request, _: face.page(request, "not_allowed.html", status=403))
    app.add_exception_handler(_StaleForm, lambda request, _: face.page(request, "stale.html", status=403))
    for missing in (NotThere, RequestValidationError):
        app.add_exception_handler(missing, lambda request, _: face.page(request, "not_there.html", status=404))
    app.add_exception_handler(Exception, lambda request, _: _broken(face, request))
    add_static(app, _STATIC, NotThere)
    for router in routers:
        app.include_router(router(face))
    return app


def go(path: str) -> Response:
    """To another page, by GET."""
    return RedirectResponse(PREFIX + path, 303)


def form_of(request: Request) -> FormData:
    """What was sent, read when the door let it in."""
    form: FormData = request.state.form
    return form


def text_of(request: Request, name: str, most: int = 1000) -> str:
    """A field of the form, cut off at so many letters."""
    found: Any = form_of(request).get(name, "")
    return found[:most] if isinstance(found, str) else ""


class _NotSignedIn(Exception):
    """Nobody is signed in here."""


class _NotAllowed(Exception):
    """This role may not."""


class _StaleForm(Exception):
    """The form is of another session."""


async def _enter(face: AuditFace, request: Request) -> None:
    """Raises for whoever may not: nobody signed in, the role, a form of another session."""
    seen = await run_in_threadpool(face.see, request)
    request.state.seen = seen
    if not may_reach(request.method, request.scope["route"].path, seen.role):
        raise _NotSignedIn if seen.session is None else _NotAllowed
    if request.method == "POST":
        fields = SLIP_FIELDS if request.scope["route"].path.startswith(_SLIPS) else FORM_FIELDS
        request.state.form = await request.form(max_files=1, max_fields=fields)
        if seen.session is not None and not is_same(text_of(request, "form"), seen.form):
            raise _StaleForm


def _longest(path: str) -> int:
    if path.endswith("/photos"):
        return MOST_PHOTO_BYTES + MAX_REQUEST_BYTES
    return SLIP_BYTES if path.removeprefix(PREFIX).startswith(_SLIPS) else MAX_REQUEST_BYTES


def _broken(face: AuditFace, request: Request) -> Response:
    """An error of the program; without a template, which may be at fault."""
    return PlainTextResponse(face.say(request)(Sentence(BROKEN, {"number": "-"})), 500)
