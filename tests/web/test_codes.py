"""The pages of confirmation codes as files: they say what the record says, and their proofs hold."""

import re
import shutil
import subprocess
from itertools import pairwise

import msgspec
import pytest
from tests.verify.encrypted_world import Made
from tests.web.encrypted import codes_of, crowded, edition, opened, site, without_ballots, world
from tests.web.examples import HOSTILE, hostile_results, nation_results
from tests.web.reading import Element, by_id, child, labelled, read_page, words
from tests.web.spanish import in_spanish

from urna.ballot.confirmation import confirmation_code, write_code
from urna.ballot.forms import ballot_hash
from urna.ballot.published import BallotList, OpenedBallot, OpenedOption, PublishedBallot
from urna.election.outcomes import BallotState
from urna.errors import Unproven
from urna.log.merkle import leaf_hash, verify_inclusion
from urna.record.layout import Kind, place_of
from urna.record.reader import RecordInMemory
from urna.tally.results import Results, StationState
from urna.tally.rules_votes import ballots_root
from urna.verify.code_search import open_for_codes
from urna.verify.pins import Pins
from urna.web.results.codes import CodeRow, codes_site, groups_of, prove_codes, station_codes
from urna.words import in_english

STATIONS = ("A-01", "A-02", "B-01", "B-02")
STATION_LIMIT = 1_500_000
SAID = {
    BallotState.CAST: "cast: the sheet counts it",
    BallotState.VOID: "void: its paper was refused; not counted",
    BallotState.CHALLENGED: "opened in public to test the machine; not counted What it said",
}


def page(name: str) -> Element:
    """A page of the small record's codes."""
    return read_page(site()[f"codes/{name}"])


def ballots(of: Element) -> list[Element]:
    """The parts of a station's page that are one ballot each."""
    return [each for each in of.iter("tbody") if each.get("id")]


def code_of(station: str, made: Made) -> str:
    """The code that the booth printed, from what it encrypted."""
    context = world().context(station, made.style).context
    return write_code(confirmation_code(context, made.id, made.encrypted.challenge))


def proof_of(ballot: Element) -> tuple[str, list[str]]:
    """The line and the hashes of a ballot's command."""
    match = re.fullmatch(r"check '(.*)'((?: [LR][0-9a-f]{64})*)", child(ballot, ".//pre").text or "")
    assert match is not None
    return match[1], match[2].split()


@pytest.mark.parametrize("station", STATIONS)
def test_every_code_that_a_booth_printed_is_there_with_what_became_of_its_ballot(station: str) -> None:
    """Sorted by code, at the place that its digits name; hash and place in the list are those of the record."""
    made = {code_of(station, each): each for each in world().ballots_made[station]}
    ids = sorted(each.id for each in made.values())
    found = ballots(page(f"{station}.en.html"))
    assert [each.get("id") for each in found] == [code.replace(" ", "") for code in sorted(made)]
    for ballot in found:
        code = words(child(ballot, "tr/th"))
        one = made[code]
        assert ballot.get("id") == code.replace(" ", "")
        assert words(child(ballot, "tr/td")) == SAID[one.state]
        assert [words(each) for each in ballot.iter("dd")] == [
            one.id.hex(),
            ballot_hash(one.encrypted.compact()),
            str(ids.index(one.id)),
        ]


@pytest.mark.parametrize("station", STATIONS)
def test_every_proof_on_a_page_leads_to_the_root_on_the_signed_sheet(station: str) -> None:
    """The line names the ballot, its state and its hash; the root is the sheet's own."""
    root = world().sheet(station).ballots_root
    found = page(f"{station}.html")
    assert root is not None
    assert root in words(labelled(found, "hand", "section")[0])
    listed = ballots(found)
    for ballot in listed:
        line, proof = proof_of(ballot)
        entry = msgspec.json.decode(line, type=PublishedBallot)
        identity, hashed, leaf = (words(each) for each in ballot.iter("dd"))
        assert (entry.id, entry.hash, entry.state.value) == (identity, hashed, child(ballot, "tr/td").get("class"))
        hashes = [bytes.fromhex(each[1:]) for each in proof]
        verify_inclusion(leaf_hash(line.encode()), int(leaf), len(listed), hashes, bytes.fromhex(root))


