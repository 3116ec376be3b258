"""Codes to show: a small true record of encrypted ballots, and a station with a thousand of them."""

import random
from functools import cache
from pathlib import Path

from tests.verify.encrypted_world import EncryptedWorld, build_encrypted
from tests.web.spanish import in_spanish

from urna.ballot.published import BallotList, PublishedBallot
from urna.election.definition import Election
from urna.election.outcomes import BallotState
from urna.encoding.document import read_document
from urna.record.layout import results_path
from urna.record.reader import RecordInMemory
from urna.tally.results import Results
from urna.tally.rules_votes import ballots_root
from urna.verify.code_search import Opened, open_for_codes
from urna.verify.pins import Pins
from urna.web.results.codes import StationCodes, codes_site, prove_codes, station_codes
from urna.web.results.page import results_site
from urna.words import Say, in_english

STATES = (BallotState.CAST,) * 60 + (BallotState.VOID, BallotState.CHALLENGED)


@cache
def world() -> EncryptedWorld:
    """The small record; never to be changed."""
    return build_encrypted()


@cache
def opened() -> Opened:
    """Its folder, ready to be looked for codes in."""
    return open_for_codes(RecordInMemory(world().publish()), Pins())


def edition() -> Results:
    """Its last results."""
    return read_document(world().files[results_path(2)], Results)


def codes_of(station: str) -> StationCodes:
    """The codes of one of its stations."""
    return station_codes(opened(), station)


def without_ballots(station: str) -> StationCodes:
    """A station of which the record has no list."""
    return StationCodes(station, (), "", ())


def whole_site(languages: dict[str, Say]) -> dict[str, bytes]:
    """The pages of results and codes of the small record."""
    election, results = world().election, edition()
    stations = map(codes_of, election.stations)
    return results_site(election, results, languages) | dict(codes_site(election, results, stations, languages))


@cache
def site() -> dict[str, bytes]:
    """These pages in Spanish and English."""
    return whole_site({"es": in_spanish, "en": in_english})


def write_whole_site(folder: Path) -> Path:
    """These pages, on disk."""
    for name, data in site().items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)
    return folder


def crowded(count: int = 1000) -> StationCodes:
    """Codes of a station with so many ballots, without their ciphertexts."""
    chance, election = random.Random("crowded"), world().election
    ids = sorted(chance.randbytes(16).hex() for _ in range(count))
    ballots = tuple(
        PublishedBallot(id=each, state=chance.choice(STATES), style=_style(election), hash=chance.randbytes(32).hex())
        for each in ids
    )
    listed = BallotList(election=election.identity, station="A-01", ballots=ballots)
    codes = {each: chance.randbytes(20) for each in ids}
    return prove_codes(listed, codes, ballots_root(listed), ())


def _style(election: Election) -> str:
    return election.stations["A-01"].styles[0].style
