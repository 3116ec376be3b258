"""Attacks by the centre on what it announces, over sheets that it cannot change."""

import msgspec
from tests.tampering.builder import NIGHT, officers_sign
from tests.tampering.forgery import Forgery, case

from urna.election.certification import StationDecision
from urna.encoding.canonical import digest
from urna.encoding.document import read_document, sign_document
from urna.record.incident import Incident
from urna.record.layout import results_path, sheet_path
from urna.record.withdrawal import Withdrawal
from urna.tally.results import ContestTotal, Results, StationState

CENTRE = "the log's key, and witnesses that look away"

replace = msgspec.structs.replace


def announce(forgery: Forgery, results: Results) -> None:
    """Publishes other results, properly signed."""
    forgery.world.put_results(results)
    forgery.publish(retotal=False)


@case(CENTRE, 20, "LIST-N", "NATION", "SUN")
def total_altered(forgery: Forgery) -> None:
    """Ten votes more for one party in the nation."""
    results = forgery.world.results(2)

    def change(total: ContestTotal) -> ContestTotal:
        if (total.contest, total.territory) != ("LIST-N", "NATION"):
            return total
        votes = (replace(total.votes[0], votes=total.votes[0].votes + 10), *total.votes[1:])
        return replace(total, votes=votes)

    announce(forgery, replace(results, totals=tuple(change(each) for each in results.totals)))


@case(CENTRE, 20, "LIST-N", "STATE-A", "no total")
def total_left_out(forgery: Forgery) -> None:
    """The total of one state is not announced."""
    results = forgery.world.results(2)
    kept = tuple(each for each in results.totals if (each.contest, each.territory) != ("LIST-N", "STATE-A"))
    announce(forgery, replace(results, totals=kept))


@case(CENTRE, 20, "REF", "CIRCUIT-1")
def total_doubled(forgery: Forgery) -> None:
    """A total stands twice."""
    results = forgery.world.results(2)
    extra = next(each for each in results.totals if (each.contest, each.territory) == ("REF", "CIRCUIT-1"))
    other = replace(extra, ballots=extra.ballots + 1)
    announce(forgery, replace(results, totals=(*results.totals, other)))


@case(CENTRE, 20, "another order")
def totals_reordered(forgery: Forgery) -> None:
    """The right totals in an order that is not the definition's: two spellings would have two hashes."""
    results = forgery.world.results(2)
    announce(forgery, replace(results, totals=results.totals[::-1]))


@case(CENTRE, 21, "NATION", "identified")
def turnout_altered(forgery: Forgery) -> None:
    """Twenty people more than the poll books identified."""
    results = forgery.world.results(2)
    nation = replace(results.turnout[0], identified=results.turnout[0].identified + 20)
    announce(forgery, replace(results, turnout=(nation, *results.turnout[1:])))


@case(CENTRE, 22, "LIST-N")
def seat_moved(forgery: Forgery) -> None:
    """One seat is given to another list."""
    results = forgery.world.results(2)
    seats = list(results.seats)
    place = next(n for n, each in enumerate(seats) if each.contest == "LIST-N")
    lists, awards = list(seats[place].lists), list(seats[place].awards)
    last = awards[-1].code
    target = next(each.code for each in lists if each.code != last)
    moved = {last: -1, target: 1}
    lists = [replace(each, seats=each.seats + moved.get(each.code, 0)) for each in lists]
    awards[-1] = replace(awards[-1], code=target)
    seats[place] = replace(seats[place], lists=tuple(lists), awards=tuple(awards))
    announce(forgery, replace(results, seats=tuple(seats)))


@case(CENTRE, 22, "LIST-N", "explain")
def seat_explained_otherwise(forgery: Forgery) -> None:
    """The right seats, from another quotient."""
    results = forgery.world.results(2)
    seats = [
        replace(each, awards=(replace(each.awards[0], figure="1/1"), *each.awards[1:]))
        if each.contest == "LIST-N"
        else each
        for each in results.seats
    ]
    announce(forgery, replace(results, seats=tuple(seats)))


@case(CENTRE, 23, "NOM-2", "seat 1")
def elected_person_swapped(forgery: Forgery) -> None:
    """Another person takes the seat."""
    results = forgery.world.results(2)
    persons = list(results.elected)
    place = next(n for n, each in enumerate(persons) if each.contest == "NOM-2")
    winner = persons[place].elected[0]
    other = "EVA" if winner.person == "DEL" else "DEL"
    persons[place] = replace(persons[place], elected=(replace(winner, person=other, name=other),))
    announce(forgery, replace(results, elected=tuple(persons)))


@case(CENTRE, 23, "IND")
def persons_left_out(forgery: Forgery) -> None:
    """A contest's persons are not announced."""
    results = forgery.world.results(2)
    announce(forgery, replace(results, elected=tuple(each for each in results.elected if each.contest != "IND")))


@case(CENTRE, 23, "LIST-N", "L1")
def withdrawal_ignored(forgery: Forgery) -> None:
    """The results seat a candidate who withdrew in public."""
    honest = forgery.world.copy()
    honest.remove("withdrawals/0001.note")
    honest.retotal()
    announce(forgery, replace(forgery.world.results(2), elected=honest.results(2).elected))


