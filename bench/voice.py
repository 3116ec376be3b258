"""A text spoken by espeak-ng, in the process that can write nothing: from the text to the whole wave."""

from collections.abc import Iterator
from functools import partial

from bench.figures import Figure, Skipped, timed
from urna.devices.speech import USUAL_SPEED, EspeakSpeaker

TEXTS = {
    "es": "Esta cabina está en espera. Un miembro de mesa la activará para usted.",
    "en": "This booth is waiting. A poll worker will activate it for you.",
}


def run(runs: int) -> Iterator[Figure]:
    """One sentence in each language at the usual speed, and a single word."""
    speaker = EspeakSpeaker()
    if not speaker.is_available():
        raise Skipped("espeak-ng is absent (sudo apt-get install espeak-ng)")
    for language, text in TEXTS.items():
        yield timed(f"two sentences, {language}", partial(speaker.speak, text, language, USUAL_SPEED), runs, times=10)
    yield timed("one word, es", partial(speaker.speak, "Ayuda", "es", USUAL_SPEED), runs, times=10)
