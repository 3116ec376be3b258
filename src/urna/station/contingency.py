"""What can go wrong at a station, each with its state, one sentence, and the way on; docs/contingency.md shows it.

voting goes on   the others do not notice
booth stands     this booth alone
voting stands    the day is paused, nothing is lost
not open         the station does not open before it is settled
closing stands   nobody votes any more; the count waits
authority        the members state what happened; the authority decides
"""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import NamedTuple

from urna.station.health_rules import Trouble
from urna.words import N_


class Case(StrEnum):
    """What happened."""

    BOOTH_BROKEN = "booth_broken"
    BOOTH_SILENT = "booth_silent"
    PAIR_DOUBTFUL = "pair_doubtful"
    POLL_BOOK_BROKEN = "poll_book_broken"
    PRINTER = "printer"
    READER = "reader"
    POWER = "power"
    DISK_LOW = "disk_low"
    DISK_FULL = "disk_full"
    MEDIUM = "medium"
    CLOCK = "clock"
    WRONG_PACKAGE = "wrong_package"
    TAMPERED_PACKAGE = "tampered_package"
    TWO_IDENTITIES = "two_identities"
    STRANGER = "stranger"
    CARD_LOCKED = "card_locked"
    LATE_OPENING = "late_opening"
    HOURS = "hours"
    INTERRUPTED = "interrupted"
    PAPER_VOTING = "paper_voting"
    COUNT_STOPPED = "count_stopped"
    CARDS_LOST = "cards_lost"
    NOT_SENT = "not_sent"
    ANNULLED = "annulled"


class Effect(StrEnum):
    """What the station is in meanwhile."""

    VOTING_GOES_ON = "voting_goes_on"
    BOOTH_STANDS = "booth_stands"
    VOTING_STANDS = "voting_stands"
    NOT_OPEN = "not_open"
    CLOSING_STANDS = "closing_stands"
    AUTHORITY = "authority"


EFFECTS: Mapping[Effect, str] = MappingProxyType(
    {
        Effect.VOTING_GOES_ON: N_("Voting goes on."),
        Effect.BOOTH_STANDS: N_("This booth stands; the others go on."),
        Effect.VOTING_STANDS: N_("Voting stands; nothing is lost."),
        Effect.NOT_OPEN: N_("The station does not open yet."),
        Effect.CLOSING_STANDS: N_("Nobody votes any more; the count waits."),
        Effect.AUTHORITY: N_("The members state what happened; the authority decides."),
    }
)


class Contingency(NamedTuple):
    """One row: what it is called, what is true, and what to do, one sentence a step."""

    title: str
    effect: Effect
    says: str
    way_on: tuple[str, ...]
    troubles: frozenset[Trouble] = frozenset()
    """Those of the machine's health that it is the way on for."""


_SHEET = N_("Fill in an incident sheet: Incidents.")
_CALL = N_("Call the authority's line; the number is on the seal of the kit.")

