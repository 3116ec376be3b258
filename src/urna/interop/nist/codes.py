"""How the definition's codes become ids of a document, and back.

An id has to be unique in its document and, in XML, to begin with a letter. Codes are in capitals, so small letters
say what an id is of and where one code ends: `sel-NAC-o-AURORA` is option AURORA of contest NAC, whatever dashes
either has. Ids of others' documents are left as they are.
"""

import re
from typing import NamedTuple

from urna.encoding.canonical import Code

_CODE = r"[A-Z0-9](?:[A-Z0-9._-]{0,38}[A-Z0-9])?"
_IN_CONTEST = re.compile(rf"\A(?:sel|can|par)-({_CODE})-o-({_CODE})\Z", re.ASCII)
_PLAIN = re.compile(rf"\A(?:gpu|sta|con|par|per|sty)-({_CODE})\Z", re.ASCII)


class InContest(NamedTuple):
    """Something of one contest: an option, a choice or a person."""

    contest: Code
    code: Code


def territory_id(code: Code) -> str:
    """Of a territory."""
    return f"gpu-{code}"


def station_id(code: Code) -> str:
    """Of a station."""
    return f"sta-{code}"


def contest_id(code: Code) -> str:
    """Of a contest."""
    return f"con-{code}"


def party_id(code: Code) -> str:
    """Of a party."""
    return f"par-{code}"


def group_id(contest: Code, choice: Code) -> str:
    """Of a list that no party of the definition stands behind: the formats want a party for it."""
    return f"par-{contest}-o-{choice}"


def person_id(code: Code) -> str:
    """Of a person."""
    return f"per-{code}"


def candidate_id(contest: Code, person: Code) -> str:
    """Of a person who stands in a contest; a person who stands in two is two candidates."""
    return f"can-{contest}-o-{person}"


def option_id(contest: Code, option: Code) -> str:
    """Of a place to press: what the formats call a selection or an option."""
    return f"sel-{contest}-o-{option}"


def code_of(name: str) -> Code | None:
    """The code in an id of a territory, station, contest, party or person; None if it is no id of ours."""
    match = _PLAIN.match(name)
    return match[1] if match else None


def in_contest(name: str) -> InContest | None:
    """Contest and code in an id of an option or a candidate; None if it is no id of ours."""
    match = _IN_CONTEST.match(name)
    return InContest(match[1], match[2]) if match else None
