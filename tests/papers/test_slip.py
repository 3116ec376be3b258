"""The voter's slip: the choices in words, and nothing that says whose or when."""

import itertools
import re

from hypothesis import given
from hypothesis import strategies as st
from tests.papers.examples import STATION, day
from tests.papers.spanish import in_spanish

from urna.ballot.selections import choose
from urna.encoding.canonical import encode
from urna.papers.paper import Heading, Line, Paper
from urna.papers.slip import slip

DAY = day()
ELECTION = DAY.election
NOMINAL = [option.code for option in ELECTION.contests["NOM-CAP-1"].options]


def a_slip(**chosen: list[str]) -> Paper:
    """The slip of choices by contest, underscores for dashes."""
    by_contest = {contest.replace("_", "-"): options for contest, options in chosen.items()}
    selections = choose(ELECTION, "GENERAL", by_contest)
    return slip(ELECTION, STATION, selections, say=in_spanish, language="es")


def lines(paper: Paper) -> list[str]:
    """Everything written on it, top to bottom."""
    return [block.text for block in paper.blocks if isinstance(block, Heading | Line)]


def test_a_slip_says_the_election_the_station_the_choices_and_nothing_else() -> None:
    """Word for word."""
    assert lines(a_slip(NOM_CAP_1=["N04", "N01"], LIST_CAP=["L03"], REF_1=["NO"])) == [
        "Elección de la Asamblea Nacional 2030",
        f"Mesa {STATION}",
        "Diputados nominales, circuito 1 de Caracas",
        "María de los Ángeles Rodríguez Fernández de Castro",
        "Mañana",
        "José Ñáñez",
        "Nubes y Ríos",
        "Votos no marcados: 1 de 3.",
        "Lista regional, Caracas",
        "La Ceiba, Unión de Vecinos",
        "Lista nacional",
        "Aquí no se marcó nada.",
        "¿Está usted de acuerdo con que el municipio publique cada año sus cuentas?",
        "No",
        "Revise sus votos. Luego doble este papel y deposítelo en la caja.",
    ]


@given(st.permutations(["N02", "N06", "N15"]))
def test_the_order_of_touching_leaves_no_trace(touched: list[str]) -> None:
    """Choices stand in ballot order."""
    assert encode(a_slip(NOM_CAP_1=touched)) == encode(a_slip(NOM_CAP_1=["N02", "N06", "N15"]))


def test_every_choice_of_one_contest_has_its_own_slip() -> None:
    """A slip that two choices shared could not be counted."""
    papers = [encode(a_slip(NOM_CAP_1=[code])) for code in NOMINAL]
    assert all(a != b for a, b in itertools.combinations(papers, 2))


def test_a_blank_vote_is_said_in_words_for_every_contest() -> None:
    """Nobody can add a choice to an empty place unseen."""
    assert lines(a_slip()).count("Aquí no se marcó nada.") == 4


def test_a_full_vote_says_nothing_of_unused_votes() -> None:
    """Three of three."""
    text = "\n".join(lines(a_slip(NOM_CAP_1=["N01", "N04", "N07"], LIST_CAP=["L01"], XNAT=["X01"], REF_1=["SI"])))
    assert "no marcados" not in text
    assert "no se marcó" not in text


def test_a_slip_carries_no_moment_no_identity_and_no_code() -> None:
    """No date, no time, no hash, no style, no QR: only the digits of the station and of the titles."""
    paper = a_slip(NOM_CAP_1=["N01"])
    text = encode(paper).decode()
    digits = set(re.findall(r"\d+", " ".join(lines(paper))))
    assert digits == {"2030", "070104001", "2", "1", "3"}
    assert ELECTION.identity[:8] not in text
    assert "GENERAL" not in text
    assert "codes" not in {type(block).__name__.lower() for block in paper.blocks}


def test_a_slip_of_a_rehearsal_says_so() -> None:
    """It can never be taken for a vote."""
    rehearsal = day("rehearsal").election
    selections = choose(rehearsal, "GENERAL", {})
    assert slip(rehearsal, STATION, selections, say=in_spanish).banner == "SIMULACRO - NO ES UNA ELECCIÓN"
    assert slip(rehearsal, STATION, selections).banner == "REHEARSAL - NOT AN ELECTION"
    assert a_slip().banner == ""


def test_a_language_that_the_definition_lacks_falls_back_to_its_first() -> None:
    """Titles are then in the first language of the rules."""
    paper = slip(ELECTION, STATION, choose(ELECTION, "GENERAL", {}), language="guc")
    assert lines(paper)[0] == "Elección de la Asamblea Nacional 2030"
    assert lines(slip(ELECTION, STATION, choose(ELECTION, "GENERAL", {}), language="en"))[0] == (
        "Election of the National Assembly 2030"
    )
