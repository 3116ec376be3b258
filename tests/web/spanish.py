"""The Spanish of the results pages, for tests: a dictionary that must know every sentence of the pages."""

from urna.words import Sentence

SPANISH = {
    "All": "Todos",
    "All contests": "Todas las elecciones",
    "Answer": "Respuesta",
    "Ballots": "Boletas",
    "Ballots cast": "Votos emitidos",
    "By name": "Nominales",
    "By territory": "Por territorio",
    "Candidate": "Candidatura",
    "Cards:": "Tarjetas:",
    "Check everything.": "Verifique todo.",
    "Check it yourself": "Compruébelo usted",
    "Circuit or region": "Circuito o región",
    "Circuits and regions: the same stations, grouped as the law elects": (
        "Circuitos y regiones: las mismas mesas, agrupadas como manda la ley electoral"
    ),
    "Compare a sheet.": "Compare un acta.",
    "Compare the identity.": "Compare la identidad.",
    "Contents": "Contenido",
    "Copy the folder of the record to any computer with urna and run this command; "
    "it says in plain words what it checked and what it found:": (
        "Copie la carpeta del registro en cualquier computadora que tenga urna y ejecute esta orden; "
        "dice en palabras llanas qué verificó y qué encontró:"
    ),
    "Edition {edition}": "Edición {edition}",
    "Elected": "Electo",
    "Every signed file names the election by these 64 digits. "
    "They are the ones that the authority printed on paper before the day:": (
        "Todo archivo firmado nombra la elección con estos 64 dígitos. "
        "Son los que la autoridad imprimió en papel antes de la jornada:"
    ),
    "Files:": "Archivos:",
    "Final results": "Resultados definitivos",
    "How the seats were awarded": "Cómo se adjudicaron los escaños",
    "Identified": "Identificados",
    "Indigenous": "Indígena",
    "Kept secret: {ballots} ballots at {stations} stations with too few of them. "
    "They are among the ballots; their votes are not published and not in these sums.": (
        "Bajo secreto: {ballots} boletas en {stations} mesas con muy pocas. "
        "Cuentan como boletas; sus votos no se publican ni están en estas sumas."
    ),
    "Languages": "Idiomas",
    "Made with urna, free software (Apache 2.0).": "Hecho con urna, software libre (Apache 2.0).",
    "National list": "Lista nacional",
    "Not filled": "Sin proveer",
    "Nothing here has to be believed. Every number follows from files that anyone can copy and check:": (
        "Nada de esto hay que creerlo. Cada número se deduce de archivos que cualquiera puede copiar y verificar:"
    ),
    "Party": "Partido",
    "Persons elected": "Personas electas",
    "Persons elected, as counted so far": "Personas electas, según lo contado hasta ahora",
    "Provisional results": "Resultados provisionales",
    "Regional lists": "Listas regionales",
    "Result": "Resultado",
    "Seats": "Escaños",
    "Seats decided": "Escaños decididos",
    "Seats that nobody could fill: {seats}.": "Escaños que nadie pudo ocupar: {seats}.",
    "Seats that wait for a tie to be decided: {seats}.": "Escaños que esperan que se decida un empate: {seats}.",
    "Seats won by a list that has nobody left for them: {seats}.": (
        "Escaños de una lista a la que no le queda nadie: {seats}."
    ),
    "Seats: {seats}": "Escaños: {seats}",
    "Shares are of valid votes and rounded to one decimal; votes and seats are exact.": (
        "Los porcentajes son de los votos válidos, redondeados a un decimal; votos y escaños son exactos."
    ),
    "Signed sheet": "Acta firmada",
    "Skip to the results": "Ir a los resultados",
    "Station": "Mesa",
    "Stations": "Mesas",
    "Stations and their signed sheets": "Mesas y sus actas firmadas",
    "Stations counted": "Mesas escrutadas",
    "Stations counted: {counted} of {stations}. Seats and persons can still change.": (
        "Mesas escrutadas: {counted} de {stations}. Los escaños y las personas aún pueden cambiar."
    ),
    "Status": "Estado",
    "Take the paper that a station printed, or a photograph of it, and open the same station's signed sheet "
    "in the record. The numbers are the same, or something is wrong.": (
        "Tome el acta que imprimió una mesa, o una foto, y abra el acta firmada de la misma mesa en el registro. "
        "Los números son los mismos, o algo anda mal."
    ),
    "Territories above": "Territorios superiores",
    "Territory": "Territorio",
    "The encrypted ballots are not in the record yet: they come with the next part of urna.": (
        "Las boletas cifradas aún no están en el registro: vienen con la próxima parte de urna."
    ),
    "The stations with their signed sheets are on the pages of the territories.": (
        "Las mesas con sus actas firmadas están en las páginas de los territorios."
    ),
    "This is a rehearsal. It is not an election, and nobody voted.": (
        "Esto es un ensayo. No es una elección y nadie votó."
    ),
    "Tied, not decided": "Empatados, sin decidir",
    "Turnout": "Participación",
    "Valid votes": "Votos válidos",
    "Votes": "Votos",
    "Votes not used": "Votos sin usar",
    "What the stations of this territory say.": "Lo que dicen las mesas de este territorio.",
    "Without party": "Sin partido",
    "chosen": "elegida",
    "all of them": "todas",
    "annulled": "anulada",
    "below the threshold": "bajo el umbral",
    "correction {number}": "corrección {number}",
    "counted": "escrutada",
    "elected": "resultó electo",
    "majority: {seats}": "mayoría: {seats}",
    "next on the list, place {place}": "siguiente en la lista, puesto {place}",
    "no sheet": "sin acta",
    "not opened": "no abierta",
    "of {whole}": "de {whole}",
    "outstanding": "pendiente",
    "place {place} on the list": "puesto {place} de la lista",
    "refused": "rechazada",
    "seats": "escaños",
    "substitute of {principal}": "suplente de {principal}",
    "tied": "empate",
    "vacant": "vacante",
    "{identified} of {registered} electors of the stations counted": (
        "{identified} de {registered} electores de las mesas escrutadas"
    ),
    "{part} of {whole}": "{part} de {whole}",
    "{registered} electors on the roll": "{registered} electores inscritos",
    "{seats} seats by party, from left to right as in the table": (
        "{seats} escaños por partido, de izquierda a derecha como en la tabla"
    ),
    "{whole}.{tenth}%": "{whole},{tenth} %",
}


def in_spanish(sentence: Sentence | str, /) -> str:
    """The `Say` of a reader of Spanish; the seat rules' own explanations stay in English here."""
    if isinstance(sentence, Sentence):
        return SPANISH.get(sentence.template, sentence.template).format(**sentence.values)
    return SPANISH[sentence]
