"""Spanish of sentences that urna's catalogue does not have yet; whoever fills the catalogue empties this.

A sentence that is in both is the catalogue's.
"""

from tests.papers.spanish import catalogue

from urna.words import Sentence

PROPOSED = {
    "REPRINT {number}": "REIMPRESIÓN {number}",
    "Screen: every corner answers to a touch": "Pantalla: cada esquina responde al toque",
    "Sound: the voice is heard in both ears": "Sonido: la voz se oye en ambos oídos",
    "Keys or switches: both answer": "Teclas o pulsadores: ambos responden",
    "Printer: its test paper is whole and legible": "Impresora: el papel de prueba sale entero y legible",
    "Fingerprint reader: a finger is read": "Lector de huellas: lee un dedo",
    "Clock: it shows the day and the time": "Reloj: muestra el día y la hora",
    "Disk: there is room for the whole day": "Disco: hay espacio para todo el día",
    "Battery: charged": "Batería: cargada",
    "Readiness report": "Informe de alistamiento",
    "Station package (SHA-256 of its manifest)": "Paquete de la mesa (SHA-256 de su manifiesto)",
    "We saw the test and these results.": "Vimos la prueba y estos resultados.",
    "Technician": "Técnico o técnica",
    "Poll book": "Cuaderno de votación",
    "Machine": "Máquina",
    "Tested at": "Probada",
    "The machine passed. It may open on the day.": "La máquina pasó la prueba. Puede abrir el día de la elección.",
    "The machine did NOT pass. It must not open.": "La máquina NO pasó la prueba. No debe abrir.",
    "Expected": "Se esperaba",
    "Found": "Se encontró",
    "What to do": "Qué hacer",
    "Decks of known ballots pressed": "Mazos de boletas conocidas marcados",
    "Ballots pressed, in all": "Boletas marcadas, en total",
    "Positions compared with what was pressed": "Posiciones comparadas con lo marcado",
    "The box was emptied and filled anew after the test": "La urna se vació y se llenó de nuevo después de la prueba",
    "Logic and accuracy": "Lógica y exactitud",
    "Parts of the machine": "Partes de la máquina",
    "FAILED": "FALLÓ",
    "The station opened late": "La mesa abrió tarde",
    "Voting was interrupted": "La votación se interrumpió",
    "A machine failed": "Falló una máquina",
    "A machine was replaced": "Se reemplazó una máquina",
    "A printer failed or a paper was torn": "Falló una impresora o se rompió un papel",
    "The fingerprint reader failed": "Falló el lector de huellas",
    "The power failed": "Se fue la luz",
    "A role card or a PIN was lost or locked": "Se perdió o se bloqueó una tarjeta o un PIN",
    "Material was missing": "Faltó material",
    "A seal was broken or its number differs": "Un precinto estaba roto o su número no coincide",
    "Voting went on with paper ballots": "La votación siguió con boletas de papel",
    "A voter says the paper shows another choice": "Un elector dice que el papel muestra otro voto",
    "A paper was taken away or left outside the box": "Se llevaron un papel o quedó fuera de la caja",
    "Somebody was not let in to vote": "A alguien no se le dejó votar",
    "Somebody was pressed or helped against the rules": "A alguien se le presionó o se le ayudó contra las normas",
    "Disorder or violence": "Desorden o violencia",
    "A witness objects": "Un testigo hace una objeción",
    "Something else": "Otra cosa",
    "Incident sheet": "Hoja de incidencias",
    "Incident sheet {number}": "Hoja de incidencias {number}",
    "Hour, by the clock on the wall": "Hora, según el reloj de la pared",
    "Machine or booth, if any": "Máquina o cabina, si la hay",
    "What it was": "Qué fue",
    "What happened": "Qué ocurrió",
    "What was done": "Qué se hizo",
    "Never write a voter's name, number or choice on this sheet.": (
        "No escriba en esta hoja el nombre, el número ni el voto de nadie."
    ),
    "Audit worksheet": "Hoja de trabajo de la verificación ciudadana",
    "Slips in the box, first count": "Comprobantes en la caja, primera cuenta",
    "Slips in the box, second count": "Comprobantes en la caja, segunda cuenta",
    "First counter": "Primera persona que cuenta",
    "Second counter": "Segunda persona que cuenta",
    "Open the box before the witnesses and count the slips without unfolding them, twice.": (
        "Abran la caja ante los testigos y cuenten los comprobantes sin desdoblarlos, dos veces."
    ),
    "One person reads a slip aloud and shows it; one makes a stroke, five to a box, the fifth across.": (
        "Una persona lee el comprobante en voz alta y lo muestra; otra hace una raya, cinco por casilla,"
        " la quinta atravesada."
    ),
    "Change places and count again; write both counts.": "Cambien de puesto y cuenten de nuevo; anoten ambas cuentas.",
    "Only then write the numbers of the posted sheet, and the difference.": (
        "Solo entonces anoten los números del acta publicada, y la diferencia."
    ),
    "Votes not used": "Votos no marcados",
    "First count": "Primera cuenta",
    "Second count": "Segunda cuenta",
    "Posted sheet": "Acta publicada",
    "Difference": "Diferencia",
    "Poll book to sign": "Cuaderno de votación para firmar",
    "Poll book with marks": "Cuaderno de votación con marcas",
    "End of the list. Nothing may be added below.": "Fin de la lista. No se puede añadir nada debajo.",
    "Electors on this list": "Electores en esta lista",
    "Marked as having voted": "Marcados como que votaron",
    "Number": "Número",
    "Name": "Nombre",
    "Signature": "Firma",
    "Finger": "Huella",
    "Mark": "Marca",
    "Voted": "Votó",
    "Sheet of codes": "Pliego de códigos",
    "Sealed until the station opens. One code lets one person in, once; then strike it out.": (
        "Sellado hasta que abra la mesa. Un código admite a una persona, una vez; después táchelo."
    ),
    "Write no voter's name or number beside a code.": "No escriba junto a un código el nombre ni el número de nadie.",
    "Line": "Línea",
    "Code": "Código",
    "Used: the president's initials": "Usado: iniciales de la presidencia",
    "After the closing this sheet goes back to the authority, with the codes that are left.": (
        "Después del cierre este pliego vuelve a la autoridad, con los códigos que queden."
    ),
    "Opening: brings the poll book's list, together with a second card": (
        "Apertura: abre la lista del cuaderno, junto con una segunda tarjeta"
    ),
    "Closing: brings the votes, together with a second card": ("Cierre: abre los votos, junto con una segunda tarjeta"),
    "Signing in at the poll book": "Entrada al cuaderno de votación",
    "Role card": "Tarjeta de función",
    "Hold this code before the poll book's camera, and type your PIN.": (
        "Ponga este código ante la cámara del cuaderno y marque su PIN."
    ),
    "Keep it with you and lend it to nobody. Do not write the PIN on it.": (
        "Llévela consigo y no la preste a nadie. No escriba en ella el PIN."
    ),
    "If it is lost, tell the president at once: it is locked by telephone.": (
        "Si la pierde, avise enseguida a la presidencia: se bloquea por teléfono."
    ),
    "Holder": "Titular",
    "The machine failed and no spare could go on": "Falló la máquina y ninguna de repuesto pudo seguir",
    "The station's package was refused": "El paquete de la mesa fue rechazado",
    "There was no power": "No hubo electricidad",
    "The machine did not arrive": "La máquina no llegó",
    "Ordered by the authority": "Orden de la autoridad",
    "Hand-count sheet": "Acta de escrutinio manual",
    "PAPER BALLOTS, COUNTED BY HAND. This is not a machine's sheet.": (
        "BOLETAS DE PAPEL, CONTADAS A MANO. Esta no es un acta de la máquina."
    ),
    "We counted these ballots by hand before the witnesses.": "Contamos estas boletas a mano ante los testigos.",
    "Why by hand": "Por qué a mano",
    "Ballots handed out": "Boletas entregadas",
    "Ballots more (+) or fewer (-) than signatures": "Boletas de más (+) o de menos (-) que firmas",
    "People and ballots": "Personas y boletas",
    "Ballots with a vote": "Boletas con voto",
    "Blank ballots": "Boletas en blanco",
    "Null ballots": "Boletas nulas",
    "Ballots, in all": "Boletas, en total",
}


def in_spanish_to_be(sentence: Sentence | str, /) -> str:
    """The `Say` of a reader of Spanish, of the catalogue or as proposed; what is in neither fails the test."""
    sentence = sentence if isinstance(sentence, Sentence) else Sentence(sentence)
    known = {**PROPOSED, **catalogue()}
    return known[sentence.template].format(**sentence.values)
