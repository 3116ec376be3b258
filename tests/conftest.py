"""For all tests: none fails by a slow machine, long ones come first, and nothing is compiled twice."""

import os
import sys

import pytest
from hypothesis import HealthCheck, settings
from tests.order import in_parts

from urna.storage.long_lived import keep_out_of_search

# The same examples each time: whoever looks for new ones says --hypothesis-profile=explore.
settings.register_profile("explore", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("urna", settings.get_profile("explore"), derandomize=True)
settings.load_profile("urna")

# Some containers forbid Python to keep what it compiled: each program that a test starts would take seconds longer.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False


def pytest_collection_finish() -> None:
    """Ten thousand tests and all that they import stay: Python need not look through them for garbage."""
    keep_out_of_search()


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Long tests first, where xdist's processes share them."""
    processes = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
    if processes > 1:
        items[:] = in_parts(
            items,
            lambda item: item.path.relative_to(config.rootpath).as_posix(),
            lambda item: item.get_closest_marker("slow") is not None,
            processes,
        )
