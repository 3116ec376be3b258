"""Attacks on an audit of single slips, each by boards that sign what is not so; see `audit_attacks`."""

from collections.abc import Callable, Sequence
from typing import Any

import msgspec
from tests.tampering.builder import World
from tests.verify.audit_attacks import Attack, Tamper, batch_of
from tests.verify.audited_world import BOARD, AuditMaker, paper, polled

from urna.audit.report import AuditReport, Outcome
from urna.audit.rounds import DrawRound
from urna.audit.seed import Method, Unit
from urna.audit.slip_reading import ContestReading, SlipReading
from urna.encoding.canonical import digest, encode
from urna.encoding.document import sign_document

replace = msgspec.structs.replace

FOLDER = "audits/SLIPS"
ROUND, READING, REPORT = f"{FOLDER}/round-2.note", f"{FOLDER}/reading-2.note", f"{FOLDER}/report-2.note"
FIRST = f"{FOLDER}/reading-1.note"

SLIP_ATTACKS: list[Attack] = []


def attack(*checks: int, names: Sequence[str] = ()) -> Callable[[Tamper], Tamper]:
    """Registers an attack under the name of its function."""

    def register(tamper: Tamper) -> Tamper:
        SLIP_ATTACKS.append(Attack(tamper.__name__, "SLIPS", tamper, frozenset(checks), tuple(names)))
        return tamper

    return register


def change(world: World, path: str, kind: type[Any], **changes: Any) -> None:
    """Another paper at a path, signed by the board."""
    world.files[path] = sign_document(replace(paper(world, path, kind), **changes), BOARD[:2])


def change_sums(world: World, contest: str, changed: Callable[[ContestReading], ContestReading]) -> None:
    """Other sums of one contest in the second reading."""
    reading = paper(world, READING, SlipReading)
    sums = tuple(changed(each) if each.contest == contest else each for each in reading.contests)
    change(world, READING, SlipReading, contests=sums)


def moved(sums: ContestReading, one: str, other: str, draws: int) -> ContestReading:
    """Some draws of an option given to another one."""
    apart = {one: -draws, other: draws}
    options = tuple(replace(each, draws=each.draws + apart.get(each.option, 0)) for each in sums.options)
    return replace(sums, options=options)


@attack(31, names=["reading-2.note", "of another round"])
def reading_of_another_round(world: World) -> None:
    """What the first round said is said again of the second."""
    first = paper(world, FIRST, SlipReading)
    world.files[READING] = sign_document(replace(first, round=2), BOARD[:2])


@attack(31, names=["reading-2.note", "votes", "NOM-2"])
def more_votes_than_draws(world: World) -> None:
    """Sums that are more than what was drawn."""
    change_sums(world, "NOM-2", lambda sums: moved(sums, "", "DEL", 100))


@attack(31, names=["reading-2.note", "NOM-2"])
def draws_left_out(world: World) -> None:
    """Slips that speak against the outcome are in no sum."""
    change_sums(world, "NOM-2", lambda sums: replace(sums, without_vote=sums.without_vote - 1))


@attack(32, names=["report-2.note", "the risk of NOM-2"])
def reading_changed_after_the_report(world: World) -> None:
    """Sums that can be, and that are not the ones that the report rests on."""
    change_sums(world, "NOM-2", lambda sums: moved(sums, "EVA", "DEL", 1))


@attack(32, names=["report-2.note", "outcome is confirmed, it follows as full_count"])
def a_refuting_reading_reported_as_confirmed(world: World) -> None:
    """The slips elect the other one, and the report stays."""
    change_sums(world, "NOM-2", lambda sums: moved(moved(sums, "DEL-BIS", "EVA", 17), "DEL", "EVA", 9))


@attack(31, names=["reading-2.note", "votes", "NOM-1"])
def more_votes_for_one_than_slips(world: World) -> None:
    """Where a slip has two votes the sum may be large; one choice has no more than there are slips with a vote."""
    change_sums(world, "NOM-1", lambda sums: moved(moved(sums, "CAI", "ANA", 40), "", "ANA", 40))


