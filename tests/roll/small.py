"""A small election for tests of the roll and the poll book: two centres, three stations, two styles."""

from urna.election.definition import (
    Authority,
    BallotStyle,
    Choice,
    Contest,
    ContestKind,
    Definition,
    Election,
    NamedKey,
    Option,
    Rules,
    SeatRule,
    Station,
    StyleElectors,
    Territory,
)

KEY = NamedKey(name="Officer", key_name="test/officer", key="ab" * 32)


def small_election(general: int = 12, indigenous: int = 4, rules: Rules | None = None) -> Election:
    """The election.

    Args:
        general: electors on style GENERAL at stations S1 (in centre C1) and S3 (in C2); S2 (in C1) has half.
        indigenous: electors on style BOTH at stations S1 and S2.
        rules: other rules than the defaults.
    """
    both = (StyleElectors(style="GENERAL", electors=general), StyleElectors(style="BOTH", electors=indigenous))
    half = (StyleElectors(style="GENERAL", electors=general // 2), StyleElectors(style="BOTH", electors=indigenous))
    definition = Definition(
        code="SMALL",
        title={"es": "Pequeña", "en": "Small"},
        purpose="rehearsal",
        opens_at="2020-12-06T10:00:00Z",
        closes_at="2020-12-06T22:00:00Z",
        authority=Authority(name="Authority", officers=(KEY,), threshold=1, log=KEY),
        rules=rules or Rules(),
        territories=(
            Territory(code="N", kind="NATION", name="Nation"),
            Territory(code="C1", kind="CENTRE", name="School", parent="N"),
            Territory(code="C2", kind="CENTRE", name="Library", parent="N"),
        ),
        parties=(),
        candidates=(),
        contests=(_question("Q", "ALL"), _question("I", "INDIGENOUS")),
        styles=(BallotStyle(code="GENERAL", contests=("Q",)), BallotStyle(code="BOTH", contests=("Q", "I"))),
        stations=(
            Station(code="S1", name="School 1", centre="C1", styles=both, booths=2),
            Station(code="S2", name="School 2", centre="C1", styles=half),
            Station(code="S3", name="Library 1", centre="C2", styles=both[:1]),
        ),
    )
    return Election(definition)


def _question(code: str, electorate: str) -> Contest:
    answers = ("YES", "NO")
    return Contest(
        code=code,
        kind=ContestKind.REFERENDUM,
        title={"en": "Question"},
        territory="N",
        electorate=electorate,
        options=tuple(Option(code=answer, name=answer, choice=answer) for answer in answers),
        choices=tuple(Choice(code=answer, name=answer) for answer in answers),
        seat_rule=SeatRule(method="majority", seats=0),
    )
