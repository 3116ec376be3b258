"""The interface that the centre publishes is the one that it has: no error of the server, and no garbage accepted."""

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import schemathesis
import schemathesis.specs.openapi.schemas  # read now: Python 3.11 cannot parse it beside a browser's greenlets
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import response_schema_conformance, status_code_conformance
from tests.center.parcels import make
from tests.tampering.builder import World, build
from tests.web.center.serving import Served, served

OPERATIONS = (
    ("POST", "/stations/{station}"),
    ("POST", "/stations/{station}/uploads"),
    ("GET", "/stations/{station}/uploads/{sha256}"),
    ("PATCH", "/stations/{station}/uploads/{sha256}"),
    ("GET", "/status"),
    ("GET", "/health/live"),
    ("GET", "/health/ready"),
    ("GET", "/metrics"),
)


@cache
def world() -> World:
    """The small world without guardians."""
    return build()


@pytest.fixture(scope="module")
def centre(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A centre that takes whatever is thrown at it."""
    folder: Path = tmp_path_factory.mktemp("centre") / "centre"
    make(world(), folder)
    with served(world(), folder) as found:
        yield found


@pytest.mark.parametrize(("method", "path"), OPERATIONS)
def test_whatever_is_sent_is_answered_as_the_interface_says(centre: Served, method: str, path: str) -> None:
    """Requests that follow the schema and requests that break it, made by schemathesis; nothing of them counts."""
    schema = schemathesis.openapi.from_url(f"{centre.address}/api/openapi.json")
    operation = schema[path][method]
    cases = st.one_of(
        operation.as_strategy(generation_mode=schemathesis.GenerationMode.POSITIVE),
        operation.as_strategy(generation_mode=schemathesis.GenerationMode.NEGATIVE),
    )

    @settings(
        max_examples=40,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
        database=None,
    )
    @given(cases)
    def asked(case: Any) -> None:
        response = case.call(base_url=centre.address)
        checks = [not_a_server_error, status_code_conformance, response_schema_conformance]
        case.validate_response(response, checks=checks)

    asked()
    assert centre.service.standings() == {"outstanding": len(world().election.stations)}
