"""The request that a guardian's machine makes from a public record."""

from functools import cache

import msgspec
import pytest
from tests.verify.encrypted_world import EncryptedWorld, build_encrypted

from urna.crypto.elgamal import Ciphertext
from urna.encoding.document import read_document, sign_document
from urna.errors import OutOfOrder, Unproven
from urna.guardian.from_record import VerifiedRecord, request_of_record
from urna.guardian.request import check_request
from urna.record.layout import Kind, place_of
from urna.record.reader import RecordInMemory
from urna.tally.results import Results, StationResult, StationState
from urna.verify.engines import Plain


@cache
def world() -> EncryptedWorld:
    """Four stations, opened already."""
    return build_encrypted()


def files(*, opened: bool) -> dict[str, bytes]:
    """The record's files, with or without what the guardians opened."""
    found = dict(world().files)
    return found if opened else {path: data for path, data in found.items() if not _is_opening(path)}


def _is_opening(path: str) -> bool:
    place = place_of(path)
    return place is not None and place.kind is Kind.AGGREGATE


def record(found: dict[str, bytes]) -> VerifiedRecord:
    """As it lies there."""
    return VerifiedRecord(RecordInMemory(found), world().election, world().joint)


@pytest.mark.slow
def test_the_request_is_what_follows_from_the_record() -> None:
    """The sets that the plan opens, each with the sums of the cast ballots of its stations, and no other ballot."""
    request = request_of_record(record(files(opened=False)), world().election, Plain())
    check_request(world().election, request)
    assert request.aggregates
    for each in request.aggregates:
        sums = world().sums(each.planned.contest, each.planned.stations)
        assert each.ciphertexts == tuple(Ciphertext(*one) for one in sums)
    assert [each.planned.serial for each in request.aggregates] == list(range(1, len(request.aggregates) + 1))


@pytest.mark.slow
def test_what_was_opened_is_not_asked_for_again() -> None:
    """With every opening in the record nothing is left; with one taken away that one is asked for, numbered anew."""
    with pytest.raises(OutOfOrder):
        request_of_record(record(files(opened=True)), world().election, Plain())
    found = files(opened=True)
    last = max(path for path in found if _is_opening(path))
    missing = world().aggregate(int(last.split("/")[1].split(".")[0]))
    del found[last]
    request = request_of_record(record(found), world().election, Plain())
    assert [each.planned for each in request.aggregates] == [missing.planned]


@pytest.mark.slow
def test_a_ballot_that_is_not_proven_stops_the_request() -> None:
    """One byte of one file; the station is named."""
    found = files(opened=False)
    path = next(path for path in found if path.startswith("stations/A-02/ballots-"))
    found[path] = found[path][:-1] + bytes([found[path][-1] ^ 1])
    with pytest.raises(Unproven, match="A-02"):
        request_of_record(record(found), world().election, Plain())


def test_a_missing_file_of_ballots_stops_the_request() -> None:
    """A sum over fewer ballots is another sum."""
    found = files(opened=False)
    del found[next(path for path in found if path.startswith("stations/A-02/ballots-"))]
    with pytest.raises(Unproven, match="A-02"):
        request_of_record(record(found), world().election, Plain())


def test_nothing_is_opened_while_a_station_is_outstanding() -> None:
    """It could come with few ballots."""
    found = files(opened=False)
    path = max(path for path in found if path.startswith("results/"))
    results = read_document(found[path], Results)
    stations = (*results.stations[1:], StationResult(station="A-01", state=StationState.OUTSTANDING))
    changed = msgspec.structs.replace(results, stations=stations)
    found[path] = sign_document(changed, [world().keys.officers[0]])
    with pytest.raises(OutOfOrder, match="A-01"):
        record(found)


def test_nothing_is_opened_before_there_are_results() -> None:
    """Nobody knows yet which sheets count."""
    found = {path: data for path, data in files(opened=False).items() if not path.startswith("results/")}
    with pytest.raises(OutOfOrder, match="results"):
        record(found)