@attack(31, names=["other options of NOM-1"])
def an_option_left_out(world: World) -> None:
    """An option without a number."""
    change_sums(world, "NOM-1", lambda sums: replace(sums, options=sums.options[1:]))


@attack(31, names=["reading-1.note reads NOM-1, NOM-2, expected NOM-1"])
def a_contest_of_few_slips_is_shown(world: World) -> None:
    """Sums over so few different slips that they say what single ones are."""
    others = paper(world, READING, SlipReading).contests[1:]
    first = paper(world, FIRST, SlipReading)
    change(world, FIRST, SlipReading, contests=(*first.contests, *others))


@attack(31, names=["reading-2.note reads NOM-1, expected NOM-1, NOM-2"])
def a_contest_is_hidden(world: World) -> None:
    """A contest whose slips spoke against its outcome is left out of the round."""
    change(world, READING, SlipReading, contests=paper(world, READING, SlipReading).contests[:1])


@attack(31, names=["reading-2.note", "not found"])
def slips_of_a_lost_box_are_read(world: World) -> None:
    """A box is said to be lost, and what its slips say all the same."""
    change(world, READING, SlipReading, lost=("A-02",), reason="The river took it.")


@attack(31, names=["fewer than 20 slips were found"])
def what_is_left_of_a_lost_box_is_shown(world: World) -> None:
    """A box is lost, and the sums of the contest are over the few slips that another one had."""

    def changed(sums: ContestReading) -> ContestReading:
        drawn = paper(world, ROUND, DrawRound).draws
        lost = sum(draw.unit.startswith("B-01") for draw in drawn)
        left = sum(draw.unit.startswith("B-02") for draw in drawn)
        options = tuple(replace(each, draws=0) for each in sums.options)
        return replace(sums, options=options, not_found=lost, without_vote=left)

    change_sums(world, "NOM-2", changed)
    change(world, READING, SlipReading, lost=("B-01",), reason="The river took it.")


@attack(31, names=["without a reason"])
def a_reason_for_nothing(world: World) -> None:
    """A reason, and no box that is lost."""
    change(world, READING, SlipReading, reason="The river took it.")


@attack(31, names=["names boxes", "B-03"])
def a_box_that_was_not_drawn_is_too_full(world: World) -> None:
    """To order a full count that the draw does not ask for."""
    change(world, READING, SlipReading, overfull=("B-03",))


@attack(31, 32, names=["too full", "A-01", "it follows as full_count"])
def a_box_that_is_too_full_passed_over(world: World) -> None:
    """A drawn box holds more slips than it may, and the report confirms."""
    change(world, READING, SlipReading, overfull=("A-01",))


@attack(31, names=["reading-2.note", "signatures by 2 of 3"])
def one_member_reads(world: World) -> None:
    """One of the board alone."""
    world.files[READING] = sign_document(paper(world, READING, SlipReading), BOARD[:1])


@attack(31, names=["two different people"])
def one_person_types_twice(world: World) -> None:
    """Under two spellings of one name."""
    change(world, READING, SlipReading, typed_by=("Ana Paz", "ana  paz"))


@attack(31, names=["report-2.note", "nobody has read"])
def a_report_on_a_round_that_nobody_read(world: World) -> None:
    """The second reading is taken out of the record."""
    world.remove(READING)


@attack(30, names=["round-2.note", "expected at or before"])
def slips_read_before_they_were_drawn(world: World) -> None:
    """So somebody knew what the seed would draw."""
    world.batches[batch_of(world, READING)].remove(READING)
    world.batches[batch_of(world, FIRST)].append(READING)


@attack(30, names=["round of 19 slips"])
def a_round_so_small_that_it_shows_slips(world: World) -> None:
    """Rules with a first round of nineteen draws."""
    forget(world)
    polled(world, sizes=(19, 210))