@pytest.mark.skipif(not shutil.which("bash") or not shutil.which("sha256sum"), reason="needs bash and sha256sum")
def test_the_lines_of_the_page_check_a_proof_in_a_terminal() -> None:
    """Pasted as they stand: every ballot's command says ✓ and the root; a ballot in another state says ✗."""
    found = page("A-01.html")
    root = world().sheet("A-01").ballots_root
    lines = "".join(by_id(found, "check-lines").itertext())
    commands = [child(each, ".//pre").text or "" for each in ballots(found)]
    changed = next(each for each in commands if '"void"' in each).replace('"void"', '"cast"')
    script = "\n".join([lines, *commands, changed])
    done = subprocess.run(["bash", "-u"], input=script, capture_output=True, text=True, check=True)
    *right, wrong = done.stdout.splitlines()
    assert right == [f"✓ {root}"] * len(commands)
    assert wrong.startswith("✗ ")
    assert done.stderr == ""


@pytest.mark.parametrize("station", STATIONS)
def test_a_challenged_ballot_says_what_was_chosen(station: str) -> None:
    """Every contest of its style, with the options that have votes; no other ballot is opened."""
    found, election = page(f"{station}.en.html"), world().election
    challenged = {
        code_of(station, each): each for each in world().ballots_made[station] if each.state is BallotState.CHALLENGED
    }
    tables = [each for each in found.iter("table") if each.get("class") == "said"]
    heads = [by_id(found, each.get("aria-labelledby") or "") for each in tables]
    assert [words(each) for each in heads] == sorted(challenged)
    for head, table in zip(heads, tables, strict=True):
        one = challenged[words(head)]
        expected = []
        for contest in election.contests_of_style(one.style):
            chosen = [each.name for each in contest.options if world().votes_for(one, contest.code, each.code)]
            expected.append((contest.title.get("en") or next(iter(contest.title.values())), chosen))
        rows = table.findall("tbody/tr")
        assert [
            (words(child(row, "th")), [words(each) for each in row.findall("td/ul/li/bdi[1]")]) for row in rows
        ] == (expected)


def test_the_index_counts_what_the_stations_have() -> None:
    """One line a station, in the definition's order, linked to its page in the same language."""
    (table,) = labelled(page("index.en.html"), "stations")
    rows = table.findall("tbody/tr")
    assert [child(row, "th/a").get("href") for row in rows] == [f"{station}.en.html" for station in STATIONS]
    for station, row in zip(STATIONS, rows, strict=True):
        made = [each.state for each in world().ballots_made[station]]
        assert [words(cell) for cell in row.findall("td")] == [str(made.count(state)) for state in BallotState]


def test_the_results_lead_to_the_codes() -> None:
    """From the index, and from each station, in the page's language."""
    for name, ending in (("index.html", ".html"), ("index.en.html", ".en.html")):
        links = {each.get("href") for each in read_page(site()[name]).iter("a")}
        assert links >= {f"codes/{each}{ending}" for each in ("index", *STATIONS)}


def test_every_link_of_the_codes_leads_somewhere() -> None:
    """Pages, places in them, the style sheet and the script; the rest is in the record's folder, where it lies."""
    pages = {name: read_page(data) for name, data in site().items() if name.endswith(".html")}
    for name in [each for each in pages if each.startswith("codes/")]:
        for target in _targets(pages[name]):
            file, _, place = target.partition("#")
            path = name if not file else file.removeprefix("../") if file.startswith("../") else f"codes/{file}"
            if path.startswith("record/"):
                assert place_of(path.removeprefix("record/")) is not None
                continue
            assert path in site()
            assert not place or any(each.get("id") == place for each in pages[path].iter())


def _targets(of: Element) -> list[str]:
    links = [each.get("href", "") for tag in ("a", "link") for each in of.iter(tag)]
    return links + [each.get("src", "") for each in of.iter("script")]


