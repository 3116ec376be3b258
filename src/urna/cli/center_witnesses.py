"""The centre's witnesses, asked over HTTP one beside the other; one that does not answer is named and asked again."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor

from urna.center.publication import Batch
from urna.devices.web_line import WebLine
from urna.devices.witness_line import ask_witness
from urna.errors import Malformed, UrnaError
from urna.log.cosignature import WitnessVerifier
from urna.log.note import NoteSignature
from urna.storage.centre_publisher import Prove
from urna.words import Sentence

SECONDS = 10.0

Addresses = Mapping[str, tuple[WitnessVerifier, str]]
"""By a witness's name, its key and where it answers."""


def read_addresses(texts: Iterable[str], witnesses: Sequence[WitnessVerifier]) -> Addresses:
    """Where each witness answers, from texts as NAME=https://witness.example.

    Raises:
        Malformed: no such text, or a witness that the definition does not name.
    """
    known = {witness.name: witness for witness in witnesses}
    found: dict[str, tuple[WitnessVerifier, str]] = {}
    for text in texts:
        name, equals, address = text.partition("=")
        if not equals or name not in known:
            raise Malformed(
                Sentence("NAME=https://…, with one of {names}", {"names": ", ".join(known) or "-"}),
                Sentence("{text}", {"text": text}),
                Sentence("Take the names from the definition."),
            )
        WebLine(address)
        found[name] = known[name], address
    return found


class Witnesses:
    """The `Cosign` of a centre.

    Args:
        addresses: of the witnesses that answer over HTTP.
        missing: is told of each that gave no cosignature.
    """

    def __init__(self, addresses: Addresses, missing: Callable[[UrnaError], None]) -> None:
        self._addresses = addresses
        self._missing = missing

    def __call__(self, batch: Batch, prove: Prove) -> list[NoteSignature]:
        """Their cosignatures under a checkpoint."""
        if not self._addresses:
            return []

        def ask(of: tuple[WitnessVerifier, str]) -> NoteSignature | UrnaError:
            witness, address = of
            try:
                return ask_witness(address, witness, batch.checkpoint, prove, old_size=batch.old_size, seconds=SECONDS)
            except UrnaError as error:
                error.where = error.where or witness.name
                return error

        with ThreadPoolExecutor(len(self._addresses)) as pool:
            answers = list(pool.map(ask, self._addresses.values()))
        for answer in answers:
            if isinstance(answer, UrnaError):
                self._missing(answer)
        return [answer for answer in answers if not isinstance(answer, UrnaError)]
