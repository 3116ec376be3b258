"""A seed is text in one spelling, answers rules that were fixed before, and the log shows it."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.audit.boxes import DICE, manifest_of, rules_of, seed_for
from tests.log.keys import LOG

from urna.audit.draw_rules import check_commitment
from urna.audit.seed import (
    DrawCommitment,
    SeedKind,
    SeedRecord,
    Unit,
    check_seed,
    require_committed_first,
    seed_of,
)
from urna.audit.tickets import Procedure
from urna.encoding.canonical import decode, digest, encode
from urna.encoding.document import open_document, sign_document
from urna.errors import Malformed, OutOfOrder, Unproven
from urna.log.checkpoint import Checkpoint
from urna.log.log import Log

MANIFEST = manifest_of([10, 10], phantoms=2)


@given(st.text("0123456789", min_size=20, max_size=60), st.lists(st.sampled_from(" \t\n,;.-"), max_size=20))
def test_dice_are_their_digits_whatever_parts_them(digits: str, gaps: list[str]) -> None:
    """Leading zeros stay, and nothing is ever a number."""
    said = "".join(letter + gap for letter, gap in zip(digits, [*gaps, *[""] * len(digits)], strict=False))
    assert seed_of(SeedKind.DICE, said) == digits
    assert seed_of(SeedKind.DICE, digits) == digits


@pytest.mark.parametrize(
    "said",
    ["", "4" * 19, "4" * 201, "4" * 20 + "x", "-1e30" * 6, "٤" * 20, "４" * 20, "4.2661399991234568e+19", "²" * 20],
)
def test_what_is_not_twenty_digits_is_no_dice_seed(said: str) -> None:
    """Other alphabets' digits and numbers as programs print them included."""
    with pytest.raises(Malformed, match="20 to 200 digits from 0 to 9"):
        seed_of(SeedKind.DICE, said)


def test_a_text_has_one_spelling() -> None:
    """White space is one space; accents are one letter, however they were typed; capitals stay."""
    assert seed_of(SeedKind.TEXT, "  El  Araguaney\t de\nCaracas ") == "El Araguaney de Caracas"
    assert seed_of(SeedKind.TEXT, "Arau\u0301jo") == "Ara\u00fajo"
    for said in ("", " \n", "x" * 201, "a\x00b", "a\u200bb", "a\u202eb", "\ud800"):
        with pytest.raises(Malformed, match="1 to 200 letters that can be seen"):
            seed_of(SeedKind.TEXT, said)


@given(st.text(st.characters(exclude_categories=["Cs", "Cc", "Cf", "Zl", "Zp"]), min_size=1, max_size=60))
def test_a_seed_in_its_spelling_is_its_own_seed(said: str) -> None:
    """Written down twice, it stays the same."""
    if said.split():
        seed = seed_of(SeedKind.TEXT, said)
        assert seed_of(SeedKind.TEXT, seed) == seed


def test_a_seed_that_is_a_number_is_refused_by_the_reader() -> None:
    """The mistake: a seed that travelled as a number, and lost its last digits."""
    data = encode(seed_for(rules_of(MANIFEST)))
    assert decode(data, SeedRecord) == seed_for(rules_of(MANIFEST))
    with pytest.raises(Malformed):
        decode(data.replace(b'"42661399991234567890"', b"42661399991234567890"), SeedRecord)


def test_commitment_and_seed_are_signed_documents_of_their_own_types() -> None:
    """One does not read as the other."""
    rules = rules_of(MANIFEST)
    document = sign_document(rules, [LOG])
    assert open_document(document, DrawCommitment, [LOG.verifier]) == rules
    with pytest.raises(Malformed, match="SeedRecord"):
        open_document(document, SeedRecord, [LOG.verifier])


def test_rules_that_can_be_followed_are_accepted() -> None:
    """Of papers, of containers, by share, with replacement."""
    check_commitment(rules_of(MANIFEST), MANIFEST)
    check_commitment(rules_of(MANIFEST, unit=Unit.CONTAINER, population=2, sizes=(1, 2)), MANIFEST)
    check_commitment(rules_of(MANIFEST, unit=Unit.CONTAINER, population=2, sizes=(), share="54/100"), MANIFEST)
    check_commitment(rules_of(MANIFEST, procedure=Procedure.COUNTER, replacement=True, sizes=(900,)), MANIFEST)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"population": 23}, "expected a population of 24, found 23"),
        ({"unit": Unit.CONTAINER}, "expected a population of 2, found 24"),
        ({"sizes": ()}, "sizes that rise"),
        ({"sizes": (0, 4)}, "sizes that rise"),
        ({"sizes": (5, 5)}, "found 5, 5"),
        ({"sizes": (5, 25)}, "of at most 24 without replacement"),
        ({"replacement": True}, "gives each unit one ticket"),
        ({"share": "54/100"}, "a share, at most 1/1, of containers"),
        ({"share": "54/100", "sizes": ()}, "found 54/100 of paper, sha256-sorted"),
        ({"share": "3/2", "sizes": (), "unit": Unit.CONTAINER, "population": 2}, "found 3/2 of container"),
    ],
)
def test_rules_that_contradict_each_other_are_refused(changes: dict[str, object], said: str) -> None:
    """Before anything is signed."""
    with pytest.raises(Malformed, match=said):
        check_commitment(rules_of(MANIFEST, **changes), MANIFEST)