def test_each_station_leads_to_its_signed_sheet_and_its_list() -> None:
    """The two files that a proof needs."""
    kinds = [place_of(each.removeprefix("../record/")) for each in _targets(page("B-01.html")) if "record/stat" in each]
    assert [(each.kind, each.station) for each in kinds if each] == [(Kind.SHEET, "B-01"), (Kind.BALLOTS, "B-01")]


@pytest.mark.parametrize(
    "name", [f"{stem}{ending}" for stem in ("index", *STATIONS) for ending in (".html", ".en.html")]
)
def test_pages_of_codes_read_well_aloud(name: str) -> None:
    """Language, one title, headings in order, unique ids, labels that exist, column and row headings."""
    found = page(name)
    assert found.get("lang") == ("en" if ".en." in name else "es")
    levels = [int(each.tag[1]) for each in found.iter() if re.fullmatch(r"h[1-6]", each.tag)]
    assert levels[0] == levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))
    ids = [each.get("id") for each in found.iter() if each.get("id")]
    assert len(ids) == len(set(ids))
    assert {each.get("aria-labelledby") for each in found.iter() if each.get("aria-labelledby")} <= set(ids)
    for table in found.iter("table"):
        assert all(each.get("scope") == "col" for each in table.findall("thead/tr/th"))
        assert all(row[0].tag == "th" or row[0].get("colspan") for row in table.findall("tbody/tr"))
    assert {each.get("for") for each in found.iter("label")} <= set(ids)


def test_only_the_pages_own_script_can_run() -> None:
    """The policy allows files of the site alone; no handler, no inline style, nothing is sent anywhere."""
    for name in [each for each in site() if each.startswith("codes/") and each.endswith(".html")]:
        found = read_page(site()[name])
        (policy,) = [each.get("content") for each in found.iter("meta") if each.get("http-equiv")]
        scripts = [each.get("src") for each in found.iter("script")]
        script = "" if "/index." in name else "script-src 'self'; "
        assert scripts == (["find.js"] if script else [])
        assert policy == (
            f"default-src 'none'; {script}style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'"
        )
        for each in found.iter():
            assert not [key for key in each.attrib if key == "style" or key.startswith("on")]
    assert not re.search(rb"fetch|XMLHttp|innerHTML|eval|http|cookie|Storage", site()["codes/find.js"])


@pytest.mark.parametrize("language", ["es", "en"])
def test_a_station_of_a_thousand_ballots_is_light(language: str) -> None:
    """Under 1.5 MB, proofs included; each code is two choices away, by its first characters."""
    codes = crowded()
    speak = {"es": in_spanish, "en": in_english}[language]
    files = dict(codes_site(world().election, edition(), [codes], {language: speak}))
    assert len(files["codes/A-01.html"]) < STATION_LIMIT
    found = read_page(files["codes/A-01.html"])
    assert [each.get("id") for each in ballots(found)] == [row.anchor for row in codes.rows]
    links = [each.get("href", "") for each in found.iter("a")]
    for group in groups_of(codes.rows):
        assert f"#begin-{group.first}" in links
        assert {row.code[:4] for row in group.rows} == {start for start, _ in group.starts}
        assert {f"#{anchor}" for _, anchor in group.starts} <= set(links)
        assert all(row.code[0] == group.first for row in group.rows)


def test_two_codes_with_one_beginning_have_one_link_to_the_first() -> None:
    """Nobody has to guess which of two equal links is meant: the codes stand side by side."""
    rows = [
        CodeRow(f"7Z0K {n}000 0000 0000 0000 0000 0000 0000", BallotState.CAST, "", "", n, "", ()) for n in range(3)
    ]
    assert [group.starts for group in groups_of(rows)] == [[("7Z0K", rows[0].anchor)]]


def test_a_list_that_is_not_the_sheets_is_refused() -> None:
    """No page shows a proof that does not lead to what the booths signed."""
    codes, entries = _listed("A-02")
    listed = BallotList(election=world().election.identity, station="A-02", ballots=tuple(entries))
    right = ballots_root(listed)
    assert len(prove_codes(listed, codes, right, ()).rows) == len(entries)
    with pytest.raises(Unproven):
        prove_codes(listed, codes, right[::-1], ())
    with pytest.raises(Unproven):
        prove_codes(msgspec.structs.replace(listed, ballots=listed.ballots[1:]), codes, right, ())


