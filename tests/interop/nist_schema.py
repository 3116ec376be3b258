"""NIST's own schemas, to judge what urna writes; a document that breaks one is named with the place."""

import json
from functools import cache
from typing import Any

import pytest
from tests.shared import shared

RESULTS = "ElectionResultsReporting-SP1500-100r2/NIST_V2_election_results_reporting"
DEFINITION = "BallotDefinition-SP1500-20/NIST_V1_ballot_definition"
CAST = "CastVoteRecords-SP1500-103/NIST_V0_cast_vote_records"
VOTERS = "VoterRecordsInterchange-SP1500-102/NIST_V0_voter_records_interchange"


@cache
def _validator(schema: str) -> Any:
    jsonschema = pytest.importorskip("jsonschema", reason="needs jsonschema, of the dev group")
    found = json.loads(shared(f"cdf/{schema}.json").read_bytes())
    kind: Any = jsonschema.validators.validator_for(found)
    return kind(found, format_checker=kind.FORMAT_CHECKER)


def errors(document: bytes, schema: str) -> list[str]:
    """What the schema refuses, each with its path; none in a valid document."""
    found = json.loads(document)
    return [f"{each.json_path}: {each.message[:200]}" for each in _validator(schema).iter_errors(found)]


@cache
def _xml_validator(schema: str) -> Any:
    xmlschema = pytest.importorskip("xmlschema", reason="needs xmlschema, of the dev group")
    return xmlschema.XMLSchema10(str(shared(f"cdf/{schema}.xsd")), allow="local")


def xml_errors(document: bytes, schema: str) -> list[str]:
    """What the schema for XML refuses: order, types, ids that are there twice, references that lead nowhere."""
    return [f"{each.path}: {each.reason}" for each in _xml_validator(schema).iter_errors(document)]


def dangling(document: bytes) -> list[str]:
    """References of a document (attributes that end in Id or Ids) to an `@id` that is not in it, and ids used twice."""
    ids: list[str] = []
    references: list[str] = []
    _walk(json.loads(document), ids, references)
    return [*(each for each in references if each not in set(ids)), *(each for each in set(ids) if ids.count(each) > 1)]


def _walk(value: Any, ids: list[str], references: list[str]) -> None:
    if isinstance(value, list):
        for each in value:
            _walk(each, ids, references)
    elif isinstance(value, dict):
        for name, each in value.items():
            if name == "@id":
                ids.append(each)
            elif name.endswith("Id") and name not in NO_REFERENCES:
                references.append(each)
            elif name.endswith("Ids"):
                references.extend(each)
            else:
                _walk(each, ids, references)


NO_REFERENCES = ("VendorApplicationId", "UniqueId", "BallotStyleId", "TransactionId")
