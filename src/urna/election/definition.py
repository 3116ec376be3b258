"""The election definition: what is elected, where, by whom, under which rules.

An official writes a folder (see `election/folder`), urna reads it into one `Definition`, and k of n officers
sign its canonical bytes. Its SHA-256 is the election's identity: every other record names it.

    Definition
    ├── Authority     officers (k of n), the log's key, witnesses (quorum), guardians (k of n)
    ├── Rules         time limit, attempts, receipts, thresholds, shares
    ├── Territory     a tree: nation, state, municipality, parish, centre; circuits stand beside it
    ├── Party, Candidate
    ├── Contest       options (what a voter presses) that count for choices (who or what is voted for)
    ├── BallotStyle   the contests of one kind of elector at one kind of place
    └── Station       where it lies, its styles with their electors, its booths
"""

from enum import StrEnum
from fractions import Fraction
from typing import Annotated, Literal

import msgspec

from urna.election.allocation_rule import SecondRound
from urna.encoding.canonical import Code, Count, Hash, Moment, PublicKey, Record, digest, encode

Ratio = Annotated[str, msgspec.Meta(pattern=r"\A(0|[1-9]\d{0,11})/[1-9]\d{0,11}\Z")]
"""An exact fraction, as "3/100"."""

Text = Annotated[
    str,
    msgspec.Meta(min_length=1, max_length=200, pattern=r"\A[^\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]+\Z"),
]
"""One line that people read; no control characters, and none that turns the direction of a line."""

Words = dict[str, Text]
"""A text in each language of the definition, by language code ("es", "en")."""

KeyName = Annotated[str, msgspec.Meta(pattern=r"\A[!-*,-~]{1,120}\Z")]
"""The name of a key in a signed note: printable ASCII without spaces and plus signs."""


OptionalKey = Annotated[str, msgspec.Meta(pattern=r"\A(?:[0-9a-f]{64})?\Z")]
"""A public key of 64 lower-case hexadecimal digits, or nothing."""


def ratio(text: Ratio) -> Fraction:
    """The exact value of a ratio."""
    return Fraction(text)


class NamedKey(Record, frozen=True, kw_only=True):
    """Somebody's Ed25519 key: a person's or body's name, the key's name in notes, the public key."""

    name: Text
    key_name: KeyName
    key: PublicKey


class Authority(Record, frozen=True, kw_only=True):
    """Who signs: officers (any `threshold` of them act for the authority), the centre's log, its witnesses.

    And who holds the key of the ballots: guardians, any `guardian_threshold` of whom open totals together. With none
    the ballots are not encrypted, and verification says so.
    """

    name: Text
    officers: tuple[NamedKey, ...]
    threshold: Annotated[int, msgspec.Meta(ge=1, le=100)]
    log: NamedKey
    witnesses: tuple[NamedKey, ...] = ()
    witness_quorum: Annotated[int, msgspec.Meta(ge=0, le=100)] = 0
    guardians: tuple[NamedKey, ...] = ()
    """In order: the first has index 1 in the key ceremony."""
    guardian_threshold: Annotated[int, msgspec.Meta(ge=0, le=100)] = 0


CalibrationHash = Annotated[str, msgspec.Meta(pattern=r"\A[0-9a-f]{64}\Z", title="calibration record")]
"""SHA-256 of a calibration record, as `urna biometrics thresholds` prints it."""

SHIPPED_CALIBRATION: CalibrationHash = "0c0f65f02970cf0f0980e3fea6463138af6563b6b4413456aac1244af5d8c9e9"
"""SHA-256 of the calibration that comes with urna (src/urna/biometrics/data), whose values are the defaults below."""


class FingerRule(Record, frozen=True, kw_only=True):
    """When a fingerprint identifies an elector: numbers of a calibration record (docs/biometrics.md).

    Scores are in millionths; the score of several fingers is the sum over different fingers.
    """

    tries: Annotated[int, msgspec.Meta(ge=1, le=10)] = 2
    """Tries per enrolled finger."""
    false_match_rate: Ratio = "1/1000"
    """Of a whole identification: the share of impostors, using every try, who are taken for the elector."""
    score_of_one: Annotated[int, msgspec.Meta(ge=1, le=1_000_000)] = 54_000
    score_of_two: Annotated[int, msgspec.Meta(ge=1, le=2_000_000)] = 70_800
    score_of_three: Annotated[int, msgspec.Meta(ge=1, le=3_000_000)] = 94_800
    score_of_four: Annotated[int, msgspec.Meta(ge=1, le=4_000_000)] = 115_800
    least_quality: Annotated[int, msgspec.Meta(ge=0, le=100)] = 10
    """An image below it that does not match is too poor to be a no."""
    least_minutiae: Annotated[int, msgspec.Meta(ge=2, le=255)] = 8
    calibration: CalibrationHash = SHIPPED_CALIBRATION
    """SHA-256 of the record that the scores come from."""
    provisional: bool = True
    """Whether that record rests on fewer than 200,000 pairs of different real fingers."""

    @property
    def scores(self) -> tuple[int, ...]:
        """What one finger, two, three and four must reach, in millionths."""
        return (self.score_of_one, self.score_of_two, self.score_of_three, self.score_of_four)


