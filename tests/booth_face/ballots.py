"""A ballot to look at: 60 options over four contests, with names as long as real ones."""

from typing import Literal

from tests.booth.sample import definition

from urna.election.definition import (
    BallotStyle,
    Choice,
    Contest,
    ContestKind,
    Definition,
    Election,
    Option,
    Party,
    Rules,
    SeatRule,
    StyleElectors,
)

Purpose = Literal["election", "rehearsal"]

COLORS = ("#c0392b", "#e67e22", "#d4ac0d", "#1f6fb2", "#5dade2", "#27ae60", "#7d3c98", "#117a65", "#6e4b1f", "#808080")
PARTIES = tuple(
    Party(code=f"P{number:02}", name=name, short_name=short, color=color)
    for number, (name, short, color) in enumerate(
        zip(
            (
                "Partido Aurora",
                "Marea Común",
                "Cosecha de Trigo",
                "Partido del Faro",
                "Pacto del Puente",
                "Unión Cometa",
                "Movimiento Raíz",
                "Voz de los Ríos",
                "Consejo de la Selva",
                "Independientes por la Reconstrucción Nacional",
            ),
            ("Aurora", "Marea", "Trigo", "Faro", "Puente", "Cometa", "Raíz", "Voz", "Selva", "Independientes"),
            COLORS,
            strict=True,
        )
    )
)
PEOPLE = (
    "Ana María Quijada Montilla",
    "José Gregorio Hernández",
    "Carmen Villalobos",
    "Luis Alfredo Peñaranda del Castillo",
    "Rosa Elena Ibarra",
    "Wilmer Mendoza",
    "María de los Ángeles Bracamonte Zambrano",
    "Pedro Infante",
    "Yolanda Ochoa",
    "Simón Carreño",
    "Beatriz Uzcátegui",
    "Ramón Antonio Guédez Mujica",
    "Teresa Cedeño",
    "Henry Pacheco",
    "Guadalupe Olivares",
)


def nominal(code: str, title: dict[str, str], votes: int) -> Contest:
    """Fifteen people, each on the card of a party."""
    parties = [PARTIES[number % len(PARTIES)].code for number in range(len(PEOPLE))]
    return Contest(
        code=code,
        kind=ContestKind.NOMINAL,
        title=title,
        territory="NATION",
        votes_allowed=votes,
        options=tuple(
            Option(code=f"{code}-{number}", name=name, party=party, choice=f"C{number}")
            for number, (name, party) in enumerate(zip(PEOPLE, parties, strict=True))
        ),
        choices=tuple(
            Choice(code=f"C{number}", name=name, party=party)
            for number, (name, party) in enumerate(zip(PEOPLE, parties, strict=True))
        ),
        seat_rule=SeatRule(method="plurality", seats=votes),
    )


def lists(code: str, title: dict[str, str]) -> Contest:
    """Fifteen lists, some of one party."""
    parties = [PARTIES[number % len(PARTIES)] for number in range(15)]
    names = [f"{party.name} {number // 10 + 1}" if number >= 10 else party.name for number, party in enumerate(parties)]
    return Contest(
        code=code,
        kind=ContestKind.LIST,
        title=title,
        territory="NATION",
        options=tuple(
            Option(code=f"{code}-{number}", name=name, party=party.code, choice=f"L{number}")
            for number, (name, party) in enumerate(zip(names, parties, strict=True))
        ),
        choices=tuple(
            Choice(code=f"L{number}", name=name, party=party.code)
            for number, (name, party) in enumerate(zip(names, parties, strict=True))
        ),
        seat_rule=SeatRule(method="none", seats=0),
    )


def sixty(rules: Rules | None = None, *, has_guardians: bool = True, purpose: Purpose = "election") -> Election:
    """Four contests with fifteen options each: two votes, then one vote three times."""
    contests = (
        nominal("NOM", {"es": "Diputados nominales: circuito 1", "en": "Members by name: circuit 1"}, 2),
        nominal("ALC", {"es": "Alcalde o alcaldesa de Monteverde", "en": "Mayor of Monteverde"}, 1),
        lists("REG", {"es": "Lista regional: Monteverde", "en": "Regional list: Monteverde"}),
        lists("NAC", {"es": "Lista nacional", "en": "National list"}),
    )
    base = definition(rules, has_guardians=has_guardians)
    made = Definition(
        code=base.code,
        title={"es": "Elección de la Asamblea Nacional de Lumara", "en": "Election of the National Assembly of Lumara"},
        purpose=purpose,
        opens_at=base.opens_at,
        closes_at=base.closes_at,
        authority=base.authority,
        rules=base.rules,
        territories=base.territories,
        parties=PARTIES,
        candidates=(),
        contests=contests,
        styles=(BallotStyle(code="FULL", contests=tuple(contest.code for contest in contests)),),
        stations=(
            type(base.stations[0])(
                code="ST-1",
                name="Table 1",
                centre="CENTRE",
                styles=(StyleElectors(style="FULL", electors=40),),
            ),
        ),
    )
    return Election(made)
