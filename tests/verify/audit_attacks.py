"""Attacks on audits: by boards and officers who sign what is not so, and by a log that publishes it.

Each changes the audited world before it is published again with everybody's keys, so that only the check under test
is left to notice.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

import msgspec
from tests.tampering.builder import World, officers_sign, signing_key
from tests.verify.audited_world import BOARD, AuditMaker, audited_world, confirmed, log_of, paper

from urna.audit.box_count import AuditCount, HandLine
from urna.audit.examination import Examination
from urna.audit.manifest import BallotManifest
from urna.audit.report import AuditReport, Difference
from urna.audit.rounds import DrawRound
from urna.audit.seed import DrawCommitment, Method, SeedRecord, Unit, WeightRecord
from urna.encoding.canonical import digest, encode
from urna.encoding.document import sign_document
from urna.log.note import NoteSigner

replace = msgspec.structs.replace

MANIFEST = "audits/RLA-1/manifest.note"
WEIGHTS = "audits/RLA-1/weights.note"
RULES = "audits/RLA-1/commitment.note"
SEED = "audits/RLA-1/seed.note"
ROUND = "audits/RLA-1/round-1.note"
COUNT = "audits/RLA-1/count-A-01-1.note"
REPORT = "audits/RLA-1/report-2.note"


class Attack(NamedTuple):
    """What is done to a record with one audit, and which checks fail."""

    name: str
    audit: str
    tamper: Callable[[World], None]
    checks: frozenset[int]
    names: tuple[str, ...]
    """What the findings name."""


ATTACKS: list[Attack] = []

Tamper = Callable[[World], None]


def attack(check: int, *names: str, audit: str = "RLA-1") -> Callable[[Tamper], Tamper]:
    """Registers an attack under the name of its function."""

    def register(tamper: Tamper) -> Tamper:
        ATTACKS.append(Attack(tamper.__name__, audit, tamper, frozenset([check]), names))
        return tamper

    return register


def change(world: World, path: str, kind: type[Any], **changes: Any) -> None:
    """Another paper at a path, signed by the board; rules by the officers."""
    record = replace(paper(world, path, kind), **changes)
    if kind is DrawCommitment:
        world.files[path] = officers_sign(world, record)
    else:
        world.files[path] = sign_document(record, BOARD[:2])


def relink(world: World) -> None:
    """Names everything of RLA-1 by its new hashes, as an attacker with all keys does; draws and risks stay."""
    rules = paper(world, RULES, DrawCommitment)
    hashes = {path: digest(encode(paper(world, path, kind))) for path, kind in ((MANIFEST, BallotManifest),)}
    change(world, WEIGHTS, WeightRecord, manifest=hashes[MANIFEST])
    weights = digest(encode(paper(world, WEIGHTS, WeightRecord))) if rules.weights else None
    change(world, RULES, DrawCommitment, manifest=hashes[MANIFEST], weights=weights)
    relink_below(world)


def relink_below(world: World) -> None:
    """The same, from the rules on."""
    change(world, SEED, SeedRecord, commitment=digest(encode(paper(world, RULES, DrawCommitment))))
    relink_seed(world)


def relink_seed(world: World) -> None:
    """The same, from the seed on."""
    rules = digest(encode(paper(world, RULES, DrawCommitment)))
    seed = digest(encode(paper(world, SEED, SeedRecord)))
    for path in sorted(world.files):
        if path.startswith("audits/RLA-1/round-"):
            change(world, path, DrawRound, commitment=rules, seed=seed)
        if path.startswith("audits/RLA-1/count-"):
            change(world, path, AuditCount, seed=seed)
    for number in (1, 2):
        path = f"audits/RLA-1/report-{number}.note"
        report = paper(world, path, AuditReport)
        change(world, path, AuditReport, commitment=rules, seed=seed, counts=newest(world, report))


def newest(world: World, report: AuditReport) -> tuple[Any, ...]:
    """What a report rests on, with the counts' hashes as they are now."""
    paths = [f"audits/{report.audit}/count-{each.station}-{each.sequence}.note" for each in report.counts]
    pairs = zip(report.counts, paths, strict=True)
    return tuple(replace(each, count=digest(encode(paper(world, path, AuditCount)))) for each, path in pairs)


