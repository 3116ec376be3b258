"""A station's page: each number is its sheet's, and what it says to type proves what it says."""

import subprocess
from pathlib import Path

import pytest
from msgspec.structs import replace
from tests.tampering.builder import build
from tests.web.reading import Element, body_rows, by_id, child, figure, labelled, numbers, read_page, words
from tests.web.record_site import STATIONS, record, site

from urna.encoding.canonical import digest
from urna.encoding.document import read_document
from urna.log.checkpoint import read_checkpoint
from urna.record.incident import Incident
from urna.record.layout import Kind, place_of, results_path, serial_path, sheet_path
from urna.record.reader import RecordInMemory
from urna.tally.results import Results, StationState
from urna.tally.sheet import TallySheet
from urna.web.results.evidence import Evidence
from urna.web.results.frame import Language, environment
from urna.words import Sentence


def page(station: str) -> Element:
    """A station's page."""
    return read_page(site()[f"stations/{station}.html"])


def shown(station: str) -> tuple[str, TallySheet]:
    """The sheet that counts, and its path."""
    results = read_document(record()[results_path(2)], Results)
    (result,) = [each for each in results.stations if each.station == station]
    path = sheet_path(station, result.sequence or 0)
    return path, read_document(record()[path], TallySheet)


@pytest.mark.parametrize("station", ["A-01", "A-02", "B-01", "B-02"])
def test_every_vote_on_the_page_is_the_sheets(station: str) -> None:
    """Choices, cards and undervotes; and where the sheet withholds, only how many ballots."""
    _, sheet = shown(station)
    found = page(station)
    election = build().election
    for tally in sheet.contests:
        contest = election.contests[tally.contest]
        tables = labelled(found, f"h-{contest.code}")
        if tally.votes is None:
            assert not tables
            (section,) = labelled(found, "votes", "section")
            part = next(p for p in section.findall("div") if by_id(found, f"h-{contest.code}") in list(p))
            assert numbers(words(child(part, "p[@class='notice']"))) == [tally.ballots]
            continue
        by_choice: dict[str, int] = {}
        for option, votes in zip(contest.options, tally.votes, strict=True):
            by_choice[option.choice] = by_choice.get(option.choice, 0) + votes.votes
        rows = {child(row, "th/bdi").text: figure(row.findall("td")[0]) for row in body_rows(tables[0])}
        assert rows == {choice.name: by_choice[choice.code] for choice in contest.choices}


@pytest.mark.parametrize("station", ["A-01", "B-02"])
def test_people_and_booths_are_the_statements(station: str) -> None:
    """Registered, identified, activations, and each booth's ballots."""
    _, sheet = shown(station)
    found = page(station)
    (section,) = labelled(found, "people", "section")
    rows = {
        words(child(row, "th")): [figure(cell) for cell in row.findall("td")]
        for table in section.iter("table")
        for row in body_rows(table)
    }
    for booth in sheet.booths:
        assert rows[f"Booth {booth.booth}"] == [booth.cast, booth.void, booth.challenged]
    assert rows["In all"][0] == sheet.cast
    evidence = Evidence(RecordInMemory(record()))
    statement = evidence.sheet(station, sheet.sequence).statement
    assert rows["Registered"] == [statement.registered]
    assert rows["Identified, in all"] == [statement.identified_total]
    assert rows["Activations of a booth"] == [statement.activations]


@pytest.mark.parametrize("station", ["A-01", "A-02", "B-01", "B-02"])
def test_the_commands_of_the_page_prove_the_sheet(station: str, tmp_path: Path) -> None:
    """sha256sum gives the printed digits; the shell lines give the root in the third line of the kept checkpoint."""
    path, _ = shown(station)
    for name, data in record().items():
        (tmp_path / "record" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "record" / name).write_bytes(data)
    found = page(station)
    (check,) = labelled(found, "check", "section")
    first, verify, by_hand = ["".join(each.itertext()) for each in check.iter("code")]
    command, expected = first.split("\n")
    assert run(command, tmp_path).split() == [expected, f"record/{path}"]
    assert expected == digest(record()[path])
    assert verify == "urna verify record"
    (link,) = [a.get("href") or "" for a in check.iter("a")]
    checkpoint = link.removeprefix("../record/")
    kept = place_of(checkpoint)
    assert kept is not None
    assert kept.kind is Kind.OLD_CHECKPOINT
    root = record()[checkpoint].decode().split("\n")[2]
    assert run(by_hand, tmp_path).strip() == root
    assert words(child(check, ".//p[@class='hash root']")) == root


