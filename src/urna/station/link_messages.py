"""What crosses the activation channel: closed verbs, strict records, at most 4 kB; and how a desk answers them."""

from typing import Annotated

import msgspec

from urna.election.outcomes import Ending
from urna.encoding.canonical import Code, Moment, Record, decode, encode
from urna.errors import Malformed, OutOfOrder, Unproven, UrnaError
from urna.station.link import BoothDesk, Condition, Part, Trouble

MAX_MESSAGE_BYTES = 4096

Challenge = Annotated[str, msgspec.Meta(pattern=r"\A[0-9a-f]{32}\Z")]
Answer = Annotated[str, msgspec.Meta(pattern=r"\A[0-9a-f]{64}\Z")]
Copies = Annotated[int, msgspec.Meta(ge=1, le=50)]


class AskCondition(Record, frozen=True, kw_only=True, tag_field="verb", tag="condition"):
    """How is the booth?"""


class AskChallenge(Record, frozen=True, kw_only=True, tag_field="verb", tag="challenge"):
    """A fresh challenge, please."""


class Activate(Record, frozen=True, kw_only=True, tag_field="verb", tag="activate"):
    """Style S, once."""

    style: Code
    answer: Answer


class Acknowledge(Record, frozen=True, kw_only=True, tag_field="verb", tag="acknowledge"):
    """The ending is recorded."""


class End(Record, frozen=True, kw_only=True, tag_field="verb", tag="end"):
    """A poll worker ends the activation without a vote."""

    ending: Ending


class Resume(Record, frozen=True, kw_only=True, tag_field="verb", tag="resume"):
    """A poll worker gives more time."""


class TestReadiness(Record, frozen=True, kw_only=True, tag_field="verb", tag="test_readiness"):
    """Begin the known deck."""

    __test__ = False  # not a test of pytest's


class Zero(Record, frozen=True, kw_only=True, tag_field="verb", tag="zero"):
    """Begin zeroing."""

    now: Moment


class AskZeroDocument(Record, frozen=True, kw_only=True, tag_field="verb", tag="zero_document"):
    """The signed zero report from this byte on: it may be longer than a message."""

    offset: Annotated[int, msgspec.Meta(ge=0, le=1 << 20)]


class PrintZeroReport(Record, frozen=True, kw_only=True, tag_field="verb", tag="print_zero_report"):
    """Begin to print."""

    copies: Copies


class Release(Record, frozen=True, kw_only=True, tag_field="verb", tag="release"):
    """Let go of the medium."""


class Stop(Record, frozen=True, kw_only=True, tag_field="verb", tag="stop"):
    """End."""


Request = (
    AskCondition
    | AskChallenge
    | Activate
    | Acknowledge
    | End
    | Resume
    | TestReadiness
    | Zero
    | AskZeroDocument
    | PrintZeroReport
    | Release
    | Stop
)


class Done(Record, frozen=True, kw_only=True, tag_field="reply", tag="done"):
    """It is done, or begun."""


class Shown(Record, frozen=True, kw_only=True, tag_field="reply", tag="condition"):
    """The booth's condition."""

    condition: Condition


class Challenged(Record, frozen=True, kw_only=True, tag_field="reply", tag="challenge"):
    """A challenge."""

    challenge: Challenge


class Piece(Record, frozen=True, kw_only=True, tag_field="reply", tag="piece"):
    """A piece of a document, and how long the whole is."""

    text: str
    size: int


class Refused(Record, frozen=True, kw_only=True, tag_field="reply", tag="refused"):
    """Nothing was done."""

    trouble: Trouble


Reply = Done | Shown | Challenged | Piece | Refused

PIECE_LETTERS = 1200
"""Of a document in one message: JSON may write one letter in three bytes."""


_KINDS: dict[str, type[UrnaError]] = {"malformed": Malformed, "unproven": Unproven, "out_of_order": OutOfOrder}


class _RequestBody(Record, frozen=True, kw_only=True):
    """The envelope that makes a union of requests one record."""

    request: Request


class _ReplyBody(Record, frozen=True, kw_only=True):
    """The same of replies."""

    reply: Reply


def write_request(request: Request) -> bytes:
    """The bytes of a request."""
    return encode(_RequestBody(request=request))


def read_request(data: bytes) -> Request:
    """The request; `Malformed` for anything else."""
    return decode(data, _RequestBody, limit=MAX_MESSAGE_BYTES).request


def write_reply(reply: Reply) -> bytes:
    """The bytes of a reply; a refusal whose words are too long is shortened to its kind."""
    data = encode(_ReplyBody(reply=reply))
    if len(data) > MAX_MESSAGE_BYTES and isinstance(reply, Refused):
        short = Part(template="more words than the channel carries")
        trouble = msgspec.structs.replace(reply.trouble, expected=short, found=short, where="")
        data = encode(_ReplyBody(reply=Refused(trouble=trouble)))
    return data


def read_reply(data: bytes) -> Reply:
    """The reply; `Malformed` for anything else."""
    return decode(data, _ReplyBody, limit=MAX_MESSAGE_BYTES).reply


def answer_at(desk: BoothDesk, request: Request) -> Reply:
    """Lets the desk do what is asked; what it refuses becomes a reply, what is a bug escapes."""
    try:
        return _do(desk, request)
    except UrnaError as error:
        return Refused(trouble=trouble_of(error))


def trouble_of(error: UrnaError) -> Trouble:
    """An error on its way to the other side."""
    return Trouble(
        kind=next(kind for kind, cls in _KINDS.items() if isinstance(error, cls)),
        expected=Part.of(error.expected),
        found=Part.of(error.found),
        remedy=Part.of(error.remedy),
        where=error.where,
    )


def error_of(trouble: Trouble) -> UrnaError:
    """The error as it was raised at the other side."""
    cls = _KINDS[trouble.kind]
    parts = (trouble.expected.sentence(), trouble.found.sentence(), trouble.remedy.sentence())
    return cls(*parts, trouble.where)


def _do(desk: BoothDesk, request: Request) -> Reply:
    match request:
        case AskCondition():
            return Shown(condition=desk.condition())
        case AskChallenge():
            return Challenged(challenge=desk.challenge().hex())
        case AskZeroDocument(offset=offset):
            document = desk.zero_document().decode()
            return Piece(text=document[offset : offset + PIECE_LETTERS], size=len(document))
        case Activate(style=style, answer=answer):
            desk.activate(style, bytes.fromhex(answer))
        case Acknowledge():
            desk.acknowledge()
        case End(ending=ending):
            desk.end(ending)
        case Resume():
            desk.resume()
        case TestReadiness():
            desk.test_readiness()
        case Zero(now=now):
            desk.zero(now)
        case PrintZeroReport(copies=copies):
            desk.print_zero_report(copies)
        case Release():
            desk.release()
        case Stop():
            desk.stop()
    return Done()
