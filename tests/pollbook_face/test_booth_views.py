"""What the panel says of each booth."""

import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from tests.pollbook_face.scene import Scene

from urna.papers.printer import PrinterState
from urna.web.pollbook.booth_views import PRINTER_WORDS, booth_views


@pytest.mark.parametrize("state", PrinterState)
def test_every_state_of_a_printer_has_a_word(state: PrinterState) -> None:
    """And all but "ready" are shown in it, never by the state's own name."""
    assert PRINTER_WORDS[state] or state is PrinterState.READY
    assert str(state) not in {"", PRINTER_WORDS[state]}


def test_a_panel_that_is_asked_for_while_the_screen_is_locked_leads_away() -> None:
    """The request came in before the lock, and is answered after it."""
    scene = Scene()
    client = scene.unlocked()
    with ThreadPoolExecutor(1) as other:
        with scene.desk.lock:
            asked = other.submit(client.get, "/booths/panel", headers={"hx-request": "true"})
            time.sleep(0.3)  # at the lock by then; if it is not yet, the door leads it away just so
            scene.desk.session.end()
        assert asked.result().headers["hx-redirect"] == "/"


def test_nobody_is_sent_to_a_booth_whose_printer_does_not_print() -> None:
    """A roll that is nearly used up, or a printer at work, keeps nobody away; what needs hands calls for them."""
    scene = Scene()
    scene.unlocked()
    free, needs = set(), set()
    for state in PrinterState:
        scene.booths[1].printer = state
        scene.desk.watch.look()
        view = booth_views(scene.desk)[0]
        free |= {state} if view.is_free else set()
        needs |= {state} if view.needs_worker else set()
    assert free == {PrinterState.READY, PrinterState.PAPER_LOW, PrinterState.BUSY}
    assert needs == set(PrinterState) - {PrinterState.READY, PrinterState.BUSY}
