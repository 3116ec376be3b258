"""The drawn electors as a list to take along: for comparison with documents, then to be destroyed."""

from collections.abc import Sequence

from urna.election.definition import Election
from urna.papers.paper import Block, Entry, Heading, Line, Paper, Register, Signatures
from urna.papers.pen import Pen
from urna.words import N_, Say, in_english


def elector_sample(
    election: Election, rows: Sequence[Sequence[str]], *, say: Say = in_english, language: str = "en"
) -> Paper:
    """The paper of a sample.

    Args:
        election: the election.
        rows: of each elector unit, number, name and group, as the opened list has them.
        say: translates urna's own words into `language`.
        language: the paper's language.
    """
    pen = Pen(election, say, language)
    title = say("Drawn electors, to compare with documents")
    header = (N_("Drawn as"), N_("Name"), N_("Number"), N_("Group"), N_("agrees / differs / not found"))
    blocks: tuple[Block, ...] = (
        Heading(text=pen.title(), level=1),
        Heading(text=title, level=2),
        Line(text=say("Only counts leave this list. Destroy it when they are taken."), size="large", strong=True),
        Register(
            header=tuple(say(word) for word in header[:-1]),
            entries=tuple(Entry(cells=(unit, name, number, group)) for unit, number, name, group, *_ in rows),
            by_hand=(say(header[-1]),),
        ),
        Signatures(names=(say("Officer"), say("Officer"))),
    )
    return Paper(
        form="report",
        name="drawn-electors",
        title=title,
        language=language,
        banner=pen.banner(),
        footer=f"{pen.title()} · {title}",
        blocks=blocks,
    )