@case("one officer's key, and the log's", 23, "withdrawals/0001.note", "2 of 3 keys")
def withdrawal_by_one_officer(forgery: Forgery) -> None:
    """A candidate is taken off the list by k-1 officers."""
    withdrawal = read_document(forgery.world.files["withdrawals/0001.note"], Withdrawal)
    forgery.world.files["withdrawals/0001.note"] = officers_sign(forgery.world, withdrawal, 1)
    forgery.publish()


@case("two officers' keys, and the log's", 23, "withdrawals/0001.note", "XAVIER")
def withdrawal_of_nobody(forgery: Forgery) -> None:
    """Somebody withdraws who never stood."""
    withdrawal = read_document(forgery.world.files["withdrawals/0001.note"], Withdrawal)
    document = officers_sign(forgery.world, replace(withdrawal, candidate="XAVIER"))
    forgery.world.remove("withdrawals/0001.note")
    forgery.world.retotal()
    forgery.world.add("withdrawals/0001.note", document, 4)
    forgery.publish(retotal=False)


@case(CENTRE, 19, "B-01", "annulled", "counted", also=(20, 21))
def station_silently_annulled(forgery: Forgery) -> None:
    """A station is left out of the totals without a decision."""
    results = forgery.world.results(2)
    stations = tuple(
        replace(each, state=StationState.ANNULLED, sheet=None, sequence=None) if each.station == "B-01" else each
        for each in results.stations
    )
    turnout = (replace(results.turnout[0], identified=1), *results.turnout[1:])
    totals = (replace(results.totals[0], ballots=1), *results.totals[1:])
    announce(forgery, replace(results, stations=stations, turnout=turnout, totals=totals))


@case(CENTRE, 19, "A-02", "sheet-0", "sheet-1")
def correction_not_counted(forgery: Forgery) -> None:
    """The totals name the sheet that was corrected since."""
    results = forgery.world.results(2)
    old = digest(forgery.world.files[sheet_path("A-02", 0)])
    stations = tuple(
        replace(each, sheet=old, sequence=0) if each.station == "A-02" else each for each in results.stations
    )
    announce(forgery, replace(results, stations=stations))


@case(CENTRE, 19, "4 stations", "5")
def station_left_out_of_the_results(forgery: Forgery) -> None:
    """A station that the results do not mention."""
    results = forgery.world.results(2)
    announce(forgery, replace(results, stations=results.stations[:-1]))


@case(CENTRE, 19, "Final", "1", "B-03")
def final_with_an_open_station(forgery: Forgery) -> None:
    """Final results while a station is outstanding."""
    forgery.world.remove("decisions/0001.note")
    forgery.world.retotal()
    announce(forgery, replace(forgery.world.results(2), status="final"))


@case(CENTRE, 19, "another election")
def results_of_another_election(forgery: Forgery) -> None:
    """Results that name another election."""
    announce(forgery, replace(forgery.world.results(2), election="0" * 64))


@case(CENTRE, 19, "rehearsal", "election")
def rehearsal_taken_for_an_election(forgery: Forgery) -> None:
    """The results call a rehearsal what the definition calls an election."""
    announce(forgery, replace(forgery.world.results(2), purpose="rehearsal"))


@case("a booth's key", 19, "results/0002.note", "signature")
def results_by_another_key(forgery: Forgery) -> None:
    """Results that the centre did not sign."""
    results = forgery.world.results(2)
    forgery.world.files[results_path(2)] = sign_document(results, forgery.world.booths("B-01"))
    forgery.publish(retotal=False)


@case(CENTRE, 19, "edition 2", "1")
def edition_hidden(forgery: Forgery) -> None:
    """The first edition is taken back as if it had never been."""
    forgery.world.remove(results_path(1))
    forgery.publish()


@case(CENTRE, 19, "B-01", "counted", "outstanding", also=(20, 21, 22, 23))
def counted_before_it_was_logged(forgery: Forgery) -> None:
    """The provisional results count a station whose sheet was not in the log yet."""
    final = forgery.world.results(2)
    first = replace(final, edition=1, status="provisional", issued_at=NIGHT)
    announce(forgery, first)


@case(CENTRE, 24, "incidents/0001.note", "signature")
def incident_by_another_key(forgery: Forgery) -> None:
    """An incident that the centre did not sign."""
    incident = read_document(forgery.world.files["incidents/0001.note"], Incident)
    forgery.world.files["incidents/0001.note"] = sign_document(incident, forgery.world.booths("B-01"))
    forgery.publish()


@case(CENTRE, 24, "serial 1", "1")
def incident_hidden(forgery: Forgery) -> None:
    """Of two incidents the first is taken out of the record."""
    forgery.world.add("incidents/0002.note", forgery.world.files["incidents/0001.note"], 4)
    forgery.world.remove("incidents/0001.note")
    forgery.publish()


@case("the station's keys and officers' keys", 12, "B-01", "two decisions")
def two_decisions(forgery: Forgery) -> None:
    """A station is annulled twice."""
    for serial in (2, 3):
        decision = StationDecision(
            election=forgery.world.election.identity,
            serial=serial,
            station="B-01",
            state="annulled",
            reason="Fire.",
            decided_at=NIGHT,
        )
        forgery.world.add(f"decisions/000{serial}.note", officers_sign(forgery.world, decision), 4)
    forgery.publish()
