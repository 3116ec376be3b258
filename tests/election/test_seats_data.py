"""Allocations agree with elections that were held.

The files are read where they lie. Israel's and Austria's hold seats, Norway's direct and levelling seats,
Slovakia's the national seats; the Czech one holds votes by region, and its national result is stated here.
"""

import ast
import csv
from collections import Counter
from fractions import Fraction

import pytest
from tests.election.oracle import NAMES, expected_seats
from tests.shared import shared

from urna.election.seats import AllocationRule, ListThreshold, SeatMethod, Threshold, allocate_seats

AUSTRIA = "data/dhondt-and-pr/austria_national_dhondt_1994_2019.txt"
ISRAEL = "data/dhondt-and-pr/israel_knesset_dhondt_baderofer.txt"
NORWAY = "data/dhondt-and-pr/norway_2021_modified_saintelague.js"
CZECHIA = "data/dhondt-and-pr/cz_psp_2021.csv"
SLOVAKIA = "data/dhondt-and-pr/sk_nr_2020.csv"

FOUR_PERCENT = Threshold(share="4/100")
NORWAY_DIVISORS = SeatMethod.MODIFIED_SAINTE_LAGUE


def coded(votes: list[int]) -> dict[str, int]:
    """Votes by made-up codes, in order: names repeat in the files (two lists are called LINKE)."""
    return {f"L{place:03}": count for place, count in enumerate(votes)}


def seats(rule: AllocationRule, votes: list[int]) -> list[int]:
    """The seats of each list in order, all of them decided."""
    result = allocate_seats("C", rule, coded(votes))
    assert result.undecided is None
    assert result.unfilled == 0
    return list(result.seats().values())


def lines(path: str) -> list[str]:
    """The lines that hold data."""
    return [line for line in shared(path).read_text(encoding="utf-8").splitlines() if line.strip()]


def test_austria_1994_to_2019_is_dhondt() -> None:
    """183 seats among the lists of at least four percent: nine elections, each list's seats."""
    elections = [ast.literal_eval(line.split("#")[0].strip()) for line in lines(AUSTRIA)]
    assert len(elections) == 9
    for year, _names, votes, official in elections:
        rule = AllocationRule(method=SeatMethod.DHONDT, seats=183, threshold=FOUR_PERCENT)
        assert seats(rule, votes) == official, year


def test_israel_is_dhondt_twice() -> None:
    """120 seats among the alliances of surplus votes, then each alliance's among its own lists."""
    elections = [line.strip()[1:-1] for line in lines(ISRAEL)]
    assert len(elections) == 4
    for election in elections:
        votes, official = (_sums(part) for part in election.split("], [")[1:3])
        dhondt = AllocationRule(method=SeatMethod.DHONDT, seats=120)
        together = seats(dhondt, [sum(alliance) for alliance in votes])
        assert together == [sum(alliance) for alliance in official]
        for alliance, own in zip(votes, official, strict=True):
            assert seats(AllocationRule(method=SeatMethod.DHONDT, seats=sum(own)), alliance) == own


def _sums(part: str) -> list[list[int]]:
    return [[int(term) for term in one.split("+")] for one in part.split("]", maxsplit=1)[0].split(",")]


