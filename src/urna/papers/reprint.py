"""A report printed once more: the same paper, marked on every page.

The number of copies of a report is decided before the first is printed; whoever finds one more must see that it is
one more. The codes and numbers are the same, so a reprint proves as much as the first print did.
"""

import msgspec

from urna.errors import OutOfOrder
from urna.papers.paper import Paper
from urna.words import Say, Sentence, in_english


def reprint(paper: Paper, number: int = 1, *, say: Say = in_english) -> Paper:
    """The paper with its mark.

    Args:
        paper: a report, as it was first printed.
        number: the how-manieth reprint this is, from 1.
        say: translates urna's own words into the paper's language.

    Raises:
        OutOfOrder: it is a slip. A second slip of one ballot would be a second vote in the box.
    """
    if paper.form == "slip":
        raise OutOfOrder(
            Sentence("a report"),
            Sentence("a slip, which is printed once"),
            Sentence("Spoil the slip and let the voter print a new one."),
        )
    mark = say(Sentence("REPRINT {number}", {"number": number}))
    return msgspec.structs.replace(paper, name=f"{paper.name}-reprint-{number}", mark=mark)
