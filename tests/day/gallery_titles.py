"""What each picture of the gallery shows, in Spanish and English; the keys are the names that the walks give."""

from collections.abc import Mapping
from typing import NamedTuple


class Title(NamedTuple):
    """In both languages."""

    es: str
    en: str


BOOTH = {
    "waiting": Title("La cabina espera", "The booth waits"),
    "contest": Title("Una contienda, sin elegir", "One contest, nothing chosen"),
    "chosen": Title("Una opción elegida", "One option chosen"),
    "more-options": Title("Más opciones de la contienda", "More options of the contest"),
    "overvote": Title("Un voto de más: nada cambia, y se explica", "One vote too many: nothing changes, and why"),
    "replaced": Title("Otra elección reemplaza la primera", "Another choice replaces the first"),
    "help": Title("Ayuda: las elecciones no se ven", "Help: the choices are out of sight"),
    "silent": Title("Nadie toca la pantalla", "Nobody touches the screen"),
    "review": Title("Revisión antes de imprimir", "Review before printing"),
    "unused": Title("Quedan votos sin usar", "Votes are left"),
    "question": Title("La pregunta: ¿dice el papel lo que usted eligió?", "The question: is the paper right?"),
    "sure": Title("¿Poner a prueba la máquina?", "Challenge the machine?"),
    "challenged": Title("La máquina se puso a prueba: no se emitió", "The machine was challenged: not cast"),
    "nothing-chosen": Title("Boleta en blanco", "A blank ballot"),
    "void": Title("El papel queda anulado", "The paper is void"),
    "last-paper": Title("El último papel", "The last paper"),
    "last-minute": Title("El último minuto", "The last minute"),
    "cast": Title("El voto fue emitido", "The vote was cast"),
    "expired": Title("Se acabó el tiempo", "Time is over"),
    "ended": Title("Terminó sin voto", "Ended without a vote"),
    "printer-failed": Title("Falló la impresora", "The printer failed"),
    "printing": Title("Se imprime", "Printing"),
    "stopped": Title("La máquina se detuvo", "The machine stopped"),
    "after-the-power-failed": Title("Después de un corte de luz", "After the power failed"),
    "left": Title("El elector se retiró", "The voter left"),
    "closed": Title("La votación terminó", "The polls are closed"),
}

PEOPLE = {
    "sign-in-first-card": Title("Entrar: la primera tarjeta", "Signing in: the first card"),
    "sign-in-refused": Title("Un PIN equivocado", "A wrong PIN"),
    "sign-in-second-card": Title("Entrar: la segunda tarjeta", "Signing in: the second card"),
    "people-search": Title("¿Quién viene?", "Who comes?"),
    "people-too-many": Title("Demasiadas personas con ese nombre", "Too many people of that name"),
    "people-list": Title("Algunas personas con ese nombre", "A few people of that name"),
    "person": Title("Una persona: cara, cédula, dedo", "One person: face, card, finger"),
    "person-cannot-be-read": Title("Si el dedo no se puede leer", "If the finger cannot be read"),
    "capture": Title("El lector espera el dedo", "The reader waits for the finger"),
    "admitted": Title("Admitida", "Admitted"),
    "admitted-more": Title("Acompañante, o se va sin votar", "A companion, or leaves without voting"),
    "booth-activated": Title("La cabina está lista", "The booth is ready"),
    "not-recognised": Title("El dedo no se reconoció", "The finger was not recognised"),
    "override": Title("El presidente decide: motivo y código", "The president decides: reason and code"),
    "authorize": Title("Quién lo autoriza", "Who authorizes it"),
    "authorize-by-members": Title("Dos miembros lo autorizan", "Two members authorize it"),
    "admitted-by-president": Title("Admitida por el presidente", "Admitted by the president"),
    "nothing-stored": Title("No hay huella guardada", "No fingerprint is stored"),
    "president-decides": Title("Decide el presidente, no la máquina", "The president decides, not the machine"),
    "telephone": Title("Sin códigos: por teléfono", "No codes left: by telephone"),
    "telephone-challenge": Title("El desafío que se lee en voz alta", "The challenge that is read out"),
    "admitted-before": Title("Ya fue admitida: nadie vota dos veces", "Admitted before: nobody votes twice"),
    "refused": Title("Rechazada, y contada", "Refused, and counted"),
    "admitted-and-waits": Title("Admitida, y espera una cabina", "Admitted, and waits for a booth"),
    "booths-need-a-worker": Title("Dos cabinas lo necesitan", "Two booths need you"),
    "booth-expired": Title("En una cabina se acabó el tiempo", "Time is over in a booth"),
    "booth-expired-more": Title("Terminar sin voto", "Ending without a vote"),
    "booth-free-and-lost": Title("Una cabina libre, una que no responde", "One booth free, one that does not answer"),
    "booth-doubtful": Title("Cuaderno y cabina no coinciden", "Poll book and booth disagree"),
    "authorize-settling": Title("El presidente lo resuelve", "The president settles it"),
    "queue": Title("La cola", "The queue"),
    "incidents": Title("Una incidencia", "An incident"),
    "supplies": Title("Suministros", "Supplies"),
    "book": Title("El cuaderno de papel", "The paper book"),
    "locked": Title("La pantalla se bloqueó", "The screen is locked"),
    "technician": Title("Lo que ve un técnico", "What a technician sees"),
}

