"""Templates of many people in columns: ISO records end to end, so that millions take little memory.

A person's number is the caller's; whose it is, nobody here knows.
"""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from urna.biometrics.template import Template

_COUNT_AT = 27
"""Where a record says how many minutiae it has (`urna.biometrics.template`)."""


class Impressions(NamedTuple):
    """ISO records of one finger position, end to end, by ascending number of their person.

    `people` (n,) int64; `starts` (n + 1,) int64, in bytes of `records` (uint8).
    """

    people: NDArray[np.int64]
    starts: NDArray[np.int64]
    records: NDArray[np.uint8]

    def __repr__(self) -> str:
        """How many: templates are personal data."""
        return f"Impressions({len(self.people)})"

    def of(self, person: int) -> list[Template]:
        """The templates of a person, in the order in which they were taken."""
        first, last = np.searchsorted(self.people, (person, person + 1))
        return [self.template(row) for row in range(first, last)]

    def template(self, row: int) -> Template:
        """One template."""
        return Template.from_iso(self.records[self.starts[row] : self.starts[row + 1]].tobytes())


Prints = Mapping[int, Impressions]
"""All fingers of all people, by position."""


def shows_enough(record: bytes, least_minutiae: int) -> bool:
    """Whether an ISO record has so many minutiae as to be compared; chance alone makes a few look alike.

    One that is too short to say so is kept: `prepare` refuses it.
    """
    return len(record) <= _COUNT_AT or record[_COUNT_AT] >= least_minutiae


def impressions_of(items: Iterable[tuple[int, bytes]]) -> Impressions:
    """The records of one position.

    Args:
        items: a person's number and an ISO record, by ascending number.
    """
    people, records = [], []
    for person, record in items:
        people.append(person)
        records.append(record)
    starts = np.cumsum([0, *map(len, records)])
    return Impressions(np.array(people, np.int64), starts, np.frombuffer(b"".join(records), np.uint8))
