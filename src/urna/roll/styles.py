"""Which ballot style an elector has: it follows from the station and from the elector's group.

A contest names its electorate: ALL, or a group of the roll such as INDIGENOUS. A style suits an elector when
every contest in it is for ALL or for the elector's group. Of the suiting styles of the station, those with a
contest for the elector's own group come first; exactly one must remain.
"""

from urna.election.definition import Election
from urna.encoding.canonical import Code
from urna.errors import Malformed
from urna.roll.elector import EVERYBODY
from urna.words import Sentence


def groups_of_style(election: Election, style: Code) -> frozenset[Code]:
    """The special electorates that a style serves; empty for a style that is for everybody."""
    return frozenset(contest.electorate for contest in election.contests_of_style(style)) - {EVERYBODY}


def styles_for(election: Election, station: Code, group: Code) -> list[Code]:
    """The ballot styles that an elector of this group could have at this station; one, if all is well."""
    groups = {each.style: groups_of_style(election, each.style) for each in election.stations[station].styles}
    suiting = [style for style, served in groups.items() if served <= {group}]
    return [style for style in suiting if group in groups[style]] or suiting


def style_of(election: Election, station: Code, group: Code) -> Code:
    """The ballot style of an elector of this group at this station.

    Raises:
        Malformed: the definition has no style for such an elector there, or more than one.
    """
    found = styles_for(election, station, group)
    if len(found) != 1:
        raise Malformed(
            Sentence("one ballot style for group {group} at station {station}", {"group": group, "station": station}),
            Sentence("{count}", {"count": len(found)}),
            Sentence("Check the group, or the station's styles in the definition."),
        )
    return found[0]
