"""`urna roll enrol-folder`: many electors at once, from images that another system captured.

1. List what the folder hands in, and compare it with the roll.
2. Look at every image: quality, minutiae, whether the fingers are what they say; on all cores.
3. If anything is wrong, say all of it and write nothing; or leave those electors aside, if that was asked.
4. The two operators sign: every elector's record, and the report.
"""

import hashlib
import secrets
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple, cast

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from urna.biometrics.capture import Extractor
from urna.cli.keys import agree
from urna.cli.roll_enrol_fingers import HandedIn, Impression, hand_in, take
from urna.cli.roll_enrol_report import write_report
from urna.cli.roll_enrol_work import Office, Result, finish, member_of, moment, open_office, stations_of_electors
from urna.cli.screen import err, finding_line, out
from urna.cli.words import say
from urna.compute.processes import over_processes
from urna.devices.extractor import LeaderExtractor
from urna.devices.finger_files import MAX_FILE_BYTES, decode_image
from urna.election.definition import Election
from urna.encoding.canonical import Code, Hash
from urna.errors import Finding, Findings, Malformed, OutOfOrder
from urna.log.note import NoteSigner
from urna.roll.at_rest import EnrolmentId, RollKey, StoredPart
from urna.roll.enrolled import EnrolmentRecord
from urna.roll.enrolment import Enrolment, Verdict
from urna.roll.enrolment_capsule import ArchivedImage, ArchivedImages
from urna.roll.enrolment_manifest import (
    MANIFEST,
    Batch,
    HandedInImage,
    Mistake,
    batches,
    find_strangers,
    read_manifest,
    read_names,
)
from urna.roll.enrolment_report import EnrolmentReport
from urna.roll.enrolment_rules import EnrolmentRules, rules_for
from urna.storage.definition_folder import read_limited
from urna.storage.enrolment_archive import png_of
from urna.storage.enrolment_files import Enrolled, Place, holding, read_setup, settle, write_enrolled
from urna.storage.roll_files import read_stored
from urna.words import Sentence

MAX_MANIFEST_BYTES = 1024**3

UNLIKE = {
    Verdict.ANOTHER_FINGER: Sentence("this is another finger than the first impression."),
    Verdict.SAME_FINGER: Sentence("this finger is there already as another one."),
}


class FolderSession(NamedTuple):
    """What the command line said."""

    election: Election
    roll: Path
    archive: Path
    key: RollKey
    signers: tuple[NoteSigner, ...]
    folder: Path
    report: Path
    skip_bad: bool
    again: bool
    yes: bool
    processes: int


class Kept(NamedTuple):
    """A file whose image is kept, as it was when it was looked at."""

    position: int
    impression: int
    quality: int
    file: str
    sha256: Hash

    def __repr__(self) -> str:
        """Which finger."""
        return f"Kept(position={self.position}, impression={self.impression})"


class Examined(NamedTuple):
    """What an elector's images gave: small, so that those of a whole nation fit into memory."""

    number: str
    state: Enrolment
    templates: Mapping[int, Sequence[bytes]]
    kept: tuple[Kept, ...]
    findings: tuple[Finding, ...]

    def __repr__(self) -> str:
        """How much, not whose."""
        return f"Examined(kept={len(self.kept)}, findings={len(self.findings)})"


@dataclass(frozen=True)
class Examiner:
    """Looks at one elector's images; sent to each process once."""

    folder: Path
    rules: EnrolmentRules
    extractor: Extractor

    def __call__(self, batch: Batch) -> Examined:
        """What they gave."""
        impressions, findings, digests = [], list[Finding](), dict[str, Hash]()
        for each in batch.images:
            try:
                data = read_limited(self.folder / each.file, MAX_FILE_BYTES)
                image = decode_image(data, each.where)
            except (Malformed, OSError) as error:
                findings.append(_unreadable(each, error))
                continue
            digest = hashlib.sha256(data).hexdigest()
            if digest in digests.values():
                remedy = Sentence("Hand in another impression, or none: a copy adds nothing.")
                findings.append(
                    Finding(each.where, each.line, Sentence("this image is a copy of another one."), remedy)
                )
                continue
            digests[each.file] = digest
            impressions.append(Impression(each.position, take(image, self.extractor, each.file)))
        handed = hand_in(impressions, batch.left_out, self.rules)
        places = {each.file: each for each in batch.images}
        for file, verdict in handed.refused:
            remedy = Sentence("Find out whose finger it is; capture the elector again.")
            findings.append(Finding(places[file].where, places[file].line, UNLIKE[verdict], remedy))
        kept = tuple(_kept(handed, digests))
        return Examined(batch.number, handed.state, handed.fingers.templates(), kept, tuple(findings))


def make_extractor() -> Extractor:
    """What finds minutiae and quality; one core each, as every core has its own elector."""
    return LeaderExtractor(threads=1)


def enrol_folder(session: FolderSession) -> EnrolmentReport:
    """Enrols the electors of a folder, and returns the signed report.

    Raises:
        Findings: mistakes; nothing was written.
        Unproven: not two operators of this roll.
        OutOfOrder: another command works on the roll, or the report's file is there already.
    """
    if session.report.exists():
        raise OutOfOrder(
            Sentence("a new file for the report"),
            Sentence("one that is there already"),
            Sentence("Choose another name: --report."),
            str(session.report),
        )
    place = Place(session.roll, session.archive, session.key, secrets.token_bytes)
    with holding(session.roll):
        office = open_office(session.election, place, read_setup(session.roll, session.key), session.signers)
        settle(place)
        stations = stations_of_electors(place, session.election)
        listed, mistakes = _list(session, stations)
        examined = list(_examine(session, _not_yet(session, listed, stations)))
        mistakes += [Mistake(each.number, finding) for each in examined for finding in each.findings]
        if mistakes and not session.skip_bad:
            raise Findings([mistake.finding for mistake in mistakes])
        for mistake in mistakes:
            err.print(finding_line(mistake.finding))
        bad = {mistake.number for mistake in mistakes}
        good = [each for each in examined if each.number not in bad]
        agree(say("Enrol {count} electors, as both operators?", count=len(good)), session.yes)
        records = _write(office, session.folder, good, stations)
        return write_report(session.election, session.signers, records, len(bad - {""}), session.report)


