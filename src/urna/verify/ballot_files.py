"""Checks 17 and 26 at first sight: which files of encrypted ballots a station has, and which ballots were opened.

No proof is looked at here. Each style that the ballot list names has exactly one file, which begins with the line that
this place in the record asks for and holds as many ballots as are listed; the opened ballots are the challenged ones,
each once, and no other.
"""

from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

from urna.ballot.context import BallotContext, ballot_context
from urna.ballot.keys import JointKeys
from urna.ballot.published import OpenedList
from urna.ballot.shape import ballot_shape
from urna.election.definition import Election
from urna.election.outcomes import BallotState
from urna.encoding.canonical import Code, decode, digest
from urna.errors import Unproven, UrnaError
from urna.record.ballot_file import MAX_HEADER_BYTES, check_header, read_header
from urna.record.layout import ballots_path, ciphertexts_path, opened_path, place_of
from urna.record.reader import RecordReader
from urna.verify.report import Check, Finding, finding, in_a_sentence
from urna.verify.station_files import BallotFile, StationFiles, StationPapers
from urna.words import Sentence

MOST_UNLISTED = 1024
"""So many more ballots than are listed a file may have and is read all the same, to name what is wrong with it.

Nobody signs these files, and empty ones cost a forger nothing: a verifier would read them for days.
"""


class Keyed(NamedTuple):
    """A record whose ballots are encrypted to joint keys that verify; it can be sent to other processes."""

    reader: RecordReader
    election: Election
    keys: JointKeys

    def context(self, station: Code, style: Code) -> BallotContext:
        """What every ballot of a station and style is bound to."""
        return ballot_context(self.keys, station, ballot_shape(self.election, style))


def look_at_files(keyed: Keyed, papers: StationPapers) -> StationFiles:
    """A station's files of encrypted ballots.

    1. The opened ballots are exactly the challenged ones.
    2. Every listed style has one file, and no other style has any.
    3. Each file begins with the right line, and has as many rows as ballots are listed.
    """
    findings = list(_doubts_of_opened(keyed.election, papers))
    opened = digest(papers.opened) if papers.opened is not None and not findings else None
    files: list[BallotFile] = []
    listed = Counter(ballot.style for ballot in papers.listed.ballots if ballot.style is not None)
    paths = _paths_by_style(papers)
    known = {each.style for each in keyed.election.stations[papers.station].styles}
    for style in sorted({*listed, *paths} & known):
        found = _look_at_style(keyed, papers, style, paths.get(style, []), listed[style])
        findings += found.findings
        files += [file._replace(opened=opened) for file in found.files]
    for style in sorted(set(paths) - known):
        findings += [_find(papers, _unlisted(papers, style), path) for path in paths[style]]
    return StationFiles(tuple(findings), tuple(files), {file.style for file in files} >= set(listed))


def _paths_by_style(papers: StationPapers) -> dict[Code, list[str]]:
    paths: dict[Code, list[str]] = {}
    for path in sorted(papers.sizes):
        place = place_of(path)
        if place is not None:
            paths.setdefault(place.style, []).append(path)
    return paths


def _look_at_style(keyed: Keyed, papers: StationPapers, style: Code, paths: list[str], listed: int) -> StationFiles:
    """The one file of a style: more than one, or one for a style that nobody used, is a finding."""
    findings: list[Finding] = []
    if not listed:
        findings += [_find(papers, _unlisted(papers, style), path) for path in paths]
    elif len(paths) != 1:
        values: dict[str, str | int] = {"station": papers.station, "style": style, "left": len(paths), "right": 1}
        sentence = Sentence(
            "Station {station}, style {style}: {left} files of encrypted ballots, expected {right}.", values
        )
        findings.append(_find(papers, sentence, paths[0] if paths else ciphertexts_path(papers.station, style)))
    files: list[BallotFile] = []
    for path in paths[: 1 if listed else 0]:
        try:
            files.append(_open_file(keyed, papers, style, path))
        except UrnaError as error:
            findings.append(_find(papers, in_a_sentence(error), path))
            continue
        if files[-1].rows != listed:
            values = {"station": papers.station, "style": style, "left": files[-1].rows, "right": listed}
            sentence = Sentence(
                "Station {station}, style {style}: {left} encrypted ballots in the file, {right} in the list.", values
            )
            findings.append(_find(papers, sentence, path))
        if files[-1].rows > listed + MOST_UNLISTED:
            files.pop()
    return StationFiles(tuple(findings), tuple(files), bool(files))