class Rules(Record, frozen=True, kw_only=True):
    """The rules that a definition may set; the defaults are the ones of docs/rules.md."""

    time_limit_seconds: Annotated[int, msgspec.Meta(ge=30, le=3600)] = 360
    inactivity_seconds: Annotated[int, msgspec.Meta(ge=30, le=600)] = 120
    attempts: Annotated[int, msgspec.Meta(ge=1, le=10)] = 3
    """Papers that one activation may print, the cast one included."""
    challenges: Annotated[int, msgspec.Meta(ge=0, le=5)] = 1
    """Of those, how many may challenge the machine."""
    receipts: bool = False
    """Whether a slip with the confirmation code is printed."""
    languages: tuple[str, ...] = ("es", "en")
    audit_share: Ratio = "54/100"
    """Share of stations whose slips are counted by hand on the spot."""
    audit_rounding: Literal["up", "nearest"] = "up"
    """Of a centre's part of a station: `up`, so that each has the share, or to the nearest, halves up; at least one."""
    risk_limit: Ratio = "5/100"
    secrecy_threshold: Annotated[int, msgspec.Meta(ge=1, le=1000)] = 10
    """Fewest cast ballots of a contest at a station whose votes are published by station."""
    personal_data_days: Annotated[int, msgspec.Meta(ge=1, le=3650)] = 180
    """Days after the close of polls from which roll, fingerprints and poll books may be wiped."""
    captures_key: OptionalKey = ""
    """To which the poll book seals the fingers of those it admits, for a search afterwards; "" if it keeps none."""
    fingers: FingerRule = FingerRule()
    """When a fingerprint identifies an elector."""


class Territory(Record, frozen=True, kw_only=True):
    """A node of the territory tree, or a circuit beside it (its stations name it in `within`)."""

    code: Code
    kind: Code
    """NATION, STATE, MUNICIPALITY, PARISH, CENTRE, CIRCUIT, or another word of the law."""
    name: Text
    parent: Code | None = None
    """None for the one root."""


class Party(Record, frozen=True, kw_only=True):
    """A party or another group that has cards on the ballot."""

    code: Code
    name: Text
    short_name: Text
    color: Annotated[str, msgspec.Meta(pattern=r"\A#[0-9a-f]{6}\Z")] = "#808080"


class Candidate(Record, frozen=True, kw_only=True):
    """A person who stands, nominally or on lists, and who takes the seat where this person cannot."""

    code: Code
    name: Text
    substitutes: tuple[Code, ...] = ()


class ContestKind(StrEnum):
    """What a voter decides in a contest."""

    NOMINAL = "nominal"
    """Persons: up to `votes_allowed` of them."""
    LIST = "list"
    """One party's list."""
    REFERENDUM = "referendum"
    """One answer to a question."""


class Choice(Record, frozen=True, kw_only=True):
    """Who or what a vote counts for: a person, a list with its order, or an answer."""

    code: Code
    name: Text
    party: Code | None = None
    nominees: tuple[Code, ...] = ()
    """Candidates: one for a nominal choice, the list's order for a list, none for an answer."""


class Option(Record, frozen=True, kw_only=True):
    """A place to press: a party's card, or an answer. Several cards may count for one choice."""

    code: Code
    name: Text
    party: Code | None = None
    choice: Code


def _no_threshold() -> Ratio:
    return "0/1"


def _lot() -> Literal["lot"]:
    return "lot"


class SeatRule(Record, frozen=True, kw_only=True, omit_defaults=True):
    """How votes become seats: names of `election/seats`.

    `second_round` is written only where there is one, all other fields always, so that a definition without one reads
    as it always did.
    """

    method: Literal["plurality", "dhondt", "sainte-lague", "modified-sainte-lague", "hare", "droop", "majority", "none"]
    seats: Count
    threshold: Ratio = msgspec.field(default_factory=_no_threshold)
    """Share of the valid votes that a list needs to take part."""
    tie: Literal["more-votes", "lot", "undecided"] = msgspec.field(default_factory=_lot)
    """`more-votes`: the list with more votes, then lot; `lot`: a lot from the public seed."""
    second_round: SecondRound | None = None
    """Of a majority for one seat: what follows where nobody has it."""


