"""A manifest in egk-ec's layout from a definition of urna.

Each contest is a district of its own, so that a style has exactly its contests. What a manifest cannot say is lost:
that two cards of one candidate share a limit, how seats are allocated, stations and electors.
"""

from typing import Any

from urna.election.definition import Contest, Election
from urna.encoding.canonical import Code
from urna.interop.electionguard.egk_files import WrittenManifest
from urna.interop.electionguard.egk_json import write_json

SPEC_VERSION = "v2.0.0"

LANGUAGE = "en"


def write_manifest(election: Election) -> bytes:
    """manifest.json of the definition's contests and styles."""
    definition = election.definition
    return write_json(
        WrittenManifest(
            election_scope_id=definition.code,
            spec_version=SPEC_VERSION,
            type="general",
            start_date=definition.opens_at,
            end_date=definition.closes_at,
            geopolitical_units=[_district(contest) for contest in definition.contests],
            ballot_styles=[
                {"object_id": style.code, "geopolitical_unit_ids": list(style.contests), "party_ids": []}
                for style in definition.styles
            ],
            contests=[_contest(contest, number) for number, contest in enumerate(definition.contests, start=1)],
            candidates=[
                {"object_id": label(contest, option.code), "is_write_in": False}
                for contest in definition.contests
                for option in contest.options
            ],
            contact_information={"address_line": [], "phone": "", "name": definition.code},
            name=[{"value": value, "language": language} for language, value in definition.title.items()],
            parties=[{"object_id": party.code, "name": party.name} for party in definition.parties],
        )
    )


def label(contest: Contest, option: Code) -> str:
    """An option's label, unlike that of any option of another contest."""
    return f"{contest.code}/{option}"


def _district(contest: Contest) -> dict[str, Any]:
    return {"object_id": contest.code, "name": contest.territory, "type": "other"}


def _contest(contest: Contest, number: int) -> dict[str, Any]:
    title = contest.title.get(LANGUAGE) or next(iter(contest.title.values()))
    return {
        "object_id": contest.code,
        "sequence_order": number,
        "electoral_district_id": contest.code,
        "vote_variation": "one_of_m" if contest.votes_allowed == 1 else "n_of_m",
        "number_elected": contest.seat_rule.seats,
        "votes_allowed": contest.votes_allowed,
        "name": contest.code,
        "ballot_selections": [
            {
                "object_id": label(contest, option.code),
                "sequence_order": place,
                "candidate_id": label(contest, option.code),
            }
            for place, option in enumerate(contest.options, start=1)
        ],
        "ballot_title": title,
        "ballot_subtitle": "",
        "option_selection_limit": 1,
    }
