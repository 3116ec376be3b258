"""What the panel says of each booth."""

import pytest
from tests.pollbook_face.scene import Scene

from urna.papers.printer import PrinterState
from urna.web.pollbook.booth_views import PRINTER_WORDS, booth_views


@pytest.mark.parametrize("state", PrinterState)
def test_every_state_of_a_printer_has_a_word(state: PrinterState) -> None:
    """And all but "ready" are shown in it, never by the state's own name."""
    assert PRINTER_WORDS[state] or state is PrinterState.READY
    assert str(state) not in {"", PRINTER_WORDS[state]}


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
