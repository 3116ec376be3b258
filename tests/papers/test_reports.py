"""Zero report and tally sheet: every number that was signed stands on the paper, once and under its name."""

from collections.abc import Iterable
from typing import Any

import msgspec
import pytest
from tests.papers.examples import STATION, Day, day, signer
from tests.papers.spanish import catalogue, in_spanish

from urna.encoding.document import open_document, sign_document
from urna.encoding.parts import join
from urna.errors import Malformed
from urna.papers.paper import Beside, Blanks, Block, Codes, Digest, Facts, Heading, Line, Paper, Row, Signatures, Table
from urna.papers.tally_sheet import tally_sheet
from urna.papers.zero_report import zero_report
from urna.tally.sheet import OptionVotes, TallySheet, ZeroReport

DAY = day()


def sheet_paper(of: Day = DAY, **changes: Any) -> Paper:
    """The sheet's paper in Spanish, with fields of the sheet changed."""
    sheet = msgspec.structs.replace(of.sheet, **changes)
    document = sign_document(sheet, [signer(of.election, "booth-1")])
    return tally_sheet(of.election, sheet, of.statement, document, copy=2, copies=5, say=in_spanish, language="es")


def flat(paper: Paper) -> list[Block]:
    """All blocks, the halves one after the other."""
    found: list[Block] = []
    for block in paper.blocks:
        found += [*block.left, *block.right] if isinstance(block, Beside) else [block]
    return found


def rows(paper: Paper) -> list[Row]:
    """All rows of all tables."""
    return [row for block in flat(paper) if isinstance(block, Table) for row in block.rows]


def value(paper: Paper, label: str) -> int | None:
    """The single number of the one row with this label."""
    (found,) = [row for row in rows(paper) if row.label == label]
    assert len(found.values) == 1
    return found.values[0]


def table_under(paper: Paper, heading: str) -> Table:
    """The first table under a heading."""
    blocks = flat(paper)
    start = next(n for n, block in enumerate(blocks) if isinstance(block, Heading) and block.text == heading)
    return next(block for block in blocks[start:] if isinstance(block, Table))


def of_kind(paper: Paper, kind: type[Any]) -> list[Any]:
    """All blocks of a kind."""
    return [block for block in flat(paper) if isinstance(block, kind)]


def test_people_stand_on_the_sheet_as_the_poll_book_signed_them() -> None:
    """Registered, identified by outcome, overrides by reason, codes, withdrawn, let in again, activations, endings."""
    paper = sheet_paper()
    expected = {
        "Inscritos": 742,
        "Huella coincide": 563,
        "Huella no coincide": 31,
        "Sin huella en el registro": 11,
        "Sin dedos que leer": 1,
        "Imagen insuficiente": 5,
        "Identificados, en total": 611,
        "Documento revisado": 40,
        "Dedo lesionado": 4,
        "Falló el lector": 3,
        "Conocido por los miembros": 1,
        "Códigos del pliego sellado usados": 45,
        "Códigos por teléfono usados": 3,
        "Segundos intentos negados": 2,
        "Se retiraron antes de votar": 4,
        "Admitidos de nuevo por la presidencia": 6,
        "Activaciones de una cabina": 613,
        "Terminadas con voto emitido": 600,
        "Terminadas: se agotó el tiempo": 5,
        "Terminadas: el elector se retiró": 6,
        "Terminadas: falló la máquina": 2,
        "Casos dudosos decididos por la presidencia": 1,
        "Firmas en el cuaderno (contadas a mano)": 610,
    }
    assert {label: value(paper, label) for label in expected} == expected


def test_signatures_that_nobody_counted_are_a_dash_and_not_a_zero() -> None:
    """None is not nought."""
    statement = msgspec.structs.replace(DAY.statement, signatures=None)
    paper = tally_sheet(DAY.election, DAY.sheet, statement, DAY.sheet_document)
    assert value(paper, "Signatures in the book (hand count)") is None


