"""An audit as the record holds it: its papers with their signatures, in the order of the log, after public rules.

1. Read the log under its newest witnessed checkpoint.
2. Take the audit's papers in the order of their leaves; each file is what its leaf says.
3. The rules were logged, and published, before the seed (`require_committed_first`).
"""

from collections.abc import Callable, Collection, Iterator
from itertools import count
from typing import NamedTuple

from urna.audit.box_comparison import Audited
from urna.audit.manifest import BallotManifest
from urna.audit.seed import DrawCommitment, require_committed_first
from urna.election.definition import Election
from urna.encoding.canonical import Code, digest
from urna.encoding.document import open_document, read_document
from urna.errors import OutOfOrder, Unproven
from urna.record.audit_papers import AuditPapers
from urna.record.keys import log_verifier
from urna.record.layout import Kind, audit_path, place_of, results_path, sheet_path
from urna.record.published_log import PublishedLog, read_election, read_published_log
from urna.record.reader import RecordReader, read_placed
from urna.tally.results import Results, StationState
from urna.tally.sheet import ContestTally, TallySheet
from urna.words import Sentence


class AuditRecord(NamedTuple):
    """One audit of a record."""

    election: Election
    papers: AuditPapers
    published: PublishedLog


def audits_in(reader: RecordReader) -> tuple[Code, ...]:
    """The codes of all audits of a record, ascending."""
    places = (place_of(path) for path in reader.list().sizes if path.startswith("audits/"))
    return tuple(sorted({place.audit for place in places if place is not None}))


def read_audit(reader: RecordReader, audit: Code) -> AuditRecord:
    """An audit of a record, with every signature, draw and order checked.

    Raises:
        Malformed, Unproven, OutOfOrder: what `AuditPapers` or `require_committed_first` refuse; a file that is not
            what its leaf says; no such audit.
    """
    election = read_election(reader)
    published = read_published_log(reader, election)
    papers = AuditPapers(election)
    for index, path in _paths_of(published, audit):
        _take(papers, path, lambda each: _logged(reader, published, each), _sheets_before(reader, published, index))
    _check_edition_first(published, papers.commitment)
    if papers.seed is not None:
        leaves = [published.log.entry(published.places[audit_path(audit, kind)]) for kind in _RULES_AND_SEED]
        require_committed_first(published.log, leaves[0], leaves[1], papers.commitment, published.checkpoints)
    return AuditRecord(election, papers, published)


def _check_edition_first(published: PublishedLog, rules: DrawCommitment) -> None:
    """The edition whose outcome is audited was in the log that the rules name.

    Raises:
        Unproven: it was not.
    """
    path = results_path(rules.edition) if rules.edition else ""
    place = published.places.get(path, published.log.size) if path else -1
    if place >= rules.log_size:
        raise Unproven(
            Sentence("{path} among the first {size} leaves, those that the rules name", _named(path, rules.log_size)),
            Sentence("not there"),
            Sentence("Make rules for results that are published, under a new code."),
            rules.audit,
        )


def _named(path: str, size: int) -> dict[str, str | int]:
    return {"path": path, "size": size}


def audited_of(
    reader: RecordReader, election: Election, commitment: DrawCommitment, manifest: BallotManifest
) -> Audited:
    """What an audit looks at: the edition, the sheets that count in it, the manifest.

    Raises:
        OutOfOrder: a risk limit over an edition that is not there, or in which a station is open.
        Unproven: a sheet or an edition that is not the one that was signed, or other stations than the manifest's.
    """
    if commitment.method.keeps_limit:
        results: Results | None = read_edition(reader, election, commitment.edition)
    else:
        newest = newest_edition(reader)
        results = read_edition(reader, election, newest) if newest else None
    audited = Audited(election, results, {}, manifest)
    return audited._replace(sheets=dict(_sheets(reader, audited)))


def newest_edition(reader: RecordReader) -> int:
    """The number of the newest edition of the results; 0 if there is none."""
    places = (place_of(path) for path in reader.list().sizes if path.startswith("results/"))
    return max((place.number for place in places if place is not None), default=0)


def read_edition(reader: RecordReader, election: Election, edition: int) -> Results:
    """An edition of the results.

    Raises:
        Malformed, Unproven: it is not there, not signed by the log's key, or another one.
    """
    path = results_path(edition)
    results = open_document(read_placed(reader, path), Results, [log_verifier(election)], 1, path)
    if (results.election, results.edition) != (election.identity, edition):
        raise _changed(path)
    return results


def edition_sheets(
    reader: RecordReader, results: Results, stations: Collection[Code]
) -> Iterator[tuple[Code, TallySheet]]:
    """The sheets that count in an edition, of some stations.

    Raises:
        Malformed, Unproven: one is not there, or is not the one that the edition names.
    """
    for each in results.stations:
        if each.station in stations and each.state is StationState.COUNTED:
            path = sheet_path(each.station, each.sequence or 0)
            data = read_placed(reader, path)
            if digest(data) != each.sheet:
                raise _changed(path)
            yield each.station, read_document(data, TallySheet, path)


