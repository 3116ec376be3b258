"""A small election like the National Assembly's, a station's day in it, and its signed papers, for these tests."""

from typing import Literal, NamedTuple

from urna.crypto.signatures import SigningKey
from urna.election.definition import (
    Authority,
    BallotStyle,
    Candidate,
    Choice,
    Contest,
    ContestKind,
    Definition,
    Election,
    NamedKey,
    Option,
    Party,
    Rules,
    SeatRule,
    Station,
    StyleElectors,
    Territory,
)
from urna.election.outcomes import Ending, Outcome, OverrideReason
from urna.election.statement import PollBookStatement
from urna.encoding.canonical import digest
from urna.encoding.document import sign_document
from urna.log.note import NoteSigner
from urna.tally.sheet import BoothCounts, ContestTally, OptionVotes, StyleBallots, TallySheet, ZeroReport

STATION = "070104001-2"

PARTIES = (
    ("MAR", "Movimiento de la Mañana", "Mañana"),
    ("SUR", "Sendero Unido Republicano", "Sendero"),
    ("CEI", "La Ceiba, Unión de Vecinos", "La Ceiba"),
    ("NUB", "Nubes y Ríos", "Nubes y Ríos"),
    ("ARA", "Alianza Araguaney", "Araguaney"),
    ("TEJ", "Tejedores por la Justicia", "Tejedores"),
    ("FAR", "El Farol", "El Farol"),
    ("PUE", "Puente de los Llanos", "Puente"),
    ("NAN", "Ñandú Verde", "Ñandú"),
    ("COL", "Colibrí Independiente", "Colibrí"),
    ("MAI", "Maíz y Libertad", "Maíz"),
    ("OLA", "Ola Pesquera del Oriente", "Ola Pesquera"),
)

PEOPLE = (
    "María de los Ángeles Rodríguez Fernández de Castro",
    "José Ñáñez",
    "Lucía Güipe Pérez",
    "Iván Núñez Peña",
    "Concepción del Carmen Urdaneta y Villavicencio",
    "Óscar Briceño",
    "Ángel Antonio Zúñiga",
    "Beatriz Yépez Ibáñez",
    "Raúl Chacín",
    "Sofía Muñoz Argüello",
    "Tomás Sequera",
    "Yulimar Acuña",
)


def key(name: str) -> SigningKey:
    """The key that these tests give to somebody."""
    return SigningKey(bytes.fromhex(digest(name.encode())))


def named(name: str) -> NamedKey:
    """Somebody's public key under a name for notes."""
    return NamedKey(name=name, key_name=f"example/{name.lower().replace(' ', '-')}", key=key(name).public_hex)


def _nominal() -> Contest:
    # 20 cards for 12 people: the first four people are on three cards each.
    cards = [(party, person) for person in range(4) for party in range(person * 3, person * 3 + 3)]
    cards += [(person, person) for person in range(4, 12)]
    return Contest(
        code="NOM-CAP-1",
        kind=ContestKind.NOMINAL,
        title={"es": "Diputados nominales, circuito 1 de Caracas", "en": "Nominal deputies, circuit 1 of Caracas"},
        territory="CAP-C1",
        votes_allowed=3,
        options=tuple(
            Option(code=f"N{n + 1:02}", name=PEOPLE[person], party=PARTIES[party][0], choice=f"P{person + 1:02}")
            for n, (party, person) in enumerate(cards)
        ),
        choices=tuple(
            Choice(code=f"P{n + 1:02}", name=name, nominees=(f"P{n + 1:02}",)) for n, name in enumerate(PEOPLE)
        ),
        seat_rule=SeatRule(method="plurality", seats=3),
    )


def _list(code: str, es: str, en: str, territory: str, seats: int) -> Contest:
    return Contest(
        code=code,
        kind=ContestKind.LIST,
        title={"es": es, "en": en},
        territory=territory,
        options=tuple(
            Option(code=f"{code[0]}{n + 1:02}", name=name, party=party, choice=party)
            for n, (party, name, _) in enumerate(PARTIES)
        ),
        choices=tuple(Choice(code=party, name=name, party=party) for party, name, _ in PARTIES),
        seat_rule=SeatRule(method="dhondt", seats=seats),
    )