def test_a_listed_ballot_without_ciphertext_is_refused() -> None:
    """Its code cannot be computed, so it is not left out in silence."""
    codes, entries = _listed("A-02")
    listed = BallotList(election=world().election.identity, station="A-02", ballots=tuple(entries))
    del codes[entries[0].id]
    with pytest.raises(Unproven) as refused:
        prove_codes(listed, codes, ballots_root(listed), ())
    assert entries[0].id in str(refused.value.expected)


def _listed(station: str) -> tuple[dict[str, bytes], list[PublishedBallot]]:
    rows = sorted(codes_of(station).rows, key=lambda row: row.leaf)
    return {row.ballot: b"\0" * 20 for row in rows}, [
        msgspec.json.decode(row.line, type=PublishedBallot) for row in rows
    ]


def test_a_mirror_in_the_other_form_has_the_same_codes() -> None:
    """Compact or committed, a ballot has one code."""
    other = world().copy()
    other.to_form("compact")
    mirrored = open_for_codes(RecordInMemory(other.publish()), Pins())
    assert station_codes(mirrored, "A-01").rows == station_codes(opened(), "A-01").rows


def test_a_station_without_ballots_says_so() -> None:
    """No empty table, no search that finds nothing."""
    files = dict(codes_site(world().election, edition(), [without_ballots("A-01")], {"en": in_english}))
    found = read_page(files["codes/A-01.html"])
    assert "The record has no ballots of this station." in words(found)
    assert not list(found.iter("table"))
    assert not list(found.iter("form"))


def test_a_station_that_is_not_counted_says_so() -> None:
    """A ballot that was cast at an annulled station is on its sheet, and in no result."""
    files = dict(
        codes_site(world().election, _annulled(edition(), "A-01"), map(codes_of, STATIONS), {"en": in_english})
    )
    notices = {
        station: [
            words(each) for each in read_page(files[f"codes/{station}.html"]).iter("p") if each.get("class") == "notice"
        ]
        for station in STATIONS
    }
    assert [station for station in STATIONS if notices[station]] == ["A-01"]
    assert "(annulled)" in notices["A-01"][0]


def _annulled(results: Results, station: str) -> Results:
    stations = tuple(
        msgspec.structs.replace(each, state=StationState.ANNULLED) if each.station == station else each
        for each in results.stations
    )
    return msgspec.structs.replace(results, stations=stations)


def test_the_index_of_a_nation_leads_to_its_territories() -> None:
    """200 stations are too many for one page of an old phone; each territory's page lists its own."""
    election, results = nation_results(200, 2)
    files = dict(codes_site(election, results, map(without_ballots, election.stations), {"en": in_english}))
    found = read_page(files["codes/index.html"])
    assert not labelled(found, "stations")
    assert {"../territory-en-01.html", "../territory-en-02.html"} <= {each.get("href") for each in found.iter("a")}


def test_hostile_names_do_nothing_on_the_pages_of_codes() -> None:
    """Stations, contests and options stand as text, isolated."""
    election, results = hostile_results()
    station = next(iter(election.stations))
    style = election.stations[station].styles[0].style
    entry = PublishedBallot(id="00" * 16, state=BallotState.CHALLENGED, style=style, hash="11" * 32)
    listed = BallotList(election=election.identity, station=station, ballots=(entry,))
    options = tuple(
        OpenedOption(contest=contest.code, option=option.code, votes=1, nonce="00" * 32)
        for contest in election.contests_of_style(style)
        for option in contest.options
    )
    said = (OpenedBallot(id=entry.id, options=options),)
    codes = prove_codes(listed, {entry.id: b"\0" * 20}, ballots_root(listed), said)
    files = dict(codes_site(election, results, [codes], {"es": in_spanish, "en": in_english}))
    for name in [each for each in files if each.endswith(".html")]:
        found = read_page(files[name])
        assert b"<script>" not in files[name]
        assert {each.tag for each in found.iter() if HOSTILE in (each.text or "")} == {"bdi", "title"}
        assert not [each for each in found.iter() if HOSTILE in (each.tail or "")]