def test_a_proof_stays_the_same_when_the_log_grows() -> None:
    """It leads to the first checkpoint that has the sheet, not to the newest one."""
    evidence = Evidence(RecordInMemory(record()))
    sizes = {evidence.first_size(leaf) for leaf in evidence.leaves.values()}
    newest = read_checkpoint(record()["log/checkpoint"]).size
    assert len(sizes) > 1
    assert max(sizes) == newest
    for leaf in evidence.leaves.values():
        smaller = [size for size in sizes if size > leaf.number]
        assert evidence.first_size(leaf) == min(smaller)


def test_every_file_of_the_station_is_linked_with_its_hash_and_leaf() -> None:
    """Zero reports, sheets and lists; nothing of another station."""
    for station in STATIONS:
        tables = labelled(page(station), "files")
        rows = [row for table in tables for row in body_rows(table)]
        links = {child(row, "th/a").get("href", "").removeprefix("../record/"): row for row in rows}
        assert set(links) == {path for path in record() if path.startswith(f"stations/{station}/")}
        for path, row in links.items():
            assert words(row.findall("td")[0]) == digest(record()[path])


def test_incidents_stand_on_the_stations_page_and_on_their_own() -> None:
    """With the reason and the hash of what came; its document is nowhere."""
    incident = read_document(record()[serial_path(Kind.INCIDENT, 1)], Incident)
    for name in ("changes.html", f"stations/{incident.station}.html"):
        text = words(read_page(site()[name]))
        assert incident.document in text
        assert incident.reason in text
    others = set(STATIONS) - {incident.station}
    assert all(incident.document not in words(page(station)) for station in others)


def test_a_broken_rule_is_said_in_words_and_in_the_reader_s_language() -> None:
    """The record has one English text with the rule's short name; no page shows that name."""
    incident = read_document(record()[serial_path(Kind.INCIDENT, 1)], Incident)
    broken = replace(incident, reason="Rule 10 of reconciliation is broken: cast_at_most_identified.")
    said: list[str] = []

    def say(sentence: Sentence | str) -> str:
        said.append(sentence.template if isinstance(sentence, Sentence) else sentence)
        return str(sentence)

    page = environment(Language("es", "Español", say)).from_string(
        '{% import "parts.html" as parts %}{{ parts.incident_table(rows, "incidents", "record", none, none) }}'
    )
    leaf = next(leaf for leaf, _ in Evidence(RecordInMemory(record())).incidents())
    text = words(read_page(page.render(rows=[(leaf, broken)]).encode()))
    assert "Rule 10 of reconciliation is broken: no more ballots cast than people identified." in text
    assert "cast_at_most_identified" not in text
    assert "Rule {rule} of reconciliation is broken: {name}." in said


def test_a_correction_names_the_sheet_that_it_corrects() -> None:
    """On the page of corrections, with both files; and the station's page shows the one that counts."""
    results = read_document(record()[results_path(2)], Results)
    corrected = [each for each in results.stations if each.sequence]
    assert corrected
    changes = read_page(site()["changes.html"])
    rows = {words(child(row, "th/span")): row for row in body_rows(labelled(changes, "corrections")[0])}
    assert set(rows) == {each.station for each in corrected}
    for each in corrected:
        links = [a.get("href") for a in rows[each.station].iter("a")]
        assert f"record/{sheet_path(each.station, each.sequence or 0)}" in links
        assert f"record/{sheet_path(each.station, (each.sequence or 0) - 1)}" in links


def test_decisions_and_states_are_said() -> None:
    """The station that never opened has its decision, and no sheet."""
    results = read_document(record()[results_path(2)], Results)
    absent = [each.station for each in results.stations if each.state is StationState.NOT_OPENED]
    assert absent
    changes = read_page(site()["changes.html"])
    rows = [words(child(row, "th/span")) for row in body_rows(labelled(changes, "decisions")[0])]
    assert rows == absent
    for station in absent:
        assert "There is no signed sheet of this station in the record." in words(page(station))
        assert not labelled(page(station), "check", "section")


def test_every_page_links_to_pages_that_are_there() -> None:
    """Of both editions: nothing of the site leads nowhere, and links into the record lead to files of the record."""
    for number in (1, 2):
        files = site(number)
        for name, data in files.items():
            if not name.endswith(".html"):
                continue
            for link in read_page(data).iter("a"):
                target = (link.get("href") or "").partition("#")[0]
                if not target or target.startswith("data/") or "/codes/" in target:
                    continue
                path = (Path("/site") / name).parent / target
                resolved = Path(*path.parts[2:]) if ".." not in target else Path(*path.resolve().parts[2:])
                at = resolved.as_posix()
                assert at in files or (at.startswith("record/") and at.removeprefix("record/") in record()), (name, at)


def run(lines: str, folder: Path) -> str:
    """What bash prints."""
    done = subprocess.run(["bash", "-c", lines], cwd=folder, capture_output=True, text=True, check=True)
    return done.stdout
