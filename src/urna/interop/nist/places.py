"""Territories and stations as reporting units."""

from collections.abc import Iterator, Mapping

from urna.election.definition import Election, Station, Territory
from urna.encoding.canonical import Code
from urna.interop.nist.codes import station_id, territory_id
from urna.interop.nist.parts import Format, Part

UNIT_TYPES = {"NATION": "country", "STATE": "state", "MUNICIPALITY": "municipality", "CENTRE": "polling-place"}
"""Kinds of territory that the formats have a word for; the others are `other` with their kind beside it."""

NOTHING_MORE: Mapping[str, object] = {}


def territories(
    election: Election, form: Format, more: Mapping[Code, Mapping[str, object]], *, stations: bool = True
) -> Iterator[Part]:
    """A reporting unit a territory, in the definition's order, with what it is composed of.

    Args:
        election: the definition.
        form: the format.
        more: by territory, further attributes.
        stations: whether the document has them, too.
    """
    inside: dict[Code, list[str]] = {code: [] for code in election.territories}
    for territory in election.definition.territories:
        if territory.parent is not None:
            inside[territory.parent].append(territory_id(territory.code))
    for station in election.definition.stations if stations else ():
        for code in dict.fromkeys((station.centre, *station.within)):
            inside[code].append(station_id(station.code))
    decided = {contest.territory for contest in election.definition.contests}
    for territory in election.definition.territories:
        yield form.part(
            "ReportingUnit",
            id=territory_id(territory.code),
            Name=form.text(territory.name),
            ExternalIdentifier=form.identifier(territory.code),
            ComposingGpUnitIds=inside[territory.code],
            IsDistricted=True if territory.code in decided else None,
            **_type_of(territory),
            **more.get(territory.code, NOTHING_MORE),
        )


def station_unit(station: Station, form: Format, more: Mapping[str, object] = NOTHING_MORE) -> Part:
    """A station as a reporting unit of the type precinct, with its electors.

    Args:
        station: of the definition.
        form: the format.
        more: further attributes.
    """
    return form.part(
        "ReportingUnit",
        id=station_id(station.code),
        Name=form.text(station.name),
        Type="precinct",
        VotersRegistered=station.electors,
        **{"ExternalIdentifier": form.identifier(station.code), **more},
    )


def scope_id(election: Election) -> str:
    """The id of the territory that holds all others."""
    return territory_id(next(each.code for each in election.definition.territories if each.parent is None))


def _type_of(territory: Territory) -> dict[str, object]:
    known = UNIT_TYPES.get(territory.kind)
    return {"Type": known} if known else {"Type": "other", "OtherType": territory.kind}
