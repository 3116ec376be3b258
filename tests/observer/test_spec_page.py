"""The page docs/spec/witness.md tells the truth: its examples are recomputed."""

import re
from pathlib import Path

from tests.log.keys import LOG
from tests.observer.asking import WITNESS, ask, asked

from urna.log.log import Log
from urna.observer.evidence import judge_fork, read_fork
from urna.observer.request import parse_request
from urna.observer.witness import Known, Status

PAGE = (Path(__file__).resolve().parents[2] / "docs/spec/witness.md").read_text()
BLOCKS = dict(re.findall(r"```(\w+)\n(.*?)```", PAGE, re.DOTALL))
THREE = Log(LOG.name, [b"definition\n", b"sheet of station 0101\n", b"sheet of station 0102\n"])


def test_the_examples_request_is_cosigned() -> None:
    """It is the one that the log of the other page makes, and a witness that knows two entries cosigns it."""
    request = BLOCKS["request"].encode()
    assert request == asked(THREE, 2)
    two = ask(asked(THREE, 0, 2)).known
    assert isinstance(two, Known)
    verdict = ask(request, {THREE.origin: two})
    assert verdict.status is Status.COSIGNED
    assert verdict.signature is not None
    assert verdict.signature.name == WITNESS.name
    assert len(parse_request(request).proof) == 1


def test_the_examples_evidence_convicts() -> None:
    """With the log's key alone."""
    first, second = judge_fork(read_fork(BLOCKS["fork"].strip().encode()), LOG.verifier)
    assert (first.size, second.size, first.root) == (2, 3, THREE.checkpoint(2).root)


def test_every_number_of_the_page_is_a_status() -> None:
    """Of the table of answers; those that only HTTP has are 413 and, in the text, 408, 429 and 503."""
    numbers = {int(number) for number in re.findall(r"^\| (\d{3}) \|", PAGE, re.MULTILINE)}
    assert numbers == {413, *(int(status) for status in Status)}
