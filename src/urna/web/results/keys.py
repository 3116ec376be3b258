"""The keys of pages: equal keys, equal pages; so only pages whose key changed are written again.

A key is a hash of all that a page is made from, taken from the results and the log and not from the sheets themselves:
a sheet's hash stands for it. Finding what changed in a nation takes no rendering and reads no sheet.
"""

from hashlib import sha256

import msgspec

from urna.encoding.canonical import Code
from urna.tally.results import Results
from urna.web.results.changes import Changes
from urna.web.results.evidence import Evidence
from urna.web.results.lookup import Lookup
from urna.web.results.station import Pictures, shown_sequence

KEY_DIGITS = 24


def key_of(*parts: object) -> str:
    """The key of something made from these parts: records, tuples, lists, text, numbers."""
    return sha256(msgspec.msgpack.encode(parts)).hexdigest()[:KEY_DIGITS]


class Keys:
    """The keys of one edition's pages.

    Args:
        lookup: the results.
        site: what all pages share, languages and templates included.
        evidence: the record; None where the pages are made from results alone.
        changes: of the record.
        pictures: that were rendered.
    """

    def __init__(
        self, lookup: Lookup, site: str, evidence: Evidence | None, changes: Changes | None, pictures: Pictures
    ) -> None:
        results = lookup.results
        self._lookup, self._evidence, self._pictures = lookup, evidence, pictures
        self.site = key_of(site, lookup.election.identity, results.status)
        self._seats = {each.contest: key_of(each) for each in results.seats}
        self._persons = {each.contest: key_of(each) for each in results.elected}
        self._own: dict[Code, list[str]] = {}
        for contest in lookup.election.definition.contests:
            parts = (self._seats.get(contest.code, ""), self._persons.get(contest.code, ""))
            self._own.setdefault(contest.territory, []).extend(parts)
        self._incidents: dict[Code, list[str]] = {}
        for leaf, incident in changes.incidents if changes else ():
            self._incidents.setdefault(incident.station, []).append(leaf.sha256)
        self.edition = key_of(
            self.site, _without_stations(results), [self.state(each.station) for each in results.stations]
        )

    def state(self, station: Code) -> tuple[object, ...]:
        """What any page shows of a station's state."""
        result = self._lookup.states[station]
        return (result.state.value, result.sheet, result.hand, result.sequence, station in self._lookup.received)

    def territory(self, code: Code) -> str:
        """The key of a territory's page."""
        lookup = self._lookup
        return key_of(
            self.site,
            lookup.turnout[code],
            lookup.by_territory.get(code, []),
            self._own.get(code, []),
            [lookup.turnout[child.code] for child in (*lookup.children(code), *lookup.beside_in(code))],
            [self.state(each.station) for each in lookup.stations(code)],
        )

    def changes(self, changes: Changes) -> str:
        """The key of the page of incidents and corrections."""
        documents = (*changes.incidents, *changes.decisions, *changes.withdrawals)
        corrections = [(each.leaf.sha256, each.counts) for each in changes.corrections]
        return key_of(self.site, [leaf.sha256 for leaf, _ in documents], corrections)

    def audits(self, evidence: Evidence) -> str:
        """The key of the page of audits and examinations."""
        shown = (leaf for path, leaf in evidence.leaves.items() if path.startswith(("audits/", "examinations/")))
        return key_of(self.site, sorted(leaf.sha256 for leaf in shown))

    def station(self, code: Code) -> str:
        """The key of a station's page."""
        if self._evidence is None:
            raise ValueError(code)
        files = [(leaf.path, leaf.number, leaf.sha256) for leaf in self._evidence.of_station(code)]
        sequence = shown_sequence(self._lookup, self._evidence, code)
        shown: list[object] = [sequence]
        if sequence is not None:
            leaf = self._evidence.sheets_of(code)[sequence]
            shown += [self._evidence.first_size(leaf), self._pictures.of(code, sequence, "png")]
            shown += [self._pictures.of(code, sequence, "pdf")]
        return key_of(self.site, self.state(code), files, shown, self._incidents.get(code, []))


def _without_stations(results: Results) -> Results:
    return msgspec.structs.replace(results, stations=())