def test_ballots_stand_on_the_sheet_by_booth_and_in_all() -> None:
    """Cast, void, challenged, slips printed."""
    table = table_under(sheet_paper(), "Boletas (cabinas)")
    assert table.header == ("Cabina", "Emitidas", "Anuladas", "Impugnadas", "Comprobantes")
    assert [row.values for row in table.rows] == [(300, 4, 0, 304), (300, 3, 1, 304), (600, 7, 1, 608)]


def test_votes_stand_beside_the_option_with_its_party() -> None:
    """Every option of the ballot, in its order."""
    tally = DAY.sheet.contests[0]
    table = table_under(sheet_paper(), "Diputados nominales, circuito 1 de Caracas")
    assert [row.values for row in table.rows] == [(vote.votes,) for vote in tally.votes or ()]
    assert (table.rows[3].label, table.rows[3].detail) == ("José Ñáñez", "Nubes y Ríos")
    assert table_under(sheet_paper(), "Lista regional, Caracas").rows[0].detail == ""


def test_the_votes_of_a_candidates_cards_are_summed() -> None:
    """Whoever copies the sheet wants the person's sum; the cards stand above it."""
    assert value(sheet_paper(), "José Ñáñez, 3 tarjetas") == sum(
        vote.votes for vote in (DAY.sheet.contests[0].votes or ())[3:6]
    )


def test_each_contest_ends_with_ballots_votes_and_votes_not_used() -> None:
    """The last number is ballots times votes allowed: anyone can check it by head."""
    sums = [row.values for row in rows(sheet_paper()) if row.label == "Sumas"]
    assert [row[3] for row in sums] == [1800, 600, 600, 600]
    assert all((row[1] or 0) + (row[2] or 0) == row[3] for row in sums)


def test_a_withheld_contest_says_so_in_words_and_shows_no_vote() -> None:
    """Below the secrecy threshold."""
    paper = sheet_paper(day(withheld=True))
    said = [line.text for line in of_kind(paper, Line)]
    assert said == [
        "Aquí se emitieron 7 boletas, menos de 10: los votos se reservan y se abren solo junto con los de otras mesas."
    ]
    assert not any(row.label in ("Sí", "No") for row in rows(paper))
    assert len([row for row in rows(paper) if row.label == "Sumas"]) == 3


def test_a_sheet_says_which_copy_it_is_and_when_the_station_closed() -> None:
    """To the minute; a poll worker's act may have its time."""
    paper = sheet_paper()
    assert "Acta de escrutinio · Ejemplar 2 de 5" in [heading.text for heading in of_kind(paper, Heading)]
    facts = {fact.name: fact.value for block in of_kind(paper, Facts) for fact in block.facts}
    assert facts["Cierre"] == "2030-12-01 22:14 UTC"
    assert facts["Acta"] == "Acta del cierre"
    assert facts["Mesa"] == f"{STATION} · Mesa 2"
    assert facts["Centro"] == "Unidad Educativa Nacional Doña Bárbara Gallegos de Ibáñez"
    assert [facts[name] for name in ("Parroquia", "Municipio", "Estado", "Circuito")] == [
        "La Pastora",
        "Libertador",
        "Distrito Capital",
        "Circuito 1 de Caracas",
    ]
    corrected = sheet_paper(sequence=2)
    facts = {fact.name: fact.value for block in of_kind(corrected, Facts) for fact in block.facts}
    assert facts["Acta"] == "Corrección 2"
    assert corrected.name != paper.name


def test_hashes_tie_the_sheet_to_the_election_the_ballots_the_roll_and_the_zero_reports() -> None:
    """Each is on the paper in full."""
    digits = [digest.digits for digest in of_kind(sheet_paper(), Digest)]
    assert digits[0] == DAY.election.identity
    assert {DAY.sheet.ballots_root, DAY.statement.roll_root} <= set(digits)
    assert digits[-2:] == [booth.zero_report for booth in DAY.sheet.booths]
    assert DAY.sheet.ballots_root not in [digest.digits for digest in of_kind(sheet_paper(ballots_root=None), Digest)]


