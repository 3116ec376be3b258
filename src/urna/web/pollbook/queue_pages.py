"""The queue: how many wait now, by style, and how many people an hour were served, from closed buckets alone.

A bucket is half an hour and ten people at least (`station/buckets`), so the chart shows no person's time.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, NamedTuple

from fastapi import APIRouter, Form
from starlette.responses import Response

from urna.encoding.canonical import Moment
from urna.station.buckets import Bucket
from urna.station.event_words import ENDINGS
from urna.station.people import WithdrawalReason
from urna.web.pollbook.face import Face
from urna.web.pollbook.people import WITHDRAWAL_WORDS
from urna.words import Sentence

CHART_WIDTH = 400
"""Of the drawing, in its own units."""

Turn = Annotated[str, Form()]
Style = Annotated[str, Form(max_length=40)]


class Bar(NamedTuple):
    """One bucket in the chart."""

    hours: str
    """As the clock on the wall shows them, by this machine's time zone."""
    people: int
    people_an_hour: int
    ended: int
    width: int
    """Of its bar, 0 to `CHART_WIDTH`."""


def queue_router(face: Face) -> APIRouter:
    """The routes."""
    router, desk = APIRouter(), face.desk

    @router.get("/queue")
    def queue() -> Response:
        with desk.lock:
            desk.count()
            counts = desk.poll_book.counts()
            waiting = sum(counts.waiting.values())
            total = Sentence("Admitted and waiting for a booth: {waiting}", {"waiting": waiting})
            return face.page(
                "queue.html",
                place="/queue",
                total=total,
                by_style=counts.waiting,
                reasons=WITHDRAWAL_WORDS,
                bars=bars(desk.ports.closed_buckets()),
                chart_width=CHART_WIDTH,
            )

    @router.post("/queue/withdraw")
    def withdraw(turn: Turn, style: Style, reason: Annotated[WithdrawalReason, Form()]) -> Response:
        def do() -> None:
            desk.count()
            desk.poll_book.withdraw(style, reason)

        return face.act(turn, "/queue", do)

    return router


def bars(buckets: Sequence[Bucket]) -> tuple[Bar, ...]:
    """The chart, in the order of the day."""
    fastest = max((_people_an_hour(each) for each in buckets), default=0) or 1
    return tuple(_bar(each, fastest) for each in buckets)


def _bar(bucket: Bucket, fastest: int) -> Bar:
    pace = _people_an_hour(bucket)
    ended = sum(count for name, count in bucket.counts.items() if name in ENDINGS.values())
    hours = f"{_hour(bucket.since)}-{_hour(bucket.until)}"
    return Bar(hours, bucket.people, pace, ended, CHART_WIDTH * pace // fastest)


def _people_an_hour(bucket: Bucket) -> int:
    seconds = (_instant(bucket.until) - _instant(bucket.since)).total_seconds()
    return round(bucket.people * 3600 / seconds) if seconds else 0


def _hour(moment: Moment) -> str:
    return f"{_instant(moment).astimezone():%H:%M}"


def _instant(moment: Moment) -> datetime:
    return datetime.fromisoformat(moment)
