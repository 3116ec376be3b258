"""The page of audits: how each stands, its risks, differences and documents; and that all of it is the record's."""

from tests.audit.audited import audit_of
from tests.tampering.builder import World, build
from tests.verify.audited_world import audited_world
from tests.web.reading import Element, read_page, words

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
    return words(read_page(_site(world, "audits.html")["audits.html"]))


def _site(world: World, *names: str) -> dict[str, bytes]:
    files = dict(world.publish())
    evidence = Evidence(RecordInMemory(files))
    results = read_document(files[results_path(2)], Results)
    logged = {station for station in world.election.stations if evidence.sheets_of(station)}
    site = Site(Lookup(world.election, results, logged), {"en": in_english}, now=results.issued_at, evidence=evidence)
    return {each.name: site.write(each) for each in site.pages() if each.name in names or not names}


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


def test_an_audit_says_of_how_many_contests_it_says_nothing() -> None:
    """Who reads "the paper confirms" takes it for the whole election otherwise."""
    audit = audit_of()
    for station in audit.drawn:
        audit.count(audit.box(station))
    named, contests = audit.report().risks, audit.world.election.contests
    assert 0 < len(named) < len(contests)
    assert f"the audit says nothing of the others ({len(contests) - len(named)})." in page(audit.world)


def test_every_document_has_its_link() -> None:
    """All files of an audit, and no others."""
    world = audited_world()
    found = {link.get("href", "") for link in read_page(_site(world, "audits.html")["audits.html"]).iter("a")}
    logged = {path for path in world.publish() if path.startswith("audits/")}
    assert logged == {link.removeprefix("record/") for link in found if link.startswith("record/audits/")}


def test_a_record_without_audits_says_so() -> None:
    """An empty page would look like a fault."""
    said = page(build())
    assert "No audit is published yet." in said
    assert "No examination is published." in said


def test_how_shares_are_rounded_is_said_where_there_are_some() -> None:
    """Not under risks, persons, files, or what is outstanding."""
    pages = {name: read_page(data) for name, data in _site(audited_world()).items() if name.endswith(".html")}
    assert len(pages) > 10
    said = {name for name, page in pages.items() if "rounded to one decimal" in words(_part(page, "footer"))}
    with_shares = {name for name, page in pages.items() if "%" in words(_part(page, "main"))}
    assert said == with_shares - {"audits.html"}
    assert {"index.html", "audits.html"} <= with_shares


def _part(page: Element, tag: str) -> Element:
    (part,) = page.iter(tag)
    return part


def test_an_audit_of_single_slips_is_shown_by_its_draws() -> None:
    """How many slips, from how many boxes, the risk; no boxes counted and no differences, and each sum's document."""
    said = page(audited_world("SLIPS"))
    assert "Audit SLIPS The paper confirms the reported outcome." in said
    assert "Slips drawn210Single slips drawn from all boxes, read and counted" in said
    assert "Boxes they are from4" in said
    assert "Boxes counted" not in said
    assert "Differences" not in said
    assert "audits/SLIPS/reading-2.note" in said