def newest_tallies(reader: RecordReader, published: PublishedLog) -> Callable[[Code], tuple[ContestTally, ...] | None]:
    """What the newest sheet of each station says."""
    return _sheets_before(reader, published, published.log.size)


def check_edition(audited: Audited) -> None:
    """Returns if an audit with a risk limit may look at this edition with this manifest.

    Raises:
        OutOfOrder: a station is outstanding or refused in it, or was counted by hand.
        Unproven: the manifest has other containers than the stations that count in it.
    """
    results = audited.results
    if results is None:
        raise OutOfOrder(Sentence("results to audit"), Sentence("none yet"), Sentence("Wait for the first edition."))
    is_open = [each.station for each in results.stations if each.state in _OPEN]
    if is_open:
        raise OutOfOrder(
            Sentence("an edition in which no station is outstanding, refused or counted by hand"),
            Sentence("{count} that are, {first} among them", {"count": len(is_open), "first": is_open[0]}),
            Sentence("Audit a later edition, when every station has a sheet of its machines or a decision."),
        )
    counted = {each.station for each in results.stations if each.state is StationState.COUNTED}
    others = sorted(counted ^ {each.code for each in audited.manifest.containers})
    if others:
        raise Unproven(
            Sentence("a manifest of exactly the {count} stations that count", {"count": len(counted)}),
            Sentence("{count} missing or too many, {first} among them", {"count": len(others), "first": others[0]}),
            Sentence("Make the manifest from this edition: urna audit manifest."),
        )


_OPEN = frozenset({StationState.OUTSTANDING, StationState.REFUSED, StationState.HAND_COUNT})
_RULES_AND_SEED = (Kind.AUDIT_COMMITMENT, Kind.AUDIT_SEED)


def _take(
    papers: AuditPapers,
    path: str,
    read: Callable[[str], bytes],
    tallies: Callable[[Code], tuple[ContestTally, ...] | None],
) -> None:
    """One paper of an audit, as it lies at its path; manifest and weights are taken with the rules."""
    place = place_of(path)
    if place is None or place.kind in {Kind.AUDIT_MANIFEST, Kind.AUDIT_WEIGHTS}:
        return
    document = read(path)
    match place.kind:
        case Kind.AUDIT_COMMITMENT:
            found = tuple(papers.commit(document, *_beside(papers, place.audit, document, read)))[-1]
        case Kind.AUDIT_SEED:
            found = papers.roll(document)
        case Kind.AUDIT_ROUND:
            found = papers.draw(document)
        case Kind.AUDIT_READING:
            found = papers.read(document)
        case Kind.AUDIT_COUNT:
            found = papers.count(document, tallies)
        case _:
            found = papers.report(document)
    if found != path:
        raise _changed(path)


def _beside(
    papers: AuditPapers, audit: Code, commitment: bytes, read: Callable[[str], bytes]
) -> tuple[bytes, bytes | None]:
    """The manifest, and the weights if the rules name some."""
    rules = read_document(commitment, DrawCommitment, audit)
    manifest = read(audit_path(audit, Kind.AUDIT_MANIFEST))
    return manifest, read(audit_path(audit, Kind.AUDIT_WEIGHTS)) if rules.weights else None


def _paths_of(published: PublishedLog, audit: Code) -> Iterator[tuple[int, str]]:
    folder = f"audits/{audit}/"
    found = [(index, entry.path) for index, entry in enumerate(published.entries) if entry.path.startswith(folder)]
    if not found:
        raise OutOfOrder(
            Sentence("an audit of the record"),
            Sentence("none with the code {audit}", {"audit": audit}),
            Sentence("Publish its rules first: urna audit commit, then urna center load and urna center publish."),
        )
    return iter(found)


def _logged(reader: RecordReader, published: PublishedLog, path: str) -> bytes:
    """A file of the record, if it is what its leaf says."""
    data = read_placed(reader, path)
    place = published.places.get(path)
    if place is None or digest(data) != published.entries[place].sha256:
        raise _changed(path)
    return data


def _sheets_before(
    reader: RecordReader, published: PublishedLog, index: int
) -> Callable[[Code], tuple[ContestTally, ...] | None]:
    """What the newest sheet of a station says that was logged before a leaf."""

    def tallies(station: Code) -> tuple[ContestTally, ...] | None:
        path = ""
        for sequence in count():
            later = sheet_path(station, sequence)
            if published.places.get(later, index) >= index:
                break
            path = later
        return read_document(_logged(reader, published, path), TallySheet, path).contests if path else None

    return tallies


def _sheets(reader: RecordReader, audited: Audited) -> Iterator[tuple[Code, TallySheet]]:
    """The sheets that count; without an edition those of the closing that are there."""
    containers = {each.code for each in audited.manifest.containers}
    if audited.results is None:
        paths = reader.list().sizes
        for station in sorted(containers):
            path = sheet_path(station, 0)
            if path in paths:
                yield station, read_document(read_placed(reader, path), TallySheet, path)
        return
    yield from edition_sheets(reader, audited.results, containers)


def _changed(path: str) -> Unproven:
    return Unproven(
        Sentence("the file that the record's log and results name"),
        Sentence("another one"),
        Sentence("Check the whole record first: urna verify."),
        path,
    )
