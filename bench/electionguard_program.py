"""Runs in the throwaway environment of `bench/electionguard`, with PyPI's `electionguard` alone: nothing of urna here.

    python electionguard_program.py OPTIONS BALLOTS

Encrypts so many ballots of one contest with one vote, and verifies them, as the package's own functions do; prints one
line of JSON: seconds of each encryption and each verification, and bytes of a ballot. What the package writes to its
log for every step is turned off, so that writing it is not measured.
"""

import json
import logging
import sys
import time
from datetime import datetime, timezone

from electionguard import manifest as m  # type: ignore[import-not-found]
from electionguard.ballot import PlaintextBallot, PlaintextBallotContest  # type: ignore[import-not-found]
from electionguard.ballot_box import cast_ballot  # type: ignore[import-not-found]
from electionguard.election import make_ciphertext_election_context  # type: ignore[import-not-found]
from electionguard.elgamal import elgamal_keypair_random  # type: ignore[import-not-found]
from electionguard.encrypt import encrypt_ballot, selection_from  # type: ignore[import-not-found]
from electionguard.group import rand_q  # type: ignore[import-not-found]
from electionguard.serialize import to_raw  # type: ignore[import-not-found]

DAY = datetime(2026, 12, 6, tzinfo=timezone.utc)  # noqa: UP017 - this runs on Python 3.9, too


def main(options: int, ballots: int) -> None:
    """1. An election. 2. Encrypt a ballot, verify it, so many times. 3. Say how long each took."""
    logging.disable(logging.WARNING)
    internal = m.InternalManifest(election_of(options))
    keypair = elgamal_keypair_random()
    context = make_ciphertext_election_context(1, 1, keypair.public_key, rand_q(), internal.manifest_hash)
    encrypted, verified, size, seed = [], [], 0, rand_q()
    for number in range(ballots + 1):
        plain = ballot_of(internal, number, options)
        started = time.perf_counter()
        ballot = encrypt_ballot(plain, internal, context, seed)
        between = time.perf_counter()
        is_valid = ballot.is_valid_encryption(
            internal.manifest_hash, context.elgamal_public_key, context.crypto_extended_base_hash
        )
        ended = time.perf_counter()
        if not is_valid:
            raise SystemExit("electionguard does not verify its own ballot")
        if number:  # the first one fills the tables of the bases
            encrypted.append(between - started)
            verified.append(ended - between)
        size = len(to_raw(cast_ballot(ballot)))
    print(json.dumps({"encrypt": encrypted, "verify": verified, "bytes": size}))


def election_of(options: int) -> m.Manifest:
    """One contest, one vote, so many options."""
    candidates = [m.Candidate(f"candidate-{n}") for n in range(options)]
    contest = m.CandidateContestDescription(
        "contest", 0, "place", m.VoteVariationType.one_of_m, 1, 1, "contest",
        [m.SelectionDescription(f"option-{n}", n, f"candidate-{n}") for n in range(options)],
    )  # fmt: skip
    return m.Manifest(
        election_scope_id="bench",
        spec_version=m.SpecVersion.EG1_0,
        type=m.ElectionType.general,
        start_date=DAY,
        end_date=DAY,
        geopolitical_units=[m.GeopoliticalUnit("place", "place", m.ReportingUnitType.country)],
        parties=[],
        candidates=candidates,
        contests=[contest],
        ballot_styles=[m.BallotStyle("style", ["place"])],
    )


def ballot_of(internal: m.InternalManifest, number: int, options: int) -> PlaintextBallot:
    """A ballot for one option after the other."""
    (contest,) = internal.contests
    selections = [
        selection_from(each, False, n == number % options) for n, each in enumerate(contest.ballot_selections)
    ]
    return PlaintextBallot(f"ballot-{number}", "style", [PlaintextBallotContest("contest", selections)])


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
