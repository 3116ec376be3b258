"""The same equal tasks over several machines, with Ray (`urna[cluster]`, ADR 109).

    with joined("192.0.2.7:6379") as cluster:
        for found in search_parts(search, parts, cluster.spread): …

The work (templates, galleries) is put into the cluster once and shared by all workers of a machine; each task gets
a few items and gives their answers, which come back in the order of the items. So results are those of one process.

Templates leave this machine when other machines join. Without Ray's TLS (RAY_USE_TLS=1 and its certificates, the same
on every machine) they would cross the wire in clear and anybody who reaches the ports could run programs, so such a
cluster is refused before anything is sent, unless the caller says that the wire is protected otherwise.
"""

import ipaddress
import logging
import os
import socket
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from typing import Any, TypeVar

os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")  # before the import: no figures for Ray's makers

import ray

from urna.biometrics.cylinders import encode
from urna.biometrics.shortlist import Candidate, Shortlist, best_candidates, merged
from urna.biometrics.template import Template
from urna.compute.search import Shard, filter_shard, rematch_shard
from urna.errors import OutOfOrder
from urna.words import Sentence

_ray: Any = ray
"""The parts of Ray that have no types."""

LOCAL = "local"
"""A new cluster on this machine."""

REACH_SECONDS = 5.0

AHEAD = 4
"""Tasks under way for each processor of the cluster."""

I = TypeVar("I")  # noqa: E741 - an item
O = TypeVar("O")  # noqa: E741 - what comes of it


class Cluster:
    """A cluster that this process has joined.

    Args:
        processors: how many tasks it does at once.
    """

    def __init__(self, processors: int) -> None:
        self.processors = processors

    def spread(self, work: Callable[[I], O], items: Sequence[I]) -> Iterator[O]:
        """What the work gives for each item, in order; a task whose machine is lost is done again elsewhere."""
        shared = ray.put(work)
        under_way: deque[Any] = deque()
        for item in items:
            under_way.append(_carry_out.remote(shared, item))
            if len(under_way) > AHEAD * self.processors:
                yield ray.get(under_way.popleft())
        while under_way:
            yield ray.get(under_way.popleft())

    def search(self, shards: Sequence[Shard], probe: Template, count: int, keep: int) -> list[Candidate]:
        """Who a finger may belong to; as `urna.compute.search.search_shards`, a task for each shard.

        Args:
            shards: all of them, in the order of their rows; `keep_shards` puts them into the cluster once.
            probe: the finger.
            count: how many templates are compared in full, over all shards.
            keep: how many candidates are given at most.
        """
        return self.search_kept(self.keep_shards(shards), probe, count, keep)

    def keep_shards(self, shards: Sequence[Shard]) -> "KeptShards":
        """The shards in the cluster's memory, for several searches."""
        return KeptShards([ray.put(shard) for shard in shards], [shard.first for shard in shards])

    def search_kept(self, kept: "KeptShards", probe: Template, count: int, keep: int) -> list[Candidate]:
        """As `search`, of shards that are in the cluster already."""
        lists = ray.get([_filter.remote(shard, probe, count) for shard in kept.shards])
        best = merged(lists, kept.firsts, count)
        found = ray.get([_rematch.remote(shard, probe, best, count) for shard in kept.shards])
        return best_candidates([each for some in found for each in some], keep)


class KeptShards:
    """Shards in a cluster's memory, and the row at which each begins."""

    def __init__(self, shards: Sequence[Any], firsts: Sequence[int]) -> None:
        self.shards, self.firsts = shards, firsts


@contextmanager
def joined(address: str, *, processors: int = 0, is_wire_safe: bool = False) -> Iterator[Cluster]:
    """Joins a cluster, or begins one on this machine, and leaves it at the end.

    1. Join; nothing of ours is sent by that.
    2. Refuse machines other than this one without TLS.

    Args:
        address: "local" for a new one on this machine, or the host and port of a cluster's head.
        processors: for a new one; 0 for as many as there are.
        is_wire_safe: whether the caller knows that the machines' network is protected otherwise.

    Raises:
        OutOfOrder: it cannot be joined, or it has other machines and no TLS.
    """
    _join(address, processors)
    try:
        nodes = [str(node["NodeManagerAddress"]) for node in _ray.nodes() if node["Alive"]]
        check_wire(nodes, _ray.util.get_node_ip_address(), os.environ, is_wire_safe=is_wire_safe)
        yield Cluster(max(1, int(_ray.cluster_resources().get("CPU", 1))))
    finally:
        ray.shutdown()


def check_wire(nodes: Sequence[str], own: str, environment: Mapping[str, str], *, is_wire_safe: bool) -> None:
    """Returns if templates may be sent to these machines.

    Args:
        nodes: the machines' addresses.
        own: this machine's.
        environment: says whether Ray uses TLS.
        is_wire_safe: the caller's word that the network is protected otherwise.

    Raises:
        OutOfOrder: another machine is among them, and nothing protects the wire.
    """
    others = {node for node in nodes if node != own and not _is_loopback(node)}
    if others and not is_wire_safe and environment.get("RAY_USE_TLS") != "1":
        raise OutOfOrder(
            Sentence("a cluster on this machine alone, or one with TLS"),
            Sentence("{count} other machines without TLS", {"count": len(others)}),
            Sentence("Set RAY_USE_TLS and its certificates on every machine; docs/deduplication.md shows how."),
        )


def _reach(address: str) -> None:
    """Returns if something listens there; Ray itself would wait for minutes."""
    host, _, port = address.removeprefix("ray://").rpartition(":")
    with suppress(OSError, ValueError), socket.create_connection((host, int(port)), timeout=REACH_SECONDS):
        return
    raise _unreachable(address)


def _unreachable(address: str) -> OutOfOrder:
    return OutOfOrder(
        Sentence("a Ray cluster at {address}", {"address": address}),
        Sentence("none that can be joined"),
        Sentence("Start its head with: ray start --head; give its host and port."),
    )


def _join(address: str, processors: int) -> None:
    if address != LOCAL:
        _reach(address)
    # The address says "local" too: without one Ray joins whatever cluster anybody has started on this machine.
    quiet: dict[str, Any] = {"address": address} | ({"include_dashboard": False} if address == LOCAL else {})
    if address == LOCAL and processors:
        quiet["num_cpus"] = processors
    try:
        ray.init(log_to_driver=False, logging_level=logging.ERROR, **quiet)
    except (ConnectionError, RuntimeError, ValueError) as error:
        with suppress(Exception):
            ray.shutdown()
        raise _unreachable(address) from error


def _is_loopback(address: str) -> bool:
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return address == "localhost"


@ray.remote(num_cpus=1, max_retries=3, scheduling_strategy="SPREAD")
def _carry_out(work: Callable[[Any], Any], item: Any) -> Any:
    return work(item)


@ray.remote(num_cpus=1, max_retries=3, scheduling_strategy="SPREAD")
def _filter(shard: Shard, probe: Template, count: int) -> Shortlist:
    return filter_shard(shard, encode(probe), count)


@ray.remote(num_cpus=1, max_retries=3, scheduling_strategy="SPREAD")
def _rematch(shard: Shard, probe: Template, best: Shortlist, keep: int) -> list[Candidate]:
    return rematch_shard(shard, encode(probe), best, keep)
