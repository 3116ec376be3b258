"""From the results of a first round to the folder of the second one's definition."""

from pathlib import Path
from typing import NoReturn

from urna.cli.screen import out
from urna.cli.words import say
from urna.election.definition import Contest, Election
from urna.election.second_round_folder import second_round_files
from urna.election.signing import open_definition
from urna.encoding.canonical import Code
from urna.encoding.document import open_document
from urna.errors import Malformed, OutOfOrder, Unproven
from urna.record.keys import log_verifier
from urna.record.layout import MAX_BYTES, Kind
from urna.storage.definition_folder import read_limited, write_definition_folder
from urna.tally.results import Results
from urna.words import N_, Sentence


def write_second_round(note: Path, results: Path, code: Code, folder: Path) -> None:
    """1. The first round's definition and results. 2. Who goes on. 3. The folder. 4. What is left for people to do.

    Raises:
        Malformed: not such files, or no contest with this code.
        Findings, Unproven: signatures fail, or the results are of another election.
        OutOfOrder: the results are not final, nobody goes on or not yet, or the folder has a definition already.
    """
    election = open_definition(read_limited(note), str(note))
    announced = open_results(election, results)
    contest = election.contests.get(code)
    if contest is None:
        raise Malformed(
            Sentence("a contest of the definition"),
            Sentence("{code}", {"code": code}),
            Sentence("Use one of its codes; `urna election show` lists them."),
            str(note),
        )
    going_on = who_goes_on(announced, contest, str(results))
    write_definition_folder(folder, second_round_files(election, contest, going_on))
    names = {choice.code: choice.name for choice in contest.choices}
    one, other = (names[each] for each in going_on)
    out.print(say("Second round of {code}: {one} and {other}.", code=code, one=one, other=other), markup=False)
    line = N_("Write the times, the title and a new key of the log, then: urna election check {folder}")
    out.print(say(line, folder=str(folder)), markup=False)


def open_results(election: Election, path: Path) -> Results:
    """An edition of this election's results, signed by its log's key.

    Raises:
        Malformed: not results.
        Unproven: of another election, or the signature fails.
    """
    data = read_limited(path, MAX_BYTES[Kind.RESULTS])
    results = open_document(data, Results, [log_verifier(election)], 1, str(path))
    if results.election != election.identity:
        raise Unproven(
            Sentence("results of this election"),
            Sentence("those of another one"),
            Sentence("Give the results of the definition's own record."),
            str(path),
        )
    return results


def who_goes_on(results: Results, contest: Contest, where: str) -> tuple[Code, ...]:
    """The two who go on from the first round of a contest.

    Raises:
        OutOfOrder: the results are provisional, the contest has no second round or needs none, or a tie is open.
    """
    result = next((each for each in results.seats if each.contest == contest.code), None)
    if results.status != "final":
        _refuse(Sentence("provisional ones"), Sentence("Wait until every station has a sheet or a decision."), where)
    if result is None or result.second_round is None:
        found = Sentence("none in {contest}", {"contest": contest.code})
        _refuse(found, Sentence("Nothing is to be done: the results say who is elected, or why nobody is."), where)
    if not result.second_round.between:
        found = Sentence("a tie that leaves open who goes on")
        _refuse(found, Sentence("Draw the lot in public, or let the law decide, and publish the results again."), where)
    return result.second_round.between


def _refuse(found: Sentence, remedy: Sentence, where: str) -> NoReturn:
    raise OutOfOrder(Sentence("final results with two who go on to a second round"), found, remedy, where)
