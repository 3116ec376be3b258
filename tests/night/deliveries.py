"""Everything that reaches the centre in a night, honest or not, in random order; and what it may be answered.

Each kind has the answers that are right for it, before and after the station's own parcel was taken.
"""

import random
from collections.abc import Iterator
from typing import NamedTuple

from tests.night.election import Night, files_of, other_documents, packed

from urna.encoding.canonical import Code, digest
from urna.rehearsal.counts import StationDocuments
from urna.rehearsal.election import RehearsalKeys


class Right(NamedTuple):
    """An answer that is right: the verdict, its number of HTTP, and words that its English sentence has to hold."""

    verdict: str
    status: int
    words: str = ""


TAKEN = (Right("accepted", 200), Right("repeated", 200))
"""Accepted, or accepted before by a centre that was killed before it could say so."""

RIGHT: dict[str, tuple[Right, ...]] = {
    "honest": TAKEN,
    "duplicate": TAKEN,
    "corrupted on the line": (Right("refused", 422, "one with"),),
    "corrupted: cut short": (Right("refused", 422, "one with"),),
    "corrupted: not a parcel": (Right("refused", 422),),
    "corrupted: a sheet's number": (Right("refused", 422, "signature"),),
    "corrupted: the zero report": (
        Right("refused", 422, "zero report"),
        Right("repeated", 200, "signature"),
    ),
    "wrong signature: another key": (Right("refused", 422, "signature"),),
    "wrong signature: another paper's": (Right("refused", 422, "signature"),),
    "impostor: no such station": (Right("refused", 422, "no such station"),),
    "impostor: own keys": (Right("refused", 422, "signature"),),
    "impostor: another station's papers": (Right("refused", 422, "one of"),),
    "broken station: numbers disagree": (Right("quarantined", 409), Right("refused", 409, "two different sheets")),
}

WAITS = (Right("received", 202), Right("repeated", 200))
"""Received until its ballots prove it, or the same was received or counts already."""

OTHER_BALLOTS = (Right("refused", 422, "Come again with all files"), *WAITS)
"""Nothing of them is kept; beside the station's own sheet, which waits or counts, they change nothing."""

RIGHT_ENCRYPTED: dict[str, tuple[Right, ...]] = {
    **RIGHT,
    "honest": WAITS,
    "duplicate": WAITS,
    "corrupted: the zero report": (*RIGHT["corrupted: the zero report"], Right("received", 202, "signature")),
    "stranger: a ballot's bit": OTHER_BALLOTS,
    "stranger: another station's ballots": OTHER_BALLOTS,
    "stranger: no ballots": OTHER_BALLOTS,
}
"""The same where stations send encrypted ballots."""


class Delivery(NamedTuple):
    """A parcel on its way."""

    kind: str
    station: Code
    """In whose name."""
    parcel: bytes
    named: str
    """SHA-256 as its sender says; the parcel may have become another one since."""


class Shares(NamedTuple):
    """How much of what, of a hundred stations; and impostors and broken stations, whatever the stations are."""

    duplicates: int = 5
    corrupted: int = 3
    wrong: int = 2
    impostors: int = 10
    broken: int = 10
    strangers: int = 6
    """Of a hundred stations, where ballots are encrypted: their signed papers with other ballots."""


def deliveries(night: Night, shares: Shares, order: random.Random) -> list[Delivery]:
    """What comes, shuffled."""
    stations = list(night.documents)
    count = len(stations)
    every = [_sent("honest", night, code, night.parcel(code)) for code in stations]
    every += [_sent("duplicate", night, code, night.parcel(code)) for code in _some(stations, shares.duplicates, order)]
    every += _corrupted(night, _some(stations, shares.corrupted, order), order)
    every += _wrong(night, _some(stations, shares.wrong, order))
    every += _impostors(night, order.sample(stations, min(shares.impostors, count)))
    if night.is_encrypted:
        every += _strangers(night, _some(stations, shares.strangers, order), order)
    every += [_broken(night, code) for code in order.sample(stations, min(shares.broken, count))]
    order.shuffle(every)
    return every