def set_count(world: World, *, path: str = COUNT, **changes: Any) -> None:
    """Another count at its place, and reports that name it."""
    change(world, path, AuditCount, **changes)
    for number in (1, 2):
        name = f"audits/RLA-1/report-{number}.note"
        change(world, name, AuditReport, counts=newest(world, paper(world, name, AuditReport)))


def batch_of(world: World, path: str) -> int:
    """The batch in which a file is."""
    return next(number for number, batch in enumerate(world.batches) if path in batch)


@attack(30, "seed as it was read out")
def another_seed(world: World) -> None:
    """The seed is not what the dice said."""
    change(world, SEED, SeedRecord, seed="31415926535897932385")
    relink_seed(world)


@attack(30, "draw 4 as the seed decides it")
def another_roll(world: World) -> None:
    """Other dice are written down afterwards, and the draws of the old ones are kept."""
    change(world, SEED, SeedRecord, said="1" * 20, seed="1" * 20)
    relink_seed(world)


@attack(30, "seed.note", "a checkpoint with leaf")
def seed_before_the_rules(world: World) -> None:
    """The seed is known before anybody committed to what it draws."""
    world.batches[batch_of(world, SEED)].remove(SEED)
    world.batches.insert(batch_of(world, RULES), [SEED])


@attack(30, "seed.note", "a checkpoint with leaf")
def no_checkpoint_between(world: World) -> None:
    """Rules and seed are published at one moment, so nobody saw that the rules came first."""
    rules, seed = batch_of(world, RULES), batch_of(world, SEED)
    world.batches[rules] += world.batches.pop(seed)


@attack(30, "round-1.note", "signatures by 2 of 3 keys")
def one_member_signs(world: World) -> None:
    """One member of the board draws alone."""
    world.files[ROUND] = sign_document(paper(world, ROUND, DrawRound), BOARD[:1])


@attack(30, "seed.note", "none by a trusted key")
def another_board_signs(world: World) -> None:
    """The board of another audit rolls the dice."""
    others = [NoteSigner(f"others.example/{n}", signing_key(f"others-{n}")) for n in (1, 2)]
    world.files[SEED] = sign_document(paper(world, SEED, SeedRecord), others)


@attack(30, "commitment.note", "signatures by 2 of 3 keys")
def one_officer_commits(world: World) -> None:
    """One officer alone decides on the rules."""
    world.files[RULES] = officers_sign(world, paper(world, RULES, DrawCommitment), 1)


@attack(30, "its board", "log")
def the_log_audits_itself(world: World) -> None:
    """The log's key is on the board."""
    _member(world, world.keys.log.verifier.public_hex)


@attack(30, "its board", "A-01")
def a_station_audits_itself(world: World) -> None:
    """A booth's key is on the board."""
    _member(world, world.booths("A-01")[0].verifier.public_hex)


def _member(world: World, key: str) -> None:
    board = paper(world, RULES, DrawCommitment).board
    change(world, RULES, DrawCommitment, board=(*board[:2], replace(board[2], key=key)))
    relink_below(world)


@attack(30, "quorum of one to all")
def a_quorum_of_none(world: World) -> None:
    """Rules by which papers that nobody signed would count: at least one signature stays needed."""
    change(world, RULES, DrawCommitment, quorum=0)


@attack(30, "draw 2 as the seed decides it")
def a_draw_exchanged(world: World) -> None:
    """One box instead of another."""
    drawn = paper(world, ROUND, DrawRound)
    other = {"A-01": "A-02", "A-02": "A-01"}[drawn.draws[1].unit]
    draws = (drawn.draws[0], replace(drawn.draws[1], unit=other), *drawn.draws[2:])
    change(world, ROUND, DrawRound, draws=draws)


@attack(30, "sizes that were committed")
def a_shorter_round(world: World) -> None:
    """A round ends where the draws were still good."""
    drawn = paper(world, ROUND, DrawRound)
    change(world, ROUND, DrawRound, size=3, draws=drawn.draws[:3])


