"""The readiness report: what was tested on a machine before the day, and what came out.

It holds the figures of a deck that everybody may know. It holds no vote: the machine was empty before and after.
"""

from typing import Literal, NamedTuple

from urna.election.definition import Election
from urna.encoding.canonical import Code, Hash, Moment
from urna.errors import UrnaError
from urna.papers.paper import (
    Beside,
    Block,
    Check,
    Checks,
    Digest,
    Fact,
    Facts,
    Heading,
    Line,
    Paper,
    Row,
    Rule,
    Signatures,
    Table,
)
from urna.papers.pen import Pen, moment
from urna.papers.signers import members
from urna.words import N_, Say, Sentence, in_english

Part = Literal["screen", "sound", "keys", "printer", "reader", "clock", "disk", "battery"]

_PARTS: dict[Part, str] = {
    "screen": N_("Screen: every corner answers to a touch"),
    "sound": N_("Sound: the voice is heard in both ears"),
    "keys": N_("Keys or switches: both answer"),
    "printer": N_("Printer: its test paper is whole and legible"),
    "reader": N_("Fingerprint reader: a finger is read"),
    "clock": N_("Clock: it shows the day and the time"),
    "disk": N_("Disk: there is room for the whole day"),
    "battery": N_("Battery: charged"),
}


class PartTest(NamedTuple):
    """A part of the machine: whether it passed, and what was seen."""

    part: Part
    passed: bool
    seen: Sentence | str = ""


class Readiness(NamedTuple):
    """What the test of one machine found."""

    station: Code
    booth: int
    """0 for the poll book."""
    package: Hash
    """SHA-256 of the station's package manifest."""
    decks: int
    ballots: int
    positions: int
    """Positions whose votes were compared with the decks, over all decks."""
    failure: UrnaError | None = None
    """The first thing that did not agree; None: everything did."""
    parts: tuple[PartTest, ...] = ()
    zeroed: bool = True
    """Whether the machine was emptied after the decks."""
    tested_at: Moment | None = None

    @property
    def passed(self) -> bool:
        """Whether the machine may open."""
        return self.failure is None and self.zeroed and all(test.passed for test in self.parts)


def readiness_report(election: Election, found: Readiness, *, say: Say = in_english, language: str = "en") -> Paper:
    """The paper of a readiness test.

    Args:
        election: the election.
        found: what the test found.
        say: translates urna's own words into `language`.
        language: the paper's language.

    Raises:
        Malformed: the definition has no such station.
    """
    pen = Pen(election, say, language)
    kind = say("Readiness report")
    blocks: list[Block] = [
        Heading(text=pen.title(), level=1),
        Heading(text=kind, level=2),
        Beside(left=(Facts(facts=pen.place(found.station)),), right=(Facts(facts=_facts(pen, found)),)),
        Rule(),
        *_verdict(pen, found),
        *_decks(pen, found),
        *_parts(pen, found),
        Digest(name=say("Station package (SHA-256 of its manifest)"), digits=found.package),
        Digest(name=say("Election (SHA-256 of its definition)"), digits=election.identity),
        Heading(text=say("Signatures"), level=3),
        Line(text=say("We saw the test and these results.")),
        Signatures(names=(*members(pen), say("Technician"), *[say("Witness, party")] * 3)),
    ]
    return Paper(
        form="report",
        name=f"readiness-{found.station}-{found.booth}",
        title=f"{kind} · {found.station}",
        language=language,
        banner=pen.banner(),
        footer=f"{pen.title()} · {found.station} · {kind}",
        blocks=tuple(blocks),
    )


def _facts(pen: Pen, found: Readiness) -> tuple[Fact, ...]:
    machine = Sentence("Booth {number}", {"number": found.booth}) if found.booth else Sentence("Poll book")
    facts = [Fact(name=pen.say("Machine"), value=pen.say(machine))]
    if found.tested_at is not None:
        facts.append(Fact(name=pen.say("Tested at"), value=moment(found.tested_at)))
    return tuple(facts)


def _verdict(pen: Pen, found: Readiness) -> tuple[Block, ...]:
    if found.passed:
        return (Line(text=pen.say("The machine passed. It may open on the day."), size="large", strong=True),)
    return (
        Line(text=pen.say("The machine did NOT pass. It must not open."), size="large", strong=True),
        *_failure(pen, found.failure),
    )


def _failure(pen: Pen, failure: UrnaError | None) -> tuple[Block, ...]:
    if failure is None:
        return ()
    facts = (
        Fact(name=pen.say("Expected"), value=pen.say(failure.expected)),
        Fact(name=pen.say("Found"), value=pen.say(failure.found)),
        Fact(name=pen.say("What to do"), value=pen.say(failure.remedy)),
    )
    return (Facts(facts=facts),)


def _decks(pen: Pen, found: Readiness) -> tuple[Block, ...]:
    if not found.decks:
        return ()
    rows = (
        (pen.say("Decks of known ballots pressed"), found.decks),
        (pen.say("Ballots pressed, in all"), found.ballots),
        (pen.say("Positions compared with what was pressed"), found.positions),
    )
    emptied = Check(text=pen.say("The box was emptied and filled anew after the test"), ticked=found.zeroed)
    return (
        Heading(text=pen.say("Logic and accuracy"), level=3),
        Table(rows=tuple(Row(label=label, values=(value,)) for label, value in rows)),
        Checks(checks=(emptied,)),
    )


def _parts(pen: Pen, found: Readiness) -> tuple[Block, ...]:
    if not found.parts:
        return ()
    # A part that failed is said in words too: an empty box could be one that nobody looked at.
    checks = [Check(text=_part(pen, test), ticked=test.passed) for test in found.parts]
    return (Heading(text=pen.say("Parts of the machine"), level=3), Checks(checks=tuple(checks)))


def _part(pen: Pen, test: PartTest) -> str:
    words = [] if test.passed else [pen.say("FAILED")]
    words.append(pen.say(_PARTS[test.part]))
    words += [pen.say(test.seen)] if test.seen else []
    return " · ".join(words)