def _some(stations: list[Code], percent: int, order: random.Random) -> list[Code]:
    return order.sample(stations, max(1, len(stations) * percent // 100))


def _sent(kind: str, night: Night, station: Code, parcel: bytes) -> Delivery:
    return Delivery(kind, station, parcel, digest(parcel))


def _of(night: Night, station: Code, files: dict[str, bytes], kind: str) -> Delivery:
    return _sent(kind, night, station, packed(night.rehearsal.election.identity, station, files))


def _corrupted(night: Night, stations: list[Code], order: random.Random) -> Iterator[Delivery]:
    """Five ways of arriving otherwise than it was sent, by turns."""
    for number, code in enumerate(stations):
        whole = night.parcel(code)
        files = files_of(night.documents[code])
        match number % 5:
            case 0:
                yield Delivery("corrupted on the line", code, flipped(whole, order), digest(whole))
            case 1:
                yield Delivery("corrupted: cut short", code, whole[: order.randrange(1, len(whole))], digest(whole))
            case 2:
                yield _sent("corrupted: not a parcel", night, code, order.randbytes(order.randint(1, 5000)))
            case 3:
                files["sheet-0.note"] = _one_vote_more(files["sheet-0.note"])
                yield _of(night, code, files, "corrupted: a sheet's number")
            case _:
                files["zero-1.note"] = _last_signed_bit(files["zero-1.note"])
                yield _of(night, code, files, "corrupted: the zero report")


def _wrong(night: Night, stations: list[Code]) -> Iterator[Delivery]:
    """Signed by keys of these names that nobody certified, or under another station's signature."""
    codes = list(night.documents)
    for number, code in enumerate(stations):
        files = files_of(night.documents[code])
        if number % 2:
            other = codes[codes.index(code) - 1]
            text, mark, _ = files["sheet-0.note"].rpartition(b"\n\n")
            line = files_of(night.documents[other])["sheet-0.note"].rpartition(b"\n\n")[2]
            mine = files["sheet-0.note"].rpartition(b"\n\n")[2].split(b" ")
            files["sheet-0.note"] = text + mark + b" ".join([*mine[:2], line.split(b" ")[2]])
            yield _of(night, code, files, "wrong signature: another paper's")
        else:
            strangers = RehearsalKeys("strangers")
            mixed = other_documents(night, code, night.counts[code], strangers).bundle.sheet
            yield _of(night, code, {**files, "sheet-0.note": mixed}, "wrong signature: another key")


def _impostors(night: Night, stations: list[Code]) -> Iterator[Delivery]:
    """A station that nobody defined, one whose votes somebody made up, and one under another's name, by turns."""
    codes = list(night.documents)
    strangers = RehearsalKeys("impostors")
    for number, code in enumerate(stations):
        row = night.counts[code]
        made_up = row._replace(votes=(row.ballots, *(0 for _ in row.votes[1:])), nulls=0)
        documents = other_documents(night, code, made_up, strangers)
        match number % 3:
            case 0:
                yield _of(night, f"99-99-99.{number:02}", files_of(documents), "impostor: no such station")
            case 1:
                yield _of(night, code, files_of(documents), "impostor: own keys")
            case _:
                other = codes[codes.index(code) - 1]
                yield _sent("impostor: another station's papers", night, other, night.parcel(code))


def _strangers(night: Night, stations: list[Code], order: random.Random) -> Iterator[Delivery]:
    """Who copied all that a station signed, and sends it with ballots that are none of its list, by turns."""
    codes = list(night.documents)
    for number, code in enumerate(stations):
        files = files_of(night.documents[code])
        name = next(each for each in files if each.endswith(".committed"))
        match number % 3:
            case 0:
                files[name] = flipped(files[name], order)
                yield _of(night, code, files, "stranger: a ballot's bit")
            case 1:
                files[name] = files_of(night.documents[codes[codes.index(code) - 1]])[name]
                yield _of(night, code, files, "stranger: another station's ballots")
            case _:
                del files[name]
                yield _of(night, code, files, "stranger: no ballots")


def _broken(night: Night, station: Code) -> Delivery:
    """Signed by the station itself, and its votes do not add up."""
    row = night.counts[station]
    wrong = row._replace(votes=(row.votes[0] + 1, *row.votes[1:]))
    documents: StationDocuments = other_documents(night, station, wrong, night.keys)
    return _of(night, station, files_of(documents), "broken station: numbers disagree")


def flipped(data: bytes, order: random.Random) -> bytes:
    """One bit is another one."""
    place = order.randrange(len(data))
    return data[:place] + bytes([data[place] ^ 1 << order.randrange(8)]) + data[place + 1 :]


def _one_vote_more(sheet: bytes) -> bytes:
    """The first option's votes with another last digit; the signature stays."""
    place = sheet.index(b'"votes":', sheet.index(b'"option"'))
    place += len(b'"votes":')
    end = next(at for at in range(place, len(sheet)) if not sheet[at : at + 1].isdigit())
    votes = int(sheet[place:end]) + 1
    return sheet[:place] + str(votes).encode() + sheet[end:]


def _last_signed_bit(note: bytes) -> bytes:
    """The signature of a note is another one of the same key."""
    head, sign, last = note.rstrip(b"\n").rpartition(b" ")
    middle = len(last) // 2
    other = b"A" if last[middle : middle + 1] != b"A" else b"B"
    return head + sign + last[:middle] + other + last[middle + 1 :] + b"\n"
