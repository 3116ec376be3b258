"""The kinds of values that an official writes in a folder, each with the sentence that says how to write it.

The limits are those of the records (election/definition), read from their types, so that a folder accepts
exactly what a record can hold.
"""

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Annotated, Any, Generic, Literal, TypeVar, cast, get_args, get_origin, get_type_hints

import msgspec

from urna.election.allocation_rule import Ratio as AnyRatio
from urna.election.definition import CalibrationHash, KeyName, OptionalKey, Party, Ratio, Text, Words
from urna.encoding.canonical import Code, PublicKey
from urna.words import N_, Sentence

T = TypeVar("T")

MOST = 2**53 - 1
LONGEST_TEXT = 200


class Unfit(ValueError):
    """A value is not of its kind; the caller knows where it stands and reports it."""


@dataclass(frozen=True)
class Kind(Generic[T]):
    """A kind of value: how it is read, how it is written, and what stands in for one that cannot be used."""

    read: Callable[[object], T]
    """Raises `Unfit`, another ValueError, OverflowError or msgspec's error."""
    remedy: Sentence
    stand_in: T


def fit(kind: Kind[T], raw: object) -> T:
    """The value, if it is of this kind.

    Raises:
        Unfit: it is not.
    """
    try:
        return kind.read(raw)
    except (msgspec.ValidationError, ValueError, OverflowError) as error:
        raise Unfit from error


def called(code: str) -> Kind[str]:
    """A text whose stand-in is a code, so that two that cannot be used still differ."""
    return replace(TEXT, stand_in=code)


def whole(low: int = 0, high: int = MOST) -> Kind[int]:
    """A whole number in a range, both ends included; in a CSV file it is written in digits."""

    def read(raw: object) -> int:
        number = int(raw) if isinstance(raw, str) and re.fullmatch(r"0|[1-9][0-9]{0,17}", raw) else raw
        if type(number) is not int or not low <= number <= high:
            raise Unfit
        return number

    if high == MOST:
        return Kind(read, Sentence(N_("Write a whole number, {low} or more."), {"low": low}), max(low, 1))
    remedy = Sentence(N_("Write a whole number from {low} to {high}."), {"low": low, "high": high})
    return Kind(read, remedy, low)


def one_of(*names: str) -> Kind[str]:
    """One of a few words."""

    def read(raw: object) -> str:
        if isinstance(raw, str) and raw in names:
            return raw
        raise Unfit

    return Kind(read, Sentence(N_("Write one of: {names}."), {"names": ", ".join(names)}), names[0])


def kind_of(hint: object) -> Kind[Any]:
    """The kind of a record's field, by its type.

    Args:
        hint: the type with its annotations, as `get_type_hints(record, include_extras=True)` gives it.
    """
    if get_origin(hint) is Literal:
        return one_of(*get_args(hint))
    if get_origin(hint) is Annotated and get_args(hint)[0] is int:
        meta = get_args(hint)[1]
        return whole(meta.ge, MOST if meta.le is None else meta.le)
    return _KINDS[hint]


def fields_of(record: type[msgspec.Struct], but: Sequence[str] = ()) -> dict[str, Kind[Any]]:
    """The kind of each field of a record whose fields are plain values; those named in `but` are not asked about."""
    hints = get_type_hints(record, include_extras=True)
    return {name: kind_of(hint) for name, hint in hints.items() if name not in but}


def _typed(wanted: object) -> Callable[[object], Any]:
    """A reader of values as a record's field holds them; text in composed form (NFC), however it was typed."""

    def read(raw: object) -> Any:
        normal = unicodedata.normalize("NFC", raw) if isinstance(raw, str) else raw
        return msgspec.convert(normal, cast("type[Any]", wanted))

    return read


def _read_words(raw: object) -> Words:
    if not isinstance(raw, dict):
        raise Unfit
    return {language: fit(TEXT, text) for language, text in raw.items()}


def _read_moment(raw: object) -> str:
    """An instant in UTC, from a date and time with its zone, quoted or not."""
    moment = datetime.fromisoformat(raw) if isinstance(raw, str) else raw
    if not isinstance(moment, datetime) or moment.tzinfo is None or moment.microsecond:
        raise Unfit
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat() + "Z"


def _read_color(raw: object) -> str:
    """A colour; capitals mean the same as small letters."""
    return str(_typed(_COLOR)(raw.lower() if isinstance(raw, str) else raw))


_COLOR = get_type_hints(Party, include_extras=True)["color"]

CODE: Kind[str] = Kind(
    _typed(Code), Sentence(N_("Write a code: capitals, digits, dot, dash and underscore, at most 40.")), "?"
)
TEXT: Kind[str] = Kind(_typed(Text), Sentence(N_("Write one line of text, at most 200 letters.")), "?")
WORDS: Kind[Words] = Kind(
    _read_words, Sentence(N_('Write it in each language of the election: {{ es = "…", en = "…" }}.')), {}
)
FRACTION: Kind[str] = Kind(_typed(Ratio), Sentence(N_('Write an exact fraction in quotes, such as "5/100".')), "1/2")
COLOR: Kind[str] = Kind(_read_color, Sentence(N_("Write a colour as #rrggbb, such as #1f6fb2.")), "#808080")
KEY: Kind[str] = Kind(
    _typed(PublicKey), Sentence(N_("Paste the 64 hexadecimal digits that urna authority keygen printed.")), "0" * 64
)
OPTIONAL_KEY: Kind[str] = Kind(
    _typed(OptionalKey), Sentence(N_('Paste the 64 hexadecimal digits of a public key, or write "".')), ""
)
CALIBRATION: Kind[str] = Kind(
    _typed(CalibrationHash), Sentence(N_("Copy what urna biometrics thresholds prints.")), "0" * 64
)
KEY_NAME: Kind[str] = Kind(
    _typed(KeyName), Sentence(N_("Write a name without spaces and plus signs, such as council.example/ana.")), "?"
)
MOMENT: Kind[str] = Kind(
    _read_moment, Sentence(N_("Write date, time and zone, such as 2020-12-06T06:00:00-04:00.")), "1970-01-01T00:00:00Z"
)
FLAG: Kind[bool] = Kind(_typed(bool), Sentence(N_("Write true or false, without quotes.")), False)
LANGUAGES: Kind[tuple[str, ...]] = Kind(
    _typed(tuple[str, ...]), Sentence(N_('Write a list of language codes: ["es", "en"].')), ("es", "en")
)

_KINDS: dict[object, Kind[Any]] = {
    Code: CODE,
    Text: TEXT,
    Ratio: FRACTION,
    AnyRatio: replace(FRACTION, read=_typed(AnyRatio)),
    PublicKey: KEY,
    CalibrationHash: CALIBRATION,
    OptionalKey: OPTIONAL_KEY,
    KeyName: KEY_NAME,
    bool: FLAG,
    tuple[str, ...]: LANGUAGES,
    _COLOR: COLOR,
}
