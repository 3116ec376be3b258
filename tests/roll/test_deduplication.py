"""Two people decide a case, a third where they differ, and the machine never."""

from itertools import product

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.roll.duplicates import ADJUDICATORS, ELECTION, PEOPLE, RULE, SIGNERS, case, decision, head, judgement

from urna.crypto.kdf import Cost
from urna.crypto.signatures import SigningKey
from urna.encoding.canonical import decode, encode
from urna.encoding.document import sign_document
from urna.errors import Malformed, OutOfOrder, Unproven
from urna.log.note import NoteSigner
from urna.roll.case_key import open_case_key, read_case_key, seal_case_key
from urna.roll.deduplication import (
    FINAL,
    TRANSITIONS,
    Adjudicators,
    Case,
    Standing,
    Verdict,
    case_name,
    open_decision,
    sign_decision,
    stand,
)
from urna.roll.deduplication_report import (
    DeduplicationReport,
    DuplicateRule,
    PartDone,
    make_registry_list,
    make_report,
)

DEFINITE = {Standing.SAME_PERSON: Verdict.SAME_PERSON, Standing.DIFFERENT_PEOPLE: Verdict.DIFFERENT_PEOPLE}
verdicts = st.sampled_from(Verdict)


def standing_of(*given_verdicts: Verdict) -> Standing:
    """Where these verdicts of different people lead."""
    return stand(case(), [judgement(person, verdict) for person, verdict in enumerate(given_verdicts)])


def test_no_verdict_or_one_decides_nothing() -> None:
    """The machine's score does not count, and nobody decides alone."""
    assert standing_of() is Standing.OPEN
    assert not {standing_of(verdict) for verdict in Verdict} & FINAL


@pytest.mark.parametrize("length", [2, 3])
def test_a_definite_end_needs_two_equal_verdicts_and_a_third_only_where_two_differ(length: int) -> None:
    """All sequences of two and three verdicts: two equal definite ones decide, anything else is referred."""
    for said in product(Verdict, repeat=length):
        try:
            standing = standing_of(*said)
        except OutOfOrder:
            assert standing_of(*said[:-1]) in FINAL
            continue
        if standing in DEFINITE:
            assert said.count(DEFINITE[standing]) == 2
        elif length == 3:
            assert standing is Standing.REFERRED
            assert max(said.count(Verdict.SAME_PERSON), said.count(Verdict.DIFFERENT_PEOPLE)) < 2


@given(first=verdicts, second=verdicts)
def test_who_decides_first_makes_no_difference(first: Verdict, second: Verdict) -> None:
    """The first two verdicts in either order lead to one standing."""
    assert standing_of(first, second) is standing_of(second, first)


def test_nothing_leads_out_of_a_final_standing_and_everything_into_one() -> None:
    """The table is whole: three verdicts end every case."""
    assert {standing for standing, _ in TRANSITIONS} == set(Standing) - FINAL
    assert all((standing, verdict) in TRANSITIONS for standing in set(Standing) - FINAL for verdict in Verdict)


@given(said=st.tuples(verdicts, verdicts))
def test_the_same_person_twice_is_refused(said: tuple[Verdict, Verdict]) -> None:
    """Even with another verdict, and even if the key is named twice."""
    with pytest.raises(Unproven, match="two by one"):
        stand(case(), [judgement(0, said[0]), judgement(0, said[1])])


def test_a_register_of_adjudicators_has_each_person_once() -> None:
    """One key under two names, two keys under one name, or one person alone are no register."""
    twin = msgspec.structs.replace(PEOPLE[0], name="Another", key_name="desk/other")
    renamed = msgspec.structs.replace(PEOPLE[1], name=PEOPLE[0].name)
    for people in ((PEOPLE[0], twin), (PEOPLE[0], renamed), PEOPLE[:1], ()):
        with pytest.raises(Malformed):
            Adjudicators(election=ELECTION, people=people)


def test_a_decision_on_another_case_does_not_count() -> None:
    """Not even on the same two electors with another score."""
    with pytest.raises(Unproven, match="another case"):
        stand(case(score=400_000), [judgement(0, Verdict.SAME_PERSON)])


