"""Opening sums: any k of n, each machine judging for itself, and who is missing or cheats is named."""

import copy
from collections.abc import Sequence
from functools import cache
from typing import Any, NamedTuple

import msgspec
import pytest
from tests.guardian.small import (
    FEW,
    Counter,
    ceremony,
    election,
    national_sheets,
    request,
    signers,
    sums_of,
    votes_of,
)

from urna.crypto.scalars import from_int, to_int
from urna.encoding.document import read_document, sign_document
from urna.errors import Malformed, OutOfOrder, Unproven
from urna.guardian.opening import answer, combine_openings, promise, reveal
from urna.guardian.opening_papers import OpeningPromise, OpeningResponse, OpeningReveal, Round
from urna.guardian.private import PrivateState
from urna.guardian.rehearsal import HeldCeremony, open_aggregates
from urna.guardian.request import OpeningRequest, check_request, make_request
from urna.guardian.stages import Stage
from urna.tally.aggregates import AggregatePlan, CountedSheet, plan_aggregates
from urna.tally.decryption import AggregateOpening, check_opening

THREE = (1, 3, 4)


def held() -> HeldCeremony:
    """A finished ceremony, its states ready for one opening."""
    return ceremony()


@cache
def asked() -> OpeningRequest:
    """One sum over Montelirio and one over the nation."""
    return request(held().keys.votes, national_sheets(FEW))


class Under(NamedTuple):
    """An opening under way: the states of who takes part, and what they signed."""

    states: dict[int, PrivateState]
    papers: Round


def promised(guardians: Sequence[int] = THREE, of: OpeningRequest | None = None) -> Under:
    """Everybody promised."""
    states, promises = {}, []
    for i in guardians:
        states[i], document = promise(
            election(),
            held().ceremony,
            signers()[i - 1],
            held().states[i - 1],
            of or asked(),
            guardians=guardians,
            entropy=Counter(f"session {i}"),
        )
        promises.append(document)
    return Under(states, Round(promises))


def revealed(under: Under | None = None) -> Under:
    """Everybody showed."""
    under = under or promised()
    states, parts = {}, []
    for i, state in under.states.items():
        own = signers()[i - 1], state
        states[i], document = reveal(election(), held().ceremony, *own, asked(), papers=under.papers)
        parts.append(document)
    return Under(states, under.papers._replace(reveals=parts))


def answered(under: Under | None = None) -> Under:
    """Everybody answered."""
    under = under or revealed()
    states, answers = {}, []
    for i, state in under.states.items():
        own = signers()[i - 1], state
        states[i], document = answer(election(), held().ceremony, *own, asked(), papers=under.papers)
        answers.append(document)
    return Under(states, under.papers._replace(responses=answers))


@cache
def _whole() -> Round:
    return answered().papers


@cache
def opened() -> tuple[AggregateOpening, ...]:
    """What comes of it."""
    return combine_openings(election(), held().ceremony, asked(), _whole())


def changed(document: bytes, kind: type[msgspec.Struct], by: int, **changes: Any) -> bytes:
    """A guardian's document with something else in it, signed by the same guardian."""
    return sign_document(msgspec.structs.replace(read_document(document, kind), **changes), [signers()[by - 1]])


def with_first(documents: Sequence[bytes], first: bytes) -> list[bytes]:
    """The documents with another one in the place of the first."""
    return [first, *documents[1:]]


def test_three_of_five_open_what_was_encrypted() -> None:
    """Each sum has its votes, every proof holds, and all who want verify it."""
    for opening, each in zip(opened(), asked().aggregates, strict=True):
        assert [option.votes for option in opening.options] == votes_of(each.planned)
        check_opening(election(), held().keys, opening, each.ciphertexts)


@pytest.mark.slow
def test_any_others_open_the_same_numbers() -> None:
    """Two are lost, or nobody is; the votes and the shares M are the same, the proofs are other ones."""
    for guardians in ((2, 4, 5), (1, 2, 3, 5)):
        _, openings = open_aggregates(election(), held(), asked(), guardians, Counter(str(guardians)))
        for one, other in zip(openings, opened(), strict=True):
            assert [(o.votes, o.share) for o in one.options] == [(o.votes, o.share) for o in other.options]
            assert one != other


@pytest.mark.parametrize("guardians", [(1, 3), (1,), ()])
def test_too_few_guardians_open_nothing(guardians: tuple[int, ...]) -> None:
    """Each machine refuses before it shows anything."""
    with pytest.raises(Unproven, match="at least 3 of 5"):
        promise(
            election(),
            held().ceremony,
            signers()[0],
            held().states[0],
            asked(),
            guardians=guardians,
            entropy=Counter(),
        )