@attack(30, names=["commitment.note draws 2000 slips in all"])
def so_many_rounds_that_they_show_slips(world: World) -> None:
    """Rules with eleven rounds over a small pile, ten times as many draws as it has papers."""
    forget(world)
    polled(world, sizes=tuple(range(70, 2001, 193)))


@attack(30, names=["slips by sha256-counter with replacement"])
def boxes_drawn_instead_of_slips(world: World) -> None:
    """Rules that read slips and draw boxes."""
    forget(world)
    audit = AuditMaker(world, "SLIPS")
    audit.commit(Method.POLLING, ("NOM-1",), (20,), unit=Unit.CONTAINER, population=4)


@attack(30, names=["a risk limit, no weights"])
def no_risk_limit(world: World) -> None:
    """Rules that stop at any risk."""
    forget(world)
    audit = AuditMaker(world, "SLIPS")
    audit.commit(Method.POLLING, ("NOM-1",), (20,), risk_limit="0/1")


@attack(30, names=["B-02", "edition 2"])
def a_box_left_out(world: World) -> None:
    """A station that counts is in no manifest, so that nobody can draw its slips."""
    forget(world)
    audit = AuditMaker(world, "SLIPS", boxes=("A-01", "A-02", "B-01"))
    audit.commit(Method.POLLING, ("NOM-1",), (70,))


@attack(30, names=["Edition 1", "stations open"])
def provisional_results_are_audited(world: World) -> None:
    """An edition in which stations are open."""
    forget(world)
    audit = AuditMaker(world, "SLIPS")
    audit.commit(Method.POLLING, ("NOM-1",), (70,), edition=1)


@attack(30, names=["draw 71 as the seed decides it"])
def a_slip_exchanged(world: World) -> None:
    """Another slip instead of the drawn one."""
    drawn = paper(world, ROUND, DrawRound)
    draws = (replace(drawn.draws[0], unit="A-01,1" if drawn.draws[0].unit != "A-01,1" else "A-01,2"), *drawn.draws[1:])
    change(world, ROUND, DrawRound, draws=draws)
    change(world, READING, SlipReading, drawn=digest(encode(paper(world, ROUND, DrawRound))))


@attack(32, names=["compares with results that it may not"])
def another_edition_is_reported(world: World) -> None:
    """The report is said to be of other results than the rules."""
    change(world, REPORT, AuditReport, edition=1)


@attack(32, names=["the risk of NOM-2 is 1/100000000000"])
def a_smaller_risk(world: World) -> None:
    """A risk that does not follow."""
    risks = paper(world, REPORT, AuditReport).risks
    change(world, REPORT, AuditReport, risks=(risks[0], replace(risks[1], risk="1/100000000000")))


@attack(32, names=["other inequalities"])
def an_inequality_left_out(world: World) -> None:
    """A report that tests less than the outcome needs."""
    risks = paper(world, REPORT, AuditReport).risks
    change(world, REPORT, AuditReport, risks=(replace(risks[0], assertions=risks[0].assertions[:1]), risks[1]))


@attack(32, names=["the outcome is confirmed, it follows as go_on"])
def an_early_end(world: World) -> None:
    """The first report stops where the draws do not let it."""
    change(world, f"{FOLDER}/report-1.note", AuditReport, outcome=Outcome.CONFIRMED, next_size=0)


@attack(32, names=["the next round has 60 draws in all, it follows as 210"])
def another_next_size(world: World) -> None:
    """The next round is said to be smaller than committed."""
    change(world, f"{FOLDER}/report-1.note", AuditReport, next_size=60)


@attack(31, names=["count-A-01-1.note", "not drawn"])
def a_box_is_counted_before_its_time(world: World) -> None:
    """A box whose slips were drawn is counted whole, though no report ordered it."""
    forget(world)
    audit = polled(world)
    audit.count("A-01")


def forget(world: World) -> None:
    """Takes the audit out of the record, to be made anew."""
    for path in [path for path in world.files if path.startswith(f"{FOLDER}/")]:
        world.remove(path)
    world.batches = [batch for batch in world.batches if batch]
