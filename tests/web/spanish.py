"""The Spanish of the results pages, for tests: a dictionary that must know every sentence of the pages."""

from urna.words import Sentence

SPANISH = {
    "All": "Todos",
    "All codes": "Todos los códigos",
    "All contests": "Todas las elecciones",
    "all of them": "todas",
    "An example": "Un ejemplo",
    "annulled": "anulada",
    "Answer": "Respuesta",
    "Ballot": "Boleta",
    "Ballots": "Boletas",
    "ballots by code": "boletas por código",
    "Ballots cast": "Votos emitidos",
    "Below each code is the proof that the list which all booths signed has its ballot.": (
        "Bajo cada código está la prueba de que la lista que firmaron todas las cabinas contiene su boleta."
    ),
    "below the threshold": "bajo el umbral",
    "By name": "Nominales",
    "By territory": "Por territorio",
    "Candidate": "Candidatura",
    "Cards:": "Tarjetas:",
    "Cast": "Emitidas",
    "cast: the sheet counts it": "emitida: el acta la cuenta",
    "Check everything.": "Verifique todo.",
    "Check it yourself": "Compruébelo usted",
    "Choose your station": "Elija su mesa",
    "chosen": "elegida",
    "Circuit or region": "Circuito o región",
    "Circuits and regions: the same stations, grouped as the law elects": (
        "Circuitos y regiones: las mismas mesas, agrupadas como manda la ley electoral"
    ),
    "Code": "Código",
    "Codes": "Códigos",
    "Codes that begin with {first}": "Códigos que empiezan por {first}",
    "Compare a sheet.": "Compare un acta.",
    "Compare the identity.": "Compare la identidad.",
    "Contents": "Contenido",
    "Contest": "Elección",
    "Copy the folder of the record to any computer with urna and run this command; it says in plain "
    "words what it checked and what it found:": (
        "Copie la carpeta del registro en cualquier computadora que tenga urna y ejecute esta orden; "
        "dice en palabras llanas qué verificó y qué encontró:"
    ),
    "correction {number}": "corrección {number}",
    "counted": "escrutada",
    "counted on the sheet": "contadas en el acta",
    "Edition {edition}": "Edición {edition}",
    "Elected": "Electo",
    "elected": "resultó electo",
    "Every booth of the station signed a sheet with one number that stands for the whole list of ballots, its root:": (
        "Cada cabina de la mesa firmó un acta con un número que representa la lista entera de boletas, su raíz:"
    ),
    "Every signed file names the election by these 64 digits. They are the ones that the authority "
    "printed on paper before the day:": (
        "Todo archivo firmado nombra la elección con estos 64 dígitos. Son los que la autoridad imprimió "
        "en papel antes de la jornada:"
    ),
    "Files:": "Archivos:",
    "Final results": "Resultados definitivos",
    "Find": "Buscar",
    "Find a ballot by its code": "Busque una boleta por su código",
    "Find your ballot": "Busque su boleta",
    "Find your code": "Busque su código",
    "Give copies of the slip to the authority, to the parties' witnesses and to observers. It does "
    "not say what you chose.": (
        "Entregue copias del talón a la autoridad, a los testigos de los partidos y a los observadores. "
        "No dice qué eligió usted."
    ),
    "How the seats were awarded": "Cómo se adjudicaron los escaños",
    "How to check a proof by hand": "Cómo comprobar una prueba a mano",
    "Identified": "Identificados",
    "If your code is not there": "Si su código no está",
    "Indigenous": "Indígena",
    "It is printed on the slip, above the code.": "Está impresa en el talón, encima del código.",
    "Its hash": "Su hash",
    "Keep the slip. Its QR code holds the signature of the booth: a signed slip whose code is not in "
    "the record is a public proof that a ballot is missing. Whoever copies the record checks it with "
    "this command; FILE is the text of the QR code:": (
        "Guarde el talón. Su código QR lleva la firma de la cabina: un talón firmado cuyo código no está "
        "en el registro es prueba pública de que falta una boleta. Quien copie el registro lo comprueba "
        "con esta orden; FILE es el texto del código QR:"
    ),
    "Kept secret: {ballots} ballots at {stations} stations with too few of them. They are among the "
    "ballots; their votes are not published and not in these sums.": (
        "Bajo secreto: {ballots} boletas en {stations} mesas con muy pocas. Cuentan como boletas; sus "
        "votos no se publican ni están en estas sumas."
    ),
    "Languages": "Idiomas",
    "Leaf": "Hoja",
    "left blank": "en blanco",
    "Made with urna, free software (Apache 2.0).": "Hecho con urna, software libre (Apache 2.0).",
    "majority: {seats}": "mayoría: {seats}",
    "National list": "Lista nacional",
    "next on the list, place {place}": "siguiente en la lista, puesto {place}",
    "No ballot of this station has this code. Compare it with the slip once more, and the station "
    "too; then read what to do if a code is not there.": (
        "Ninguna boleta de esta mesa tiene este código. Compárelo otra vez con el talón, y también la "
        "mesa; después lea qué hacer si un código no está."
    ),
    "no sheet": "sin acta",
    "Not filled": "Sin proveer",
    "not opened": "no abierta",
    "Nothing here has to be believed. Every number follows from files that anyone can copy and check:": (
        "Nada de esto hay que creerlo. Cada número se deduce de archivos que cualquiera puede copiar y verificar:"
    ),
    "of {whole}": "de {whole}",
    "Open the signed sheet and see that it has this root:": "Abra el acta firmada y vea que tiene esta raíz:",
    "Opened": "Abiertas",
    "Opened in public": "Abiertas en público",
    "opened in public to test the machine; not counted": "abierta en público para probar la máquina; no se cuenta",
    "Or choose its first character:": "O elija su primer carácter:",
    "Or choose its first four characters:": "O elija sus cuatro primeros caracteres:",
    "outstanding": "pendiente",
    "Pages above": "Páginas superiores",
    "paper refused, not counted": "papel rechazado, no se cuentan",
    "Party": "Partido",
    "Paste these lines into a terminal (bash or zsh, with sha256sum). They hash the line of a "
    "ballot, with a byte 0 before it; then they put each hash of the proof beside it, L to the left "
    "and R to the right, a byte 1 before the two, and hash again:": (
        "Pegue estas líneas en una terminal (bash o zsh, con sha256sum). Calculan el hash de la línea de "
        "una boleta, con un byte 0 delante; después ponen a su lado cada hash de la prueba, L a la "
        "izquierda y R a la derecha, un byte 1 delante de los dos, y vuelven a calcular:"
    ),
    "Persons elected": "Personas electas",
    "Persons elected, as counted so far": "Personas electas, según lo contado hasta ahora",
    "place {place} on the list": "puesto {place} de la lista",
    "Proof": "Prueba",
    "Provisional results": "Resultados provisionales",
    "Read the slip again: a code has no letters I, L, O and U, and the station is printed above it.": (
        "Lea otra vez el talón: un código no tiene las letras I, L, O ni U, y la mesa está impresa encima."
    ),
    "refused": "rechazada",
    "Regional lists": "Listas regionales",
    "Result": "Resultado",
    "Results": "Resultados",
    "Seats": "Escaños",
    "seats": "escaños",
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
    "Skip to the content": "Ir al contenido",
    "Skip to the results": "Ir a los resultados",
    "Station": "Mesa",
    "Stations": "Mesas",
    "Stations and their signed sheets": "Mesas y sus actas firmadas",
    "Stations counted": "Mesas escrutadas",
    "Stations counted: {counted} of {stations}. Seats and persons can still change.": (
        "Mesas escrutadas: {counted} de {stations}. Los escaños y las personas aún pueden cambiar."
    ),
    "Status": "Estado",
    "substitute of {principal}": "suplente de {principal}",
    "Take the paper that a station printed, or a photograph of it, and open the same station's "
    "signed sheet in the record. The numbers are the same, or something is wrong.": (
        "Tome el acta que imprimió una mesa, o una foto, y abra el acta firmada de la misma mesa en el "
        "registro. Los números son los mismos, o algo anda mal."
    ),
    "Territories above": "Territorios superiores",
    "Territory": "Territorio",
    "That the code belongs to this ballot, and that the ballot is valid, urna checks, from the "
    "record and for your code:": (
        "Que el código es de esta boleta, y que la boleta es válida, lo comprueba urna con el registro y su código:"
    ),
    "The ballots of station {station} by their codes": "Las boletas de la mesa {station} por sus códigos",
    "The booth gave every voter a slip with a confirmation code: eight groups of four letters and digits.": (
        "La cabina dio a cada elector un talón con un código de confirmación: ocho grupos de cuatro letras y cifras."
    ),
    "The code does not say what you chose: its ballot stays encrypted, and the guardians open only "
    "sums of many ballots. You may show the code to anybody; it proves to nobody how you voted.": (
        "El código no dice qué eligió usted: su boleta sigue cifrada, y los custodios solo abren sumas "
        "de muchas boletas. Puede mostrar el código a cualquiera; a nadie le prueba cómo votó."
    ),
    "The code on your slip, or its beginning": "El código de su talón, o su comienzo",
    "The code stands for one encrypted ballot. If it is on the page of your station, the ballot that "
    "the booth made for you is in the record, and not one bit of it has changed since.": (
        "El código representa una boleta cifrada. Si está en la página de su mesa, la boleta que la "
        "cabina hizo para usted está en el registro, y desde entonces no ha cambiado ni un bit."
    ),
    "The record has no ballots of this station.": "El registro no tiene boletas de esta mesa.",
    "The results do not count this station ({state}). What stands below is what its own signed sheet says.": (
        "Los resultados no cuentan esta mesa ({state}). Lo que sigue es lo que dice su propia acta firmada."
    ),
    "The slip that you took home has a confirmation code. With it you find your encrypted ballot in "
    "the record and see whether it is counted. The code does not say what you chose.": (
        "El talón que usted se llevó tiene un código de confirmación. Con él encuentra su boleta cifrada "
        "en el registro y ve si se cuenta. El código no dice qué eligió usted."
    ),
    "The stations are listed on the pages of their territories; each leads to its codes:": (
        "Las mesas están en las páginas de sus territorios; cada una lleva a sus códigos:"
    ),
    "The stations with their signed sheets are on the pages of the territories.": (
        "Las mesas con sus actas firmadas están en las páginas de los territorios."
    ),
    "The voter asked to test the machine instead of casting. The ballot is opened in public, so that "
    "everybody sees that it says what was chosen; it is not counted.": (
        "El elector pidió probar la máquina en vez de emitir el voto. La boleta se abre en público, para "
        "que todos vean que dice lo que se eligió; no se cuenta."
    ),
    "The voter put the paper in the box. The ballot is one of those that the station's sheet counts.": (
        "El elector puso el papel en la caja. La boleta es una de las que cuenta el acta de la mesa."
    ),
    "The voter refused the printed paper, or left. The ballot is not counted, and nobody opens it. "
    "Whoever voted afterwards got another slip with another code.": (
        "El elector rechazó el papel impreso, o se fue. La boleta no se cuenta y nadie la abre. Quien "
        "votó después recibió otro talón con otro código."
    ),
    "Then paste the proof of your ballot, the lines that begin with “check”. A ✓ says: the list that "
    "all booths signed has this ballot, in this state. Ballots are numbered from leaf 0.": (
        "Después pegue la prueba de su boleta, las líneas que empiezan por «check». Un ✓ dice: la lista "
        "que firmaron todas las cabinas tiene esta boleta, en este estado. Las boletas se numeran desde "
        "la hoja 0."
    ),
    "These ballots were not cast: their voters tested the machine. Each of them compares what stands "
    "here with what was chosen. If a ballot says anything else, the machine did not encrypt what its "
    "screen showed: tell the authority, and show the slip.": (
        "Estas boletas no se emitieron: sus electores probaron la máquina. Cada uno compara lo que aquí "
        "está con lo que eligió. Si una boleta dice otra cosa, la máquina no cifró lo que mostraba su "
        "pantalla: avise a la autoridad y muestre el talón."
    ),
    "This election has no guardians, so its record has no encrypted ballots and no confirmation codes.": (
        "Esta elección no tiene custodios: su registro no tiene boletas cifradas ni códigos de confirmación."
    ),
    "This is a rehearsal. It is not an election, and nobody voted.": (
        "Esto es un ensayo. No es una elección y nadie votó."
    ),
    "tied": "empate",
    "Tied, not decided": "Empatados, sin decidir",
    "to test the machine, not counted": "para probar la máquina, no se cuentan",
    "Turnout": "Participación",
    "Type at least the first four letters and digits.": "Escriba al menos las cuatro primeras letras y cifras.",
    "vacant": "vacante",
    "Valid votes": "Votos válidos",
    "Void": "Anuladas",
    "void: its paper was refused; not counted": "anulada: se rechazó su papel; no se cuenta",
    "Votes": "Votos",
    "Votes not used": "Votos sin usar",
    "votes: {votes}": "votos: {votes}",
    "What became of the ballot": "Qué fue de la boleta",
    "What it said": "Qué decía",
    "What stands beside a code": "Qué dice junto a un código",
    "What the ballot says": "Qué dice la boleta",
    "What the code is": "Qué es el código",
    "What the stations of this territory say.": "Lo que dicen las mesas de este territorio.",
    "Without party": "Sin partido",
    "{identified} of {registered} electors of the stations counted": (
        "{identified} de {registered} electores de las mesas escrutadas"
    ),
    "{part} of {whole}": "{part} de {whole}",
    "{registered} electors on the roll": "{registered} electores inscritos",
    "{seats} seats by party, from left to right as in the table": (
        "{seats} escaños por partido, de izquierda a derecha como en la tabla"
    ),
    "{whole}.{tenth}%": "{whole},{tenth} %",
    "Verify the whole record: urna verify.": "Verifique el registro entero: urna verify.",
    "ballot {ballot}": "la boleta {ballot}",
    "none": "que no hay",
    "the root {root}": "la raíz {root}",
}


def in_spanish(sentence: Sentence | str, /) -> str:
    """The `Say` of a reader of Spanish; the seat rules' own explanations stay in English here."""
    if isinstance(sentence, Sentence):
        return SPANISH.get(sentence.template, sentence.template).format(**sentence.values)
    return SPANISH[sentence]