@attack(30, "A-02", "weighs")
def a_weight_changed(world: World) -> None:
    """A box that may hold errors weighs little more: it is drawn more often than the bounds say."""

    def heavier(record: WeightRecord) -> WeightRecord:
        weights = tuple(replace(each, weight=each.weight + (each.code == "A-02")) for each in record.weights)
        return replace(record, weights=weights)

    _forget(world)
    confirmed(world, weigh=heavier)


@attack(30, "seed.note", "a checkpoint with leaf")
def weights_after_the_seed(world: World) -> None:
    """The weights are published when the seed is known."""
    world.batches[batch_of(world, WEIGHTS)].remove(WEIGHTS)
    world.batches[batch_of(world, SEED)].append(WEIGHTS)


@attack(30, "A-01", "weighs")
def a_manifest_changed(world: World) -> None:
    """Ten more phantoms in one box, and all hashes made anew: the weights are no longer its own."""
    manifest = paper(world, MANIFEST, BallotManifest)
    first = replace(manifest.containers[0], phantoms=manifest.containers[0].phantoms + 10)
    changed = (first, *manifest.containers[1:])
    change(world, MANIFEST, BallotManifest, containers=changed, phantoms=manifest.phantoms + 10)
    relink(world)


@attack(30, "names by its hash")
def a_manifest_exchanged(world: World) -> None:
    """Another manifest under the old rules."""
    change(world, MANIFEST, BallotManifest, bound="reported")


@attack(30, "B-02", "edition 2")
def a_box_left_out(world: World) -> None:
    """A station that counts is in no manifest, so nobody can draw it."""
    manifest = paper(world, MANIFEST, BallotManifest)
    kept = manifest.containers[:3]
    sums = sum(each.papers for each in kept), sum(each.phantoms for each in kept)
    change(world, MANIFEST, BallotManifest, containers=kept, papers=sums[0], phantoms=sums[1])
    change(world, WEIGHTS, WeightRecord, weights=paper(world, WEIGHTS, WeightRecord).weights[:3])
    change(world, RULES, DrawCommitment, population=3)
    relink(world)


@attack(30, "A-01", "registered electors")
def a_bound_that_is_none(world: World) -> None:
    """Said to be by the roll, and as small as what the machine counted: so missing paper would be nobody's."""
    change(world, MANIFEST, BallotManifest, bound="registered")
    relink(world)


@attack(30, "A-01", "49 ballots", "35 slips", "A-02", "22 ballots")
def boxes_smaller_than_their_sheets(world: World) -> None:
    """Cards for every vote and not for every ballot: the boxes weigh too little, and the same draws say less risk."""
    _forget(world)
    audit = AuditMaker(world, "RLA-1")
    small = {"A-01": 35, "A-02": 11}
    boxes = tuple(replace(box, papers=small.get(box.code, box.papers), phantoms=0) for box in audit.manifest.containers)
    audit.manifest = replace(audit.manifest, containers=boxes, papers=sum(box.papers for box in boxes), phantoms=0)
    audit.audited = audit.audited._replace(manifest=audit.manifest)
    audit.commit(Method.MACRO, ("NOM-1",), (14,))
    audit.roll()
    audit.draw()


@attack(30, "100001", "100000", audit="LOOK")
def a_draw_of_more_papers_than_there_are(world: World) -> None:
    """One line of a manifest names more slips than there can be; a billion would be drawn again for hours."""
    audit = AuditMaker(world, "LOOK")
    first = replace(audit.manifest.containers[0], papers=100_001 - 60, phantoms=0)
    boxes = (first, *(replace(box, papers=20, phantoms=0) for box in audit.manifest.containers[1:]))
    papers = sum(box.papers for box in boxes)
    audit.manifest = replace(audit.manifest, containers=boxes, papers=papers, phantoms=0)
    for path in [path for path in world.files if path.startswith(("audits/LOOK/", "examinations/"))]:
        world.remove(path)
    world.batches = [batch for batch in world.batches if batch]
    audit.commit(Method.SAMPLE, (), (2,), unit=Unit.PAPER, population=papers)
    audit.roll()
    audit.draw()


