"""Manifests and documents of a draw, as tests need them."""

from collections.abc import Sequence

from urna.audit.manifest import BallotManifest, Bound, Container, Counted, make_manifest
from urna.audit.seed import DrawCommitment, Method, SeedKind, SeedRecord, Unit
from urna.audit.shares import Rounding
from urna.audit.tickets import Procedure
from urna.crypto.signatures import SigningKey
from urna.election.definition import NamedKey
from urna.encoding.canonical import digest, encode

ELECTION = "e1" * 32
BOARD_KEY = SigningKey(b"\x2a" * 32)
BOARD = (NamedKey(name="Ana Paz", key_name="urna.example/board/1", key=BOARD_KEY.public_hex),)
DICE = "4 2 6 6 1  3 9 9 9 9  1 2 3 4 5  6 7 8 9 0"


def manifest_of(sizes: Sequence[int], phantoms: int = 0) -> BallotManifest:
    """Containers C-1, C-2 … with so many papers, two of them to a centre, each with so many phantoms more."""
    counted = [Counted(f"C-{n}", f"CENTRE-{(n + 1) // 2}", size) for n, size in enumerate(sizes, start=1)]
    bounds = {each.code: each.papers + phantoms for each in counted}
    return make_manifest(ELECTION, counted, bounds, Bound.SIGNATURES, sum(sizes))


def rules_of(manifest: BallotManifest, **changes: object) -> DrawCommitment:
    """Five papers, then twelve, by sorted tickets; or other rules."""
    fields: dict[str, object] = {
        "election": manifest.election,
        "audit": "RLA-1",
        "manifest": digest(encode(manifest)),
        "population": manifest.size,
        "unit": Unit.PAPER,
        "procedure": Procedure.SORTED,
        "replacement": False,
        "sizes": (5, 12),
        "share": "0/1",
        "rounding": Rounding.UP,
        "seed_kind": SeedKind.DICE,
        "log_size": 3,
        "log_root": "00" * 32,
        "method": Method.SAMPLE,
        "contests": (),
        "edition": 0,
        "risk_limit": "0/1",
        "weights": None,
        "board": BOARD,
        "quorum": 1,
        "decided_at": "2026-12-07T10:00:00Z",
    }
    return DrawCommitment(**(fields | changes))  # type: ignore[arg-type]


def seed_for(rules: DrawCommitment, **changes: object) -> SeedRecord:
    """What the dice said, an hour later."""
    fields: dict[str, object] = {
        "election": rules.election,
        "audit": rules.audit,
        "commitment": digest(encode(rules)),
        "kind": SeedKind.DICE,
        "said": DICE,
        "seed": "42661399991234567890",
        "place": "Caracas, Plaza Bolívar",
        "rolled_at": "2026-12-07T11:00:00Z",
    }
    return SeedRecord(**(fields | changes))  # type: ignore[arg-type]


def container(code: str, papers: int, phantoms: int = 0) -> Container:
    """One of centre A."""
    return Container(code=code, centre="A", papers=papers, phantoms=phantoms)
