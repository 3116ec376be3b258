"""What a night is judged by: each function gives the sentences of what is wrong, or none."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from tests.night.deliveries import RIGHT, RIGHT_ENCRYPTED, Right
from tests.night.election import files_of
from tests.night.play import Played
from tests.night.proofs import unproven
from tests.night.senders import Answer

from urna.encoding.canonical import decode, digest
from urna.log.checkpoint import open_checkpoint
from urna.log.note import parse_note
from urna.observer.quorum import collect, policy_of
from urna.record.keys import log_verifier
from urna.station.sending import Parcel
from urna.storage.centre_database import open_engine
from urna.storage.centre_files import CentreFiles
from urna.storage.centre_opening import FILES
from urna.storage.centre_store import CentreStore

Sums = dict[tuple[str, ...], list[int]]
"""Votes by option, undervotes and ballots, by the names of a territory from the top."""

SHEETS_HELD = ("broken station: numbers disagree",)


def differences(played: Played) -> list[str]:
    """Everything that is wrong with a night; nothing if it passed."""
    return [
        *_answers(played),
        *_sheets(played),
        *_totals(played),
        *_incidents(played),
        *_processes(played),
        *_kept(played),
        *_monitor(played),
    ]


def is_right(answer: Answer, rights: Mapping[str, tuple[Right, ...]] = RIGHT) -> bool:
    """Whether a delivery got an answer that is right for its kind, with a sentence in both languages."""
    if not answer.verdict or not all(answer.words(language).strip() for language in ("es", "en")):
        return False
    is_explained = answer.verdict in {"accepted", "repeated", "received"} or "reason" in answer.body
    said = answer.words("en")
    return is_explained and any(
        (right.verdict, right.status) == (answer.verdict, answer.status) and right.words in said
        for right in rights[answer.delivery.kind]
    )


def _answers(played: Played) -> Iterator[str]:
    """Each parcel was answered as it should; no station's own was accepted twice."""
    for answer in played.answers:
        if not is_right(answer, RIGHT_ENCRYPTED if played.night.is_encrypted else RIGHT):
            yield f"{answer.delivery.kind}, {answer.delivery.station}: {answer.status} {json.dumps(answer.body)}"
    accepted = Counter(each.delivery.station for each in played.answers if each.verdict == "accepted")
    yield from (f"{station}: accepted {times} times" for station, times in accepted.items() if times > 1)


def _sheets(played: Played) -> Iterator[str]:
    """The record has each station's own sheet and zero report, and its ballots, byte for byte, and no others."""
    folder = played.record / "stations"
    for station, documents in played.night.documents.items():
        expected = files_of(documents)
        found = {path.name: path.read_bytes() for path in (folder / station).iterdir()}
        if found != expected:
            yield f"{station}: the record has {sorted(found)}, not what the station signed"
    if extra := {path.name for path in folder.iterdir()} - set(played.night.documents):
        yield f"stations that nobody defined: {sorted(extra)}"


def truth(played: Played) -> Sums:
    """What was voted, added up from the rows of numbers alone."""
    sums: Sums = {}
    for row in played.night.counts.values():
        numbers = [*row.votes, row.nulls, row.ballots]
        for depth in range(len(row.places) + 1):
            known = sums.get(row.places[:depth], [0] * len(numbers))
            sums[row.places[:depth]] = [one + other for one, other in zip(known, numbers, strict=True)]
    return sums


def announced(played: Played) -> tuple[dict[str, Any], Sums]:
    """The last results of the record, read with json alone, and their totals by territory."""
    territories = {each["code"]: each for each in _record(played.record / "definition.note")["territories"]}
    results = _record(max((played.record / "results").iterdir()))

    def names(code: str) -> tuple[str, ...]:
        each = territories[code]
        return (*names(each["parent"]), each["name"]) if each.get("parent") else ()

    sums = {
        names(each["territory"]): [*(option["votes"] for option in each["votes"]), each["undervotes"], each["ballots"]]
        for each in results["totals"]
    }
    return results, sums


