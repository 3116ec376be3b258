"""An audit from the command line: a centre at work, its published record, an audit board with key files."""

import hashlib
import time
from collections.abc import Mapping
from pathlib import Path

from tests.audit.audited import BOARD, DICE
from tests.center.parcels import at_work, make, parcel_of, witnesses
from tests.tampering.builder import SEED, World

from urna.cli.center_papers import read_papers
from urna.cli.center_server import now
from urna.cli.main import main
from urna.crypto.kdf import Cost
from urna.crypto.keyfile import seal_key
from urna.storage.centre_opening import RECORD
from urna.storage.centre_publisher import Publisher

WORDS = "five words that never meet"
STATIONS = ("A-01", "A-02", "B-01", "B-02")


class Place:
    """A folder with the centre, the key files and what the board writes.

    Args:
        folder: a new one.
        world: whose stations send.
    """

    def __init__(self, folder: Path, world: World) -> None:
        self.folder, self.world = folder, world
        self.centre, self.out = folder / "centre", folder / "out"
        self.record = self.centre / RECORD
        self.words = folder / "words.txt"
        self.words.write_text(WORDS)
        seeds = {f"board-{name}": f"board-{name}" for name in ("ana", "luis", "eva")}
        seeds |= {f"officer-{number}": f"officer-{number}" for number in (1, 2, 3)}
        for number, (file, name) in enumerate(seeds.items()):
            named = file.replace("board-", "board.example/") if "board" in file else f"cne.example/{name}"
            seed = hashlib.sha256(name.encode()).digest()  # as `builder.signing_key`
            data = seal_key(named, seed, WORDS, salt=bytes([number]) * 16, nonce=bytes([number]) * 12, cost=Cost.TOY)
            (folder / f"{file}.key").write_bytes(data)

    def hold_the_day(self) -> None:
        """All sheets come in; the final results are published."""
        make(self.world, self.centre)
        with at_work(self.world, self.centre) as service:
            for station in STATIONS:
                answer = service.receive(station, parcel_of(self.world, station))
                assert answer.verdict.value == "accepted", answer
            service.receive("A-02", parcel_of(self.world, "A-02", 1))
            service.take(lambda centre: centre.decide(self.world.files["decisions/0001.note"]))
            service.issue_results(status="final", lot_seed=SEED)
        self.publish()

    def publish(self) -> None:
        """What `urna center publish` does."""
        with at_work(self.world, self.centre) as service:
            Publisher(service.opened, service.sequencer, witnesses(self.world)).publish()

    def load(self, *, publish: bool = True) -> None:
        """What `urna center load` does with the board's folder; then it is published."""
        with at_work(self.world, self.centre) as service:
            for handing in read_papers([self.out]):
                if not service.has_all(handing.papers):
                    service.take(handing.take)
        if publish:
            self.publish()

    def audit(self, *words: str) -> int:
        """The exit code of `urna audit`."""
        return main(["--lang", "en", "audit", *words])

    def signed(self, *who: str) -> list[str]:
        """The options with which these of the board sign."""
        keys = [word for name in who or ("ana", "luis") for word in ("--key", str(self.folder / f"board-{name}.key"))]
        return [*keys, "--passphrase-file", str(self.words)]

    def manifest(self, *options: str) -> int:
        """`urna audit manifest`, by the electors of each station."""
        return self.audit("manifest", str(self.record), str(self.out), *(options or ("--registered",)))

    def commit(self, *options: str, code: str = "RLA-1", officers: int = 2) -> int:
        """`urna audit commit` by two of three, signed by so many officers."""
        board = [word for each in BOARD for word in ("--board-key", f"{each.name}={each.verifier.vkey()}")]
        files = [str(self.folder / f"officer-{number}.key") for number in range(1, officers + 1)]
        signing = [word for file in files for word in ("--officer", file)]
        where = [str(self.record), code, str(self.out)]
        return self.audit("commit", *where, *board, "--quorum", "2", *signing, *self.signed(), *options)

    def verb(self, verb: str, *words: str, who: tuple[str, ...] = (), code: str = "RLA-1") -> int:
        """Another verb on the audit, signed by the board."""
        return self.audit(verb, str(self.record), code, *words, *self.signed(*who))

    def roll(self, said: str = DICE, code: str = "RLA-1") -> int:
        """`urna audit seed`, a second after the rules were made: both moments are in the record."""
        decided = now()
        while now() == decided:
            time.sleep(0.02)
        return self.verb("seed", str(self.out), "--said", said, "--place", "Caracas", code=code)

    def count(
        self, station: str, changes: Mapping[tuple[str, str], int] | None = None, *options: str, code: str = "RLA-1"
    ) -> int:
        """`urna audit count` of a box that is as its sheet says, but for some options; both type the same."""
        file = self.folder / f"{station}.csv"
        sheet = self.world.sheet(station, 1 if station == "A-02" else 0)
        shown = {
            (contest.code, option.code): 0
            for contest in self.world.election.contests_of_station(station)
            for option in contest.options
        }
        shown |= {(each.contest, one.option): one.votes for each in sheet.contests for one in each.votes or ()}
        lines = [f"{key[0]},{key[1]},{votes}" for key, votes in (shown | dict(changes or {})).items()]
        file.write_text("\n".join(["contest,option,votes", *lines]) + "\n", encoding="utf-8")
        slips = ["--papers", str(sheet.cast)] * 2
        people = ["--first", "Ana Paz", "--second", "Luis Gil", *slips]
        return self.verb("count", station, str(file), str(file), str(self.out), *people, *options, code=code)