def _referendum() -> Contest:
    return Contest(
        code="REF-1",
        kind=ContestKind.REFERENDUM,
        title={
            "es": "¿Está usted de acuerdo con que el municipio publique cada año sus cuentas?",
            "en": "Do you agree that the municipality publish its accounts every year?",
        },
        territory="CAP",
        options=(Option(code="SI", name="Sí", choice="SI"), Option(code="NO", name="No", choice="NO")),
        choices=(Choice(code="SI", name="Sí"), Choice(code="NO", name="No")),
        seat_rule=SeatRule(method="majority", seats=0),
    )


def definition(purpose: Literal["election", "rehearsal"] = "election", booths: int = 2) -> Definition:
    """An election of four contests with 46 options."""
    contests = (
        _nominal(),
        _list("LIST-CAP", "Lista regional, Caracas", "Regional list, Caracas", "CAP", 5),
        _list("XNAT", "Lista nacional", "National list", "NATION", 48),
        _referendum(),
    )
    return Definition(
        code="AN-2030",
        title={"es": "Elección de la Asamblea Nacional 2030", "en": "Election of the National Assembly 2030"},
        purpose=purpose,
        opens_at="2030-12-01T10:00:00Z",
        closes_at="2030-12-01T22:00:00Z",
        authority=Authority(
            name="Consejo Electoral de Ejemplo",
            officers=(named("Rectora Uno"), named("Rector Dos"), named("Rectora Tres")),
            threshold=2,
            log=named("Log"),
        ),
        rules=Rules(),
        territories=(
            Territory(code="NATION", kind="NATION", name="Venezuela"),
            Territory(code="CAP", kind="STATE", name="Distrito Capital", parent="NATION"),
            Territory(code="LIB", kind="MUNICIPALITY", name="Libertador", parent="CAP"),
            Territory(code="PAS", kind="PARISH", name="La Pastora", parent="LIB"),
            Territory(
                code="070104001",
                kind="CENTRE",
                name="Unidad Educativa Nacional Doña Bárbara Gallegos de Ibáñez",
                parent="PAS",
            ),
            Territory(code="CAP-C1", kind="CIRCUIT", name="Circuito 1 de Caracas", parent="CAP"),
        ),
        parties=tuple(Party(code=code, name=name, short_name=short) for code, name, short in PARTIES),
        candidates=tuple(Candidate(code=f"P{n + 1:02}", name=name) for n, name in enumerate(PEOPLE)),
        contests=contests,
        styles=(BallotStyle(code="GENERAL", contests=tuple(contest.code for contest in contests)),),
        stations=(
            Station(
                code=STATION,
                name="Mesa 2",
                centre="070104001",
                within=("CAP-C1",),
                styles=(StyleElectors(style="GENERAL", electors=742),),
                booths=booths,
            ),
        ),
    )


def large_definition() -> Definition:
    """The same, with as many options as a ballot for 277 seats shows one elector: 46 and 90 more."""
    small = definition()
    more = tuple(
        Contest(
            code=f"NOM-CAP-{n}",
            kind=ContestKind.NOMINAL,
            title={"es": f"Diputados nominales, segunda boleta {n}", "en": f"Nominal deputies, second paper {n}"},
            territory="CAP",
            options=tuple(
                Option(
                    code=f"M{n}{place:02}",
                    name=f"{PEOPLE[place % 12]} {place}",
                    party=PARTIES[place % 12][0],
                    choice=f"Q{n}{place:02}",
                )
                for place in range(45)
            ),
            choices=tuple(Choice(code=f"Q{n}{place:02}", name=f"{PEOPLE[place % 12]} {place}") for place in range(45)),
            seat_rule=SeatRule(method="plurality", seats=1),
        )
        for n in (2, 3)
    )
    contests = (*small.contests, *more)
    return Definition(
        **{
            **{name: getattr(small, name) for name in small.__struct_fields__},
            "contests": contests,
            "styles": (BallotStyle(code="GENERAL", contests=tuple(contest.code for contest in contests)),),
        }
    )


