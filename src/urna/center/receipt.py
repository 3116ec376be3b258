"""The centre's answer to a sender: what it did with what came, and why."""

from enum import StrEnum
from typing import Literal, NamedTuple

from urna.encoding.canonical import Code, Hash
from urna.errors import OutOfOrder, Unproven, UrnaError
from urna.tally.reconciliation import Breach
from urna.words import Sentence


class Verdict(StrEnum):
    """What the centre did with what came."""

    RECEIVED = "received"
    """Properly signed, its numbers agree; it counts as soon as its ballots prove it."""
    ACCEPTED = "accepted"
    REPEATED = "repeated"
    """The same bytes came before; nothing changed."""
    QUARANTINED = "quarantined"
    """Properly signed, but its numbers need people to look; not counted, and publicly so."""
    REFUSED = "refused"
    """It does not prove what it says, or contradicts what is published."""


class Receipt(NamedTuple):
    """The verdict, the SHA-256 of what came, and why it is not accepted."""

    verdict: Verdict
    document: Hash
    reason: Sentence | str | None = None


class Held(NamedTuple):
    """Why a properly signed sheet is not counted: what the sender reads, and what everybody does.

    A sheet that is not counted stays unpublished, so the public reason holds none of its numbers: they could be
    votes of a station below the secrecy threshold.
    """

    kind: Literal["quarantined", "conflict"]
    reason: Sentence | str
    public: Sentence

    def portable(self) -> "Held":
        """The same with values in plain dictionaries, which other processes can be sent."""
        return Held(self.kind, _portable(self.reason), _portable(self.public))


def _portable(said: Sentence | str) -> Sentence:
    sentence = Sentence("{text}", {"text": said}) if isinstance(said, str) else said
    values = {name: each if isinstance(each, int) else str(each) for name, each in sentence.values.items()}
    return Sentence(sentence.template, values)


def not_yet(error: UrnaError) -> Held:
    """A sheet for which it is not the time."""
    public = Sentence("It is not the time for this sheet: a decision stands, or another one has to come first.")
    return Held("quarantined", error.found, public)


def broken(breach: Breach) -> Held:
    """A sheet whose numbers disagree."""
    public = Sentence("Rule {rule} of reconciliation is broken: {name}.", {"rule": breach.rule, "name": breach.name})
    return Held("quarantined", breach.sentence, public)


def unproven(error: UrnaError) -> Held:
    """A sheet whose votes do not follow from its encrypted ballots, or whose ballots are not proven."""
    public = Sentence("Its votes do not follow from its encrypted ballots, or a ballot is not proven.")
    return Held("quarantined", error.found, public)


def conflicting(station: Code, sequence: int) -> Held:
    """A second sheet with the same sequence."""
    reason = Sentence(
        "Station {station} signed two different sheets with sequence {sequence}; the first one counts.",
        {"station": station, "sequence": sequence},
    )
    return Held("conflict", reason, reason)


def refused(document: Hash, error: UrnaError) -> Receipt:
    """The receipt for something that does not prove what it says."""
    return Receipt(Verdict.REFUSED, document, str(error))


def no_keys(station: Code) -> Unproven:
    """The error for a station without keys that speak for it."""
    return Unproven(
        Sentence("one certified set of keys that is not revoked"),
        Sentence("none, or more than one"),
        Sentence("Ask the authority to certify the station's keys."),
        station,
    )


def out_of_sequence(station: Code, sequence: int, expected: int) -> OutOfOrder:
    """The error for a correction that comes before what it corrects."""
    return OutOfOrder(
        Sentence("the sheet with sequence {sequence}", {"sequence": expected}),
        Sentence(
            "Station {station}: a sheet with sequence {left} came, expected {right}.",
            {"station": station, "left": sequence, "right": expected},
        ),
        Sentence("Send the earlier sheet first."),
        station,
    )


def too_often(station: Code, most: int) -> OutOfOrder:
    """The error for a station that corrects its sheet without end."""
    return OutOfOrder(
        Sentence("at most {most} corrections", {"most": most}),
        Sentence("Station {station}: one more correction.", {"station": station}),
        Sentence("Ask the authority for a decision; nothing was changed."),
        station,
    )


def other_ballots(station: Code) -> OutOfOrder:
    """The error for a correction with another ballot list."""
    return OutOfOrder(
        Sentence("the ballot list that is published"),
        Sentence("Station {station}: a correction came with another ballot list.", {"station": station}),
        Sentence("Correct the sheet; the ballots of a closed station never change."),
        station,
    )


def no_ballots(station: Code) -> Unproven:
    """The error for a sheet of an election with guardians that came without its ballot list."""
    return Unproven(
        Sentence("the ballot list, without which nothing proves the sheet"),
        Sentence("none"),
        Sentence("Ask the station to send all its files."),
        station,
    )


def no_own_list(station: Code) -> Unproven:
    """The error for a sheet that came without the ballot list that it has signed."""
    return Unproven(
        Sentence("the ballot list whose root the sheet has signed"),
        Sentence("none, or another one"),
        Sentence("Come again with all files of the station; the sheet alone is not enough, and nothing was kept."),
        station,
    )


def other_files(station: Code, found: Sentence) -> Unproven:
    """The error for a sheet with encrypted ballots or openings that are not those of its ballot list."""
    return Unproven(
        Sentence("the encrypted ballots that the station's list names by hash, and the challenged ones opened"),
        found,
        Sentence("Come again with all files of the station; nobody signs these, and nothing was kept."),
        station,
    )


def no_joint_keys(station: Code) -> OutOfOrder:
    """The error for a sheet that came before the guardians' keys."""
    return OutOfOrder(
        Sentence("the guardians' joint keys, before any sheet"),
        Sentence("none"),
        Sentence("Hand over the documents of the key ceremony."),
        station,
    )


def no_zero_report(station: Code, booth: int) -> Unproven:
    """The error for a sheet that came before the zero report of one of its booths."""
    return Unproven(
        Sentence("the zero report of booth {booth}, before the sheet or with it", {"booth": booth}),
        Sentence("none"),
        Sentence("Come again with all files of the station; the sheet alone is not enough, and nothing was kept."),
        station,
    )


def nothing_waits(station: Code) -> OutOfOrder:
    """The error for a proof that nobody waits for."""
    return OutOfOrder(
        Sentence("a sheet that waits for this proof"),
        Sentence("none"),
        Sentence("Nothing was changed; the sheet was decided on before."),
        station,
    )


def too_early(station: Code) -> Sentence:
    """What a sender reads whose sheet has to wait until the first one of its station is proven."""
    return Sentence(
        "Station {station}: its first sheet is being proven just now; send this one again later.", {"station": station}
    )


def ceremony_over() -> OutOfOrder:
    """The error for papers of a key ceremony of which the centre has others, or the same."""
    return OutOfOrder(
        Sentence("one key ceremony"),
        Sentence("papers of it a second time"),
        Sentence("Keep the first ones; they are published."),
    )