@pytest.mark.parametrize("guardians", [(0, 1, 2), (1, 1, 2)])
def test_index_zero_and_a_guardian_twice_are_refused(guardians: tuple[int, ...]) -> None:
    """At 0 lies the key itself."""
    with pytest.raises(Malformed):
        promised(guardians)


@pytest.mark.parametrize("guardians", [(2, 3, 4), (1, 2, 6)])
def test_who_does_not_take_part_or_exist_is_refused(guardians: tuple[int, ...]) -> None:
    """Guardian 1 is asked to open with others, or with a sixth of five."""
    with pytest.raises(Unproven):
        promise(
            election(),
            held().ceremony,
            signers()[0],
            held().states[0],
            asked(),
            guardians=guardians,
            entropy=Counter(),
        )


def test_a_missing_guardian_is_named() -> None:
    """At every step, and when the answers are put together."""
    under, own = promised(), (signers()[0],)
    few = Round(under.papers.promises[:2])
    with pytest.raises(OutOfOrder, match="the promise of everybody who takes part, found none of Guardian 4"):
        reveal(election(), held().ceremony, *own, under.states[1], asked(), papers=few)
    shown = revealed(under)
    few = shown.papers._replace(reveals=shown.papers.reveals[1:])
    with pytest.raises(OutOfOrder, match="the part of everybody who takes part, found none of Guardian 1"):
        answer(election(), held().ceremony, signers()[2], shown.states[3], asked(), papers=few)
    with pytest.raises(OutOfOrder, match="the answer of everybody who takes part, found none of Guardian 4"):
        combine_openings(election(), held().ceremony, asked(), _whole()._replace(responses=_whole().responses[:2]))
    with pytest.raises(OutOfOrder):
        combine_openings(election(), held().ceremony, asked(), Round([]))


@pytest.mark.parametrize("place", [0, 1, 2])
@pytest.mark.parametrize("option", [0, 13])
def test_a_false_answer_is_attributed(place: int, option: int) -> None:
    """One scalar of one guardian in one option, and that guardian alone is named."""
    guardian = THREE[place]
    record = read_document(_whole().responses[place], OpeningResponse)
    answers = list(record.responses)
    answers[option] = from_int(to_int(bytes.fromhex(answers[option])) + 1).hex()
    responses = list(_whole().responses)
    responses[place] = changed(responses[place], OpeningResponse, guardian, responses=tuple(answers))
    with pytest.raises(Unproven) as caught:
        combine_openings(election(), held().ceremony, asked(), _whole()._replace(responses=responses))
    assert caught.value.where == f"Guardian {guardian}"


def test_two_who_answer_falsely_are_both_named() -> None:
    """Even if their errors go the same way."""
    responses = list(_whole().responses)
    for place in (0, 2):
        record = read_document(responses[place], OpeningResponse)
        wrong = from_int(to_int(bytes.fromhex(record.responses[0])) + 7).hex()
        answers = (wrong, *record.responses[1:])
        responses[place] = changed(responses[place], OpeningResponse, THREE[place], responses=answers)
    with pytest.raises(Unproven, match="a false one of Guardian 1, Guardian 4"):
        combine_openings(election(), held().ceremony, asked(), _whole()._replace(responses=responses))


def test_who_shows_another_part_than_promised_is_named() -> None:
    """A guardian who waits for the others' parts cannot fit the own one to them."""
    shown = revealed()
    record = read_document(shown.papers.reveals[0], OpeningReveal)
    parts = (record.parts[1], *record.parts[1:])
    for change in ({"parts": parts}, {"parts": record.parts[:-1]}, {"promises": "0" * 64}):
        other = changed(shown.papers.reveals[0], OpeningReveal, 1, **change)
        papers = shown.papers._replace(reveals=with_first(shown.papers.reveals, other))
        with pytest.raises(Unproven, match="something else of Guardian 1"):
            answer(election(), held().ceremony, signers()[2], shown.states[3], asked(), papers=papers)


def test_a_part_that_is_no_point_is_malformed() -> None:
    """Even if it was promised so."""
    shown = revealed()
    record = read_document(shown.papers.reveals[0], OpeningReveal)
    bad = msgspec.structs.replace(record.parts[0], share="f" * 64)
    other = changed(shown.papers.reveals[0], OpeningReveal, 1, parts=(bad, *record.parts[1:]))
    papers = shown.papers._replace(reveals=with_first(shown.papers.reveals, other))
    with pytest.raises(Malformed, match="Guardian 1"):
        answer(election(), held().ceremony, signers()[2], shown.states[3], asked(), papers=papers)


