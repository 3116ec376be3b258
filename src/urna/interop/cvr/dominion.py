"""Exports of Dominion Democracy Suite (5.10 to 5.17): CvrExport*.json beside ContestManifest and CandidateManifest.

A card is named tabulator-batch-record, as it is printed on it or lies in its batch. Of a session that was corrected by
hand, what it says now counts. A session of several sheets is refused: no name tells its papers apart.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import NamedTuple, TypeVar

import msgspec

from urna.encoding.canonical import printable
from urna.interop.cvr.records import CardRecords, ContestRecords, refused, valid_votes
from urna.words import Sentence

CONTESTS, CANDIDATES = "ContestManifest.json", "CandidateManifest.json"
EXPORT = "CvrExport"
MAX_BYTES = 1024 * 1024 * 1024
"""Of one file; larger exports are split by batch."""

FIRST = 1
"""The rank that is read where voters rank, and the only one where they do not."""

_MARK = b"\xef\xbb\xbf"


class _Part(msgspec.Struct, frozen=True, kw_only=True, rename="pascal"):
    """The base of what is taken from an export; what else it has is passed over."""


class _Contest(_Part, frozen=True, kw_only=True):
    id: int
    description: str
    vote_for: int
    num_of_ranks: int = 0


class _Candidate(_Part, frozen=True, kw_only=True):
    id: int
    description: str
    contest_id: int


class _Contests(_Part, frozen=True, kw_only=True):
    list: tuple[_Contest, ...]


class _Candidates(_Part, frozen=True, kw_only=True):
    list: tuple[_Candidate, ...]


class _Mark(_Part, frozen=True, kw_only=True, gc=False):
    candidate_id: int
    rank: int
    is_vote: bool


class _Marked(_Part, frozen=True, kw_only=True):
    id: int
    marks: tuple[_Mark, ...]


class _Card(_Part, frozen=True, kw_only=True):
    contests: tuple[_Marked, ...]


class _State(_Part, frozen=True, kw_only=True):
    is_current: bool
    cards: tuple[_Card, ...]


class _Session(_Part, frozen=True, kw_only=True):
    tabulator_id: int
    batch_id: int
    record_id: int | str
    original: _State
    modified: _State | None = None


class _Export(_Part, frozen=True, kw_only=True):
    sessions: tuple[_Session, ...]


class _Ballot(NamedTuple):
    """The manifests: contests by id, and candidates' names by contest and id."""

    contests: Mapping[int, _Contest]
    names: Mapping[tuple[int, int], str]


T = TypeVar("T")


def read_export(files: Mapping[str, bytes]) -> CardRecords:
    """All cards of an export, and what each says in each contest.

    1. Who stands in which contest: the two manifests.
    2. Each card of each file: its marks that count, in contests and for candidates of the manifests.
    3. Each card once.

    Args:
        files: of the export's folder, by name; others than those named above are passed over.

    Raises:
        Malformed: a file is missing, too long or no such export; a card twice, without a number, or of several
            sheets; a contest or a candidate that no manifest has; names that are not unique.
    """
    ballot = _ballot(files)
    exports = sorted(name for name in files if name.startswith(EXPORT) and name.endswith(".json"))
    if not exports:
        raise refused(Sentence("a file {name}", {"name": f"{EXPORT}*.json"}), Sentence("none"), EXPORT)
    records: dict[int, dict[str, dict[str, int]]] = {}
    cards: list[str] = []
    for name in exports:
        for session in _read(files, name, _Export).sessions:
            cards.append(card := _card_name(session, name))
            for contest, votes in _card_votes(session, ballot, f"{name}, {card}"):
                records.setdefault(contest, {})[card] = votes
    if twice := [card for card, times in Counter(cards).items() if times > 1]:
        raise refused(Sentence("each card once"), Sentence("card {card} twice", {"card": twice[0]}), EXPORT)
    contests = [_contest_records(ballot, each, records.get(each, {})) for each in ballot.contests]
    return CardRecords(tuple(cards), {each.name: each for each in contests})