def test_an_adjudicators_signed_decision_opens_as_that_persons() -> None:
    """And nobody else's, nor a changed one, nor one that two signed."""
    said = decision(Verdict.SAME_PERSON)
    document = sign_decision(said, ADJUDICATORS, SIGNERS[1])
    assert open_decision(document, ADJUDICATORS) == (PEOPLE[1], said)
    with pytest.raises(Unproven):
        open_decision(document.replace(b"same_person", b"cannot_tell"), ADJUDICATORS)
    with pytest.raises(Unproven, match="signature of one"):
        open_decision(sign_document(said, SIGNERS[:2]), ADJUDICATORS)
    stranger = NoteSigner("desk/a", SigningKey(b"\x99" * 32))
    with pytest.raises(Unproven):
        sign_decision(said, ADJUDICATORS, stranger)
    with pytest.raises(Unproven):
        open_decision(sign_document(said, [stranger]), ADJUDICATORS)


def test_a_pair_of_electors_has_one_case_and_one_name() -> None:
    """In whatever order it was found; and the name says nothing without the salts."""
    assert case_name("11" * 32, "22" * 32) == case_name("22" * 32, "11" * 32)
    assert case_name("11" * 32, "22" * 32) != case_name("11" * 32, "23" * 32)
    for one, other in (("F2", "F1"), ("F1", "F1")):
        with pytest.raises(Malformed):
            case(one=one, other=other)


def test_neither_a_case_nor_a_list_shows_who_is_in_it() -> None:
    """A repr may reach a log."""
    shown = repr(case(one="F111", other="F222")) + repr(make_registry_list(ELECTION, []))
    assert "F111" not in shown
    assert "F222" not in shown


def test_more_fingers_never_need_a_lower_sum() -> None:
    """And a threshold of nothing is refused."""
    assert RULE.is_case(0.08, 1)
    assert not RULE.is_case(0.0799, 1)
    assert not RULE.is_case(0.1, 4)
    assert not RULE.is_case(1.0, 0)
    for scores in ((0, 1, 2, 3), (4, 3, 2, 1)):
        with pytest.raises(Malformed):
            DuplicateRule(scores=scores, false_match_rate="1/1000")


@given(st.lists(st.sampled_from(Standing), max_size=30), st.sets(st.integers(0, 2)))
def test_a_report_counts_every_case_once(standings: list[Standing], parts: set[int]) -> None:
    """By how it was decided; complete when every part is done."""
    done = [PartDone(part=part, probes=8, comparisons=80) for part in sorted(parts)]
    report = make_report(head(), done, standings)
    ended = report.decided
    assert ended.same_person + ended.different_people + ended.referred + ended.undecided == report.cases
    assert report.cases == len(standings)
    assert report.is_complete == (parts == {0, 1, 2})
    assert (report.pairs, report.comparisons) == (45, 80 * len(parts))
    assert decode(encode(report), DeduplicationReport) == report


def test_the_registry_gets_what_two_called_one_person_and_what_was_referred() -> None:
    """The most alike first; different people and undecided cases stay out."""
    cases = [case(score=score, one=f"F{at}", other="F9") for at, score in enumerate((1, 5, 3, 4))]
    ends = (Standing.SAME_PERSON, Standing.SAME_PERSON, Standing.REFERRED, Standing.DIFFERENT_PEOPLE)
    found = make_registry_list(ELECTION, [*zip(cases, ends, strict=True), (case(one="F7", other="F8"), Standing.OPEN)])
    assert found.same_person == (cases[1], cases[0])
    assert found.referred == (cases[2],)


def test_a_case_survives_writing_and_reading() -> None:
    """Canonically."""
    assert decode(encode(case()), Case) == case()


def test_a_case_key_opens_with_its_passphrase_only() -> None:
    """A changed public half does not open either."""
    data = seal_case_key("desk", b"\7" * 32, "correct horse", salt=b"\1" * 16, nonce=b"\2" * 12, cost=Cost.TOY)
    file = read_case_key(data)
    assert open_case_key(file, "correct horse").public_hex == file.public_hex
    with pytest.raises(Unproven):
        open_case_key(file, "correct house")
    changed = data.replace(file.public_hex.encode(), b"0" * 64)
    with pytest.raises(Unproven):
        open_case_key(read_case_key(changed), "correct horse")
    with pytest.raises(Malformed):
        read_case_key(data.replace(b"case-key", b"key"))
