"""The index of cylinders."""

from functools import cache
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from tests.biometrics.galleries import again, encoded, fingers, gallery
from tests.shared import shared

from urna.biometrics import hashing
from urna.biometrics.cylinders import BITS, Cylinders, encode
from urna.biometrics.gallery import build_gallery, part_of
from urna.biometrics.hashing import (
    PRIOR_CYLINDERS,
    HashIndex,
    Plan,
    build_index,
    count_keys,
    key_bits,
    orders_of,
    plan_for,
    plan_of,
    votes,
)
from urna.biometrics.synthetic_templates import synthetic_template
from urna.biometrics.template import Template
from urna.errors import Malformed


def slow_key(cylinder: NDArray[np.uint64], order: NDArray[np.uint16]) -> tuple[int, ...]:
    """The places in the table's order of the three ones that come first."""
    number = int.from_bytes(cylinder.astype("<u8").tobytes(), "little")
    return tuple(sorted(int(order[bit]) for bit in range(BITS) if number >> bit & 1)[:3])


def slow_votes(plan: Plan, probe: Cylinders, other: Cylinders) -> float:
    """Step 1 to 4 word for word, with keys as they are instead of mixed numbers, and none too common."""
    cast = [0] * 18
    own, theirs = ([[slow_key(bits, order) for order in plan.orders] for bits in each.bits] for each in (probe, other))
    for i in range(len(probe.x)):
        for j in range(len(other.x)):
            turn = (round((other.angle[j] - probe.angle[i]) * 128 / np.pi) + 64) % 256
            if turn < 128:
                pairs = zip(own[i], theirs[j], strict=True)
                cast[1 + turn // 8] += sum(1 for a, b in pairs if a == b and len(a) == 3)
    most = max(2 * min(255, b) + min(255, a) + min(255, c) for (a, b), (_, c) in pairwise(pairwise(cast)))
    return most / (len(other.x) + PRIOR_CYLINDERS)


def test_votes_agree_with_a_slow_reading_of_the_procedure() -> None:
    """Counting sort, lookups and vectors change nothing; keys are long enough not to be confused here."""
    templates = fingers(6)
    columns = build_gallery(enumerate(templates))
    counts = count_keys(columns, orders_of(4), 20)
    plan = plan_for(orders_of(4), counts, 6)
    index = build_index(columns, plan)
    for probe in encoded([templates[5], again(templates[4], 3), again(templates[1], 4)]):
        slow = [slow_votes(plan, probe, other) for other in encoded(templates)]
        assert votes(index, probe).tolist() == pytest.approx(slow, abs=1e-5)


def test_every_finger_finds_itself_first() -> None:
    """Nothing shares more keys with a finger than itself."""
    templates = [synthetic_template(3, number, 0) for number in range(60)]
    index = build_index(build_gallery(enumerate(templates)))
    assert [int(votes(index, encode(template)).argmax()) for template in templates] == list(range(60))


@settings(deadline=None, max_examples=15)
@given(st.lists(st.integers(0, 30), min_size=1, max_size=4), st.integers(0, 29))
def test_shards_with_one_plan_give_the_scores_of_the_whole(cuts: list[int], finger: int) -> None:
    """A template's score does not depend on the shard it lies in, to the last bit."""
    columns, probe = gallery(30), encode(again(fingers(30)[finger], 5))
    bounds = sorted({0, *cuts, 30})
    shards = [part_of(columns, first, last) for first, last in pairwise(bounds)]
    plan = plan_of(shards, tables=5)
    joined = np.concatenate([votes(build_index(shard, plan), probe) for shard in shards])
    assert np.array_equal(joined, votes(build_index(columns, plan), probe))
    assert np.array_equal(plan.common, plan_of([columns], tables=5).common)


@given(st.integers(-1, 30))
def test_rows_up_to_a_given_one_are_left_out_and_the_others_keep_their_scores(after: int) -> None:
    """So that in a search of all against all each pair comes once."""
    index, probe = _index(), encode(again(fingers(30)[20], 6))
    scores = votes(index, probe, after)
    assert not scores[: after + 1].any()
    assert np.array_equal(scores[after + 1 :], votes(index, probe)[after + 1 :])


def test_keys_that_too_many_share_are_not_listed(monkeypatch: pytest.MonkeyPatch) -> None:
    """A hundred copies of one finger in a small gallery have no votes; an allowance for them brings them back."""
    monkeypatch.setattr(hashing, "FEW_TEMPLATES", 1)
    one = synthetic_template(3, 0, 0)
    columns = build_gallery((number, one) for number in range(100))
    assert not votes(build_index(columns, plan_of([columns], common=0.5)), encode(one)).any()
    assert votes(build_index(columns, plan_of([columns], common=50.0)), encode(one)).all()


def test_orders_are_permutations_and_differ_from_table_to_table() -> None:
    """Equal on every machine: they follow from the tables' numbers alone."""
    orders = orders_of(5)
    assert all(sorted(order.tolist()) == list(range(len(order))) for order in orders)
    assert len({tuple(order.tolist()) for order in orders}) == 5
    assert orders[0, :4].tolist() == orders_of(24)[0, :4].tolist()


def test_an_empty_gallery_and_an_empty_finger_are_searched_in_vain() -> None:
    """No rows, no votes; no minutiae, no votes."""
    nothing = Template(width=300, height=300, minutiae=())
    assert len(votes(build_index(build_gallery([])), encode(fingers(1)[0]))) == 0
    assert not votes(_index(), encode(nothing)).any()
    assert not votes(build_index(build_gallery([(0, nothing)])), encode(fingers(1)[0])).any()


def test_keys_grow_with_the_gallery_within_bounds() -> None:
    """About eight cylinders a key."""
    assert [key_bits(count) for count in (0, 100, 2**20, 2**40)] == [8, 8, 18, 22]


def test_an_index_holds_a_bounded_number_of_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    """A row has 24 bits in a posting; more is refused."""
    monkeypatch.setattr(hashing, "MAX_ROWS", 29)
    with pytest.raises(Malformed):
        build_index(gallery(30))


def test_an_index_shows_its_size_alone_and_cannot_be_written() -> None:
    """What is in it is personal data."""
    assert repr(_index()) == "HashIndex(30 templates)"
    assert not any(column.flags.writeable for column in (*_index().plan, *_index()[1:]))


@pytest.mark.slow
def test_another_impression_is_on_the_short_list_of_real_fingers() -> None:
    """Templates of the development set by another extractor, among 800 fingers that nobody has: nine of ten."""
    folder = shared("fingerprints/fvc2002_db1_b")
    real = {path.stem: Template.from_iso(path.read_bytes()) for path in sorted(folder.glob("*_[12].iso"))}
    others = [synthetic_template(8, number, 0) for number in range(800)]
    enrolled = [name for name in real if name.endswith("_1")]
    index = build_index(build_gallery(enumerate([*(real[name] for name in enrolled), *others])))
    found = 0
    for row, name in enumerate(enrolled):
        scores = votes(index, encode(real[name[:-1] + "2"]))
        found += int((scores > scores[row]).sum()) < 8
    assert found >= 9


@cache
def _index() -> HashIndex:
    return build_index(gallery(30))