class Norway:
    """The constituencies of 2021: votes, direct seats and levelling seats of each list."""

    def __init__(self) -> None:
        text = shared(NORWAY).read_text(encoding="utf-8").split("`")[1].replace("Ø", "O")
        rows = [line.split(";") for line in text.splitlines() if line.strip()]
        self.votes: dict[str, dict[str, int]] = {}
        self.direct: dict[str, dict[str, int]] = {}
        self.levelling: dict[str, Counter[str]] = {}
        for row in rows:
            place, party, count, all_seats, levelling = row[1], row[6], *map(int, (row[12], row[14], row[15]))
            self.votes.setdefault(place, {})[party] = count
            self.direct.setdefault(place, {})[party] = all_seats - levelling
            self.levelling.setdefault(place, Counter())[party] = levelling

    def national(self) -> Counter[str]:
        """The votes of each list in the nation."""
        total: Counter[str] = Counter()
        for votes in self.votes.values():
            total.update(votes)
        return total

    def levelling_by_party(self) -> Counter[str]:
        """The levelling seats of each list in the nation, by modified Sainte-Laguë as Valgloven § 11-6 says.

        All 169 seats among the lists of at least four percent; a list that holds more direct seats than that
        gives it keeps them, and it and they leave the sum; the rest is shared again until nobody does.
        """
        votes = self.national()
        all_votes = votes.total()
        held: Counter[str] = Counter()
        for direct in self.direct.values():
            held.update(direct)
        leave = {party for party in votes if votes[party] * 25 < all_votes}
        while True:
            house = 169 - sum(held[party] for party in leave)
            taking = {party: count for party, count in votes.items() if party not in leave}
            rule = AllocationRule(method=NORWAY_DIVISORS, seats=house)
            due = allocate_seats("NORWAY", rule, taking).seats()
            over = {party for party in due if held[party] > due[party]}
            if not over:
                return Counter({party: due[party] - held[party] for party in due})
            leave |= over

    def place_levelling_seats(self) -> dict[str, Counter[str]]:
        """One seat a constituency, by the quotients of § 11-6 (5), relative to its votes per direct seat."""
        left, placed = self.levelling_by_party(), {place: Counter[str]() for place in self.votes}
        quotients = [
            (self._relative_quotient(place, party), place, party)
            for place in self.votes
            for party in left
            if party in self.votes[place]
        ]
        for _, place, party in sorted(quotients, reverse=True):
            if left[party] and not placed[place]:
                placed[place][party] += 1
                left[party] -= 1
        return placed

    def _relative_quotient(self, place: str, party: str) -> Fraction:
        own = Fraction(self.votes[place][party], 2 * self.direct[place][party] + 1)
        return own * sum(self.direct[place].values()) / sum(self.votes[place].values())


def test_norways_direct_seats_are_modified_sainte_lague() -> None:
    """Nineteen constituencies of 2021, each list's direct seats, first divisor 7/5."""
    norway = Norway()
    assert len(norway.votes) == 19
    for place, direct in norway.direct.items():
        rule = AllocationRule(method=NORWAY_DIVISORS, seats=sum(direct.values()), first_divisor="7/5")
        result = allocate_seats("C", rule, norway.votes[place])
        assert result.undecided is None
        assert result.seats() == direct, place


def test_another_first_divisor_would_not_be_norways() -> None:
    """With 1 in place of 7/5 some constituency comes out differently: the figures can tell them apart."""
    norway = Norway()
    different = 0
    for place, direct in norway.direct.items():
        plain = AllocationRule(method=SeatMethod.SAINTE_LAGUE, seats=sum(direct.values()))
        different += seats(plain, list(norway.votes[place].values())) != list(direct.values())
    assert different


def test_norways_levelling_seats_follow_from_the_national_allocation() -> None:
    """The nineteen levelling seats, by list and by constituency, from the same allocation of 169 seats."""
    norway = Norway()
    official: Counter[str] = Counter()
    for levelling in norway.levelling.values():
        official.update(levelling)
    assert +norway.levelling_by_party() == +official
    assert {place: +own for place, own in norway.place_levelling_seats().items()} == {
        place: +own for place, own in norway.levelling.items()
    }


def slovakia() -> tuple[dict[str, int], dict[str, int], tuple[str, ...]]:
    """Votes and seats by code, and the codes of the coalitions."""
    rows = list(csv.reader(lines(SLOVAKIA), delimiter=";"))
    votes = {f"L{place:03}": int(row[2]) for place, row in enumerate(rows)}
    official = {f"L{place:03}": int(row[3]) for place, row in enumerate(rows)}
    return votes, official, tuple(f"L{place:03}" for place, row in enumerate(rows) if row[1] == "1")


def test_slovakia_2020_is_droop_with_a_higher_threshold_for_the_coalition() -> None:
    """150 seats; five percent, seven for the coalition of two, which falls short by some 900 votes."""
    votes, official, coalitions = slovakia()
    assert len(coalitions) == 1
    own = tuple(ListThreshold(code=code, share="7/100") for code in coalitions)
    threshold = Threshold(share="5/100", lists=own)
    result = allocate_seats("NRSR", AllocationRule(method=SeatMethod.DROOP, seats=150, threshold=threshold), votes)
    assert result.seats() == official
    assert result.undecided is None
    # The law's quota is V/(S+1) rounded to the nearest; Droop's, rounded up, is the same number here.
    passed = sum(count for code, count in votes.items() if official[code])
    assert result.quota == f"{round(Fraction(passed, 151))}/1" == "13650/1"


