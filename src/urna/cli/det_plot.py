"""The DET plot of an evaluation: false non-match against false match, both axes logarithmic.

docs/adr/0103-plots.md. matplotlib is imported here alone, when a plot is asked for, and draws into memory (Agg and
SVG): no window, no network, the font that it brings with it, and no date in the file, so that the same figures give the
same bytes.
"""

import io
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from urna.biometrics.evaluation_rates import DetCurve
from urna.cli.words import say
from urna.storage.definition_folder import replace_file

_SETTINGS: Any = {
    "font.family": "DejaVu Sans",
    "svg.fonttype": "path",
    "svg.hashsalt": "urna",
    "figure.figsize": (6.0, 6.0),
    "figure.dpi": 120,
    "axes.grid": True,
    "grid.alpha": 0.3,
}


def write_det_plots(folder: Path, name: str, curves: Mapping[str, DetCurve]) -> tuple[Path, Path]:
    """Writes det.svg and det.png.

    Args:
        folder: where.
        name: of the set, in the title.
        curves: by the protocol's name.
    """
    import matplotlib as mpl  # noqa: PLC0415 - slow to import, and only here
    from matplotlib.figure import Figure  # noqa: PLC0415

    with mpl.rc_context(_SETTINGS):
        figure = Figure()
        axes = figure.add_subplot()
        for protocol, curve in curves.items():
            matched, missed = curve.matched / curve.impostor, curve.missed / curve.genuine
            axes.step(matched, missed, where="post", label=protocol)
        axes.set(xscale="log", yscale="log", xlabel=say("false match rate"), ylabel=say("false non-match rate"))
        least = min(1.0 / max(curve.impostor, curve.genuine) for curve in curves.values())
        axes.set(xlim=(least / 2, 1.0), ylim=(least / 2, 1.0), title=name)
        axes.plot((least / 2, 1.0), (least / 2, 1.0), color="0.7", linewidth=0.8, linestyle="--")
        axes.legend(loc="upper right")
        paths = folder / "det.svg", folder / "det.png"
        for path, kind, metadata in zip(paths, ("svg", "png"), ({"Date": None}, {"Software": None}), strict=True):
            drawn = io.BytesIO()
            figure.savefig(drawn, format=kind, metadata=metadata)
            replace_file(path, drawn.getvalue())
    return paths