CONTINGENCIES: Mapping[Case, Contingency] = MappingProxyType(
    {
        Case.BOOTH_BROKEN: Contingency(
            N_("A booth is broken"),
            Effect.BOOTH_STANDS,
            N_("The ballots are on the removable memory, sealed, and a spare machine goes on with them."),
            (
                N_("Switch the booth off, break its seal before witnesses, and take the removable memory out."),
                N_("Put the memory into the spare: urna station spare STATION --booth N --memory FOLDER."),
                N_("It goes on, and its voter with it, or it says why it cannot: keep what it says."),
                N_("If it cannot: the president ends the activation, and lets its voter in again: Voters, booths."),
                N_("Keep such a memory sealed; its slips are in the box. Go on with the other booths."),
                _SHEET,
            ),
        ),
        Case.BOOTH_SILENT: Contingency(
            N_("A booth does not answer"),
            Effect.BOOTH_STANDS,
            N_("Poll book and booth each know what they did; when the cable is back, nothing is done twice."),
            (
                N_("Look whether the booth is on and its cable is in at both ends."),
                N_("Wait half a minute: the booth starts again by itself and shows the voter where it was."),
                N_("If it stays silent, it is broken: do what is written there."),
            ),
            frozenset({Trouble.BOOTH_SILENT}),
        ),
        Case.PAIR_DOUBTFUL: Contingency(
            N_("Poll book and booth do not agree"),
            Effect.BOOTH_STANDS,
            N_("No power cut leaves this pair of states; the president decides, and the decision is counted."),
            (
                N_("Ask the voter and look at the booth's screen: cast, or not cast."),
                N_("The president settles it: Voters, booths. It counts as a failure, and never as a second vote."),
                _SHEET,
            ),
        ),
        Case.POLL_BOOK_BROKEN: Contingency(
            N_("The poll book's machine is broken"),
            Effect.VOTING_STANDS,
            N_("The marks are on its removable memory under the members' key; the paper book has them, too."),
            (
                N_("Let whoever is in a booth finish; let nobody else in."),
                N_(
                    "Put the poll book's memory into the spare machine and start it with the options of the morning:"
                    " urna station serve STATION --reports PRINTER --printer PRINTER."
                ),
                N_("Two members open it with their cards; it goes on where it was."),
                N_("If the memory is broken, too: call the authority, which makes a new kit and revokes the old keys."),
                N_("Until it comes, close as far as possible, and go on with paper ballots."),
                N_("Never start a copy of the kit: it would be a second machine with the same identity."),
                _SHEET,
            ),
        ),
        Case.PRINTER: Contingency(
            N_("A printer stops"),
            Effect.BOOTH_STANDS,
            N_("A paper that is not whole never counts: the ballot on it is void, and the voter prints another."),
            (
                N_("Do what the booth's screen says: paper, cover, cable, or the jam."),
                N_("Tear a paper that came out in part, and put it into the envelope for spoiled papers."),
                N_("If it does not print any more, put the spare printer in its place; the voter's choices stay."),
            ),
            frozenset(each for each in Trouble if each.name.startswith("PRINTER_")),
        ),
        Case.READER: Contingency(
            N_("The fingerprint reader fails"),
            Effect.VOTING_GOES_ON,
            N_("Nobody is turned away for it: the president admits with a document, a code and a reason."),
            (
                N_("Wipe the glass, and pull the cable out and put it in again."),
                N_("Put the spare reader in its place."),
                N_('Without a reader, admit by override with the reason "reader failed"; ask for more codes in time.'),
                _SHEET,
            ),
            frozenset({Trouble.READER_MISSING, Trouble.READER_FAILED}),
        ),
        Case.POWER: Contingency(
            N_("The power fails"),
            Effect.VOTING_STANDS,
            N_("Everything that was confirmed on a screen is on the media; what was not is void, and known to be."),
            (
                N_("On battery: pause, and let whoever is in a booth finish."),
                N_("When the power is back, start the machines; two members open the poll book with their cards."),
                N_("Each booth says what became of its last ballot; the poll book takes it from there."),
                N_("After an hour without power: see Interrupted."),
            ),
            frozenset({Trouble.ON_BATTERY, Trouble.BATTERY_LOW}),
        ),
        Case.DISK_LOW: Contingency(
            N_("The disk is nearly full"),
            Effect.VOTING_GOES_ON,
            N_("Ballots and marks have their room since the morning; only reports and logs may run out of it."),
            (N_("Tell the technician; take copies of papers off the disk, and nothing else."),),
            frozenset({Trouble.DISK_LOW}),
        ),
        Case.DISK_FULL: Contingency(
            N_("The disk is full"),
            Effect.VOTING_STANDS,
            N_("What could not be written was not done, and nothing that was done is lost."),
            (
                N_("Pause. Let the technician make room: copies of papers, and nothing else."),
                N_("If there is no room to be made, put the memory into the spare machine."),
                _SHEET,
            ),
            frozenset({Trouble.DISK_FULL}),
        ),
        Case.MEDIUM: Contingency(
            N_("A memory is missing, damaged or cannot be written"),
            Effect.BOOTH_STANDS,
            N_("Without its memory a machine takes no vote and marks nobody."),
            (
                N_("Look whether the memory is in its slot, and its switch for writing; start the machine again."),
                N_("If it is not recognized: put it into the spare, which goes on or proves that it cannot."),
                N_("Never format it, and never copy files on it: it is evidence."),
                _SHEET,
            ),
            frozenset({Trouble.MEDIUM_MISSING, Trouble.MEDIUM_READ_ONLY, Trouble.MEDIUM_DAMAGED}),
        ),
        Case.CLOCK: Contingency(
            N_("The clock is wrong or moved"),
            Effect.VOTING_GOES_ON,
            N_("No vote and no mark depends on the clock; the hours of opening and closing and locked cards do."),
            (
                N_("Compare with a clock on the wall; the technician sets it, and the log says so."),
                N_("Before the opening the clock must be right; during the day go on, and open and close by the wall."),
            ),
            frozenset({Trouble.CLOCK_MOVED, Trouble.CLOCK_BEHIND, Trouble.WRONG_DATE}),
        ),
        Case.WRONG_PACKAGE: Contingency(
            N_("The package is of another station or election"),
            Effect.NOT_OPEN,
            N_("The machine was loaded with what belongs to somebody else; it opens nothing with it."),
            (
                N_("Compare station and election on the screen with the label of the kit."),
                N_("Take the right kit, and keep the other one sealed for whoever misses it."),
                _CALL,
            ),
            frozenset({Trouble.WRONG_PACKAGE}),
        ),
        Case.TAMPERED_PACKAGE: Contingency(
            N_("A file of the package was changed or is missing"),
            Effect.NOT_OPEN,
            N_("A file is not the one that the officers signed; the machine opens nothing with it."),
            (
                N_("Keep the machine as it is: it is evidence. Write the name of the file on an incident sheet."),
                N_("Load the spare machine from the second, sealed copy of the kit."),
                N_("If both are refused: vote on paper, when the authority orders it."),
                _CALL,
            ),
            frozenset({Trouble.TAMPERED_PACKAGE, Trouble.INCOMPLETE_PACKAGE}),
        ),
        Case.TWO_IDENTITIES: Contingency(
            N_("Two machines with one identity"),
            Effect.VOTING_STANDS,
            N_("Somebody else holds this machine's key; the second one was refused, and changed nothing."),
            (
                N_("Pause. Look which machines are on the cable; witnesses look, too."),
                N_("Switch off and seal whichever is not this station's; the seal's number tells."),
                N_("If you cannot tell: do not resume, and call the authority."),
                _SHEET,
            ),
            frozenset({Trouble.SECOND_POLL_BOOK, Trouble.SECOND_BOOTH}),
        ),
        Case.STRANGER: Contingency(
            N_("Messages of a stranger on the cable"),
            Effect.VOTING_GOES_ON,
            N_("Whatever is not of the paired machine is refused, and changes nothing."),
            (
                N_("Follow the cable with the witnesses from plug to plug, and take off what does not belong there."),
                _SHEET,
            ),
        ),
        Case.CARD_LOCKED: Contingency(
            N_("A role card is lost, or locked"),
            Effect.VOTING_GOES_ON,
            N_("Any two of the three cards open the poll book and, later, the count."),
            (
                N_("Wait as long as the screen says, or let another member sign in."),
                N_("With one card left of three: let who has it stay signed in, and call the authority at once."),
            ),
        ),
        Case.LATE_OPENING: Contingency(
            N_("The station opens late"),
            Effect.NOT_OPEN,
            N_("The hour of opening is past; the station opens as soon as its steps are done, and says why."),
            (
                N_("Do the steps of opening; none may be skipped."),
                N_("Choose the reason when you open; it stands in the notes of the day."),
                N_("Whoever is in line at the hour of closing still votes."),
            ),
            frozenset({Trouble.LATE_OPENING}),
        ),
        Case.HOURS: Contingency(
            N_("It is before the hour of opening, or after the hour of closing"),
            Effect.VOTING_GOES_ON,
            N_("The hours are the definition's; the members keep them, and the machine reminds them."),
            (
                N_("Before the hour only the president opens, and says why."),
                N_("At the hour of closing let the line finish: nobody joins it, and nobody in it is sent away."),
                N_("Then close: Closing."),
            ),
            frozenset({Trouble.TOO_EARLY, Trouble.CLOSING_HOUR}),
        ),
        Case.INTERRUPTED: Contingency(
            N_("Voting is interrupted"),
            Effect.VOTING_STANDS,
            N_("The station has stood still for an hour or more; nothing is lost, and it may go on."),
            (
                N_("Tell the centre by telephone how many wait and why it stands."),
                N_("Resume as soon as it is possible; or close, where the authority orders it."),
                _SHEET,
            ),
        ),
        Case.PAPER_VOTING: Contingency(
            N_("Voting goes on with paper ballots"),
            Effect.AUTHORITY,
            N_("No machine can go on. What was cast on the machines stays on their memories, and is counted apart."),
            (
                N_("Close the poll book as far as it goes; mark people in the paper book from now on."),
                N_("Use a second, sealed box for paper ballots; never mix them with the slips."),
                N_("At the end count by hand before witnesses, and type the count here twice."),
                N_("It becomes a sheet of its own kind, which says that it is a hand count."),
                _SHEET,
            ),
        ),
        Case.COUNT_STOPPED: Contingency(
            N_("The count stops"),
            Effect.CLOSING_STANDS,
            N_("The ballots stay on their memories as they were; counting once more gives the same sheet."),
            (
                N_("Do what the message says, and count again with the same two cards."),
                N_("If a booth came back with a voter in it: the president settles it, Voters, booths. Count again."),
                N_("If a booth does not answer: look at its cable; put its memory into the spare. Count again."),
                N_("If a memory is lost or damaged: seal what there is of it. It goes to the centre with the kit."),
                N_("Then count the slips of the box by hand before witnesses, and type that count here twice."),
                N_("It becomes a sheet of its own kind, a hand count; the authority decides by it."),
                _SHEET,
            ),
        ),
        Case.CARDS_LOST: Contingency(
            N_("The closing cards are lost"),
            Effect.CLOSING_STANDS,
            N_("Where there are guardians, they open this station's sums; no vote is lost, and none is seen alone."),
            (
                N_("Look once more; any two of the three cards are enough."),
                N_("Two members say that they are lost. The sheet then says how many voted, and no votes."),
                N_("Without guardians the machines cannot open the votes: the slips are counted by hand."),
                N_("If the cards come back before the sheet is signed, they can be used; afterwards they cannot."),
                _SHEET,
            ),
        ),
        Case.NOT_SENT: Contingency(
            N_("The sheet cannot be sent"),
            Effect.CLOSING_STANDS,
            N_("The signed sheet is kept and waits; sending it twice is harmless."),
            (
                N_("It is tried again whenever you press Send by network."),
                N_("Or write it on a stick, which a member and a witness carry; it is read back and compared."),
                N_("The printed sheets are in the witnesses' hands already: nothing depends on the line."),
            ),
        ),
        Case.ANNULLED: Contingency(
            N_("Voting cannot go on at all"),
            Effect.AUTHORITY,
            N_("A station annuls nothing: the president states what happened, and the law's authority decides."),
            (
                N_("The president states it here; the statement is kept with its hour."),
                N_("Close, if it is possible, and count: whatever was cast is kept and signed."),
                N_("Seal machines, memories, boxes and papers, and hand them over together."),
                _SHEET,
                _CALL,
            ),
        ),
    }
)
"""Every case; there is none without a way on."""


def case_of(trouble: Trouble) -> Case:
    """The case that is the way on for a trouble of the machine's health."""
    return next(case for case, row in CONTINGENCIES.items() if trouble in row.troubles)


def table() -> str:
    """Every case for the documents: a heading, the state, the sentence, and the steps."""
    return "\n".join(_section(case, row) for case, row in CONTINGENCIES.items())


def _section(case: Case, row: Contingency) -> str:
    steps = "\n".join(f"{number}. {step}" for number, step in enumerate(row.way_on, 1))
    troubles = ", ".join(f"`{each}`" for each in sorted(row.troubles))
    shown = f"\nTroubles: {troubles}.\n" if troubles else ""
    return f"### {row.title}\n\n`{case}` · **{EFFECTS[row.effect]}** {row.says}\n{shown}\n{steps}\n"
