"""Random changes of a document's JSON, signed again with the right keys: what a malicious signer can hand in."""

import json
import random

from tests.tampering.builder import World
from tests.tampering.forgery import Forgery

from urna.log.note import NoteSigner, sign_note
from urna.record.layout import Kind, place_of

NUMBERS = (0, 1, -1, 2**53 - 1, 2**53, 10**30, 1.5)
TEXTS = ("", "0", "A-01", "B-02", "LIST-N", "SUN", "../x", "x" * 300, "\u2028", "counted", "0" * 64, "\x00")


def mutate(value: object, chance: random.Random) -> object:
    """The JSON value with one change somewhere in it."""
    if isinstance(value, dict) and value and chance.random() < 0.9:
        return _mutate_object(dict(value), chance)
    if isinstance(value, list) and value and chance.random() < 0.9:
        return _mutate_list(list(value), chance)
    return chance.choice([None, True, [], {}, chance.choice(NUMBERS), chance.choice(TEXTS)])


def _mutate_object(value: dict[str, object], chance: random.Random) -> object:
    key = chance.choice(sorted(value))
    match chance.randrange(12):
        case 0:
            del value[key]
        case 1:
            value["extra"] = 1
        case _:
            value[key] = mutate(value[key], chance)
    return value


def _mutate_list(value: list[object], chance: random.Random) -> object:
    place = chance.randrange(len(value))
    match chance.randrange(8):
        case 0:
            del value[place]
        case 1:
            value.append(value[place])
        case 2:
            chance.shuffle(value)
        case _:
            value[place] = mutate(value[place], chance)
    return value


def signers(world: World, path: str) -> list[NoteSigner]:
    """Who signs what lies at a path."""
    place = place_of(path)
    assert place is not None
    if place.kind is Kind.SHEET:
        return world.booths(place.station)
    if place.kind is Kind.HAND_COUNT:
        return [world.poll_book(place.station)]
    if place.kind is Kind.ZERO_REPORT:
        return [world.booths(place.station)[place.number - 1]]
    if place.kind in (Kind.RESULTS, Kind.INCIDENT):
        return [world.keys.log]
    return list(world.keys.officers)


def forge(forgery: Forgery, chance: random.Random) -> str:
    """Changes one document, and sometimes the statement inside a sheet; signs it; publishes everything."""
    world = forgery.world
    path = chance.choice(sorted(world.files))
    if path.endswith(".json"):
        changed = mutate(json.loads(world.files[path]), chance)
        world.files[path] = json.dumps(changed, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    else:
        record = json.loads(world.files[path].split(b"\n")[0])
        if "statement" in record and chance.random() < 0.5:
            statement = mutate(json.loads(record["statement"].split("\n")[0]), chance)
            record["statement"] = _sign(statement, [world.poll_book(record["station"])]).decode()
            changed = record
        else:
            changed = mutate(record, chance)
        world.files[path] = _sign(changed, signers(world, path))
    forgery.publish(retotal=False)
    return f"{path}: {json.dumps(changed)[:2000]}"


def _sign(record: object, keys: list[NoteSigner]) -> bytes:
    text = json.dumps(record, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return sign_note(text.replace("\x00", "").replace("\u2028", "") + "\n", keys)
