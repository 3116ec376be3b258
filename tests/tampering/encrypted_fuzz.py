"""Blind damage to the published folder of an election with guardians, and blind documents that the right keys sign.

Each kind of file is as likely as any other, so that small files are damaged as often as large ones.
"""

import json
import random
from collections.abc import Callable

from tests.tampering.encrypted_ceremony import guardian_signer
from tests.tampering.encrypted_forgery import Folder, Forgery, cut_file, replace
from tests.tampering.signed_fuzz import mutate, signers
from tests.verify.encrypted_world import GUARDIANS

from urna.ballot.published import BallotList
from urna.encoding.canonical import decode
from urna.errors import UrnaError
from urna.log.note import NoteSigner, sign_note
from urna.record.layout import Kind, ballots_path, ciphertexts_path, place_of, serial_path, sheet_path
from urna.tally.rules_votes import ballots_root

Damage = Callable[[random.Random, bytes], bytes]


def draw_path(folder: Folder, chance: random.Random) -> str:
    """A file of the folder, its kind first."""
    kinds = sorted({place.kind for path in folder if (place := place_of(path))})
    kind = chance.choice(kinds)
    return chance.choice(sorted(path for path in folder if (place := place_of(path)) and place.kind is kind))


def _flip(chance: random.Random, data: bytes) -> bytes:
    place = chance.randrange(len(data))
    return data[:place] + bytes([data[place] ^ 1 << chance.randrange(8)]) + data[place + 1 :]


def _write(chance: random.Random, data: bytes) -> bytes:
    place = chance.randrange(len(data))
    return data[:place] + chance.randbytes(1) + data[place + 1 :]


def _cut(chance: random.Random, data: bytes) -> bytes:
    return data[: chance.randrange(len(data))]


def _cut_out(chance: random.Random, data: bytes) -> bytes:
    start = chance.randrange(len(data))
    return data[:start] + data[start + chance.randint(1, 64) :]


def _extend(chance: random.Random, data: bytes) -> bytes:
    return data + chance.choice([b"\0", b"\n", b" ", data, data[-64:], chance.randbytes(32)])


def _put_in(chance: random.Random, data: bytes) -> bytes:
    place = chance.randrange(len(data))
    return data[:place] + chance.randbytes(chance.randint(1, 33)) + data[place:]


def _repeat(chance: random.Random, data: bytes) -> bytes:
    start = chance.randrange(len(data))
    end = min(len(data), start + chance.randint(1, 256))
    return data[:end] + data[start:]


def _exchange(chance: random.Random, data: bytes) -> bytes:
    """Two pieces of 32 bytes in each other's place, as they stand in a file of ballots."""
    if len(data) < 96:
        return _flip(chance, data)
    one, other = sorted(chance.sample(range(0, len(data) - 64, 32), 2))
    return data[:one] + data[other : other + 32] + data[one + 32 : other] + data[one : one + 32] + data[other + 32 :]


_DAMAGES: tuple[Damage, ...] = (_flip, _flip, _write, _cut, _cut_out, _extend, _put_in, _repeat, _exchange)


def damage(folder: Folder, chance: random.Random) -> tuple[Folder, str]:
    """The folder with one file damaged, left out, doubled or exchanged with another; and what was done."""
    path = draw_path(folder, chance)
    match chance.randrange(10):
        case 0:
            return {name: data for name, data in folder.items() if name != path}, f"{path} left out"
        case 1:
            other = draw_path(folder, chance)
            return {**folder, path: folder[other], other: folder[path]}, f"{path} and {other} exchanged"
        case 2:
            return _doubled(folder, path, chance)
        case _:
            return {**folder, path: change_bytes(folder[path], chance)}, f"{path} changed"


def change_bytes(data: bytes, chance: random.Random) -> bytes:
    """The bytes with one change somewhere in them."""
    return chance.choice(_DAMAGES)(chance, data)


def _doubled(folder: Folder, path: str, chance: random.Random) -> tuple[Folder, str]:
    """A file once more, at a place that a record can have."""
    other = chance.choice(
        [
            draw_path(folder, chance),
            serial_path(Kind.AGGREGATE, 6),
            serial_path(Kind.RESULTS, 3),
            sheet_path("A-01", 1),
            ballots_path("B-03"),
            ciphertexts_path("A-01", "S1", "compact"),
            ciphertexts_path("A-02", "S1-IND"),
            "guardians/coefficients-4.note",
            "log/checkpoints/7",
            "log/tile/0/000.p/9",
        ]
    )
    return {**folder, other: folder[path]}, f"{path} once more as {other}"


# ---------------------------------------------------------------- documents that the right keys sign


def forge(forgery: Forgery, chance: random.Random) -> str:
    """Changes one document or list or first line, signs it again by whom it takes, and publishes everything."""
    files = forgery.world.files
    path = draw_path(files, chance)
    place = place_of(path)
    assert place is not None
    if place.kind is Kind.CIPHERTEXTS:
        header, rows = cut_file(files[path])
        changed = mutate(json.loads(files[path][: header.offset(0)]), chance)
        files[path] = _spelled(changed).encode() + b"\n" + b"".join(rows)
    elif path.endswith(".json"):
        changed = mutate(json.loads(files[path]), chance)
        files[path] = _spelled(changed).encode()
        if place.kind is Kind.BALLOTS and chance.random() < 0.7:
            _sign_root(forgery, place.station)
    else:
        changed = mutate(json.loads(files[path].split(b"\n")[0]), chance)
        files[path] = sign_note(
            _spelled(changed).replace("\x00", "").replace("\u2028", "") + "\n", _signers(forgery, path)
        )
    forgery.publish(retotal=False)
    return f"{path}: {_spelled(changed)[:2000]}"


def _sign_root(forgery: Forgery, station: str) -> None:
    """The sheet of the closing with the root of the list as it is now, if it is one."""
    try:
        root = ballots_root(decode(forgery.world.files[ballots_path(station)], BallotList))
    except UrnaError:
        return
    forgery.sheet(station, lambda sheet: replace(sheet, ballots_root=root))


def _signers(forgery: Forgery, path: str) -> list[NoteSigner]:
    place = place_of(path)
    assert place is not None
    match place.kind:
        case Kind.GUARDIAN_COMMITMENT | Kind.GUARDIAN_COEFFICIENTS:
            return [guardian_signer(place.number)]
        case Kind.JOINT_KEY:
            return [guardian_signer(number) for number in range(1, GUARDIANS + 1)]
        case Kind.AGGREGATE:
            return [forgery.world.keys.log]
        case _:
            return signers(forgery.world, path)


def _spelled(value: object) -> str:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
