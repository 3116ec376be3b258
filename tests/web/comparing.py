"""Parts of a page held against parts of the record."""

from decimal import ROUND_HALF_UP, Decimal

from tests.web.examples import Shown
from tests.web.reading import Element, body_rows, child, figure, labelled, numbers, words

from urna.tally.results import ContestTotal, Turnout


def rounded(part: int, whole: int, decimal_mark: str) -> str:
    """A share with one decimal, by another arithmetic than the page's."""
    if not whole:
        return "–"
    value = (Decimal(100 * part) / Decimal(whole)).quantize(Decimal("0.1"), ROUND_HALF_UP)
    return str(value).replace(".", decimal_mark)


def check_contest(shown: Shown, table: Element, total: ContestTotal, *, own: bool, mark: str) -> None:
    """The table's rows are the total's choices: votes, shares, cards and, where it is decided, seats."""
    election, results = shown
    contest = election.contests[total.contest]
    votes = {each.choice: each.votes for each in total.choices}
    valid = sum(votes.values())
    won = next((r.seats() for r in results.seats if r.contest == contest.code and own), None)
    cards = {choice.code: [o.code for o in contest.options if o.choice == choice.code] for choice in contest.choices}
    by_option = {each.option: each.votes for each in total.votes}
    rows = body_rows(table)
    in_order = sorted(contest.choices, key=lambda choice: -votes[choice.code])
    assert len(rows) == len(in_order)
    for row, choice in zip(rows, in_order, strict=True):
        cells = row.findall("td")
        assert child(row, "th/bdi").text == choice.name
        assert figure(cells[0]) == votes[choice.code]
        assert words(cells[1]).split()[0].rstrip("%") == rounded(votes[choice.code], valid, mark)
        if len(cards[choice.code]) > 1:
            small = child(row, "th/span[@class='cards']")
            assert numbers(words(small)) == [by_option[code] for code in cards[choice.code]]
        if won is None:
            assert len(cells) == 2
        elif contest.kind == "list":
            assert figure(cells[2]) == won[choice.code]
        else:
            assert bool(words(cells[2])) == bool(won[choice.code])


def check_sums(part: Element, total: ContestTotal) -> None:
    """The line below a contest's table."""
    sums = child(part, "p[@class='sums']")
    counted = [total.stations_counted, total.stations_expected]
    assert numbers(" ".join("".join(b.itertext()) for b in sums.findall("b"))) == [
        total.ballots,
        sum(each.votes for each in total.choices),
        total.undervotes,
        *counted,
    ]


def check_places(page: Element, title: str, expected: list[Turnout], names: list[str], mark: str) -> None:
    """The turnout table with this label."""
    rows = [row for table in labelled(page, title) for row in body_rows(table)]
    assert len(rows) == len(expected)
    for row, turnout, name in zip(rows, expected, names, strict=True):
        cells = row.findall("td")
        head = child(row, "th")
        assert name in words(head)
        stations = [turnout.stations_counted, turnout.stations_expected]
        assert numbers(words(child(head, "span")))[-2:] == stations
        assert words(cells[0]).split()[0].rstrip("%") == rounded(turnout.identified, turnout.registered_counted, mark)
        assert figure(cells[1]) == turnout.identified
        assert numbers(words(child(cells[1], "span"))) == [turnout.registered_counted]
        assert figure(cells[2]) == turnout.cast