def _totals(played: Played) -> Iterator[str]:
    results, found = announced(played)
    expected = truth(played)
    for place in expected.keys() | found.keys():
        if expected.get(place) != found.get(place):
            yield f"{' / '.join(place) or 'the nation'}: voted {expected.get(place)}, announced {found.get(place)}"
    if results["status"] != "final":
        yield f"the last results are {results['status']}"


def _incidents(played: Played) -> Iterator[str]:
    """Each answer that names a public incident has one, and none is about anything that nobody sent."""
    folder = played.record / "incidents"
    shown = {_record(path)["document"] for path in folder.iterdir()} if folder.is_dir() else set()
    said = {each.body["sheet"] for each in played.answers if each.status == 409}
    sent = {
        digest(decode(each.delivery.parcel, Parcel).files["sheet-0.note"])
        for each in played.answers
        if each.delivery.kind in SHEETS_HELD
    }
    if not said <= shown <= sent:
        yield f"incidents: {len(said - shown)} answers without one, {len(shown - sent)} about other sheets"


def _processes(played: Played) -> Iterator[str]:
    centre, plan = played.centre, played.plan
    if played.standings != {"counted": plan.stations}:
        yield f"before the centre was told to end, stations stood so: {played.standings}"
    if (centre.kills, len(played.restarts)) != (plan.kills, plan.restarts):
        yield f"{centre.kills} kills and {len(played.restarts)} restarts of PostgreSQL"
    if centre.unasked:
        yield f"the centre ended by itself: {centre.unasked}"
    if centre.orphans:
        yield f"processes of a killed centre that go on: {len(centre.orphans)}"
    if played.said["serve"] not in {"0", "-15"}:
        yield f"the centre, told to end, ended with {played.said['serve']}"
    if any(code not in {0, -15} for code in played.witness_codes):
        yield f"witnesses ended with {played.witness_codes}"


def _kept(played: Played) -> Iterator[str]:
    """The centre's own book has every answer; each published checkpoint has the quorum's cosignatures; proofs."""
    centre = played.folder / "centre"
    engine = open_engine(centre, played.database)
    try:
        store = CentreStore(engine, CentreFiles(centre / FILES))
        books = {code: store.arrivals(code) for code in played.night.documents}
        checkpoints = store.checkpoints()
        leaves = store.leaf_count
        yield from unproven(played, store) if played.night.is_encrypted else ()
    finally:
        engine.dispose()
    for answer in played.answers:
        known = {(each.parcel, each.verdict) for each in books.get(answer.delivery.station, ())}
        if known and (answer.body["parcel"], answer.verdict) not in known:
            yield f"{answer.delivery.station}: the centre's book has no answer {answer.verdict}"
    election = played.night.rehearsal.election
    for size, note in checkpoints:
        open_checkpoint(note, log_verifier(election))
        quorum = collect(note, parse_note(note).signatures, policy_of(election))
        if not quorum.is_reached or len(quorum.signatures) != len(played.night.keys.witnesses):
            yield f"the checkpoint of {size} leaves has {len(quorum.signatures)} cosignatures"
    if not checkpoints or checkpoints[-1][0] != leaves:
        yield "the last leaves are not published"
    for witness in played.night.keys.witnesses:
        said = (played.folder / f"{witness.name.rpartition('/')[2]}.said").read_text()
        if cosigned(said) < len(checkpoints):
            yield f"{witness.name} says that it cosigned {cosigned(said)} checkpoints of {len(checkpoints)}"


def cosigned(said: str) -> int:
    """How many checkpoints a witness says that it cosigned."""
    return sum("osigned" in line and "Watching" not in line for line in said.splitlines())


def looks(played: Played) -> int:
    """How often the monitor saw that all is well."""
    return (played.folder / "monitor.said").read_text().count("✓")


def _monitor(played: Played) -> Iterator[str]:
    said = (played.folder / "monitor.said").read_text()
    if "✗" in said or played.monitor_code == 1:
        yield f"the monitor shouted:\n{said[said.find('✗') :][:2000]}"
    if not looks(played):
        yield "the monitor never saw the record"


def _record(path: Any) -> dict[str, Any]:
    """The record of a signed note, its signatures unread."""
    record: dict[str, Any] = json.loads(path.read_bytes().partition(b"\n")[0])
    return record
