"""The words and names that papers share: titles in the paper's language, places, parties, moments."""

import re
from collections.abc import Mapping
from typing import NamedTuple, TypeVar

from urna.election.definition import Contest, Election, Option, Words
from urna.encoding.canonical import Code, Moment, digest
from urna.encoding.parts import Kind, split
from urna.errors import Malformed
from urna.papers import paper
from urna.papers.paper import Codes, Digest, Fact
from urna.words import N_, Say, Sentence

V = TypeVar("V")

_KINDS = {
    "NATION": N_("Nation"),
    "STATE": N_("State"),
    "MUNICIPALITY": N_("Municipality"),
    "PARISH": N_("Parish"),
    "CENTRE": N_("Centre"),
    "CIRCUIT": N_("Circuit"),
}


class Pen(NamedTuple):
    """Writes one paper: whose election it is, in which language.

    `say` translates urna's own sentences into `language`; names come from the definition.
    """

    election: Election
    say: Say
    language: str

    def words(self, words: Words) -> str:
        """A text of the definition in the paper's language, or in the first language that it has."""
        wanted = (self.language, *self.election.rules.languages, *sorted(words))
        return next(words[language] for language in wanted if language in words)

    def title(self) -> str:
        """The election's name."""
        return self.words(self.election.definition.title)

    def banner(self) -> str:
        """What a rehearsal's papers say on every page; empty in an election."""
        if self.election.definition.purpose == "rehearsal":
            return self.say("REHEARSAL - NOT AN ELECTION")
        return ""

    def place(self, station: Code) -> tuple[Fact, ...]:
        """The station and every territory that contains it, from the centre up, the root left out.

        Raises:
            Malformed: the definition has no such station.
        """
        where = look_up(self.election.stations, station)
        territories = [self.election.territories[code] for code in self.election.territories_of_station(station)]
        return (
            Fact(name=self.say("Station"), value=f"{station} · {where.name}"),
            *(
                Fact(name=self._kind(territory.kind), value=territory.name)
                for territory in territories
                if territory.parent is not None or territory.kind == "CIRCUIT"
            ),
        )

    def detail(self, contest: Contest, option: Option) -> str:
        """What stands beside an option: whom it counts for and its party, as far as its name does not say them.

        Where two options of a contest have one name, both are said in full: a slip must tell them apart.
        """
        choice = next(choice for choice in contest.choices if choice.code == option.choice)
        namesakes = sum(other.name == option.name for other in contest.options)
        said = "" if namesakes > 1 else option.name
        parts = [] if _says(said, choice.name) else [choice.name]
        if option.party:
            party = self.election.parties[option.party]
            parts += [] if _says(said, party.name) or _says(said, party.short_name) else [party.short_name]
        return " · ".join(part for part in parts if part != option.name)

    def _kind(self, kind: Code) -> str:
        return self.say(_KINDS[kind]) if kind in _KINDS else kind.capitalize()


def _says(name: str, part: str) -> bool:
    """Whether the words of `part` stand in a name, whole and next to each other."""
    words = [" ".join(["", *re.findall(r"\w+", text.casefold()), ""]) for text in (part, name)]
    return words[0] in words[1]


def look_up(known: Mapping[Code, V], code: Code) -> V:
    """What the definition has under a code.

    Raises:
        Malformed: nothing; the record is of another election, or its maker invented the code.
    """
    if code not in known:
        raise Malformed(
            Sentence("a code of the election definition"),
            Sentence("{code}", {"code": code}),
            Sentence("Check that the definition is the one of this election."),
        )
    return known[code]


def moment(at: Moment) -> str:
    """An instant to the minute, as 2020-12-06 22:14 UTC."""
    return f"{at[:10]} {at[11:16]} UTC"


def codes(pen: Pen, document: bytes, kind: Kind) -> Codes:
    """The QR codes that carry a signed document."""
    parts = split(document, kind)
    return Codes(
        codes=tuple(
            paper.Code(
                data=part,
                caption=pen.say(Sentence("Code {number} of {count}", {"number": number, "count": len(parts)})),
            )
            for number, part in enumerate(parts, start=1)
        )
    )


def digests(pen: Pen, document: bytes) -> tuple[Digest, ...]:
    """The hashes that say which election and which document a report is."""
    return (
        Digest(name=pen.say("Election (SHA-256 of its definition)"), digits=pen.election.identity),
        Digest(name=pen.say("This document (SHA-256)"), digits=digest(document)),
    )
