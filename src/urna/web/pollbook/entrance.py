"""The table at the entrance: who comes is looked up, laid on the reader, admitted, and sent to a booth.

    find → choose → capture (again) → admitted → booth
                          → the president (web/pollbook/override) → admitted

What is here is memory of one person at a time. Nothing lists who came before.
"""

import unicodedata
from typing import NoReturn

from urna.biometrics.capture import Extraction
from urna.biometrics.template import Template
from urna.devices.reader import TryAgain
from urna.errors import Malformed, OutOfOrder
from urna.station.activation import Armed
from urna.station.people import Companion, WithdrawalReason
from urna.station.reception import Listed
from urna.web.pollbook.booth_views import check_takes_somebody
from urna.web.pollbook.case import Case, Phase
from urna.web.pollbook.desk import Desk
from urna.words import Sentence

MOST_FOUND = 8
"""More are not shown: a poll worker who reads a long list picks the wrong line."""

LAY = Sentence("Lay one of the marked fingers flat on the reader and hold it still.")


class Entrance:
    """One person at a time.

    Args:
        desk: with everything around it.
    """

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self.case: Case | None = None
        self.found: tuple[Listed, ...] = ()
        """People whose name was searched for."""
        self._names: tuple[tuple[str, Listed], ...] = ()

    @property
    def present(self) -> Case:
        """The person at the table.

        Raises:
            OutOfOrder: nobody is.
        """
        if self.case is None:
            raise OutOfOrder(
                Sentence("a person at the table"), Sentence("nobody"), Sentence("Look the person up by number or name.")
            )
        return self.case

    def find(self, words: str) -> None:
        """Looks somebody up by number, or by name; who is found alone is chosen.

        Raises:
            Malformed: nobody of this station, or too many.
        """
        self.clear()
        found = self._search(words)
        if len(found) > MOST_FOUND:
            _refuse(
                Sentence("{count} people", {"count": len(found)}), Sentence("Type more of the name, or the number.")
            )
        if not found:
            _refuse(Sentence("nobody"), Sentence("Nobody here has this number or name. Compare it with the card."))
        if len(found) == 1:
            self.choose(found[0].number)
        else:
            self.found = found

    def choose(self, number: str) -> None:
        """Somebody comes to the table."""
        self.clear()
        book = self._desk.poll_book
        entry = book.find(number)
        self.case = Case.of(entry, book.tries_left(entry))

    def capture(self) -> None:
        """A finger on the reader, judged; runs beside the screen."""
        case, work = self.present, self._desk.work
        work.hint = LAY
        extraction = self._extraction()
        with self._desk.lock:
            if not work.is_cancelled and self.case is case:
                self._identify(extraction)

    def capture_nothing(self) -> None:
        """The reader does not work: a try without an image, so that the president may decide."""
        self._identify(None)

    def state_no_fingers(self) -> None:
        """A poll worker states that no finger can be read."""
        self._identify(None, no_fingers=True)

    def refuse_second(self) -> None:
        """Who was admitted before comes again: refused, counted, and gone from the screen."""
        number, book = self.present.number, self._desk.poll_book
        self._desk.count()
        before = book.counts().refused_second_attempts
        try:
            book.identify(number, None)
        except OutOfOrder:
            if book.counts().refused_second_attempts == before:
                raise
        self.clear()
        self._desk.notices.append(Sentence("Refused: this person was admitted before. The attempt is counted."))

    def bring_companion(self, companion: Companion) -> None:
        """The person at the table brings somebody along; counted once."""
        case = self.present
        if case.phase is not Phase.ADMITTED or case.companion is not None:
            raise OutOfOrder(
                Sentence("an admitted person without a companion"),
                Sentence("another one"),
                Sentence("Admit the person first; a companion is counted once."),
            )
        self._desk.count()
        self._desk.poll_book.bring_companion(companion)
        case.companion = companion

    def withdraw(self, reason: WithdrawalReason) -> None:
        """The person at the table leaves before a booth was activated."""
        style = self._waiting().style
        self._desk.count()
        self._desk.poll_book.withdraw(style, reason)
        self.clear()

    def activate(self, booth: int) -> None:
        """Sends the person at the table to a booth."""
        style = self._waiting().style
        check_takes_somebody(self._desk, booth)
        try:
            self._desk.activate(booth, style)
        finally:
            if isinstance(self._desk.poll_book.slot(booth), Armed):
                self.clear()  # counted: what a pulled cable left undone, the booth's own button does again
        self._desk.notices.append(Sentence("Booth {booth} is ready for this person.", {"booth": booth}))

    def clear(self) -> None:
        """Nobody is at the table."""
        self.case, self.found = None, ()

    def _waiting(self) -> Case:
        case = self.present
        if case.phase is not Phase.ADMITTED:
            raise OutOfOrder(
                Sentence("an admitted person"), Sentence("one who is not"), Sentence("Identify the person first.")
            )
        return case

    def _identify(self, extraction: Extraction | None, *, no_fingers: bool = False) -> None:
        case = self.present
        self._desk.count()
        case.take(self._desk.poll_book.identify(case.number, extraction, no_fingers=no_fingers))

    def _extraction(self) -> Extraction:
        """An impression's minutiae, as they would be stored; the reader's own wishes are shown as hints."""
        ports = self._desk.ports
        while True:
            try:
                found = ports.extractor.extract(ports.reader.capture())
                return found._replace(template=Template.from_iso(found.template.to_iso()))
            except TryAgain as again:
                if self._desk.work.is_cancelled:
                    raise
                self._desk.work.hint = again.remedy if isinstance(again.remedy, Sentence) else LAY

    def _search(self, words: str) -> tuple[Listed, ...]:
        """By number, with its letter or without; or every word begins a word of the name."""
        if not self._names:
            self._names = tuple((_plain(each.name), each) for each in self._desk.poll_book.electors())
        typed = _plain(words).split()
        joined = "".join(typed).replace("-", "").replace(".", "")
        if any(letter.isdigit() for letter in joined):
            numbers = [(_bare(each.number), each) for _, each in self._names]
            exact = tuple(each for number, each in numbers if number == joined)
            return exact or tuple(each for number, each in numbers if number.lstrip(_LETTERS) == joined)
        return tuple(each for name, each in self._names if typed and all(f" {word}" in f" {name}" for word in typed))


_LETTERS = "abcdefghijklmnopqrstuvwxyz"


def _bare(number: str) -> str:
    return number.casefold().replace("-", "").replace(".", "")


def _plain(text: str) -> str:
    """Without accents and capitals, one space between words."""
    bare = unicodedata.normalize("NFKD", text.casefold())
    return " ".join("".join(each for each in bare if not unicodedata.combining(each)).split())


def _refuse(found: Sentence, remedy: Sentence) -> NoReturn:
    raise Malformed(Sentence("one person of this station"), found, remedy)
