"""What a centre has to say to the world: acts for its journal, and files of the record to be logged and shown."""

from typing import Any

from urna.center.evidence import Piece, Shown, piece_of
from urna.center.journal import Act, ActKind
from urna.center.publication import File, is_logged
from urna.encoding.canonical import Code


class Outbox:
    """Acts and files that wait to be taken, each once."""

    def __init__(self) -> None:
        self._acts: list[Act] = []
        self._shown: list[Shown] = []
        self._shown_paths: set[str] = set()
        self.leaves_given = 0
        """Leaves of the log that were handed out, or wait to be."""

    def take_files(self) -> tuple[File, ...]:
        """The files to publish that no earlier call gave, with their bytes."""
        return tuple(File(each.path, each.data) for each in self.take_shown() if each.data is not None)

    def take_shown(self) -> tuple[Shown, ...]:
        """The same by name, those too whose bytes lie elsewhere."""
        shown, self._shown = tuple(self._shown), []
        return shown

    @property
    def acts_untaken(self) -> int:
        """How often the centre changed since `take_acts`."""
        return len(self._acts)

    def take_acts(self) -> tuple[Act, ...]:
        """What changed the centre since the last call, for its journal."""
        acts, self._acts = tuple(self._acts), []
        return acts

    def _publish(self, path: str, data: bytes, kind: ActKind | None = None, station: Code = "") -> None:
        piece = piece_of(data)
        if kind is not None:
            self._acted(kind, document=piece.sha256, path=path, station=station)
        self._show(path, piece)

    def _show(self, path: str, piece: Piece) -> None:
        self._shown_paths.add(path)
        self.leaves_given += is_logged(path)
        self._shown.append(Shown(path, *piece))

    def _acted(self, kind: ActKind, **fields: Any) -> None:
        self._acts.append(Act(kind=kind, **fields))