def test_rules_for_another_manifest_are_refused() -> None:
    """One paper more, and it is another hash."""
    other = manifest_of([10, 11], phantoms=2)
    with pytest.raises(Unproven, match="the manifest that was committed"):
        check_commitment(rules_of(MANIFEST), other)


def test_a_seed_answers_its_own_rules_alone() -> None:
    """Another audit, other rules, another kind, another text, an earlier moment."""
    rules = rules_of(MANIFEST)
    check_seed(rules, seed_for(rules))
    other = rules_of(MANIFEST, sizes=(5, 13))
    for wrong in (
        seed_for(other),
        seed_for(rules, audit="RLA-2"),
        seed_for(rules, election="00" * 32),
        seed_for(rules, kind=SeedKind.TEXT, seed=" ".join(DICE.split())),
    ):
        with pytest.raises(Unproven, match="Roll a seed for the rules"):
            check_seed(rules, wrong)
    with pytest.raises(Malformed, match="expected the seed 42661399991234567890, found 42661399991234567891"):
        check_seed(rules, seed_for(rules, seed="42661399991234567891"))
    for moment in ("2026-12-07T10:00:00Z", "2026-12-06T10:00:00Z"):
        with pytest.raises(OutOfOrder, match="a seed rolled after 2026-12-07T10:00:00Z"):
            check_seed(rules, seed_for(rules, rolled_at=moment))


SHEETS = (b"sheet 1", b"sheet 2", b"sheet 3")
RULES, ROLLED = b"rules", b"seed"


def _logged(*after: bytes) -> tuple[Log, DrawCommitment]:
    """A log of three sheets and what follows, and rules made when the three were there."""
    log = Log(LOG.name, (*SHEETS, *after))
    return log, rules_of(MANIFEST, log_size=3, log_root=log.checkpoint(3).root.hex())


def _first(log: Log, rules: DrawCommitment, *sizes: int) -> Checkpoint:
    return require_committed_first(log, RULES, ROLLED, rules, [log.checkpoint(size) for size in sizes])


def test_a_checkpoint_between_rules_and_seed_shows_their_order() -> None:
    """The one that holds the rules and not yet the seed."""
    log, rules = _logged(RULES, b"other", ROLLED, b"later")
    for size in (4, 5):
        assert _first(log, rules, 3, size, 7) == log.checkpoint(size)


def test_without_a_checkpoint_between_them_nothing_is_shown() -> None:
    """Both may have been written at one moment, the seed in hand."""
    log, rules = _logged(RULES, ROLLED)
    with pytest.raises(Unproven, match=r"a checkpoint of 4 to 4 leaves, published before .*, found none"):
        _first(log, rules, 3, 5)
    with pytest.raises(Unproven, match="let witnesses cosign it, then roll"):
        _first(log, rules)


def test_a_commitment_after_the_seed_is_refused() -> None:
    """Whatever the checkpoints; and one that was logged before the sheets it speaks of."""
    log, rules = _logged(ROLLED, RULES)
    with pytest.raises(OutOfOrder, match=r"before the seed, which is leaf 3, found it as leaf 4"):
        _first(log, rules, 3, 4, 5)
    early = Log(LOG.name, (RULES, *SHEETS, ROLLED))
    root = early.checkpoint(4).root.hex()
    with pytest.raises(OutOfOrder, match="after the 4 leaves that it names"):
        _first(early, rules_of(MANIFEST, log_size=4, log_root=root), 4)


def test_documents_that_are_not_in_the_log_once_are_refused() -> None:
    """Absent, or twice: the earlier one might be any."""
    for after in ((RULES,), (ROLLED,), (RULES, RULES, ROLLED)):
        log, rules = _logged(*after)
        with pytest.raises(Unproven, match="commitment and seed in the log, each once"):
            _first(log, rules, 4)


def test_sheets_that_changed_after_the_rules_are_noticed() -> None:
    """The commitment names size and root of the log that it draws from."""
    log, rules = _logged(RULES, b"other", ROLLED)
    changed = msgspec.structs.replace(rules, log_root=digest(b"others"))
    with pytest.raises(Unproven, match="rolled back or rewritten"):
        _first(log, changed, 4)


def test_a_checkpoint_of_another_history_shows_nothing() -> None:
    """It would have to be of this log."""
    log, rules = _logged(RULES, ROLLED)
    forked = Log(LOG.name, (*SHEETS, b"something else")).checkpoint()
    with pytest.raises(Unproven, match="rolled back or rewritten"):
        require_committed_first(log, RULES, ROLLED, rules, [forked])
