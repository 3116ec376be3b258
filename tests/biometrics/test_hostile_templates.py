"""Bytes that claim to be a template are a template within the standard's ranges, or refused."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.devices.fuzz_images import fuzz_templates

from urna.biometrics.synthetic_templates import synthetic_template
from urna.biometrics.template import Template
from urna.errors import Malformed


def test_a_thousand_hostile_templates_do_no_harm() -> None:
    """Those that are taken are written as they were read, and compared without a fault."""
    tally = fuzz_templates(1000, seed=1)
    assert tally.total() == 1000
    assert min(tally["template refused"], tally["template taken"]) > 20


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=400))
def test_any_bytes_are_refused(data: bytes) -> None:
    """Nobody writes a record by chance."""
    with pytest.raises(Malformed):
        Template.from_iso(data)


@settings(max_examples=100, deadline=None)
@given(st.integers(0, 3), st.integers(0, 2000), st.integers(0, 2000))
def test_every_part_of_a_record_is_refused(finger: int, start: int, end: int) -> None:
    """Cut off anywhere, in front or behind."""
    data = synthetic_template(seed=1, finger=finger, impression=0).to_iso()
    part = data[start % len(data) : end % len(data)]
    with pytest.raises(Malformed):
        Template.from_iso(part)
