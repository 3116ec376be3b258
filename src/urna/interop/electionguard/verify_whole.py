"""The checks on all ballots together: 7.C to 7.G and S4 of 2.0.0, and the products that box 8 asks for.

Ballots come one after another and are not kept: of a cast one its code, of a challenged one also its ciphertexts.
"""

from collections import Counter
from collections.abc import Iterable

from urna.interop.electionguard.egk_files import CAST, CHALLENGED, CHAIN, MAX_CHAIN_BYTES, BallotChain
from urna.interop.electionguard.egk_json import read_json
from urna.interop.electionguard.egk_values import read_hash
from urna.interop.electionguard.group import Ciphertext
from urna.interop.electionguard.report import Notebook
from urna.interop.electionguard.verify_ballot import SeenBallot, check_election
from urna.interop.electionguard.verify_keys import RecordKeys
from urna.record.reader import RecordReader
from urna.words import Sentence

NAMED_ONCE = Sentence("each ballot once")


class Ballots:
    """What is kept of the ballots of an election.

    Args:
        keys: the election.
    """

    def __init__(self, keys: RecordKeys) -> None:
        one = keys.group.identity
        self.totals = {
            (contest.label, option.label): Ciphertext(one, one)
            for contest in keys.manifest.contests
            for option in contest.options
        }
        """(A, B) of every option of the manifest, over the ballots cast; (1, 1) over none."""
        self.cast: Counter[str] = Counter()
        self.challenged: dict[str, SeenBallot] = {}
        self.listed: set[str] = set()
        """Labels of contests that some ballot has."""
        self._codes: dict[bytes, str] = {}
        self._names: Counter[str] = Counter()
        self._links: dict[str, dict[str, tuple[bytes, bytes]]] = {}
        """By device and ballot: B_aux and the code."""

    def take(self, ballot: SeenBallot, book: Notebook) -> None:
        """Adds a ballot that was examined: its findings, its name and code, and its votes if it was cast."""
        book.take(ballot.findings)
        self._names[ballot.name] += 1
        book.demand("S4", ballot.path, holds=self._names[ballot.name] == 1, expected=NAMED_ONCE, where=ballot.name)
        self.listed |= ballot.contests
        self._links.setdefault(ballot.device, {})[ballot.name] = (ballot.auxiliary, ballot.code)
        if ballot.code:
            other = self._codes.setdefault(ballot.code, ballot.path)
            found = Sentence("that of {file}", {"file": other})
            expected = Sentence("a confirmation code that no other ballot has")
            book.demand("7.C", ballot.path, holds=other == ballot.path, expected=expected, found=found)
        if ballot.state == CHALLENGED:
            self.challenged[ballot.name] = ballot
        elif ballot.state == CAST:
            self.cast[ballot.name] += 1
            for place, ciphertext in ballot.votes.items():
                self.totals[place] = self.totals[place].times(ciphertext)

    @property
    def count(self) -> int:
        """Ballots taken."""
        return self._names.total()

    def check_chains(self, keys: RecordKeys, reader: RecordReader, paths: Iterable[str], book: Notebook) -> None:
        """Each device has a list of exactly its ballots, and their codes are one chain."""
        chains = {match["device"]: path for path in paths if (match := CHAIN.fullmatch(path))}
        if not keys.is_chained:
            for path in chains.values():
                expected = Sentence("chains only in an election that chains its codes")
                book.demand("S1", path, holds=False, expected=expected, found=Sentence("one"))
            return
        for device in self._links.keys() | chains.keys():
            path = chains.get(device, "")
            expected = Sentence("a list of the ballots of each device")
            if book.demand("S4", path, holds=bool(path), expected=expected, found=Sentence("none"), where=device):
                self._check_chain(keys, reader, device, path, book)
        holds = not keys.device_data or len(chains) < 2
        book.demand("7.D", "", holds=holds, expected=Sentence("a name of its own for each device"))

    def _check_chain(self, keys: RecordKeys, reader: RecordReader, device: str, path: str, book: Notebook) -> None:
        chain = book.attempt("S1", path, lambda: read_json(reader.read(path, MAX_CHAIN_BYTES), BallotChain, path))
        if chain is None:
            return
        check_election(keys, chain.election_base_hash, path, book)
        links = self._links.get(device, {})
        holds = sorted(chain.ballot_ids) == sorted(links) and chain.encrypting_device == device
        book.demand("S4", path, holds=holds, expected=Sentence("a list of the ballots of each device"))
        own = keys.device_data or device.encode()
        stated = bytes(each % 256 for each in chain.baux0)
        book.demand("7.D", path, holds=stated == own, expected=Sentence("the device's own bytes"))
        last = keys.context.chain_start(own)
        for name in chain.ballot_ids:
            if name in links:
                auxiliary, code = links[name]
                expected = Sentence("the code of the ballot before, then the device's own bytes")
                book.demand("7.E", path, holds=auxiliary == last + own, expected=expected, where=name)
                last = code
        self._check_end(keys, chain, last, own, path, book)

    def _check_end(
        self, keys: RecordKeys, chain: BallotChain, last: bytes, own: bytes, path: str, book: Notebook
    ) -> None:
        """7.F: the last code of the list is the last ballot's. 7.G: the closing hash follows from it."""
        stated = book.attempt("7.F", path, lambda: read_hash(chain.last_confirmation_code))
        if stated is not None:
            book.demand("7.F", path, holds=stated == last, expected=Sentence("the code of the device's last ballot"))
        closing = book.attempt("7.G", path, lambda: read_hash(chain.closing_hash))
        if closing is not None:
            holds = closing == keys.context.chain_end(last, own)
            book.demand("7.G", path, holds=holds, expected=Sentence("the closing hash of the chain"))
