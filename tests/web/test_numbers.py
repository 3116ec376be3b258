"""Every number on the pages is the record's own."""

import re
from collections.abc import Callable

import pytest
from tests.web.comparing import check_contest, check_places, check_sums
from tests.web.examples import Shown, example_results, large_results, nation_results, troubled_results
from tests.web.reading import body_rows, by_id, child, figure, labelled, numbers, read_page, words
from tests.web.spanish import in_spanish

from urna.tally.results import StationState
from urna.web.results.figures import percent, share
from urna.web.results.page import results_site
from urna.words import in_english

LANGUAGES = {"es": in_spanish, "en": in_english}


@pytest.fixture(params=[example_results, troubled_results, large_results], ids=["final", "troubled", "large"])
def shown(request: pytest.FixtureRequest) -> Shown:
    """An election with its results."""
    make: Callable[[], Shown] = request.param
    return make()


def site(shown: Shown) -> dict[str, bytes]:
    """The pages of an example, Spanish first."""
    return results_site(*shown, LANGUAGES)


@pytest.mark.parametrize(("file", "mark"), [("index.html", ","), ("index.en.html", ".")])
def test_every_contest_shows_its_total(shown: Shown, file: str, mark: str) -> None:
    """Votes, shares, cards, seats and sums of each contest, in both languages."""
    page = read_page(site(shown)[file])
    for contest in shown[0].definition.contests:
        total = shown[1].total(contest.code, contest.territory)
        part = by_id(page, f"c-{contest.code}")
        if total is not None:
            (table,) = labelled(part, f"h-{contest.code}")
            check_contest(shown, table, total, own=True, mark=mark)
            check_sums(part, total)


def test_every_state_shows_what_its_stations_say(shown: Shown) -> None:
    """The pages of the territories below the root show the totals of that territory, and seats only of its own."""
    election, results = shown
    root = election.definition.territories[0].code
    files = site(shown)
    states = [t for t in election.definition.territories if t.parent == root and t.kind == "STATE"]
    for state in states:
        page = read_page(files[f"territory-es-{state.code}.html"])
        shown_here = [total for total in results.totals if total.territory == state.code]
        headings = [h.get("id", "")[2:] for h in page.iter("h3") if h.get("id", "").startswith("h-")]
        assert headings == [total.contest for total in shown_here]
        for total in shown_here:
            (table,) = labelled(page, f"h-{total.contest}")
            own = election.contests[total.contest].territory == state.code
            check_contest(shown, table, total, own=own, mark=",")
    assert states


def test_turnout_is_the_records(shown: Shown) -> None:
    """Each state, then each circuit and region; the figures on top are the root's."""
    election, results = shown
    turnout = {each.territory: each for each in results.turnout}
    root = election.definition.territories[0].code
    page = read_page(site(shown)["index.html"])
    in_tree = {code for station in election.stations.values() for code in election.chain(station.centre)}
    territories = election.definition.territories
    listed = [t for t in territories if t.parent == root and t.code in in_tree]
    listed += [t for t in territories if t.code in turnout and t.code not in in_tree]
    check_places(page, "territories", [turnout[t.code] for t in listed], [t.name for t in listed], ",")
    (figures,) = page.findall(".//dl")
    told = [numbers(words(each)) for each in figures.iter("dd")]
    all_of = turnout[root]
    assert told[0][-2:] == [all_of.identified, all_of.registered_counted]
    assert told[1][:2] == [all_of.stations_counted, all_of.stations_expected]
    assert told[2] == [all_of.cast, all_of.registered]


def test_seats_of_the_house_are_the_records(shown: Shown) -> None:
    """By party and in all: awarded, tied and unfilled; as many circles as seats."""
    election, results = shown
    page = read_page(site(shown)["index.html"])
    (table,) = labelled(page, "seats")
    shown_seats = [figure(row.findall("td")[-1]) for row in body_rows(table)]
    expected: dict[str, int] = {}
    house_seats = [each for each in results.seats if election.contests[each.contest].kind != "referendum"]
    for result in house_seats:
        party = {choice.code: choice.party or "" for choice in election.contests[result.contest].choices}
        for award in result.awards:
            expected[party[award.code]] = expected.get(party[award.code], 0) + 1
    open_seats = [
        sum(result.undecided.seats for result in house_seats if result.undecided),
        sum(result.unfilled for result in house_seats),
    ]
    without = expected.pop("", 0)
    parties = sorted(expected.values(), reverse=True)
    assert shown_seats == parties + [n for n in (without, *open_seats) if n]
    house = sum(result.rule.seats for result in house_seats)
    assert sum(shown_seats) == house
    rows = [[figure(cell) for cell in row.findall("td")] for row in (*body_rows(table), child(table, "tfoot/tr"))]
    assert rows[-1][-1] == house
    assert all(sum(kinds) == seats for *kinds, seats in rows)
    (chart,) = page.findall(".//svg[@role='img']")
    assert len(list(chart.iter("circle"))) == house