@attack(30, "Edition 1", "stations open")
def provisional_results_are_audited(world: World) -> None:
    """An edition in which stations are open."""
    change(world, RULES, DrawCommitment, edition=1)
    relink_below(world)


@attack(30, "the log's first")
def another_log(world: World) -> None:
    """The rules were made for a log that said something else."""
    change(world, RULES, DrawCommitment, log_root="ab" * 32)
    relink_below(world)


@attack(30, "audits results that are leaf")
def results_after_the_rules(world: World) -> None:
    """The rules are older than the results that they audit: sheets could be chosen by the draw."""
    size, root = log_of(World(world.keys, world.election, world.batches[:4], world.files))
    change(world, RULES, DrawCommitment, log_size=size, log_root=root)
    relink_below(world)


@attack(30, "round-1.note")
def counts_before_the_draw(world: World) -> None:
    """The boxes were counted before the seed had drawn them, so somebody knew."""
    world.batches[batch_of(world, ROUND)].remove(ROUND)
    world.batches[batch_of(world, "audits/RLA-1/round-2.note")].insert(0, ROUND)


@attack(30, "no round before the seed", "2 instead of 0")
def no_seed(world: World) -> None:
    """Draws of nobody knows what."""
    world.remove(SEED)


@attack(31, "count-B-01-1.note", "not drawn")
def an_undrawn_box_is_counted(world: World) -> None:
    """A box that nobody drew, because it is known to agree."""
    audit = _again(world)
    audit.count("B-01")


@attack(31, "count 2 of its box")
def a_count_without_the_one_before(world: World) -> None:
    """The first count is taken out, and the second one stays."""
    count = paper(world, COUNT, AuditCount)
    world.remove(COUNT)
    path = COUNT.replace("-1.note", "-2.note")
    world.add(path, sign_document(replace(count, sequence=2, reason="again"), BOARD[:2]), batch_of(world, ROUND))
    for number in (1, 2):
        name = f"audits/RLA-1/report-{number}.note"
        report = paper(world, name, AuditReport)
        named = replace(report.counts[0], sequence=2)
        counts = newest(world, replace(report, counts=(named, *report.counts[1:])))
        change(world, name, AuditReport, counts=counts)


@attack(31, "no reason")
def a_count_replaced_in_silence(world: World) -> None:
    """A second count without a word why."""
    count = paper(world, COUNT, AuditCount)
    path = COUNT.replace("-1.note", "-2.note")
    world.add(path, sign_document(replace(count, sequence=2), BOARD[:2]), -1)


@attack(31, "report-2.note", "newest")
def an_old_count_is_reported(world: World) -> None:
    """A box was counted again, and the report rests on the first count."""
    count = paper(world, COUNT, AuditCount)
    path = COUNT.replace("-1.note", "-2.note")
    again = sign_document(replace(count, sequence=2, reason="counted again"), BOARD[:2])
    number = batch_of(world, REPORT)
    world.batches.insert(number, [])
    world.add(path, again, number)


@attack(31, "report-2.note", "1 counts")
def a_count_is_not_reported(world: World) -> None:
    """The report leaves a drawn box out."""
    change(world, REPORT, AuditReport, counts=paper(world, REPORT, AuditReport).counts[1:])


@attack(31, "two different people")
def one_person_counts_twice(world: World) -> None:
    """One name under two spellings."""
    set_count(world, typed_by=("Ana Paz", "ana  paz"))


@attack(31, "too full")
def a_box_said_to_be_too_full(world: World) -> None:
    """The report names a box as too full that holds no more than it may."""
    change(world, REPORT, AuditReport, overfull=("A-02",))


@attack(31, "two different people")
def one_person_with_an_unseen_letter(world: World) -> None:
    """One name twice, the second time with a space of no width in it."""
    set_count(world, typed_by=("Ana Paz", "Ana\u200b Paz"))


@attack(31, "two different people")
def one_person_composed_otherwise(world: World) -> None:
    """One name twice, the second time with its accent as a letter of its own."""
    set_count(world, typed_by=("José Paz", "Jose\u0301 Paz"))


