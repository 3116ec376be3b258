"""`urna station kit`: what the authority hands out for each station, each part to another hand.

Run on the authority's own machine by as many officers as act together. The seeds, cards and PINs that it writes are
secrets until they are in their machines and hands: the folder is for its owner alone, and is wiped afterwards.
"""

import secrets
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, NamedTuple

import typer

from urna.ballot.keys import JointKeys
from urna.cli.definition_photos import read_photos, tell_identity
from urna.cli.guardian_desk import Desk
from urna.cli.kit import CODES, StationKit, make_kit
from urna.cli.kit_folder import NO_PHOTOS, needs_new, write_kit
from urna.cli.roll_key import RollPassphrase, open_roll_key
from urna.cli.roll_wipe import officers_together
from urna.cli.screen import out
from urna.cli.station_pins import draw_pins
from urna.cli.station_presidents import Seat, presidents_fingers, read_presidents
from urna.cli.words import say
from urna.crypto.kdf import Cost
from urna.election.certification import Certification, RollCommitment, RollCommitments
from urna.election.definition import Election
from urna.election.folder_photos import people_on
from urna.election.signing import officers_of, open_definition
from urna.encoding.canonical import Code, Moment, PublicKey, encode
from urna.encoding.document import open_document, sign_document
from urna.errors import Malformed, OutOfOrder, Unproven
from urna.log.note import NoteSigner, NoteVerifier
from urna.roll.at_rest import RollKey
from urna.roll.commitment import open_commitment
from urna.roll.elector import Finger, RollPart
from urna.storage.definition_folder import read_limited, replace_file
from urna.storage.roll_files import read_stored
from urna.words import Sentence

CERTIFICATION, KEYS = "certification.note", "keys"

DefinitionNote = Annotated[Path, typer.Argument(help=say("The signed definition.note."), metavar="NOTE")]
RollFolder = Annotated[Path, typer.Argument(help=say("The folder of the roll."), metavar="ROLL")]


class Sources(NamedTuple):
    """What the kits are made of."""

    election: Election
    definition: bytes
    joint_keys: JointKeys | None
    centre: PublicKey
    cost: Cost
    codes: int
    photos: Mapping[Code, bytes] = NO_PHOTOS
    """In plain form, by candidate."""


class CommittedRoll(NamedTuple):
    """The roll as the officers committed to it."""

    folder: Path
    key: RollKey
    committed: Mapping[Code, RollCommitment]

    def part(self, station: Code) -> RollPart:
        """A station's electors.

        Raises:
            Unproven: others than were committed to.
        """
        part = read_stored(self.folder, station, self.key).part
        open_commitment(self.committed[station], part)
        return part


