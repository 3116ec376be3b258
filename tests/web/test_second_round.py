"""What the public site says of a contest that a second round decides."""

from collections.abc import Iterator

import pytest
from tests.verify.test_second_round import world
from tests.web.reading import Element, read_page, words
from tests.web.second_round import president_results

from urna.election.seats import SecondRound
from urna.record.reader import RecordInMemory
from urna.web.results.evidence import Evidence
from urna.web.results.house import house_of
from urna.web.results.lookup import Lookup
from urna.web.results.page import results_site
from urna.web.results.site import Site
from urna.words import in_english

BETWEEN = "The second round is between Ana Sol and Bruno Mar."


def page(outstanding: int = 0, name: str = "index.html") -> Element:
    """A page in English."""
    return read_page(results_site(*president_results(outstanding), {"en": in_english})[name])


def contest_of(found: Element) -> Element:
    """The president's part of a page."""
    return next(each for each in found.iter() if each.get("id") == "c-PRES")


def rows(found: Element) -> Iterator[list[str]]:
    """Candidates with their votes and what became of them."""
    for row in found.iter("tr"):
        cells = [words(each).strip() for each in row]
        if len(cells) == 4:
            yield [cells[0], cells[3]]


def test_the_overview_says_who_goes_on_and_that_nobody_is_elected() -> None:
    """In a sentence, beside the names, and with the reasons; not that nobody could fill the seat."""
    found = contest_of(page())
    said = words(found)
    assert "Nobody is elected in the first round." in said
    assert BETWEEN in said
    assert "Nobody has the votes that elect in the first round: a second round is held." in said
    assert "Seats that nobody could fill" not in said
    assert "below the threshold" not in said
    marks = {name.split("\n")[0]: mark for name, mark in rows(found) if mark == "second round"}
    assert len(marks) == 2
    assert all(name.startswith(("Ana Sol", "Bruno Mar")) for name in marks)


def test_before_the_end_it_is_said_as_counted_so_far() -> None:
    """With stations outstanding, on the overview and on the page of what can still change."""
    said = words(contest_of(page(3)))
    assert "As counted so far, nobody is elected in the first round." in said
    assert "A second round would be between Ana Sol and Bruno Mar." in said
    assert "Who goes on to a second round is still open." in words(page(9, "outstanding.html"))


def test_the_house_keeps_the_seat_open_for_the_second_round() -> None:
    """One seat, with a letter and words of its own, and no unfilled one."""
    house = house_of(Lookup(*president_results()))
    states = {row.state: row.seats for row in house.rows if not row.code}
    assert states["second-round"] == 1
    assert "unfilled" not in states
    assert house.decided == house.seats - 1
    assert "A second round decides" in words(page())


@pytest.mark.parametrize("outstanding", [0, 3])
def test_persons_on_lists_wait_for_the_second_round(outstanding: int) -> None:
    """Bruno Mar also leads a list, and says so in the results."""
    _, results = president_results(outstanding)
    waiting = {each.contest: each.waits_for_second_round for each in results.elected if each.waits_for_second_round}
    assert waiting == {"NAC": ("PRES",)}


def test_who_is_elected_in_a_first_round_is_told_why() -> None:
    """By the lead, with the numbers, though everybody has the most votes whom they elect."""
    lead = SecondRound(lesser_share="2/5", lead="1/20")
    election, results = president_results(0, lead)
    said = words(contest_of(read_page(results_site(election, results, {"en": in_english})["index.html"])))
    assert "Ana Sol has 186 votes, 28 more than the next" in said
    assert "second round" not in said


def test_what_decided_means_is_said_of_second_rounds_where_there_can_be_one() -> None:
    """On the page of what can still change, and not in elections without any."""
    sentence = "the two that go on to the second are certain, too"
    assert sentence in words(page(3, "outstanding.html"))
    plain = results_site(*president_results(3, None), {"en": in_english})["outstanding.html"]
    assert sentence not in words(read_page(plain))


def test_the_table_of_seats_says_who_goes_on() -> None:
    """1 for two of the four, 0 for the others, nothing for a contest without seats."""
    record = world()
    lookup = Lookup(record.election, record.results(2))
    evidence = Evidence(RecordInMemory(dict(record.publish())))
    tables = Site(lookup, {"en": in_english}, now="2020-12-07T02:00:00Z", evidence=evidence).tables
    (file,) = [each for each in tables.files() if each.stem == "data/seats"]
    table = tables.table(file)
    contest, choice, place = map(table.columns.index, ("contest", "choice", "second_round"))
    found = {(row[contest], row[choice]): row[place] for row in table.rows}
    president = {choice: value for (code, choice), value in found.items() if code == "PRES"}
    assert president == {"PAU": 1, "QUE": 1, "ROS": 0, "SOL": 0}
    assert {value for key, value in found.items() if key[0] == "REF"} == {None}
    assert {value for key, value in found.items() if key[0] in ("NOM-1", "LIST-N")} == {0}
