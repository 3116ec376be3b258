"""The checks on all ballots together: 7.C to 7.G and S4 of 2.0.0, and the products that box 8 asks for.

Ballots come one after another and are not kept: of a cast one its code, of a challenged one also its ciphertexts.
"""

from collections import Counter
from collections.abc import Iterable
from functools import partial

from urna.encoding.canonical import printable
from urna.interop.electionguard.egk_files import CAST, CHAIN, CHALLENGED, CONFIG, MAX_CHAIN_BYTES, BallotChain
from urna.interop.electionguard.egk_json import read_json
from urna.interop.electionguard.egk_values import read_hash
from urna.interop.electionguard.group import Ciphertext
from urna.interop.electionguard.report import Notebook, Page
from urna.interop.electionguard.verify_ballot import SeenBallot, check_election
from urna.interop.electionguard.verify_keys import RecordKeys
from urna.record.reader import RecordReader
from urna.words import Sentence

NAMED_ONCE = Sentence("each ballot once")
LISTED = Sentence("a list of the ballots of each device")
UNCHAINED = Sentence("chains only in an election that chains its codes")


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
        page = book.page(ballot.path)
        self._names[ballot.name] += 1
        page.demand("S4", holds=self._names[ballot.name] == 1, expected=NAMED_ONCE, where=ballot.name)
        self.listed |= ballot.contests
        self._links.setdefault(ballot.device, {})[ballot.name] = (ballot.auxiliary, ballot.code)
        if ballot.code:
            other = self._codes.setdefault(ballot.code, ballot.path)
            expected, found = (
                Sentence("a code that no other ballot has"),
                Sentence("that of {file}", {"file": printable(other)}),
            )
            page.demand("7.C", holds=other == ballot.path, expected=expected, found=found)
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
                book.page(path).demand("S1", holds=False, expected=UNCHAINED, found=Sentence("one"))
            return
        for device in sorted(self._links.keys() | chains.keys()):
            page, holds = book.page(chains.get(device, "")), device in chains
            if page.demand("S4", holds=holds, expected=LISTED, found=Sentence("none"), where=device):
                self._check_chain(keys, reader, device, page)
        holds = not keys.device_data or len(chains) < 2
        book.page(CONFIG).demand("7.D", holds=holds, expected=Sentence("a name of its own for each device"))

    def _check_chain(self, keys: RecordKeys, reader: RecordReader, device: str, page: Page) -> None:
        """7.D: B_aux,0 is the device's. 7.E: each B_aux has the code before. Then the end of the chain."""
        read = partial(reader.read, page.file, MAX_CHAIN_BYTES)
        chain = page.attempt("S1", lambda: read_json(read(), BallotChain, page.file))
        if chain is None:
            return
        check_election(keys, chain.election_base_hash, page)
        links = self._links.get(device, {})
        holds = sorted(chain.ballot_ids) == sorted(links) and chain.encrypting_device == device
        page.demand("S4", holds=holds, expected=LISTED)
        own, stated = keys.device_data or device.encode(), bytes(each % 256 for each in chain.baux0)
        page.demand("7.D", holds=stated == own, expected=Sentence("the device's own bytes"))
        expected = Sentence("the code of the ballot before, then the device's own bytes")
        last = keys.context.chain_start(own)
        for name in chain.ballot_ids:
            if name in links:
                auxiliary, code = links[name]
                page.demand("7.E", holds=auxiliary == last + own, expected=expected, where=name)
                last = code
        _check_end(keys, chain, last, own, page)


def _check_end(keys: RecordKeys, chain: BallotChain, last: bytes, own: bytes, page: Page) -> None:
    """7.F: the last code of the list is the last ballot's. 7.G: the closing hash follows from it."""
    stated = page.attempt("7.F", lambda: read_hash(chain.last_confirmation_code))
    if stated is not None:
        page.demand("7.F", holds=stated == last, expected=Sentence("the code of the device's last ballot"))
    closing = page.attempt("7.G", lambda: read_hash(chain.closing_hash))
    if closing is not None:
        holds = closing == keys.context.chain_end(last, own)
        page.demand("7.G", holds=holds, expected=Sentence("the closing hash of the chain"))