DAY = {
    "opening-clock": Title("Apertura: paquete y reloj", "Opening: package and clock"),
    "opening-parts": Title("Apertura: electricidad, papel y lector", "Opening: power, paper and reader"),
    "opening-readiness": Title("Apertura: prueba de alistamiento", "Opening: readiness test"),
    "opening-zero": Title("Apertura: vaciar las urnas", "Opening: emptying the ballot boxes"),
    "opening-zero-report": Title("Apertura: actas cero", "Opening: zero reports"),
    "opening-box": Title("Apertura: mostrar la caja vacía", "Opening: showing the empty box"),
    "opening-late": Title("Apertura: después de la hora", "Opening: after the hour"),
    "open": Title("La mesa está abierta", "The polls are open"),
    "paused": Title("En pausa", "Paused"),
    "contingency": Title("Cuando algo sale mal", "When something goes wrong"),
    "contingency-booth_broken": Title("Una cabina está dañada", "A booth is broken"),
    "contingency-annulled": Title("La votación no puede seguir", "Voting cannot go on"),
    "contingency-paper_voting": Title("La votación sigue con papel", "Voting goes on with paper"),
    "hand-count": Title("Boletas de papel, contadas a mano", "Paper ballots, counted by hand"),
    "closing-early": Title("Cierre: antes de la hora", "Closing: before the hour"),
    "closing-close": Title("Cierre: cerrar", "Closing: close"),
    "closing-signatures-first": Title("Cierre: firmas, primera entrada", "Closing: signatures, first entry"),
    "closing-signatures-second": Title("Cierre: firmas, segunda entrada", "Closing: signatures, second entry"),
    "closing-cards": Title("Cierre: la clave, con dos tarjetas", "Closing: the key, with two cards"),
    "closing-lost": Title("Cierre: tarjetas perdidas", "Closing: cards are lost"),
    "closing-sheet": Title("Cierre: el acta se imprime", "Closing: the tally sheet is printed"),
    "closing-draw": Title("Cierre: ¿salió sorteada esta mesa?", "Closing: was this station drawn?"),
    "closing-send": Title("Cierre: enviar el acta", "Closing: sending the sheet"),
    "closing-not-sent": Title("Cierre: el centro no responde", "Closing: the centre does not answer"),
    "closing-archive": Title("Cierre: archivar", "Closing: archiving"),
    "closing-wipe": Title("Cierre: borrar", "Closing: wiping"),
    "closing-over": Title("La jornada terminó", "The day is over"),
}

PAPERS = {
    "slip": Title("Comprobante del voto", "The voter's paper"),
    "slip-rehearsal": Title("Comprobante, en un ensayo", "The voter's paper, in a rehearsal"),
    "code-slip": Title("Código de confirmación", "Confirmation code"),
    "zero-report": Title("Acta cero", "Zero report"),
    "tally-sheet": Title("Acta de escrutinio", "Tally sheet"),
    "tally-sheet-rehearsal": Title("Acta, en un ensayo", "Tally sheet, in a rehearsal"),
    "tally-sheet-reprint": Title("Acta, impresa otra vez", "Tally sheet, printed again"),
    "hand-count": Title("Conteo a mano", "Hand count"),
    "audit-worksheet": Title("Hoja de auditoría", "Audit worksheet"),
    "poll-book-to-sign": Title("Cuaderno para firmar", "Poll book to sign"),
    "poll-book-marked": Title("Cuaderno con marcas", "Poll book with marks"),
    "incident": Title("Hoja de incidencia", "Incident sheet"),
    "incident-blank": Title("Hoja de incidencia, para llenar a mano", "Incident sheet, to fill in by hand"),
    "readiness": Title("Prueba de alistamiento", "Readiness test"),
    "readiness-failed": Title("Prueba de alistamiento, no pasada", "Readiness test, failed"),
    "role-card": Title("Tarjeta de un cargo", "Role card"),
    "code-sheet": Title("Pliego de códigos", "Code sheet"),
}


def title_of(screen: str, titles: Mapping[str, Title]) -> Title:
    """Its title; of one that has none yet, the walk's own name for it."""
    name = screen.replace("-", " ").replace("_", " ")
    return titles.get(screen, Title(name, name))