def kit(
    definition: DefinitionNote,
    roll: RollFolder,
    key: Annotated[list[Path], typer.Option("--key", help=say("An officer's key file; as many as act together."))],
    centre: Annotated[str, typer.Option(help=say("The centre's public key, which answers stations by telephone."))],
    commitments: Annotated[Path, typer.Option("--note", help=say("The signed commitments."))],
    serial: Annotated[int, typer.Option(min=1, help=say("Of the certification, counted from 1 in this election."))],
    folder: Annotated[Path, typer.Option("--out", help=say("The new folder of the kits."))] = Path("kits"),
    guardians: Annotated[
        Path | None, typer.Option(help=say("The papers of the key ceremony, where the election has guardians."))
    ] = None,
    station: Annotated[list[str] | None, typer.Option(help=say("A station's code; all of them if left out."))] = None,
    presidents: Annotated[
        Path | None, typer.Option(help=say("A table station,number,votes_at: the electors who preside."))
    ] = None,
    photos: Annotated[
        Path | None, typer.Option(help=say("The folder of the candidates' photos, beside the definition's files."))
    ] = None,
    codes: Annotated[int, typer.Option(min=1, max=99, help=say("Override codes on each sheet."))] = CODES,
    cost: Annotated[Cost, typer.Option(help=say("How slow each guess of a PIN or a code is."))] = Cost.MODERATE,
    passphrase_file: Annotated[
        list[Path] | None,
        typer.Option(
            "--passphrase-file", help=say("Read an officer's passphrase from this file; in the order of --key.")
        ),
    ] = None,
    roll_passphrase_file: RollPassphrase = None,
) -> None:
    """Read everything and check that it fits, make the kits, certify their keys, sign their manifests."""
    document = read_limited(definition)
    election = open_definition(document, str(definition))
    needs_new(folder)
    chosen = _chosen(election, station)
    pictures = _photos(election, photos, chosen) if photos else NO_PHOTOS
    sources = Sources(election, document, _joint_keys(election, guardians), _centre_key(centre), cost, codes, pictures)
    officers = officers_together(election, key, passphrase_file)
    seats = read_presidents(presidents, election) if presidents else {}
    people = _committed_roll(election, roll, commitments, roll_passphrase_file)
    made_of = [_made_of(people, seats, each) for each in chosen]
    kits = [_make(sources, part, president) for part, president in made_of]
    write_kits(folder, sources, kits, officers, serial, datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"))
    out.print(say("{count} kits in {folder}.", count=len(kits), folder=str(folder)), style="green", markup=False)
    if presidents:
        _tell_of_presidents(kits)
    out.print(say("Cards, PINs, codes and machines go to their stations by different hands."))
    out.print(say("Next, for each: urna station load {folder}/STATION STATION", folder=str(folder)), markup=False)


def write_kits(
    folder: Path,
    sources: Sources,
    kits: Sequence[StationKit],
    officers: Sequence[NoteSigner],
    serial: int,
    issued_at: Moment,
) -> None:
    """A folder for each station, the certification of all their keys, and these keys one by one."""
    election = sources.election
    keys = tuple(each.keys for each in kits)
    certification = sign_document(
        Certification(election=election.identity, serial=serial, issued_at=issued_at, stations=keys), officers
    )
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    replace_file(folder / CERTIFICATION, certification)
    for each in kits:
        replace_file(folder / KEYS / f"{each.station}.json", encode(each.keys))
        write_kit(
            folder / each.station,
            election,
            each,
            definition=sources.definition,
            certification=certification,
            serial=serial,
            officers=officers,
            photos=sources.photos,
        )


def _photos(election: Election, folder: Path, stations: Sequence[Code]) -> Mapping[Code, bytes]:
    """The photos of everybody who is pressed at these stations; what they are together is said, to be compared."""
    contests = {contest.code: contest for each in stations for contest in election.contests_of_station(each)}
    found = read_photos(folder, election, frozenset(people_on(contests.values()).values()))
    tell_identity(found)
    return found.plain


def _make(sources: Sources, part: RollPart, president: tuple[Finger, ...]) -> StationKit:
    out.print(say("{station} …", station=part.station), markup=False)
    return make_kit(
        sources.election,
        part,
        pins=draw_pins(),
        centre=sources.centre,
        entropy=secrets.token_bytes,
        cost=sources.cost,
        codes=sources.codes,
        joint_keys=sources.joint_keys,
        president=president,
    )


def _chosen(election: Election, codes: list[str] | None) -> list[Code]:
    """The stations that get a kit.

    Raises:
        Malformed: one that the definition does not have.
    """
    chosen = codes or list(election.stations)
    if unknown := [code for code in chosen if code not in election.stations]:
        raise Malformed(
            Sentence("stations of this election"),
            Sentence("{codes}", {"codes": ", ".join(unknown)}),
            Sentence("Check the codes: urna election show --all lists them."),
        )
    return chosen


def _committed_roll(election: Election, roll: Path, note: Path, passphrase_file: Path | None) -> CommittedRoll:
    committed = _commitments(election, note)
    return CommittedRoll(roll, open_roll_key(roll, election, passphrase_file), committed)


def _made_of(people: CommittedRoll, seats: Mapping[Code, Seat], station: Code) -> tuple[RollPart, tuple[Finger, ...]]:
    """A station's electors, and the fingers of whoever presides there."""
    return people.part(station), presidents_fingers(seats, station, people.part)


def _tell_of_presidents(kits: Sequence[StationKit]) -> None:
    """At which stations two members authorize, because no finger of a president is there."""
    if without := [each.station for each in kits if not each.package.president]:
        text = say(
            "Without a president's finger, two members authorize there: {stations}.", stations=", ".join(without)
        )
        out.print(text, style="yellow", markup=False)


def _commitments(election: Election, note: Path) -> dict[Code, RollCommitment]:
    """What the officers committed to, by station.

    Raises:
        Unproven: too few officers signed it, or it is of another election or of other stations.
    """
    authority = election.definition.authority
    document = read_limited(note)
    found = open_document(document, RollCommitments, officers_of(authority), authority.threshold, str(note))
    committed = {each.station: each for each in found.stations}
    if (found.election, list(committed)) != (election.identity, list(election.stations)):
        raise Unproven(
            Sentence("commitments of every station of this election"),
            Sentence("those of another election or of other stations"),
            Sentence("Take the roll.note of this election."),
            str(note),
        )
    return committed


def _joint_keys(election: Election, papers: Path | None) -> JointKeys | None:
    """The keys of the finished ceremony, every proof of it checked.

    Raises:
        OutOfOrder: guardians without papers, or papers without guardians.
    """
    if (papers is not None) != election.is_encrypted:
        raise OutOfOrder(
            Sentence("the papers of the key ceremony in an election with guardians, and in no other"),
            Sentence("the contrary"),
            Sentence("Give --guardians with the folder in which urna guardian join wrote the joint key."),
        )
    return None if papers is None else Desk(election, papers).ceremony().keys


def _centre_key(text: str) -> PublicKey:
    """A public key of 64 digits, or a key for verifiers as urna authority keygen prints it.

    Raises:
        Malformed: neither.
    """
    if len(text) == 64 and set(text) <= set("0123456789abcdef"):
        return text
    return NoteVerifier.of(text).public_hex