def test_promises_for_other_guardians_or_requests_are_refused() -> None:
    """All sign for the same thing."""
    under = promised()
    for change in ({"guardians": (1, 2, 3)}, {"request": "0" * 64}):
        other = changed(under.papers.promises[0], OpeningPromise, 1, **change)
        papers = Round(with_first(under.papers.promises, other))
        with pytest.raises(Unproven, match="Guardian 1"):
            reveal(election(), held().ceremony, signers()[2], under.states[3], asked(), papers=papers)


def test_a_promise_answers_once() -> None:
    """After the answer the seed is gone, and a second answer is out of order."""
    done = answered()
    assert all(state.seed == b"" and state.stage is Stage.READY for state in done.states.values())
    with pytest.raises(OutOfOrder):
        answer(election(), held().ceremony, signers()[0], done.states[1], asked(), papers=done.papers)


def test_a_part_is_not_answered_for_other_promises() -> None:
    """Guardian 3 begins again when 1 has shown already: 1 does not go on, since that would answer two challenges."""
    under = revealed()
    again, document = promise(
        election(),
        held().ceremony,
        signers()[2],
        held().states[2],
        asked(),
        guardians=THREE,
        entropy=Counter("again"),
    )
    promises = [under.papers.promises[0], document, under.papers.promises[2]]
    with pytest.raises(OutOfOrder, match="the promises that your part was shown for"):
        reveal(election(), held().ceremony, signers()[0], under.states[1], asked(), papers=Round(promises))
    papers = Round(promises, under.papers.reveals)
    with pytest.raises(OutOfOrder, match="the promises that your part was shown for"):
        answer(election(), held().ceremony, signers()[0], under.states[1], asked(), papers=papers)
    assert again.stage is Stage.PROMISED


def test_a_part_is_shown_again_the_same() -> None:
    """A lost file is written again, byte by byte."""
    under = promised()
    own = election(), held().ceremony, signers()[0]
    state, first = reveal(*own, under.states[1], asked(), papers=under.papers)
    _, again = reveal(*own, state, asked(), papers=under.papers)
    assert first == again


def test_nobody_shows_or_answers_without_a_promise() -> None:
    """Or for another request than the promised one."""
    own = election(), held().ceremony, signers()[0]
    with pytest.raises(OutOfOrder, match="open-commit"):
        reveal(*own, held().states[0], asked(), papers=Round([]))
    other = msgspec.structs.replace(asked(), aggregates=asked().aggregates[:1])
    under = promised()
    with pytest.raises(OutOfOrder):
        reveal(*own, under.states[1], other, papers=under.papers)
    with pytest.raises(OutOfOrder):
        answer(*own, under.states[1], asked(), papers=under.papers)


def test_a_request_beyond_the_plan_is_refused() -> None:
    """A single station's few ballots, another number, fewer options, no aggregate at all."""
    first = asked().aggregates[0]
    alone = msgspec.structs.replace(first.planned, stations=("MON-AL-1-2",), ballots=4)
    fewer = msgspec.structs.replace(first.planned, ballots=60)
    for planned in (alone, fewer):
        changed_one = msgspec.structs.replace(first, planned=planned)
        with pytest.raises(Unproven, match="the plan of the public record"):
            promised(of=msgspec.structs.replace(asked(), aggregates=(changed_one,)))
    for sums in (first.sums[:-1], first.sums[::-1]):
        with pytest.raises(Unproven):
            check_request(election(), _with(msgspec.structs.replace(first, sums=sums)))
    with pytest.raises(OutOfOrder):
        check_request(election(), msgspec.structs.replace(asked(), aggregates=()))


def _with(aggregate: Any) -> OpeningRequest:
    return msgspec.structs.replace(asked(), aggregates=(aggregate,))


def test_a_sum_that_is_no_point_is_malformed() -> None:
    """Before anything secret touches it."""
    first = asked().aggregates[0]
    bad = msgspec.structs.replace(first.sums[0], alpha="f" * 64)
    with pytest.raises(Malformed):
        promised(of=_with(msgspec.structs.replace(first, sums=(bad, *first.sums[1:]))))


def test_a_guardian_of_another_ceremony_takes_no_part() -> None:
    """The joint key must be the one that was signed."""
    other = ceremony("another")
    with pytest.raises(Unproven, match="the joint key that you signed"):
        promise(
            election(),
            other.ceremony,
            signers()[0],
            held().states[0],
            asked(),
            guardians=THREE,
            entropy=Counter(),
        )


