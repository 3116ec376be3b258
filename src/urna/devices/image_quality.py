"""NFIQ 2 of an impression, by NIST's own code in a process of its own, and hints by ours.

`nbis` carries the reference implementation of ISO/IEC 29794-4. It is native code that looks at strangers' fingers, so
it runs in a child (`urna.devices.child`): a crash or a hang costs this image its score and nothing else. While the
child works, the caller's own threads are free; the extractor runs its network then.

docs/adr/0101-nfiq2.md, docs/image-quality.md
"""

from urna.biometrics.image import FingerImage
from urna.biometrics.quality import Hint, Quality, Surface, hints, look_at
from urna.devices.child import ChildDied, Children, Pending
from urna.devices.child_side import Status
from urna.devices.image_quality_child import SIZE
from urna.errors import Malformed
from urna.words import Sentence

SECONDS = 60.0
"""How long one image may take: 0.15 to 0.3 s are usual, 1024 x 1024 pixels of noise take 5 s on a slow core."""


class ImageQuality:
    """Measures quality; the child starts at the first image.

    May be used by several threads and sent to another process.
    """

    def __init__(self) -> None:
        self._children = Children("urna.devices.image_quality_child", SECONDS)

    def measure(self, image: FingerImage) -> Quality:
        """The quality of an image.

        Raises:
            Malformed: the package nbis-py is not installed.
        """
        return self.begin(image, look_at(image)).end()

    def begin(self, image: FingerImage, surface: Surface) -> "PendingQuality":
        """Has the score computed while the caller goes on. NFIQ 2 is not asked where there is no finger."""
        if Hint.EMPTY in hints(surface, 0):
            return PendingQuality(surface, None)
        try:
            pending = self._children.ask(SIZE.pack(image.width, image.height) + image.pixels.tobytes())
        except ChildDied:
            return PendingQuality(surface, None)
        return PendingQuality(surface, pending)


class PendingQuality:
    """A quality that is being measured."""

    def __init__(self, surface: Surface, pending: Pending | None) -> None:
        self._surface = surface
        self._pending = pending

    def end(self) -> Quality:
        """The quality, as soon as it is there; to be called once. A score that cannot be computed is 0.

        Raises:
            Malformed: the package nbis-py is not installed.
        """
        score = self._score()
        return Quality(score, hints(self._surface, score))

    def _score(self) -> int:
        if self._pending is None:
            return 0
        try:
            status, answer = self._pending.answer()
        except ChildDied:
            return 0
        if status is Status.MISSING:
            raise Malformed(
                Sentence("the image quality NFIQ 2 of the package nbis-py"),
                Sentence("none"),
                Sentence("Install it with: pip install 'urna[biometrics]'"),
            )
        return answer[0] if status is Status.ANSWERED and len(answer) == 1 and answer[0] <= 100 else 0
