"""Check 24: what the centre did not count is signed, numbered without a gap, and names a station."""

from urna.encoding.document import open_document
from urna.errors import UrnaError
from urna.record.incident import Incident
from urna.record.keys import log_verifier
from urna.record.layout import Kind
from urna.verify.authority import Inquiry, another_election, unknown_station
from urna.verify.report import Check, in_a_sentence
from urna.words import Sentence


def check_incidents(inquiry: Inquiry) -> dict[str, Incident]:
    """The incidents by path, those that verify."""
    folder, election, notebook = inquiry
    verifier = log_verifier(election)
    found: dict[str, Incident] = {}
    for place, (number, path) in enumerate(folder.numbered(Kind.INCIDENT), start=1):
        try:
            incident = open_document(folder.read(path), Incident, [verifier], 1, path)
        except UrnaError as error:
            notebook.find(Check.INCIDENTS, in_a_sentence(error), file=path)
            continue
        if incident.election != election.identity:
            notebook.find(Check.INCIDENTS, another_election(path), file=path)
            continue
        if incident.station not in election.stations:
            notebook.find(Check.INCIDENTS, unknown_station(incident.station), file=path, station=incident.station)
        if not incident.serial == number == place:
            values: dict[str, str | int] = {"file": path, "left": incident.serial, "right": place}
            notebook.find(Check.INCIDENTS, Sentence("{file} has serial {left}, expected {right}.", values), file=path)
        found[path] = incident
    notebook.checked(Check.INCIDENTS, detail=Sentence("incidents: {count}", {"count": len(found)}))
    return found
