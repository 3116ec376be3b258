"""Several machines give what one gives, and templates do not leave this one in the clear."""

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from tests.compute.people import finger, prints_of

from urna.biometrics.gallery import build_gallery
from urna.biometrics.hashing import build_index, plan_of
from urna.biometrics.shortlist import search
from urna.compute.deduplication import Plan, parts_of, prepare, search_parts
from urna.compute.processes import over_processes
from urna.compute.search import search_shards, shards_of
from urna.errors import OutOfOrder
from urna.roll.deduplication_report import DuplicateRule

cluster = pytest.importorskip("urna.compute.cluster", reason="Ray is absent (pip install 'urna[cluster]')")

PLAN = Plan(
    positions=(1, 6),
    rule=DuplicateRule(scores=(60_000, 80_000, 90_000, 100_000), false_match_rate="1/1000000000"),
    candidates=5,
)


@pytest.mark.parametrize("nodes", [["192.0.2.1"], ["127.0.0.1", "127.0.0.1"], ["::1", "192.0.2.1", "localhost"]])
def test_one_machine_needs_no_tls(nodes: list[str]) -> None:
    """Whatever it calls itself."""
    cluster.check_wire(nodes, "192.0.2.1", {}, is_wire_safe=False)


def test_another_machine_needs_tls_or_somebodys_word() -> None:
    """A name that is no address is another machine; TLS that is switched off is none."""
    check: Callable[..., None] = partial(cluster.check_wire, is_wire_safe=False)
    for nodes in (["192.0.2.1", "192.0.2.2"], ["registry.example"]):
        for environment in ({}, {"RAY_USE_TLS": "0"}):
            with pytest.raises(OutOfOrder, match="without TLS"):
                check(nodes, "192.0.2.1", environment)
        check(nodes, "192.0.2.1", {"RAY_USE_TLS": "1"})
        cluster.check_wire(nodes, "192.0.2.1", {}, is_wire_safe=True)


@pytest.mark.parametrize("address", ["127.0.0.1:1", "nothing", "", "ray://127.0.0.1:x"])
def test_a_cluster_that_is_not_there_is_refused_at_once(address: str) -> None:
    """In words, and without Ray's minutes of waiting."""
    with pytest.raises(OutOfOrder, match="none that can be joined"), cluster.joined(address):
        raise AssertionError


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """A Ray cluster of two nodes with a worker each, on this machine."""
    from ray.cluster_utils import Cluster  # noqa: PLC0415 - Ray starts threads when it is imported

    node: dict[str, Any] = {"num_cpus": 1, "object_store_memory": 100_000_000}
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("RAY_worker_niceness", "0")  # Ray's own 15 would wait for every other test
        both: Any = Cluster(initialize_head=True, head_node_args={**node, "include_dashboard": False})
        try:
            both.add_node(**node)
            yield both.address
        finally:
            both.shutdown()


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning")
def test_two_workers_of_a_cluster_find_what_one_process_finds(address: str, tmp_path: Path) -> None:
    """Candidates of a search, with equal scores in equal order, and all hits of a search for people enrolled twice."""
    people = [(who, 0) for who in range(14)] + [(3, 1), (8, 2)]
    prepared = prepare(prints_of(people), PLAN, range(len(people)), partial(over_processes, processes=1))
    parts = parts_of(len(people), 3)
    gallery = build_gallery((person, finger(person, 1, 0)) for person in range(40))
    probes = [finger(person, 1, 2) for person in (0, 17, 39)]
    expected = [search(gallery, None, probe, 10, 5) for probe in probes]
    shards = shards_of(gallery, 4)
    assert [search_shards(shards, probe, 10, 5) for probe in probes] == expected
    plan = plan_of([gallery])
    indexed = [search(gallery, build_index(gallery, plan), probe, 10, 5) for probe in probes]
    with cluster.joined(address) as joined:
        assert joined.processors == 2
        kept = joined.keep_shards(shards)
        assert [joined.search_kept(kept, probe, 10, 5) for probe in probes] == expected
        by_index = shards_of(gallery, 3, plan)
        assert [joined.search(by_index, probe, 10, 5) for probe in probes] == indexed
        found = list(search_parts(prepared, parts, joined.spread))
        assert len(set(joined.spread(partial(_meet, str(tmp_path)), range(4)))) == 2, "both workers took part"
    assert found == list(search_parts(prepared, parts, partial(over_processes, processes=1)))
    assert sorted({(hit.one, hit.other) for each in found for hit in each.hits}) == [(3, 14), (8, 15)]


def _meet(folder: str, _item: int) -> str:
    """Which worker carries this out; it waits until the other one has come, however long that takes to start."""
    import time  # noqa: PLC0415 - sent to the cluster by value
    from pathlib import Path  # noqa: PLC0415

    import ray  # noqa: PLC0415

    here = str(ray.get_runtime_context().get_node_id())
    (Path(folder) / here).touch()
    until = time.monotonic() + 120
    while len(list(Path(folder).iterdir())) < 2 and time.monotonic() < until:
        time.sleep(0.05)
    return here