class Contest(Record, frozen=True, kw_only=True):
    """One decision of the voters of one territory.

    Options are in ballot order. votes + undervotes = ballots × votes_allowed.
    """

    code: Code
    kind: ContestKind
    title: Words
    territory: Code
    electorate: Code = "ALL"
    """Which electors decide it: ALL, or a group of the roll such as INDIGENOUS."""
    votes_allowed: Annotated[int, msgspec.Meta(ge=1, le=100)] = 1
    options: tuple[Option, ...]
    choices: tuple[Choice, ...]
    seat_rule: SeatRule


class BallotStyle(Record, frozen=True, kw_only=True):
    """The contests that one kind of elector sees, in ballot order."""

    code: Code
    contests: tuple[Code, ...]


class StyleElectors(Record, frozen=True, kw_only=True):
    """How many electors of a station vote on a style."""

    style: Code
    electors: Count


class Station(Record, frozen=True, kw_only=True):
    """A polling station (mesa): one poll book, one or more booths."""

    code: Code
    name: Text
    centre: Code
    """The territory, a leaf of the tree, in which it lies."""
    within: tuple[Code, ...] = ()
    """Territories beside the tree to which it belongs: its circuits."""
    styles: tuple[StyleElectors, ...]
    booths: Annotated[int, msgspec.Meta(ge=1, le=9)] = 1

    @property
    def electors(self) -> int:
        """Electors of all styles."""
        return sum(style.electors for style in self.styles)


class Definition(Record, frozen=True, kw_only=True, tag_field="type", tag="urna/definition/1"):
    """Everything that is fixed before the day."""

    code: Code
    title: Words
    purpose: Literal["election", "rehearsal"]
    """A rehearsal can never be taken for an election: all its papers and records say so."""
    opens_at: Moment
    closes_at: Moment
    authority: Authority
    rules: Rules
    territories: tuple[Territory, ...]
    parties: tuple[Party, ...]
    candidates: tuple[Candidate, ...]
    contests: tuple[Contest, ...]
    styles: tuple[BallotStyle, ...]
    stations: tuple[Station, ...]


class Election:
    """A definition with its identity and the look-ups that everything else needs.

    Args:
        definition: a definition that `election/check` found without mistakes.
        identity: the definition's hash when it is known already (a reader has hashed the bytes).
    """

    def __init__(self, definition: Definition, identity: Hash = "") -> None:
        self.definition = definition
        self.identity = identity or digest(encode(definition))
        self.rules = definition.rules
        self.territories = {territory.code: territory for territory in definition.territories}
        self.contests = {contest.code: contest for contest in definition.contests}
        self.styles = {style.code: style for style in definition.styles}
        self.stations = {station.code: station for station in definition.stations}
        self.parties = {party.code: party for party in definition.parties}
        self.candidates = {candidate.code: candidate for candidate in definition.candidates}

    @property
    def is_encrypted(self) -> bool:
        """Whether the ballots are encrypted to the guardians' joint key."""
        return bool(self.definition.authority.guardians)

    def contests_of_style(self, style: Code) -> tuple[Contest, ...]:
        """The contests of a ballot style, in ballot order."""
        return tuple(self.contests[code] for code in self.styles[style].contests)

    def contests_of_station(self, station: Code) -> tuple[Contest, ...]:
        """The contests of all styles of a station, each once, in the definition's order."""
        codes = {code for each in self.stations[station].styles for code in self.styles[each.style].contests}
        return tuple(contest for contest in self.definition.contests if contest.code in codes)

    def styles_with(self, contest: Code) -> frozenset[Code]:
        """The ballot styles that hold a contest."""
        return frozenset(style.code for style in self.definition.styles if contest in style.contests)

    def chain(self, territory: Code) -> tuple[Code, ...]:
        """A territory and those that contain it, up to the root."""
        found = [territory]
        while (parent := self.territories[found[-1]].parent) is not None:
            found.append(parent)
        return tuple(found)

    def territories_of_station(self, station: Code) -> tuple[Code, ...]:
        """Every territory that contains a station, its circuits included, each once."""
        place = self.stations[station]
        return tuple(dict.fromkeys((*self.chain(place.centre), *place.within)))

    def key_name(self, station: Code, role: str) -> str:
        """The name in notes of a station's key; role is "poll-book" or "booth-1", "booth-2" and so on."""
        return f"urna/{self.identity[:16]}/{station}/{role}"