@attack(31, "BoxCount", "newest")
def a_person_who_clears_the_screen(world: World) -> None:
    """What a terminal obeys instead of a name."""
    set_count(world, typed_by=("Ana Paz", "\x1b[2J33 checks passed."))


@attack(31, "votes in a contest")
def more_votes_than_papers(world: World) -> None:
    """Fewer slips than the votes on them."""
    set_count(world, papers=3)


@attack(31, "options, expected")
def an_option_left_out(world: World) -> None:
    """One option was not counted."""
    set_count(world, lines=paper(world, COUNT, AuditCount).lines[1:])


@attack(31, "options, expected")
def an_option_of_another_contest(world: World) -> None:
    """A contest that the station does not have."""
    lines = (*paper(world, COUNT, AuditCount).lines, HandLine(contest="ZZZ", option="ZZZ", votes=1))
    set_count(world, lines=lines)


@attack(31, "withholds other contests", audit="RLA-2")
def withheld_votes_are_published(world: World) -> None:
    """Of seven people at B-02 the board publishes how they voted."""
    path = "audits/RLA-2/count-B-02-1.note"
    lines = [
        HandLine(contest=contest.code, option=option.code, votes=0)
        for contest in world.election.contests_of_station("B-02")
        for option in contest.options
    ]
    lines.sort(key=lambda each: (each.contest, each.option))
    change(world, path, AuditCount, withheld=(), lines=tuple(lines))
    for number in (1, 2):
        name = f"audits/RLA-2/report-{number}.note"
        report = paper(world, name, AuditReport)
        change(world, name, AuditReport, counts=newest(world, report), withheld=())


@attack(31, "what was in it")
def a_lost_box_with_votes(world: World) -> None:
    """Lost and counted at once."""
    set_count(world, state="lost", reason="burnt")


@attack(31, "leaves out or invents", "CAI")
def a_difference_left_out(world: World) -> None:
    """A vote too few in the box is not shown."""
    report = paper(world, REPORT, AuditReport)
    change(world, REPORT, AuditReport, differences=report.differences[:1])


@attack(31, "leaves out or invents", "BEA")
def a_difference_invented(world: World) -> None:
    """A difference that there is not."""
    report = paper(world, REPORT, AuditReport)
    invented = replace(report.differences[0], option="BEA", sheet=9, box=8)
    change(world, REPORT, AuditReport, differences=(report.differences[0], invented, report.differences[1]))


@attack(31, "lost, too full or withheld")
def a_box_said_to_be_lost(world: World) -> None:
    """The report names a box as lost that was counted."""
    change(world, REPORT, AuditReport, lost=("A-02",))


@attack(31, "report-1.note", "signatures by 2 of 3 keys")
def one_member_counts(world: World) -> None:
    """One member signs a count alone; so no report rests on it."""
    world.files[COUNT] = sign_document(paper(world, COUNT, AuditCount), BOARD[:1])


@attack(32, "the risk of NOM-1")
def a_smaller_risk(world: World) -> None:
    """The last digit."""
    risks = paper(world, REPORT, AuditReport).risks
    parts = int(risks[0].risk.partition("/")[0])
    change(world, REPORT, AuditReport, risks=(replace(risks[0], risk=f"{parts - 1}/100000000000"),))


@attack(32, "the outcome is confirmed", "go_on")
def confirmed_above_the_limit(world: World) -> None:
    """The first round is said to be enough."""
    path = "audits/RLA-1/report-1.note"
    change(world, path, AuditReport, outcome="confirmed", next_size=0)


@attack(32, "14")
def a_smaller_next_round(world: World) -> None:
    """The next round is said to need less than was committed."""
    change(world, "audits/RLA-1/report-1.note", AuditReport, next_size=5)


@attack(32, "other inequalities")
def an_inequality_left_out(world: World) -> None:
    """Only one of the two elected is tested."""
    risks = paper(world, REPORT, AuditReport).risks
    change(world, REPORT, AuditReport, risks=(replace(risks[0], assertions=risks[0].assertions[:1]),))