def _list(session: FolderSession, stations: Mapping[str, Code]) -> tuple[list[Batch], list[Mistake]]:
    """The electors of the folder against whom nothing speaks yet, and the mistakes of the others."""
    manifest = session.folder / MANIFEST
    if manifest.exists():
        listed, mistakes = read_manifest(read_limited(manifest, MAX_MANIFEST_BYTES), str(manifest))
    else:
        listed, mistakes = read_names(_names(session.folder), str(session.folder))
    found, doubled = batches(listed)
    mistakes += [*doubled, *find_strangers(listed, stations)]
    bad = {mistake.number for mistake in mistakes}
    return [each for each in found if each.number not in bad], mistakes


def _names(folder: Path) -> Iterator[str]:
    """Every file below the folder, and every folder in it that has none, with a slash."""
    for path in folder.rglob("*"):
        if not path.is_dir():
            yield path.relative_to(folder).as_posix()
        elif path.parent == folder and not any(path.iterdir()):
            yield f"{path.name}/"


def _not_yet(session: FolderSession, listed: Sequence[Batch], stations: Mapping[str, Code]) -> list[Batch]:
    """Those who are not enrolled yet; all, if they are to be enrolled again."""
    if session.again:
        return list(listed)
    enrolled = set[str]()
    for station in {stations[each.number] for each in listed}:
        stored = read_stored(session.roll, station, session.key)
        enrolled |= {link.number for link in stored.enrolments}
    left = [each for each in listed if each.number not in enrolled]
    if len(left) < len(listed):
        out.print(say("{count} electors are enrolled already and stay as they are.", count=len(listed) - len(left)))
    return left


def _examine(session: FolderSession, found: Sequence[Batch]) -> Iterator[Examined]:
    """What each elector's images gave, in order, with a bar while it lasts."""
    rules = rules_for(session.election.rules.fingers.score_of_one)
    examiner = Examiner(session.folder, rules, make_extractor())
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=err, transient=True) as progress:
        task = progress.add_task(say("electors"), total=len(found))
        for each in over_processes(examiner, found, session.processes, worth_it=2, chunk=1):
            yield each
            progress.advance(task)


def _write(
    office: Office, folder: Path, examined: Sequence[Examined], stations: Mapping[str, Code]
) -> list[EnrolmentRecord]:
    """Writes the enrolments, station by station, and returns their records."""
    by_station: dict[Code, list[Examined]] = defaultdict(list)
    for each in examined:
        by_station[stations[each.number]].append(each)
    records: list[EnrolmentRecord] = []
    for station, own in sorted(by_station.items()):
        stored = read_stored(office.place.roll, station, office.place.key)
        write_enrolled(office.place, stored, _finished(office, folder, own, stored, records))
    return records


def _finished(
    office: Office, folder: Path, own: Iterable[Examined], stored: StoredPart, records: list[EnrolmentRecord]
) -> Iterator[Enrolled]:
    """Each enrolment when it is its turn to be written, so that one elector's images are in memory at a time."""
    for each in own:
        result = Result(each.state, each.templates, _Reread(folder, each.kept))
        done = finish(office, result, member_of(stored, each.number), moment())
        records.append(done.record)
        yield done.enrolled


@dataclass(frozen=True)
class _Reread:
    """The images of an elector, read once more when they are sealed."""

    folder: Path
    kept: Sequence[Kept]

    def __call__(self, enrolment: EnrolmentId, election: Hash) -> ArchivedImages:
        """The images.

        Raises:
            OutOfOrder: a file is another one than when it was looked at; this station was not changed.
        """
        return ArchivedImages(enrolment=enrolment, election=election, images=tuple(map(self._image, self.kept)))

    def _image(self, kept: Kept) -> ArchivedImage:
        data = read_limited(self.folder / kept.file, MAX_FILE_BYTES)
        if hashlib.sha256(data).hexdigest() != kept.sha256:
            raise OutOfOrder(
                Sentence("the images as they were when they were looked at"),
                Sentence("another one"),
                Sentence("Let nobody write to the folder, and start again: who is enrolled stays enrolled."),
                str(self.folder),
            )
        png = png_of(decode_image(data))
        return ArchivedImage(position=kept.position, impression=kept.impression, quality=kept.quality, png=png)


def _kept(handed: HandedIn, digests: Mapping[str, Hash]) -> Iterator[Kept]:
    for position, taken in handed.fingers.kept().items():
        for number, each in enumerate(taken, start=1):
            yield Kept(position, number, each.quality, each.source, digests[each.source])


def _copy(image: HandedInImage) -> Finding:
    problem = Sentence("this image is a copy of another one.")
    remedy = Sentence("Hand in another impression, or none: a copy adds nothing.")
    return Finding(image.where, image.line, problem, remedy)


def _unreadable(image: HandedInImage, error: Malformed | OSError) -> Finding:
    if isinstance(error, Malformed):
        values = cast(Mapping[str, str | int], {"found": error.found})  # a sentence too, said in the reader's language
        problem = Sentence("this is no finger image: {found}.", values)
        return Finding(image.where, image.line, problem, Sentence("Export the image again."))
    return Finding(image.where, image.line, Sentence("the file cannot be read."), Sentence("Check the path."))
