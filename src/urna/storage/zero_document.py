"""The signed zero report on its booth's own medium: it travels with the removable memory, and the closing needs it."""

from urna.errors import OutOfOrder
from urna.storage.medium import Medium
from urna.words import Sentence

ZERO_REPORT = "zero-report"


def write_zero_document(medium: Medium, document: bytes) -> None:
    """Makes it durable, in the place of one from a zeroing that the power interrupted."""
    write_whole(medium, ZERO_REPORT, document)


def read_zero_document(medium: Medium) -> bytes:
    """The signed report.

    Raises:
        OutOfOrder: there is none.
    """
    if ZERO_REPORT not in medium.names():
        raise OutOfOrder(
            Sentence("a booth that was zeroed and has its zero report"),
            Sentence("one without"),
            Sentence("Zero the booth from the poll book's opening page."),
            ZERO_REPORT,
        )
    file = medium.open(ZERO_REPORT)
    document = file.read(0, file.size)
    file.close()
    return document


def write_whole(medium: Medium, name: str, data: bytes) -> None:
    """A file that is there whole or not at all, and durable when this returns; what was there is replaced."""
    draft = f"{name}.part"
    if draft in medium.names():
        medium.unlink(draft)
    file = medium.create(draft, len(data))
    file.write(0, data)
    file.sync()
    file.close()
    medium.rename(draft, name)
    medium.sync_directory()
