"""The lost-guardian drill: who can still open the totals when some are gone, in memory, with throwaway keys.

Each step says who does what, and shows that it works: guardians may be lost as long as enough are left, too few open
nothing, and one who answers falsely is named.
"""

import secrets

from urna.ballot.ceremony import guardians_of
from urna.cli.drill_screen import claim, say_end, tell
from urna.cli.screen import out
from urna.cli.words import say
from urna.crypto.group import times
from urna.crypto.joint_opening import VotesTable, votes_point
from urna.crypto.threshold import combine_points
from urna.election.folder import read_folder
from urna.errors import UrnaError
from urna.guardian.rehearsal import (
    HeldCeremony,
    RehearsedDefinition,
    hold_ceremony,
    open_aggregates,
    rehearsed_definition,
    rehearsed_request,
)
from urna.guardian.request import OpeningRequest
from urna.storage.definition_folder import example_files
from urna.tally.decryption import check_opening, targets
from urna.words import N_

STEPS = (
    N_("Five guardians hold the key ceremony, each on a machine of their own. Any three are to open totals."),
    N_("After the election all five open the sums of the ballots that were withheld."),
    N_("Guardians 2 and 5 are lost, with their machines. The three who are left open the same sums again."),
    N_("A third one does not come. Two are left."),
    N_("The two take what their machines hold and combine it with a program of their own."),
)


def run_drill() -> bool:
    """The whole drill, told step by step as in `STEPS`; True when each claim turned out true."""
    out.print(say("Rehearsal: guardians are lost. All keys are made now and thrown away."), style="bold", markup=False)
    claims: list[bool] = []
    rehearsed = rehearsed_definition(read_folder(example_files()), secrets.token_bytes)
    tell(1, STEPS[0])
    held = hold_ceremony(rehearsed.election, rehearsed.guardians, secrets.token_bytes)
    claims += claim(say("All signed one joint key"), len(held.states) == len(guardians_of(rehearsed.election)))
    request = rehearsed_request(rehearsed.election, held.keys, secrets.token_bytes)
    tell(2, STEPS[1])
    held, first = _open(rehearsed, held, request, [1, 2, 3, 4, 5])
    claims += claim(say("The sums are open and proven"), bool(first))
    tell(3, STEPS[2])
    held, second = _open(rehearsed, held, request, [1, 3, 4])
    claims += claim(say("They find the same numbers"), bool(first) and first == second)
    tell(4, STEPS[3])
    _, third = _open(rehearsed, held, request, [1, 3])
    claims += claim(say("Their machines refuse: nothing is open"), not third)
    tell(5, STEPS[4])
    claims += claim(say("It gives no number that is one of votes"), not _combine_two(rehearsed, held, request))
    say_end(all(claims), say("The drill did NOT end as it should: make no key before this is understood."))
    return all(claims)


def _open(
    rehearsed: RehearsedDefinition, held: HeldCeremony, request: OpeningRequest, guardians: list[int]
) -> tuple[HeldCeremony, list[int]]:
    """The votes that these guardians open, checked as any verifier does; none if they cannot."""
    try:
        held, openings = open_aggregates(rehearsed.election, held, request, guardians, secrets.token_bytes)
        for opening, asked in zip(openings, request.aggregates, strict=True):
            check_opening(rehearsed.election, held.keys, opening, asked.ciphertexts)
    except UrnaError as error:
        out.print(say("     The machine says: expected {what}.", what=say(error.expected)), style="dim", markup=False)
        return held, []
    return held, [option.votes for opening in openings for option in opening.options]


def _combine_two(rehearsed: RehearsedDefinition, held: HeldCeremony, request: OpeningRequest) -> bool:
    """Whether two real shares open the first sum."""
    asked = request.aggregates[0]
    target = targets(rehearsed.election, held.keys, asked.planned, asked.ciphertexts)[0]
    shares = {index: times(held.states[index - 1].votes_share, target.alpha) for index in (1, 3)}
    try:
        VotesTable(target.key, asked.planned.ballots).find(votes_point(target, combine_points(shares)))
    except UrnaError:
        return False
    return True
