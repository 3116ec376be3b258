"""An audit of single slips at the centre: its readings are taken in their order, once, and no box before its time."""

from collections.abc import Callable

import msgspec
import pytest
from tests.center.test_audits import FAR, counted, load
from tests.center.test_replay import Kept, compare
from tests.tampering.builder import build
from tests.verify.audited_world import BOARD, AuditMaker, audited_world, paper, polled

from urna.audit.rounds import draw_round
from urna.audit.seed import Method
from urna.audit.slip_reading import SlipReading
from urna.center.centre import Centre
from urna.encoding.document import sign_document
from urna.errors import Malformed, OutOfOrder, Unproven, UrnaError

FOLDER = "audits/SLIPS"


def papers(*names: str) -> dict[str, bytes]:
    """The audit's files, by path."""
    world = audited_world("SLIPS")
    return {
        path: data
        for path, data in world.files.items()
        if path.startswith(f"{FOLDER}/") and path.partition(f"{FOLDER}/")[2].removesuffix(".note") in names
    }


RULES = ("manifest", "commitment")


def ready(*names: str) -> Centre:
    """A centre that has the rules and these papers."""
    centre = counted()
    load(centre, papers(*RULES))
    centre.note_published(FAR)
    load(centre, papers("seed", *names))
    centre.take_files()
    return centre


def test_readings_are_published_as_they_were_signed() -> None:
    """Rounds, readings and reports, byte for byte, each at its place."""
    centre = ready()
    rest = papers("round-1", "reading-1", "report-1", "round-2", "reading-2", "report-2")
    load(centre, rest)
    assert {file.path: file.data for file in centre.take_files()} == rest


def test_a_restart_gives_the_same_leaves() -> None:
    """The journal says enough of readings, too."""
    kept = Kept(counted())
    load(kept.centre, papers(*RULES))
    kept.keep()
    kept.centre.note_published(FAR)
    load(kept.centre, papers("seed", "round-1", "reading-1"))
    kept.keep()
    again = kept.again()
    again.keep()
    for each in (kept, again):
        load(each.centre, papers("report-1", "round-2", "reading-2", "report-2"))
        each.keep()
    compare(kept, again)
    assert f"{FOLDER}/reading-2.note" in [each.path for each in kept.shown]


def _changed(**fields: object) -> Callable[[], bytes]:
    def make() -> bytes:
        reading = paper(audited_world("SLIPS"), f"{FOLDER}/reading-1.note", SlipReading)
        return sign_document(msgspec.structs.replace(reading, **fields), BOARD[:2])

    return make


@pytest.mark.parametrize(
    ("document", "error", "said"),
    [
        (lambda: papers("reading-2")[f"{FOLDER}/reading-2.note"], OutOfOrder, "expected number 1, found 2"),
        (lambda: papers("report-1")[f"{FOLDER}/report-1.note"], OutOfOrder, "the readings of 1 rounds"),
        (_changed(drawn="00" * 32), Unproven, "a reading of round 1"),
        (_changed(election="00" * 32), Unproven, "a document of this election"),
        (_changed(audit="OTHER"), OutOfOrder, "no rules yet"),
        (_changed(contests=()), Malformed, "the contests that are read"),
        (_changed(lost=("A-01",), reason="Gone."), Malformed, "those of lost boxes"),
    ],
)
def test_a_paper_that_cannot_be_next_is_refused_whole(
    document: Callable[[], bytes], error: type[UrnaError], said: str
) -> None:
    """Nothing is published, and the right reading is taken afterwards."""
    centre = ready("round-1")
    with pytest.raises(error, match=said):
        centre.take_audit_paper(document())
    assert centre.take_files() == ()
    load(centre, papers("reading-1"))
    assert [file.path for file in centre.take_files()] == [f"{FOLDER}/reading-1.note"]


def test_a_round_is_read_once_and_after_it_was_drawn() -> None:
    """A second reading of a round, subtracted from the first, would show the slip that it reads otherwise."""
    with pytest.raises(OutOfOrder, match="no such round yet"):
        load(ready(), papers("reading-1"))
    centre = ready("round-1", "reading-1")
    with pytest.raises(OutOfOrder, match="expected number 2, found 1"):
        load(centre, papers("reading-1"))


def test_one_member_of_the_board_reads_nothing() -> None:
    """A quorum signs."""
    reading = papers("reading-1")[f"{FOLDER}/reading-1.note"]
    lines = reading.splitlines(keepends=True)
    with pytest.raises(Unproven, match="signature"):
        ready("round-1").take_audit_paper(b"".join(lines[:-1]))


def test_no_box_is_counted_before_a_report_orders_it() -> None:
    """Not even one whose slips were drawn."""
    world = build()
    audit = polled(world)
    audit.count("A-01")
    count = world.files[f"{FOLDER}/count-A-01-1.note"]
    centre = counted()
    load(centre, {path: data for path, data in world.files.items() if _is_rule(path)})
    centre.note_published(FAR)
    load(centre, {path: data for path, data in world.files.items() if _is_later(path)})
    with pytest.raises(OutOfOrder, match="a report that orders every box to be counted"):
        centre.take_audit_paper(count)


def _is_rule(path: str) -> bool:
    return path in {f"{FOLDER}/manifest.note", f"{FOLDER}/commitment.note"}


def _is_later(path: str) -> bool:
    return path.startswith(f"{FOLDER}/") and not _is_rule(path) and "count-" not in path


def test_rounds_of_few_slips_are_refused() -> None:
    """Rules with a round of nineteen draws, and a later round that grows by nineteen."""
    audit = AuditMaker(build(), "SLIPS")
    audit.commit(Method.POLLING, ("NOM-1",), (19,))
    with pytest.raises(OutOfOrder, match="at least 20 draws"):
        load(counted(), {path: data for path, data in audit.world.files.items() if path.startswith(f"{FOLDER}/")})
    centre, audit = ready("round-1", "reading-1", "round-2"), polled(build())
    third = draw_round(audit.commitment, audit.seed, audit.manifest, audit.rounds[1], 229)
    with pytest.raises(OutOfOrder, match="at least 20 draws"):
        centre.take_audit_paper(sign_document(third, BOARD[:2]))
