"""A published record behind an address: any web server that carries its files."""

from urna.devices.web_line import SECONDS, TooLong, WebLine, no_answer
from urna.record.reader import no_file, too_long
from urna.words import Sentence

_ABSENT = frozenset({404, 410})


class WebRecord:
    """Reads files below an address, each with its limit; the server is not trusted.

    Args:
        address: "https://resultados.example/2020", below which the record lies.
        seconds: how long one file may take.

    Raises:
        Malformed: an address that is none.
    """

    def __init__(self, address: str, seconds: float = SECONDS) -> None:
        self._line = WebLine(address, seconds)

    def read(self, path: str, limit: int) -> bytes:
        """The bytes of a file.

        Raises:
            Malformed: the server says that there is none, or gives more than the limit.
            NoAnswer: it says neither; nothing follows from that.
        """
        try:
            answer = self._line.get(f"/{path}", limit)
        except TooLong as error:
            raise too_long(path, limit + 1, limit) from error
        if answer.status in _ABSENT:
            raise no_file(path)
        if answer.status != 200:
            raise no_answer(Sentence("one with number {status}", {"status": answer.status}), path)
        return answer.body
