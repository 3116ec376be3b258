"""Each step of a guardian at the desk: read the papers, move the private file, write what has to be carried.

The commands of `urna guardian` and the rehearsal do the same steps, these.
"""

import secrets
from collections.abc import Iterable, Sequence
from pathlib import Path

from urna.ballot.ceremony import guardians_of, read_ceremony
from urna.ballot.keys import JointKeys
from urna.cli.guardian_desk import JOINT_KEY, Carried, Desk, Seat
from urna.cli.screen import out
from urna.cli.words import say
from urna.encoding.canonical import encode
from urna.errors import OutOfOrder
from urna.guardian.ceremony import BadShare, accept_shares, commit, deal_shares, index_of, join_keys, show_coefficients
from urna.guardian.opening import answer, combine_openings, promise, reveal
from urna.guardian.private import PrivateState
from urna.guardian.request import OpeningRequest
from urna.tally.decryption import AggregateOpening
from urna.words import Sentence


def act_commit(desk: Desk, seat: Seat) -> list[Carried]:
    """Step 1 of the ceremony; never over a private file that is there: an election may need it."""
    if seat.private.exists():
        raise OutOfOrder(
            Sentence("no private file yet"),
            Sentence("one"),
            Sentence("Keep it if an election needs it, and give this ceremony another file."),
            str(seat.private),
        )
    state, document = commit(desk.election, seat.signer, secrets.token_bytes)
    return [_kept(desk, seat, f"commitments/{state.guardian}.note", document, keep=state)]


def act_coefficients(desk: Desk, seat: Seat) -> list[Carried]:
    """Step 2 of the ceremony."""
    state, document = show_coefficients(desk.election, seat.signer, seat.state(), desk.papers())
    return [_kept(desk, seat, f"coefficients/{state.guardian}.note", document, keep=state)]


def act_shares(desk: Desk, seat: Seat) -> list[Carried]:
    """Step 3 of the ceremony; each box goes to one guardian, and nobody else can open it."""
    state, boxes = deal_shares(desk.election, seat.signer, seat.state(), desk.papers(), secrets.token_bytes)
    seat.keep(state)
    carried = []
    for receiver, box in boxes.items():
        carried.append(Carried(f"shares/{state.guardian}-to-{receiver}.box", [receiver]))
        desk.write(carried[-1].name, box)
    return carried


def act_accept(desk: Desk, seat: Seat) -> list[Carried]:
    """Step 4 of the ceremony; with a wrong share nothing is signed, and a complaint is written."""
    boxes = desk.boxes_for(index_of(desk.election, seat.signer))
    try:
        state, document = accept_shares(desk.election, seat.signer, seat.state(), desk.papers(), boxes)
    except BadShare as error:
        own = index_of(desk.election, seat.signer)
        file = desk.write(f"complaints/{own}-about-{error.accused}.note", error.complaint)
        out.print(say("The complaint is in {file}. Show it to everybody.", file=str(file)), style="bold", markup=False)
        raise
    return [_kept(desk, seat, f"joint/{state.guardian}.note", document, keep=state)]


def act_join(desk: Desk) -> tuple[Path, JointKeys]:
    """The end of the ceremony; what is written is checked as any verifier would."""
    papers = desk.papers()
    document = join_keys(desk.election, papers, desk.read("joint"))
    keys = read_ceremony(desk.election, papers.commitments, papers.coefficients, document)
    return desk.write(JOINT_KEY, document), keys


def act_promise(desk: Desk, seat: Seat, request: OpeningRequest, guardians: Sequence[int]) -> list[Carried]:
    """Step 1 of an opening."""
    state, document = promise(
        desk.election,
        desk.ceremony(),
        seat.signer,
        seat.state(),
        request,
        guardians=guardians,
        entropy=secrets.token_bytes,
    )
    return [_kept(desk, seat, _place(request, "promises", state.guardian), document, keep=state, to=guardians)]


def act_reveal(desk: Desk, seat: Seat, request: OpeningRequest) -> list[Carried]:
    """Step 2 of an opening; from here on the machine remembers these sums as opened."""
    papers, before = desk.round(request.identity), seat.state()
    together = before.memory.session.guardians if before.memory.session else ()
    state, document = reveal(desk.election, desk.ceremony(), seat.signer, before, request, papers=papers)
    return [_kept(desk, seat, _place(request, "parts", state.guardian), document, keep=state, to=together)]


def act_answer(desk: Desk, seat: Seat, request: OpeningRequest) -> list[Carried]:
    """Step 3 of an opening; the private file forgets the random numbers before the answers are written."""
    papers, before = desk.round(request.identity), seat.state()
    together = before.memory.session.guardians if before.memory.session else ()
    state, document = answer(desk.election, desk.ceremony(), seat.signer, before, request, papers=papers)
    return [_kept(desk, seat, _place(request, "answers", state.guardian), document, keep=state, to=together)]


def act_combine(desk: Desk, request: OpeningRequest) -> tuple[AggregateOpening, ...]:
    """The end of an opening; a guardian who answered falsely is named, and nothing is written."""
    openings = combine_openings(desk.election, desk.ceremony(), request, desk.round(request.identity))
    for opening in openings:
        desk.write(f"aggregates/{opening.serial:04d}.json", encode(opening))
    return openings


def _kept(
    desk: Desk, seat: Seat, name: str, document: bytes, *, keep: PrivateState, to: Iterable[int] | None = None
) -> Carried:
    """The private file first, then the paper: what others see never runs ahead of what this machine remembers."""
    own = keep.guardian
    seat.keep(keep)
    desk.write(name, document)
    everybody = range(1, len(guardians_of(desk.election)) + 1) if to is None else to
    return Carried(name, sorted(index for index in everybody if index != own))


def _place(request: OpeningRequest, kind: str, guardian: int) -> str:
    return f"openings/{request.identity[:16]}/{kind}/{guardian}.note"
