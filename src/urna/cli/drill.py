"""The stolen-station drill: a whole theft in memory, with throwaway keys, so that people have done it once.

Each step says who does what and what is carried to whom, and shows that it works. The station's paper is the
zero report, the shortest document that a booth signs; a tally sheet is signed and refused in the same way.
"""

import secrets
from datetime import UTC, datetime

import msgspec

from urna.cli.drill_screen import claim, say_end, tell
from urna.cli.screen import out
from urna.cli.words import say
from urna.crypto.signatures import SEED_BYTES, SigningKey
from urna.election.certification import StationKeys
from urna.election.definition import Definition, Election, NamedKey
from urna.election.documents import new_certification, new_revocation
from urna.election.folder import read_folder
from urna.election.signing import open_certification, open_definition, open_revocation, trusted_keys
from urna.encoding.document import open_document, sign_document
from urna.errors import Unproven
from urna.log.note import NoteSigner, NoteVerifier
from urna.storage.definition_folder import example_files
from urna.tally.sheet import ZeroReport
from urna.words import N_


class Machine:
    """The keys of one station, public and private; in life the private ones never leave its secure element."""

    def __init__(self, election: Election, station: str) -> None:
        self.station = station
        self._election = election
        count = 1 + election.stations[station].booths
        self._keys = [SigningKey(secrets.token_bytes(SEED_BYTES)) for _ in range(count)]
        self.public = StationKeys(
            station=station,
            poll_book=self._keys[0].public_hex,
            booths=tuple(key.public_hex for key in self._keys[1:]),
            closing=secrets.token_hex(32),
        )

    def sign_paper(self) -> bytes:
        """A zero report, signed by booth 1."""
        report = ZeroReport(
            election=self._election.identity,
            station=self.station,
            booth=1,
            slots=100,
            ballots=0,
            votes=(),
            box_sha256="0" * 64,
            opened_at=_now(),
        )
        return sign_document(report, [NoteSigner(self._election.key_name(self.station, "booth-1"), self._keys[1])])


class Drill:
    """The rehearsed authority, its officers and what they have published so far."""

    def __init__(self) -> None:
        officers = [_officer(number) for number in range(1, 4)]
        self.officers = officers
        self.definition = sign_document(_definition(officers), officers[:2])
        self.election = open_definition(self.definition)
        self.certifications: list[bytes] = []
        self.revocations: list[bytes] = []

    def certify(self, *machines: Machine) -> None:
        """Officers 1 and 2 certify machines."""
        keys = [machine.public for machine in machines]
        record = new_certification(self.election, keys, len(self.certifications) + 1, _now())
        self.certifications.append(sign_document(record, self.officers[:2]))

    def revoke(self, machine: Machine) -> None:
        """Officers 2 and 3 revoke a machine's keys: any two will do."""
        certified = open_certification(self.certifications[0], self.election)
        serial = len(self.revocations) + 1
        record = new_revocation(
            certified, machine.station, serial=serial, issued_at=_now(), reason="stolen", note="drill"
        )
        self.revocations.append(sign_document(record, self.officers[1:]))

    def accepts(self, machine: Machine) -> bool:
        """Whether a verifier who has what was published takes a paper that this machine signed."""
        try:
            keys = self.trusted()[machine.station]
            key = NoteVerifier(self.election.key_name(machine.station, "booth-1"), keys.booths[0])
            open_document(machine.sign_paper(), ZeroReport, [key])
        except KeyError:
            _indented(say("The verifier says: the station has no certified keys."))
            return False
        except Unproven as error:
            _indented(say("The verifier says: expected {what}.", what=say(error.expected)))
            return False
        return True

    def trusted(self) -> dict[str, StationKeys]:
        """The keys that count, from the published documents alone."""
        certified = [open_certification(document, self.election) for document in self.certifications]
        revoked = [open_revocation(document, self.election) for document in self.revocations]
        return trusted_keys(self.election, certified, revoked)


STEPS = (
    N_("Officers 1 and 2 certify the keys of every station. The certification goes into the public record."),
    N_("On the eve a station prints its zero report."),
    N_(
        "It is stolen on the road. The coordinator telephones the authority: station, place, number of the police "
        "report. No key and no code is said on the telephone."
    ),
    N_(
        "Officers 2 and 3 revoke its keys: urna authority revoke. The signed file goes to the centre and into the "
        "public record; copies go by USB stick to the regional office and to the parties."
    ),
    N_("The thief signs a paper with the stolen station."),
    N_(
        "The regional office prepares a spare. Its public keys, one small file, go to two officers by USB stick; "
        "they compare the file's SHA-256 by telephone and certify it: urna authority certify."
    ),
    N_("The spare is carried to the polling place with two members of the station, and opened there."),
)


def run_drill() -> bool:
    """The whole rehearsal, told step by step as in `STEPS`; True when each claim turned out true."""
    drill = Drill()
    machines = [Machine(drill.election, station) for station in drill.election.stations]
    stolen, spare = machines[0], Machine(drill.election, machines[0].station)
    first = say(
        "Rehearsal: the station {station} is stolen. All keys are made now and thrown away.", station=stolen.station
    )
    out.print(first, style="bold", markup=False)
    claims: list[bool] = []
    tell(1, STEPS[0])
    drill.certify(*machines)
    claims += claim(say("All stations have trusted keys"), len(drill.trusted()) == len(machines))
    tell(2, STEPS[1])
    claims += claim(say("Its signature is accepted"), drill.accepts(stolen))
    tell(3, STEPS[2])
    tell(4, STEPS[3])
    drill.revoke(stolen)
    claims += claim(say("The station has no trusted keys now"), stolen.station not in drill.trusted())
    tell(5, STEPS[4])
    claims += claim(say("It is refused"), not drill.accepts(stolen))
    tell(6, STEPS[5])
    drill.certify(spare)
    claims += claim(say("All stations have trusted keys again"), len(drill.trusted()) == len(machines))
    tell(7, STEPS[6])
    claims += claim(say("What the spare signs is accepted"), drill.accepts(spare))
    claims += claim(say("What the thief signs is still refused"), not drill.accepts(stolen))
    say_end(
        all(claims), say("The drill did NOT end as it should: do not rely on revocation before this is understood.")
    )
    return all(claims)


def _indented(text: str) -> None:
    out.print(f"     {text}", style="dim", markup=False)


def _officer(number: int) -> NoteSigner:
    return NoteSigner(f"drill.example/officer-{number}", SigningKey(secrets.token_bytes(SEED_BYTES)))


def _definition(officers: list[NoteSigner]) -> Definition:
    """The example's election, with the throwaway officers."""
    example = read_folder(example_files())
    keys = tuple(
        NamedKey(name=f"Officer {number}", key_name=officer.name, key=officer.verifier.public_hex)
        for number, officer in enumerate(officers, start=1)
    )
    authority = msgspec.structs.replace(example.authority, officers=keys, threshold=2)
    return msgspec.structs.replace(example, authority=authority, purpose="rehearsal")


def _now() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
