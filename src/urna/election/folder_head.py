"""The head of election.toml: what is elected and when, who signs, and the rules."""

from typing import NamedTuple

from urna.election.definition import Authority, FingerRule, NamedKey, Rules, Words
from urna.election.folder_findings import Place
from urna.election.folder_toml import Table
from urna.election.folder_values import CODE, MOMENT, TEXT, WORDS, one_of, whole
from urna.election.mistake import Path

_AUTHORITY_KEYS = ("threshold", "witness_quorum", "guardian_threshold", "log")


class Head(NamedTuple):
    """The parts of a definition that stand in election.toml, but for the contests."""

    code: str
    title: Words
    purpose: str
    opens_at: str
    closes_at: str
    authority: Authority
    rules: Rules
    places: dict[Path, Place]
    """Where the parts stand that a rule of the whole may refuse."""


def read_head(top: Table) -> Head:
    """Everything above the contests; mistakes go to the table's ledger."""
    places: dict[Path, Place] = {(key,): top.place_of(key) for key in ("title", "opens_at", "closes_at")}
    return Head(
        code=top.take("code", CODE),
        title=top.take("title", WORDS),
        purpose=top.take("purpose", one_of("election", "rehearsal"), "election"),
        opens_at=top.take("opens_at", MOMENT, ""),
        closes_at=top.take("closes_at", MOMENT, ""),
        authority=_read_authority(top.table("authority", required=True), places),
        rules=_read_rules(top.table("rules"), places),
        places=places,
    )


def _read_authority(table: Table, places: dict[Path, Place]) -> Authority:
    """Officers, the log, the witnesses and the guardians; the keys can be filled in by a program."""
    log = table.table("log", required=True)
    places |= {("authority", key): table.place_of(key) for key in _AUTHORITY_KEYS}
    authority = Authority(
        name=table.take("name", TEXT),
        officers=_read_keys(table, "officer", "officers", places),
        threshold=table.take("threshold", whole(1, 100)),
        log=log.record(NamedKey),
        witnesses=_read_keys(table, "witness", "witnesses", places),
        witness_quorum=table.take("witness_quorum", whole(0, 100), 0),
        guardians=_read_keys(table, "guardian", "guardians", places),
        guardian_threshold=table.take("guardian_threshold", whole(0, 100), 0),
    )
    table.close()
    return authority


def _read_keys(table: Table, one: str, many: str, places: dict[Path, Place]) -> tuple[NamedKey, ...]:
    tables = table.tables(one)
    places |= {("authority", many, number): each.place for number, each in enumerate(tables)}
    return tuple(each.record(NamedKey) for each in tables)


def _read_rules(table: Table, places: dict[Path, Place]) -> Rules:
    """The rules, with [rules.fingers] among them."""
    places |= {("rules", name): table.place_of(name) for name in Rules.__struct_fields__}
    fingers = table.table("fingers")
    places |= {("rules", "fingers", name): fingers.place_of(name) for name in FingerRule.__struct_fields__}
    return table.record(Rules, fingers=fingers.record(FingerRule))
