"""Whether every sheet of a night was proven from its encrypted ballots: added up here once more, ballot by ballot.

Through libsodium, from the files in the public record, without the kernels and without anything that the centre added.
"""

from collections import defaultdict
from collections.abc import Iterator

from tests.night.play import Played

from urna.center.journal import Act, ActKind
from urna.center.proving import read_sums
from urna.crypto.elgamal import Ciphertext, read_ciphertexts, sum_ciphertexts
from urna.encoding.canonical import Code, digest
from urna.record.ballot_file import read_header
from urna.record.layout import ciphertexts_path
from urna.rehearsal.election import STYLE
from urna.storage.centre_store import CentreStore
from urna.tally.ballot_sums import OptionOf

_ID_BYTES, _CIPHERTEXT_BYTES = 16, 64


def unproven(played: Played, store: CentreStore) -> Iterator[str]:
    """Sentences on stations that were not received and proven exactly once, or by other sums than their ballots'."""
    acts: dict[tuple[ActKind, Code], list[Act]] = defaultdict(list)
    for act in store.acts():
        acts[act.kind, act.station].append(act)
    for station, documents in played.night.documents.items():
        received, proofs = acts[ActKind.SHEET, station], acts[ActKind.PROOF, station]
        named = [act.document for act in (*received, *proofs)]
        if named != [digest(documents.bundle.sheet)] * 2 or proofs[0].held is not None:
            yield f"{station}: received {len(received)} times, proofs {[act.held for act in proofs]}"
        elif read_sums(store.read(proofs[0].sums)) != sums_in_record(played, station):
            yield f"{station}: proven by other sums than its ballots have"


def sums_in_record(played: Played, station: Code) -> dict[OptionOf, Ciphertext]:
    """The sum of each option over the ballots of a station's file: none of a night is void or challenged."""
    data = (played.record / ciphertexts_path(station, STYLE)).read_bytes()
    header = read_header(data)
    (contest,) = played.night.rehearsal.election.definition.contests
    end = _ID_BYTES + _CIPHERTEXT_BYTES * len(contest.options)
    starts = [header.offset(row) for row in range(header.ballots)]
    ballots = [read_ciphertexts(data[start + _ID_BYTES : start + end]) for start in starts]
    columns = zip(*ballots, strict=True)
    return {
        OptionOf(contest.code, option.code): sum_ciphertexts(column)
        for option, column in zip(contest.options, columns, strict=True)
    }