def test_every_elected_person_is_listed_once_for_each_seat(shown: Shown) -> None:
    """Names as in the record, vacant seats too, under the party that won them."""
    election, results = shown
    files = site(shown)
    if "elected.en.html" in files:  # too many for the overview
        page = read_page(files["elected.en.html"])
        groups = [(child(section, "h2/span"), section) for section in page.iter("section")]
        assert not labelled(read_page(files["index.en.html"]), "elected", "section")
    else:
        (section,) = labelled(read_page(files["index.en.html"]), "elected", "section")
        groups = [(child(group, "h3/span"), group) for group in section.findall("div/div")]
    listed = [(words(head), words(child(item, "b"))) for head, group in groups for item in group.iter("li")]
    expected = []
    for persons in results.elected:
        choices = {choice.code: choice for choice in election.contests[persons.contest].choices}
        seats = [(each.choice, each.name) for each in persons.elected]
        for choice, name in seats + [(each.choice, "vacant") for each in persons.vacant]:
            party = choices[choice].party
            expected.append((election.parties[party].name if party else "Without party", name))
    assert sorted(listed) == sorted(expected)


def test_every_station_has_its_state_and_its_sheet(shown: Shown) -> None:
    """Counted stations link to the sheet that counts; the others say why there is none."""
    page = read_page(site(shown)["index.en.html"])
    (table,) = labelled(page, "stations")
    for row, station in zip(body_rows(table), shown[1].stations, strict=True):
        name, state, sheet = row
        assert station.station in words(name)
        assert words(state) == station.state.value.replace("_", " ")
        link = sheet.find("a")
        if station.state is StationState.COUNTED:
            assert link is not None
            assert station.sheet is not None
            assert link.get("href") == f"record/stations/{station.station}/sheet-{station.sequence}.note"
            assert words(link).replace(" ", "").rstrip("…") == station.sheet[:16]
        else:
            assert link is None


def test_a_withheld_contest_says_how_many_ballots_it_keeps_secret() -> None:
    """The notice stands exactly where the record withholds votes, with the record's numbers."""
    shown = troubled_results()
    page = read_page(site(shown)["index.en.html"])
    withheld = 0
    for contest in shown[0].definition.contests:
        total = shown[1].total(contest.code, contest.territory)
        notices = [words(p) for p in by_id(page, f"c-{contest.code}").findall("p[@class='notice']")]
        secret = [numbers(text) for text in notices if text.startswith("Kept secret")]
        if total is not None and total.stations_withheld:
            withheld += 1
            assert secret == [[total.withheld_ballots, total.stations_withheld]]
        else:
            assert secret == []
    assert withheld, "the example must withhold something"


def test_a_question_has_an_answer_and_no_seat() -> None:
    """Its table says which answer won; the house does not grow by it."""
    page = read_page(site(troubled_results())["index.en.html"])
    (table,) = labelled(page, "h-QUESTION")
    assert [words(each) for each in table.findall("thead/tr/th")] == ["Answer", "Votes", "%", "Result"]
    assert child(body_rows(table)[0], "td/span").get("aria-label") == "chosen"
    assert "Seats" not in words(by_id(page, "h-QUESTION"))


def test_a_nation_shows_its_totals_in_groups_of_three_digits() -> None:
    """The millions of a rehearsal, on the index and on a state's page."""
    shown = nation_results()
    files = results_site(*shown, {"en": in_english})
    for file, place in (("index.html", "ALL"), ("territory-en-07.html", "07"), ("territory-en-07-03.html", "07-03")):
        total = shown[1].total("PRE", place)
        assert total is not None
        (table,) = labelled(read_page(files[file]), "h-PRE")
        check_contest(shown, table, total, own=place == "ALL", mark=".")
    first = body_rows(labelled(read_page(files["index.html"]), "h-PRE")[0])[0]
    assert re.fullmatch(r"\d\u00a0\d{3}\u00a0\d{3}", child(first, "td").text or "")


@pytest.mark.parametrize(
    ("part", "whole", "text"),
    [
        (0, 7, "0.0%"),
        (1, 2000, "0.1%"),
        (1, 2001, "0.0%"),
        (2, 3, "66.7%"),
        (7, 7, "100.0%"),
        (9, 4, "225.0%"),
        (1, 0, "–"),
    ],
)
def test_shares_round_half_up_to_one_decimal(part: int, whole: int, text: str) -> None:
    """Exact fractions, no floats."""
    assert percent(share(part, whole), in_english) == text
