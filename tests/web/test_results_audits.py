"""The page of audits: how each stands, its risks, differences and documents; and that all of it is the record's."""

from tests.audit.audited import audit_of
from tests.tampering.builder import World, build
from tests.verify.audited_world import audited_world
from tests.web.reading import read_page, words

from urna.encoding.document import read_document
from urna.record.layout import results_path
from urna.record.reader import RecordInMemory
from urna.tally.results import Results
from urna.web.results.evidence import Evidence
from urna.web.results.lookup import Lookup
from urna.web.results.site import Site
from urna.words import in_english


def page(world: World) -> str:
    """The words of its page of audits."""
    return words(read_page(_site(world)["audits.html"]))


def _site(world: World) -> dict[str, bytes]:
    files = dict(world.publish())
    evidence = Evidence(RecordInMemory(files))
    results = read_document(files[results_path(2)], Results)
    logged = {station for station in world.election.stations if evidence.sheets_of(station)}
    site = Site(Lookup(world.election, results, logged), {"en": in_english}, now=results.issued_at, evidence=evidence)
    return {each.name: site.write(each) for each in site.pages() if each.name == "audits.html"}


def test_each_audit_says_how_it_stands() -> None:
    """Confirmed with its risk, compared, drawn only to be looked at."""
    said = page(audited_world())
    assert "Audit RLA-1 The paper confirms the reported outcome." in said
    assert "Audit HOT The drawn boxes were compared with their sheets." in said
    assert "Audit LOOK Drawn to be looked at" in said
    assert "5.00% kept" in said
    assert "31415926535897932384" in said
    assert "Edition of the results: 2" in said
    assert "Every box was counted, and the seats follow from the paper." in said


def test_a_difference_is_shown_with_both_numbers_and_a_lost_box_is_counted() -> None:
    """By station and option, as the report has them."""
    audit = audit_of()
    first, *others = audit.drawn
    contest, option = "LIST-N", next(line.option for line in audit.box(first).lines if line.contest == "LIST-N")
    sheet = next(line.votes for line in audit.box(first).lines if (line.contest, line.option) == (contest, option))
    audit.count(audit.box(first, {(contest, option): sheet - 1}))
    for station in others:
        audit.count(audit.lost(station))
    report = audit.report()
    assert len(report.differences) == 1
    said = page(audit.world)
    name = next(each.name for each in audit.world.election.contests[contest].options if each.code == option)
    assert f"{first}{name}{sheet}{sheet - 1}" in said
    assert f"of these cannot be found: {len(others)}" in said if others else "cannot be found" not in said


def test_every_document_has_its_link() -> None:
    """All files of an audit, and no others."""
    world = audited_world()
    found = {link.get("href", "") for link in read_page(_site(world)["audits.html"]).iter("a")}
    logged = {path for path in world.publish() if path.startswith("audits/")}
    assert logged == {link.removeprefix("record/") for link in found if link.startswith("record/audits/")}


def test_a_record_without_audits_says_so() -> None:
    """An empty page would look like a fault."""
    said = page(build())
    assert "No audit is published yet." in said
    assert "None is published." in said
