"""Pure answers that are asked again and again in one test run, remembered: forged records share most parts.

What is remembered is keyed by every byte that the answer depends on, so a changed ballot, opening or document is always
checked for real, by the code under test. The fast engine remembers whole boxes: one other byte, and the box is new.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from urna.encoding.canonical import encode
from urna.errors import UrnaError
from urna.verify import aggregates, engines, fast_engine, guardians

Answers = dict[object, tuple[Any, UrnaError | None]]

_PLAIN: Answers = {}
_COMPACT: Answers = {}
_SUMS: Answers = {}
_BOXES: Answers = {}
_BOX_SUMS: Answers = {}
_OPENINGS: Answers = {}
_CEREMONIES: Answers = {}


@contextmanager
def remembering() -> Iterator[None]:
    """Inside, ballots, openings and ceremonies that were checked before in this process are not computed again."""
    with pytest.MonkeyPatch.context() as patch:
        _remember(patch, engines, "check_ballot_plainly", _PLAIN, lambda context, row: (context.context, row))
        _remember(patch, engines, "read_compact", _COMPACT, lambda context, row: (context.context, row))
        _remember(patch, engines.Plain, "total", _SUMS, lambda _, rows: tuple(rows))
        _remember(
            patch,
            fast_engine.Fast,
            "examine",
            _BOXES,
            lambda _, context, form, rows: (context.context, form, tuple(rows)),
        )
        _remember(patch, fast_engine.Fast, "total", _BOX_SUMS, lambda _, rows: tuple(rows))
        _remember(
            patch,
            aggregates,
            "check_opening",
            _OPENINGS,
            lambda election, keys, opening, sums, where: (election.identity, keys, encode(opening), tuple(sums), where),
        )
        _remember(
            patch,
            guardians,
            "read_ceremony",
            _CEREMONIES,
            lambda election, *documents: (election.identity, *map(_fixed, documents)),
        )
        yield


def _fixed(documents: object) -> object:
    return tuple(documents) if isinstance(documents, list) else documents


def _remember(
    patch: pytest.MonkeyPatch, place: object, name: str, answers: Answers, key_of: Callable[..., object]
) -> None:
    """Exchanges a function for one that remembers what it returned or raised."""
    real = getattr(place, name)

    def ask(*arguments: object) -> object:
        key = key_of(*arguments)
        if key not in answers:
            try:
                answers[key] = real(*arguments), None
            except UrnaError as error:
                answers[key] = None, error
        answer, refusal = answers[key]
        if refusal is not None:
            raise refusal
        return answer

    patch.setattr(place, name, ask)
