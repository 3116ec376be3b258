"""The centre's addresses for stations and other programs; what they say is in docs/spec/center-api.md.

    POST  /stations/{code}                      a whole parcel
    POST  /stations/{code}/uploads              begin a parcel in parts, or ask how far it has come
    GET   /stations/{code}/uploads/{sha256}     how far it has come
    PATCH /stations/{code}/uploads/{sha256}     the next part; the last one is answered as the parcel
    GET   /status                               how many stations stand how
    GET   /health/live, /health/ready, /metrics

Nobody signs in here: every file of a parcel is signed, so anybody may carry it. Stations that show their TLS
certificates, and whoever shows a station's announcement of a parcel in parts, have places of their own; a centre that
requires certificates takes nothing from anybody else.
"""

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.requests import ClientDisconnect

from urna.web.center.answers import Speaking
from urna.web.center.framing import OneLength
from urna.web.center.health import add_health
from urna.web.center.limits import Limits
from urna.web.center.parcels import add_parcels
from urna.web.center.reception import Reception
from urna.web.center.request_log import Note, RequestLog, say_nothing
from urna.web.center.station_door import StationLines, Stranger
from urna.web.center.strict import Strict
from urna.web.center.taking import Taking, UploadsOf
from urna.web.silence import SILENT


def centre_app(
    reception: Reception,
    uploads: UploadsOf,
    speaking: Speaking,
    limits: Limits,
    *,
    lines: StationLines,
    note: Note = say_nothing,
) -> FastAPI:
    """The addresses as a web application; operators' pages and the public record are added to it by others.

    Args:
        reception: the centre at work.
        uploads: parcels that come in parts.
        speaking: says answers in both languages.
        limits: what is taken.
        lines: tells stations from others.
        note: writes an entry for each request.
    """
    app = FastAPI(
        title="urna centre",
        version="1",
        openapi_url="/api/openapi.json",
        docs_url=None,
        redoc_url=None,
        telemetry=SILENT,
    )
    taking = Taking(reception, uploads, speaking, limits)
    app.add_exception_handler(RequestValidationError, taking.malformed)
    app.add_exception_handler(ClientDisconnect, taking.gone)
    app.add_exception_handler(Stranger, taking.stranger)
    app.add_exception_handler(Exception, taking.broken)
    app.add_middleware(OneLength)
    app.add_middleware(Strict)
    app.add_middleware(RequestLog, note=note, count=reception.count_request)
    add_parcels(app, taking, uploads, speaking, lines)
    add_health(app, reception)
    return app