class Day(NamedTuple):
    """One station's signed papers of one day."""

    election: Election
    zero: ZeroReport
    zero_document: bytes
    statement: PollBookStatement
    sheet: TallySheet
    sheet_document: bytes

    def signer(self, role: str) -> NoteSigner:
        """The station's signer for a role."""
        return signer(self.election, role)


def signer(election: Election, role: str) -> NoteSigner:
    """The station's signer for "poll-book", "booth-1" and so on."""
    return NoteSigner(election.key_name(STATION, role), key(role))


def day(
    purpose: Literal["election", "rehearsal"] = "election",
    *,
    booths: int = 2,
    withheld: bool = False,
    large: bool = False,
) -> Day:
    """A station where 611 people were identified and 600 ballots cast; `withheld`: the last contest says no votes."""
    election = Election(large_definition() if large else definition(purpose, booths))
    if large:
        booths = election.stations[STATION].booths
    booth_signers = [signer(election, f"booth-{n + 1}") for n in range(booths)]
    zero = ZeroReport(
        election=election.identity,
        station=STATION,
        booth=1,
        slots=2000,
        ballots=0,
        votes=tuple(
            OptionVotes(option=option.code, votes=0)
            for contest in election.contests_of_station(STATION)
            for option in contest.options
        ),
        box_sha256=digest(b"box 1"),
        opened_at="2030-12-01T09:31:07Z",
    )
    zero_document = sign_document(zero, booth_signers[:1])
    statement = _statement(election)
    sheet = TallySheet(
        election=election.identity,
        station=STATION,
        sequence=0,
        statement=sign_document(statement, [signer(election, "poll-book")]).decode(),
        booths=tuple(
            BoothCounts(
                booth=n + 1,
                zero_report=digest(zero_document if n == 0 else b"zero %d" % n),
                cast=600 // booths,
                void=4 - n % 3,
                challenged=n % 2,
            )
            for n in range(booths)
        ),
        styles=(StyleBallots(style="GENERAL", cast=600 // booths * booths),),
        contests=tuple(
            _tally(contest, 600 // booths * booths, withheld=withheld and contest.code == "REF-1")
            for contest in election.contests_of_station(STATION)
        ),
        ballots_root=digest(b"root"),
        closed_at="2030-12-01T22:14:52Z",
    )
    return Day(election, zero, zero_document, statement, sheet, sign_document(sheet, booth_signers))


def _statement(election: Election) -> PollBookStatement:
    return PollBookStatement(
        election=election.identity,
        station=STATION,
        registered=742,
        roll_root=digest(b"roll"),
        identified={
            Outcome.MATCH: 563,
            Outcome.NO_MATCH: 31,
            Outcome.NOTHING_STORED: 11,
            Outcome.NO_FINGERS: 1,
            Outcome.POOR_IMAGE: 5,
        },
        overrides={
            OverrideReason.DOCUMENT_CHECKED: 40,
            OverrideReason.FINGER_INJURED: 4,
            OverrideReason.READER_FAILED: 3,
            OverrideReason.KNOWN_TO_MEMBERS: 1,
        },
        codes_used=45,
        telephone_codes_used=3,
        refused_second_attempts=2,
        withdrawn=4,
        readmitted=6,
        activations=613,
        endings={Ending.CAST: 600, Ending.EXPIRED: 5, Ending.LEFT: 6, Ending.FAILURE: 2},
        doubtful_decisions=1,
        signatures=610,
        closed_at="2030-12-01T22:05:31Z",
    )


def _tally(contest: Contest, ballots: int, *, withheld: bool) -> ContestTally:
    if withheld:
        return ContestTally(contest=contest.code, ballots=7, votes=None, undervotes=None)
    left = ballots * contest.votes_allowed
    votes: list[OptionVotes] = []
    for option in contest.options:
        here = left // (3 + len(votes) % 4)
        votes.append(OptionVotes(option=option.code, votes=here))
        left -= here
    return ContestTally(contest=contest.code, ballots=ballots, votes=tuple(votes), undervotes=left)
