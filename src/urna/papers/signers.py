"""Who signs a station's papers by hand.

Apart from the papers that show votes, so that the poll book's side can print without them.
"""

from urna.papers.pen import Pen


def signers(pen: Pen) -> tuple[str, ...]:
    """The members of the station, and the witnesses who are there."""
    witness = pen.say("Witness, party")
    return (pen.say("President"), pen.say("Secretary"), *[pen.say("Member")] * 2, *[witness] * 4)


def members(pen: Pen) -> tuple[str, ...]:
    """The members alone."""
    return (pen.say("President"), pen.say("Secretary"), *[pen.say("Member")] * 2)
