"""Piles of slips that say what the sheets of a small record say, and what people read in them when a round is drawn."""

from collections.abc import Mapping, Sequence
from typing import Any

from urna.audit.contest_tables import Audited
from urna.audit.reading_rules import contests_read
from urna.audit.rounds import DrawRound
from urna.audit.seed import DrawCommitment
from urna.audit.slip_reading import SlipReading
from urna.audit.slip_sums import Slip, make_reading, slips_by_box, sums_of_slips
from urna.election.definition import Election
from urna.tally.sheet import ContestTally, TallySheet

Pile = Sequence[Mapping[str, frozenset[str]]]
"""A box's slips from the top, each with the options that are marked in each contest."""


def pile_of(sheet: TallySheet) -> Pile:
    """Slips with the votes of a sheet, each contest's options one after the other; withheld contests are blank."""
    slips: list[dict[str, set[str]]] = [{} for _ in range(sheet.cast)]
    for tally in sheet.contests:
        for place, option in enumerate(_votes(tally)):
            slips[place % tally.ballots].setdefault(tally.contest, set()).add(option)
    return [{contest: frozenset(marks) for contest, marks in slip.items()} for slip in slips]


def piles_of(sheets: Mapping[str, TallySheet], election: Election) -> dict[str, Pile]:
    """The piles of all boxes; of a box that withholds its votes half are for each contest's first option."""
    piles = {station: pile_of(sheet) for station, sheet in sheets.items()}
    for station, sheet in sheets.items():
        hidden = [tally.contest for tally in sheet.contests if tally.votes is None]
        marks = {code: frozenset([election.contests[code].options[0].code]) for code in hidden}
        piles[station] = [{**slip, **marks} if place % 2 else slip for place, slip in enumerate(piles[station])]
    return piles


def swap(pile: Pile, contest: str, one: str, other: str) -> Pile:
    """The same slips with the one option's votes the other's, and the other way round."""
    names = {one: other, other: one}
    return [
        {
            code: frozenset(names.get(mark, mark) for mark in marks) if code == contest else marks
            for code, marks in slip.items()
        }
        for slip in pile
    ]


def slips_of(piles: Mapping[str, Pile], drawn: DrawRound, stations: Sequence[str], contest: str) -> list[Slip]:
    """What the drawn slips of some boxes say of a contest; a position beyond its pile is not found."""
    return [
        (piles[box][slip.position - 1].get(contest, frozenset()), slip.draws)
        if slip.position <= len(piles[box])
        else (None, slip.draws)
        for box, slips in slips_by_box(drawn).items()
        if box in stations
        for slip in slips
    ]


def read_round(
    audited: Audited, commitment: DrawCommitment, drawn: DrawRound, piles: Mapping[str, Pile], **found: Any
) -> SlipReading:
    """The reading of a round; `found` says which boxes are lost or too full."""
    election, sums = audited.election, []
    there = {box: () if box in found.get("lost", ()) else pile for box, pile in piles.items()}
    for contest in contests_read(election, commitment, audited.manifest, drawn):
        stations = [box for box in piles if contest in election.contests_of_station(box)]
        sums.append(sums_of_slips(contest, slips_of(there, drawn, stations, contest.code)))
    return make_reading(drawn, sums, ("Ana Paz", "Eva Sol"), **found)


def _votes(tally: ContestTally) -> list[str]:
    return [each.option for each in tally.votes or () for _ in range(each.votes)]
