"""Check 17 on the sheets: every vote that a station shows follows from the ciphertexts of its cast ballots.

    sheet of the closing    R on the sheet opens the sum of the ciphertexts to exactly these votes
    correction              the votes that the sheet of the closing proves, or an opened sum of exactly this station;
                            every contest that an earlier sheet showed

A station's sheets need nothing of any other station, so they are checked in any order and in several processes.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from urna.ballot.keys import JointKeys
from urna.crypto import scalars
from urna.crypto.elgamal import Ciphertext
from urna.crypto.group import base_times, subtract, times
from urna.crypto.joint_opening import VotesTable
from urna.encoding.canonical import Code
from urna.errors import UrnaError
from urna.record.layout import sheet_path
from urna.tally.proof import check_sum
from urna.tally.sheet import ContestTally, OptionVotes
from urna.verify.report import Check, Finding, finding
from urna.words import Sentence

MOST_SEARCHED = 10_000_000
"""The greatest number of votes that is searched for, to name what a sum really holds."""

Votes = tuple[int, ...]
"""Of one contest, in ballot order."""


class SheetSaid(NamedTuple):
    """What a sheet says of its contests."""

    sequence: int
    contests: tuple[ContestTally, ...]


class SheetClaim(NamedTuple):
    """A station's sheets, and what they have to follow from."""

    station: Code
    sheets: tuple[SheetSaid, ...]
    """In their sequence."""
    sums: Mapping[Code, Sequence[Ciphertext]] | None
    """By contest, for each option in ballot order, over the cast ballots; None if they cannot be made."""
    opened: Mapping[Code, Votes]
    """By contest, the votes that the guardians opened of exactly this station."""


def prove_sheets(keys: JointKeys, claim: SheetClaim) -> tuple[Finding, ...]:
    """What on a station's sheets does not follow from its ciphertexts."""
    proven: dict[Code, Votes] = dict(claim.opened)
    findings: list[Finding] = []
    known: set[Code] = set()
    for sheet in claim.sheets:
        shown = [tally for tally in sheet.contests if tally.votes is not None]
        hidden = sorted(known - {tally.contest for tally in shown})
        findings += [_find(claim, sheet, _taken_back(claim.station, contest)) for contest in hidden]
        known |= {tally.contest for tally in shown}
        if claim.sums is None and shown:
            findings.append(_find(claim, sheet, _not_summed(claim.station)))
        elif claim.sums is not None and sheet.sequence == 0:
            wrong = list(_unproven(keys, claim.station, shown, claim.sums))
            findings += [_find(claim, sheet, sentence) for _, sentence in wrong]
            proven |= _proven(shown, {contest for contest, _ in wrong})
        else:
            findings += [_find(claim, sheet, sentence) for sentence in _uncorrected(claim.station, shown, proven)]
    return tuple(findings)


def _proven(shown: Iterable[ContestTally], wrong: set[Code]) -> dict[Code, Votes]:
    return {tally.contest: _votes(tally) for tally in shown if tally.contest not in wrong}


def _unproven(
    keys: JointKeys, station: Code, shown: Iterable[ContestTally], sums: Mapping[Code, Sequence[Ciphertext]]
) -> Iterator[tuple[Code, Sentence]]:
    """The options of the sheet of the closing whose votes are not proven, each with its contest."""
    for tally in shown:
        totals = sums.get(tally.contest, ())
        if len(totals) != len(tally.votes or ()):
            yield tally.contest, _no_such_contest(station, tally)
            continue
        for each, total in zip(tally.votes or (), totals, strict=True):
            if each.nonce is None or not _opens(keys, total, each.votes, bytes.fromhex(each.nonce)):
                values: dict[str, str | int] = {"station": station, "contest": tally.contest, "option": each.option}
                values |= {"left": each.votes, "right": _held(keys, total, each, tally.ballots)}
                sentence = Sentence(
                    "Station {station}, contest {contest}, option {option}: {left} votes on the sheet, {right} in the "
                    "ciphertexts by its sum of nonces.",
                    values,
                )
                yield tally.contest, sentence


def _opens(keys: JointKeys, total: Ciphertext, votes: int, nonce: bytes) -> bool:
    try:
        check_sum(keys, total, votes, nonce)
    except UrnaError:
        return False
    return True


def _held(keys: JointKeys, total: Ciphertext, said: OptionVotes, ballots: int) -> int | str:
    """The votes that the sum really holds, if the sum of nonces is right; "-" if nothing says so."""
    try:
        nonce = scalars.check_scalar(bytes.fromhex(said.nonce or ""))
        if base_times(nonce) != total.alpha:
            return "-"
        held = subtract(total.beta, times(nonce, keys.votes))
        return VotesTable(keys.votes, min(ballots, MOST_SEARCHED)).find(held)
    except UrnaError:
        return "-"


def _uncorrected(station: Code, shown: Iterable[ContestTally], proven: Mapping[Code, Votes]) -> Iterator[Sentence]:
    """The contests of a correction with votes that nothing proves, or that are proven to be others."""
    for tally in shown:
        expected = proven.get(tally.contest)
        values: dict[str, str | int] = {"station": station, "contest": tally.contest}
        if expected is None:
            yield Sentence(
                "Station {station}, contest {contest}: a correction shows votes, and nothing proves them.", values
            )
        elif _votes(tally) != expected:
            pairs = zip(tally.votes or (), expected, strict=False)
            changed = next(((each, right) for each, right in pairs if each.votes != right), None)
            if changed is not None:
                values |= {"option": changed[0].option, "left": changed[0].votes, "right": changed[1]}
                yield Sentence(
                    "Station {station}, contest {contest}, option {option}: a correction says {left} votes, {right} "
                    "are proven.",
                    values,
                )
            else:
                yield _no_such_contest(station, tally)


def _votes(tally: ContestTally) -> Votes:
    return tuple(each.votes for each in tally.votes or ())


def _no_such_contest(station: Code, tally: ContestTally) -> Sentence:
    return Sentence(
        "Station {station}, contest {contest}: votes for options that its encrypted ballots do not have.",
        {"station": station, "contest": tally.contest},
    )


def _taken_back(station: Code, contest: Code) -> Sentence:
    """Votes that were proven would vanish from the totals, and nobody could put them back."""
    return Sentence(
        "Station {station}, contest {contest}: a correction takes back the votes that an earlier sheet showed.",
        {"station": station, "contest": contest},
    )


def _not_summed(station: Code) -> Sentence:
    return Sentence(
        "Station {station}: its encrypted ballots cannot be added up, so nothing proves the votes on its sheet.",
        {"station": station},
    )


def _find(claim: SheetClaim, sheet: SheetSaid, sentence: Sentence) -> Finding:
    return finding(Check.CIPHERTEXTS, sentence, file=sheet_path(claim.station, sheet.sequence), station=claim.station)