def _ballot(files: Mapping[str, bytes]) -> _Ballot:
    contests = _read(files, CONTESTS, _Contests).list
    candidates = _read(files, CANDIDATES, _Candidates).list
    _check_once([str(each.id) for each in contests], CONTESTS)
    _check_once([each.description for each in contests], CONTESTS)
    _check_once([str(each.id) for each in candidates], CANDIDATES)
    _check_once([f"{each.description} ({each.contest_id})" for each in candidates], CANDIDATES)
    by_id = {each.id: each for each in contests}
    for contest in contests:
        if contest.vote_for < 1:
            raise refused(Sentence("at least one vote allowed"), str(contest.vote_for), CONTESTS)
    for candidate in candidates:
        if candidate.contest_id not in by_id:
            known = Sentence("a contest of {file}", {"file": CONTESTS})
            raise refused(known, str(candidate.contest_id), CANDIDATES)
    return _Ballot(by_id, {(each.contest_id, each.id): each.description for each in candidates})


def _card_name(session: _Session, file: str) -> str:
    if not isinstance(session.record_id, int):
        expected = Sentence("a record's number, by which its paper is found")
        raise refused(expected, printable(session.record_id)[:40], file)
    return f"{session.tabulator_id}-{session.batch_id}-{session.record_id}"


def _card_votes(session: _Session, ballot: _Ballot, where: str) -> Iterator[tuple[int, dict[str, int]]]:
    """Of each contest on the card, its votes."""
    current = [state for state in (session.original, session.modified) if state is not None and state.is_current]
    if len(current) != 1 or len(current[0].cards) != 1:
        sheets = sum(len(state.cards) for state in current)
        raise refused(Sentence("one current sheet"), Sentence("{count}", {"count": sheets}), where)
    contests = current[0].cards[0].contests
    _check_once([str(each.id) for each in contests], where)
    for marked in contests:
        if marked.id not in ballot.contests:
            raise refused(Sentence("a contest of {file}", {"file": CONTESTS}), str(marked.id), where)
        for mark in marked.marks:
            if (marked.id, mark.candidate_id) not in ballot.names:
                known = Sentence("a candidate of contest {id} in {file}", {"id": marked.id, "file": CANDIDATES})
                raise refused(known, str(mark.candidate_id), where)
        chosen = [mark for mark in marked.marks if mark.is_vote and mark.rank == FIRST]
        names = [ballot.names[marked.id, mark.candidate_id] for mark in chosen]
        yield marked.id, valid_votes(names, ballot.contests[marked.id].vote_for)


def _contest_records(ballot: _Ballot, number: int, records: Mapping[str, Mapping[str, int]]) -> ContestRecords:
    contest = ballot.contests[number]
    choices = tuple(name for (of, _), name in ballot.names.items() if of == number)
    return ContestRecords(contest.description, contest.vote_for, contest.num_of_ranks > 1, choices, records)


def _read(files: Mapping[str, bytes], name: str, kind: type[T]) -> T:
    if name not in files:
        raise refused(Sentence("a file {name}", {"name": name}), Sentence("none"), name)
    data = files[name]
    if len(data) > MAX_BYTES:
        found = Sentence("{size} bytes", {"size": len(data)})
        raise refused(Sentence("at most {limit} bytes", {"limit": MAX_BYTES}), found, name)
    try:
        return msgspec.json.decode(data.removeprefix(_MARK), type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        reason = Sentence("something else ({reason})", {"reason": printable(str(error))})
        raise refused(Sentence("a file of an export of Dominion's, as JSON in UTF-8"), reason, name) from error


def _check_once(names: list[str], where: str) -> None:
    if twice := [name for name, times in Counter(names).items() if times > 1]:
        raise refused(Sentence("each contest and candidate once"), printable(twice[0]), where)
