"""A centre that is killed while it takes an audit's papers goes on: each is published once, the rules before."""

from pathlib import Path

from tests.audit.audited import audit_of
from tests.cli.audit_place import Place
from tests.storage.killing import killed_at
from tests.tampering.builder import build

from urna.record.layout import Kind, audit_path
from urna.record.published_log import read_election, read_published_log
from urna.storage.record import FolderReader


def test_a_kill_at_any_write_loses_and_doubles_no_paper(tmp_path: Path) -> None:
    """Killed at instants all over the evening of an audit, again and again; in the end every paper is there, once."""
    place = Place(tmp_path, build())
    place.hold_the_day()
    audit = audit_of(contests=("NOM-1",))
    audit.count(*[audit.box(code) for code in audit.drawn])
    audit.report()
    files = {path: data for path, data in audit.world.files.items() if path.startswith("audits/")}
    rules = {path for path in files if any(kind in path for kind in ("manifest", "weights", "commitment"))}
    place.out.mkdir()

    def load() -> None:
        for left in place.out.iterdir():  # of a life that ended while the board's folder was written
            left.unlink()
        for path in sorted(rules):
            (place.out / path.rpartition("/")[2]).write_bytes(files[path])
        place.load()
        for path in sorted(files.keys() - rules):
            (place.out / path.rpartition("/")[2]).write_bytes(files[path])
        place.load()

    killed = [killed_at(instant, load) for instant in (12, 25, 40, 60, 80, 100, 120, 140)]
    assert any(killed)
    load()
    reader = FolderReader(place.record)
    published = read_published_log(reader, read_election(reader))
    logged = [entry.path for entry in published.entries if entry.path.startswith("audits/")]
    assert sorted(logged) == sorted(files)
    assert all((place.record / path).read_bytes() == data for path, data in files.items())
    before, after = (published.places[audit_path("RLA-1", kind)] for kind in (Kind.AUDIT_COMMITMENT, Kind.AUDIT_SEED))
    assert any(before < each.size <= after for each in published.checkpoints)