def test_without_its_own_threshold_the_slovak_coalition_would_sit() -> None:
    """The override decides: at five percent for all, the coalition has seats."""
    votes, _, (coalition,) = slovakia()
    rule = AllocationRule(method=SeatMethod.DROOP, seats=150, threshold=Threshold(share="5/100"))
    assert allocate_seats("NRSR", rule, votes).seats_of(coalition) > 0


class Czechia:
    """The votes of 2021 by region, and the three acts of law 247/1995 as amended in 2021, §§ 48 to 51."""

    def __init__(self) -> None:
        rows = list(csv.reader(lines(CZECHIA), delimiter=";"))
        self.names = {f"L{place:03}": row[0] for place, row in enumerate(rows[1:])}
        self.regions = {
            f"K{region:02}": {f"L{place:03}": int(row[region]) for place, row in enumerate(rows[1:])}
            for region in range(1, len(rows[0]))
        }

    def seats_of_regions(self) -> dict[str, int]:
        """200 seats among the regions by the votes cast in each."""
        rule = AllocationRule(method=SeatMethod.HARE, seats=200)
        return allocate_seats(
            "REGIONS", rule, {region: sum(votes.values()) for region, votes in self.regions.items()}
        ).seats()

    def lists_that_passed(self) -> set[str]:
        """Five percent in the nation, eight for two parties together, eleven for more."""
        code = {name: code for code, name in self.names.items()}
        own = (
            ListThreshold(code=code["SPOLU"], share="11/100"),
            ListThreshold(code=code["Piráti+STAN"], share="8/100"),
        )
        rule = AllocationRule(method=SeatMethod.DHONDT, seats=200, threshold=Threshold(share="5/100", lists=own))
        nation: Counter[str] = Counter()
        for votes in self.regions.values():
            nation.update(votes)
        result = allocate_seats("NATION", rule, nation)
        return {one.code for one in result.lists if one.standing == "passed"}

    def national_seats(self) -> dict[str, int]:
        """Whole quotas in each region, and what stays over by largest remainders in the nation."""
        passed, seats, rest = self.lists_that_passed(), Counter[str](), Counter[str]()
        for region, house in self.seats_of_regions().items():
            votes = {code: count for code, count in self.regions[region].items() if code in passed}
            price = _nearest(sum(votes.values()), house + 2)
            whole = {code: count // price for code, count in votes.items()}
            rest.update({code: count % price for code, count in votes.items()})
            for code in sorted(votes, key=lambda code: votes[code] % price)[: max(0, sum(whole.values()) - house)]:
                whole[code] -= 1  # § 50 (3): one too many is taken from the smallest remainder
            seats.update(whole)
        left = AllocationRule(method=SeatMethod.DROOP, seats=200 - seats.total())
        seats.update(allocate_seats("REST", left, rest).seats())
        return {self.names[code]: count for code, count in seats.items()}


def _nearest(numerator: int, denominator: int) -> int:
    return (2 * numerator + denominator) // (2 * denominator)


def test_czechia_2021_comes_out_as_announced() -> None:
    """Regions' seats by Hare, thresholds by kind of list, the rest by largest remainder: 72, 71, 37, 20."""
    czechia = Czechia()
    assert sorted(czechia.seats_of_regions().values()) == [
        5, 8, 10, 10, 11, 11, 12, 12, 13, 14, 22, 23, 23, 26,
    ]  # fmt: skip
    assert czechia.national_seats() == {"ANO": 72, "SPOLU": 71, "Piráti+STAN": 37, "SPD": 20}


@pytest.mark.parametrize("method", list(NAMES))
def test_czech_regions_agree_with_the_oracle(method: SeatMethod) -> None:
    """Fourteen regions' real votes by four methods, as the package apportionment has them."""
    czechia = Czechia()
    for region, house in czechia.seats_of_regions().items():
        votes = list(czechia.regions[region].values())
        expected = expected_seats(method, votes, house)
        assert seats(AllocationRule(method=method, seats=house), votes) == expected, region