@attack(32, "other rules or of another seed")
def a_report_of_another_seed(world: World) -> None:
    """A report that somebody made for other draws."""
    change(world, REPORT, AuditReport, seed="cd" * 32)


@attack(32, "expected report 1")
def a_report_left_out(world: World) -> None:
    """The first report, which did not confirm, was never published."""
    world.remove("audits/RLA-1/report-1.note")


@attack(32, "results that it may not")
def a_report_on_other_results(world: World) -> None:
    """Compared with the provisional edition."""
    change(world, REPORT, AuditReport, edition=1)


@attack(32, "report-2.note", "belongs to another audit")
def a_report_of_another_audit(world: World) -> None:
    """HOT's report in RLA-1's place."""
    change(world, REPORT, AuditReport, audit="HOT")


@attack(32, "the outcome is confirmed", "refuted", audit="RLA-2")
def the_paper_elects_others(world: World) -> None:
    """Every box is counted, the paper elects another, and the report says that all is well."""
    path = "audits/RLA-2/count-B-01-1.note"
    count = paper(world, path, AuditCount)
    turned = {"DEL": 0, "DEL-BIS": 0, "EVA": 27}
    lines = tuple(replace(each, votes=turned[each.option]) if each.contest == "NOM-2" else each for each in count.lines)
    change(world, path, AuditCount, lines=lines)
    for number in (1, 2):
        name = f"audits/RLA-2/report-{number}.note"
        report = paper(world, name, AuditReport)
        old = {(each.contest, each.option): each.votes for each in count.lines}
        differences = tuple(
            Difference(station="B-01", contest="NOM-2", option=option, sheet=old["NOM-2", option], box=votes)
            for option, votes in turned.items()
        )
        change(world, name, AuditReport, counts=newest(world, report), differences=differences)


@attack(32, "a risk, and the audit is a sample", audit="LOOK")
def a_sample_states_a_risk(world: World) -> None:
    """What was drawn to be looked at is said to confirm something."""
    report = paper(audited_world("RLA-1"), REPORT, AuditReport)
    world.add("audits/LOOK/report-1.note", sign_document(replace(report, audit="LOOK", round=1), BOARD[:2]))


@attack(33, "0001.note", "signatures by 2 of 3 keys", audit="LOOK")
def one_officer_examines(world: World) -> None:
    """One officer signs an examination alone."""
    path = "examinations/0001.note"
    world.files[path] = officers_sign(world, paper(world, path, Examination), 1)


@attack(33, "0001.note", "of which the record has no seed", audit="LOOK")
def an_examination_of_no_draw(world: World) -> None:
    """What was examined was chosen by hand."""
    _examination(world, 1, draw="LOOK-2")


@attack(33, "0002.note", "serial", audit="LOOK")
def an_examination_taken_out(world: World) -> None:
    """The one that failed."""
    world.remove("examinations/0001.note")


@attack(33, "0002.note", "another election", audit="LOOK")
def an_examination_of_another_election(world: World) -> None:
    """Somebody else's machines."""
    _examination(world, 2, election="ab" * 32)


@attack(33, "0001.note", "logged before the seed", audit="LOOK")
def an_examination_before_its_draw(world: World) -> None:
    """Examined before it was drawn."""
    world.batches[batch_of(world, "examinations/0001.note")].remove("examinations/0001.note")
    world.batches[-3].append("examinations/0001.note")


def _examination(world: World, serial: int, **changes: Any) -> None:
    path = f"examinations/000{serial}.note"
    world.files[path] = officers_sign(world, replace(paper(world, path, Examination), **changes))


def _forget(world: World) -> None:
    """Takes all papers of RLA-1 out, as if they had never been."""
    for path in [path for path in world.files if path.startswith("audits/RLA-1/")]:
        world.remove(path)
    world.batches = [batch for batch in world.batches if batch]


def _again(world: World) -> AuditMaker:
    """RLA-1 as its maker left it, to go on with."""
    audit = AuditMaker(world, "RLA-1")
    audit.commitment = paper(world, RULES, DrawCommitment)
    audit.seed = paper(world, SEED, SeedRecord)
    return audit
