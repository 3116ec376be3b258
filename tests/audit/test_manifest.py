"""The manifest numbers every paper once, and refuses a list that does not add up."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.audit.boxes import ELECTION, container, manifest_of

from urna.audit.manifest import (
    BallotManifest,
    Bound,
    Container,
    Counted,
    Numbering,
    check_manifest,
    make_manifest,
    over_bound,
    read_manifest,
)
from urna.encoding.canonical import digest, encode
from urna.errors import Findings, Malformed

LISTED = (Counted("B", "X", 3, 2), Counted("A", "X", 2, 3))
BOUNDS = {"A": 2, "B": 5}
COUNTS = st.lists(st.integers(0, 9), min_size=1, max_size=6).filter(any)


def _made(counted: tuple[Counted, ...] = LISTED, papers: int = 5, **bounds: int) -> BallotManifest:
    return make_manifest(ELECTION, counted, BOUNDS | bounds, Bound.SIGNATURES, papers)


def test_phantoms_fill_up_what_may_be_missing() -> None:
    """Up to the bound; where there is more paper than that, none, and the report says so."""
    made = _made(A=1)
    assert made.containers == (
        Container(code="A", centre="X", papers=2, phantoms=0),
        Container(code="B", centre="X", papers=3, phantoms=2),
    )
    assert (made.papers, made.phantoms, made.size) == (5, 2, 7)
    assert over_bound(LISTED, BOUNDS | {"A": 1}) == (LISTED[1],)


def test_whoever_lists_the_containers_gets_the_same_hash() -> None:
    """The order of the list says nothing."""
    assert digest(encode(_made())) == digest(encode(_made(LISTED[::-1])))


def test_a_manifest_reads_back() -> None:
    """As canonical bytes."""
    assert read_manifest(encode(_made())) == _made()


@given(COUNTS, st.integers(0, 3))
def test_every_paper_has_one_number_and_every_number_one_paper(sizes: list[int], phantoms: int) -> None:
    """Containers in their order; positions from 1; the last ones are phantoms."""
    manifest = manifest_of(sizes, phantoms)
    numbering = Numbering(manifest)
    names = [numbering.name(number) for number in range(1, numbering.size + 1)]
    expected = [f"{box.code},{place}" for box in manifest.containers for place in range(1, box.size + 1)]
    assert names == expected
    assert sum(map(numbering.is_phantom, names)) == manifest.phantoms
    for number in (0, -1, numbering.size + 1):
        with pytest.raises(Malformed, match="a number from 1 to"):
            numbering.name(number)


def test_a_phantom_is_known_by_its_position() -> None:
    """The papers that were counted come first."""
    numbering = Numbering(_made())
    assert [numbering.is_phantom(f"B,{place}") for place in (1, 3, 4, 5)] == [False, False, True, True]
    for name in ("B,6", "B,0", "B,03", "B", "B,", "C,1", "AA,1", "", "B,٣"):
        with pytest.raises(Malformed, match="a paper of the manifest"):
            numbering.is_phantom(name)


@pytest.mark.parametrize(
    ("counted", "papers", "said"),
    [
        ((*LISTED, Counted("B", "X", 3, 7)), 8, r"manifest:7: B is listed already, in line 2\."),
        ((LISTED[0], Counted("A", "X", -1, 3)), 2, r"manifest:3: A has -1 papers; a count is 0 or more\."),
        (LISTED, 6, r"manifest: 6 papers were said; the 2 containers have 5\."),
        ((), 0, r"manifest: 0 papers were said; the 0 containers have 0\."),
        ((*LISTED, Counted("C", "X", 0, 4)), 5, r"manifest:4: How many papers C may have is not known\."),
        (LISTED[:1], 3, r"manifest: A may have papers, but is not in the list\."),
    ],
)
def test_a_list_that_does_not_add_up_is_refused_whole(counted: tuple[Counted, ...], papers: int, said: str) -> None:
    """With the line and what is wrong in it."""
    with pytest.raises(Findings, match=said):
        _made(counted, papers)


def test_all_mistakes_of_a_list_are_said_at_once() -> None:
    """A count below 0, a double, a wrong sum."""
    with pytest.raises(Findings) as refused:
        _made((Counted("A", "X", -1, 2), Counted("A", "X", 1, 3)), 9)
    assert [finding.line for finding in refused.value.findings] == [2, 3, 0, 0]


@pytest.mark.parametrize(
    ("containers", "papers", "phantoms", "said"),
    [
        ((container("B", 1), container("A", 1)), 2, 0, "ascending by code, each once, found A after B"),
        ((container("A", 1), container("A", 1)), 2, 0, "found A after A"),
        ((container("A", 1),), 2, 0, "expected 2 papers and 0 phantoms, .* found 1 and 0"),
        ((container("A", 1, 1),), 2, 0, "found 1 and 1"),
        ((container("A", 0),), 0, 0, "at least one of them"),
        ((), 0, 0, "at least one of them"),
        ((container("A", 2**53 - 1), container("B", 1)), 2**53, 0, "found"),
    ],
)
def test_a_manifest_whose_sums_or_order_are_wrong_is_refused(
    containers: tuple[Container, ...], papers: int, phantoms: int, said: str
) -> None:
    """Whoever made it."""
    made = BallotManifest(
        election=ELECTION, bound=Bound.REPORTED, containers=containers, papers=papers, phantoms=phantoms
    )
    with pytest.raises(Malformed, match=said):
        check_manifest(made)
    with pytest.raises(Malformed):
        read_manifest(encode(made))
