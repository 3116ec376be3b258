"""The example with a president elected by majority in two rounds: nobody has it, and two of four go on."""

from functools import cache

import msgspec
from tests.web.examples import Shown, results_of

from urna.election.definition import Candidate, Choice, Contest, ContestKind, Election, Option, SeatRule
from urna.election.folder import read_folder
from urna.election.seats import SecondRound
from urna.storage.definition_folder import example_files
from urna.tally.results import StationState

PARTIES = ("AURORA", "FARO", "COMETA", "RAIZ")
NAMES = ("Ana Sol", "Bruno Mar", "Carla Luz", "Diego Paz")


@cache
def president_results(outstanding: int = 0, second: SecondRound | None = SecondRound()) -> Shown:  # noqa: B008 - frozen
    """So many stations are outstanding; PRES-2 also leads the list of FARO."""
    definition = read_folder(example_files())
    nation = next(each for each in definition.contests if each.code == "NAC")
    faro = next(each for each in nation.choices if each.party == "FARO")
    people = ["PRES-1", faro.nominees[0], "PRES-3", "PRES-4"]
    choices = tuple(
        Choice(code=f"PRES-{number}", name=name, party=party, nominees=(person,))
        for number, (name, party, person) in enumerate(zip(NAMES, PARTIES, people, strict=True), start=1)
    )
    president = Contest(
        code="PRES",
        kind=ContestKind.NOMINAL,
        title={"es": "Presidencia", "en": "President"},
        territory=nation.territory,
        options=tuple(Option(code=each.code, name=each.name, party=each.party, choice=each.code) for each in choices),
        choices=choices,
        seat_rule=SeatRule(method="majority", seats=1, second_round=second),
    )
    known = {each.code for each in definition.candidates}
    new = tuple(Candidate(code=code, name=name) for code, name in zip(people, NAMES, strict=True) if code not in known)
    election = Election(
        msgspec.structs.replace(
            definition,
            candidates=(*definition.candidates, *new),
            contests=(president, *definition.contests),
            styles=tuple(
                msgspec.structs.replace(each, contests=("PRES", *each.contests)) for each in definition.styles
            ),
        )
    )
    absent = dict.fromkeys(list(election.stations)[:outstanding], StationState.OUTSTANDING)
    return election, results_of(election, absent, corrected=[], status="provisional" if absent else "final")