def test_members_and_witnesses_sign_and_slips_are_counted_by_hand() -> None:
    """Lines for both, boxes for the hand counts."""
    paper = sheet_paper()
    assert of_kind(paper, Signatures)[0].names == (
        "Presidente o presidenta",
        "Secretario o secretaria",
        "Miembro",
        "Miembro",
        *["Testigo, partido"] * 4,
    )
    assert of_kind(paper, Blanks)[0].names == ("Comprobantes en la caja", "Comprobantes anulados")


def test_the_codes_of_every_copy_are_the_same_document() -> None:
    """A copy's number is on the paper, never in the signed bytes."""
    codes = [
        [
            code.data
            for block in of_kind(
                tally_sheet(DAY.election, DAY.sheet, DAY.statement, DAY.sheet_document, copy=copy, copies=3), Codes
            )
            for code in block.codes
        ]
        for copy in (1, 2, 3)
    ]
    assert codes[0] == codes[1] == codes[2]
    verifiers = [DAY.signer(f"booth-{n}").verifier for n in (1, 2)]
    assert open_document(join(codes[0]), TallySheet, verifiers, 2) == DAY.sheet


def test_the_zero_report_shows_every_option_with_nought() -> None:
    """46 options, the box, its free places, its hash."""
    paper = zero_report(DAY.election, DAY.zero, DAY.zero_document, say=in_spanish, language="es")
    assert [row.values for row in rows(paper)] == [(0,)] * 46
    facts = {fact.name: fact.value for block in of_kind(paper, Facts) for fact in block.facts}
    assert (facts["Boletas en la urna"], facts["Lugares libres en la urna"], facts["Cabina"]) == ("0", "2000", "1")
    assert DAY.zero.box_sha256 in [digest.digits for digest in of_kind(paper, Digest)]
    document = join(code.data for block in of_kind(paper, Codes) for code in block.codes)
    assert open_document(document, ZeroReport, [DAY.signer("booth-1").verifier]) == DAY.zero


def test_a_zero_report_that_is_not_zero_shows_what_it_says() -> None:
    """The paper hides nothing; the opening is what refuses it."""
    votes = (OptionVotes(option="N01", votes=3), *DAY.zero.votes[1:])
    paper = zero_report(DAY.election, msgspec.structs.replace(DAY.zero, votes=votes, ballots=3), DAY.zero_document)
    assert rows(paper)[0].values == (3,)


@pytest.mark.parametrize(
    "changes",
    [
        {"station": "999"},
        {"contests": (msgspec.structs.replace(DAY.sheet.contests[0], contest="OTHER"),)},
        {"contests": (msgspec.structs.replace(DAY.sheet.contests[0], votes=()),)},
        {"contests": (msgspec.structs.replace(DAY.sheet.contests[1], votes=DAY.sheet.contests[0].votes),)},
    ],
    ids=["station", "contest", "options left out", "options of another contest"],
)
def test_a_sheet_that_does_not_fit_the_definition_is_refused(changes: dict[str, Any]) -> None:
    """In words: it may be signed and still be of another election."""
    with pytest.raises(Malformed, match="definition"):
        sheet_paper(**changes)


@pytest.mark.parametrize(
    "changes", [{"station": "999"}, {"votes": DAY.zero.votes[1:]}, {"votes": DAY.zero.votes[::-1]}]
)
def test_a_zero_report_that_does_not_fit_the_definition_is_refused(changes: dict[str, Any]) -> None:
    """As a sheet is."""
    with pytest.raises(Malformed, match="definition"):
        zero_report(DAY.election, msgspec.structs.replace(DAY.zero, **changes), DAY.zero_document)


def test_every_sentence_on_the_papers_is_translated() -> None:
    """A missing one fails in Spanish; this makes sure that the words on the two papers differ."""
    english = _texts(tally_sheet(DAY.election, DAY.sheet, DAY.statement, DAY.sheet_document))
    spanish = _texts(sheet_paper())
    assert not {text for text in set(english) & set(spanish) if text in catalogue()}


def _texts(paper: Paper) -> Iterable[str]:
    for block in flat(paper):
        if isinstance(block, Heading | Line):
            yield block.text
        if isinstance(block, Table):
            yield from (*block.header, *(row.label for row in block.rows))
        if isinstance(block, Digest):
            yield block.name
