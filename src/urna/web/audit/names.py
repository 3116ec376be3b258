"""What the definition calls things, in the reader's language."""

from collections.abc import Mapping

from urna.election.definition import Election
from urna.encoding.canonical import Code


class Names:
    """Looks names up; a code that the definition does not have stays a code.

    Args:
        election: the election.
        language: the reader's.
    """

    def __init__(self, election: Election, language: str) -> None:
        self._election, self._language = election, language

    def words(self, texts: Mapping[str, str]) -> str:
        """A text of the definition."""
        return texts.get(self._language) or next(iter(texts.values()), "")

    def contest(self, code: Code) -> str:
        """A contest's title."""
        found = self._election.contests.get(code)
        return self.words(found.title) if found else code

    def option(self, contest: Code, code: Code) -> str:
        """An option's name."""
        found = self._election.contests.get(contest)
        return next((each.name for each in found.options if each.code == code), code) if found else code

    def station(self, code: Code) -> str:
        """A station's name."""
        found = self._election.stations.get(code)
        return found.name if found else code

    def centre(self, station: Code) -> str:
        """The voting centre of a station."""
        found = self._election.stations.get(station)
        return found.centre if found else ""

    def territory(self, code: Code) -> str:
        """A territory's name."""
        found = self._election.territories.get(code)
        return found.name if found else code