def _open_file(keyed: Keyed, papers: StationPapers, style: Code, path: str) -> BallotFile:
    """The file, if its first line is right and its length follows from it."""
    header = read_header(keyed.reader.read_part(path, 0, MAX_HEADER_BYTES), path)
    context = keyed.context(papers.station, style)
    check_header(header, keyed.election.identity, context, papers.sizes[path], path)
    if path != ciphertexts_path(papers.station, style, header.form):
        raise _another_form(header.form, path)
    return BallotFile(
        station=papers.station,
        style=style,
        path=path,
        form=header.form,
        start=header.offset(0),
        row_bytes=header.row_bytes,
        rows=header.ballots,
        listed=papers.listed_hash,
        opened=None,
    )


def _doubts_of_opened(election: Election, papers: StationPapers) -> Iterator[Finding]:
    """What speaks against the list of opened ballots, before any of them is compared with its ciphertext."""
    path = opened_path(papers.station)
    if papers.opened is None and not papers.must_open:
        return
    if papers.opened is None:
        values: dict[str, str | int] = {"file": path, "station": papers.station}
        yield _find(papers, Sentence("Station {station}: {file} is missing.", values), path, Check.CHALLENGED)
        return
    try:
        opened = decode(papers.opened, OpenedList, path)
    except UrnaError as error:
        yield _find(papers, in_a_sentence(error), path, Check.CHALLENGED)
        return
    if (opened.election, opened.station) != (election.identity, papers.station):
        values = {"station": papers.station, "other": opened.station}
        sentence = Sentence("The opened ballots of station {station} name station {other} or another election.", values)
        yield _find(papers, sentence, path, Check.CHALLENGED)
    for sentence in _wrongly_opened(papers, [ballot.id for ballot in opened.ballots]):
        yield _find(papers, sentence, path, Check.CHALLENGED)


def _wrongly_opened(papers: StationPapers, opened: list[str]) -> Iterator[Sentence]:
    states = {ballot.id: ballot.state for ballot in papers.listed.ballots}
    for ballot in opened:
        state = states.get(ballot)
        if state is not BallotState.CHALLENGED:
            values: dict[str, str | int] = {"station": papers.station, "ballot": ballot, "left": state or "-"}
            yield Sentence(
                "Station {station}: ballot {ballot} is opened, but its state is {left}; only challenged ballots are.",
                values,
            )
    for ballot in sorted({each for each, state in states.items() if state is BallotState.CHALLENGED} - set(opened)):
        values = {"station": papers.station, "ballot": ballot}
        yield Sentence("Station {station}: the challenged ballot {ballot} is not opened.", values)
    if any(after <= before for before, after in pairwise(opened)):
        values = {"station": papers.station, "left": len(opened), "right": len(set(opened))}
        yield Sentence(
            "Station {station} opens {left} ballots with {right} different ids, or not in their order.", values
        )


def _another_form(form: str, path: str) -> Unproven:
    return Unproven(
        Sentence("ballots in the form that the file's name says"),
        Sentence("the form {form}", {"form": form}),
        Sentence("Name the file by its form."),
        path,
    )


def _unlisted(papers: StationPapers, style: Code) -> Sentence:
    values: dict[str, str | int] = {"station": papers.station, "style": style, "file": ballots_path(papers.station)}
    return Sentence("Station {station}: encrypted ballots of style {style}, of which {file} lists none.", values)


def _find(papers: StationPapers, sentence: Sentence, path: str, check: Check = Check.CIPHERTEXTS) -> Finding:
    return finding(check, sentence, file=path, station=papers.station)