def after_opening() -> PrivateState:
    """What guardian 1 keeps after the first opening."""
    return copy.deepcopy(answered().states[1])


def promise_again(state: PrivateState, sheets: list[CountedSheet]) -> None:
    """Guardian 1 is asked for the plan of other sheets."""
    of = request(held().keys.votes, sheets)
    own = election(), held().ceremony, signers()[0], state
    promise(*own, of, guardians=THREE, entropy=Counter("later"))


def test_the_same_sums_may_be_opened_again() -> None:
    """With other guardians, for instance; and with an open station that came late."""
    promise_again(after_opening(), national_sheets(FEW))
    promise_again(after_opening(), national_sheets(FEW | {"SAB-SE-1-1": 40}))


@pytest.mark.parametrize(
    "later",
    [
        FEW | {"SAB-SE-1-1": 5},
        {station: number for station, number in FEW.items() if station != "RIB-DE-1-1"},
        FEW | {"MON-VA-1-1": 2},
    ],
)
def test_a_second_plan_that_would_isolate_a_few_is_refused(later: dict[str, int]) -> None:
    """A station with few ballots came late, or one was annulled: harmless alone, not beside the first opening."""
    plan_aggregates(election(), national_sheets(later))
    with pytest.raises(Unproven):
        promise_again(after_opening(), national_sheets(later))


def test_a_sheet_with_other_ballots_is_refused() -> None:
    """A correction of one ballot: the difference of two sums would be that ballot."""
    sheets = national_sheets(FEW)
    sheets[0] = msgspec.structs.replace(sheets[0], ballots_root="0" * 64)
    with pytest.raises(Unproven, match="the ballots that were in the sum"):
        promise_again(after_opening(), sheets)


def test_what_was_shown_is_remembered_even_if_nobody_answered() -> None:
    """With the parts alone the sums are open."""
    state = copy.deepcopy(revealed().states[1])
    with pytest.raises(Unproven):
        promise_again(state, national_sheets(FEW | {"SAB-SE-1-1": 5}))


@pytest.mark.slow
def test_an_opening_is_checked_by_anyone() -> None:
    """Another number, order, option, set of stations, serial or sum, and it is refused."""
    opening, each = opened()[0], asked().aggregates[0]
    options = opening.options
    more = msgspec.structs.replace(options[0], votes=options[0].votes + 1)
    swapped = (options[1], options[0], *options[2:])
    moved = msgspec.structs.replace(options[1], option=options[0].option)
    changes: list[dict[str, Any]] = [
        {"options": (more, *options[1:])},
        {"options": swapped},
        {"options": options[:-1]},
        {"options": (*options, options[0])},
        {"options": (moved, *options[1:])},
        {"serial": 9},
        {"territory": "RIB"},
        {"ballots": opening.ballots + 1},
        {"stations": opening.stations[1:]},
        {"election": "0" * 64},
        {"contest": "REG-MON"},
    ]
    for change in changes:
        with pytest.raises(Unproven):
            check_opening(election(), held().keys, msgspec.structs.replace(opening, **change), each.ciphertexts)
    with pytest.raises(Unproven):
        check_opening(election(), held().keys, opening, each.ciphertexts[::-1])
    with pytest.raises(Unproven):
        check_opening(election(), ceremony("another").keys, opening, each.ciphertexts)


def test_more_votes_than_ballots_are_not_found() -> None:
    """A sum over ballots that were not proven: the guardians' machines find no number in it."""
    sheets = national_sheets(FEW)
    plan = plan_aggregates(election(), sheets)
    lying = plan.aggregates[0]
    more = msgspec.structs.replace(lying, ballots=10 * lying.ballots)
    only = AggregatePlan((lying,), ())
    of = make_request(election(), sheets, only, lambda _: sums_of(held().keys.votes, more))
    with pytest.raises(Unproven, match="a number of votes up to 61"):
        open_aggregates(election(), held(), of, THREE, Counter("lying"))


def test_an_opening_with_more_votes_than_ballots_is_refused() -> None:
    """Even if another sum of the same request has so many ballots that the number is found."""
    sheets = national_sheets(FEW)
    plan = plan_aggregates(election(), sheets)
    whole, part = plan.aggregates[-1], plan.aggregates[0]
    assert whole.ballots > part.ballots
    more = msgspec.structs.replace(part, ballots=8 * part.ballots)
    of = make_request(election(), sheets, plan, lambda each: sums_of(held().keys.votes, more if each == part else each))
    assert part.ballots < votes_of(more)[0] <= whole.ballots
    with pytest.raises(Unproven, match="at most 61 votes"):
        open_aggregates(election(), held(), of, THREE, Counter("more"))
